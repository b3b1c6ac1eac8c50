//! The machinery behind the tick: parameters, configuration, random streams, schedule.

#[macro_use]
pub mod parameters;
pub mod clock;
pub mod configuration;
pub mod indicators;
pub mod mechanism;
pub mod random;
pub mod registry;
pub mod settings;
pub mod timer;

pub use clock::Clock;
pub use indicators::Indicators;
pub use mechanism::{Mechanism, Systems, Tick};
pub use random::{Draws, Stream, StreamKey};
