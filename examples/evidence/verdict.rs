//! Paired differences, their interval and the verdict that follows from it.

use super::file::Direction;
use xinzhi::experiments::summary::{bootstrap_interval, mean};

/// A mean with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Mean over seeds.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Estimate {
    /// Of values of seeds; for paired differences it is the paired bootstrap.
    pub fn of(values: &[f64]) -> Self {
        let (low, high) = bootstrap_interval(values);
        Self { mean: mean(values), low, high }
    }
}

/// What the numbers say of the literature's expectation.
pub fn of_comparison(difference: Estimate, expected: Direction) -> &'static str {
    let above = difference.low > 0.0;
    let below = difference.high < 0.0;
    match (expected, above, below) {
        _ if difference.low == 0.0 && difference.high == 0.0 => "no effect",
        (Direction::Higher, true, _) | (Direction::Lower, _, true) => "as expected",
        (Direction::Higher, _, true) | (Direction::Lower, true, _) => "contrary",
        (Direction::Open, true, _) => "higher",
        (Direction::Open, _, true) => "lower",
        _ => "not decided",
    }
}

/// Whether a measure lies in a published band.
pub fn of_fact(measured: Estimate, band: [f64; 2]) -> &'static str {
    if measured.low >= band[0] && measured.high <= band[1] {
        "inside"
    } else if measured.high < band[0] || measured.low > band[1] {
        "outside"
    } else {
        "not decided"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_follow_from_intervals() {
        let of = |low, high| Estimate { mean: f64::midpoint(low, high), low, high };
        assert_eq!(of_comparison(of(0.1, 0.2), Direction::Higher), "as expected");
        assert_eq!(of_comparison(of(0.1, 0.2), Direction::Lower), "contrary");
        assert_eq!(of_comparison(of(-0.1, 0.2), Direction::Lower), "not decided");
        assert_eq!(of_comparison(of(-0.2, -0.1), Direction::Open), "lower");
        assert_eq!(of_comparison(of(0.0, 0.0), Direction::Lower), "no effect");
        assert_eq!(of_fact(of(0.1, 0.2), [0.0, 1.0]), "inside");
        assert_eq!(of_fact(of(0.1, 0.2), [0.15, 1.0]), "not decided");
        assert_eq!(of_fact(of(0.1, 0.2), [0.3, 1.0]), "outside");
    }
}
