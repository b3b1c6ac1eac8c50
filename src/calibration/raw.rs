//! Where the text of a table comes from, and the table as rows of text with their lines.

use std::fs;
use std::path::Path;

use super::figures::Mark;
use super::problems::{Problems, nearest};

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        /// Tables that the program reads, with the text built into the binary.
        pub(super) const EMBEDDED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../data/", $name)))),*];
    };
}

embedded!(
    "ai_services.csv",
    "banks.csv",
    "consumption_categories.csv",
    "energy.csv",
    "external.csv",
    "firms.csv",
    "history.csv",
    "io_coefficients.csv",
    "labour.csv",
    "parameters.csv",
    "population.csv",
    "province_sector.csv",
    "provinces.csv",
    "sector_traits.csv",
    "sectors.csv",
);

/// Tables of `data/` that document the others and are not read.
pub(super) const DOCUMENTATION: &[&str] =
    &["columns.csv", "io_2020_12_sectors.csv", "io_2020_42_sectors_100m_cny.csv", "sector_key.csv", "seed_figures.csv"];

/// Text of every table: from the directory where it has the file, else from the binary.
pub(super) struct Sources {
    texts: Vec<(&'static str, String)>,
}

impl Sources {
    /// Collects the texts; an unreadable or unknown file of the directory is a problem.
    pub(super) fn collect(directory: Option<&Path>, problems: &mut Problems) -> Self {
        if let Some(directory) = directory {
            refuse_unknown_files(directory, problems);
        }
        let texts = EMBEDDED
            .iter()
            .map(|&(name, built_in)| {
                let replaced = directory
                    .map(|d| d.join(name))
                    .filter(|path| path.exists())
                    .and_then(|path| read(name, &path, problems));
                (name, replaced.unwrap_or_else(|| built_in.to_owned()))
            })
            .collect();
        Self { texts }
    }

    /// The table of that file name, which must be one of [`EMBEDDED`].
    pub(super) fn table(&self, name: &'static str, required: &[&str], problems: &mut Problems) -> RawTable {
        let text = self.texts.iter().find(|(file, _)| *file == name).map_or("", |(_, text)| text.as_str());
        RawTable::parse(name, text, required, problems)
    }
}

fn refuse_unknown_files(directory: &Path, problems: &mut Problems) {
    let place = directory.display().to_string();
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => {
            problems.add_file(&place, error.to_string(), "a readable directory of tables");
            return;
        }
    };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")))
        .collect();
    names.sort();
    if !EMBEDDED.iter().any(|(file, _)| names.iter().any(|name| name == file)) {
        let files: Vec<&str> = EMBEDDED.iter().map(|(file, _)| *file).collect();
        let expected = format!("changed copies of some of {}", files.join(", "));
        problems.add_file(&place, "the folder holds none of the calibration tables", expected);
    }
    for name in names {
        let known = EMBEDDED.iter().map(|(file, _)| *file);
        if known.clone().any(|k| k == name) || DOCUMENTATION.contains(&name.as_str()) {
            continue;
        }
        let hint = nearest(&name, known);
        problems.add_file(&name, "no table has this name".to_owned() + &hint, "the file name of a calibration table");
    }
}

fn read(name: &str, path: &Path, problems: &mut Problems) -> Option<String> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            problems.add_file(name, error.to_string(), "a readable file");
            return None;
        }
    };
    if bytes.starts_with(b"\xef\xbb\xbf") {
        problems.add(name, 1, None, "a byte-order mark", "UTF-8 without a byte-order mark");
        return None;
    }
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = good.split(|byte| *byte == b'\n').count() as u64;
            problems.add(name, line, None, "a byte that is not UTF-8", "UTF-8 text");
            None
        }
    }
}

/// A table as text: header and rows, every row with its line.
pub(super) struct RawTable {
    /// File name.
    pub(super) file: &'static str,
    /// Column names in file order.
    pub(super) header: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
}

