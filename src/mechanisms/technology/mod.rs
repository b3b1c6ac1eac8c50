//! Frontier, research, stages and AI.
//!
//! In the order of the tick: `frontier` (phase 2), `productivity` (start of planning, phase 3), `research`, `stages` and
//! `adoption` with `deepening` (phase 4). `tasks` and `payback` are the rules that they and planning share, `project` the
//! life of an upgrade from proposal to success or failure, `research_spending` what firms pay for research.
#![allow(clippy::needless_pass_by_value, reason = "systems take their parameters by value")]

pub mod adoption;
pub mod deepening;
pub mod frontier;
pub mod opening;
pub mod payback;
pub mod productivity;
pub mod project;
pub mod research;
pub mod research_spending;
pub mod stages;
pub mod tasks;

#[cfg(test)]
mod diffusion;
#[cfg(test)]
mod small_world;
#[cfg(test)]
pub(crate) use small_world::structure as small_structure;

use crate::agents::TASKS;
use bevy_ecs::prelude::Resource;

pub use adoption::AiAdoption;
pub use frontier::{Compute, FrontierGrowth};
pub use opening::opening_technology;
pub use productivity::UpdateProductivity;
pub use research::ResearchAndDevelopment;
pub use stages::{StageShares, StagedUpgrading};

/// Technology at large: the world's and the country's frontiers and what AI can do.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
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
    /// The boundary at capability zero \[share\].
    pub opening_boundary: [f64; TASKS],
    /// Human work that a unit of AI services replaces, relative to the start \[1\].
    pub ai_efficiency: f64,
    /// Research by sector: what firms bought over normal spending, times one plus public support \[1\]; see
    /// `research_spending`.
    pub research_intensity: Vec<f64>,
    /// Mean quality of the sector's products \[1 at the start\]: the ladder that all climb; `Operations::quality` is
    /// relative to it.
    pub quality: Vec<f64>,
}

/// Public support of technology: what policies write and firms see. The default is none; no policy writes it yet.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct TechnologySupport {
    /// Subsidy of AI adoption over its cost, `[region * sectors + sector]` \[share\]; empty without a subsidy.
    pub adoption: Vec<f64>,
    /// Public support of research over firms' own; it raises intensity and moves no money \[share\].
    pub research: f64,
}

impl TechnologySupport {
    /// Subsidy of adoption in a region and sector \[share of cost\].
    #[must_use]
    pub fn adoption(&self, region: usize, sector: usize, sectors: usize) -> f64 {
        self.adoption.get(region * sectors + sector).copied().unwrap_or(0.0)
    }
}

/// The logistic function.
#[must_use]
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// Its inverse, the logarithm of the odds.
#[must_use]
pub fn logit(p: f64) -> f64 {
    libm::log(p / (1.0 - p))
}
