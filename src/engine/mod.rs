//! The machinery behind the tick: parameters, configuration, random streams, schedule.

#[macro_use]
pub mod parameters;
pub mod configuration;
pub mod random;
pub mod registry;
pub mod settings;
