//! Explanations as text.

use std::fmt::Write;

use super::find::{Entry, parameters, results};
use crate::engine::configuration::{Configuration, EMBEDDED, Place, allowed, toml_value};
use crate::engine::parameters::{ParameterDoc, Value};
use crate::engine::registry::{Registry, TableSpec};
use crate::simulation::Simulation;
use crate::statistics::{StatisticDoc, dictionary};

/// Columns of a terminal that text is broken at.
const WIDTH: usize = 100;

/// Everything that has a name, by table.
pub fn everything(registry: &Registry) -> String {
    let mut text = String::from("Configuration: tables and their keys (xinzhi explain TABLE, or TABLE.KEY)\n");
    for spec in registry.tables() {
        let keys: Vec<_> = (spec.docs)().iter().map(|doc| doc.name).collect();
        let _ = writeln!(text, "\n[{}]  {}", spec.name, spec.about());
        if !keys.is_empty() {
            let _ = writeln!(text, "{}", wrapped(&keys.join(", "), 4));
        }
    }
    text.push_str("\nResults: tables and their columns (xinzhi explain COLUMN)\n");
    for table in results() {
        let columns: Vec<_> = dictionary().iter().filter(|doc| doc.table == table).map(|doc| doc.name).collect();
        let _ = writeln!(text, "\n{table}.parquet\n{}", wrapped(&columns.join(", "), 4));
    }
    text
}

/// One explanation.
pub fn entry(registry: &Registry, configuration: Option<&Configuration>, entry: &Entry) -> String {
    match entry {
        Entry::Parameter(table, doc) => parameter(registry, configuration, table, doc),
        Entry::Table(spec) => table(registry, configuration, spec),
        Entry::Column(doc) => column(doc),
        Entry::Results(table) => results_table(table),
        Entry::Term(term, meaning) => self::term(registry, term, meaning),
    }
}

fn parameter(registry: &Registry, configuration: Option<&Configuration>, table: &str, doc: &ParameterDoc) -> String {
    let (meaning, source) = meaning_and_source(doc.doc);
    let mut text = format!("{table}.{}  (parameter)\n{}\n", doc.name, wrapped(meaning, 4));
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "    {name:<9}{}", wrapped(value, 13).trim_start());
    };
    if !doc.unit.is_empty() {
        line("unit", unit(doc.unit));
    }
    match doc.default {
        Value::Real(_) | Value::Integer(_) => line("range", &allowed(&ParameterDoc { unit: "", ..doc.clone() })),
        Value::Switch(_) => line("range", "true or false"),
        Value::Text(_) if doc.choices.is_empty() => line("range", "a word in quotes"),
        Value::Text(_) => line("range", &doc.choices.join(", ")),
    }
    line("default", &toml_value(&doc.default));
    if let Some(configuration) = configuration {
        let value = toml_value(&configuration.values[table][doc.name]);
        let origin = configuration.origin(table, doc.name);
        let place = origin.map_or_else(|| "the default".to_owned(), |place| format!("set in {}", place.cited()));
        line("value", &format!("{value}, {place}"));
    }
    line("source", source.unwrap_or("none given"));
    for (name, place) in set_by_embedded(table, doc.name) {
        line("set by", &format!("{name}: {}", place.excerpt.split('#').next().unwrap_or_default().trim()));
    }
    let path = format!("{table}.{}", doc.name);
    let about = |keys: &[(&str, &str)]| keys.iter().any(|(t, k)| format!("{t}.{k}") == path);
    for rule in registry.rules().iter().filter(|rule| about(&rule.keys)) {
        if let Some(words) = rule.words() {
            line("rule", &words);
        }
    }
    let equations = if section(table).is_some() { " and equations" } else { "" };
    line("table", &format!("[{table}]: `xinzhi explain {table}` has its other keys{equations}"));
    text
}

/// Configurations inside the program that set a key.
fn set_by_embedded(table: &str, key: &str) -> Vec<(&'static str, Place)> {
    let registry = Simulation::registry();
    let origin = |(name, text): &(&'static str, &str)| {
        let read = Configuration::parse(name, text, &[], &registry).ok()?;
        read.origin(table, key).filter(|place| place.file == *name).map(|place| (*name, place.clone()))
    };
    EMBEDDED.iter().filter_map(origin).collect()
}

fn table(registry: &Registry, configuration: Option<&Configuration>, spec: &TableSpec) -> String {
    let mut text = format!("[{}]  (table of the configuration)\n{}\n", spec.name, wrapped(&spec.about(), 4));
    let docs = (spec.docs)();
    let width = docs.iter().map(|doc| doc.name.len()).max().unwrap_or(0);
    for doc in &docs {
        let value = configuration.map_or(&doc.default, |c| &c.values[spec.name][doc.name]);
        let unit = if doc.unit.is_empty() || doc.unit == "1" { String::new() } else { format!(" [{}]", doc.unit) };
        let setting = format!("{}{unit}", toml_value(value));
        let (meaning, _) = meaning_and_source(doc.doc);
        let _ = writeln!(text, "    {:<width$} = {setting}", doc.name);
        let _ = writeln!(text, "{}", wrapped(meaning, width + 7));
    }
    if docs.is_empty() {
        text.push_str("    There is nothing to set.\n");
    }
    for rule in registry.rules().iter().filter(|rule| rule.keys.iter().any(|(table, _)| *table == spec.name)) {
        if let Some(words) = rule.words() {
            let _ = writeln!(text, "    rule: {words}");
        }
    }
    if let Some(section) = section(spec.name) {
        let _ = write!(text, "\n{section}\n");
    }
    text
}

