//! Relative wages of task classes.
//!
//! ```text
//! x_k = ln(θ_k / θ̄),   Δln p_k = ε · (x_k − n_k) − m,   n_k ← n_k + max(a, 1 / (t + 1)) · (x_k − n_k)
//! ```
//!
//! p premium over the reference; θ vacancies over searchers of the class, national; θ̄ their mean; n what the class's relative
//! tightness normally is: first the mean of the t observations so far, then a slow average, so that a lasting shift of
//! relative demand moves the premium by ε / a per log point and then stops. m is such that the mean premium,
//! weighted by classes, stays as it is: premia are relative, and their spread is no raise for all. Source: Katz & Murphy (1992), relative wages follow relative demand and supply with elasticity 1 / 1.4 to 1 / 2
//! (parameters.csv: 1.6); ε / a is set to that. Departures: through tightness, not through a production function.

use crate::agents::TASKS;
use bevy_ecs::prelude::Resource;

/// Wage of each task class over the reference, national.
#[derive(Clone, Copy, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct TaskPremia {
    /// Premium \[1\].
    pub premium: [f64; TASKS],
    /// Normal relative tightness \[log points\].
    pub normal: [f64; TASKS],
    /// Observations behind it \[quarters\].
    pub observations: u32,
}

impl TaskPremia {
    /// Opening premia.
    #[must_use]
    pub const fn new(premium: [f64; TASKS]) -> Self {
        Self { premium, normal: [0.0; TASKS], observations: 0 }
    }

    /// Moves the premia by a quarter: `relative` is relative tightness in logs, `weights` the classes' shares.
    pub fn adjust(&mut self, relative: &[f64; TASKS], weights: &[f64; TASKS], response: f64, habit: f64) {
        let gain = habit.max(1.0 / f64::from(self.observations + 1));
        let gap: [f64; TASKS] = core::array::from_fn(|k| relative[k] - self.normal[k]);
        for (normal, gap) in self.normal.iter_mut().zip(gap) {
            *normal += gain * gap;
        }
        self.observations = self.observations.saturating_add(1);
        let change: [f64; TASKS] = core::array::from_fn(|k| response * (relative[k] - self.normal[k]));
        let before: f64 = (0..TASKS).map(|k| weights[k] * self.premium[k]).sum();
        for (premium, change) in self.premium.iter_mut().zip(change) {
            *premium *= libm::exp(change);
        }
        let after: f64 = (0..TASKS).map(|k| weights[k] * self.premium[k]).sum();
        if after > 0.0 {
            self.premium.iter_mut().for_each(|premium| *premium *= before / after);
        }
    }
}

/// Relative tightness of classes in logs, each kept within a factor of e² of the mean.
///
/// `tightness` and `weights` are by region and class `[region * TASKS + task]`.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "four classes")]
pub fn relative_tightness(tightness: &[f64], weights: &[f64]) -> [f64; TASKS] {
    let of = |k: usize| tightness.iter().zip(weights).skip(k).step_by(TASKS);
    let national: [f64; TASKS] = core::array::from_fn(|k| {
        let weight: f64 = of(k).map(|(_, w)| w).sum();
        if weight > 0.0 { of(k).map(|(t, w)| t * w).sum::<f64>() / weight } else { 0.0 }
    });
    let mean = national.iter().sum::<f64>() / TASKS as f64;
    national.map(|t| if mean > 0.0 { libm::log((t / mean).clamp(libm::exp(-2.0), libm::exp(2.0))) } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lasting_shift_of_demand_moves_the_premium_by_the_long_run_elasticity() {
        let mut premia = TaskPremia::new([1.0; TASKS]);
        let weights = [0.25; TASKS];
        // Any first observation is normal, and after 63 quarters of rest the slow average is at work.
        for _ in 0..63 {
            premia.adjust(&[0.3, 0.0, 0.0, 0.0], &weights, 0.01, 0.016);
        }
        assert_eq!(premia.premium, [1.0; TASKS]);
        for _ in 0..2000 {
            premia.adjust(&[0.7, 0.0, 0.0, 0.0], &weights, 0.01, 0.016);
        }
        // 0.4 · 0.01 · (1 / 0.016 − 1) = 0.246 relative to the other classes; the mean premium stays.
        assert!((libm::log(premia.premium[0] / premia.premium[1]) - 0.246).abs() < 1e-3);
        let mean: f64 = premia.premium.iter().sum::<f64>() / 4.0;
        assert!((mean - 1.0).abs() < 1e-9);
    }

    #[test]
    fn relative_tightness_is_weighted_and_bounded() {
        let x =
            relative_tightness(&[1.0, 1.0, 1.0, 1.0, 3.0, 1.0, 1.0, 1.0], &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
        assert!((x[0] - libm::log(2.0 / 1.25)).abs() < 1e-12);
        assert!((relative_tightness(&[0.0, 1.0, 1.0, 1.0], &[1.0; 4])[0] + 2.0).abs() < 1e-12);
        assert_eq!(relative_tightness(&[0.0; 4], &[1.0; 4]), [0.0; TASKS]);
    }
}
