//! The machinery behind the tick: parameters, configuration, random streams, schedule.

#[macro_use]
pub mod parameters;
pub mod clock;
pub mod configuration;
pub mod events;
pub mod indicators;
pub mod mechanism;
pub mod random;
pub mod registry;
pub mod rules;
pub mod schema;
pub mod settings;
pub mod state;
pub mod switch;
pub mod timer;
pub mod words;

/// Rows of one parallel chunk: fixed, so that results do not depend on the number of threads.
pub const CHUNK: usize = 8192;

pub use clock::Clock;
pub use events::{Event, Events, GoodsBook, Tally};
pub use indicators::Indicators;
pub use mechanism::{Mechanism, Systems, Tick};
pub use random::{Draws, Stream, StreamKey};
pub use switch::{Switch, Switches};
