//! A bank: a legal person of one class, national or at home in one region.

use crate::accounts::Fen;
use bevy_ecs::prelude::Component;

/// Classes of banks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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
#[derive(Clone, Component, Debug, Default)]
pub struct Bank {
    /// Number (row).
    pub id: u16,
    /// Class.
    pub class: BankClass,
    /// Home region, `None` for a national bank.
    pub region: Option<u8>,
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
    /// Loan-loss provisions: part of equity set aside, memorandum; a fixed multiple of `non_performing`, so constant
    /// from tick 1 on.
    pub provisions: Fen,
    /// Loans that do not perform, memorandum; set at the opening and never changed, so that its ratio to loans falls as
    /// loans grow, whatever happens to borrowers.
    pub non_performing: Fen,
    /// Wealth-management pool's assets managed off balance sheet, memorandum.
    pub wealth_pool: Fen,
    /// Profit of this tick before dividends. Losses on closing firms reduce it after tax and dividends are paid; losses
    /// on financing vehicles do not reduce it.
    pub profit: Fen,
    /// Interest and fees received less paid in the last complete tick, before losses and operating costs; write-offs of
    /// vehicles' debt are counted as income by mistake.
    pub margin: Fen,
    /// Financial services bought in this tick.
    pub operating_costs: Fen,
    /// Losses of this tick on loans and bonds.
    pub losses: Fen,
    /// New loans of this tick: loans granted, overdrafts, and loans taken over from another bank.
    pub new_loans: Fen,
    /// Whether it was resolved in this tick.
    pub failed: bool,
    /// Room for new loans in this tick, set before firms borrow; overdrafts and other household loans do not reduce it.
    pub lending_room: Fen,
    /// Spread that the bank adds for its own capital position \[per year\].
    pub capital_spread: f64,
}

impl Bank {
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

    /// Book equity.
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

    /// Equity over risk-weighted assets.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    pub fn capital_ratio(&self) -> f64 {
        let assets = self.risk_weighted_assets();
        if assets > 0 { self.equity() as f64 / assets as f64 } else { 1.0 }
    }
}
