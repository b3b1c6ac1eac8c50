//! Many payments of firms in one phase, added up by payer and payee before they are entered.
//!
//! The ledger's entries are sums of integers, so entering a sum is entering its parts; a table of a few hundred places in
//! the cache replaces a dozen entries all over the ledger for each payment.

use super::chart::{FIXED_COLUMNS, Flow};
use super::ledger::{Ledger, Party};
use super::money::{Fen, Money};

/// Payments not yet entered: net receipts by party and flow \[fen\].
#[derive(Clone, Debug)]
pub struct Batch {
    banks: usize,
    net: Vec<Fen>,
}

const FLOWS: usize = Flow::ALL.len();
/// Classes that hold deposits, besides firms by sector.
const CLASSES: usize = 4;
/// The state, the central bank and the world.
const SINGLE: usize = 3;

impl Batch {
    /// An empty batch for a ledger's parties.
    #[must_use]
    pub fn new(ledger: &Ledger) -> Self {
        let (banks, sectors) = (ledger.deposits_in_transit.len(), ledger.columns() - FIXED_COLUMNS);
        Self { banks, net: vec![0; (SINGLE + (1 + CLASSES + sectors) * banks) * FLOWS] }
    }

    #[inline]
    fn place(&self, party: Party) -> usize {
        let of_banks = |class: usize, bank: usize| {
            debug_assert!(bank < self.banks);
            SINGLE + class * self.banks + bank
        };
        match party {
            Party::CentralGovernment => 0,
            Party::CentralBank => 1,
            Party::RestOfWorld => 2,
            Party::Bank(bank) => of_banks(0, bank),
            Party::Household { bank } => of_banks(1, bank),
            Party::LocalGovernment { bank } => of_banks(2, bank),
            Party::Lgfv { bank } => of_banks(3, bank),
            Party::Fund { bank } => of_banks(4, bank),
            Party::Firm { sector, bank } => of_banks(1 + CLASSES + sector, bank),
        }
    }

    fn party(&self, place: usize) -> Party {
        let Some(rest) = place.checked_sub(SINGLE) else {
            return [Party::CentralGovernment, Party::CentralBank, Party::RestOfWorld][place];
        };
        let bank = rest % self.banks;
        match rest / self.banks {
            0 => Party::Bank(bank),
            1 => Party::Household { bank },
            2 => Party::LocalGovernment { bank },
            3 => Party::Lgfv { bank },
            4 => Party::Fund { bank },
            class => Party::Firm { sector: class - 1 - CLASSES, bank },
        }
    }

    /// A payee's part of a flow; the other side must follow.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "the party is known at most calls: its place is then a sum")]
    pub fn receive(&mut self, party: Party, amount: Money, flow: Flow) {
        let place = self.place(party) * FLOWS + flow.index();
        self.net[place] += amount.fen();
    }

    /// One payment.
    #[inline]
    pub fn transfer(&mut self, from: Party, to: Party, amount: Money, flow: Flow) {
        self.receive(from, -amount, flow);
        self.receive(to, amount, flow);
    }

    /// Enters everything.
    pub fn enter(self, ledger: &mut Ledger) {
        let mut gaps = [0; FLOWS];
        for (place, entries) in self.net.chunks_exact(FLOWS).enumerate() {
            for (flow, net) in entries.iter().enumerate().filter(|(_, net)| **net != 0) {
                ledger.open(Flow::ALL[flow]).receive(self.party(place), *net);
                gaps[flow] += net;
            }
        }
        for (flow, gap) in gaps.into_iter().enumerate() {
            ledger.open(Flow::ALL[flow]).close_with(gap);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_enters_what_its_payments_would() {
        let (mut one_by_one, mut at_once) = (Ledger::new(2, 3), Ledger::new(2, 3));
        let mut batch = Batch::new(&at_once);
        let parties = [
            Party::Household { bank: 2 },
            Party::Firm { sector: 0, bank: 0 },
            Party::Firm { sector: 1, bank: 2 },
            Party::Bank(1),
            Party::LocalGovernment { bank: 1 },
            Party::Lgfv { bank: 0 },
            Party::Fund { bank: 2 },
            Party::CentralGovernment,
            Party::CentralBank,
            Party::RestOfWorld,
        ];
        for (i, from) in parties.into_iter().enumerate() {
            for (j, to) in parties.into_iter().enumerate() {
                let amount = Money(i64::try_from(10 * i + j).unwrap());
                for flow in [Flow::Dividends, Flow::Imports] {
                    one_by_one.transfer(from, to, amount, flow);
                    batch.transfer(from, to, amount, flow);
                }
            }
        }
        batch.enter(&mut at_once);
        assert!(one_by_one.entries().eq(at_once.entries()));
        assert_eq!(one_by_one.deposits_in_transit, at_once.deposits_in_transit);
        assert_eq!(one_by_one.reserves_in_transit, at_once.reserves_in_transit);
        assert_eq!(one_by_one.treasury_in_transit, at_once.treasury_in_transit);
        assert_eq!(one_by_one.foreign_assets_in_transit, at_once.foreign_assets_in_transit);
        assert!(at_once.breaches().is_empty());
    }

    #[test]
    fn a_batch_that_does_not_balance_is_a_breach() {
        let mut ledger = Ledger::new(1, 1);
        let mut batch = Batch::new(&ledger);
        batch.receive(Party::CentralGovernment, Money(7), Flow::Tariff);
        batch.enter(&mut ledger);
        assert_eq!(ledger.breaches().iter().map(|b| b.gap).collect::<Vec<_>>(), [7]);
    }
}
