//! Measures: a column of a table, or one over another, and what becomes of its path.
//!
//! `"mean 5-20 of series.firm_exit_rate"`, `"peak 1-20 of series.unemployment_rate"`, `"final of tasks.employment[routine_cognitive]
//! over tasks.employment[routine_manual]"`. Years count from the first simulated one; `final` is the last year's mean.

use core::str::FromStr;

use serde::Deserialize;
use xinzhi::experiments::summary::mean;
use xinzhi::output::Table;

/// A measure.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Measure {
    reduction: Reduction,
    column: Column,
    over: Option<Column>,
}

/// What becomes of a path of quarters.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reduction {
    /// Mean over years.
    Mean(usize, usize),
    /// Sum over years.
    Sum(usize, usize),
    /// Standard deviation over the quarters of years.
    Deviation(usize, usize),
    /// Standard deviation of quarterly changes in logs over years: what swings, whatever the trend.
    Volatility(usize, usize),
    /// Largest value in years.
    Peak(usize, usize),
    /// Growth of a year's mean to another's, in logs a year.
    Growth(usize, usize),
    /// Mean over the last year.
    Final,
    /// Years until the path has gone half the way from its first to its last value.
    HalfLife,
}

/// A column, of one key where the table has several rows a tick.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// Table.
    pub table: String,
    /// Column.
    pub name: String,
    /// Value of the table's key column.
    pub key: Option<String>,
}

impl FromStr for Column {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (table, rest) = text.split_once('.').ok_or_else(|| format!("`{text}` is not table.column"))?;
        let (name, key) = match rest.split_once('[') {
            Some((name, key)) => (name, Some(key.strip_suffix(']').ok_or_else(|| format!("`{text}` lacks a ]"))?)),
            None => (rest, None),
        };
        Ok(Self { table: table.to_owned(), name: name.to_owned(), key: key.map(str::to_owned) })
    }
}

fn years(text: &str) -> Result<(usize, usize), String> {
    let (from, to) = text.split_once('-').ok_or_else(|| format!("`{text}` is not years from-to"))?;
    let number = |s: &str| s.parse::<usize>().map_err(|e| format!("`{s}`: {e}"));
    match (number(from)?, number(to)?) {
        (from, to) if from >= 1 && from <= to => Ok((from, to)),
        _ => Err(format!("`{text}` are no years in order from 1")),
    }
}

impl FromStr for Reduction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, span) = text.split_once(' ').unwrap_or((text, ""));
        let of = |make: fn(usize, usize) -> Self| years(span).map(|(from, to)| make(from, to));
        match word {
            "mean" => of(Self::Mean),
            "sum" => of(Self::Sum),
            "deviation" => of(Self::Deviation),
            "volatility" => of(Self::Volatility),
            "peak" => of(Self::Peak),
            "growth" => of(Self::Growth),
            "final" => Ok(Self::Final),
            "half-life" => Ok(Self::HalfLife),
            _ => Err(format!("`{word}` is no reduction")),
        }
    }
}

impl TryFrom<String> for Measure {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (reduction, columns) = words.split_once(" of ").ok_or_else(|| format!("`{text}` has no `of`"))?;
        let (column, over) = match columns.split_once(" over ") {
            Some((column, over)) => (column, Some(over.parse()?)),
            None => (columns, None),
        };
        Ok(Self { reduction: reduction.parse()?, column: column.parse()?, over })
    }
}

impl core::fmt::Display for Column {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let table = if self.table == "series" { String::new() } else { format!("{}.", self.table) };
        write!(f, "{table}{}", self.name)?;
        self.key.as_ref().map_or(Ok(()), |key| write!(f, "[{key}]"))
    }
}

impl core::fmt::Display for Measure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.reduction {
            Reduction::Mean(a, b) => write!(f, "mean of years {a}-{b}: ")?,
            Reduction::Sum(a, b) => write!(f, "sum of years {a}-{b}: ")?,
            Reduction::Deviation(a, b) => write!(f, "standard deviation in years {a}-{b}: ")?,
            Reduction::Volatility(a, b) => write!(f, "standard deviation of quarterly growth in years {a}-{b}: ")?,
            Reduction::Peak(a, b) => write!(f, "peak in years {a}-{b}: ")?,
            Reduction::Growth(a, b) => write!(f, "growth from year {a} to {b}: ")?,
            Reduction::Final => write!(f, "last year: ")?,
            Reduction::HalfLife => write!(f, "years to half the way: ")?,
        }
        write!(f, "`{}`", self.column)?;
        self.over.as_ref().map_or(Ok(()), |over| write!(f, " over `{over}`"))
    }
}

