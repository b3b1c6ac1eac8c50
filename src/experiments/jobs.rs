//! Runs side by side: each on one thread of its own, with its own pool of one thread and its own world.
//!
//! That is faster than threads inside one world (93-100 against 143-168 ns a worker and tick on two cores), and a run
//! gives the same bytes either way. Three ways in, each on top of the one before:
//!
//! - [`in_order`] does any work for the numbers `0..count` and hands the results over in the order of the numbers;
//! - [`run_one`] is the usual work: a configuration becomes the tables of its run, in memory;
//! - [`run_all`] runs a list of configurations.
//!
//! What is handed over, and in which order, does not depend on the number of jobs. A run that panics is that run's
//! failure; the others go on.
//!
//! ```
//! use std::ops::ControlFlow;
//! use xinzhi::engine::configuration::{Configuration, Override};
//! use xinzhi::experiments::{Plan, run_all};
//! use xinzhi::simulation::Simulation;
//!
//! let overrides = [Override::set("run.years=1"), Override::set("population.persons_per_worker=2000000")];
//! let quick = Configuration::parse("a.toml", "extends = \"quick\"", &overrides, &Simulation::registry()).unwrap();
//! let seeds: Vec<Configuration> =
//!     (1..=2).map(|seed| quick.with(&[Override::set(&format!("run.seed={seed}"))]).unwrap()).collect();
//! let mut rows = Vec::new();
//! run_all(&seeds, &["series"], &Plan::new(2), |_, outcome| {
//!     rows.push(outcome.map(|run| run.tables[0].rows()));
//!     ControlFlow::Continue(())
//! })
//! .unwrap();
//! assert_eq!(rows, [Ok(5), Ok(5)]);
//! ```

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use super::memory;
use crate::engine::configuration::Configuration;
use crate::engine::parameters::Value;
use crate::output::Table;
use crate::simulation::{Counts, Simulation, SimulationError};

/// Results that may wait for an earlier one, for each job: a slow run holds the others up only beyond that.
const AHEAD: usize = 4;
/// The rows of so many ticks are collected at a time. \[quarters\]
const TICKS_AT_A_TIME: u32 = 4;

/// How many runs go side by side, what stops them and who is told.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// Runs at a time, at least one.
    pub jobs: usize,
    /// Asked before each run and after each tick, from several threads; after it says yes no run begins, and those that
    /// go on end with [`Failure::Stopped`].
    pub stop: &'a (dyn Fn() -> bool + Sync),
    /// Told after each tick of any run, from several threads.
    pub ticked: &'a (dyn Fn() + Sync),
}

impl core::fmt::Debug for Plan<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Plan {{ jobs: {} }}", self.jobs)
    }
}

impl Plan<'static> {
    /// So many runs at a time that nothing stops and nobody watches.
    #[must_use]
    pub const fn new(jobs: usize) -> Self {
        Self { jobs, stop: &|| false, ticked: &|| () }
    }
}

/// A run that came to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// The tables that were asked for, in the order in which that was done; all ticks.
    pub tables: Vec<Table>,
    /// The collapses that the run has shown (`mass unemployment from tick 12`, …); empty for a healthy one.
    pub collapse_labels: Vec<String>,
    /// Ticks done. \[quarters\]
    pub ticks: u32,
    /// Agents at the opening position.
    pub counts: Counts,
}

/// Why a run has no results.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It cannot start or go on.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// The program has a mistake.
    #[error("a mistake in the program: {0}")]
    Panic(String),
    /// It was stopped from outside.
    #[error("stopped after tick {tick}")]
    Stopped {
        /// Ticks done. \[quarters\]
        tick: u32,
    },
}

/// How many runs of a configuration go side by side unless somebody says so: one for each core, fewer if there are
/// fewer runs or if together they would take more than four fifths of the memory that is available ([`memory`]).
#[must_use]
pub fn default_jobs(configuration: &Configuration, runs: usize) -> usize {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    memory::fitting(cores.min(runs), memory::of_a_run(configuration), memory::available()).max(1)
}

