//! What can go wrong in a verb, and the exit code that tells scripts so.

use std::path::{Path, PathBuf};

use crate::engine::configuration::ConfigurationErrors;
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
    /// A figure cannot be drawn.
    #[error("error: {0}")]
    Figure(#[from] FigureError),
    /// A result is not what the run wrote.
    #[error("error: {} is damaged: it differs from its checksum in manifest.json; run the configuration again", .0.display())]
    Damaged(PathBuf),
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
    pub const fn code(&self) -> u8 {
        match self {
            Self::Usage(_)
            | Self::Configuration(_)
            | Self::Checkpoint(CheckpointError::Foreign { .. })
            | Self::Simulation(SimulationError::Data(_) | SimulationError::Opening(_)) => exit::USAGE,
            Self::Simulation(SimulationError::Breach(_)) => exit::BREACH,
            Self::Checkpoint(CheckpointError::State(_)) => exit::INTERNAL,
            Self::Interrupted { signal, .. } => exit::SIGNAL.saturating_add(*signal),
            Self::Output(_) | Self::Checkpoint(_) | Self::Figure(_) | Self::Damaged(_) | Self::Io { .. } => exit::IO,
        }
    }
}
