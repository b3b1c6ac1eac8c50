//! Exact division of an amount among many holders.

use crate::accounts::Fen;

/// Splits `total` in proportion to `weights` (none negative); the parts add up exactly. What rounding leaves goes, one
/// fen each, to the first parts with a weight. Without any weight every part is zero.
#[must_use]
pub fn split_fen(total: Fen, weights: &[Fen]) -> Vec<Fen> {
    let sum: Fen = weights.iter().sum();
    if sum <= 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<Fen> = weights.iter().map(|w| proportion(total, *w, sum)).collect();
    let mut left = total - parts.iter().sum::<Fen>();
    for (part, _) in parts.iter_mut().zip(weights).filter(|(_, w)| **w > 0) {
        if left == 0 {
            break;
        }
        *part += left.signum();
        left -= left.signum();
    }
    debug_assert_eq!(left, 0);
    parts
}

/// `total · weight / sum` rounded towards zero, without overflow for balances below 10^22 fen.
fn proportion(total: Fen, weight: Fen, sum: Fen) -> Fen {
    if let Some(product) = total.checked_mul(weight) {
        return product / sum;
    }
    let scale = sum / 1_000_000_000_000 + 1;
    total / sum * weight + total % sum / scale * weight / (sum / scale)
}

/// A share of an amount, rounded to the nearest fen.
#[must_use]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a rule's amount, rounded once")]
pub fn share_of(amount: Fen, share: f64) -> Fen {
    (amount as f64 * share).round() as Fen
}

/// An amount as a real number for rules and ratios \[fen\].
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "for rules; books stay integer")]
pub fn real(amount: Fen) -> f64 {
    amount as f64
}

/// A real amount rounded to the nearest fen.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "saturates far above any balance")]
pub fn fen(amount: f64) -> Fen {
    amount.round() as Fen
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nobody_gets_anything_without_weights() {
        assert_eq!(split_fen(10, &[0, 0]), [0, 0]);
        assert_eq!(split_fen(10, &[0, 1, 2]), [0, 4, 6]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_follow_weights(total in 0i64..i64::MAX, weights in proptest::collection::vec(0i64..1_000_000_000_000_000_000, 1..30)) {
            let weights: Vec<Fen> = weights.into_iter().map(Fen::from).collect();
            let sum: Fen = weights.iter().sum();
            prop_assume!(sum > 0);
            let parts = split_fen(Fen::from(total), &weights);
            prop_assert_eq!(parts.iter().sum::<Fen>(), Fen::from(total));
            prop_assert!(parts.iter().zip(&weights).all(|(p, w)| *w > 0 || *p == 0));
        }
    }
}
