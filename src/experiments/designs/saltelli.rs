//! The sample behind variance-based indices (Saltelli et al. 2010, Computer Physics Communications 181): two
//! independent samples A and B, and for every parameter A with that parameter's column of B.

use super::sobol;

/// Blocks of A, `A_B` for every parameter, with `second_order` also `B_A` for every parameter, and B: the order of
/// `SALib`.
///
/// # Errors
/// If there are more than half as many parameters as the sequence has dimensions.
pub fn sample(samples: u64, dimensions: usize, second_order: bool, seed: u64) -> Result<Vec<Vec<f64>>, String> {
    let crossed = |base: &[f64], other: &[f64], at: usize| {
        let mut point = base.to_vec();
        point[at] = other[at];
        point
    };
    let mut points = Vec::new();
    for pair in sobol::sample(samples, 2 * dimensions, seed)? {
        let (a, b) = pair.split_at(dimensions);
        points.push(a.to_vec());
        points.extend((0..dimensions).map(|at| crossed(a, b, at)));
        if second_order {
            points.extend((0..dimensions).map(|at| crossed(b, a, at)));
        }
        points.push(b.to_vec());
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cross_two_samples_column_by_column() {
        let points = sample(8, 3, true, 1).unwrap();
        assert_eq!(points.len(), 8 * 8);
        for block in points.chunks(8) {
            let (a, b) = (&block[0], &block[7]);
            for at in 0..3 {
                for other in 0..3 {
                    assert_eq!(block[1 + at][other], if other == at { b[other] } else { a[other] });
                    assert_eq!(block[4 + at][other], if other == at { a[other] } else { b[other] });
                }
            }
        }
        assert_eq!(sample(4, 2, false, 1).unwrap().len(), 16);
    }
}
