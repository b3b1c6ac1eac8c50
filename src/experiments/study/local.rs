//! All missing shards on this machine: workers that each take the next one.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::error::StudyError;
use super::shard::Shard;
use super::status::Status;

/// Executes what is missing with `jobs` threads; what goes wrong ends the rest, what was committed stays.
///
/// # Errors
/// The first failure.
pub fn run_missing(template: Shard<'_>, jobs: usize) -> Result<(), StudyError> {
    let missing = Status::of(&template.study.folder, &template.study.plan)?.missing;
    let workers = jobs.min(missing.len()).max(1);
    let shard = Shard { threads: jobs.div_ceil(workers), ..template };
    let next = AtomicUsize::new(0);
    let failure: Mutex<Option<StudyError>> = Mutex::new(None);
    let lock = || failure.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while lock().is_none() {
                    let Some(number) = missing.get(next.fetch_add(1, Ordering::SeqCst)) else { break };
                    if (shard.stop)() {
                        let text = "committed shards stay".to_owned();
                        lock().get_or_insert(StudyError::Interrupted { signal: None, text });
                    } else if let Err(error) = shard.execute(*number) {
                        lock().get_or_insert(error);
                    }
                }
            });
        }
    });
    failure.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).map_or(Ok(()), Err)
}
