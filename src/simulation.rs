//! One run: the world and the schedule behind a small facade.
//!
//! `new` builds the opening position, `step` runs one quarter and audits it, `take_tables` hands over what was recorded.

use crate::accounts::BalanceSheets;
use crate::accounts::audit::{audit_opening, audit_phase, close_books, open_books};
use crate::agents::{Bank, Identity, LocalGovernment, Person};
use crate::calibration::assumptions::{self, Assumptions};
use crate::calibration::check_report::{self, Official};
use crate::calibration::national::National;
use crate::engine::configuration::Configuration;
use crate::engine::mechanism::CompiledTick;
use crate::engine::registry::Registry;
use crate::engine::settings::{AiSettings, CalibrationSettings, OutputSettings, RunSettings};
use crate::engine::state::{FrameSink, FrameSource, StateError};
use crate::engine::{Clock, Tick};
use crate::mechanisms::finance::{bank_services, close_phase};
use crate::output::Table;
use crate::state;
use crate::statistics::panels::Panel;
use crate::statistics::{self, Collapses, Facts, Recorder};
use crate::tick::tick;
use crate::world;
use bevy_ecs::prelude::World;

/// Why a run cannot start or go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulationError {
    /// Calibration tables are missing or malformed.
    #[error("calibration data: {0}")]
    Data(String),
    /// The opening economy cannot be built from them.
    #[error("opening economy: {0}")]
    Opening(String),
    /// An invariant is broken.
    #[error("broken invariant: {0}")]
    Breach(String),
}

/// Numbers of agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Worker agents.
    pub workers: usize,
    /// Firm agents in business.
    pub firms: usize,
    /// Local governments.
    pub local_governments: usize,
    /// Banks.
    pub banks: usize,
}

/// A world with its schedule.
pub struct Simulation {
    world: World,
    tick: CompiledTick,
    ticks: u32,
    counts: Counts,
    audit_phases: bool,
}

impl Simulation {
    /// Every table that a configuration may hold.
    #[must_use]
    pub fn registry() -> Registry {
        let mut registry = tick().registry().clone();
        assumptions::register(&mut registry);
        registry
    }

    /// The opening economy of a configuration.
    ///
    /// # Errors
    /// [`SimulationError::Data`]; [`SimulationError::Opening`], also if balance sheets do not close or people do not add up.
    pub fn new(configuration: &Configuration) -> Result<Self, SimulationError> {
        Self::with_tick(configuration, &tick())
    }

