//! A bank: a legal person of one class, national or at home in one region.

use crate::accounts::Fen;
use bevy_ecs::prelude::Component;

/// Quarters for which a loss may be set against later taxable profit: five years (Company Income Tax Law, article 18).
pub const TAX_LOSS_QUARTERS: usize = 20;

/// Quarters for which reserves must have been in excess to count as lasting.
pub const EXCESS_QUARTERS: usize = 4;

/// Kinds of borrowers that a bank plans its room for, in the order in which they come in a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Segment {
    /// Firms.
    Firms,
    /// Households.
    Households,
    /// Local governments and their vehicles.
    Public,
    /// Firms that are founded.
    Entrants,
}

/// Number of kinds of borrowers.
pub const SEGMENTS: usize = 4;

/// Room for new loans in a tick by kind of borrower; what one kind leaves is open to those that come later \[fen\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LendingRoom([Fen; SEGMENTS]);

impl LendingRoom {
    /// A room that is shared out in proportion to expected applications; without any, all of it is open to everybody.
    #[must_use]
    pub fn share_out(total: Fen, expected: &[Fen; SEGMENTS]) -> Self {
        let all: Fen = expected.iter().sum();
        let mut room = [0; SEGMENTS];
        if all > 0 {
            room = expected.map(|e| total * e / all);
        }
        room[0] += total - room.iter().sum::<Fen>();
        Self(room)
    }

    /// All of it open to whoever comes first.
    #[cfg(test)]
    #[must_use]
    pub const fn open(amount: Fen) -> Self {
        Self([amount, 0, 0, 0])
    }

    /// What is left for a kind of borrower: its own part and what earlier kinds left.
    #[must_use]
    pub fn of(&self, segment: Segment) -> Fen {
        self.0[..=segment as usize].iter().sum()
    }

    /// Takes up room: first the borrower's own, then what earlier kinds left. Never falls below zero.
    pub fn take(&mut self, segment: Segment, amount: Fen) {
        let mut left = amount;
        for room in self.0[..=segment as usize].iter_mut().rev() {
            let used = left.min(*room).max(0);
            *room -= used;
            left -= used;
        }
    }
}

/// Classes of banks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum BankClass {
    /// Large state-owned commercial banks.
    #[default]
    LargeState,
    /// Joint-stock commercial banks.
    JointStock,
    /// City commercial banks.
    City,
    /// Rural commercial banks and cooperatives.
    Rural,
    /// Policy, private and foreign banks.
    Other,
}

impl BankClass {
    /// All classes in table order.
    pub const ALL: [Self; 5] = [Self::LargeState, Self::JointStock, Self::City, Self::Rural, Self::Other];

    /// Name in the tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LargeState => "large_state",
            Self::JointStock => "joint_stock",
            Self::City => "city",
            Self::Rural => "rural",
            Self::Other => "other",
        }
    }
}

/// A bank's balance sheet and state \[fen\].
#[derive(Clone, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Bank {
    /// Number (row).
    pub id: u16,
    /// Class.
    pub class: BankClass,
    /// Home region, `None` for a national bank.
    pub region: Option<u8>,
    /// State's share in the equity \[share\].
    pub state_share: f64,
    /// Reserves at the central bank; below zero only inside a tick.
    pub reserves: Fen,
    /// Loans to firms.
    pub firm_loans: Fen,
    /// Mortgages.
    pub mortgages: Fen,
    /// Other household loans.
    pub other_household_loans: Fen,
    /// Loans to financing vehicles.
    pub lgfv_loans: Fen,
    /// Bonds of financing vehicles.
    pub lgfv_bonds: Fen,
    /// Corporate bonds.
    pub corporate_bonds: Fen,
    /// Local government bonds.
    pub local_bonds: Fen,
    /// Central government bonds.
    pub central_bonds: Fen,
    /// Foreign assets.
    pub foreign_assets: Fen,
    /// Claims on other banks.
    pub interbank_claims: Fen,
    /// Debts to other banks.
    pub interbank_debts: Fen,
    /// Debt to the central bank.
    pub central_bank_credit: Fen,
    /// Customers' deposits (a liability, counted positive).
    pub deposits: Fen,
    /// Loan-loss provisions: the part of equity that losses on loans are expected to take, and no capital.
    pub provisions: Fen,
    /// Loans that do not perform, within loans.
    pub non_performing: Fen,
    /// Wealth-management pool's assets managed off balance sheet, memorandum.
    pub wealth_pool: Fen,
    /// Profit of this tick before dividends, after the losses that are charged to it.
    pub profit: Fen,
    /// Losses beyond provisions that no profit has been charged with yet, less overdue interest recovered from firms that
    /// closed; may be negative.
    pub uncharged_losses: Fen,
    /// Negative taxable profits of the last quarters that later profits may be set against, newest first.
    pub tax_losses: [Fen; TAX_LOSS_QUARTERS],
    /// Services of this tick to borrowers and depositors: margins around the reference rate. At the opening those of a
    /// quarter of 2023.
    pub services: Fen,
    /// Services of the last tick.
    pub margin: Fen,
    /// Financial services bought in this tick.
    pub operating_costs: Fen,
    /// Losses of this tick on loans and bonds.
    pub losses: Fen,
    /// New loans of this tick: loans granted and overdrafts that became loans.
    pub new_loans: Fen,
    /// Whether it was resolved in this tick.
    pub failed: bool,
    /// Reserves beyond what the bank wants and keeps at home, in the last quarters, newest first.
    pub excess_reserves: [Fen; EXCESS_QUARTERS],
    /// Room for new loans in this tick by kind of borrower.
    pub room: LendingRoom,
    /// Loans that borrowers of each kind asked for in this tick and could carry; of local bonds and other household loans what
    /// was sold or lent.
    pub applications: [Fen; SEGMENTS],
    /// Loans that the bank expects to be asked for in a tick.
    pub expected_applications: [Fen; SEGMENTS],
    /// Spread that the bank adds for its own capital position \[per year\].
    pub capital_spread: f64,
}

