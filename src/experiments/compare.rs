//! Differences between configurations on the same seeds.
//!
//! A draw is a function of seed, tick, stream and agent, so that two configurations share every draw that their difference
//! does not touch (common random numbers): the difference of two runs of one seed varies far less than the runs do.

use std::collections::{BTreeMap, BTreeSet};

use super::bands::{self, Rows, by_tick, dates, statistics};
use super::summary::{Summary, bootstrap_interval, finite, mean};
use crate::output::{Table, Values};

/// Ticks of a year.
const YEAR: i64 = 4;
/// Years of a window unless somebody says otherwise.
const DECADE: u64 = 10;

/// `series` of every seed of one configuration.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// What it is called.
    pub label: String,
    /// `series` by seed.
    pub runs: BTreeMap<u64, Table>,
}

impl Side {
    /// The seeds that both have.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Vec<u64> {
        self.runs.keys().filter(|seed| other.runs.contains_key(seed)).copied().collect()
    }

    /// The seeds that only this one has.
    #[must_use]
    pub fn alone(&self, other: &Self) -> Vec<u64> {
        self.runs.keys().filter(|seed| !other.runs.contains_key(seed)).copied().collect()
    }

    /// The last tick that every run has.
    #[must_use]
    pub fn last_tick(&self) -> i64 {
        let last = |table: &Table| match table.column("tick").map(|column| &column.values) {
            Some(Values::Integer(ticks)) => ticks.iter().copied().max().unwrap_or(0),
            _ => 0,
        };
        self.runs.values().map(last).min().unwrap_or(0)
    }
}

/// Years over which a column is averaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// As a table heads it: `1-10`.
    pub label: String,
    /// First tick. \[quarters\]
    pub first: i64,
    /// Last tick. \[quarters\]
    pub last: i64,
}

impl Window {
    /// Years `first` to `last`, the first year of the run being 1.
    #[must_use]
    pub fn years(first: u64, last: u64) -> Self {
        let label = if first == last { first.to_string() } else { format!("{first}-{last}") };
        Self { label, first: YEAR * (first.max(1) - 1) as i64 + 1, last: YEAR * last as i64 }
    }

    /// Decades and the whole of so many years; one window if that is no more than a decade.
    #[must_use]
    pub fn decades(years: u64) -> Vec<Self> {
        let mut windows = Vec::new();
        let mut first = 1;
        while years > DECADE && first <= years {
            let last = (first + DECADE - 1).min(years);
            windows.push(Self::years(first, last));
            first = last + 1;
        }
        windows.push(Self::years(1, years));
        windows
    }
}

/// What a configuration does to a column in a window, against the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Column of `series`.
    pub statistic: String,
    /// Its unit.
    pub unit: String,
    /// Years.
    pub window: Window,
    /// Seeds that have a value on both sides.
    pub n: usize,
    /// Mean over seeds of the baseline's mean over the window.
    pub baseline: f64,
    /// Mean over seeds of the difference of means over the window.
    pub difference: f64,
    /// Bootstrap interval of 95 % of that.
    pub interval: (f64, f64),
    /// Seeds in which the difference is positive, negative, zero.
    pub signs: [usize; 3],
}

impl Difference {
    /// Whether the interval leaves out zero.
    #[must_use]
    pub fn is_told_from_zero(&self) -> bool {
        self.interval.0 > 0.0 || self.interval.1 < 0.0
    }
}

/// The differences of a side to the baseline, for these columns (all if none is named) and windows, on the seeds that
/// both have.
#[must_use]
pub fn differences(baseline: &Side, side: &Side, columns: &[String], windows: &[Window]) -> Vec<Difference> {
    let seeds = baseline.shared(side);
    let Some(first) = baseline.runs.values().next() else { return Vec::new() };
    let wanted = |name: &String| columns.is_empty() || columns.contains(name);
    let mut found = Vec::new();
    for (statistic, unit) in statistics(first).into_iter().filter(|(name, _)| wanted(name)) {
        let pairs: Vec<[BTreeMap<i64, f64>; 2]> =
            seeds.iter().map(|seed| [baseline, side].map(|s| by_tick(&s.runs[seed], &statistic))).collect();
        for window in windows {
            found.push(difference(&statistic, &unit, window, &pairs));
        }
    }
    found
}

