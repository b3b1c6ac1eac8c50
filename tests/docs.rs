//! The documentation says what the program does.

mod documentation;
// What the example `evidence` reads and concludes.
#[allow(dead_code, reason = "the example uses the rest")]
#[path = "../examples/evidence/file.rs"]
mod file;
#[allow(dead_code, reason = "the example uses the rest")]
#[path = "../examples/evidence/measure.rs"]
mod measure;
#[allow(dead_code, reason = "the example uses the rest")]
#[path = "../examples/evidence/verdict.rs"]
mod verdict;

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

fn evidence() -> file::Evidence {
    file::Evidence::parse(&read("data/evidence.toml")).unwrap_or_else(|e| panic!("data/evidence.toml: {e}"))
}

#[test]
fn evidence_names_switches_settings_and_columns_that_there_are() {
    let evidence = evidence();
    for comparison in &evidence.mechanism {
        let off = comparison.without().unwrap_or_else(|e| panic!("{e}"));
        evidence.arm(&off, evidence.years, 1).unwrap_or_else(|e| panic!("{}: {e}", comparison.mechanism));
    }
    for fact in &evidence.fact {
        evidence.arm(&fact.settings, evidence.years, 1).unwrap_or_else(|e| panic!("{}: {e}", fact.name));
        assert!(fact.band[0] < fact.band[1], "{}", fact.name);
    }
    let known = xinzhi::statistics::dictionary();
    for column in evidence.measures().flat_map(measure::Measure::columns) {
        assert!(known.iter().any(|d| d.table == column.table && d.name == column.name), "no column {column}");
    }
}

#[test]
fn every_switch_has_its_evidence() {
    let evidence = evidence();
    for (mechanism, switches) in xinzhi::tick::tick().switches() {
        for switch in switches.list() {
            let shown = evidence.mechanism.iter().any(|c| c.mechanism == mechanism && c.part == switch.part);
            assert!(shown, "data/evidence.toml has nothing on {mechanism}, {}", switch.part);
        }
    }
}

/// Numbers come from `cargo run --release --example evidence`; what is derived from them is checked here, and that every
/// comparison has its row.
#[test]
fn verdicts_follow_from_the_intervals_beside_them() {
    let evidence = evidence();
    let mut reader = csv::Reader::from_path(root().join("docs/evidence.csv")).expect("docs/evidence.csv");
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    let number = |row: &csv::StringRecord, at: usize| row[at].parse::<f64>().expect("a number");
    for c in &evidence.mechanism {
        let measure = c.measure.to_string();
        let row = rows.iter().find(|r| r[2] == c.mechanism && r[3] == c.part && r[4] == measure);
        let row = row.unwrap_or_else(|| panic!("docs/evidence.csv lacks {} {} {measure}", c.mechanism, c.part));
        let difference = verdict::Estimate { mean: number(row, 7), low: number(row, 8), high: number(row, 9) };
        assert_eq!(row[11], *c.without.word(), "{} {}", c.mechanism, c.part);
        if &row[10] != "0" {
            assert_eq!(row[12], *verdict::of_comparison(difference, c.without), "{} {}", c.mechanism, c.part);
        }
    }
    for fact in &evidence.fact {
        let row = rows.iter().find(|r| r[3] == fact.name).unwrap_or_else(|| panic!("no row of {}", fact.name));
        let measured = verdict::Estimate { mean: number(row, 5), low: number(row, 8), high: number(row, 9) };
        assert_eq!(row[12], *verdict::of_fact(measured, fact.band), "{}", fact.name);
    }
}
