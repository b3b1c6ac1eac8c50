//! Money is an integer count of fen; quantities are integer counts of one fen's worth at 2023 prices.
//!
//! Overflow panics in every profile (`overflow-checks`), so it can stop a run but never wrap.

use core::iter::Sum;
use core::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// An amount of money of one worker or firm \[fen\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Money(pub i64);

/// A quantity of a good \[0.01 yuan at 2023 prices\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Quantity(pub i64);

/// Balances of classes and single agents, totals and intermediates \[fen\].
pub type Fen = i128;

/// Amounts below this have an exact whole part; above it every representable number is whole.
const WHOLE: f64 = 4.5e15;

/// `x` rounded to the nearest integer, halves away from zero: `x.round() as i64` without a call into the C library.
#[must_use]
#[inline]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "exact below 2^52, saturates above")]
pub fn nearest(x: f64) -> i64 {
    if x.abs() < WHOLE {
        let whole = x as i64;
        let rest = x - whole as f64;
        whole + i64::from(rest >= 0.5) - i64::from(rest <= -0.5)
    } else {
        x.round() as i64
    }
}

/// The largest integer not above `x`: `x.floor() as i64` without a call into the C library.
#[must_use]
#[inline]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "exact below 2^52, saturates above")]
pub fn not_above(x: f64) -> i64 {
    if x.abs() < WHOLE {
        let whole = x as i64;
        whole - i64::from(whole as f64 > x)
    } else {
        x.floor() as i64
    }
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Rounds an amount in yuan to the nearest fen.
    #[must_use]
    #[inline]
    pub fn from_yuan(yuan: f64) -> Self {
        Self(nearest(yuan * 100.0))
    }

    /// The amount in yuan.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "for rules and reports; books stay integer")]
    #[inline]
    pub fn yuan(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// A share of the amount, rounded to the nearest fen.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "shares are at most a few units")]
    #[inline]
    pub fn share(self, share: f64) -> Self {
        Self(nearest(self.0 as f64 * share))
    }

    /// The amount as a total.
    #[must_use]
    #[inline]
    pub fn fen(self) -> Fen {
        Fen::from(self.0)
    }

    /// The larger of the amount and zero.
    #[must_use]
    #[inline]
    pub fn positive(self) -> Self {
        Self(self.0.max(0))
    }
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Rounds a quantity in 2023 yuan to the nearest unit.
    #[must_use]
    #[inline]
    pub fn from_units(yuan_of_2023: f64) -> Self {
        Self(nearest(yuan_of_2023 * 100.0))
    }

    /// The quantity in 2023 yuan.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "for rules and reports; books stay integer")]
    #[inline]
    pub fn units(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// Value at a price, rounded to the fen.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "one rounding a sale")]
    #[inline]
    pub fn value(self, price: f64) -> Money {
        Money(nearest(self.0 as f64 * price))
    }

    /// A share of the quantity, rounded down.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "shares are at most one")]
    #[inline]
    pub fn share(self, share: f64) -> Self {
        Self(not_above(self.0 as f64 * share))
    }
}

/// The quantity that an amount buys at a price, rounded down.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "one rounding a sale")]
#[inline]
pub fn quantity_for(amount: Money, price: f64) -> Quantity {
    Quantity(not_above(amount.0 as f64 / price))
}

macro_rules! additive {
    ($t:ty) => {
        impl Add for $t {
            type Output = Self;
            #[inline]
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Sub for $t {
            type Output = Self;
            #[inline]
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl Neg for $t {
            type Output = Self;
            #[inline]
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl AddAssign for $t {
            #[inline]
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl SubAssign for $t {
            #[inline]
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Sum for $t {
            #[inline]
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self(0), Add::add)
            }
        }
    };
}
additive!(Money);
additive!(Quantity);

/// Splits `total` in proportion to `weights`; the parts add up exactly (largest remainder, ties to the first), unless no
/// weight is positive: then nobody gets anything.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "parts are corrected to the exact total"
)]
pub fn split(total: i64, weights: &[f64]) -> Vec<i64> {
    let sum: f64 = weights.iter().sum();
    if weights.is_empty() || sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<f64> = weights.iter().map(|w| total as f64 * w / sum).collect();
    let mut parts: Vec<i64> = exact.iter().map(|x| x.floor() as i64).collect();
    let mut left = total - parts.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..weights.len()).filter(|&i| weights[i] > 0.0).collect();
    order.sort_by(|&a, &b| (exact[b] - exact[b].floor()).total_cmp(&(exact[a] - exact[a].floor())).then(a.cmp(&b)));
    let n = order.len() as i64;
    if left.abs() > n {
        // Totals beyond 2^53: hand the bulk of the rounding gap to the heaviest part.
        let heaviest =
            (0..weights.len()).max_by(|&a, &b| weights[a].total_cmp(&weights[b]).then(b.cmp(&a))).unwrap_or(0);
        parts[heaviest] += left;
        return parts;
    }
    let step = left.signum();
    for &i in order.iter().cycle().take(left.unsigned_abs() as usize) {
        parts[i] += step;
        left -= step;
    }
    debug_assert_eq!(left, 0);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_rounded_to_the_fen_once() {
        assert_eq!(Quantity(333).value(1.5), Money(500));
        assert_eq!(quantity_for(Money(500), 1.5), Quantity(333));
        assert_eq!(Money::from_yuan(12.345), Money(1235));
    }

    #[test]
    #[should_panic(expected = "overflow")]
    fn overflow_is_an_error() {
        let _ = Money(i64::MAX) + Money(1);
    }

    proptest! {
        #[test]
        fn integers_are_those_of_the_standard_library(x in proptest::num::f64::ANY, whole in -1_000_000i64..1_000_000, part in 0u8..5) {
            #[allow(clippy::cast_precision_loss, reason = "small")]
            let near = whole as f64 + [0.0, 0.5, 0.5_f64.next_down(), 0.5_f64.next_up(), 0.25][usize::from(part)];
            for x in [x, near, -near, x % 1e16, 4.5e15 + near] {
                prop_assert_eq!(nearest(x), x.round() as i64);
                prop_assert_eq!(not_above(x), x.floor() as i64);
            }
        }

        #[test]
        fn a_split_adds_up(total in -1_000_000_000_000i64..1_000_000_000_000, weights in proptest::collection::vec(0.0f64..10.0, 1..20)) {
            prop_assume!(weights.iter().sum::<f64>() > 0.0);
            let parts = split(total, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
        }
    }
}
