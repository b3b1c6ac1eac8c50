//! What can go wrong in a verb, and the exit code that tells scripts so.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::engine::configuration::ConfigurationErrors;
use crate::experiments::study::StudyError;
use crate::figures::FigureError;
use crate::output::{CheckpointError, OutputError};
use crate::simulation::SimulationError;

/// Exit codes: a contract with scripts.
pub mod exit {
    /// Done.
    pub const DONE: u8 = 0;
    /// Wrong usage, configuration or data.
    pub const USAGE: u8 = 2;
    /// A broken invariant.
    pub const BREACH: u8 = 3;
    /// Input or output failed.
    pub const IO: u8 = 4;
    /// Some runs of an ensemble failed; the others are complete.
    pub const SOME_FAILED: u8 = 5;
    /// A mistake in the program.
    pub const INTERNAL: u8 = 70;
    /// Added to the number of the signal that interrupted a run: 130 after Ctrl-C, 143 after SIGTERM.
    pub const SIGNAL: u8 = 128;
}

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Arguments that cannot be followed.
    #[error("error: {0}")]
    Usage(String),
    /// Mistakes in the configuration.
    #[error(transparent)]
    Configuration(#[from] ConfigurationErrors),
    /// The simulation cannot start or go on.
    #[error("error: {0}")]
    Simulation(#[from] SimulationError),
    /// Results cannot be written or read.
    #[error("error: {0}")]
    Output(#[from] OutputError),
    /// A checkpoint cannot be written or followed.
    #[error("error: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The run was stopped from outside.
    #[error("interrupted after tick {tick}: the same command with --resume goes on from there")]
    Interrupted {
        /// Number of the signal.
        signal: u8,
        /// Ticks done.
        tick: u32,
    },
    /// Many runs were stopped from outside.
    #[error("interrupted: {complete} of {runs} seeds are complete; the same command goes on with the others")]
    RunsInterrupted {
        /// Number of the signal.
        signal: u8,
        /// Seeds whose runs are complete.
        complete: usize,
        /// Seeds of the ensemble.
        runs: usize,
    },
    /// Some runs of an ensemble failed.
    #[error("error: {} of {runs} seeds failed ({}); {}", .failed.len(), listed(.failed), kept(.failed.len() < *.runs))]
    SomeFailed {
        /// Their seeds.
        failed: Vec<u64>,
        /// Seeds of the ensemble.
        runs: usize,
    },
    /// The program has a mistake, which one of many runs has met.
    #[error("error: a mistake in the program: {0}; please report it")]
    Internal(String),
    /// A write failed, and there is a checkpoint.
    #[error("{source}; the state after tick {tick} is kept: the same command with --resume goes on from there")]
    Kept {
        /// What failed.
        source: Box<CliError>,
        /// Tick of the checkpoint.
        tick: u32,
    },
    /// The run is complete but for its figures.
    #[error("{source}; the tables are complete: `xinzhi plot {}` draws the figures", path.display())]
    Figures {
        /// What failed.
        source: Box<CliError>,
        /// Folder of the run.
        path: PathBuf,
    },
    /// A figure cannot be drawn.
    #[error("error: {0}")]
    Figure(#[from] FigureError),
    /// A result is not what the run wrote.
    #[error("error: {} is damaged: it differs from its checksum in manifest.json; run the configuration again", .0.display())]
    Damaged(PathBuf),
    /// Files of a run's folder are not what the run wrote.
    #[error("error: {} is damaged: {}; run the configuration again", .0.display(), .1.join(", "))]
    DamagedFiles(PathBuf, Vec<String>),
    /// A step of a study failed.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// The same outside of `study`, where exit codes are those of the other verbs.
    #[error(transparent)]
    Sweep(StudyError),
    /// All has been said; this is the exit code.
    #[error("")]
    Silent(u8),
    /// Input or output failed.
    #[error("error: cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl CliError {
    /// A failure of input or output.
    pub fn io(action: &'static str, path: impl AsRef<Path>, source: impl Into<std::io::Error>) -> Self {
        Self::Io { action, path: path.as_ref().to_owned(), source: source.into() }
    }

    /// The exit code that belongs to it.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Kept { source, .. } | Self::Figures { source, .. } => source.code(),
            Self::Usage(_)
            | Self::Configuration(_)
            | Self::Checkpoint(CheckpointError::Foreign { .. })
            | Self::Simulation(SimulationError::Data(_) | SimulationError::Opening(_)) => exit::USAGE,
            Self::Simulation(SimulationError::Breach(_)) => exit::BREACH,
            Self::Study(error) => error.code(),
            Self::Sweep(error) => outside(error),
            Self::Silent(code) => *code,
            Self::Internal(_) | Self::Checkpoint(CheckpointError::State(_)) => exit::INTERNAL,
            Self::SomeFailed { .. } => exit::SOME_FAILED,
            Self::Interrupted { signal, .. } | Self::RunsInterrupted { signal, .. } => {
                exit::SIGNAL.saturating_add(*signal)
            }
            Self::Output(_)
            | Self::Checkpoint(_)
            | Self::Figure(_)
            | Self::Damaged(_)
            | Self::DamagedFiles(..)
            | Self::Io { .. } => exit::IO,
        }
    }

    /// As people read it, coloured for a terminal.
    #[must_use]
    pub fn styled(&self) -> String {
        match self {
            Self::Configuration(errors)
            | Self::Study(StudyError::Configuration(errors))
            | Self::Sweep(StudyError::Configuration(errors)) => errors.styled(),
            other => styled(&other.to_string()),
        }
    }

    /// As programs read it: one JSON object a line and mistake.
    #[must_use]
    pub fn json_lines(&self) -> String {
        match self {
            Self::Configuration(errors)
            | Self::Study(StudyError::Configuration(errors))
            | Self::Sweep(StudyError::Configuration(errors)) => errors.json_lines(),
            other => json(other.path(), &other.to_string()),
        }
    }

    /// The file or folder that it is about.
    fn path(&self) -> Option<String> {
        match self {
            Self::Kept { source, .. } | Self::Figures { source, .. } => source.path(),
            Self::Study(StudyError::Output(
                OutputError::Io { path, .. } | OutputError::Format { path, .. } | OutputError::Busy { path, .. },
            ))
            | Self::Sweep(StudyError::Output(
                OutputError::Io { path, .. } | OutputError::Format { path, .. } | OutputError::Busy { path, .. },
            ))
            | Self::Output(
                OutputError::Io { path, .. } | OutputError::Format { path, .. } | OutputError::Busy { path, .. },
            )
            | Self::Damaged(path)
            | Self::DamagedFiles(path, _)
            | Self::Io { path, .. }
            | Self::Checkpoint(CheckpointError::Damaged { path, .. } | CheckpointError::Foreign { path, .. }) => {
                Some(path.display().to_string())
            }
            Self::Checkpoint(_)
            | Self::Study(_)
            | Self::Sweep(_)
            | Self::Silent(_)
            | Self::Configuration(_)
            | Self::Interrupted { .. }
            | Self::RunsInterrupted { .. }
            | Self::SomeFailed { .. }
            | Self::Internal(_)
            | Self::Usage(_)
            | Self::Simulation(_)
            | Self::Output(OutputError::Table { .. })
            | Self::Figure(_) => None,
        }
    }
}

/// The exit code of a study's failure as the other verbs have it.
fn outside(error: &StudyError) -> u8 {
    match error {
        StudyError::Configuration(_) | StudyError::Usage(_) | StudyError::Mismatch(_) => exit::USAGE,
        StudyError::Interrupted { signal: Some(signal), .. } => exit::SIGNAL.saturating_add(*signal),
        StudyError::Damaged(_) | StudyError::Output(OutputError::Io { .. } | OutputError::Format { .. }) => exit::IO,
        StudyError::Internal(_) | StudyError::Nondeterministic(_) => exit::INTERNAL,
        other => other.code(),
    }
}

/// Numbers with commas.
fn listed(numbers: &[u64]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

const fn kept(others: bool) -> &'static str {
    if others { "the others are complete and kept" } else { "none is complete" }
}

/// How errors are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ErrorFormat {
    /// For people: file, line, excerpt, help.
    #[default]
    Text,
    /// For programs: one JSON object a line, on standard error.
    Json,
}

