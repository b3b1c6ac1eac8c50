//! `xinzhi study`: a sweep in shards, run by any engine; one step a file.

mod clean;
mod indices;
mod merge;
mod plan;
mod progress;
mod report;
mod shard;
mod submit;
pub(super) mod sweep;
mod verify;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::interrupt::Interrupt;
use super::{CliError, print_line};
use crate::experiments::study::StudyError;
use crate::output::OutputError;

/// Exit codes, told by the help of every step.
pub(super) const EXIT_CODES: &str = "Exit codes: 0 done; 2 wrong usage or file of a sweep; 3 shards are missing; 65 damaged; 69 no such \
                          engine; 70 internal error; 74 input or output failed; 75 interrupted, run it again; 76 two \
                          executions differ; 78 another plan, program or configuration. Retry 75 freely, 1, 70, 74 and \
                          signals a few times, never 2, 65, 76 or 78.";

#[derive(Args, Debug)]
#[command(after_help = EXIT_CODES)]
pub struct StudyArguments {
    #[command(subcommand)]
    step: Step,
}

#[derive(Debug, Subcommand)]
enum Step {
    /// Writes the plan of a sweep: its runs, in shards; the same plan again changes nothing.
    #[command(after_help = EXIT_CODES)]
    Plan(plan::PlanArguments),
    /// Runs one shard and commits it; does nothing if that was done before.
    #[command(after_help = EXIT_CODES)]
    Shard(shard::ShardArguments),
    /// Lists the shards that are not committed.
    #[command(after_help = EXIT_CODES)]
    Missing(report::MissingArguments),
    /// Says how far a study has come.
    #[command(after_help = EXIT_CODES)]
    Status(report::StatusArguments),
    /// Checks what is committed.
    #[command(after_help = EXIT_CODES)]
    Verify(verify::VerifyArguments),
    /// Writes all shards as one dataset with its dictionary.
    #[command(after_help = EXIT_CODES)]
    Merge(merge::MergeArguments),
    /// Says which parameters matter for an outcome: Sobol' indices or elementary effects, ranked.
    #[command(after_help = EXIT_CODES)]
    Indices(indices::IndicesArguments),
    /// Has an engine run what is missing, and merge.
    #[command(after_help = EXIT_CODES)]
    Submit(submit::SubmitArguments),
    /// Sets damaged parts aside, so that their shards are run again.
    #[command(after_help = EXIT_CODES)]
    Repair(clean::RepairArguments),
    /// Removes temporary files and checkpoints that nobody needs.
    #[command(after_help = EXIT_CODES)]
    Clean(clean::CleanArguments),
}

pub fn study(arguments: &StudyArguments) -> Result<(), CliError> {
    match &arguments.step {
        Step::Plan(arguments) => plan::plan(arguments),
        Step::Shard(arguments) => shard::shard(arguments),
        Step::Missing(arguments) => report::missing(arguments),
        Step::Status(arguments) => report::status(arguments),
        Step::Verify(arguments) => verify::verify(arguments),
        Step::Merge(arguments) => merge::merge(arguments),
        Step::Indices(arguments) => indices::indices(arguments),
        Step::Submit(arguments) => submit::submit(arguments),
        Step::Repair(arguments) => clean::repair(arguments),
        Step::Clean(arguments) => clean::clean(arguments),
    }
}

/// This program: its version and a hash of its file, so that shards are run by the program that planned them.
fn build_id() -> Result<String, StudyError> {
    let program = program()?;
    let bytes = std::fs::read(&program).map_err(OutputError::io(&program, "read"))?;
    let hash = blake3::hash(&bytes).to_hex();
    Ok(format!("{}-{}", env!("CARGO_PKG_VERSION"), &hash[..16]))
}

/// The file of this program.
fn program() -> Result<PathBuf, StudyError> {
    std::env::current_exe().map_err(|error| OutputError::io(Path::new("this program"), "find")(error).into())
}

/// The error with the signal that came, if one did.
fn with_signal(error: StudyError, interrupt: &Interrupt) -> StudyError {
    match error {
        StudyError::Interrupted { text, .. } => StudyError::Interrupted { signal: interrupt.signal(), text },
        other => other,
    }
}
