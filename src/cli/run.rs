//! `xinzhi run`: one configuration, one seed, one folder.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::interrupt::Interrupt;
use super::progress::{Crowd, Progress};
use super::results::{Results, TICKS_AT_A_TIME};
use super::resume::{self, Found, RunState};
use super::{CliError, ConfigurationArguments, ErrorFormat, eprint_line, error, print_line, summary};
use crate::engine::configuration::Configuration;
use crate::engine::settings::{OutputSettings, RunSettings};
use crate::engine::state::put;
use crate::output::checkpoint::{CHECKPOINT, write_checkpoint};
use crate::output::manifest::peak_memory_bytes;
use crate::output::{Checkpoint, Manifest, RunFolder, Status};
use crate::simulation::{Counts, Simulation};
use crate::statistics::panels::Panel;

#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "flags of the command line")]
pub struct RunArguments {
    #[command(flatten)]
    configuration: ConfigurationArguments,
    /// Folder of results [default: `output.directory`, or outputs/<configuration>/seed-<N>].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Threads inside the run; results do not depend on it [default: all cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Ticks between two checkpoints [default: `output.checkpoint_every`].
    #[arg(long, value_name = "TICKS", value_parser = clap::value_parser!(u32).range(1..=4000))]
    checkpoint_every: Option<u32>,
    /// Goes on from the last checkpoint in the folder; starts anew if there is none, does nothing if the run is complete.
    #[arg(long)]
    resume: bool,
    /// Also writes every firm or every worker at every tick; may be given twice.
    #[arg(long, value_enum, value_name = "AGENTS")]
    panel: Vec<Panel>,
    /// Draws no figures.
    #[arg(long)]
    no_plots: bool,
    /// Shows neither progress nor summary.
    #[arg(long)]
    quiet: bool,
    /// Prints the order of the tick after the run, and the time that each phase took.
    #[arg(long)]
    print_tick: bool,
    /// What standard error is read by.
    #[arg(skip)]
    format: ErrorFormat,
    /// The runs that it is one of.
    #[arg(skip)]
    crowd: Option<Arc<Crowd>>,
}

impl RunArguments {
    /// One run among others: into a folder, gone on with or begun anew, without figures and words of its own.
    pub fn one_of(
        crowd: &Arc<Crowd>,
        configuration: ConfigurationArguments,
        folder: &Path,
        resume: bool,
        format: ErrorFormat,
    ) -> Self {
        Self {
            configuration,
            out: Some(folder.to_owned()),
            threads: None,
            checkpoint_every: None,
            resume,
            panel: Vec::new(),
            no_plots: true,
            quiet: true,
            print_tick: false,
            format,
            crowd: Some(Arc::clone(crowd)),
        }
    }
}

pub fn run(arguments: &RunArguments, format: ErrorFormat) -> Result<(), CliError> {
    let arguments = &RunArguments { format, ..arguments.clone() };
    let configuration = arguments.configuration.load()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.threads.map_or(0, usize::from))
        .build()
        .map_err(|error| CliError::Usage(format!("cannot start the threads of the run: {error}")))?;
    let interrupt = Interrupt::listen()?;
    pool.install(|| run_configuration(arguments, &configuration, &interrupt))
}

/// Runs a configuration on the pool that it is called in.
pub fn run_configuration(
    arguments: &RunArguments,
    configuration: &Configuration,
    interrupt: &Interrupt,
) -> Result<(), CliError> {
    let output: OutputSettings = configuration.table("output");
    let place = folder(arguments.out.as_deref(), &output, configuration);
    // From here on nobody else writes there; a folder that is not there yet is made when the economy could be opened.
    let held = if place.is_dir() { Some(RunFolder::create(&place)?) } else { None };
    let found =
        if arguments.resume { resume::look(&place, configuration, seed(configuration))? } else { Found::Nothing };
    let mut run = match (found, held) {
        (Found::Complete, held) => {
            // A run that was killed at its very last step has left it.
            held.map_or(Ok(()), |folder| folder.clear_checkpoint(&[]))?;
            return if arguments.quiet { Ok(()) } else { print_line(&format!("{} is complete", place.display())) };
        }
        (Found::Checkpoint(checkpoint), Some(folder)) => Run::resume(*checkpoint, arguments, configuration, folder)?,
        (_, held) => Run::begin(arguments, configuration, held, &place)?,
    };
    let outcome = match catch_unwind(AssertUnwindSafe(|| run.advance(interrupt))) {
        Ok(outcome) => outcome,
        Err(panic) => {
            // What was recorded before is not lost; the simulation itself is in no state to be asked.
            run.manifest.status = Status::Failed("a mistake in the program".into());
            run.results.complete_tables()?;
            run.results.finish(&run.manifest)?;
            resume_unwind(panic);
        }
    };
    run.end(outcome, arguments)
}

