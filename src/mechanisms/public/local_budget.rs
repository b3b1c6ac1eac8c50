//! Local governments set purchases and investment of the next tick from the trend of revenue and what they may borrow.
//!
//! ```text
//! F = S · (1 + g) · (1 − σ) − interest + new bonds + new debt of the vehicle + α · (deposits − support − ρ · outlays)
//! wanted = outlays · (1 + g),    purchases = φ · outlays',    investment = (1 − φ) · outlays'
//! ```
//!
//! S trend of revenue after compensation for land (`BudgetState::revenue`); g expected growth of nominal output; σ, ρ,
//! φ saving, reserves and the share of purchases of the opening; support is what the vehicle will get in this phase.
//! Where F falls short of what is wanted by more than a tolerance, the government, in this order, issues more bonds
//! within its debt limit, lets part of the purchases go unpaid, raises fees on firms, and cuts services and investment;
//! its stress, the shortfall left after the extra bonds, then also makes it sell more land. Bonds fall due with a
//! constant share a quarter and are rolled over; net issue grows with the economy, and faster at the start.
//!
//! A budget rests on the bonds that find buyers: where ordinary issues exceed what pools' cash and banks' room can take,
//! all are cut alike before outlays are set, and further issues share what is left. Interest on bonds that deposits do
//! not cover is added to the bonds.
//!
//! Source: budget behaviour under a soft constraint (Kornai, Maskin & Roland 2003); land finance and debt after Bai, Hsieh &
//! Song (2016) and Liu & Xiong (2020). Departures: one budget instead of four books; a region's saving of the start persists.
//!
//! Reads `Indicators`, `LandCompensation`, `VehicleConfidence`; writes `LocalGovernment`, `FinancingVehicle::capital`,
//! `LocalBudgets`, `Bank`, `Funds`, the ledger. Draws: none.
//! Not here yet: industrial policy, swaps and restructuring, default on bonds.

use super::budgets::{BudgetState, LocalBudgets, VehicleConfidence};
use super::holders::{fen, real, share_of};
use super::{LandCompensation, bonds, lgfv};
use crate::accounts::{Column, Fen, Instrument, Ledger};
use crate::agents::{Bank, FinancingVehicle, Funds, LocalGovernment};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::*;

parameters! {
    /// `[local_budget]`: budgets of local governments.
    pub struct Parameters {
        /// Weight of the last quarter in the trend of revenue (assumed: a budget year).
        revenue_weight: f64 = 0.25, "per quarter", 0.01..=1.0;
        /// Part of the gap between deposits and reserves aimed at that is spent in a quarter (assumed).
        reserve_speed: f64 = 0.05, "per quarter", 0.0..=1.0;
        /// Shortfall that is passed on to outlays without further steps (assumed).
        tolerance: f64 = 0.02, "share of outlays", 0.0..=0.5;
        /// Largest rise of outlays beyond the growth of the economy (assumed).
        largest_rise: f64 = 0.02, "per quarter", 0.0..=1.0;
        /// Part of public investment that financing vehicles make and pay (assumed).
        lgfv_share_of_public_investment: f64 = 0.5, "share", 0.0..=1.0;
        /// Decline of debt growth that exceeds the economy's (assumed: half of it is gone after about three years).
        growth_decline: f64 = 0.055, "per quarter", 0.0..=1.0;
        /// Limit of bonds over yearly revenue (Ministry of Finance: warning line of 120 % for debt over fiscal resources, counted on wider revenue than here).
        debt_limit: f64 = 2.0, "ratio", 0.0..=20.0;
        /// Room above the opening debt ratio for regions that start near the limit (assumed: limit of 42.17 over debt of 40.74 trn in 2023, and growth).
        debt_headroom: f64 = 1.25, "ratio", 1.0..=10.0;
        /// Largest additional issue in a quarter over bonds (assumed).
        largest_extra_issue: f64 = 0.02, "share of bonds", 0.0..=1.0;
        /// Bonds that fall due in a quarter: remaining maturity of 9.1 years (Ministry of Finance, December 2023).
        maturing: f64 = 0.02778, "per quarter", 0.001..=1.0;
        /// Rate on new bonds over the policy rate: 3.27 % less 2.5 % (Ministry of Finance, December 2023).
        bond_spread: f64 = 0.0077, "per year", -0.02..=0.2;
        /// Room for lending that a yuan of local bonds takes: risk weight of 20 % (capital rules of 2023).
        bond_room_use: f64 = 0.2, "ratio", 0.0..=1.5;
        /// Part of their cash that pools may put into new local bonds in a quarter (assumed).
        pool_cash_share: f64 = 0.2, "share", 0.0..=1.0;
        /// Largest part of purchases that goes unpaid (assumed).
        largest_arrears: f64 = 0.10, "share of purchases", 0.0..=1.0;
        /// Largest fee on firms' sales (assumed; penalties and fees were about 1 % of GDP).
        largest_fee: f64 = 0.005, "share of sales", 0.0..=0.1;
        /// Speed of fees (assumed).
        fee_speed: f64 = 0.3, "per quarter", 0.0..=1.0;
        /// Firms' sales per yuan of local tax revenue: output of about 340 trn over 9 trn.
        sales_over_taxes: f64 = 38.0, "ratio", 1.0..=200.0;
        /// Largest cut of outlays (assumed).
        largest_cut: f64 = 0.03, "per quarter", 0.0..=1.0;
        /// Speed of stress (assumed).
        stress_speed: f64 = 0.3, "per quarter", 0.0..=1.0;
        /// Depreciation of infrastructure: what the public investment of the stationary economy replaces.
        infrastructure_depreciation: f64 = 0.032, "per year", 0.0..=0.3;
    }
}

