//! A driver of a mechanism: what is moved, whose decisions it changes, and which way the record must move.

use crate::common::{entries, run, series, tiny, turnover};
use crate::{SEEDS, TICKS};
use bevy_ecs::prelude::World;
use xinzhi::output::Table;
use xinzhi::simulation::Simulation;

/// What is recorded: a row of `flow`, the entries of a row in one column, or a column of `series`, over all ticks; for a
/// mechanism that makes winners and losers and no trend, the spread of a number over agents at the end.
#[derive(Clone, Copy, Debug)]
pub enum Recorded {
    Flow(&'static str),
    FlowOf(&'static str, &'static str),
    Series(&'static str),
    Spread(fn(&mut World) -> Vec<u64>),
}
use Recorded::{Flow, FlowOf, Series, Spread};

impl Recorded {
    pub fn of(self, tables: &[Table], world: &mut World) -> f64 {
        match self {
            Spread(of) => {
                let logs: Vec<f64> = of(world).into_iter().map(|x| f64::from_bits(x).max(1e-9).ln()).collect();
                let mean = logs.iter().sum::<f64>() / logs.len() as f64;
                logs.iter().map(|x| (x - mean).powi(2)).sum()
            }
            Flow(row) => turnover(tables, row) as f64,
            FlowOf(row, column) => {
                let of_row = entries(tables).into_iter().filter(|e| e.matrix == "flow" && e.row == row);
                of_row.filter(|e| e.column == column).map(|e| e.amount.abs()).sum::<i128>() as f64
            }
            Series(column) => series(tables, column).iter().filter(|x| x.is_finite()).sum(),
        }
    }
}

/// Which way the record must move, as theory has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
}
use Way::{Down, Up};

/// One driver of a mechanism.
pub struct Driver {
    /// `table.key=value` in both runs, so that the mechanism has something to do in a small economy.
    pub both: &'static [&'static str],
    /// The driver at another value than its default.
    pub moved: &'static str,
    /// Decisions, by agent.
    pub decisions: fn(&mut World) -> Vec<u64>,
    pub recorded: Recorded,
    pub way: Way,
    /// Why the record moves that way.
    pub because: &'static str,
}

pub fn bits(x: f64) -> u64 {
    x.to_bits()
}

/// `each!(Component, |c| f64)`: a number of every agent with the component.
macro_rules! each {
    ($component:ty, $of:expr) => {
        |world: &mut bevy_ecs::prelude::World| {
            let of: fn(&$component) -> f64 = $of;
            world.query::<&$component>().iter(world).map(|c| $crate::driver::bits(of(c))).collect()
        }
    };
}
pub(crate) use each;

pub fn driver(
    moved: &'static str,
    decisions: fn(&mut World) -> Vec<u64>,
    recorded: Recorded,
    way: Way,
    because: &'static str,
) -> Driver {
    Driver { both: &[], moved, decisions, recorded, way, because }
}

/// Decisions of all seeds and the sum of their records.
fn outcome(driver: &Driver, settings: &[&str]) -> (Vec<u64>, f64) {
    let mut all = (Vec::new(), 0.0);
    for seed in SEEDS {
        let (mut simulation, tables) = run(&tiny(&[&[seed], settings].concat()), TICKS);
        all.0.extend((driver.decisions)(simulation.world()));
        all.1 += driver.recorded.of(&tables, simulation.world());
    }
    all
}

/// Both arms; what did not move as it must.
pub fn complaint(driver: &Driver, plain: &mut [(Simulation, Vec<Table>)]) -> Option<String> {
    let before = if driver.both.is_empty() {
        let decisions = plain.iter_mut().flat_map(|(s, _)| (driver.decisions)(s.world())).collect();
        (decisions, plain.iter_mut().map(|(s, t)| driver.recorded.of(t, s.world())).sum())
    } else {
        outcome(driver, driver.both)
    };
    let after = outcome(driver, &[driver.both, &[driver.moved]].concat());
    let moved = match driver.way {
        Up => after.1 > before.1,
        Down => after.1 < before.1,
    };
    let share = (after.1 / before.1 - 1.0) * 100.0;
    let text = format!("{}: {:?} {:e} by {share:.2} % ({:?})", driver.moved, driver.recorded, before.1, driver.way);
    println!("{text}");
    if before.0 == after.0 {
        Some(format!("{text}: no agent decides otherwise"))
    } else if moved {
        None
    } else {
        Some(format!("{text}: the record should have moved, because {}", driver.because))
    }
}
