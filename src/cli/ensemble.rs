//! `xinzhi ensemble`: one configuration, many seeds side by side, a folder for each and one of bands.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::interrupt::Interrupt;
use super::progress::Crowd;
use super::ranges::{self, Seeds};
use super::record::{FOLDER, RECORD, Record, SeedRecord, verified};
use super::results::KEPT;
use super::resume::{self, Found};
use super::run::{self, RunArguments};
use super::{CliError, ConfigurationArguments, ErrorFormat, eprint_line, error, exit, figures, print_line};
use crate::engine::configuration::{Configuration, Override};
use crate::engine::settings::{OutputSettings, RunSettings};
use crate::experiments::{Plan, bands, default_jobs, in_order};
use crate::figures::{Figure, Page, RenderOptions, page_of_run, render_ensemble};
use crate::output::checkpoint::differences;
use crate::output::{CheckpointError, Manifest, RunFolder, Status, table_hash};

#[derive(Args, Debug)]
pub struct EnsembleArguments {
    /// TOML file, or the name of a configuration inside the program (china-2023, quick, large, steady-state).
    config: PathBuf,
    /// Seeds: 1..=20, 1-20 or 1,3,7. Those whose runs are complete are not run again.
    #[arg(long, value_name = "SEEDS", value_parser = ranges::seeds)]
    seeds: Seeds,
    /// Runs at a time; results do not depend on it [default: all cores, fewer if memory is short].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=4096))]
    jobs: Option<u16>,
    /// Simulated years (`run.years`).
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    years: Option<String>,
    /// Replaces one value of the configuration; may be given again.
    #[arg(long, value_name = "TABLE.KEY=VALUE")]
    set: Vec<String>,
    /// Folder of the seeds (seed-N) and of the bands (ensemble) [default: `output.directory`, or outputs/<configuration>].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Draws no figures of the bands; those of a single seed are drawn by `xinzhi plot`.
    #[arg(long)]
    no_plots: bool,
    /// Shows neither progress nor summary.
    #[arg(long)]
    quiet: bool,
    /// Goes on with the other seeds when one fails; this is what always happens.
    #[arg(long, hide = true)]
    keep_going: bool,
}

/// A seed, its configuration and its folder.
struct Member {
    seed: u64,
    configuration: Configuration,
    folder: PathBuf,
    state: State,
}

/// What is to be done for a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing, its run is complete.
    Complete,
    /// Its run begins, or goes on from a checkpoint.
    ToRun,
    /// What lies there is damaged: its run begins anew.
    Damaged,
}

pub fn ensemble(arguments: &EnsembleArguments, format: ErrorFormat) -> Result<(), CliError> {
    let options = ConfigurationArguments {
        config: arguments.config.clone(),
        seed: None,
        years: arguments.years.clone(),
        set: arguments.set.clone(),
    };
    let configuration = options.load()?;
    let root = root(arguments, &configuration);
    let interrupt = Interrupt::listen()?;
    let mut members = members(&configuration, &arguments.seeds, &root)?;
    look_at_all(&mut members, &root, format)?;
    // Held to the end: two ensembles must not write the same bands.
    let folder = RunFolder::create(&root.join(FOLDER))?;
    let jobs = arguments.jobs.map_or_else(|| default_jobs(&configuration, members.len()), usize::from);
    let work = Work { options: &options, interrupt: &interrupt, jobs, format };
    let silent = arguments.quiet || format == ErrorFormat::Json;
    let ticks = usize::try_from(configuration.table::<RunSettings>("run").years * 4).unwrap_or_default();
    let left = members.iter().filter(|member| member.state != State::Complete).count();
    let crowd = Arc::new(Crowd::new(&configuration.name, left, left * ticks, silent));
    let mut failed = work.run(&members, &crowd)?;
    crowd.finish();
    let wrong = |member: &&Member| failed.iter().any(|(seed, _)| *seed == member.seed);
    if let Some(signal) = interrupt.signal() {
        let complete = members.iter().filter(|member| !wrong(member) && is_complete(&member.folder)).count();
        return Err(CliError::RunsInterrupted { signal, complete, runs: members.len() });
    }
    if failed.len() == members.len() && failed.iter().all(|(_, error)| error.code() == exit::USAGE) {
        // What no seed can do is no matter of seeds.
        return Err(failed.swap_remove(0).1);
    }
    for (seed, error) in &failed {
        warn(&format!("seed {seed} failed: {}", reason(error)), format);
    }
    let seeds = failed.iter().map(|(seed, _)| *seed).collect::<Vec<_>>();
    if failed.len() == members.len() {
        return Err(CliError::SomeFailed { failed: seeds, runs: members.len() });
    }
    let mut record = Record::new(&configuration);
    for member in &members {
        record.seeds.push(entry(member, failed.iter().find(|(seed, _)| *seed == member.seed).map(|(_, e)| e))?);
    }
    let draws = configuration.table::<OutputSettings>("output").figures && !arguments.no_plots;
    write(&folder, &mut record, draws, &work)?;
    report(&record, &members, arguments.quiet, crowd.seconds(), folder.path(), format)?;
    if failed.is_empty() {
        return Ok(());
    }
    Err(CliError::SomeFailed { failed: seeds, runs: members.len() })
}

