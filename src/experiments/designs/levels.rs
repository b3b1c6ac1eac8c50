//! Designs made of levels, and the order in which their points are run.

/// Every combination of so many levels a parameter, as places among the levels; the last parameter changes fastest.
#[must_use]
pub fn grid(levels: &[usize]) -> Vec<Vec<usize>> {
    let mut points = vec![Vec::new()];
    for count in levels {
        points = points
            .into_iter()
            .flat_map(|point: Vec<usize>| (0..*count).map(move |level| [point.as_slice(), &[level]].concat()))
            .collect();
    }
    points
}

/// An order of `points` points whose every beginning is spread over all of them: steps of about the golden section of
/// their number, coprime with it, so that the fastest parameter of a grid also goes through all of its levels before
/// any comes again.
#[must_use]
pub fn interleaved(points: usize) -> Vec<usize> {
    if points < 3 {
        return (0..points).collect();
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a number of points")]
    let wanted = (points as f64 * 0.618_033_988_749_894_9) as usize;
    let step = (0..points)
        .flat_map(|away| [wanted + away, wanted.saturating_sub(away)])
        .find(|step| (1..points).contains(step) && coprime(*step, points))
        .unwrap_or(1);
    (0..points).map(|run| run * step % points).collect()
}

const fn coprime(mut a: usize, mut b: usize) -> bool {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_has_every_combination_once() {
        assert_eq!(grid(&[2, 3]), [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
        assert_eq!(grid(&[]), [Vec::<usize>::new()]);
    }

    #[test]
    fn the_order_of_runs_is_a_permutation_and_balanced_from_the_start() {
        for points in 0..200 {
            let mut order = interleaved(points);
            order.sort_unstable();
            assert!(order.into_iter().eq(0..points), "{points}");
        }
        let grid = grid(&[4, 4, 4]);
        let order = interleaved(64);
        for parameter in 0..3 {
            // A quarter of the runs has seen every level of every parameter about equally often.
            let mut seen = [0; 4];
            order[..16].iter().for_each(|point| seen[grid[*point][parameter]] += 1);
            assert!(seen.iter().all(|n| (3..=5).contains(n)), "parameter {parameter}: {seen:?}");
        }
    }
}
