//! Runs of a shard that was not finished, and how far those in hand had come: kept with a checksum, gone on from by any later attempt at the same plan.

use std::collections::BTreeMap;
use std::fs;

use serde::{Deserialize, Serialize};

use super::error::StudyError;
use super::folder::{Folder, replace};
use super::plan::{Plan, SCHEMA};
use super::runs::RunResult;

/// What a checkpoint begins with.
const MAGIC: &[u8; 8] = b"XZSHARD\n";
/// Bytes of a checksum.
const HASH: usize = 32;

/// Results by run.
pub type Results = BTreeMap<u64, RunResult>;

/// What is kept of a shard.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Runs that are done.
    pub results: Results,
    /// Runs that were left: the program that left them, and their state.
    pub left: BTreeMap<u64, (String, Vec<u8>)>,
}

/// Writes what an attempt has so far, in the place of what it wrote before.
///
/// # Errors
/// If the system refuses.
pub fn write(folder: &Folder, plan: &Plan, shard: u64, attempt: &str, kept: &Kept) -> Result<(), StudyError> {
    let failed = |error: postcard::Error| StudyError::Internal(format!("a checkpoint cannot be written: {error}"));
    let body = postcard::to_stdvec(kept).map_err(failed)?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend(SCHEMA.to_le_bytes());
    bytes.extend(plan.plan_id.as_bytes());
    bytes.extend((body.len() as u64).to_le_bytes());
    bytes.extend(body);
    let hash = blake3::hash(&bytes);
    bytes.extend(hash.as_bytes());
    replace(&folder.of_attempt("ckpt", shard, attempt, "bin"), &bytes)
}

/// What all valid checkpoints of a shard hold together; runs that were left by another program begin anew. One that is
/// damaged or of another plan is passed over: its runs are made again.
///
/// # Errors
/// If the folder cannot be listed.
pub fn read(folder: &Folder, plan: &Plan, shard: u64, build_id: &str) -> Result<Kept, StudyError> {
    let mut kept = Kept::default();
    for path in folder.list_of("ckpt", shard)? {
        if let Some(found) = fs::read(&path).ok().and_then(|bytes| decode(plan, &bytes)) {
            kept.results.extend(found.results);
            kept.left.extend(found.left);
        }
    }
    let range = plan.range(shard);
    kept.results.retain(|run, result| range.contains(run) && fits(plan, result));
    let Kept { results, left } = &mut kept;
    left.retain(|run, (build, _)| range.contains(run) && !results.contains_key(run) && build == build_id);
    Ok(kept)
}

fn decode(plan: &Plan, bytes: &[u8]) -> Option<Kept> {
    let (covered, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH)?)?;
    if blake3::hash(covered).as_bytes() != hash {
        return None;
    }
    let rest = covered.strip_prefix(MAGIC)?.strip_prefix(&SCHEMA.to_le_bytes())?;
    let rest = rest.strip_prefix(plan.plan_id.as_bytes())?;
    let (length, body) = rest.split_first_chunk::<8>()?;
    if u64::from_le_bytes(*length) != body.len() as u64 {
        return None;
    }
    postcard::from_bytes(body).ok()
}

fn fits(plan: &Plan, result: &RunResult) -> bool {
    let outcomes = &plan.study.outcomes;
    result.columns.len() == outcomes.columns.len() && result.columns.iter().all(|rows| rows.len() == outcomes.rows())
}

/// Removes the checkpoints of a shard that is committed.
pub fn clear(folder: &Folder, shard: u64) {
    for kind in ["ckpt", "progress"] {
        for path in folder.list_of(kind, shard).unwrap_or_default() {
            // What stays is for `study clean`; it cannot do harm.
            let _ = fs::remove_file(path);
        }
    }
}
