//! Settlement between banks at the end of every phase.
//!
//! Within a phase customers pay without waiting for money to arrive; at its end a firm whose balance is below zero
//! draws on its bank, and the net of all payments reaches banks, the central bank and the treasury. The overdraft
//! becomes a loan and creates the deposit that fills the gap. The bank cannot refuse: neither credit line, collateral
//! nor lending room is tested, and the loan takes up no room.
//!
//! ```text
//! D < 0:  loans += −D, D = 0;   deposits_b += Δ deposits,  reserves_b += Δ reserves,  Σ Δ reserves = Δ reserve liability
//! ```
//!
//! Source: settlement in central bank money with intraday credit, as in the High-Value Payment System of the People's
//! Bank of China. Reads and writes: `Books` (deposits, loans), `Bank`, `CentralBank`, `CentralGovernment` (treasury),
//! `RestOfWorld` (foreign liabilities), `Ledger` (money in transit). Draws: none. The only place where banks' deposits and
//! reserves, the treasury and the central bank's foreign assets follow payments.
//!
//! Not here yet: limits on overdrafts, payments that a bank refuses.

use crate::accounts::{Fen, Instrument, Ledger, Money, Party};
use crate::agents::firm::Life;
use crate::agents::{Bank, Books, CentralBank, CentralGovernment, Identity, RestOfWorld};
use crate::engine::events::Tally;
use crate::engine::mechanism::Systems;
use bevy_ecs::prelude::{IntoScheduleConfigs, Query, ResMut};

/// The systems that close a phase.
pub fn close_phase() -> Systems {
    (draw_overdrafts, settle_banks).chain()
}

/// Firms below zero draw on their banks, whatever their credit line, collateral or the bank's room.
pub fn draw_overdrafts(
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut firms: Query<(&Identity, &mut Books)>,
    mut banks: Query<&mut Bank>,
) {
    let mut lent: Vec<Fen> = vec![0; ledger.deposits_in_transit.len()];
    for (identity, mut books) in &mut firms {
        if identity.life == Life::Vacant || books.deposits >= Money::ZERO {
            continue;
        }
        let (bank, amount) = (usize::from(identity.bank), -books.deposits);
        let firm = Party::Firm { sector: usize::from(identity.sector), bank };
        ledger.issue(firm, Party::Bank(bank), amount.fen(), Instrument::FirmLoans);
        books.deposits = Money::ZERO;
        books.loans += amount;
        lent[bank] += amount.fen();
    }
    for (mut bank, lent) in banks.iter_mut().zip(lent).filter(|(_, lent)| *lent > 0) {
        bank.firm_loans += lent;
        bank.new_loans += lent;
        tally.new_firm_loans += lent;
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

/// A bank's equity with what is in transit \[fen\].
pub(super) fn equity_now(bank: &Bank, ledger: &Ledger) -> Fen {
    let b = usize::from(bank.id);
    bank.equity() + ledger.reserves_in_transit[b] - ledger.deposits_in_transit[b]
}
