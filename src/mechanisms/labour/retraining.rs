//! Retraining: the long-term unemployed of slack task classes take a course and may come out in another class.
//!
//! Somebody out of work for some time, in a class with few openings per searcher compared with the region, starts a course
//! with some probability; the state pays part of the fee to a public service unit of the region, and deposits must cover the
//! rest. After the course the
//! person is unemployed again, on success in the class with the best prospects at that time, at part of the old skill.
//!
//! ```text
//! slack if θ_rk < ζ · θ̄_r;   prospects_j = θ_rj · wage_rj;   starts if max_j prospects_j > (1 + g) · prospects_k
//! P(success) = π + σ · (s − 1) − α · (age − 30)⁺ / 10,  within 0.05 and 0.95
//! ```
//!
//! θ `Indicators::tightness_by_market`, θ̄ its mean over classes by `TaskDistribution`; wage `wages_by_market`; s skill.
//! Source: Card, Kluve & Weber (2018) for the size of effects, success and duration in parameters.csv; falling with age as
//! in Heckman, Lochner & Taber (1998). Departures: the class is chosen when the course ends, not when it begins.
//! The fee is spending of households and the centre on services of the public unit (`Flow::Training`) and revenue in its
//! books. What firms pay for staff of their own is in `staff_retraining`.
//! Reads `Indicators`, `TaskDistribution`, `Identity`; writes `Person`, `Job`, `Wallet`, `Books`, `CentralGovernment`, `Ledger`,
//! `Tally`. Draws: `Stream::Training`. Not here yet: take-up that follows the price, limits on places.

use super::payroll::{number, place, rows};
use super::task_distribution::TaskDistribution;
use crate::accounts::Money;
use crate::accounts::chart::Flow;
use crate::accounts::ledger::{Ledger, Party};
use crate::agents::{Books, CentralGovernment, Identity, Job, Person, Status, TASKS, Wallet};
use crate::engine::{CHUNK, Clock, Draws, Indicators, Mechanism, Stream, StreamKey, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;
use rayon::prelude::*;

parameters! {
    /// Courses for the unemployed.
    pub struct Parameters {
        /// Whether courses are on offer.
        enabled: bool = true;
        /// Chance that somebody who would gain starts a course (assumed: few of the unemployed train in a year, although courses are free).
        take_up: f64 = 0.05, "per quarter", 0.0..=1.0;
        /// Time out of work before a course is considered (assumed).
        waiting: i64 = 2, "quarters", 0..=40;
        /// Length of a course: parameters.csv, 6 months.
        duration: i64 = 2, "quarters", 1..=40;
        /// Fee of a course at 2023 prices: labour.csv, subsidy per course of 1,800 yuan.
        fee: f64 = 1800.0, "yuan per person", 0.0..=1.0e6;
        /// Part of the fee that the centre pays out of unemployment insurance, the person the rest (labour.csv: the fee is what the subsidy per course amounts to).
        state_share: f64 = 1.0, "share", 0.0..=1.0;
        /// Tightness of the class over the region's below which the class is slack (assumed).
        slack: f64 = 0.7, "ratio", 0.0..=10.0;
        /// Gain in prospects that makes a course worth while (assumed; effort and lost skill).
        gain: f64 = 0.5, "share", 0.0..=10.0;
        /// Chance of success at 30 with skill one: labour.csv has 0.3 in work in a new class within a year; search takes the rest.
        success: f64 = 0.5, "share", 0.0..=1.0;
        /// Rise of the chance with skill (assumed).
        success_by_skill: f64 = 0.2, "share per unit of skill", 0.0..=2.0;
        /// Fall of the chance for each ten years above 30 (assumed; returns fall with age, Heckman, Lochner & Taber 1998).
        success_by_age: f64 = 0.08, "share per ten years", 0.0..=1.0;
        /// Skill lost by the change of class after a course (assumed: half of that without one).
        skill_loss: f64 = 0.1, "share", 0.0..=1.0;
    }
}

/// Courses for the unemployed.
pub struct Retraining;

impl Mechanism for Retraining {
    const NAME: &'static str = "retraining";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "courses",
        off: &["retraining.enabled=false"],
        instead: "nobody is trained for another task class",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (train).into_configs()
    }
}

/// Where courses are given, and what they cost.
pub(super) struct Desk {
    schools: Vec<Vec<usize>>,
    /// Fee of a course for a worker agent.
    pub fee: Money,
}

