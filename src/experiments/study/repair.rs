//! Sets aside what cannot be believed, and takes away what nobody needs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::error::StudyError;
use super::folder::{Folder, TEMPORARY, unique, write_beside};
use super::plan::{Plan, Study};
use super::record::{Record, Standing, standing};
use super::verify::checked_part;
use crate::output::OutputError;

/// Moves damaged parts and their records into `quarantine/`, so that their shards are missing again; returns the shards.
///
/// # Errors
/// If the system refuses.
pub fn repair(study: &Study) -> Result<Vec<(u64, String)>, StudyError> {
    let (folder, plan) = (&study.folder, &study.plan);
    let mut repaired = Vec::new();
    for shard in 0..plan.study.shards {
        let reason = match standing(folder, plan, shard)? {
            Standing::Missing => continue,
            Standing::Damaged(reason) => reason,
            Standing::Done(record) => match checked_part(folder, plan, &record) {
                Ok(_) => continue,
                Err(StudyError::Damaged(reason)) => reason,
                Err(other) => return Err(other),
            },
        };
        // The record first: without it the shard is missing, whatever happens next.
        let part = part_of(folder, plan, shard)?;
        set_aside(folder, &folder.done(shard))?;
        if let Some(part) = part {
            set_aside(folder, &part)?;
        }
        repaired.push((shard, reason));
    }
    Ok(repaired)
}

fn part_of(folder: &Folder, plan: &Plan, shard: u64) -> Result<Option<PathBuf>, StudyError> {
    let record = Record::read(&folder.done(shard), plan, shard)?;
    Ok(record.and_then(Result::ok).map(|record| record.part(folder)).filter(|part| part.exists()))
}

fn set_aside(folder: &Folder, path: &Path) -> Result<(), StudyError> {
    let quarantine = folder.path().join("quarantine");
    fs::create_dir_all(&quarantine).map_err(OutputError::io(&quarantine, "create the folder"))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    fs::rename(path, quarantine.join(format!("{}-{name}", unique()))).map_err(OutputError::io(path, "move"))?;
    Ok(())
}

/// Removes temporary files that nobody has written to for a while, and checkpoints and signs of life of shards that are
/// committed; returns how many. Age is that of the file system's own clock, and a file that is removed in error costs an
/// attempt, never a result.
///
/// # Errors
/// If the system refuses.
pub fn clean(folder: &Folder, plan: &Plan, older: Duration) -> Result<usize, StudyError> {
    let now = file_time(folder)?;
    let mut removed = 0;
    for kind in ["", "parts", "done", "ckpt", "progress", "failed", "submit"] {
        let place = folder.path().join(kind);
        let Ok(entries) = fs::read_dir(&place) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let temporary = entry.file_name().to_string_lossy().starts_with(TEMPORARY);
            let written = entry.metadata().and_then(|m| m.modified());
            let old = written.is_ok_and(|t| now.duration_since(t).unwrap_or_default() >= older);
            if temporary && old && fs::remove_file(entry.path()).is_ok() {
                removed += 1;
            }
        }
    }
    for shard in 0..plan.study.shards {
        if matches!(standing(folder, plan, shard)?, Standing::Done(_)) {
            for kind in ["ckpt", "progress"] {
                for path in folder.list_of(kind, shard)? {
                    removed += usize::from(fs::remove_file(path).is_ok());
                }
            }
        }
    }
    Ok(removed)
}

/// What the file system says that the time is.
fn file_time(folder: &Folder) -> Result<SystemTime, StudyError> {
    let probe = write_beside(&folder.path().join("clock"), b"")?;
    let time = fs::metadata(&probe).and_then(|m| m.modified());
    let _ = fs::remove_file(&probe);
    Ok(time.map_err(OutputError::io(&probe, "read"))?)
}
