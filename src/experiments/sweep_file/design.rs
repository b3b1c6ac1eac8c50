//! `design` of a sweep: a word, the name of a table made elsewhere, or `[sweep.design]`.

use std::ops::Range;

use toml::de::DeValue;

use super::MOST_POINTS;
use super::reading::Entries;
use crate::engine::configuration::Sheet;
use crate::experiments::designs::Design;

const KINDS: [&str; 8] = ["grid", "zip", "list", "file", "latin-hypercube", "sobol", "morris", "saltelli"];
const KEYS: [&str; 9] =
    ["kind", "points", "seed", "trajectories", "levels", "samples", "second_order", "file", "columns"];

/// A table made elsewhere.
pub(super) struct TableFile {
    /// Its path, as written.
    pub(super) path: String,
    /// Where that is written.
    pub(super) span: Range<usize>,
    /// Names of its columns, where it has none.
    pub(super) columns: Option<Vec<String>>,
}

/// The design, and the table that it is in.
pub(super) fn read(sheet: &mut Sheet<'_>, entries: &Entries<'_>) -> Option<(Design, Option<TableFile>)> {
    let Some((_, value)) = entries.get("design") else {
        return Some((if entries.get("points").is_some() { Design::List } else { Design::Grid }, None));
    };
    match value.get_ref() {
        DeValue::String(path) if path.contains('.') => {
            Some((Design::File, Some(TableFile { path: path.to_string(), span: value.span(), columns: None })))
        }
        DeValue::Table(table) => {
            let keys = Entries::read(sheet, "sweep.design", table, &KEYS);
            let Some(kind) = keys.word(sheet, "kind", &KINDS) else {
                if keys.get("kind").is_none() {
                    let hint = format!("write kind = \"sobol\", or another of {}", KINDS.join(", "));
                    sheet.mistake(&value.span(), Some("kind"), "`kind` is missing in [sweep.design]".into(), hint);
                }
                return None;
            };
            of_kind(sheet, &keys, &kind, &value.span())
        }
        _ => {
            let kind = entries.word(sheet, "design", &KINDS)?;
            of_kind(sheet, &Entries::new("sweep.design"), &kind, &value.span())
        }
    }
}

fn of_kind(
    sheet: &mut Sheet<'_>,
    keys: &Entries<'_>,
    kind: &str,
    span: &Range<usize>,
) -> Option<(Design, Option<TableFile>)> {
    let own: &[&str] = match kind {
        "latin-hypercube" | "sobol" => &["points", "seed"],
        "morris" => &["trajectories", "levels", "seed"],
        "saltelli" => &["samples", "second_order", "seed"],
        "file" => &["file", "columns"],
        _ => &[],
    };
    for (key, place, _) in keys.iter().filter(|(key, ..)| key != "kind" && !own.contains(&key.as_str())) {
        let hint = if own.is_empty() {
            format!("a {kind} design has no keys of its own")
        } else {
            format!("a {kind} design has {}", own.join(", "))
        };
        sheet.mistake(place, Some(key), format!("`{key}` is no key of a {kind} design"), hint);
    }
    let mut needed = |key: &str, low: u64| {
        let found = keys.count(sheet, key, low, MOST_POINTS);
        if keys.get(key).is_none() {
            let message = format!("a {kind} design needs `{key}`");
            sheet.mistake(span, Some(key), message, format!("write design = {{ kind = \"{kind}\", {key} = 64 }}"));
        }
        found
    };
    let design = match kind {
        "grid" => Design::Grid,
        "zip" => Design::Zip,
        "list" => Design::List,
        "latin-hypercube" => {
            let points = needed("points", 1);
            Design::LatinHypercube { points: points?, seed: seed(sheet, keys) }
        }
        "sobol" => {
            let points = needed("points", 1);
            Design::Sobol { points: points?, seed: seed(sheet, keys) }
        }
        "morris" => {
            let trajectories = needed("trajectories", 1);
            let levels = keys.count(sheet, "levels", 2, 1000).unwrap_or(4);
            if let (Some((_, value)), false) = (keys.get("levels"), levels.is_multiple_of(2)) {
                let message = format!("`levels` is {levels}, but must be even");
                sheet.mistake(&value.span(), Some("levels"), message, "write levels = 4".into());
            }
            Design::Morris { trajectories: trajectories?, levels, seed: seed(sheet, keys) }
        }
        "saltelli" => {
            let samples = needed("samples", 1);
            let second_order = keys.switch(sheet, "second_order").unwrap_or(false);
            Design::Saltelli { samples: samples?, second_order, seed: seed(sheet, keys) }
        }
        _ => return file(sheet, keys, span),
    };
    Some((design, None))
}

fn seed(sheet: &mut Sheet<'_>, keys: &Entries<'_>) -> u64 {
    keys.count(sheet, "seed", 0, (1 << 53) - 1).unwrap_or(1)
}

fn file(sheet: &mut Sheet<'_>, keys: &Entries<'_>, span: &Range<usize>) -> Option<(Design, Option<TableFile>)> {
    let named = keys.text(sheet, "file");
    let columns = keys.words(sheet, "columns").map(|words| words.into_iter().map(|(word, _)| word).collect());
    if keys.get("file").is_none() {
        let hint = "write design = \"points.csv\", a CSV or Parquet file with a column a parameter".to_owned();
        sheet.mistake(span, Some("file"), "a file design needs `file`".into(), hint);
    }
    let (path, span) = named?;
    Some((Design::File, Some(TableFile { path, span, columns })))
}
