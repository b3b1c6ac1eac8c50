//! The generated parts of the documentation: parameters, columns, figures, state variables and the schedule.

mod figures;
mod schedule;
mod state;
mod switches;

use std::fmt::Write;

use xinzhi::engine::parameters::{ParameterDoc, Value};
use xinzhi::simulation::Simulation;
use xinzhi::statistics;

/// Name and text of each generated file in `docs/`.
#[must_use]
pub fn generated() -> Vec<(&'static str, String)> {
    vec![
        ("parameters.md", parameters()),
        ("statistics.md", statistics_tables()),
        ("figures.md", figures::text()),
        ("state.md", state::text()),
        ("schedule.md", schedule::text()),
        ("switches.md", switches::text()),
    ]
}

fn parameters() -> String {
    let mut text = String::from(
        "# Parameters\n\n\
         Written from the program by `cargo run --example write_docs`; do not edit. One section for each table of the\n\
         configuration, in the order in which the tick uses it. Rates are per year unless the unit says otherwise; a unit\n\
         of 1 is a share or an index. The last column says what the parameter is and where its default comes from; `assumed`\n\
         means that nobody has measured it and that it is among the first things to vary.\n",
    );
    let registry = Simulation::registry();
    for table in registry.tables() {
        let docs = (table.docs)();
        if docs.is_empty() {
            let _ = write!(text, "\n## `[{}]`\n\nNo parameters.\n", table.name);
            continue;
        }
        let _ = write!(
            text,
            "\n## `[{}]`\n\n| Name | Default | Unit | Range | Meaning and source |\n|---|---|---|---|---|\n",
            table.name
        );
        for doc in docs {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} | {} |",
                doc.name,
                value(&doc.default),
                cell(doc.unit),
                range(&doc),
                cell(doc.doc),
            );
        }
    }
    text.push_str(
        "\n## Rules between parameters\n\n\
         Beside its own range, a value must leave room for others; `xinzhi check` cites both places.\n\n",
    );
    for words in registry.rules().iter().filter_map(xinzhi::engine::rules::Rule::words) {
        let _ = writeln!(text, "- {words}");
    }
    text
}

fn statistics_tables() -> String {
    let mut text = String::from(
        "# Statistics\n\n\
         Written from the program by `cargo run --example write_docs`; do not edit. One section for each table of a run's\n\
         folder, columns in file order. Rates are shares of one, flows per quarter unless the name says otherwise, real\n\
         quantities at prices of 2023; tick 0 is the opening position.\n",
    );
    let mut table = "";
    for doc in statistics::dictionary() {
        if doc.table != table {
            table = doc.table;
            let _ = write!(text, "\n## `{table}`\n\n| Column | Unit | Definition | Source |\n|---|---|---|---|\n");
        }
        let _ =
            writeln!(text, "| `{}` | {} | {} | {} |", doc.name, cell(doc.unit), cell(doc.definition), cell(doc.source));
    }
    text
}

/// Text that cannot end a cell of a table early.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn value(value: &Value) -> String {
    match value {
        Value::Real(x) => number(*x),
        Value::Integer(x) => x.to_string(),
        Value::Switch(x) => format!("`{x}`"),
        Value::Text(x) => format!("`\"{x}\"`"),
    }
}

/// Large and small numbers with an exponent.
fn number(x: f64) -> String {
    if x != 0.0 && (x.abs() >= 1e7 || x.abs() < 1e-4) { format!("{x:e}") } else { format!("{x}") }
}

fn range(doc: &ParameterDoc) -> String {
    match (doc.low, doc.high) {
        (Some(low), Some(high)) => format!("{} to {}", number(low), number(high)),
        _ => doc.choices.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", "),
    }
}
