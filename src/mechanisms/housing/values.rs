//! What households' homes are worth at the end of the tick: floor space at the regional price.
//!
//! ```text
//! homes_g = round(Σ floor_space · price_g · ratio),    revaluation = homes − (homes before + purchases)
//! ```
//!
//! price `Indicators::home_prices`; ratio of a mean square metre to a new one at the start. A small part of the floor
//! space falls out of use first. Changes of price, wear and the gap between new and mean homes are one other change.
//! Runs once, after everything that trades homes or changes prices. Source: System of National Accounts 2008, 12.73-84.
//!
//! Reads `HousingReference`, `Indicators`, `Person`; writes `Home`, `HomeValues`, the ledger. Draws: none.

use super::{HomeValues, HousingReference};
use crate::accounts::{Column, Fen, Instrument, Ledger};
use crate::agents::{Home, Person};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::*;

parameters! {
    /// `[home_revaluation]`: wear of homes.
    pub struct Parameters {
        /// Whether homes fall out of use at the reference rate.
        demolition: bool = true;
    }
}

/// Value of floor space by region at its prices \[fen\].
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "rounded once for each region")]
pub fn value_of_homes(floor_space: &[f64], prices: &[f64], ratio: f64) -> Fen {
    floor_space.iter().zip(prices).map(|(floor, price)| (floor * price * ratio * 100.0).round() as Fen).sum()
}

/// Floor space by region \[square metres\], added in row order.
pub fn floor_by_region<'a>(homes: impl Iterator<Item = (&'a Person, &'a Home)>, regions: usize) -> Vec<f64> {
    let mut floor = vec![0.0; regions];
    for (person, home) in homes {
        floor[usize::from(person.region)] += f64::from(home.floor_space);
    }
    floor
}

/// Part of the floor space falls out of use.
#[allow(clippy::cast_possible_truncation, reason = "floor space is single precision")]
pub(crate) fn demolish(mut homes: Query<&mut Home>, parameters: Res<Parameters>, reference: Res<HousingReference>) {
    if parameters.demolition && reference.demolition > 0.0 {
        let kept = (1.0 - reference.demolition) as f32;
        homes.iter_mut().for_each(|mut home| home.floor_space *= kept);
    }
}

/// Homes are valued at the regional price.
pub(crate) fn revalue_homes(
    homes: Query<(&Person, &Home)>,
    (reference, indicators): (Res<HousingReference>, Res<Indicators>),
    mut values: ResMut<HomeValues>,
    mut ledger: ResMut<Ledger>,
) {
    let households = Column::Households.index();
    let floor = floor_by_region(homes.iter(), reference.sales.len());
    let measured = value_of_homes(&floor, &indicators.home_prices, reference.existing_price_ratio);
    let booked =
        values.households - ledger.tagged(Instrument::Homes, households) + ledger.other(Instrument::Homes, households);
    ledger.other_change(Instrument::Homes, Column::Households, measured - booked);
    values.households = measured;
}

/// Revaluation of households' homes.
pub struct HomeRevaluation;

impl Mechanism for HomeRevaluation {
    const NAME: &'static str = "home_revaluation";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "homes that fall out of use",
        off: &["home_revaluation.demolition=false"],
        instead: "every home lasts; revaluation itself is accounting",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (demolish, revalue_homes).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Snapshot, buyers_world, run};
    use super::*;

    #[test]
    fn a_region_is_rounded_once() {
        assert_eq!(value_of_homes(&[100.0, 0.001], &[10_000.0, 3.0], 0.5), 50_000_000);
    }

    #[test]
    fn wear_and_prices_are_other_changes() {
        let mut world = buyers_world(200);
        world.insert_resource(Parameters::default());
        let snapshot = Snapshot::take(&mut world);
        world.resource_mut::<Indicators>().home_prices[0] *= 0.9;
        run(&mut world, demolish);
        run(&mut world, revalue_homes);
        assert!(world.resource::<Ledger>().other(Instrument::Homes, Column::Households.index()) < 0);
        snapshot.check(&mut world);
    }
}
