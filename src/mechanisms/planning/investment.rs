//! Investment planning: a firm replaces worn-out and outdated capital, keeps its capital growing with the demand that it
//! expects, and closes part of the gap to the capital that this demand needs at normal use. A high real borrowing rate,
//! unpaid claims on government and a loss make it cautious. What its own money does not cover it asks of its bank.
//!
//! ```text
//! I* = max(0, (δ + g − ω·n)·K + φ·S + min((K* − K) / h, χ·K)) · c,   I* = (K* − K) · min(c, 1) if K < K* / 4
//! K* = ν · e / u,   c = 1 − ι · [(r − r₀) − 4·(π^e − π₀)] − ρ · receivables / sales − ϑ · loss / max(sales, p·e),   0.1 ≤ c ≤ 1.5
//! S = capital with P_K / saving < b,   saving = (u / ν) · W · B̄ · (1 / B_vintage − 1 / B_newest)
//! L = (P_K · I* + research + materials + repayment − ((1 − π) · profit + depreciation + D − ℓ · sales)⁺)⁺
//! ```
//!
//! δ `depreciation`; g `expected_growth`; n demand that the sector's founders who build now expect, over that of firms in
//! business: what founders build for, incumbents need not; ω `room_for_entrants`; φ `scrapping_speed`; h `horizon`; χ `ceiling`; u normal use; π₀ the
//! structure's inflation; r₀ mean lending rate of the opening; ϑ `loss_reaction`; b `scrapping_pay_back` in years; W labour
//! cost per unit of output at the firm's own wages, task premia and AI (`prices::wage_per_unit`), B̄ mean productivity of
//! its vintages; L credit asked for; π opening payout; D deposits; ℓ opening deposits over sales. Without growth and with
//! demand as expected a firm replaces what wears out and asks for what it repays. Sources: stock adjustment with a ceiling
//! on the growth of capital and scrapping rule of Dosi, Fagiolo & Roventini (2010), whose pay-back of three periods is
//! read as years; confidence c falls with unpaid government bills (M16, M29); cash flow and investment Fazzari, Hubbard
//! & Petersen (1988). Credit demand holds the cost of projects that were funded in the last quarter; that of new ones is
//! added when they are proposed (see `technology::project`).
//! Reads `Indicators`, `Frontier`, `Capital`, `Staff`, `Technology`, `Books`; writes `Operations::{desired_investment,
//! scrapping}`, `Books::credit_demand`. Draws: none.
//! Not here yet: lumpiness from fixed costs.

use super::prices::wage_per_unit;
use crate::accounts::Money;
use crate::agents::{Books, Capital, Identity, Operations, Pricing, Staff, Technology, Vintage};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::finance::credit;
use crate::mechanisms::markets::purchase_plan::investment_import_shares;
use crate::mechanisms::technology::research_spending::research_price;
use crate::mechanisms::technology::tasks::labour_per_unit;
use crate::mechanisms::technology::{Frontier, adoption, research};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Investment planning.
    pub struct Parameters {
        /// Quarters over which a capital gap is closed (parameters.csv, `investment_adjustment_horizon`, assumes 1 to 4 years; the longest, since with two years a fall of demand by 1 % takes 1.7 % of output off investment and the economy swings without end).
        horizon: f64 = 16.0, "quarters", 1.0..=40.0;
        /// Fall of investment per point of real lending rate above the opening (assumed; user cost elasticity near one on a user cost of 10 %).
        user_cost_reaction: f64 = 3.0, "per unit of rate", 0.0..=50.0;
        /// Fall of investment per quarter of sales that governments owe (assumed, M16).
        arrears_reaction: f64 = 0.5, "per quarter of sales", 0.0..=10.0;
        /// Pay-back below which old capital is replaced early: the 3 periods of Dosi, Fagiolo & Roventini (2010), table 1, with machines that live at most 20, read as years.
        scrapping_pay_back: f64 = 3.0, "years", 0.0..=50.0;
        /// Share of such capital replaced in a quarter (assumed).
        scrapping_speed: f64 = 0.05, "per quarter", 0.0..=1.0;
        /// Largest part of the capital gap closed in a quarter, over capital (assumed; ceiling on the growth of capital in Dosi, Fagiolo & Roventini 2010).
        ceiling: f64 = 0.08, "share of capital", 0.0..=1.0;
        /// Fall of investment per unit of last quarter's loss over sales (assumed: a loss of a tenth of sales takes a fifth off investment; sign and order as in Fazzari, Hubbard & Petersen 1988).
        loss_reaction: f64 = 2.0, "per quarter of sales", 0.0..=20.0;
        /// Part of the demand that founders build for which incumbents leave to them when they plan capital (assumed: all, since founders come because demand grows at its trend; Hopenhayn 1992).
        room_for_entrants: f64 = 1.0, "share", 0.0..=1.0;
        /// Deposits that a firm keeps, over last quarter's sales; set at the opening to the national ratio when negative (PBoC).
        liquidity_ratio: f64 = -1.0, "quarters of sales", -1.0..=8.0;
    }
}

