//! The central budget of the next quarter and its financing.
//!
//! Purchases and transfers follow a trend that grows with expected nominal output and returns slowly to its opening share;
//! around it they rise with unemployment and fall with debt above its opening ratio. Pensions, benefits and income support
//! follow wages and prices. Bonds are issued or bought back to keep the treasury at its opening length of planned spending.
//!
//! ```text
//! T' = T · (1 + g + π + λ · (s · Y / T − 1));   G = T' · (1 + clamp(α · (u − ū) − β · (b − b̄), ±m))
//! pension' = pension · (1 + ω · ŵ + (1 − ω) · π);   i' = i + (r + τ − i) / n;   issue = q · planned − treasury
//! ```
//!
//! T trend; G `appropriation` (transfers alike, with their own β); g, π expected real growth and inflation per quarter; s opening
//! share in output Y; u unemployment; b central bonds over yearly output; ŵ smoothed wage growth; i `coupon`, τ opening spread over
//! the policy rate r, n `bond_life`; bars: opening values. Source: debt-stabilising rule (Bohn 1998), counter-cyclical term as in
//! Galí & Perotti (2003), in levels so that a passing slump leaves no trace. Reads `Indicators`, `Structure`; writes
//! `CentralGovernment`, `FiscalTargets`, `CentralDebt`, `Bank`, `Funds`, `CentralBank` (bonds), `Ledger`. Draws: none.
//!
//! Not here yet: tax rates as instruments, special bonds, swaps, transfers by need.

use super::amounts::{ratio, share, split_fen, yuan};
use super::interbank::cover_reserves;
use super::settlement_of_banks::{deposits_now, reserves_now};
use super::targets::BankTargets;
use super::wealth::{PoolIncome, PoolTargets, free_cash, pool_bonds};
use crate::accounts::{Fen, Instrument, Ledger, Party};
use crate::agents::{Bank, CentralBank, CentralGovernment, Funds};
use crate::engine::indicators::Indicators;
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::{IntoScheduleConfigs, Mut, Query, Res, ResMut, Resource};

parameters! {
    /// The central budget.
    pub struct Parameters {
        /// Return of trend spending to its opening share in output. Assumption.
        convergence: f64 = 0.02, "per quarter", 0.0..=0.5;
        /// Rise of purchases and transfers per point of unemployment. Assumption, order of Galí & Perotti (2003).
        countercyclical_response: f64 = 1.5, "1", 0.0..=10.0;
        /// Fall of purchases per unit of debt over output. Assumption after Bohn (1998).
        purchases_debt_response: f64 = 0.5, "1", 0.0..=5.0;
        /// Fall of transfers per unit of debt over output. Assumption after Bohn (1998).
        transfers_debt_response: f64 = 0.5, "1", 0.0..=5.0;
        /// Largest departure from trend. Assumption.
        largest_response: f64 = 0.3, "1", 0.0..=1.0;
        /// Weight of wages beside prices in the indexation of pensions and benefits; 1 keeps replacement rates. Assumption.
        wage_indexation: f64 = 1.0, "1", 0.0..=1.0;
        /// Weight of the last quarter in smoothed wage growth. Assumption.
        wage_smoothing: f64 = 0.25, "1", 0.01..=1.0;
        /// Quarters over which the coupon of the debt is renewed. Assumption: a mean life of seven years.
        bond_life: f64 = 28.0, "quarters", 1.0..=200.0;
        /// Part of an issue that the pools take, as far as they have free cash. Assumption.
        pool_share: f64 = 0.1, "1", 0.0..=1.0;
    }
}

/// Opening ratios that the rule returns to, and its memory.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct FiscalTargets {
    /// Central bonds over yearly output.
    pub debt_ratio: f64,
    /// Treasury over planned quarterly spending \[quarters\].
    pub treasury_quarters: f64,
    /// Purchases over output.
    pub purchases_share: f64,
    /// Transfers over output.
    pub transfers_share: f64,
    /// Transfers by region over all.
    pub region_weights: Vec<Fen>,
    /// Trend of purchases \[yuan per quarter\].
    pub trend_purchases: f64,
    /// Trend of transfers \[yuan per quarter\].
    pub trend_transfers: f64,
    /// Mean wage when the rule last ran \[yuan per person and quarter\].
    pub lagged_mean_wage: f64,
    /// Smoothed growth of the mean wage \[per quarter\].
    pub wage_growth: f64,
    /// Coupon over the policy rate \[per year\].
    pub term_spread: f64,
}

/// The central debt's average coupon.
#[derive(Clone, Copy, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct CentralDebt {
    /// Average coupon \[per year\].
    pub coupon: f64,
}