impl Measure {
    /// Columns that it needs.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        core::iter::once(&self.column).chain(&self.over)
    }

    /// Its value, from paths of the columns; not a number if nothing is there.
    ///
    /// # Errors
    /// A column that is missing.
    pub fn value(&self, path_of: impl Fn(&Column) -> Option<Vec<f64>>) -> Result<f64, String> {
        let path = |column: &Column| path_of(column).ok_or_else(|| format!("no column `{column}`"));
        let mut values = path(&self.column)?;
        if let Some(over) = &self.over {
            for (value, other) in values.iter_mut().zip(path(over)?) {
                *value /= other;
            }
        }
        Ok(self.reduction.of(&values))
    }
}

impl Reduction {
    /// Of a path that starts with the opening position.
    fn of(self, path: &[f64]) -> f64 {
        let span = |from: usize, to: usize| -> Vec<f64> {
            let (first, last) = ((4 * from - 3).min(path.len()), (4 * to + 1).min(path.len()));
            path[first..last].iter().copied().filter(|x| x.is_finite()).collect()
        };
        match self {
            Self::Mean(from, to) => mean(&span(from, to)),
            Self::Sum(from, to) => span(from, to).iter().sum(),
            Self::Deviation(from, to) => deviation(&span(from, to)),
            Self::Volatility(from, to) => {
                let growth: Vec<f64> = span(from, to).windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
                deviation(&growth)
            }
            Self::Peak(from, to) => span(from, to).into_iter().fold(f64::NAN, f64::max),
            Self::Growth(from, to) => (mean(&span(to, to)) / mean(&span(from, from))).ln() / (to - from).max(1) as f64,
            Self::Final => mean(&path[path.len().saturating_sub(4)..]),
            Self::HalfLife => {
                let first = path.iter().copied().find(|x| x.is_finite()).unwrap_or(f64::NAN);
                let half = f64::midpoint(first, path.last().copied().unwrap_or(f64::NAN));
                let there = |x: &f64| (half - first) * (x - half) >= 0.0;
                path.iter().position(there).map_or(f64::NAN, |quarter| quarter as f64 / 4.0)
            }
        }
    }
}

/// Standard deviation.
fn deviation(values: &[f64]) -> f64 {
    let middle = mean(values);
    mean(&values.iter().map(|x| (x - middle).powi(2)).collect::<Vec<_>>()).sqrt()
}

/// The path of a column in the tables of a run.
pub fn path(tables: &[Table], column: &Column) -> Option<Vec<f64>> {
    let table = tables.iter().find(|t| t.name == column.table)?;
    let values = table.reals(&column.name)?;
    let Some(key) = &column.key else { return (table.name == "series").then_some(values) };
    let keys = table.columns.iter().find_map(|c| table.texts(&c.name))?;
    let of_key: Vec<f64> = keys.iter().zip(values).filter(|(k, _)| *k == key).map(|(_, v)| v).collect();
    (!of_key.is_empty()).then_some(of_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(text: &str) -> Measure {
        Measure::try_from(text.to_owned()).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn reductions_count_years_from_the_first_simulated_quarter() {
        let path: Vec<f64> = (0..=12).map(f64::from).collect();
        let of = |text: &str| measure(text).value(|_| Some(path.clone())).unwrap();
        assert!((of("mean 1-1 of series.x") - 2.5).abs() < 1e-12);
        assert!((of("sum 2-3 of series.x") - 68.0).abs() < 1e-12);
        assert!((of("peak 1-2 of series.x") - 8.0).abs() < 1e-12);
        assert!((of("final of series.x") - 10.5).abs() < 1e-12);
        assert!((of("half-life of series.x") - 1.5).abs() < 1e-12);
        assert!((of("growth 1-3 of series.x") - (10.5_f64 / 2.5).ln() / 2.0).abs() < 1e-12);
        assert!((of("mean 1-3 of series.x over series.y") - 1.0).abs() < 1e-12);
        assert!((of("volatility 1-1 of series.x over series.y")).abs() < 1e-12);
        assert!((of("deviation 1-1 of series.x") - 1.25_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        for text in ["mean of series.x", "mean 3-1 of series.x", "mode 1-2 of series.x", "mean 1-2 of x", "mean 1-2"] {
            assert!(Measure::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
