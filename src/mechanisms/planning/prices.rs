//! Price setting: a firm charges a mark-up over normal unit cost, taxes on sales included, and moves only part of the
//! way each quarter. The mark-up rises when the firm's market share rises and when stocks or capacity are short, falls
//! when they are not, and returns slowly to the norm of the sector. Public service units keep the mark-up of the
//! opening.
//!
//! ```text
//! p* = (1 + μ) · u / (1 − τ),   Δp = α · (p* − p),   u = Σ a_r · P_r + x · P_AI + w · Σ q_k · L_k / Q
//! Δμ = |μ°| · (θ · Δm / m + ψ · z) + ρ · (μ° − μ),   μ_min ≤ μ ≤ κ · |μ°| + μ₊
//! goods z = (s* − s) / s*,   services z = orders / min(K / ν, Q_L) − 1,   −1 ≤ z ≤ 1,   −m_max ≤ Δm / m ≤ m_max
//! ```
//!
//! u `unit_cost` at normal hours; τ taxes on sales; w posted wage with contributions, whatever the staff is paid; q
//! task premium; μ° the sector's mark-up at the opening; m market share; s stock of finished goods, s* its norm; orders
//! of the last quarter, z zero without any; α `adjustment`; θ `market_share_reaction`; ψ `scarcity_reaction`; ρ `reversion`; κ
//! `ceiling`; `μ_min` `lowest_mark_up`; μ₊ `ceiling_margin`; `m_max` `largest_share_growth`. Sources: mark-up dynamics by market
//! share as in Dosi, Fagiolo & Roventini (2010), eq. 12; price stickiness by partial adjustment (price duration of two quarters, Chinese price-setting surveys, parameters.csv).
//! Departures: the reaction is scaled by the norm and not by the mark-up.
//! Reads `Indicators`, `Frontier`, plans, stocks and staff; writes `Pricing`. Draws: none.
//! Posted prices; what intelligent sellers charge single households is `personalised_pricing`.
//! Not here yet: public units that charge what their services cost.

use crate::agents::{Identity, Inventory, Operations, Pricing, Staff, TASKS, Technology};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::markets::product_import_share;
use crate::mechanisms::technology::Frontier;
use crate::mechanisms::technology::adoption;
use crate::mechanisms::technology::tasks::{ai_services_per_unit, labour_per_unit};
use crate::structure::{SectorStructure, Structure};
use bevy_ecs::prelude::*;

parameters! {
    /// Price setting.
    pub struct Parameters {
        /// Share of the gap to the wanted price closed in a quarter: a duration of two quarters (parameters.csv, `price_duration`).
        adjustment: f64 = 0.5, "per quarter", 0.01..=1.0;
        /// Reaction of the mark-up, over the sector's norm, to the growth of the market share: 0.04 in Dosi, Fagiolo & Roventini (2010), table 1.
        market_share_reaction: f64 = 0.04, "elasticity", 0.0..=1.0;
        /// Reaction of the mark-up, over the sector's norm, to missing stocks of goods or to orders beyond capacity of services (assumed).
        scarcity_reaction: f64 = 0.06, "elasticity", 0.0..=1.0;
        /// Return of the mark-up to its sector's norm (assumed; competition).
        reversion: f64 = 0.03, "per quarter", 0.0..=1.0;
        /// Largest mark-up over the sector's norm, before `ceiling_margin` (assumed).
        ceiling: f64 = 2.0, "ratio", 1.0..=10.0;
        /// Addition to the largest mark-up, so that sectors with a norm near zero can raise theirs (assumed).
        ceiling_margin: f64 = 0.05, "share of cost", 0.0..=1.0;
        /// Smallest mark-up: a firm sells below cost for a while, but not by more (assumed).
        lowest_mark_up: f64 = -0.1, "share of cost", -0.9..=0.0;
        /// Largest growth of the market share, up or down, that the mark-up reacts to (assumed).
        largest_share_growth: f64 = 0.5, "per quarter", 0.0..=2.0;
    }
}

/// Wanted price.
#[must_use]
pub fn wanted_price(unit_cost: f64, mark_up: f64, sales_taxes: f64) -> f64 {
    (1.0 + mark_up) * unit_cost / (1.0 - sales_taxes)
}

/// Mark-up after a quarter, as at the head of the file: `share_growth` of the market share, `scarcity` z.
#[must_use]
pub fn next_mark_up(mark_up: f64, norm: f64, share_growth: f64, scarcity: f64, p: &Parameters) -> f64 {
    let moved = mark_up
        + norm.abs() * (p.market_share_reaction * share_growth + p.scarcity_reaction * scarcity)
        + p.reversion * (norm - mark_up);
    moved.clamp(p.lowest_mark_up, norm.abs() * p.ceiling + p.ceiling_margin)
}

/// Cost of each product used per unit of output at last quarter's prices, home and abroad \[yuan per unit\].
#[must_use]
pub fn input_costs(structure: &Structure, sector: &SectorStructure, indicators: &Indicators) -> Vec<f64> {
    (0..structure.sector_count())
        .filter_map(|r| {
            let need = sector.domestic_inputs[r] + sector.imported_inputs[r];
            (need > 0.0).then(|| {
                let (home, abroad) = (sector.domestic_inputs[r], sector.imported_inputs[r]);
                let share = product_import_share(home, abroad, r, indicators, structure.import_elasticity);
                need * ((1.0 - share) * indicators.prices[r] + share * indicators.import_prices[r])
            })
        })
        .collect()
}

