//! Separations: jobs end because firms close, dismiss or because people quit.
//!
//! The staff of closed firms lose their jobs without severance. Firms dismiss exactly as many as they planned in each
//! class, shortest tenure first, with severance by tenure. Others quit into unemployment at a constant hazard, lower on
//! farms; what quits leave open is advertised again if the firm still wants it.
//!
//! ```text
//! severance in months = min(years of service, half a year and more counting as a year, less as half a month; 12)
//! ```
//!
//! Source: Labour Contract Law of 2008, article 47; hazards see the parameters. Departures: severance is paid in whole
//! quarters of wage (rounded), the wage is the last one; the cap on high wages is left out.
//! `Dismissals` names payer and payee of each severance of the tick and what it amounts to.
//! Reads `Identity`, `Structure`; writes `Person`, `Job`, `Staff`, `Dismissals`, `Tally`. Draws: `Stream::Separations`.
//! Not here yet: quits that follow tightness, mutual agreements, temporary lay-offs.

use super::payroll::{end_job, leave, number, place, replace, rows};
use crate::agents::firm::Life;
use crate::agents::{Identity, Job, NOBODY, Person, Staff, Status, TASKS};
use crate::engine::{CHUNK, Clock, Mechanism, Stream, StreamKey, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;
use rayon::prelude::*;

parameters! {
    /// Ends of jobs.
    pub struct Parameters {
        /// Hazard of quitting into unemployment off the farm: part of the separation rate of 0.0082 a month of labour.csv; dismissals and closures are the rest (split assumed).
        quit_rate: f64 = 0.06, "per year", 0.0..=2.0;
        /// Hazard of quitting into unemployment on farms (assumed: land use rights tie).
        farm_quit_rate: f64 = 0.016, "per year", 0.0..=2.0;
        /// Months of wage for a year of service (Labour Contract Law of 2008, article 47).
        severance_months_per_year: f64 = 1.0, "months", 0.0..=12.0;
        /// Most months of wage paid as severance (Labour Contract Law of 2008, article 47).
        severance_cap: f64 = 12.0, "months", 0.0..=60.0;
        /// Reservation wage over the last wage at the start of a spell (assumed; Feldstein & Poterba 1984 report 0.9 to 1.1 and Krueger & Mueller 2016 0.99 on average).
        reservation_share: f64 = 0.8, "share of the last wage", 0.0..=1.5;
    }
}

/// Ends of jobs.
pub struct Separations;

impl Mechanism for Separations {
    const NAME: &'static str = "separations";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "quits",
            off: &["separations.quit_rate=0.0", "separations.farm_quit_rate=0.0"],
            instead: "jobs end by dismissal, closure, withdrawal and change of jobs only",
        },
        Switch {
            part: "severance",
            off: &["separations.severance_months_per_year=0.0"],
            instead: "dismissals cost nothing",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        end_jobs.into_configs()
    }
}

/// A dismissal of this tick with severance due: who pays whom.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Dismissal {
    /// Worker (row).
    pub worker: u32,
    /// Firm (slot).
    pub firm: u32,
    /// Severance \[quarters of the wage\].
    pub quarters: u8,
    /// The wage that was lost \[yuan per person and quarter\].
    pub wage: f32,
}

/// Dismissals of this tick in order of firm and class; the settlement pays them.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Dismissals(pub Vec<Dismissal>);

/// Severance for a tenure \[quarters of the wage\]: article 47, rounded to whole quarters.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few quarters")]
pub fn severance_quarters(tenure: u16, months_per_year: f64, cap: f64) -> u8 {
    let (years, rest) = (tenure / 4, tenure % 4);
    let counted = f64::from(years)
        + if rest >= 2 {
            1.0
        } else if rest == 1 {
            0.5
        } else {
            0.0
        };
    let months = (counted * months_per_year).min(cap);
    (months / 3.0).round() as u8
}

/// What workers need to know of their employer.
#[derive(Clone, Copy, Default)]
struct Notice {
    closed: bool,
    farm: bool,
    dismisses: [bool; TASKS],
}

/// A worker in a class that the firm dismisses from; the order of dismissal is the order of the fields.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct AtRisk {
    payroll: u32,
    tenure: u16,
    hash: u64,
    worker: u32,
}

