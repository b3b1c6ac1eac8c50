//! A study: a sweep that is run in shards, by any engine, anywhere its folder is visible.
//!
//! At-least-once execution, exactly-once commit. An engine runs `xinzhi study shard DIR K` for every shard that is
//! missing, any number of times, also twice at once; a shard counts when its record stands in `done/`, which is made by a
//! link that overwrites nothing. No locks, no leases, no daemon; nothing is decided by a clock or by the exit code of an
//! engine. What is in a study is a property of its folder:
//!
//! | in the folder | what it is |
//! |---|---|
//! | `plan.json` | what is run; written once, never changed |
//! | `design.parquet` | run, point, replicate, parameters, seed |
//! | `parts/KKKKKK-<hash>.parquet` | rows of a shard, named by their content |
//! | `done/KKKKKK.json` | the record of a shard that is committed |
//! | `failed/`, `progress/` | what went wrong, what goes on: advisory |
//! | `ckpt/KKKKKK.<attempt>.bin` | runs of a shard that was interrupted, and how far those in hand had come |
//!
//! Files in the making are called `.tmp-…` and are nobody's business.

pub mod checkpoint;
pub mod content;
pub mod error;
pub mod folder;
pub mod local;
pub mod merge;
pub mod model;
pub mod part;
pub mod plan;
pub mod record;
pub mod repair;
pub mod runs;
pub mod shard;
pub mod status;
pub mod submit;
pub mod verify;

pub use error::StudyError;
pub use folder::Folder;
pub use plan::{Plan, Study};
pub use runs::{Ended, Run, RunResult, Runner};
pub use shard::{Hooks, Shard, ShardOutcome, Step};
