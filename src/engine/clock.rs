//! Time and the seed.

use super::random::{Stream, StreamKey};
use bevy_ecs::prelude::Resource;

/// The calendar of a run and the root of its random draws.
#[derive(Clone, Copy, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct Clock {
    /// Seed of the run.
    pub seed: u64,
    /// Tick: 0 is the opening position, 1 the first simulated quarter.
    pub tick: u32,
    /// Year of the first simulated quarter.
    pub start_year: i64,
    /// Quarter of the year of the first simulated quarter, 1 to 4.
    pub start_quarter: i64,
}

impl Clock {
    /// The key of a stream in the current tick.
    #[must_use]
    pub const fn key(&self, stream: Stream) -> StreamKey {
        StreamKey::new(self.seed, self.tick, stream)
    }

    /// Year and quarter of the current tick.
    #[must_use]
    pub fn date(&self) -> (i64, i64) {
        let quarters = self.start_year * 4 + self.start_quarter - 2 + i64::from(self.tick);
        (quarters.div_euclid(4), quarters.rem_euclid(4) + 1)
    }
}
