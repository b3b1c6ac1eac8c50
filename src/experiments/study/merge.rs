//! All parts as one dataset: rows in the order of runs, whatever the shards were.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

use super::error::StudyError;
use super::folder::{rename, replace, temporary_for};
use super::plan::Study;
use super::status::ranges;
use super::verify::{checked_part, records};
use crate::output::{Column, ParquetTable, Table, Values, table_hash, write_csv};

/// Rows of a row group. Part of the bytes of the dataset, as the shards are not.
const GROUP: usize = 65_536;

/// Kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Parquet, with units in its metadata.
    #[default]
    Parquet,
    /// Comma-separated text.
    Csv,
}

impl Format {
    /// End of the file's name.
    #[must_use]
    pub const fn end(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
        }
    }
}

/// What was merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The dataset.
    pub path: PathBuf,
    /// The meaning of its columns.
    pub dictionary: PathBuf,
    /// Rows.
    pub rows: u64,
    /// BLAKE3 of the dataset.
    pub blake3: String,
    /// Runs with the status `error`.
    pub model_errors: u64,
    /// Shards that are not in it.
    pub missing: Vec<u64>,
}

/// Merges a study into a file, which appears whole or not at all; beside it `<stem>.dictionary.csv` and
/// `<stem>.manifest.json`.
///
/// # Errors
/// [`StudyError::Incomplete`] if shards are missing and that is not allowed, [`StudyError::Damaged`] if a part is.
pub fn merge(study: &Study, out: &Path, format: Format, allow_partial: bool) -> Result<Merged, StudyError> {
    let (records, missing) = records(&study.folder, &study.plan)?;
    if !missing.is_empty() && !allow_partial {
        let text = format!(
            "{} of {} shards are missing: {}; run them, or give --allow-partial",
            missing.len(),
            study.plan.study.shards,
            shortened(&ranges(&missing))
        );
        return Err(StudyError::Incomplete(text));
    }
    let temporary = temporary_for(out)?;
    let parts = records.iter().map(|record| checked_part(&study.folder, &study.plan, record));
    let written = write(&temporary, out, &schema(study), format, parts);
    let rows = written.inspect_err(|_| drop(fs::remove_file(&temporary)))?;
    let blake3 = table_hash(&temporary)?;
    let dictionary = out.with_extension("dictionary.csv");
    replace(&dictionary, dictionary_text(study).as_bytes())?;
    let model_errors = records.iter().map(|record| record.n_model_errors).sum();
    let manifest = json!({
        "file": out.file_name().map(|name| name.to_string_lossy()),
        "rows": rows,
        "blake3": blake3,
        "plan_id": study.plan.plan_id,
        "model": study.plan.study.model,
        "build_id": study.plan.build_id,
        "runs": study.plan.study.runs,
        "model_errors": model_errors,
        "complete": missing.is_empty(),
        "missing_shards": ranges(&missing),
        "missing_runs": missing_runs(study, &missing),
    });
    let text = format!("{manifest:#}\n");
    replace(&out.with_extension("manifest.json"), text.as_bytes())?;
    rename(&temporary, out)?;
    Ok(Merged { path: out.to_owned(), dictionary, rows, blake3, model_errors, missing })
}

/// No more of a list than can be read.
fn shortened(list: &str) -> String {
    let short: String = list.chars().take(200).collect();
    if short.len() < list.len() { format!("{short}…") } else { short }
}

fn missing_runs(study: &Study, missing: &[u64]) -> String {
    let runs: Vec<u64> = missing.iter().flat_map(|shard| study.plan.range(*shard)).collect();
    ranges(&runs)
}

/// The dataset without rows.
fn schema(study: &Study) -> Table {
    let values = |kind: &str| match kind {
        "integer" => Values::Integer(Vec::new()),
        "real" => Values::Real(Vec::new()),
        _ => Values::Text(Vec::new()),
    };
    let columns = &study.plan.study.columns;
    columns.iter().fold(Table::new("runs"), |table, doc| table.with(&doc.name, &doc.unit, values(&doc.kind)))
}

fn write(
    temporary: &Path,
    out: &Path,
    schema: &Table,
    format: Format,
    parts: impl Iterator<Item = Result<Table, StudyError>>,
) -> Result<u64, StudyError> {
    let mut rows = 0;
    let mut buffer = schema.clone();
    match format {
        Format::Parquet => {
            let mut file = ParquetTable::create_as(temporary, out, schema)?;
            for part in parts {
                buffer.extend(part?)?;
                while buffer.rows() >= GROUP {
                    let rest = split(&mut buffer, GROUP);
                    rows += buffer.rows() as u64;
                    file.append(&buffer)?;
                    buffer = rest;
                }
            }
            rows += buffer.rows() as u64;
            file.append(&buffer)?;
            file.finish()?;
        }
        Format::Csv => {
            // A spreadsheet's worth of rows: all of them at once.
            for part in parts {
                buffer.extend(part?)?;
            }
            rows = buffer.rows() as u64;
            write_csv(temporary, &buffer)?;
        }
    }
    Ok(rows)
}

/// Cuts a table after some rows; returns the rest.
fn split(table: &mut Table, at: usize) -> Table {
    let mut rest = Table::new(&table.name);
    for column in &mut table.columns {
        let values = match &mut column.values {
            Values::Integer(v) => Values::Integer(v.split_off(at)),
            Values::Real(v) => Values::Real(v.split_off(at)),
            Values::Text(v) => Values::Text(v.split_off(at)),
            Values::Fen(v) => Values::Fen(v.split_off(at)),
        };
        rest.columns.push(Column { name: column.name.clone(), unit: column.unit.clone(), values });
    }
    rest
}

/// Column, unit, meaning: a line each.
fn dictionary_text(study: &Study) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |doc: &super::part::ColumnDoc| {
        format!("{},{},{},{}\n", doc.name, doc.kind, quoted(&doc.unit), quoted(&doc.meaning.replace('\n', " ")))
    };
    "column,kind,unit,meaning\n".to_owned() + &study.plan.study.columns.iter().map(line).collect::<String>()
}
