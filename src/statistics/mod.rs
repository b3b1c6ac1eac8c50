//! Statistics: what a run records, one family a file, read-only.
//!
//! After a tick's mechanisms [`survey`] gathers the facts once, [`publish_indicators`] tells agents what they may know,
//! and [`record`] appends a row to every table. [`open`] does all three for the opening position. A column is declared
//! once, with name, unit, definition and source, beside the rule that computes it; [`dictionary`] lists them all.

pub mod accounts;
pub mod banks;
pub mod collapse;
pub mod decomposition;
pub mod dynamics;
pub mod events;
pub mod facts;
pub mod finance;
pub mod firm_cross_section;
pub mod firm_dynamics;
pub mod firm_records;
pub mod firm_tables;
pub mod firms;
pub mod fits;
pub mod gini;
pub mod opening;
pub mod panels;
pub mod people;
pub mod publish;
pub mod recorder;
pub mod regions;
pub mod sectors;
pub mod series;
pub mod sources;
pub mod structural;
pub mod tasks;
pub mod vintages;
pub mod wage_curve;
pub mod worker_records;
pub mod worker_tables;

#[cfg(test)]
mod tests;

pub use collapse::{Collapse, Collapses};
pub use dynamics::WageCurveHistory;
pub use facts::{Facts, History};
pub use firm_dynamics::FirmHistory;
pub use publish::{Publication, publish_indicators};
pub use recorder::Recorder;
pub use worker_records::WorkerHistory;

use crate::calibration::assumptions::Assumptions;
use crate::calibration::opening::Opening;
use crate::engine::Indicators;
use bevy_ecs::prelude::World;

/// What a reader is told about a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatisticDoc {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub name: &'static str,
    /// Unit; `1` for shares and indices.
    pub unit: &'static str,
    /// Definition or formula.
    pub definition: &'static str,
    /// Where the numbers come from, or the literature.
    pub source: &'static str,
}

/// A column of a table with one row a tick.
pub struct Statistic {
    /// Name.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Definition.
    pub definition: &'static str,
    /// Source.
    pub source: &'static str,
    /// Value from the facts of a tick.
    pub value: fn(&Facts) -> f64,
}

/// A column of a table with one row a tick and key.
pub struct KeyedStatistic {
    /// Name.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Definition.
    pub definition: &'static str,
    /// Source.
    pub source: &'static str,
    /// Value from the facts of a tick and the position of the key.
    pub value: fn(&Facts, usize) -> f64,
}

/// Declares columns: `name, unit, definition, source => rule;`.
macro_rules! columns {
    ($(#[$meta:meta])* $vis:vis const $list:ident: $kind:ident = { $($name:literal, $unit:literal, $definition:literal, $source:literal => $value:expr;)* }) => {
        $(#[$meta])*
        $vis const $list: &[$crate::statistics::$kind] = &[$(
            $crate::statistics::$kind { name: $name, unit: $unit, definition: $definition, source: $source, value: $value }
        ),*];
    };
}
pub(crate) use columns;

/// Every column of every table, in file order.
#[must_use]
pub fn dictionary() -> Vec<StatisticDoc> {
    let keyed = |table: &'static str, list: &'static [KeyedStatistic]| {
        list.iter().map(move |s| StatisticDoc {
            table,
            name: s.name,
            unit: s.unit,
            definition: s.definition,
            source: s.source,
        })
    };
    let key =
        |table, name, definition| StatisticDoc { table, name, unit: "", definition, source: "calibration tables" };
    let tick = |table| StatisticDoc {
        table,
        name: "tick",
        unit: "quarters",
        definition: "quarter since the start; 0 is the opening position",
        source: "calendar",
    };
    let mut all = vec![tick("series")];
    for (name, definition) in [("year", "calendar year"), ("quarter", "quarter of the year, 1 to 4")] {
        all.push(StatisticDoc { table: "series", name, unit: name, definition, source: "calendar" });
    }
    all.extend(series::families().flat_map(|family| family.iter()).map(|s| StatisticDoc {
        table: "series",
        name: s.name,
        unit: s.unit,
        definition: s.definition,
        source: s.source,
    }));
    for table in recorder::KEYED {
        all.push(tick(table.name));
        all.push(key(table.name, table.key, table.meaning));
        all.extend(keyed(table.name, table.columns));
    }
    all.extend(accounts::DOCS);
    all.extend(events::DOCS);
    all.extend(panels::docs());
    all
}

/// Gathers the facts of the tick that ends; leaves them in the world.
pub fn survey(world: &mut World) {
    let facts = Facts::survey(world);
    world.insert_resource(facts);
}

/// Records the opening position: facts, indicators and the first row of every table. The balance sheets are measured
/// here if nobody has.
pub fn open(world: &mut World, opening: &Opening, assumptions: &Assumptions, write_accounts: bool) {
    world.insert_resource(History { past_inflation: opening.structure.inflation, ..History::default() });
    let facts = opening::survey(world, opening, assumptions);
    let before = world.remove_resource::<Indicators>().unwrap_or_default();
    world.insert_resource(before.opening(&facts, opening));
    world.insert_resource(facts);
    if !world.contains_resource::<crate::accounts::BalanceSheets>() {
        let sheets = crate::accounts::measure(world);
        world.insert_resource(sheets);
    }
    let recorder = Recorder::new(write_accounts);
    world.insert_resource(recorder);
    world.insert_resource(Collapses::default());
    dynamics::begin(world);
    record(world);
}

/// Appends the tick's row to every table and moves the tick into the past; after [`survey`] and after the books of the
/// tick were closed.
///
/// # Panics
/// If nothing was surveyed or [`open`] did not run.
pub fn record(world: &mut World) {
    let mut facts = world.remove_resource::<Facts>().expect("the tick was surveyed");
    dynamics::observe(world, &mut facts);
    let mut recorder = world.remove_resource::<Recorder>().expect("statistics were opened");
    recorder.record(world, &facts);
    world.resource_mut::<Collapses>().watch(&collapse::Signs::of(&facts));
    world.insert_resource(recorder);
    world.resource_mut::<History>().push(facts.now.clone());
    world.insert_resource(facts);
}
