//! `xinzhi sweep`: plan, all shards and merge on this machine; run again, it goes on where it was.

use std::path::{Path, PathBuf};

use clap::Args;

use super::progress::RunsProgress;
use super::{build_id, with_signal};
use crate::cli::CliError;
use crate::cli::interrupt::Interrupt;
use crate::experiments::default_jobs;
use crate::experiments::study::local::run_missing;
use crate::experiments::study::merge::{Format, merge};
use crate::experiments::study::model::ModelRunner;
use crate::experiments::study::status::Status;
use crate::experiments::study::{Folder, Plan, Shard, Study, StudyError};
use crate::experiments::sweep_file::Sweep;

/// Shards of a sweep on one machine, at most: few enough that their files are no burden.
const MOST: u64 = 512;

#[derive(Args, Debug)]
pub struct SweepArguments {
    /// File of the sweep.
    sweep: PathBuf,
    /// Runs at a time, a thread each [default: all cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Folder of the study [default: outputs/studies/<name of the file>].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
}

pub fn sweep(arguments: &SweepArguments) -> Result<(), CliError> {
    outside(sweep_study(arguments))
}

/// Outside of `study` exit codes are those of the other verbs.
fn outside(outcome: Result<(), CliError>) -> Result<(), CliError> {
    outcome.map_err(|error| match error {
        CliError::Study(error) => CliError::Sweep(error),
        other => other,
    })
}

fn sweep_study(arguments: &SweepArguments) -> Result<(), CliError> {
    let sweep = Sweep::load(&arguments.sweep).map_err(StudyError::from)?;
    let out = arguments.out.clone().unwrap_or_else(|| Path::new("outputs/studies").join(&sweep.name));
    let folder = Folder::new(&out);
    let build = build_id()?;
    let (mut plan, mut design) = Plan::of(&sweep, MOST, &build)?;
    // A study that was planned for an engine is gone on with in its shards.
    if folder.plan().exists() {
        let there = Plan::read(&folder)?;
        if there.study_id == plan.study_id {
            (plan, design) = Plan::of(&sweep, there.study.shards, &build)?;
        }
    }
    plan.write(&design, &folder)?;
    run_here(&Study::open(&out)?, arguments.jobs, arguments.quiet)
}

/// Executes what is missing on this machine, and merges.
pub fn run_here(study: &Study, jobs: Option<u16>, quiet: bool) -> Result<(), CliError> {
    let interrupt = Interrupt::listen_patiently()?;
    let build = build_id()?;
    let runner = ModelRunner::of(&study.plan)?;
    let stop = || interrupt.signal().is_some();
    let status = Status::of(&study.folder, &study.plan)?;
    let progress = RunsProgress::new(status.runs_done, status.runs, quiet);
    let shard = Shard {
        study,
        runner: &runner,
        threads: 1,
        build_id: &build,
        allow_build_mismatch: false,
        fail_fast: false,
        stop: &stop,
        hooks: &progress,
    };
    // As many as there are cores and memory for.
    let fitting = || default_jobs(runner.configuration(), study.runs.len());
    let done = run_missing(shard, jobs.map_or_else(fitting, usize::from));
    drop(progress);
    done.map_err(|error| with_signal(error, &interrupt))?;
    let out = study.folder.path().join("merged.parquet");
    super::merge::tell(&merge(study, &out, Format::Parquet, false)?)
}
