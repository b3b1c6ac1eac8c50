//! Capital goods: makers of machines differ in how productive their machines are, and buyers weigh that against the price.
//! A firm that is about to buy works out what a better machine would save it in labour over its pay-back period; when it
//! compares suppliers (`markets::interfirm`), that counts beside price, quality and reliability, as far as it buys the
//! product to invest. What it installs is as productive as the machines of those who delivered: makers innovate and imitate
//! (`technology::research`), and their customers carry the result.
//!
//! ```text
//! λ = (u / ν) · W · B̄ / D_s,   worth = θ · 4 · b · λ / (M · P_K)
//! utility of a seller of machines gains i · φ_p · worth · ln q,   productivity of what is installed = D_s · Π_r q_r^(θ · w_r)
//! ```
//!
//! λ labour cost on a unit of the newest capital \[yuan per quarter\], as in `investment`; b `pay_back`; M the part of machines in a
//! unit of capital and w the part of product r in them: storable products of `Structure::business_bundle`; `P_K` price of
//! capital; q quality of the maker's product relative to its sector's mean, of imports one; i part of investment in last
//! quarter's purchases of the product; `φ_p` `interfirm_trade.price_weight`; θ `elasticity`. Source: Dosi, Fagiolo & Roventini (2010),
//! section 2.2: buyers choose the machine with the lowest p + b · c(A), here to first order in logs, and makers of machines
//! search for better ones. Departures: machines are relative to their sector's mean, whose rise is the frontier's; quality
//! is one number, for customers who consume and for those who invest.
//! Reads `Capital`, `Staff`, `Technology`, `Indicators`, `Frontier`; writes `Operations::machine_worth`. Draws: none.
//! Not here yet: catalogues sent to new customers.

use super::prices::wage_per_unit;
use crate::agents::{Capital, Identity, Operations, Staff, Technology};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::technology::tasks::labour_per_unit;
use crate::mechanisms::technology::{Frontier, adoption};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Capital goods.
    pub struct Parameters {
        /// Whether machines differ by maker; false lets all firms install the mean of what is on sale.
        enabled: bool = true;
        /// Productivity of a machine per log point of its maker's quality (assumed: a machine is as much better as its maker's products are).
        elasticity: f64 = 1.0, "elasticity", 0.0..=5.0;
        /// Time over which savings count when a machine is chosen: b in Dosi, Fagiolo & Roventini (2010), table 1, 3 periods, read as years as for scrapping.
        pay_back: f64 = 3.0, "years", 0.0..=50.0;
    }
}

impl Parameters {
    /// θ, zero if machines do not differ.
    #[must_use]
    pub fn effect(&self) -> f64 {
        if self.enabled { self.elasticity } else { 0.0 }
    }
}

/// Part of each product in the machines of a unit of capital (sum one), and machines in a unit of capital \[share\].
#[must_use]
pub fn machine_shares(structure: &Structure) -> (Vec<f64>, f64) {
    let bundle = &structure.business_bundle;
    let part = |r: usize| if structure.sectors[r].storable { bundle.domestic[r] + bundle.imported[r] } else { 0.0 };
    let parts: Vec<f64> = (0..structure.sector_count()).map(part).collect();
    let all: f64 = parts.iter().sum();
    let share = |x: &f64| if all > 0.0 { x / all } else { 0.0 };
    (parts.iter().map(share).collect(), all)
}

/// What a log point of quality of a machine is worth to a buyer, in log points of its price.
#[must_use]
pub fn worth(labour_cost: f64, machines: f64, capital_price: f64, p: &Parameters) -> f64 {
    let price = machines * capital_price;
    if price > 0.0 { p.effect() * 4.0 * p.pay_back * labour_cost / price } else { 0.0 }
}

fn appraise_machines(
    p: Res<Parameters>,
    adoption: Res<adoption::Parameters>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    frontier: Res<Frontier>,
    mut firms: Query<(&Identity, &mut Operations, &Capital, &Staff, &Technology)>,
) {
    let machines = machine_shares(&structure).1;
    for (identity, mut operations, capital, staff, technology) in &mut firms {
        if !identity.active() {
            continue;
        }
        let s = usize::from(identity.sector);
        let sector = &structure.sectors[s];
        let newest = frontier.domestic[s];
        let unit = labour_per_unit(sector, &staff.task_mix, technology, operations.productivity, adoption.augmentation);
        let per_output = wage_per_unit(&structure, &indicators, staff, &unit) * capital.productivity(newest) / newest;
        let per_capital = structure.normal_utilisation / sector.capital_output_ratio * per_output;
        operations.machine_worth = worth(per_capital, machines, indicators.capital_price, &p);
    }
}

/// Choice of machines.
pub struct CapitalGoods;

impl Mechanism for CapitalGoods {
    const NAME: &'static str = "capital_goods";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "machines that differ by maker",
        off: &["capital_goods.enabled=false"],
        instead: "all firms install the mean of what is on sale",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (appraise_machines,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_better_machine_is_worth_what_it_saves_within_the_pay_back() {
        let p = Parameters { elasticity: 1.0, pay_back: 3.0, ..Parameters::default() };
        // 12 quarters of labour at 0.03 on a machine of 0.4: a log point saves 0.9 times its price.
        assert!((worth(0.03, 0.4, 1.0, &p) - 0.9).abs() < 1e-12);
        assert!((worth(0.03, 0.4, 2.0, &p) - 0.45).abs() < 1e-12);
        assert_eq!(worth(0.03, 0.0, 1.0, &p), 0.0);
        assert_eq!(worth(0.03, 0.4, 1.0, &Parameters { enabled: false, ..p }), 0.0);
    }

    #[test]
    fn machines_are_the_capital_goods_that_can_be_stocked() {
        let mut structure = crate::mechanisms::technology::small_structure();
        structure.business_bundle.domestic[..3].copy_from_slice(&[0.3, 0.4, 0.1]);
        structure.business_bundle.imported[..2].copy_from_slice(&[0.1, 0.1]);
        structure.sectors[0].storable = true;
        structure.sectors[2].storable = true;
        let (shares, machines) = machine_shares(&structure);
        assert!((machines - 0.5).abs() < 1e-12);
        assert!((shares[0] - 0.8).abs() < 1e-12 && shares[1] == 0.0 && (shares[2] - 0.2).abs() < 1e-12);
    }
}
