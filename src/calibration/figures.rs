//! Long tables: one figure a row, with unit, bounds, source and mark.

use std::collections::BTreeMap;

use super::problems::{DataError, Problems, nearest};
use super::raw::{RawTable, Row};

/// How far a figure can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// V: seen in a stored source.
    Seen,
    /// S: printed in the seed paper.
    SeedPaper,
    /// M: recalled from a published statistic; to be checked before publication.
    Recalled,
    /// A: assumed or derived.
    Assumed,
}

impl Mark {
    /// The mark of a letter in the files.
    #[must_use]
    pub fn from_letter(letter: &str) -> Option<Self> {
        match letter {
            "V" => Some(Self::Seen),
            "S" => Some(Self::SeedPaper),
            "M" => Some(Self::Recalled),
            "A" => Some(Self::Assumed),
            _ => None,
        }
    }

    /// The letter of the mark in the files.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Seen => 'V',
            Self::SeedPaper => 'S',
            Self::Recalled => 'M',
            Self::Assumed => 'A',
        }
    }
}

/// A figure with everything that is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The figure, in `unit`.
    pub value: f64,
    /// Lower plausible bound, in `unit`.
    pub low: Option<f64>,
    /// Upper plausible bound, in `unit`.
    pub high: Option<f64>,
    /// Unit as the file states it.
    pub unit: String,
    /// Publication or derivation.
    pub source: String,
    /// Trust mark.
    pub confidence: Mark,
}

impl Figure {
    /// Reads a row; low ≤ value ≤ high is asked for where bounds are given.
    fn read(row: Row<'_>, bounds: bool, problems: &mut Problems) -> Self {
        let value = row.number("value", problems);
        let (low, high) =
            if bounds { (row.optional("low", problems), row.optional("high", problems)) } else { (None, None) };
        check_bounds(row, "value", value, low, high, problems);
        Self {
            value,
            low,
            high,
            unit: row.filled("unit", problems),
            source: row.filled("source", problems),
            confidence: row.mark("confidence", problems),
        }
    }
}

/// Asks for low ≤ value ≤ high, with the rounding of printed figures allowed for.
pub(super) fn check_bounds(
    row: Row<'_>,
    column: &str,
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    problems: &mut Problems,
) {
    const ROUNDING: f64 = 1e-9;
    if let Some(low) = low.filter(|low| *low > value + ROUNDING) {
        row.problem(problems, column, format!("{value} is below low"), format!("at least {low}"));
    }
    if let Some(high) = high.filter(|high| *high < value - ROUNDING) {
        row.problem(problems, column, format!("{value} is above high"), format!("at most {high}"));
    }
}

/// Figures found by group, name and year.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureTable {
    file: String,
    figures: BTreeMap<(String, String, i32), Figure>,
}

impl FigureTable {
    pub(super) const COLUMNS: &'static [&'static str] =
        &["group", "name", "year", "value", "unit", "low", "high", "source", "confidence"];

    pub(super) fn read(raw: &RawTable, problems: &mut Problems) -> Self {
        let mut figures = BTreeMap::new();
        for row in raw.rows() {
            let group = row.filled("group", problems);
            let name = row.filled("name", problems);
            let year = row.year("year", problems);
            let figure = Figure::read(row, true, problems);
            if figures.insert((group, name, year), figure).is_some() {
                row.problem(problems, "name", "figure occurs twice", "one row a group, name and year");
            }
        }
        Self { file: raw.file.to_owned(), figures }
    }

    /// The value of a figure, in the unit that the file states.
    ///
    /// # Errors
    /// If there is no such figure; the message names the nearest one.
    pub fn get(&self, group: &str, name: &str, year: i32) -> Result<f64, DataError> {
        self.figure(group, name, year).map(|figure| figure.value)
    }

    /// A figure with its bounds, unit and source.
    ///
    /// # Errors
    /// If there is no such figure; the message names the nearest one.
    pub fn figure(&self, group: &str, name: &str, year: i32) -> Result<&Figure, DataError> {
        let key = (group.to_owned(), name.to_owned(), year);
        self.figures.get(&key).ok_or_else(|| self.missing(group, name, year))
    }

    /// The figures of a group in a year, by name.
    pub fn group(&self, group: &str, year: i32) -> impl Iterator<Item = (&str, &Figure)> {
        self.figures
            .iter()
            .filter(move |((g, _, y), _)| g == group && *y == year)
            .map(|((_, name, _), figure)| (name.as_str(), figure))
    }

    /// All figures: group, name, year and figure, in the order of these keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, i32, &Figure)> {
        self.figures.iter().map(|((group, name, year), f)| (group.as_str(), name.as_str(), *year, f))
    }

    fn missing(&self, group: &str, name: &str, year: i32) -> DataError {
        let keys = || self.figures.keys();
        let years: Vec<String> =
            keys().filter(|(g, n, _)| g == group && n == name).map(|(_, _, year)| year.to_string()).collect();
        let expected = if !years.is_empty() {
            format!("one of the years {}", years.join(", "))
        } else if keys().any(|(g, _, _)| g == group) {
            let names = keys().filter(|(g, _, _)| g == group).map(|(_, n, _)| n.as_str());
            format!("a row of this name in the group{}", nearest(name, names))
        } else {
            format!("a group of this name{}", nearest(group, keys().map(|(g, _, _)| g.as_str())))
        };
        let problem = format!("no figure `{name}` of group `{group}` for {year}");
        DataError { file: self.file.clone(), line: None, column: None, problem, expected }
    }
}

