//! Local government bonds: who holds them, interest, issue and redemption.
//!
//! Banks and wealth-management pools hold the bonds of all regions in one portfolio; interest and redemption reach them
//! in proportion to what they hold, new bonds go to pools in proportion to their holdings as far as their cash allows
//! and to banks in proportion to their room for lending; where one side cannot take its part, the other does as far as it
//! can. Interest that a government cannot pay is added to its bonds.

use super::holders::{fen, real, share_of, split_fen};
use crate::accounts::{Fen, Flow, Instrument, Ledger, Party};
use crate::agents::{Bank, Funds, LocalGovernment, Segment};
use bevy_ecs::prelude::Mut;

/// Holders of local bonds in weights: banks in order, then the pools.
#[must_use]
pub fn holdings(banks: &[Mut<Bank>], funds: &Funds) -> Vec<Fen> {
    banks.iter().map(|b| b.local_bonds).chain(core::iter::once(funds.local_bonds)).collect()
}

/// Pays interest on a government's bonds as far as its deposits allow; for the rest holders take new bonds, so that their
/// claim stays. Returns the interest due.
pub fn pay_interest(
    government: &mut LocalGovernment,
    due: Fen,
    banks: &mut [Mut<Bank>],
    funds: &mut Funds,
    ledger: &mut Ledger,
) -> Fen {
    let holders = holdings(banks, funds);
    let cash = split_fen(due.min(government.deposits).max(0), &holders);
    let paid: Fen = cash.iter().sum();
    let deferred = split_fen(due - paid, &holders);
    let owed: Fen = deferred.iter().sum();
    let issuer = Party::LocalGovernment { bank: usize::from(government.bank) };
    let pools = Party::Fund { bank: usize::from(funds.wealth_bank) };
    let mut payment = ledger.open(Flow::InterestLocalBonds);
    payment.pay(issuer, paid + owed);
    for (b, bank) in banks.iter_mut().enumerate() {
        payment.receive(Party::Bank(b), cash[b] + deferred[b]);
        bank.profit += cash[b] + deferred[b];
        bank.local_bonds += deferred[b];
    }
    let last = banks.len();
    payment.receive(pools, cash[last] + deferred[last]);
    payment.close();
    for (b, part) in deferred[..last].iter().enumerate() {
        ledger.issue(issuer, Party::Bank(b), *part, Instrument::LocalBonds);
    }
    ledger.issue(issuer, pools, deferred[last], Instrument::LocalBonds);
    funds.wealth_deposits += cash[last];
    funds.wealth_income += cash[last];
    funds.local_bonds += deferred[last];
    government.deposits -= paid;
    government.bonds += owed;
    government.interest += paid + owed;
    government.spending += paid + owed;
    paid + owed
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

/// What pools' cash and banks' room can take \[fen\].
#[derive(Clone, Copy, Debug)]
pub struct Capacity {
    /// Pools.
    pub pools: f64,
    /// Banks.
    pub banks: f64,
    /// Pools' share in the bonds outstanding \[share\].
    pub pool_share: f64,
}

impl Capacity {
    /// What the buyers can take now.
    #[must_use]
    pub fn of(banks: &[Mut<Bank>], funds: &Funds, room_use: f64, pool_cash_share: f64) -> Self {
        let room: Fen = banks.iter().map(|b| b.room.of(Segment::Public)).sum();
        let total: Fen = holdings(banks, funds).iter().sum();
        Self {
            pools: real(funds.wealth_deposits.max(0)) * pool_cash_share,
            banks: if room_use > 0.0 { real(room) / room_use } else { f64::MAX },
            pool_share: if total > 0 { real(funds.local_bonds) / real(total) } else { 0.0 },
        }
    }

    /// Both together.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.pools + self.banks
    }

    /// Share of an issue within the capacity that pools take: as in the bonds outstanding, and more or less where one
    /// side cannot take its part.
    #[must_use]
    pub fn share_of_pools(&self, issue: f64) -> f64 {
        if issue <= 0.0 {
            return 0.0;
        }
        let least = (issue - self.banks).max(0.0);
        (self.pool_share * issue).min(self.pools).max(least) / issue
    }
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
    let weights: Vec<Fen> = banks.iter().map(|b| b.room.of(Segment::Public)).collect();
    let parts = split_fen(amount - pools, &weights);
    for (b, bank) in banks.iter_mut().enumerate() {
        ledger.issue(issuer, Party::Bank(b), parts[b], Instrument::LocalBonds);
        bank.local_bonds += parts[b];
        bank.apply(Segment::Public, fen(room_use * real(parts[b])));
        bank.room.take(Segment::Public, fen(room_use * real(parts[b])));
    }
    ledger.issue(issuer, Party::Fund { bank: usize::from(funds.wealth_bank) }, pools, Instrument::LocalBonds);
    funds.wealth_deposits -= pools;
    funds.local_bonds += pools;
    let sold = pools + parts.iter().sum::<Fen>();
    government.deposits += sold;
    government.bonds += sold;
    sold
}
