//! What AI and digital tools save a firm and how soon they pay back: rules on the firm's own staff, wages and prices.
//!
//! ```text
//! w_k = posted wage · premium_k · efficiency per head · (1 + contributions),    c = x_s · p / γ
//! π_k = logistic(ln(w_k / c) / s),    S = Σ P_k·w_k·[1 − (1 − a_k)/(1 + χ·ā)] − Σ P_k·a_k·c
//! ```
//!
//! P persons by class; c cost of the AI services that replace a person; x `SectorStructure::ai_services_per_person`; p price of
//! AI services; π share of the automatable tasks in which AI is the cheaper; a depth aimed at; χ augmentation. With χ = 0 the
//! saving is Σ P · w · a · (1 − c / w). Source: Acemoglu & Restrepo (2018), a task is automated if AI is cheaper in it;
//! Svanberg et al. (2024) for tasks that could be automated and would not pay.
//! Departure: tasks of a class differ in cost by a logistic spread, where the paper orders them on a line.

use crate::agents::{Staff, TASKS};
use crate::engine::Indicators;
use crate::structure::SectorStructure;

use super::logistic;

/// Fixed-point unit of `Staff::efficiency`.
const EFFICIENCY_UNIT: f64 = 65_536.0;

/// Labour cost by task class at the firm's own wages, contributions included, of the work of a person in the week of 2023
/// \[yuan per person and quarter\]. A firm that
/// posts no wage looks at the opening wages of its sector.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "efficiency units of a firm fit 53 bits")]
pub fn labour_costs(
    staff: &Staff,
    sector: &SectorStructure,
    indicators: &Indicators,
    contribution_rate: f64,
) -> [f64; TASKS] {
    core::array::from_fn(|k| {
        let efficiency = if staff.heads[k] > 0 {
            staff.efficiency[k] as f64 / EFFICIENCY_UNIT / f64::from(staff.heads[k])
        } else {
            1.0
        };
        let own = staff.posted_wage * indicators.task_premium[k] * efficiency;
        (1.0 + contribution_rate) * (1.0 + indicators.hour_cost_rise) * if own > 0.0 { own } else { sector.wages[k] }
    })
}

/// Persons by task class behind a firm agent's staff \[persons\].
#[must_use]
pub fn persons(staff: &Staff, persons_per_worker: f64) -> [f64; TASKS] {
    core::array::from_fn(|k| f64::from(staff.heads[k]) * persons_per_worker)
}

/// Learning of a firm's people relative to that of a typical staff of its sector: 1 + φ · (h − τ), h part of nonroutine
/// cognitive people in its staff and τ in the sector's tasks. Whom a firm hires and keeps decides how fast it learns.
#[must_use]
pub fn learning_of_people(staff: &Staff, sector: &SectorStructure, weight: f64) -> f64 {
    let heads: f64 = staff.heads.iter().map(|h| f64::from(*h)).sum();
    if heads <= 0.0 {
        return 1.0;
    }
    let share = f64::from(staff.heads[TASKS - 1]) / heads;
    (1.0 + weight * (share - sector.task_shares[TASKS - 1])).max(0.0)
}

/// Labour cost of the whole staff \[yuan per quarter\].
#[must_use]
pub fn wage_bill(persons: &[f64; TASKS], labour_costs: &[f64; TASKS]) -> f64 {
    (0..TASKS).map(|k| persons[k] * labour_costs[k]).sum()
}

/// Share of the automatable tasks in which AI is cheaper than labour: logistic(ln(w / c) / s).
#[must_use]
pub fn paying_share(labour_cost: f64, ai_cost: f64, spread: f64) -> f64 {
    logistic(libm::log(labour_cost / ai_cost) / spread)
}

