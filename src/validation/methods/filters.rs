//! Filters that part a series into trend and cycle.

/// Baxter & King (1999): band-pass filter of cycles between `low` and `high` quarters, a symmetric moving average of `2k + 1`
/// terms whose weights sum to zero. The result is shorter by `k` at each end; empty if nothing is left.
#[must_use]
pub fn baxter_king(values: &[f64], low: f64, high: f64, k: usize) -> Vec<f64> {
    let (upper, lower) = (2.0 * core::f64::consts::PI / low, 2.0 * core::f64::consts::PI / high);
    let mut weights: Vec<f64> = (0..=k)
        .map(|j| {
            let j = j as f64;
            if j == 0.0 {
                (upper - lower) / core::f64::consts::PI
            } else {
                ((upper * j).sin() - (lower * j).sin()) / (core::f64::consts::PI * j)
            }
        })
        .collect();
    // Weights that sum to zero take out a trend in the mean.
    let excess = (weights[0] + 2.0 * weights[1..].iter().sum::<f64>()) / (2 * k + 1) as f64;
    for weight in &mut weights {
        *weight -= excess;
    }
    (k..values.len().saturating_sub(k))
        .map(|t| weights[0] * values[t] + (1..=k).map(|j| weights[j] * (values[t - j] + values[t + j])).sum::<f64>())
        .collect()
}

/// The business cycle of a quarterly series as the sources of the facts take it: Baxter & King with 6, 32 and 12.
#[must_use]
pub fn cycle(values: &[f64]) -> Vec<f64> {
    baxter_king(values, 6.0, 32.0, 12)
}

/// Hodrick & Prescott (1997): the cycle, values less the trend τ that minimises Σ(y − τ)² + λ Σ(Δ²τ)². Empty for fewer than
/// four values.
#[must_use]
pub fn hodrick_prescott(values: &[f64], lambda: f64) -> Vec<f64> {
    let n = values.len();
    if n < 4 {
        return Vec::new();
    }
    // The matrix I + λ K'K is symmetric with two bands beside the diagonal: a banded LDL' solve.
    let mut bands = vec![[0.0; 3]; n];
    for row in &mut bands {
        row[0] = 1.0;
    }
    for t in 0..n - 2 {
        let second = [1.0, -2.0, 1.0];
        for i in 0..3 {
            for j in i..3 {
                bands[t + i][j - i] += lambda * second[i] * second[j];
            }
        }
    }
    let trend = solve_banded(&mut bands, values);
    values.iter().zip(trend).map(|(y, trend)| y - trend).collect()
}

/// Solves a symmetric positive definite system with two bands; `bands[t][d]` is the element in row t and column t + d.
fn solve_banded(bands: &mut [[f64; 3]], right: &[f64]) -> Vec<f64> {
    let n = right.len();
    let mut x = right.to_vec();
    for t in 0..n {
        for d in 1..3 {
            if t + d >= n {
                continue;
            }
            let factor = bands[t][d] / bands[t][0];
            for e in d..3 {
                bands[t + d][e - d] -= factor * bands[t][e];
            }
            x[t + d] -= factor * x[t];
        }
    }
    for t in (0..n).rev() {
        for d in 1..3 {
            if t + d < n {
                x[t] -= bands[t][d] * x[t + d];
            }
        }
        x[t] /= bands[t][0];
    }
    x
}

#[cfg(test)]
#[allow(clippy::unreadable_literal, reason = "numbers as the packages print them")]
mod tests {
    use super::*;

    /// A series without a simple form.
    fn sample() -> Vec<f64> {
        (0..40)
            .map(|t| {
                let t = f64::from(t);
                0.02 * t + (t * 0.7).sin() + 0.3 * (t * t * 0.13).cos()
            })
            .collect()
    }

    #[test]
    fn a_line_has_no_cycle() {
        let line: Vec<f64> = (0..60).map(|t| 3.0 + 0.5 * f64::from(t)).collect();
        assert!(baxter_king(&line, 6.0, 32.0, 12).iter().all(|x| x.abs() < 1e-10));
        assert!(hodrick_prescott(&line, 1600.0).iter().all(|x| x.abs() < 1e-8));
    }

    #[test]
    fn a_sine_within_the_band_passes_and_one_outside_does_not() {
        let wave = |period: f64| -> Vec<f64> {
            (0..200).map(|t| (2.0 * core::f64::consts::PI * f64::from(t) / period).sin()).collect()
        };
        let size = |v: &[f64]| (v.iter().map(|x| x * x).sum::<f64>() / v.len() as f64).sqrt();
        assert!(size(&cycle(&wave(16.0))) > 0.6);
        assert!(size(&cycle(&wave(3.0))) < 0.1);
        assert!(size(&cycle(&wave(120.0))) < 0.2);
    }

    #[test]
    fn filters_agree_with_statsmodels() {
        // statsmodels 0.15.0: tsa.filters.bk_filter(x, 6, 32, 12) and hp_filter(x, 1600).
        let (bk, hp) = (baxter_king(&sample(), 6.0, 32.0, 12), hodrick_prescott(&sample(), 1600.0));
        assert_eq!((bk.len(), hp.len()), (16, 40));
        for (at, expected) in [(0, 0.7852934240309302), (7, 0.5558937247069053), (15, 0.0941094104567147)] {
            assert!((bk[at] - expected).abs() < 1e-9, "{} is not {expected}", bk[at]);
        }
        for (at, expected) in [(0, -0.09499190029612986), (19, 0.35345167028158153), (39, 0.2890116669780989)] {
            assert!((hp[at] - expected).abs() < 1e-7, "{} is not {expected}", hp[at]);
        }
    }

    #[test]
    fn what_is_too_short_gives_nothing() {
        assert!(cycle(&[1.0; 24]).is_empty());
        assert!(hodrick_prescott(&[1.0, 2.0, 3.0], 1600.0).is_empty());
    }
}