impl FiscalTargets {
    /// The ratios of an opening position, at which it is at rest; `indicators` are those of tick 0.
    #[must_use]
    pub fn opening(government: &CentralGovernment, indicators: &Indicators, coupon: f64, policy_rate: f64) -> Self {
        let transfers: Fen = government.transfers.iter().sum();
        let planned = government.appropriation + transfers;
        let gdp = indicators.gdp_nominal;
        Self {
            debt_ratio: yuan(government.bonds) / (4.0 * gdp),
            treasury_quarters: ratio(government.treasury, planned, 0.0),
            purchases_share: yuan(government.appropriation) / gdp,
            transfers_share: yuan(transfers) / gdp,
            region_weights: government.transfers.clone(),
            trend_purchases: yuan(government.appropriation),
            trend_transfers: yuan(transfers),
            lagged_mean_wage: indicators.mean_wage,
            wage_growth: indicators.productivity_growth + indicators.expected_inflation,
            term_spread: coupon - policy_rate,
        }
    }
}

/// The central budget.
pub struct FiscalRule;

impl Mechanism for FiscalRule {
    const NAME: &'static str = "fiscal_rule";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "stabilisation",
        off: &[
            "fiscal_rule.countercyclical_response=0.0",
            "fiscal_rule.purchases_debt_response=0.0",
            "fiscal_rule.transfers_debt_response=0.0",
        ],
        instead: "purchases and transfers of the centre follow their trend, whatever unemployment and debt are",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (set_spending, index_pensions_and_benefits, renew_coupon, finance_treasury, cover_reserves).chain()
    }
}

/// Next trend: growth, and return to the opening share in output.
#[must_use]
pub fn next_trend(trend: f64, growth: f64, opening_share: f64, gdp: f64, convergence: f64) -> f64 {
    let gap = if trend > 0.0 { opening_share * gdp / trend - 1.0 } else { 0.0 };
    trend * (1.0 + growth + convergence * gap)
}

/// Departure of spending from trend (Bohn 1998; Galí & Perotti 2003).
#[must_use]
pub fn stance(unemployment_gap: f64, debt_gap: f64, debt_response: f64, p: &Parameters) -> f64 {
    let wanted = p.countercyclical_response * unemployment_gap - debt_response * debt_gap;
    1.0 + wanted.clamp(-p.largest_response, p.largest_response)
}

fn set_spending(
    parameters: Res<Parameters>,
    indicators: Res<Indicators>,
    structure: Res<Structure>,
    mut targets: ResMut<FiscalTargets>,
    mut government: ResMut<CentralGovernment>,
) {
    let p = &*parameters;
    let (gdp, growth) = (indicators.gdp_nominal, indicators.gdp_growth + indicators.expected_inflation);
    targets.trend_purchases = next_trend(targets.trend_purchases, growth, targets.purchases_share, gdp, p.convergence);
    targets.trend_transfers = next_trend(targets.trend_transfers, growth, targets.transfers_share, gdp, p.convergence);
    let unemployment_gap = indicators.unemployment_rate - structure.unemployment_rate;
    let debt_gap = yuan(government.bonds) / (4.0 * gdp) - targets.debt_ratio;
    let purchases = targets.trend_purchases * stance(unemployment_gap, debt_gap, p.purchases_debt_response, p);
    let transfers = targets.trend_transfers * stance(unemployment_gap, debt_gap, p.transfers_debt_response, p);
    government.appropriation = fen(purchases);
    government.transfers = split_fen(fen(transfers), &targets.region_weights);
}

#[allow(clippy::cast_possible_truncation, reason = "one rounding; books stay integer")]
fn fen(yuan: f64) -> Fen {
    (yuan.max(0.0) * 100.0).round() as Fen
}

fn index_pensions_and_benefits(
    parameters: Res<Parameters>,
    indicators: Res<Indicators>,
    mut targets: ResMut<FiscalTargets>,
    mut government: ResMut<CentralGovernment>,
) {
    if targets.lagged_mean_wage > 0.0 {
        let growth = indicators.mean_wage / targets.lagged_mean_wage - 1.0;
        targets.wage_growth += parameters.wage_smoothing * (growth - targets.wage_growth);
    }
    targets.lagged_mean_wage = indicators.mean_wage;
    let weight = parameters.wage_indexation;
    let factor = 1.0 + weight * targets.wage_growth + (1.0 - weight) * indicators.expected_inflation;
    government.pension *= factor;
    government.unemployment_benefit *= factor;
    government.support *= factor;
}

fn renew_coupon(
    parameters: Res<Parameters>,
    targets: Res<FiscalTargets>,
    central_bank: Res<CentralBank>,
    mut debt: ResMut<CentralDebt>,
) {
    let on_offer = (central_bank.policy_rate + targets.term_spread).max(0.0);
    debt.coupon += (on_offer - debt.coupon) / parameters.bond_life;
}

type Pools<'w> = (Res<'w, PoolTargets>, Res<'w, PoolIncome>, ResMut<'w, Funds>);

