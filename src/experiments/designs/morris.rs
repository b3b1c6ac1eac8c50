//! Trajectories of Morris (1991, Technometrics 33): from a random point of a grid each parameter moves once, in random
//! order, by p / (2 (p − 1)) with p levels; the change of an outcome over that step is an elementary effect.

use super::uniform::Uniform;

/// `trajectories` blocks of `dimensions` + 1 points.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "numbers of parameters")]
pub fn sample(trajectories: u64, dimensions: usize, levels: u64, seed: u64) -> Vec<Vec<f64>> {
    let mut draws = Uniform::new("morris", seed);
    let steps = (levels - 1) as f64;
    let jump = levels / 2;
    let mut points = Vec::new();
    for _ in 0..trajectories {
        // Places on the grid, in whole steps: a lower place from which to go up, or the other end to go down.
        let low: Vec<u64> = (0..dimensions).map(|_| draws.below(levels - jump)).collect();
        let up: Vec<bool> = (0..dimensions).map(|_| draws.below(2) == 1).collect();
        let mut place: Vec<u64> = low.iter().zip(&up).map(|(low, up)| if *up { *low } else { low + jump }).collect();
        let shares = |place: &[u64]| place.iter().map(|at| *at as f64 / steps).collect::<Vec<f64>>();
        points.push(shares(&place));
        for moved in draws.permutation(dimensions as u64) {
            let moved = moved as usize;
            place[moved] = if up[moved] { low[moved] + jump } else { low[moved] };
            points.push(shares(&place));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_parameter_moves_at_a_time_by_two_thirds_of_four_levels() {
        let points = sample(40, 5, 4, 11);
        assert_eq!(points.len(), 40 * 6);
        let (mut up, mut seen) = (0, std::collections::BTreeSet::new());
        for trajectory in points.chunks(6) {
            let mut moved = Vec::new();
            for pair in trajectory.windows(2) {
                let changes: Vec<usize> = (0..5).filter(|d| pair[0][*d] != pair[1][*d]).collect();
                assert_eq!(changes.len(), 1);
                let step = pair[1][changes[0]] - pair[0][changes[0]];
                assert!((step.abs() - 2.0 / 3.0).abs() < 1e-12);
                up += u32::from(step > 0.0);
                moved.push(changes[0]);
            }
            moved.sort_unstable();
            assert_eq!(moved, [0, 1, 2, 3, 4]);
            seen.extend(trajectory.iter().flatten().map(|share| (share * 3.0).round() as u64));
        }
        assert!((60..140).contains(&up), "{up} of 200 steps go up");
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
    }
}
