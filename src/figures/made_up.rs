//! Made-up tables, smooth enough to look at, for the tests of figures.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_wrap, reason = "made-up numbers are small")]

use super::data::FigureData;
use super::moment;
use crate::output::{Table, Values};

pub const ROWS: usize = 109;
pub const SECTORS: usize = 13;
pub const REGIONS: [&str; 4] = ["Beijing", "Tibet", "Hainan", "Elsewhere"];
const BANKS: [&str; 5] = ["large_state", "joint_stock", "city", "rural", "other"];
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
        .with("ai_adopter_share_value_added", "1", column(|i| 0.1 + 0.8 * rise(i, 45.0)))
        .with("ai_depth", "1", column(|i| 0.01 + 0.5 * rise(i, 60.0)))
        .with("ai_services_cost_share", "1", column(|i| 0.004 + 0.03 * rise(i, 60.0)))
        .with("ai_capability", "logits", column(|i| 0.02 * n(i)))
        .with("ai_frontier_gap", "logits", column(|i| 0.005 * n(i)))
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
        .with("layoff_rate", "1", column(|i| 0.01 + 0.01 * shock(i) + 0.002 * wobble(i, 12)))
        .with("quit_rate", "1", column(|i| 0.013 + 0.002 * wobble(i, 13)))
        .with("job_to_job_rate", "1", column(|i| 0.011 + 0.002 * wobble(i, 14)))
        .with("job_finding_rate", "1", column(|i| 0.4 - 0.1 * shock(i)))
        .with("vacancy_rate", "1", column(|i| 0.05 - 0.02 * shock(i)))
        .with("gini_income", "1", column(|i| 0.39 - 0.0003 * n(i)))
        .with("gini_wealth", "1", column(|i| 0.33 - 0.0003 * n(i)))
        .with("gini_consumption", "1", column(|i| 0.36 - 0.0003 * n(i)))
        .with("surplus_share", "1", column(|i| 0.38 + 0.05 * rise(i, 50.0)))
        .with("house_price_index", "1", column(|i| 1.0 + 0.004 * n(i) - 0.2 * shock(i)))
        .with("land_price_index", "1", column(|i| 1.0 + 0.005 * n(i) - 0.4 * shock(i)))
        .with("cpi", "1", column(|i| (0.004 * n(i)).exp()))
        .with("house_price_to_income", "years", column(|i| 7.0 - 0.02 * n(i)))
        .with("gdp_nominal_cny", "CNY", column(|i| 3.1e13 * (0.015 * n(i)).exp()))
        .with("local_tax_revenue_cny", "CNY", column(|i| 2.4e12 * (0.015 * n(i)).exp()))
        .with("local_transfers_cny", "CNY", column(|i| 2.5e12 * (0.014 * n(i)).exp()))
        .with("local_fees_cny", "CNY", column(|i| 2e11 * shock(i)))
        .with("local_bonds_cny", "CNY", column(|i| 4e13 * (0.015 * n(i)).exp()))
        .with("lgfv_debt_cny", "CNY", column(|i| 6e13 * (0.01 * n(i)).exp()))
        .with("local_interest_burden", "1", column(|i| 0.16 - 0.0007 * n(i)))
        .with("lgfv_rollover_share", "1", column(|i| 0.8 + 0.001 * n(i)))
}

/// What the growth of productivity comes from, and age of capital.
fn sources(series: Table) -> Table {
    let parts = [
        "growth_source_labour",
        "growth_source_ai",
        "growth_source_vintages",
        "growth_source_ability",
        "growth_source_digital",
        "growth_source_staff_use",
        "growth_source_firms",
        "growth_source_sectors",
        "growth_source_entry",
        "growth_source_exit",
        "growth_source_other",
        "productivity_sectors",
        "productivity_fhk_within",
        "productivity_fhk_between",
        "productivity_fhk_cross",
        "productivity_fhk_entry",
        "productivity_fhk_exit",
        "productivity_mp_within",
        "productivity_mp_between",
        "productivity_mp_entry",
        "productivity_mp_exit",
    ];
    let part = |k: usize| yearly(move |i| 0.004 * (1.0 + wobble(k, 30)) + 0.004 * wobble(i / 4, 40 + k));
    let series = parts.iter().enumerate().fold(series, |table, (k, name)| table.with(name, "1", part(k)));
    series
        .with("capital_share_below_5_years", "1", column(|i| 0.4 - 0.001 * i as f64))
        .with("capital_share_5_to_10_years", "1", column(|_| 0.25))
        .with("capital_share_10_to_20_years", "1", column(|_| 0.25))
        .with("capital_share_above_20_years", "1", column(|i| 0.1 + 0.001 * i as f64))
        .with("capital_age", "years", column(|i| 7.0 + 0.01 * i as f64))
        .with("capital_productivity_gap", "log points", column(|i| 0.2 + 0.002 * i as f64))
}

