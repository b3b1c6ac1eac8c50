//! Collects the rows of all tables until somebody takes them. Every table is always there, with a fixed schema.

use super::accounts::Accounts;
use super::events::EventRows;
use super::facts::Facts;
use super::{KeyedStatistic, Statistic, banks, regions, sectors, series, tasks};
use crate::accounts::{BalanceSheets, Ledger};
use crate::agents::{BankClass, TASK_NAMES};
use crate::engine::Events;
use crate::output::{Table, Values};
use bevy_ecs::prelude::{Resource, World};

/// A table with a key column, as it is declared.
struct Keyed {
    name: &'static str,
    key: &'static str,
    columns: &'static [KeyedStatistic],
}

const SECTORS: Keyed = Keyed { name: "sectors", key: "sector", columns: sectors::COLUMNS };
const REGIONS: Keyed = Keyed { name: "regions", key: "region", columns: regions::COLUMNS };
const TASKS: Keyed = Keyed { name: "tasks", key: "task", columns: tasks::COLUMNS };
const BANKS: Keyed = Keyed { name: "banks", key: "bank_class", columns: banks::COLUMNS };

/// Its rows.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
struct KeyedRows {
    ticks: Vec<i64>,
    keys: Vec<String>,
    values: Vec<Vec<f64>>,
}

impl core::fmt::Debug for KeyedStatistic {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name)
    }
}

impl core::fmt::Debug for Statistic {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name)
    }
}

impl KeyedRows {
    fn record(&mut self, table: &Keyed, facts: &Facts, keys: &[String]) {
        self.values.resize(table.columns.len(), Vec::new());
        for (k, key) in keys.iter().enumerate() {
            self.ticks.push(facts.tick);
            self.keys.push(key.clone());
            for (column, values) in table.columns.iter().zip(&mut self.values) {
                values.push((column.value)(facts, k));
            }
        }
    }

    fn take(&mut self, declared: &Keyed) -> Table {
        let mut taken = core::mem::take(self);
        taken.values.resize(declared.columns.len(), Vec::new());
        let table = Table::new(declared.name).with("tick", "quarters", Values::Integer(taken.ticks)).with(
            declared.key,
            "",
            Values::Text(taken.keys),
        );
        declared.columns.iter().zip(taken.values).fold(table, |t, (c, v)| t.with(c.name, c.unit, Values::Real(v)))
    }
}

/// Rows of all tables since they were last taken.
#[derive(Clone, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct Recorder {
    dates: Vec<[i64; 3]>,
    series: Vec<Vec<f64>>,
    sectors: KeyedRows,
    regions: KeyedRows,
    tasks: KeyedRows,
    banks: KeyedRows,
    accounts: Accounts,
    events: EventRows,
    write_accounts: bool,
}

fn series_columns() -> impl Iterator<Item = &'static Statistic> {
    series::families().flat_map(|family| family.iter())
}

impl Recorder {
    /// An empty recorder; without `write_accounts` the table `accounts` stays empty.
    #[must_use]
    pub fn new(write_accounts: bool) -> Self {
        Self {
            dates: Vec::new(),
            series: vec![Vec::new(); series_columns().count()],
            sectors: KeyedRows::default(),
            regions: KeyedRows::default(),
            tasks: KeyedRows::default(),
            banks: KeyedRows::default(),
            accounts: Accounts::default(),
            events: EventRows::default(),
            write_accounts,
        }
    }

    /// Appends the rows of a tick.
    pub fn record(&mut self, world: &World, facts: &Facts) {
        let structure = facts.structure();
        let codes: Vec<String> = structure.sectors.iter().map(|s| s.code.clone()).collect();
        let names: Vec<String> = structure.regions.iter().map(|r| r.name.clone()).collect();
        self.dates.push([facts.tick, facts.year, facts.quarter]);
        for (column, values) in series_columns().zip(&mut self.series) {
            values.push((column.value)(facts));
        }
        self.sectors.record(&SECTORS, facts, &codes);
        self.regions.record(&REGIONS, facts, &names);
        self.tasks.record(&TASKS, facts, &TASK_NAMES.map(str::to_owned));
        self.banks.record(&BANKS, facts, &BankClass::ALL.map(|c| c.name().to_owned()));
        if let (true, Some(sheets)) = (self.write_accounts, world.get_resource::<BalanceSheets>()) {
            self.accounts.record(facts.tick, sheets, world.resource::<Ledger>(), &codes);
        }
        if let Some(events) = world.get_resource::<Events>() {
            self.events.record(facts.tick, &events.0, structure);
        }
    }

    /// The rows since the last call, in the order `series`, `sectors`, `regions`, `tasks`, `banks`, `accounts`, `events`.
    pub fn take_tables(&mut self) -> Vec<Table> {
        let dates = core::mem::take(&mut self.dates);
        let date = |i: usize| Values::Integer(dates.iter().map(|d| d[i]).collect());
        let mut table = Table::new("series").with("tick", "quarters", date(0)).with("year", "year", date(1)).with(
            "quarter",
            "quarter",
            date(2),
        );
        for (column, values) in series_columns().zip(&mut self.series) {
            table = table.with(column.name, column.unit, Values::Real(core::mem::take(values)));
        }
        vec![
            table,
            self.sectors.take(&SECTORS),
            self.regions.take(&REGIONS),
            self.tasks.take(&TASKS),
            self.banks.take(&BANKS),
            self.accounts.take(),
            self.events.take(),
        ]
    }
}
