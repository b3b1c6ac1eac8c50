//! Settlement of firms: after the quarter's sales a firm pays wages and contributions, taxes on sales, interest and part
//! of its debt, company tax, and a dividend out of what is left.
//!
//! Wages and interest on bonds are paid in any case. Taxes and interest on loans are paid as far as means reach, in this
//! order; taxes that are not paid are owed to the government (payables), interest that is not paid is due again in the
//! next quarter and income of the bank when it is paid. Principal is repaid out of deposits; what the line or the firm's
//! collateral and earnings allow is renewed, beyond it the loan is in arrears. A firm in arrears pays no dividend.
//!
//! ```text
//! means = deposits after wages + undrawn line + what the bank would lend beyond it
//! dividend = min(s · max(0, profit after tax), (deposits − ½ · ℓ · sales)⁺)
//! s = clamp(π · (1 + ζ · (λ* − λ)), 0, s_max),   λ = (loans + bonds) / assets
//! ```
//!
//! assets all that the firm has less buyers' advances (`assets_for_lenders`); π opening payout ratio; λ* opening leverage of
//! the sector, at which a firm pays out what the opening does; ζ `leverage_reaction`; `s_max` `largest_payout`; ℓ opening
//! deposits over quarterly sales, half of which stay in the firm; part of what exceeds ℓ repays the loan. Public units
//! belong to the state and pay it theirs. Sources: payout with a leverage
//! target after Lintner (1956) and Fama & French (2002); tax shares of local governments by the 1994 and 2016 reforms
//! (half of value added tax, two fifths of company and personal tax). Margins of banks around the reference rate are
//! booked as financial services used (SNA 2008, 6.163).
//! Reads payrolls; writes books of firms, governments, banks, funds. Draws: none.
//! Not here yet: wage arrears, penalties on taxes and interest in arrears, trade credit, loss carry-forward.

use super::taxes::company_tax;
use crate::accounts::balance::assets_for_lenders;
use crate::accounts::chart::FIXED_COLUMNS;
use crate::accounts::{Batch, Fen, Flow, Instrument, Ledger, Money, Party};
use crate::agents::{
    Bank, Books, Capital, CentralGovernment, Development, Funds, Identity, Inventory, Job, LocalGovernment, NOBODY,
    Operations, Ownership, Person, Segment, Wallet,
};
use crate::calibration::opening::incomes::HouseholdInstruments;
use crate::engine::{CHUNK, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::finance::interest_rates::in_force;
use crate::mechanisms::finance::{RateShifts, credit};
use crate::mechanisms::labour::{Dismissals, WorkingWeek};
use crate::mechanisms::planning::investment::FirmNorms;
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;
use rayon::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

parameters! {
    /// Settlement of firms.
    pub struct Parameters {
        /// Rate on corporate bonds at the opening (assumed near the yield of AAA bonds in 2023).
        bond_rate: f64 = 0.034, "per year", 0.0..=0.3;
        /// Reaction of the payout to leverage below its norm (assumed).
        leverage_reaction: f64 = 2.0, "per unit of leverage", 0.0..=20.0;
        /// Part of the deposits above their norm that repays the loan ahead of time (assumed: what is short is borrowed within the quarter, so what is left over does not lie idle for long).
        prepayment: f64 = 0.5, "per quarter", 0.0..=1.0;
        /// Largest payout of profits (assumed).
        largest_payout: f64 = 1.3, "share", 0.0..=3.0;
        /// Local governments' share of value added tax (tax sharing of 2016).
        local_share_value_added_tax: f64 = 0.5, "share", 0.0..=1.0;
        /// Local governments' share of company tax (tax sharing of 1994 and 2002).
        local_share_income_tax: f64 = 0.4, "share", 0.0..=1.0;
        /// Pay of an hour beyond normal hours over that of a normal one (Labour Law of 1994, article 44: 150 % on working days).
        overtime_pay: f64 = 1.5, "ratio", 0.0..=5.0;
        /// Reference rate of financial intermediation services at the opening (policy rate of 2023).
        reference_rate: f64 = 0.025, "per year", 0.0..=0.3;
    }
}

/// Wage bills by firm slot and dividends of founders, of the tick \[fen\].
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Payroll {
    /// Wages.
    pub wages: Vec<i64>,
    /// Pay over that at normal hours \[1\].
    pub factors: Vec<f64>,
    /// Dividends of founders: worker and amount.
    pub founders: Vec<(u32, i64)>,
}

/// Wage of a worker agent in a quarter at normal hours, or with overtime at the firm's pay factor \[fen\].
#[inline]
#[must_use]
pub fn quarterly_wage(job: &Job, persons: f64, factor: f64) -> i64 {
    pay(job.wage, persons * factor)
}

/// A wage of so many persons \[fen\].
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "an agent's wage fits")]
fn pay(wage: f32, persons: f64) -> i64 {
    (f64::from(wage) * persons * 100.0) as i64
}

