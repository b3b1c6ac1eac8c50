//! Firms plan: expected demand, output and staff, prices, investment.

pub mod capital_goods;
pub mod expectations;
pub mod investment;
pub mod positions;
pub mod prices;
pub mod production;
