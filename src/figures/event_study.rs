//! Differences between configurations by quarter: the event study of a comparison on the same seeds.

use std::collections::BTreeMap;

use super::data::{Clock, Problem};
use super::ensembles::bands;
use super::groups::slug;
use super::kit::{Format, Layer, Mark, Page, Panel, Shape, Width, Words, words};
use super::{Figure, FigureError, RenderOptions, Rendered, output};
use crate::experiments::summary::Summary;

/// The figure; it is drawn from a comparison, not from a run.
const FIGURE: Figure = Figure {
    id: "event_study",
    title: words("Differences from the baseline", "与基准的差异"),
    caption: words(
        "Difference of each seed's run from the baseline's run of the same seed, by quarter.",
        "各随机种子下与同一种子基准模拟之差，按季度。",
    ),
    statistics: &[],
    draw: |_| Err(Problem::NoTable("differences".to_owned())),
};

/// Columns that a comparison shows unless others are named, with their names.
pub const COLUMNS: [(&str, Words); 12] = [
    ("gdp_growth_yoy", words("GDP growth", "国内生产总值增长")),
    ("gdp_real_cny2023", words("Real GDP", "实际国内生产总值")),
    ("unemployment_rate", words("Unemployment rate", "失业率")),
    ("cpi_inflation_yoy", words("Consumer price inflation", "消费价格通胀")),
    ("wage_share", words("Wage share", "劳动者报酬份额")),
    ("gini_income", words("Gini coefficient of income", "收入基尼系数")),
    ("ai_adopter_share_firms", words("AI adopters", "采用人工智能的企业")),
    ("emerging_share_value_added", words("Emerging sectors", "新兴产业")),
    ("credit_to_gdp", words("Credit to GDP", "信贷与国内生产总值之比")),
    ("npl_ratio", words("Non-performing loans", "不良贷款率")),
    ("bank_capital_ratio", words("Capital ratio of banks", "银行资本充足率")),
    ("local_debt_to_gdp", words("Local debt to GDP", "地方债务与国内生产总值之比")),
];

/// Name of a column as figures and tables of comparisons write it.
#[must_use]
pub fn name_of(column: &str) -> Words {
    COLUMNS.iter().find(|(key, _)| *key == column).map_or_else(|| Words::same(column), |(_, name)| name.clone())
}

/// Whether a unit is a share or a rate, which differ by percentage points.
#[must_use]
pub fn is_share(unit: &str) -> bool {
    unit == "1" || unit.starts_with("1 per")
}

/// One configuration against the baseline.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What it is called.
    pub label: String,
    /// Difference at every tick, a column each.
    pub paths: Vec<BTreeMap<i64, Summary>>,
}

/// Draws the paths of some columns (name and unit) on the dates of the baseline (year and quarter by tick).
///
/// # Errors
/// If drawing fails.
pub fn render_event_study(
    columns: &[(String, String)],
    dates: &BTreeMap<i64, (i64, i64)>,
    comparisons: &[Comparison],
    marks: Vec<Mark>,
    options: &RenderOptions,
) -> Result<Rendered, FigureError> {
    let clock = Clock {
        tick: dates.keys().map(|tick| *tick as f64).collect(),
        year: dates.values().map(|(year, _)| *year as f64).collect(),
        quarter: dates.values().map(|(_, quarter)| *quarter as f64).collect(),
        time: dates.values().map(|(year, quarter)| *year as f64 + (2.0 * *quarter as f64 - 1.0) / 8.0).collect(),
    };
    let ticks: Vec<i64> = dates.keys().copied().collect();
    let panels = (0..columns.len()).map(|number| panel(&columns[number], number, &ticks, comparisons)).collect();
    let mut page = Page::new(clock, Width::Double, columns.len().min(3), 88.0, panels);
    page.one_legend = true;
    page.marks = marks;
    page.note = Some(note(comparisons));
    output::render(&FIGURE, page, *options).map_err(|problem| FigureError { figure: FIGURE.id, problem })
}

