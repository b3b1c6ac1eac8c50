//! Experiments: many runs of one configuration.

pub mod designs;
pub mod study;
pub mod sweep_file;
