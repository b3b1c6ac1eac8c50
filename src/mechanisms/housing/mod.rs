//! Homes: demand and mortgages, developers, regional prices, and what homes are worth.
//!
//! Developers hold homes at cost, households at the regional price; the difference at hand-over is a holding gain and
//! never output (output is what construction firms deliver to developers).

#![allow(clippy::needless_pass_by_value, reason = "systems take their parameters by value")]

pub mod delivery;
pub mod demand;
pub mod development;
pub mod market;
pub mod opening;
pub mod prices;
pub mod rate_bound;
#[cfg(test)]
pub(crate) mod testing;
pub mod values;

pub use crate::accounts::HomeValues;
use crate::accounts::{Money, Quantity};
use bevy_ecs::prelude::Resource;

/// What the housing market started from, by region: rules measure themselves against it, so that the opening
/// position is a fixed point when nothing grows.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct HousingReference {
    /// Homes sold \[square metres per quarter\].
    pub sales: Vec<f64>,
    /// Level of the purchase rate that gives these sales \[per quarter\].
    pub demand_scale: Vec<f64>,
    /// Floor space of households per person \[square metres\].
    pub floor_per_person: Vec<f64>,
    /// Mean disposable income of a worker agent \[yuan per quarter\].
    pub mean_income: Vec<f64>,
    /// Price of a new home \[yuan per square metre\].
    pub home_prices: Vec<f64>,
    /// Price of land \[yuan per square metre of floor\].
    pub land_prices: Vec<f64>,
    /// Unsold floor space that leaves prices alone, over quarterly sales \[quarters\].
    pub unsold_ratio: Vec<f64>,
    /// Land of developers over quarterly sales \[quarters\].
    pub land_ratio: Vec<f64>,
    /// Land bank of the local government over quarterly sales of land \[quarters\].
    pub land_bank_ratio: Vec<f64>,
    /// Expected growth of home prices \[per quarter\].
    pub price_growth: f64,
    /// Construction per square metre \[2023 yuan\].
    pub construction_cost: f64,
    /// Developers' margin over the price of a home \[share\].
    pub margin: f64,
    /// Value of a mean square metre of households over the price of a new one \[ratio\].
    pub existing_price_ratio: f64,
    /// Compensation and preparation of land over land revenue \[share\].
    pub land_cost_share: f64,
    /// Homes that fall out of use \[per quarter\].
    pub demolition: f64,
}

/// Purchases that households set out to make in this tick, by region, met or not \[square metres\].
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct HomeDemand {
    /// Whoever set out to buy.
    pub notional: Vec<f64>,
    /// Those with the means: a down payment, a bearable debt service, and a bank with room for the mortgage. Only these are
    /// seen by developers and move prices (Clower 1965: what is not backed by means is no demand).
    pub effective: Vec<f64>,
}

/// Construction that developers order in this tick: slot and quantity.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct ConstructionOrders(pub Vec<(u32, Quantity)>);

/// Construction delivered to developers in this tick: slot, payment and quantity.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct ConstructionDeliveries(pub Vec<(u32, Money, Quantity)>);
