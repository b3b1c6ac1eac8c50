//! Local government bonds: who holds them, interest, issue and redemption.
//!
//! Banks and wealth-management pools hold the bonds of all regions in one portfolio; interest and redemption reach them
//! in proportion to what they hold, new bonds go to pools in proportion to their holdings as far as their cash allows
//! and to banks in proportion to their room for lending. Shares of pools and banks in an issue are fixed: where one
//! side cannot take its part, the whole issue shrinks and the other does not step in.
//!
//! Not here yet: arrears of interest, buyers who replace each other.

use super::holders::{fen, real, share_of, split_fen};
use crate::accounts::{Fen, Flow, Instrument, Ledger, Party};
use crate::agents::{Bank, Funds, LocalGovernment};
use bevy_ecs::prelude::Mut;

/// Holders of local bonds in weights: banks in order, then the pools.
#[must_use]
pub fn holdings(banks: &[Mut<Bank>], funds: &Funds) -> Vec<Fen> {
    banks.iter().map(|b| b.local_bonds).chain(core::iter::once(funds.local_bonds)).collect()
}

/// Pays interest on a government's bonds as far as its deposits allow; the rest lapses. Returns what was paid.
pub fn pay_interest(
    government: &mut LocalGovernment,
    due: Fen,
    banks: &mut [Mut<Bank>],
    funds: &mut Funds,
    ledger: &mut Ledger,
) -> Fen {
    let amount = due.min(government.deposits).max(0);
    let parts = split_fen(amount, &holdings(banks, funds));
    let paid: Fen = parts.iter().sum();
    let mut payment = ledger.open(Flow::InterestLocalBonds);
    payment.pay(Party::LocalGovernment { bank: usize::from(government.bank) }, paid);
    for (b, bank) in banks.iter_mut().enumerate() {
        payment.receive(Party::Bank(b), parts[b]);
        bank.profit += parts[b];
    }
    let pools = parts[banks.len()];
    payment.receive(Party::Fund { bank: usize::from(funds.wealth_bank) }, pools);
    payment.close();
    funds.wealth_deposits += pools;
    funds.wealth_income += pools;
    government.deposits -= paid;
    government.interest += paid;
    government.spending += paid;
    paid
}

/// Redeems bonds out of deposits; returns what was redeemed.
pub fn redeem(
    government: &mut LocalGovernment,
    amount: Fen,
    banks: &mut [Mut<Bank>],
    funds: &mut Funds,
    ledger: &mut Ledger,
) -> Fen {
    let amount = amount.min(government.deposits).min(government.bonds).max(0);
    let parts = split_fen(amount, &holdings(banks, funds));
    let issuer = Party::LocalGovernment { bank: usize::from(government.bank) };
    for (b, bank) in banks.iter_mut().enumerate() {
        ledger.redeem(issuer, Party::Bank(b), parts[b], Instrument::LocalBonds);
        bank.local_bonds -= parts[b];
    }
    let pools = parts[banks.len()];
    ledger.redeem(issuer, Party::Fund { bank: usize::from(funds.wealth_bank) }, pools, Instrument::LocalBonds);
    funds.wealth_deposits += pools;
    funds.local_bonds -= pools;
    let redeemed: Fen = parts.iter().sum();
    government.deposits -= redeemed;
    government.bonds -= redeemed;
    redeemed
}

/// Largest issue of which pools and banks can each take their part, and the pools' part \[fen, share\]. It is the
/// smaller of the issues that pools' cash and banks' room would carry, not the sum of cash and room.
#[must_use]
pub fn capacity(banks: &[Mut<Bank>], funds: &Funds, room_use: f64, pool_cash_share: f64) -> (f64, f64) {
    let room: Fen = banks.iter().map(|b| b.lending_room.max(0)).sum();
    let total: Fen = holdings(banks, funds).iter().sum();
    let pool_share = if total > 0 { real(funds.local_bonds) / real(total) } else { 0.0 };
    let bank_capacity = if room_use > 0.0 { real(room) / room_use } else { f64::MAX };
    let cash = real(funds.wealth_deposits.max(0)) * pool_cash_share;
    let by_pools = if pool_share > 0.0 { cash / pool_share } else { f64::MAX };
    let by_banks = if pool_share < 1.0 { bank_capacity / (1.0 - pool_share) } else { f64::MAX };
    (by_pools.min(by_banks), pool_share)
}

/// Sells new bonds; the caller has limited the amount to the buyers' capacity.
pub fn issue(
    government: &mut LocalGovernment,
    amount: Fen,
    pool_share: f64,
    room_use: f64,
    (banks, funds): (&mut [Mut<Bank>], &mut Funds),
    ledger: &mut Ledger,
) -> Fen {
    let issuer = Party::LocalGovernment { bank: usize::from(government.bank) };
    let pools = share_of(amount, pool_share).min(funds.wealth_deposits).max(0);
    let weights: Vec<Fen> = banks.iter().map(|b| b.lending_room.max(0)).collect();
    let parts = split_fen(amount - pools, &weights);
    for (b, bank) in banks.iter_mut().enumerate() {
        ledger.issue(issuer, Party::Bank(b), parts[b], Instrument::LocalBonds);
        bank.local_bonds += parts[b];
        bank.lending_room -= fen(room_use * real(parts[b])).min(bank.lending_room.max(0));
    }
    ledger.issue(issuer, Party::Fund { bank: usize::from(funds.wealth_bank) }, pools, Instrument::LocalBonds);
    funds.wealth_deposits -= pools;
    funds.local_bonds += pools;
    let sold = pools + parts.iter().sum::<Fen>();
    government.deposits += sold;
    government.bonds += sold;
    sold
}
