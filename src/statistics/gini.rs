//! Inequality without sorting: amounts are counted in bins a 64th of their size wide, and the Gini coefficient of the
//! grouped data is exact up to inequality inside a bin (below 10⁻⁴).
//!
//! ```text
//! G = 1 − Σ p_i (S_i + S_{i−1})
//! ```
//!
//! p `counts` over people; S cumulative `sums` over the total. Source: Gini (1912) in the trapezoid form.

/// Bins per doubling: 2^6.
const DETAIL: u32 = 6;
/// Bins of one sign.
const SIDE: usize = 64 << DETAIL;

/// Counts and sums by size.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Histogram {
    counts: Vec<u32>,
    sums: Vec<i128>,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; 2 * SIDE], sums: vec![0; 2 * SIDE] }
    }
}

/// Bin of a magnitude: position of the leading bit, then the bits that follow it.
#[allow(clippy::cast_possible_truncation, reason = "below 2^12")]
const fn bin(magnitude: u64) -> usize {
    if magnitude < 1 << DETAIL {
        return magnitude as usize;
    }
    let lead = magnitude.ilog2();
    let detail = (magnitude >> (lead - DETAIL)) & ((1 << DETAIL) - 1);
    (((lead - DETAIL + 1) as usize) << DETAIL) + detail as usize
}

impl Histogram {
    /// Counts an amount.
    #[inline]
    pub fn add(&mut self, amount: i64) {
        let place = bin(amount.unsigned_abs());
        let place = if amount < 0 { SIDE - 1 - place } else { SIDE + place };
        self.counts[place] += 1;
        self.sums[place] += i128::from(amount);
    }

    /// Adds another histogram.
    pub fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(a, b)| *a += b);
        self.sums.iter_mut().zip(&other.sums).for_each(|(a, b)| *a += b);
    }

    /// Sum of all amounts.
    #[must_use]
    pub fn total(&self) -> i128 {
        self.sums.iter().sum()
    }

    /// The Gini coefficient; `NaN` if nothing or less is distributed.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a statistic")]
    pub fn gini(&self) -> f64 {
        let people: u64 = self.counts.iter().map(|c| u64::from(*c)).sum();
        let total = self.total() as f64;
        if people == 0 || total <= 0.0 {
            return f64::NAN;
        }
        let (mut area, mut below) = (0.0, 0.0);
        for (count, sum) in self.counts.iter().zip(&self.sums) {
            let upto = below + *sum as f64 / total;
            area += f64::from(*count) / people as f64 * (below + upto);
            below = upto;
        }
        1.0 - area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gini(values: &[i64]) -> f64 {
        let mut h = Histogram::default();
        for v in values {
            h.add(*v);
        }
        h.gini()
    }

    #[test]
    fn equality_is_zero_and_one_owner_of_all_is_nearly_one() {
        assert!(gini(&[500; 40]).abs() < 1e-12);
        let mut one = vec![0; 99];
        one.push(1_000_000);
        assert!((gini(&one) - 0.99).abs() < 1e-12);
    }

    #[test]
    fn a_uniform_distribution_has_a_third() {
        let values: Vec<i64> = (1..=100_000).collect();
        assert!((gini(&values) - 1.0 / 3.0).abs() < 1e-4);
    }

    #[test]
    fn debts_count_below_zero() {
        // Shares −1/4, 1/4, 1: G = 1 − ((−1/4) + (−1/4 + 0) + (0 + 1)) / 3.
        assert!((gini(&[-100, 100, 400]) - (1.0 - (-0.25 - 0.25 + 1.0) / 3.0)).abs() < 1e-12);
    }

    #[test]
    fn bins_are_ordered_and_fit() {
        let mut last = 0;
        for m in
            [0, 1, 63, 64, 65, 127, 128, 130, 1 << 20, (1 << 20) + (1 << 14), u64::from(u32::MAX), 1 << 62, 1 << 63]
        {
            assert!(bin(m) >= last && bin(m) < SIDE);
            last = bin(m);
        }
    }
}
