//! Tables as comma-separated text, for spreadsheets and for eyes.
//!
//! Real numbers are the shortest text that reads back to the same bits and always carry a point or an exponent,
//! so that a column keeps its kind; a missing value is an empty cell. Units are not written.

use super::error::OutputError;
use super::table::{Table, Values};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes a table with a header line.
///
/// # Errors
/// If the columns differ in length or the disk refuses.
pub fn write_csv(path: &Path, table: &Table) -> Result<(), OutputError> {
    let file = File::create(path).map_err(OutputError::io(path, "create"))?;
    write_csv_into(BufWriter::new(file), path, table)
}

/// Writes a table into anything; `path` is named in errors.
pub(super) fn write_csv_into(into: impl Write, path: &Path, table: &Table) -> Result<(), OutputError> {
    if let Some(column) = table.columns.iter().find(|c| c.values.len() != table.rows()) {
        let detail = format!("{} values in a table of {} rows", column.values.len(), table.rows());
        return Err(OutputError::table(&table.name, &column.name, detail));
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(into);
    let failed = |error| from_csv(path, "write", error);
    writer.write_record(table.columns.iter().map(|c| &c.name)).map_err(failed)?;
    for row in 0..table.rows() {
        writer.write_record(table.columns.iter().map(|c| cell(&c.values, row))).map_err(failed)?;
    }
    writer.flush().map_err(OutputError::io(path, "write"))
}

fn cell(values: &Values, row: usize) -> String {
    match values {
        Values::Integer(v) => v[row].to_string(),
        Values::Real(v) if v[row].is_nan() => String::new(),
        Values::Real(v) => format!("{:?}", v[row]),
        Values::Text(v) => v[row].clone(),
        Values::Fen(v) => v[row].to_string(),
    }
}

/// Reads a table with a header line; its name is the file's stem, units are empty.
///
/// The kind of a column is the narrowest that holds every cell: integer, money (where 64 bits are too few), real,
/// text. Words that are all digits therefore come back as numbers, and a column of empty cells as missing values.
///
/// # Errors
/// If the file cannot be read, is not UTF-8, or a line has too few or too many cells.
pub fn read_csv(path: &Path) -> Result<Table, OutputError> {
    let failed = |error| from_csv(path, "read", error);
    let file = File::open(path).map_err(OutputError::io(path, "open"))?;
    let mut reader = csv::Reader::from_reader(file);
    let names = reader.headers().map_err(failed)?.clone();
    let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for record in reader.records() {
        for (column, cell) in cells.iter_mut().zip(&record.map_err(failed)?) {
            column.push(cell.to_owned());
        }
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(names.iter().zip(cells).fold(Table::new(&stem), |table, (name, cells)| table.with(name, "", narrowest(cells))))
}

fn narrowest(cells: Vec<String>) -> Values {
    fn all<T>(cells: &[String], parse: impl Fn(&String) -> Option<T>) -> Option<Vec<T>> {
        cells.iter().map(parse).collect()
    }
    if cells.is_empty() {
        return Values::Real(Vec::new());
    }
    let real = |cell: &String| if cell.is_empty() { Some(f64::NAN) } else { cell.parse().ok() };
    all(&cells, |cell| cell.parse().ok())
        .map(Values::Integer)
        .or_else(|| all(&cells, |cell| cell.parse().ok()).map(Values::Fen))
        .or_else(|| all(&cells, real).map(Values::Real))
        .unwrap_or(Values::Text(cells))
}

fn from_csv(path: &Path, action: &'static str, error: csv::Error) -> OutputError {
    let detail = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(source) => OutputError::Io { path: path.to_owned(), action, source },
        _ => OutputError::format(path, detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_comes_back_with_its_kinds_and_missing_values() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("series.csv");
        let reals = vec![1.0, 0.1 + 0.2, f64::NAN, -5e-324, 1e300];
        let table = Table::new("series")
            .with("tick", "", Values::Integer(vec![0, 1, 2, 3, -4]))
            .with("gdp", "", Values::Real(reals.clone()))
            .with("note", "", Values::Text(["a,b", "\"", "", "火", "x\ny"].map(str::to_owned).to_vec()))
            .with("debt", "", Values::Fen(vec![i128::MIN, 0, 1, 2, 3]));
        write_csv(&path, &table).unwrap();
        let back = read_csv(&path).unwrap();
        let bits = |v: Vec<f64>| v.into_iter().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(back.reals("gdp").unwrap()), bits(reals));
        for name in ["tick", "note", "debt"] {
            assert_eq!(back.column(name), table.column(name));
        }
        assert_eq!(back.name, "series");
    }

    #[test]
    fn the_text_is_plain() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        let table = Table::new("t").with("tick", "quarter", Values::Integer(vec![0, 1])).with(
            "share",
            "1",
            Values::Real(vec![f64::NAN, 2.0]),
        );
        write_csv(&path, &table).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "tick,share\n0,\n1,2.0\n");
    }

    #[test]
    fn a_ragged_line_or_column_is_an_error_that_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, "a,b\n1,2\n3\n").unwrap();
        let text = read_csv(&path).unwrap_err().to_string();
        assert!(text.contains("t.csv") && text.contains("line: 3"), "{text}");
        let ragged = Table::new("t").with("a", "", Values::Integer(vec![1])).with("b", "", Values::Integer(vec![]));
        assert!(write_csv(&path, &ragged).unwrap_err().to_string().contains("`b`"));
    }
}
