//! People are conserved: statuses add up by region, and every payroll lists exactly its people.
//!
//! One pass over workers counts the employed by firm and task class. A closed firm's people are told in the next
//! tick, so its own payroll may be empty already; a vacant slot employs nobody.

use super::{Code, Findings};
use crate::agents::firm::Life;
use crate::agents::{Identity, Job, NOBODY, Person, Staff, Status, TASKS};
use crate::engine::CHUNK;
use crate::structure::Structure;
use bevy_ecs::prelude::World;
use core::sync::atomic::{AtomicU32, Ordering};
use rayon::prelude::*;

const STATUSES: usize = 5;

/// What one chunk of workers counts.
#[derive(Clone, Debug, Default)]
struct Count {
    population: Vec<i64>,
    by_status: Vec<[i64; STATUSES]>,
    misplaced: Vec<usize>,
}

impl Count {
    fn new(regions: usize) -> Self {
        Self { population: vec![0; regions], by_status: vec![[0; STATUSES]; regions], misplaced: Vec::new() }
    }

    fn merge(mut self, other: Self) -> Self {
        if self.population.is_empty() {
            return other;
        }
        for (mine, theirs) in self.population.iter_mut().zip(&other.population) {
            *mine += theirs;
        }
        for (mine, theirs) in self.by_status.iter_mut().flatten().zip(other.by_status.iter().flatten()) {
            *mine += theirs;
        }
        self.misplaced.extend(other.misplaced);
        self
    }
}

fn count(persons: &[Person], jobs: &[Job], first: usize, payrolls: &[AtomicU32], regions: usize) -> Count {
    let mut count = Count::new(regions);
    for (i, (person, job)) in persons.iter().zip(jobs).enumerate() {
        let region = usize::from(person.region);
        let employed = person.status == Status::Employed;
        let place = (job.employer as usize).wrapping_mul(TASKS) + usize::from(person.task);
        let known = job.employer != NOBODY && place < payrolls.len() && usize::from(person.task) < TASKS;
        let fine = employed == (job.employer != NOBODY)
            && (!employed || known)
            && region < regions
            && job.wage.is_finite()
            && job.wage >= 0.0
            && person.skill.is_finite()
            && person.skill >= 0.0;
        if region < regions {
            count.population[region] += 1;
            count.by_status[region][person.status as usize] += 1;
        }
        if employed && known {
            payrolls[place].fetch_add(1, Ordering::Relaxed);
        }
        if !fine && count.misplaced.len() < super::NAMED {
            count.misplaced.push(first + i);
        }
    }
    count
}

pub fn check(world: &mut World, findings: &mut Findings) {
    let regions = world.resource::<Structure>().region_count();
    let slots = world.query::<&Staff>().iter(world).count();
    let payrolls: Vec<AtomicU32> = (0..slots * TASKS).map(|_| AtomicU32::new(0)).collect();
    let mut total = Count::new(regions);
    let mut first = 0;
    let mut query = world.query::<(&Person, &Job)>();
    for (persons, jobs) in query.contiguous_iter(world).expect("workers' components lie in tables") {
        let part = persons
            .par_chunks(CHUNK)
            .zip(jobs.par_chunks(CHUNK))
            .enumerate()
            .map(|(c, (p, j))| count(p, j, first + c * CHUNK, &payrolls, regions))
            .reduce(Count::default, Count::merge);
        first += persons.len();
        if !part.population.is_empty() {
            total = total.merge(part);
        }
    }
    report(world, &total, first, findings);
    compare_payrolls(world, &payrolls, findings);
}

#[allow(clippy::cast_possible_wrap, reason = "head counts")]
fn report(world: &World, total: &Count, workers: usize, findings: &mut Findings) {
    let structure = world.resource::<Structure>();
    if !total.misplaced.is_empty() {
        let agents = total.misplaced.iter().take(super::NAMED).map(|i| format!("worker {i}")).collect();
        let gap = total.misplaced.len() as i128;
        findings.add(Code::Headcount, "status, employer, region, wage or skill", "workers", gap, agents);
    }
    for (g, region) in structure.regions.iter().enumerate() {
        let gap = total.population[g] - total.by_status[g].iter().sum::<i64>();
        if gap != 0 {
            findings.add(Code::Headcount, "population by status", region.name.clone(), gap.into(), Vec::new());
        }
    }
    let opening: usize = structure.regions.iter().map(|r| r.adults).sum();
    let now: i64 = total.population.iter().sum();
    if opening != workers || now != workers as i64 {
        let gap = i128::from(now) - opening as i128;
        findings.add(Code::Headcount, "population", "all regions", gap, Vec::new());
    }
}

fn compare_payrolls(world: &mut World, payrolls: &[AtomicU32], findings: &mut Findings) {
    let mut agents = Vec::new();
    let mut gap = 0;
    for (slot, (identity, staff)) in world.query::<(&Identity, &Staff)>().iter(world).enumerate() {
        let counted: [u32; TASKS] = core::array::from_fn(|k| payrolls[slot * TASKS + k].load(Ordering::Relaxed));
        let empty = staff.heads == [0; TASKS];
        let agrees = match identity.life {
            Life::Active => counted == staff.heads,
            Life::Closed => counted == staff.heads || empty,
            Life::Vacant => counted == [0; TASKS] && empty,
        };
        if !agrees {
            gap += (0..TASKS).map(|k| i128::from(counted[k]) - i128::from(staff.heads[k])).sum::<i128>();
            if agents.len() < super::NAMED {
                agents.push(format!("firm {slot}: payroll {:?}, employed {counted:?}", staff.heads));
            }
        }
    }
    if !agents.is_empty() {
        findings.add(Code::Headcount, "payrolls", "firms", gap, agents);
    }
}