/// What a quarter's work costs over its wage at normal hours: hours beyond are paid with a premium, fewer are paid in full.
#[must_use]
pub fn pay_factor(hours: f64, overtime_pay: f64) -> f64 {
    1.0 + overtime_pay * (hours - 1.0).max(0.0)
}

/// Adds up every firm's wage bill.
fn add_up_payrolls(
    (p, week): (Res<Parameters>, Res<WorkingWeek>),
    structure: Res<Structure>,
    mut payroll: ResMut<Payroll>,
    firms: Query<&Operations>,
    workers: Query<(&Person, &Job)>,
) {
    let pay = |o: &Operations| o.contract_hours / week.hours * week.pay * pay_factor(o.hours, p.overtime_pay);
    let factors: Vec<f64> = firms.iter().map(pay).collect();
    let slots = factors.len();
    let wages: Vec<AtomicI64> = (0..slots).map(|_| AtomicI64::new(0)).collect();
    let persons = structure.persons_per_worker;
    for (_, jobs) in workers.contiguous_iter().expect("worker components are tables") {
        jobs.par_chunks(CHUNK).for_each(|jobs| {
            // Colleagues sit next to each other: add up runs before touching the shared bill.
            let (mut employer, mut sum) = (NOBODY, 0);
            for job in jobs {
                if job.employer != employer {
                    if employer != NOBODY {
                        wages[employer as usize].fetch_add(sum, Relaxed);
                    }
                    (employer, sum) = (job.employer, 0);
                }
                if job.employer != NOBODY {
                    sum += quarterly_wage(job, persons, factors[job.employer as usize]);
                }
            }
            if employer != NOBODY {
                wages[employer as usize].fetch_add(sum, Relaxed);
            }
        });
    }
    payroll.wages = wages.into_iter().map(AtomicI64::into_inner).collect();
    payroll.factors = factors;
}

/// Pays severance at the wage that was lost: firms that still exist pay what their deposits allow; closed firms pay nothing.
fn pay_severance(
    structure: Res<Structure>,
    dismissals: Res<Dismissals>,
    mut ledger: ResMut<Ledger>,
    mut firms: Query<(&Identity, &mut Books)>,
    mut workers: Query<(&Person, &mut Wallet)>,
) {
    if dismissals.0.is_empty() {
        return;
    }
    let mut firms: Vec<_> = firms.iter_mut().collect();
    let Some((persons, wallets)) = workers.contiguous_iter_mut().expect("worker components are tables").next() else {
        return;
    };
    let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
    for d in &dismissals.0 {
        let (worker, firm) = (d.worker as usize, d.firm as usize);
        let (identity, books) = &mut firms[firm];
        if !identity.active() {
            continue;
        }
        let due = pay(d.wage, structure.persons_per_worker) * i64::from(d.quarters);
        let paid = Money(due.min(books.deposits.positive().0));
        let from = Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) };
        ledger.transfer(from, Party::Household { bank: usize::from(persons[worker].bank) }, paid, Flow::Severance);
        books.compensation += paid;
        books.deposits -= paid;
        wallets[worker].deposits += paid;
    }
}

/// Dividend wanted out of a profit after tax.
#[must_use]
pub fn dividend(profit: Money, payout: f64, leverage: f64, norm: f64, p: &Parameters) -> Money {
    let share = (payout * (1.0 + p.leverage_reaction * (norm - leverage))).clamp(0.0, p.largest_payout);
    profit.positive().share(share)
}

/// The counterparts of firms' payments, and what the firm that is being settled can still pay.
pub(super) struct Parties<'w> {
    pub(super) ledger: ResMut<'w, Ledger>,
    /// Firms' payments, entered at the end.
    pub(super) batch: Batch,
    /// Repayments of loans by sector and bank \[fen\].
    repaid: Vec<Fen>,
    pub(super) centre: ResMut<'w, CentralGovernment>,
    funds: ResMut<'w, Funds>,
    pub(super) means: Money,
}