/// What a government decides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Decision {
    /// Purchases and investment of the next tick \[fen\].
    pub outlays: f64,
    /// Issue beyond the ordinary one \[fen\].
    pub extra_issue: f64,
    /// Purchases left unpaid \[fen\].
    pub arrears: f64,
    /// Fees wanted \[fen\].
    pub fees: f64,
    /// Shortfall that ordinary means and extra bonds leave, beyond the tolerance, over wanted outlays \[share\].
    pub stress: f64,
}

/// Steps of a government in the order of the text: `funds` of ordinary means, `wanted` outlays, `debt_room` and
/// `fee_base` for the first and third step.
#[must_use]
pub fn decide(
    funds: f64,
    wanted: f64,
    purchases_share: f64,
    debt_room: f64,
    fee_base: f64,
    p: &Parameters,
) -> Decision {
    let tolerated = wanted * (1.0 - p.tolerance);
    if funds >= tolerated || wanted <= 0.0 {
        return Decision { outlays: funds.min(wanted * (1.0 + p.largest_rise)).max(0.0), ..Decision::default() };
    }
    let shortfall = tolerated - funds;
    let extra_issue = shortfall.min(debt_room.max(0.0));
    let arrears = (shortfall - extra_issue).min(p.largest_arrears * purchases_share * wanted);
    let fees = (shortfall - extra_issue - arrears).min(p.largest_fee * fee_base);
    let cut = (shortfall - extra_issue - arrears - fees).min(p.largest_cut * wanted);
    Decision {
        outlays: tolerated - cut,
        extra_issue,
        arrears,
        fees,
        stress: ((shortfall - extra_issue) / wanted).clamp(0.0, 1.0),
    }
}

/// New trend of revenue: last trend grown, moved towards the quarter's revenue.
#[must_use]
pub fn revenue_trend(trend: f64, growth: f64, revenue: f64, weight: f64) -> f64 {
    let grown = trend * (1.0 + growth);
    grown + weight * (revenue - grown)
}

/// Net new bonds without stress \[fen\]: growth of the economy and what is left of faster growth, within the debt limit.
#[must_use]
pub fn ordinary_issue(bonds: f64, state: &BudgetState, growth: f64, p: &Parameters) -> f64 {
    let wanted = (growth + state.excess_bond_growth) * bonds;
    wanted.min(debt_room(bonds, state, p)).max(-p.maturing * bonds)
}

