//! Local governments and their financing vehicles: land, budgets, debts, arrears.

#![allow(clippy::needless_pass_by_value, reason = "systems take their parameters by value")]

pub mod bonds;
pub mod budgets;
pub mod holders;
pub mod land;
pub mod lgfv;
pub mod local_budget;
pub mod payables;
pub mod rationing;
#[cfg(test)]
pub(crate) mod testing;
pub mod transfers;
pub mod vehicle;

use crate::accounts::Fen;
use bevy_ecs::prelude::Resource;

/// Compensation for land that local governments owe households of each region for this tick's land sales; paid at
/// household settlement.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct LandCompensation(pub Vec<Fen>);
