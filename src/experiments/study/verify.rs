//! Whether what is committed is what was computed: sizes, hashes, contents, or the numbers themselves again.

use std::fs::File;

use super::content::content_hash;
use super::error::StudyError;
use super::folder::Folder;
use super::part;
use super::plan::{Plan, Study};
use super::record::{Record, Standing, standing};
use super::runs::{Ended, Runner, Stop};
use crate::output::{OutputError, Table, Values, read_parquet, table_hash};

/// The rows of a committed shard, after every check that can be made without computing them again.
///
/// # Errors
/// [`StudyError::Damaged`] if the part is not what the record says.
pub fn checked_part(folder: &Folder, plan: &Plan, record: &Record) -> Result<Table, StudyError> {
    let path = record.part(folder);
    let damaged = |what: &str| {
        let text =
            format!("{} {what}; `xinzhi study repair {}` sets it aside", path.display(), folder.path().display());
        StudyError::Damaged(text)
    };
    File::open(&path).map_err(OutputError::io(&path, "open"))?;
    if table_hash(&path)? != record.blake3 {
        return Err(damaged("differs from the hash in its record"));
    }
    let table = read_parquet(&path).map_err(|_| damaged("cannot be read"))?;
    let names_fit = table.columns.len() == plan.study.columns.len()
        && table.columns.iter().zip(&plan.study.columns).all(|(c, doc)| c.name == doc.name && c.unit == doc.unit);
    if !names_fit {
        return Err(damaged("has other columns than the plan"));
    }
    let times = plan.study.outcomes.rows() as u64;
    let wanted = plan.range(record.shard).flat_map(|run| std::iter::repeat_n(run.cast_signed(), rows(times)));
    let Some(Values::Integer(ids)) = table.columns.first().map(|column| &column.values) else {
        return Err(damaged("has no numbers of runs"));
    };
    if !ids.iter().copied().eq(wanted) || table.rows() as u64 != record.rows {
        return Err(damaged("has other runs than the plan"));
    }
    if content_hash(&table) != record.content_hash {
        return Err(damaged("holds other values than its record says"));
    }
    Ok(table)
}

fn rows(times: u64) -> usize {
    usize::try_from(times).unwrap_or(usize::MAX)
}

/// Computes a committed shard again and compares; returns whether that was possible before `stop`.
///
/// # Errors
/// [`StudyError::Nondeterministic`] if the numbers differ.
pub fn rerun(study: &Study, record: &Record, runner: &dyn Runner, stop: &Stop<'_>) -> Result<bool, StudyError> {
    let runs = study.runs_of(record.shard)?;
    let mut results = Vec::new();
    for run in runs {
        let Ended::Finished(result) = runner.run(run, None, stop) else { return Ok(false) };
        results.push(result);
    }
    let table = part::table(&study.plan.study, runs, &results);
    if content_hash(&table) == record.content_hash {
        return Ok(true);
    }
    Err(StudyError::Nondeterministic(format!(
        "shard {} gives other numbers than were committed by {} on {}",
        record.shard, record.build_id, record.host
    )))
}

/// The shards of a sample: about a share of them, at least one, the same ones for the same plan.
#[must_use]
pub fn sample(plan: &Plan, share: f64) -> Vec<u64> {
    let chosen = |shard: &u64| {
        let mut hasher = blake3::Hasher::new();
        hasher.update(plan.plan_id.as_bytes()).update(&shard.to_le_bytes());
        let mut bytes = [0; 8];
        hasher.finalize_xof().fill(&mut bytes);
        (u64::from_le_bytes(bytes) >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut shards: Vec<u64> = (0..plan.study.shards).collect();
    shards.sort_by(|a, b| chosen(a).total_cmp(&chosen(b)));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a number of shards")]
    let wanted = (share * plan.study.shards as f64).ceil() as usize;
    shards.truncate(wanted.max(1));
    shards.sort_unstable();
    shards
}

/// The records of all shards that are committed.
///
/// # Errors
/// [`StudyError::Damaged`] with all that is, if something is.
pub fn records(folder: &Folder, plan: &Plan) -> Result<(Vec<Record>, Vec<u64>), StudyError> {
    let (mut records, mut missing, mut damaged) = (Vec::new(), Vec::new(), Vec::new());
    for shard in 0..plan.study.shards {
        match standing(folder, plan, shard)? {
            Standing::Missing => missing.push(shard),
            Standing::Damaged(reason) => damaged.push(reason),
            Standing::Done(record) => records.push(*record),
        }
    }
    if damaged.is_empty() {
        return Ok((records, missing));
    }
    let repair = format!("`xinzhi study repair {}` sets it aside", folder.path().display());
    Err(StudyError::Damaged(format!("{}; {repair}", damaged.join("; "))))
}