/// Bonds that fit under the debt limit \[fen\].
#[must_use]
pub fn debt_room(bonds: f64, state: &BudgetState, p: &Parameters) -> f64 {
    p.debt_limit.max(p.debt_headroom * state.opening_debt_ratio) * 4.0 * state.revenue - bonds
}

type Regions<'w, 's> = Query<'w, 's, (&'static mut LocalGovernment, &'static mut FinancingVehicle)>;

/// Interest on local bonds is paid and their average rate follows new issues.
pub(crate) fn pay_bond_interest(
    mut regions: Regions,
    mut banks: Query<&mut Bank>,
    (mut funds, mut budgets): (ResMut<Funds>, ResMut<LocalBudgets>),
    (parameters, indicators): (Res<Parameters>, Res<Indicators>),
    mut ledger: ResMut<Ledger>,
) {
    let mut banks: Vec<_> = banks.iter_mut().collect();
    for ((mut government, _), state) in regions.iter_mut().zip(&mut budgets.0) {
        let due = share_of(government.bonds, state.bond_rate / 4.0);
        bonds::pay_interest(&mut government, due, &mut banks, &mut funds, &mut ledger);
        state.bond_rate += parameters.maturing * (indicators.policy_rate + parameters.bond_spread - state.bond_rate);
    }
}

/// Budgets of the next tick are set and bonds issued.
#[allow(clippy::too_many_arguments, reason = "a budget sees revenue, lenders and plans")]
pub(crate) fn set_budgets(
    mut regions: Regions,
    mut banks: Query<&mut Bank>,
    (mut funds, mut budgets): (ResMut<Funds>, ResMut<LocalBudgets>),
    (parameters, finance): (Res<Parameters>, Res<lgfv::Parameters>),
    (indicators, compensation): (Res<Indicators>, Res<LandCompensation>),
    confidence: Res<VehicleConfidence>,
    mut ledger: ResMut<Ledger>,
) {
    let growth = indicators.expected_inflation + indicators.gdp_growth;
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut ordinary: Vec<f64> = Vec::new();
    for (g, ((government, _), state)) in regions.iter().zip(&mut budgets.0).enumerate() {
        let compensation = compensation.0.get(g).copied().unwrap_or(0);
        let revenue = real(government.revenue() - compensation);
        state.revenue = revenue_trend(state.revenue, growth, revenue, parameters.revenue_weight);
        state.excess_bond_growth *= 1.0 - parameters.growth_decline;
        let issue = ordinary_issue(real(government.bonds), state, growth, &parameters);
        ordinary.push(issue);
    }
    // Governments plan with the bonds that find buyers: ordinary issues share what these can take, and what is left is
    // open to further issues in proportion to bonds.
    let capacity = bonds::Capacity::of(&banks, &funds, parameters.bond_room_use, parameters.pool_cash_share);
    let asked: f64 = ordinary.iter().filter(|i| **i > 0.0).sum();
    let filled = if asked > capacity.total() { capacity.total() / asked } else { 1.0 };
    let left = (capacity.total() - asked).max(0.0) / regions.iter().map(|(g, _)| real(g.bonds)).sum::<f64>().max(1.0);
    let mut issues: Vec<f64> = Vec::new();
    for (((mut government, vehicle), state), issue) in regions.iter_mut().zip(&mut budgets.0).zip(ordinary) {
        let issue = if issue > 0.0 { issue * filled } else { issue };
        let bonds = real(government.bonds);
        let vehicle_debt = lgfv::wanted_debt(&government, &vehicle, state, growth, confidence.0, &finance);
        let interest = state.burden(&government, &vehicle) * state.revenue;
        let outlays = real(government.appropriation + government.investment_appropriation);
        let own = parameters.lgfv_share_of_public_investment * real(government.investment_appropriation);
        let support =
            own + state.vehicle_rate / 4.0 * real(vehicle.debt()) - real(vehicle.deposit_interest) - vehicle_debt;
        let reserves = real(government.deposits) - support - state.deposit_ratio * outlays;
        let means = state.revenue * (1.0 + growth) * (1.0 - state.saving) - interest + issue + vehicle_debt;
        let fee_base = parameters.sales_over_taxes * real(government.tax_revenue);
        let largest = parameters.largest_extra_issue.min(left) * bonds;
        let room = (debt_room(bonds, state, &parameters) - issue).min(largest);
        let wanted = outlays * (1.0 + growth);
        let decision = decide(
            means + parameters.reserve_speed * reserves,
            wanted,
            state.purchases_share,
            room,
            fee_base,
            &parameters,
        );
        apply(&mut government, state, &decision, fee_base, &parameters);
        issues.push(issue + decision.extra_issue);
    }
    let pool_share = capacity.share_of_pools(issues.iter().filter(|i| **i > 0.0).sum());
    for ((mut government, _), issue) in regions.iter_mut().zip(issues) {
        if issue > 0.0 {
            let buyers = (&mut banks[..], &mut *funds);
            bonds::issue(&mut government, fen(issue), pool_share, parameters.bond_room_use, buyers, &mut ledger);
        } else {
            bonds::redeem(&mut government, fen(-issue), &mut banks, &mut funds, &mut ledger);
        }
    }
}

