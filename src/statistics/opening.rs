//! Tick 0: the opening position, with the calibrated flows of a quarter of 2023 in place of flows that nobody made yet.

use super::facts::{Facts, Flows};
use crate::calibration::assumptions::Assumptions;
use crate::calibration::opening::Opening;
use bevy_ecs::prelude::World;

/// Banks' services to final users in the opening flows \[yuan per quarter\]: what the calibration took out of purchases
/// of financial services by households and governments, and by the world.
fn final_intermediation(o: &Opening, a: &Assumptions) -> (f64, f64, f64) {
    let (n, f) = (&o.national, o.structure.finance);
    let official = n.output[f] - n.bank_purchases + a.intermediation_services;
    let taken = a.intermediation_services / official / (1.0 - a.intermediation_services / official) / 4.0;
    (n.households[f] * taken, n.government[f] * taken, n.exports[f] * taken)
}

/// National flows of the opening \[yuan per quarter\].
#[must_use]
pub fn flows(o: &Opening, a: &Assumptions) -> Flows {
    let n = &o.national;
    let quarter = |v: &[f64]| v.iter().sum::<f64>() / 4.0;
    let by_output = |v: &[f64]| v.iter().zip(&n.output).map(|(x, q)| x * q).sum::<f64>() / 4.0;
    let (households, governments, world) = final_intermediation(o, a);
    let stocks: f64 = o.firms.iter().map(|f| f.inventory.value().yuan()).sum();
    let mut flows = Flows {
        household_consumption: quarter(&n.households) + quarter(&n.households_imported) + households,
        government_purchases: quarter(&n.government) + quarter(&n.government_imported) + governments,
        fixed_investment: (n.business_investment + n.public_investment + n.dwellings) / 4.0,
        inventory_change: o.structure.growth * stocks,
        exports: quarter(&n.exports) + world,
        imports: n.imports() / 4.0,
        compensation: by_output(&n.compensation),
        production_taxes: by_output(&n.taxes),
        deflator: 1.0,
        output: o.structure.sectors.iter().map(|s| s.output).collect(),
        ai_services: by_output(&n.ai_services),
        ..Flows::default()
    };
    flows.gdp = flows.household_consumption
        + flows.government_purchases
        + flows.fixed_investment
        + flows.inventory_change
        + flows.exports
        - flows.imports;
    flows.operating_surplus = flows.gdp - flows.compensation - flows.production_taxes;
    flows.gdp_real = flows.gdp;
    (flows.income, flows.expenditure) = (flows.gdp, flows.gdp);
    flows
}

/// The facts of the opening.
#[must_use]
pub fn survey(world: &mut World, o: &Opening, a: &Assumptions) -> Facts {
    let mut facts = Facts::survey(world);
    facts.flows = flows(o, a);
    facts.value_added = facts.firms.sectors.iter().map(|g| g.value_added).collect();
    let local = &mut facts.finance.local;
    let lagged: f64 = o.governments.iter().map(|g| super::facts::yuan(g.0.lagged_revenue)).sum();
    let compensated = a.land_compensation_share;
    local.land_revenue = if compensated > 0.0 { o.instruments.land_compensation / compensated } else { f64::NAN };
    local.taxes = lagged - local.land_revenue;
    local.transfers = o.central_government.transfers.iter().map(|t| super::facts::yuan(*t)).sum();
    set_profits(&mut facts, o, a);
    facts.set_point();
    facts
}

/// Profits of a quarter of 2023 by sector: value added less wages, sales taxes, net interest and depreciation.
fn set_profits(facts: &mut Facts, o: &Opening, a: &Assumptions) {
    facts.firms.nation.profit = 0.0;
    for (group, sector) in facts.firms.sectors.iter_mut().zip(&o.structure.sectors) {
        let taxes = group.revenue * sector.sales_taxes();
        let interest = (group.loans * a.firm_loan_rate - group.deposits * o.instruments.deposit_rate) / 4.0;
        group.profit = group.value_added - group.compensation - taxes - interest - group.capital * sector.depreciation;
        facts.firms.nation.profit += group.profit;
    }
}
