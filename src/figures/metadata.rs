//! What the columns of the plotted numbers are, beside them as `<figure>.csv-metadata.json`: metadata for tabular data as
//! the W3C recommends it (Model for Tabular Data, 2015), with title, caption, unit and label of every column, and what a
//! figure shows beside columns: reference lines, marked moments, a note.

use serde_json::{Map, Value, json};

use super::Figure;
use super::kit::{Format, Page, Panel, Words};
use crate::output::{Table, Values};

/// The metadata of a figure's plotted numbers.
#[must_use]
pub fn text(figure: &Figure, page: &Page, table: &Table) -> String {
    let columns: Vec<Value> = table.columns.iter().map(|c| column(page, &c.name, &c.unit, &c.values)).collect();
    let about = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": format!("{}.csv", figure.id),
        "dc:title": in_both(&figure.title),
        "dc:description": in_both(&figure.caption),
        "tableSchema": { "columns": columns },
        "notes": notes(page),
    });
    // Keys in alphabetical order, so that the same figure has the same bytes.
    let mut text = format!("{about:#}");
    text.push('\n');
    text
}

fn in_both(words: &Words) -> Value {
    json!([{"@value": words.en, "@language": "en"}, {"@value": words.zh, "@language": "zh"}])
}

fn column(page: &Page, name: &str, unit: &str, values: &Values) -> Value {
    let kind = match values {
        Values::Integer(_) | Values::Fen(_) => "integer",
        Values::Real(_) => "double",
        Values::Text(_) => "string",
    };
    let mut found = Map::new();
    found.insert("name".to_owned(), json!(name));
    found.insert("titles".to_owned(), json!(name));
    found.insert("datatype".to_owned(), json!(kind));
    if !unit.is_empty() {
        found.insert("schema:unitText".to_owned(), json!(unit));
    }
    let axis = page.clock.axis.as_ref().filter(|axis| axis.name == name).map(|axis| axis.label.clone());
    if let Some(words) = axis.or_else(|| page.panels.iter().find_map(|panel| meaning(panel, name))) {
        found.insert("dc:description".to_owned(), in_both(&words));
    }
    Value::Object(found)
}

/// What a column of the panel is: heading, legend and unit of its axis; nothing if it is another panel's.
fn meaning(panel: &Panel, name: &str) -> Option<Words> {
    let edge = |layer: &str, end: &str| name.strip_suffix(end).is_some_and(|stem| stem == layer);
    let label = if panel.map.as_ref().is_some_and(|map| map.name == name) {
        Words::same("")
    } else {
        let layer = panel.layers.iter().find(|layer| {
            layer.name == name || (layer.band.is_some() && (edge(&layer.name, "_low") || edge(&layer.name, "_high")))
        })?;
        match (layer.name == name, name.ends_with("_low")) {
            (true, _) => layer.label.clone(),
            (_, true) => joined(&layer.label, &Words { en: "lower edge of the band".into(), zh: "阴影下缘".into() }),
            _ => joined(&layer.label, &Words { en: "upper edge of the band".into(), zh: "阴影上缘".into() }),
        }
    };
    let label = if label == panel.heading { Words::same("") } else { label };
    Some(joined(&joined(&panel.heading, &label), &panel.unit))
}

/// Two texts with a colon between them; one alone if the other is empty.
fn joined(first: &Words, second: &Words) -> Words {
    match (first.en.is_empty(), second.en.is_empty()) {
        (_, true) => first.clone(),
        (true, _) => second.clone(),
        _ => Words {
            en: format!("{}: {}", first.en, second.en).into(),
            zh: format!("{}：{}", first.zh, second.zh).into(),
        },
    }
}

/// What is drawn and is no column.
fn notes(page: &Page) -> Vec<Value> {
    let moments = page.marks.iter().map(|mark| json!({"moment": mark.time, "label": in_both(&mark.label)}));
    let lines = page.panels.iter().flat_map(|panel| {
        panel.references.iter().map(move |(value, label)| {
            let axis = if panel.format == Format::Percent { "1" } else { &*panel.unit.en };
            json!({"reference": value, "unit": axis, "panel": in_both(&panel.heading), "label": in_both(label)})
        })
    });
    let note = page.note.iter().map(|note| json!({"text": in_both(note)}));
    moments.chain(lines).chain(note).collect()
}
