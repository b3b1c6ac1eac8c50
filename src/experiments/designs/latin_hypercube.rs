//! Latin hypercubes: each parameter's interval is cut into as many strata as there are points, and each stratum holds
//! one point (`McKay`, Beckman & Conover 1979, Technometrics 21).

use super::uniform::Uniform;

/// `points` points of `dimensions` numbers from 0 to below 1.
#[must_use]
pub fn sample(points: u64, dimensions: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut draws = Uniform::new("latin hypercube", seed);
    let strata: Vec<Vec<u64>> = (0..dimensions).map(|_| draws.permutation(points)).collect();
    let rows = 0..strata.first().map_or(0, Vec::len);
    rows.map(|row| strata.iter().map(|s| (s[row] as f64 + draws.share()) / points as f64).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stratum_of_every_parameter_holds_one_point() {
        let sample = sample(50, 4, 7);
        assert_eq!(sample.len(), 50);
        for dimension in 0..4 {
            let mut strata: Vec<u64> = sample.iter().map(|point| (point[dimension] * 50.0) as u64).collect();
            assert!(!strata.is_sorted(), "a random order");
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..50));
        }
        assert_eq!(sample, super::sample(50, 4, 7));
        assert_ne!(sample, super::sample(50, 4, 8));
    }
}
