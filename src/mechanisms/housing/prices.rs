//! Regional prices of homes follow excess demand and expectations; land is worth what is left of them.
//!
//! ```text
//! g = λ · ln(ratio₀ · demand / unsold) + μ · gᵉ + (1 − μ) · (πᵉ + ω · productivity growth)
//! gᵉ ← gᵉ + η · (g − gᵉ),    land = max(price · (1 − margin) − construction, floor · price)
//! ```
//!
//! demand: developers' expected sales, which count what buyers did not find; ratio₀ the unsold floor space that leaves prices alone
//! (`HousingReference::unsold_ratio`). Source: excess-demand pricing with months of supply as in Caldera & Johansson (2013);
//! adaptive expectations as in Gelain & Lansing (2014); land as a residual (Davis & Heathcote 2007): when homes lose a
//! tenth, land loses about a fifth, as local land revenue did in 2022-24. Departures: one price a region.
//!
//! Reads `Development`, `HousingReference`; writes `Indicators::{home_prices, home_price_growth, land_prices}`,
//! which nothing else reads before the next tick. Draws: none.

use super::HousingReference;
use crate::agents::{Development, Identity};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// `[home_prices]`: prices of homes and land.
    pub struct Parameters {
        /// Response of prices to the log of demand over unsold supply (assumed: supply one third above normal lowers prices by 2 % a year).
        adjustment: f64 = 0.015, "per quarter", 0.0..=1.0;
        /// Weight of expected price growth in price growth (momentum; Case & Shiller 1989 find a fourth to a half).
        momentum: f64 = 0.4, "share", 0.0..=0.95;
        /// Part of productivity growth that prices follow when supply is normal (assumed).
        productivity_weight: f64 = 0.5, "share", 0.0..=2.0;
        /// Speed of expectations (assumed).
        expectation_speed: f64 = 0.2, "per quarter", 0.0..=1.0;
        /// Largest log imbalance that prices react to (assumed).
        largest_imbalance: f64 = 1.0, "log points", 0.1..=5.0;
        /// Largest change of a price (assumed).
        largest_change: f64 = 0.06, "per quarter", 0.0..=0.5;
        /// Price of land below which it is not sold, over the price of homes (assumed: cost of clearing and roads).
        land_floor: f64 = 0.05, "share", 0.0..=1.0;
    }
}

/// Growth of a region's price \[per quarter\].
#[must_use]
pub fn price_growth(
    demand: f64,
    unsold: f64,
    normal_ratio: f64,
    expected: f64,
    fundamental: f64,
    p: &Parameters,
) -> f64 {
    let imbalance = if demand > 0.0 && normal_ratio > 0.0 {
        libm::log(normal_ratio * demand / unsold.max(1e-9 * demand)).clamp(-p.largest_imbalance, p.largest_imbalance)
    } else {
        0.0
    };
    let growth = p.adjustment * imbalance + p.momentum * expected + (1.0 - p.momentum) * fundamental;
    growth.clamp(-p.largest_change, p.largest_change)
}

/// Price of land for a square metre of floor: what the price of homes leaves after margin and construction.
#[must_use]
pub fn land_price(home_price: f64, margin: f64, construction: f64, floor: f64) -> f64 {
    (home_price * (1.0 - margin) - construction).max(floor * home_price)
}

/// New prices of homes and land are found.
pub(crate) fn set_home_prices(
    firms: Query<(&Identity, &Development)>,
    (parameters, reference, structure): (Res<Parameters>, Res<HousingReference>, Res<Structure>),
    mut indicators: ResMut<Indicators>,
) {
    let regions = reference.sales.len();
    let (mut unsold, mut demand) = (vec![0.0; regions], vec![0.0; regions]);
    for (identity, development) in &firms {
        if identity.active() && usize::from(identity.sector) == structure.real_estate {
            let g = usize::from(identity.region);
            unsold[g] += (development.floor_space - development.floor_space_sold).max(0.0);
            demand[g] += development.expected_sales;
        }
    }
    let fundamental = indicators.expected_inflation + parameters.productivity_weight * indicators.productivity_growth;
    let construction =
        reference.construction_cost * indicators.prices.get(structure.construction).copied().unwrap_or(1.0);
    for g in 0..regions {
        let expected = indicators.home_price_growth[g];
        let growth = price_growth(demand[g], unsold[g], reference.unsold_ratio[g], expected, fundamental, &parameters);
        let price = indicators.home_prices[g] * (1.0 + growth);
        indicators.home_prices[g] = price;
        indicators.home_price_growth[g] += parameters.expectation_speed * (growth - expected);
        indicators.land_prices[g] = land_price(price, reference.margin, construction, parameters.land_floor);
    }
}

/// Prices of homes and land.
pub struct HomePrices;

impl Mechanism for HomePrices {
    const NAME: &'static str = "home_prices";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "excess demand and momentum",
        off: &["home_prices.adjustment=0.0", "home_prices.momentum=0.0"],
        instead: "prices of homes follow expected inflation and half of productivity growth everywhere",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (set_home_prices,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{buyers_world, run};
    use super::*;

    #[test]
    fn balance_without_inflation_leaves_prices_alone() {
        let p = Parameters::default();
        assert!(price_growth(10.0, 24.0, 2.4, 0.0, 0.0, &p).abs() < 1e-12);
        assert!(price_growth(10.0, 36.0, 2.4, 0.0, 0.0, &p) < -0.005);
        assert!(price_growth(10.0, 12.0, 2.4, 0.0, 0.0, &p) > 0.005);
        assert!((price_growth(10.0, 0.0, 2.4, 0.5, 0.5, &p) - p.largest_change).abs() < 1e-12);
    }

    #[test]
    fn expected_and_fundamental_growth_agree_in_a_steady_state() {
        assert!((price_growth(1.0, 2.0, 2.0, 0.01, 0.01, &Parameters::default()) - 0.01).abs() < 1e-12);
    }

    #[test]
    fn land_takes_the_whole_change_of_the_price_of_homes() {
        assert!((land_price(10_000.0, 0.0, 5_000.0, 0.05) - 5_000.0).abs() < 1e-9);
        assert!((land_price(9_000.0, 0.0, 5_000.0, 0.05) - 4_000.0).abs() < 1e-9);
        assert!((land_price(4_000.0, 0.0, 5_000.0, 0.05) - 200.0).abs() < 1e-9);
    }

    #[test]
    fn an_opening_in_balance_keeps_its_prices() {
        let mut world = buyers_world(400);
        let before = world.resource::<Indicators>().clone();
        run(&mut world, set_home_prices);
        let after = world.resource::<Indicators>();
        for g in 0..2 {
            assert!((after.home_prices[g] / before.home_prices[g] - 1.0).abs() < 1e-9);
            assert!((after.land_prices[g] / before.land_prices[g] - 1.0).abs() < 1e-9);
        }
    }
}
