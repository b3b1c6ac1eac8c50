//! Measures of the diffusion of AI.

use super::{Measure, measure_of};
use crate::validation::methods::diffusion::{Logistic, fit};
use crate::validation::methods::moments::quantile;
use crate::validation::{FirmYear, RunTables};

pub const MEASURES: &[Measure] = &[
    measure_of(
        "diffusion_fit",
        "part of the variance of the share of adopters that a logistic curve explains",
        |run| Some(curve(run)?.r_squared),
    ),
    measure_of(
        "diffusion_inflection",
        "share of its ceiling that adoption has at its steepest year, from changes smoothed over five years",
        steepest,
    ),
    measure_of("diffusion_duration", "years from 10 to 90 % of the ceiling of the logistic curve", |run| {
        Some(curve(run)?.ten_to_ninety() / 4.0)
    }),
    measure_of(
        "adoption_by_size",
        "odds of use of AI in the largest fifth of firms by staff over those in the others, three years after the opening",
        |run| odds(early(run)?, |year| &year.staff),
    ),
    measure_of(
        "adoption_by_productivity",
        "odds of use of AI in the most productive fifth of firms over those in the others, three years after the opening",
        |run| odds(early(run)?, |year| &year.productivity),
    ),
    measure_of(
        "adoption_by_staff",
        "share of staff in firms that use AI over their share in firms, three years after the opening",
        |run| {
            let year = early(run)?;
            let uses = |k: &usize| year.ai_depth[*k] > 0.0;
            let all: Vec<usize> = (0..year.slot.len()).filter(|k| !year.public[*k]).collect();
            let staff = |of: &dyn Fn(&usize) -> bool| all.iter().filter(|k| of(k)).map(|k| year.staff[*k]).sum::<f64>();
            let firms = all.iter().filter(|k| uses(k)).count() as f64 / all.len() as f64;
            (firms > 0.0).then(|| staff(&uses) / staff(&|_| true) / firms)
        },
    ),
];

fn curve(run: &RunTables) -> Option<Logistic> {
    fit(&run.series("ai_adopter_share_firms")?)
}

/// The third year, or the last of a shorter run.
fn early(run: &RunTables) -> Option<&FirmYear> {
    run.firms.get(2).or_else(|| run.firms.last())
}

fn steepest(run: &RunTables) -> Option<f64> {
    let shares = run.series("ai_adopter_share_firms")?;
    let ceiling = shares.iter().copied().reduce(f64::max).filter(|x| *x > 0.0)?;
    let window = 20;
    let rise = |t: usize| shares[t + window] - shares[t];
    let at = (0..shares.len().checked_sub(window)?).max_by(|a, b| rise(*a).total_cmp(&rise(*b)))?;
    (rise(at) > 0.0).then(|| shares[at + window / 2] / ceiling)
}

/// Odds ratio of use of AI between the largest fifth by a value and the rest.
fn odds(year: &FirmYear, of: fn(&FirmYear) -> &Vec<f64>) -> Option<f64> {
    let firms: Vec<(f64, bool)> =
        (0..year.slot.len()).filter(|k| !year.public[*k]).map(|k| (of(year)[k], year.ai_depth[k] > 0.0)).collect();
    let bound = quantile(&firms.iter().map(|f| f.0).collect::<Vec<_>>(), 0.8)?;
    let count =
        |large: bool, uses: bool| firms.iter().filter(|f| (f.0 >= bound) == large && f.1 == uses).count() as f64;
    // Haldane's half keeps an empty cell from making the odds infinite.
    let half = 0.5;
    let table = [count(true, true), count(true, false), count(false, true), count(false, false)];
    (table[0] + table[2] > 0.0).then(|| (table[0] + half) * (table[3] + half) / ((table[1] + half) * (table[2] + half)))
}
