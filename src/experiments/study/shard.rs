//! One execution of a shard: runs what is not done, writes the part, commits it. Everything may happen twice, and may end
//! anywhere.

use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::checkpoint::{self, Kept, Results};
use super::content::content_hash;
use super::error::StudyError;
use super::folder::{Commit, host, link, remove, rename, replace, sync_folder, temporary_for, unique, write_beside};
use super::part;
use super::plan::{SCHEMA, Study};
use super::record::{Record, Standing, standing};
use super::runs::{Ended, Run, RunResult, RunStatus, Runner, Stop};
use crate::output::manifest::peak_memory_bytes;
use crate::output::{OutputError, table_hash, write_parquet};

/// Between two checkpoints of a shard that goes on, and between two signs of life.
const PAUSE: Duration = Duration::from_secs(15);

/// A point that an execution has reached; between any two of them it may be killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A run is done and not yet kept anywhere.
    RunDone,
    /// The part is written under a temporary name.
    PartWritten,
    /// The part has its name.
    PartNamed,
    /// The record is written under a temporary name.
    RecordWritten,
    /// The record has its name: the shard is committed.
    RecordLinked,
    /// The temporary name is gone; checkpoints are not.
    TemporaryRemoved,
}

/// Who is told of steps; tests end executions there.
pub trait Hooks: Sync {
    /// The execution ends with the error, if there is one, and cleans up nothing.
    ///
    /// # Errors
    /// As the test wants.
    fn reached(&self, _step: Step) -> Result<(), StudyError> {
        Ok(())
    }
}

impl Hooks for () {}

/// How shards are executed.
#[derive(Clone, Copy)]
pub struct Shard<'a> {
    /// The study.
    pub study: &'a Study,
    /// Who makes runs.
    pub runner: &'a dyn Runner,
    /// Runs at a time.
    pub threads: usize,
    /// This program.
    pub build_id: &'a str,
    /// Whether another program than that of the plan may run it.
    pub allow_build_mismatch: bool,
    /// Whether the first run that fails ends it.
    pub fail_fast: bool,
    /// Whether to stop as soon as possible.
    pub stop: &'a Stop<'a>,
    /// Who is told.
    pub hooks: &'a dyn Hooks,
}

/// How an execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShardOutcome {
    /// This one committed the shard.
    Committed,
    /// It was committed before.
    Skipped,
    /// Another execution committed the same while this one ran.
    LostRace,
}

impl ShardOutcome {
    /// As it is printed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Skipped => "skipped",
            Self::LostRace => "lost-race",
        }
    }
}

/// What the workers of an execution have in common.
struct Work<'a> {
    runs: Vec<&'a Run>,
    next: AtomicUsize,
    common: Mutex<Common>,
}

struct Common {
    kept: Kept,
    /// Whether there is something that earlier attempts have not left.
    changed: bool,
    saved: Instant,
    failure: Option<StudyError>,
}