fn difference(statistic: &str, unit: &str, window: &Window, pairs: &[[BTreeMap<i64, f64>; 2]]) -> Difference {
    let (mut levels, mut changes) = (Vec::new(), Vec::new());
    for [before, after] in pairs {
        // A tick counts where both have a value.
        let both = before.range(window.first..=window.last).filter_map(|(tick, a)| {
            let b = after.get(tick)?;
            (a.is_finite() && b.is_finite()).then_some((*a, b - a))
        });
        let (level, change): (Vec<f64>, Vec<f64>) = both.unzip();
        if !level.is_empty() {
            levels.push(mean(&level));
            changes.push(mean(&change));
        }
    }
    let count = |sign: fn(f64) -> bool| changes.iter().filter(|change| sign(**change)).count();
    Difference {
        statistic: statistic.to_owned(),
        unit: unit.to_owned(),
        window: window.clone(),
        n: changes.len(),
        baseline: mean(&levels),
        difference: mean(&changes),
        interval: bootstrap_interval(&changes),
        signs: [count(|c| c > 0.0), count(|c| c < 0.0), count(|c| c == 0.0)],
    }
}

/// The long table of differences: `comparison`, `statistic`, `unit`, `years`, `n`, `baseline`, `difference`, `low`, `high`,
/// `positive`, `negative`, `zero`.
#[must_use]
pub fn table(name: &str, comparisons: &[(String, Vec<Difference>)]) -> Table {
    const UNIT: &str = "that of the column `unit`";
    let rows: Vec<(&String, &Difference)> =
        comparisons.iter().flat_map(|(label, rows)| rows.iter().map(move |row| (label, row))).collect();
    let text = |of: fn(&(&String, &Difference)) -> String| Values::Text(rows.iter().map(of).collect());
    let real = |of: fn(&Difference) -> f64| Values::Real(rows.iter().map(|(_, row)| of(row)).collect());
    let whole = |of: fn(&Difference) -> usize| Values::Integer(rows.iter().map(|(_, row)| of(row) as i64).collect());
    Table::new(name)
        .with("comparison", "", text(|row| row.0.clone()))
        .with("statistic", "", text(|row| row.1.statistic.clone()))
        .with("unit", "", text(|row| row.1.unit.clone()))
        .with("years", "years of the run", text(|row| row.1.window.label.clone()))
        .with("n", "seeds", whole(|row| row.n))
        .with("baseline", UNIT, real(|row| row.baseline))
        .with("difference", UNIT, real(|row| row.difference))
        .with("low", UNIT, real(|row| row.interval.0))
        .with("high", UNIT, real(|row| row.interval.1))
        .with("positive", "seeds", whole(|row| row.signs[0]))
        .with("negative", "seeds", whole(|row| row.signs[1]))
        .with("zero", "seeds", whole(|row| row.signs[2]))
}

/// The difference of a column at every tick, over seeds.
#[must_use]
pub fn path(baseline: &Side, side: &Side, statistic: &str) -> BTreeMap<i64, Summary> {
    let pairs: Vec<[BTreeMap<i64, f64>; 2]> =
        baseline.shared(side).iter().map(|seed| [baseline, side].map(|s| by_tick(&s.runs[seed], statistic))).collect();
    let ticks: BTreeSet<i64> = pairs.iter().flat_map(|[before, _]| before.keys().copied()).collect();
    let at = |tick: i64| {
        let change = |[before, after]: &[BTreeMap<i64, f64>; 2]| Some(after.get(&tick)? - before.get(&tick)?);
        Summary::of(&finite(&pairs.iter().filter_map(change).collect::<Vec<f64>>()))
    };
    ticks.into_iter().map(|tick| (tick, at(tick))).collect()
}

