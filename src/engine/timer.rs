//! The only place where the library reads a clock: run times for the manifest. Nothing that it returns reaches the state.

use std::time::Instant;

/// A running stopwatch.
#[derive(Clone, Copy, Debug)]
pub struct Timer(Instant);

impl Timer {
    /// Starts.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "run times are told, never used")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since the start.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
