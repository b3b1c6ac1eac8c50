//! How far a run has come: a bar on a terminal, plain lines elsewhere, nothing when quiet.

use std::io::IsTerminal;
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
