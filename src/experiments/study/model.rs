//! Runs of a study by the model.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use super::error::StudyError;
use super::plan::{Plan, data_hash};
use super::runs::{Ended, Run, RunResult, RunStatus, Runner, Stop};
use crate::engine::configuration::Configuration;
use crate::engine::parameters::Value;
use crate::experiments::sweep_file::{Every, Outcomes};
use crate::simulation::{Simulation, SimulationError};

/// Rows are taken from the simulation after so many ticks. \[quarters\]
const TICKS_AT_A_TIME: u32 = 4;

/// A run that was left.
#[derive(Serialize, Deserialize)]
struct Half {
    /// Outcomes so far, by tick.
    recorded: Vec<Vec<f64>>,
    /// Ticks of which they are. \[quarters\]
    rows: usize,
    /// State of the simulation.
    frames: Vec<Vec<u8>>,
}

/// The model at the points of a plan.
#[derive(Clone, Debug)]
pub struct ModelRunner {
    configuration: Configuration,
    parameters: Vec<(String, String)>,
    outcomes: Outcomes,
}

impl ModelRunner {
    /// The model with what all runs of a plan have in common.
    ///
    /// # Errors
    /// [`StudyError::Mismatch`] if the plan knows other parameters than this program, or its calibration tables changed.
    pub fn of(plan: &Plan) -> Result<Self, StudyError> {
        let registry = Simulation::registry();
        let study = &plan.study;
        let mut resolved = study.configuration.clone();
        let defaults = Configuration::defaults("", &registry).resolved_json();
        resolved["output"] = defaults["output"].clone();
        // Nobody reads the accounts of these runs.
        resolved["output"]["accounts"] = false.into();
        let configuration = Configuration::from_resolved(&study.configuration_name, &resolved, &registry)
            .map_err(|text| StudyError::Mismatch(format!("the plan is of another version of the model: {text}")))?;
        if data_hash(&configuration)? != study.data_blake3 {
            let text = "the calibration tables are not those of the plan; plan into a new folder".to_owned();
            return Err(StudyError::Mismatch(text));
        }
        let parameters = study.parameters.iter().map(|p| (p.table.clone(), p.key.clone())).collect();
        Ok(Self { configuration, parameters, outcomes: study.outcomes.clone() })
    }

    /// What all runs have in common.
    #[must_use]
    pub const fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// The configuration of a run.
    fn at(&self, run: &Run) -> Configuration {
        let mut configuration = self.configuration.clone();
        let mut set = |table: &str, key: &str, value: Value| {
            if let Some(place) = configuration.values.get_mut(table).and_then(|keys| keys.get_mut(key)) {
                *place = match (&*place, value) {
                    // Switches are 0 and 1 in tables.
                    (Value::Switch(_), Value::Integer(on)) => Value::Switch(on != 0),
                    (_, value) => value,
                };
            }
        };
        for ((table, key), value) in self.parameters.iter().zip(&run.values) {
            set(table, key, value.clone());
        }
        set("run", "seed", Value::Integer(run.seed.cast_signed()));
        configuration
    }

    fn simulate(&self, run: &Run, state: Option<Vec<u8>>, stop: &Stop<'_>) -> Ended {
        let configuration = self.at(run);
        let mut half = Half {
            recorded: vec![vec![f64::NAN; self.outcomes.ticks as usize + 1]; self.outcomes.columns.len()],
            rows: 0,
            frames: Vec::new(),
        };
        // A state that cannot be read is no harm: the run begins anew.
        let resumed = state.and_then(|state| postcard::from_bytes::<Half>(&state).ok()).and_then(|mut found| {
            let frames = std::mem::take(&mut found.frames);
            Simulation::restore(&configuration, &mut frames.into_iter()).ok().map(|simulation| (simulation, found))
        });
        let opened = match resumed {
            Some((simulation, found)) => {
                half = found;
                Ok(simulation)
            }
            None => Simulation::new(&configuration),
        };
        let (status, message) = match opened {
            Ok(mut simulation) => match self.advance(&mut simulation, &mut half, stop) {
                Some(ended) => ended,
                None => return Ended::Left(Self::left(&simulation, half)),
            },
            Err(error) => (RunStatus::Error, error.to_string()),
        };
        let columns = half.recorded.into_iter().map(|column| rows(&self.outcomes, column)).collect();
        Ended::Finished(RunResult { status, message, columns })
    }

    /// All that the run needs to go on.
    fn left(simulation: &Simulation, mut half: Half) -> Option<Vec<u8>> {
        if simulation.ticks_done() == 0 {
            return None;
        }
        simulation.save(&mut half.frames).ok()?;
        postcard::to_stdvec(&half).ok()
    }

    /// All ticks that are left, or those until something breaks; nothing if it was told to stop.
    fn advance(&self, simulation: &mut Simulation, half: &mut Half, stop: &Stop<'_>) -> Option<(RunStatus, String)> {
        let mut broken: Option<SimulationError> = None;
        for tick in simulation.ticks_done() + 1..=simulation.ticks() {
            if stop() {
                return None;
            }
            broken = simulation.step().err();
            if broken.is_some() || tick.is_multiple_of(TICKS_AT_A_TIME) || tick == simulation.ticks() {
                half.rows = self.record(simulation, &mut half.recorded, half.rows);
            }
            if broken.is_some() {
                break;
            }
        }
        let labels = simulation.collapse_labels();
        Some(match broken {
            Some(error) => (RunStatus::Error, error.to_string()),
            None if labels.is_empty() => (RunStatus::Ok, String::new()),
            None => (RunStatus::Collapsed, labels.join("; ")),
        })
    }

    /// Moves the rows of the last ticks; returns the number of the next one.
    fn record(&self, simulation: &mut Simulation, recorded: &mut [Vec<f64>], first: usize) -> usize {
        let tables = simulation.take_tables();
        let Some(series) = tables.iter().find(|table| table.name == "series") else { return first };
        for (name, column) in self.outcomes.columns.iter().zip(recorded) {
            for (place, value) in column[first..].iter_mut().zip(series.reals(name).unwrap_or_default()) {
                *place = value;
            }
        }
        first + series.rows()
    }
}

impl Runner for ModelRunner {
    fn run(&self, run: &Run, state: Option<Vec<u8>>, stop: &Stop<'_>) -> Ended {
        catch_unwind(AssertUnwindSafe(|| self.simulate(run, state, stop))).unwrap_or_else(|panic| {
            let told = panic.downcast_ref::<String>().cloned();
            let told = told.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            let rows = vec![f64::NAN; self.outcomes.rows()];
            Ended::Finished(RunResult {
                status: RunStatus::Error,
                message: format!("mistake in the program: {}", told.unwrap_or_default()),
                columns: vec![rows; self.outcomes.columns.len()],
            })
        })
    }
}

/// The rows that are kept of a column with a value a tick.
fn rows(outcomes: &Outcomes, column: Vec<f64>) -> Vec<f64> {
    let within = |from: i64, to: i64| {
        let ticks = (1..=outcomes.ticks).filter(|tick| (from..=to).contains(&outcomes.year(*tick)));
        mean(ticks.map(|tick| column[tick as usize]))
    };
    match outcomes.every {
        Every::Tick => column,
        Every::Year => outcomes.years().into_iter().map(|year| within(year, year)).collect(),
        Every::Window => outcomes.windows.iter().map(|window| within(window.from, window.to)).collect(),
    }
}

/// Of the values that are there, in their order; not a number if there is none.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.filter(|x| !x.is_nan()).fold((0.0, 0.0), |(sum, count), x| (sum + x, count + 1.0));
    sum / count
}
