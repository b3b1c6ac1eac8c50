//! How a study stands, by what is in its folder.

use std::fs;

use serde::Serialize;

use super::error::StudyError;
use super::folder::Folder;
use super::plan::Plan;
use super::record::{Record, Standing, standing};

/// A sign of life of an attempt; it may have died since.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize)]
pub struct Life {
    /// Shard.
    pub shard: u64,
    /// Attempt.
    pub attempt: String,
    /// Machine.
    pub host: String,
    /// Process.
    pub pid: u32,
    /// Runs that it had done.
    pub runs_done: u64,
    /// Runs of the shard.
    pub runs: u64,
}

/// How a study stands.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// Plan.
    pub plan_id: String,
    /// Shards of the plan.
    pub shards: u64,
    /// Shards that are committed.
    pub done: u64,
    /// Shards that are not.
    pub missing: Vec<u64>,
    /// Shards whose record or part cannot be believed, with the reason.
    pub damaged: Vec<(u64, String)>,
    /// Attempts that failed for other reasons than the model; advisory.
    pub failed_attempts: usize,
    /// Shards that somebody was seen at work on; advisory.
    pub running: Vec<Life>,
    /// Runs of the plan.
    pub runs: u64,
    /// Runs in committed shards.
    pub runs_done: u64,
    /// Committed runs with the status `error`.
    pub model_errors: u64,
    /// Time of the committed attempts on all of their threads. \[hours\]
    pub core_hours: f64,
    /// What one run took on one thread in the mean. \[seconds\]
    pub seconds_per_run: Option<f64>,
    /// What is left, on one thread. \[hours\]
    pub core_hours_left: Option<f64>,
    /// What is left, if as many as were seen go on. \[hours\]
    pub hours_left: Option<f64>,
    /// Largest resident memory of an attempt. \[bytes\]
    pub max_rss: Option<u64>,
}

impl Status {
    /// Looks at every shard.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn of(folder: &Folder, plan: &Plan) -> Result<Self, StudyError> {
        let (mut missing, mut damaged, mut records) = (Vec::new(), Vec::new(), Vec::<Record>::new());
        for shard in 0..plan.study.shards {
            match standing(folder, plan, shard)? {
                Standing::Missing => missing.push(shard),
                Standing::Damaged(reason) => damaged.push((shard, reason)),
                Standing::Done(record) => records.push(*record),
            }
        }
        let life = |path: &std::path::PathBuf| serde_json::from_str(&fs::read_to_string(path).ok()?).ok();
        let mut running: Vec<Life> = folder.list("progress")?.iter().filter_map(life).collect();
        running.retain(|life| missing.contains(&life.shard));
        let runs_done: u64 = records.iter().map(|record| record.runs).sum();
        let core_seconds: f64 = records.iter().map(|record| record.wall_s * record.threads as f64).sum();
        let per_run = (runs_done > 0).then(|| core_seconds / runs_done as f64);
        let left = per_run.map(|seconds| seconds * (plan.study.runs - runs_done) as f64 / 3600.0);
        Ok(Self {
            plan_id: plan.plan_id.clone(),
            shards: plan.study.shards,
            done: records.len() as u64,
            missing,
            damaged,
            failed_attempts: folder.list("failed")?.len(),
            hours_left: left.filter(|_| !running.is_empty()).map(|hours| hours / running.len() as f64),
            running,
            runs: plan.study.runs,
            runs_done,
            model_errors: records.iter().map(|record| record.n_model_errors).sum(),
            core_hours: core_seconds / 3600.0,
            seconds_per_run: per_run,
            core_hours_left: left,
            max_rss: records.iter().filter_map(|record| record.max_rss).max(),
        })
    }

    /// Whether nothing is missing or damaged.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.damaged.is_empty()
    }
}

/// Numbers as `sbatch --array` takes them: `0-3,7`.
#[must_use]
pub fn ranges(shards: &[u64]) -> String {
    let mut parts: Vec<(u64, u64)> = Vec::new();
    for shard in shards {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *shard => *last = *shard,
            _ => parts.push((*shard, *shard)),
        }
    }
    let word = |(first, last): &(u64, u64)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    parts.iter().map(word).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    #[test]
    fn ranges_are_those_of_job_arrays() {
        assert_eq!(super::ranges(&[0, 1, 2, 3, 7]), "0-3,7");
        assert_eq!(super::ranges(&[5]), "5");
        assert_eq!(super::ranges(&[]), "");
    }
}
