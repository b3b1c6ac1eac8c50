//! Tasks: what a unit of output takes of human work and of AI services.
//!
//! ```text
//! L_k = Q · l_s · τ_k · (1 − a_k + n_k) / (B · (1 + χ · ā) · (1 + n̄)),    X = Q · l_s · x_s · Σ τ_k · a_k / (B · γ · (1 + n̄))
//! ```
//!
//! L `labour_per_unit` in efficiency units \[worker agents\]; l `SectorStructure::labour`; τ `Staff::task_mix`; a
//! `Technology::depth_in_use`, so that people do what AI was to do and could not, for want of services; n `Technology::new_tasks`; B `Operations::productivity`; χ augmentation of those who remain;
//! ā mean depth; n̄ mean share of new tasks; x `SectorStructure::ai_services_per_person`; γ `Frontier::ai_efficiency`.
//! Source: Acemoglu & Restrepo (2018), tasks ordered by comparative advantage, here within four classes; reinstatement
//! after Acemoglu & Restrepo (2019): new tasks widen what output is made of, so the same output takes less of each old task
//! (1 + n̄). Without that, new tasks would be work that yields nothing and no firm would create them.
//!
//! Labour productivity of a firm is that of its capital, its own ability and its gain from having become digital:
//!
//! ```text
//! B = mean productivity of vintages · ability · (1 + digital gain)
//! ```
//!
//! A firm without capital yet counts with the newest vintage, which it is about to buy.

use crate::agents::{Capital, Operations, TASKS, Technology};
use crate::structure::SectorStructure;

/// Mean depth in use over a firm's tasks \[share\].
#[must_use]
pub fn mean_depth(task_mix: &[f64; TASKS], technology: &Technology) -> f64 {
    (0..TASKS).map(|k| task_mix[k] * technology.depth_in_use(k)).sum()
}

/// Mean share of new tasks over a firm's tasks \[share\].
#[must_use]
pub fn mean_new_tasks(task_mix: &[f64; TASKS], technology: &Technology) -> f64 {
    (0..TASKS).map(|k| task_mix[k] * technology.new_tasks[k]).sum()
}

/// Labour productivity of a firm \[1\]; without capital it is that of the newest vintage.
#[must_use]
pub fn productivity(operations: &Operations, capital: &Capital, technology: &Technology, newest: f64) -> f64 {
    capital.productivity(newest) * operations.ability * (1.0 + technology.digital_gain)
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
    let reach = (1.0 + augmentation * mean_depth(task_mix, technology)) * (1.0 + mean_new_tasks(task_mix, technology));
    let scale = sector.labour / (productivity * reach);
    core::array::from_fn(|k| scale * task_mix[k] * (1.0 - technology.depth_in_use(k) + technology.new_tasks[k]))
}

/// AI services used per unit of output \[units of AI services per unit\]; `persons_per_worker` turns agents into persons.
#[must_use]
pub fn ai_services_per_unit(
    sector: &SectorStructure,
    task_mix: &[f64; TASKS],
    technology: &Technology,
    productivity: f64,
    ai_efficiency: f64,
    persons_per_worker: f64,
) -> f64 {
    let work = sector.labour * persons_per_worker * mean_depth(task_mix, technology)
        / (1.0 + mean_new_tasks(task_mix, technology));
    work * sector.ai_services_per_person / (productivity * ai_efficiency)
}

#[cfg(test)]
mod tests {
    use super::super::small_world;
    use super::*;
    use crate::agents::Vintage;

    const MIX: [f64; TASKS] = [0.25; TASKS];

    #[test]
    fn new_tasks_move_work_to_people_and_keep_adoption_paying() {
        let sector = &small_world::structure().sectors[0];
        let cost = |technology: &Technology| {
            let labour: f64 = labour_per_unit(sector, &MIX, technology, 1.0, 0.0).iter().sum();
            let work_of_ai =
                ai_services_per_unit(sector, &MIX, technology, 1.0, 1.0, 1.0) / sector.ai_services_per_person;
            (labour, labour + 0.73 * work_of_ai)
        };
        let before = cost(&Technology::default());
        let deep = cost(&Technology { ai_depth: [0.2; TASKS], ..Technology::default() });
        let renewed = cost(&Technology { ai_depth: [0.2; TASKS], new_tasks: [0.1; TASKS], ..Technology::default() });
        assert!((deep.0 / before.0 - 0.8).abs() < 1e-12);
        assert!((renewed.0 / before.0 - 0.9 / 1.1).abs() < 1e-12);
        assert!(deep.1 < renewed.1 && renewed.1 < before.1);
    }

    #[test]
    fn people_do_what_ai_was_to_do_and_could_not() {
        let sector = &small_world::structure().sectors[0];
        let work = |technology: &Technology| labour_per_unit(sector, &MIX, technology, 1.0, 0.3).iter().sum::<f64>();
        let deep = Technology { ai_depth: [0.2; TASKS], ..Technology::default() };
        let none = Technology { ai_delivery: 0.0, ..deep };
        assert_eq!(work(&none), work(&Technology::default()));
        assert!(work(&deep) < work(&Technology { ai_delivery: 0.5, ..deep }));
        assert_eq!(ai_services_per_unit(sector, &MIX, &none, 1.0, 1.0, 1.0), 0.0);
    }

    #[test]
    fn productivity_is_the_product_of_capital_ability_and_digital_gain() {
        let layer = |quantity, productivity| Vintage { quantity, productivity, ..Vintage::default() };
        let capital = Capital { vintages: vec![layer(3.0, 1.0), layer(1.0, 2.0)] };
        let operations = Operations { ability: 1.2, ..Operations::default() };
        let technology = Technology { digital_gain: 0.05, ..Technology::default() };
        assert!((productivity(&operations, &capital, &technology, 1.5) - 1.25 * 1.2 * 1.05).abs() < 1e-12);
        assert!((productivity(&operations, &Capital::default(), &technology, 1.5) - 1.5 * 1.26).abs() < 1e-12);
    }
}
