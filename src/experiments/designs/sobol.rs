//! Sobol' sequences: points that fill a cube evenly, each beginning of the sequence as well as the whole.
//!
//! Direction numbers of Joe & Kuo (2008), Gray-code order of Antonov & Saleev (1979), and a random digital shift
//! (the same bits flipped in every point), which moves the first point off the corner and keeps all balance.

use super::directions::DIRECTIONS;
use super::uniform::Uniform;

/// Binary digits of a coordinate.
const DIGITS: usize = 53;

/// Parameters that a design can have.
pub const DIMENSIONS: usize = DIRECTIONS.len() + 1;

/// `points` points of `dimensions` numbers from 0 to below 1.
///
/// # Errors
/// If there are more dimensions than direction numbers.
pub fn sample(points: u64, dimensions: usize, seed: u64) -> Result<Vec<Vec<f64>>, String> {
    let mut draws = Uniform::new("sobol", seed);
    let shift = (0..dimensions).map(|_| draws.bits() >> (64 - DIGITS)).collect();
    shifted(points, shift)
}

/// The sequence with a digital shift a dimension.
fn shifted(points: u64, mut state: Vec<u64>) -> Result<Vec<Vec<f64>>, String> {
    if state.len() > DIMENSIONS {
        return Err(format!("{} dimensions, but direction numbers for {DIMENSIONS}", state.len()));
    }
    let columns: Vec<[u64; DIGITS]> = (0..state.len()).map(columns).collect();
    let scale = (1_u64 << DIGITS) as f64;
    let mut sample = Vec::new();
    for point in 0..points {
        sample.push(state.iter().map(|digits| *digits as f64 / scale).collect());
        // The digit in which the Gray codes of this point and the next differ.
        let digit = (point + 1).trailing_zeros() as usize;
        for (digits, columns) in state.iter_mut().zip(&columns) {
            *digits ^= columns[digit.min(DIGITS - 1)];
        }
    }
    Ok(sample)
}

/// Direction numbers of a dimension, shifted to the head of the digits.
fn columns(dimension: usize) -> [u64; DIGITS] {
    let mut columns = [0; DIGITS];
    let (polynomial, first): (u32, &[u64]) = match dimension.checked_sub(1) {
        // Van der Corput's sequence: every direction number is one.
        None => (1, &[]),
        Some(at) => DIRECTIONS[at],
    };
    let degree = first.len();
    for k in 0..DIGITS {
        let odd = if degree == 0 {
            1
        } else if k < degree {
            first[k]
        } else {
            let before = |back: usize| columns[k - back] >> (DIGITS - 1 - (k - back));
            (1..=degree)
                .filter(|back| polynomial >> (degree - back) & 1 == 1)
                .fold(before(degree), |value, back| value ^ (before(back) << back))
        };
        columns[k] = odd << (DIGITS - 1 - k);
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of scipy 1.17, `scipy.stats.qmc.Sobol(d, scramble=False)`, which uses the same direction numbers.
    #[test]
    fn the_first_points_are_those_of_joe_and_kuo() {
        let points = shifted(1001, vec![0; 128]).unwrap();
        let first: Vec<&[f64]> = points[..8].iter().map(|point| &point[..5]).collect();
        assert_eq!(
            first,
            [
                [0.0, 0.0, 0.0, 0.0, 0.0],
                [0.5, 0.5, 0.5, 0.5, 0.5],
                [0.75, 0.25, 0.25, 0.25, 0.75],
                [0.25, 0.75, 0.75, 0.75, 0.25],
                [0.375, 0.375, 0.625, 0.875, 0.375],
                [0.875, 0.875, 0.125, 0.375, 0.875],
                [0.625, 0.125, 0.875, 0.625, 0.625],
                [0.125, 0.625, 0.375, 0.125, 0.125],
            ]
        );
        let late = [0, 1, 2, 20, 63, 100, 127].map(|dimension| points[1000][dimension]);
        let known =
            [0.219_726_562_5, 0.096_679_687_5, 0.518_554_687_5, 0.522_460_937_5, 0.446_289_062_5, 0.768_554_687_5];
        assert_eq!(late[..6], known);
        assert_eq!(late[6], 0.543_945_312_5);
    }

    #[test]
    fn a_shift_keeps_one_point_in_every_stratum_and_a_longer_sample_goes_on() {
        let sample = super::sample(64, 6, 3).unwrap();
        for dimension in 0..6 {
            let mut strata: Vec<u64> = sample.iter().map(|point| (point[dimension] * 64.0) as u64).collect();
            strata.sort_unstable();
            assert!(strata.into_iter().eq(0..64));
        }
        assert_eq!(super::sample(128, 6, 3).unwrap()[..64], sample);
        assert!(super::sample(1, 200, 3).is_err());
    }
}
