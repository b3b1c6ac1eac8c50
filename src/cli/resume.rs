//! What a run that stopped needs to go on, and whether there is anything to go on with.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::CliError;
use crate::engine::configuration::Configuration;
use crate::engine::settings::OutputSettings;
use crate::engine::state::get;
use crate::output::checkpoint::{FORMAT, Header, differences};
use crate::output::{Checkpoint, CheckpointError, Counts, Manifest, Status, StreamState};
use crate::simulation::Simulation;
use crate::state;
use crate::statistics::panels::Panel;

/// What a checkpoint keeps beside the state of the simulation.
#[derive(Debug, Serialize, Deserialize)]
pub struct RunState {
    /// Agents at the opening position.
    pub counts: Counts,
    /// Time spent so far. \[seconds\]
    pub wall_seconds: f64,
    /// The same by phase. \[seconds\]
    pub per_phase_seconds: Vec<(String, f64)>,
    /// Ticks from which the run was resumed.
    pub resumed_at: Vec<u32>,
    /// Tables written so far.
    pub streams: Vec<StreamState>,
}

/// What lies in a run's folder.
pub enum Found {
    /// Nothing to go on from.
    Nothing,
    /// The run that is wanted, complete.
    Complete,
    /// A checkpoint of it.
    Checkpoint(Box<Checkpoint>),
}

/// What checkpoints of a configuration are of.
pub fn header(configuration: &Configuration, seed: u64, tick: u32) -> Header {
    let program = Manifest::new(serde_json::Value::Null, String::new(), seed);
    Header {
        format: FORMAT,
        version: program.version,
        commit: program.commit,
        layout: state::registry().layout(),
        plan: plan(configuration),
        seed,
        tick,
        configuration: configuration.resolved_json(),
    }
}

/// The hash of all that shapes a quarter: everything but `[output]` and the number of years.
fn plan(configuration: &Configuration) -> String {
    let mut values = configuration.values.clone();
    values.remove("output");
    if let Some(run) = values.get_mut("run") {
        run.remove("years");
    }
    let canonical = serde_json::to_string(&values).expect("names and checked values are always JSON");
    blake3::hash(canonical.as_bytes()).to_hex().to_string()
}

/// Looks for something to go on from.
///
/// # Errors
/// If what lies there is damaged, or of another run.
pub fn look(folder: &Path, configuration: &Configuration, seed: u64) -> Result<Found, CliError> {
    if let Ok(manifest) = Manifest::read(folder)
        && manifest.status == Status::Complete
    {
        if manifest.configuration_blake3 != configuration.hash() {
            let named = differences(&manifest.configuration, &configuration.resolved_json());
            let named = if named.is_empty() { "`run.years` differs".to_owned() } else { named };
            return Err(CliError::Usage(format!(
                "{} holds a complete run of another configuration: {named}; choose another folder with --out, or run \
                 without --resume to replace it",
                folder.display()
            )));
        }
        return match manifest.damaged_files(folder)?.first() {
            Some(file) => Err(CliError::Damaged(folder.join(file))),
            None => Ok(Found::Complete),
        };
    }
    let Some(checkpoint) = Checkpoint::find(folder)? else { return Ok(Found::Nothing) };
    checkpoint.expect(&header(configuration, seed, 0))?;
    Ok(Found::Checkpoint(Box::new(checkpoint)))
}

/// Reads a checkpoint to its end.
///
/// # Errors
/// If it does not hold a run, or not one with these tables and years.
pub fn restore(
    mut checkpoint: Checkpoint,
    configuration: &Configuration,
    panels: &[Panel],
) -> Result<(RunState, Simulation), CliError> {
    const ANEW: &str = "give the same options, or run without --resume to start anew";
    let path = checkpoint.path().to_owned();
    let damaged = |error| CheckpointError::read(&path, error);
    let run: RunState = get(&mut checkpoint, "run").map_err(damaged)?;
    let has = |name: &str| run.streams.iter().any(|stream| stream.name() == name);
    let output: OutputSettings = configuration.table("output");
    if has("accounts") != output.accounts {
        let detail = format!("`output.accounts` was {} and is {}", has("accounts"), output.accounts);
        return Err(checkpoint.foreign(detail, ANEW).into());
    }
    for panel in [Panel::Firms, Panel::Workers] {
        // Without --panel the run keeps those that it began with.
        if !panels.is_empty() && has(panel.name()) != panels.contains(&panel) {
            let began = if has(panel.name()) { "began" } else { "did not begin" };
            return Err(checkpoint.foreign(format!("it {began} with --panel {}", panel.name()), ANEW).into());
        }
    }
    let simulation = Simulation::restore(configuration, &mut checkpoint).map_err(damaged)?;
    let tick = checkpoint.header.tick;
    if simulation.ticks_done() != tick {
        let detail = format!("its header says tick {tick}, its state {}", simulation.ticks_done());
        return Err(CheckpointError::Damaged { path, detail }.into());
    }
    if simulation.ticks() < tick {
        let detail = format!("it is at tick {tick}, and this one ends after {}", simulation.ticks());
        return Err(checkpoint.foreign(detail, "give more years, or run without --resume to start anew").into());
    }
    checkpoint.finish()?;
    Ok((run, simulation))
}