fn finance_treasury(
    parameters: Res<Parameters>,
    targets: Res<FiscalTargets>,
    bank_targets: Res<BankTargets>,
    (pool_targets, income, mut funds): Pools,
    mut banks: Query<&mut Bank>,
    mut government: ResMut<CentralGovernment>,
    mut ledger: ResMut<Ledger>,
) {
    let mut banks: Vec<Mut<Bank>> = banks.iter_mut().collect();
    let planned = government.appropriation + government.transfers.iter().sum::<Fen>();
    let treasury = government.treasury + ledger.treasury_in_transit;
    let need = share(planned, targets.treasury_quarters) - treasury;
    if need > 0 {
        let cash = funds.wealth_deposits - income.0;
        let free = free_cash(cash, pool_bonds(&funds), pool_targets.cash_share, 0.0).max(0);
        let to_pools = share(need, parameters.pool_share).min(free);
        sell_to_banks(need - to_pools, &bank_targets, &mut banks, &mut ledger);
        let pool = Party::Fund { bank: usize::from(funds.wealth_bank) };
        ledger.issue(Party::CentralGovernment, pool, to_pools, Instrument::CentralBonds);
        funds.central_bonds += to_pools;
        funds.wealth_deposits -= to_pools;
        government.bonds += need;
    } else if need < 0 {
        government.bonds -= buy_back(-need, &mut banks, &mut funds, &mut ledger);
    }
}

/// Banks take an issue by their reserves above target, or by size where those do not suffice.
fn sell_to_banks(amount: Fen, targets: &BankTargets, banks: &mut [Mut<Bank>], ledger: &mut Ledger) {
    let excess = |b: &Bank| {
        let wanted = share(deposits_now(b, ledger).max(0), targets.reserve_ratio[usize::from(b.id)]);
        (reserves_now(b, ledger) - wanted).max(0)
    };
    let mut weights: Vec<Fen> = banks.iter().map(|b| excess(b)).collect();
    if weights.iter().sum::<Fen>() < amount {
        weights = banks.iter().map(|b| deposits_now(b, ledger).max(1)).collect();
    }
    for (b, part) in split_fen(amount, &weights).into_iter().enumerate() {
        ledger.issue(Party::CentralGovernment, Party::Bank(b), part, Instrument::CentralBonds);
        banks[b].central_bonds += part;
    }
}

/// Bonds are bought back from banks and pools in proportion to what they hold; returns the amount \[fen\].
fn buy_back(amount: Fen, banks: &mut [Mut<Bank>], funds: &mut Funds, ledger: &mut Ledger) -> Fen {
    let mut held: Vec<Fen> = banks.iter().map(|b| b.central_bonds).collect();
    held.push(funds.central_bonds);
    let amount = amount.min(held.iter().sum());
    let parts = split_fen(amount, &held);
    for (b, bank) in banks.iter_mut().enumerate() {
        ledger.redeem(Party::CentralGovernment, Party::Bank(b), parts[b], Instrument::CentralBonds);
        bank.central_bonds -= parts[b];
    }
    let to_pools = parts[banks.len()];
    let pool = Party::Fund { bank: usize::from(funds.wealth_bank) };
    ledger.redeem(Party::CentralGovernment, pool, to_pools, Instrument::CentralBonds);
    funds.central_bonds -= to_pools;
    funds.wealth_deposits += to_pools;
    amount
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(x: f64, y: f64) {
        assert!((x - y).abs() < 1e-12, "{x} {y}");
    }

    #[test]
    fn the_opening_share_without_growth_is_at_rest() {
        near(next_trend(20.0, 0.0, 0.2, 100.0, 0.02), 20.0);
        near(next_trend(20.0, 0.01, 0.2, 100.0, 0.02), 20.2);
        near(next_trend(16.0, 0.0, 0.2, 100.0, 0.02), 16.08);
    }

    #[test]
    fn spending_rises_with_unemployment_and_falls_with_debt_within_bounds() {
        let p = Parameters::default();
        near(stance(0.0, 0.0, 0.5, &p), 1.0);
        near(stance(0.02, 0.04, 0.5, &p), 1.01);
        near(stance(0.0, 3.0, 0.5, &p), 0.7);
    }

    #[test]
    fn opening_ratios_are_those_of_the_position() {
        let government = CentralGovernment {
            treasury: 500,
            bonds: 10_000,
            appropriation: 400,
            transfers: vec![100, 500],
            ..CentralGovernment::default()
        };
        let indicators = Indicators { gdp_nominal: 100.0, ..Indicators::default() };
        let t = FiscalTargets::opening(&government, &indicators, 0.028, 0.025);
        near(t.debt_ratio, 0.25);
        near(t.treasury_quarters, 0.5);
        near(t.purchases_share, 0.04);
        near(t.transfers_share, 0.06);
        near(t.term_spread, 0.003);
    }
}
