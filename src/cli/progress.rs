//! How far a run has come: a bar on a terminal, plain lines elsewhere, nothing when quiet.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::eprint_line;

/// Between two plain lines.
const PAUSE: Duration = Duration::from_secs(2);

/// Progress on standard error.
pub struct Progress {
    label: String,
    ticks: u32,
    started: Instant,
    form: Form,
}

enum Form {
    Bar(ProgressBar),
    Lines { last: Instant },
    Quiet,
}

impl Progress {
    pub fn new(label: &str, ticks: u32, quiet: bool) -> Self {
        let started = Self::now();
        let form = match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Form::Quiet,
            (false, true) => Form::Bar(bar(label, ticks)),
            (false, false) => Form::Lines { last: started },
        };
        Self { label: label.to_owned(), ticks, started, form }
    }

    /// After each tick, `done` ticks into the run.
    pub fn tick(&mut self, done: u32) {
        match &mut self.form {
            Form::Bar(bar) => bar.set_position(u64::from(done)),
            Form::Lines { last } => {
                let year_ends = done.is_multiple_of(4);
                if done == self.ticks || (year_ends && last.elapsed() >= PAUSE) {
                    *last = Self::now();
                    let seconds = self.started.elapsed().as_secs_f64();
                    let share = 100.0 * f64::from(done) / f64::from(self.ticks);
                    eprint_line(&format!(
                        "{}: year {} of {} ({share:.0} %), {seconds:.1} s",
                        self.label,
                        done.div_ceil(4),
                        self.ticks.div_ceil(4),
                    ));
                }
            }
            Form::Quiet => {}
        }
    }

    /// Takes the bar away, so that nothing else is written over it.
    pub fn finish(&self) {
        if let Form::Bar(bar) = &self.form {
            bar.finish_and_clear();
        }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    #[expect(clippy::disallowed_methods, reason = "progress is about the wall clock; results never see it")]
    fn now() -> Instant {
        Instant::now()
    }
}

/// Progress of many runs side by side, told from several threads.
#[derive(Debug)]
pub struct Crowd {
    label: String,
    runs: usize,
    /// Ticks of all runs together.
    ticks: usize,
    ticks_done: AtomicUsize,
    runs_done: AtomicUsize,
    failed: AtomicUsize,
    started: Instant,
    bar: Option<ProgressBar>,
    /// When the last plain line was written; nothing if nobody reads them.
    last: Option<Mutex<Instant>>,
}

impl Crowd {
    pub fn new(label: &str, runs: usize, ticks: usize, quiet: bool) -> Self {
        let started = Progress::now();
        let terminal = std::io::stderr().is_terminal();
        let bar = (!quiet && terminal && runs > 0).then(|| {
            let bar = bar(label, u32::try_from(ticks).unwrap_or(u32::MAX));
            bar.enable_steady_tick(Duration::from_millis(500));
            bar
        });
        let crowd = Self {
            label: label.to_owned(),
            runs,
            ticks,
            ticks_done: AtomicUsize::new(0),
            runs_done: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            started,
            bar,
            last: (!quiet && !terminal).then(|| Mutex::new(started)),
        };
        crowd.name_runs();
        crowd
    }

    /// After each tick of any run.
    pub fn tick(&self) {
        self.ticks_done.fetch_add(1, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        self.line(false);
    }

    /// After each run.
    pub fn run_done(&self, well: bool) {
        let done = self.runs_done.fetch_add(1, Ordering::Relaxed) + 1;
        self.failed.fetch_add(usize::from(!well), Ordering::Relaxed);
        self.name_runs();
        self.line(done == self.runs);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    fn runs_in_words(&self) -> String {
        let failed = match self.failed.load(Ordering::Relaxed) {
            0 => String::new(),
            failed => format!(" ({failed} failed)"),
        };
        format!("{}: {} of {} runs{failed}", self.label, self.runs_done.load(Ordering::Relaxed), self.runs)
    }

    fn name_runs(&self) {
        if let Some(bar) = &self.bar {
            bar.set_message(self.runs_in_words());
        }
    }

    fn line(&self, always: bool) {
        let Some(last) = &self.last else { return };
        // Whoever finds it locked need not wait: somebody writes a line at this moment.
        let Ok(mut last) = last.try_lock() else { return };
        if !always && last.elapsed() < PAUSE {
            return;
        }
        *last = Progress::now();
        let (done, seconds) = (self.ticks_done.load(Ordering::Relaxed), self.seconds());
        let left = seconds * self.ticks.saturating_sub(done) as f64 / done.max(1) as f64;
        eprint_line(&format!(
            "{}, {done} of {} quarters, {seconds:.1} s, about {left:.0} s left",
            self.runs_in_words(),
            self.ticks
        ));
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

fn bar(label: &str, ticks: u32) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(u64::from(ticks)), ProgressDrawTarget::stderr());
    // `console` leaves colours out when NO_COLOR is set.
    let template = "{msg} {bar:40.cyan} {pos}/{len} quarters, {elapsed}, {eta} left";
    let style = ProgressStyle::with_template(template).expect("the template is a constant and valid");
    bar.set_style(style.progress_chars("━╸─"));
    bar.set_message(label.to_owned());
    bar
}
