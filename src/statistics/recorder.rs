//! Collects the rows of all tables until somebody takes them. Every table is always there, with a fixed schema.

use super::accounts::Accounts;
use super::events::EventRows;
use super::facts::Facts;
use super::{KeyedStatistic, Statistic, banks, firm_tables, regions, sectors, series, tasks, worker_tables};
use crate::accounts::{BalanceSheets, Ledger};
use crate::agents::{BankClass, TASK_NAMES};
use crate::engine::Events;
use crate::output::{Table, Values};
use crate::structure::Structure;
use bevy_ecs::prelude::{Resource, World};

/// A table with a key column, as it is declared.
pub struct Keyed {
    /// Name.
    pub name: &'static str,
    /// Key column.
    pub key: &'static str,
    /// What the key is.
    pub meaning: &'static str,
    /// Columns after `tick` and the key.
    pub columns: &'static [KeyedStatistic],
    /// Keys in the order of rows.
    keys: fn(&Structure) -> Vec<String>,
}

/// All of them in file order.
pub const KEYED: [Keyed; 10] = [
    Keyed {
        name: "sectors",
        key: "sector",
        meaning: "code of the sector",
        columns: sectors::COLUMNS,
        keys: |structure| structure.sectors.iter().map(|s| s.code.clone()).collect(),
    },
    Keyed {
        name: "regions",
        key: "region",
        meaning: "name of the region",
        columns: regions::COLUMNS,
        keys: |structure| structure.regions.iter().map(|r| r.name.clone()).collect(),
    },
    Keyed {
        name: "tasks",
        key: "task",
        meaning: "task class",
        columns: tasks::COLUMNS,
        keys: |_| TASK_NAMES.map(str::to_owned).to_vec(),
    },
    Keyed {
        name: "banks",
        key: "bank_class",
        meaning: "class of banks",
        columns: banks::COLUMNS,
        keys: |_| BankClass::ALL.map(|c| c.name().to_owned()).to_vec(),
    },
    Keyed {
        name: "firm_ages",
        key: "age",
        meaning: "year of a firm's life; the last is open",
        columns: firm_tables::AGE_COLUMNS,
        keys: |_| firm_tables::age_keys(),
    },
    Keyed {
        name: "firm_growth",
        key: "growth",
        meaning: "log growth against the sector's mean, middle of a class a tenth wide; the outer ones are open",
        columns: firm_tables::GROWTH_COLUMNS,
        keys: |_| firm_tables::growth_keys(),
    },
    Keyed {
        name: "firm_sizes",
        key: "size",
        meaning: "staff over the mean staff of a firm",
        columns: firm_tables::SIZE_COLUMNS,
        keys: |_| firm_tables::size_keys(),
    },
    Keyed {
        name: "firm_fifths",
        key: "fifth",
        meaning: "fifth of the firms of a sector, 1 the lowest",
        columns: firm_tables::FIFTH_COLUMNS,
        keys: |_| firm_tables::fifth_keys(),
    },
    Keyed {
        name: "displaced",
        key: "event_quarter",
        meaning: "quarters from the loss of the job",
        columns: worker_tables::EVENT_COLUMNS,
        keys: |_| worker_tables::event_keys(),
    },
    Keyed {
        name: "durations",
        key: "duration",
        meaning: "quarters of unemployment",
        columns: worker_tables::DURATION_COLUMNS,
        keys: |_| worker_tables::duration_keys(),
    },
];

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
    keyed: Vec<KeyedRows>,
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
            keyed: KEYED.iter().map(|_| KeyedRows::default()).collect(),
            accounts: Accounts::default(),
            events: EventRows::default(),
            write_accounts,
        }
    }

    /// Appends the rows of a tick.
    pub fn record(&mut self, world: &World, facts: &Facts) {
        let structure = facts.structure();
        let codes: Vec<String> = structure.sectors.iter().map(|s| s.code.clone()).collect();
        self.dates.push([facts.tick, facts.year, facts.quarter]);
        for (column, values) in series_columns().zip(&mut self.series) {
            values.push((column.value)(facts));
        }
        for (rows, table) in self.keyed.iter_mut().zip(&KEYED) {
            rows.record(table, facts, &(table.keys)(structure));
        }
        if let (true, Some(sheets)) = (self.write_accounts, world.get_resource::<BalanceSheets>()) {
            self.accounts.record(facts.tick, sheets, world.resource::<Ledger>(), &codes);
        }
        if let Some(events) = world.get_resource::<Events>() {
            self.events.record(facts.tick, &events.0, structure);
        }
    }

    /// The rows since the last call, in the order `series`, the tables of [`KEYED`], `accounts`, `events`.
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
        let keyed = self.keyed.iter_mut().zip(&KEYED).map(|(rows, table)| rows.take(table));
        std::iter::once(table).chain(keyed).chain([self.accounts.take(), self.events.take()]).collect()
    }
}