/// Does `work` for the numbers `0..count`, `plan.jobs` at a time, and hands each result to `take` in the order of the
/// numbers, on the calling thread. Work that panics gives the text of the panic. [`ControlFlow::Break`] begins no further
/// work and ends once what goes on is done; so does `plan.stop`, and then all that was begun is handed over.
///
/// Memory: no more than `4 jobs` results wait for an earlier one.
///
/// # Errors
/// If the system refuses the threads.
pub fn in_order<R: Send>(
    count: usize,
    plan: &Plan<'_>,
    work: impl Fn(usize) -> R + Sync,
    mut take: impl FnMut(usize, Result<R, String>) -> ControlFlow<()>,
) -> Result<(), ThreadPoolBuildError> {
    let jobs = plan.jobs.max(1);
    let pools: Vec<ThreadPool> =
        (0..jobs.min(count)).map(|_| ThreadPoolBuilder::new().num_threads(1).build()).collect::<Result<_, _>>()?;
    let queue = Queue::new(count, jobs * AHEAD);
    let (send, receive) = mpsc::channel();
    thread::scope(|scope| {
        // Should `take` panic, those who wait for it must not wait for ever.
        let _closing = Closing(&queue);
        for pool in &pools {
            let (send, queue, work) = (send.clone(), &queue, &work);
            scope.spawn(move || {
                while let Some(number) = queue.claim(plan.stop) {
                    let done = catch_unwind(AssertUnwindSafe(|| pool.install(|| work(number))));
                    if send.send((number, done.map_err(|panic| text_of(panic.as_ref())))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, result) in receive {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                if take(next, result).is_break() {
                    return;
                }
                next += 1;
                queue.taken(next);
            }
        }
    });
    Ok(())
}

/// Runs a configuration to its end on the calling thread's pool and returns the tables of these names; `accounts` only
/// if the configuration records them. A panic is caught.
///
/// # Errors
/// [`Failure`].
pub fn run_one(configuration: &Configuration, tables: &[&str], plan: &Plan<'_>) -> Result<Finished, Failure> {
    catch_unwind(AssertUnwindSafe(|| run(configuration, tables, plan)))
        .unwrap_or_else(|panic| Err(Failure::Panic(text_of(panic.as_ref()))))
}

/// Runs every configuration and hands each outcome over in the order of the list.
///
/// # Errors
/// If the system refuses the threads; the failure of a run is handed over.
pub fn run_all(
    configurations: &[Configuration],
    tables: &[&str],
    plan: &Plan<'_>,
    mut take: impl FnMut(usize, Result<Finished, Failure>) -> ControlFlow<()>,
) -> Result<(), ThreadPoolBuildError> {
    in_order(
        configurations.len(),
        plan,
        |number| run_one(&configurations[number], tables, plan),
        |number, outcome| take(number, outcome.unwrap_or_else(|text| Err(Failure::Panic(text)))),
    )
}

fn run(configuration: &Configuration, wanted: &[&str], plan: &Plan<'_>) -> Result<Finished, Failure> {
    let mut configuration = configuration.clone();
    if !wanted.contains(&"accounts")
        && let Some(value) = configuration.values.get_mut("output").and_then(|output| output.get_mut("accounts"))
    {
        // Nothing under `[output]` changes results; rows that nobody reads only cost time.
        *value = Value::Switch(false);
    }
    let mut simulation = Simulation::new(&configuration)?;
    let counts = simulation.counts();
    let mut tables: Vec<Option<Table>> = vec![None; wanted.len()];
    collect(&mut tables, wanted, simulation.take_tables());
    for tick in 1..=simulation.ticks() {
        if (plan.stop)() {
            return Err(Failure::Stopped { tick: tick - 1 });
        }
        simulation.step()?;
        (plan.ticked)();
        if tick.is_multiple_of(TICKS_AT_A_TIME) || tick == simulation.ticks() {
            collect(&mut tables, wanted, simulation.take_tables());
        }
    }
    Ok(Finished {
        tables: tables.into_iter().flatten().collect(),
        collapse_labels: simulation.collapse_labels(),
        ticks: simulation.ticks_done(),
        counts,
    })
}

/// Appends the rows of the tables that are wanted.
fn collect(tables: &mut [Option<Table>], wanted: &[&str], rows: Vec<Table>) {
    for table in rows {
        let Some(place) = wanted.iter().position(|name| *name == table.name) else { continue };
        match &mut tables[place] {
            Some(all) => all.extend(table).expect("a table of a run keeps its columns"),
            empty => *empty = Some(table),
        }
    }
}

/// The text of a panic.
fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}

/// Numbers that are still to be worked on.
struct Queue {
    count: usize,
    ahead: usize,
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    next: usize,
    taken: usize,
    closed: bool,
}

impl Queue {
    fn new(count: usize, ahead: usize) -> Self {
        Self { count, ahead, state: Mutex::default(), moved: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next number, once it is not too far ahead of what was handed over.
    fn claim(&self, stop: &(dyn Fn() -> bool + Sync)) -> Option<usize> {
        let wait =
            |state: &mut State| !state.closed && state.next < self.count && state.next >= state.taken + self.ahead;
        let mut state = self.moved.wait_while(self.state(), wait).unwrap_or_else(PoisonError::into_inner);
        if state.closed || state.next >= self.count || stop() {
            return None;
        }
        state.next += 1;
        Some(state.next - 1)
    }

    /// So many results were handed over.
    fn taken(&self, count: usize) {
        self.state().taken = count;
        self.moved.notify_all();
    }
}

/// Lets nobody claim a further number once it is dropped.
struct Closing<'a>(&'a Queue);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.state().closed = true;
        self.0.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    #[test]
    fn results_come_in_order_for_any_number_of_jobs_and_a_panic_is_one_result() {
        for jobs in [1, 2, 7] {
            let mut seen = Vec::new();
            let work = |number: usize| {
                thread::sleep(std::time::Duration::from_micros(((number * 7919) % 13) as u64 * 50));
                assert_eq!(rayon::current_num_threads(), 1);
                assert!(number != 5, "five");
                number * number
            };
            in_order(40, &Plan::new(jobs), work, |number, result| {
                seen.push((number, result));
                ControlFlow::Continue(())
            })
            .unwrap();
            assert_eq!(seen.len(), 40);
            for (place, (number, result)) in seen.into_iter().enumerate() {
                assert_eq!(number, place);
                assert_eq!(result, if place == 5 { Err("five".to_owned()) } else { Ok(place * place) });
            }
        }
    }

    #[test]
    fn one_slow_job_lets_the_others_get_only_so_far_ahead() {
        let (begun, handed) = (AtomicUsize::new(0), AtomicBool::new(false));
        let work = |number: usize| {
            begun.fetch_add(1, Ordering::SeqCst);
            if number == 0 {
                thread::sleep(std::time::Duration::from_millis(50));
                assert!(begun.load(Ordering::SeqCst) <= 2 * AHEAD + 2);
            }
        };
        in_order(100, &Plan::new(2), work, |number, result| {
            result.unwrap();
            handed.store(number == 99, Ordering::SeqCst);
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(handed.into_inner());
    }

    #[test]
    fn a_stop_begins_nothing_more_and_hands_over_what_was_begun() {
        let stop = AtomicBool::new(false);
        let asked = || stop.load(Ordering::SeqCst);
        let plan = Plan { stop: &asked, ..Plan::new(2) };
        let mut seen = 0;
        in_order(
            1000,
            &plan,
            |number| stop.fetch_or(number == 10, Ordering::SeqCst),
            |number, _| {
                assert_eq!(number, seen);
                seen += 1;
                ControlFlow::Continue(())
            },
        )
        .unwrap();
        assert!((11..=12).contains(&seen), "{seen}");
        let mut taken = 0;
        in_order(
            1000,
            &Plan::new(3),
            |number| number,
            |number, _| {
                taken += 1;
                if number == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        )
        .unwrap();
        assert_eq!(taken, 4);
    }

    #[test]
    fn a_result_that_cannot_be_taken_ends_all() {
        let taking = catch_unwind(|| in_order(100, &Plan::new(2), |_| (), |_, _| panic!("no room")));
        assert!(taking.is_err());
    }
}
