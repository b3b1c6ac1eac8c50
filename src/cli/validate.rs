//! `xinzhi validate`: stylised facts beside published bands, on an ensemble of seeds or on folders of runs.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use clap::Args;

use super::interrupt::Interrupt;
use super::progress::Progress;
use super::{CliError, ConfigurationArguments, ErrorFormat, eprint_line, print_line};
use crate::engine::configuration::{Configuration, Override};
use crate::experiments::{Failure, Plan, default_jobs, in_order};
use crate::output::manifest::MANIFEST;
use crate::output::{Manifest, RunFolder, Table, read_parquet};
use crate::simulation::Simulation;
use crate::statistics::panels::Panel;
use crate::validation::facts::load_facts;
use crate::validation::{Fact, Outcome, Report, RunTables};

/// Tables that measures read, besides the panel of firms.
const TABLES: [&str; 4] = ["series", "sectors", "regions", "events"];

#[derive(Args, Clone, Debug)]
pub struct ValidateArguments {
    #[command(flatten)]
    configuration: ConfigurationArguments,
    /// Number of seeds, from 1 on (with --seed: from that one on).
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    seeds: u32,
    /// Runs at a time [default: one for each core, as far as the memory goes].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Folder of the report [default: outputs/<configuration>/validation].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Another list of facts, in the form of data/stylised_facts.toml.
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
}

pub fn validate(arguments: &ValidateArguments, format: ErrorFormat) -> Result<(), CliError> {
    let facts = load_facts(arguments.facts.as_deref()).map_err(|error| CliError::Usage(error.to_string()))?;
    let place = &arguments.configuration.config;
    let (name, runs) = if place.is_dir() { of_folders(place, &facts)? } else { of_seeds(arguments, &facts, format)? };
    let report = report(name, facts, &runs);
    let out = arguments.out.clone().unwrap_or_else(|| {
        if place.is_dir() {
            place.join("validation")
        } else {
            Path::new("outputs").join(&report.configuration).join("validation")
        }
    });
    let folder = RunFolder::create(&out)?;
    let table = report.table();
    folder.write_table(&table)?;
    folder.write_csv(&table)?;
    folder.write_text("validation.md", &report.markdown())?;
    print_line(report.text().trim_end())?;
    print_line(&out.display().to_string())
}

/// What a run gives: a value for each fact, and the collapses that it showed.
struct Measured {
    seed: String,
    values: Vec<Option<f64>>,
    collapses: Vec<String>,
}

fn report(configuration: String, facts: Vec<Fact>, runs: &[Measured]) -> Report {
    let outcomes = facts
        .into_iter()
        .enumerate()
        .map(|(at, fact)| Outcome {
            fact,
            values: runs.iter().filter_map(|run| run.values[at].filter(|value| value.is_finite())).collect(),
        })
        .collect();
    let collapses = runs
        .iter()
        .filter(|run| !run.collapses.is_empty())
        .map(|run| format!("{}: {}", run.seed, run.collapses.join(", ")))
        .collect();
    Report { configuration, seeds: runs.len(), collapses, outcomes }
}

fn measured(seed: String, tables: RunTables, facts: &[Fact], collapses: Vec<String>) -> Measured {
    Measured { seed, values: facts.iter().map(|fact| (fact.measured_by().of)(&tables)).collect(), collapses }
}

