//! Frontier, research, stages and AI.

pub mod tasks;

use crate::agents::TASKS;
use bevy_ecs::prelude::Resource;

/// Technology at large: the world's and the country's frontiers and what AI can do.
#[derive(Clone, Debug, Default, Resource)]
pub struct Frontier {
    /// Labour productivity of the newest capital in the world, by sector \[1\].
    pub world: Vec<f64>,
    /// Labour productivity of the newest capital on sale at home, by sector \[1; the mean of capital in use starts at one\].
    pub domestic: Vec<f64>,
    /// Capability of AI at home, by sector, in logits of the automation boundary \[zero at the start\].
    pub capability: Vec<f64>,
    /// Capability of AI at the world's frontier \[logits\].
    pub world_capability: f64,
    /// Share of each class's tasks that AI can do, by sector.
    pub boundary: Vec<[f64; TASKS]>,
    /// Human work that a unit of AI services replaces, relative to the start \[1\].
    pub ai_efficiency: f64,
    /// Research spending of the last quarter over its opening share of output, by sector \[1\].
    pub research_intensity: Vec<f64>,
}
