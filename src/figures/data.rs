//! What figures are drawn from: the run's tables, read on the quarters of `series`.

use std::collections::BTreeMap;

use super::kit::{Format, Mark, Words};
use crate::output::{Table, Values};

/// Why a figure cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A table is absent.
    #[error("the run has no table `{0}`")]
    NoTable(String),
    /// A column is absent.
    #[error("table `{table}` has no column `{column}`")]
    NoColumn {
        /// Table that was read.
        table: String,
        /// Column that is not there.
        column: String,
    },
    /// A column holds something else.
    #[error("column `{column}` of table `{table}` is not {expected}")]
    WrongType {
        /// Table that was read.
        table: String,
        /// Column of the wrong type.
        column: String,
        /// What it should hold.
        expected: &'static str,
    },
    /// There is no row.
    #[error("table `{0}` has no rows")]
    Empty(String),
    /// Runs that do not have the same panels cannot share a figure.
    #[error("the runs differ in what this figure shows: {0}")]
    Different(String),
    /// plotters failed.
    #[error("drawing failed: {0}")]
    Drawing(String),
    /// The encoder of PNG or PDF failed.
    #[error("writing the file failed: {0}")]
    Encoding(String),
}

/// The tables of one run. A figure fails if a table that it uses is absent. What has no value at a tick (a growth rate
/// in the first year, a flow in the opening position) is `NaN` there and leaves a gap.
#[derive(Clone, Debug, Default)]
pub struct FigureData {
    /// National series, one row a tick.
    pub series: Option<Table>,
    /// One row a tick and sector.
    pub sectors: Option<Table>,
    /// One row a tick and region.
    pub regions: Option<Table>,
    /// One row a tick and task class.
    pub tasks: Option<Table>,
    /// One row a tick and class of banks.
    pub banks: Option<Table>,
    /// Distributions of firms and workers, one row a tick and class.
    pub classes: Vec<Table>,
    /// Dated policies and shocks of the run.
    pub marks: Vec<Mark>,
}

/// Time of every plotted row.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Tick.
    pub tick: Vec<f64>,
    /// Calendar year.
    pub year: Vec<f64>,
    /// Quarter, 1 to 4.
    pub quarter: Vec<f64>,
    /// Middle of the quarter \[years\], or the place on another axis.
    pub time: Vec<f64>,
    /// What lies on the horizontal axis if it is not time.
    pub axis: Option<Axis>,
}

/// A horizontal axis that is not time.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Column in the table of plotted numbers.
    pub name: &'static str,
    /// What lies on it, with its unit.
    pub label: Words,
    /// How its numbers are written.
    pub format: Format,
}

impl Clock {
    /// Places on an axis that is not time.
    #[must_use]
    pub const fn on(axis: Axis, places: Vec<f64>) -> Self {
        Self { tick: Vec::new(), year: Vec::new(), quarter: Vec::new(), time: places, axis: Some(axis) }
    }

    /// First and last place of the horizontal axis.
    #[must_use]
    pub fn span(&self) -> (f64, f64) {
        let first = self.time.iter().copied().fold(f64::INFINITY, f64::min);
        let last = self.time.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if self.axis.is_some() {
            let edge = (0.02 * (last - first)).max(1e-6);
            return (first - edge, last + edge);
        }
        (first - 0.125, last + 0.125)
    }
}

impl FigureData {
    /// The quarters of `series`.
    ///
    /// # Errors
    /// If `series` or one of `tick`, `year` and `quarter` is absent, or there is no row.
    pub fn clock(&self) -> Result<Clock, Problem> {
        let (tick, year, quarter) = (self.series("tick")?, self.series("year")?, self.series("quarter")?);
        if tick.is_empty() {
            return Err(Problem::Empty("series".to_owned()));
        }
        let time = year.iter().zip(&quarter).map(|(y, q)| y + (2.0 * q - 1.0) / 8.0).collect();
        Ok(Clock { tick, year, quarter, time, axis: None })
    }

    /// A column of `series`.
    ///
    /// # Errors
    /// If the table or the column is absent or not numeric.
    pub fn series(&self, column: &str) -> Result<Vec<f64>, Problem> {
        numbers(self.table("series")?, column)
    }

