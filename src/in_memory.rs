//! Runs whose tables stay in memory: no folder, no checkpoint, no figures. For programs that use the simulator as a
//! library, above all the Python package; the same values as [`crate::cli`] writes, and the same messages of errors.

use std::path::PathBuf;
use std::time::Instant;

use crate::cli::{self, CliError, ConfigurationArguments};
use crate::engine::configuration::Configuration;
use crate::engine::settings::OutputSettings;
use crate::output::manifest::peak_memory_bytes;
use crate::output::{Manifest, Status, Table};
use crate::simulation::Simulation;
use crate::statistics::panels::Panel;

/// A configuration by name or path with values replaced, as the command line does it: each of them is the text that
/// would stand behind its option, and errors cite it as that.
///
/// # Errors
/// Every mistake in the file, in the files that it extends and in what replaces their values.
pub fn configure(
    config: PathBuf,
    seed: Option<String>,
    years: Option<String>,
    set: Vec<String>,
) -> Result<Configuration, CliError> {
    ConfigurationArguments { config, seed, years, set }.load()
}

/// A run that goes on, tick by tick.
pub struct InMemoryRun {
    simulation: Simulation,
    tables: Vec<Table>,
    panels: Vec<Panel>,
    manifest: Manifest,
    begun: Instant,
}

impl InMemoryRun {
    /// Opens the economy; the threads of the run are those of the pool that this and [`Self::step`] are called in.
    ///
    /// # Errors
    /// If no economy opens with the values of the configuration.
    pub fn begin(configuration: &Configuration, panels: &[Panel]) -> Result<Self, CliError> {
        #[expect(clippy::disallowed_methods, reason = "the manifest tells how long it took; results never see it")]
        let begun = Instant::now();
        let mut simulation = cli::open(configuration)?;
        let output: OutputSettings = configuration.table("output");
        let mut manifest = cli::new_manifest(configuration);
        manifest.counts = cli::recorded(simulation.counts());
        let mut panels = panels.to_vec();
        panels.sort_unstable();
        panels.dedup();
        let mut tables = simulation.take_tables();
        tables.retain(|table| output.accounts || table.name != "accounts");
        tables.extend(panels.iter().map(|panel| simulation.panel(*panel)));
        Ok(Self { simulation, tables, panels, manifest, begun })
    }

    /// One quarter, if one is left; whether there was.
    ///
    /// # Errors
    /// A broken invariant.
    pub fn step(&mut self) -> Result<bool, CliError> {
        if self.manifest.ticks == self.simulation.ticks() {
            return Ok(false);
        }
        self.simulation.step()?;
        self.manifest.ticks += 1;
        let mut rows = self.simulation.take_tables();
        for panel in &self.panels {
            rows.push(self.simulation.panel(*panel));
        }
        for more in rows {
            if let Some(table) = self.tables.iter_mut().find(|table| table.name == more.name) {
                table.extend(more)?;
            }
        }
        Ok(true)
    }

    /// The tables, in the order of the program's files, and what is told of the run in `manifest.json`; it lists no
    /// files.
    #[must_use]
    pub fn finish(mut self) -> (Vec<Table>, Manifest) {
        self.manifest.status = Status::Complete;
        self.manifest.collapse_labels = self.simulation.collapse_labels();
        self.manifest.per_phase_seconds = self.simulation.phase_seconds();
        self.manifest.peak_memory_bytes = peak_memory_bytes();
        self.manifest.wall_seconds = self.begun.elapsed().as_secs_f64();
        (self.tables, self.manifest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(set: &str) -> Result<Configuration, CliError> {
        let sets = ["population.persons_per_worker=1450000", set].map(str::to_owned).to_vec();
        configure("quick".into(), Some("3".into()), Some("1".into()), sets)
    }

    #[test]
    fn a_run_in_memory_has_every_table_of_every_tick() {
        let mut run = InMemoryRun::begin(&small("output.accounts=false").unwrap(), &[Panel::Firms]).unwrap();
        let mut ticks = 0;
        while run.step().unwrap() {
            ticks += 1;
        }
        let (tables, manifest) = run.finish();
        assert_eq!((ticks, manifest.ticks, manifest.seed), (4, 4, 3));
        assert_eq!(manifest.status, Status::Complete);
        assert!(manifest.counts.workers > 0 && manifest.files.is_empty());
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names[..5], ["series", "sectors", "regions", "tasks", "banks"]);
        assert_eq!(names[names.len() - 2..], ["events", "firms"]);
        assert_eq!(tables[0].reals("tick").unwrap(), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(tables.last().unwrap().reals("tick").unwrap().last(), Some(&4.0));
    }

    #[test]
    fn mistakes_are_told_as_on_the_command_line() {
        let told = small("run.yeers=2").unwrap_err().to_string();
        assert!(told.contains("--set run.yeers=2") && told.contains("1 mistake in the configuration"), "{told}");
    }
}