#[derive(Default)]
struct Lists {
    closures: Vec<u32>,
    at_risk: Vec<AtRisk>,
    quits: Vec<u32>,
}

fn end_jobs(
    parameters: Res<Parameters>,
    (clock, structure): (Res<Clock>, Res<Structure>),
    (mut dismissals, mut tally): (ResMut<Dismissals>, ResMut<Tally>),
    mut workers: Query<(&mut Person, &mut Job)>,
    mut firms: Query<(&Identity, &mut Staff)>,
) {
    let notice = |(identity, staff): (&Identity, &Staff)| Notice {
        closed: identity.life != Life::Active,
        farm: usize::from(identity.sector) == structure.agriculture,
        dismisses: staff.layoffs.map(|n| n > 0),
    };
    let board: Vec<Notice> = firms.iter().map(notice).collect();
    let mut staff: Vec<Mut<Staff>> = firms.iter_mut().map(|(_, staff)| staff).collect();
    let key = clock.key(Stream::Separations);
    dismissals.0.clear();
    for (persons, jobs) in workers.contiguous_iter_mut().expect("workers live in tables") {
        let mut lists = sort_out(&persons, &jobs, &board, &parameters, key);
        let mut leaving =
            Leaving { persons: rows(persons), jobs: rows(jobs), board: &board, share: parameters.reservation_share };
        for worker in &lists.closures {
            leaving.end(*worker, &mut staff);
        }
        tally.closures += lists.closures.len() as u64;
        lists.at_risk.sort_unstable();
        tally.layoffs += dismiss(&lists.at_risk, &mut leaving, &mut staff, &parameters, &mut dismissals);
        for worker in &lists.quits {
            let (firm, task) = (leaving.jobs[*worker as usize].employer, leaving.persons[*worker as usize].task);
            if firm != NOBODY {
                leaving.end(*worker, &mut staff);
                replace(&mut staff[firm as usize], task);
                tally.quits += 1;
            }
        }
    }
    for (staff, notice) in staff.iter_mut().zip(&board) {
        staff.layoffs = [0; TASKS];
        if notice.closed {
            (staff.heads, staff.efficiency, staff.vacancies) = ([0; TASKS], [0; TASKS], [0; TASKS]);
        }
    }
}

/// One pass over all workers: whose firm has closed, who may be dismissed, who quits.
fn sort_out(persons: &[Person], jobs: &[Job], board: &[Notice], parameters: &Parameters, key: StreamKey) -> Lists {
    let (quit, farm_quit) = (parameters.quit_rate / 4.0, parameters.farm_quit_rate / 4.0);
    let of_chunk = |(c, (persons, jobs)): (usize, (&[Person], &[Job]))| {
        let mut lists = Lists::default();
        for (i, (person, job)) in persons.iter().zip(jobs).enumerate() {
            if job.employer == NOBODY {
                continue;
            }
            let worker = number(c * CHUNK + i);
            let notice = &board[job.employer as usize];
            if notice.closed {
                lists.closures.push(worker);
                continue;
            }
            let mut draws = key.agent(u64::from(worker));
            if draws.chance(if notice.farm { farm_quit } else { quit }) {
                lists.quits.push(worker);
            }
            if notice.dismisses[usize::from(person.task)] {
                let payroll = number(place(job.employer as usize, person.task));
                lists.at_risk.push(AtRisk { payroll, tenure: job.spell, hash: draws.bits(), worker });
            }
        }
        lists
    };
    let chunks: Vec<Lists> = persons.par_chunks(CHUNK).zip(jobs.par_chunks(CHUNK)).enumerate().map(of_chunk).collect();
    chunks.into_iter().fold(Lists::default(), |mut all, part| {
        all.closures.extend(part.closures);
        all.at_risk.extend(part.at_risk);
        all.quits.extend(part.quits);
        all
    })
}

struct Leaving<'a> {
    persons: &'a mut [Person],
    jobs: &'a mut [Job],
    board: &'a [Notice],
    share: f64,
}

