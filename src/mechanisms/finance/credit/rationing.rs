//! Who gets how much: rooms shared in proportion, then a second bank.

use crate::accounts::{Fen, Money};
use crate::agents::{Bank, Identity};
use crate::engine::random::StreamKey;
use crate::mechanisms::finance::amounts::split_fen;
use bevy_ecs::prelude::Mut;

/// A firm's application for credit.
#[derive(Clone, Copy, Debug)]
pub struct Application {
    /// Slot of the firm.
    pub slot: usize,
    /// The firm's bank.
    pub bank: usize,
    /// The bank that lends.
    pub lender: usize,
    region: u8,
    loans: Money,
    /// Funds wanted.
    pub wanted: Money,
    /// Of these, what the firm can pledge and serve.
    pub eligible: Money,
    /// Granted.
    pub granted: Money,
}

impl Application {
    /// An application to the firm's own bank.
    #[must_use]
    pub fn new(slot: usize, identity: &Identity, loans: Money, wanted: Money, eligible: Money) -> Self {
        let bank = usize::from(identity.bank);
        Self { slot, bank, lender: bank, region: identity.region, loans, wanted, eligible, granted: Money::ZERO }
    }
}

fn money(amount: Fen) -> Money {
    Money(i64::try_from(amount).expect("a firm's loan fits an agent's balance"))
}

/// Each bank grants in full if its room suffices, else shares it in proportion to eligible amounts.
pub fn ration(applications: &mut [Application], room: &mut [Fen]) {
    let mut asked = vec![0; room.len()];
    let mut of_bank: Vec<Vec<usize>> = vec![Vec::new(); room.len()];
    for (i, a) in applications.iter().enumerate() {
        asked[a.bank] += a.eligible.fen();
        of_bank[a.bank].push(i);
    }
    for (bank, room) in room.iter_mut().enumerate() {
        let total = asked[bank].min(*room);
        if total == asked[bank] {
            for &i in &of_bank[bank] {
                applications[i].granted = applications[i].eligible;
            }
        } else {
            let eligible: Vec<Fen> = of_bank[bank].iter().map(|i| applications[*i].eligible.fen()).collect();
            for (&i, part) in of_bank[bank].iter().zip(split_fen(total, &eligible)) {
                applications[i].granted = money(part);
            }
        }
        *room -= total;
    }
}

/// Firms that their bank rationed ask another, drawn by size among national banks and those of the region. It takes
/// over the old loan with the new one, or refuses; the order among firms is drawn.
pub fn ask_another_bank(applications: &mut [Application], room: &mut [Fen], banks: &[Mut<Bank>], key: StreamKey) {
    let rationed = |a: &Application| a.granted < a.eligible;
    let mut order: Vec<(u64, usize)> = applications
        .iter()
        .enumerate()
        .filter(|(_, a)| rationed(a))
        .map(|(i, a)| (key.agent_round(a.slot as u64, 1).bits(), i))
        .collect();
    order.sort_unstable();
    for (_, i) in order {
        let a = &mut applications[i];
        let Some(second) = draw_bank(a, banks, key) else { continue };
        let needed = (a.loans + a.eligible).fen();
        if room[second] < needed {
            continue;
        }
        room[second] -= needed;
        room[a.bank] += a.granted.fen();
        a.lender = second;
        a.granted = a.eligible;
    }
}

#[allow(clippy::cast_precision_loss, reason = "weights of a draw")]
fn draw_bank(a: &Application, banks: &[Mut<Bank>], key: StreamKey) -> Option<usize> {
    let weight = |b: usize, bank: &Bank| {
        let near = bank.region.is_none_or(|r| r == a.region);
        if near && b != a.bank { bank.firm_loans.max(0) as f64 } else { 0.0 }
    };
    let total: f64 = banks.iter().enumerate().map(|(b, bank)| weight(b, bank)).sum();
    let mut left = key.agent(a.slot as u64).uniform() * total;
    let mut last = None;
    for (b, bank) in banks.iter().enumerate() {
        let w = weight(b, bank);
        if w > 0.0 {
            last = Some(b);
            if left < w {
                break;
            }
            left -= w;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn application(slot: usize, bank: u16, eligible: i64) -> Application {
        let identity = Identity { bank, ..Identity::default() };
        Application::new(slot, &identity, Money(0), Money(eligible), Money(eligible))
    }

    #[test]
    fn room_is_shared_in_proportion_only_where_it_is_short() {
        let mut a = [application(0, 0, 60), application(1, 0, 30), application(2, 1, 50)];
        let mut room = [45, 80];
        ration(&mut a, &mut room);
        assert_eq!(a.map(|a| a.granted), [Money(30), Money(15), Money(50)]);
        assert_eq!(room, [0, 30]);
    }
}
