//! Which task classes the young of a region go into.
//!
//! ```text
//! q_rk ∝ share_rk · exp(−η · (u_rk − u_r)),   u_r = Σ share_rk · u_rk
//! ```
//!
//! share the region's structure (its workers at the opening); u the class's unemployment; η response. The form is a discrete
//! choice (multinomial logit).

use super::payroll::place;
use crate::agents::TASKS;
use bevy_ecs::prelude::Resource;

/// Task shares of those who start, by region.
#[derive(Clone, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct TaskDistribution {
    /// Shares by region (each sums to one).
    pub shares: Vec<[f64; TASKS]>,
}

impl TaskDistribution {
    /// Shares of the workers counted in `heads[region * TASKS + task]`: entrants then reproduce the opening structure.
    /// A region that counts nobody gets the mean.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "head counts")]
    pub fn from_heads(heads: &[u64]) -> Self {
        let total = normalised(core::array::from_fn(|k| heads.iter().skip(k).step_by(TASKS).map(|n| *n as f64).sum()));
        let region = |counts: &[u64]| {
            if counts.iter().all(|n| *n == 0) { total } else { normalised(core::array::from_fn(|k| counts[k] as f64)) }
        };
        Self { shares: heads.chunks(TASKS).map(region).collect() }
    }

    /// Mean over classes of a figure by region and class.
    #[must_use]
    pub fn mean(&self, region: usize, by_market: &[f64]) -> f64 {
        (0..TASKS).map(|k| self.shares[region][k] * by_market[region * TASKS + k]).sum()
    }

    /// Cumulative choice of a region's young at given unemployment by region and class.
    #[must_use]
    pub fn choice(&self, region: usize, unemployment: &[f64], response: f64) -> [f64; TASKS] {
        let mean = self.mean(region, unemployment);
        let weights = normalised(core::array::from_fn(|k| {
            let gap = unemployment[place(region, 0) + k] - mean;
            self.shares[region][k] * libm::exp(-response * gap)
        }));
        let mut sum = 0.0;
        weights.map(|w| {
            sum += w;
            sum
        })
    }
}

/// The class that a uniform draw falls on.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "four classes")]
pub fn drawn_class(cumulative: &[f64; TASKS], uniform: f64) -> u8 {
    cumulative.iter().position(|c| uniform < *c).unwrap_or(TASKS - 1) as u8
}

fn normalised(weights: [f64; TASKS]) -> [f64; TASKS] {
    let sum: f64 = weights.iter().sum();
    weights.map(|w| if sum > 0.0 { w / sum } else { 0.25 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_give_back_their_own_shares() {
        let d = TaskDistribution::from_heads(&[1, 1, 2, 0, 0, 0, 0, 0]);
        assert_eq!(d.shares[0], [0.25, 0.25, 0.5, 0.0]);
        assert_eq!(d.shares[1], [0.25, 0.25, 0.5, 0.0]);
    }

    #[test]
    fn the_young_avoid_a_class_without_jobs() {
        let d = TaskDistribution { shares: vec![[0.25; 4]] };
        let even = d.choice(0, &[0.05; 4], 5.0);
        assert!((even[0] - 0.25).abs() < 1e-12 && (even[3] - 1.0).abs() < 1e-12);
        let uneven = d.choice(0, &[0.05, 0.05, 0.25, 0.05], 5.0);
        // Relative weight exp(-5 · 0.2) = 0.368 of the class against the others.
        assert!(((uneven[2] - uneven[1]) / uneven[0] - 0.3679).abs() < 1e-3);
        assert_eq!(drawn_class(&even, 0.3), 1);
    }
}
