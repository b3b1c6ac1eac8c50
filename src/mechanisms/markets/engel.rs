//! Engel shares: how a household of some income splits its consumption over categories.
//!
//! ```text
//! share_c(y) = θ_c · (y / ȳ)^(ε_c − 1) / Σ_j θ_j · (y / ȳ)^(ε_j − 1)
//! ```
//!
//! y income at 2023 prices over its mean; θ base weights; ε `engel_elasticity`. Tabulated over logarithmic income bins once a
//! tick (the elasticities are constant, so one table serves all); Source: Engel (1857); functional form as in addilog systems
//! (Houthakker 1960).

use crate::agents::MAX_CATEGORIES;
use crate::structure::Structure;
use bevy_ecs::prelude::Resource;

/// Bins of log income: from e^-4 to e^4 of the mean of 2023.
const BINS: usize = 129;
const LOWEST: f64 = -4.0;
const STEP: f64 = 8.0 / (BINS - 1) as f64;

/// Shares by income bin.
#[derive(Clone, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct EngelTable {
    base: [f64; MAX_CATEGORIES],
    shares: Vec<[f64; MAX_CATEGORIES]>,
}

impl EngelTable {
    /// Base weights such that households with the given relative incomes and spending spend the structure's shares in all.
    #[must_use]
    pub fn calibrated(structure: &Structure, households: impl Iterator<Item = (f64, f64)> + Clone) -> Self {
        let count = structure.categories.len();
        let mut spending = vec![0.0; BINS];
        for (relative_income, consumption) in households {
            spending[bin(relative_income)] += consumption;
        }
        let total: f64 = spending.iter().sum();
        let mut base = [0.0; MAX_CATEGORIES];
        for (place, category) in base.iter_mut().zip(&structure.categories) {
            *place = category.share;
        }
        let mut table = Self { base, shares: Vec::new() };
        for _ in 0..200 {
            table.tabulate(structure);
            for c in 0..count {
                let actual: f64 = spending.iter().zip(&table.shares).map(|(x, s)| x * s[c]).sum::<f64>() / total;
                table.base[c] *= structure.categories[c].share / actual;
            }
        }
        table.tabulate(structure);
        table
    }

    #[allow(clippy::cast_precision_loss, reason = "bin numbers")]
    fn tabulate(&mut self, structure: &Structure) {
        self.shares = (0..BINS)
            .map(|b| {
                let log_income = LOWEST + STEP * b as f64;
                let mut row = [0.0; MAX_CATEGORIES];
                for (c, category) in structure.categories.iter().enumerate() {
                    row[c] = self.base[c] * libm::exp((category.engel_elasticity - 1.0) * log_income);
                }
                let sum: f64 = row.iter().sum();
                row.map(|x| x / sum)
            })
            .collect();
    }

    /// Shares of a bin.
    #[must_use]
    pub fn row(&self, bin: u8) -> &[f64; MAX_CATEGORIES] {
        &self.shares[usize::from(bin)]
    }

    /// Shares at an income relative to the mean of 2023 at 2023 prices.
    #[must_use]
    pub fn shares(&self, relative_income: f64) -> &[f64; MAX_CATEGORIES] {
        &self.shares[bin(relative_income)]
    }
}

/// Bin of an income relative to the mean of 2023 at 2023 prices.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the table")]
pub fn bin(relative_income: f64) -> usize {
    let position = (libm::log(relative_income.max(1e-3)) - LOWEST) / STEP;
    (position.round().max(0.0) as usize).min(BINS - 1)
}
