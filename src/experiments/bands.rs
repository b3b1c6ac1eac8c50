//! Bands over seeds: what the runs of one configuration say about every column of `series` at every tick.

use std::collections::BTreeMap;

use super::summary::{NAMES, Summary};
use crate::output::{Table, Values};

/// Columns of `series` that say when a row is.
const DATES: [&str; 3] = ["tick", "year", "quarter"];

/// The columns of `series` that are statistics, each with its unit.
#[must_use]
pub fn statistics(series: &Table) -> Vec<(String, String)> {
    let of = |column: &&crate::output::Column| {
        !DATES.contains(&column.name.as_str()) && !matches!(column.values, Values::Text(_))
    };
    series.columns.iter().filter(of).map(|column| (column.name.clone(), column.unit.clone())).collect()
}

/// A column by tick.
#[must_use]
pub fn by_tick(series: &Table, column: &str) -> BTreeMap<i64, f64> {
    let Some(Values::Integer(ticks)) = series.column("tick").map(|column| &column.values) else {
        return BTreeMap::new();
    };
    ticks.iter().copied().zip(series.reals(column).unwrap_or_default()).collect()
}

/// Year and quarter of every tick that any of the tables has.
#[must_use]
pub fn dates<'a>(tables: impl IntoIterator<Item = &'a Table>) -> BTreeMap<i64, (i64, i64)> {
    let mut found = BTreeMap::new();
    for table in tables {
        let column = |name: &str| match table.column(name).map(|column| &column.values) {
            Some(Values::Integer(values)) => values.clone(),
            _ => Vec::new(),
        };
        let dates = column("year").into_iter().zip(column("quarter"));
        found.extend(column("tick").into_iter().zip(dates));
    }
    found
}

/// The long table of bands, one row a tick and column of `series`, from the `series` of every run: `tick`, `year`,
/// `quarter`, `statistic`, `unit`, `n` (runs with a value), `mean`, `p05`, `p25`, `median`, `p75`, `p95`.
#[must_use]
pub fn table(name: &str, series: &[Table]) -> Table {
    let dates = dates(series);
    let mut rows = Rows::default();
    for (statistic, unit) in series.first().map(statistics).unwrap_or_default() {
        let runs: Vec<BTreeMap<i64, f64>> = series.iter().map(|table| by_tick(table, &statistic)).collect();
        for (tick, date) in &dates {
            let values: Vec<f64> = runs.iter().filter_map(|run| run.get(tick).copied()).collect();
            rows.push((*tick, *date), &statistic, &unit, Summary::of(&values));
        }
    }
    rows.table(name)
}

/// Rows of a table of summaries.
#[derive(Debug, Default)]
pub struct Rows {
    dates: [Vec<i64>; 3],
    words: [Vec<String>; 2],
    n: Vec<i64>,
    mean: Vec<f64>,
    quantiles: [Vec<f64>; 5],
}

impl Rows {
    /// Appends one: when, of what, in which unit, what is told.
    pub fn push(&mut self, (tick, (year, quarter)): (i64, (i64, i64)), statistic: &str, unit: &str, summary: Summary) {
        for (column, value) in self.dates.iter_mut().zip([tick, year, quarter]) {
            column.push(value);
        }
        for (column, word) in self.words.iter_mut().zip([statistic, unit]) {
            column.push(word.to_owned());
        }
        self.n.push(summary.n as i64);
        self.mean.push(summary.mean);
        for (column, value) in self.quantiles.iter_mut().zip(summary.quantiles) {
            column.push(value);
        }
    }

    /// The table.
    #[must_use]
    pub fn table(self, name: &str) -> Table {
        const UNIT: &str = "that of the column `unit`";
        let [tick, year, quarter] = self.dates;
        let [statistic, unit] = self.words;
        let table = Table::new(name)
            .with("tick", "quarters", Values::Integer(tick))
            .with("year", "year", Values::Integer(year))
            .with("quarter", "quarter", Values::Integer(quarter))
            .with("statistic", "", Values::Text(statistic))
            .with("unit", "", Values::Text(unit))
            .with("n", "runs", Values::Integer(self.n))
            .with("mean", UNIT, Values::Real(self.mean));
        NAMES.iter().zip(self.quantiles).fold(table, |table, (name, q)| table.with(name, UNIT, Values::Real(q)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_tick_and_column_has_its_band_and_missing_values_are_not_counted() {
        let run = |a: f64, b: f64| {
            Table::new("series")
                .with("tick", "quarters", Values::Integer(vec![0, 1]))
                .with("year", "year", Values::Integer(vec![2023, 2024]))
                .with("quarter", "quarter", Values::Integer(vec![4, 1]))
                .with("share", "1", Values::Real(vec![a, b]))
        };
        let table = table("ensemble", &[run(f64::NAN, 1.0), run(3.0, 2.0)]);
        assert_eq!(table.rows(), 2);
        assert_eq!(table.texts("statistic").unwrap(), ["share", "share"]);
        assert_eq!(table.column("n").unwrap().values, Values::Integer(vec![1, 2]));
        assert_eq!(table.reals("mean").unwrap(), [3.0, 1.5]);
        assert_eq!(table.reals("p25").unwrap(), [3.0, 1.25]);
        assert_eq!(table.column("year").unwrap().values, Values::Integer(vec![2023, 2024]));
    }
}
