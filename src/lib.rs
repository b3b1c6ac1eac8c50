//! Xinzhi (新质): an agent-based, stock-flow-consistent simulator of an economy in an AI-driven industrial transition.

pub mod engine;
pub mod figures;
pub mod output;