fn apply(government: &mut LocalGovernment, state: &BudgetState, decision: &Decision, fee_base: f64, p: &Parameters) {
    government.appropriation = fen(state.purchases_share * decision.outlays);
    government.investment_appropriation = fen((1.0 - state.purchases_share) * decision.outlays);
    let purchases = real(government.appropriation);
    government.payment_ratio = if purchases > 0.0 { 1.0 - (decision.arrears / purchases).clamp(0.0, 1.0) } else { 1.0 };
    let fee = if fee_base > 0.0 { decision.fees / fee_base } else { 0.0 };
    government.fee_rate += p.fee_speed * (fee - government.fee_rate);
    government.stress += p.stress_speed * (decision.stress - government.stress);
}

/// Infrastructure of governments and vehicles wears out.
pub(crate) fn wear_infrastructure(mut regions: Regions, parameters: Res<Parameters>, mut ledger: ResMut<Ledger>) {
    let rate = parameters.infrastructure_depreciation / 4.0;
    let (mut governments, mut vehicles): (Fen, Fen) = (0, 0);
    for (mut government, mut vehicle) in &mut regions {
        let (own, vehicle_own) = (share_of(government.infrastructure, rate), share_of(vehicle.capital, rate));
        government.infrastructure -= own;
        vehicle.capital -= vehicle_own;
        governments += own;
        vehicles += vehicle_own;
    }
    ledger.other_change(Instrument::Capital, Column::LocalGovernments, -governments);
    ledger.other_change(Instrument::Capital, Column::Lgfvs, -vehicles);
}

/// Interest, budget, bonds and wear.
pub struct LocalBudget;