/// What a firm can pay after wages: deposits, the undrawn line and what its bank would lend beyond it. Public units can
/// pay everything.
fn means_after_wages(
    identity: &Identity,
    books: &Books,
    standing: &credit::Standing,
    room: Fen,
    credit: &credit::Parameters,
) -> Money {
    if identity.public {
        return Money(i64::MAX / 4);
    }
    books.deposits + credit::undrawn_line(books) + credit::further_loan(standing, books, room, credit)
}

#[allow(clippy::too_many_arguments, reason = "a settlement touches everybody")]
#[allow(clippy::type_complexity, reason = "a query")]
fn settle_firms(
    p: Res<Parameters>,
    credit: Res<credit::Parameters>,
    norms: Res<FirmNorms>,
    structure: Res<Structure>,
    (instruments, shifts): (Res<HouseholdInstruments>, Res<RateShifts>),
    mut payroll: ResMut<Payroll>,
    ledger: ResMut<Ledger>,
    centre: ResMut<CentralGovernment>,
    funds: ResMut<Funds>,
    mut banks: Query<&mut Bank>,
    mut governments: Query<&mut LocalGovernment>,
    mut firms: Query<(&Identity, &Capital, &Inventory, &Ownership, &Development, &mut Books)>,
    mut workers: Query<(&Person, &mut Wallet)>,
) {
    let batch = Batch::new(&ledger);
    let repaid = vec![0; (ledger.columns() - FIXED_COLUMNS) * banks.iter().len()];
    let mut x = Parties { ledger, batch, repaid, centre, funds, means: Money::ZERO };
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut governments: Vec<_> = governments.iter_mut().collect();
    let bonds: Fen = firms.iter().map(|f| f.5.bonds.fen()).sum();
    let bond_share = BondShares::new(&banks, bonds);
    let rates = Rates::new(&p, &instruments, &shifts);
    let mut founders_pay: Vec<(Party, u32, Money)> = Vec::new();
    for (slot, (identity, capital, inventory, ownership, development, mut books)) in firms.iter_mut().enumerate() {
        if !identity.active() && payroll.wages[slot] == 0 {
            continue;
        }
        let s = usize::from(identity.sector);
        let firm = Party::Firm { sector: s, bank: usize::from(identity.bank) };
        let lg = &mut governments[usize::from(identity.region)];
        let wages = Money(payroll.wages[slot]);
        let contributions = wages.share(structure.employer_contribution_rate);
        books.compensation += wages + contributions;
        books.deposits -= wages + contributions;
        x.batch.transfer(firm, Party::CentralGovernment, contributions, Flow::Contributions);
        x.centre.revenue += contributions.fen();
        let goods = capital.value() + inventory.value();
        let standing = credit::Standing::of(identity, &books, goods, Some(development));
        let room = banks[usize::from(identity.bank)].room.of(Segment::Firms);
        x.means = means_after_wages(identity, &books, &standing, room, &credit);
        let renewable = credit::loan_capacity(&standing, books.lending_rate, &credit);
        x.pay_tax_arrears(firm, lg, &mut books);
        x.pay_sales_taxes(firm, &structure.sectors[s], p.local_share_value_added_tax, lg, &mut books);
        pay_interest(&rates, &mut x, &mut banks, &bond_share, firm, identity, &mut books);
        // A developer's gain on homes handed over is no output, but it is taxed and distributed like profit.
        let profit = books.operating_surplus() - books.interest - books.depreciation + development.gain;
        let tax = if identity.public { Money::ZERO } else { company_tax(profit, norms.company_tax_rate) };
        x.pay_company_tax(firm, lg, &mut books, tax, p.local_share_income_tax);
        repay(credit.repayment, renewable, &mut x, &mut banks, identity, &mut books);
        let assets = assets_for_lenders(&books, inventory, capital, development);
        pay_dividend(
            &p,
            &norms,
            &mut x,
            firm,
            norms.leverage[s],
            assets,
            ownership,
            profit - tax,
            &mut books,
            &mut founders_pay,
        );
        // What buyers of homes have paid ahead is for building them.
        let spare = books.deposits - books.advances - Money::from_yuan(norms.liquidity * books.revenue.yuan());
        redeem(spare.positive().share(p.prepayment), &mut x, &mut banks, identity, &mut books);
    }
    x.batch.enter(&mut x.ledger);
    for (i, amount) in x.repaid.iter().enumerate() {
        let (sector, bank) = (i / banks.len(), i % banks.len());
        x.ledger.redeem(Party::Firm { sector, bank }, Party::Bank(bank), *amount, Instrument::FirmLoans);
    }
    pay_founders(&mut x.ledger, &mut payroll, &founders_pay, &mut workers);
}

