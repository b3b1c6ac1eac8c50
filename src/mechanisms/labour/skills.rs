//! Skills wear off out of work and come back in work.
//!
//! ```text
//! out of work:  s ← s − δ · (s − φ · b),        in work:  s ← s + ρ · ((1 + ε) · b − s)
//! ```
//!
//! s `Person::skill`; b `Person::talent`; δ decay; φ the part of talent that never goes; ρ recovery; ε experience. Skills
//! return to a lasting talent, so that their spread is bounded. ε is such that the mean skill of the employed is their mean
//! talent where jobs end at rate σ and unemployment is u: with finding rate f = σ · (1 − u) / u, the unemployed's mean is
//! m = (f + δφ) / (f + δ) and the employed's mean is one for ε = σ · (1 − m) / ρ. The opening economy therefore neither gains nor
//! loses efficiency. Source: Ljungqvist & Sargent (1998), loss in unemployment and slow rise in work; sizes are parameters of
//! `JobMatching`. Departures: two continuous rates in place of a Markov chain over skill levels.

use super::job_matching::Parameters;
use super::payroll::{efficiency, place, rows};
use crate::agents::{Job, NOBODY, Person, Staff, Status, TASKS};
use crate::engine::{CHUNK, Draws};
use crate::structure::Structure;
use bevy_ecs::prelude::*;
use core::sync::atomic::{AtomicI64, Ordering};
use rayon::prelude::*;

/// A talent of mean one with a spread in logs.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "skills are stored in single precision")]
pub fn draw_talent(draws: &mut Draws, spread: f64) -> f32 {
    libm::exp(spread * draws.normal() - spread * spread / 2.0) as f32
}

/// Skill after a quarter out of work.
#[must_use]
#[inline]
pub fn after_idleness(skill: f32, talent: f32, decay: f32, floor: f32) -> f32 {
    skill - decay * (skill - floor * talent)
}

/// Skill after a quarter in work.
#[must_use]
#[inline]
pub fn after_work(skill: f32, talent: f32, recovery: f32, experience: f32) -> f32 {
    skill + recovery * ((1.0 + experience) * talent - skill)
}

/// The experience ε that keeps the mean skill of the employed at their mean talent.
#[must_use]
pub fn neutral_experience(decay: f64, floor: f64, recovery: f64, separation: f64, unemployment: f64) -> f64 {
    let finding = separation * (1.0 - unemployment) / unemployment;
    let idle_mean = (finding + decay * floor) / (finding + decay);
    separation * (1.0 - idle_mean) / recovery
}

/// Moves everybody's skill and counts efficiency units on payrolls afresh.
#[allow(clippy::cast_possible_truncation, reason = "skills are stored in single precision")]
pub(super) fn update_skills(
    parameters: Res<Parameters>,
    structure: Res<Structure>,
    mut workers: Query<(&mut Person, &Job)>,
    mut firms: Query<&mut Staff>,
) {
    let p = &*parameters;
    let reference = structure.unemployment_rate.max(1e-3);
    let experience =
        neutral_experience(p.skill_decay, p.skill_floor, p.skill_recovery, p.reference_separation, reference) as f32;
    let (decay, floor, recovery) = (p.skill_decay as f32, p.skill_floor as f32, p.skill_recovery as f32);
    let mut staff: Vec<Mut<Staff>> = firms.iter_mut().collect();
    let units: Vec<AtomicI64> = (0..staff.len() * TASKS).map(|_| AtomicI64::new(0)).collect();
    for (persons, jobs) in workers.contiguous_iter_mut().expect("workers live in tables") {
        rows(persons).par_chunks_mut(CHUNK).zip(jobs.par_chunks(CHUNK)).for_each(|(persons, jobs)| {
            for (person, job) in persons.iter_mut().zip(jobs) {
                if job.employer != NOBODY {
                    person.skill = after_work(person.skill, person.talent, recovery, experience);
                    units[place(job.employer as usize, person.task)]
                        .fetch_add(efficiency(person.skill), Ordering::Relaxed);
                } else if person.status == Status::Unemployed {
                    person.skill = after_idleness(person.skill, person.talent, decay, floor);
                }
            }
        });
    }
    for (f, staff) in staff.iter_mut().enumerate() {
        for k in 0..TASKS {
            staff.efficiency[k] = units[f * TASKS + k].load(Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Stream, StreamKey};

    #[test]
    fn skills_move_between_floor_and_talent() {
        assert!((after_idleness(1.0, 1.0, 0.02, 0.5) - 0.99).abs() < 1e-6);
        assert!((after_work(0.8, 1.0, 0.1, 0.0) - 0.82).abs() < 1e-6);
        let long = (0..2000).fold(1.4, |s, _| after_idleness(s, 1.4, 0.02, 0.5));
        assert!((long - 0.7).abs() < 1e-3);
    }

    #[test]
    fn the_employed_keep_their_mean_in_a_stationary_labour_market() {
        let (decay, floor, recovery, separation, u) = (0.02, 0.5, 0.1, 0.0246, 0.052);
        let experience = neutral_experience(decay, floor, recovery, separation, u);
        let finding = separation * (1.0 - u) / u;
        // Masses of skill in work and out of work.
        let (mut inside, mut outside) = (1.0 - u, u);
        for _ in 0..5000 {
            let work = inside + recovery * ((1.0 + experience) * (1.0 - u) - inside);
            let idle = outside - decay * (outside - floor * u);
            inside = work - separation * inside + finding * outside;
            outside = idle + separation * inside.min(work) - finding * outside;
        }
        assert!((inside / (1.0 - u) - 1.0).abs() < 2e-3, "{}", inside / (1.0 - u));
    }

    #[test]
    fn talents_have_mean_one() {
        let key = StreamKey::new(3, 0, Stream::Ageing);
        let mean = (0..100_000).map(|i| f64::from(draw_talent(&mut key.agent(i), 0.35))).sum::<f64>() / 1e5;
        assert!((mean - 1.0).abs() < 0.005);
    }
}