/// Distributions of firms and workers.
fn classes() -> Vec<Table> {
    let fifths: Vec<String> = (1..=5).map(|fifth| fifth.to_string()).collect();
    let events: Vec<String> = (-8..=40).map(|quarter| quarter.to_string()).collect();
    let sizes: Vec<String> = (0..31).map(|k| format!("{:.6}", 2f64.powf((f64::from(k) - 10.0) / 2.0))).collect();
    vec![
        keyed(
            "firm_fifths",
            "fifth",
            &fifths,
            &[
                ("ai_adopter_share_by_size", |row, k| (0.5 + 0.1 * k as f64) * rise(row, 70.0 - 6.0 * k as f64)),
                ("ai_adopter_share_by_productivity", |row, k| {
                    (0.6 + 0.05 * k as f64) * rise(row, 65.0 - 3.0 * k as f64)
                }),
            ],
        ),
        keyed(
            "firm_sizes",
            "size",
            &sizes,
            &[("share_at_least", |_, k| if k < 26 { 1.0 / (1.0 + 2f64.powf((k as f64 - 9.0) / 2.0)) } else { 0.0 })],
        ),
        keyed(
            "displaced",
            "event_quarter",
            &events,
            &[
                ("pairs", |row, k| if row < k { 0.0 } else { 10.0 }),
                ("displaced_earnings", |row, k| {
                    let lost = if k < 8 { 0.0 } else { 0.2 + 0.4 * (8.0 - k as f64).exp() };
                    if row < k { 0.0 } else { 9.0 * (1.0 - lost) }
                }),
                ("stayer_earnings", |row, k| if row < k { 0.0 } else { 9.0 }),
                ("displaced_with_job", |row, k| {
                    let jobless = if k < 8 { 0.0 } else { 0.05 + 0.6 * (8.0 - k as f64).exp() };
                    if row < k { 0.0 } else { 10.0 * (1.0 - jobless) }
                }),
            ],
        ),
    ]
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

pub fn tables() -> FigureData {
    let sectors: Vec<String> = (1..=SECTORS).map(|i| format!("S{i:02}")).collect();
    let tasks: Vec<String> = TASKS.iter().map(|t| (*t).to_owned()).collect();
    FigureData {
        series: Some(sources(series())),
        sectors: Some(keyed(
            "sectors",
            "sector",
            &sectors,
            &[
                ("ai_adopter_share_firms", |row, k| (0.3 + 0.05 * k as f64) * rise(row, 70.0 - 3.0 * k as f64)),
                ("ai_adopter_share_small_firms", |row, k| (0.2 + 0.05 * k as f64) * rise(row, 74.0 - 3.0 * k as f64)),
                ("ai_adopter_share_large_firms", |row, k| (0.4 + 0.04 * k as f64) * rise(row, 64.0 - 3.0 * k as f64)),
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
                ("employment", |row, k| 1e8 * (1.0 + k as f64) - 1e5 * row as f64),
                ("wage_premium", |_, k| 0.7 + 0.3 * k as f64),
            ],
        )),
        regions: Some(keyed(
            "regions",
            "region",
            &REGIONS.map(str::to_owned),
            &[
                ("value_added_cny", |row, k| if row == 0 { f64::NAN } else { 1e12 * (1.0 + k as f64) }),
                ("local_bonds_cny", |row, _| 1e12 + 1e10 * row as f64),
                ("lgfv_debt_cny", |_, k| 2e12 * k as f64),
                ("ai_depth", |row, k| 0.2 * k as f64 * rise(row, 50.0)),
            ],
        )),
        banks: Some(keyed(
            "banks",
            "bank_class",
            &BANKS.map(str::to_owned),
            &[
                ("capital_ratio", |row, k| 0.15 - 0.01 * k as f64 - 0.0002 * row as f64),
                ("npl_ratio", |_, k| 0.01 + 0.005 * k as f64),
            ],
        )),
        classes: classes(),
        marks: vec![moment("debt_swap", "2026Q1").unwrap(), moment("land_price", "2026Q2").unwrap()],
    }
}