/// Pays founders' shares of dividends; their income counts in the household settlement that follows.
fn pay_founders(
    ledger: &mut Ledger,
    payroll: &mut Payroll,
    pay: &[(Party, u32, Money)],
    workers: &mut Query<(&Person, &mut Wallet)>,
) {
    payroll.founders.clear();
    let Some((persons, wallets)) = workers.contiguous_iter_mut().expect("worker components are tables").next() else {
        return;
    };
    let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
    for (firm, worker, amount) in pay {
        let w = *worker as usize;
        ledger.transfer(*firm, Party::Household { bank: usize::from(persons[w].bank) }, *amount, Flow::Dividends);
        wallets[w].deposits += *amount;
        payroll.founders.push((*worker, amount.0));
    }
}

/// Rates of the quarter \[per year\].
struct Rates {
    deposit: f64,
    bond: f64,
    reference: f64,
}

impl Rates {
    fn new(p: &Parameters, instruments: &HouseholdInstruments, shifts: &RateShifts) -> Self {
        Self {
            deposit: in_force(instruments.deposit_rate, shifts.deposits),
            bond: in_force(p.bond_rate, shifts.corporate_bonds),
            reference: in_force(p.reference_rate, shifts.reference),
        }
    }
}

/// Banks' shares in corporate bonds; the pools hold the rest.
struct BondShares {
    banks: Vec<(usize, f64)>,
}

