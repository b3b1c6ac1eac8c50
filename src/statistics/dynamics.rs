//! Statistics that need the past of firms and workers: taken in once a quarter, when it is recorded.

use super::facts::Facts;
use super::firm_dynamics::{FirmDynamics, FirmHistory};
use super::firm_records::records;
use super::vintages::CapitalAge;
use super::wage_curve::WageCurve;
use super::worker_records::{WorkerDynamics, WorkerHistory};
use bevy_ecs::prelude::{Resource, World};

/// What the quarter shows.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Dynamics {
    /// Firms.
    pub firms: FirmDynamics,
    /// Workers.
    pub workers: WorkerDynamics,
    /// Age of capital.
    pub capital: CapitalAge,
    /// Elasticity of wages to unemployment, within regions.
    pub wage_curve: f64,
}

/// Running sums of the wage curve.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct WageCurveHistory(WageCurve);

/// Begins to remember.
pub fn begin(world: &mut World) {
    world.insert_resource(FirmHistory::default());
    world.insert_resource(WorkerHistory::default());
    world.insert_resource(WageCurveHistory::default());
}

/// Takes in the quarter whose facts these are; they get what it shows.
///
/// # Panics
/// If [`begin`] was not called.
pub fn observe(world: &mut World, facts: &mut Facts) {
    let sectors = facts.structure().sector_count();
    let labour_share = |g: &super::firms::Group| {
        if g.value_added > 0.0 && g.compensation > 0.0 { (g.compensation / g.value_added).min(1.0) } else { 0.5 }
    };
    let shares: Vec<f64> = facts.firms.sectors.iter().map(labour_share).collect();
    let now = records(world, facts.tick, &shares);
    let tick = i32::try_from(facts.tick).expect("ticks fit");
    let gdp = (facts.year_ago().map(|before| before.gdp_real), facts.now.gdp_real);
    let adopters = facts.firms.nation.adopters / facts.firms.nation.firms;
    let mut firms = world.remove_resource::<FirmHistory>().expect("statistics were opened");
    facts.dynamics.firms = firms.observe(tick, now, gdp, adopters, sectors);
    world.insert_resource(firms);
    let mut workers = world.remove_resource::<WorkerHistory>().expect("statistics were opened");
    let quarter = usize::try_from(facts.tick).expect("ticks are not negative");
    facts.dynamics.workers = workers.observe(world, quarter, facts.now.mean_wage);
    world.insert_resource(workers);
    facts.dynamics.capital = CapitalAge::survey(world);
    let region = |g: usize| (facts.people.region(g).unemployment_rate(), facts.people.region(g).mean_wage());
    let regions: Vec<(f64, f64)> = (0..facts.people.regions.len()).map(region).collect();
    facts.dynamics.wage_curve =
        if facts.is_opening() { f64::NAN } else { world.resource_mut::<WageCurveHistory>().0.observe(&regions) };
}
