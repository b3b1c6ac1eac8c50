//! `xinzhi study plan`: from the file of a sweep to a folder that engines can work on.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::{CliError, build_id, print_line};
use crate::cli::eprint_line;
use crate::cli::interrupt::Interrupt;
use crate::experiments::study::folder::Commit;
use crate::experiments::study::model::ModelRunner;
use crate::experiments::study::{Ended, Folder, Plan, Runner, Study, StudyError};
use crate::experiments::sweep_file::Sweep;
use crate::output::Table;

/// Shards, at most, where nobody says how many: the array that Slurm takes where nobody has changed that.
const MOST: f64 = 1000.0;

#[derive(Args, Debug)]
pub struct PlanArguments {
    /// File of the sweep.
    sweep: PathBuf,
    /// Folder of the study.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Shards.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=999_999))]
    shards: Option<u64>,
    /// Runs of a shard.
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u64).range(1..), conflicts_with = "shards")]
    runs_per_shard: Option<u64>,
    /// Time that a shard is to take on one thread, by what the pilot runs take.
    #[arg(long, value_name = "MINUTES", default_value_t = 15.0, conflicts_with_all = ["shards", "runs_per_shard"])]
    shard_minutes: f64,
    /// Runs that are made to see how long one takes, where shards are sized by time.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=100))]
    pilot: u64,
}

pub fn plan(arguments: &PlanArguments) -> Result<(), CliError> {
    let sweep = Sweep::load(&arguments.sweep).map_err(StudyError::from)?;
    let build = build_id()?;
    let folder = Folder::new(&arguments.out);
    let runs = sweep.points.len() as u64 * sweep.seeds.len() as u64;
    let given = arguments.shards.or_else(|| arguments.runs_per_shard.map(|each| runs.div_ceil(each)));
    let (plan, design) = match given {
        Some(shards) => Plan::of(&sweep, shards, &build)?,
        None => sized(arguments, &sweep, &build, &folder)?,
    };
    let commit = plan.write(&design, &folder)?;
    let study = &plan.study;
    let what = if commit == Commit::Won { "planned" } else { "planned before" };
    print_line(&format!(
        "{what}: {} points x {} seeds = {} runs in {} shards\n{}",
        study.points,
        study.seeds.len(),
        study.runs,
        study.shards,
        arguments.out.display()
    ))
}

/// In as many shards as there were before, or as the time of some runs suggests.
fn sized(arguments: &PlanArguments, sweep: &Sweep, build: &str, folder: &Folder) -> Result<(Plan, Table), StudyError> {
    let (one, design) = Plan::of(sweep, 1, build)?;
    if folder.plan().exists() {
        let there = Plan::read(folder)?;
        return if there.study_id == one.study_id {
            Plan::of(sweep, there.study.shards, build)
        } else {
            Ok((one, design))
        };
    }
    let seconds = pilot(arguments, &one, &design)?;
    let total = seconds * one.study.runs as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between one and a thousand")]
    let shards = (total / (60.0 * arguments.shard_minutes.max(0.01))).ceil().clamp(1.0, MOST) as u64;
    eprint_line(&format!("a run takes {seconds:.1} s on one thread, all of them {:.2} core-hours", total / 3600.0));
    Plan::of(sweep, shards, build)
}

/// What a run takes on one thread in the mean. \[seconds\]
#[expect(clippy::disallowed_methods, reason = "the map of shards is about time; results do not depend on it")]
fn pilot(arguments: &PlanArguments, plan: &Plan, design: &Table) -> Result<f64, StudyError> {
    let interrupt = Interrupt::listen_patiently()?;
    let runner = ModelRunner::of(plan)?;
    let study = Study::with_design(Folder::new(&arguments.out), plan.clone(), design)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.map_err(|error| StudyError::Internal(format!("cannot start a thread: {error}")))?;
    let stop = || interrupt.signal().is_some();
    let wanted = usize::try_from(arguments.pilot).unwrap_or(1).min(study.runs.len()).max(1);
    let started = Instant::now();
    for run in study.runs.iter().take(wanted) {
        if matches!(pool.install(|| runner.run(run, None, &stop)), Ended::Left(_)) {
            let text = "nothing was planned".to_owned();
            return Err(StudyError::Interrupted { signal: interrupt.signal(), text });
        }
    }
    Ok(started.elapsed().as_secs_f64() / wanted as f64)
}