/// Runs the seeds of a configuration side by side; a seed that fails is named and left out.
fn of_seeds(
    arguments: &ValidateArguments,
    facts: &[Fact],
    format: ErrorFormat,
) -> Result<(String, Vec<Measured>), CliError> {
    let configuration = arguments.configuration.load()?;
    let first: crate::engine::settings::RunSettings = configuration.table("run");
    let seeds: Vec<Configuration> = (first.seed..first.seed + i64::from(arguments.seeds))
        .map(|seed| configuration.with(&[Override::set(&format!("run.seed={seed}"))]))
        .collect::<Result<_, _>>()?;
    let jobs = arguments.jobs.map_or_else(|| default_jobs(&configuration, seeds.len()), usize::from);
    let interrupt = Interrupt::listen()?;
    let ticks = u32::try_from(first.years * 4).unwrap_or(u32::MAX).saturating_mul(arguments.seeds);
    let silent = arguments.quiet || format == ErrorFormat::Json;
    let (done, progress) = (AtomicU32::new(0), Mutex::new(Progress::new(&configuration.name, ticks, silent)));
    let ticked = || {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Ok(mut progress) = progress.lock() {
            progress.tick(done);
        }
    };
    let stop = || interrupt.signal().is_some();
    let plan = Plan { jobs, stop: &stop, ticked: &ticked };
    let (mut runs, mut failed) = (Vec::new(), Vec::new());
    let work = |number: usize| run(&seeds[number], facts, &plan);
    let taken = in_order(seeds.len(), &plan, work, |number, outcome| {
        match outcome.unwrap_or_else(|text| Err(Failure::Panic(text))) {
            Ok(run) => runs.push(run),
            Err(error) => failed.push(format!("seed {}: {error}", first.seed + number as i64)),
        }
        ControlFlow::Continue(())
    });
    if let Ok(progress) = progress.lock() {
        progress.finish();
    }
    taken.map_err(|error| CliError::Usage(format!("cannot start the threads of the runs: {error}")))?;
    if let Some(signal) = interrupt.signal() {
        return Err(CliError::Interrupted { signal, tick: 0 });
    }
    failed.iter().for_each(|line| eprint_line(line));
    if runs.is_empty() {
        return Err(CliError::Usage(format!("no seed came to its end, the first because of {}", failed.join("; "))));
    }
    Ok((configuration.name, runs))
}

/// One run in memory, with the panel of firms at the ends of years.
fn run(configuration: &Configuration, facts: &[Fact], plan: &Plan<'_>) -> Result<Measured, Failure> {
    let mut simulation = Simulation::new(configuration)?;
    let mut tables: Vec<Table> = Vec::new();
    let keep = |tables: &mut Vec<Table>, rows: Vec<Table>| {
        for rows in rows.into_iter().filter(|t| TABLES.contains(&t.name.as_str()) || t.name == Panel::Firms.name()) {
            match tables.iter_mut().find(|t| t.name == rows.name) {
                Some(all) => all.extend(rows).expect("a table of a run keeps its columns"),
                None => tables.push(rows),
            }
        }
    };
    for tick in 1..=simulation.ticks() {
        if (plan.stop)() {
            return Err(Failure::Stopped { tick: tick - 1 });
        }
        simulation.step()?;
        (plan.ticked)();
        if tick.is_multiple_of(4) {
            let firms = simulation.panel(Panel::Firms);
            keep(&mut tables, vec![firms]);
            keep(&mut tables, simulation.take_tables());
        }
    }
    keep(&mut tables, simulation.take_tables());
    let settings: crate::engine::settings::RunSettings = configuration.table("run");
    let collapses = simulation.collapse_labels();
    Ok(measured(format!("seed {}", settings.seed), RunTables::new(tables), facts, collapses))
}

/// Measures the runs whose folders lie at a place.
fn of_folders(place: &Path, facts: &[Fact]) -> Result<(String, Vec<Measured>), CliError> {
    let mut folders = Vec::new();
    if place.join(MANIFEST).is_file() {
        folders.push(place.to_owned());
    } else {
        let entries = std::fs::read_dir(place).map_err(|error| CliError::io("read the folder", place, error))?;
        folders.extend(entries.filter_map(Result::ok).map(|e| e.path()).filter(|p| p.join("series.parquet").is_file()));
        folders.sort();
    }
    if folders.is_empty() {
        let text = format!(
            "{} holds no runs; give a configuration, or a folder that `xinzhi run` or `xinzhi ensemble` has written",
            place.display()
        );
        return Err(CliError::Usage(text));
    }
    let mut runs = Vec::new();
    for folder in &folders {
        let manifest = Manifest::read(folder)?;
        let mut tables = Vec::new();
        for name in TABLES.into_iter().chain([Panel::Firms.name()]) {
            let path = folder.join(format!("{name}.parquet"));
            if path.is_file() {
                tables.push(read_parquet(&path)?);
            }
        }
        runs.push(measured(format!("seed {}", manifest.seed), RunTables::new(tables), facts, Vec::new()));
    }
    let name =
        folders[0].parent().and_then(Path::file_name).map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    Ok((name, runs))
}
