//! Firms of one quarter beside one another: sizes, dispersion of productivity, fifths, users of AI.

use super::firm_dynamics::{FirmDynamics, SIZES, SectorDynamics};
use super::firm_records::FirmRecord;

/// Share of firms in the upper tail of sizes.
const TAIL: f64 = 0.1;
/// Fewest firms of a sector that have a dispersion.
const FEWEST: usize = 10;

/// Ninth less first tenth; `NaN` for a few values.
fn dispersion(values: &mut [f64]) -> f64 {
    if values.len() < FEWEST {
        return f64::NAN;
    }
    let mut at = |share: usize| {
        let place = (values.len() - 1) * share / 10;
        *values.select_nth_unstable_by(place, f64::total_cmp).1
    };
    at(9) - at(1)
}

/// Exponent of the upper tail: Hill's (1975) estimator on the largest tenth.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of firms"
)]
pub fn hill(sizes: &mut [f64]) -> f64 {
    let tail = (sizes.len() as f64 * TAIL) as usize;
    if tail < FEWEST {
        return f64::NAN;
    }
    let (above, least, _) = sizes.select_nth_unstable_by(tail, |a, b| b.total_cmp(a));
    let sum: f64 = above.iter().map(|x| libm::log(x / *least)).sum();
    if sum > 0.0 { tail as f64 / sum } else { f64::NAN }
}

/// Dispersion and adopters of each sector.
#[must_use]
pub fn of_sectors(now: &[FirmRecord], sectors: usize) -> Vec<SectorDynamics> {
    let mut logs = vec![(Vec::new(), Vec::new()); sectors];
    let mut adopters = vec![[[0.0f64; 2]; 2]; sectors];
    for record in now.iter().filter(|r| r.works() && !r.closed) {
        let s = usize::from(record.sector);
        logs[s].0.extend(record.log_productivity());
        logs[s].1.extend(record.factor_productivity.is_finite().then_some(f64::from(record.factor_productivity)));
        let group = match record.size_fifth {
            0 | 1 => 0,
            4 => 1,
            _ => continue,
        };
        adopters[s][group][0] += 1.0;
        adopters[s][group][1] += f64::from(u8::from(record.adopted));
    }
    logs.iter_mut()
        .zip(adopters)
        .map(|((productivity, factor), adopters)| SectorDynamics {
            productivity_dispersion: dispersion(productivity),
            factor_dispersion: dispersion(factor),
            small_adopters: adopters[0][1] / adopters[0][0],
            large_adopters: adopters[1][1] / adopters[1][0],
            ..SectorDynamics::default()
        })
        .collect()
}

/// Sizes and fifths of the quarter.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
pub fn cross_section(now: &[FirmRecord], found: &mut FirmDynamics) {
    let there: Vec<&FirmRecord> = now.iter().filter(|r| r.works() && !r.closed).collect();
    let mut staff: Vec<f64> = there.iter().map(|r| f64::from(r.heads)).collect();
    let (count, all) = (staff.len() as f64, staff.iter().sum::<f64>());
    found.sizes = vec![0.0; SIZES];
    for heads in staff.iter().filter(|heads| **heads > 0.0) {
        // All thresholds up to the firm's size: 2^((k − 10) / 2) of the mean.
        let reached = 2.0 * libm::log2(heads * count / all) + 10.0;
        if reached >= 0.0 {
            found.sizes[(reached as usize).min(SIZES - 1)] += 1.0;
        }
    }
    for k in (0..SIZES - 1).rev() {
        found.sizes[k] += found.sizes[k + 1];
    }
    found.sizes.iter_mut().for_each(|share| *share /= count);
    let mut sales: Vec<f64> = there.iter().map(|r| f64::from(r.sales)).collect();
    found.tail = [hill(&mut staff), hill(&mut sales)];
    for (k, fifth) in found.fifths.iter_mut().enumerate() {
        let of = |r: &&&FirmRecord| usize::from(r.size_fifth) == k;
        let users = |by: fn(&FirmRecord) -> u8| {
            let (mut firms, mut users) = (0.0, 0.0);
            for record in there.iter().filter(|r| usize::from(by(r)) == k) {
                firms += 1.0;
                users += f64::from(u8::from(record.adopted));
            }
            users / firms
        };
        fifth.firms = there.iter().filter(of).count() as f64;
        fifth.staff = there.iter().filter(of).map(|r| f64::from(r.heads)).sum::<f64>() / all;
        fifth.adopters = [users(|r| r.size_fifth), users(|r| r.productivity_fifth)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pareto_distribution_gives_back_its_exponent() {
        let mut sizes: Vec<f64> =
            (0..20_000).map(|i| (1.0 - (f64::from(i) + 0.5) / 20_000.0).powf(-1.0 / 1.1)).collect();
        assert!((hill(&mut sizes) - 1.1).abs() < 0.02);
        assert!(hill(&mut [1.0; 50]).is_nan());
    }

    #[test]
    fn dispersion_is_the_distance_of_the_outer_tenths() {
        let mut values: Vec<f64> = (0..=100).rev().map(|i| f64::from(i) / 100.0).collect();
        assert!((dispersion(&mut values) - 0.8).abs() < 1e-12);
        assert!(dispersion(&mut values[..9]).is_nan());
    }
}
