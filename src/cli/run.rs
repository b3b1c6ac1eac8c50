//! `xinzhi run`: one configuration, one seed, one folder.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::progress::Progress;
use super::{CliError, ConfigurationArguments, print_line};
use crate::engine::configuration::Configuration;
use crate::engine::settings::{OutputSettings, RunSettings};
use crate::output::{Table, Values};
use crate::simulation::{Counts, Simulation, SimulationError};

#[derive(Args, Debug)]
pub struct RunArguments {
    #[command(flatten)]
    configuration: ConfigurationArguments,
    /// Folder of results [default: `output.directory`, or outputs/<configuration>/seed-<N>].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Threads inside the run; results do not depend on it [default: all cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Draws no figures.
    #[arg(long)]
    no_plots: bool,
    /// Shows neither progress nor summary.
    #[arg(long)]
    quiet: bool,
    /// Prints the order of the tick after the run, and the time that each phase took.
    #[arg(long)]
    print_tick: bool,
}

pub fn run(arguments: &RunArguments) -> Result<(), CliError> {
    let configuration = arguments.configuration.load()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.threads.map_or(0, usize::from))
        .build()
        .map_err(|error| CliError::Usage(format!("cannot start the threads of the run: {error}")))?;
    pool.install(|| run_configuration(arguments, &configuration))
}

fn run_configuration(arguments: &RunArguments, configuration: &Configuration) -> Result<(), CliError> {
    let output: OutputSettings = configuration.table("output");
    let mut simulation = Simulation::new(configuration)?;
    let folder = folder(arguments.out.as_deref(), &output, configuration);
    // Before the run: a folder that cannot be written must not cost an hour.
    std::fs::create_dir_all(&folder).map_err(|error| CliError::io("make the run folder", &folder, error))?;

    let progress = Progress::new(&configuration.name, simulation.ticks(), arguments.quiet);
    let outcome = advance(&mut simulation, progress);
    // What was recorded up to a breach helps to understand it; the breach is told before a full disk.
    let tables = simulation.take_tables();
    let written = write_tables(&folder, &tables, &output);
    let seconds = outcome?;
    written?;
    if output.figures && !arguments.no_plots {
        draw_figures(&folder, &tables)?;
    }
    if arguments.print_tick {
        print_line(tick(&simulation).trim_end())?;
    }
    if !arguments.quiet {
        print_line(&summary(configuration, &simulation, seconds))?;
        print_line(&folder.display().to_string())?;
    }
    Ok(())
}

/// Runs all ticks; returns the seconds that they took.
fn advance(simulation: &mut Simulation, mut progress: Progress) -> Result<f64, SimulationError> {
    for done in 1..=simulation.ticks() {
        simulation.step()?;
        progress.tick(done);
    }
    Ok(progress.seconds())
}

fn folder(out: Option<&Path>, output: &OutputSettings, configuration: &Configuration) -> PathBuf {
    match out {
        Some(folder) => folder.to_owned(),
        None if !output.directory.is_empty() => PathBuf::from(&output.directory),
        None => {
            let run: RunSettings = configuration.table("run");
            Path::new("outputs").join(&configuration.name).join(format!("seed-{}", run.seed))
        }
    }
}

fn summary(configuration: &Configuration, simulation: &Simulation, seconds: f64) -> String {
    let run: RunSettings = configuration.table("run");
    let labels = simulation.collapse_labels();
    let labels = if labels.is_empty() { "none".to_owned() } else { labels.join(", ") };
    format!(
        "{}, seed {}: {} ticks from {} in {seconds:.1} s\n{}\ncollapses: {labels}\nconfiguration {}",
        configuration.name,
        run.seed,
        simulation.ticks(),
        run.start,
        population(simulation.counts()),
        configuration.hash(),
    )
}

/// Numbers of agents in words.
pub(super) fn population(counts: Counts) -> String {
    let Counts { workers, firms, local_governments, banks } = counts;
    format!("{workers} workers, {firms} firms, {local_governments} local governments, {banks} banks")
}

/// The tick in order, then the time of each phase.
fn tick(simulation: &Simulation) -> String {
    let mut text = simulation.describe_tick();
    let phases = simulation.phase_seconds();
    let total: f64 = phases.iter().map(|(_, seconds)| seconds).sum();
    for (phase, seconds) in phases {
        let share = if total > 0.0 { 100.0 * seconds / total } else { 0.0 };
        let _ = write!(text, "\n{seconds:>10.3} s {share:>3.0} %  {phase}");
    }
    text
}

/// Writes the result tables. For now the series as CSV; the run folder proper is built elsewhere.
fn write_tables(folder: &Path, tables: &[Table], output: &OutputSettings) -> Result<(), CliError> {
    for table in tables.iter().filter(|table| output.csv && table.name == "series") {
        let path = folder.join(format!("{}.csv", table.name));
        let failed = |error: std::io::Error| CliError::io("write", &path, error);
        // A file appears complete or not at all.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        write_csv(&mut file, table).map_err(|error| failed(error.into()))?;
        file.persist(&path).map_err(|error| failed(error.error))?;
    }
    Ok(())
}

fn write_csv(file: &mut impl std::io::Write, table: &Table) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(file);
    writer.write_record(table.columns.iter().map(|column| &column.name))?;
    for row in 0..table.rows() {
        writer.write_record(table.columns.iter().map(|column| cell(&column.values, row)))?;
    }
    writer.flush().map_err(Into::into)
}

fn cell(values: &Values, row: usize) -> String {
    match values {
        Values::Integer(v) => v[row].to_string(),
        Values::Real(v) if v[row].is_nan() => String::new(),
        Values::Real(v) => v[row].to_string(),
        Values::Text(v) => v[row].clone(),
        Values::Fen(v) => v[row].to_string(),
    }
}

/// Draws the figures of the run. The figures themselves are built elsewhere.
#[allow(clippy::unnecessary_wraps, reason = "drawing can fail as soon as there is something to draw")]
fn draw_figures(_folder: &Path, _tables: &[Table]) -> Result<(), CliError> {
    Ok(())
}
