//! Measures of credit and banks.

use super::{Measure, level_cycle, log_cycle, mean_of, measure_of, real_cycle};
use crate::validation::methods::correlations::{correlation, cross_correlation};
use crate::validation::methods::moments::{deviation, mean, skewness};

pub const MEASURES: &[Measure] = &[
    measure_of("credit_correlation", "correlation of the cycles of real new loans to firms and output", |run| {
        correlation(&real_cycle(run, "new_firm_loans_cny")?, &log_cycle(run, "gdp_real_cny2023")?)
    }),
    measure_of(
        "bad_loans_follow_debt",
        "largest correlation of the cycle of the bad-loan ratio with that of credit over GDP one to eight quarters before",
        |run| {
            let (debt, bad) = (level_cycle(run, "credit_to_gdp")?, level_cycle(run, "npl_ratio")?);
            (1..=8).filter_map(|lag| cross_correlation(&debt, &bad, lag)).reduce(f64::max)
        },
    ),
    measure_of("losses_skewness", "skewness of loans written off over loans, by quarter", |run| {
        let (losses, loans) = (run.series("loan_losses_cny")?, run.series("firm_loans_cny")?);
        skewness(&losses.iter().zip(loans).map(|(l, all)| l / all).collect::<Vec<_>>())
    }),
    measure_of("loan_size_skewness", "skewness of loans over borrowing firms, mean of years", |run| {
        let years: Vec<f64> = run
            .firms
            .iter()
            .filter_map(|year| skewness(&year.loans.iter().copied().filter(|loan| *loan > 0.0).collect::<Vec<_>>()))
            .collect();
        mean(&years)
    }),
    measure_of("bank_failure_clustering", "variance over mean of banks failing in a year", |run| {
        let years: Vec<f64> = run.series("bank_failures")?.chunks_exact(4).map(|year| year.iter().sum()).collect();
        let average = mean(&years).filter(|x| *x > 0.0)?;
        Some(deviation(&years)?.powi(2) / average)
    }),
    measure_of("bad_loan_ratio_mean", "mean ratio of loans that do not perform", |run| mean_of(run, "npl_ratio")),
    measure_of("bank_capital_ratio_mean", "mean capital ratio of banks", |run| mean_of(run, "bank_capital_ratio")),
    measure_of("real_rate_mean", "mean policy rate less consumer price inflation", |run| {
        Some(mean_of(run, "policy_rate")? - mean_of(run, "cpi_inflation_yoy")?)
    }),
    measure_of("credit_to_gdp_change", "mean credit over GDP in the first ten years over its opening value", |run| {
        let credit = run.series("credit_to_gdp")?;
        Some(mean(credit.get(..40)?)? / run.opening("credit_to_gdp").filter(|x| *x > 0.0)?)
    }),
];
