//! Financing vehicles serve, roll over and raise debt; their government supports them; some of them default.
//!
//! ```text
//! a = confidence · clamp(1 − s · (burden / threshold − 1)⁺),    new debt = a · (g + excess)⁺ · debt
//! support = investment + interest − interest on deposits + (1 − a) · maturing − new debt + β · (deposits aimed at − deposits)
//! ```
//!
//! burden interest of government and vehicle over the region's revenue; lenders roll over and add the share a of what
//! the vehicle asks for (all of it below the threshold), banks within their room for lending. The government pays what
//! the vehicle's investment and debts take beyond new debt, as a subsidy, as far as it can. A vehicle that still cannot
//! pay what is due pays a part; unpaid interest is overdue, and of the vehicles behind the unpaid part lenders lose a
//! share of their debt. Overdue interest stays due in full, also after a write-off. Where banks' room or pools' cash is
//! short, vehicles get new debt in proportion to what they ask for. The premium on new debt counts burden over threshold less one up to 3. Defaults lower confidence in all vehicles (M15, M17). Source:
//! rollover and implicit guarantees after Bai, Hsieh & Song (2016) and Cong, Gao, Ponticelli & Yang (2019); 90 % of new
//! bonds roll over old ones (claim of the paper, M15). Departures: one vehicle a region; services that it sells are part of
//! support (its return on assets was 0.8 %).
//!
//! Reads `Indicators`, `LocalGovernment::investment_appropriation`; writes `FinancingVehicle`, `LocalGovernment`,
//! `LocalBudgets`, `VehicleConfidence`, `Bank`, `Funds`, `Events`, `Tally`, the ledger. Draws: none.
//! Not here yet: swaps, extension and restructuring as policies, vehicles that buy land.

