//! Logistic curves of diffusion.
//!
//! ```text
//! s(t) = K / (1 + exp(−r (t − t₀)))
//! ```
//!
//! Sources: Griliches (1957), Mansfield (1961). Fitted by least squares with Levenberg-Marquardt steps from a grid of starts.

/// A fitted curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Logistic {
    /// Ceiling K \[share\].
    pub ceiling: f64,
    /// Speed r \[per period\].
    pub speed: f64,
    /// Period of the inflection t₀, where half the ceiling is reached.
    pub inflection: f64,
    /// Part of the variance that the curve explains.
    pub r_squared: f64,
}

impl Logistic {
    /// Periods from 10 to 90 % of the ceiling: 2 ln 9 / r.
    #[must_use]
    pub fn ten_to_ninety(&self) -> f64 {
        2.0 * 9.0f64.ln() / self.speed
    }
}

fn curve([ceiling, speed, inflection]: [f64; 3], t: f64) -> f64 {
    ceiling / (1.0 + (-speed * (t - inflection)).exp())
}

fn squares(p: [f64; 3], values: &[f64]) -> f64 {
    values.iter().enumerate().map(|(t, y)| (y - curve(p, t as f64)).powi(2)).sum()
}

/// Fits the curve to shares by period; none for fewer than eight or if they do not vary.
#[must_use]
pub fn fit(values: &[f64]) -> Option<Logistic> {
    let n = values.len();
    let mean = super::moments::mean(values)?;
    let total: f64 = values.iter().map(|y| (y - mean).powi(2)).sum();
    // What rounding leaves of a line without a slope is no variance.
    if n < 8 || total <= 1e-20 * n as f64 * mean * mean || values.iter().any(|y| !y.is_finite()) {
        return None;
    }
    let top = values.iter().copied().fold(0.0, f64::max);
    let starts = [1.0, 1.5, 3.0].into_iter().flat_map(|c| {
        [0.25, 0.5, 0.75, 1.2]
            .into_iter()
            .flat_map(move |at| [4.0, 10.0, 25.0].map(|r| [c * top, r / n as f64, at * n as f64]))
    });
    let best = starts.map(|start| descend(start, values)).min_by(|a, b| a.1.total_cmp(&b.1))?;
    let [ceiling, speed, inflection] = best.0;
    (speed > 0.0).then_some(Logistic { ceiling, speed, inflection, r_squared: 1.0 - best.1 / total })
}

/// Levenberg-Marquardt steps until they gain nothing; the parameters and the sum of squares.
fn descend(mut p: [f64; 3], values: &[f64]) -> ([f64; 3], f64) {
    let (mut damping, mut best) = (1e-3, squares(p, values));
    for _ in 0..300 {
        let (mut matrix, mut right) = ([[0.0; 3]; 3], [0.0; 3]);
        for (t, y) in values.iter().enumerate() {
            let t = t as f64;
            let e = (-p[1] * (t - p[2])).exp();
            let share = 1.0 / (1.0 + e);
            let slope = p[0] * share * share * e;
            let gradient = [share, slope * (t - p[2]), -slope * p[1]];
            let error = y - p[0] * share;
            for i in 0..3 {
                right[i] += gradient[i] * error;
                for j in 0..3 {
                    matrix[i][j] += gradient[i] * gradient[j];
                }
            }
        }
        for i in 0..3 {
            matrix[i][i] *= 1.0 + damping;
        }
        let Some(step) = solve(matrix, right) else { break };
        let next = [p[0] + step[0], p[1] + step[1], p[2] + step[2]];
        let reached = squares(next, values);
        if reached < best {
            let gain = best - reached;
            (p, best, damping) = (next, reached, damping * 0.3);
            if gain < 1e-14 * (1.0 + best) {
                break;
            }
        } else {
            damping *= 4.0;
            if damping > 1e12 {
                break;
            }
        }
    }
    (p, best)
}

/// Solves three equations by Cramer's rule; none if they are dependent.
fn solve(m: [[f64; 3]; 3], r: [f64; 3]) -> Option<[f64; 3]> {
    let determinant = |m: [[f64; 3]; 3]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let whole = determinant(m);
    (whole.is_normal()).then(|| {
        core::array::from_fn(|i| {
            let mut replaced = m;
            for row in 0..3 {
                replaced[row][i] = r[row];
            }
            determinant(replaced) / whole
        })
    })
}

#[cfg(test)]
#[allow(clippy::unreadable_literal, reason = "numbers as the packages print them")]
mod tests {
    use super::*;

    #[test]
    fn a_logistic_curve_is_found_again() {
        let values: Vec<f64> = (0..160).map(|t| curve([0.4, 0.09, 55.0], f64::from(t))).collect();
        let found = fit(&values).expect("a fit");
        assert!((found.ceiling - 0.4).abs() < 1e-6 && (found.speed - 0.09).abs() < 1e-6, "{found:?}");
        assert!((found.inflection - 55.0).abs() < 1e-4 && found.r_squared > 1.0 - 1e-9, "{found:?}");
        assert!((found.ten_to_ninety() - 48.8).abs() < 0.1);
    }

    #[test]
    fn a_noisy_curve_is_fitted_as_scipy_does() {
        // scipy 1.17.1: optimize.curve_fit of the same curve.
        let values: Vec<f64> =
            (0..80).map(|t| curve([0.6, 0.12, 30.0], f64::from(t)) + 0.02 * (f64::from(t) * 1.9).sin()).collect();
        let found = fit(&values).expect("a fit");
        for (found, expected) in
            [found.ceiling, found.speed, found.inflection].into_iter().zip([0.599483, 0.120139, 29.977116])
        {
            assert!((found - expected).abs() < 1e-4 * expected.abs().max(1.0), "{found} is not {expected}");
        }
    }

    #[test]
    fn a_flat_line_has_no_curve() {
        assert_eq!(fit(&[0.1; 50]), None);
        assert_eq!(fit(&[0.1, 0.2]), None);
    }
}
