//! How many runs are done: a bar on a terminal, a plain line now and then elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::eprint_line;
use crate::experiments::study::{Hooks, Step, StudyError};

/// Between two plain lines.
const PAUSE: Duration = Duration::from_secs(10);

/// Progress on standard error.
pub struct RunsProgress {
    bar: Option<ProgressBar>,
    state: Mutex<State>,
    quiet: bool,
}

struct State {
    before: u64,
    done: u64,
    all: u64,
    started: Instant,
    last: Instant,
}

impl RunsProgress {
    /// `before` of `all` runs were done when this began.
    pub fn new(before: u64, all: u64, quiet: bool) -> Self {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(all), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{bar:40.cyan} {pos}/{len} runs, {elapsed}, {eta} left");
            bar.set_style(style.expect("the template is a constant and valid").progress_chars("━╸─"));
            bar.set_position(before);
            bar
        });
        let started = now();
        Self { bar, state: Mutex::new(State { before, done: before, all, started, last: started }), quiet }
    }
}

impl Hooks for RunsProgress {
    fn reached(&self, step: Step) -> Result<(), StudyError> {
        if step != Step::RunDone {
            return Ok(());
        }
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.done += 1;
        if let Some(bar) = &self.bar {
            bar.set_position(state.done);
        } else if !self.quiet && (state.last.elapsed() >= PAUSE || state.done == state.all) {
            state.last = now();
            let seconds = state.started.elapsed().as_secs_f64();
            let left = seconds / (state.done - state.before) as f64 * state.all.saturating_sub(state.done) as f64;
            eprint_line(&format!("run {} of {}, {seconds:.0} s, {left:.0} s left", state.done, state.all));
        }
        Ok(())
    }
}

impl Drop for RunsProgress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "progress is about the wall clock; results never see it")]
fn now() -> Instant {
    Instant::now()
}
