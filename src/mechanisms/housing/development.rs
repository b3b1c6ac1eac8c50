//! Developers expect sales adaptively and order construction that keeps unsold floor space at its normal level, more
//! where the price that they expect leaves more than the normal margin over construction and land, less where it
//! leaves less, and none where it does not cover construction, the land being paid already.
//!
//! ```text
//! build = (Sᵉ + κ · (ratio₀ · Sᵉ − (unsold + Sᵉ))) · m + late,    0 ≤ build ≤ min(land, largest · Sᵉ, funds / cost)
//! m = q^ε if pᵉ > c, else 0,   q = pᵉ · (1 − μ) / (c + l),   pᵉ = p · (1 + gᵉ · h)
//! ```
//!
//! q price over cost at the margin μ of the opening (Tobin's q of housing, one at the opening); ε `margin_elasticity`; c construction
//! at its current price; late what was ordered in the last quarter and not delivered: the contract goes on; l what the developer's land has cost; gᵉ expected growth of prices; h `horizon`.
//!
//! Sᵉ `expected_sales`, which also counts the developer's share of purchases that found no home; unsold floor space less what is sold ahead, after this tick's sales; cost of construction at its current price. Orders go to
//! construction firms through the goods market of firms, which returns deliveries; these become floor space at the
//! construction cost of 2023 for a square metre, and the land under them moves from land to homes at cost.
//! Source: stock-adjustment supply (`DiPasquale` & Wheaton 1994) with the price-cost ratio as in Jud & Winkler (2003). Departures: homes under way and finished are one stock.
//!
//! Reads `HousingReference`, `HomeDemand`, `Indicators`, `ConstructionDeliveries`; writes `Development`, `ConstructionOrders`, the ledger.
//! Draws: none. Not here yet: starts and completions, developers' debt rules ("three red lines").

use super::{ConstructionDeliveries, ConstructionOrders, HomeDemand, HousingReference};
use crate::accounts::{Column, Fen, Instrument, Ledger, Money, Quantity};
use crate::agents::{Books, Development as Stock, Identity};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::finance::credit::undrawn_line;
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// `[development]`: construction of homes.
    pub struct Parameters {
        /// Whether developers build.
        enabled: bool = true;
        /// Speed of sales expectations (assumed).
        expectation_speed: f64 = 0.25, "per quarter", 0.0..=1.0;
        /// Speed at which unsold floor space returns to normal (assumed).
        stock_speed: f64 = 0.125, "per quarter", 0.0..=1.0;
        /// Response of construction to price over cost: Wang, Chan & Xu (2012) find a national price elasticity of supply between 2.8 and 5.6 for 35 Chinese cities, 1998-2009 (Liu 2014 one of 2.65; OECD countries 0.2 to 2, Caldera & Johansson 2013).
        margin_elasticity: f64 = 4.0, "elasticity", 0.0..=20.0;
        /// Time until what is begun now is sold, over which developers expect prices to grow (assumed: a year).
        horizon: f64 = 4.0, "quarters", 0.0..=40.0;
        /// Largest construction over expected sales (assumed).
        largest_build: f64 = 2.0, "ratio", 0.0..=10.0;
        /// Floor space that every developer adds to its expected sales when buyers who found no home look around, so that entrants begin (assumed).
        entrant_weight: f64 = 100.0, "square metres per quarter", 0.1..=1.0e6;
        /// Part of deposits and open credit line that construction may take in a quarter (assumed).
        funds_share: f64 = 0.7, "share", 0.0..=1.0;
    }
}

/// Floor space that a developer starts \[square metres\].
#[must_use]
pub fn planned_floor_space(stock: &Stock, unsold_ratio: f64, response: f64, affordable: f64, p: &Parameters) -> f64 {
    let unsold = stock.floor_space - stock.floor_space_sold;
    let wanted = stock.expected_sales + p.stock_speed * ((unsold_ratio - 1.0) * stock.expected_sales - unsold);
    (wanted * response + stock.undelivered)
        .min(p.largest_build * stock.expected_sales)
        .min(stock.land)
        .min(affordable)
        .max(0.0)
}

