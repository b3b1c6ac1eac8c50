//! The rows of a shard, and what their columns mean.

use serde::{Deserialize, Serialize};

use super::plan::{Content, ParameterDoc};
use super::runs::{Run, RunResult};
use crate::engine::parameters::Value;
use crate::experiments::sweep_file::{Every, Outcomes};
use crate::output::{Table, Values};
use crate::statistics::dictionary;

/// What a reader is told about a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnDoc {
    /// Name.
    pub name: String,
    /// Kind of its values: `integer`, `real` or `text`.
    pub kind: String,
    /// Unit; `1` for shares and numbers.
    pub unit: String,
    /// What it is.
    pub meaning: String,
}

fn doc(name: &str, kind: &str, unit: &str, meaning: &str) -> ColumnDoc {
    ColumnDoc { name: name.into(), kind: kind.into(), unit: unit.into(), meaning: meaning.into() }
}

/// The dictionary of the rows.
pub(super) fn columns(parameters: &[ParameterDoc], kinds: &[Value], outcomes: &Outcomes) -> Vec<ColumnDoc> {
    let mut columns = vec![
        doc("run_id", "integer", "1", "number of the run, in the order in which runs are made"),
        doc("point_id", "integer", "1", "number of the point in the design"),
        doc("replicate", "integer", "1", "number of the seed among the seeds of the point"),
        doc("seed", "integer", "1", "seed of every random draw of the run"),
    ];
    for (parameter, kind) in parameters.iter().zip(kinds) {
        let (kind, unit) = match kind {
            Value::Real(_) => ("real", parameter.unit.as_str()),
            Value::Integer(_) => ("integer", parameter.unit.as_str()),
            Value::Switch(_) => ("integer", "0 or 1"),
            Value::Text(_) => ("text", ""),
        };
        columns.push(doc(&parameter.name(), kind, unit, &parameter.meaning));
    }
    let ended = "how the run ended: ok; collapsed (all ticks done, see message); error (not all ticks done)";
    columns.push(doc("status", "text", "", ended));
    columns.push(doc("message", "text", "", "collapses with their ticks, or what broke"));
    let mean = match outcomes.every {
        Every::Tick => {
            columns.push(doc("tick", "integer", "quarters", "quarter since the start; 0 is the opening position"));
            columns.push(doc("year", "integer", "year", "calendar year"));
            columns.push(doc("quarter", "integer", "quarter", "quarter of the year, 1 to 4"));
            ""
        }
        Every::Year => {
            columns.push(doc("year", "integer", "year", "calendar year"));
            "mean over the quarters of the year: "
        }
        Every::Window => {
            columns.push(doc("window", "text", "", "calendar years, both of them within"));
            "mean over the quarters of the window: "
        }
    };
    let known = dictionary();
    for name in &outcomes.columns {
        let found = known.iter().find(|doc| doc.table == "series" && doc.name == name);
        let (unit, meaning) = found.map_or(("", ""), |doc| (doc.unit, doc.definition));
        columns.push(doc(name, "real", unit, &format!("{mean}{meaning}")));
    }
    columns
}

/// Whole numbers, which are all far below 2^63.
pub(super) fn whole(values: impl Iterator<Item = u64>) -> Values {
    Values::Integer(values.map(u64::cast_signed).collect())
}

fn repeated(runs: &[Run], times: usize) -> impl Iterator<Item = &Run> {
    runs.iter().flat_map(move |run| std::iter::repeat_n(run, times))
}

/// Columns that say which run a row is of.
pub(super) fn keys(table: Table, runs: &[Run], times: usize) -> Table {
    table
        .with("run_id", "1", whole(repeated(runs, times).map(|run| run.run_id)))
        .with("point_id", "1", whole(repeated(runs, times).map(|run| run.point_id)))
        .with("replicate", "1", whole(repeated(runs, times).map(|run| run.replicate)))
}