/// Parameters found by name.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterFigures {
    file: String,
    figures: BTreeMap<String, Figure>,
}

impl ParameterFigures {
    pub(super) const COLUMNS: &'static [&'static str] =
        &["name", "value", "unit", "low", "high", "source", "confidence"];

    pub(super) fn read(raw: &RawTable, problems: &mut Problems) -> Self {
        let mut figures = BTreeMap::new();
        for row in raw.rows() {
            let name = row.filled("name", problems);
            if figures.insert(name, Figure::read(row, true, problems)).is_some() {
                row.problem(problems, "name", "parameter occurs twice", "one row a parameter");
            }
        }
        Self { file: raw.file.to_owned(), figures }
    }

    /// The value of a parameter, in the unit that the file states.
    ///
    /// # Errors
    /// If there is no such parameter; the message names the nearest one.
    pub fn get(&self, name: &str) -> Result<f64, DataError> {
        self.figure(name).map(|figure| figure.value)
    }

    /// A parameter with its bounds, unit and source.
    ///
    /// # Errors
    /// If there is no such parameter; the message names the nearest one.
    pub fn figure(&self, name: &str) -> Result<&Figure, DataError> {
        self.figures.get(name).ok_or_else(|| DataError {
            file: self.file.clone(),
            line: None,
            column: None,
            problem: format!("no parameter `{name}`"),
            expected: format!("a row of this name{}", nearest(name, self.figures.keys().map(String::as_str))),
        })
    }

    /// All parameters by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Figure)> {
        self.figures.iter().map(|(name, figure)| (name.as_str(), figure))
    }
}

/// Annual series for validation.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesTable {
    file: String,
    series: BTreeMap<String, BTreeMap<i32, Figure>>,
}

impl SeriesTable {
    pub(super) const COLUMNS: &'static [&'static str] = &["year", "series", "value", "unit", "source", "confidence"];

    pub(super) fn read(raw: &RawTable, problems: &mut Problems) -> Self {
        let mut series: BTreeMap<String, BTreeMap<i32, Figure>> = BTreeMap::new();
        for row in raw.rows() {
            let year = row.year("year", problems);
            let name = row.filled("series", problems);
            let figure = Figure::read(row, false, problems);
            if series.entry(name).or_default().insert(year, figure).is_some() {
                row.problem(problems, "series", "year occurs twice", "one row a series and year");
            }
        }
        Self { file: raw.file.to_owned(), series }
    }

    /// The years of a series with their figures, in order.
    ///
    /// # Errors
    /// If there is no such series; the message names the nearest one.
    pub fn series(&self, name: &str) -> Result<&BTreeMap<i32, Figure>, DataError> {
        self.series.get(name).ok_or_else(|| DataError {
            file: self.file.clone(),
            line: None,
            column: None,
            problem: format!("no series `{name}`"),
            expected: format!("a series of this name{}", nearest(name, self.series.keys().map(String::as_str))),
        })
    }

    /// Names of the series, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.series.keys().map(String::as_str)
    }
}
