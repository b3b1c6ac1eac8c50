//! The machinery behind the tick: parameters, random streams, schedule.

#[macro_use]
pub mod parameters;
pub mod random;
