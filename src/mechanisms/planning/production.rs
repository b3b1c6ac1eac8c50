//! Production planning: a firm plans to sell what it expects and to keep its stock of finished goods at a norm, within
//! what its capital allows. Staff is what the plan takes; part of the gap to today's staff is closed each quarter by
//! vacancies or layoffs, the rest is bridged by hours, which are paid at a premium beyond normal ones (see `settlement::firms`).
//! Positions and people are whole, see `positions`.
//!
//! ```text
//! Q* = e + σ · (s* · e − s) for goods, Q* = e for services,   0 ≤ Q* ≤ K / ν,   n_k = L_k(Q*) / ē_k
//! vacancies = η · (⌊n_k + θ_k⌋ − heads)⁺,   layoffs = φ · (heads − ⌊(1 + h) · n_k + θ_k⌋)⁺,   both rounded at random
//! ```
//!
//! L in heads of the working week in force (`labour::working_hours`); e `expected_demand`; s finished goods, s* `Structure::finished_goods_ratio`; σ `stock_adjustment`; ν
//! `capital_output_ratio`; `L_k` see `technology::tasks`; ē mean efficiency; θ the firm's thresholds (`positions`); η `hiring_speed`, φ `firing_speed`, h `hoarding`. Sources: inventory planning as in Caiani et al. (2016), eq. 3.1-3.4;
//! labour hoarding as in Burnside, Eichenbaum & Rebelo (1993).
//! Reads `Operations`, `Inventory`, `Capital`, `Technology`; writes plans and `Staff::{desired, positions, vacancies, layoffs}`
//! and sets `Staff::hires` to zero; `Staff::unfilled` of the last quarter stays for `wage_setting` to read.
//! Draws: `Vacancies` (how many of the missing are sought), `Positions` (thresholds, the same in every tick).
//! Not here yet: planning by line of product.

use super::positions::{thresholds, whole};
use crate::agents::{Capital, Identity, Inventory, Operations, Staff, TASKS, Technology};
use crate::engine::{Clock, Draws, Mechanism, Stream, StreamKey, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::labour::WorkingWeek;
use crate::mechanisms::labour::payroll::EFFICIENCY_ONE;
use crate::mechanisms::technology::adoption;
use crate::mechanisms::technology::tasks::labour_per_unit;
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Production planning.
    pub struct Parameters {
        /// Share of the gap of finished goods closed in a quarter (assumed).
        stock_adjustment: f64 = 0.35, "per quarter", 0.0..=1.0;
        /// Share of missing staff sought in a quarter (assumed).
        hiring_speed: f64 = 0.7, "per quarter", 0.0..=1.0;
        /// Share of excess staff dismissed in a quarter (assumed; firms hoard the rest).
        firing_speed: f64 = 0.25, "per quarter", 0.0..=1.0;
        /// Excess of staff that is always kept (assumed).
        hoarding: f64 = 0.04, "share of staff wanted", 0.0..=0.5;
        /// Quits that firms hire ahead of (none: a position that falls vacant is advertised at once).
        expected_quits: f64 = 0.0, "share of staff", 0.0..=0.2;
    }
}

/// Output that brings expected sales and stocks to their norm.
#[must_use]
pub fn desired_output(expected: f64, finished: f64, stock_ratio: f64, adjustment: f64, capacity: f64) -> f64 {
    (expected + adjustment * (stock_ratio * expected - finished)).clamp(0.0, capacity)
}

fn plan_production(
    p: Res<Parameters>,
    (adoption, week): (Res<adoption::Parameters>, Res<WorkingWeek>),
    structure: Res<Structure>,
    clock: Res<Clock>,
    mut firms: Query<(&Identity, &mut Operations, &Inventory, &mut Staff, &Capital, &Technology)>,
) {
    let key = clock.key(Stream::Vacancies);
    let lasting = StreamKey::new(clock.seed, 0, Stream::Positions);
    for (slot, (identity, mut operations, inventory, mut staff, capital, technology)) in firms.iter_mut().enumerate() {
        if !identity.active() {
            continue;
        }
        let sector = &structure.sectors[usize::from(identity.sector)];
        let o = &mut *operations;
        o.capital_capacity = capital.quantity() / sector.capital_output_ratio;
        o.planned_output = if sector.storable {
            desired_output(
                o.expected_demand,
                inventory.finished.units(),
                structure.finished_goods_ratio,
                p.stock_adjustment,
                o.capital_capacity,
            )
        } else {
            o.expected_demand.min(o.capital_capacity)
        };
        let unit = labour_per_unit(sector, &staff.task_mix, technology, o.productivity, adoption.augmentation);
        let mut draws = key.agent(slot as u64);
        let thresholds = thresholds(lasting, slot as u64);
        let unit = unit.map(|work| work / week.work);
        plan_staff(&p, &mut staff, o.planned_output, &unit, &thresholds, &mut draws);
    }
}

