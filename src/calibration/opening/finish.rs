//! From drafts to the components of firms: technology, prices, stocks, capital and balance sheets.

use super::super::assumptions::Assumptions;
use super::balance::Stocks;
use super::firms::FirmDraft;
use super::people::People;
use crate::accounts::{Money, Quantity};
use crate::agents::{
    Books, Capital, Development, Identity, Inventory, MAX_SECTORS, Operations, Ownership, Pricing, Staff, Stage,
    Suppliers, TASKS, Technology, Vintage,
};
use crate::mechanisms::labour::payroll::EFFICIENCY_ONE;
use crate::mechanisms::technology::opening_technology;
use crate::mechanisms::technology::tasks::{ai_services_per_unit, labour_per_unit};
use crate::structure::Structure;

/// Components of a firm.
#[derive(Clone, Debug, Default)]
pub struct FirmParts {
    /// Who.
    pub identity: Identity,
    /// Plans and output.
    pub operations: Operations,
    /// Prices.
    pub pricing: Pricing,
    /// Stocks.
    pub inventory: Inventory,
    /// People.
    pub staff: Staff,
    /// Capital.
    pub capital: Capital,
    /// Technology.
    pub technology: Technology,
    /// Money.
    pub books: Books,
    /// Suppliers.
    pub suppliers: Suppliers,
    /// Owners.
    pub ownership: Ownership,
    /// Development.
    pub development: Development,
}

impl Default for Suppliers {
    fn default() -> Self {
        Self([crate::agents::NOBODY; MAX_SECTORS])
    }
}

/// Shares of capital by age (quarters) when investment grows at `growth` and capital wears out at `wear`, per quarter.
fn layers(growth: f64, wear: f64) -> Vec<(u16, f64)> {
    let edges = [0.0, 4.0, 12.0, 24.0, 40.0, 60.0, 1e9];
    let rate = growth + wear;
    [2u16, 8, 18, 32, 50, 80]
        .iter()
        .zip(edges.windows(2))
        .map(|(age, edge)| (*age, libm::exp(-rate * edge[0]) - libm::exp(-rate * edge[1])))
        .collect()
}

/// Builds the components; `boundary` is the opening automation boundary, `technical_progress` the growth of the newest
/// capital's productivity that vintages reflect \[per quarter\].
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "agents' amounts fit"
)]
pub fn finish(
    drafts: &[FirmDraft],
    people: &People,
    posted: &[f64],
    structure: &Structure,
    stocks: &Stocks,
    a: &Assumptions,
    boundary: &[f64; TASKS],
    technical_progress: f64,
) -> Vec<FirmParts> {
    let mut parts: Vec<FirmParts> =
        drafts
            .iter()
            .enumerate()
            .map(|(i, d)| {
                if d.active() { firm(d, people, posted[i], structure, boundary, technical_progress) } else { vacant(d) }
            })
            .collect();
    spread_balances(&mut parts, structure, stocks, a);
    parts
}