fn root(arguments: &EnsembleArguments, configuration: &Configuration) -> PathBuf {
    let output: OutputSettings = configuration.table("output");
    match &arguments.out {
        Some(folder) => folder.clone(),
        None if !output.directory.is_empty() => PathBuf::from(output.directory),
        None => Path::new("outputs").join(&configuration.name),
    }
}

fn members(configuration: &Configuration, seeds: &Seeds, root: &Path) -> Result<Vec<Member>, CliError> {
    let member = |seed: &u64| {
        let option = Override::option("--seeds", "run", "seed", &seed.to_string());
        let folder = root.join(format!("seed-{seed}"));
        Ok(Member { seed: *seed, configuration: configuration.with(&[option])?, folder, state: State::ToRun })
    };
    seeds.0.iter().map(member).collect()
}

/// Finds out what every seed needs; if a folder holds something else that would be lost, nothing is run.
fn look_at_all(members: &mut [Member], root: &Path, format: ErrorFormat) -> Result<(), CliError> {
    let mut foreign = Vec::new();
    for member in members.iter_mut() {
        match look(member) {
            Ok(state) => member.state = state,
            Err(Other::Foreign(what)) => foreign.push(format!("{} {what}", member.folder.display())),
            Err(Other::Failed(error)) => return Err(error),
        }
        if member.state == State::Damaged {
            warn(
                &format!("seed {}: what lies in {} is damaged; it runs anew", member.seed, member.folder.display()),
                format,
            );
        }
    }
    match foreign.as_slice() {
        [] => Ok(()),
        [first, others @ ..] => {
            let more = if others.is_empty() { String::new() } else { format!(" (and {} more)", others.len()) };
            Err(CliError::Usage(format!(
                "{first}{more}; choose another folder with --out, or move {} away",
                root.display()
            )))
        }
    }
}

/// Why a seed's folder cannot be used.
enum Other {
    /// It holds this, of another configuration or program.
    Foreign(String),
    /// It cannot be read.
    Failed(CliError),
}

fn look(member: &Member) -> Result<State, Other> {
    let own = Manifest::new(serde_json::Value::Null, String::new(), member.seed);
    if let Ok(found) = Manifest::read(&member.folder)
        && found.status == Status::Complete
    {
        if found.configuration_blake3 != member.configuration.hash() {
            let named = differences(&found.configuration, &member.configuration.resolved_json());
            let named = if named.is_empty() { "`run.years` differs".to_owned() } else { named };
            return Err(Other::Foreign(format!("holds a complete run of another configuration: {named}")));
        }
        if (&found.version, &found.commit) != (&own.version, &own.commit) {
            return Err(Other::Foreign(format!(
                "holds a complete run by another program: version {}, commit {}",
                found.version, found.commit
            )));
        }
    }
    match resume::look(&member.folder, &member.configuration, member.seed) {
        Ok(Found::Complete) => {
            // A run that was killed at its very last step has left its checkpoint.
            let tidy = RunFolder::create(&member.folder).and_then(|folder| folder.clear_checkpoint(&[]));
            tidy.map(|()| State::Complete).map_err(|error| Other::Failed(error.into()))
        }
        Ok(_) => Ok(State::ToRun),
        Err(CliError::Damaged(_) | CliError::Checkpoint(CheckpointError::Damaged { .. })) => Ok(State::Damaged),
        Err(CliError::Checkpoint(error @ CheckpointError::Foreign { .. })) => {
            Err(Other::Foreign(format!("holds a checkpoint of something else: {error}")))
        }
        Err(error) => Err(Other::Failed(error)),
    }
}

