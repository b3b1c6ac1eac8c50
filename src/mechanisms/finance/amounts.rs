//! Arithmetic on totals: interest, shares and exact splits \[fen\].

use crate::accounts::Fen;

/// A share of a total, rounded to the fen.
#[must_use]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "one rounding; books stay integer")]
pub fn share(total: Fen, share: f64) -> Fen {
    (total as f64 * share).round() as Fen
}

/// A quarter's simple interest on a balance at a rate per year.
#[must_use]
pub fn interest(balance: Fen, rate: f64) -> Fen {
    share(balance, rate / 4.0)
}

/// A total as a number of yuan, for rules.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "for rules; books stay integer")]
pub(super) fn yuan(total: Fen) -> f64 {
    total as f64 / 100.0
}

/// One total over another; `otherwise` if the divisor is not positive.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "a ratio")]
pub(super) fn ratio(total: Fen, over: Fen, otherwise: f64) -> f64 {
    if over > 0 { total as f64 / over as f64 } else { otherwise }
}

/// Splits a total that is not negative in proportion to integer weights; the parts add up exactly (largest
/// remainder, ties to the first). Weights below zero count as zero; without any weight nothing is given.
///
/// # Panics
/// If `total` is negative.
#[must_use]
pub fn split_fen(total: Fen, weights: &[Fen]) -> Vec<Fen> {
    assert!(total >= 0, "only totals that are not negative are split");
    let sum: Fen = weights.iter().map(|w| (*w).max(0)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<Fen> = weights.iter().map(|w| total * (*w).max(0) / sum).collect();
    let left = total - parts.iter().sum::<Fen>();
    let mut order: Vec<usize> = (0..weights.len()).filter(|i| weights[*i] > 0).collect();
    order.sort_by_cached_key(|i| (-(total * weights[*i] % sum), *i));
    for (i, _) in order.into_iter().zip(0..left) {
        parts[i] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarters_interest_is_a_fourth_of_the_years() {
        assert_eq!(interest(1_000_000, 0.0162), 4_050);
    }

    #[test]
    fn a_split_adds_up_and_gives_the_rest_to_the_largest_remainders() {
        assert_eq!(split_fen(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(split_fen(7, &[0, 5, -3, 2]), [0, 5, 0, 2]);
        assert_eq!(split_fen(7, &[0, 0]), [0, 0]);
        assert_eq!(split_fen(101, &[1, 2, 4]).iter().sum::<Fen>(), 101);
    }
}
