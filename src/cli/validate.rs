//! `xinzhi validate`: stylised facts beside published bands, on an ensemble of seeds or on folders of runs.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::interrupt::Interrupt;
use super::progress::Crowd;
use super::{CliError, ConfigurationArguments, ErrorFormat, eprint_line, print_line};
use crate::engine::configuration::{Configuration, Override};
use crate::engine::settings::RunSettings;
use crate::experiments::{Failure, Plan, default_jobs, in_order};
use crate::output::manifest::MANIFEST;
use crate::output::{Manifest, RunFolder, Table, read_parquet};
use crate::simulation::Simulation;
use crate::statistics::panels::Panel;
use crate::validation::facts::load_facts;
use crate::validation::measures::{Measure, measures};
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
    /// Another list of facts, in the form of `data/stylised_facts.toml`.
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
}

pub fn validate(arguments: &ValidateArguments, format: ErrorFormat) -> Result<(), CliError> {
    let facts = load_facts(arguments.facts.as_deref()).map_err(|error| CliError::Usage(error.to_string()))?;
    let place = &arguments.configuration.config;
    let (report, folder, failed) = if place.is_dir() {
        let (name, runs) = of_folders(place)?;
        let folder = RunFolder::create(&arguments.out.clone().unwrap_or_else(|| place.join("validation")))?;
        (report(name, facts, &runs), folder, Vec::new())
    } else {
        let configuration = arguments.configuration.load()?;
        let usual = || Path::new("outputs").join(&configuration.name).join("validation");
        let folder = RunFolder::create(&arguments.out.clone().unwrap_or_else(usual))?;
        let (runs, failed) = of_seeds(arguments, &configuration, &folder, format)?;
        (report(configuration.name, facts, &runs), folder, failed)
    };
    let table = report.table();
    folder.write_table(&table)?;
    folder.write_csv(&table)?;
    folder.write_text("validation.md", &report.markdown())?;
    print_line(report.text().trim_end())?;
    print_line(&folder.path().display().to_string())?;
    if failed.is_empty() {
        return Ok(());
    }
    let runs = failed.len() + report.seeds;
    Err(CliError::SomeFailed { failed, runs })
}

/// What a run gives: a value for each measure, and the collapses that it showed. Kept in the folder of the report, so that a
/// command that was stopped goes on.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Measured {
    /// Hash of the configuration, seed included.
    configuration: String,
    version: String,
    commit: String,
    seed: String,
    values: BTreeMap<String, Option<f64>>,
    collapses: Vec<String>,
}

impl Measured {
    fn new(configuration: String, seed: String, tables: &RunTables, collapses: Vec<String>) -> Self {
        let program = Manifest::new(serde_json::Value::Null, String::new(), 0);
        let of = |m: &Measure| (m.name.to_owned(), (m.of)(tables).filter(|value| value.is_finite()));
        let values = measures().into_iter().map(of).collect();
        Self { configuration, version: program.version, commit: program.commit, seed, values, collapses }
    }

    /// What an earlier command kept of this run, if it is by this program and has every measure.
    fn kept(folder: &Path, configuration: &Configuration) -> Option<Self> {
        let text = std::fs::read_to_string(folder.join(file_of(configuration))).ok()?;
        let kept: Self = serde_json::from_str(&text).ok()?;
        let own = Self::new(configuration.hash(), String::new(), &RunTables::default(), Vec::new());
        let same =
            (&kept.configuration, &kept.version, &kept.commit) == (&own.configuration, &own.version, &own.commit);
        (same && kept.values.keys().eq(own.values.keys())).then_some(kept)
    }
}

/// File of a run's measures, beside the report.
fn file_of(configuration: &Configuration) -> String {
    format!("seeds/{}.json", configuration.hash())
}

