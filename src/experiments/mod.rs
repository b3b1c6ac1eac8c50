//! Many runs: in parallel on this machine, over seeds and over configurations.
//!
//! [`jobs`] runs configurations side by side and hands their tables over in order; [`memory`] says how many fit.

pub mod jobs;
pub mod memory;

pub use jobs::{Failure, Finished, Plan, default_jobs, in_order, run_all, run_one};
