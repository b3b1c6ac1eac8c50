//! The tiny economy of the housing tests with budgets in balance.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of a test are small"
)]

use super::budgets::{BudgetOpening, LocalBudgets, VehicleConfidence};
use super::{lgfv, local_budget};
use crate::agents::{FinancingVehicle, LocalGovernment};
use crate::engine::Indicators;
use crate::mechanisms::housing::testing::{buyers_world, run};
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
    world.init_resource::<crate::mechanisms::finance::RateShifts>();
    world.insert_resource(crate::mechanisms::settlement::firms::Parameters::default());
    world
}

/// One quarter: revenue comes in, appropriations are spent, budgets and debts follow.
fn quarter(world: &mut World, revenue: &[f64]) {
    let share = world.resource::<local_budget::Parameters>().lgfv_share_of_public_investment;
    let mut query = world.query::<(&mut LocalGovernment, &mut FinancingVehicle)>();
    for ((mut government, mut vehicle), revenue) in query.iter_mut(world).zip(revenue) {
        government.start_tick();
        vehicle.start_tick();
        government.tax_revenue = revenue.round() as i128;
        let own = (government.investment_appropriation as f64 * share).round() as i128;
        let spent = government.appropriation + government.investment_appropriation - own;
        government.deposits += government.tax_revenue - spent;
        vehicle.deposits -= own;
        vehicle.capital += own;
        government.infrastructure += government.investment_appropriation - own;
    }
    for mut bank in world.query::<&mut crate::agents::Bank>().iter_mut(world) {
        bank.room = crate::agents::LendingRoom::open(1_000_000_000_000_000);
    }
    run(world, local_budget::wear_infrastructure);
    run(world, local_budget::pay_bond_interest);
    run(world, local_budget::set_budgets);
    run(world, lgfv::finance_vehicles);
}

fn simulate(growth: f64, ticks: i32) -> Vec<[f64; 5]> {
    let mut world = public_world();
    world.resource_mut::<Indicators>().gdp_growth = growth;
    let opening: Vec<f64> = governments(&mut world).iter().map(|(g, _)| g.tax_revenue as f64).collect();
    let budgets = world.resource_mut::<LocalBudgets>().into_inner();
    budgets.0.iter_mut().for_each(|s| s.revenue /= 1.0 + growth);
    let state = |world: &mut World| -> Vec<[f64; 5]> {
        let parts = |(g, v): (LocalGovernment, FinancingVehicle)| {
            [g.appropriation + g.investment_appropriation, g.deposits, g.bonds, v.deposits, v.debt()].map(|x| x as f64)
        };
        governments(world).into_iter().map(parts).collect()
    };
    let before = state(&mut world);
    for tick in 0..ticks {
        world.resource_mut::<crate::agents::Funds>().wealth_deposits = 500_000_000_000_000;
        let revenue: Vec<f64> = opening.iter().map(|r| r * (1.0 + growth).powi(tick)).collect();
        quarter(&mut world, &revenue);
    }
    let scale = (1.0 + growth).powi(ticks);
    let ratio = |(now, then): ([f64; 5], [f64; 5])| core::array::from_fn(|i| now[i] / then[i] / scale);
    state(&mut world).into_iter().zip(before).map(ratio).collect()
}

#[test]
fn forty_quarters_without_growth_change_nothing() {
    for region in simulate(0.0, 40) {
        assert!(region.iter().all(|r| (r - 1.0).abs() < 1e-6), "{region:?}");
    }
}

#[test]
fn debts_and_outlays_keep_pace_with_steady_growth() {
    for region in simulate(0.012, 60) {
        assert!(region.iter().all(|r| (r - 1.0).abs() < 0.2), "{region:?}");
    }
}