/// What depth `depth` saves a firm that starts without AI, cost of AI services deducted \[yuan per quarter\].
#[must_use]
pub fn saving(
    persons: &[f64; TASKS],
    labour_costs: &[f64; TASKS],
    depth: &[f64; TASKS],
    task_mix: &[f64; TASKS],
    ai_cost: f64,
    augmentation: f64,
) -> f64 {
    let mean: f64 = (0..TASKS).map(|k| task_mix[k] * depth[k]).sum();
    (0..TASKS)
        .map(|k| {
            let left = (1.0 - depth[k]) / (1.0 + augmentation * mean);
            let services = if depth[k] > 0.0 { depth[k] * ai_cost } else { 0.0 };
            persons[k] * (labour_costs[k] * (1.0 - left) - services)
        })
        .sum()
}

/// Quarters until a cost is earned back; infinite if nothing is saved.
#[must_use]
pub fn pay_back(cost: f64, saving_per_quarter: f64) -> f64 {
    if saving_per_quarter > 0.0 { cost / saving_per_quarter } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::super::small_world;
    use super::*;

    #[test]
    fn saving_and_pay_back_agree_with_hand_worked_numbers() {
        // 100 people of one class at 1,000 yuan, depth 0.2, AI at 730 a person: 100·0.2·270 = 5,400
        let (persons, costs, depth, mix) =
            ([0.0, 0.0, 100.0, 0.0], [1000.0; TASKS], [0.0, 0.0, 0.2, 0.0], [0.0, 0.0, 1.0, 0.0]);
        let plain = saving(&persons, &costs, &depth, &mix, 730.0, 0.0);
        assert!((plain - 5_400.0).abs() < 1e-9);
        assert!((pay_back(43_200.0, plain) - 8.0).abs() < 1e-9);
        // with augmentation 0.5 those who stay do 10 % more: 100,000·(1 − 0.8/1.1) − 14,600
        assert!((saving(&persons, &costs, &depth, &mix, 730.0, 0.5) - 12_672.727_272).abs() < 1e-3);
    }

    #[test]
    fn dear_ai_never_pays() {
        assert_eq!(paying_share(1000.0, f64::INFINITY, 0.5), 0.0);
        assert_eq!(paying_share(1000.0, 0.0, 0.5), 1.0);
        assert!((paying_share(1000.0, 1000.0, 0.5) - 0.5).abs() < 1e-15);
        let none = saving(&[10.0; TASKS], &[1000.0; TASKS], &[0.0; TASKS], &[0.25; TASKS], f64::INFINITY, 0.3);
        assert_eq!(none, 0.0);
        assert_eq!(pay_back(1.0, none), f64::INFINITY);
        assert_eq!(pay_back(1.0, -3.0), f64::INFINITY);
    }

    #[test]
    fn a_firm_learns_as_fast_as_its_people_allow() {
        let sector = &small_world::structure().sectors[0];
        let staff = |heads| Staff { heads, ..Staff::default() };
        assert!((learning_of_people(&staff([3, 0, 0, 1]), sector, 2.0) - (1.0 + 2.0 * (0.25 - 0.12))).abs() < 1e-12);
        assert!(learning_of_people(&staff([4, 0, 0, 0]), sector, 1.0) < 1.0);
        assert_eq!(learning_of_people(&staff([4, 0, 0, 0]), sector, 100.0), 0.0);
        assert_eq!(learning_of_people(&staff([4, 0, 0, 0]), sector, 0.0).to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn labour_costs_follow_the_firms_own_wage_and_the_skill_of_its_staff() {
        let structure = small_world::structure();
        let indicators = Indicators { task_premium: [1.0, 1.0, 1.2, 2.0], ..Indicators::default() };
        let mut staff = Staff {
            heads: [2, 0, 0, 1],
            efficiency: [3 * 65_536, 0, 0, 65_536],
            posted_wage: 100.0,
            ..Staff::default()
        };
        let costs = labour_costs(&staff, &structure.sectors[0], &indicators, 0.1);
        for (cost, expected) in costs.iter().zip([165.0, 110.0, 132.0, 220.0]) {
            assert!((cost - expected).abs() < 1e-9);
        }
        staff.posted_wage = 0.0;
        assert!(
            (labour_costs(&staff, &structure.sectors[0], &indicators, 0.0)[0] - structure.sectors[0].wages[0]).abs()
                < 1e-9
        );
    }
}