fn is_complete(folder: &Path) -> bool {
    Manifest::read(folder).is_ok_and(|manifest| manifest.status == Status::Complete)
}

fn warn(text: &str, format: ErrorFormat) {
    eprint_line(&if format == ErrorFormat::Json { error::json_warning(text) } else { text.to_owned() });
}

/// What all runs share.
struct Work<'a> {
    options: &'a ConfigurationArguments,
    interrupt: &'a Interrupt,
    jobs: usize,
    format: ErrorFormat,
}

impl Work<'_> {
    /// Runs what is not complete; the seeds that failed and why. Those that were interrupted are none of them.
    fn run(&self, members: &[Member], crowd: &Arc<Crowd>) -> Result<Vec<(u64, CliError)>, CliError> {
        let left: Vec<&Member> = members.iter().filter(|member| member.state != State::Complete).collect();
        let one = |number: usize| {
            let Member { configuration, folder, state, .. } = left[number];
            let resume = *state != State::Damaged;
            let arguments = RunArguments::one_of(crowd, self.options.clone(), folder, resume, self.format);
            let outcome = run::run_configuration(&arguments, configuration, self.interrupt);
            crowd.run_done(outcome.is_ok());
            outcome
        };
        let mut failed = Vec::new();
        let take = |number: usize, outcome: Result<Result<(), CliError>, String>| {
            let error = match outcome {
                Ok(Ok(()) | Err(CliError::Interrupted { .. })) => return ControlFlow::Continue(()),
                Ok(Err(error)) => error,
                Err(panic) => CliError::Internal(panic),
            };
            failed.push((left[number].seed, error));
            ControlFlow::Continue(())
        };
        let stop = || self.interrupt.signal().is_some();
        in_order(left.len(), &Plan { jobs: self.jobs, stop: &stop, ticked: &|| () }, one, take).map_err(threads)?;
        Ok(failed)
    }
}

/// What the record says of a seed.
fn entry(member: &Member, failed: Option<&CliError>) -> Result<SeedRecord, CliError> {
    let manifest = Manifest::read(&member.folder).ok();
    let status = match failed {
        Some(error) => Status::Failed(reason(error)),
        None => Status::Complete,
    };
    let series_blake3 = match failed {
        Some(_) => String::new(),
        None => table_hash(&member.folder.join("series.parquet"))?,
    };
    Ok(SeedRecord {
        seed: member.seed,
        folder: format!("seed-{}", member.seed),
        status,
        ticks: manifest.as_ref().map_or(0, |manifest| manifest.ticks),
        collapse_labels: manifest.map(|manifest| manifest.collapse_labels).unwrap_or_default(),
        series_blake3,
    })
}

/// The first paragraph of an error.
fn reason(error: &CliError) -> String {
    let text = error.to_string();
    let text = text.trim_start_matches("error: ");
    text.split("\n\n").next().unwrap_or(text).trim().to_owned()
}

/// Writes tables and figures of the bands, and the record last.
fn write(folder: &RunFolder, record: &mut Record, draws: bool, work: &Work<'_>) -> Result<(), CliError> {
    let earlier = Record::find(folder.path())?.map(|(_, record)| record.files).unwrap_or_default();
    folder.remove(RECORD)?;
    let complete = |seed: &&SeedRecord| seed.status == Status::Complete;
    record.complete = record.seeds.iter().filter(complete).count();
    record.failed = record.seeds.len() - record.complete;
    record.collapsed = record.seeds.iter().filter(complete).filter(|seed| !seed.collapse_labels.is_empty()).count();
    let folders = record.folders(folder.path());
    let read = |number: usize| verified(&folders[number], &Manifest::read(&folders[number])?, "series");
    let series = collect(folders.len(), work.jobs, read)?;
    let table = bands::table("ensemble", &series);
    drop(series);
    folder.write_table(&table)?;
    folder.write_csv(&table)?;
    let mut written = vec!["ensemble.parquet".to_owned(), "ensemble.csv".to_owned()];
    if draws {
        let all = crate::figures::all();
        written.extend(draw(folder, record, &all, RenderOptions::default(), work.jobs)?);
    }
    for old in earlier.iter().filter(|old| !written.contains(&old.path)) {
        folder.remove(&old.path)?;
    }
    enter(folder, record, &written)
}