/// The long table of the paths of all columns, in the form of [`bands::table`].
#[must_use]
pub fn paths(name: &str, baseline: &Side, side: &Side) -> Table {
    let dates = dates(baseline.runs.values());
    let mut rows = Rows::default();
    for (statistic, unit) in baseline.runs.values().next().map(bands::statistics).unwrap_or_default() {
        for (tick, summary) in path(baseline, side, &statistic) {
            rows.push((tick, dates[&tick]), &statistic, &unit, summary);
        }
    }
    rows.table(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two years; `share` is the seed in every quarter, plus `extra` in the second year.
    fn side(label: &str, seeds: &[u64], extra: f64) -> Side {
        let table = |seed: u64| {
            let ticks: Vec<i64> = (0..=8).collect();
            let share = |tick: &i64| seed as f64 + if *tick > 4 { extra * seed as f64 } else { 0.0 };
            Table::new("series")
                .with("year", "year", Values::Integer(ticks.iter().map(|t| 2023 + (t + 3) / 4).collect()))
                .with("quarter", "quarter", Values::Integer(ticks.iter().map(|t| (t + 3) % 4 + 1).collect()))
                .with("share", "1", Values::Real(ticks.iter().map(share).collect()))
                .with("none", "1", Values::Real(vec![f64::NAN; ticks.len()]))
                .with("tick", "quarters", Values::Integer(ticks))
        };
        Side { label: label.into(), runs: seeds.iter().map(|seed| (*seed, table(*seed))).collect() }
    }

    #[test]
    fn windows_are_decades_and_the_whole() {
        let labels = |years| Window::decades(years).into_iter().map(|w| w.label).collect::<Vec<_>>();
        assert_eq!(labels(40), ["1-10", "11-20", "21-30", "31-40", "1-40"]);
        assert_eq!(labels(25), ["1-10", "11-20", "21-25", "1-25"]);
        assert_eq!(labels(2), ["1-2"]);
        assert_eq!((Window::years(11, 20).first, Window::years(11, 20).last), (41, 80));
    }

    #[test]
    fn differences_are_of_the_seeds_that_both_have_and_only_of_those() {
        let (before, after) = (side("a", &[1, 2, 3, 9], 0.0), side("b", &[1, 2, 3, 4], 0.5));
        assert_eq!(
            (before.shared(&after), before.alone(&after), after.alone(&before)),
            (vec![1, 2, 3], vec![9], vec![4])
        );
        let windows = [Window::years(1, 1), Window::years(2, 2), Window::years(1, 2)];
        let found = differences(&before, &after, &["share".into()], &windows);
        assert_eq!(found.len(), 3);
        assert_eq!((found[0].difference, found[0].interval, found[0].signs), (0.0, (0.0, 0.0), [0, 0, 3]));
        assert_eq!((found[1].n, found[1].baseline, found[1].difference, found[1].signs), (3, 2.0, 1.0, [3, 0, 0]));
        assert!(found[1].is_told_from_zero() && !found[0].is_told_from_zero());
        assert!(0.5 <= found[1].interval.0 && found[1].interval.1 <= 1.5);
        assert_eq!(found[2].difference, 0.5);
        let none = &differences(&before, &after, &["none".into()], &windows)[0];
        assert!(none.n == 0 && none.difference.is_nan());
        let at = path(&before, &after, "share");
        assert_eq!((at[&4].quantiles[2], at[&5].quantiles[2], at[&5].n), (0.0, 1.0, 3));
        assert_eq!(table("compare", &[("b".into(), found)]).rows(), 3);
        assert_eq!(paths("differences", &before, &after).rows(), 18);
    }

    #[test]
    fn a_side_against_itself_is_exactly_zero() {
        let one = side("a", &[3, 5], 0.7);
        for row in differences(&one, &one, &["share".into()], &Window::decades(2)) {
            assert_eq!((row.difference, row.interval, row.signs), (0.0, (0.0, 0.0), [0, 0, 2]));
        }
    }
}