/// Opening ratios of firms that planning refers to.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct FirmNorms {
    /// Deposits over quarterly sales.
    pub liquidity: f64,
    /// Mean lending rate of the opening by the credit rule, weighted by capital \[per year\].
    pub lending_rate: f64,
    /// Payout of profits after tax.
    pub payout_ratio: f64,
    /// Effective company tax rate.
    pub company_tax_rate: f64,
    /// Debt over assets by sector (see `settlement::firms::assets`).
    pub leverage: Vec<f64>,
}

/// Investment wanted \[units\]: `growing` is what wears out and what capital must grow by to keep up with demand.
#[must_use]
pub fn desired_investment(
    capital: f64,
    target: f64,
    growing: f64,
    outdated: f64,
    confidence: f64,
    p: &Parameters,
) -> f64 {
    if capital < 0.25 * target {
        // A new firm builds at once, and no more than it was funded for.
        return (target - capital) * confidence.min(1.0);
    }
    let net = ((target - capital) / p.horizon).min(p.ceiling * capital);
    ((growing + outdated + net) * confidence).max(0.0)
}

/// Confidence: one at the opening real lending rate without arrears and losses, both over quarterly sales.
#[must_use]
pub fn confidence(real_rate_gap: f64, arrears: f64, loss: f64, p: &Parameters) -> f64 {
    (1.0 - p.user_cost_reaction * real_rate_gap - p.arrears_reaction * arrears - p.loss_reaction * loss).clamp(0.1, 1.5)
}