/// What `work` makes of every number, in order; the first failure ends it. An interruption does not: half of the seeds are no
/// ensemble.
fn collect<T: Send>(
    count: usize,
    jobs: usize,
    work: impl Fn(usize) -> Result<T, CliError> + Sync,
) -> Result<Vec<T>, CliError> {
    let mut found = Vec::with_capacity(count);
    let mut problem = None;
    let take = |_, outcome: Result<Result<T, CliError>, String>| {
        match outcome.unwrap_or_else(|panic| Err(CliError::Internal(panic))) {
            Ok(one) => found.push(one),
            Err(error) => problem = Some(error),
        }
        if problem.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    in_order(count, &Plan::new(jobs), work, take).map_err(threads)?;
    problem.map_or(Ok(found), Err)
}

fn threads(error: rayon::ThreadPoolBuildError) -> CliError {
    CliError::Usage(format!("cannot start the threads of the runs: {error}; give fewer --jobs"))
}

/// Enters files with size and checksum into the record and writes it.
fn enter(folder: &RunFolder, record: &mut Record, names: &[String]) -> Result<(), CliError> {
    for name in names {
        record.files.retain(|entry| entry.path != *name);
        record.files.push(folder.file_entry(name)?);
    }
    record.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(folder.write_text(RECORD, &record.text())?)
}

/// Draws figures of an ensemble from the runs of its seeds; returns the names of the files.
fn draw(
    folder: &RunFolder,
    record: &Record,
    chosen: &[Figure],
    options: RenderOptions,
    jobs: usize,
) -> Result<Vec<String>, CliError> {
    let folders = record.folders(folder.path());
    let pages_of = |number: usize| -> Result<Vec<Page>, CliError> {
        let path = &folders[number];
        let manifest = Manifest::read(path)?;
        let tables = KEPT.iter().map(|name| verified(path, &manifest, name)).collect::<Result<Vec<_>, _>>()?;
        let data = figures::data(&tables, &manifest.configuration);
        Ok(chosen.iter().map(|figure| page_of_run(figure, &data)).collect::<Result<_, _>>()?)
    };
    let of_runs = collect(folders.len(), jobs, pages_of)?;
    let mut pages: Vec<Vec<Page>> = vec![Vec::new(); chosen.len()];
    for page in of_runs {
        pages.iter_mut().zip(page).for_each(|(all, page)| all.push(page));
    }
    figures::draw_each(folder, chosen, options, |number, figure| {
        render_ensemble(figure, &pages[number], record.collapsed, &options)
    })
}

/// `xinzhi plot` on the folder of an ensemble.
pub fn redraw(place: &Path, chosen: &[Figure], options: RenderOptions) -> Result<Vec<String>, CliError> {
    let folder = RunFolder::create_patiently(place)?;
    let Some((_, mut record)) = Record::find(place)? else {
        return Err(CliError::Usage(format!("{} is not the folder of an ensemble", place.display())));
    };
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let names = draw(&folder, &record, chosen, options, jobs)?;
    enter(&folder, &mut record, &names)?;
    Ok(names)
}

/// Says what came of the seeds; a collapse also to those who want quiet.
fn report(
    record: &Record,
    members: &[Member],
    quiet: bool,
    seconds: f64,
    place: &Path,
    format: ErrorFormat,
) -> Result<(), CliError> {
    let complete = record.seeds.iter().filter(|seed| seed.status == Status::Complete);
    for seed in complete.filter(|seed| !seed.collapse_labels.is_empty()) {
        warn(&format!("seed {}: collapse: {}", seed.seed, seed.collapse_labels.join(", ")), format);
    }
    if quiet {
        return Ok(());
    }
    let reused = members.iter().filter(|member| member.state == State::Complete).count();
    let reused = if reused > 0 { format!(", {reused} of them complete before") } else { String::new() };
    print_line(&format!(
        "{}: {} seeds complete{reused}, {} failed, {} collapsed; {seconds:.1} s",
        record.name, record.complete, record.failed, record.collapsed
    ))?;
    print_line(&place.display().to_string())
}
