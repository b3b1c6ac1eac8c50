//! Staff retraining: a firm that has too many people in one task class and too few in another retrains instead of dismissing.
//!
//! For part of the dismissals that have an open position beside them the firm pays a course, at the price of those for the
//! unemployed, to somebody whom it would dismiss, shortest tenure first. On success the person stays in the new class with
//! part of the old skill, and both the dismissal and the opening fall away; if not, the dismissal follows.
//!
//! ```text
//! offers_kj = round(ω · min(layoffs_k, vacancies_j)),   P(success) = π + σ · (s − 1) − α · (age − 30)⁺ / 10   (`retraining`)
//! ```
//!
//! ω `offers`; classes are matched in their order. Sources: firms bear the cost of skills that they need where labour markets are
//! imperfect Acemoglu & Pischke (1999); moves to other occupations inside firms as a margin of adjustment to technology
//! Dauth, Findeisen, Suedekum & Woessner (2021): in German plants with robots the incumbents mostly stay, in other tasks.
//! Departures: the course takes no time, since the firm knew before it planned. The fee is a purchase of
//! services (`Flow::Training`) from a public service unit of the region. Neutral: no offers, or `enabled` false.
//! Reads `Identity`, `Indicators`, `retraining`; writes `Person`, `Staff`, `Books`, `Ledger`, `Tally`. Draws: `Stream::Training`.
//! Not here yet: training without a threat of dismissal, repayment clauses, poaching.

use super::payroll::{join, leave, number, place, rows};
use super::retraining::{self, Desk, success_chance};
use crate::accounts::chart::Flow;
use crate::accounts::ledger::{Ledger, Party};
use crate::agents::{Books, Identity, Job, NOBODY, Person, Staff, TASKS};
use crate::engine::{CHUNK, Clock, Indicators, Mechanism, Stream, StreamKey, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;
use rayon::prelude::*;

parameters! {
    /// Courses for staff that would be dismissed.
    pub struct Parameters {
        /// Whether firms retrain staff.
        enabled: bool = true;
        /// Part of dismissals with an open position beside them for which the firm offers a course (assumed: few; Dauth et al. 2021 find that most of the adjustment in plants with robots is of this kind).
        offers: f64 = 0.2, "share", 0.0..=1.0;
    }
}

/// Courses for staff that would be dismissed.
pub struct StaffRetraining;

impl Mechanism for StaffRetraining {
    const NAME: &'static str = "staff_retraining";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "courses for staff",
        off: &["staff_retraining.enabled=false"],
        instead: "firms dismiss those whose class they need less of",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        retrain_staff.into_configs()
    }
}

/// Offers by class now and class to be, for as many as have an opening each, in the order of classes.
#[must_use]
pub fn pairs(layoffs: &[u32; TASKS], vacancies: &[u32; TASKS]) -> Vec<(u8, u8, u32)> {
    let (mut layoffs, mut vacancies, mut pairs) = (*layoffs, *vacancies, Vec::new());
    for from in 0..TASKS {
        for to in (0..TASKS).filter(|to| *to != from) {
            let both = layoffs[from].min(vacancies[to]);
            if both > 0 {
                layoffs[from] -= both;
                vacancies[to] -= both;
                pairs.push((class(from), class(to), both));
            }
        }
    }
    pairs
}

#[allow(clippy::cast_possible_truncation, reason = "four classes")]
const fn class(k: usize) -> u8 {
    k as u8
}

/// Somebody who would be dismissed; the order of dismissal is that of the fields.
type AtRisk = (u16, u64, u32);

fn retrain_staff(
    (p, courses): (Res<Parameters>, Res<retraining::Parameters>),
    (clock, structure, indicators): (Res<Clock>, Res<Structure>, Res<Indicators>),
    (mut ledger, mut tally): (ResMut<Ledger>, ResMut<Tally>),
    mut workers: Query<(&mut Person, &Job)>,
    mut firms: Query<(&Identity, &mut Staff, &mut Books)>,
) {
    if !p.enabled || p.offers <= 0.0 {
        return;
    }
    let key = clock.key(Stream::Training);
    let mut firms: Vec<(Identity, Mut<Staff>, Mut<Books>)> = firms.iter_mut().map(|(i, s, b)| (*i, s, b)).collect();
    let plans = plan(firms.iter().map(|(identity, staff, _)| (identity, &**staff)), p.offers, key);
    if plans.is_empty() {
        return;
    }
    let mut asked = vec![false; firms.len() * TASKS];
    for (slot, from, ..) in &plans {
        asked[place(*slot, *from)] = true;
    }
    let desk = Desk::open(&structure, &indicators, &courses, firms.iter().map(|f| &f.0));
    let mut fees = ledger.open(Flow::Training);
    for (persons, jobs) in workers.contiguous_iter_mut().expect("workers live in tables") {
        let persons = rows(persons);
        let mut at_risk = at_risk(persons, jobs, &asked, key);
        for (slot, from, to, offers) in &plans {
            let group = at_risk.get_mut(&place(*slot, *from));
            let candidates: Vec<AtRisk> =
                group.map(|g| g.drain(..(*offers).min(g.len())).collect()).unwrap_or_default();
            for (_, _, worker) in candidates {
                let region = usize::from(firms[*slot].0.region);
                let mut draws = key.agent_round(u64::from(worker), 4);
                let Some(school) = desk.school(region, &mut draws) else { continue };
                if school == *slot || firms[*slot].2.deposits < desk.fee {
                    continue;
                }
                let fee = desk.fee;
                firms[*slot].2.deposits -= fee;
                firms[*slot].2.inputs += fee;
                firms[school].2.deposits += fee;
                firms[school].2.revenue += fee;
                let party = |i: &Identity| Party::Firm { sector: usize::from(i.sector), bank: usize::from(i.bank) };
                fees.pay(party(&firms[*slot].0), fee.fen());
                fees.receive(party(&firms[school].0), fee.fen());
                tally.staff_trainings += 1;
                let person = &mut persons[worker as usize];
                let chance = success_chance(&courses, f64::from(person.skill), f64::from(person.age) / 4.0);
                if draws.chance(chance) {
                    change_class(person, *to, courses.skill_loss, &mut firms[*slot].1);
                }
            }
        }
    }
    fees.close();
}

