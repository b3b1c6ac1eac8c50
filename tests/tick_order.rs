//! The order of the tick is part of the theory: a change of it has to be made here as well.

#[test]
fn the_tick_runs_in_the_order_written_here() {
    let tick = xinzhi::tick::tick().describe();
    let expected = include_str!("snapshots/tick.txt");
    assert_eq!(tick, expected, "the tick was\n{tick}");
}