impl RawTable {
    /// Splits the text, asks for the required columns, for unique column names and for rows of equal length.
    pub(super) fn parse(file: &'static str, text: &str, required: &[&str], problems: &mut Problems) -> Self {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut table = Self { file, header: Vec::new(), rows: Vec::new() };
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    let fields: Vec<String> = record.iter().map(|x| x.trim().to_owned()).collect();
                    if table.header.is_empty() {
                        table.header = fields;
                    } else {
                        table.rows.push((line, fields));
                    }
                }
                Err(error) => {
                    let line = error.position().map(csv::Position::line);
                    problems.add(file, line, None, error.to_string(), "comma-separated text");
                }
            }
        }
        table.check_shape(required, problems);
        table
    }

    fn check_shape(&self, required: &[&str], problems: &mut Problems) {
        for (i, name) in self.header.iter().enumerate() {
            if self.header[..i].contains(name) {
                problems.add(self.file, 1, Some(name), "column occurs twice", "unique columns");
            }
        }
        for name in required.iter().filter(|name| self.index(name).is_none()) {
            let hint = nearest(name, self.header.iter().map(String::as_str));
            let expected = format!("a column of this name{hint}");
            problems.add(self.file, 1, Some(name), "column is missing", expected);
        }
        if self.rows.is_empty() {
            problems.add_file(self.file, "no rows", "a header and at least one row");
        }
        let width = self.header.len();
        for (line, fields) in self.rows.iter().filter(|(_, fields)| fields.len() != width) {
            problems.add(
                self.file,
                *line,
                None,
                format!("row has {} fields", fields.len()),
                format!("{width} fields, as in the header"),
            );
        }
    }

    /// Position of a column.
    fn index(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    /// The rows in file order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, fields)| Row { table: self, line: *line, fields })
    }
}

/// One row of a table. A cell that is missing because of a missing column or a row of wrong length reads as empty
/// or `NaN` without a further problem: the cause is already in the list.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    table: &'a RawTable,
    /// Line in the file.
    pub(super) line: u64,
    fields: &'a [String],
}

impl<'a> Row<'a> {
    fn cell(&self, column: &str) -> Option<&'a str> {
        let ragged = self.fields.len() != self.table.header.len();
        let index = self.table.index(column)?;
        if ragged { None } else { self.fields.get(index).map(String::as_str) }
    }

    /// Records a problem of this row.
    pub(super) fn problem(
        &self,
        problems: &mut Problems,
        column: &str,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) {
        problems.add(self.table.file, self.line, Some(column), problem, expected);
    }

    /// Text that may be empty. Keys stand in front, so it is read even from a row of wrong length.
    pub(super) fn text(&self, column: &str) -> &'a str {
        let field = self.table.index(column).and_then(|index| self.fields.get(index));
        field.map_or("", String::as_str)
    }

    /// Text that may not be empty.
    pub(super) fn filled(&self, column: &str, problems: &mut Problems) -> String {
        if self.cell(column) == Some("") {
            self.problem(problems, column, "cell is empty", "text");
        }
        self.text(column).to_owned()
    }

    /// A number, or none if the cell is empty.
    pub(super) fn optional(&self, column: &str, problems: &mut Problems) -> Option<f64> {
        let text = self.cell(column).filter(|text| !text.is_empty())?;
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(number),
            _ => {
                self.problem(problems, column, format!("`{text}` is no number"), "a number");
                None
            }
        }
    }

    /// A number; `NaN` if there is none, which is a problem.
    pub(super) fn number(&self, column: &str, problems: &mut Problems) -> f64 {
        if self.cell(column) == Some("") {
            self.problem(problems, column, "cell is empty", "a number");
        }
        self.optional(column, problems).unwrap_or(f64::NAN)
    }

    /// A number from `low` to `high`, both allowed.
    pub(super) fn number_within(&self, column: &str, low: f64, high: f64, problems: &mut Problems) -> f64 {
        let number = self.number(column, problems);
        if number < low || number > high {
            let expected =
                if high.is_infinite() { format!("at least {low}") } else { format!("a number from {low} to {high}") };
            self.problem(problems, column, format!("{number} is out of range"), expected);
        }
        number
    }

    /// A year; 0 if there is none, which is a problem.
    pub(super) fn year(&self, column: &str, problems: &mut Problems) -> i32 {
        let Some(text) = self.cell(column) else {
            return 0;
        };
        text.parse().unwrap_or_else(|_| {
            self.problem(problems, column, format!("`{text}` is no year"), "a year such as 2023");
            0
        })
    }

    /// `true` or `false`.
    pub(super) fn switch(&self, column: &str, problems: &mut Problems) -> bool {
        match self.cell(column) {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                let problem = format!("`{other}` is no switch");
                self.problem(problems, column, problem, "true or false");
                false
            }
        }
    }

    /// A confidence mark.
    pub(super) fn mark(&self, column: &str, problems: &mut Problems) -> Mark {
        let text = self.cell(column).unwrap_or("A");
        Mark::from_letter(text).unwrap_or_else(|| {
            self.problem(problems, column, format!("`{text}` is no mark"), "V, S, M or A");
            Mark::Assumed
        })
    }
}
