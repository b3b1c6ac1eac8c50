//! Working hours: the length of the standard week.
//!
//! A rule sets how many hours a full-time job has, from a date on and in steps. A shorter week makes everybody do less, but
//! each hour yields a little more, for the tired work worse; firms then want more heads for the same output. How much of the
//! weekly pay is kept decides whether an hour becomes dearer, and with it prices and the gain from AI. Overtime and the
//! contracts of the fraction of a job that a firm wants are measured from the standard week.
//!
//! ```text
//! h_t = 1 + (week / 49 − 1) · min(1, (t − from)⁺ / phase_in),   work of a head ∝ h^(1 − φ),   pay of a head ∝ h + ρ · (1 − h)⁺
//! hour cost = pay / work
//! ```
//!
//! φ `fatigue`; ρ `pay_kept`. Sources: output of hours Pencavel (2015), Collewet & Sauermann (2017): one per cent more hours give
//! 0.9 % more output; reductions with full pay Crépon & Kramarz (2002) on France 1982, Hunt (1999) on German bargaining,
//! both of which find little or no gain in jobs; Chinese hours NBS (2023). Departures: one week for all; nobody moonlights.
//! Neutral, and the default: a week of 49 hours, as long as it was in 2023. Reads `Clock`; writes `WorkingWeek`,
//! `Indicators::hour_cost_rise`. Draws: none. Not here yet: hours by sector, leave, retirement at one's own choice.

use crate::engine::{Clock, Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;

/// Weekly hours of 2023 (NBS: mean of employees in enterprises) \[hours\].
pub const NORMAL_WEEK: f64 = 49.0;

parameters! {
    /// The standard week.
    pub struct Parameters {
        /// Whether a rule sets the week; without, it is as long as in 2023.
        enabled: bool = true;
        /// Hours of the standard week once the rule is in force (NBS 2023: mean weekly hours of employees in enterprises 49.0; the Labour Law of 1994, article 36, has 44).
        week: f64 = 49.0, "hours", 10.0..=80.0;
        /// Quarter, counted from the start, in which the rule begins.
        from: i64 = 0, "quarters", 0..=2000;
        /// Quarters until the week has its new length (assumed: a year; France took two).
        phase_in: i64 = 4, "quarters", 1..=200;
        /// Part of the pay of the hours that fall away which people keep: all under the French laws of 1982 and 1998 (Crépon & Kramarz 2002).
        pay_kept: f64 = 1.0, "share", 0.0..=1.0;
        /// Loss of hourly output for each per cent of longer hours: 0.1 (Collewet & Sauermann 2017); more beyond 50 hours (Pencavel 2015).
        fatigue: f64 = 0.1, "elasticity", 0.0..=1.0;
    }
}

/// The week in force, over that of 2023.
#[derive(Clone, Copy, Debug, PartialEq, Resource, serde::Serialize, serde::Deserialize)]
pub struct WorkingWeek {
    /// Hours \[1\].
    pub hours: f64,
    /// Work that a head does \[1\].
    pub work: f64,
    /// Pay of a head \[1\].
    pub pay: f64,
}

impl Default for WorkingWeek {
    fn default() -> Self {
        Self { hours: 1.0, work: 1.0, pay: 1.0 }
    }
}

/// The week in a quarter.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "quarters")]
pub fn week_in(p: &Parameters, tick: u32) -> WorkingWeek {
    let passed = (i64::from(tick) - p.from).max(0) as f64 / p.phase_in as f64;
    let hours = 1.0 + (p.week / NORMAL_WEEK - 1.0) * passed.min(1.0);
    let kept = p.pay_kept * (1.0 - hours).max(0.0);
    WorkingWeek { hours, work: libm::pow(hours, 1.0 - p.fatigue), pay: hours + kept }
}

fn set_week(p: Res<Parameters>, clock: Res<Clock>, mut week: ResMut<WorkingWeek>, mut indicators: ResMut<Indicators>) {
    *week = if p.enabled { week_in(&p, clock.tick) } else { WorkingWeek::default() };
    indicators.hour_cost_rise = week.pay / week.work - 1.0;
}

/// The standard week.
pub struct WorkingHours;

impl Mechanism for WorkingHours {
    const NAME: &'static str = "working_hours";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "rule of the week",
        off: &["working_hours.enabled=false"],
        instead: "the standard week is as long as in 2023",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        set_week.into_configs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_of_2023_changes_nothing() {
        let p = Parameters::default();
        for tick in [0, 1, 4, 100] {
            assert_eq!(week_in(&p, tick), WorkingWeek::default());
        }
    }

    #[test]
    fn a_shorter_week_comes_in_steps_and_costs_what_pay_is_kept() {
        let p = Parameters { enabled: true, week: 39.2, from: 8, phase_in: 4, pay_kept: 1.0, fatigue: 0.1 };
        assert_eq!(week_in(&p, 8), WorkingWeek::default());
        let half = week_in(&p, 10);
        assert!((half.hours - 0.9).abs() < 1e-12 && (half.pay - 1.0).abs() < 1e-12);
        let full = week_in(&p, 40);
        assert!((full.hours - 0.8).abs() < 1e-12 && (full.work - libm::pow(0.8, 0.9)).abs() < 1e-12);
        let unpaid = week_in(&Parameters { pay_kept: 0.0, ..p }, 40);
        assert!((unpaid.pay - 0.8).abs() < 1e-12, "pay falls with hours");
        let longer = week_in(&Parameters { week: 53.9, ..p }, 40);
        assert!((longer.pay - 1.1).abs() < 1e-12 && longer.work < 1.1);
    }
}