/// Cost of materials, services and AI per unit of output at last quarter's prices \[yuan per unit\].
#[must_use]
pub fn input_cost(costs: &[f64], structure: &Structure, indicators: &Indicators, ai_services: f64) -> f64 {
    costs.iter().fold(ai_services * indicators.prices[structure.ai_sector], |sum, cost| sum + cost)
}

#[allow(clippy::cast_precision_loss, reason = "fixed point to real")]
fn set_prices(
    p: Res<Parameters>,
    adoption: Res<adoption::Parameters>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    frontier: Res<Frontier>,
    mut firms: Query<(&Identity, &Operations, &Inventory, &Staff, &Technology, &mut Pricing)>,
) {
    let inputs: Vec<Vec<f64>> = structure.sectors.iter().map(|s| input_costs(&structure, s, &indicators)).collect();
    for (identity, operations, inventory, staff, technology, mut pricing) in &mut firms {
        if !identity.active() {
            continue;
        }
        let sector = &structure.sectors[usize::from(identity.sector)];
        let ai = ai_services_per_unit(
            sector,
            &staff.task_mix,
            technology,
            operations.productivity,
            frontier.ai_efficiency,
            structure.persons_per_worker,
        );
        let unit = labour_per_unit(sector, &staff.task_mix, technology, operations.productivity, adoption.augmentation);
        let labour_cost = wage_per_unit(&structure, &indicators, staff, &unit);
        let inputs = &inputs[usize::from(identity.sector)];
        let unit_cost = input_cost(inputs, &structure, &indicators, ai) + labour_cost;
        pricing.unit_cost = unit_cost;
        let norm = sector.mark_up;
        let share_growth = if pricing.lagged_market_share > 0.0 {
            (pricing.market_share / pricing.lagged_market_share - 1.0)
                .clamp(-p.largest_share_growth, p.largest_share_growth)
        } else {
            0.0
        };
        let scarcity = if sector.storable {
            let wanted = structure.finished_goods_ratio * operations.expected_demand;
            if wanted > 0.0 { ((wanted - inventory.finished.units()) / wanted).clamp(-1.0, 1.0) } else { 0.0 }
        } else if operations.lagged_orders > 0.0 {
            (operations.lagged_orders / operations.capital_capacity.min(operations.labour_capacity).max(1e-9) - 1.0)
                .clamp(-1.0, 1.0)
        } else {
            0.0
        };
        if !identity.public {
            pricing.mark_up = next_mark_up(pricing.mark_up, norm, share_growth, scarcity, &p);
        }
        let wanted = wanted_price(unit_cost, pricing.mark_up, sector.sales_taxes());
        pricing.price += p.adjustment * (wanted - pricing.price);
        debug_assert!(pricing.price > 0.0, "a price is a mean of positive ones");
    }
}

/// Labour cost per unit at normal hours: at the posted wage and the task premia, contributions included, whatever the
/// staff is paid \[yuan per unit\].
#[must_use]
pub fn wage_per_unit(structure: &Structure, indicators: &Indicators, staff: &Staff, unit: &[f64; TASKS]) -> f64 {
    let persons =
        structure.persons_per_worker * (1.0 + structure.employer_contribution_rate) * (1.0 + indicators.hour_cost_rise);
    (0..TASKS).map(|k| unit[k] * staff.posted_wage * indicators.task_premium[k] * persons).sum()
}

/// Price setting.
pub struct PriceSetting;

impl Mechanism for PriceSetting {
    const NAME: &'static str = "price_setting";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "mark-ups that move",
            off: &[
                "price_setting.market_share_reaction=0.0",
                "price_setting.scarcity_reaction=0.0",
                "price_setting.reversion=0.0",
            ],
            instead: "every firm keeps the mark-up with which it opened or entered",
        },
        Switch {
            part: "sticky prices",
            off: &["price_setting.adjustment=1.0"],
            instead: "the price is at once what the firm wants it to be",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (set_prices,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_opening_mark_up_reproduces_a_price_of_one() {
        let (cost, taxes) = (0.8, 0.05);
        let mark_up = (1.0 - taxes) / cost - 1.0;
        assert!((wanted_price(cost, mark_up, taxes) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_growing_share_and_short_stocks_raise_the_mark_up() {
        let p = Parameters::default();
        let norm = 0.2;
        assert!((next_mark_up(norm, norm, 0.0, 0.0, &p) - norm).abs() < 1e-12);
        assert!(next_mark_up(norm, norm, 0.1, 0.0, &p) > norm);
        assert!(next_mark_up(norm, norm, 0.0, 0.5, &p) > norm);
        assert!(next_mark_up(0.3, norm, 0.0, 0.0, &p) < 0.3);
        assert!((next_mark_up(5.0, norm, 0.0, 0.0, &p) - 0.45).abs() < 1e-12);
        assert!((next_mark_up(-5.0, norm, 0.0, 0.0, &p) + 0.1).abs() < 1e-12);
    }
}
