//! Compares runs with and without each mechanism and writes `docs/evidence.md` and `docs/evidence.csv`:
//!
//! ```text
//! cargo run --release --example evidence -- [--seeds 20] [--years 20] [--jobs N] [--only WORD] [--cache DIR] [--out DIR]
//! ```
//!
//! What is compared is in `data/evidence.toml`. Runs are kept in `outputs/evidence/` under a hash of source and
//! configuration: interrupted or called again with more seeds, only what is missing is run. With `--only` (a word of mechanism
//! or part) the rows are printed and no file is written.

mod cache;
mod file;
mod measure;
mod report;
mod verdict;

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cache::{Cache, Paths};
use clap::Parser;
use file::{Comparison, Evidence, Fact};
use measure::{Column, Measure};
use report::{FactRow, Row, Setting};
use verdict::Estimate;
use xinzhi::engine::configuration::Configuration;
use xinzhi::experiments::summary::mean;
use xinzhi::experiments::{Plan, in_order, run_one};

/// Compares runs with and without each mechanism.
#[derive(Parser)]
struct Options {
    /// Seeds 1 to this number.
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// Length of the runs; that of the file if none is given.
    #[arg(long)]
    years: Option<u32>,
    /// Runs at a time; one for each core if none is given.
    #[arg(long)]
    jobs: Option<usize>,
    /// Comparisons whose mechanism or part has this word.
    #[arg(long)]
    only: Option<String>,
    /// Where runs are kept.
    #[arg(long, default_value = "outputs/evidence")]
    cache: PathBuf,
    /// Folder of the two files.
    #[arg(long, default_value = "docs")]
    out: PathBuf,
}

/// An arm: its settings.
type Arm = Vec<String>;
/// What runs gave, by arm and seed.
type Results = BTreeMap<(Arm, u64), Result<Paths, String>>;

fn main() -> ExitCode {
    match work(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(told) => {
            eprintln!("evidence: {told}");
            ExitCode::FAILURE
        }
    }
}

fn work(options: &Options) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = fs::read_to_string(root.join("data/evidence.toml")).map_err(|e| format!("data/evidence.toml: {e}"))?;
    let evidence = Evidence::parse(&read)?;
    let years = options.years.unwrap_or(evidence.years);
    let chosen = |c: &&Comparison| {
        options.only.as_ref().is_none_or(|word| c.mechanism.contains(word.as_str()) || c.part.contains(word.as_str()))
    };
    let comparisons: Vec<&Comparison> = evidence.mechanism.iter().filter(chosen).collect();
    let facts: Vec<&Fact> = evidence.fact.iter().filter(|_| options.only.is_none()).collect();
    let mut arms: Vec<Arm> = Vec::new();
    for comparison in &comparisons {
        arms.extend([comparison.with(), comparison.without()?]);
    }
    arms.extend(facts.iter().map(|fact| fact.settings.clone()));
    arms.sort();
    arms.dedup();
    let columns = columns(evidence.measures());
    let cache = Cache::open(&root.join(&options.cache), root)?;
    let results = run(options, &evidence, &arms, years, &columns, &cache)?;
    let rows: Vec<Row> =
        comparisons.into_iter().map(|c| compare(c, &results, options.seeds)).collect::<Result<_, _>>()?;
    let facts: Vec<FactRow> = facts.into_iter().filter_map(|f| beside_band(f, &results, options.seeds)).collect();
    let setting = Setting { years, seeds: options.seeds, program: cache.program() };
    let text = report::markdown(&evidence, &setting, &rows, &facts);
    if options.only.is_some() {
        println!("{text}");
        return Ok(());
    }
    let out = root.join(&options.out);
    let write = |name: &str, text: &str| fs::write(out.join(name), text).map_err(|e| format!("{name}: {e}"));
    write("evidence.md", &text)?;
    write("evidence.csv", &report::csv(&rows, &facts).map_err(|e| e.to_string())?)
}

/// The columns that measures need, each once.
fn columns<'a>(measures: impl Iterator<Item = &'a Measure>) -> Vec<Column> {
    let mut columns: Vec<Column> = measures.flat_map(|m| m.columns().cloned()).collect();
    columns.sort();
    columns.dedup();
    columns
}