/// A message with the colours of the other errors.
pub fn styled(message: &str) -> String {
    match message.strip_prefix("error: ") {
        Some(rest) => format!("\u{1b}[1m\u{1b}[91merror\u{1b}[0m\u{1b}[1m: {rest}\u{1b}[0m"),
        None => message.to_owned(),
    }
}

/// An error without a line; what stands behind the last semicolon, or in the paragraphs after the first, is what to do
/// about it.
pub fn json(file: Option<String>, message: &str) -> String {
    let message = message.trim().strip_prefix("error: ").unwrap_or(message.trim());
    let (message, help) = match (message.split_once("\n\n"), message.rsplit_once("; ")) {
        (Some((message, rest)), _) => (message, rest),
        (None, Some((message, help))) if !message.contains('\n') => (message, help),
        _ => (message, ""),
    };
    line("error", file, message, help)
}

/// Something that does not end the program, in the same form.
pub fn json_warning(message: &str) -> String {
    line("warning", None, message, "")
}

fn line(level: &str, file: Option<String>, message: &str, help: &str) -> String {
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    serde_json::json!({
        "level": level,
        "file": file,
        "line": null,
        "column": null,
        "width": null,
        "key": null,
        "message": message,
        "help": help,
        "excerpt": "",
        "related": [],
    })
    .to_string()
}
