//! What creditors of a closing firm get, in order of rank: the bank its loan and overdue interest, the state taxes in arrears,
//! holders of bonds, then the owners; what deposits do not cover is lost. Bills that a government owes the firm lapse. Part
//! of the mechanism `exit`.

use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Money, Party};
use crate::agents::{Bank, Books, CentralGovernment, Funds, Identity, LocalGovernment};
use crate::engine::Tally;
use bevy_ecs::prelude::Mut;

/// Unpaid government bills of a closed firm lapse.
pub(super) fn write_off_receivables(ledger: &mut Ledger, books: &mut Books, lg: &mut LocalGovernment, sector: usize) {
    if books.receivables.0 > 0 {
        ledger.write_off(
            Instrument::Payables,
            Column::Firms(sector),
            Column::LocalGovernments,
            books.receivables.fen(),
        );
        lg.arrears -= books.receivables.fen();
        books.receivables = Money::ZERO;
    }
}

/// Deposits repay the bank first, with overdue interest after principal; the rest is written off.
pub(super) fn repay_bank(
    ledger: &mut Ledger,
    tally: &mut Tally,
    banks: &mut [Mut<'_, Bank>],
    identity: &Identity,
    books: &mut Books,
    sector: usize,
) {
    let b = usize::from(identity.bank);
    let firm = Party::Firm { sector, bank: b };
    let repaid = Money(books.loans.0.min(books.deposits.positive().0));
    ledger.redeem(firm, Party::Bank(b), repaid.fen(), Instrument::FirmLoans);
    let lost = books.loans - repaid;
    ledger.write_off(Instrument::FirmLoans, Column::Banks, Column::Firms(sector), lost.fen());
    banks[b].firm_loans -= books.loans.fen();
    banks[b].lose(lost.fen());
    tally.loan_losses += lost.fen();
    books.deposits -= repaid;
    books.loans = Money::ZERO;
    let interest = books.interest_overdue.min(books.deposits.positive());
    ledger.transfer(firm, Party::Bank(b), interest, Flow::InterestFirmLoans);
    banks[b].uncharged_losses -= interest.fen();
    books.interest += interest;
    books.deposits -= interest;
    books.interest_overdue = Money::ZERO;
    books.unauthorised = Money::ZERO;
    (books.quarters_in_arrears, books.quarters_clean, books.non_performing) = (0, 0, false);
}

/// Taxes in arrears are paid out of what the bank leaves; the rest lapses.
pub(super) fn settle_tax_arrears(
    ledger: &mut Ledger,
    centre: &mut CentralGovernment,
    lg: &mut LocalGovernment,
    identity: &Identity,
    books: &mut Books,
    sector: usize,
) {
    let firm = Party::Firm { sector, bank: usize::from(identity.bank) };
    let local = Party::LocalGovernment { bank: usize::from(lg.bank) };
    let claims = [
        (Party::CentralGovernment, Column::CentralGovernment, books.central_tax_arrears),
        (local, Column::LocalGovernments, books.local_tax_arrears),
    ];
    let mut paid = [Money::ZERO; 2];
    for (paid, (party, column, owed)) in paid.iter_mut().zip(claims) {
        *paid = owed.min(books.deposits.positive());
        ledger.redeem(firm, party, paid.fen(), Instrument::Payables);
        ledger.write_off(Instrument::Payables, column, Column::Firms(sector), (owed - *paid).fen());
        books.deposits -= *paid;
    }
    centre.revenue += paid[0].fen();
    centre.tax_claims -= books.central_tax_arrears.fen();
    lg.deposits += paid[1].fen();
    lg.tax_claims -= books.local_tax_arrears.fen();
    (books.central_tax_arrears, books.local_tax_arrears) = (Money::ZERO, Money::ZERO);
}

/// Bond holders are paid, and what is left goes to the owners.
pub(super) fn pay_creditors(
    ledger: &mut Ledger,
    funds: &mut Funds,
    banks: &mut [Mut<'_, Bank>],
    identity: &Identity,
    books: &mut Books,
    sector: usize,
) {
    let firm = Party::Firm { sector, bank: usize::from(identity.bank) };
    settle_bonds(ledger, funds, banks, firm, books, sector);
    // What is left belongs to the owners.
    if books.deposits.0 > 0 {
        let rest = books.deposits;
        ledger.transfer(firm, Party::Fund { bank: usize::from(funds.equity_bank) }, rest, Flow::Dividends);
        funds.equity_deposits += rest.fen();
        funds.equity_income += rest.fen();
        books.deposits = Money::ZERO;
    }
}

/// Bond holders get what deposits pay, pools and banks in proportion to their holdings; the rest is lost.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "shares; the pools take the rest")]
fn settle_bonds(
    ledger: &mut Ledger,
    funds: &mut Funds,
    banks: &mut [Mut<'_, Bank>],
    firm: Party,
    books: &mut Books,
    sector: usize,
) {
    let owed = books.bonds.fen();
    if owed == 0 {
        return;
    }
    let paid = owed.min(books.deposits.positive().fen());
    let at_banks: Fen = banks.iter().map(|b| b.corporate_bonds).sum();
    let total = (at_banks + funds.corporate_bonds).max(1) as f64;
    let (mut owed_left, mut paid_left) = (owed, paid);
    for (i, bank) in banks.iter_mut().enumerate() {
        let share = bank.corporate_bonds as f64 / total;
        let claim = ((owed as f64 * share) as Fen).min(bank.corporate_bonds).min(owed_left);
        let cash = ((paid as f64 * share) as Fen).min(claim).min(paid_left);
        ledger.redeem(firm, Party::Bank(i), cash, Instrument::CorporateBonds);
        ledger.write_off(Instrument::CorporateBonds, Column::Banks, Column::Firms(sector), claim - cash);
        bank.corporate_bonds -= claim;
        bank.lose(claim - cash);
        owed_left -= claim;
        paid_left -= cash;
    }
    let cash = paid_left.min(owed_left);
    ledger.redeem(firm, Party::Fund { bank: usize::from(funds.wealth_bank) }, cash, Instrument::CorporateBonds);
    ledger.write_off(Instrument::CorporateBonds, Column::Funds, Column::Firms(sector), owed_left - cash);
    funds.corporate_bonds -= owed_left;
    funds.wealth_deposits += cash;
    books.deposits -= Money(i64::try_from(paid - paid_left + cash).unwrap_or(0));
    books.bonds = Money::ZERO;
}
