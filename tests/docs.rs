//! The documentation says what the program does.

mod documentation;

use std::path::Path;

use xinzhi::engine::settings::OF_THE_PROGRAM;
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
    let registry = Simulation::registry();
    for table in registry.tables().iter().filter(|table| !OF_THE_PROGRAM.contains(&table.name)) {
        assert!(model.contains(&format!("`[{}]`", table.name)), "docs/model.md does not describe `[{}]`", table.name);
    }
}

/// Every Markdown file that is not below a folder of results or of the build.
fn documents() -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["", "docs/", "data/", "assets/fonts/"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("the folder is part of the source") {
            let name = entry.expect("a directory that can be listed").file_name().to_string_lossy().into_owned();
            if Path::new(&name).extension().is_some_and(|end| end == "md") {
                found.push(format!("{folder}{name}"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn links_in_the_documents_lead_to_files() {
    let documents = documents();
    assert!(documents.len() > 15 && documents.iter().any(|d| d == "data/README.md"), "{documents:?}");
    for document in &documents {
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
