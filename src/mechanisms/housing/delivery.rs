//! Orders come to an end: homes are handed over, and orders with a closed developer pass to another one. The books change
//! hands when the developer closes (`dynamics::exit`), the buyers are told in the next tick.
//!
//! Hand-over settles the advance: the developer's obligation and the household's claim end, the home changes hands at
//! the price paid, and what the price exceeds the developer's cost by is a holding gain of the developer.

use super::market::Parameters;
use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Money};
use crate::agents::{Books, Development, Home, Identity, NOBODY};
use crate::engine::{Clock, Event, Events, Stream};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

/// Whether a slot is a developer in business.
fn develops(identity: &Identity, structure: &Structure) -> bool {
    identity.active() && usize::from(identity.sector) == structure.real_estate
}

/// Moves everything that a closed developer had in development to another.
pub(crate) fn take_over(from: &Development, to: &mut Development) {
    to.land += from.land;
    to.land_value += from.land_value;
    to.floor_space += from.floor_space;
    to.floor_space_sold += from.floor_space_sold;
    to.homes_value += from.homes_value;
    to.expected_sales += from.expected_sales;
}

/// The developer with most floor space in a region.
pub(crate) fn heir<'a>(
    firms: impl Iterator<Item = (usize, &'a Identity, &'a Development)>,
    region: usize,
    structure: &Structure,
) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (slot, identity, development) in firms {
        let here = develops(identity, structure) && usize::from(identity.region) == region;
        if here && best.is_none_or(|(_, floor)| development.floor_space > floor) {
            best = Some((slot, development.floor_space));
        }
    }
    best.map(|(slot, _)| slot)
}

/// What an heir pays for an estate of homes and land less advances: its worth as far as the heir's means go; if it is
/// worth less than nothing the estate pays, as far as its deposits go.
///
/// ```text
/// price = min(worth, means) if worth ≥ 0,    −min(−worth, deposits) if not
/// ```
#[must_use]
pub fn estate_price(worth: Money, deposits: Money, means: Money) -> Money {
    if worth.0 >= 0 { worth.min(means.positive()) } else { -(-worth).min(deposits.positive()) }
}

/// Buyers learn who took over their orders; where a region was left without a developer, homes and land are lost and advances
/// written off.
pub(crate) fn pass_on_orders(
    mut firms: Query<(&Identity, &mut Books, &mut Development)>,
    mut homes: Query<&mut Home>,
    structure: Res<Structure>,
    mut events: ResMut<Events>,
    mut ledger: ResMut<Ledger>,
) {
    let column = Column::Firms(structure.real_estate);
    let mut moved: Vec<(usize, Option<u32>)> = Vec::new();
    for (slot, (identity, mut books, mut development)) in firms.iter_mut().enumerate() {
        if let Some(heir) = development.heir.take() {
            moved.push((slot, Some(heir)));
            continue;
        }
        let empty = books.advances == Money::ZERO
            && development.homes_value == Money::ZERO
            && development.land_value == Money::ZERO;
        if develops(identity, &structure) || empty {
            continue;
        }
        let (region, sector, advances) = (identity.region, identity.sector, core::mem::take(&mut books.advances));
        let estate = core::mem::take(&mut *development);
        moved.push((slot, None));
        ledger.other_change(Instrument::Homes, column, -estate.homes_value.fen());
        ledger.other_change(Instrument::Land, column, -estate.land_value.fen());
        ledger.write_off(Instrument::CustomerAdvances, Column::Households, column, advances.fen());
        events.0.push(Event {
            kind: "home_orders_lost",
            agent_kind: "firm",
            agent: i64::try_from(slot).expect("slots fit"),
            region: Some(region),
            sector: Some(sector),
            amount: advances.fen(),
            detail: "no developer is left in the region".into(),
        });
    }
    if moved.is_empty() {
        return;
    }
    for mut home in homes.iter_mut().filter(|h| h.developer != NOBODY) {
        let Ok(i) = moved.binary_search_by_key(&(home.developer as usize), |m| m.0) else { continue };
        if let Some(heir) = moved[i].1 {
            home.developer = heir;
        } else {
            home.developer = NOBODY;
            home.floor_space_ordered = 0.0;
            home.advances = Money::ZERO;
        }
    }
}

