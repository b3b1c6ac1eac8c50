//! Xinzhi (新质): an agent-based, stock-flow-consistent simulator of an economy in an AI-driven industrial transition.

#[macro_use]
pub mod engine;

pub mod accounts;
pub mod agents;
pub mod calibration;
pub mod cli;
pub mod figures;
pub mod mechanisms;
pub mod output;
pub mod simulation;
pub mod statistics;
pub mod structure;
pub mod tick;
pub mod world;
