//! Same configuration and seed, same tables: for any number of threads; draws of one mechanism do not move another's.

mod common;

use common::{configuration, digests, open, run, steps, tiny};
use std::collections::BTreeMap;
use xinzhi::agents::{Identity, Person, Technology};
use xinzhi::engine::Tally;
use xinzhi::engine::configuration::Configuration;
use xinzhi::simulation::Simulation;

fn digests_with(threads: usize, configuration: &Configuration, ticks: u32) -> BTreeMap<String, String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    pool.install(|| digests(&run(configuration, ticks).1))
}

/// 29,000 workers are four chunks, so that two and more threads have something to share.
#[test]
fn one_two_and_eight_threads_give_the_same_tables() {
    let configuration = configuration(&["population.persons_per_worker=40000.0"]);
    let one = digests_with(1, &configuration, 6);
    assert_eq!(one.len(), 13, "thirteen tables");
    for threads in [2, 8] {
        assert_eq!(one, digests_with(threads, &configuration, 6), "{threads} threads");
    }
}

#[test]
fn the_same_seed_repeats_and_another_seed_differs() {
    let first = digests(&run(&tiny(&["run.seed=7"]), 4).1);
    assert_eq!(first, digests(&run(&tiny(&["run.seed=7"]), 4).1));
    let second = digests(&run(&tiny(&["run.seed=8"]), 4).1);
    for name in ["series", "sectors", "regions", "tasks", "banks", "accounts"] {
        assert_ne!(first[name], second[name], "{name}");
    }
}

fn ages(simulation: &mut Simulation) -> Vec<u16> {
    let world = simulation.world();
    world.query::<&Person>().iter(world).map(|p| p.age).collect()
}

fn technology(simulation: &mut Simulation) -> Vec<(u8, bool, u64, u64, u8)> {
    let world = simulation.world();
    let mut firms = world.query::<(&Identity, &Technology)>();
    firms
        .iter(world)
        .map(|(i, t)| {
            (i.stage as u8, t.adopted, t.digital_know_how.to_bits(), t.ai_know_how.to_bits(), t.research_progress)
        })
        .collect()
}

#[test]
fn more_draws_in_retraining_leave_ageing_and_technology_alone() {
    let mut without = open(&tiny(&["retraining.enabled=false"]));
    let mut with = open(&tiny(&["retraining.take_up=1.0", "retraining.slack=10.0", "retraining.waiting=0"]));
    let mut trainings = 0;
    for tick in 1..=4 {
        steps(&mut without, 1);
        steps(&mut with, 1);
        trainings += with.world().resource::<Tally>().trainings;
        assert_eq!(ages(&mut without), ages(&mut with), "who dies, tick {tick}");
        assert_eq!(without.world().resource::<Tally>().deaths, with.world().resource::<Tally>().deaths);
        if tick == 1 {
            assert_eq!(technology(&mut without), technology(&mut with), "no firm knows of trainings in their quarter");
        }
    }
    assert!(trainings > 0, "the comparison is void without trainings");
}
