//! Numbers about several runs: means, quantiles, bootstrap intervals. The one place where they are computed.

use crate::engine::random::{Stream, StreamKey};

/// Shares of the quantiles of a band: edges of 90 %, edges of 50 %, median.
pub const SHARES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// Names of these quantiles as columns.
pub const NAMES: [&str; 5] = ["p05", "p25", "median", "p75", "p95"];
/// Resamples of a bootstrap interval.
pub const REPLICATIONS: u32 = 2000;
/// Edges of an interval of 95 %.
const INTERVAL: (f64, f64) = (0.025, 0.975);
/// Seed of the bootstrap's draws: the same data give the same interval.
const SEED: u64 = 2023;

/// What is told about the values that several runs have for one thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Runs that have a value.
    pub n: usize,
    /// Arithmetic mean; `NaN` if there is no value, as are the quantiles.
    pub mean: f64,
    /// Quantiles of [`SHARES`].
    pub quantiles: [f64; 5],
}

impl Summary {
    /// The summary of the finite values.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = finite(values);
        let mean = mean(&sorted);
        sorted.sort_by(f64::total_cmp);
        Self { n: sorted.len(), mean, quantiles: SHARES.map(|share| quantile(&sorted, share)) }
    }
}

/// The values that are numbers, in their order.
#[must_use]
pub fn finite(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|value| value.is_finite()).collect()
}

/// Arithmetic mean, added in the order given; `NaN` of nothing.
#[must_use]
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Quantile of sorted values, linear between them (definition 7 of Hyndman & Fan 1996, the default of R and numpy);
/// `NaN` of nothing.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the count of runs")]
    let below = (place.floor() as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
}

/// Interval of 95 % of the mean by the percentile bootstrap (Efron & Tibshirani 1993, chapter 13): quantiles of the means
/// of [`REPLICATIONS`] resamples with replacement. Of paired differences it is the paired bootstrap. `NaN` of fewer than
/// two values.
///
/// Draws are counter-based, keyed by replication alone: all columns of a comparison are resampled by the same seeds, and
/// the same values give the same interval on every machine.
#[must_use]
pub fn bootstrap_interval(values: &[f64]) -> (f64, f64) {
    if values.len() < 2 {
        return (f64::NAN, f64::NAN);
    }
    let key = StreamKey::new(SEED, 0, Stream::Bootstrap);
    let resampled = |replication: u32| {
        let mut draws = key.agent(u64::from(replication));
        (0..values.len()).map(|_| values[draws.below(values.len())]).sum::<f64>() / values.len() as f64
    };
    let mut means: Vec<f64> = (0..REPLICATIONS).map(resampled).collect();
    means.sort_by(f64::total_cmp);
    (quantile(&means, INTERVAL.0), quantile(&means, INTERVAL.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn quantiles_and_means_are_those_of_numpy() {
        // numpy 2.3.4: np.quantile(x, [.05, .25, .5, .75, .95]) and np.mean(x)
        let summary = Summary::of(&[3.1, -0.4, 2.25, 7.0, 1.5, f64::NAN, 0.0, 4.75]);
        assert_eq!(summary.n, 7);
        assert!(near(summary.mean, 2.6));
        for (found, numpy) in summary.quantiles.into_iter().zip([-0.28, 0.75, 2.25, 3.925, 6.325]) {
            assert!(near(found, numpy), "{found} {numpy}");
        }
        for (found, numpy) in Summary::of(&[10.0, 20.0]).quantiles.into_iter().zip([10.5, 12.5, 15.0, 17.5, 19.5]) {
            assert!(near(found, numpy), "{found} {numpy}");
        }
        assert_eq!(Summary::of(&[4.0]).quantiles, [4.0; 5]);
        assert!(Summary::of(&[]).mean.is_nan() && Summary::of(&[f64::NAN]).quantiles[2].is_nan());
    }

    #[test]
    fn an_interval_holds_the_mean_shrinks_with_the_runs_and_repeats_itself() {
        let key = StreamKey::new(1, 1, Stream::Housing);
        let draws = |n: u64| (0..n).map(|i| key.agent(i).normal()).collect::<Vec<f64>>();
        let width = |values: &[f64]| {
            let (low, high) = bootstrap_interval(values);
            assert!(low < mean(values) && mean(values) < high);
            assert_eq!((low, high), bootstrap_interval(values));
            high - low
        };
        // Standard normal: 2 · 1.96 / sqrt(n), within the error of the sample's own variance.
        assert!((width(&draws(400)) / (3.92 / 20.0) - 1.0).abs() < 0.12, "{}", width(&draws(400)));
        assert!(width(&draws(100)) > width(&draws(400)));
        assert_eq!(bootstrap_interval(&[0.0; 5]), (0.0, 0.0));
        assert!(bootstrap_interval(&[1.0]).0.is_nan());
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_they_say() {
        // Coverage of a nominal 95 % with 30 runs: percentile intervals fall short by a little (Efron & Tibshirani).
        let key = StreamKey::new(5, 2, Stream::Housing);
        let covered = (0..200).filter(|sample| {
            let values: Vec<f64> = (0..30).map(|i| key.agent(sample * 30 + i).normal()).collect();
            let (low, high) = bootstrap_interval(&values);
            low <= 0.0 && 0.0 <= high
        });
        let share = covered.count() as f64 / 200.0;
        assert!((0.88..=0.98).contains(&share), "{share}");
    }
}
