//! What can be wrong with a calibration table, and the list that collects it.

use std::fmt;

use thiserror::Error;

/// One problem of one table: where it is, what is wrong and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct DataError {
    /// File name inside the data directory.
    pub file: String,
    /// Line in the file, the header being 1, if the problem has one.
    pub line: Option<u64>,
    /// Column name, if the problem has one.
    pub column: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What would have been right.
    pub expected: String,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": {}; expected {}", self.problem, self.expected)
    }
}

/// Every problem found in the calibration tables, in the order of files and lines.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct DataErrors {
    /// The problems, at least one.
    pub errors: Vec<DataError>,
}

impl fmt::Display for DataErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.errors.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        write!(f, "{count} {noun} in the calibration tables:")?;
        for error in &self.errors {
            write!(f, "\n  {error}")?;
        }
        Ok(())
    }
}

impl From<DataError> for DataErrors {
    fn from(error: DataError) -> Self {
        Self { errors: vec![error] }
    }
}

/// The growing list of problems while tables are read.
#[derive(Debug, Default)]
pub(super) struct Problems {
    errors: Vec<DataError>,
}

impl Problems {
    /// Adds a problem.
    pub(super) fn add(
        &mut self,
        file: &str,
        line: impl Into<Option<u64>>,
        column: Option<&str>,
        problem: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.errors.push(DataError {
            file: file.to_owned(),
            line: line.into(),
            column: column.map(str::to_owned),
            problem: problem.into(),
            expected: expected.into(),
        });
    }

    /// Adds a problem of a whole file or of several of its rows together.
    pub(super) fn add_file(&mut self, file: &str, problem: impl Into<String>, expected: impl Into<String>) {
        self.add(file, None, None, problem, expected);
    }

    /// Asks for `value` within `tolerance` (relative) of `target`; numbers that could not be read are passed over,
    /// because their own problem is already in the list.
    pub(super) fn close(
        &mut self,
        file: &str,
        line: impl Into<Option<u64>>,
        what: &str,
        value: f64,
        target: f64,
        tolerance: f64,
    ) {
        let unreadable = !value.is_finite() || !target.is_finite();
        if unreadable || (value - target).abs() <= tolerance * target.abs().max(f64::MIN_POSITIVE) {
            return;
        }
        self.add(file, line, None, format!("{what} is {value}"), format!("{target} within {tolerance:e} of it"));
    }

    /// The result: `value` if nothing was found, else everything that was, in the order of files and lines.
    pub(super) fn into_result<T>(mut self, value: T) -> Result<T, DataErrors> {
        if self.errors.is_empty() {
            return Ok(value);
        }
        self.errors.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Err(DataErrors { errors: self.errors })
    }
}

/// " (did you mean `x`?)" for the valid name nearest to a wrong one, or nothing if none is near.
pub(super) fn nearest<'a>(wrong: &str, valid: impl Iterator<Item = &'a str>) -> String {
    valid
        .map(|name| (strsim::jaro_winkler(wrong, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map_or_else(String::new, |(_, name)| format!(" (did you mean `{name}`?)"))
}
