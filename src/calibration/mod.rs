//! Calibration: the statistical tables that a run starts from, read, checked and put into one set of units.
//!
//! Everything in [`Tables`] is in yuan, persons, shares of one and calendar years, whatever the file says. The
//! files of `data/` are part of the binary; [`load`] takes a directory whose files replace them one by one. All
//! problems of all files are reported together ([`DataErrors`]), each with its file, line and column.

mod ai_services;
pub mod assumptions;
pub mod check_report;
mod checks;
mod figures;
mod folder;
mod households;
mod input_output;
pub mod national;
pub mod opening;
mod problems;
mod provinces;
mod raw;
mod sectors;
mod tables;
#[cfg(test)]
mod tests;

pub use ai_services::AiServices;
pub use figures::{Figure, FigureTable, Mark, ParameterFigures, SeriesTable};
pub use households::{AgeGroup, ConsumptionCategory, PopulationTable};
pub use input_output::{FinalUse, InputOutput};
pub use problems::{DataError, DataErrors};
pub use provinces::{Province, ProvinceSector};
pub use sectors::{Sector, TASK_CLASSES};
pub use tables::{Tables, load};