/// Courses that private firms offer: slot, class now, class to be, number.
fn plan<'a>(
    firms: impl Iterator<Item = (&'a Identity, &'a Staff)>,
    share: f64,
    key: StreamKey,
) -> Vec<(usize, u8, u8, usize)> {
    let mut plans = Vec::new();
    for (slot, (_, staff)) in firms.enumerate().filter(|(_, f)| f.0.active() && !f.0.public) {
        let mut draws = key.agent_round(slot as u64, 3);
        for (from, to, both) in pairs(&staff.layoffs, &staff.vacancies) {
            let offers = usize::try_from(draws.round(f64::from(both) * share)).unwrap_or(0);
            if offers > 0 {
                plans.push((slot, from, to, offers));
            }
        }
    }
    plans
}

/// A person stays in the firm in another class; a dismissal and an opening fall away.
#[allow(clippy::cast_possible_truncation, reason = "skills are stored in single precision")]
fn change_class(person: &mut Person, to: u8, loss: f64, staff: &mut Staff) {
    leave(staff, person.task, person.skill);
    staff.layoffs[usize::from(person.task)] -= 1;
    person.task = to;
    person.skill *= 1.0 - loss as f32;
    join(staff, to, person.skill);
    staff.vacancies[usize::from(to)] -= 1;
}

/// Who is on the payrolls asked for, in the order of dismissal.
fn at_risk(
    persons: &[Person],
    jobs: &[Job],
    asked: &[bool],
    key: StreamKey,
) -> std::collections::BTreeMap<usize, Vec<AtRisk>> {
    let of_chunk = |(c, (persons, jobs)): (usize, (&[Person], &[Job]))| {
        let rows = persons.iter().zip(jobs).enumerate();
        let asked = rows
            .filter(|(_, (person, job))| job.employer != NOBODY && asked[place(job.employer as usize, person.task)]);
        let entry = |(i, (person, job)): (usize, (&Person, &Job))| {
            let worker = number(c * CHUNK + i);
            let hash = key.agent_round(u64::from(worker), 5).bits();
            (place(job.employer as usize, person.task), (job.spell, hash, worker))
        };
        asked.map(entry).collect::<Vec<_>>()
    };
    let chunks: Vec<_> = persons.par_chunks(CHUNK).zip(jobs.par_chunks(CHUNK)).enumerate().map(of_chunk).collect();
    let mut groups = std::collections::BTreeMap::<usize, Vec<AtRisk>>::new();
    for (payroll, entry) in chunks.into_iter().flatten() {
        groups.entry(payroll).or_default().push(entry);
    }
    for group in groups.values_mut() {
        group.sort_unstable();
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Money;
    use crate::mechanisms::labour::testing;

    #[test]
    fn a_dismissal_is_matched_with_an_opening_in_another_class() {
        assert_eq!(pairs(&[0, 0, 3, 0], &[1, 0, 5, 1]), [(2, 0, 1), (2, 3, 1)]);
        assert!(pairs(&[0, 0, 3, 0], &[0, 0, 5, 0]).is_empty());
    }

    #[test]
    fn who_is_retrained_stays_and_the_firm_pays() {
        let run = |offers: f64| {
            let mut world = testing::world(300, 12, 1);
            world.insert_resource(retraining::Parameters { success: 1.0, ..retraining::Parameters::default() });
            world.insert_resource(Parameters { offers, ..Parameters::default() });
            // Slot 0 is private, slot 2 the school of its region.
            let slot = 0;
            let heads = testing::staff(&mut world)[slot].heads;
            let k = (0..TASKS).max_by_key(|k| heads[*k]).expect("four classes");
            let to = (k + 1) % TASKS;
            testing::staff_mut(&mut world, slot, |staff| (staff.layoffs[k], staff.vacancies[to]) = (3, 3));
            testing::books_mut(&mut world, slot, |books| books.deposits = Money::from_yuan(1e12));
            let before = testing::staff(&mut world)[slot];
            testing::run::<StaffRetraining>(&mut world, 1);
            let after = testing::staff(&mut world)[slot];
            assert!(testing::gaps(&mut world).is_empty());
            assert!(world.resource::<Ledger>().breaches().is_empty());
            (before, after, k, to, world.resource::<Tally>().staff_trainings)
        };
        let (before, after, k, to, courses) = run(1.0);
        let moved = before.heads[k] - after.heads[k];
        assert!(courses == 3 && moved > 0);
        assert_eq!(
            (after.layoffs[k], after.vacancies[to], after.heads[to]),
            (3 - moved, 3 - moved, before.heads[to] + moved)
        );
        let (before, after, _, _, courses) = run(0.0);
        assert_eq!((before.heads, before.layoffs, courses), (after.heads, after.layoffs, 0));
    }
}