fn vacant(d: &FirmDraft) -> FirmParts {
    FirmParts { identity: d.identity, ..FirmParts::default() }
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "agents' amounts fit"
)]
fn firm(
    d: &FirmDraft,
    people: &People,
    posted: f64,
    structure: &Structure,
    boundary: &[f64; TASKS],
    progress: f64,
) -> FirmParts {
    let sector = &structure.sectors[d.sector()];
    let digital = d.identity.stage == Stage::Digital;
    let (_, technology) = opening_technology(sector, *boundary, d.adopted, digital, d.depth);
    let mut staff = Staff { posted_wage: posted, ..Staff::default() };
    let mut wages = 0.0;
    for w in &people.workers[d.workers.0..d.workers.1] {
        let k = usize::from(w.person.task);
        staff.heads[k] += 1;
        staff.efficiency[k] += (f64::from(w.person.skill) * EFFICIENCY_ONE).round() as i64;
        wages += f64::from(w.job.wage) * structure.persons_per_worker;
    }
    // The task mix that makes today's staff fit today's automation exactly.
    let raw: [f64; TASKS] =
        core::array::from_fn(|k| staff.efficiency[k] as f64 / (1.0 - technology.ai_depth[k] + technology.new_tasks[k]));
    let sum: f64 = raw.iter().sum();
    staff.task_mix = raw.map(|x| x / sum);
    staff.desired = core::array::from_fn(|k| f64::from(staff.heads[k]));
    staff.positions = staff.heads;
    let unit: f64 = labour_per_unit(sector, &staff.task_mix, &technology, 1.0, 0.0).iter().sum();
    let effort: f64 = staff.efficiency.iter().map(|e| *e as f64 / EFFICIENCY_ONE).sum();
    let productivity = d.output * unit / effort;
    let q = d.output;
    let ai_unit =
        ai_services_per_unit(sector, &staff.task_mix, &technology, productivity, 1.0, structure.persons_per_worker);
    let inputs: f64 =
        (0..structure.sector_count()).map(|r| sector.domestic_inputs[r] + sector.imported_inputs[r]).sum::<f64>()
            + ai_unit;
    let compensation = wages * (1.0 + structure.employer_contribution_rate);
    let unit_cost = inputs + compensation / q;
    let mut inventory = Inventory::default();
    if sector.storable {
        inventory.finished = Quantity::from_units(q * structure.finished_goods_ratio);
        inventory.finished_value = inventory.finished.value(unit_cost.min(1.0));
    }
    for r in (0..structure.sector_count()).filter(|r| structure.sectors[*r].storable) {
        // Service firms have used the quarter's materials by now and hold the reserve only.
        let ratio = if sector.storable { structure.materials_ratio } else { structure.materials_ratio - 1.0 };
        let stock = Quantity::from_units(ratio * q * (sector.domestic_inputs[r] + sector.imported_inputs[r]));
        inventory.materials[r] = stock;
        inventory.materials_value[r] = stock.value(1.0);
    }
    let quantity = sector.capital_output_ratio * q / structure.normal_utilisation;
    let newest = layers(structure.growth, sector.depreciation)
        .iter()
        .map(|(age, share)| share * libm::exp(-progress * f64::from(*age)))
        .sum::<f64>();
    let vintages = layers(structure.growth, sector.depreciation)
        .into_iter()
        .rev()
        .map(|(age, share)| Vintage {
            quantity: quantity * share,
            productivity: libm::exp(-progress * f64::from(age)) / newest,
            value: Money::from_yuan(quantity * share),
            age,
        })
        .collect();
    FirmParts {
        identity: d.identity,
        operations: Operations {
            expected_demand: q,
            expected_growth: structure.growth,
            orders: q,
            sold_last: q,
            sold: Quantity::from_units(q),
            output: Quantity::from_units(q),
            planned_output: q,
            capital_capacity: q / structure.normal_utilisation,
            labour_capacity: q,
            productivity,
            quality: 1.0,
            ability: productivity,
            utilisation: structure.normal_utilisation,
            hours: 1.0,
            contract_hours: 1.0,
            export_weight: if sector.exports > 0.0 { d.exports / sector.exports } else { 0.0 },
            ..Operations::default()
        },
        pricing: Pricing {
            price: 1.0,
            mark_up: (1.0 - sector.sales_taxes()) / unit_cost - 1.0,
            unit_cost,
            market_share: q / sector.output,
            lagged_market_share: q / sector.output,
        },
        inventory,
        staff,
        capital: Capital { vintages },
        technology,
        books: Books {
            lagged_revenue: Money::from_yuan(q),
            lagged_value_added: Money::from_yuan(q * (1.0 - inputs)),
            revenue: Money::from_yuan(q),
            inputs: Money::from_yuan(q * inputs),
            compensation: Money::from_yuan(compensation),
            production_taxes: Money::from_yuan(q * sector.sales_taxes()),
            depreciation: Money::from_yuan(quantity * sector.depreciation),
            ..Books::default()
        },
        suppliers: Suppliers(d.suppliers),
        ..FirmParts::default()
    }
}

/// Spreads national stocks over firms: deposits by sales, loans by sales and capital, bonds by capital; developers
/// get the loans, land and homes of development by size.
fn spread_balances(parts: &mut [FirmParts], structure: &Structure, stocks: &Stocks, a: &Assumptions) {
    let active = |p: &FirmParts| p.identity.active();
    let revenue: f64 = parts.iter().filter(|p| active(p)).map(|p| p.operations.expected_demand).sum();
    let capital: f64 = parts.iter().filter(|p| active(p)).map(|p| p.capital.quantity()).sum();
    let developers: f64 = parts
        .iter()
        .filter(|p| active(p) && usize::from(p.identity.sector) == structure.real_estate)
        .map(|p| p.operations.expected_demand)
        .sum();
    for p in parts.iter_mut().filter(|p| active(p)) {
        let by_revenue = p.operations.expected_demand / revenue;
        let by_capital = p.capital.quantity() / capital;
        let mut loans = (stocks.firm_loans - stocks.developer_loans) * (0.5 * by_revenue + 0.5 * by_capital);
        p.books.deposits = Money::from_yuan(a.firm_deposits * by_revenue);
        p.books.bonds = Money::from_yuan(a.corporate_bonds * by_capital);
        if usize::from(p.identity.sector) == structure.real_estate {
            let share = p.operations.expected_demand / developers;
            loans += stocks.developer_loans * share;
        }
        p.books.loans = Money::from_yuan(loans);
        p.books.lending_rate = a.firm_loan_rate;
        p.books.credit_limit = p.books.loans + Money::from_yuan(p.operations.expected_demand * 0.25);
        if p.identity.public {
            p.ownership.state_share = 1.0;
        } else {
            #[allow(clippy::cast_possible_truncation, reason = "shares")]
            {
                p.ownership.state_share = a.state_share as f32;
                p.ownership.foreign_share = a.foreign_share as f32;
            }
        }
    }
}
