//! Settlement between banks at the end of every phase.
//!
//! Within a phase customers pay without waiting for money to arrive; at its end a firm whose balance is below zero
//! draws on its bank, and the net of all payments reaches banks, the central bank and the treasury. The overdraft
//! becomes a loan and creates the deposit that fills the gap: first out of the undrawn credit line, then as a new loan
//! that collateral, earnings and the bank's room must allow. What is left has been paid already and is drawn without the
//! bank's consent. It is to be repaid before anything else and puts the loan in arrears; a firm that has no collateral
//! left for it sells used capital or is in default and closes in the same quarter (`exit`). Taxes, interest on loans and principal are deferred before it comes to this (`settlement::firms`).
//! Public service units draw without limit: the state stands behind them.
//!
//! ```text
//! D < 0:  loans += −D, D = 0,   unauthorised += (−D − line − further loan)⁺
//! deposits_b += Δ deposits,   reserves_b += Δ reserves,   Σ Δ reserves = Δ reserve liability
//! ```
//!
//! Source: settlement in central bank money with intraday credit, as in the High-Value Payment System of the People's
//! Bank of China. Reads and writes: `Books` (deposits, loans), `Bank`, `CentralBank`, `CentralGovernment` (treasury),
//! `RestOfWorld` (foreign liabilities), `Ledger` (money in transit). Draws: none. The only place where banks' deposits and
//! reserves, the treasury and the central bank's foreign assets follow payments.
//!
//! Not here yet: payments that a bank refuses within a phase.

use super::credit::{self, Standing, further_loan, undrawn_line};
use crate::accounts::{Fen, Instrument, Ledger, Money, Party};
use crate::agents::firm::Life;
use crate::agents::{
    Bank, Books, Capital, CentralBank, CentralGovernment, Development, Identity, Inventory, RestOfWorld, Segment,
};
use crate::engine::events::Tally;
use crate::engine::mechanism::Systems;
use bevy_ecs::prelude::{IntoScheduleConfigs, Mut, Query, Res, ResMut};

/// The systems that close a phase.
pub fn close_phase() -> Systems {
    (draw_overdrafts, settle_banks).chain()
}

type Firms =
    (&'static Identity, &'static mut Books, &'static Capital, &'static Inventory, Option<&'static Development>);

/// Firms below zero draw on their banks: on the line, then on a loan that they are granted, then without consent.
pub fn draw_overdrafts(
    parameters: Res<credit::Parameters>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut firms: Query<Firms>,
    mut banks: Query<&mut Bank>,
) {
    let mut banks: Vec<Mut<Bank>> = banks.iter_mut().collect();
    for (identity, mut books, capital, inventory, development) in &mut firms {
        if identity.life == Life::Vacant || books.deposits >= Money::ZERO {
            continue;
        }
        let (bank, amount) = (usize::from(identity.bank), -books.deposits);
        let room = banks[bank].room.of(Segment::Firms);
        if !identity.public {
            let beyond = amount - undrawn_line(&books).min(amount);
            let standing = Standing::of(identity, &books, capital.value() + inventory.value(), development);
            let granted = further_loan(&standing, &books, room, &parameters).min(beyond);
            books.unauthorised += beyond - granted;
        }
        let firm = Party::Firm { sector: usize::from(identity.sector), bank };
        ledger.issue(firm, Party::Bank(bank), amount.fen(), Instrument::FirmLoans);
        books.deposits = Money::ZERO;
        books.loans += amount;
        banks[bank].firm_loans += amount.fen();
        banks[bank].new_loans += amount.fen();
        banks[bank].room.take(Segment::Firms, amount.fen());
        tally.new_firm_loans += amount.fen();
    }
}

/// Money in transit reaches banks, the central bank, the treasury and the world.
pub fn settle_banks(
    mut ledger: ResMut<Ledger>,
    mut banks: Query<&mut Bank>,
    mut central_bank: ResMut<CentralBank>,
    mut government: ResMut<CentralGovernment>,
    mut world: ResMut<RestOfWorld>,
) {
    for (b, mut bank) in banks.iter_mut().enumerate() {
        bank.deposits += core::mem::take(&mut ledger.deposits_in_transit[b]);
        let reserves = core::mem::take(&mut ledger.reserves_in_transit[b]);
        bank.reserves += reserves;
        central_bank.reserves += reserves;
    }
    let treasury = core::mem::take(&mut ledger.treasury_in_transit);
    government.treasury += treasury;
    central_bank.treasury += treasury;
    let foreign = core::mem::take(&mut ledger.foreign_assets_in_transit);
    central_bank.foreign_assets += foreign;
    world.foreign_liabilities += foreign;
}

/// A customer takes its balance from one bank to another.
pub(super) fn move_deposits(ledger: &mut Ledger, from: usize, to: usize, amount: Fen) {
    ledger.deposits_in_transit[from] -= amount;
    ledger.reserves_in_transit[from] -= amount;
    ledger.deposits_in_transit[to] += amount;
    ledger.reserves_in_transit[to] += amount;
}

/// A bank's reserves with what is in transit \[fen\].
pub(super) fn reserves_now(bank: &Bank, ledger: &Ledger) -> Fen {
    bank.reserves + ledger.reserves_in_transit[usize::from(bank.id)]
}

/// A bank's deposits with what is in transit \[fen\].
pub(super) fn deposits_now(bank: &Bank, ledger: &Ledger) -> Fen {
    bank.deposits + ledger.deposits_in_transit[usize::from(bank.id)]
}

/// A bank's capital with what is in transit \[fen\].
pub(super) fn capital_now(bank: &Bank, ledger: &Ledger) -> Fen {
    let b = usize::from(bank.id);
    bank.capital() + ledger.reserves_in_transit[b] - ledger.deposits_in_transit[b]
}