fn plan_investment(
    p: Res<Parameters>,
    (credit, adoption, research): (Res<credit::Parameters>, Res<adoption::Parameters>, Res<research::Parameters>),
    norms: Res<FirmNorms>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    frontier: Res<Frontier>,
    mut firms: Query<(&Identity, &mut Operations, &Capital, &Staff, &Technology, &Pricing, &mut Books)>,
) {
    let incumbents_and_founders =
        firms.iter().map(|(identity, operations, capital, ..)| (identity, operations, capital));
    let entrants = entrants_shares(incumbents_and_founders, structure.sector_count());
    // What a unit of capital costs without the research that firms buy apart.
    let research_abroad = investment_import_shares(&structure, &indicators)[structure.research.product];
    let capital_price = indicators.capital_price
        - research.content(&structure) * research_price(&structure, &indicators, research_abroad);
    for (identity, mut operations, capital, staff, technology, pricing, mut books) in &mut firms {
        if !identity.active() {
            continue;
        }
        let s = usize::from(identity.sector);
        let sector = &structure.sectors[s];
        let quantity = capital.quantity();
        let target = sector.capital_output_ratio * operations.expected_demand / structure.normal_utilisation;
        let growth = operations.expected_growth - p.room_for_entrants * entrants[s];
        let growing = (sector.depreciation + growth) * quantity;
        let unit = labour_per_unit(sector, &staff.task_mix, technology, operations.productivity, adoption.augmentation);
        let vintages = capital.productivity(frontier.domestic[s]);
        let outdated = p.scrapping_speed
            * outdated_capital(
                &p,
                structure.normal_utilisation / sector.capital_output_ratio,
                wage_per_unit(&structure, &indicators, staff, &unit) * vintages,
                indicators.capital_price,
                frontier.domestic[s],
                capital,
            );
        let expected_sales = operations.expected_demand * pricing.price;
        let sales = books.lagged_revenue.yuan().max(1.0);
        let real_gap =
            (books.lending_rate - norms.lending_rate) - 4.0 * (indicators.expected_inflation - structure.inflation);
        let loss = (-books.lagged_profit.yuan()).max(0.0) / expected_sales.max(sales);
        let c = confidence(real_gap, books.receivables.yuan() / sales, loss, &p);
        operations.scrapping = outdated;
        operations.desired_investment = desired_investment(quantity, target, growing, outdated, c, &p);
        operations.wanted_research = research.wanted(&structure, identity, &operations, pricing, &books);
        operations.intangible_investment = if technology.funded && technology.implementing == 0 {
            technology.project_cost.yuan() / capital_price
        } else {
            0.0
        };
        operations.desired_investment += operations.intangible_investment;
        let outlay = operations.desired_investment * capital_price + operations.wanted_research;
        let materials =
            pricing.unit_cost * (operations.planned_output - books.lagged_revenue.yuan() / pricing.price).max(0.0);
        let ratio = if p.liquidity_ratio < 0.0 { norms.liquidity } else { p.liquidity_ratio };
        let repayment = books.loans.yuan() * credit.repayment;
        let profit = books.lagged_profit.yuan();
        let retained = if identity.public { profit } else { profit - norms.payout_ratio * profit.max(0.0) };
        let own = (retained + sector.depreciation * capital.value().yuan()).max(0.0);
        let spare = own + books.deposits.yuan() - ratio * sales;
        books.credit_demand = Money::from_yuan((outlay + materials + repayment - spare.max(0.0)).max(0.0));
    }
}

/// Demand expected by firms that have no capital yet over that expected by the others, by sector.
fn entrants_shares<'a>(
    firms: impl Iterator<Item = (&'a Identity, &'a Operations, &'a Capital)>,
    sectors: usize,
) -> Vec<f64> {
    let mut demand = vec![(0.0, 0.0); sectors];
    for (identity, operations, capital) in firms.filter(|f| f.0.active()) {
        let (founders, incumbents) = &mut demand[usize::from(identity.sector)];
        *(if capital.quantity() > 0.0 { incumbents } else { founders }) += operations.expected_demand;
    }
    demand
        .into_iter()
        .map(|(founders, incumbents)| if incumbents > 0.0 { founders / incumbents } else { 0.0 })
        .collect()
}

/// Capital whose replacement by the newest vintage pays back soon: labour cost saved on a unit of capital, at the firm's
/// own wages for the work that it needs, against the price of capital. `labour_cost` is per unit of output at a
/// productivity of vintages of one \[yuan per unit\].
fn outdated_capital(
    p: &Parameters,
    output_per_capital: f64,
    labour_cost: f64,
    capital_price: f64,
    newest: f64,
    capital: &Capital,
) -> f64 {
    let outdated = |v: &&Vintage| {
        let saving = output_per_capital * labour_cost * (1.0 / v.productivity.max(1e-6) - 1.0 / newest.max(1e-6));
        saving > 0.0 && capital_price / saving < 4.0 * p.scrapping_pay_back
    };
    capital.vintages.iter().filter(outdated).map(|v| v.quantity).sum()
}

/// Investment planning.
pub struct InvestmentPlanning;

