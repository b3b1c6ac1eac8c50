//! Local governments pay their arrears to firms when their deposits exceed a buffer.
//!
//! ```text
//! paid = min(arrears, speed · (deposits − buffer · reserves)⁺),    each creditor pro rata
//! ```
//!
//! reserves `BudgetState::deposit_ratio` times outlays: what the government held at the start in proportion to its budget.
//! Source: arrears as forced credit (Flynn & Pessoa 2014); the paper's triangular debt (M16). Departures: claims on the
//! government only; chains between firms run through their own loans and liquidity.
//!
//! Reads `LocalBudgets`; writes `LocalGovernment`, `Books`, the ledger. Draws: none. Not here yet: netting, clearing policy,
//! ageing of claims.

use super::budgets::LocalBudgets;
use super::holders::{fen, real, split_fen};
use crate::accounts::{Fen, Instrument, Ledger, Money, Party};
use crate::agents::{Books, Identity, LocalGovernment};
use crate::engine::{Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::*;

parameters! {
    /// `[payables]`: payment of arrears.
    pub struct Parameters {
        /// Whether arrears are paid.
        enabled: bool = true;
        /// Deposits that are kept, over those aimed at (assumed).
        buffer: f64 = 0.8, "share", 0.0..=5.0;
        /// Part of deposits above the buffer that goes to creditors in a quarter (assumed).
        speed: f64 = 0.5, "share", 0.0..=1.0;
    }
}

/// Arrears paid in a quarter \[fen\].
#[must_use]
pub fn payment(arrears: Fen, deposits: Fen, reserves: f64, p: &Parameters) -> Fen {
    let free = p.speed * (real(deposits) - p.buffer * reserves);
    arrears.min(fen(free.max(0.0))).min(deposits).max(0)
}

/// Arrears are paid to creditors pro rata.
pub(crate) fn pay_arrears(
    mut governments: Query<&mut LocalGovernment>,
    mut firms: Query<(&Identity, &mut Books)>,
    (parameters, budgets): (Res<Parameters>, Res<LocalBudgets>),
    mut ledger: ResMut<Ledger>,
) {
    if !parameters.enabled {
        return;
    }
    let mut governments: Vec<_> = governments.iter_mut().collect();
    let mut claims = vec![Vec::new(); governments.len()];
    for (slot, (identity, books)) in firms.iter().enumerate() {
        if identity.active() && books.receivables > Money::ZERO {
            claims[usize::from(identity.region)].push((slot, books.receivables.fen()));
        }
    }
    let mut payments: Vec<(usize, Fen)> = Vec::new();
    for ((government, claims), state) in governments.iter_mut().zip(&claims).zip(&budgets.0) {
        let reserves = state.deposit_ratio * real(government.appropriation + government.investment_appropriation);
        let owed: Fen = claims.iter().map(|c| c.1).sum();
        let amount = payment(owed.min(government.arrears), government.deposits, reserves, &parameters);
        let parts = split_fen(amount, &claims.iter().map(|c| c.1).collect::<Vec<_>>());
        payments.extend(claims.iter().zip(parts).filter(|(_, part)| *part > 0).map(|(claim, part)| (claim.0, part)));
    }
    payments.sort_unstable();
    let mut next = payments.into_iter().peekable();
    for (slot, (identity, mut books)) in firms.iter_mut().enumerate() {
        let Some((_, amount)) = next.next_if(|p| p.0 == slot) else { continue };
        let government = &mut governments[usize::from(identity.region)];
        let debtor = Party::LocalGovernment { bank: usize::from(government.bank) };
        let creditor = Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) };
        ledger.redeem(debtor, creditor, amount, Instrument::Payables);
        let money = Money(i64::try_from(amount).expect("a part of the firm's own claim"));
        books.receivables -= money;
        books.deposits += money;
        government.deposits -= amount;
        // The bill was counted as spending when it was made out.
        government.arrears -= amount;
    }
}

/// Payment of arrears.
pub struct Payables;

impl Mechanism for Payables {
    const NAME: &'static str = "payables";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "payment of arrears",
        off: &["payables.enabled=false"],
        instead: "what governments owe to firms stays owed",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (pay_arrears,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{governments, public_world};
    use super::*;
    use crate::accounts::{Column, Flow};
    use crate::mechanisms::housing::testing::{Snapshot, run};

    #[test]
    fn only_deposits_above_the_buffer_pay() {
        let p = Parameters { buffer: 0.5, speed: 0.5, ..Parameters::default() };
        assert_eq!(payment(100, 80, 100.0, &p), 15);
        assert_eq!(payment(10, 80, 100.0, &p), 10);
        assert_eq!(payment(100, 40, 100.0, &p), 0);
    }

    #[test]
    fn creditors_are_paid_in_proportion_and_books_agree() {
        let mut world = public_world();
        world.insert_resource(Parameters::default());
        let snapshot = Snapshot::take(&mut world);
        let mut owed = [0; 2];
        for (identity, mut books) in world.query::<(&Identity, &mut Books)>().iter_mut(&mut world) {
            books.receivables = Money(1_000_000 + 7 * i64::from(identity.region));
            owed[usize::from(identity.region)] += books.receivables.fen();
        }
        for (mut government, owed) in world.query::<&mut LocalGovernment>().iter_mut(&mut world).zip(owed) {
            government.arrears = owed;
        }
        let sectors: Vec<(usize, Fen)> = {
            let mut firms = world.query::<(&Identity, &Books)>();
            firms.iter(&world).map(|(i, b)| (usize::from(i.sector), b.receivables.fen())).collect()
        };
        let mut ledger = world.resource_mut::<Ledger>();
        for (sector, amount) in sectors {
            let seller = Column::Firms(sector);
            ledger.owe(Column::LocalGovernments, seller, amount, Flow::GovernmentPurchases, Instrument::Payables);
        }
        run(&mut world, pay_arrears);
        snapshot.check(&mut world);
        assert!(governments(&mut world).iter().all(|(g, _)| g.arrears == 0));
    }
}
