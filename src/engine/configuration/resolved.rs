//! The configuration written out in full: for the run's folder, its manifest and its identity.

use std::fmt::Write;

use super::{Configuration, check};
use crate::engine::parameters::{ParameterDoc, Value};

impl Configuration {
    /// Every table and key with its value, its meaning, range and default as comments. Reading it back gives the
    /// same configuration.
    #[must_use]
    pub fn resolved_toml(&self) -> String {
        let name = &self.name;
        let mut out = format!("# Resolved configuration of {name}: every key with the value that the run used.\n");
        for spec in self.registry().tables() {
            let _ = write!(out, "\n[{}]\n", spec.name);
            for doc in (spec.docs)() {
                let value = &self.values[spec.name][doc.name];
                let _ = write!(out, "# {}\n# {}\n{} = {}\n", doc.doc, facts(&doc), doc.name, toml_value(value));
            }
        }
        out
    }

    /// Every table and key with its value, sorted by name.
    #[must_use]
    pub fn resolved_json(&self) -> serde_json::Value {
        serde_json::json!(self.values)
    }

    /// BLAKE3 of the canonical form: the sorted JSON of all tables but `[output]`, which cannot change results. Two
    /// configurations of equal hash give equal results.
    #[must_use]
    #[allow(clippy::missing_panics_doc, reason = "the invariant holds for every checked configuration")]
    pub fn hash(&self) -> String {
        let mut values = self.values.clone();
        values.remove("output");
        let canonical = serde_json::to_string(&values).expect("names and checked values are always JSON");
        blake3::hash(canonical.as_bytes()).to_hex().to_string()
    }
}

fn facts(doc: &ParameterDoc) -> String {
    let range = match doc.default {
        Value::Real(_) | Value::Integer(_) => format!("{}; ", check::allowed(doc)),
        Value::Text(_) if !doc.choices.is_empty() => format!("one of {}; ", check::quoted(doc.choices)),
        _ => String::new(),
    };
    format!("{range}default {}", toml_value(&doc.default))
}

/// A value as a file has it.
pub(crate) fn toml_value(value: &Value) -> String {
    match value {
        Value::Real(x) => format!("{x:?}"),
        Value::Integer(x) => x.to_string(),
        Value::Switch(x) => x.to_string(),
        Value::Text(x) => toml::Value::String(x.clone()).to_string(),
    }
}
