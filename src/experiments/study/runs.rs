//! One run of a study: what goes in, what comes out, and whoever turns one into the other.

use serde::{Deserialize, Serialize};

use crate::engine::parameters::Value;

/// One point with one seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Number in the order in which runs are made.
    pub run_id: u64,
    /// Number of the point in the design.
    pub point_id: u64,
    /// Which of the seeds.
    pub replicate: u64,
    /// Seed of every random draw; below 2^53.
    pub seed: u64,
    /// Values of the parameters, in the order of the plan.
    pub values: Vec<Value>,
}

/// How a run ended. A model that breaks at a point is a finding about the point, not a failure of the shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunStatus {
    /// All ticks done, no collapse.
    Ok,
    /// All ticks done; the economy collapsed on the way.
    Collapsed,
    /// The economy could not be opened or an invariant broke.
    Error,
}

impl RunStatus {
    /// The word in the column `status`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Collapsed => "collapsed",
            Self::Error => "error",
        }
    }
}

/// What a run gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// How it ended.
    pub status: RunStatus,
    /// Collapses, or what broke.
    pub message: String,
    /// Outcomes, column by column, a value a row; what the run did not come to is not a number.
    pub columns: Vec<Vec<f64>>,
}

/// Whether to stop as soon as possible.
pub type Stop<'s> = dyn Fn() -> bool + Sync + 's;

/// How far a run came.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// To its end.
    Finished(RunResult),
    /// It was told to stop: its state, if there is something to go on from.
    Left(Option<Vec<u8>>),
}

/// Makes runs.
pub trait Runner: Sync {
    /// The result of a run, a function of the run alone, also if it goes on from the state that it was left in by the same
    /// program.
    fn run(&self, run: &Run, state: Option<Vec<u8>>, stop: &Stop<'_>) -> Ended;
}
