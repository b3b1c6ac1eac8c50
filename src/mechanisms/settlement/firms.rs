//! Settlement of firms: after the quarter's sales a firm pays wages and contributions, taxes on sales, interest and part
//! of its debt, company tax, and a dividend out of what is left.
//!
//! ```text
//! dividend = min(s · max(0, profit after tax), (deposits − ½ · ℓ · sales)⁺)
//! s = clamp(π · (1 + ζ · (λ* − λ)), 0, s_max),   λ = (loans + bonds) / (capital + stocks + land and homes + deposits)
//! ```
//!
//! π opening payout ratio; λ* opening leverage of the sector, at which a firm pays out what the opening does; ζ
//! `leverage_reaction`; `s_max` `largest_payout`; ℓ opening deposits
//! over quarterly sales, half of which stay in the firm; part of what exceeds ℓ repays the loan. Public units belong to the state and pay it theirs. Sources: payout with a leverage
//! target after Lintner (1956) and Fama & French (2002); tax shares of local governments by the 1994 and 2016 reforms
//! (half of value added tax, two fifths of company and personal tax). Margins of banks around the reference rate are
//! booked as financial services used (SNA 2008, 6.163).
//! Reads payrolls; writes books of firms, governments, banks, funds. Draws: none.
//! Not here yet: wage arrears, trade credit, loss carry-forward, severance at the wage that was lost, rates on deposits
//! and bonds that follow the market.

use crate::accounts::{Fen, Flow, Instrument, Ledger, Money, Party};
use crate::agents::{
    Bank, Books, Capital, CentralGovernment, Development, Funds, Identity, Inventory, Job, LocalGovernment, NOBODY,
    Ownership, Person, Wallet,
};
use crate::calibration::opening::incomes::HouseholdInstruments;
use crate::engine::{CHUNK, Mechanism, Systems};
use crate::mechanisms::finance::credit;
use crate::mechanisms::labour::Dismissals;
use crate::mechanisms::planning::investment::FirmNorms;
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;
use rayon::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

parameters! {
    /// Settlement of firms.
    pub struct Parameters {
        /// Rate on corporate bonds, constant (assumed near the yield of AAA bonds in 2023).
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
        /// Reference rate of financial intermediation services, constant (policy rate of 2023).
        reference_rate: f64 = 0.025, "per year", 0.0..=0.3;
    }
}

/// Wage bills by firm slot and dividends of founders, of the tick \[fen\].
#[derive(Clone, Debug, Default, Resource)]
pub struct Payroll {
    /// Wages.
    pub wages: Vec<i64>,
    /// Dividends of founders: worker and amount.
    pub founders: Vec<(u32, i64)>,
}

/// Wage of a worker agent in a quarter \[fen\].
#[inline]
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "an agent's wage fits")]
pub fn quarterly_wage(job: &Job, persons: f64) -> i64 {
    (f64::from(job.wage) * persons * 100.0) as i64
}

/// Adds up every firm's wage bill.
fn add_up_payrolls(
    structure: Res<Structure>,
    mut payroll: ResMut<Payroll>,
    firms: Query<&Identity>,
    workers: Query<(&Person, &Job)>,
) {
    let slots = firms.iter().len();
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
                    sum += quarterly_wage(job, persons);
                }
            }
            if employer != NOBODY {
                wages[employer as usize].fetch_add(sum, Relaxed);
            }
        });
    }
    payroll.wages = wages.into_iter().map(AtomicI64::into_inner).collect();
}

/// Pays severance: firms that still exist pay what their deposits allow; closed firms pay nothing. It is counted at the
/// wage at settlement: the lost one, or the new employer's if the worker was hired again in the quarter.
fn pay_severance(
    structure: Res<Structure>,
    dismissals: Res<Dismissals>,
    mut ledger: ResMut<Ledger>,
    mut firms: Query<(&Identity, &mut Books)>,
    mut workers: Query<(&Person, &mut Job, &mut Wallet)>,
) {
    if dismissals.0.is_empty() {
        return;
    }
    let mut firms: Vec<_> = firms.iter_mut().collect();
    let Some((persons, jobs, wallets)) = workers.contiguous_iter_mut().expect("worker components are tables").next()
    else {
        return;
    };
    let (jobs, _) = ContiguousMut::bypass_change_detection_split(jobs);
    let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
    for d in &dismissals.0 {
        let (worker, firm) = (d.worker as usize, d.firm as usize);
        let (identity, books) = &mut firms[firm];
        jobs[worker].severance_due = 0;
        if !identity.active() {
            continue;
        }
        let due = quarterly_wage(&jobs[worker], structure.persons_per_worker) * i64::from(d.quarters);
        let paid = Money(due.min(books.deposits.positive().0));
        let from = Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) };
        ledger.transfer(from, Party::Household { bank: usize::from(persons[worker].bank) }, paid, Flow::Severance);
        books.compensation += paid;
        books.deposits -= paid;
        wallets[worker].deposits += paid;
    }
}