/// What construction is multiplied by for the margin that a project promises: one at the normal margin.
#[must_use]
pub fn margin_response(expected_price: f64, construction: f64, land: f64, normal_margin: f64, p: &Parameters) -> f64 {
    if expected_price <= construction {
        return 0.0;
    }
    libm::pow(expected_price * (1.0 - normal_margin) / (construction + land).max(1e-9), p.margin_elasticity)
}

/// Deposits and open credit line \[yuan\].
#[must_use]
pub fn funds(books: &Books) -> f64 {
    (books.deposits.yuan() + undrawn_line(books).yuan()).max(0.0)
}

/// Developers learn from sales and order construction.
pub(crate) fn order_construction(
    mut firms: Query<(&Identity, &Books, &mut Stock)>,
    (parameters, reference, structure): (Res<Parameters>, Res<HousingReference>, Res<Structure>),
    (indicators, wanted): (Res<Indicators>, Res<HomeDemand>),
    mut orders: ResMut<ConstructionOrders>,
    mut deliveries: ResMut<ConstructionDeliveries>,
) {
    orders.0.clear();
    deliveries.0.clear();
    let price = indicators.prices.get(structure.construction).copied().unwrap_or(1.0);
    let mut turned_away: Vec<(f64, f64)> = wanted.effective.iter().map(|w| (*w, 0.0)).collect();
    turned_away.resize(reference.sales.len(), (0.0, 0.0));
    for (identity, _, stock) in &firms {
        if identity.active() && usize::from(identity.sector) == structure.real_estate {
            let (missed, weights) = &mut turned_away[usize::from(identity.region)];
            *missed = (*missed - stock.sales).max(0.0);
            *weights += stock.expected_sales + parameters.entrant_weight;
        }
    }
    for (slot, (identity, books, mut stock)) in firms.iter_mut().enumerate() {
        if !identity.active() || usize::from(identity.sector) != structure.real_estate {
            continue;
        }
        let (missed, weights) = turned_away[usize::from(identity.region)];
        let share = (stock.expected_sales + parameters.entrant_weight) / weights;
        let demand = stock.sales + missed * share;
        let news = demand - stock.expected_sales;
        stock.expected_sales = (stock.expected_sales + parameters.expectation_speed * news).max(0.0);
        let affordable = parameters.funds_share * funds(books) / (reference.construction_cost * price);
        let g = usize::from(identity.region);
        let land = if stock.land > 0.0 { stock.land_value.yuan() / stock.land } else { indicators.land_prices[g] };
        let expected_price = indicators.home_prices[g] * (1.0 + indicators.home_price_growth[g] * parameters.horizon);
        let cost = reference.construction_cost * price;
        let response = margin_response(expected_price, cost, land, reference.margin, &parameters);
        let floor = planned_floor_space(&stock, reference.unsold_ratio[g], response, affordable, &parameters);
        let units = Quantity::from_units(floor * reference.construction_cost);
        stock.undelivered = floor;
        if parameters.enabled && units > Quantity::ZERO {
            orders.0.push((u32::try_from(slot).expect("slots fit"), units));
        }
    }
}

/// Construction delivered becomes homes, with the land under it.
pub(crate) fn complete_construction(
    mut firms: Query<&mut Stock>,
    (reference, structure): (Res<HousingReference>, Res<Structure>),
    mut deliveries: ResMut<ConstructionDeliveries>,
    mut ledger: ResMut<Ledger>,
) {
    let mut firms: Vec<_> = firms.iter_mut().collect();
    let mut land_used: Fen = 0;
    for (slot, paid, units) in deliveries.0.drain(..) {
        let stock = &mut firms[slot as usize];
        let floor = units.units() / reference.construction_cost;
        let used = if stock.land > 0.0 { (floor / stock.land).min(1.0) } else { 1.0 };
        let land: Money = stock.land_value.share(used);
        stock.land = (stock.land - floor).max(0.0);
        stock.undelivered = (stock.undelivered - floor).max(0.0);
        stock.land_value -= land;
        stock.floor_space += floor;
        stock.homes_value += paid + land;
        land_used += land.fen();
    }
    let column = Column::Firms(structure.real_estate);
    ledger.other_change(Instrument::Land, column, -land_used);
    ledger.other_change(Instrument::Homes, column, land_used);
}

