//! `docs/state.md`: state variables of every agent, from the declarations in `src/`.

use std::fmt::Write;

/// Sources in the order of the document, with the agents that they describe.
const SOURCES: [(&str, &str, &str); 7] = [
    ("Worker", "src/agents/worker.rs", include_str!("../../src/agents/worker.rs")),
    ("Firm", "src/agents/firm.rs", include_str!("../../src/agents/firm.rs")),
    (
        "Local government and financing vehicle",
        "src/agents/local_government.rs",
        include_str!("../../src/agents/local_government.rs"),
    ),
    ("Bank", "src/agents/bank.rs", include_str!("../../src/agents/bank.rs")),
    ("Single agents", "src/agents/authorities.rs", include_str!("../../src/agents/authorities.rs")),
    ("Technology at large", "src/mechanisms/technology/mod.rs", include_str!("../../src/mechanisms/technology/mod.rs")),
    ("What agents know of the economy", "src/engine/indicators.rs", include_str!("../../src/engine/indicators.rs")),
];

/// Text of the file.
pub fn text() -> String {
    let mut text = String::from(
        "# State variables\n\n\
         Written from the program by `cargo run --example write_docs`; do not edit. Every variable of every agent, by\n\
         component: variables of one table are stored and written together. Units are in brackets; `Fen` is an integer\n\
         amount of money in hundredths of a yuan, `u8` and `u16` without a unit are numbers of a region, sector, bank\n\
         or task class. Arrays have one entry for each sector, task class or kind.\n",
    );
    for (agent, path, source) in SOURCES {
        let _ = write!(text, "\n## {agent}\n\n`{path}`\n");
        for component in components(source) {
            let _ = write!(
                text,
                "\n**`{}`.** {}\n\n| Variable | Type | Meaning |\n|---|---|---|\n",
                component.name, component.doc
            );
            for (name, kind, doc) in component.fields {
                let _ = writeln!(text, "| `{name}` | `{kind}` | {doc} |");
            }
        }
    }
    text
}

struct Component {
    name: String,
    doc: String,
    fields: Vec<(String, String, String)>,
}

/// Structures that are components, resources or parts of one, with their documented fields.
fn components(source: &str) -> Vec<Component> {
    let mut found: Vec<Component> = Vec::new();
    let (mut doc, mut inside) = (String::new(), false);
    for line in source.lines().map(str::trim) {
        if let Some(more) = line.strip_prefix("///") {
            doc = format!("{doc} {}", more.trim());
        } else if let Some(rest) = line.strip_prefix("pub struct ") {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
            inside = rest.ends_with('{');
            let tuple = rest.split_once('(').map(|(_, rest)| rest.trim_end_matches(';').trim_end_matches(')'));
            let fields =
                tuple.map(|kind| ("0".to_owned(), plain(kind.trim_start_matches("pub ")), "entries".to_owned()));
            // A newtype that only numbers agents is no state.
            if inside || tuple.is_some_and(|kind| kind.contains('[')) {
                found.push(Component { name, doc: plain(&doc), fields: fields.into_iter().collect() });
            }
            doc.clear();
        } else if line.starts_with('}') {
            inside = false;
            doc.clear();
        } else if let (true, Some(rest)) = (inside, line.strip_prefix("pub ")) {
            if let (Some((name, kind)), Some(component)) = (rest.split_once(':'), found.last_mut()) {
                component.fields.push((name.to_owned(), plain(kind.trim_end_matches(',')), plain(&doc)));
            }
            doc.clear();
        } else if !line.starts_with("#[") {
            doc.clear();
        }
    }
    found
}

/// Text without the marks of the source that would end a cell or escape a bracket.
fn plain(text: &str) -> String {
    text.trim().replace("\\[", "[").replace("\\]", "]").replace("[`", "`").replace("`]", "`").replace('|', "\\|")
}
