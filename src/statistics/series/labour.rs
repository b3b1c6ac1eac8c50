//! People, work and wages.

use crate::agents::Status;
use crate::mechanisms::labour::working_hours::NORMAL_WEEK;
use crate::statistics::{Facts, columns};

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "population", "persons", "adults, 16 and over", "workers" => |f| persons(f, f.people.population());
        "labour_force", "persons", "employed and unemployed", "workers" => |f| persons(f, f.people.in_status(Status::Employed) + f.people.in_status(Status::Unemployed));
        "employment", "persons", "people on a payroll", "workers" => |f| persons(f, f.people.in_status(Status::Employed));
        "in_training", "persons", "people in retraining", "workers" => |f| persons(f, f.people.in_status(Status::Training));
        "out_of_labour_force", "persons", "people in education or at home", "workers" => |f| persons(f, f.people.in_status(Status::OutOfLabourForce));
        "retired", "persons", "people who draw a pension", "workers" => |f| persons(f, f.people.in_status(Status::Retired));
        "unemployment_rate", "1", "unemployed whose last job was not on a farm over the non-farm labour force", "workers" => |f| f.people.nation().unemployment_rate();
        "unemployment_rate_routine_manual", "1", "unemployment rate of routine manual workers, non-farm", "workers" => |f| f.people.task(0).unemployment_rate();
        "unemployment_rate_nonroutine_manual", "1", "unemployment rate of non-routine manual workers, non-farm", "workers" => |f| f.people.task(1).unemployment_rate();
        "unemployment_rate_routine_cognitive", "1", "unemployment rate of routine cognitive workers, non-farm", "workers" => |f| f.people.task(2).unemployment_rate();
        "unemployment_rate_nonroutine_cognitive", "1", "unemployment rate of non-routine cognitive workers, non-farm", "workers" => |f| f.people.task(3).unemployment_rate();
        "vacancy_rate", "1", "positions open at the end of the quarter's search over employment and these, as surveys count them on a day", "job matching" => |f| vacancy_rate(f, |f| f.tally.unfilled);
        "offered_vacancy_rate", "1", "positions offered in the quarter, filled or not, over employment and these", "job matching" => |f| vacancy_rate(f, |f| f.tally.vacancies);
        "separation_rate", "1 per quarter", "quits, dismissals, closures and retirements over employment a quarter before", "separations" => |f| f.last().map_or(f64::NAN, |last| separations(f) / last.employment);
        "quit_rate", "1 per quarter", "quits over employment a quarter before", "separations" => |f| f.last().map_or(f64::NAN, |last| count(f.tally.quits) / last.employment);
        "layoff_rate", "1 per quarter", "dismissals and closures over employment a quarter before", "separations" => |f| f.last().map_or(f64::NAN, |last| count(f.tally.layoffs + f.tally.closures) / last.employment);
        "job_finding_rate", "1 per quarter", "searchers without a job who were hired over all of them", "job matching" => |f| f.flow(count(f.tally.hires_from_unemployment) / count(f.tally.searchers));
        "job_to_job_rate", "1 per quarter", "hires of people with a job over employment a quarter before", "job matching" => |f| f.last().map_or(f64::NAN, |last| count(f.tally.hires_from_jobs) / last.employment);
        "mean_wage_cny", "CNY per person and quarter", "mean wage of the employed", "workers" => |f| f.now.mean_wage;
        "wage_growth_yoy", "1", "mean wage on the same quarter of the year before", "workers" => |f| f.growth(|p| p.mean_wage);
        "hours_per_worker", "hours per week", "normal hours of 49 times hours worked over normal hours", "NBS 2023; production" => |f| NORMAL_WEEK * f.firms.nation.head_hours / f.firms.nation.heads;
        "migration_rate", "1 per quarter", "moves between regions over population", "migration" => |f| f.flow(count(f.tally.moves) * f.persons / persons(f, f.people.population()));
        "training_starts", "persons per quarter", "courses of the unemployed begun", "retraining" => |f| f.flow(count(f.tally.trainings) * f.persons);
        "staff_training_starts", "persons per quarter", "courses that firms paid for staff", "staff retraining" => |f| f.flow(count(f.tally.staff_trainings) * f.persons);
    }
}

#[allow(clippy::cast_precision_loss, reason = "head counts")]
fn persons(f: &Facts, workers: i64) -> f64 {
    workers as f64 * f.persons
}

#[allow(clippy::cast_precision_loss, reason = "head counts")]
const fn count(n: u64) -> f64 {
    n as f64
}

fn separations(f: &Facts) -> f64 {
    count(f.tally.quits + f.tally.layoffs + f.tally.closures + f.tally.retirements)
}

fn vacancy_rate(f: &Facts, of: fn(&Facts) -> u64) -> f64 {
    let vacancies = count(of(f));
    f.flow(vacancies / (vacancies + f.now.employment))
}
