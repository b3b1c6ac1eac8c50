//! Measures of the labour market.

use super::{Measure, level_cycle, log_cycle, mean_of, measure_of, share};
use crate::validation::RunTables;
use crate::validation::methods::correlations::correlation;
use crate::validation::methods::moments::deviation;
use crate::validation::methods::regressions::{Observation, two_way_slope};

pub const MEASURES: &[Measure] = &[
    measure_of("unemployment_mean", "mean unemployment rate", |run| mean_of(run, "unemployment_rate")),
    measure_of("unemployment_deviation", "standard deviation of the unemployment rate", |run| {
        deviation(&run.series("unemployment_rate")?)
    }),
    measure_of("unemployment_within", "share of quarters with an unemployment rate between 2 and 15 %", |run| {
        let rates = run.series("unemployment_rate")?;
        share(rates.iter().filter(|u| (0.02..=0.15).contains(*u)).count(), rates.len())
    }),
    measure_of("unemployment_highest", "highest unemployment rate of any quarter", |run| {
        run.series("unemployment_rate")?.into_iter().reduce(f64::max)
    }),
    measure_of("beveridge_correlation", "correlation of the cycles of unemployment and vacancy rate", |run| {
        correlation(&level_cycle(run, "unemployment_rate")?, &level_cycle(run, "vacancy_rate")?)
    }),
    measure_of("vacancy_rate_mean", "mean vacancy rate", |run| mean_of(run, "vacancy_rate")),
    measure_of("job_finding_correlation", "correlation of the cycles of the job finding rate and output", |run| {
        correlation(&level_cycle(run, "job_finding_rate")?, &log_cycle(run, "gdp_real_cny2023")?)
    }),
    measure_of("job_finding_mean", "mean job finding rate a quarter", |run| mean_of(run, "job_finding_rate")),
    measure_of("separation_mean", "mean separation rate a quarter", |run| mean_of(run, "separation_rate")),
    measure_of("separation_correlation", "correlation of the cycles of the separation rate and output", |run| {
        correlation(&level_cycle(run, "separation_rate")?, &log_cycle(run, "gdp_real_cny2023")?)
    }),
    measure_of("job_to_job_share", "moves from job to job over these and other separations", |run| {
        let (moves, separations) = (mean_of(run, "job_to_job_rate")?, mean_of(run, "separation_rate")?);
        Some(moves / (moves + separations))
    }),
    measure_of(
        "wage_curve",
        "slope of the log mean wage on the log unemployment rate over regions and years, effects of region and year",
        wage_curve,
    ),
    measure_of("income_gini", "mean Gini coefficient of disposable income", |run| mean_of(run, "gini_income")),
    measure_of("wealth_gini", "mean Gini coefficient of net wealth", |run| mean_of(run, "gini_wealth")),
    measure_of("consumption_income_gini", "mean Gini coefficient of consumption over that of income", |run| {
        Some(mean_of(run, "gini_consumption")? / mean_of(run, "gini_income")?)
    }),
];

/// Blanchflower & Oswald (1994): means of a year by region; a rate below 0.5 % counts as 0.5 %.
fn wage_curve(run: &RunTables) -> Option<f64> {
    let wages = run.groups("regions", "region", "mean_wage_cny")?;
    let rates = run.groups("regions", "region", "unemployment_rate")?;
    let mut panel = Vec::new();
    for (unit, ((_, wages), (_, rates))) in wages.iter().zip(&rates).enumerate() {
        for (period, (wages, rates)) in wages.chunks_exact(4).zip(rates.chunks_exact(4)).enumerate() {
            let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
            panel.push(Observation { unit, period, x: mean(rates).max(0.005).ln(), y: mean(wages).ln() });
        }
    }
    two_way_slope(&panel)
}
