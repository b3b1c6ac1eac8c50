//! The interbank market and central-bank credit.
//!
//! Banks hold standing claims and debts with each other, of which only the net comes from gaps in reserves. Last
//! quarter's net loans are repaid, then banks short of reserves borrow from banks with more than they want, in proportion
//! to gaps. What the market lacks the central bank lends; what it has too much repays central-bank credit, and of what has
//! been left above a threshold in each quarter of a year a part buys foreign assets from the central bank. Afterwards no
//! bank has reserves below zero.
//!
//! ```text
//! R* = max(ρ_b, ρ_class) · D;   short_b = (R* − R)⁺, excess_b = (R − R*)⁺;   V = min(Σ short, λ · Σ excess)
//! lent_b = V · excess_b / Σ excess,   borrowed_b = V · short_b / Σ short,   central-bank credit += short_b − borrowed_b
//! ```
//!
//! R reserves after repayment; D deposits; `ρ_b` the bank's opening ratio; `ρ_class` required reserves; λ `lendable_share`.
//! A bank below `least_capital_ratio` finds no lender but the central bank. Source: rationing in proportion as in the
//! interbank market of Iori, Jafarey & Padilla (2006); reserve requirement and standing facility of the
//! People's Bank of China; standing positions after the persistence of interbank relations (Craig & von Peter 2014). Departure:
//! lenders and borrowers meet in one pool. Reads `Bank`, `BankTargets`; writes `Bank` (interbank,
//! central-bank credit, foreign assets, profit), `CentralBank` (credit, foreign assets), `Ledger`. Draws: none.
//!
//! Not here yet: bilateral exposures, losses on interbank claims, lenders that hoard (M17 contagion).

use super::amounts::{interest, share, split_fen};
use super::settlement_of_banks::{deposits_now, reserves_now};
use super::targets::{BankTargets, of_class};
use crate::accounts::{Fen, Flow, Instrument, Ledger, Party};
use crate::agents::{Bank, BankClass, CentralBank};
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::{IntoScheduleConfigs, Mut, Query, Res, ResMut};

parameters! {
    /// The interbank market and central-bank credit.
    pub struct Parameters {
        /// Required reserves over deposits, large state banks. Source: `banks.csv` `reserve_requirement`.
        requirement_large_state: f64 = 0.09, "1", 0.0..=0.3;
        /// Required reserves over deposits, joint-stock banks. Source: `banks.csv` `reserve_requirement`.
        requirement_joint_stock: f64 = 0.07, "1", 0.0..=0.3;
        /// Required reserves over deposits, city banks. Source: `banks.csv` `reserve_requirement`.
        requirement_city: f64 = 0.07, "1", 0.0..=0.3;
        /// Required reserves over deposits, rural banks. Source: `banks.csv` `reserve_requirement`.
        requirement_rural: f64 = 0.05, "1", 0.0..=0.3;
        /// Required reserves over deposits, other banks. Assumption, as joint-stock banks.
        requirement_other: f64 = 0.07, "1", 0.0..=0.3;
        /// Part of excess reserves that banks lend to each other. Assumption.
        lendable_share: f64 = 1.0, "1", 0.0..=1.0;
        /// Capital over risk-weighted assets below which no bank lends to the bank. Source: Basel minimum of 8 %.
        least_capital_ratio: f64 = 0.08, "1", 0.0..=0.2;
        /// Interbank rate over the policy rate. Assumption.
        interbank_spread: f64 = 0.0, "per year", -0.02..=0.05;
        /// Rate on central-bank credit over the policy rate. Source: medium-term lending facility at the policy rate; above zero a penalty.
        central_bank_spread: f64 = 0.0, "per year", 0.0..=0.05;
        /// Part of the excess reserves that have lasted a year which buys foreign assets in a quarter. Assumption.
        foreign_purchase_share: f64 = 0.1, "per quarter", 0.0..=1.0;
        /// Excess over deposits that banks keep at home. Assumption.
        foreign_purchase_threshold: f64 = 0.01, "1", 0.0..=0.5;
    }
}

impl Parameters {
    /// Required reserves over deposits of a class.
    #[must_use]
    pub fn requirement(&self, class: BankClass) -> f64 {
        let table = [
            self.requirement_large_state,
            self.requirement_joint_stock,
            self.requirement_city,
            self.requirement_rural,
            self.requirement_other,
        ];
        of_class(class, table)
    }
}

