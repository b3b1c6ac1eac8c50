//! Points of a table made elsewhere: CSV, as `SALib` and spreadsheets write it, or Parquet.
//!
//! The first line names parameters; a file of numbers alone (`numpy.savetxt`) gets its names from `columns`. Columns
//! that a plan writes beside its parameters are passed over, so that its `design.parquet` is a design too.

use std::path::{Path, PathBuf};

use super::design::TableFile;
use super::parameters::{Named, Parameter, refuses};
use crate::engine::configuration::{Key, Sheet};
use crate::engine::parameters::Value;
use crate::experiments::designs::Domain;
use crate::output::{Values, read_parquet};

/// Columns of a plan's own design that are no parameters.
const BESIDE: [&str; 4] = ["run_id", "point_id", "replicate", "seed"];

/// Mistakes in one file that are told; more are of no use.
const MOST_TOLD: usize = 10;

/// Names and rows of cells.
struct Cells {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Line of the first row.
    first_line: usize,
}

/// Parameters and points of the file.
pub(super) fn read(sheet: &mut Sheet<'_>, file: &TableFile) -> (Vec<Parameter>, Vec<Vec<Value>>) {
    let path = sheet.path().parent().unwrap_or(Path::new("")).join(&file.path);
    let cells = match cells(&path, file.columns.as_deref()) {
        Ok(cells) => cells,
        Err((message, hint)) => {
            sheet.mistake(&file.span, Some("file"), message, hint);
            return (Vec::new(), Vec::new());
        }
    };
    let mut parameters = Vec::new();
    let mut columns: Vec<Vec<Value>> = Vec::new();
    for (at, name) in cells.names.iter().enumerate().filter(|(_, name)| !BESIDE.contains(&name.as_str())) {
        if let Some((parameter, values)) = column(sheet, file, &path, &cells, (at, name)) {
            parameters.push(parameter);
            columns.push(values);
        }
    }
    if parameters.is_empty() && !sheet.is_mistaken() {
        let message = format!("{} has no column of a parameter", path.display());
        sheet.mistake(&file.span, Some("file"), message, "name the columns table.key".into());
    }
    let points = (0..cells.rows.len()).map(|row| columns.iter().filter_map(|c| c.get(row).cloned()).collect());
    let points = if parameters.is_empty() { Vec::new() } else { points.collect() };
    (parameters, points)
}

fn column(
    sheet: &mut Sheet<'_>,
    file: &TableFile,
    path: &Path,
    cells: &Cells,
    (at, name): (usize, &str),
) -> Option<(Parameter, Vec<Value>)> {
    let Some((table, key)) = name.split_once('.') else {
        let message = format!("column `{}` of {} is no parameter", Sheet::shown(name), path.display());
        sheet.mistake(&file.span, Some(name), message, "name the columns table.key, such as credit.markup".into());
        return None;
    };
    let nothing = toml::Spanned::new(file.span.clone(), toml::de::DeValue::Boolean(true));
    let named = Named { table: table.to_owned(), key: key.to_owned(), span: file.span.clone(), value: &nothing };
    if refuses(sheet, &named, true) {
        return None;
    }
    let key = Key { table, name: key, span: file.span.clone() };
    let doc = sheet.declaration(&key)?;
    let mut values = Vec::new();
    let mut told = 0;
    for (row, cell) in cells.rows.iter().map(|row| row[at].trim()).enumerate() {
        match Sheet::judge(&key, &doc, cell) {
            Ok(value) => values.push(value),
            Err((message, hint)) => {
                told += 1;
                if told <= MOST_TOLD {
                    let place = format!("{} (line {} of {})", message, cells.first_line + row, path.display());
                    sheet.mistake(&file.span, Some(name), place, hint);
                }
            }
        }
    }
    (told == 0).then(|| (Parameter::new(sheet, &key, &doc, Domain::Levels(Vec::new())), values))
}

/// What a file holds, as words; message and hint if that cannot be told.
fn cells(path: &PathBuf, columns: Option<&[String]>) -> Result<Cells, (String, String)> {
    let hint = "the path is relative to the file of the sweep".to_owned();
    if path.extension().is_some_and(|end| end == "parquet") {
        let table = read_parquet(path).map_err(|error| (error.to_string(), hint))?;
        let cell = |values: &Values, row: usize| match values {
            Values::Integer(v) => v[row].to_string(),
            Values::Real(v) => format!("{:?}", v[row]),
            Values::Text(v) => v[row].clone(),
            Values::Fen(v) => v[row].to_string(),
        };
        let row = |row: usize| table.columns.iter().map(|column| cell(&column.values, row)).collect();
        let names = table.columns.iter().map(|column| column.name.clone()).collect();
        return Ok(Cells { names, rows: (0..table.rows()).map(row).collect(), first_line: 1 });
    }
    let failed = |error: csv::Error| (format!("cannot read {}: {error}", path.display()), hint.clone());
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).comment(Some(b'#')).from_path(path).map_err(failed)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    for record in reader.records() {
        rows.push(record.map_err(failed)?.iter().map(str::to_owned).collect());
    }
    let numbers = |row: &Vec<String>| row.iter().all(|cell| cell.trim().parse::<f64>().is_ok());
    let bare = rows.first().is_some_and(numbers);
    let names: Vec<String> = match (bare, columns) {
        (true, Some(names)) => names.to_vec(),
        (true, None) => {
            let message = format!("{} has no names of columns", path.display());
            return Err((message, "name them: columns = [\"table.key\", …] in [sweep.design]".into()));
        }
        (false, _) if rows.is_empty() => return Err((format!("{} is empty", path.display()), hint)),
        (false, _) => rows.remove(0).into_iter().map(|name| name.trim().to_owned()).collect(),
    };
    if rows.first().is_some_and(|row| row.len() != names.len()) {
        let found = rows[0].len();
        return Err((format!("{} has {found} columns, but {} names", path.display(), names.len()), hint));
    }
    Ok(Cells { names, rows, first_line: if bare { 1 } else { 2 } })
}
