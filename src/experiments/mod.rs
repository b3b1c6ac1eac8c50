//! Many runs: in parallel on this machine, over seeds and over configurations; at many points, on any machines.
//!
//! [`jobs`] runs configurations side by side and hands their tables over in order; [`memory`] says how many fit.
//! [`bands`] tells what seeds have in common, [`compare`] how configurations differ on the same seeds; both by
//! [`summary`]; [`paper`] makes a table of that. [`designs`] chooses points, [`sweep_file`] reads what is to be run at
//! them, and a [`study`] runs that in shards; [`sensitivity`] says
//! which parameters mattered.

pub mod bands;
pub mod compare;
pub mod designs;
pub mod jobs;
pub mod memory;
pub mod paper;
pub mod sensitivity;
pub mod study;
pub mod summary;
pub mod sweep_file;

pub use jobs::{Failure, Finished, Plan, default_jobs, in_order, run_all, run_one};
