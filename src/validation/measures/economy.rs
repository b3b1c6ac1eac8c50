//! Measures of the whole economy: growth, its cycle and what moves with it.

use super::{Measure, level_cycle, log_cycle, mean_of, measure_of, real_cycle, share};
use crate::validation::RunTables;
use crate::validation::methods::correlations::{autocorrelation, correlation};
use crate::validation::methods::moments::{deviation, differences, excess_kurtosis, logarithms, mean};
use crate::validation::methods::{durations, regressions, subbotin};

pub const MEASURES: &[Measure] = &[
    measure_of("growth_mean", "mean change of log real GDP in a quarter", |run| mean(&growth(run)?)),
    measure_of("growth_first_decade", "mean growth of real GDP a year, years 2 to 10", first_decade),
    measure_of("growth_subbotin", "shape of a Subbotin density of changes of log real GDP", |run| {
        subbotin::fit(&growth(run)?).map(|fitted| fitted.shape)
    }),
    measure_of("growth_kurtosis", "excess kurtosis of changes of log real GDP", |run| excess_kurtosis(&growth(run)?)),
    measure_of("cycle_amplitude", "standard deviation of the cycle of log real GDP", |run| deviation(&output(run)?)),
    measure_of("cycle_persistence", "first autocorrelation of the cycle of log real GDP", |run| {
        autocorrelation(&output(run)?, 1)
    }),
    measure_of(
        "consumption_relative_volatility",
        "standard deviation of the cycle of real consumption over that of output",
        |run| relative(run, &real_cycle(run, "household_consumption_cny")?),
    ),
    measure_of(
        "investment_relative_volatility",
        "standard deviation of the cycle of real fixed investment over that of output",
        |run| relative(run, &real_cycle(run, "fixed_investment_cny")?),
    ),
    measure_of("consumption_correlation", "correlation of the cycles of real consumption and output", |run| {
        correlation(&real_cycle(run, "household_consumption_cny")?, &output(run)?)
    }),
    measure_of("investment_correlation", "correlation of the cycles of real fixed investment and output", |run| {
        correlation(&real_cycle(run, "fixed_investment_cny")?, &output(run)?)
    }),
    measure_of("unemployment_correlation", "correlation of the cycles of the unemployment rate and output", |run| {
        correlation(&level_cycle(run, "unemployment_rate")?, &output(run)?)
    }),
    measure_of("okun_slope", "slope of the change of the unemployment rate on growth, both over a year", |run| {
        let (growth, unemployment) = yearly(run)?;
        regressions::slope(&growth, &unemployment)
    }),
    measure_of(
        "okun_correlation",
        "correlation of the change of the unemployment rate with growth, both over a year",
        |run| {
            let (growth, unemployment) = yearly(run)?;
            correlation(&growth, &unemployment)
        },
    ),
    measure_of("phillips_correlation", "correlation of the unemployment rate with wage growth over a year", |run| {
        correlation(&run.series("unemployment_rate")?, &run.series("wage_growth_yoy")?)
    }),
    measure_of("inflation_mean", "mean consumer price inflation over a year", |run| mean_of(run, "cpi_inflation_yoy")),
    measure_of("inflation_deviation", "standard deviation of consumer price inflation over a year", |run| {
        deviation(&numbers(run, "cpi_inflation_yoy")?)
    }),
    measure_of("inflation_within", "share of quarters with inflation over a year between -5 and 15 %", |run| {
        let values = numbers(run, "cpi_inflation_yoy")?;
        share(values.iter().filter(|x| (-0.05..=0.15).contains(*x)).count(), values.len())
    }),
    measure_of("productivity_correlation", "correlation of the cycles of labour productivity and output", |run| {
        correlation(&log_cycle(run, "labour_productivity_index")?, &output(run)?)
    }),
    measure_of("real_wage_correlation", "correlation of the cycles of the real wage and output", |run| {
        correlation(&real_wage_cycle(run)?, &output(run)?)
    }),
    measure_of("price_correlation", "correlation of the cycles of log consumer prices and output", |run| {
        correlation(&log_cycle(run, "cpi")?, &output(run)?)
    }),
    measure_of(
        "inventory_correlation",
        "correlation of inventory investment over GDP with growth in the quarter",
        |run| {
            let ratio = inventory_ratio(run)?;
            correlation(&ratio[1..], &growth(run)?)
        },
    ),
    measure_of("inventory_deviation", "standard deviation of inventory investment over GDP", |run| {
        deviation(&inventory_ratio(run)?)
    }),
    measure_of("profit_share_correlation", "correlation of the cycles of the surplus share and output", |run| {
        correlation(&level_cycle(run, "surplus_share")?, &output(run)?)
    }),
    measure_of("recession_duration", "mean length in years of declines of real GDP of two quarters and more", |run| {
        let lengths: Vec<f64> = recessions(run)?.iter().map(|length| *length as f64 / 4.0).collect();
        mean(&lengths)
    }),
    measure_of(
        "recession_exponential",
        "distance of the lengths of declines of real GDP of a quarter and more from an exponential distribution over its 5 % critical value",
        |run| durations::exponential_distance(&durations::declines(&run.series("gdp_real_cny2023")?, 1)),
    ),
    measure_of(
        "wage_productivity_correlation",
        "correlation of the logs of the real wage and of labour productivity",
        |run| correlation(&logarithms(&real_wage(run)?), &logarithms(&run.series("labour_productivity_index")?)),
    ),
    measure_of("wage_share_deviation", "standard deviation of the wage share", |run| {
        deviation(&run.series("wage_share")?)
    }),
    measure_of("wage_share_mean", "mean wage share over its value at the opening", |run| {
        Some(mean_of(run, "wage_share")? / run.opening("wage_share").filter(|x| *x > 0.0)?)
    }),
];