/// A run that goes on.
struct Run<'c> {
    configuration: &'c Configuration,
    simulation: Simulation,
    results: Results,
    manifest: Manifest,
    panels: Vec<Panel>,
    progress: Progress,
    crowd: Option<Arc<Crowd>>,
    checkpoint_every: u32,
    checkpoint_minutes: f64,
    /// When the last checkpoint was written. \[seconds since the start\]
    last_checkpoint: f64,
    /// The tick that it was left after. \[quarters\]
    last_checkpoint_tick: Option<u32>,
    /// Time that the run had taken before it was resumed. \[seconds\]
    earlier_seconds: f64,
    earlier_phases: Vec<(String, f64)>,
}

impl<'c> Run<'c> {
    fn begin(
        arguments: &RunArguments,
        configuration: &'c Configuration,
        held: Option<RunFolder>,
        place: &Path,
    ) -> Result<Self, CliError> {
        let mut simulation = super::open(configuration)?;
        // Before the run: a folder that cannot be written must not cost an hour.
        let folder = held.map_or_else(|| RunFolder::create(place), Ok)?;
        let mut manifest = new_manifest(configuration);
        manifest.counts = recorded(simulation.counts());
        let mut panels = arguments.panel.clone();
        panels.sort_unstable();
        panels.dedup();
        let mut first = simulation.take_tables();
        first.extend(panels.iter().map(|panel| simulation.panel(*panel)));
        let results = Results::begin(folder, &manifest, configuration, first)?;
        Ok(Self::new(arguments, configuration, simulation, results, manifest, panels))
    }

    fn resume(
        checkpoint: Checkpoint,
        arguments: &RunArguments,
        configuration: &'c Configuration,
        folder: RunFolder,
    ) -> Result<Self, CliError> {
        let (state, simulation) = resume::restore(checkpoint, configuration, &arguments.panel)?;
        let mut manifest = new_manifest(configuration);
        manifest.counts = state.counts;
        manifest.ticks = simulation.ticks_done();
        manifest.resumed_at = state.resumed_at;
        manifest.resumed_at.push(manifest.ticks);
        let has = |panel: &Panel| state.streams.iter().any(|stream| stream.name() == panel.name());
        let panels = [Panel::Firms, Panel::Workers].into_iter().filter(has).collect();
        let results = Results::resume(folder, &manifest, configuration, state.streams)?;
        let mut run = Self::new(arguments, configuration, simulation, results, manifest, panels);
        run.last_checkpoint_tick = Some(run.manifest.ticks);
        Ok(Self { earlier_seconds: state.wall_seconds, earlier_phases: state.per_phase_seconds, ..run })
    }

    fn new(
        arguments: &RunArguments,
        configuration: &'c Configuration,
        simulation: Simulation,
        results: Results,
        manifest: Manifest,
        panels: Vec<Panel>,
    ) -> Self {
        let output: OutputSettings = configuration.table("output");
        // A program that reads JSON lines finds nothing else there.
        let silent = arguments.quiet || arguments.format == ErrorFormat::Json;
        let progress = Progress::new(&configuration.name, simulation.ticks(), silent);
        let every = u32::try_from(output.checkpoint_every).unwrap_or_default();
        Self {
            configuration,
            simulation,
            results,
            manifest,
            panels,
            progress,
            crowd: arguments.crowd.clone(),
            checkpoint_every: arguments.checkpoint_every.unwrap_or(every),
            checkpoint_minutes: output.checkpoint_minutes,
            last_checkpoint: 0.0,
            last_checkpoint_tick: None,
            earlier_seconds: 0.0,
            earlier_phases: Vec::new(),
        }
    }

    /// Runs the ticks that are left and streams what they record; counts them in the manifest.
    fn advance(&mut self, interrupt: &Interrupt) -> Result<(), CliError> {
        for tick in self.manifest.ticks + 1..=self.simulation.ticks() {
            if let Some(signal) = interrupt.signal() {
                self.leave_checkpoint()?;
                return Err(CliError::Interrupted { signal, tick: tick - 1 });
            }
            self.simulation.step()?;
            self.manifest.ticks = tick;
            for panel in &self.panels {
                self.results.append(vec![self.simulation.panel(*panel)], tick)?;
            }
            if tick.is_multiple_of(TICKS_AT_A_TIME) {
                self.results.append(self.simulation.take_tables(), tick)?;
            }
            self.progress.tick(tick);
            if let Some(crowd) = &self.crowd {
                crowd.tick();
            }
            if tick < self.simulation.ticks() && self.checkpoint_is_due(tick) {
                self.leave_checkpoint()?;
            }
        }
        Ok(())
    }

    fn checkpoint_is_due(&self, tick: u32) -> bool {
        let waited = self.progress.seconds() - self.last_checkpoint;
        self.checkpoint_every > 0 && tick.is_multiple_of(self.checkpoint_every)
            || self.checkpoint_minutes > 0.0 && waited >= 60.0 * self.checkpoint_minutes
    }

