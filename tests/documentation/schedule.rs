//! `docs/schedule.md`: the order of events, from `src/tick.rs`.

use std::fmt::Write;

use xinzhi::simulation::Simulation;
use xinzhi::tick::tick;

const SOURCE: &str = include_str!("../../src/tick.rs");

/// One mechanism of the tick as its line has it.
struct Line {
    phase: String,
    kind: String,
    does: String,
}

/// Text of the file.
pub fn text() -> String {
    let mut text = String::from(
        "# Schedule\n\n\
         Written from the program by `cargo run --example write_docs`; do not edit. The order of events in a quarter: each\n\
         mechanism acts on all its agents before the next one begins; agents see of one another what was published in\n\
         the last quarter or earlier in this one. After each phase payments reach banks, reserves and the treasury; after\n\
         the last one the accounts are audited and the quarter is recorded. The table is that of the mechanism's\n\
         parameters in the configuration, described in [parameters.md](parameters.md); the file holds the rule.\n\n\
         | | Phase | Mechanism | Table | What happens | File |\n|---|---|---|---|---|---|\n",
    );
    let registry = Simulation::registry();
    let tables: Vec<&str> = registry.tables().iter().map(|table| table.name).collect();
    let order = names();
    let lines = lines();
    assert_eq!(lines.len(), order.len(), "src/tick.rs has a line that is not read");
    let mut before = "";
    for (number, (line, name)) in lines.iter().zip(&order).enumerate() {
        assert!(tables.contains(&name.as_str()), "[{name}] is no table");
        let phase = if line.phase == before { String::new() } else { line.phase.replace('_', " ") };
        before = &line.phase;
        let _ = writeln!(
            text,
            "| {} | {phase} | `{}` | `[{name}]` | {} | `{}` |",
            number + 1,
            line.kind,
            line.does,
            file(&line.kind)
        );
    }
    text
}

/// Names of the mechanisms as the program runs them: the last word of an indented line of its description.
fn names() -> Vec<String> {
    let described = tick().describe();
    described
        .lines()
        .filter(|line| line.starts_with("      "))
        .filter_map(|line| line.split_whitespace().next_back())
        .map(str::to_owned)
        .collect()
}

/// The lines of `src/tick.rs`, with their phases and comments.
fn lines() -> Vec<Line> {
    let mut phase = String::new();
    let mut found = Vec::new();
    for line in SOURCE.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix(".phase(\"") {
            rest.split('"').next().unwrap_or_default().clone_into(&mut phase);
        } else if let Some(rest) = line.strip_prefix(".run::<") {
            let (kind, comment) = rest.split_once(">()").expect("a call of run");
            let does = comment.trim().trim_start_matches("//").trim().to_owned();
            found.push(Line { phase: phase.clone(), kind: kind.to_owned(), does });
        }
    }
    found
}

/// The file that implements a mechanism.
fn file(kind: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open = vec![root.join("src")];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("the source can be listed").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs")
                && std::fs::read_to_string(&path)
                    .is_ok_and(|text| text.contains(&format!("impl Mechanism for {kind} ")))
            {
                let path = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push(path);
            }
        }
    }
    assert_eq!(found.len(), 1, "{kind} is a mechanism of one file: {found:?}");
    found.remove(0)
}
