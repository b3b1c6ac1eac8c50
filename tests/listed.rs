//! Nothing is forgotten: every file is in its list, every mechanism in the tick, every parameter and column explained,
//! every configuration valid.

use std::fs;
use std::path::{Path, PathBuf};
use xinzhi::engine::configuration::{Configuration, EMBEDDED};
use xinzhi::engine::parameters::Value;
use xinzhi::simulation::Simulation;
use xinzhi::statistics::dictionary;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Rust files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The file that must declare the module of `path`: `mod.rs` beside it, or the file of the folder's name.
fn parent(path: &Path) -> PathBuf {
    let folder = path.parent().expect("files lie in folders");
    let folder = if path.ends_with("mod.rs") { folder.parent().expect("src is above") } else { folder };
    let list = folder.join("mod.rs");
    if list.exists() && list != path { list } else { folder.with_extension("rs") }
}

#[test]
fn every_file_is_a_listed_module() {
    for family in ["mechanisms", "policies", "statistics", "figures"] {
        for path in files(&root().join("src").join(family)) {
            let name =
                if path.ends_with("mod.rs") { path.parent().and_then(Path::file_name) } else { path.file_stem() };
            let name = name.and_then(|n| n.to_str()).expect("file names are text");
            if path.ends_with("mod.rs") && name == family {
                continue;
            }
            let list = parent(&path);
            let listed = read(&list).lines().any(|l| {
                l.trim().trim_start_matches("pub ").starts_with(&format!("mod {name};"))
                    || l.contains(&format!(") mod {name};"))
            });
            assert!(listed, "{} is not listed in {}", path.display(), list.display());
        }
    }
}

#[test]
fn every_mechanism_is_in_the_tick() {
    let tick = read(&root().join("src/tick.rs"));
    let mut found = 0;
    for family in ["mechanisms", "policies", "statistics"] {
        for path in files(&root().join("src").join(family)) {
            for line in read(&path).lines() {
                if let Some(rest) = line.strip_prefix("impl Mechanism for ") {
                    let name = rest.split_whitespace().next().expect("a type");
                    found += 1;
                    assert!(tick.contains(&format!(".run::<{name}>()")), "{name} of {} never runs", path.display());
                }
            }
        }
    }
    assert!(found > 40, "only {found} mechanisms found: has the form of their declaration changed?");
}

#[test]
fn every_parameter_says_what_it_is_and_in_which_unit() {
    for table in Simulation::registry().tables() {
        for doc in (table.docs)() {
            let name = format!("{}.{}", table.name, doc.name);
            assert!(doc.doc.len() > 10, "{name} is not explained");
            if let Value::Real(_) | Value::Integer(_) = doc.default {
                assert!(!doc.unit.is_empty(), "{name} has no unit");
                assert!(doc.low < doc.high, "{name} has no range");
            }
        }
    }
}

#[test]
fn every_column_has_a_unit_and_a_definition() {
    let dictionary = dictionary();
    assert!(dictionary.len() > 100);
    for doc in dictionary {
        let name = format!("{}.{}", doc.table, doc.name);
        assert!(!doc.definition.is_empty() && !doc.source.is_empty(), "{name} has no definition or source");
        let words = [
            "sector",
            "region",
            "task",
            "bank_class",
            "firm",
            "stage",
            "worker",
            "status",
            "employer",
            "age",
            "growth",
            "size",
            "fifth",
            "event_quarter",
            "duration",
        ]
        .contains(&doc.name)
            || ["accounts", "events"].contains(&doc.table);
        assert!(words || !doc.unit.is_empty(), "{name} has no unit");
    }
}

#[test]
fn every_column_of_the_dictionary_is_recorded_and_the_other_way_round() {
    let configuration = Configuration::parse(
        "test.toml",
        "extends = \"quick\"\n[population]\npersons_per_worker = 400000.0\n",
        &[],
        &Simulation::registry(),
    )
    .unwrap_or_else(|e| panic!("{e}"));
    let tables = Simulation::new(&configuration).unwrap_or_else(|e| panic!("{e}")).take_tables();
    let recorded: Vec<_> = tables
        .iter()
        .flat_map(|t| t.columns.iter().map(|c| (t.name.clone(), c.name.clone(), c.unit.clone())))
        .collect();
    // Panels are recorded when they are asked for; `tests/resume.rs` reads them.
    let explained: Vec<_> = dictionary()
        .iter()
        .filter(|d| !["firms", "workers"].contains(&d.table))
        .map(|d| (d.table.to_owned(), d.name.to_owned(), d.unit.to_owned()))
        .collect();
    assert_eq!(recorded, explained);
}

#[test]
fn every_shipped_configuration_loads() {
    let mut shipped = Vec::new();
    collect(&root().join("configs"), &mut shipped);
    assert!(shipped.len() >= 4);
    assert_eq!(shipped.len(), EMBEDDED.len(), "each is inside the program: {shipped:?}");
    for path in shipped {
        if let Err(e) = Configuration::load(&path, &[], &Simulation::registry()) {
            panic!("{e}");
        }
    }
    for (name, text) in EMBEDDED {
        let file = root().join("configs").join(format!("{name}.toml"));
        assert_eq!(read(&file), *text, "{name} in the program is not the file");
    }
}

/// Configurations of runs: sweeps, claims and cluster files have forms of their own.
fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("configs are there") {
        let path = entry.expect("a readable folder").path();
        if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
}
