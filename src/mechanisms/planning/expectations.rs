//! Demand expectations: a firm expects last quarter's orders, smoothed, to go on growing with the economy. Orders that
//! could not be filled count in part, so rationed firms learn that they could sell more. A firm younger than five
//! quarters whose orders fall short of its expectation keeps the expectation as it is.
//!
//! ```text
//! e[t] = (1 + g) · (e[t−1] + λ · (d[t−1] − e[t−1])),   d = sales + υ · (orders − sales)⁺
//! g[t] = g[t−1] + κ · (ω · G − g[t−1])
//! ```
//!
//! e `expected_demand`; g `expected_growth`; G smoothed growth of the economy (`Indicators::gdp_growth`); λ
//! `adjustment`; υ `unfilled_weight`; κ `growth_adjustment`; ω `trend_weight`. Source: adaptive expectations (Cagan
//! 1956; Nerlove 1958), with trend as in Assenza, Delli Gatti & Grazzini (2015). Departures: the trend is learnt from
//! the published growth of the economy, because a single firm's growth is mostly noise. Demand of the last quarter is
//! compared with what was expected of it and the whole is grown by a quarter, so that on a balanced path `e[t] = d[t]`.
//! Reads `Operations`, `Indicators`; writes `Operations::{expected_demand, expected_growth}`. Draws: none.
//! Not here yet: heterogeneous forecasting rules.

use crate::agents::{Identity, Operations};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::*;

parameters! {
    /// Demand expectations.
    pub struct Parameters {
        /// Weight of the newest orders: Caiani et al. (2016), table 3.
        adjustment: f64 = 0.25, "per quarter", 0.0..=1.0;
        /// Speed at which the expected trend follows published growth (assumed: twenty-five years; with twelve the trend is the cycle's own and investment swings with it).
        growth_adjustment: f64 = 0.01, "per quarter", 0.0..=1.0;
        /// Weight of orders that could not be filled: the part that no other seller fills either (about a seventh to a fifth of first orders turned away in `quick`; the rest is counted where it is filled).
        unfilled_weight: f64 = 0.15, "share", 0.0..=1.0;
        /// Share of the economy's trend that a firm expects of its own demand (assumed).
        trend_weight: f64 = 1.0, "share", 0.0..=1.0;
    }
}

/// Expected demand of this quarter after the orders of the last one.
#[must_use]
pub fn expected_demand(previous: f64, orders: f64, growth: f64, adjustment: f64) -> f64 {
    (1.0 + growth) * (previous + adjustment * (orders - previous))
}

fn form_expectations(p: Res<Parameters>, indicators: Res<Indicators>, mut firms: Query<(&Identity, &mut Operations)>) {
    for (identity, mut operations) in &mut firms {
        if identity.active() {
            let o = &mut *operations;
            o.expected_growth += p.growth_adjustment * (p.trend_weight * indicators.gdp_growth - o.expected_growth);
            // A founder sticks to the plan for a year: the first quarters bring no orders yet.
            if identity.age < 5 && o.lagged_orders < o.expected_demand {
                continue;
            }
            let demand = o.sold_last + p.unfilled_weight * (o.lagged_orders - o.sold_last).max(0.0);
            o.expected_demand = expected_demand(o.expected_demand, demand, o.expected_growth, p.adjustment).max(0.0);
        }
    }
}

/// Demand expectations.
pub struct DemandExpectations;

impl Mechanism for DemandExpectations {
    const NAME: &'static str = "demand_expectations";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "adaptive expectations",
        off: &[
            "demand_expectations.adjustment=1.0",
            "demand_expectations.growth_adjustment=1.0",
            "demand_expectations.trend_weight=0.0",
        ],
        instead: "naive expectations: last quarter's demand is expected again, without growth",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (form_expectations,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constant_orders_are_expected_to_go_on() {
        assert!((expected_demand(100.0, 100.0, 0.0, 0.3) - 100.0).abs() < 1e-12);
        assert!((expected_demand(100.0, 120.0, 0.0, 0.3) - 106.0).abs() < 1e-12);
    }

    #[test]
    fn demand_that_grows_at_the_trend_is_forecast_without_error() {
        let (mut e, mut d) = (100.0, 100.0);
        for _ in 0..50 {
            e = expected_demand(e, d, 0.01, 0.3);
            d *= 1.01;
        }
        assert!((e / d - 1.0).abs() < 1e-6);
    }
}
