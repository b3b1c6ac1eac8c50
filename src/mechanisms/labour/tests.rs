//! The labour phase as a whole in a small world.

use super::testing::{self, Worker};
use super::{Demography, JobMatching, Migration, Retraining, Separations, WageSetting};
use crate::agents::firm::Life;
use crate::agents::{Identity, NOBODY, Staff, Status, TASKS};
use crate::engine::{Clock, Draws, Indicators, Stream, StreamKey, Tally, Tick};
use bevy_ecs::prelude::*;

fn labour_phase() -> Tick {
    Tick::new()
        .phase("labour")
        .run::<Demography>()
        .run::<Separations>()
        .run::<WageSetting>()
        .run::<JobMatching>()
        .run::<Retraining>()
        .run::<Migration>()
}

fn prepare(workers: usize, firms: usize, seed: u64) -> World {
    let mut world = testing::world(workers, firms, seed);
    testing::parameters_of::<Demography>(&mut world);
    testing::parameters_of::<Separations>(&mut world);
    testing::parameters_of::<WageSetting>(&mut world);
    testing::parameters_of::<JobMatching>(&mut world);
    testing::parameters_of::<Retraining>(&mut world);
    testing::parameters_of::<Migration>(&mut world);
    world
}

/// Stands in for planning: firms want what they had at the start.
fn plan(world: &mut World) {
    for (identity, mut staff) in world.query::<(&Identity, &mut Staff)>().iter_mut(world) {
        for k in 0..TASKS {
            let gap = if identity.active() { staff.desired[k] - f64::from(staff.heads[k]) } else { 0.0 };
            staff.positions[k] = staff.desired[k].round() as u32;
            staff.vacancies[k] = gap.max(0.0) as u32;
            staff.layoffs[k] = (-gap).max(0.0) as u32;
        }
    }
}

/// Stands in for planning in troubled times: wanted staff wanders and firms close and open.
fn troubled_plan(world: &mut World) {
    let tick = world.resource::<Clock>().tick;
    let key = StreamKey::new(9, tick, Stream::Entry);
    for (slot, (mut identity, mut staff)) in world.query::<(&mut Identity, &mut Staff)>().iter_mut(world).enumerate() {
        let mut draws: Draws = key.agent(slot as u64);
        identity.life = match identity.life {
            Life::Closed => Life::Vacant,
            Life::Vacant if draws.chance(0.3) => Life::Active,
            Life::Active if draws.chance(0.05) => Life::Closed,
            life => life,
        };
        if identity.active() {
            staff.desired = staff.desired.map(|d| (d.max(1.0) * (1.0 + 0.2 * draws.normal())).clamp(0.0, 60.0));
        }
    }
    plan(world);
}

/// Stands in for statistics: unemployment and tightness of the tick that has ended.
fn publish(world: &mut World) {
    let workers = testing::workers(world);
    let rate = unemployment(&workers);
    let tally = world.resource::<Tally>().clone();
    let mut indicators = world.resource_mut::<Indicators>();
    if tally.searchers > 0 {
        indicators.unemployment_rate = rate;
        indicators.unemployment_by_market.fill(rate);
        indicators.tightness_by_market.fill(tally.vacancies as f64 / tally.searchers as f64);
    }
}

fn unemployment(workers: &[Worker]) -> f64 {
    let count = |status| workers.iter().filter(|w| w.0.status == status).count() as f64;
    let jobless = count(Status::Unemployed) + count(Status::Training);
    jobless / (jobless + count(Status::Employed))
}

/// Everything about a run that must not depend on the number of threads.
fn fingerprint(world: &mut World) -> Vec<u64> {
    let mut prints: Vec<u64> = testing::workers(world)
        .iter()
        .flat_map(|(person, job, wallet)| {
            let who = [
                u64::from(person.age),
                u64::from(person.region),
                u64::from(person.task),
                u64::from(person.skill.to_bits()),
            ];
            let work = [
                u64::from(job.employer),
                u64::from(job.wage.to_bits()),
                u64::from(job.spell),
                wallet.deposits.0 as u64,
            ];
            who.into_iter().chain(work)
        })
        .collect();
    prints.extend(testing::staff(world).iter().map(|staff| staff.posted_wage.to_bits()));
    prints
}

#[test]
fn payrolls_and_people_agree_through_forty_troubled_quarters() {
    let mut world = prepare(600, 36, 1);
    let tick = labour_phase();
    let adults = testing::workers(&mut world).len();
    for _ in 0..40 {
        testing::run_tick(&mut world, &tick, 1, troubled_plan);
        assert!(testing::gaps(&mut world).is_empty());
        publish(&mut world);
        assert_eq!(testing::workers(&mut world).len(), adults);
    }
    let workers = testing::workers(&mut world);
    assert!(
        workers.iter().all(|w| w.0.skill.is_finite() && w.0.skill > 0.0 && w.1.wage.is_finite() && w.1.wage >= 0.0)
    );
    assert!(workers.iter().any(|w| w.1.employer != NOBODY));
}

#[test]
fn a_run_is_the_same_with_one_thread_and_with_four() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let mut world = prepare(20_000, 200, 2);
            let tick = labour_phase();
            for _ in 0..8 {
                testing::run_tick(&mut world, &tick, 1, troubled_plan);
                publish(&mut world);
            }
            fingerprint(&mut world)
        })
    };
    assert_eq!(run(1), run(4));
}

#[test]
fn a_labour_market_at_rest_stays_at_rest() {
    let mut world = prepare(20_000, 200, 3);
    let tick = labour_phase();
    let mean_wage = |workers: &[Worker]| {
        let employed = || workers.iter().filter(|w| w.1.employer != NOBODY);
        employed().map(|w| f64::from(w.1.wage)).sum::<f64>() / employed().count() as f64
    };
    let mean_skill = |workers: &[Worker]| {
        let employed = || workers.iter().filter(|w| w.1.employer != NOBODY);
        employed().map(|w| f64::from(w.0.skill)).sum::<f64>() / employed().count() as f64
    };
    let before = testing::workers(&mut world);
    for _ in 0..80 {
        testing::run_tick(&mut world, &tick, 1, plan);
        publish(&mut world);
    }
    let after = testing::workers(&mut world);
    let employed = |workers: &[Worker]| workers.iter().filter(|w| w.1.employer != NOBODY).count() as f64;
    let report = format!(
        "unemployment {} {}, employed {} {}, wage {} {}, skill {} {}, {:?}",
        unemployment(&before),
        unemployment(&after),
        employed(&before),
        employed(&after),
        mean_wage(&before),
        mean_wage(&after),
        mean_skill(&before),
        mean_skill(&after),
        world.resource::<Tally>()
    );
    assert!((employed(&after) / employed(&before) - 1.0).abs() < 0.01, "{report}");
    assert!((unemployment(&after) - unemployment(&before)).abs() < 0.012, "{report}");
    assert!((mean_wage(&after) / mean_wage(&before) - 1.0).abs() < 0.03, "{report}");
    assert!((mean_skill(&after) / mean_skill(&before) - 1.0).abs() < 0.02, "{report}");
}