    /// A column of a table with a key (`sectors`, …), one series on the quarters of `series` for every key, in the
    /// order in which keys first appear; quarters without a row are `NaN`.
    ///
    /// # Errors
    /// If a table or a column is absent or of the wrong type.
    pub fn by_key(&self, table: &str, key: &str, column: &str) -> Result<Vec<(String, Vec<f64>)>, Problem> {
        let found = self.table(table)?;
        let ticks = numbers(found, "tick")?;
        let keys = match found.column(key) {
            None => return Err(Problem::NoColumn { table: table.to_owned(), column: key.to_owned() }),
            Some(_) => found.texts(key).ok_or_else(|| wrong(table, key, "text"))?,
        };
        let values = numbers(found, column)?;
        let rows: BTreeMap<u64, usize> =
            self.series("tick")?.iter().enumerate().map(|(row, tick)| (tick.to_bits(), row)).collect();
        let mut groups: Vec<(String, Vec<f64>)> = Vec::new();
        for ((tick, name), value) in ticks.iter().zip(keys).zip(values) {
            let at = groups.iter().position(|(k, _)| k == name).unwrap_or_else(|| {
                groups.push((name.clone(), vec![f64::NAN; rows.len()]));
                groups.len() - 1
            });
            if let Some(row) = rows.get(&tick.to_bits()) {
                groups[at].1[*row] = value;
            }
        }
        if groups.is_empty() { Err(Problem::Empty(table.to_owned())) } else { Ok(groups) }
    }

    fn table(&self, name: &str) -> Result<&Table, Problem> {
        match name {
            "series" => self.series.as_ref(),
            "sectors" => self.sectors.as_ref(),
            "regions" => self.regions.as_ref(),
            "tasks" => self.tasks.as_ref(),
            "banks" => self.banks.as_ref(),
            _ => self.classes.iter().find(|table| table.name == name),
        }
        .ok_or_else(|| Problem::NoTable(name.to_owned()))
    }
}

/// A numeric column; exact money is given in yuan.
fn numbers(table: &Table, column: &str) -> Result<Vec<f64>, Problem> {
    if table.column(column).is_none() {
        return Err(Problem::NoColumn { table: table.name.clone(), column: column.to_owned() });
    }
    let values = table.reals(column).ok_or_else(|| wrong(&table.name, column, "numeric"))?;
    let money = table.column(column).is_some_and(|c| matches!(c.values, Values::Fen(_)));
    Ok(if money { values.iter().map(|fen| fen / 100.0).collect() } else { values })
}

fn wrong(table: &str, column: &str, expected: &'static str) -> Problem {
    Problem::WrongType { table: table.to_owned(), column: column.to_owned(), expected }
}

/// Values without that of the opening position, where a flow is what the opening planned and not what happened.
#[must_use]
pub fn after_opening(clock: &Clock, values: &[f64]) -> Vec<f64> {
    clock.tick.iter().zip(values).map(|(tick, value)| if *tick > 0.0 { *value } else { f64::NAN }).collect()
}

/// Mean of a quarter and the three before it; `NaN` until there are four.
#[must_use]
pub fn four_quarter_mean(values: &[f64]) -> Vec<f64> {
    (0..values.len()).map(|i| if i < 3 { f64::NAN } else { values[i - 3..=i].iter().sum::<f64>() / 4.0 }).collect()
}

/// Values over their mean in the first four quarters that have one, times 100.
#[must_use]
pub fn index_of_first_year(values: &[f64]) -> Vec<f64> {
    let first: Vec<f64> = values.iter().copied().filter(|v| v.is_finite() && *v != 0.0).take(4).collect();
    #[allow(clippy::cast_precision_loss, reason = "at most four")]
    let base = first.iter().sum::<f64>() / first.len() as f64;
    values.iter().map(|v| if *v == 0.0 { f64::NAN } else { 100.0 * v / base }).collect()
}

/// Yuan a quarter as trillions of yuan over a quarter and the three before it.
#[must_use]
pub fn trillions_a_year(values: &[f64]) -> Vec<f64> {
    four_quarter_mean(values).iter().map(|v| 4.0 * v / 1e12).collect()
}

/// Yuan as trillions of yuan.
#[must_use]
pub fn trillions(values: &[f64]) -> Vec<f64> {
    values.iter().map(|v| v / 1e12).collect()
}
