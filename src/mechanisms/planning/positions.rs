//! Whole positions: firms want fractions of heads, but a worker agent takes one job. Each firm rounds what it wants in a
//! class at a threshold of its own that lasts, and its people work the hours of what it wanted.
//!
//! ```text
//! N_k = ⌊n_k + θ_k⌋,   θ_k uniform on [0, 1) and for good,   hence E N_k = n_k,   one θ_k in each quarter of [0, 1)
//! E'_k = max(0, E_k + (n_k − N_k) · ē_k),   c = Σ E' / Σ E within 1/b and b
//! ```
//!
//! n heads wanted, N positions, E efficiency units on the payroll, ē their mean, c contracted over normal hours, b
//! `contract_range`. A worker agent stands for many persons: where 2.4 agents are wanted some firms have two that work and earn
//! 1.2 times as much, others three at 0.8. So neither capacity nor the wage bill depends, on average, on how many persons an agent
//! stands for. A threshold that lasts keeps firms from going to and fro between two whole numbers, which would be turnover that
//! nobody wants. Sources: lumpy adjustment of single employers that is smooth in the aggregate Hamermesh (1989), Caballero, Engel &
//! Haltiwanger (1997); hours and part-time work as the margin that fits heads to work Bils & Cho (1994), Borowczyk-Martins & Lalé (2019);
//! thresholds spread over the classes of a firm as in stratified sampling (Cochran 1977). Departures: contracts follow what the firm
//! wants of the quarter, and pay follows hours in proportion, without a premium.

use crate::agents::{Staff, TASKS};
use crate::engine::StreamKey;
use crate::mechanisms::labour::payroll::EFFICIENCY_ONE;

/// Thresholds of a firm at which it rounds the heads that it wants: each uniform, one in each quarter of the unit interval.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "task classes are few")]
pub fn thresholds(key: StreamKey, slot: u64) -> [f64; TASKS] {
    let mut draws = key.agent(slot);
    let within = draws.uniform();
    let mut order: [usize; TASKS] = core::array::from_fn(|k| k);
    for k in (1..TASKS).rev() {
        order.swap(k, draws.below(k + 1));
    }
    order.map(|place| (place as f64 + within) / TASKS as f64)
}

/// Whole heads for a fraction at a threshold.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "head counts")]
pub fn whole(wanted: f64, threshold: f64) -> u32 {
    (wanted + threshold).max(0.0) as u32
}

/// Efficiency units that the staff works at contracted hours, and contracted over normal hours.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "fixed point to real")]
pub fn contracted(staff: &Staff, range: f64) -> ([f64; TASKS], f64) {
    let efficiency = staff.efficiency.map(|e| e as f64 / EFFICIENCY_ONE);
    let held: f64 = efficiency.iter().sum();
    if range <= 1.0 || held <= 0.0 {
        return (efficiency, 1.0);
    }
    let mean = |k: usize| if staff.heads[k] > 0 { efficiency[k] / f64::from(staff.heads[k]) } else { 1.0 };
    let wanted: [f64; TASKS] = core::array::from_fn(|k| {
        (efficiency[k] + (staff.desired[k] - f64::from(staff.positions[k])) * mean(k)).max(0.0)
    });
    let worked: f64 = wanted.iter().sum();
    if worked <= 0.0 {
        return (efficiency, 1.0);
    }
    let ratio = (worked / held).clamp(1.0 / range, range);
    (wanted.map(|e| e * ratio * held / worked), ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Stream;

    const KEY: StreamKey = StreamKey::new(1, 0, Stream::Positions);

    #[test]
    fn expected_positions_are_what_firms_want_whatever_the_size_of_an_agent() {
        // The same work wanted, in agents of a hundred down to a tenth of an agent for a firm.
        let work = [0.37, 0.21, 0.33, 0.09];
        for agents in [0.1, 1.0, 4.0, 10.6, 100.0] {
            let firms = 40_000;
            let mut sums = [0_u64; TASKS];
            for slot in 0..firms {
                let thresholds = thresholds(KEY, slot);
                for k in 0..TASKS {
                    sums[k] += u64::from(whole(work[k] * agents, thresholds[k]));
                }
            }
            for k in 0..TASKS {
                let mean = sums[k] as f64 / firms as f64;
                assert!((mean - work[k] * agents).abs() < 0.01, "{agents} agents, class {k}: {mean}");
            }
        }
    }

    #[test]
    fn a_threshold_lasts_and_classes_share_the_rounding() {
        for slot in 0..200 {
            let t = thresholds(KEY, slot);
            assert_eq!(t, thresholds(KEY, slot));
            let total: u32 = t.iter().map(|t| whole(0.25, *t)).sum();
            assert_eq!(total, 1, "four quarters of a head are one position: {t:?}");
        }
    }

    fn staff(heads: [u32; TASKS], desired: [f64; TASKS], positions: [u32; TASKS]) -> Staff {
        let efficiency = heads.map(|h| i64::from(h) * 65_536);
        Staff { heads, efficiency, desired, positions, ..Staff::default() }
    }

    #[test]
    fn full_positions_do_the_work_that_was_wanted() {
        let (work, hours) = contracted(&staff([2, 1, 0, 3], [2.4, 0.6, 0.3, 2.9], [2, 1, 0, 3]), 2.0);
        for (done, wanted) in work.iter().zip([2.4, 0.6, 0.3, 2.9]) {
            assert!((done - wanted).abs() < 1e-12);
        }
        assert!((hours - 6.2 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn an_unfilled_position_is_missed_and_hours_have_bounds() {
        let (work, _) = contracted(&staff([1, 1, 0, 3], [2.4, 0.6, 0.3, 2.9], [2, 1, 0, 3]), 2.0);
        assert!((work[0] - 1.4).abs() < 1e-12);
        let (work, hours) = contracted(&staff([1, 0, 0, 0], [1.9, 0.9, 0.9, 0.0], [1, 0, 0, 0]), 2.0);
        assert!((hours - 2.0).abs() < 1e-12 && (work.iter().sum::<f64>() - 2.0).abs() < 1e-12);
    }

    #[test]
    fn without_a_range_of_contracts_people_work_what_they_are() {
        let s = staff([2, 1, 0, 3], [2.4, 0.6, 0.3, 2.9], [2, 1, 0, 3]);
        assert_eq!(contracted(&s, 1.0), ([2.0, 1.0, 0.0, 3.0], 1.0));
    }
}