/// Company tax on a profit.
#[must_use]
pub fn company_tax(profit: Money, rate: f64) -> Money {
    profit.positive().share(rate)
}

/// Dividend wanted out of a profit after tax.
#[must_use]
pub fn dividend(profit: Money, payout: f64, leverage: f64, norm: f64, p: &Parameters) -> Money {
    let share = (payout * (1.0 + p.leverage_reaction * (norm - leverage))).clamp(0.0, p.largest_payout);
    profit.positive().share(share)
}

/// What a firm owns, as leverage counts it: a developer's land and homes are its stocks.
#[must_use]
pub fn assets(capital: &Capital, inventory: &Inventory, development: &Development, books: &Books) -> Money {
    capital.value() + inventory.value() + development.land_value + development.homes_value + books.deposits.positive()
}

/// The counterparts of firms' payments.
struct Parties<'w> {
    ledger: ResMut<'w, Ledger>,
    centre: ResMut<'w, CentralGovernment>,
    funds: ResMut<'w, Funds>,
}

#[allow(clippy::too_many_arguments, reason = "a settlement touches everybody")]
#[allow(clippy::type_complexity, reason = "a query")]
fn settle_firms(
    p: Res<Parameters>,
    credit: Res<credit::Parameters>,
    norms: Res<FirmNorms>,
    structure: Res<Structure>,
    instruments: Res<HouseholdInstruments>,
    mut payroll: ResMut<Payroll>,
    ledger: ResMut<Ledger>,
    centre: ResMut<CentralGovernment>,
    funds: ResMut<Funds>,
    mut banks: Query<&mut Bank>,
    mut governments: Query<&mut LocalGovernment>,
    mut firms: Query<(&Identity, &Capital, &Inventory, &Ownership, &Development, &mut Books)>,
    mut workers: Query<(&Person, &mut Wallet)>,
) {
    let mut x = Parties { ledger, centre, funds };
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut governments: Vec<_> = governments.iter_mut().collect();
    let bonds: Fen = firms.iter().map(|f| f.5.bonds.fen()).sum();
    let bond_share = BondShares::new(&banks, bonds);
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
        x.ledger.transfer(firm, Party::CentralGovernment, contributions, Flow::Contributions);
        x.centre.revenue += contributions.fen();
        pay_sales_taxes(&p, &structure, &mut x, firm, s, lg, &mut books);
        pay_interest(&p, &instruments, &mut x, &mut banks, &bond_share, firm, identity, &mut books);
        // A developer's gain on homes handed over is no output, but it is taxed and distributed like profit.
        let profit = books.operating_surplus() - books.interest - books.depreciation + development.gain;
        let tax = if identity.public { Money::ZERO } else { company_tax(profit, norms.company_tax_rate) };
        let local = tax.share(p.local_share_income_tax);
        x.ledger.transfer(firm, Party::CentralGovernment, tax - local, Flow::CompanyTax);
        x.ledger.transfer(firm, Party::LocalGovernment { bank: usize::from(lg.bank) }, local, Flow::CompanyTax);
        x.centre.revenue += (tax - local).fen();
        lg.deposits += local.fen();
        lg.tax_revenue += local.fen();
        books.company_tax += tax;
        books.deposits -= tax;
        redeem(books.loans.share(credit.repayment), &mut x, &mut banks, firm, identity, &mut books);
        let assets = assets(capital, inventory, development, &books);
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
        redeem(spare.positive().share(p.prepayment), &mut x, &mut banks, firm, identity, &mut books);
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

/// Value added, property and production taxes on sales; a negative rate is a subsidy from the centre.
fn pay_sales_taxes(
    p: &Parameters,
    structure: &Structure,
    x: &mut Parties<'_>,
    firm: Party,
    s: usize,
    lg: &mut LocalGovernment,
    books: &mut Books,
) {
    let sector = &structure.sectors[s];
    let local = Party::LocalGovernment { bank: usize::from(lg.bank) };
    let vat = books.revenue.share(sector.value_added_tax);
    let local_vat = vat.share(p.local_share_value_added_tax);
    let property = books.revenue.share(sector.property_tax);
    let production = books.revenue.share(sector.production_tax);
    x.ledger.transfer(firm, Party::CentralGovernment, vat - local_vat, Flow::ValueAddedTax);
    x.ledger.transfer(firm, local, local_vat, Flow::ValueAddedTax);
    x.ledger.transfer(firm, local, property, Flow::PropertyTax);
    x.centre.revenue += (vat - local_vat).fen();
    let mut to_local = local_vat + property;
    if production.0 >= 0 {
        x.ledger.transfer(firm, local, production, Flow::ProductionTaxNet);
        to_local += production;
    } else {
        x.ledger.transfer(Party::CentralGovernment, firm, -production, Flow::Subsidies);
        x.centre.spending -= production.fen();
    }
    let fees = books.revenue.positive().share(lg.fee_rate);
    x.ledger.transfer(firm, local, fees, Flow::Fees);
    lg.fee_revenue += fees.fen();
    lg.tax_revenue += to_local.fen();
    lg.deposits += (to_local + fees).fen();
    books.production_taxes += vat + property + production + fees;
    books.deposits -= vat + property + production + fees;
}

/// Banks' shares in corporate bonds; the pools hold the rest.
struct BondShares {
    banks: Vec<f64>,
}

impl BondShares {
    #[allow(clippy::cast_precision_loss, reason = "shares")]
    fn new(banks: &[Mut<'_, Bank>], total: Fen) -> Self {
        let total = (total as f64).max(1.0);
        Self { banks: banks.iter().map(|b| b.corporate_bonds as f64 / total).collect() }
    }
}

#[allow(clippy::too_many_arguments, reason = "interest flows to banks and pools")]
fn pay_interest(
    p: &Parameters,
    instruments: &HouseholdInstruments,
    x: &mut Parties<'_>,
    banks: &mut [Mut<'_, Bank>],
    shares: &BondShares,
    firm: Party,
    identity: &Identity,
    books: &mut Books,
) {
    let b = usize::from(identity.bank);
    let on_loans = books.loans.share(books.lending_rate / 4.0);
    let on_deposits = books.deposits.positive().share(instruments.deposit_rate / 4.0);
    x.ledger.transfer(firm, Party::Bank(b), on_loans, Flow::InterestFirmLoans);
    x.ledger.transfer(Party::Bank(b), firm, on_deposits, Flow::InterestDeposits);
    banks[b].profit += (on_loans - on_deposits).fen();
    let margin = on_loans - books.loans.share(p.reference_rate / 4.0)
        + books.deposits.positive().share(p.reference_rate / 4.0)
        - on_deposits;
    x.ledger.intermediation_services[firm.column().index()] += margin.fen();
    let on_bonds = books.bonds.share(p.bond_rate / 4.0);
    if on_bonds.0 > 0 {
        let mut left = on_bonds;
        let mut payment = x.ledger.open(Flow::InterestCorporateBonds);
        payment.pay(firm, on_bonds.fen());
        for (bank, share) in shares.banks.iter().enumerate() {
            let part = Money(on_bonds.share(*share).0.min(left.0));
            payment.receive(Party::Bank(bank), part.fen());
            banks[bank].profit += part.fen();
            left -= part;
        }
        payment.receive(Party::Fund { bank: usize::from(x.funds.wealth_bank) }, left.fen());
        payment.close();
        x.funds.wealth_deposits += left.fen();
        x.funds.wealth_income += left.fen();
    }
    books.interest += on_loans + on_bonds - on_deposits;
    books.deposits -= on_loans + on_bonds - on_deposits;
}

/// Repays an amount of the loan, as far as loan and deposits go.
fn redeem(
    amount: Money,
    x: &mut Parties<'_>,
    banks: &mut [Mut<'_, Bank>],
    firm: Party,
    identity: &Identity,
    books: &mut Books,
) {
    let paid = Money(amount.0.min(books.loans.0).min(books.deposits.positive().0));
    if paid.0 > 0 {
        let b = usize::from(identity.bank);
        x.ledger.redeem(firm, Party::Bank(b), paid.fen(), Instrument::FirmLoans);
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
    let state = paid.share(f64::from(ownership.state_share));
    let foreign = paid.share(f64::from(ownership.foreign_share));
    let founder =
        if ownership.founder == NOBODY { Money::ZERO } else { paid.share(f64::from(ownership.founder_share)) };
    let fund = paid - state - foreign - founder;
    x.ledger.transfer(firm, Party::CentralGovernment, state, Flow::Dividends);
    x.ledger.transfer(firm, Party::RestOfWorld, foreign, Flow::Dividends);
    x.ledger.transfer(firm, Party::Fund { bank: usize::from(x.funds.equity_bank) }, fund, Flow::Dividends);
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
    type Parameters = Parameters;
    fn systems() -> Systems {
        (add_up_payrolls, pay_severance, settle_firms).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
