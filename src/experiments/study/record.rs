//! The record of a shard that is committed.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::StudyError;
use super::folder::Folder;
use super::plan::{Plan, SCHEMA};
use crate::output::OutputError;

/// `done/KKKKKK.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of the files.
    pub schema: u32,
    /// Plan that the shard is of.
    pub plan_id: String,
    /// Shard.
    pub shard: u64,
    /// Its first run.
    pub first_run: u64,
    /// Its runs.
    pub runs: u64,
    /// Rows of its part.
    pub rows: u64,
    /// Runs that ended with the status `error`.
    pub n_model_errors: u64,
    /// Size of its part. \[bytes\]
    pub bytes: u64,
    /// BLAKE3 of its part.
    pub blake3: String,
    /// BLAKE3 of what its part holds.
    pub content_hash: String,
    /// Program that made it.
    pub build_id: String,
    /// Whether that was not the program of the plan, and was wanted.
    pub build_mismatch: bool,
    /// Attempt that made it.
    pub attempt: String,
    /// Machine that made it.
    pub host: String,
    /// Threads that made it.
    pub threads: usize,
    /// Time that this attempt took. \[seconds\]
    pub wall_s: f64,
    /// Largest resident memory of the attempt, where the system tells. \[bytes\]
    pub max_rss: Option<u64>,
}

/// How a shard stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// No record.
    Missing,
    /// A record, and a part of the size that it says.
    Done(Box<Record>),
    /// A record that cannot be believed, with the reason.
    Damaged(String),
}

impl Record {
    /// Where its part is.
    #[must_use]
    pub fn part(&self, folder: &Folder) -> PathBuf {
        folder.part(self.shard, &self.blake3)
    }

    /// Reads a record.
    ///
    /// # Errors
    /// If the system refuses; inside, a text if it is no record of this plan and shard.
    pub fn read(path: &Path, plan: &Plan, shard: u64) -> Result<Option<Result<Self, String>>, StudyError> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == ErrorKind::InvalidData => return Ok(Some(Err("it is no text".to_owned()))),
            other => other.map_err(OutputError::io(path, "read"))?,
        };
        let record: Result<Self, _> = serde_json::from_str(&text);
        Ok(Some(match record {
            Err(error) => Err(format!("it is no record: {error}")),
            Ok(record) if record.schema != SCHEMA => Err(format!("it has the version {}", record.schema)),
            Ok(record) if record.plan_id != plan.plan_id => Err("it is of another plan".to_owned()),
            Ok(record) if record.shard != shard => Err(format!("it is of shard {}", record.shard)),
            Ok(record) => Ok(record),
        }))
    }
}

/// How a shard stands, by its record and the size of its part.
///
/// # Errors
/// If the system refuses.
pub fn standing(folder: &Folder, plan: &Plan, shard: u64) -> Result<Standing, StudyError> {
    let path = folder.done(shard);
    let record = match Record::read(&path, plan, shard)? {
        None => return Ok(Standing::Missing),
        Some(Err(reason)) => return Ok(Standing::Damaged(format!("{}: {reason}", path.display()))),
        Some(Ok(record)) => record,
    };
    let part = record.part(folder);
    match fs::metadata(&part) {
        Ok(found) if found.len() == record.bytes => Ok(Standing::Done(Box::new(record))),
        Ok(found) => {
            Ok(Standing::Damaged(format!("{} has {} bytes instead of {}", part.display(), found.len(), record.bytes)))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Ok(Standing::Damaged(format!("{} is gone", part.display())))
        }
        Err(error) => Err(OutputError::io(&part, "read")(error).into()),
    }
}
