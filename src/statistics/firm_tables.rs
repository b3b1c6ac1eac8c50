//! `firm_ages`, `firm_growth`, `firm_sizes`, `firm_fifths`: distributions of firms, one row a tick and class.

use super::columns;
use super::facts::Facts;
use super::firm_dynamics::{AGES, GROWTH_BINS, SIZES};

columns! {
    /// Columns of `firm_ages` after `tick` and `age`.
    pub const AGE_COLUMNS: KeyedStatistic = {
        "firms", "firm agents", "firms founded in the run that were in this year of their life at the start of the quarter", "firms" => |f, k| f.flow(age(f, k, 0));
        "exits", "firm agents per quarter", "of them closed in the quarter", "firms" => |f, k| f.flow(age(f, k, 1));
        "survival", "1", "share of firms that live to the end of this year of their life: product over ages of the share that lived through it, all firms founded in the run so far together, one hazard for the four quarters of a year", "firms; Kaplan & Meier (1958)" => |f, k| f.flow(age(f, k, 2));
    }
}

columns! {
    /// Columns of `firm_growth` after `tick` and `growth`.
    pub const GROWTH_COLUMNS: KeyedStatistic = {
        "firms", "firm agents", "firms whose log growth of sales in quantities on the year before, less the mean of their sector, lies within 0.05 of the key; the outer classes are open; firms that sold in both quarters", "firms; Bottazzi & Secchi (2006)" => |f, k| f.flow(f.dynamics.firms.growth.get(k).copied().unwrap_or(f64::NAN));
    }
}

columns! {
    /// Columns of `firm_sizes` after `tick` and `size`.
    pub const SIZE_COLUMNS: KeyedStatistic = {
        "share_at_least", "1", "share of firms with at least so much staff, relative to the mean staff of a firm", "firms; Axtell (2001)" => |f, k| f.dynamics.firms.sizes.get(k).copied().unwrap_or(f64::NAN);
    }
}

columns! {
    /// Columns of `firm_fifths` after `tick` and `fifth`.
    pub const FIFTH_COLUMNS: KeyedStatistic = {
        "firms", "firm agents", "firms of this fifth of their sector by effective hours (1: smallest)", "firms" => |f, k| f.dynamics.firms.fifths[k].firms;
        "staff_share", "1", "their share of all staff", "firms" => |f, k| f.dynamics.firms.fifths[k].staff;
        "ai_adopter_share_by_size", "1", "firms that use AI over firms of this fifth by effective hours", "firms" => |f, k| f.dynamics.firms.fifths[k].adopters[0];
        "ai_adopter_share_by_productivity", "1", "firms that use AI over firms of this fifth of their sector by real value added per effective hour", "firms" => |f, k| f.dynamics.firms.fifths[k].adopters[1];
        "first_adoption_rate_by_size", "1 per quarter", "first adoptions over digital firms without AI, by their fifth by effective hours a year before; all quarters so far together", "firms" => |f, k| f.dynamics.firms.fifths[k].first[0];
        "first_adoption_rate_by_productivity", "1 per quarter", "the same by the fifth by productivity a year before", "firms" => |f, k| f.dynamics.firms.fifths[k].first[1];
    }
}

fn age(f: &Facts, k: usize, what: usize) -> f64 {
    f.dynamics.firms.ages.get(k).map_or(f64::NAN, |age| age[what])
}

/// Years of life, the last open.
#[must_use]
pub fn age_keys() -> Vec<String> {
    (1..=AGES).map(|year| year.to_string()).collect()
}

/// Middles of the classes of growth \[log points\].
#[must_use]
pub fn growth_keys() -> Vec<String> {
    #[allow(clippy::cast_possible_wrap, reason = "a handful of bins")]
    let middle = (GROWTH_BINS / 2) as i64;
    (-middle..=middle).map(|bin| format!("{:.1}", bin as f64 / 10.0)).collect()
}

/// Sizes over the mean: powers of the square root of two.
#[must_use]
pub fn size_keys() -> Vec<String> {
    #[allow(clippy::cast_precision_loss, reason = "a handful of sizes")]
    let size = |k: usize| libm::pow(2.0, (k as f64 - 10.0) / 2.0);
    (0..SIZES).map(|k| format!("{:.6}", size(k))).collect()
}

/// Fifths.
#[must_use]
pub fn fifth_keys() -> Vec<String> {
    (1..=5).map(|fifth| fifth.to_string()).collect()
}
