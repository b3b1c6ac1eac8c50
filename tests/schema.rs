//! The schema says what the program accepts: judged by a checker that shares no code with it.

use std::path::Path;

use xinzhi::engine::configuration::{Configuration, EMBEDDED};
use xinzhi::engine::schema;
use xinzhi::simulation::Simulation;

fn checker() -> jsonschema::Validator {
    jsonschema::draft7::new(&schema::schema(&Simulation::registry())).expect("the schema is itself sound")
}

/// A configuration as the JSON that a checker of TOML makes of it.
fn json(text: &str) -> serde_json::Value {
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error}"));
    serde_json::to_value(table).expect("a configuration without nan is JSON")
}

fn accepted(text: &str) -> bool {
    Configuration::parse("my.toml", text, &[], &Simulation::registry()).is_ok()
}

#[test]
fn the_committed_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/schema.json");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed == schema::text(&Simulation::registry()),
        "configs/schema.json is out of date: run `cargo run --example write_docs` and commit the result"
    );
}

#[test]
fn the_schema_follows_draft_07() {
    let schema = schema::schema(&Simulation::registry());
    let told = jsonschema::meta::validate(&schema).map_err(|error| error.to_string());
    assert_eq!(told, Ok(()));
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    for (name, table) in schema["properties"].as_object().unwrap() {
        assert!(table["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}");
        for (key, entry) in table["properties"].as_object().into_iter().flatten() {
            assert!(entry["description"].is_string() && entry.get("default").is_some(), "{name}.{key}");
            let numeric = matches!(entry["type"].as_str(), Some("number" | "integer"));
            assert_eq!(numeric, entry["minimum"].is_number() && entry["maximum"].is_number(), "{name}.{key}");
            assert_eq!(numeric, entry["x-unit"].is_string(), "{name}.{key}");
        }
    }
}

#[test]
fn every_shipped_configuration_fits_and_names_the_schema() {
    let checker = checker();
    for (name, text) in EMBEDDED {
        let errors: Vec<_> = checker.iter_errors(&json(text)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        assert_eq!(text.lines().next(), Some("#:schema ./schema.json"), "{name}");
    }
    let resolved = Configuration::defaults("defaults", &Simulation::registry()).resolved_toml();
    assert!(checker.is_valid(&json(&resolved)));
}

/// Damage that a schema can see, and sound texts that it must not refuse.
#[test]
fn the_schema_refuses_what_the_program_refuses() {
    let checker = checker();
    for text in [
        "[run]\nsede = 1",
        "[populaton]\nx = 1",
        "seed = 1",
        "run = 1",
        "[[run]]\nseed = 1",
        "[[policy]]\nkind = \"tariff\"",
        "[run]\nseed = \"1\"",
        "[run]\nyears = 1.5",
        "[run]\nyears = 0",
        "[run]\nyears = [1]",
        "[run]\nstart = \"2024Q5\"",
        "[run]\nstart = \"soon\"",
        "[ai]\nenabled = 1",
        "[entry]\nrate = 0.51",
        "[entry]\nrate = -0.01",
        "[calibration]\nopening = \"2024\"",
        "[calibration]\nopening = 2023",
        "extends = 3",
        "extends = []",
        "extends = \"\"",
    ] {
        assert!(!checker.is_valid(&json(text)), "the schema accepts\n{text}");
        assert!(!accepted(text), "the program accepts\n{text}");
    }
    for text in [
        "",
        "extends = \"quick\"",
        "extends = [\"china-2023\", \"quick\"]",
        "[run]\nseed = 0\nyears = 1000\nstart = \"2999Q4\"",
        "[run]\nstart = \"1900Q1\"",
        "[entry]\nrate = 0",
        "[population]\npersons_per_worker = 1_000",
        "[calibration]\nopening = \"stationary\"\n[opening]\ngrowth = 0.0",
        "[calendar]",
    ] {
        assert!(checker.is_valid(&json(text)), "the schema refuses\n{text}");
        assert!(accepted(text), "the program refuses\n{text}");
    }
}

/// Every bound of every parameter: just inside fits, just outside does not, for both.
#[test]
fn bounds_of_the_schema_are_those_of_the_program() {
    let registry = Simulation::registry();
    let checker = checker();
    let (mut inside, mut outside) = (0, 0);
    for table in registry.tables() {
        for doc in (table.docs)() {
            let bounds = [doc.low.map(|low| (low, -1.0)), doc.high.map(|high| (high, 1.0))];
            for (bound, beyond) in bounds.into_iter().flatten() {
                let whole = matches!(doc.default, xinzhi::engine::parameters::Value::Integer(_));
                let step = if whole { 1.0 } else { 1e-3 * bound.abs().max(1.0) };
                let write = |x: f64| {
                    let number = if whole { format!("{x:.0}") } else { format!("{x:?}") };
                    format!("[{}]\n{} = {number}\n", table.name, doc.name)
                };
                let fits = |text: &str| {
                    let alone = Configuration::parse("my.toml", text, &[], &registry);
                    // Bounds may break rules between keys, which are not the schema's business.
                    let ranges = alone.as_ref().err().is_none_or(|e| !e.0[0].message.contains("must be "));
                    assert_eq!(checker.is_valid(&json(text)), ranges, "{text}");
                    ranges
                };
                assert!(fits(&write(bound)), "{}.{} at {bound}", table.name, doc.name);
                inside += 1;
                assert!(!fits(&write(bound + beyond * step)), "{}.{} beyond {bound}", table.name, doc.name);
                outside += 1;
            }
        }
    }
    assert!(inside > 400 && inside == outside, "{inside} bounds");
}
