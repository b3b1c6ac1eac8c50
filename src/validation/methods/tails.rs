//! Upper tails of size distributions.

/// Exponent of the complementary distribution, P(S > s) ∝ s^(−ζ), by the rank-minus-one-half regression of Gabaix & Ibragimov
/// (2011): ln(rank − 1/2) = c − ζ ln(size) over the largest `share` of values. None for fewer than ten of them.
#[must_use]
pub fn rank_exponent(sizes: &[f64], share: f64) -> Option<f64> {
    let largest = largest(sizes, share)?;
    let x: Vec<f64> = largest.iter().map(|s| s.ln()).collect();
    let y: Vec<f64> = (0..largest.len()).map(|rank| (rank as f64 + 0.5).ln()).collect();
    super::regressions::slope(&x, &y).map(|slope| -slope)
}

/// Hill's (1975) estimate of the same exponent: one over the mean of ln(size / smallest) over the largest `share` of values.
#[must_use]
pub fn hill_exponent(sizes: &[f64], share: f64) -> Option<f64> {
    let largest = largest(sizes, share)?;
    let smallest = *largest.last()?;
    let mean =
        largest[..largest.len() - 1].iter().map(|s| (s / smallest).ln()).sum::<f64>() / (largest.len() - 1) as f64;
    (mean > 0.0).then(|| 1.0 / mean)
}

/// The largest share of positive values, largest first; at least ten.
fn largest(sizes: &[f64], share: f64) -> Option<Vec<f64>> {
    let mut sorted: Vec<f64> = sizes.iter().copied().filter(|s| *s > 0.0 && s.is_finite()).collect();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a count")]
    let count = (sorted.len() as f64 * share) as usize;
    sorted.truncate(count);
    (count >= 10).then_some(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quantiles of a Pareto distribution with exponent ζ.
    fn pareto(exponent: f64) -> Vec<f64> {
        (0..5000).map(|k| (1.0 - (f64::from(k) + 0.5) / 5000.0).powf(-1.0 / exponent)).collect()
    }

    #[test]
    fn the_exponent_of_a_pareto_distribution_is_found() {
        for exponent in [0.8, 1.06, 2.0] {
            for found in [rank_exponent(&pareto(exponent), 0.2), hill_exponent(&pareto(exponent), 0.2)] {
                assert!((found.expect("enough values") - exponent).abs() < 0.02 * exponent, "{found:?} for {exponent}");
            }
        }
    }

    #[test]
    fn a_handful_of_values_has_no_tail() {
        assert_eq!(rank_exponent(&[1.0; 40], 0.2), None);
        assert_eq!(hill_exponent(&[0.0; 400], 0.2), None);
    }
}
