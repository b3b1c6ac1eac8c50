//! The tables of a folder that a configuration names, judged with the configuration itself: whatever is wrong with either
//! is told together, at the cell where it is.

use std::path::Path;

use super::problems::DataError;
use super::raw::EMBEDDED;
use super::tables::load;
use crate::engine::configuration::Place;
use crate::engine::parameters::Value;
use crate::engine::registry::Values;
use crate::engine::rules::Breach;

/// Everything that is wrong with the tables that `calibration.data_directory` names.
pub(super) fn tables_are_sound(values: &Values) -> Vec<Breach> {
    let Some(Value::Text(folder)) = values.get("calibration").and_then(|table| table.get("data_directory")) else {
        return Vec::new();
    };
    let folder = Path::new(folder);
    // That there is no such folder is told by another rule.
    if folder.as_os_str().is_empty() || !folder.is_dir() {
        return Vec::new();
    }
    let errors = load(Some(folder)).err().map_or_else(Vec::new, |errors| errors.errors);
    errors.iter().map(|error| breach(folder, error)).collect()
}

fn breach(folder: &Path, error: &DataError) -> Breach {
    let column = error.column.as_ref().map_or_else(String::new, |name| format!("column `{name}`: "));
    Breach {
        message: format!("{column}{}", error.problem),
        hint: format!("expected {}", error.expected),
        place: Some(place(folder, error)),
    }
}

/// The cell, as far as the problem is in one.
fn place(folder: &Path, error: &DataError) -> Place {
    let path = folder.join(&error.file);
    let (label, text) = match EMBEDDED.iter().find(|(name, _)| *name == error.file) {
        Some((name, text)) if !path.is_file() => (format!("{name} (inside the program)"), Some((*text).to_owned())),
        Some(_) => (path.display().to_string(), std::fs::read_to_string(&path).ok()),
        None if folder.display().to_string() == error.file => (error.file.clone(), None),
        None => (path.display().to_string(), None),
    };
    let line = error.line.and_then(|line| usize::try_from(line).ok()).unwrap_or(0);
    let row = text.as_deref().and_then(|text| text.lines().nth(line.checked_sub(1)?));
    let (Some(row), Some(text)) = (row, text.as_deref()) else {
        return Place { line, column: line.min(1), ..Place::whole(&label) };
    };
    let cells =
        |row: &str| cells(row).into_iter().map(|(from, to)| row[from..to].trim().to_owned()).collect::<Vec<_>>();
    let header = cells(text.lines().next().unwrap_or_default());
    let index = error.column.as_ref().and_then(|name| header.iter().position(|column| column == name));
    let (from, to) = index.and_then(|index| self::cells(row).get(index).copied()).unwrap_or((0, row.len()));
    Place {
        file: label,
        line,
        column: row[..from].chars().count() + 1,
        width: row[from..to].chars().count().max(1),
        excerpt: row.to_owned(),
    }
}

/// First and last byte of each cell of a row; commas inside quotation marks separate nothing.
fn cells(row: &str) -> Vec<(usize, usize)> {
    let (mut cells, mut begin, mut quoted) = (Vec::new(), 0, false);
    for (i, byte) in row.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                cells.push((begin, i));
                begin = i + 1;
            }
            _ => {}
        }
    }
    cells.push((begin, row.len()));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_inside_quotation_marks_separates_nothing() {
        let row = "S01,\"a, b\",,农";
        let told: Vec<&str> = cells(row).into_iter().map(|(from, to)| &row[from..to]).collect();
        assert_eq!(told, ["S01", "\"a, b\"", "", "农"]);
    }

    #[test]
    fn a_cell_that_is_no_number_is_shown_in_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let (_, text) = EMBEDDED.iter().find(|(name, _)| *name == "parameters.csv").unwrap();
        let row = text.lines().nth(4).unwrap();
        let value = row.split(',').nth(1).unwrap();
        let spoilt = text.replacen(row, &row.replacen(value, "many", 1), 1);
        std::fs::write(folder.path().join("parameters.csv"), spoilt).unwrap();
        let values = Values::from([(
            "calibration".to_owned(),
            [("data_directory".to_owned(), Value::Text(folder.path().display().to_string()))].into(),
        )]);
        let told = tables_are_sound(&values);
        let place = told[0].place.as_ref().unwrap();
        assert_eq!((place.line, place.width), (5, 4), "{told:#?}");
        assert!(place.file.ends_with("parameters.csv") && place.excerpt.contains(",many,"), "{place:?}");
        assert_eq!(told[0].message, "column `value`: `many` is no number");
    }
}