impl Mechanism for LocalBudget {
    const NAME: &'static str = "local_budget";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "soft budget constraint",
            off: &[
                "local_budget.largest_extra_issue=0.0",
                "local_budget.largest_arrears=0.0",
                "local_budget.largest_fee=0.0",
            ],
            instead: "a shortfall is met by cuts alone: no further bonds, unpaid bills or fees",
        },
        Switch {
            part: "arrears",
            off: &["local_budget.largest_arrears=0.0"],
            instead: "governments pay their bills or buy less",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (wear_infrastructure, pay_bond_interest, set_budgets).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{governments, public_world};
    use super::*;
    use crate::mechanisms::housing::testing::{Snapshot, run};

    #[test]
    fn ordinary_means_set_outlays_within_the_tolerance() {
        let p = Parameters::default();
        let calm = decide(99.0, 100.0, 0.7, 10.0, 1_000.0, &p);
        assert!((calm.outlays - 99.0).abs() < 1e-12 && calm.stress == 0.0 && calm.arrears == 0.0);
        assert!((decide(150.0, 100.0, 0.7, 10.0, 1_000.0, &p).outlays - 102.0).abs() < 1e-9);
    }

    #[test]
    fn a_shortfall_takes_the_steps_in_order() {
        let p = Parameters::default();
        let debt = decide(94.0, 100.0, 0.7, 10.0, 1_000.0, &p);
        assert!((debt.extra_issue - 4.0).abs() < 1e-9 && debt.arrears == 0.0 && debt.stress == 0.0);
        let arrears = decide(94.0, 100.0, 0.7, 1.0, 1_000.0, &p);
        assert!((arrears.arrears - 3.0).abs() < 1e-9 && arrears.fees == 0.0);
        let fees = decide(88.0, 100.0, 0.7, 1.0, 1_000.0, &p);
        assert!((fees.arrears - 7.0).abs() < 1e-9 && (fees.fees - 2.0).abs() < 1e-9);
        let cuts = decide(80.0, 100.0, 0.7, 1.0, 400.0, &p);
        assert!((cuts.fees - 2.0).abs() < 1e-9 && (cuts.outlays - 95.0).abs() < 1e-9);
        assert!(cuts.stress > fees.stress);
    }

    #[test]
    fn a_trend_follows_steady_growth_without_lag() {
        let (mut trend, mut revenue) = (100.0, 100.0);
        for _ in 0..20 {
            revenue *= 1.01;
            trend = revenue_trend(trend, 0.01, revenue, 0.25);
        }
        assert!((trend / revenue - 1.0).abs() < 1e-12);
    }

    #[test]
    fn an_opening_without_growth_is_a_fixed_point() {
        let mut world = public_world();
        let before = governments(&mut world);
        run(&mut world, pay_bond_interest);
        let mut query = world.query::<(&mut LocalGovernment, &FinancingVehicle)>();
        for ((mut government, vehicle), before) in query.iter_mut(&mut world).zip(&before) {
            let own = share_of(government.investment_appropriation, 0.5);
            government.deposits = before.0.deposits + own + share_of(vehicle.debt(), 0.012);
        }
        run(&mut world, set_budgets);
        for ((now, _), (then, _)) in governments(&mut world).iter().zip(&before) {
            assert!((real(now.appropriation) / real(then.appropriation) - 1.0).abs() < 1e-9);
            assert!((real(now.investment_appropriation) / real(then.investment_appropriation) - 1.0).abs() < 1e-9);
            assert_eq!(now.bonds, then.bonds);
            assert!((now.payment_ratio - 1.0).abs() < 1e-12 && now.stress == 0.0 && now.fee_rate == 0.0);
        }
    }

    #[test]
    fn interest_issue_and_wear_keep_the_books_in_step() {
        let mut world = public_world();
        world.resource_mut::<LocalBudgets>().0.iter_mut().for_each(|s| s.excess_bond_growth = 0.02);
        let snapshot = Snapshot::take(&mut world);
        run(&mut world, wear_infrastructure);
        run(&mut world, pay_bond_interest);
        run(&mut world, set_budgets);
        run(&mut world, crate::mechanisms::housing::values::revalue_homes);
        snapshot.check(&mut world);
        let ledger = world.resource::<Ledger>();
        assert!(ledger.tagged(Instrument::LocalBonds, Column::Banks.index()) < 0, "banks bought bonds");
        assert!(ledger.tagged(Instrument::LocalBonds, Column::Funds.index()) < 0, "pools bought bonds");
    }

    #[test]
    fn a_fall_of_revenue_ends_in_arrears_fees_and_stress() {
        let mut world = public_world();
        for mut government in world.query::<&mut LocalGovernment>().iter_mut(&mut world) {
            government.tax_revenue /= 8;
        }
        for _ in 0..8 {
            run(&mut world, set_budgets);
        }
        for (government, _) in governments(&mut world) {
            assert!(government.stress > 0.0 && government.payment_ratio < 1.0 && government.fee_rate > 0.0);
        }
    }
}
