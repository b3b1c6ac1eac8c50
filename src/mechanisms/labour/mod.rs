//! Labour: people age, jobs end, wages are set, searchers and vacancies meet, people retrain and move.
//!
//! Order in the tick: `Demography`, `StaffRetraining`, `Separations`, `InnovatorBargaining`, `WageSetting`, `JobMatching`,
//! `Retraining`, `Migration`; `WorkingHours` stands at the head of planning. After each
//! of them `Staff::heads[k]` is the number of workers of class k whose `Job::employer` is the firm's slot.
//! `Job::spell` counts whole quarters: everybody's is raised once a tick, in `Demography`, and whatever begins
//! later in the tick starts at zero.

#![allow(clippy::needless_pass_by_value, reason = "systems take their parameters by value")]

pub mod demography;
pub mod innovator_bargaining;
pub mod job_matching;
pub mod life_table;
pub mod migration;
pub mod payroll;
pub mod retraining;
mod search;
pub mod separations;
pub mod skills;
pub mod staff_retraining;
pub mod task_distribution;
pub mod task_premia;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod wage_setting;
pub mod working_hours;

pub use demography::Demography;
pub use innovator_bargaining::InnovatorBargaining;
pub use job_matching::JobMatching;
pub use life_table::LifeTable;
pub use migration::{Amenities, Migration};
pub use retraining::Retraining;
pub use separations::{Dismissal, Dismissals, Separations};
pub use staff_retraining::StaffRetraining;
pub use task_distribution::TaskDistribution;
pub use task_premia::TaskPremia;
pub use wage_setting::{Raises, RegionalWages, WageSetting};
pub use working_hours::{WorkingHours, WorkingWeek};