/// Sales expectations and orders of construction.
pub struct Development;

impl Mechanism for Development {
    const NAME: &'static str = "development";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "construction of homes",
            off: &["development.enabled=false"],
            instead: "developers order no construction",
        },
        Switch {
            part: "response to margins",
            off: &["development.margin_elasticity=0.0"],
            instead: "developers build for expected sales as long as the price covers construction",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (order_construction,).chain()
    }
}

parameters! {
    /// `[home_completion]`: nothing to set.
    pub struct CompletionParameters {}
}

/// Floor space out of delivered construction; runs after the purchase of construction.
pub struct HomeCompletion;

impl Mechanism for HomeCompletion {
    const NAME: &'static str = "home_completion";
    const SWITCHES: Switches = Switches::None("it turns construction that was paid for into homes");
    type Parameters = CompletionParameters;
    fn systems() -> Systems {
        (complete_construction,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Snapshot, buyers_world, deliver_construction, run};
    use super::*;

    fn stock() -> Stock {
        Stock { land: 1_000.0, floor_space: 400.0, floor_space_sold: 300.0, expected_sales: 50.0, ..Stock::default() }
    }

    #[test]
    fn construction_replaces_sales_when_stocks_are_normal() {
        let p = Parameters::default();
        assert!((planned_floor_space(&stock(), 3.0, 1.0, 1e9, &p) - 50.0).abs() < 1e-12);
        assert!(planned_floor_space(&stock(), 4.0, 1.0, 1e9, &p) > 50.0);
        assert!((planned_floor_space(&stock(), 3.0, 1.0, 7.0, &p) - 7.0).abs() < 1e-12);
        assert!(planned_floor_space(&Stock { land: 0.0, ..stock() }, 2.0, 1.0, 1e9, &p) == 0.0);
        assert!(planned_floor_space(&Stock { floor_space: 5_000.0, ..stock() }, 2.0, 1.0, 1e9, &p) == 0.0);
        assert!((planned_floor_space(&stock(), 3.0, 1.2, 1e9, &p) - 60.0).abs() < 1e-12);
        // What came late is ordered again on top.
        assert!((planned_floor_space(&Stock { undelivered: 9.0, ..stock() }, 3.0, 1.0, 1e9, &p) - 59.0).abs() < 1e-12);
    }

    #[test]
    fn a_price_above_cost_and_margin_calls_forth_construction_and_one_below_construction_none() {
        let p = Parameters::default();
        assert!((margin_response(10_000.0, 5_000.0, 4_000.0, 0.1, &p) - 1.0).abs() < 1e-12);
        assert!(margin_response(11_000.0, 5_000.0, 4_000.0, 0.1, &p) > 1.4);
        assert!(margin_response(9_000.0, 5_000.0, 4_000.0, 0.1, &p) < 0.7);
        assert!(margin_response(4_900.0, 5_000.0, 4_000.0, 0.1, &p) == 0.0);
        let insensitive = Parameters { margin_elasticity: 0.0, ..p };
        assert!((margin_response(9_000.0, 5_000.0, 4_000.0, 0.1, &insensitive) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn deliveries_become_floor_space_at_cost() {
        let mut world = buyers_world(300);
        run(&mut world, order_construction);
        let ordered: f64 = world.resource::<ConstructionOrders>().0.iter().map(|o| o.1.units()).sum();
        assert!(ordered > 0.0);
        let cost = world.resource::<HousingReference>().construction_cost;
        let floor = |world: &mut World| world.query::<&Stock>().iter(world).map(|s| s.floor_space).sum::<f64>();
        let before = floor(&mut world);
        let snapshot = Snapshot::take(&mut world);
        deliver_construction(&mut world);
        run(&mut world, complete_construction);
        run(&mut world, super::super::values::revalue_homes);
        assert!((floor(&mut world) - before - ordered / cost).abs() < 1e-3);
        snapshot.check(&mut world);
    }
}
