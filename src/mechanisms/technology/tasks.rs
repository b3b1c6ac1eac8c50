//! Tasks: what a unit of output takes of human work and of AI services.
//!
//!     L_k = Q · l_s · τ_k · (1 − a_k + n_k) / (B · (1 + χ · ā)),    X = Q · l_s · x_s · Σ τ_k · a_k / (B · γ)
//!
//! L `labour_per_unit` in efficiency units \[worker agents\]; l `SectorStructure::labour`; τ `Staff::task_mix`; a
//! `Technology::ai_depth`; n `Technology::new_tasks`; B `Operations::productivity`; χ augmentation of those who remain;
//! ā mean depth; x `SectorStructure::ai_services_per_person`; γ `Frontier::ai_efficiency`. Source: Acemoglu & Restrepo
//! (2018), tasks ordered by comparative advantage, here within four classes; reinstatement after Acemoglu & Restrepo (2019).

use crate::agents::{TASKS, Technology};
use crate::structure::SectorStructure;

/// Mean depth over a firm's tasks \[share\].
#[must_use]
pub fn mean_depth(task_mix: &[f64; TASKS], technology: &Technology) -> f64 {
    (0..TASKS).map(|k| task_mix[k] * technology.ai_depth[k]).sum()
}

/// Efficiency units of work per unit of output by task class \[worker agents per unit\].
#[must_use]
pub fn labour_per_unit(
    sector: &SectorStructure,
    task_mix: &[f64; TASKS],
    technology: &Technology,
    productivity: f64,
    augmentation: f64,
) -> [f64; TASKS] {
    let scale = sector.labour / (productivity * (1.0 + augmentation * mean_depth(task_mix, technology)));
    core::array::from_fn(|k| scale * task_mix[k] * (1.0 - technology.ai_depth[k] + technology.new_tasks[k]))
}

/// AI services per unit of output \[units of AI services per unit\]; `persons_per_worker` turns agents into persons.
#[must_use]
pub fn ai_services_per_unit(
    sector: &SectorStructure,
    task_mix: &[f64; TASKS],
    technology: &Technology,
    productivity: f64,
    ai_efficiency: f64,
    persons_per_worker: f64,
) -> f64 {
    sector.labour * persons_per_worker * sector.ai_services_per_person * mean_depth(task_mix, technology) / (productivity * ai_efficiency)
}
