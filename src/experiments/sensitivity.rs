//! Which parameters matter: variance-based indices of a Saltelli sample, elementary effects of Morris trajectories.
//!
//! First order (the share of an outcome's variance that a parameter explains alone) by Saltelli et al. (2010), equation
//! (b) of their table 2; total order (with all its interactions) by Jansen (1999), equation (f) there. Elementary effects
//! by Morris (1991), with the mean of absolute values of Campolongo, Cariboni & Saltelli (2007). Intervals are 95 %
//! percentile intervals of a bootstrap over blocks.

use super::designs::Uniform;

/// Resamples of a bootstrap.
const RESAMPLES: usize = 1000;

/// An estimate with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Indices of one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VarianceIndices {
    /// First order.
    pub first: Estimate,
    /// Total order.
    pub total: Estimate,
}

/// Effects of one parameter, each in units of the outcome for the parameter's whole range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ElementaryEffects {
    /// Mean of absolute effects: how much it matters.
    pub absolute: Estimate,
    /// Mean effect: in which direction.
    pub mean: f64,
    /// Standard deviation of the effects: how much that depends on the others.
    pub deviation: f64,
}

/// The estimate of all blocks, with the interval of resamples of them.
fn bootstrap(blocks: usize, estimate: impl Fn(&[usize]) -> f64) -> Estimate {
    let all: Vec<usize> = (0..blocks).collect();
    let value = estimate(&all);
    let mut draws = Uniform::new("bootstrap", blocks as u64);
    let mut resampled = Vec::new();
    for _ in 0..RESAMPLES {
        let sample: Vec<usize> = all.iter().map(|_| all[place(&mut draws, blocks)]).collect();
        resampled.push(estimate(&sample));
    }
    resampled.sort_by(f64::total_cmp);
    let at = |share: usize| resampled[(RESAMPLES - 1) * share / 1000];
    Estimate { value, low: at(25), high: at(975) }
}

#[allow(clippy::cast_possible_truncation, reason = "below a number of blocks")]
fn place(draws: &mut Uniform, blocks: usize) -> usize {
    draws.below(blocks as u64) as usize
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    sum / count
}

/// Indices of every parameter from the outcomes of a Saltelli design, point by point; blocks with a missing outcome are left
/// out. Nothing if fewer than two are whole.
#[must_use]
pub fn variance_indices(outcomes: &[f64], parameters: usize, second_order: bool) -> Option<Vec<VarianceIndices>> {
    let length = parameters * if second_order { 2 } else { 1 } + 2;
    let blocks: Vec<&[f64]> =
        outcomes.chunks_exact(length).filter(|block| block.iter().all(|x| x.is_finite())).collect();
    if blocks.len() < 2 {
        return None;
    }
    // Taking the mean off changes no index and saves digits.
    let centre = mean(blocks.iter().flat_map(|block| [block[0], block[length - 1]]));
    let ends = |block: &[f64]| (block[0] - centre, block[length - 1] - centre);
    let variance = |sample: &[usize]| {
        let values = || sample.iter().flat_map(|at| <[f64; 2]>::from(ends(blocks[*at])));
        let middle = mean(values());
        mean(values().map(|x| (x - middle) * (x - middle)))
    };
    let indices = (0..parameters).map(|parameter| {
        let crossed = |at: usize| blocks[at][1 + parameter] - centre;
        let first = bootstrap(blocks.len(), |sample| {
            let product = |at: &usize| ends(blocks[*at]).1 * (crossed(*at) - ends(blocks[*at]).0);
            mean(sample.iter().map(product)) / variance(sample)
        });
        let total = bootstrap(blocks.len(), |sample| {
            let square = |at: &usize| (ends(blocks[*at]).0 - crossed(*at)).powi(2);
            mean(sample.iter().map(square)) / (2.0 * variance(sample))
        });
        VarianceIndices { first, total }
    });
    Some(indices.collect())
}

/// Effects of every parameter from the points of trajectories (shares of the parameters' ranges) and their outcomes; steps
/// with a missing outcome are left out.
#[must_use]
pub fn elementary_effects(points: &[Vec<f64>], outcomes: &[f64]) -> Vec<ElementaryEffects> {
    let parameters = points.first().map_or(0, Vec::len);
    let mut effects: Vec<Vec<f64>> = vec![Vec::new(); parameters];
    for (places, values) in points.chunks_exact(parameters + 1).zip(outcomes.chunks_exact(parameters + 1)) {
        for (pair, value) in places.windows(2).zip(values.windows(2)) {
            let moved = (0..parameters).find(|at| (pair[1][*at] - pair[0][*at]).abs() > 1e-9);
            let change = value[1] - value[0];
            if let Some(moved) = moved.filter(|_| change.is_finite()) {
                effects[moved].push(change / (pair[1][moved] - pair[0][moved]));
            }
        }
    }
    effects.iter().map(|effects| summary(effects)).collect()
}

fn summary(effects: &[f64]) -> ElementaryEffects {
    let middle = mean(effects.iter().copied());
    let squares: f64 = effects.iter().map(|x| (x - middle) * (x - middle)).sum();
    let absolute = if effects.is_empty() {
        Estimate { value: f64::NAN, low: f64::NAN, high: f64::NAN }
    } else {
        bootstrap(effects.len(), |sample| mean(sample.iter().map(|at| effects[*at].abs())))
    };
    ElementaryEffects { absolute, mean: middle, deviation: (squares / (effects.len() as f64 - 1.0)).sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::designs::{morris, saltelli};

    /// Ishigami & Homma (1990) with a = 7, b = 0.1; its indices are known in closed form.
    fn ishigami(share: &[f64]) -> f64 {
        let x = |at: usize| core::f64::consts::PI * (2.0 * share[at] - 1.0);
        x(0).sin() + 7.0 * x(1).sin().powi(2) + 0.1 * x(2).powi(4) * x(0).sin()
    }

    #[test]
    fn indices_of_ishigami_are_those_in_closed_form() {
        let points = saltelli::sample(2048, 3, false, 5).unwrap();
        let outcomes: Vec<f64> = points.iter().map(|point| ishigami(point)).collect();
        let indices = variance_indices(&outcomes, 3, false).unwrap();
        for (found, (first, total)) in indices.iter().zip([(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)]) {
            assert!((found.first.value - first).abs() < 0.02, "{found:?}, first {first}");
            assert!((found.total.value - total).abs() < 0.02, "{found:?}, total {total}");
            assert!(found.total.low < total && total < found.total.high, "{found:?}, total {total}");
        }
        assert_eq!(variance_indices(&[1.0, f64::NAN], 0, false), None);
    }

    #[test]
    fn effects_of_a_plane_are_its_slopes_and_a_product_interacts() {
        let points = morris::sample(30, 3, 4, 2);
        let outcomes: Vec<f64> = points.iter().map(|p| 2.0 * p[0] - 5.0 * p[1] + 3.0 * p[1] * p[2]).collect();
        let effects = elementary_effects(&points, &outcomes);
        assert!((effects[0].mean - 2.0).abs() < 1e-9 && effects[0].deviation < 1e-9);
        assert!(effects[1].absolute.value > effects[0].absolute.value && effects[1].mean < 0.0);
        assert!(effects[1].deviation > 0.5 && effects[2].deviation > 0.5);
    }
}
