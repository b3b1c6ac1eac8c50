//! One run: the world and the schedule behind a small facade.
//!
//! A stand-in until the mechanisms are joined: it counts ticks and records the calendar.

use crate::engine::configuration::Configuration;
use crate::engine::registry::Registry;
use crate::engine::settings::{RunSettings, parse_quarter};
use crate::output::{Table, Values};

/// Why a run cannot start or go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// Calibration tables are missing or malformed.
    #[error("calibration data: {0}")]
    Data(String),
    /// The opening economy cannot be built from them.
    #[error("opening economy: {0}")]
    Opening(String),
    /// An invariant is broken.
    #[error("broken invariant: {0}")]
    Breach(String),
}

/// Numbers of agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Worker agents.
    pub workers: usize,
    /// Firm agents in business.
    pub firms: usize,
    /// Local governments.
    pub local_governments: usize,
    /// Banks.
    pub banks: usize,
}

/// A world with its schedule.
pub struct Simulation {
    start: (i64, i64),
    ticks: u32,
    done: u32,
    recorded: u32,
}

impl Simulation {
    /// Every table that a configuration may hold.
    #[must_use]
    pub fn registry() -> Registry {
        Registry::engine()
    }

    /// The opening economy of a configuration.
    ///
    /// # Errors
    /// [`SimulationError::Data`] or [`SimulationError::Opening`].
    pub fn new(configuration: &Configuration) -> Result<Self, SimulationError> {
        let run: RunSettings = configuration.table("run");
        let opening = |what: &str| SimulationError::Opening(what.to_owned());
        let start = parse_quarter(&run.start).ok_or_else(|| opening("`run.start` is no quarter"))?;
        let ticks = u32::try_from(run.years * 4).map_err(|_| opening("`run.years` is too large"))?;
        Ok(Self { start, ticks, done: 0, recorded: 0 })
    }

    /// Ticks of the whole run.
    #[must_use]
    pub const fn ticks(&self) -> u32 {
        self.ticks
    }

    /// One quarter.
    ///
    /// # Errors
    /// [`SimulationError::Breach`].
    pub const fn step(&mut self) -> Result<(), SimulationError> {
        self.done += 1;
        Ok(())
    }

    /// Rows recorded since the last call.
    pub fn take_tables(&mut self) -> Vec<Table> {
        let ticks: Vec<i64> = (self.recorded..self.done).map(i64::from).collect();
        self.recorded = self.done;
        let quarters = ticks.iter().map(|tick| self.start.0 * 4 + self.start.1 - 1 + tick);
        let (years, quarters) = quarters.map(|q| (q / 4, q % 4 + 1)).unzip();
        vec![
            Table::new("series")
                .with("tick", "quarters", Values::Integer(ticks))
                .with("year", "year", Values::Integer(years))
                .with("quarter", "quarter", Values::Integer(quarters)),
        ]
    }

    /// Numbers of agents at present.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::default()
    }

    /// Seconds spent in each phase so far.
    #[must_use]
    pub const fn phase_seconds(&self) -> Vec<(String, f64)> {
        Vec::new()
    }

    /// The tick, one mechanism a line.
    #[must_use]
    pub fn describe_tick(&self) -> String {
        "no mechanism yet\n".into()
    }

    /// The opening economy in words.
    #[must_use]
    pub fn opening_report(&self) -> String {
        "no opening economy yet\n".into()
    }

    /// Names of the collapses that the run has shown so far.
    #[must_use]
    pub const fn collapse_labels(&self) -> Vec<String> {
        Vec::new()
    }
}