/// The mechanism's part of the model's description, with its equations.
fn section(table: &str) -> Option<String> {
    let model = include_str!("../../../docs/model.md");
    let headings = headings(model);
    let place = headings.iter().position(|(_, name)| *name == table)?;
    let rest = &model[headings[place].0..];
    let next = headings.get(place + 1).map_or(rest.len(), |(begin, _)| begin - headings[place].0);
    let ends = next.min(rest.find("\n\n#").unwrap_or(rest.len()));
    Some(rest[..ends].trim_end().to_owned())
}

/// Where each mechanism's part begins, with its table: a name in bold and behind it the table as code.
fn headings(model: &'static str) -> Vec<(usize, &'static str)> {
    let heading = |(at, _): (usize, &str)| {
        let bold = model[..at].trim_end().strip_suffix("**")?;
        let name = model[at + 2..].split_once("]`")?.0;
        Some((bold.rfind("**")?, name))
    };
    model.match_indices("`[").filter_map(heading).collect()
}

fn column(doc: &StatisticDoc) -> String {
    let mut text = format!("{}.{}  (column of the results)\n{}\n", doc.table, doc.name, wrapped(doc.definition, 4));
    let unit = if doc.unit.is_empty() { "none: words" } else { unit(doc.unit) };
    let files =
        if doc.table == "series" { "series.parquet, series.csv".into() } else { format!("{}.parquet", doc.table) };
    let _ = write!(text, "    unit     {unit}\n    source   {}\n    file     {files}\n", doc.source);
    text
}

fn results_table(table: &str) -> String {
    let mut text = format!("{table}.parquet  (table of the results)\n");
    for doc in dictionary().iter().filter(|doc| doc.table == table) {
        let unit = if doc.unit.is_empty() { String::new() } else { format!(" [{}]", doc.unit) };
        let _ = writeln!(text, "    {}{unit}\n{}", doc.name, wrapped(doc.definition, 8));
    }
    text
}

fn term(registry: &Registry, term: &str, meaning: &str) -> String {
    let mut text = format!("{term}  (term)\n{}\n", wrapped(meaning, 4));
    let word = term.to_lowercase().replace([' ', '-'], "_");
    let holds = |name: &str| name.split('_').any(|part| part == word) || (word.contains('_') && name.contains(&word));
    let columns =
        dictionary().into_iter().filter(|doc| doc.table == "series" && holds(doc.name)).map(|doc| doc.name.to_owned());
    let keys = parameters(registry)
        .filter(|(table, doc)| holds(doc.name) || holds(table))
        .map(|(table, doc)| format!("{table}.{}", doc.name));
    let related: Vec<String> = columns.chain(keys).take(12).collect();
    if !related.is_empty() {
        let _ = writeln!(text, "    see      {}", wrapped(&related.join(", "), 13).trim_start());
    }
    text
}

const fn unit(unit: &str) -> &str {
    if let b"1" = unit.as_bytes() { "1 (a share or an index)" } else { unit }
}

/// A declaration says first what a parameter is and then, in brackets or behind `Source:`, where its default comes from.
fn meaning_and_source(doc: &str) -> (&str, Option<&str>) {
    if let Some((meaning, source)) = doc.split_once("Source: ") {
        return (meaning.trim(), Some(source));
    }
    if let Some(begin) = doc.find("Assumption") {
        return (doc[..begin].trim(), Some(&doc[begin..]));
    }
    let text = doc.trim_end_matches('.');
    if let (Some(inside), Some(begin)) = (text.strip_suffix(')'), opening_bracket(text)) {
        return (doc[..begin].trim(), Some(&inside[begin + 1..]));
    }
    match doc.split_once(": ") {
        Some((meaning, source)) => (meaning, Some(source)),
        None => (doc, None),
    }
}

/// Where the last bracket of a text opens, which may hold brackets itself.
fn opening_bracket(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (i, byte) in text.bytes().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            b'(' if depth == 1 => return Some(i),
            b'(' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Lines of words, indented.
fn wrapped(text: &str, indent: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{:indent$}{word}", "")),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::settings::OF_THE_PROGRAM;

    #[test]
    fn a_source_is_told_from_the_meaning() {
        for (doc, meaning, source) in [
            ("Speed (assumed).", "Speed", Some("assumed")),
            ("Rate (Law (2018), art. 4).", "Rate", Some("Law (2018), art. 4")),
            ("Weight. Source: Taylor (1993).", "Weight.", Some("Taylor (1993).")),
            ("Lowest rate. Assumption.", "Lowest rate.", Some("Assumption.")),
            ("Tax: 25 %.", "Tax", Some("25 %.")),
            ("Whether firms do research.", "Whether firms do research.", None),
        ] {
            assert_eq!(meaning_and_source(doc), (meaning, source), "{doc}");
        }
    }

    #[test]
    fn every_mechanism_finds_its_equations_in_the_model() {
        let tables = Simulation::registry();
        for spec in tables.tables().iter().filter(|spec| !OF_THE_PROGRAM.contains(&spec.name)) {
            let section = section(spec.name).unwrap_or_default();
            let none = ["ai", "opening"].contains(&spec.name);
            assert!(none || section.contains(&format!("`[{}]`", spec.name)), "{}: {section}", spec.name);
            assert!(section.len() < 3000, "{section}");
        }
    }

    #[test]
    fn words_are_kept_within_the_width() {
        let text = wrapped(&"word ".repeat(60), 4);
        assert!(text.lines().all(|line| line.len() <= WIDTH && line.starts_with("    word")), "{text}");
    }
}
