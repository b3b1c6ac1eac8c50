//! `xinzhi study shard`: what an engine runs, any number of times.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::{CliError, build_id, print_line, with_signal};
use crate::cli::interrupt::Interrupt;
use crate::experiments::study::model::ModelRunner;
use crate::experiments::study::{Shard, Study, StudyError};

/// Variables in which engines say which task this is, and what is to be taken from them. The more specific first: an engine
/// may itself run within a job of another.
const VARIABLES: [(&str, u64); 6] = [
    ("HQ_ENTRY", 0),
    ("HQ_TASK_ID", 0),
    ("SLURM_ARRAY_TASK_ID", 0),
    ("PBS_ARRAY_INDEX", 0),
    ("SGE_TASK_ID", 1),
    ("LSB_JOBINDEX", 1),
];

#[derive(Args, Debug)]
pub struct ShardArguments {
    /// Folder of the study.
    dir: PathBuf,
    /// Number of the shard, from 0.
    #[arg(required_unless_present = "from_env", conflicts_with = "from_env")]
    shard: Option<u64>,
    /// Takes the number from the engine: `HQ_ENTRY`, `HQ_TASK_ID`, `SLURM_ARRAY_TASK_ID`, `PBS_ARRAY_INDEX`,
    /// `SGE_TASK_ID` - 1 or `LSB_JOBINDEX` - 1.
    #[arg(long)]
    from_env: bool,
    /// Runs at a time [default: `SLURM_CPUS_PER_TASK`, or 1].
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Stops after this time as after a signal, with the runs that are done kept.
    #[arg(long, value_name = "M")]
    max_minutes: Option<f64>,
    /// Runs it even with another program than that of the plan; its record says so.
    #[arg(long)]
    allow_build_mismatch: bool,
    /// Ends at the first run that fails, for looking into it.
    #[arg(long)]
    fail_fast: bool,
}

#[expect(clippy::disallowed_methods, reason = "how long to go on is about time; results do not depend on it")]
pub fn shard(arguments: &ShardArguments) -> Result<(), CliError> {
    let started = Instant::now();
    let interrupt = Interrupt::listen_patiently()?;
    let number = match arguments.shard {
        Some(number) => number,
        None => from_environment(|name| std::env::var(name).ok())?,
    };
    let study = Study::open(&arguments.dir)?;
    let build = build_id()?;
    let over = || arguments.max_minutes.is_some_and(|minutes| started.elapsed().as_secs_f64() >= 60.0 * minutes);
    let stop = || interrupt.signal().is_some() || over();
    let runner = ModelRunner::of(&study.plan)?;
    let shard = Shard {
        study: &study,
        runner: &runner,
        threads: arguments.threads.map_or_else(|| threads(&|name| std::env::var(name).ok()), usize::from),
        build_id: &build,
        allow_build_mismatch: arguments.allow_build_mismatch,
        fail_fast: arguments.fail_fast,
        stop: &stop,
        hooks: &(),
    };
    let outcome = shard.execute(number).map_err(|error| with_signal(error, &interrupt))?;
    print_line(&format!("shard {number}: {}", outcome.word()))
}

/// What an engine gives a task, else one.
fn threads(variable: &dyn Fn(&str) -> Option<String>) -> usize {
    variable("SLURM_CPUS_PER_TASK").and_then(|text| text.trim().parse().ok()).filter(|n| *n > 0).unwrap_or(1)
}

fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<u64, StudyError> {
    for (name, less) in VARIABLES {
        // Engines that do not run an array say `undefined`, or 0 where they count from 1.
        let number = variable(name).and_then(|text| text.trim().trim_matches('"').parse::<u64>().ok());
        if let Some(number) = number.and_then(|number| number.checked_sub(less)) {
            return Ok(number);
        }
    }
    let names: Vec<&str> = VARIABLES.iter().map(|(name, _)| *name).collect();
    Err(StudyError::Usage(format!("none of {} holds a number; give the number of the shard", names.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_engine_says_which_task_it_is() {
        let of = |set: &[(&str, &str)]| {
            from_environment(|name| set.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())).ok()
        };
        assert_eq!(of(&[("SLURM_ARRAY_TASK_ID", "7")]), Some(7));
        assert_eq!(of(&[("SLURM_ARRAY_TASK_ID", "7"), ("HQ_ENTRY", "3")]), Some(3));
        assert_eq!(of(&[("HQ_ENTRY", "\"4\"")]), Some(4));
        assert_eq!(of(&[("PBS_ARRAY_INDEX", "2")]), Some(2));
        assert_eq!(of(&[("SGE_TASK_ID", "1")]), Some(0));
        assert_eq!(of(&[("SGE_TASK_ID", "undefined"), ("LSB_JOBINDEX", "9")]), Some(8));
        assert_eq!(of(&[]), None);
    }
}
