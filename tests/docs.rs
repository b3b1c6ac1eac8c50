//! The documentation says what the program does.

mod documentation;

use std::path::{Path, PathBuf};

use xinzhi::engine::configuration::Configuration;
use xinzhi::simulation::Simulation;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn generated_tables_are_up_to_date() {
    for (name, text) in documentation::generated() {
        assert!(
            read(&format!("docs/{name}")) == text,
            "docs/{name} is out of date: run `cargo run --example write_docs` and commit the result"
        );
    }
}

#[test]
fn every_mechanism_of_the_tick_has_a_place_in_the_model_document() {
    let model = read("docs/model.md");
    let engine = ["run", "population", "calibration", "output"];
    for table in Simulation::registry().tables().iter().filter(|table| !engine.contains(&table.name)) {
        assert!(model.contains(&format!("`[{}]`", table.name)), "docs/model.md does not describe `[{}]`", table.name);
    }
}

#[test]
fn every_parameter_and_column_ends_in_a_unit_and_a_meaning() {
    for table in Simulation::registry().tables() {
        for doc in (table.docs)() {
            assert!(!doc.doc.is_empty(), "{}.{} has no meaning", table.name, doc.name);
            assert!(doc.low.is_none() || !doc.unit.is_empty(), "{}.{} has no unit", table.name, doc.name);
        }
    }
    for doc in xinzhi::statistics::dictionary() {
        assert!(!doc.definition.is_empty() && !doc.source.is_empty(), "{}.{}", doc.table, doc.name);
    }
}

#[test]
fn every_configuration_in_the_folder_loads() {
    for entry in std::fs::read_dir(root().join("configs")).expect("configs/ is part of the source") {
        let path: PathBuf = entry.expect("a directory that can be listed").path();
        if path.extension().is_some_and(|extension| extension == "toml")
            && let Err(errors) = Configuration::load(&path, &[], &Simulation::registry())
        {
            panic!("{}: {errors}", path.display());
        }
    }
}

#[test]
fn links_in_the_documents_lead_to_files() {
    for document in [
        "README.md",
        "README.zh.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/model.md",
        "docs/decisions.md",
        "docs/glossary.md",
        "docs/plausibility.md",
        "docs/performance.md",
        "docs/tutorial.md",
        "docs/figures.md",
        "docs/schedule.md",
        "docs/state.md",
    ] {
        let folder = root().join(document).parent().expect("a document is in a folder").to_owned();
        for link in read(document).split("](").skip(1) {
            let target = link.split([')', '#']).next().unwrap_or_default();
            let elsewhere = target.is_empty() || target.contains("://");
            if !elsewhere {
                assert!(folder.join(target).exists(), "{document} links to {target}, which is not there");
            }
        }
    }
}

#[test]
fn the_readme_fits_on_two_screens() {
    assert!(read("README.md").lines().count() < 150);
}

#[test]
fn the_glossary_has_every_term_in_both_languages() {
    let glossary = read("docs/glossary.md");
    let rows: Vec<Vec<&str>> = glossary
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Term"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() > 50 && rows.iter().all(|row| row.len() == 3 && row.iter().all(|cell| !cell.is_empty())));
    assert!(
        rows.iter().all(|row| row[1].chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) || row[1] == "ODD 协议")
    );
}

#[test]
fn the_model_document_has_every_element_of_odd() {
    let model = read("docs/model.md");
    for element in [
        "Purpose and patterns",
        "Entities, state variables and scales",
        "Process overview and scheduling",
        "Design concepts",
        "Initialisation",
        "Input data",
        "Submodels",
    ] {
        let heading = model.lines().any(|line| line.starts_with('#') && line.ends_with(element));
        assert!(heading, "docs/model.md has no heading {element}");
    }
}

#[test]
fn the_citation_names_the_version_of_the_program() {
    assert!(read("CITATION.cff").contains(&format!("version: {}\n", env!("CARGO_PKG_VERSION"))));
}
