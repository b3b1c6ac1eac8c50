//! All figures from made-up tables.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "made-up numbers are small and the plotted ones are the same bits"
)]

use super::*;
use crate::output::{Table, Values};

const ROWS: usize = 109;
const SECTORS: usize = 13;
const TASKS: [&str; 4] = ["routine_manual", "nonroutine_manual", "routine_cognitive", "nonroutine_cognitive"];

/// A repeatable wobble between minus one and one.
fn wobble(row: usize, seed: usize) -> f64 {
    let x = (row * 7919 + seed * 104_729 + row * row * 31) % 1009;
    x as f64 / 504.5 - 1.0
}

fn rise(row: usize, middle: f64) -> f64 {
    1.0 / (1.0 + (-(row as f64 - middle) / 9.0).exp())
}

fn column(f: impl Fn(usize) -> f64) -> Values {
    Values::Real((0..ROWS).map(f).collect())
}

/// Not a number in the first year.
fn yearly(f: impl Fn(usize) -> f64) -> Values {
    column(|i| if i < 4 { f64::NAN } else { f(i) })
}

fn series() -> Table {
    let n = |i: usize| i as f64;
    let shock = |i: usize| (-(n(i) - 48.0) * (n(i) - 48.0) / 90.0).exp();
    Table::new("series")
        .with("tick", "quarters", Values::Integer((0..ROWS as i64).collect()))
        .with("year", "year", Values::Integer((0..ROWS as i64).map(|i| 2023 + (i + 3) / 4 - 1).collect()))
        .with("quarter", "quarter", Values::Integer((0..ROWS as i64).map(|i| (i + 3) % 4 + 1).collect()))
        .with("gdp_growth_yoy", "1", yearly(|i| 0.05 - 0.0002 * n(i) - 0.04 * shock(i) + 0.012 * wobble(i, 1)))
        .with("gdp_real_cny2023", "CNY", column(|i| 3.1e13 * (0.0105 * n(i)).exp() * (1.0 + 0.01 * wobble(i, 2))))
        .with("unemployment_rate", "1", column(|i| 0.052 + 0.03 * shock(i) + 0.002 * wobble(i, 3)))
        .with("ai_adopter_share_firms", "1", column(|i| 0.02 + 0.8 * rise(i, 50.0)))
        .with("industrial_share_value_added", "1", column(|i| 0.7 - 0.45 * rise(i, 40.0)))
        .with("digital_only_share_value_added", "1", column(|i| 0.28 + 0.45 * rise(i, 40.0) - 0.6 * rise(i, 65.0)))
        .with("intelligent_share_value_added", "1", column(|i| 0.02 + 0.6 * rise(i, 65.0)))
        .with("emerging_share_value_added", "1", column(|i| 0.105 + 0.12 * rise(i, 55.0)))
        .with("growth_contribution_labour", "1", yearly(|i| -0.004 - 0.01 * shock(i)))
        .with("growth_contribution_capital", "1", yearly(|i| 0.03 - 0.0001 * n(i)))
        .with("growth_contribution_ai", "1", yearly(|i| 0.015 * rise(i, 50.0)))
        .with("growth_contribution_residual", "1", yearly(|i| 0.008 + 0.012 * wobble(i, 4) - 0.02 * shock(i)))
        .with("cpi_inflation_yoy", "1", yearly(|i| 0.012 + 0.006 * wobble(i, 5)))
        .with("ppi_inflation_yoy", "1", yearly(|i| -0.005 + 0.02 * wobble(i / 3, 6)))
        .with("wage_growth_yoy", "1", yearly(|i| 0.05 - 0.03 * shock(i) + 0.006 * wobble(i, 7)))
        .with("wage_share", "1", column(|i| 0.52 - 0.05 * rise(i, 50.0)))
        .with("credit_to_gdp", "1", column(|i| 1.9 + 0.004 * n(i)))
        .with("npl_ratio", "1", column(|i| 0.0159 + 0.012 * shock(i) + 0.0004 * wobble(i, 8)))
        .with("bank_capital_ratio", "1", column(|i| 0.15 - 0.02 * shock(i)))
        .with("local_debt_to_gdp", "1", column(|i| 0.75 + 0.003 * n(i)))
        .with("land_revenue_cny", "CNY", column(|i| (1.4 - 0.006 * n(i) + 0.2 * wobble(i, 9)) * 1e12))
        .with("land_revenue_share", "1", column(|i| 0.22 - 0.001 * n(i)))
        .with("arrears_cny", "CNY", Values::Fen((0..ROWS as i128).map(|i| i * 3_000_000_000_000).collect()))
        .with("firm_entry_rate", "1", column(|i| 0.03 + 0.008 * wobble(i, 10)))
        .with("firm_exit_rate", "1", column(|i| 0.02 + 0.015 * shock(i) + 0.006 * wobble(i, 11)))
        .with("stranded_capital_cny", "CNY", column(|i| 4e12 * shock(i)))
}