impl Desk {
    /// Public service units in business by region, and the fee at this quarter's prices.
    pub fn open<'a>(
        structure: &Structure,
        indicators: &Indicators,
        p: &Parameters,
        firms: impl Iterator<Item = &'a Identity>,
    ) -> Self {
        let mut schools: Vec<Vec<usize>> = vec![Vec::new(); structure.region_count()];
        for (slot, identity) in firms.enumerate().filter(|(_, identity)| identity.active() && identity.public) {
            schools[usize::from(identity.region)].push(slot);
        }
        Self { schools, fee: Money::from_yuan(p.fee * indicators.cpi * structure.persons_per_worker) }
    }

    /// A school of a region, if it has any.
    pub fn school(&self, region: usize, draws: &mut Draws) -> Option<usize> {
        let choice = &self.schools[region];
        (!choice.is_empty()).then(|| choice[draws.below(choice.len())])
    }
}

/// Chance that a course succeeds.
#[must_use]
pub fn success_chance(p: &Parameters, skill: f64, age_years: f64) -> f64 {
    let by_age = p.success_by_age * (age_years - 30.0).max(0.0) / 10.0;
    (p.success + p.success_by_skill * (skill - 1.0) - by_age).clamp(0.05, 0.95)
}

/// Where a class of a region leads: the class with the best prospects, and whether a course is worth while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Class with the best prospects, other than the own one.
    pub target: u8,
    /// Whether the own class is slack and the target enough better.
    pub worthwhile: bool,
}

/// Outlook of each class of a region from tightness, wages and the region's mean tightness.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "four classes")]
pub fn outlooks(p: &Parameters, tightness: &[f64], wages: &[f64], mean_tightness: f64) -> [Outlook; TASKS] {
    let prospects: [f64; TASKS] = core::array::from_fn(|k| tightness[k] * wages[k]);
    core::array::from_fn(|k| {
        let others = (0..TASKS).filter(|j| *j != k);
        let target = others.max_by(|a, b| prospects[*a].total_cmp(&prospects[*b]).then(b.cmp(a))).unwrap_or(k);
        let slack = tightness[k] < p.slack * mean_tightness;
        Outlook { target: target as u8, worthwhile: slack && prospects[target] > (1.0 + p.gain) * prospects[k] }
    })
}

fn train(
    parameters: Res<Parameters>,
    (clock, structure, tasks, indicators): (Res<Clock>, Res<Structure>, Res<TaskDistribution>, Res<Indicators>),
    (mut ledger, mut tally, mut centre): (ResMut<Ledger>, ResMut<Tally>, ResMut<CentralGovernment>),
    mut workers: Query<(&mut Person, &mut Job, &mut Wallet)>,
    mut firms: Query<(&Identity, &mut Books)>,
) {
    if !parameters.enabled {
        return;
    }
    let region = |g: usize| {
        let of = place(g, 0)..place(g + 1, 0);
        let (tightness, wages) = (&indicators.tightness_by_market, &indicators.wages_by_market);
        outlooks(&parameters, &tightness[of.clone()], &wages[of], tasks.mean(g, tightness))
    };
    let outlook: Vec<[Outlook; TASKS]> = (0..structure.region_count()).map(region).collect();
    let mut units: Vec<(Identity, Mut<Books>)> = firms.iter_mut().map(|(identity, books)| (*identity, books)).collect();
    let desk = Desk::open(&structure, &indicators, &parameters, units.iter().map(|u| &u.0));
    let key = clock.key(Stream::Training);
    let public = desk.fee.share(parameters.state_share);
    let own = desk.fee - public;
    let mut fees = ledger.open(Flow::Training);
    for (persons, jobs, wallets) in workers.contiguous_iter_mut().expect("workers live in tables") {
        let (persons, jobs, wallets) = (rows(persons), rows(jobs), rows(wallets));
        for worker in finish_and_apply(&parameters, &outlook, persons, jobs, key) {
            let row = worker as usize;
            if wallets[row].deposits < own {
                continue;
            }
            let mut draws = key.agent_round(u64::from(worker), 1);
            let Some(slot) = desk.school(usize::from(persons[row].region), &mut draws) else { continue };
            let (identity, books) = &mut units[slot];
            wallets[row].deposits -= own;
            books.deposits += desk.fee;
            books.revenue += desk.fee;
            centre.spending += public.fen();
            fees.pay(Party::Household { bank: usize::from(persons[row].bank) }, own.fen());
            fees.pay(Party::CentralGovernment, public.fen());
            fees.receive(
                Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) },
                desk.fee.fen(),
            );
            persons[row].status = Status::Training;
            jobs[row].spell = 0;
            tally.trainings += 1;
        }
    }
    fees.close();
}