/// Quarterly changes of log real GDP.
fn growth(run: &RunTables) -> Option<Vec<f64>> {
    Some(differences(&logarithms(&run.series("gdp_real_cny2023")?)))
}

/// Cycle of log real GDP.
fn output(run: &RunTables) -> Option<Vec<f64>> {
    log_cycle(run, "gdp_real_cny2023")
}

fn relative(run: &RunTables, cycle: &[f64]) -> Option<f64> {
    Some(deviation(cycle)? / deviation(&output(run)?).filter(|x| *x > 0.0)?)
}

fn first_decade(run: &RunTables) -> Option<f64> {
    let growth = run.series("gdp_growth_yoy")?;
    mean(growth.get(4..40)?).filter(|x| x.is_finite())
}

/// A column of `series` without its missing values.
fn numbers(run: &RunTables, column: &str) -> Option<Vec<f64>> {
    Some(run.series(column)?.into_iter().filter(|x| x.is_finite()).collect())
}

/// Growth of real GDP and change of the unemployment rate, each on the quarter a year before \[percentage points both\].
fn yearly(run: &RunTables) -> Option<(Vec<f64>, Vec<f64>)> {
    let (output, unemployment) = (logarithms(&run.series("gdp_real_cny2023")?), run.series("unemployment_rate")?);
    let over_a_year = |v: &[f64]| -> Vec<f64> { v.windows(5).map(|w| w[4] - w[0]).collect() };
    Some((over_a_year(&output), over_a_year(&unemployment)))
}

fn real_wage(run: &RunTables) -> Option<Vec<f64>> {
    Some(run.series("mean_wage_cny")?.iter().zip(run.series("cpi")?).map(|(wage, price)| wage / price).collect())
}

fn real_wage_cycle(run: &RunTables) -> Option<Vec<f64>> {
    super::some(crate::validation::methods::filters::cycle(&logarithms(&real_wage(run)?)))
}

fn inventory_ratio(run: &RunTables) -> Option<Vec<f64>> {
    let (change, gdp) = (run.series("inventory_change_cny")?, run.series("gdp_nominal_cny")?);
    Some(change.iter().zip(gdp).map(|(change, gdp)| change / gdp).collect())
}

fn recessions(run: &RunTables) -> Option<Vec<usize>> {
    Some(durations::declines(&run.series("gdp_real_cny2023")?, 2))
}
