//! Ratios that each bank steers to: its own at the start, which the opening takes from its class.

use super::amounts::{ratio, share};
use super::loan_quality;
use crate::agents::{Bank, BankClass};
use bevy_ecs::prelude::Resource;

/// Targets by bank.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct BankTargets {
    /// Capital over risk-weighted assets.
    pub capital_ratio: Vec<f64>,
    /// Reserves over deposits.
    pub reserve_ratio: Vec<f64>,
    /// Claims on and debts to other banks that a bank holds alike, over deposits.
    pub standing_interbank: Vec<f64>,
    /// Provisions over loans that perform.
    pub general_provisions: Vec<f64>,
}

impl BankTargets {
    /// The opening ratios.
    #[must_use]
    pub fn opening(banks: &[Bank], quality: &loan_quality::Parameters) -> Self {
        let general = |b: &Bank| {
            let rest = b.provisions - share(b.non_performing, quality.specific_provisions);
            ratio(rest.max(0), b.loans() - b.non_performing, 0.0)
        };
        let standing = |b: &Bank| ratio(b.interbank_claims.min(b.interbank_debts), b.deposits, 0.0);
        Self {
            capital_ratio: banks.iter().map(Bank::capital_ratio).collect(),
            reserve_ratio: banks.iter().map(|b| ratio(b.reserves, b.deposits, 0.0)).collect(),
            standing_interbank: banks.iter().map(standing).collect(),
            general_provisions: banks.iter().map(general).collect(),
        }
    }
}

/// A number that differs by class, in the order of [`BankClass::ALL`].
pub(super) fn of_class(class: BankClass, by_class: [f64; 5]) -> f64 {
    by_class[class as usize]
}
