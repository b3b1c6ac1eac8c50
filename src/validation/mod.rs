//! Validation in the open: stylised facts measured on runs, as their sources measure them, beside the published bands.
//!
//! What is compared with what stands in `data/stylised_facts.toml`: the fact, its source, the method, the band. That file was
//! fixed before the first run that is reported, and no band in it is widened to pass. A measure is a function of the tables
//! of one run ([`RunTables`]); a fact is inside if the median over seeds lies in the band. Nothing here is seen by an agent.

pub mod facts;
pub mod measures;
pub mod methods;
pub mod report;
mod run_tables;

pub use facts::{Fact, FactsError, read_facts};
pub use report::{Outcome, Report, Verdict};
pub use run_tables::{FirmYear, RunTables};
