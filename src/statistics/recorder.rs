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

/// A table with a key column.
#[derive(Clone, Debug)]
struct Keyed {
    name: &'static str,
    key: &'static str,
    columns: &'static [KeyedStatistic],
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

impl Keyed {
    fn new(name: &'static str, key: &'static str, columns: &'static [KeyedStatistic]) -> Self {
        let values = vec![Vec::new(); columns.len()];
        Self { name, key, columns, ticks: Vec::new(), keys: Vec::new(), values }
    }

    fn record(&mut self, facts: &Facts, keys: &[String]) {
        for (k, key) in keys.iter().enumerate() {
            self.ticks.push(facts.tick);
            self.keys.push(key.clone());
            for (column, values) in self.columns.iter().zip(&mut self.values) {
                values.push((column.value)(facts, k));
            }
        }
    }

    fn take(&mut self) -> Table {
        let taken = core::mem::replace(self, Self::new(self.name, self.key, self.columns));
        let table = Table::new(taken.name).with("tick", "quarters", Values::Integer(taken.ticks)).with(
            taken.key,
            "",
            Values::Text(taken.keys),
        );
        taken.columns.iter().zip(taken.values).fold(table, |t, (c, v)| t.with(c.name, c.unit, Values::Real(v)))
    }
}

/// Rows of all tables since they were last taken.
#[derive(Clone, Debug, Resource)]
pub struct Recorder {
    dates: Vec<[i64; 3]>,
    series: Vec<Vec<f64>>,
    sectors: Keyed,
    regions: Keyed,
    tasks: Keyed,
    banks: Keyed,
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
            sectors: Keyed::new("sectors", "sector", sectors::COLUMNS),
            regions: Keyed::new("regions", "region", regions::COLUMNS),
            tasks: Keyed::new("tasks", "task", tasks::COLUMNS),
            banks: Keyed::new("banks", "bank_class", banks::COLUMNS),
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
        self.sectors.record(facts, &codes);
        self.regions.record(facts, &names);
        self.tasks.record(facts, &TASK_NAMES.map(str::to_owned));
        self.banks.record(facts, &BankClass::ALL.map(|c| c.name().to_owned()));
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
            self.sectors.take(),
            self.regions.take(),
            self.tasks.take(),
            self.banks.take(),
            self.accounts.take(),
            self.events.take(),
        ]
    }
}