impl Mechanism for InvestmentPlanning {
    const NAME: &'static str = "investment_planning";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "caution",
            off: &[
                "investment_planning.user_cost_reaction=0.0",
                "investment_planning.arrears_reaction=0.0",
                "investment_planning.loss_reaction=0.0",
            ],
            instead: "confidence is always one: interest, unpaid bills and losses change no plan",
        },
        Switch {
            part: "early scrapping",
            off: &["investment_planning.scrapping_speed=0.0"],
            instead: "capital is used until it has worn out, whatever a newer vintage would save",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (plan_investment,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_target_a_firm_replaces_what_wears_out() {
        let p = Parameters::default();
        assert!((desired_investment(100.0, 100.0, 1.0, 0.0, 1.0, &p) - 1.0).abs() < 1e-12);
        assert!((desired_investment(100.0, 100.0 + p.horizon, 1.0, 0.0, 1.0, &p) - 2.0).abs() < 1e-12);
        assert!((desired_investment(100.0, 300.0, 1.0, 0.0, 1.0, &p) - 9.0).abs() < 1e-12);
        assert!((desired_investment(0.0, 50.0, 0.0, 0.0, 1.0, &p) - 50.0).abs() < 1e-12);
        assert!(desired_investment(100.0, 50.0, 1.0, 0.0, 1.0, &p).abs() < 1e-12);
    }

    #[test]
    fn capital_is_outdated_where_new_capital_pays_back_in_time() {
        let layer = |quantity, productivity| Vintage { quantity, productivity, ..Vintage::default() };
        let capital = Capital { vintages: vec![layer(3.0, 0.5), layer(5.0, 0.9), layer(7.0, 1.0)] };
        let p = Parameters { scrapping_pay_back: 3.0, ..Parameters::default() };
        // Savings of 0.1 · 1 · (1/B − 1) a quarter: 0.1 pays 1 back in ten quarters, 0.0111 in ninety.
        assert!((outdated_capital(&p, 0.1, 1.0, 1.0, 1.0, &capital) - 3.0).abs() < 1e-12);
        assert!((outdated_capital(&p, 0.1, 1.0, 0.1, 1.0, &capital) - 8.0).abs() < 1e-12);
        let p = Parameters { scrapping_pay_back: 0.0, ..p };
        assert!(outdated_capital(&p, 0.1, 1.0, 0.1, 1.0, &capital).abs() < 1e-12);
    }

    #[test]
    fn incumbents_leave_founders_the_demand_that_they_build_for() {
        let firm = |sector: u8, demand: f64, capital: f64| {
            let layer = Vintage { quantity: capital, productivity: 1.0, ..Vintage::default() };
            let vintages = if capital > 0.0 { vec![layer] } else { Vec::new() };
            let operations = Operations { expected_demand: demand, ..Operations::default() };
            (Identity { sector, ..Identity::default() }, operations, Capital { vintages })
        };
        let mut firms =
            [firm(0, 90.0, 500.0), firm(0, 10.0, 50.0), firm(0, 2.0, 0.0), firm(1, 5.0, 30.0), firm(2, 1.0, 0.0)];
        for f in &mut firms {
            f.0.life = crate::agents::firm::Life::Active;
        }
        let shares = entrants_shares(firms.iter().map(|(i, o, c)| (i, o, c)), 3);
        assert!((shares[0] - 0.02).abs() < 1e-12 && shares[1].abs() < 1e-12 && shares[2].abs() < 1e-12);
    }

    #[test]
    fn dear_credit_unpaid_bills_and_losses_lower_confidence() {
        let p = Parameters::default();
        assert!((confidence(0.0, 0.0, 0.0, &p) - 1.0).abs() < 1e-12);
        assert!(confidence(0.02, 0.0, 0.0, &p) < 1.0);
        assert!(confidence(0.0, 0.3, 0.0, &p) < 1.0);
        assert!((confidence(0.0, 0.0, 0.1, &p) - 0.8).abs() < 1e-12);
    }
}
