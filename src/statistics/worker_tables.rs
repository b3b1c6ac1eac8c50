//! `displaced`, `durations`: the event study of lost jobs and job finding by duration, one row a tick and class.

use super::columns;
use super::facts::Facts;
use super::worker_records::{AFTER, BEFORE, DURATIONS, EventQuarter};

columns! {
    /// Columns of `displaced` after `tick` and `event_quarter`.
    pub const EVENT_COLUMNS: KeyedStatistic = {
        "pairs", "pairs", "displaced workers, 25 to 50 years old with three years of tenure whose firm closed or dismissed them with severance, each with a matched stayer (task class, age group, earnings of two years within a ninth; still there when the other lost the job), that stand at this distance from the loss; of a fixed sample of workers. Earnings before the loss are entered in its quarter. Add rows of all ticks for an event study", "workers; Jacobson, LaLonde & Sullivan (1993)" => |f, k| event(f, k, |e| e.pairs);
        "displaced_earnings", "mean wages", "sum of the earnings of the displaced: wage at contracted hours, zero without a job, severance and benefits left out, over the mean wage of the quarter", "workers; von Wachter, Song & Manchester (2009)" => |f, k| event(f, k, |e| e.displaced);
        "stayer_earnings", "mean wages", "sum of the earnings of their stayers, whatever happened to these later", "workers; von Wachter, Song & Manchester (2009)" => |f, k| event(f, k, |e| e.stayers);
        "displaced_with_job", "pairs", "displaced who have a job", "workers" => |f, k| event(f, k, |e| e.employed);
    }
}

columns! {
    /// Columns of `durations` after `tick` and `duration`.
    pub const DURATION_COLUMNS: KeyedStatistic = {
        "unemployed", "worker agents", "unemployed at the end of the last quarter who had been so for this many quarters (the last class is open), of a fixed sample of workers", "workers" => |f, k| f.flow(f.dynamics.workers.finding[k][0]);
        "found_jobs", "worker agents", "of them employed now", "workers" => |f, k| f.flow(f.dynamics.workers.finding[k][1]);
        "job_finding_rate", "1 per quarter", "their ratio; who finds work quickly leaves first, which is part of it", "workers; Kroft, Lange & Notowidigdo (2013)" => |f, k| f.flow(f.dynamics.workers.finding[k][1] / f.dynamics.workers.finding[k][0]);
    }
}

fn event(f: &Facts, k: usize, of: fn(&EventQuarter) -> f64) -> f64 {
    f.flow(f.dynamics.workers.events.get(k).map_or(f64::NAN, of))
}

/// Quarters from the loss of a job.
#[must_use]
#[allow(clippy::cast_possible_wrap, reason = "a handful of quarters")]
pub fn event_keys() -> Vec<String> {
    (-(BEFORE as i64)..=AFTER as i64).map(|quarter| quarter.to_string()).collect()
}

/// Quarters of unemployment, the last class open.
#[must_use]
pub fn duration_keys() -> Vec<String> {
    let class = |(n, first): (usize, &u16)| match DURATIONS.get(n + 1) {
        Some(next) if *next > first + 1 => format!("{first}-{}", next - 1),
        Some(_) => first.to_string(),
        None => format!("{first}+"),
    };
    DURATIONS.iter().enumerate().map(class).collect()
}
