//! Many runs: in parallel on this machine, over seeds and over configurations.
//!
//! [`jobs`] runs configurations side by side and hands their tables over in order; [`memory`] says how many fit.
//! [`bands`] tells what seeds have in common, [`compare`] how configurations differ on the same seeds; both by
//! [`summary`]; [`paper`] makes a table of that.

pub mod bands;
pub mod compare;
pub mod jobs;
pub mod memory;
pub mod paper;
pub mod summary;

pub use jobs::{Failure, Finished, Plan, default_jobs, in_order, run_all, run_one};