/// Ordered homes are handed over with a constant probability, as far as the developer has floor space.
pub(crate) fn hand_over_homes(
    mut homes: Query<&mut Home>,
    mut firms: Query<(&mut Books, &mut Development)>,
    (parameters, structure, clock): (Res<Parameters>, Res<Structure>, Res<Clock>),
    mut ledger: ResMut<Ledger>,
) {
    let key = clock.key(Stream::Housing);
    let mut firms: Vec<_> = firms.iter_mut().collect();
    for (_, development) in &mut firms {
        development.gain = Money::ZERO;
    }
    let (mut prices, mut costs): (Fen, Fen) = (0, 0);
    for (row, mut home) in homes.iter_mut().enumerate().filter(|(_, h)| h.developer != NOBODY) {
        let (books, development) = &mut firms[home.developer as usize];
        let floor = f64::from(home.floor_space_ordered);
        if floor > development.floor_space || !key.agent_round(row as u64, 1).chance(parameters.delivery_rate) {
            continue;
        }
        let cost = development.homes_value.share(floor / development.floor_space);
        development.homes_value -= cost;
        development.floor_space -= floor;
        development.floor_space_sold = (development.floor_space_sold - floor).max(0.0);
        development.gain += home.advances - cost;
        books.advances -= home.advances;
        prices += home.advances.fen();
        costs += cost.fen();
        home.floor_space += home.floor_space_ordered;
        home.floor_space_ordered = 0.0;
        home.advances = Money::ZERO;
        home.developer = NOBODY;
    }
    let sellers = Column::Firms(structure.real_estate);
    ledger.deliver(
        Column::Households,
        sellers,
        prices,
        Flow::SalesOfExistingHomes,
        Instrument::Homes,
        Instrument::CustomerAdvances,
    );
    ledger.other_change(Instrument::Homes, sellers, prices - costs);
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Snapshot, buyers_world, run, structure};
    use super::*;
    use crate::agents::firm::Life;

    fn ordered(world: &mut World) -> (usize, Fen) {
        let mut homes = world.query::<&Home>();
        let pending = homes.iter(world).filter(|h| h.developer != NOBODY);
        pending.fold((0, 0), |(n, sum), h| (n + 1, sum + h.advances.fen()))
    }

    #[test]
    fn a_third_of_pending_homes_is_handed_over() {
        let mut world = buyers_world(4_000);
        let (before, _) = ordered(&mut world);
        let snapshot = Snapshot::take(&mut world);
        run(&mut world, hand_over_homes);
        run(&mut world, super::super::values::revalue_homes);
        let (after, _) = ordered(&mut world);
        assert!(after * 100 > before * 57 && after * 100 < before * 77, "{before} to {after}");
        snapshot.check(&mut world);
    }

    #[test]
    fn an_estate_is_worth_what_its_homes_exceed_the_advances_by() {
        assert_eq!(estate_price(Money(100), Money(0), Money(60)), Money(60));
        assert_eq!(estate_price(Money(100), Money(0), Money(600)), Money(100));
        assert_eq!(estate_price(Money(-100), Money(40), Money(600)), Money(-40));
        assert_eq!(estate_price(Money(-100), Money(400), Money(600)), Money(-100));
    }

    #[test]
    fn buyers_learn_who_took_over_their_orders() {
        let mut world = buyers_world(1_000);
        let before = ordered(&mut world);
        let mut firms = world.query::<(&Identity, &mut Books, &mut Development)>();
        let mut firms: Vec<_> = firms.iter_mut(&mut world).collect();
        let heir = heir(firms.iter().enumerate().skip(1).map(|(i, f)| (i, f.0, &*f.2)), 0, &structure());
        assert_eq!(heir, Some(2));
        let estate = core::mem::take(&mut *firms[0].2);
        let advances = core::mem::take(&mut firms[0].1.advances);
        take_over(&estate, &mut firms[2].2);
        firms[2].1.advances += advances;
        firms[0].2.heir = Some(2);
        drop(firms);
        let snapshot = Snapshot::take(&mut world);
        run(&mut world, pass_on_orders);
        run(&mut world, super::super::values::revalue_homes);
        assert_eq!(ordered(&mut world), before);
        assert!(world.query::<&Home>().iter(&world).all(|h| h.developer != 0));
        assert!(world.query::<&Development>().iter(&world).all(|d| d.heir.is_none()));
        snapshot.check(&mut world);
    }

    #[test]
    fn without_any_developer_advances_are_written_off() {
        let mut world = buyers_world(1_000);
        let snapshot = Snapshot::take(&mut world);
        for mut identity in world.query::<&mut Identity>().iter_mut(&mut world) {
            identity.life = Life::Closed;
        }
        run(&mut world, pass_on_orders);
        run(&mut world, super::super::values::revalue_homes);
        assert_eq!(ordered(&mut world), (0, 0));
        assert!(!world.resource::<Events>().0.is_empty());
        snapshot.check(&mut world);
    }
}