/// Positions, vacancies and layoffs by class: wanted heads are efficiency units wanted over the mean efficiency of the staff.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "head counts")]
fn plan_staff(
    p: &Parameters,
    staff: &mut Staff,
    output: f64,
    unit: &[f64; TASKS],
    thresholds: &[f64; TASKS],
    draws: &mut Draws,
) {
    for k in 0..TASKS {
        let heads = f64::from(staff.heads[k]);
        let efficiency = staff.efficiency[k] as f64 / EFFICIENCY_ONE;
        let mean = if staff.heads[k] > 0 { (efficiency / heads).clamp(0.2, 5.0) } else { 1.0 };
        let wanted = output * unit[k] / mean;
        staff.desired[k] = wanted * (1.0 + p.expected_quits);
        staff.positions[k] = whole(staff.desired[k], thresholds[k]);
        let missing = staff.positions[k].saturating_sub(staff.heads[k]);
        let kept = whole(wanted * (1.0 + p.expected_quits + p.hoarding), thresholds[k]);
        let excess = staff.heads[k].saturating_sub(kept);
        staff.vacancies[k] = draws.round(f64::from(missing) * p.hiring_speed).max(0) as u32;
        staff.layoffs[k] = draws.round(f64::from(excess) * p.firing_speed).max(0) as u32;
    }
    staff.hires = 0;
}

/// Production planning.
pub struct ProductionPlanning;

impl Mechanism for ProductionPlanning {
    const NAME: &'static str = "production_planning";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "labour hoarding",
            off: &[
                "production_planning.hoarding=0.0",
                "production_planning.firing_speed=1.0",
                "production_planning.hiring_speed=1.0",
            ],
            instead: "staff follows the plan within the quarter: all that is missing is sought, all that is too many dismissed",
        },
        Switch {
            part: "buffer stocks",
            off: &["production_planning.stock_adjustment=0.0"],
            instead: "output is expected demand, whatever the stock of finished goods",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (plan_production,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_stocks_lower_output_and_capacity_bounds_it() {
        assert!((desired_output(100.0, 20.0, 0.2, 0.5, 1000.0) - 100.0).abs() < 1e-12);
        assert!((desired_output(100.0, 60.0, 0.2, 0.5, 1000.0) - 80.0).abs() < 1e-12);
        assert!((desired_output(100.0, 0.0, 0.2, 0.5, 90.0) - 90.0).abs() < 1e-12);
        assert!((desired_output(10.0, 500.0, 0.2, 0.5, 90.0)).abs() < 1e-12);
    }

    #[test]
    fn wanted_staff_beyond_heads_opens_vacancies_and_excess_is_dismissed_slowly() {
        let p = Parameters {
            hiring_speed: 1.0,
            firing_speed: 0.5,
            hoarding: 0.0,
            expected_quits: 0.0,
            ..Parameters::default()
        };
        let mut draws = crate::engine::StreamKey::new(1, 1, Stream::Vacancies).agent(1);
        let mut staff = Staff { heads: [10, 10, 0, 0], efficiency: [655_360, 655_360, 0, 0], ..Staff::default() };
        plan_staff(&p, &mut staff, 100.0, &[0.14, 0.06, 0.0, 0.0], &[0.5; TASKS], &mut draws);
        assert_eq!(staff.vacancies[0], 4);
        assert_eq!(staff.layoffs[1], 2);
        assert_eq!((staff.vacancies[2], staff.layoffs[2]), (0, 0));
    }

    #[test]
    fn positions_left_open_stay_known_to_wage_setting() {
        let mut draws = crate::engine::StreamKey::new(1, 1, Stream::Vacancies).agent(1);
        let mut staff = Staff { heads: [10, 0, 0, 0], efficiency: [655_360, 0, 0, 0], unfilled: 3, ..Staff::default() };
        plan_staff(&Parameters::default(), &mut staff, 100.0, &[0.1, 0.0, 0.0, 0.0], &[0.5; TASKS], &mut draws);
        assert_eq!((staff.hires, staff.unfilled), (0, 3));
    }

    #[test]
    fn staff_settles_at_what_is_wanted_whatever_the_size_of_an_agent() {
        // Firms that want 2.6 heads in two classes, and the same in agents that are ten times as large and small: everybody
        // sought is found. The mean of staff over what is wanted is the same, and nobody is hired and dismissed in turn.
        let p = Parameters { hoarding: 0.0, ..Parameters::default() };
        let firms = 4_000;
        for scale in [0.1, 1.0, 10.0] {
            let (mut heads, mut moves) = (0_u64, 0_u64);
            for slot in 0..firms {
                let mut staff = Staff::default();
                let thresholds = thresholds(StreamKey::new(1, 0, Stream::Positions), slot);
                for tick in 1..=40 {
                    let mut draws = StreamKey::new(1, tick, Stream::Vacancies).agent(slot);
                    plan_staff(&p, &mut staff, 1.0, &[2.0 * scale, 0.6 * scale, 0.0, 0.0], &thresholds, &mut draws);
                    for k in 0..TASKS {
                        moves += u64::from(tick > 30) * u64::from(staff.vacancies[k] + staff.layoffs[k]);
                        staff.heads[k] = staff.heads[k] + staff.vacancies[k] - staff.layoffs[k];
                        staff.efficiency[k] = i64::from(staff.heads[k]) * 65_536;
                    }
                }
                heads += staff.heads.iter().map(|h| u64::from(*h)).sum::<u64>();
            }
            let mean = heads as f64 / firms as f64;
            assert!((mean / (2.6 * scale) - 1.0).abs() < 0.02, "{mean} at scale {scale}");
            assert_eq!(moves, 0, "at scale {scale}");
        }
    }
}
