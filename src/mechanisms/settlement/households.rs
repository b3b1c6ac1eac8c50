//! Settlement of households: wages, pensions, benefits and property income come in; taxes, contributions, interest and
//! repayments go out; debts and wealth-management units move towards what the household wants.
//!
//! ```text
//! other loans → d* · y (norm of debt to income),   units → u* · deposits,   mortgage ← (1 − m) · mortgage
//! m = r / ((1 + r)^n − 1) + prepayment,   n = 4 · min(term, oldest age − age)
//! ```
//!
//! d* opening debt to income; u* opening units to deposits; r the mortgage rate per quarter: what an annuity repays in its
//! next quarter when n quarters are left, and prepayment; each repayment takes at most half of the household's money.
//! Sources: Individual Income Tax
//! Law (allowance), Social Insurance Law (benefits); debt norm after Dutt (2006) and Setterfield & Kim (2016).
//! Reads payrolls, instruments, funds; writes wallets, homes, banks, funds, governments. Draws: none.
//! Not here yet: default of households, bank choice, portfolio choice by return, mortgages by vintage.

use super::firms::{Payroll, quarterly_wage};
use super::sums::{Sums, Totals};
use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Money, Party};
use crate::agents::{
    Bank, CentralGovernment, Funds, Home, Identity, Job, LocalGovernment, Person, Segment, Status, Wallet,
};
use crate::calibration::opening::incomes::HouseholdInstruments;
use crate::engine::registry::Registry;
use crate::engine::{CHUNK, Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::finance::interest_rates::in_force;
use crate::mechanisms::finance::{PoolIncome, RateShifts};
use crate::mechanisms::housing::market;
use crate::mechanisms::public::LandCompensation;
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;
use rayon::prelude::*;

parameters! {
    /// Settlement of households.
    pub struct Parameters {
        /// Share of the outstanding mortgage repaid ahead of time in a quarter (assumed: with the annuity the mean repayment is then 1.25 % a quarter at the opening).
        mortgage_prepayment: f64 = 0.0048, "per quarter", 0.0..=1.0;
        /// Speed at which other debt moves to its norm (assumed).
        debt_adjustment: f64 = 0.05, "per quarter", 0.0..=1.0;
        /// Speed at which wealth-management units move to their share (assumed).
        portfolio_adjustment: f64 = 0.1, "per quarter", 0.0..=1.0;
        /// Local governments' share of personal tax (tax sharing of 2002).
        local_share_personal_tax: f64 = 0.4, "share", 0.0..=1.0;
        /// Share of the equity fund's income, this quarter's and what is left of earlier ones, that is distributed (assumed).
        fund_payout: f64 = 1.0, "share of income", 0.0..=1.0;
        /// Reference rate of financial intermediation services at the opening (policy rate of 2023).
        reference_rate: f64 = 0.025, "per year", 0.0..=0.3;
        /// Oldest age at which households take on other debt (assumed).
        oldest_borrower: f64 = 60.0, "years", 16.0..=120.0;
    }
}

const WAGES: usize = 0;
const PENSIONS: usize = 1;
const BENEFITS: usize = 2;
const DEPOSIT_INTEREST: usize = 3;
const UNIT_INCOME: usize = 4;
const DIVIDENDS: usize = 5;
const LAND: usize = 6;
const CONTRIBUTIONS: usize = 7;
const PERSONAL_TAX: usize = 8;
const MORTGAGE_INTEREST: usize = 9;
const OTHER_INTEREST: usize = 10;
const MORTGAGE_REPAID: usize = 11;
const OTHER_REPAID: usize = 12;
const OTHER_BORROWED: usize = 13;
const UNITS_BOUGHT: usize = 14;
const UNITS_SOLD: usize = 15;
const MARGIN: usize = 16;
const FLOWS: usize = 17;

/// Amounts per unit that all households share in the tick.
struct Rates {
    persons: f64,
    pension: f64,
    benefit: f64,
    support: f64,
    deposit: f64,
    mortgage: f64,
    other: f64,
    per_unit: f64,
    per_equity_unit: f64,
    tax_rate: f64,
    allowance: f64,
    contributions: f64,
    debt_norm: f64,
    unit_norm: f64,
    reference: f64,
    principal: Vec<f64>,
    lending_open: Vec<bool>,
    pay_factors: Vec<f64>,
    land: Vec<i64>,
}

/// Part of a mortgage that an annuity repays in a quarter when so many years are left, at a rate per quarter.
#[must_use]
pub fn annuity_principal(rate: f64, years: f64) -> f64 {
    let quarters = (4.0 * years).max(1.0);
    if rate < 1e-9 { 1.0 / quarters } else { rate / (libm::pow(1.0 + rate, quarters) - 1.0) }
}

/// Part of a mortgage repaid in a quarter by age in quarters, up to the oldest.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an age in quarters")]
fn principal_by_age(p: &Parameters, housing: &market::Parameters, rate: f64) -> Vec<f64> {
    (0..=(housing.oldest_age * 4.0) as u32)
        .map(|age| {
            let left = (housing.oldest_age - f64::from(age) / 4.0).clamp(0.25, housing.mortgage_years);
            (annuity_principal(rate, left) + p.mortgage_prepayment).min(1.0)
        })
        .collect()
}

#[inline]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "an agent's amounts fit")]
fn part(amount: i64, share: f64) -> i64 {
    (amount as f64 * share) as i64
}

/// One household's settlement; returns nothing, writes its wallet and adds to the sums.
#[inline]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "an agent's amounts fit")]
fn settle_one(
    p: &Parameters,
    r: &Rates,
    person: &Person,
    job: &Job,
    wallet: &mut Wallet,
    home: &mut Home,
    sums: &mut Sums,
) {
    let bank = usize::from(person.bank);
    let mut income = 0;
    let receive = |sums: &mut Sums, flow: usize, amount: i64| {
        sums.add(flow, bank, amount);
        amount
    };
    match person.status {
        Status::Employed => {
            let factor = r.pay_factors[job.employer as usize];
            let wage = quarterly_wage(job, r.persons, factor);
            income += receive(sums, WAGES, wage);
            income += receive(sums, CONTRIBUTIONS, -part(wage, r.contributions));
            let taxable = (f64::from(job.wage) * factor - r.allowance).max(0.0) * r.persons * 100.0;
            income += receive(sums, PERSONAL_TAX, -((taxable * r.tax_rate) as i64));
        }
        Status::Retired => income += receive(sums, PENSIONS, (r.pension * r.persons * 100.0) as i64),
        Status::Unemployed => income += receive(sums, BENEFITS, ((r.benefit + r.support) * r.persons * 100.0) as i64),
        Status::OutOfLabourForce | Status::Training => {
            income += receive(sums, BENEFITS, (r.support * r.persons * 100.0) as i64);
        }
    }
    let deposits = wallet.deposits.0;
    income += receive(sums, DEPOSIT_INTEREST, part(deposits, r.deposit));
    income += receive(sums, UNIT_INCOME, part(wallet.wealth_units.0, r.per_unit));
    income += receive(sums, DIVIDENDS, part(wallet.equity_units, r.per_equity_unit));
    income += receive(sums, LAND, r.land[usize::from(person.region)]);
    let available = deposits + income;
    let mortgage_interest = part(home.mortgage.0, r.mortgage).min(available.max(0));
    let other_interest = part(home.other_loans.0, r.other).min((available - mortgage_interest).max(0));
    income += receive(sums, MORTGAGE_INTEREST, -mortgage_interest);
    income += receive(sums, OTHER_INTEREST, -other_interest);
    let margin = mortgage_interest + other_interest - part(home.mortgage.0 + home.other_loans.0, r.reference)
        + part(deposits, r.reference - r.deposit);
    sums.add(MARGIN, bank, margin);
    wallet.income = Money(income);
    let mut money = deposits + income;
    let principal = r.principal[usize::from(person.age).min(r.principal.len() - 1)];
    let repaid = part(home.mortgage.0, principal).min((money / 2).max(0));
    sums.add(MORTGAGE_REPAID, bank, repaid);
    home.mortgage -= Money(repaid);
    money -= repaid;
    money += move_other_debt(p, r, person, bank, wallet, home, money, sums);
    money -= move_units(p, r, bank, wallet, money, sums);
    wallet.deposits = Money(money);
}

/// Moves other debt towards its norm; returns the money that comes in.
#[inline]
#[allow(clippy::cast_possible_truncation, clippy::too_many_arguments, reason = "an agent's amounts fit")]
fn move_other_debt(
    p: &Parameters,
    r: &Rates,
    person: &Person,
    bank: usize,
    wallet: &Wallet,
    home: &mut Home,
    money: i64,
    sums: &mut Sums,
) -> i64 {
    let borrows = person.age >= 25 * 4 && f64::from(person.age) < p.oldest_borrower * 4.0;
    let norm = if borrows { (f64::from(wallet.expected_income).max(0.0) * r.debt_norm) as i64 } else { 0 };
    let gap = part(norm - home.other_loans.0, p.debt_adjustment);
    if gap > 0 && r.lending_open[bank] {
        sums.add(OTHER_BORROWED, bank, gap);
        home.other_loans += Money(gap);
        gap
    } else if gap < 0 {
        let repaid = (-gap).min((money / 2).max(0));
        sums.add(OTHER_REPAID, bank, repaid);
        home.other_loans -= Money(repaid);
        -repaid
    } else {
        0
    }
}

/// Moves wealth-management units towards their share; returns the money that goes out.
#[inline]
fn move_units(p: &Parameters, r: &Rates, bank: usize, wallet: &mut Wallet, money: i64, sums: &mut Sums) -> i64 {
    let gap = part(part(money, r.unit_norm) - wallet.wealth_units.0, p.portfolio_adjustment);
    if gap > 0 {
        let bought = gap.min((money / 2).max(0));
        sums.add(UNITS_BOUGHT, bank, bought);
        wallet.wealth_units += Money(bought);
        bought
    } else {
        sums.add(UNITS_SOLD, bank, -gap);
        wallet.wealth_units += Money(gap);
        gap
    }
}

#[allow(clippy::too_many_arguments, reason = "a settlement touches everybody")]
#[allow(clippy::type_complexity, reason = "a query")]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "amounts per unit")]
fn settle_households(
    (p, housing): (Res<Parameters>, Res<market::Parameters>),
    structure: Res<Structure>,
    (instruments, shifts): (Res<HouseholdInstruments>, Res<RateShifts>),
    indicators: Res<Indicators>,
    payroll: Res<Payroll>,
    mut pools: ResMut<PoolIncome>,
    land: Res<LandCompensation>,
    mut ledger: ResMut<Ledger>,
    mut centre: ResMut<CentralGovernment>,
    mut funds: ResMut<Funds>,
    mut banks: Query<&mut Bank>,
    mut governments: Query<&mut LocalGovernment>,
    firms: Query<&Identity>,
    mut workers: Query<(&Person, &Job, &mut Wallet, &mut Home)>,
) {
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut governments: Vec<_> = governments.iter_mut().collect();
    let bank_count = banks.len();
    let Some((persons, jobs, wallets, homes)) =
        workers.contiguous_iter_mut().expect("worker components are tables").next()
    else {
        return;
    };
    let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
    let (homes, _) = ContiguousMut::bypass_change_detection_split(homes);
    let residents: Vec<i64> = region_counts(persons, structure.region_count());
    let equity_units: f64 = funds.equity_units as f64;
    let distributed = (funds.equity_income as f64 * p.fund_payout).max(0.0);
    let pool_income = (pools.0 as f64).max(0.0);
    let mortgage_rate = in_force(instruments.mortgage_rate, shifts.household_loans) / 4.0;
    let rates = Rates {
        persons: structure.persons_per_worker,
        pension: centre.pension,
        benefit: centre.unemployment_benefit * instruments.unemployment_coverage,
        support: centre.support,
        deposit: in_force(instruments.deposit_rate, shifts.deposits) / 4.0,
        mortgage: mortgage_rate,
        principal: principal_by_age(&p, &housing, mortgage_rate),
        other: in_force(instruments.other_loan_rate, shifts.household_loans) / 4.0,
        per_unit: if funds.wealth_units > 0 { pool_income / funds.wealth_units as f64 } else { 0.0 },
        per_equity_unit: if equity_units > 0.0 { distributed / equity_units } else { 0.0 },
        tax_rate: instruments.personal_tax_rate,
        allowance: instruments.personal_tax_allowance * indicators.cpi,
        contributions: instruments.employee_contribution_rate,
        debt_norm: instruments.other_loan_income_ratio * instruments.debt_norm_scale,
        unit_norm: instruments.wealth_unit_ratio,
        reference: in_force(p.reference_rate, shifts.reference) / 4.0,
        lending_open: banks.iter().map(|b| b.room.of(Segment::Households) > 0).collect(),
        pay_factors: payroll.factors.clone(),
        land: (0..residents.len())
            .map(|g| {
                i64::try_from(
                    land.0.get(g).copied().unwrap_or(0).min(governments[g].deposits.max(0))
                        / Fen::from(residents[g].max(1)),
                )
                .unwrap_or(0)
            })
            .collect(),
    };
    let sums: Vec<Sums> = wallets
        .par_chunks_mut(CHUNK)
        .zip(homes.par_chunks_mut(CHUNK))
        .enumerate()
        .map(|(n, (wallets, homes))| {
            let mut sums = Sums::new(FLOWS, bank_count);
            for (i, (wallet, home)) in wallets.iter_mut().zip(homes).enumerate() {
                let worker = n * CHUNK + i;
                settle_one(&p, &rates, &persons[worker], &jobs[worker], wallet, home, &mut sums);
            }
            sums
        })
        .collect();
    let totals = Sums::total(&sums);
    for (worker, amount) in &payroll.founders {
        wallets[*worker as usize].income += Money(*amount);
    }
    pay_land(&mut ledger, &mut governments, &rates, &residents, &totals);
    pools.0 -= totals.sum(UNIT_INCOME);
    book(&p, &mut ledger, &mut centre, &mut funds, &mut banks, &mut governments, &payroll, &firms, &totals);
}

fn region_counts(persons: &[Person], regions: usize) -> Vec<i64> {
    let mut counts = vec![0; regions];
    for p in persons {
        counts[usize::from(p.region)] += 1;
    }
    counts
}

/// Compensation for land, from local governments to all households of the region alike.
fn pay_land(
    ledger: &mut Ledger,
    governments: &mut [Mut<'_, LocalGovernment>],
    rates: &Rates,
    residents: &[i64],
    totals: &Totals,
) {
    let mut payment = ledger.open(Flow::LandCompensation);
    for (g, lg) in governments.iter_mut().enumerate() {
        let amount = Fen::from(rates.land[g]) * Fen::from(residents[g]);
        payment.pay(Party::LocalGovernment { bank: usize::from(lg.bank) }, amount);
        lg.deposits -= amount;
        lg.spending += amount;
    }
    for bank in 0..totals.banks() {
        payment.receive(Party::Household { bank }, totals.at(LAND, bank));
    }
    payment.close();
}

/// Enters everything else.
#[allow(clippy::too_many_arguments, reason = "a settlement touches everybody")]
fn book(
    p: &Parameters,
    ledger: &mut Ledger,
    centre: &mut CentralGovernment,
    funds: &mut Funds,
    banks: &mut [Mut<'_, Bank>],
    governments: &mut [Mut<'_, LocalGovernment>],
    payroll: &Payroll,
    firms: &Query<&Identity>,
    totals: &Totals,
) {
    let mut wages = ledger.open(Flow::Wages);
    for (identity, bill) in firms.iter().zip(&payroll.wages) {
        wages.pay(
            Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) },
            Fen::from(*bill),
        );
    }
    for bank in 0..totals.banks() {
        wages.receive(Party::Household { bank }, totals.at(WAGES, bank));
    }
    wages.close();
    let pool = Party::Fund { bank: usize::from(funds.wealth_bank) };
    let equity = Party::Fund { bank: usize::from(funds.equity_bank) };
    for (bank, b) in banks.iter_mut().enumerate() {
        let household = Party::Household { bank };
        let at = |flow: usize| totals.at(flow, bank);
        ledger.transfer_total(Party::CentralGovernment, household, at(PENSIONS), Flow::Pensions);
        ledger.transfer_total(Party::CentralGovernment, household, at(BENEFITS), Flow::Benefits);
        ledger.transfer_total(Party::Bank(bank), household, at(DEPOSIT_INTEREST), Flow::InterestDeposits);
        ledger.transfer_total(pool, household, at(UNIT_INCOME), Flow::WealthManagementIncome);
        ledger.transfer_total(equity, household, at(DIVIDENDS), Flow::Dividends);
        ledger.transfer_total(household, Party::CentralGovernment, -at(CONTRIBUTIONS), Flow::Contributions);
        ledger.transfer_total(household, Party::Bank(bank), -at(MORTGAGE_INTEREST), Flow::InterestHouseholdMortgages);
        ledger.transfer_total(household, Party::Bank(bank), -at(OTHER_INTEREST), Flow::InterestOtherHouseholdLoans);
        ledger.redeem(household, Party::Bank(bank), at(MORTGAGE_REPAID), Instrument::HouseholdMortgages);
        ledger.redeem(household, Party::Bank(bank), at(OTHER_REPAID), Instrument::OtherHouseholdLoans);
        ledger.issue(household, Party::Bank(bank), at(OTHER_BORROWED), Instrument::OtherHouseholdLoans);
        ledger.issue(pool, household, at(UNITS_BOUGHT), Instrument::WealthManagementUnits);
        ledger.redeem(pool, household, at(UNITS_SOLD), Instrument::WealthManagementUnits);
        b.mortgages -= at(MORTGAGE_REPAID);
        b.other_household_loans += at(OTHER_BORROWED) - at(OTHER_REPAID);
        b.new_loans += at(OTHER_BORROWED);
        b.apply(Segment::Households, at(OTHER_BORROWED));
        b.room.take(Segment::Households, at(OTHER_BORROWED));
        b.profit += -at(MORTGAGE_INTEREST) - at(OTHER_INTEREST) - at(DEPOSIT_INTEREST);
        ledger.intermediation_services[Column::Households.index()] += at(MARGIN);
        b.services += at(MARGIN);
    }
    centre.spending += totals.sum(PENSIONS) + totals.sum(BENEFITS);
    centre.revenue -= totals.sum(CONTRIBUTIONS);
    funds.wealth_deposits += totals.sum(UNITS_BOUGHT) - totals.sum(UNITS_SOLD) - totals.sum(UNIT_INCOME);
    funds.wealth_units += totals.sum(UNITS_BOUGHT) - totals.sum(UNITS_SOLD);
    funds.equity_deposits -= totals.sum(DIVIDENDS);
    funds.equity_income -= totals.sum(DIVIDENDS);
    pay_personal_tax(p, ledger, centre, governments, totals);
}

/// Personal tax: the local share goes to local governments in proportion to their other tax revenue; what rounding
/// leaves goes to the centre.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "the centre takes the rest")]
fn pay_personal_tax(
    p: &Parameters,
    ledger: &mut Ledger,
    centre: &mut CentralGovernment,
    governments: &mut [Mut<'_, LocalGovernment>],
    totals: &Totals,
) {
    let total = -totals.sum(PERSONAL_TAX);
    let local = (total as f64 * p.local_share_personal_tax) as Fen;
    let weights: f64 = governments.iter().map(|g| g.tax_revenue.max(0) as f64).sum();
    let mut payment = ledger.open(Flow::PersonalTax);
    for bank in 0..totals.banks() {
        payment.pay(Party::Household { bank }, -totals.at(PERSONAL_TAX, bank));
    }
    let mut left = local;
    for lg in governments.iter_mut() {
        let share =
            if weights > 0.0 { ((local as f64 * lg.tax_revenue.max(0) as f64 / weights) as Fen).min(left) } else { 0 };
        payment.receive(Party::LocalGovernment { bank: usize::from(lg.bank) }, share);
        lg.deposits += share;
        lg.tax_revenue += share;
        left -= share;
    }
    payment.receive(Party::CentralGovernment, total - local + left);
    payment.close();
    centre.revenue += total - local + left;
}

/// Settlement of households.
pub struct HouseholdSettlement;

impl Mechanism for HouseholdSettlement {
    const NAME: &'static str = "household_settlement";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "portfolios and debts that adjust",
        off: &[
            "household_settlement.portfolio_adjustment=0.0",
            "household_settlement.debt_adjustment=0.0",
            "household_settlement.mortgage_prepayment=0.0",
        ],
        instead: "units of pools and other debts stay, mortgages are repaid as annuities; payment of income, taxes and interest cannot be switched off",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (settle_households,).chain()
    }
    fn rules(registry: &mut Registry) {
        // Margins of borrowers and depositors add up to the banks' only at one reference rate.
        registry.equal(&[("firm_settlement", "reference_rate"), (Self::NAME, "reference_rate")]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annuity_repays_the_whole_loan_in_its_term() {
        let (rate, mut debt) = (0.0105, 1.0);
        for left in (1..=100).rev() {
            debt -= debt * annuity_principal(rate, f64::from(left) / 4.0);
        }
        assert!(debt.abs() < 1e-9);
        assert!((annuity_principal(0.0, 5.0) - 0.05).abs() < 1e-12);
    }

    #[test]
    fn older_households_repay_faster() {
        let by_age = principal_by_age(&Parameters::default(), &market::Parameters::default(), 0.0105);
        assert!((by_age[120] - 0.0048 - annuity_principal(0.0105, 25.0)).abs() < 1e-12);
        assert!(by_age[240] > by_age[120] && by_age[280] > by_age[240]);
    }
}