impl Bank {
    /// A borrower asks for a loan that it could carry.
    pub const fn apply(&mut self, segment: Segment, amount: Fen) {
        self.applications[segment as usize] += amount;
    }

    /// Loans of all kinds.
    #[must_use]
    pub const fn loans(&self) -> Fen {
        self.firm_loans + self.mortgages + self.other_household_loans + self.lgfv_loans
    }

    /// Bonds of all kinds.
    #[must_use]
    pub const fn bonds(&self) -> Fen {
        self.lgfv_bonds + self.corporate_bonds + self.local_bonds + self.central_bonds
    }

    /// Total assets.
    #[must_use]
    pub const fn assets(&self) -> Fen {
        self.reserves + self.loans() + self.bonds() + self.foreign_assets + self.interbank_claims
    }

    /// Book equity with claims at face value (as in the national accounts: provisions are a part of it).
    #[must_use]
    pub const fn equity(&self) -> Fen {
        self.assets() - self.deposits - self.interbank_debts - self.central_bank_credit
    }

    /// Assets weighted by risk: firm and vehicle debt 1, other household loans 0.75, mortgages 0.5, corporate bonds 1,
    /// foreign assets 1, local bonds 0.2, interbank 0.25, reserves and central bonds 0 (simplified from the 2023
    /// capital rules).
    #[must_use]
    pub const fn risk_weighted_assets(&self) -> Fen {
        self.firm_loans
            + self.lgfv_loans
            + self.lgfv_bonds
            + self.corporate_bonds
            + self.foreign_assets
            + self.other_household_loans * 3 / 4
            + self.mortgages / 2
            + self.local_bonds / 5
            + self.interbank_claims / 4
    }

    /// Capital: equity net of provisions.
    #[must_use]
    pub const fn capital(&self) -> Fen {
        self.equity() - self.provisions
    }

    /// A claim of the bank is lost. Provisions bear the loss first; what they do not cover lowers capital now and profit
    /// when bank income is next reckoned.
    pub fn lose(&mut self, amount: Fen) {
        let covered = amount.min(self.provisions.max(0));
        self.losses += amount;
        self.provisions -= covered;
        self.uncharged_losses += amount - covered;
    }

    /// Capital over risk-weighted assets.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    pub fn capital_ratio(&self) -> f64 {
        let assets = self.risk_weighted_assets();
        if assets > 0 { self.capital() as f64 / assets as f64 } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_shared_by_applications_and_what_is_left_passes_on() {
        let mut room = LendingRoom::share_out(100, &[60, 30, 10, 0]);
        assert_eq!([Segment::Firms, Segment::Households, Segment::Entrants].map(|s| room.of(s)), [60, 90, 100]);
        room.take(Segment::Firms, 40);
        room.take(Segment::Households, 45);
        assert_eq!([Segment::Firms, Segment::Households, Segment::Public].map(|s| room.of(s)), [5, 5, 15]);
        room.take(Segment::Public, 20);
        assert_eq!(room.of(Segment::Entrants), 0);
        assert_eq!(LendingRoom::share_out(7, &[0; SEGMENTS]).of(Segment::Firms), 7);
    }
}
