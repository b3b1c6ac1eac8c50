//! The tiny economy of the housing tests with budgets in balance.

use super::budgets::{BudgetOpening, LocalBudgets, VehicleConfidence};
use super::{lgfv, local_budget};
use crate::agents::{FinancingVehicle, LocalGovernment};
use crate::mechanisms::housing::testing::buyers_world;
use bevy_ecs::prelude::*;

/// Governments and vehicles by region.
pub fn governments(world: &mut World) -> Vec<(LocalGovernment, FinancingVehicle)> {
    let mut query = world.query::<(&LocalGovernment, &FinancingVehicle)>();
    query.iter(world).map(|(g, v)| (g.clone(), v.clone())).collect()
}

/// Two regions whose revenue pays for appropriations and interest, without growth.
pub fn public_world() -> World {
    let mut world = buyers_world(50);
    let (budget, finance) = (local_budget::Parameters::default(), lgfv::Parameters::default());
    let mut revenue = Vec::new();
    for (mut government, vehicle) in world.query::<(&mut LocalGovernment, &FinancingVehicle)>().iter_mut(&mut world) {
        let interest = 0.0327 * government.bonds as f64 + 0.048 * vehicle.debt() as f64;
        let needed = government.appropriation + government.investment_appropriation + (interest / 4.0).round() as i128;
        government.tax_revenue = needed;
        revenue.push(needed as f64 / 100.0);
    }
    let opening = BudgetOpening { revenue, policy_rate: 0.025, ..BudgetOpening::default() };
    let regions = governments(&mut world);
    let budgets = LocalBudgets::open(regions.iter().map(|(g, v)| (g, v)), &opening, &budget, &finance);
    world.insert_resource(budgets);
    world.insert_resource(budget);
    world.insert_resource(finance);
    world.init_resource::<VehicleConfidence>();
    world
}