fn report(configuration: String, facts: Vec<Fact>, runs: &[Measured]) -> Report {
    let value = |run: &Measured, fact: &Fact| run.values.get(&fact.measure).copied().flatten();
    let outcomes = facts
        .into_iter()
        .map(|fact| Outcome { values: runs.iter().filter_map(|run| value(run, &fact)).collect(), fact })
        .collect();
    let collapses = runs
        .iter()
        .filter(|run| !run.collapses.is_empty())
        .map(|run| format!("{}: {}", run.seed, run.collapses.join(", ")))
        .collect();
    Report { configuration, seeds: runs.len(), collapses, outcomes }
}

/// Runs the seeds of a configuration side by side; a seed that fails is named and left out, its number returned.
fn of_seeds(
    arguments: &ValidateArguments,
    configuration: &Configuration,
    folder: &RunFolder,
    format: ErrorFormat,
) -> Result<(Vec<Measured>, Vec<u64>), CliError> {
    let first: RunSettings = configuration.table("run");
    let seeds: Vec<Configuration> = (first.seed..first.seed + i64::from(arguments.seeds))
        .map(|seed| configuration.with(&[Override::set(&format!("run.seed={seed}"))]))
        .collect::<Result<_, _>>()?;
    let jobs = arguments.jobs.map_or_else(|| default_jobs(configuration, seeds.len()), usize::from);
    let interrupt = Interrupt::listen()?;
    let silent = arguments.quiet || format == ErrorFormat::Json;
    let ticks = usize::try_from(first.years * 4).unwrap_or_default() * seeds.len();
    let crowd = Crowd::new(&configuration.name, seeds.len(), ticks, silent);
    let (stop, ticked) = (|| interrupt.signal().is_some(), || crowd.tick());
    let plan = Plan { jobs, stop: &stop, ticked: &ticked };
    let (mut runs, mut failed) = (Vec::new(), Vec::new());
    let work = |number: usize| match Measured::kept(folder.path(), &seeds[number]) {
        Some(kept) => Ok(kept),
        None => run(&seeds[number], &plan),
    };
    let mut trouble = None;
    let taken = in_order(seeds.len(), &plan, work, |number, outcome| {
        let outcome = outcome.unwrap_or_else(|text| Err(Failure::Panic(text)));
        crowd.run_done(outcome.is_ok());
        match outcome {
            Ok(run) => {
                let text = serde_json::to_string_pretty(&run).expect("numbers and words can be written");
                trouble = folder.write_text(&file_of(&seeds[number]), &text).err();
                runs.push(run);
            }
            Err(error) => failed.push((number, error)),
        }
        if trouble.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    crowd.finish();
    taken.map_err(|error| CliError::Usage(format!("cannot start the threads of the runs: {error}")))?;
    if let Some(error) = trouble {
        return Err(error.into());
    }
    if let Some(signal) = interrupt.signal() {
        return Err(CliError::RunsInterrupted { signal, complete: runs.len(), runs: seeds.len() });
    }
    let seed_of = |number: usize| first.seed.unsigned_abs() + number as u64;
    for (number, error) in &failed {
        eprint_line(&format!("seed {} failed and is left out: {error}", seed_of(*number)));
    }
    let failed: Vec<u64> = failed.iter().map(|(number, _)| seed_of(*number)).collect();
    if runs.is_empty() {
        return Err(CliError::SomeFailed { failed, runs: seeds.len() });
    }
    Ok((runs, failed))
}

/// One run in memory, with the panel of firms at the ends of years.
fn run(configuration: &Configuration, plan: &Plan<'_>) -> Result<Measured, Failure> {
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
    let settings: RunSettings = configuration.table("run");
    let (seed, collapses) = (format!("seed {}", settings.seed), simulation.collapse_labels());
    Ok(Measured::new(configuration.hash(), seed, &RunTables::new(tables), collapses))
}

/// Measures the runs whose folders lie at a place.
fn of_folders(place: &Path) -> Result<(String, Vec<Measured>), CliError> {
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
        let seed = format!("seed {}", manifest.seed);
        runs.push(Measured::new(
            manifest.configuration_blake3.clone(),
            seed,
            &RunTables::new(tables),
            manifest.collapse_labels,
        ));
    }
    let name =
        folders[0].parent().and_then(Path::file_name).map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    Ok((name, runs))
}
