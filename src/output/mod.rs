//! Result tables and the run folder.

pub mod table;

pub use table::{Column, Table, Values};