/// Every arm with every seed, from the cache or run now.
fn run(
    options: &Options,
    evidence: &Evidence,
    arms: &[Arm],
    years: u32,
    columns: &[Column],
    cache: &Cache,
) -> Result<Results, String> {
    let mut results = Results::new();
    let mut missing: Vec<(Arm, u64, Configuration)> = Vec::new();
    // Seed by seed, so that an interrupted comparison has all arms of the first seeds.
    for seed in 1..=options.seeds {
        for arm in arms {
            let configuration = evidence.arm(arm, years, seed)?;
            match cache.get(&configuration, columns) {
                Some(paths) => drop(results.insert((arm.clone(), seed), Ok(paths))),
                None => missing.push((arm.clone(), seed, configuration)),
            }
        }
    }
    eprintln!("{} arms with {} seeds, {} runs to do", arms.len(), options.seeds, missing.len());
    let mut tables: Vec<&str> = columns.iter().map(|c| c.table.as_str()).collect();
    tables.dedup();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let plan = Plan::new(options.jobs.unwrap_or(cores));
    let one = |number: usize| {
        let configuration = &missing[number].2;
        let run = run_one(configuration, &tables, &plan).map_err(|failure| failure.to_string())?;
        let paths = Paths::of(&run.tables, columns);
        cache.put(configuration, &paths)?;
        Ok(paths)
    };
    in_order(missing.len(), &plan, one, |number, outcome| {
        let (arm, seed, _) = &missing[number];
        let outcome = outcome.unwrap_or_else(Err);
        if let Err(told) = &outcome {
            eprintln!("seed {seed} of {arm:?}: {told}");
        }
        results.insert((arm.clone(), *seed), outcome);
        if (number + 1).is_multiple_of(50) {
            eprintln!("{} of {} runs done", number + 1, missing.len());
        }
        ControlFlow::Continue(())
    })
    .map_err(|error| error.to_string())?;
    Ok(results)
}

/// A measure of a run, if the run came to its end and the measure is a number.
fn measured(measure: &Measure, results: &Results, arm: &Arm, seed: u64) -> Result<f64, String> {
    let paths = results.get(&(arm.clone(), seed)).ok_or("not run")?.as_ref().map_err(Clone::clone)?;
    let value = measure.value(|column| paths.get(column))?;
    if value.is_finite() { Ok(value) } else { Err("no number".to_owned()) }
}

fn compare<'a>(comparison: &'a Comparison, results: &Results, seeds: u64) -> Result<Row<'a>, String> {
    let (with, without) = (comparison.with(), comparison.without()?);
    let (mut pairs, mut failures) = (Vec::new(), Vec::new());
    for seed in 1..=seeds {
        let of = |arm: &Arm| measured(&comparison.measure, results, arm, seed);
        match (of(&with), of(&without)) {
            (Ok(a), Ok(b)) => pairs.push((a, b)),
            (Err(told), _) | (_, Err(told)) => failures.push(format!("seed {seed}: {told}")),
        }
    }
    let differences: Vec<f64> = pairs.iter().map(|(a, b)| b - a).collect();
    let of = |pick: fn(&(f64, f64)) -> f64| mean(&pairs.iter().map(pick).collect::<Vec<_>>());
    Ok(Row {
        comparison,
        off: comparison.off()?,
        with: of(|p| p.0),
        without: of(|p| p.1),
        difference: Estimate::of(&differences),
        seeds: pairs.len(),
        failures,
    })
}

fn beside_band<'a>(fact: &'a Fact, results: &Results, seeds: u64) -> Option<FactRow<'a>> {
    let values: Vec<f64> =
        (1..=seeds).filter_map(|seed| measured(&fact.measure, results, &fact.settings, seed).ok()).collect();
    if values.is_empty() {
        return None;
    }
    let range = values.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[l, h], x| [l.min(*x), h.max(*x)]);
    let inside = values.iter().filter(|x| (fact.band[0]..=fact.band[1]).contains(*x)).count();
    Some(FactRow { fact, measured: Estimate::of(&values), range, inside: [inside, values.len()] })
}