impl BondShares {
    #[allow(clippy::cast_precision_loss, reason = "shares")]
    fn new(banks: &[Mut<'_, Bank>], total: Fen) -> Self {
        let total = (total as f64).max(1.0);
        let shares = banks.iter().map(|b| b.corporate_bonds as f64 / total).enumerate();
        Self { banks: shares.filter(|(_, share)| *share != 0.0).collect() }
    }
}

#[allow(clippy::too_many_arguments, reason = "interest flows to banks and pools")]
fn pay_interest(
    rates: &Rates,
    x: &mut Parties<'_>,
    banks: &mut [Mut<'_, Bank>],
    shares: &BondShares,
    firm: Party,
    identity: &Identity,
    books: &mut Books,
) {
    let b = usize::from(identity.bank);
    let on_loans = books.loans.share(books.lending_rate / 4.0);
    let on_deposits = books.deposits.positive().share(rates.deposit / 4.0);
    let on_bonds = books.bonds.share(rates.bond / 4.0);
    // Bonds cannot wait: what is left of the means pays the bank, whose unpaid interest is due again next quarter.
    x.means += on_deposits - on_bonds;
    let due = on_loans + books.interest_overdue;
    let paid = due.min(x.means.positive());
    books.interest_overdue = due - paid;
    x.means -= paid;
    x.batch.transfer(firm, Party::Bank(b), paid, Flow::InterestFirmLoans);
    x.batch.transfer(Party::Bank(b), firm, on_deposits, Flow::InterestDeposits);
    banks[b].profit += (paid - on_deposits).fen();
    let margin = on_loans - books.loans.share(rates.reference / 4.0)
        + books.deposits.positive().share(rates.reference / 4.0)
        - on_deposits;
    x.ledger.intermediation_services[firm.column().index()] += margin.fen();
    banks[b].services += margin.fen();
    if on_bonds.0 > 0 {
        let mut left = on_bonds;
        x.batch.receive(firm, -on_bonds, Flow::InterestCorporateBonds);
        for &(bank, share) in &shares.banks {
            let part = Money(on_bonds.share(share).0.min(left.0));
            x.batch.receive(Party::Bank(bank), part, Flow::InterestCorporateBonds);
            banks[bank].profit += part.fen();
            left -= part;
        }
        let pool = Party::Fund { bank: usize::from(x.funds.wealth_bank) };
        x.batch.receive(pool, left, Flow::InterestCorporateBonds);
        x.funds.wealth_deposits += left.fen();
        x.funds.wealth_income += left.fen();
    }
    books.interest += paid + on_bonds - on_deposits;
    books.deposits -= paid + on_bonds - on_deposits;
}

/// Repays what was drawn without consent and part of the loan out of deposits. Principal that a bank would lend anew on
/// the firm's own merits is renewed, whatever the bank's room; other principal is in arrears.
fn repay(
    repayment: f64,
    renewable: Money,
    x: &mut Parties<'_>,
    banks: &mut [Mut<'_, Bank>],
    identity: &Identity,
    books: &mut Books,
) {
    let due = (books.loans.share(repayment) + books.unauthorised).min(books.loans);
    let paid = Money(due.0.min(books.deposits.positive().0));
    books.unauthorised -= paid.min(books.unauthorised);
    let late = books.interest_overdue.0 > 0
        || books.unauthorised.0 > 0
        || due - paid > credit::undrawn_line(books).max(renewable);
    books.quarters_in_arrears = if late { books.quarters_in_arrears.saturating_add(1) } else { 0 };
    books.quarters_clean = if late { 0 } else { books.quarters_clean.saturating_add(1) };
    redeem(paid, x, banks, identity, books);
}

/// Repays an amount of the loan, as far as loan and deposits go.
fn redeem(amount: Money, x: &mut Parties<'_>, banks: &mut [Mut<'_, Bank>], identity: &Identity, books: &mut Books) {
    let paid = Money(amount.0.min(books.loans.0).min(books.deposits.positive().0));
    if paid.0 > 0 {
        let b = usize::from(identity.bank);
        x.repaid[usize::from(identity.sector) * banks.len() + b] += paid.fen();
        banks[b].firm_loans -= paid.fen();
        books.loans -= paid;
        books.deposits -= paid;
    }
}

#[allow(clippy::too_many_arguments, reason = "owners of four kinds")]
fn pay_dividend(
    p: &Parameters,
    norms: &FirmNorms,
    x: &mut Parties<'_>,
    firm: Party,
    norm: f64,
    assets: Money,
    ownership: &Ownership,
    profit: Money,
    books: &mut Books,
    founders_pay: &mut Vec<(Party, u32, Money)>,
) {
    let leverage = if assets.0 > 0 { (books.loans + books.bonds).yuan() / assets.yuan() } else { 1.0 };
    let wanted = dividend(profit, norms.payout_ratio, leverage, norm, p);
    let spare = books.deposits - Money::from_yuan(0.5 * norms.liquidity * books.revenue.yuan());
    let paid = Money(wanted.0.min(spare.positive().0));
    if paid.0 <= 0 {
        return;
    }
    if books.quarters_in_arrears > 0 || books.tax_arrears().0 > 0 {
        // Creditors come before owners.
        return;
    }
    let state = paid.share(f64::from(ownership.state_share));
    let foreign = paid.share(f64::from(ownership.foreign_share));
    let founder =
        if ownership.founder == NOBODY { Money::ZERO } else { paid.share(f64::from(ownership.founder_share)) };
    let fund = paid - state - foreign - founder;
    x.batch.transfer(firm, Party::CentralGovernment, state, Flow::Dividends);
    x.batch.transfer(firm, Party::RestOfWorld, foreign, Flow::Dividends);
    x.batch.transfer(firm, Party::Fund { bank: usize::from(x.funds.equity_bank) }, fund, Flow::Dividends);
    x.centre.revenue += state.fen();
    x.funds.equity_deposits += fund.fen();
    x.funds.equity_income += fund.fen();
    if founder.0 > 0 {
        founders_pay.push((firm, ownership.founder, founder));
    }
    books.dividends += paid;
    books.deposits -= paid;
}

/// Settlement of firms.
pub struct FirmSettlement;

impl Mechanism for FirmSettlement {
    const NAME: &'static str = "firm_settlement";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "leverage target",
        off: &["firm_settlement.leverage_reaction=0.0"],
        instead: "firms pay out the same share of profit whatever they owe; payment of wages, taxes and interest cannot be switched off",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (add_up_payrolls, pay_severance, settle_firms).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overtime_costs_half_as_much_again_and_short_hours_are_paid_in_full() {
        assert!((pay_factor(1.04, 1.5) - 1.06).abs() < 1e-12);
        assert!((pay_factor(0.9, 1.5) - 1.0).abs() < 1e-12);
        // Neutral: overtime that is not paid.
        assert!((pay_factor(1.04, 0.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn losses_pay_no_tax_and_no_dividend() {
        let p = Parameters::default();
        assert_eq!(company_tax(Money(-5), 0.25), Money::ZERO);
        assert_eq!(company_tax(Money(1000), 0.25), Money(250));
        assert_eq!(dividend(Money(-5), 0.5, 0.3, 0.3, &p), Money::ZERO);
        assert_eq!(dividend(Money(1000), 0.5, 0.3, 0.3, &p), Money(500));
        assert!(dividend(Money(1000), 0.5, 0.5, 0.3, &p) < Money(500));
    }
}
