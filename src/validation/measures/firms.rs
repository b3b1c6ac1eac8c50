//! Measures of firms and industries, from the panel of firms at the ends of years. Public service units are left out.

use super::{Measure, log_cycle, mean_of, measure_of, share};
use crate::validation::methods::correlations::correlation;
use crate::validation::methods::moments::{deviation, mean, quantile, skewness};
use crate::validation::methods::{regressions, subbotin, tails};
use crate::validation::{FirmYear, RunTables};

pub const MEASURES: &[Measure] = &[
    measure_of(
        "size_exponent",
        "exponent of the largest tenth of firms by staff (rank minus one half), mean of years",
        |run| by_year(run, |year| tails::rank_exponent(&private(year, &year.staff), 0.1)),
    ),
    measure_of("size_skewness", "skewness of staff over firms, mean of years", |run| {
        by_year(run, |year| skewness(&private(year, &year.staff)))
    }),
    measure_of(
        "firm_growth_subbotin",
        "shape of a Subbotin density of yearly changes of log sales less their mean, firms of all years",
        |run| subbotin::fit(&pooled(run, |pair| pair.log_growth(|year| &year.sales))?).map(|fitted| fitted.shape),
    ),
    measure_of(
        "growth_deviation_by_size",
        "slope of the log standard deviation of yearly sales growth on log sales, over ten classes of size",
        deviation_by_size,
    ),
    measure_of(
        "growth_by_age",
        "correlation of log age with yearly growth of staff of firms that survive",
        growth_by_age,
    ),
    measure_of("entry_rate", "firms founded over firms, a year", |run| Some(4.0 * mean_of(run, "firm_entry_rate")?)),
    measure_of("exit_rate", "firms closed over firms, a year", |run| Some(4.0 * mean_of(run, "firm_exit_rate")?)),
    measure_of("entry_exit_correlation", "correlation over sectors of entry and exit rates", entry_exit_correlation),
    measure_of("exit_correlation", "correlation of the cycles of the exit rate and output", |run| {
        correlation(&super::level_cycle(run, "firm_exit_rate")?, &log_cycle(run, "gdp_real_cny2023")?)
    }),
    measure_of(
        "productivity_dispersion",
        "log of the 90 over the 10 % quantile of labour productivity within sectors, mean of sectors and years",
        |run| {
            by_year(run, |year| {
                within_sectors(
                    year,
                    |values| Some((quantile(values, 0.9)? / quantile(values, 0.1)?).ln()),
                    &year.productivity,
                )
            })
        },
    ),
    measure_of(
        "productivity_persistence",
        "slope of log productivity on that of the year before, less the mean of sector and year",
        productivity_persistence,
    ),
    measure_of(
        "dispersion_kept",
        "standard deviation of log productivity in the last over that in the first year",
        |run| {
            let spread = |year: &FirmYear| deviation(&logs(&private(year, &year.productivity)));
            Some(spread(run.firms.last()?)? / spread(run.firms.first()?).filter(|x| *x > 0.0)?)
        },
    ),
    measure_of(
        "investment_spikes",
        "share of firms whose capital grows by more than a fifth in a year, wear of 5 % added",
        |run| {
            let rates = investment_rates(run)?;
            share(rates.iter().filter(|rate| **rate > 0.2).count(), rates.len())
        },
    ),
    measure_of(
        "investment_inaction",
        "share of firms whose gross investment is below 1 % of capital in a year",
        |run| {
            let rates = investment_rates(run)?;
            share(rates.iter().filter(|rate| rate.abs() < 0.01).count(), rates.len())
        },
    ),
    measure_of(
        "investment_autocorrelation",
        "correlation over firms of the investment rate with that of the year before",
        investment_autocorrelation,
    ),
    measure_of(
        "price_dispersion",
        "coefficient of variation of prices within sectors, mean of sectors and years",
        |run| by_year(run, |year| within_sectors(year, |values| Some(deviation(values)? / mean(values)?), &year.price)),
    ),
];

/// Values of private firms.
fn private(year: &FirmYear, values: &[f64]) -> Vec<f64> {
    values.iter().zip(&year.public).filter(|(x, public)| !**public && x.is_finite()).map(|(x, _)| *x).collect()
}

fn logs(values: &[f64]) -> Vec<f64> {
    values.iter().filter(|x| **x > 0.0).map(|x| x.ln()).collect()
}

/// Mean over years.
fn by_year(run: &RunTables, of: impl Fn(&FirmYear) -> Option<f64>) -> Option<f64> {
    mean(&run.firms.iter().filter_map(of).collect::<Vec<_>>())
}

/// Mean over sectors with at least ten private firms.
fn within_sectors(year: &FirmYear, of: impl Fn(&[f64]) -> Option<f64>, values: &[f64]) -> Option<f64> {
    let sectors = year.sector.iter().max()? + 1;
    let results: Vec<f64> = (0..sectors)
        .filter_map(|s| {
            let inside: Vec<f64> = (0..values.len())
                .filter(|k| year.sector[*k] == s && !year.public[*k] && values[*k] > 0.0)
                .map(|k| values[k])
                .collect();
            (inside.len() >= 10).then(|| of(&inside)).flatten()
        })
        .collect();
    mean(&results)
}

