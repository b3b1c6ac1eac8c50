//! Firms enter and leave for fifty years: neither entities nor memory pile up.

mod common;

use bevy_ecs::prelude::Entity;
use common::{open, steps, tiny};
use xinzhi::agents::Capital;
use xinzhi::simulation::Simulation;

/// Resident memory of this process [bytes], where the system tells.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kib| kib * 1024)
}

fn entities(simulation: &mut Simulation) -> usize {
    let world = simulation.world();
    world.query::<Entity>().iter(world).count()
}

/// Layers of capital that firms hold: bounded by the life of capital, still growing in the first fifty years.
fn vintages(simulation: &mut Simulation) -> usize {
    let world = simulation.world();
    world.query::<&Capital>().iter(world).map(|c| c.vintages.capacity()).sum::<usize>()
        * size_of::<xinzhi::agents::Vintage>()
}

#[test]
fn entities_and_memory_stay_as_they_are_over_200_ticks() {
    // the stationary economy: what grows here is the program, not the model
    let mut simulation = open(&tiny(&["calibration.opening=stationary", "ai.enabled=false"]));
    steps(&mut simulation, 1); // resources are entities too, some of the first quarter
    let agents = entities(&mut simulation);
    let (mut entries, mut exits) = (0, 0);
    let mut marks = Vec::new();
    for tick in 1..=200 {
        steps(&mut simulation, 1);
        let tally = simulation.world().resource::<xinzhi::engine::Tally>();
        entries += tally.firm_entries;
        exits += tally.firm_exits;
        drop(simulation.take_tables());
        if tick % 40 == 0 {
            marks.push((resident().unwrap_or(0), vintages(&mut simulation)));
        }
    }
    assert!(entries > 20 && exits > 20, "entries {entries}, exits {exits}: the test needs turnover");
    assert_eq!(entities(&mut simulation), agents);
    println!("resident and vintages [bytes]: {marks:?}, entries {entries}, exits {exits}");
    let grown = marks[4].0.saturating_sub(marks[0].0).saturating_sub(marks[4].1.saturating_sub(marks[0].1));
    // rows that pile up in buffers, tables or the recorder; nothing is ever despawned, so trackers would hardly show
    assert!(grown < 4 << 20, "{grown} bytes more after 160 ticks: {marks:?}");
}