impl Leaving<'_> {
    /// A worker becomes unemployed.
    #[allow(clippy::cast_possible_truncation, reason = "wages are stored in single precision")]
    fn end(&mut self, worker: u32, staff: &mut [Mut<Staff>]) {
        let (person, job) = (&mut self.persons[worker as usize], &mut self.jobs[worker as usize]);
        let firm = job.employer as usize;
        if !self.board[firm].closed {
            leave(&mut staff[firm], person.task, person.skill);
        }
        job.farm = u8::from(self.board[firm].farm);
        job.reservation_wage = job.wage * self.share as f32;
        end_job(job);
        person.status = Status::Unemployed;
    }
}

/// Dismisses from each payroll as many as the firm planned, in the order of `at_risk`.
fn dismiss(
    at_risk: &[AtRisk],
    leaving: &mut Leaving<'_>,
    staff: &mut [Mut<Staff>],
    parameters: &Parameters,
    dismissals: &mut Dismissals,
) -> u64 {
    let mut count = 0;
    for group in at_risk.chunk_by(|a, b| a.payroll == b.payroll) {
        let (firm, task) = (group[0].payroll as usize / TASKS, group[0].payroll as usize % TASKS);
        for candidate in group.iter().take(staff[firm].layoffs[task] as usize) {
            leaving.end(candidate.worker, staff);
            let quarters =
                severance_quarters(candidate.tenure, parameters.severance_months_per_year, parameters.severance_cap);
            if quarters > 0 {
                let wage = leaving.jobs[candidate.worker as usize].wage;
                dismissals.0.push(Dismissal { worker: candidate.worker, firm: number(firm), quarters, wage });
            }
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::labour::testing;

    #[test]
    fn severance_follows_article_47() {
        let due = |tenure| severance_quarters(tenure, 1.0, 12.0);
        assert_eq!(due(1), 0); // half a month
        assert_eq!(due(8), 1); // two years, two months
        assert_eq!(due(12), 1); // three months
        assert_eq!(due(14), 1); // three and a half years count as four
        assert_eq!(due(5 * 4), 2); // five months
        assert_eq!(due(12 * 4), 4);
        assert_eq!(due(30 * 4), 4); // cap
    }

    #[test]
    fn dismissals_are_exact_and_take_the_shortest_tenure() {
        let mut world = testing::world(300, 12, 1);
        world.insert_resource(Parameters { quit_rate: 0.0, farm_quit_rate: 0.0, ..Parameters::default() });
        let slot = testing::largest_payroll(&mut world);
        testing::staff_mut(&mut world, slot.0, |staff| staff.layoffs[slot.1] = 2);
        let before = testing::workers(&mut world);
        testing::run::<Separations>(&mut world, 1);
        let after = testing::workers(&mut world);
        let on = |w: &testing::Worker| w.1.employer as usize == slot.0 && usize::from(w.0.task) == slot.1;
        let gone: Vec<usize> = (0..before.len()).filter(|i| on(&before[*i]) && !on(&after[*i])).collect();
        assert_eq!(gone.len(), 2);
        let longest_gone = gone.iter().map(|i| before[*i].1.spell).max().expect("two");
        assert!(after.iter().filter(|w| on(w)).all(|w| w.1.spell >= longest_gone));
        assert!(gone.iter().all(|i| after[*i].0.status == Status::Unemployed && after[*i].1.reservation_wage > 0.0));
        assert_eq!(world.resource::<Tally>().layoffs, 2);
        assert!(testing::gaps(&mut world).is_empty());
    }

    #[test]
    fn the_staff_of_a_closed_firm_lose_their_jobs() {
        let mut world = testing::world(300, 12, 1);
        let (slot, _) = testing::largest_payroll(&mut world);
        testing::identity_mut(&mut world, slot, |identity| identity.life = Life::Closed);
        let heads = testing::staff(&mut world)[slot].heads.iter().sum::<u32>();
        testing::run::<Separations>(&mut world, 1);
        assert_eq!(testing::staff(&mut world)[slot].heads, [0; TASKS]);
        assert_eq!(world.resource::<Tally>().closures, u64::from(heads));
        assert!(world.resource::<Dismissals>().0.is_empty());
        assert!(testing::gaps(&mut world).is_empty());
    }
}