impl Shard<'_> {
    /// Executes a shard.
    ///
    /// # Errors
    /// What engines are told by the exit code: [`StudyError::code`].
    pub fn execute(&self, shard: u64) -> Result<ShardOutcome, StudyError> {
        let attempt = unique();
        let outcome = self.attempt(shard, &attempt);
        if let Err(error @ (StudyError::Output(_) | StudyError::Internal(_) | StudyError::Damaged(_))) = &outcome {
            self.note_failure(shard, &attempt, &json!({ "error": error.to_string(), "host": host() }));
        }
        outcome
    }

    fn attempt(&self, shard: u64, attempt: &str) -> Result<ShardOutcome, StudyError> {
        let runs = self.study.runs_of(shard)?;
        self.check_build()?;
        match standing(&self.study.folder, &self.study.plan, shard)? {
            Standing::Done(_) => return Ok(ShardOutcome::Skipped),
            Standing::Damaged(reason) => {
                let folder = self.study.folder.path().display();
                return Err(StudyError::Damaged(format!("{reason}; `xinzhi study repair {folder}` sets it aside")));
            }
            Standing::Missing => {}
        }
        let started = now();
        let results = self.results(shard, attempt, runs)?;
        let results: Vec<RunResult> = results.into_values().collect();
        let record = self.write_part(shard, attempt, runs, &results, started)?;
        self.commit(&record)
    }

    /// Refuses another program than that of the plan.
    ///
    /// # Errors
    /// [`StudyError::Mismatch`].
    pub fn check_build(&self) -> Result<(), StudyError> {
        let planned = &self.study.plan.build_id;
        if *planned == self.build_id || self.allow_build_mismatch {
            return Ok(());
        }
        Err(StudyError::Mismatch(format!(
            "the plan was made by the program {planned}, and this is {}; run shards with that program, or give \
             --allow-build-mismatch",
            self.build_id
        )))
    }

    /// The results of all runs of a shard, those of earlier attempts among them.
    fn results(&self, shard: u64, attempt: &str, runs: &[Run]) -> Result<Results, StudyError> {
        let (folder, plan) = (&self.study.folder, &self.study.plan);
        let kept = checkpoint::read(folder, plan, shard, self.build_id)?;
        let left: Vec<&Run> = runs.iter().filter(|run| !kept.results.contains_key(&run.run_id)).collect();
        let common = Mutex::new(Common { kept, changed: false, saved: now(), failure: None });
        let work = Work { runs: left, next: AtomicUsize::new(0), common };
        std::thread::scope(|scope| {
            for _ in 0..self.threads.clamp(1, work.runs.len().max(1)) {
                scope.spawn(|| {
                    if let Err(failure) = self.work(shard, attempt, runs.len() as u64, &work) {
                        lock(&work.common).failure.get_or_insert(failure);
                    }
                });
            }
        });
        let common = work.common.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(failure) = common.failure {
            return Err(failure);
        }
        let (kept, changed) = (common.kept, common.changed);
        if kept.results.len() == runs.len() {
            return Ok(kept.results);
        }
        if changed {
            checkpoint::write(folder, plan, shard, attempt, &kept)?;
        }
        let done = kept.results.len();
        let text = format!("{done} of {} runs of shard {shard} are kept, and {} begun", runs.len(), kept.left.len());
        Err(StudyError::Interrupted { signal: None, text })
    }

    /// One worker: takes runs until there are none, or it is to stop.
    fn work(&self, shard: u64, attempt: &str, all: u64, work: &Work<'_>) -> Result<(), StudyError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .map_err(|error| StudyError::Internal(format!("cannot start a thread: {error}")))?;
        while !(self.stop)() && lock(&work.common).failure.is_none() {
            let Some(run) = work.runs.get(work.next.fetch_add(1, Ordering::SeqCst)) else { break };
            let state = lock(&work.common).kept.left.get(&run.run_id).map(|(_, state)| state.clone());
            let result = match pool.install(|| self.runner.run(run, state, self.stop)) {
                Ended::Finished(result) => result,
                Ended::Left(state) => {
                    let state = state.map(|state| (self.build_id.to_owned(), state));
                    let mut common = lock(&work.common);
                    common.changed |= state.is_some();
                    common.kept.left.extend(state.map(|state| (run.run_id, state)));
                    break;
                }
            };
            if self.fail_fast && result.status == RunStatus::Error {
                let text =
                    format!("run {} (point {}, seed {}): {}", run.run_id, run.point_id, run.seed, result.message);
                return Err(StudyError::Model(text));
            }
            self.hooks.reached(Step::RunDone)?;
            let mut common = lock(&work.common);
            common.changed = true;
            common.kept.results.insert(run.run_id, result);
            common.kept.left.remove(&run.run_id);
            if common.saved.elapsed() >= PAUSE {
                self.save(shard, attempt, all, &mut common);
            }
        }
        Ok(())
    }

    /// Keeps what there is. Should there be no room, the shard itself will say so when it is done.
    fn save(&self, shard: u64, attempt: &str, all: u64, common: &mut Common) {
        let folder = &self.study.folder;
        let _ = checkpoint::write(folder, &self.study.plan, shard, attempt, &common.kept);
        let life = json!({
            "shard": shard, "attempt": attempt, "host": host(), "pid": std::process::id(),
            "runs_done": common.kept.results.len(), "runs": all,
        });
        let _ = replace(&folder.of_attempt("progress", shard, attempt, "json"), life.to_string().as_bytes());
        common.saved = now();
    }

    /// Writes the rows under the name of their content; the record that will vouch for them.
    fn write_part(
        &self,
        shard: u64,
        attempt: &str,
        runs: &[Run],
        results: &[RunResult],
        started: Instant,
    ) -> Result<Record, StudyError> {
        let folder = &self.study.folder;
        let table = part::table(&self.study.plan.study, runs, results);
        let temporary = temporary_for(&folder.part(shard, "part"))?;
        if let Err(error) = write_parquet(&temporary, &table) {
            let _ = fs::remove_file(&temporary);
            return Err(named(error, &folder.part(shard, "part")).into());
        }
        self.hooks.reached(Step::PartWritten)?;
        let bytes = fs::metadata(&temporary).map_err(OutputError::io(&temporary, "read"))?.len();
        let blake3 = table_hash(&temporary)?;
        rename(&temporary, &folder.part(shard, &blake3))?;
        self.hooks.reached(Step::PartNamed)?;
        Ok(Record {
            schema: SCHEMA,
            plan_id: self.study.plan.plan_id.clone(),
            shard,
            first_run: self.study.plan.range(shard).start,
            runs: runs.len() as u64,
            rows: table.rows() as u64,
            n_model_errors: results.iter().filter(|result| result.status == RunStatus::Error).count() as u64,
            bytes,
            blake3,
            content_hash: content_hash(&table),
            build_id: self.build_id.to_owned(),
            build_mismatch: self.study.plan.build_id != self.build_id,
            attempt: attempt.to_owned(),
            host: host(),
            threads: self.threads,
            wall_s: started.elapsed().as_secs_f64(),
            max_rss: peak_memory_bytes(),
        })
    }

    /// Gives the record its name, if that is free.
    fn commit(&self, record: &Record) -> Result<ShardOutcome, StudyError> {
        let folder = &self.study.folder;
        let target = folder.done(record.shard);
        let text = serde_json::to_string_pretty(record).expect("a record has text keys and finite numbers") + "\n";
        let temporary = write_beside(&target, text.as_bytes())?;
        self.hooks.reached(Step::RecordWritten)?;
        let commit = link(&temporary, &target)?;
        if commit == Commit::Won {
            self.hooks.reached(Step::RecordLinked)?;
        }
        remove(&temporary)?;
        sync_folder(&target)?;
        self.hooks.reached(Step::TemporaryRemoved)?;
        if commit == Commit::Lost {
            return self.lost(record);
        }
        checkpoint::clear(folder, record.shard);
        Ok(ShardOutcome::Committed)
    }

    /// Somebody else committed the shard: the same numbers are no harm, others are a finding.
    fn lost(&self, record: &Record) -> Result<ShardOutcome, StudyError> {
        let folder = &self.study.folder;
        let there = Record::read(&folder.done(record.shard), &self.study.plan, record.shard)?;
        match there {
            Some(Ok(there)) if there.content_hash == record.content_hash => Ok(ShardOutcome::LostRace),
            Some(Ok(there)) => {
                self.note_failure(record.shard, &record.attempt, &json!({ "ours": record, "committed": there }));
                Err(StudyError::Nondeterministic(format!(
                    "shard {} is committed with other numbers than this attempt has: {} by {}, {} by {}; both parts \
                     are kept, both records are in failed/",
                    record.shard, there.blake3, there.build_id, record.blake3, record.build_id
                )))
            }
            Some(Err(reason)) => Err(StudyError::Damaged(format!("{}: {reason}", folder.done(record.shard).display()))),
            None => Err(StudyError::Damaged(format!("{} came and went", folder.done(record.shard).display()))),
        }
    }

    /// Leaves a note; where that is impossible too, the exit code has said it.
    fn note_failure(&self, shard: u64, attempt: &str, note: &serde_json::Value) {
        let path = self.study.folder.of_attempt("failed", shard, attempt, "json");
        let _ = replace(&path, (note.to_string() + "\n").as_bytes());
    }
}

/// The error with the name that the file was to have.
fn named(error: OutputError, path: &std::path::Path) -> OutputError {
    match error {
        OutputError::Io { action, source, .. } => OutputError::Io { path: path.to_owned(), action, source },
        other => other,
    }
}

fn lock(common: &Mutex<Common>) -> std::sync::MutexGuard<'_, Common> {
    common.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[expect(clippy::disallowed_methods, reason = "checkpoints and records tell time; results never see it")]
fn now() -> Instant {
    Instant::now()
}
