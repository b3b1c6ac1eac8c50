//! Designs: which points of a parameter space are run.
//!
//! A design is a list of points in the unit cube, a number from 0 to 1 a parameter, or a list of levels; what the
//! numbers mean is the parameters' affair ([`Domain::at`]). The same design and seed give the same points on every
//! machine, and more points of a Sobol' design begin with those that there were.

mod directions;
pub mod latin_hypercube;
pub mod levels;
pub mod morris;
pub mod saltelli;
pub mod sobol;
mod uniform;

pub(crate) use uniform::Uniform;

use crate::engine::parameters::Value;
use serde::{Deserialize, Serialize};

/// How points are chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Design {
    /// Every combination of the parameters' levels, the last parameter fastest.
    Grid,
    /// First levels together, second levels together, …
    Zip,
    /// Points that were written down one by one.
    List,
    /// Points of a table made elsewhere.
    File,
    /// One point in each of `points` strata of every parameter (`McKay`, Beckman & Conover 1979).
    LatinHypercube {
        /// Points.
        points: u64,
        /// Seed.
        seed: u64,
    },
    /// Sobol' sequence with the direction numbers of Joe & Kuo (2008), shifted digitally.
    Sobol {
        /// Points; a power of two is balanced best.
        points: u64,
        /// Seed of the shift.
        seed: u64,
    },
    /// Trajectories in which one parameter moves at a time (Morris 1991).
    Morris {
        /// Trajectories of one point more than there are parameters.
        trajectories: u64,
        /// Levels of the grid that trajectories walk on; even.
        levels: u64,
        /// Seed.
        seed: u64,
    },
    /// Two Sobol' samples and their crossings, for first and total order indices (Saltelli et al. 2010).
    Saltelli {
        /// Points of the base sample; a power of two.
        samples: u64,
        /// Whether crossings for indices of second order are added.
        second_order: bool,
        /// Seed of the shift.
        seed: u64,
    },
}

/// What values a parameter takes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Domain {
    /// These.
    Levels(Vec<Value>),
    /// Any in an interval.
    Interval {
        /// Lower end.
        from: f64,
        /// Upper end.
        to: f64,
        /// Whether steps are equal in logarithms.
        log: bool,
        /// Whether only whole numbers are meant.
        whole: bool,
    },
}

impl Domain {
    /// The value at a place from 0 to 1; levels and whole numbers have equal shares of it.
    #[must_use]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "shares are not negative and whole numbers of configurations far below 2^53"
    )]
    pub fn at(&self, share: f64) -> Value {
        match self {
            Self::Levels(levels) => {
                let place = (share * levels.len() as f64) as usize;
                levels[place.min(levels.len() - 1)].clone()
            }
            Self::Interval { from, to, whole: true, .. } => {
                Value::Integer((from + (share * (to - from + 1.0)).floor()).min(*to) as i64)
            }
            Self::Interval { from, to, log, .. } => Value::Real(between(*from, *to, share, *log)),
        }
    }
}

/// What lies at a share of the way from one end of an interval to the other. Both ends are met exactly.
#[must_use]
pub fn between(from: f64, to: f64, share: f64, log: bool) -> f64 {
    if share <= 0.0 {
        from
    } else if share >= 1.0 {
        to
    } else if log {
        libm::exp(libm::log(from) + share * (libm::log(to) - libm::log(from)))
    } else {
        from + share * (to - from)
    }
}

impl Design {
    /// The points of the designs that are drawn, in the unit cube; none for those made of levels.
    ///
    /// # Errors
    /// If there are more parameters than the sequence has dimensions; the text says so.
    pub fn sample(&self, parameters: usize) -> Result<Option<Vec<Vec<f64>>>, String> {
        match self {
            Self::Grid | Self::Zip | Self::List | Self::File => Ok(None),
            Self::LatinHypercube { points, seed } => Ok(Some(latin_hypercube::sample(*points, parameters, *seed))),
            Self::Sobol { points, seed } => sobol::sample(*points, parameters, *seed).map(Some),
            Self::Morris { trajectories, levels, seed } => {
                Ok(Some(morris::sample(*trajectories, parameters, *levels, *seed)))
            }
            Self::Saltelli { samples, second_order, seed } => {
                saltelli::sample(*samples, parameters, *second_order, *seed).map(Some)
            }
        }
    }

    /// How many points the designs that are drawn have.
    #[must_use]
    pub fn size(&self, parameters: u64) -> Option<u64> {
        match self {
            Self::Grid | Self::Zip | Self::List | Self::File => None,
            Self::LatinHypercube { points, .. } | Self::Sobol { points, .. } => Some(*points),
            Self::Morris { trajectories, .. } => trajectories.checked_mul(parameters + 1),
            Self::Saltelli { samples, second_order, .. } => {
                samples.checked_mul(parameters * if *second_order { 2 } else { 1 } + 2)
            }
        }
    }

    /// Whether the points stand in an order whose beginnings are balanced, or in blocks that belong together: then
    /// runs keep it.
    #[must_use]
    pub const fn keeps_its_order(&self) -> bool {
        matches!(self, Self::LatinHypercube { .. } | Self::Sobol { .. } | Self::Morris { .. } | Self::Saltelli { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_become_values() {
        let levels = Domain::Levels(vec![Value::Switch(false), Value::Switch(true)]);
        assert_eq!([0.0, 0.49, 0.5, 1.0].map(|s| levels.at(s) == Value::Switch(true)), [false, false, true, true]);
        let whole = Domain::Interval { from: 1.0, to: 4.0, log: false, whole: true };
        let at = |s: f64| whole.at(s);
        assert_eq!([0.0, 0.24, 0.25, 0.99, 1.0].map(at), [1, 1, 2, 4, 4].map(Value::Integer));
        assert_eq!(between(1.0, 100.0, 0.5, false), 50.5);
        assert!((between(1.0, 100.0, 0.5, true) - 10.0).abs() < 1e-12);
        assert_eq!([between(0.1, 0.7, 1.0, true), between(0.1, 0.7, 0.0, true)], [0.7, 0.1]);
    }
}
