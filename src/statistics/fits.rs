//! Curves fitted to paths and histograms: logistic and Bass curves of diffusion, and the shape of a Subbotin distribution.
//!
//! ```text
//! logistic  y = m / (1 + e^(−r (t − T))),   Bass  y = m (1 − e^(−(p+q) t)) / (1 + (q/p) e^(−(p+q) t)),
//! Subbotin  f(x) = e^(−|x/a|^b / b) / (2 a b^(1/b) Γ(1 + 1/b)),   R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)²
//! ```
//!
//! The ceiling m follows from the other two by least squares, and these are searched for on a grid that is halved around its
//! best point, so that the same path gives the same bits. Sources: Griliches (1957) and Mansfield (1961) for the logistic curve,
//! Bass (1969) for his; Bottazzi & Secchi (2006) for Subbotin's distribution of growth (b = 2 is Gauss, 1 Laplace), here
//! by maximum likelihood on a histogram.

/// A fitted curve of diffusion.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Fit {
    /// Ceiling m.
    pub ceiling: f64,
    /// Logistic: growth r \[per unit of time\]; Bass: innovation p.
    pub first: f64,
    /// Logistic: time T of the inflection; Bass: imitation q.
    pub second: f64,
    /// Explained part of the variance of the path.
    pub r_squared: f64,
}

impl Default for Fit {
    fn default() -> Self {
        Self { ceiling: f64::NAN, first: f64::NAN, second: f64::NAN, r_squared: f64::NAN }
    }
}

/// Highest ceiling that a fit may have: everybody.
const EVERYBODY: f64 = 1.0;

/// The logistic curve with ceiling one.
#[must_use]
pub fn logistic(t: f64, speed: f64, middle: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-speed * (t - middle)))
}

/// The curve of Bass (1969) with ceiling one.
#[must_use]
pub fn bass(t: f64, innovation: f64, imitation: f64) -> f64 {
    let fall = libm::exp(-(innovation + imitation) * t);
    (1.0 - fall) / (1.0 + imitation / innovation * fall)
}

/// Share of the ceiling at which Bass's curve is steepest; zero if it is steepest at the start.
#[must_use]
pub fn bass_inflection(innovation: f64, imitation: f64) -> f64 {
    if imitation > innovation { (imitation - innovation) / (2.0 * imitation) } else { 0.0 }
}

/// Best ceiling of a curve and what it leaves unexplained.
fn with_ceiling(times: &[f64], values: &[f64], curve: &impl Fn(f64) -> f64) -> (f64, f64) {
    let (mut cross, mut square, mut own) = (0.0, 0.0, 0.0);
    for (t, y) in times.iter().zip(values) {
        let f = curve(*t);
        cross += f * y;
        square += f * f;
        own += y * y;
    }
    let ceiling = if square > 0.0 { (cross / square).clamp(0.0, EVERYBODY) } else { 0.0 };
    (ceiling, own - 2.0 * ceiling * cross + ceiling * ceiling * square)
}

/// The two parameters at which a curve leaves least unexplained, by grids that shrink around the best point.
fn search(
    times: &[f64],
    values: &[f64],
    (mut low, mut high): ([f64; 2], [f64; 2]),
    curve: impl Fn(f64, [f64; 2]) -> f64,
) -> Fit {
    const SIDE: u32 = 6;
    const ROUNDS: u32 = 14;
    let bounds = (low, high);
    let mut best = (f64::INFINITY, [f64::NAN; 2], 0.0);
    for _ in 0..ROUNDS {
        let at = |i: usize, n: u32| low[i] + (high[i] - low[i]) * f64::from(n) / f64::from(SIDE);
        for place in (0..=SIDE).flat_map(|a| (0..=SIDE).map(move |b| [at(0, a), at(1, b)])) {
            let (ceiling, rest) = with_ceiling(times, values, &|t| curve(t, place));
            if rest < best.0 {
                best = (rest, place, ceiling);
            }
        }
        if !best.0.is_finite() {
            return Fit::default();
        }
        for i in 0..2 {
            let half = (high[i] - low[i]) / 4.0;
            (low[i], high[i]) = ((best.1[i] - half).max(bounds.0[i]), (best.1[i] + half).min(bounds.1[i]));
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "a mean")]
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variation: f64 = values.iter().map(|y| (y - mean) * (y - mean)).sum();
    let r_squared = if variation > 0.0 { 1.0 - best.0.max(0.0) / variation } else { f64::NAN };
    Fit { ceiling: best.2, first: best.1[0], second: best.1[1], r_squared }
}

/// Fewest points that are fitted.
const FEWEST: usize = 8;