/// The interbank market and central-bank credit.
pub struct Interbank;

impl Mechanism for Interbank {
    const NAME: &'static str = "interbank";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "interbank market",
        off: &["interbank.lendable_share=0.0"],
        instead: "the central bank lends what a bank lacks; standing positions stay",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (repay_interbank_loans, lend_between_banks, keep_standing_positions, use_excess_reserves).chain()
    }
}

/// Amounts that cross the market, by bank, for gaps `short` and `excess` (at most one of them above zero) \[fen\].
#[must_use]
pub fn clear(short: &[Fen], excess: &[Fen], lendable_share: f64) -> (Vec<Fen>, Vec<Fen>) {
    let supply = share(excess.iter().sum(), lendable_share);
    let volume = supply.min(short.iter().sum());
    (split_fen(volume, short), split_fen(volume, excess))
}

/// Interest on the interbank loans and central-bank credit of the last quarter; a part of bank income.
pub(super) fn pay_interest(
    parameters: Res<Parameters>,
    mut banks: Query<&mut Bank>,
    mut central_bank: ResMut<CentralBank>,
    mut ledger: ResMut<Ledger>,
) {
    let mut banks: Vec<Mut<Bank>> = banks.iter_mut().collect();
    let interbank_rate = (central_bank.policy_rate + parameters.interbank_spread).max(0.0);
    let paid: Vec<Fen> = banks.iter().map(|b| interest(b.interbank_debts, interbank_rate)).collect();
    let claims: Vec<Fen> = banks.iter().map(|b| b.interbank_claims).collect();
    let received = split_fen(paid.iter().sum(), &claims);
    let mut payment = ledger.open(Flow::InterestInterbankLoans);
    for (b, bank) in banks.iter_mut().enumerate() {
        payment.pay(Party::Bank(b), paid[b]);
        payment.receive(Party::Bank(b), received[b]);
        bank.profit += received[b] - paid[b];
    }
    payment.close();
    let rate = (central_bank.policy_rate + parameters.central_bank_spread).max(0.0);
    let mut payment = ledger.open(Flow::InterestCentralBankCredit);
    for (b, bank) in banks.iter_mut().enumerate() {
        let amount = interest(bank.central_bank_credit, rate);
        payment.pay(Party::Bank(b), amount);
        payment.receive(Party::CentralBank, amount);
        bank.profit -= amount;
        central_bank.profit += amount;
    }
    payment.close();
}

/// Net positions are repaid; what a bank owes and is owed alike stands.
fn repay_interbank_loans(mut banks: Query<&mut Bank>, mut ledger: ResMut<Ledger>) {
    let mut payment = ledger.open_issue(Instrument::InterbankLoans);
    for (b, mut bank) in banks.iter_mut().enumerate() {
        let standing = bank.interbank_claims.min(bank.interbank_debts);
        payment.pay(Party::Bank(b), bank.interbank_debts - standing);
        payment.receive(Party::Bank(b), bank.interbank_claims - standing);
        (bank.interbank_claims, bank.interbank_debts) = (standing, standing);
    }
    payment.close();
}

/// Standing claims and debts, which each bank holds in the same amount, keep their opening ratio to its deposits: banks
/// place money with each other and take as much, so that none moves.
fn keep_standing_positions(targets: Res<BankTargets>, mut banks: Query<&mut Bank>, ledger: Res<Ledger>) {
    for (mut bank, ratio) in banks.iter_mut().zip(&targets.standing_interbank) {
        let standing = bank.interbank_claims.min(bank.interbank_debts);
        let change = share(deposits_now(&bank, &ledger).max(0), *ratio) - standing;
        bank.interbank_claims += change;
        bank.interbank_debts += change;
    }
}

/// Reserves above (positive) or below (negative) what the bank wants \[fen\].
fn gap(bank: &Bank, ledger: &Ledger, targets: &BankTargets, parameters: &Parameters) -> Fen {
    let wanted = targets.reserve_ratio[usize::from(bank.id)].max(parameters.requirement(bank.class));
    reserves_now(bank, ledger) - share(deposits_now(bank, ledger).max(0), wanted)
}