/// Courses that end do so; returns who wants to begin one.
fn finish_and_apply(
    p: &Parameters,
    outlook: &[[Outlook; TASKS]],
    persons: &mut [Person],
    jobs: &mut [Job],
    key: StreamKey,
) -> Vec<u32> {
    let of_chunk = |(c, (persons, jobs)): (usize, (&mut [Person], &mut [Job]))| {
        let mut applicants = Vec::new();
        for (i, (person, job)) in persons.iter_mut().zip(jobs).enumerate() {
            let worker = number(c * CHUNK + i);
            let view = outlook[usize::from(person.region)][usize::from(person.task)];
            match person.status {
                Status::Training if i64::from(job.spell) >= p.duration => {
                    finish_course(p, view.target, person, job, key.agent(u64::from(worker)).uniform());
                }
                Status::Unemployed
                    if view.worthwhile
                        && i64::from(job.spell) >= p.waiting
                        && key.agent(u64::from(worker)).chance(p.take_up) =>
                {
                    applicants.push(worker);
                }
                _ => {}
            }
        }
        applicants
    };
    let chunks = persons.par_chunks_mut(CHUNK).zip(jobs.par_chunks_mut(CHUNK)).enumerate();
    chunks.map(of_chunk).collect::<Vec<_>>().concat()
}

/// Back to the search for work, in the new class if the course was a success.
#[allow(clippy::cast_possible_truncation, reason = "skills are stored in single precision")]
fn finish_course(p: &Parameters, target: u8, person: &mut Person, job: &mut Job, uniform: f64) {
    if uniform < success_chance(p, f64::from(person.skill), f64::from(person.age) / 4.0) {
        person.task = target;
        person.skill *= 1.0 - p.skill_loss as f32;
    }
    person.status = Status::Unemployed;
    job.spell = 0;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::labour::testing;

    #[test]
    fn success_falls_with_age_and_rises_with_skill() {
        let p = Parameters::default();
        assert!((success_chance(&p, 1.0, 25.0) - 0.5).abs() < 1e-12);
        assert!((success_chance(&p, 1.5, 50.0) - (0.5 + 0.1 - 0.16)).abs() < 1e-12);
        assert!((success_chance(&p, 0.1, 59.0) - 0.088).abs() < 1e-9);
    }

    #[test]
    fn only_slack_classes_lead_to_a_course() {
        let p = Parameters::default();
        let o = outlooks(&p, &[0.1, 0.5, 0.5, 0.6], &[1.0, 1.0, 1.0, 2.0], 0.425);
        assert_eq!(o[0], Outlook { target: 3, worthwhile: true });
        assert_eq!(o[1], Outlook { target: 3, worthwhile: false });
        assert_eq!(o[3].target, 1);
    }

    #[test]
    fn a_course_is_paid_to_a_public_unit_and_ends_after_its_time() {
        let mut world = testing::world(400, 12, 1);
        let state_share = 0.25;
        world.insert_resource(Parameters {
            take_up: 1.0,
            success: 1.0,
            waiting: 0,
            state_share,
            ..Parameters::default()
        });
        world.resource_mut::<Indicators>().tightness_by_market = vec![0.05, 0.5, 0.5, 0.5, 0.05, 0.5, 0.5, 0.5];
        let before = testing::workers(&mut world);
        testing::run::<Retraining>(&mut world, 1);
        let after = testing::workers(&mut world);
        let begun: Vec<usize> = (0..before.len()).filter(|i| after[*i].0.status == Status::Training).collect();
        assert!(!begun.is_empty());
        assert_eq!(world.resource::<Tally>().trainings, begun.len() as u64);
        let fee = Money::from_yuan(1800.0 * world.resource::<Structure>().persons_per_worker);
        let own = Money(fee.0 * 3 / 4);
        assert!(begun.iter().all(|i| before[*i].2.deposits - after[*i].2.deposits == own && after[*i].0.task == 0));
        assert_eq!(world.resource::<CentralGovernment>().spending, i128::from(fee.0 / 4) * begun.len() as i128);
        let revenue: Money = testing::books(&mut world).iter().map(|b| b.revenue).sum();
        assert_eq!(revenue, Money(fee.0 * begun.len() as i64));
        assert!(world.resource::<Ledger>().breaches().is_empty());
        world.insert_resource(Parameters { take_up: 0.0, success: 1.0, ..Parameters::default() });
        testing::each_job(&mut world, |job| job.spell = 2);
        testing::run::<Retraining>(&mut world, 1);
        let done = testing::workers(&mut world);
        assert!(begun.iter().all(|i| done[*i].0.status == Status::Unemployed));
        assert!(begun.iter().filter(|i| done[**i].0.task == 1).count() * 2 > begun.len());
    }
}