/// A firm in two years, one after the other.
struct Pair<'a> {
    before: (&'a FirmYear, usize),
    after: (&'a FirmYear, usize),
}

impl Pair<'_> {
    fn log_growth(&self, of: fn(&FirmYear) -> &Vec<f64>) -> Option<f64> {
        let (before, after) = (of(self.before.0)[self.before.1], of(self.after.0)[self.after.1]);
        (before > 0.0 && after > 0.0).then(|| (after / before).ln())
    }
}

/// Private firms that are there a year later, by year: the same slot, four quarters older.
fn pairs(run: &RunTables) -> Vec<Vec<Pair<'_>>> {
    run.firms
        .windows(2)
        .map(|years| {
            let (before, after) = (&years[0], &years[1]);
            // Slots ascend within a year.
            (0..before.slot.len())
                .filter(|k| !before.public[*k])
                .filter_map(|k| {
                    let at = after.slot.binary_search(&before.slot[k]).ok()?;
                    let same = (after.age[at] - before.age[k] - (after.tick - before.tick) as f64).abs() < 0.5;
                    same.then_some(Pair { before: (before, k), after: (after, at) })
                })
                .collect()
        })
        .collect()
}

/// A value of each pair less its mean in the year, all years together.
fn pooled(run: &RunTables, of: impl Fn(&Pair<'_>) -> Option<f64>) -> Option<Vec<f64>> {
    let all: Vec<f64> = pairs(run)
        .iter()
        .flat_map(|year| {
            let values: Vec<f64> = year.iter().filter_map(&of).collect();
            let middle = mean(&values).unwrap_or_default();
            values.into_iter().map(move |x| x - middle)
        })
        .collect();
    (!all.is_empty()).then_some(all)
}

fn deviation_by_size(run: &RunTables) -> Option<f64> {
    let mut firms: Vec<(f64, f64)> = pairs(run)
        .iter()
        .flatten()
        .filter_map(|pair| Some((pair.before.0.sales[pair.before.1].ln(), pair.log_growth(|year| &year.sales)?)))
        .collect();
    firms.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let class = firms.len() / 10;
    if class < 20 {
        return None;
    }
    let classes = firms.chunks_exact(class).filter_map(|class| {
        let (size, growth): (Vec<f64>, Vec<f64>) = class.iter().copied().unzip();
        Some((mean(&size)?, deviation(&growth).filter(|d| *d > 0.0)?.ln()))
    });
    let (size, spread): (Vec<f64>, Vec<f64>) = classes.unzip();
    regressions::slope(&size, &spread)
}

fn growth_by_age(run: &RunTables) -> Option<f64> {
    let (age, growth): (Vec<f64>, Vec<f64>) = pairs(run)
        .iter()
        .flatten()
        .filter_map(|pair| Some(((pair.before.0.age[pair.before.1] + 1.0).ln(), pair.log_growth(|year| &year.staff)?)))
        .unzip();
    correlation(&age, &growth)
}

fn entry_exit_correlation(run: &RunTables) -> Option<f64> {
    let firms = run.groups("sectors", "sector", "firms")?;
    let count = |kind: &str| -> Option<Vec<f64>> {
        let events = run.events(kind)?;
        let of = |code: &String| events.iter().flatten().filter(|sector| *sector == code).count() as f64;
        Some(firms.iter().map(|(code, n)| of(code) / n.iter().sum::<f64>().max(1.0)).collect())
    };
    correlation(&count("firm_entry")?, &count("firm_exit")?)
}

fn productivity_persistence(run: &RunTables) -> Option<f64> {
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for year in pairs(run) {
        let sectors = year.iter().map(|pair| pair.before.0.sector[pair.before.1]).max().map_or(0, |s| s + 1);
        for s in 0..sectors {
            let logs: Vec<(f64, f64)> = year
                .iter()
                .filter(|pair| pair.before.0.sector[pair.before.1] == s)
                .map(|p| (p.before.0.productivity[p.before.1].ln(), p.after.0.productivity[p.after.1].ln()))
                .filter(|(before, after)| before.is_finite() && after.is_finite())
                .collect();
            let (before, after): (Vec<f64>, Vec<f64>) = logs.into_iter().unzip();
            let (Some(mb), Some(ma)) = (mean(&before), mean(&after)) else { continue };
            x.extend(before.iter().map(|v| v - mb));
            y.extend(after.iter().map(|v| v - ma));
        }
    }
    regressions::slope(&x, &y)
}

/// Wear of capital in a year, which gross investment replaces \[share\].
const WEAR: f64 = 0.05;

/// Gross investment over capital of firms that survive a year: growth of capital and wear.
fn investment_rates(run: &RunTables) -> Option<Vec<f64>> {
    let rates: Vec<f64> = pairs(run).iter().flatten().filter_map(investment_rate).collect();
    (!rates.is_empty()).then_some(rates)
}

fn investment_rate(pair: &Pair<'_>) -> Option<f64> {
    Some(pair.log_growth(|year| &year.capital)?.exp() - 1.0 + WEAR)
}

fn investment_autocorrelation(run: &RunTables) -> Option<f64> {
    let years = pairs(run);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for two in years.windows(2) {
        for later in &two[1] {
            let slot = later.before.0.slot[later.before.1];
            let earlier = two[0].binary_search_by_key(&slot, |pair| pair.after.0.slot[pair.after.1]);
            let Ok(at) = earlier else { continue };
            if let (Some(a), Some(b)) = (investment_rate(&two[0][at]), investment_rate(later)) {
                x.push(a.min(1.0));
                y.push(b.min(1.0));
            }
        }
    }
    correlation(&x, &y)
}