/// A column a parameter.
pub(super) fn parameter_columns(
    mut table: Table,
    parameters: &[ParameterDoc],
    kinds: &[Value],
    runs: &[Run],
    times: usize,
) -> Table {
    for (at, (parameter, kind)) in parameters.iter().zip(kinds).enumerate() {
        let values = repeated(runs, times).map(|run| &run.values[at]);
        let (unit, values) = match kind {
            Value::Real(_) => (parameter.unit.as_str(), Values::Real(values.map(real).collect())),
            Value::Integer(_) => (parameter.unit.as_str(), Values::Integer(values.map(integer).collect())),
            Value::Switch(_) => ("0 or 1", Values::Integer(values.map(integer).collect())),
            Value::Text(_) => ("", Values::Text(values.map(text).collect())),
        };
        table = table.with(&parameter.name(), unit, values);
    }
    table
}

fn real(value: &Value) -> f64 {
    match value {
        Value::Real(x) => *x,
        #[allow(clippy::cast_precision_loss, reason = "whole numbers of a configuration are far below 2^53")]
        Value::Integer(x) => *x as f64,
        Value::Switch(_) | Value::Text(_) => f64::NAN,
    }
}

fn integer(value: &Value) -> i64 {
    match value {
        Value::Integer(x) => *x,
        Value::Switch(on) => i64::from(*on),
        Value::Real(_) | Value::Text(_) => 0,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Text(word) => word.clone(),
        Value::Real(_) | Value::Integer(_) | Value::Switch(_) => String::new(),
    }
}

/// The kinds of the parameters' values, as the plan's columns tell them.
fn kinds(study: &Content) -> Vec<Value> {
    let columns = study.columns.iter().skip(4).take(study.parameters.len());
    columns
        .map(|column| match column.kind.as_str() {
            "real" => Value::Real(0.0),
            "integer" => Value::Integer(0),
            _ => Value::Text(String::new()),
        })
        .collect()
}

/// The rows of some runs.
#[must_use]
pub fn table(study: &Content, runs: &[Run], results: &[RunResult]) -> Table {
    let times = study.outcomes.rows();
    let mut table =
        keys(Table::new("runs"), runs, times).with("seed", "1", whole(repeated(runs, times).map(|run| run.seed)));
    table = parameter_columns(table, &study.parameters, &kinds(study), runs, times);
    // Units of switches are said by the dictionary; the plan's own columns are what is written.
    for (column, doc) in table.columns.iter_mut().zip(&study.columns) {
        column.unit.clone_from(&doc.unit);
    }
    let words = |word: fn(&RunResult) -> String| {
        Values::Text(results.iter().flat_map(|result| std::iter::repeat_n(word(result), times)).collect())
    };
    table = table.with("status", "", words(|result| result.status.word().to_owned()));
    table = table.with("message", "", words(|result| result.message.clone()));
    table = calendar(table, &study.outcomes, runs.len());
    let first = table.columns.len();
    for (at, doc) in study.columns[first..].iter().enumerate() {
        let values = results.iter().flat_map(|result| result.columns[at].iter().copied()).collect();
        table = table.with(&doc.name, &doc.unit, Values::Real(values));
    }
    table
}

fn calendar(table: Table, outcomes: &Outcomes, runs: usize) -> Table {
    let every_run = |rows: Vec<i64>| Values::Integer(std::iter::repeat_n(rows, runs).flatten().collect());
    match outcomes.every {
        Every::Tick => {
            let dates: Vec<(i64, i64)> = (0..=outcomes.ticks).map(|tick| outcomes.date(tick)).collect();
            table
                .with("tick", "quarters", every_run((0..=i64::from(outcomes.ticks)).collect()))
                .with("year", "year", every_run(dates.iter().map(|(year, _)| *year).collect()))
                .with("quarter", "quarter", every_run(dates.iter().map(|(_, quarter)| *quarter).collect()))
        }
        Every::Year => table.with("year", "year", every_run(outcomes.years())),
        Every::Window => {
            let names: Vec<String> = outcomes.windows.iter().map(|w| format!("{}-{}", w.from, w.to)).collect();
            table.with("window", "", Values::Text(std::iter::repeat_n(names, runs).flatten().collect()))
        }
    }
}