use super::budgets::{BudgetState, LocalBudgets, VehicleConfidence};
use super::holders::{fen, real, share_of, split_fen};
use super::local_budget;
use super::rationing::{self, NewDebt};
use super::vehicle::Lenders;
use crate::accounts::{Fen, Flow, Ledger, Party};
use crate::agents::{Bank, FinancingVehicle, Funds, LocalGovernment};
use crate::engine::{Event, Events, Indicators, Mechanism, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::mechanisms::finance::RateShifts;
use crate::mechanisms::finance::interest_rates::in_force;
use crate::mechanisms::settlement::firms;
use bevy_ecs::prelude::*;

parameters! {
    /// `[lgfv_finance]`: debts of local governments' financing vehicles.
    pub struct Parameters {
        /// Rate on vehicles' debt over the policy rate: parameters.csv, 4.8 % less 2.5 %.
        spread: f64 = 0.023, "per year", -0.02..=0.3;
        /// Rise of the rate on new debt per unit of burden over threshold less one, which counts up to 3 (assumed).
        premium: f64 = 0.03, "per year", 0.0..=1.0;
        /// Loans that fall due in a quarter (assumed: five years).
        maturing_loans: f64 = 0.05, "per quarter", 0.001..=1.0;
        /// Bonds that fall due in a quarter (assumed: three years).
        maturing_bonds: f64 = 0.0833, "per quarter", 0.001..=1.0;
        /// Interest over revenue below which lenders roll over everything (assumed above the burden of most provinces in 2023).
        burden_threshold: f64 = 0.35, "share of revenue", 0.01..=5.0;
        /// Room above the opening burden for regions that start above the threshold (assumed).
        burden_headroom: f64 = 1.25, "ratio", 1.0..=10.0;
        /// Fall of the share that lenders accept with the burden above the threshold (assumed).
        sensitivity: f64 = 1.5, "1", 0.0..=20.0;
        /// Decline of debt growth that exceeds the economy's (assumed: half of it is gone after about three years).
        growth_decline: f64 = 0.055, "per quarter", 0.0..=1.0;
        /// Part of their cash that pools may put into new bonds of vehicles in a quarter (assumed).
        pool_cash_share: f64 = 0.5, "share", 0.0..=1.0;
        /// Speed at which support brings the vehicle's deposits back to normal (assumed).
        reserve_speed: f64 = 0.05, "per quarter", 0.0..=1.0;
        /// Largest support over the government's deposits (assumed).
        largest_support: f64 = 0.5, "share", 0.0..=1.0;
        /// Part of the government's remaining deposits that it gives to avert a default (assumed).
        emergency_support: f64 = 0.25, "share", 0.0..=1.0;
        /// Part of dues left unpaid that counts as default (assumed).
        default_tolerance: f64 = 0.02, "share", 0.0..=1.0;
        /// Loss of lenders on the debt of vehicles that default (assumed; rating agencies' loss rates on unsecured debt are near 60 %, with support less).
        loss_given_default: f64 = 0.3, "share", 0.0..=1.0;
        /// Fall of confidence per share of all vehicles' debt that is lost (assumed).
        contagion: f64 = 5.0, "1", 0.0..=100.0;
        /// Recovery of confidence (assumed).
        recovery: f64 = 0.1, "per quarter", 0.0..=1.0;
    }
}

/// Burden at which lenders begin to refuse \[share\].
#[must_use]
pub fn threshold(state: &BudgetState, p: &Parameters) -> f64 {
    p.burden_threshold.max(p.burden_headroom * state.opening_burden)
}

/// Share of maturing and new debt that lenders accept.
#[must_use]
pub fn acceptance(burden: f64, threshold: f64, confidence: f64, p: &Parameters) -> f64 {
    (confidence * (1.0 - p.sensitivity * (burden / threshold - 1.0).max(0.0))).clamp(0.0, 1.0)
}

/// Loans and bonds that fall due \[fen\].
#[must_use]
pub fn maturing(vehicle: &FinancingVehicle, p: &Parameters) -> (Fen, Fen) {
    (share_of(vehicle.bank_loans(), p.maturing_loans), share_of(vehicle.bonds, p.maturing_bonds))
}

/// New debt that lenders who accept are asked for \[fen\].
fn new_debt(vehicle: &FinancingVehicle, state: &BudgetState, growth: f64, accepted: f64) -> f64 {
    accepted * (growth + state.excess_vehicle_growth).max(0.0) * real(vehicle.debt())
}

/// Net new debt that a budget can count on \[fen\], negative if lenders withdraw.
#[must_use]
pub fn wanted_debt(
    government: &LocalGovernment,
    vehicle: &FinancingVehicle,
    state: &BudgetState,
    growth: f64,
    confidence: f64,
    p: &Parameters,
) -> f64 {
    let accepted = acceptance(state.burden(government, vehicle), threshold(state, p), confidence, p);
    let (loans, bonds) = maturing(vehicle, p);
    new_debt(vehicle, state, growth, accepted) - (1.0 - accepted) * real(loans + bonds)
}

/// What a vehicle has to pay in a quarter \[fen\].
#[derive(Clone, Copy, Debug, Default)]
struct Dues {
    loan_interest: Fen,
    bond_interest: Fen,
    loans: Fen,
    bonds: Fen,
}

impl Dues {
    const fn interest(&self) -> Fen {
        self.loan_interest + self.bond_interest
    }

    const fn total(&self) -> Fen {
        self.interest() + self.loans + self.bonds
    }

    /// What an amount below the total pays of each, exactly.
    fn part(&self, amount: Fen) -> Self {
        let parts = split_fen(amount, &[self.loan_interest, self.bond_interest, self.loans, self.bonds]);
        Self { loan_interest: parts[0], bond_interest: parts[1], loans: parts[2], bonds: parts[3] }
    }
}

fn dues(vehicle: &FinancingVehicle, rate: f64, accepted: f64, p: &Parameters) -> Dues {
    let (loans, bonds) = maturing(vehicle, p);
    let on_bonds = share_of(vehicle.bonds, rate / 4.0);
    let late = if vehicle.debt() > 0 { real(vehicle.bonds) / real(vehicle.debt()) } else { 0.0 };
    let late_bonds = share_of(vehicle.overdue, late);
    Dues {
        loan_interest: share_of(vehicle.bank_loans(), rate / 4.0) + vehicle.overdue - late_bonds,
        bond_interest: on_bonds + late_bonds,
        loans: share_of(loans, 1.0 - accepted),
        bonds: share_of(bonds, 1.0 - accepted),
    }
}

/// Money from the government to its vehicle.
fn support(government: &mut LocalGovernment, vehicle: &mut FinancingVehicle, amount: Fen, ledger: &mut Ledger) {
    let amount = amount.clamp(0, government.deposits.max(0));
    let bank = usize::from(government.bank);
    ledger.transfer_total(Party::LocalGovernment { bank }, Party::Lgfv { bank }, amount, Flow::Subsidies);
    government.deposits -= amount;
    government.spending += amount;
    vehicle.deposits += amount;
}

/// Pays what can be paid; returns the share of dues paid.
fn serve(vehicle: &mut FinancingVehicle, dues: &Dues, lenders: &mut Lenders<'_, '_>) -> f64 {
    let total = dues.total();
    if total <= 0 {
        return 1.0;
    }
    let paid = if vehicle.deposits >= total { *dues } else { dues.part(vehicle.deposits.max(0)) };
    let interest = lenders.pay_interest(vehicle, paid.loan_interest, paid.bond_interest);
    let repaid = lenders.repay(vehicle, paid.loans, paid.bonds);
    vehicle.overdue = dues.interest() - interest;
    if vehicle.debt() == 0 {
        vehicle.overdue = 0;
    }
    real(interest + repaid) / real(total)
}

/// Vehicles raise new debt, in proportion where lenders are short, pay, roll over and are supported.
#[allow(clippy::too_many_arguments, reason = "a vehicle meets its lenders, its government and the record")]
pub(crate) fn finance_vehicles(
    mut regions: Query<(&mut LocalGovernment, &mut FinancingVehicle)>,
    mut banks: Query<&mut Bank>,
    (mut funds, mut budgets, mut confidence): (ResMut<Funds>, ResMut<LocalBudgets>, ResMut<VehicleConfidence>),
    (p, budget, indicators): (Res<Parameters>, Res<local_budget::Parameters>, Res<Indicators>),
    (firms, shifts): (Res<firms::Parameters>, Res<RateShifts>),
    (mut events, mut tally): (ResMut<Events>, ResMut<Tally>),
    mut ledger: ResMut<Ledger>,
) {
    let growth = indicators.expected_inflation + indicators.gdp_growth;
    let reference = in_force(firms.reference_rate, shifts.reference);
    let all_debt: Fen = regions.iter().map(|(_, v)| v.debt()).sum();
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut lost: Fen = 0;
    let deposits: Vec<Fen> = banks.iter().map(|b| b.deposits.max(1)).collect();
    let mut granted: Vec<NewDebt> = Vec::new();
    for ((government, vehicle), state) in regions.iter().zip(&mut budgets.0) {
        let accepted = acceptance(state.burden(government, vehicle), threshold(state, &p), confidence.0, &p);
        state.excess_vehicle_growth *= 1.0 - p.growth_decline;
        let wanted = new_debt(vehicle, state, growth, accepted);
        granted.push(NewDebt::asked(vehicle, wanted, &deposits));
    }
    rationing::ration(&mut granted, &mut banks, share_of(funds.wealth_deposits, p.pool_cash_share));
    for (((mut government, mut vehicle), state), granted) in regions.iter_mut().zip(&mut budgets.0).zip(granted) {
        let (government, vehicle) = (&mut *government, &mut *vehicle);
        let bank = usize::from(government.bank);
        let mut lenders = Lenders { banks: &mut banks, funds: &mut funds, ledger: &mut ledger, bank };
        let burden = state.burden(government, vehicle);
        let accepted = acceptance(burden, threshold(state, &p), confidence.0, &p);
        let due = dues(vehicle, state.vehicle_rate, accepted, &p);
        lenders.render_service(vehicle, state.vehicle_rate - reference);
        let (loans, bonds) = maturing(vehicle, &p);
        let renewed = loans + bonds - due.loans - due.bonds;
        let raised = lenders.raise(vehicle, &granted);
        vehicle.rolled_over += renewed;
        vehicle.new_debt += renewed + raised;
        reprice(state, vehicle, raised, burden, indicators.policy_rate, &p);
        let own = share_of(government.investment_appropriation, budget.lgfv_share_of_public_investment);
        let target = state.vehicle_deposit_ratio * real(own + due.interest() - vehicle.overdue);
        // What this tick's investment took is replaced by `own`; only what is missing beyond it is a gap.
        let gap = fen(p.reserve_speed * (target - real(vehicle.deposits - raised - vehicle.deposit_interest + own)));
        let need = own + due.total() - raised - vehicle.deposit_interest + gap;
        support(government, vehicle, need.min(share_of(government.deposits, p.largest_support)), lenders.ledger);
        if vehicle.deposits < due.total() {
            let help = (due.total() - vehicle.deposits).min(share_of(government.deposits, p.emergency_support));
            support(government, vehicle, help, lenders.ledger);
        }
        let unpaid = 1.0 - serve(vehicle, &due, &mut lenders);
        if unpaid > p.default_tolerance {
            let written_off = lenders.write_off(vehicle, p.loss_given_default * unpaid);
            lost += written_off;
            events.0.push(default_event(government, written_off, unpaid));
        }
    }
    tally.loan_losses += lost;
    confidence.0 += p.recovery * (1.0 - confidence.0);
    if all_debt > 0 {
        confidence.0 = (confidence.0 - p.contagion * real(lost) / real(all_debt)).max(0.0);
    }
}

/// Average rate: what matures or is new carries the current rate, with a premium on a burden of up to four thresholds.
fn reprice(
    state: &mut BudgetState,
    vehicle: &FinancingVehicle,
    raised: Fen,
    burden: f64,
    policy_rate: f64,
    p: &Parameters,
) {
    let (loans, bonds) = maturing(vehicle, p);
    let premium = p.premium * (burden / threshold(state, p) - 1.0).clamp(0.0, 3.0);
    let share = if vehicle.debt() > 0 { (real(loans + bonds + raised) / real(vehicle.debt())).min(1.0) } else { 0.0 };
    state.vehicle_rate += share * (policy_rate + p.spread + premium - state.vehicle_rate);
}

fn default_event(government: &LocalGovernment, loss: Fen, unpaid: f64) -> Event {
    Event {
        kind: "lgfv_default",
        agent_kind: "lgfv",
        agent: i64::from(government.region),
        region: Some(government.region),
        sector: None,
        amount: loss,
        detail: format!("unpaid share of dues {unpaid:.4}"),
    }
}

/// Debts of financing vehicles.
pub struct LgfvFinance;

impl Mechanism for LgfvFinance {
    const NAME: &'static str = "lgfv_finance";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "market discipline",
            off: &["lgfv_finance.sensitivity=0.0", "lgfv_finance.premium=0.0", "lgfv_finance.contagion=0.0"],
            instead: "lenders roll over and add whatever vehicles ask for as far as they have room, at one rate",
        },
        Switch {
            part: "contagion",
            off: &["lgfv_finance.contagion=0.0"],
            instead: "a default changes nobody's confidence in other vehicles",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (finance_vehicles,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{governments, public_world};
    use super::*;
    use crate::mechanisms::housing::testing::{Snapshot, run};
    use crate::mechanisms::housing::values::revalue_homes;

    #[test]
    fn lenders_accept_everything_below_the_threshold() {
        let p = Parameters::default();
        assert!((acceptance(0.3, 0.35, 1.0, &p) - 1.0).abs() < 1e-12);
        assert!((acceptance(0.42, 0.35, 1.0, &p) - 0.7).abs() < 1e-9);
        assert!(acceptance(2.0, 0.35, 1.0, &p) == 0.0);
        assert!((acceptance(0.1, 0.35, 0.5, &p) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn without_growth_debt_stays_and_support_pays_interest_and_investment() {
        let mut world = public_world();
        let mut query = world.query::<(&LocalGovernment, &mut FinancingVehicle)>();
        for (government, mut vehicle) in query.iter_mut(&mut world) {
            vehicle.deposits -= share_of(government.investment_appropriation, 0.5);
        }
        let before = governments(&mut world);
        let snapshot = Snapshot::take(&mut world);
        run(&mut world, finance_vehicles);
        run(&mut world, revalue_homes);
        snapshot.check(&mut world);
        for ((lg, now), (lg_then, then)) in governments(&mut world).iter().zip(&before) {
            assert_eq!(now.debt(), then.debt());
            assert!(now.rolled_over > 0 && now.new_debt == now.rolled_over && now.overdue == 0);
            let own = share_of(lg.investment_appropriation, 0.5);
            assert!((now.deposits - then.deposits - own).abs() <= 2, "investment of the next tick is funded");
            assert_eq!(lg_then.deposits - lg.deposits, now.interest + now.deposits - then.deposits);
        }
    }

    #[test]
    fn growth_is_financed_by_banks_and_pools() {
        let mut world = public_world();
        world.resource_mut::<LocalBudgets>().0.iter_mut().for_each(|s| s.excess_vehicle_growth = 0.02);
        let before = governments(&mut world);
        let snapshot = Snapshot::take(&mut world);
        run(&mut world, finance_vehicles);
        run(&mut world, revalue_homes);
        snapshot.check(&mut world);
        for ((_, now), (_, then)) in governments(&mut world).iter().zip(&before) {
            assert!(
                now.bank_loans() > then.bank_loans()
                    && now.bonds > then.bonds
                    && now.bonds_at_funds > then.bonds_at_funds
            );
        }
    }

    #[test]
    fn without_money_a_vehicle_defaults_and_lenders_lose() {
        let mut world = public_world();
        for (mut government, mut vehicle) in
            world.query::<(&mut LocalGovernment, &mut FinancingVehicle)>().iter_mut(&mut world)
        {
            government.deposits = 10_000_000;
            vehicle.deposits = 10_000_000;
        }
        let snapshot = Snapshot::take(&mut world);
        run(&mut world, finance_vehicles);
        run(&mut world, revalue_homes);
        snapshot.check(&mut world);
        assert!(world.resource::<Events>().0.iter().any(|e| e.kind == "lgfv_default"));
        assert!(world.resource::<VehicleConfidence>().0 < 1.0);
        assert!(governments(&mut world).iter().all(|(_, v)| v.overdue > 0));
        let losses: Fen = world.query::<&Bank>().iter(&world).map(|b| b.losses).sum();
        assert!(losses > 0 && world.resource::<Tally>().loan_losses > losses);
    }
}
