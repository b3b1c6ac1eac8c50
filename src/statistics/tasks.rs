//! `tasks`: one row a tick and task class.

use super::columns;
use super::facts::Facts;
use crate::agents::TASKS;

columns! {
    /// Columns after `tick` and `task`.
    pub const COLUMNS: KeyedStatistic = {
        "employment", "persons", "people of the class on a payroll", "workers" => |f, k| persons(f, f.people.task(k).employed);
        "unemployed", "persons", "people of the class who look for work", "workers" => |f, k| persons(f, f.people.task(k).unemployed);
        "unemployment_rate", "1", "unemployment rate of the non-farm labour force", "workers" => |f, k| f.people.task(k).unemployment_rate();
        "mean_wage_cny", "CNY per person and quarter", "mean wage of the employed", "workers" => |f, k| f.people.task(k).mean_wage();
        "wage_premium", "1", "mean wage over the mean wage of all classes", "workers" => |f, k| f.people.task(k).mean_wage() / f.now.mean_wage;
        "labour_share", "1", "compensation of the class over GDP: the wage share split in proportion to wages", "workers, accounts" => |f, k| f.now.wage_share * wages(f, k) / (0..TASKS).map(|j| wages(f, j)).sum::<f64>();
        "vacancies", "persons", "open positions", "firms" => |f, k| f.flow(f.firms.nation.vacancies[k] * f.persons);
        "automated_share", "1", "share of the tasks of the class done by AI, weighted by the work that they would take", "firms" => |f, k| f.firms.nation.automated[k] / f.firms.nation.tasks[k];
        "new_task_share", "1", "new tasks for people over the tasks of the class", "firms; Acemoglu & Restrepo (2019)" => |f, k| f.firms.nation.new_tasks[k] / f.firms.nation.tasks[k];
    }
}

#[allow(clippy::cast_precision_loss, reason = "a statistic")]
fn wages(f: &Facts, task: usize) -> f64 {
    f.people.task(task).wages as f64
}

#[allow(clippy::cast_precision_loss, reason = "head counts")]
fn persons(f: &Facts, workers: i64) -> f64 {
    workers as f64 * f.persons
}
