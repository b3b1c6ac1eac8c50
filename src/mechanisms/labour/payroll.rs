//! Payrolls: what the labour mechanisms share about workers' rows and firms' staff.

use crate::accounts::money::nearest;
use crate::agents::{Job, NOBODY, Person, Staff, TASKS};
use bevy_ecs::change_detection::ContiguousMut;

/// One efficiency unit in the fixed point of `Staff::efficiency`.
pub const EFFICIENCY_ONE: f64 = 65_536.0;

/// Skill in the fixed point of `Staff::efficiency`.
#[must_use]
pub fn efficiency(skill: f32) -> i64 {
    nearest(f64::from(skill) * EFFICIENCY_ONE)
}

/// A component's rows as a plain slice; hot passes need no change ticks.
#[must_use]
pub fn rows<T>(column: ContiguousMut<'_, T>) -> &mut [T] {
    ContiguousMut::bypass_change_detection_split(column).0
}

/// Place of a class in a region (or of a class on a payroll) in arrays `[first * TASKS + task]`.
#[must_use]
#[inline]
pub const fn place(first: usize, task: u8) -> usize {
    first * TASKS + task as usize
}

/// Number of an agent from its row.
#[must_use]
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
pub const fn number(row: usize) -> u32 {
    row as u32
}

/// Takes a worker of a class off a payroll.
///
/// # Panics
/// If the payroll has nobody of that class: then payrolls and workers disagree.
pub fn leave(staff: &mut Staff, task: u8, skill: f32) {
    let k = usize::from(task);
    staff.heads[k] = staff.heads[k].checked_sub(1).expect("a leaver is on the payroll");
    staff.efficiency[k] -= efficiency(skill);
}

/// Advertises a position that fell vacant if the firm still wants it: heads and open positions fall short of its positions.
pub fn replace(staff: &mut Staff, task: u8) {
    let k = usize::from(task);
    if staff.heads[k] + staff.vacancies[k] < staff.positions[k] {
        staff.vacancies[k] += 1;
    }
}

/// Puts a worker of a class on a payroll.
pub fn join(staff: &mut Staff, task: u8, skill: f32) {
    let k = usize::from(task);
    staff.heads[k] += 1;
    staff.efficiency[k] += efficiency(skill);
}

/// The worker has no employer any more; wage and severance stay as they are.
pub fn end_job(job: &mut Job) {
    job.employer = NOBODY;
    job.spell = 0;
}

/// A payroll that disagrees with the workers that name it: slot, class, workers counted, heads recorded.
pub type Gap = (usize, usize, u32, u32);

/// Payrolls on which heads or efficiency units differ from what the workers say (people are conserved).
#[must_use]
pub fn headcount_gaps<'a>(workers: impl IntoIterator<Item = (&'a Person, &'a Job)>, staff: &[Staff]) -> Vec<Gap> {
    let mut heads = vec![0_u32; staff.len() * TASKS];
    let mut units = vec![0_i64; staff.len() * TASKS];
    for (person, job) in workers {
        if job.employer != NOBODY {
            let at = place(job.employer as usize, person.task);
            heads[at] += 1;
            units[at] += efficiency(person.skill);
        }
    }
    (0..heads.len())
        .map(|i| (i / TASKS, i % TASKS))
        .filter(|(f, k)| {
            staff[*f].heads[*k] != heads[f * TASKS + k] || staff[*f].efficiency[*k] != units[f * TASKS + k]
        })
        .map(|(f, k)| (f, k, heads[f * TASKS + k], staff[f].heads[k]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_advertised_again_only_if_it_is_wanted() {
        let mut staff = Staff { heads: [3, 0, 0, 0], positions: [3, 0, 0, 0], ..Staff::default() };
        staff.efficiency[0] = 3 * 65_536;
        leave(&mut staff, 0, 1.0);
        replace(&mut staff, 0);
        assert_eq!((staff.heads[0], staff.vacancies[0], staff.efficiency[0]), (2, 1, 2 * 65_536));
        replace(&mut staff, 0);
        assert_eq!(staff.vacancies[0], 1);
        join(&mut staff, 0, 0.5);
        assert_eq!((staff.heads[0], staff.efficiency[0]), (3, 2 * 65_536 + 32_768));
    }

    #[test]
    fn a_payroll_without_its_worker_is_a_gap() {
        let person = Person { skill: 1.0, task: 2, ..Person::default() };
        let job = Job { employer: 1, ..Job::default() };
        let mut staff = vec![Staff::default(); 2];
        assert_eq!(headcount_gaps([(&person, &job)], &staff), [(1, 2, 1, 0)]);
        join(&mut staff[1], 2, 1.0);
        assert!(headcount_gaps([(&person, &job)], &staff).is_empty());
    }
}
