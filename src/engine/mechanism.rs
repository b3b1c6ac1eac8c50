//! What a mechanism is, and the tick built from mechanisms.

use std::fmt::Write;

use super::configuration::Configuration;
use super::parameters::ParameterTable;
use super::registry::Registry;
use super::state::StateRegistry;
use super::switch::Switches;
use bevy_ecs::prelude::World;
use bevy_ecs::schedule::{
    LogLevel, Schedule, ScheduleBuildSettings, ScheduleConfigs, ScheduleLabel, SingleThreadedExecutor,
};
use bevy_ecs::system::ScheduleSystem;

/// Chained systems of a mechanism.
pub type Systems = ScheduleConfigs<ScheduleSystem>;

/// One economic mechanism: its configuration table and its systems, chained in order.
pub trait Mechanism {
    /// Name of the configuration table.
    const NAME: &'static str;
    /// How it is switched off, or why it cannot be.
    const SWITCHES: Switches = Switches::Unstated;
    /// Parameters.
    type Parameters: ParameterTable + bevy_ecs::prelude::Resource;
    /// Systems in order.
    fn systems() -> Systems;
    /// Conditions between its parameters, and between them and those of other mechanisms.
    fn rules(_registry: &mut Registry) {}
}

#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct StepLabel(&'static str);

/// One line of the tick.
struct Step {
    phase: usize,
    name: &'static str,
    switches: Switches,
    runs: bool,
    insert: fn(&mut World, &Configuration),
    list: fn(&mut StateRegistry),
    systems: fn() -> Systems,
}

/// The tick as it is written down: phases and their mechanisms.
#[derive(Default)]
pub struct Tick {
    phases: Vec<&'static str>,
    steps: Vec<Step>,
    registry: Registry,
}

impl Tick {
    /// An empty tick on top of the engine's own tables.
    #[must_use]
    pub fn new() -> Self {
        Self { registry: Registry::engine(), ..Self::default() }
    }

    /// Starts a phase.
    #[must_use]
    pub fn phase(mut self, name: &'static str) -> Self {
        self.phases.push(name);
        self
    }

    /// Adds a mechanism to the phase: its place is its order, its `NAME` the table that it claims.
    ///
    /// # Panics
    /// If no phase was started.
    #[must_use]
    pub fn run<M: Mechanism>(mut self) -> Self {
        let phase = self.phases.len().checked_sub(1).expect("a mechanism belongs to a phase");
        self.registry.add::<M::Parameters>(M::NAME);
        M::rules(&mut self.registry);
        self.steps.push(Step {
            phase,
            name: M::NAME,
            switches: M::SWITCHES,
            runs: true,
            insert: |world, configuration| world.insert_resource(configuration.table::<M::Parameters>(M::NAME)),
            list: |state| {
                state.resource::<M::Parameters>();
            },
            systems: M::systems,
        });
        self
    }

    /// Tables that a configuration may hold.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Every mechanism with its switches, in order.
    pub fn switches(&self) -> impl Iterator<Item = (&'static str, Switches)> {
        self.steps.iter().map(|step| (step.name, step.switches))
    }

    /// The tick without what a mechanism does; its parameters stay, as others may read them. For tests of switches.
    ///
    /// # Panics
    /// If there is no such mechanism.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        let step = self.steps.iter_mut().find(|step| step.name == name).expect("a mechanism of the tick");
        step.runs = false;
        self
    }

    /// Inserts every mechanism's parameters into a world.
    pub fn insert_parameters(&self, world: &mut World, configuration: &Configuration) {
        for step in &self.steps {
            (step.insert)(world, configuration);
        }
    }

    /// Lists every mechanism's parameters as state: a dated policy may change them.
    pub fn list_parameters(&self, state: &mut StateRegistry) {
        for step in &self.steps {
            (step.list)(state);
        }
    }

    /// The tick in words: phases and mechanisms in order.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut text = String::new();
        for (p, phase) in self.phases.iter().enumerate() {
            let _ = writeln!(text, "{:>2}. {phase}", p + 1);
            for step in self.steps.iter().filter(|s| s.phase == p) {
                let _ = writeln!(text, "      {}", step.name);
            }
        }
        text
    }

    /// Compiles the tick; `close_phase` runs after each phase (money in transit reaches banks there).
    #[must_use]
    pub fn compile(&self, close_phase: fn() -> Systems) -> CompiledTick {
        let phases = self
            .phases
            .iter()
            .enumerate()
            .map(|(p, name)| CompiledPhase {
                name,
                steps: self
                    .steps
                    .iter()
                    .filter(|s| s.phase == p && s.runs)
                    .map(|s| (s.name, schedule(s.name, (s.systems)()), 0.0))
                    .collect(),
                close: schedule("close_phase", close_phase()),
            })
            .collect();
        CompiledTick { phases }
    }
}

fn schedule(name: &'static str, systems: Systems) -> Schedule {
    let mut schedule = Schedule::new(StepLabel(name));
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.set_build_settings(ScheduleBuildSettings { ambiguity_detection: LogLevel::Error, ..Default::default() });
    schedule.add_systems(systems);
    schedule
}

struct CompiledPhase {
    name: &'static str,
    steps: Vec<(&'static str, Schedule, f64)>,
    close: Schedule,
}

/// The tick ready to run on a world.
pub struct CompiledTick {
    phases: Vec<CompiledPhase>,
}

impl CompiledTick {
    /// Runs one tick; `after_phase` is called with each phase's name once its payments are settled.
    ///
    /// # Errors
    /// Whatever `after_phase` returns.
    pub fn run<E>(
        &mut self,
        world: &mut World,
        mut after_phase: impl FnMut(&mut World, &'static str) -> Result<(), E>,
    ) -> Result<(), E> {
        for phase in &mut self.phases {
            for (_, schedule, seconds) in &mut phase.steps {
                let timer = super::timer::Timer::start();
                schedule.run(world);
                *seconds += timer.seconds();
            }
            phase.close.run(world);
            after_phase(world, phase.name)?;
        }
        world.clear_trackers();
        Ok(())
    }

    /// Seconds spent in each mechanism so far.
    #[must_use]
    pub fn seconds(&self) -> Vec<(String, f64)> {
        self.phases
            .iter()
            .flat_map(|p| p.steps.iter().map(move |(name, _, s)| (format!("{}/{name}", p.name), *s)))
            .collect()
    }
}
