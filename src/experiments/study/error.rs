//! What can go wrong in a study, and the exit codes that tell engines whether to try again.

use crate::engine::configuration::ConfigurationErrors;
use crate::output::OutputError;

/// Exit codes of `xinzhi study`: a contract with engines.
pub mod exit {
    /// A run failed and `--fail-fast` was given.
    pub const MODEL: u8 = 1;
    /// Wrong usage or configuration; do not retry.
    pub const USAGE: u8 = 2;
    /// Shards are missing.
    pub const INCOMPLETE: u8 = 3;
    /// A file is not what was committed; do not retry.
    pub const DAMAGED: u8 = 65;
    /// The engine is not installed.
    pub const ENGINE: u8 = 69;
    /// A mistake in the program; retry at most three times.
    pub const INTERNAL: u8 = 70;
    /// Input or output failed; retry when there is room.
    pub const IO: u8 = 74;
    /// Interrupted: run it again.
    pub const INTERRUPTED: u8 = 75;
    /// Two executions of a shard differ; do not retry.
    pub const NONDETERMINISTIC: u8 = 76;
    /// Another plan, configuration or program; do not retry.
    pub const MISMATCH: u8 = 78;
}

/// Why a step of a study failed.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// Mistakes in the file of the sweep.
    #[error(transparent)]
    Configuration(#[from] ConfigurationErrors),
    /// Arguments that cannot be followed.
    #[error("error: {0}")]
    Usage(String),
    /// A run failed and that was to end the shard.
    #[error("error: {0}")]
    Model(String),
    /// Shards are missing.
    #[error("error: {0}")]
    Incomplete(String),
    /// Files are not what was committed.
    #[error("error: {0}")]
    Damaged(String),
    /// There is no such engine here.
    #[error("error: {0}")]
    EngineMissing(String),
    /// A mistake in the program.
    #[error("error: {0}")]
    Internal(String),
    /// Files cannot be written or read.
    #[error("error: {0}")]
    Output(OutputError),
    /// Stopped from outside; what was done is kept.
    #[error("interrupted: {text}; the same command goes on from there")]
    Interrupted {
        /// Number of the signal; none if time was up.
        signal: Option<u8>,
        /// What was kept.
        text: String,
    },
    /// Two executions of one shard gave different numbers.
    #[error("error: {0}")]
    Nondeterministic(String),
    /// The plan is of something else.
    #[error("error: {0}")]
    Mismatch(String),
}

impl StudyError {
    /// The exit code that belongs to it.
    #[must_use]
    pub const fn code(&self) -> u8 {
        match self {
            Self::Configuration(_) | Self::Usage(_) => exit::USAGE,
            Self::Model(_) => exit::MODEL,
            Self::Incomplete(_) => exit::INCOMPLETE,
            Self::Damaged(_) | Self::Output(OutputError::Format { .. }) => exit::DAMAGED,
            Self::EngineMissing(_) => exit::ENGINE,
            Self::Internal(_) | Self::Output(OutputError::Table { .. }) => exit::INTERNAL,
            Self::Output(_) => exit::IO,
            Self::Interrupted { .. } => exit::INTERRUPTED,
            Self::Nondeterministic(_) => exit::NONDETERMINISTIC,
            Self::Mismatch(_) => exit::MISMATCH,
        }
    }
}

impl From<OutputError> for StudyError {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}
