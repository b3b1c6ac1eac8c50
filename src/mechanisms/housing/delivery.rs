//! Orders come to an end: homes are handed over, and orders with a closed developer pass to another one.
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
fn take_over(from: &mut Development, to: &mut Development) {
    to.land += from.land;
    to.land_value += from.land_value;
    to.floor_space += from.floor_space;
    to.floor_space_sold += from.floor_space_sold;
    to.homes_value += from.homes_value;
    to.expected_sales += from.expected_sales;
    *from = Development::default();
}

/// Developers that closed leave homes, land and orders to the largest developer of the region; without one, land and
/// homes are lost and advances written off.
pub(crate) fn pass_on_orders(
    mut firms: Query<(&Identity, &mut Books, &mut Development)>,
    mut homes: Query<&mut Home>,
    structure: Res<Structure>,
    mut events: ResMut<Events>,
    mut ledger: ResMut<Ledger>,
) {
    let column = Column::Firms(structure.real_estate);
    let mut firms: Vec<_> = firms.iter_mut().collect();
    let mut heirs = vec![None; structure.region_count()];
    for (slot, (identity, _, development)) in firms.iter().enumerate().filter(|(_, f)| develops(f.0, &structure)) {
        let heir: &mut Option<(usize, f64)> = &mut heirs[usize::from(identity.region)];
        if heir.is_none_or(|(_, floor)| development.floor_space > floor) {
            *heir = Some((slot, development.floor_space));
        }
    }
    let mut moved: Vec<(usize, Option<usize>)> = Vec::new();
    for slot in 0..firms.len() {
        let (identity, books, development) = &mut firms[slot];
        let empty = books.advances == Money::ZERO
            && development.homes_value == Money::ZERO
            && development.land_value == Money::ZERO;
        if develops(identity, &structure) || empty {
            continue;
        }
        let (region, sector, advances) = (identity.region, identity.sector, core::mem::take(&mut books.advances));
        let mut estate = core::mem::take(&mut **development);
        let heir = heirs[usize::from(region)].map(|(heir, _)| heir);
        moved.push((slot, heir));
        if let Some(heir) = heir {
            firms[heir].1.advances += advances;
            take_over(&mut estate, &mut firms[heir].2);
            continue;
        }
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
            home.developer = u32::try_from(heir).expect("slots fit");
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
    use super::super::testing::{Snapshot, buyers_world, run};
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
    fn orders_of_a_closed_developer_pass_to_another_one_of_the_region() {
        let mut world = buyers_world(1_000);
        let before = ordered(&mut world);
        let snapshot = Snapshot::take(&mut world);
        world.query::<&mut Identity>().iter_mut(&mut world).next().expect("a firm").life = Life::Closed;
        run(&mut world, pass_on_orders);
        run(&mut world, super::super::values::revalue_homes);
        assert_eq!(ordered(&mut world), before);
        assert!(world.query::<&Home>().iter(&world).all(|h| h.developer != 0));
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