/// A column's name and its value by row and key.
type Made<'a> = (&'a str, fn(usize, usize) -> f64);

fn keyed(name: &str, key: &str, keys: &[String], values: &[Made<'_>]) -> Table {
    let pairs: Vec<(usize, usize)> = (0..ROWS).flat_map(|row| (0..keys.len()).map(move |k| (row, k))).collect();
    let mut table = Table::new(name)
        .with("tick", "quarters", Values::Integer(pairs.iter().map(|(row, _)| *row as i64).collect()))
        .with(key, "", Values::Text(pairs.iter().map(|(_, k)| keys[*k].clone()).collect()));
    for (column, f) in values {
        table = table.with(column, "1", Values::Real(pairs.iter().map(|(row, k)| f(*row, *k)).collect()));
    }
    table
}

fn tables() -> FigureData {
    let sectors: Vec<String> = (1..=SECTORS).map(|i| format!("S{i:02}")).collect();
    let tasks: Vec<String> = TASKS.iter().map(|t| (*t).to_owned()).collect();
    FigureData {
        series: Some(series()),
        sectors: Some(keyed(
            "sectors",
            "sector",
            &sectors,
            &[
                ("ai_adopter_share_firms", |row, k| (0.3 + 0.05 * k as f64) * rise(row, 70.0 - 3.0 * k as f64)),
                ("intelligent_share_value_added", |row, k| (0.1 + 0.06 * k as f64) * rise(row, 80.0 - 2.0 * k as f64)),
            ],
        )),
        tasks: Some(keyed(
            "tasks",
            "task",
            &tasks,
            &[
                ("unemployment_rate", |row, k| {
                    let x = row as f64 - 45.0 - 6.0 * k as f64;
                    0.045 + 0.004 * k as f64 + 0.03 * (-x * x / 120.0).exp() + 0.002 * wobble(row, 20 + k)
                }),
                ("automated_share", |row, k| (0.2 + 0.15 * k as f64) * rise(row, 60.0 - 8.0 * k as f64)),
            ],
        )),
        regions: None,
        banks: None,
    }
}

fn options(language: Language) -> RenderOptions {
    RenderOptions { language, ..RenderOptions::default() }
}

#[test]
fn every_figure_is_drawn_in_both_languages_with_the_same_bytes_twice() {
    let tables = tables();
    for figure in all() {
        for language in [Language::English, Language::Chinese] {
            let first = render(&figure, &tables, &options(language)).unwrap();
            let second = render(&figure, &tables, &options(language)).unwrap();
            assert!(first.svg.contains("<polyline") && first.png.starts_with(b"\x89PNG"), "{}", figure.id);
            assert!(first.svg == second.svg && first.png == second.png, "{} is not stable", figure.id);
            // Where to look at them: XINZHI_FIGURES=<folder> cargo test figures
            if let Some(folder) = std::env::var_os("XINZHI_FIGURES") {
                let suffix = if language == Language::English { "en" } else { "zh" };
                let stem = std::path::Path::new(&folder).join(format!("{}_{suffix}", figure.id));
                std::fs::write(stem.with_extension("png"), &first.png).unwrap();
                std::fs::write(stem.with_extension("svg"), &first.svg).unwrap();
            }
        }
    }
}

#[test]
fn a_title_makes_the_page_higher_and_slides_make_it_wider() {
    let tables = tables();
    for language in [Language::English, Language::Chinese] {
        let plain = render(&growth_accounting::FIGURE, &tables, &options(language)).unwrap();
        let slide = RenderOptions { language, style: Style::Slides, title: true };
        let slide = render(&growth_accounting::FIGURE, &tables, &slide).unwrap();
        assert!(
            slide.svg.contains("width=\"254.00mm\"")
                && slide.svg.contains(growth_accounting::FIGURE.title.get(language))
        );
        assert!(!plain.svg.contains(&format!(">\n{}\n", growth_accounting::FIGURE.title.get(language))));
        assert_eq!(plain.csv.columns.len(), slide.csv.columns.len());
        if let Some(folder) = std::env::var_os("XINZHI_FIGURES") {
            std::fs::write(std::path::Path::new(&folder).join(format!("slide_{language:?}.png")), &slide.png).unwrap();
        }
    }
}

#[test]
fn the_png_header_says_300_dots_an_inch_at_the_printed_width() {
    let rendered = render(&gdp_growth::FIGURE, &tables(), &RenderOptions::default()).unwrap();
    let decoder = png::Decoder::new(std::io::Cursor::new(&rendered.png));
    let reader = decoder.read_info().unwrap();
    assert_eq!(reader.info().width, 2055);
    assert_eq!(reader.info().pixel_dims.unwrap().xppu, 11811);
    assert!(rendered.svg.contains("width=\"174.00mm\""));
}

#[test]
fn plotted_numbers_are_those_of_the_series() {
    let tables = tables();
    let csv = render(&gdp_growth::FIGURE, &tables, &RenderOptions::default()).unwrap().csv;
    let (plotted, series) = (csv.reals("gdp_growth_yoy").unwrap(), tables.series("gdp_growth_yoy").unwrap());
    assert_eq!(plotted[4..], series[4..]);
    assert!(plotted[..4].iter().all(|v| v.is_nan()));
    let mean = csv.reals("gdp_growth_yoy_four_quarter_mean").unwrap();
    assert!((mean[20] - (series[17] + series[18] + series[19] + series[20]) / 4.0).abs() < 1e-15);
    let csv = render(&ai_adoption_by_sector::FIGURE, &tables, &RenderOptions::default()).unwrap().csv;
    let last = tables.sectors.as_ref().unwrap().reals("ai_adopter_share_firms").unwrap().pop().unwrap();
    assert_eq!(csv.reals("ai_adopter_share_firms_s13").unwrap().pop(), Some(last));
    assert_eq!(csv.columns.len(), 3 + 2 * SECTORS);
    let csv = render(&local_debt_and_land_revenue::FIGURE, &tables, &RenderOptions::default()).unwrap().csv;
    assert_eq!(csv.reals("arrears_trillion_cny").unwrap()[100], 3.0);
}

#[test]
fn the_statistics_of_a_figure_are_those_it_needs_and_a_missing_one_is_named() {
    for figure in all() {
        for statistic in figure.statistics {
            let (table, column) = statistic.split_once('.').unwrap();
            let mut tables = tables();
            let found = match table {
                "series" => &mut tables.series,
                "sectors" => &mut tables.sectors,
                _ => &mut tables.tasks,
            };
            found.as_mut().unwrap().columns.retain(|c| c.name != column);
            let error = render(&figure, &tables, &RenderOptions::default()).unwrap_err();
            let expected = format!("figure `{}`: table `{table}` has no column `{column}`", figure.id);
            assert_eq!(error.to_string(), expected);
        }
        // Nothing but those columns and the keys.
        let mut tables = tables();
        for (name, table) in
            [("series", &mut tables.series), ("sectors", &mut tables.sectors), ("tasks", &mut tables.tasks)]
        {
            let table = table.as_mut().unwrap();
            let used = |c: &str| figure.statistics.contains(&format!("{name}.{c}").as_str());
            table
                .columns
                .retain(|c| used(&c.name) || ["tick", "year", "quarter", "sector", "task"].contains(&c.name.as_str()));
        }
        assert!((figure.draw)(&tables).is_ok(), "{} uses more than it says", figure.id);
    }
}

#[test]
fn absent_tables_and_empty_series_are_named() {
    let mut tables = tables();
    tables.sectors = None;
    let error = render(&ai_adoption_by_sector::FIGURE, &tables, &RenderOptions::default()).unwrap_err();
    assert_eq!(error.problem, Problem::NoTable("sectors".to_owned()));
    for column in &mut tables.series.as_mut().unwrap().columns {
        column.values = Values::Real(Vec::new());
    }
    let error = render(&gdp_growth::FIGURE, &tables, &RenderOptions::default()).unwrap_err();
    assert_eq!(error.problem, Problem::Empty("series".to_owned()));
}

#[test]
fn a_series_without_any_value_and_a_run_of_one_quarter_are_drawn() {
    let mut tables = tables();
    for column in &mut tables.series.as_mut().unwrap().columns {
        column.values = match &column.values {
            Values::Integer(v) => Values::Integer(v[..1].to_vec()),
            _ => Values::Real(vec![f64::NAN]),
        };
    }
    for figure in all() {
        render(&figure, &tables, &RenderOptions::default()).unwrap();
    }
}

#[test]
fn the_fonts_have_every_character_that_figures_use() {
    let tables = tables();
    for figure in all() {
        let page = (figure.draw)(&tables).unwrap();
        let mut texts = vec![&figure.title];
        for panel in &page.panels {
            texts.extend([&panel.heading, &panel.unit]);
            texts.extend(panel.layers.iter().map(|l| &l.label));
        }
        for language in [Language::English, Language::Chinese] {
            let missing: String =
                texts.iter().flat_map(|w| w.get(language).chars()).filter(|c| !kit::covers(*c, language)).collect();
            assert_eq!(missing, "", "{}: run assets/fonts/subset.py", figure.id);
        }
    }
}

#[test]
fn every_file_of_a_figure_is_listed_under_its_own_name() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/figures");
    let others = ["mod", "data", "kit", "names", "output", "tests"];
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|e| e.unwrap().file_name().to_str().unwrap().strip_suffix(".rs").map(str::to_owned))
        .filter(|stem| !others.contains(&stem.as_str()))
        .collect();
    files.sort();
    let mut ids: Vec<String> = all().iter().map(|f| f.id.to_owned()).collect();
    ids.sort();
    assert_eq!(files, ids);
}