    /// The same with a tick of one's own, for tests that leave a mechanism out.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_tick(configuration: &Configuration, plan: &Tick) -> Result<Self, SimulationError> {
        let run: RunSettings = configuration.table("run");
        let mut world = World::new();
        plan.insert_parameters(&mut world, configuration);
        let opening = world::opening(configuration)?;
        world::build(&mut world, configuration, &opening)?;
        audit_opening(&mut world).map_err(|breaches| {
            SimulationError::Opening(format!(
                "values of [opening] and [population] do not fit together; take them nearer to their defaults\n{breaches}"
            ))
        })?;
        let output: OutputSettings = configuration.table("output");
        statistics::open(&mut world, &opening, &configuration.table("opening"), output.accounts);
        let ticks =
            u32::try_from(run.years * 4).map_err(|_| SimulationError::Opening("`run.years` is too large".into()))?;
        let counts = count(&mut world);
        Ok(Self { world, tick: plan.compile(close_phase), ticks, counts, audit_phases: false })
    }

    /// Writes the whole state, from which [`Self::restore`] goes on as if nothing had been; between two steps.
    ///
    /// # Errors
    /// If the world holds something that `src/state.rs` does not list, or the sink refuses.
    pub fn save(&self, sink: &mut dyn FrameSink) -> Result<(), StateError> {
        state::registry().save(&self.world, sink)
    }

    /// The simulation that was saved, by this program and for the same configuration; only `run.years` may differ.
    ///
    /// # Errors
    /// If the frames hold something else.
    pub fn restore(configuration: &Configuration, source: &mut dyn FrameSource) -> Result<Self, StateError> {
        let run: RunSettings = configuration.table("run");
        let mut world = state::registry().restore(source)?;
        state::check(&world)?;
        let ticks = u32::try_from(run.years * 4).map_err(|error| StateError::content("run.years", error))?;
        let counts = count(&mut world);
        Ok(Self { world, tick: tick().compile(close_phase), ticks, counts, audit_phases: false })
    }

    /// Ticks done.
    #[must_use]
    pub fn ticks_done(&self) -> u32 {
        self.world.resource::<Clock>().tick
    }

    /// The rows of a panel at present.
    pub fn panel(&mut self, panel: Panel) -> Table {
        panel.table(&mut self.world)
    }

    /// Audits after every phase from now on, not only after every tick.
    pub fn audit_every_phase(&mut self) {
        self.audit_phases = true;
    }

    /// The world, for statistics and tests.
    pub fn world(&mut self) -> &mut World {
        &mut self.world
    }

    /// Ticks of the whole run.
    #[must_use]
    pub const fn ticks(&self) -> u32 {
        self.ticks
    }

    /// One quarter.
    ///
    /// # Errors
    /// [`SimulationError::Breach`].
    pub fn step(&mut self) -> Result<(), SimulationError> {
        let breach = |b: crate::accounts::audit::Breaches| SimulationError::Breach(b.to_string());
        self.world.resource_mut::<Clock>().tick += 1;
        open_books(&mut self.world);
        let audit = self.audit_phases;
        self.tick
            .run(&mut self.world, |world, phase| if audit { audit_phase(world, phase) } else { Ok(()) })
            .map_err(breach)?;
        close_books(&mut self.world).map_err(breach)?;
        statistics::record(&mut self.world);
        self.counts = count(&mut self.world);
        Ok(())
    }

    /// Rows recorded since the last call.
    pub fn take_tables(&mut self) -> Vec<Table> {
        self.world.resource_mut::<Recorder>().take_tables()
    }

    /// Numbers of agents at present.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    /// Seconds spent in each mechanism so far.
    #[must_use]
    pub fn phase_seconds(&self) -> Vec<(String, f64)> {
        self.tick.seconds()
    }

    /// The tick, one mechanism a line.
    #[must_use]
    pub fn describe_tick(&self) -> String {
        tick().describe()
    }

    /// The opening balance sheet, and the official totals beside what stands for them; before the first step.
    ///
    /// # Errors
    /// [`SimulationError::Data`] if a figure to compare with is missing.
    pub fn opening_report(&self, configuration: &Configuration) -> Result<String, SimulationError> {
        let data = |e: String| SimulationError::Data(e);
        let (facts, sheets) = (self.world.resource::<Facts>(), self.world.resource::<BalanceSheets>());
        let codes: Vec<String> = facts.structure().sectors.iter().map(|s| s.code.clone()).collect();
        let balance = check_report::balance_text(sheets, &codes);
        let calibration: CalibrationSettings = configuration.table("calibration");
        if calibration.opening == "stationary" {
            return Ok(format!("{balance}\nA stationary economy has no official totals to compare it with.\n"));
        }
        let assumptions: Assumptions = configuration.table("opening");
        let tables = world::load_tables(configuration)?;
        let share = tables.ai_services.share;
        let mut tables = tables.with_ai_services(share).map_err(|e| data(e.to_string()))?;
        let costs: bank_services::Parameters = configuration.table("bank_services");
        let ai: AiSettings = configuration.table("ai");
        let national = National::new(&mut tables, &assumptions, costs.cost_share, None, ai.opening_measure());
        let national = national.map_err(|e| data(e.to_string()))?;
        let official = Official { tables: &tables, national: &national, assumptions: &assumptions };
        let lines = check_report::compare(facts, sheets, official).map_err(|e| data(e.to_string()))?;
        Ok(format!("{balance}\n{}", check_report::comparison_text(&lines)))
    }

    /// The collapses that the run has shown so far, each with its first tick.
    #[must_use]
    pub fn collapse_labels(&self) -> Vec<String> {
        self.world.resource::<Collapses>().seen().iter().map(ToString::to_string).collect()
    }
}

fn count(world: &mut World) -> Counts {
    Counts {
        workers: world.query::<&Person>().iter(world).count(),
        firms: world.query::<&Identity>().iter(world).filter(|i| i.active()).count(),
        local_governments: world.query::<&LocalGovernment>().iter(world).count(),
        banks: world.query::<&Bank>().iter(world).count(),
    }
}
