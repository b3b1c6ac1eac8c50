//! What the integration tests share: small economies, runs, digests of tables and of agents.
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use xinzhi::engine::configuration::{Configuration, Override};
use xinzhi::output::table::{Table, Values};
use xinzhi::simulation::Simulation;

/// The program, about to be started in a folder.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xinzhi"));
    command.args(arguments).current_dir(folder);
    command
}

/// The program, run in a folder.
pub fn xinzhi(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program can be started")
}

/// What a finished program has said on standard error.
pub fn complaint(done: &Output) -> String {
    String::from_utf8_lossy(&done.stderr).into_owned()
}

/// The economy of `quick` with other values: `table.key=value`.
pub fn configuration(settings: &[&str]) -> Configuration {
    let overrides: Vec<Override> = settings.iter().map(|s| Override::set(s)).collect();
    Configuration::parse("test.toml", "extends = \"quick\"\n", &overrides, &Simulation::registry())
        .unwrap_or_else(|e| panic!("{e}"))
}

/// About 2,900 workers. Heads are whole, so the smallest sector (AI services) has no firm at this size.
pub const TINY: &str = "population.persons_per_worker=400000.0";

/// A tiny economy with other values.
pub fn tiny(settings: &[&str]) -> Configuration {
    let mut all = vec![TINY];
    all.extend(settings);
    configuration(&all)
}

/// The opening economy of a configuration.
pub fn open(configuration: &Configuration) -> Simulation {
    Simulation::new(configuration).unwrap_or_else(|e| panic!("{e}"))
}

/// Steps through some quarters; a breach fails the test.
pub fn steps(simulation: &mut Simulation, ticks: u32) {
    for tick in 1..=ticks {
        simulation.step().unwrap_or_else(|e| panic!("tick {tick}: {e}"));
    }
}

/// Runs a configuration for some quarters.
pub fn run(configuration: &Configuration, ticks: u32) -> (Simulation, Vec<Table>) {
    let mut simulation = open(configuration);
    steps(&mut simulation, ticks);
    let tables = simulation.take_tables();
    (simulation, tables)
}

/// A table by name.
pub fn table<'t>(tables: &'t [Table], name: &str) -> &'t Table {
    tables.iter().find(|t| t.name == name).unwrap_or_else(|| panic!("no table {name}"))
}

/// A column of `series`.
pub fn series(tables: &[Table], name: &str) -> Vec<f64> {
    table(tables, "series").reals(name).unwrap_or_else(|| panic!("no column {name}"))
}

/// One hash of names, units and bits of all columns, for each table.
pub fn digests(tables: &[Table]) -> BTreeMap<String, String> {
    tables.iter().map(|t| (t.name.clone(), digest(t))).collect()
}

fn digest(table: &Table) -> String {
    let mut hasher = blake3::Hasher::new();
    for column in &table.columns {
        hasher.update(column.name.as_bytes());
        hasher.update(column.unit.as_bytes());
        match &column.values {
            Values::Integer(v) => v.iter().for_each(|x| {
                hasher.update(&x.to_le_bytes());
            }),
            Values::Real(v) => v.iter().for_each(|x| {
                hasher.update(&x.to_bits().to_le_bytes());
            }),
            Values::Text(v) => v.iter().for_each(|x| {
                hasher.update(x.as_bytes());
                hasher.update(&[0]);
            }),
            Values::Fen(v) => v.iter().for_each(|x| {
                hasher.update(&x.to_le_bytes());
            }),
        }
    }
    hasher.finalize().to_hex().to_string()
}

/// One row of `accounts`.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Tick.
    pub tick: i64,
    /// Matrix.
    pub matrix: String,
    /// Row.
    pub row: String,
    /// Column.
    pub column: String,
    /// Kind.
    pub kind: String,
    /// Balance row that a change belongs to, else empty.
    pub instrument: String,
    /// Amount.
    pub amount: i128,
}

/// The rows of `accounts`.
pub fn entries(tables: &[Table]) -> Vec<Entry> {
    let t = table(tables, "accounts");
    let text = |name: &str| t.texts(name).unwrap_or_else(|| panic!("no column {name}"));
    let Some(Values::Integer(ticks)) = t.column("tick").map(|c| &c.values) else { panic!("ticks are whole numbers") };
    let Some(Values::Fen(amounts)) = t.column("amount_fen").map(|c| &c.values) else { panic!("amounts are exact") };
    (0..t.rows())
        .map(|i| Entry {
            tick: ticks[i],
            matrix: text("matrix")[i].clone(),
            row: text("row")[i].clone(),
            column: text("column")[i].clone(),
            kind: text("kind")[i].clone(),
            instrument: text("instrument")[i].clone(),
            amount: amounts[i],
        })
        .collect()
}

/// Turnover of a row of `flow` over all ticks: the sum of its positive entries [fen].
pub fn turnover(tables: &[Table], row: &str) -> i128 {
    let known = xinzhi::accounts::Flow::ALL.iter().map(|f| f.name());
    let known: Vec<_> = known.chain(xinzhi::accounts::Instrument::ALL.iter().map(|i| i.name())).collect();
    assert!(known.contains(&row), "no row {row}");
    entries(tables).iter().filter(|e| e.matrix == "flow" && e.row == row && e.amount > 0).map(|e| e.amount).sum()
}
