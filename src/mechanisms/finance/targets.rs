//! Ratios that each bank steers to: its own at the start, which the opening takes from its class.

use super::amounts::ratio;
use crate::agents::{Bank, BankClass};
use bevy_ecs::prelude::Resource;

/// Targets by bank.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct BankTargets {
    /// Equity over risk-weighted assets.
    pub capital_ratio: Vec<f64>,
    /// Reserves over deposits.
    pub reserve_ratio: Vec<f64>,
}

impl BankTargets {
    /// The opening ratios. The capital ratio is no point of rest: opening claims between banks are gross and tick 1
    /// replaces them by net gaps, so that risk-weighted assets fall and capital begins above its target.
    #[must_use]
    pub fn opening<'a>(banks: impl IntoIterator<Item = &'a Bank>) -> Self {
        let pairs = banks.into_iter().map(|b| (b.capital_ratio(), ratio(b.reserves, b.deposits, 0.0)));
        let (capital_ratio, reserve_ratio) = pairs.unzip();
        Self { capital_ratio, reserve_ratio }
    }
}

/// A number that differs by class, in the order of [`BankClass::ALL`].
pub(super) fn of_class(class: BankClass, by_class: [f64; 5]) -> f64 {
    by_class[class as usize]
}
