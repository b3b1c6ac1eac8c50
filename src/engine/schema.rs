//! The JSON Schema (draft-07) of a configuration, from the declarations of its parameters. Editors complete and check
//! with it: the first line `#:schema ./schema.json` of a file names it to taplo, tombi and what builds on them.
//!
//! What a schema cannot say (shares that add up, bounds in order, files that must exist) `xinzhi check` says.

use serde_json::{Map, Value as Json, json};

use super::parameters::{ParameterDoc, Value};
use super::registry::{Registry, TableSpec};

/// The schema as text, ending in a newline.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "the invariant holds for every registry")]
pub fn text(registry: &Registry) -> String {
    let text = serde_json::to_string_pretty(&schema(registry)).expect("a schema has text keys and finite numbers");
    text + "\n"
}

/// The schema.
#[must_use]
pub fn schema(registry: &Registry) -> Json {
    let base = json!({ "type": "string", "minLength": 1 });
    let mut properties = Map::new();
    properties.insert(
        "extends".into(),
        json!({
            "description": "Configuration that this one builds on: china-2023, large, quick, steady-state, or the path \
                            of a file relative to this one; or a list of them, the later over the earlier.",
            "oneOf": [base, { "type": "array", "items": base, "minItems": 1 }],
        }),
    );
    for spec in registry.tables() {
        properties.insert(spec.name.into(), table(registry, spec));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Xinzhi configuration",
        "description": "Every key has a default; a file holds what differs. Rates are per year unless the unit says otherwise.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn table(registry: &Registry, spec: &TableSpec) -> Json {
    let keys: Map<String, Json> = (spec.docs)()
        .iter()
        .map(|doc| (doc.name.to_owned(), parameter(doc, registry.pattern_of(spec.name, doc.name))))
        .collect();
    json!({
        "type": "object",
        "description": spec.about(),
        "additionalProperties": false,
        "properties": keys,
    })
}

fn parameter(doc: &ParameterDoc, pattern: Option<&str>) -> Json {
    let (kind, default) = match &doc.default {
        Value::Real(x) => ("number", number(*x)),
        Value::Integer(x) => ("integer", json!(x)),
        Value::Switch(x) => ("boolean", json!(x)),
        Value::Text(x) => ("string", json!(x)),
    };
    let unit = if doc.unit.is_empty() || doc.unit == "1" { String::new() } else { format!(" [{}]", doc.unit) };
    let mut entry = json!({ "type": kind, "description": format!("{}{unit}", doc.doc), "default": default });
    let Json::Object(fields) = &mut entry else { return entry };
    for (name, bound) in [("minimum", doc.low), ("maximum", doc.high)] {
        if let Some(bound) = bound {
            fields.insert(name.into(), number(bound));
        }
    }
    if !doc.unit.is_empty() {
        fields.insert("x-unit".into(), json!(doc.unit));
    }
    if !doc.choices.is_empty() {
        fields.insert("enum".into(), json!(doc.choices));
    }
    if let Some(pattern) = pattern {
        fields.insert("pattern".into(), json!(pattern));
    }
    entry
}

/// Whole numbers without a point.
#[allow(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
fn number(x: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if x.fract() == 0.0 && x.abs() < EXACT { json!(x as i64) } else { json!(x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_carries_kind_range_default_unit_and_meaning() {
        let schema = schema(&Registry::engine());
        let run = &schema["properties"]["run"];
        assert_eq!(run["additionalProperties"], false);
        assert_eq!(run["description"], "Which run, how long.");
        let years = &run["properties"]["years"];
        assert_eq!(
            (&years["type"], &years["minimum"], &years["maximum"]),
            (&json!("integer"), &json!(1), &json!(1000))
        );
        assert_eq!((&years["default"], &years["x-unit"]), (&json!(40), &json!("years")));
        assert_eq!(years["description"], "Simulated years of four ticks each. [years]");
        assert_eq!(run["properties"]["seed"]["maximum"], 9_007_199_254_740_991_i64);
        assert!(run["properties"]["start"]["pattern"].as_str().unwrap().contains("Q[1-4]"));
        let opening = &schema["properties"]["calibration"]["properties"]["opening"];
        assert_eq!(opening["enum"], json!(["2023", "stationary"]));
    }
}
