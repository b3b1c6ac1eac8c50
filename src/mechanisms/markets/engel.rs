//! Engel shares: how a household of some income splits its consumption over categories.
//!
//! ```text
//! share_c(y) = θ_c · (y / ȳ)^(ε_c − 1) / Σ_j θ_j · (y / ȳ)^(ε_j − 1)
//! ```
//!
//! y income at 2023 prices over its mean; θ base weights; ε `engel_elasticity`. Tabulated over logarithmic income bins once a
//! tick (the elasticities are constant, so one table serves all); Source: Engel (1857); functional form as in addilog systems
//! (Houthakker 1960).

use crate::accounts::money::nearest;
use crate::agents::MAX_CATEGORIES;
use crate::structure::Structure;
use bevy_ecs::prelude::Resource;
use std::sync::LazyLock;

/// Bins of log income: from e^-4 to e^4 of the mean of 2023.
pub(super) const BINS: usize = 129;
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

    fn tabulate(&mut self, structure: &Structure) {
        self.shares = (0..BINS)
            .map(|b| {
                let log_income = log_income(b);
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

/// Middle of a bin: logarithm of income over the mean of 2023.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "bin numbers")]
pub fn log_income(bin: usize) -> f64 {
    LOWEST + STEP * bin as f64
}

/// Incomes that are looked up in a table; smaller ones count as the smallest, larger ones take the logarithm.
const SMALLEST: f64 = 1e-3;
const LARGEST: f64 = 64.0;

/// Bits of a number's fraction that are left out of its place among the intervals of `bin`.
const LEFT_OUT: u32 = 43;

/// Bins by interval of incomes, 512 intervals from each power of two to the next; `MIXED` where an interval has two.
static BIN_OF_INTERVAL: LazyLock<Vec<u8>> = LazyLock::new(|| {
    // Wider than every rounding error, so that the table and the logarithm cannot disagree.
    const MARGIN: f64 = 1e-9;
    let interval = |k: u64| {
        let edge = |k: u64| position(f64::from_bits(k << LEFT_OUT));
        let (low, high) = (in_range(edge(k) - MARGIN), in_range(edge(k + 1) + MARGIN));
        if low == high { low } else { MIXED }
    };
    (first_interval()..=LARGEST.to_bits() >> LEFT_OUT).map(interval).collect()
});

const MIXED: u8 = u8::MAX;

const fn first_interval() -> u64 {
    SMALLEST.to_bits() >> LEFT_OUT
}

fn position(relative_income: f64) -> f64 {
    (libm::log(relative_income) - LOWEST) / STEP
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the table")]
fn in_range(position: f64) -> u8 {
    nearest(position).clamp(0, BINS as i64 - 1) as u8
}

/// Bin of an income relative to the mean of 2023 at 2023 prices.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "intervals are few")]
pub fn bin(relative_income: f64) -> usize {
    let income = relative_income.max(SMALLEST);
    let interval = (income.to_bits() >> LEFT_OUT) - first_interval();
    match BIN_OF_INTERVAL.get(interval as usize) {
        Some(&bin) if bin != MIXED => usize::from(bin),
        _ => usize::from(in_range(position(income))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn few_intervals_need_the_logarithm() {
        let mixed: usize = BIN_OF_INTERVAL.iter().map(|b| usize::from(*b == MIXED)).sum();
        assert!(mixed * 20 < BIN_OF_INTERVAL.len(), "{mixed} of {}", BIN_OF_INTERVAL.len());
    }

    proptest! {
        #[test]
        fn the_table_agrees_with_the_logarithm(log_income in -8.0f64..8.0) {
            let income = libm::exp(log_income);
            let exact = ((libm::log(income.max(1e-3)) + 4.0) / STEP).round().max(0.0).min(BINS as f64 - 1.0);
            prop_assert_eq!(bin(income) as f64, exact);
        }
    }
}
