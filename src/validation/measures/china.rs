//! Measures of what is particular to China in the years at hand.

use super::{Measure, measure_of};
use crate::validation::RunTables;
use crate::validation::methods::moments::mean;

pub const MEASURES: &[Measure] = &[
    measure_of("growth_2024", "real GDP of 2024 over that of four quarters like the opening's, less one", |run| {
        Some(year(run, "gdp_real_cny2023", 0)? / (4.0 * run.opening("gdp_real_cny2023").filter(|x| *x > 0.0)?) - 1.0)
    }),
    measure_of(
        "inflation_2024",
        "consumer prices of the last quarter of 2024 over those of the opening, less one",
        |run| Some(run.series("cpi")?.get(3)? / run.opening("cpi").filter(|x| *x > 0.0)? - 1.0),
    ),
    measure_of("unemployment_2024", "mean unemployment rate of 2024", |run| {
        Some(year(run, "unemployment_rate", 0)? / 4.0)
    }),
    measure_of("land_revenue_2024", "land revenue of 2024 over four quarters of the opening's", |run| {
        Some(year(run, "land_revenue_cny", 0)? / (4.0 * run.opening("land_revenue_cny").filter(|x| *x > 0.0)?))
    }),
    measure_of("lgfv_debt_2024", "debt of financing vehicles at the end of 2024 over that at the opening", |run| {
        Some(run.series("lgfv_debt_cny")?.get(3)? / run.opening("lgfv_debt_cny").filter(|x| *x > 0.0)?)
    }),
    measure_of(
        "local_bonds_2024",
        "statutory debt of local governments at the end of 2024 over that at the opening",
        |run| Some(run.series("local_bonds_cny")?.get(3)? / run.opening("local_bonds_cny").filter(|x| *x > 0.0)?),
    ),
    measure_of("agriculture_share_change", "change of agriculture's share in value added in ten years", |run| {
        share_change(run, &["S01"])
    }),
    measure_of("services_share_change", "change of the share of services in value added in ten years", |run| {
        share_change(run, &["S08", "S09", "S10", "S11", "S12", "S13"])
    }),
    measure_of("investment_share_change", "change of fixed investment over GDP in ten years", |run| {
        let shares = run.series("investment_share")?;
        Some(mean(shares.get(36..40)?)? - mean(shares.get(..4)?)?)
    }),
    measure_of(
        "land_share_mean",
        "mean of the first ten years of land revenue over general revenue, land and transfers, over its value in the first year",
        |run| {
            let shares = run.series("land_revenue_share")?;
            Some(mean(shares.get(..40)?)? / mean(shares.get(..4)?).filter(|x| *x > 0.0)?)
        },
    ),
    measure_of("local_debt_change", "mean local debt over GDP in the first ten years over its opening value", |run| {
        let debt = run.series("local_debt_to_gdp")?;
        Some(mean(debt.get(..40)?)? / run.opening("local_debt_to_gdp").filter(|x| *x > 0.0)?)
    }),
];

/// Sum of the quarters of a year, the first being 0.
fn year(run: &RunTables, column: &str, number: usize) -> Option<f64> {
    Some(run.series(column)?.get(4 * number..4 * number + 4)?.iter().sum())
}

fn share_change(run: &RunTables, codes: &[&str]) -> Option<f64> {
    let groups = run.groups("sectors", "sector", "value_added_share")?;
    let at = |from: usize| -> Option<f64> {
        groups
            .iter()
            .filter(|(code, _)| codes.contains(&code.as_str()))
            .map(|(_, v)| mean(v.get(from..from + 4)?))
            .sum()
    };
    Some(at(36)? - at(0)?)
}