fn lend_between_banks(
    parameters: Res<Parameters>,
    targets: Res<BankTargets>,
    mut banks: Query<&mut Bank>,
    mut central_bank: ResMut<CentralBank>,
    mut ledger: ResMut<Ledger>,
) {
    let mut banks: Vec<Mut<Bank>> = banks.iter_mut().collect();
    let gaps: Vec<Fen> = banks.iter().map(|b| gap(b, &ledger, &targets, &parameters)).collect();
    let sound = |bank: &Bank| bank.capital_ratio() >= parameters.least_capital_ratio;
    let short: Vec<Fen> = banks.iter().zip(&gaps).map(|(b, g)| if sound(b) { (-g).max(0) } else { 0 }).collect();
    let excess: Vec<Fen> = gaps.iter().map(|g| (*g).max(0)).collect();
    let (borrowed, lent) = clear(&short, &excess, parameters.lendable_share);
    let mut payment = ledger.open_issue(Instrument::InterbankLoans);
    for (b, bank) in banks.iter_mut().enumerate() {
        payment.pay(Party::Bank(b), lent[b]);
        payment.receive(Party::Bank(b), borrowed[b]);
        bank.interbank_claims += lent[b];
        bank.interbank_debts += borrowed[b];
    }
    payment.close();
    for (b, bank) in banks.iter_mut().enumerate() {
        let missing = (-gaps[b]).max(0) - borrowed[b];
        borrow_from_central_bank(bank, &mut central_bank, &mut ledger, missing);
    }
}

fn use_excess_reserves(
    parameters: Res<Parameters>,
    targets: Res<BankTargets>,
    mut banks: Query<&mut Bank>,
    mut central_bank: ResMut<CentralBank>,
    mut ledger: ResMut<Ledger>,
) {
    for (b, mut bank) in banks.iter_mut().enumerate() {
        let excess = gap(&bank, &ledger, &targets, &parameters).max(0);
        let repaid = excess.min(bank.central_bank_credit);
        ledger.redeem(Party::Bank(b), Party::CentralBank, repaid, Instrument::CentralBankCredit);
        bank.central_bank_credit -= repaid;
        central_bank.credit -= repaid;
        let kept = share(deposits_now(&bank, &ledger).max(0), parameters.foreign_purchase_threshold);
        bank.excess_reserves.rotate_right(1);
        bank.excess_reserves[0] = (excess - repaid - kept).max(0);
        let lasting = bank.excess_reserves.iter().copied().min().unwrap_or(0);
        let held = (central_bank.foreign_assets + ledger.foreign_assets_in_transit).max(0);
        let bought = share(lasting, parameters.foreign_purchase_share).min(held);
        ledger.sell_claim(Party::CentralBank, Party::Bank(b), bought, Instrument::ForeignAssets);
        bank.foreign_assets += bought;
        central_bank.foreign_assets -= bought;
    }
}

fn borrow_from_central_bank(bank: &mut Bank, central_bank: &mut CentralBank, ledger: &mut Ledger, amount: Fen) {
    let party = Party::Bank(usize::from(bank.id));
    ledger.issue(party, Party::CentralBank, amount, Instrument::CentralBankCredit);
    bank.central_bank_credit += amount;
    central_bank.credit += amount;
}

/// The standing facility: what a bank's reserves lack to zero after the last payments of the tick.
pub(super) fn cover_reserves(
    mut banks: Query<&mut Bank>,
    mut central_bank: ResMut<CentralBank>,
    mut ledger: ResMut<Ledger>,
) {
    for mut bank in &mut banks {
        let missing = (-reserves_now(&bank, &ledger)).max(0);
        borrow_from_central_bank(&mut bank, &mut central_bank, &mut ledger, missing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_side_is_served_in_full_and_the_larger_in_proportion() {
        assert_eq!(clear(&[60, 0, 30], &[0, 45, 0], 1.0), (vec![30, 0, 15], vec![0, 45, 0]));
        assert_eq!(clear(&[10, 0, 0], &[0, 30, 10], 1.0), (vec![10, 0, 0], vec![0, 8, 2]));
        assert_eq!(clear(&[10, 0], &[0, 30], 0.1), (vec![3, 0], vec![0, 3]));
    }

    #[test]
    fn required_reserves_follow_the_class() {
        let p = Parameters::default();
        let required: Vec<f64> = BankClass::ALL.iter().map(|c| p.requirement(*c)).collect();
        assert_eq!(required, [0.09, 0.07, 0.07, 0.05, 0.07]);
    }
}
