//! Moments and quantiles.

use crate::experiments::summary;

/// Arithmetic mean; none of no values.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Standard deviation with n − 1 in the denominator; none of fewer than two values.
#[must_use]
pub fn deviation(values: &[f64]) -> Option<f64> {
    central(values, 2).filter(|_| values.len() > 1).map(|m| {
        let n = values.len() as f64;
        (m * n / (n - 1.0)).sqrt()
    })
}

/// Central moment of an order, denominator n.
fn central(values: &[f64], order: i32) -> Option<f64> {
    let mean = mean(values)?;
    Some(values.iter().map(|x| (x - mean).powi(order)).sum::<f64>() / values.len() as f64)
}

/// Skewness g1 = m3 / m2^(3/2), without correction for small samples, as `scipy.stats.skew`.
#[must_use]
pub fn skewness(values: &[f64]) -> Option<f64> {
    let (m2, m3) = (central(values, 2)?, central(values, 3)?);
    (values.len() > 2 && m2 > 0.0).then(|| m3 / m2.powf(1.5))
}

/// Excess kurtosis g2 = m4 / m2² − 3, without correction for small samples, as `scipy.stats.kurtosis`.
#[must_use]
pub fn excess_kurtosis(values: &[f64]) -> Option<f64> {
    let (m2, m4) = (central(values, 2)?, central(values, 4)?);
    (values.len() > 3 && m2 > 0.0).then(|| m4 / (m2 * m2) - 3.0)
}

/// Quantile of type 7 (Hyndman & Fan 1996), the default of R and numpy; `probability` between 0 and 1. Missing values are
/// left out.
#[must_use]
pub fn quantile(values: &[f64], probability: f64) -> Option<f64> {
    let mut sorted = summary::finite(values);
    sorted.sort_unstable_by(f64::total_cmp);
    Some(summary::quantile(&sorted, probability)).filter(|quantile| quantile.is_finite())
}

/// Changes between neighbours.
#[must_use]
pub fn differences(values: &[f64]) -> Vec<f64> {
    values.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// Natural logarithms; what is not positive becomes a missing value.
#[must_use]
pub fn logarithms(values: &[f64]) -> Vec<f64> {
    values.iter().map(|x| if *x > 0.0 { x.ln() } else { f64::NAN }).collect()
}

#[cfg(test)]
#[allow(clippy::unreadable_literal, reason = "numbers as the packages print them")]
mod tests {
    use super::*;

    /// Made with numpy 2.4.6 and scipy 1.17.1 (`numpy.quantile`, `scipy.stats.skew`, `scipy.stats.kurtosis`).
    const SAMPLE: [f64; 8] = [0.3, -1.2, 2.5, 0.7, 0.1, -0.4, 4.0, 0.0];

    fn close(a: Option<f64>, b: f64) {
        let a = a.expect("a number");
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn moments_agree_with_scipy() {
        close(mean(&SAMPLE), 0.75);
        close(deviation(&SAMPLE), SAMPLE_DEVIATION);
        close(skewness(&SAMPLE), SAMPLE_SKEWNESS);
        close(excess_kurtosis(&SAMPLE), SAMPLE_KURTOSIS);
        close(quantile(&SAMPLE, 0.3), SAMPLE_QUANTILE);
        close(quantile(&SAMPLE, 1.0), 4.0);
    }

    #[test]
    fn too_few_values_give_nothing() {
        assert_eq!(mean(&[]), None);
        assert_eq!(deviation(&[1.0]), None);
        assert_eq!(quantile(&[f64::NAN], 0.5), None);
        assert_eq!(skewness(&[1.0, 1.0, 1.0]), None);
    }

    const SAMPLE_DEVIATION: f64 = 1.6877711422380193;
    const SAMPLE_SKEWNESS: f64 = 0.9518248760179636;
    const SAMPLE_KURTOSIS: f64 = -0.22961763927690715;
    const SAMPLE_QUANTILE: f64 = 0.010000000000000009;
}