fn panel((column, unit): &(String, String), number: usize, ticks: &[i64], comparisons: &[Comparison]) -> Panel {
    let (format, unit, divisor) = if is_share(unit) {
        (Format::Percent, words("percentage points", "百分点"), 1.0)
    } else if unit.starts_with("CNY") {
        let unit = Words { en: format!("trillion {unit}").into(), zh: "万亿元".into() };
        (Format::Number, unit, 1e12)
    } else {
        (Format::Number, Words::same(unit), 1.0)
    };
    let mut panel = Panel::new(name_of(column), unit, format).with_zero();
    for comparison in comparisons {
        let at = |tick: &i64| comparison.paths[number].get(tick).map_or([f64::NAN; 5], |summary| summary.quantiles);
        let quantiles: Vec<[f64; 5]> = ticks.iter().map(|tick| at(tick).map(|value| value / divisor)).collect();
        let name = match comparisons {
            [_] => column.clone(),
            _ => format!("{column}__{}", slug(&comparison.label)),
        };
        panel.layers.push(Layer {
            name,
            label: Words::same(&comparison.label),
            values: quantiles.iter().map(|q| q[2]).collect(),
            shape: Shape::Line,
            bands: bands(&quantiles, pairs(comparison), comparisons.len()),
        });
    }
    panel
}

/// Pairs behind a comparison.
fn pairs(comparison: &Comparison) -> usize {
    comparison.paths.iter().flat_map(BTreeMap::values).map(|summary| summary.n).max().unwrap_or(0)
}

fn note(comparisons: &[Comparison]) -> Words {
    let counts = comparisons.iter().map(pairs);
    let (least, most) = (counts.clone().min().unwrap_or(0), counts.max().unwrap_or(0));
    let count = if least == most { most.to_string() } else { format!("{least}–{most}") };
    let shown = bands(&[[0.0; 5]], most, comparisons.len()).len();
    let (en, zh) = match shown {
        0 => ("", ""),
        1 => (" Bands: 50 % of the differences.", "阴影：差异的50%区间。"),
        _ => (" Bands: 50 % and 90 % of the differences.", "阴影：差异的50%与90%区间。"),
    };
    Words {
        en: format!("Median difference of {count} seeds, each paired with the baseline.{en}").into(),
        zh: format!("{count}个随机种子与基准之差的中位数。{zh}").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Formats;
    use crate::figures::kit::{Language, covers};

    #[test]
    fn paths_become_panels_with_bands_and_their_numbers() {
        let dates: BTreeMap<i64, (i64, i64)> = (0..8).map(|t| (t, (2023 + (t + 3) / 4, (t + 3) % 4 + 1))).collect();
        let path =
            |by: f64| dates.keys().map(|t| (*t, Summary::of(&[0.0, by * *t as f64]))).collect::<BTreeMap<_, _>>();
        let columns = [("npl_ratio".to_owned(), "1".to_owned()), ("arrears_cny".to_owned(), "CNY".to_owned())];
        let of = |label: &str| Comparison { label: label.into(), paths: vec![path(0.01), path(1e12)] };
        for language in [Language::English, Language::Chinese] {
            let options = RenderOptions {
                language,
                formats: Formats { svg: true, png: false, pdf: true },
                ..RenderOptions::default()
            };
            let one = render_event_study(&columns, &dates, &[of("b")], Vec::new(), &options).unwrap();
            assert_eq!(one.csv.reals("npl_ratio").unwrap()[4], 0.02);
            assert_eq!(one.csv.reals("arrears_cny_p75").unwrap()[4], 3.0);
            let two = render_event_study(&columns, &dates, &[of("b"), of("c d")], Vec::new(), &options).unwrap();
            assert_eq!(two.csv.reals("npl_ratio__c_d").unwrap()[4], 0.02);
        }
        let covered = |words: &Words| {
            words.en.chars().all(|c| covers(c, Language::English))
                && words.zh.chars().all(|c| covers(c, Language::Chinese))
        };
        let note = note(&[of("b")]);
        assert!(note.en.starts_with("Median difference of 2 seeds"));
        for words in COLUMNS.iter().map(|(_, name)| name).chain([&note, &FIGURE.title]) {
            assert!(covered(words), "{words:?}");
        }
    }
}
