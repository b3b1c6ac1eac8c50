//! The Subbotin (exponential power) family: shape 2 is the normal, 1 the Laplace distribution, below 1 tails are fatter.
//!
//! ```text
//! f(x) = exp(−|(x − μ) / a|^b / b) / (2 a b^(1/b) Γ(1 + 1/b))
//! ```
//!
//! Source: Bottazzi & Secchi (2006), whose parametrisation and maximum-likelihood fit this is (μ the median).

use super::moments::quantile;
use statrs::function::gamma::ln_gamma;

/// A fitted density.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subbotin {
    /// Shape \[1\].
    pub shape: f64,
    /// Scale \[unit of the values\].
    pub scale: f64,
    /// Location: the median \[unit of the values\].
    pub location: f64,
}

/// Scale that maximises the likelihood at a shape: a = (Σ|x − μ|^b / n)^(1/b).
fn scale(deviations: &[f64], shape: f64) -> f64 {
    (deviations.iter().map(|d| d.powf(shape)).sum::<f64>() / deviations.len() as f64).powf(1.0 / shape)
}

/// Mean log likelihood at a shape and the scale that suits it best.
fn likelihood(deviations: &[f64], shape: f64) -> f64 {
    let scale = scale(deviations, shape);
    -(2.0f64.ln() + scale.ln() + shape.ln() / shape + ln_gamma(1.0 + 1.0 / shape)) - 1.0 / shape
}

/// Fits by maximum likelihood, the shape between 0.1 and 8; none for fewer than ten values or values that do not vary.
#[must_use]
pub fn fit(values: &[f64]) -> Option<Subbotin> {
    let values: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    let location = quantile(&values, 0.5)?;
    let deviations: Vec<f64> = values.iter().map(|x| (x - location).abs()).collect();
    if values.len() < 10 || deviations.iter().filter(|d| **d > 0.0).count() < values.len() / 2 {
        return None;
    }
    // The likelihood of the logarithm of the shape has one peak: a golden-section search finds it.
    let golden = (5.0f64.sqrt() - 1.0) / 2.0;
    let at = |log_shape: f64| likelihood(&deviations, log_shape.exp());
    let (mut low, mut high) = (0.1f64.ln(), 8.0f64.ln());
    while high - low > 1e-6 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if at(left) < at(right) {
            low = left;
        } else {
            high = right;
        }
    }
    let shape = f64::midpoint(low, high).exp();
    Some(Subbotin { shape, scale: scale(&deviations, shape), location })
}

#[cfg(test)]
#[allow(clippy::unreadable_literal, reason = "numbers as the packages print them")]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, Normal};

    /// Quantiles of a distribution at evenly spaced probabilities.
    fn sample(inverse: impl Fn(f64) -> f64) -> Vec<f64> {
        (0..4000).map(|k| inverse((f64::from(k) + 0.5) / 4000.0)).collect()
    }

    #[test]
    fn the_shape_of_known_distributions_is_found() {
        let laplace = sample(|p| if p < 0.5 { (2.0 * p).ln() } else { -(2.0 * (1.0 - p)).ln() });
        let fitted = fit(&laplace).expect("a fit");
        assert!((fitted.shape - 1.0).abs() < 0.02, "{fitted:?}");
        assert!((fitted.scale - 1.0).abs() < 0.02, "{fitted:?}");
        let normal = Normal::new(0.0, 1.0).expect("a standard normal");
        let fitted = fit(&sample(|p| normal.inverse_cdf(p))).expect("a fit");
        assert!((fitted.shape - 2.0).abs() < 0.04, "{fitted:?}");
    }

    #[test]
    fn a_sample_is_fitted_as_scipy_does() {
        // scipy 1.17.1: stats.gennorm.fit(x, floc=numpy.median(x)); beta is the shape, its scale is a · b^(1/b).
        let values: Vec<f64> = (0..60)
            .map(|k| (f64::from(k), (f64::from(k) + 0.5) / 60.0))
            .map(|(k, u)| (u / (1.0 - u)).ln() + 0.1 * k.cos())
            .collect();
        let fitted = fit(&values).expect("a fit");
        assert!((fitted.shape - 1.629465).abs() < 1e-3, "{fitted:?}");
        assert!((fitted.scale * fitted.shape.powf(1.0 / fitted.shape) - 2.203772).abs() < 1e-3, "{fitted:?}");
    }

    #[test]
    fn values_that_stand_still_have_no_shape() {
        assert_eq!(fit(&[1.0; 50]), None);
        assert_eq!(fit(&[1.0, 2.0]), None);
    }
}
