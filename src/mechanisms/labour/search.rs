//! Boards and rounds of the search for work: openings by region and class, applications, and their grouping by payroll.

use super::innovator_bargaining::INNOVATORS;
use super::payroll::{number, place};
use crate::agents::{Identity, Staff, TASKS};
use crate::engine::Draws;

/// What applicants see of a firm.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offer {
    /// Posted wage per efficiency unit of the reference class \[yuan per person and quarter\].
    pub posted: f32,
    /// Premium of innovators over the wage of their class \[share\].
    pub innovators: f32,
    /// Whether the firm farms.
    pub farm: bool,
}

impl Offer {
    /// Wage of an efficiency unit in a class \[yuan per person and quarter\].
    #[inline]
    #[must_use]
    pub fn wage(&self, task: usize, premium: &[f32; TASKS]) -> f32 {
        self.posted * premium[task] * if task == INNOVATORS { 1.0 + self.innovators } else { 1.0 }
    }
}

/// Open positions by region and class, and by class alone: each position is one entry, so that a firm is drawn in
/// proportion to them.
#[derive(Clone, Debug, Default)]
pub struct Openings {
    starts: Vec<u32>,
    payrolls: Vec<u32>,
    national: [Vec<u32>; TASKS],
}

impl Openings {
    /// Lists what firms in business have open.
    #[must_use]
    pub fn list<'a>(regions: usize, firms: impl Iterator<Item = (&'a Identity, &'a Staff)> + Clone) -> Self {
        let active = || firms.clone().enumerate().filter(|(_, (identity, _))| identity.active());
        let mut starts = vec![0_u32; regions * TASKS + 1];
        for (_, (identity, staff)) in active() {
            for k in 0..TASKS {
                starts[usize::from(identity.region) * TASKS + k + 1] += staff.vacancies[k];
            }
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut payrolls = vec![0; *starts.last().unwrap_or(&0) as usize];
        for (slot, (identity, staff)) in active() {
            for k in 0..TASKS {
                let at = &mut next[usize::from(identity.region) * TASKS + k];
                payrolls[*at as usize..(*at + staff.vacancies[k]) as usize].fill(number(slot * TASKS + k));
                *at += staff.vacancies[k];
            }
        }
        let mut national: [Vec<u32>; TASKS] = core::array::from_fn(|_| Vec::new());
        for payroll in &payrolls {
            national[*payroll as usize % TASKS].push(*payroll);
        }
        Self { starts, payrolls, national }
    }

    /// Number of open positions.
    #[must_use]
    pub fn count(&self) -> usize {
        self.payrolls.len()
    }

    /// A position drawn from a class of a region, or from all its classes; where there is none, with chance `beyond`
    /// from those of all regions. The payroll is `slot * TASKS + class`.
    #[must_use]
    pub fn draw(&self, region: u8, task: Option<u8>, beyond: f64, draws: &mut Draws) -> Option<u32> {
        let first = place(usize::from(region), task.unwrap_or(0));
        let last = first + if task.is_some() { 1 } else { TASKS };
        let (from, to) = (self.starts[first] as usize, self.starts[last] as usize);
        if from < to {
            return Some(self.payrolls[from + draws.below(to - from)]);
        }
        if beyond <= 0.0 || !draws.chance(beyond) {
            return None;
        }
        let all = task.map_or(&self.payrolls, |task| &self.national[usize::from(task)]);
        (!all.is_empty()).then(|| all[draws.below(all.len())])
    }
}

/// An application for a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Application {
    /// Slot and class of the payroll, `slot * TASKS + class`.
    pub payroll: u32,
    /// Applicant (row).
    pub worker: u32,
    /// How the firm ranks the applicant; the highest are taken.
    pub score: f64,
}

/// Groups applications by payroll (counting sort, stable): the applications in order and where each payroll's begin.
#[must_use]
pub fn by_payroll(applications: &[Application], payrolls: usize) -> (Vec<Application>, Vec<u32>) {
    let mut starts = vec![0_u32; payrolls + 1];
    for a in applications {
        starts[a.payroll as usize + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut grouped = applications.to_vec();
    for a in applications {
        let at = &mut next[a.payroll as usize];
        grouped[*at as usize] = *a;
        *at += 1;
    }
    (grouped, starts)
}

/// The `positions` best of a payroll's applications: highest score first, ties by row.
pub fn best(applications: &mut [Application], positions: usize) -> &[Application] {
    if applications.len() > positions {
        applications.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.worker.cmp(&b.worker)));
    }
    let taken = positions.min(applications.len());
    &applications[..taken]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::firm::Life;
    use crate::engine::{Stream, StreamKey};

    fn firms() -> Vec<(Identity, Staff)> {
        let firm = |region, vacancies| {
            (Identity { region, life: Life::Active, ..Identity::default() }, Staff { vacancies, ..Staff::default() })
        };
        let mut firms =
            vec![firm(0, [3, 0, 0, 0]), firm(1, [0, 2, 0, 0]), firm(0, [1, 0, 0, 1]), firm(0, [9, 9, 9, 9])];
        firms[3].0.life = Life::Vacant;
        firms
    }

    #[test]
    fn firms_are_drawn_in_proportion_to_their_open_positions() {
        let firms = firms();
        let openings = Openings::list(2, firms.iter().map(|(i, s)| (i, s)));
        assert_eq!(openings.count(), 7);
        let key = StreamKey::new(1, 1, Stream::JobSearch);
        let mut hits = [0; 4 * TASKS];
        for i in 0..40_000 {
            hits[openings.draw(0, Some(0), 1.0, &mut key.agent(i)).expect("open") as usize] += 1;
        }
        assert!((f64::from(hits[0]) / 40_000.0 - 0.75).abs() < 0.01);
        assert_eq!(hits[0] + hits[2 * TASKS], 40_000);
        assert_eq!(openings.draw(1, Some(0), 0.0, &mut key.agent(0)), None);
        assert_eq!(openings.draw(1, None, 0.0, &mut key.agent(0)), Some(number(TASKS + 1)));
    }

    #[test]
    fn where_a_region_has_no_position_those_of_all_regions_are_seen() {
        let firms = firms();
        let openings = Openings::list(2, firms.iter().map(|(i, s)| (i, s)));
        let key = StreamKey::new(1, 1, Stream::JobSearch);
        let seen = |beyond| (0..10_000).filter_map(|i| openings.draw(1, Some(0), beyond, &mut key.agent(i))).count();
        assert_eq!((seen(0.0), seen(1.0)), (0, 10_000));
        assert!((seen(0.3) as f64 / 10_000.0 - 0.3).abs() < 0.02);
        // A market that has positions of its own does not see others, nor use a draw more.
        let draws = |beyond| openings.draw(0, Some(3), beyond, &mut key.agent(7));
        assert_eq!(draws(1.0), draws(0.0));
        assert_eq!(openings.draw(1, Some(2), 1.0, &mut key.agent(0)), None);
    }

    #[test]
    fn the_best_applicants_are_taken() {
        let apply = |payroll, worker, score| Application { payroll, worker, score };
        let all = [apply(2, 0, 0.1), apply(1, 1, 0.5), apply(2, 2, 0.9), apply(2, 3, 0.9)];
        let (mut grouped, starts) = by_payroll(&all, 3);
        assert_eq!(starts, [0, 0, 1, 4]);
        let taken: Vec<u32> = best(&mut grouped[1..4], 2).iter().map(|a| a.worker).collect();
        assert_eq!(taken, [2, 3]);
        assert_eq!(best(&mut grouped[0..1], 5).len(), 1);
    }
}
