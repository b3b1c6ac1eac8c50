//! `[sweep.outcomes]`: what is kept of every run.

use serde::{Deserialize, Serialize};
use toml::de::DeValue;

use super::reading::Entries;
use crate::engine::configuration::{Sheet, nearest};
use crate::engine::parameters::Value;
use crate::engine::settings::parse_quarter;
use crate::statistics::{StatisticDoc, dictionary};

/// What is kept where nothing is asked for: the questions of the model, one or two columns each.
const DEFAULT: [&str; 20] = [
    "gdp_real_cny2023",
    "gdp_growth_yoy",
    "cpi_inflation_yoy",
    "unemployment_rate",
    "mean_wage_cny",
    "wage_share",
    "labour_productivity_index",
    "tfp_growth_yoy",
    "ai_adopter_share_firms",
    "ai_depth",
    "upgrade_index",
    "capacity_utilisation",
    "credit_to_gdp",
    "npl_ratio",
    "bank_capital_ratio",
    "local_debt_cny",
    "land_revenue_share",
    "house_price_index",
    "gini_income",
    "gini_wealth",
];

/// Columns of `series` that are no outcomes.
const CALENDAR: [&str; 3] = ["tick", "year", "quarter"];

/// How rows are made of quarters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// A row a quarter, the opening position among them.
    Tick,
    /// A row a year: means of its four quarters.
    Year,
    /// A row a window of years: means of its quarters.
    Window,
}

/// Years whose mean is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First year.
    pub from: i64,
    /// Last year.
    pub to: i64,
}

/// What is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Columns of `series`.
    pub columns: Vec<String>,
    /// How often.
    pub every: Every,
    /// Windows, if they are asked for.
    pub windows: Vec<Window>,
    /// Quarter of the first tick: year and quarter of the year.
    pub start: (i64, i64),
    /// Ticks of a run. \[quarters\]
    pub ticks: u32,
}

/// Columns of `series` that can be outcomes.
pub(crate) fn candidates() -> Vec<StatisticDoc> {
    dictionary().into_iter().filter(|doc| doc.table == "series" && !CALENDAR.contains(&doc.name)).collect()
}

impl Outcomes {
    /// Reads them, after `years` and `[sweep.set]`.
    pub(super) fn read(sheet: &mut Sheet<'_>, entries: &Entries<'_>) -> Self {
        let ticks = match sheet.current("run", "years") {
            Some(Value::Integer(years)) => u32::try_from(years * 4).unwrap_or(4),
            _ => 4,
        };
        let start = match sheet.current("run", "start") {
            Some(Value::Text(start)) => parse_quarter(start).unwrap_or((2024, 1)),
            _ => (2024, 1),
        };
        let columns = DEFAULT.iter().map(|name| (*name).to_owned()).collect();
        let mut outcomes = Self { columns, every: Every::Year, windows: Vec::new(), start, ticks };
        let Some((_, value)) = entries.get("outcomes") else { return outcomes };
        let Some(table) = value.get_ref().as_table() else {
            let message = "`outcomes` is a table".to_owned();
            sheet.mistake(&value.span(), Some("outcomes"), message, "write [sweep.outcomes] on a line".into());
            return outcomes;
        };
        let keys = Entries::read(sheet, "sweep.outcomes", table, &["columns", "every", "windows"]);
        outcomes.read_columns(sheet, &keys);
        outcomes.read_windows(sheet, &keys);
        let every = keys.word(sheet, "every", &["tick", "year", "window"]);
        outcomes.every = match (every.as_deref(), outcomes.windows.is_empty()) {
            (Some("tick"), _) => Every::Tick,
            (Some("window"), _) | (None, false) => Every::Window,
            _ => Every::Year,
        };
        if let (Some((span, _)), true, true) =
            (keys.get("every"), outcomes.every == Every::Window, keys.get("windows").is_none())
        {
            let hint = "write windows = [\"2030-2034\"]".to_owned();
            sheet.mistake(&span, Some("every"), "there are no windows".into(), hint);
        }
        outcomes
    }

    fn read_columns(&mut self, sheet: &mut Sheet<'_>, keys: &Entries<'_>) {
        let Some(words) = keys.words(sheet, "columns") else { return };
        let known = candidates();
        self.columns.clear();
        for (word, span) in words {
            if !known.iter().any(|doc| doc.name == word) {
                let hint = nearest(&word, known.iter().map(|doc| doc.name)).map_or_else(
                    || "docs/statistics.md lists the columns of `series`".to_owned(),
                    |near| format!("did you mean \"{near}\"?"),
                );
                let message = format!("no column of `series` that could be kept: \"{}\"", Sheet::shown(&word));
                sheet.mistake(&span, Some(&word), message, hint);
            } else if self.columns.contains(&word) {
                sheet.mistake(&span, Some(&word), format!("\"{word}\" occurs twice"), "keep one".into());
            } else {
                self.columns.push(word);
            }
        }
    }

    fn read_windows(&mut self, sheet: &mut Sheet<'_>, keys: &Entries<'_>) {
        let Some((_, value)) = keys.get("windows") else { return };
        let (first, last) = (self.start.0, self.years().last().copied().unwrap_or(self.start.0));
        let given = value.get_ref().as_array().map(|list| list.iter().collect::<Vec<_>>()).unwrap_or_default();
        if given.is_empty() {
            let hint = "write windows = [\"2030-2034\"]".to_owned();
            sheet.mistake(&value.span(), Some("windows"), "`windows` must be a list of years".into(), hint);
        }
        for entry in given {
            let window = match entry.get_ref() {
                DeValue::String(text) => window(text),
                _ => None,
            };
            match window {
                Some(window) if first <= window.from && window.from <= window.to && window.to <= last => {
                    self.windows.push(window);
                }
                _ => {
                    let message = format!("a window must lie within the run, {first} to {last}");
                    let hint = format!("write \"{first}-{}\"", (first + 4).min(last));
                    sheet.mistake(&entry.span(), Some("windows"), message, hint);
                }
            }
        }
    }

    /// Calendar years of the run; a run that starts within a year counts from then on.
    #[must_use]
    pub fn years(&self) -> Vec<i64> {
        let mut years: Vec<i64> = (1..=self.ticks).map(|tick| self.year(tick)).collect();
        years.dedup();
        years
    }

    /// Calendar year and quarter of a tick; tick 0 is the quarter before the start.
    #[must_use]
    pub const fn date(&self, tick: u32) -> (i64, i64) {
        let quarters = self.start.1 - 1 + tick as i64 - 1;
        (self.start.0 + quarters.div_euclid(4), quarters.rem_euclid(4) + 1)
    }

    /// Calendar year of a tick.
    #[must_use]
    pub const fn year(&self, tick: u32) -> i64 {
        self.date(tick).0
    }

    /// Rows of every run.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self.every {
            Every::Tick => self.ticks as usize + 1,
            Every::Year => self.years().len(),
            Every::Window => self.windows.len(),
        }
    }
}

/// `"2030-2034"`, or one year.
fn window(text: &str) -> Option<Window> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    Some(Window { from: from.trim().parse().ok()?, to: to.trim().parse().ok()? })
}
