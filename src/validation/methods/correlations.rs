//! Correlations, with leads and lags.

use super::moments::mean;

/// Pearson correlation; none if one of the two does not vary or fewer than three pairs are there. A pair with a missing
/// value is left out.
#[must_use]
pub fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let pairs: Vec<(f64, f64)> =
        x.iter().copied().zip(y.iter().copied()).filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    if pairs.len() < 3 {
        return None;
    }
    let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let (mx, my) = (mean(&x)?, mean(&y)?);
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(&y) {
        xy += (x - mx) * (y - my);
        xx += (x - mx) * (x - mx);
        yy += (y - my) * (y - my);
    }
    (xx > 0.0 && yy > 0.0).then(|| (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

/// Correlation of `x` at t with `y` at t + `lag`; a negative lag looks back.
#[must_use]
pub fn cross_correlation(x: &[f64], y: &[f64], lag: isize) -> Option<f64> {
    let by = lag.unsigned_abs();
    let n = x.len().min(y.len());
    if by >= n {
        return None;
    }
    if lag >= 0 { correlation(&x[..n - by], &y[by..n]) } else { correlation(&x[by..n], &y[..n - by]) }
}

/// Correlation of a series with itself a quarter later.
#[must_use]
pub fn autocorrelation(x: &[f64], lag: usize) -> Option<f64> {
    if lag >= x.len() { None } else { correlation(&x[..x.len() - lag], &x[lag..]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_correlate_fully_and_a_constant_with_nothing() {
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]), Some(1.0));
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[1.0, 1.0, 1.0]), None);
        // A missing value takes its pair with it.
        assert_eq!(correlation(&[1.0, 2.0, f64::NAN, 3.0], &[2.0, 4.0, 9.0, 6.0]), Some(1.0));
    }

    #[test]
    fn a_series_that_follows_is_found_at_its_lag() {
        let x: Vec<f64> = (0..50).map(|t| (f64::from(t) * 1.7).sin()).collect();
        let y: Vec<f64> = (0..50).map(|t| (f64::from(t - 3) * 1.7).sin()).collect();
        assert!((cross_correlation(&x, &y, 3).expect("long enough") - 1.0).abs() < 1e-12);
        assert!((cross_correlation(&y, &x, -3).expect("long enough") - 1.0).abs() < 1e-12);
        assert!(autocorrelation(&x, 60).is_none());
    }
}
