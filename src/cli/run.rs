//! `xinzhi run`: one configuration, one seed, one folder.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};

use clap::Args;

use super::progress::Progress;
use super::results::Results;
use super::{CliError, ConfigurationArguments, eprint_line, print_line};
use crate::engine::configuration::Configuration;
use crate::engine::settings::{OutputSettings, RunSettings};
use crate::output::manifest::peak_memory_bytes;
use crate::output::{Manifest, RunFolder, Status, Table};
use crate::simulation::{Counts, Simulation};

/// The accounts and events of so many ticks are written at a time, as one row group of their files.
const TICKS_A_ROW_GROUP: u32 = 4;

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
    let run: RunSettings = configuration.table("run");
    let mut simulation = super::open(configuration)?;
    // Before the run: a folder that cannot be written must not cost an hour.
    let folder = RunFolder::create(&folder(arguments.out.as_deref(), &output, configuration))?;
    let path = folder.path().to_owned();
    let seed = u64::try_from(run.seed).unwrap_or_default();
    let mut manifest = Manifest::new(configuration.resolved_json(), configuration.hash(), seed);
    manifest.counts = recorded(simulation.counts());
    manifest.threads = rayon::current_num_threads();
    let mut results = Results::begin(folder, &manifest, configuration, simulation.take_tables())?;

    let mut progress = Progress::new(&configuration.name, simulation.ticks(), arguments.quiet);
    let outcome =
        catch_unwind(AssertUnwindSafe(|| advance(&mut simulation, &mut results, &mut progress, &mut manifest)));
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(panic) => {
            // What was recorded before is not lost; the simulation itself is in no state to be asked.
            manifest.status = Status::Failed("a mistake in the program".into());
            results.complete_tables()?;
            results.finish(manifest)?;
            resume_unwind(panic);
        }
    };
    let seconds = progress.seconds();
    progress.finish();
    // A failed write leaves nothing to complete: files that are not complete do not appear.
    if let Err(failed @ (CliError::Output(_) | CliError::Io { .. })) = outcome {
        return Err(failed);
    }
    // What was recorded up to a breach helps to understand it.
    results.append(simulation.take_tables())?;
    results.complete_tables()?;
    let drawn = if outcome.is_ok() && output.figures && !arguments.no_plots { results.draw_figures() } else { Ok(()) };
    manifest.status = status(&outcome);
    manifest.collapse_labels = simulation.collapse_labels();
    manifest.per_phase_seconds = simulation.phase_seconds();
    manifest.peak_memory_bytes = peak_memory_bytes();
    manifest.wall_seconds = progress.seconds();
    // Never silent: a collapse is told even to those who want quiet.
    for label in &manifest.collapse_labels {
        eprint_line(&format!("collapse: {label}"));
    }
    let report = summary(configuration, &simulation, results.series(), seconds);
    results.finish(manifest)?;
    outcome?;
    drawn?;
    if arguments.print_tick {
        print_line(tick(&simulation).trim_end())?;
    }
    if !arguments.quiet {
        print_line(&report)?;
        print_line(&path.display().to_string())?;
    }
    Ok(())
}

/// Runs all ticks and streams what they record; counts the ticks in the manifest.
fn advance(
    simulation: &mut Simulation,
    results: &mut Results,
    progress: &mut Progress,
    manifest: &mut Manifest,
) -> Result<(), CliError> {
    for done in 1..=simulation.ticks() {
        simulation.step()?;
        manifest.ticks = done;
        if done.is_multiple_of(TICKS_A_ROW_GROUP) {
            results.append(simulation.take_tables())?;
        }
        progress.tick(done);
    }
    Ok(())
}

fn status(outcome: &Result<(), CliError>) -> Status {
    match outcome {
        Ok(()) => Status::Complete,
        Err(CliError::Simulation(error)) => Status::Failed(error.to_string()),
        Err(error) => Status::Failed(error.to_string().trim_start_matches("error: ").to_owned()),
    }
}

fn recorded(counts: Counts) -> crate::output::Counts {
    crate::output::Counts {
        workers: counts.workers as u64,
        firms: counts.firms as u64,
        local_governments: counts.local_governments as u64,
        banks: counts.banks as u64,
    }
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

/// What the run showed, in a few lines.
fn summary(configuration: &Configuration, simulation: &Simulation, series: &Table, seconds: f64) -> String {
    let run: RunSettings = configuration.table("run");
    let labels = simulation.collapse_labels();
    let labels = if labels.is_empty() { "none".to_owned() } else { labels.join(", ") };
    let column = |name: &str| -> Vec<f64> {
        series.reals(name).unwrap_or_default().into_iter().filter(|value| value.is_finite()).collect()
    };
    let change = |name: &str, of: &str| {
        let values = column(name);
        let percent = |value: Option<&f64>| value.map_or("-".to_owned(), |v| format!("{:.1}", 100.0 * v));
        format!("{} %{of} (opening {} %)", percent(values.last()), percent(values.first()))
    };
    let growth = column("gdp_growth_yoy");
    #[allow(clippy::cast_precision_loss, reason = "a mean of quarters")]
    let mean = growth.iter().sum::<f64>() / growth.len() as f64;
    let growth = if mean.is_finite() { format!("{:.1} % a year, mean", 100.0 * mean) } else { "-".to_owned() };
    format!(
        "{}, seed {}: {} ticks from {} in {seconds:.1} s\n{}\n\
         GDP growth    {growth}\n\
         unemployment  {}\n\
         AI adopters   {}\n\
         collapses     {labels}\n\
         configuration {}",
        configuration.name,
        run.seed,
        simulation.ticks(),
        run.start,
        population(simulation.counts()),
        change("unemployment_rate", ""),
        change("ai_adopter_share_firms", " of firms"),
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