    /// Writes all that the run needs to go on.
    fn leave_checkpoint(&mut self) -> Result<(), CliError> {
        let state = RunState {
            counts: self.manifest.counts,
            wall_seconds: self.seconds(),
            per_phase_seconds: self.phases(),
            resumed_at: self.manifest.resumed_at.clone(),
            streams: self.results.seal()?,
        };
        let header = resume::header(self.configuration, self.manifest.seed, self.manifest.ticks);
        write_checkpoint(&self.results.path().join(CHECKPOINT), &header, |sink| {
            put(sink, "run", &state)?;
            self.simulation.save(sink)
        })?;
        self.last_checkpoint = self.progress.seconds();
        self.last_checkpoint_tick = Some(self.manifest.ticks);
        Ok(())
    }

    /// Seconds of the whole run, before and after it was resumed.
    fn seconds(&self) -> f64 {
        self.earlier_seconds + self.progress.seconds()
    }

    /// The same by phase.
    fn phases(&self) -> Vec<(String, f64)> {
        let mut phases = self.simulation.phase_seconds();
        for (name, seconds) in &mut phases {
            *seconds += self.earlier_phases.iter().find(|(earlier, _)| earlier == name).map_or(0.0, |(_, s)| *s);
        }
        phases
    }

    /// Completes the folder and tells what happened.
    fn end(mut self, outcome: Result<(), CliError>, arguments: &RunArguments) -> Result<(), CliError> {
        let seconds = self.seconds();
        self.progress.finish();
        if let Err(failed @ (CliError::Output(_) | CliError::Checkpoint(_) | CliError::Io { .. })) = outcome {
            return Err(self.give_up(failed));
        }
        if let Err(failed) = self.complete_tables(outcome.is_ok()) {
            return Err(self.give_up(failed));
        }
        let output: OutputSettings = self.configuration.table("output");
        let draws = outcome.is_ok() && output.figures && !arguments.no_plots;
        let figures = if draws { self.results.draw_figures() } else { Ok(()) };
        self.manifest.status = status(&outcome);
        self.measure();
        // Never silent: a collapse is told even to those who want quiet; of many runs the one who started them tells it.
        for label in self.manifest.collapse_labels.iter().filter(|_| self.crowd.is_none()) {
            let told = format!("collapse: {label}");
            eprint_line(&if arguments.format == ErrorFormat::Json { error::json_warning(&told) } else { told });
        }
        let report = summary::summary(self.configuration, &self.simulation, &self.results.series()?, seconds);
        if let Err(failed) = self.results.finish(&self.manifest) {
            return Err(self.give_up(failed));
        }
        outcome?;
        let path = self.results.path().to_owned();
        figures.map_err(|source| CliError::Figures { source: Box::new(source), path: path.clone() })?;
        if arguments.print_tick {
            print_line(summary::tick(&self.simulation, &self.manifest.per_phase_seconds).trim_end())?;
        }
        if !arguments.quiet {
            print_line(&report)?;
            print_line(&path.display().to_string())?;
        }
        Ok(())
    }

    /// Brings what was recorded into the tables, up to an interruption or a breach, too. If there is no room for them
    /// when all ticks are done, a checkpoint may still fit: then no tick is lost.
    fn complete_tables(&mut self, all_ticks_done: bool) -> Result<(), CliError> {
        self.results.append(self.simulation.take_tables(), self.manifest.ticks)?;
        self.results.seal()?;
        self.results.complete_tables().inspect_err(|_| {
            if all_ticks_done {
                let _ = self.leave_checkpoint();
            }
        })
    }

    /// What the manifest tells of the run's health and cost.
    fn measure(&mut self) {
        self.manifest.collapse_labels = self.simulation.collapse_labels();
        self.manifest.per_phase_seconds = self.phases();
        self.manifest.peak_memory_bytes = peak_memory_bytes();
        self.manifest.wall_seconds = self.seconds();
    }

    /// After a write that failed: files that are not complete do not appear, the last checkpoint stays, and the manifest
    /// says why the run ended, if at least that can be written.
    fn give_up(&mut self, failed: CliError) -> CliError {
        self.manifest.status = Status::Failed(reason(&failed));
        self.measure();
        // The first failure is the one to tell.
        let _ = self.results.fail(&self.manifest);
        match self.last_checkpoint_tick {
            Some(tick) => CliError::Kept { source: Box::new(failed), tick },
            None => failed,
        }
    }
}

fn status(outcome: &Result<(), CliError>) -> Status {
    match outcome {
        Ok(()) => Status::Complete,
        Err(CliError::Interrupted { .. }) => Status::Interrupted,
        Err(error) => Status::Failed(reason(error)),
    }
}

fn reason(error: &CliError) -> String {
    error.to_string().trim_start_matches("error: ").to_owned()
}

fn seed(configuration: &Configuration) -> u64 {
    u64::try_from(configuration.table::<RunSettings>("run").seed).unwrap_or_default()
}

/// The manifest of a run that starts in this pool of threads.
pub(crate) fn new_manifest(configuration: &Configuration) -> Manifest {
    let mut manifest = Manifest::new(configuration.resolved_json(), configuration.hash(), seed(configuration));
    manifest.threads = rayon::current_num_threads();
    manifest
}

/// Numbers of agents as the manifest has them.
pub(crate) fn recorded(counts: Counts) -> crate::output::Counts {
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
