//! Creative destruction: sizes, growth, jobs and capital of firms; diffusion of AI.

use crate::statistics::firm_dynamics::{FirmDynamics, SectorDynamics};
use crate::statistics::fits::bass_inflection;
use crate::statistics::vintages::CapitalAge;
use crate::statistics::{Facts, columns};

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "firm_size_exponent", "1", "exponent of the upper tail of firms by staff, largest tenth (Zipf: 1)", "firms; Hill (1975), Axtell (2001)" => |f| f.dynamics.firms.tail[0];
        "firm_sales_exponent", "1", "exponent of the upper tail of firms by sales in quantities, largest tenth", "firms; Hill (1975), Axtell (2001)" => |f| f.dynamics.firms.tail[1];
        "firm_growth_spread", "1", "standard deviation of firms' log growth of sales on the year before, less the mean of the sector", "firms" => |f| f.flow(f.dynamics.firms.growth_spread[0]);
        "firm_growth_absolute", "1", "mean absolute value of the same", "firms" => |f| f.flow(f.dynamics.firms.growth_spread[1]);
        "firm_growth_shape", "1", "Subbotin shape of all these growth rates of the run so far: 1 is Laplace's tent, 2 Gauss (maximum likelihood on bins of a fiftieth)", "firms; Bottazzi & Secchi (2006)" => |f| f.flow(f.dynamics.firms.growth_shape);
        "productivity_dispersion", "log points", "ninth less first tenth of log real value added per effective hour within sectors, mean weighted with firms", "firms; Syverson (2011)" => |f| dispersion(f, |s| s.productivity_dispersion);
        "tfp_dispersion", "log points", "ninth less first tenth of log total factor productivity (labour share of the sector) within sectors, mean weighted with firms", "firms; Syverson (2011)" => |f| dispersion(f, |s| s.factor_dispersion);
        "job_creation_rate_yoy", "1 per year", "jobs added by firms that have more staff than a year before over mean staff of both quarters", "firms; Davis, Haltiwanger & Schuh (1996)" => |f| yearly(f, |d| d.jobs[0]);
        "job_destruction_rate_yoy", "1 per year", "jobs lost in firms that have less staff than a year before over mean staff", "firms; Davis, Haltiwanger & Schuh (1996)" => |f| yearly(f, |d| d.jobs[1]);
        "job_creation_by_entry_yoy", "1 per year", "part of job creation in firms that were not there a year before", "firms; Davis, Haltiwanger & Schuh (1996)" => |f| yearly(f, |d| d.jobs[2]);
        "job_destruction_by_exit_yoy", "1 per year", "part of job destruction in firms that are no more", "firms; Davis, Haltiwanger & Schuh (1996)" => |f| yearly(f, |d| d.jobs[3]);
        "excess_job_reallocation_yoy", "1 per year", "job creation and destruction beyond what net growth takes", "firms; Davis, Haltiwanger & Schuh (1996)" => |f| yearly(f, |d| d.jobs[0] + d.jobs[1] - (d.jobs[0] - d.jobs[1]).abs());
        "entry_exit_correlation", "1", "correlation of entry and exit rates across sectors, all quarters so far together", "firms; Dunne, Roberts & Samuelson (1988)" => |f| f.flow(f.dynamics.firms.turnover_correlation);
        "adoption_odds_by_size", "ratio", "odds of a first adoption in the upper fifth of digital firms without AI over those in the lower fifth, by effective hours in the sector a year before; all quarters so far", "firms; Haldane (1956) for empty cells" => |f| f.flow(f.dynamics.firms.odds[0]);
        "adoption_odds_by_productivity", "ratio", "the same by real value added per effective hour in the sector a year before", "firms; Haldane (1956) for empty cells" => |f| f.flow(f.dynamics.firms.odds[1]);
        "adoption_logistic_ceiling", "1", "ceiling of the logistic curve through the share of firms with AI so far; fitted anew once a year", "least squares; Griliches (1957)" => |f| f.dynamics.firms.logistic.ceiling;
        "adoption_logistic_speed", "1 per year", "its growth", "least squares; Griliches (1957)" => |f| f.dynamics.firms.logistic.first;
        "adoption_logistic_middle", "years", "its inflection, after the opening", "least squares; Griliches (1957)" => |f| f.dynamics.firms.logistic.second;
        "adoption_logistic_r2", "1", "part of the variance of the path that it explains", "least squares" => |f| f.dynamics.firms.logistic.r_squared;
        "adoption_bass_ceiling", "1", "ceiling of Bass's curve through the share of firms with AI beyond the opening's", "least squares; Bass (1969)" => |f| f.dynamics.firms.bass.ceiling;
        "adoption_bass_innovation", "1 per year", "its coefficient of innovation", "least squares; Bass (1969)" => |f| f.dynamics.firms.bass.first;
        "adoption_bass_imitation", "1 per year", "its coefficient of imitation", "least squares; Bass (1969)" => |f| f.dynamics.firms.bass.second;
        "adoption_bass_inflection", "1", "share of its ceiling at which it is steepest", "Bass (1969)" => |f| inflection(f);
        "adoption_bass_r2", "1", "part of the variance of the path that it explains", "least squares" => |f| f.dynamics.firms.bass.r_squared;
        "capital_age", "years", "mean age of firms' capital, weighted by quantity", "firms" => |f| f.dynamics.capital.ages / f.dynamics.capital.quantity() / 4.0;
        "capital_share_below_5_years", "1", "part of firms' capital younger than five years", "firms" => |f| capital(f, 0);
        "capital_share_5_to_10_years", "1", "part five to ten years old", "firms" => |f| capital(f, 1);
        "capital_share_10_to_20_years", "1", "part ten to twenty years old", "firms" => |f| capital(f, 2);
        "capital_share_above_20_years", "1", "part twenty years old and older", "firms" => |f| capital(f, 3);
        "capital_productivity_gap", "log points", "newest productivity of capital at home over the mean of firms' capital, weighted by quantity", "firms, frontier" => |f| f.dynamics.capital.gap / f.dynamics.capital.quantity();
    }
}

fn yearly(f: &Facts, of: fn(&FirmDynamics) -> f64) -> f64 {
    if f.dynamics.firms.sources.is_some() { of(&f.dynamics.firms) } else { f64::NAN }
}

fn inflection(f: &Facts) -> f64 {
    let fit = &f.dynamics.firms.bass;
    if fit.first.is_finite() { bass_inflection(fit.first, fit.second) } else { f64::NAN }
}

fn capital(f: &Facts, class: usize) -> f64 {
    let capital: &CapitalAge = &f.dynamics.capital;
    capital.classes[class] / capital.quantity()
}

/// Mean over sectors that have a dispersion, weighted with firms.
fn dispersion(f: &Facts, of: fn(&SectorDynamics) -> f64) -> f64 {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (sector, group) in f.dynamics.firms.sectors.iter().zip(&f.firms.sectors) {
        if of(sector).is_finite() {
            sum += of(sector) * group.firms;
            weight += group.firms;
        }
    }
    sum / weight
}