/// Logistic curve through a path; speeds are searched between a hundredth and ten per unit of time, inflections from one
/// length of the path before it to one after.
#[must_use]
pub fn fit_logistic(times: &[f64], values: &[f64]) -> Fit {
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return Fit::default() };
    if times.len() < FEWEST {
        return Fit::default();
    }
    let length = last - first;
    let bounds = ([libm::log(0.01), first - length], [libm::log(10.0), last + length]);
    let fit = search(times, values, bounds, |t, [speed, middle]| logistic(t, libm::exp(speed), middle));
    Fit { first: libm::exp(fit.first), ..fit }
}

/// Bass's curve through a path that starts at time zero with nothing; p and q are searched between 10⁻⁵ and one, 10⁻³ and five
/// per unit of time.
#[must_use]
pub fn fit_bass(times: &[f64], values: &[f64]) -> Fit {
    if times.len() < FEWEST {
        return Fit::default();
    }
    let bounds = ([libm::log(1e-5), libm::log(1e-3)], [0.0, libm::log(5.0)]);
    let fit = search(times, values, bounds, |t, [p, q]| bass(t, libm::exp(p), libm::exp(q)));
    Fit { first: libm::exp(fit.first), second: libm::exp(fit.second), ..fit }
}

/// Shape b of a Subbotin distribution around zero, from counts of absolute values in bins of one width (the first begins at
/// zero); `NaN` if there are fewer than a hundred values.
///
/// Maximum likelihood with the scale a^b = mean |x|^b leaves −ln L / n = ln(2 b^(1/b) Γ(1 + 1/b)) + ln(a) + 1/b, which is
/// searched by golden section between 0.2 and 4.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "counts")]
pub fn subbotin_shape(counts: &[u64], width: f64) -> f64 {
    let total: u64 = counts.iter().sum();
    if total < 100 {
        return f64::NAN;
    }
    let logs: Vec<(f64, f64)> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(i, count)| (libm::log((i as f64 + 0.5) * width), *count as f64 / total as f64))
        .collect();
    let misfit = |b: f64| {
        let power: f64 = logs.iter().map(|(log, share)| share * libm::exp(b * log)).sum();
        libm::log(2.0) + libm::log(b) / b + libm::lgamma(1.0 + 1.0 / b) + libm::log(power) / b + 1.0 / b
    };
    let golden = 0.5 * (libm::sqrt(5.0) - 1.0);
    let (mut low, mut high) = (0.2, 4.0);
    for _ in 0..24 {
        let (a, b) = (high - golden * (high - low), low + golden * (high - low));
        if misfit(a) < misfit(b) { high = b } else { low = a }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times() -> Vec<f64> {
        (0..40).map(f64::from).collect()
    }

    #[test]
    fn a_logistic_path_gives_back_its_parameters() {
        let path: Vec<f64> = times().iter().map(|t| 0.72 * logistic(*t, 0.31, 17.5)).collect();
        let fit = fit_logistic(&times(), &path);
        assert!((fit.ceiling - 0.72).abs() < 1e-3 && (fit.first - 0.31).abs() < 1e-3, "{fit:?}");
        assert!((fit.second - 17.5).abs() < 1e-2 && fit.r_squared > 0.999_999, "{fit:?}");
    }

    #[test]
    fn a_bass_path_gives_back_its_parameters_and_its_inflection() {
        let path: Vec<f64> = times().iter().map(|t| 0.6 * bass(*t, 0.012, 0.27)).collect();
        let fit = fit_bass(&times(), &path);
        assert!((fit.ceiling - 0.6).abs() < 2e-3 && (fit.first - 0.012).abs() < 2e-4, "{fit:?}");
        assert!((fit.second - 0.27).abs() < 3e-3 && fit.r_squared > 0.999_99, "{fit:?}");
        assert!((bass_inflection(0.012, 0.27) - 0.478).abs() < 1e-3);
        assert!(bass_inflection(0.3, 0.2) == 0.0);
    }

    #[test]
    fn a_path_that_no_curve_explains_has_a_low_r_squared_and_a_short_one_none() {
        let saw: Vec<f64> = (0..40).map(|i| if i % 2 == 0 { 0.2 } else { 0.6 }).collect();
        assert!(fit_logistic(&times(), &saw).r_squared < 0.05);
        assert!(fit_bass(&times()[..5], &saw[..5]).r_squared.is_nan());
    }

    /// Counts of a density in bins of a fiftieth.
    fn histogram(density: impl Fn(f64) -> f64) -> Vec<u64> {
        (0..400).map(|i| (1e6 * density((f64::from(i) + 0.5) * 0.02)).round() as u64).collect()
    }

    #[test]
    fn laplace_has_shape_one_and_gauss_two() {
        let laplace = subbotin_shape(&histogram(|x| (-x / 0.3).exp()), 0.02);
        let gauss = subbotin_shape(&histogram(|x| (-x * x / 0.18).exp()), 0.02);
        assert!((laplace - 1.0).abs() < 0.02, "{laplace}");
        assert!((gauss - 2.0).abs() < 0.03, "{gauss}");
        assert!(subbotin_shape(&[10; 9], 0.02).is_nan());
    }
}
