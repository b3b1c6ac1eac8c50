//! Depth of AI in firms that use it, their learning, and new tasks for people.
//!
//! A firm aims at automating, in each task class, the part of what AI can do that pays at its own wages and that its
//! know-how can manage; depth moves there gradually, with setbacks, and retreats if AI has become dearer than labour. A
//! firm that gets less AI services than it orders deepens its use so much the less.
//! Know-how grows by doing. Tasks displaced bring new ones with a lag, most of them nonroutine.
//!
//! ```text
//! a*_k = b_k · π_k · (z + (1 − z) · K),   Δa_k = v · (a*_k − a_k),   ΔK = λ · ℓ · (1 − K),
//! n*_k = ν · D · ω_k / τ_k,   D = Σ τ_k · a_k,   Δn_k = u · (n*_k − n_k)
//! ```
//!
//! b `Frontier::boundary`; π `payback::paying_share`; z ceiling of a beginner; K `Technology::ai_know_how`; ℓ learning of the firm's
//! people (`payback::learning_of_people`); ν new tasks per
//! task displaced; ω the class's part of new tasks, by task shares within nonroutine and within routine classes. Adopters of
//! the opening have K = `opening::AI_KNOW_HOW`, so that they aim above the depth that they open with. Source:
//! Acemoglu & Restrepo (2018, 2019); learning by doing after Arrow (1962). Part of the mechanism `ai_adoption`: its
//! parameters, its stream of draws.

use super::Frontier;
use super::adoption::{Parameters, ai_cost_per_person};
use super::payback::{labour_costs, learning_of_people, paying_share};
use crate::agents::{Identity, Staff, TASKS, Technology};
use crate::engine::settings::AiSettings;
use crate::engine::{Clock, Indicators, Stream};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

/// Task classes in which new tasks come first: nonroutine manual and nonroutine cognitive.
const NONROUTINE: [bool; TASKS] = [false, true, false, true];

/// Depth that a firm aims at by task class \[share\]: b · π · (z + (1 − z) · K).
#[must_use]
pub fn target_depth(
    boundary: &[f64; TASKS],
    labour_costs: &[f64; TASKS],
    ai_cost: f64,
    know_how: f64,
    parameters: &Parameters,
) -> [f64; TASKS] {
    let reach = parameters.ceiling + (1.0 - parameters.ceiling) * know_how;
    core::array::from_fn(|k| boundary[k] * paying_share(labour_costs[k], ai_cost, parameters.cost_spread) * reach)
}

/// New tasks that displacement leads to in the end, by task class \[share of the class's tasks\]: ν · D · ω / τ.
#[must_use]
pub fn target_new_tasks(task_mix: &[f64; TASKS], depth: &[f64; TASKS], parameters: &Parameters) -> [f64; TASKS] {
    let displaced: f64 = (0..TASKS).map(|k| task_mix[k] * depth[k]).sum();
    let nonroutine: f64 = (0..TASKS).filter(|&k| NONROUTINE[k]).map(|k| task_mix[k]).sum();
    let routine: f64 = (0..TASKS).filter(|&k| !NONROUTINE[k]).map(|k| task_mix[k]).sum();
    let part = match (nonroutine > 0.0, routine > 0.0) {
        (true, true) => parameters.new_task_nonroutine_share,
        (true, false) => 1.0,
        (false, _) => 0.0,
    };
    let new = parameters.new_task_creation_share * displaced;
    core::array::from_fn(|k| {
        let (share, group) = if NONROUTINE[k] { (part, nonroutine) } else { (1.0 - part, routine) };
        if task_mix[k] > 0.0 { new * share / group } else { 0.0 }
    })
}

/// Deepens the use of AI, know-how and new tasks of adopters.
#[allow(clippy::too_many_arguments, reason = "a system takes what it reads")]
pub(super) fn deepen_use(
    parameters: Res<Parameters>,
    ai: Res<AiSettings>,
    clock: Res<Clock>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    frontier: Res<Frontier>,
    mut firms: Query<(&Identity, &mut Technology, &Staff)>,
) {
    if !ai.enabled || !parameters.enabled {
        return;
    }
    let key = clock.key(Stream::Adoption);
    for (slot, (identity, mut technology, staff)) in firms.iter_mut().enumerate() {
        if !identity.active() || !technology.adopted {
            continue;
        }
        let s = usize::from(identity.sector);
        let wages = labour_costs(staff, &structure.sectors[s], &indicators, structure.employer_contribution_rate);
        let ai_cost = ai_cost_per_person(&structure, s, &indicators, &frontier);
        let depth = target_depth(&frontier.boundary[s], &wages, ai_cost, technology.ai_know_how, &parameters);
        // a round of its own: the first belongs to the decision to adopt
        if !key.agent_round(slot as u64, 1).chance(parameters.setback) {
            let delivery = technology.ai_delivery;
            for (own, target) in technology.ai_depth.iter_mut().zip(depth) {
                let step = parameters.depth_speed * (target - *own);
                *own += if step > 0.0 { step * delivery } else { step };
            }
        }
        let people = learning_of_people(staff, &structure.sectors[s], parameters.people_learning);
        technology.ai_know_how += parameters.learning * people * (1.0 - technology.ai_know_how);
        let in_use = core::array::from_fn(|k| technology.depth_in_use(k));
        let new = target_new_tasks(&staff.task_mix, &in_use, &parameters);
        for (own, target) in technology.new_tasks.iter_mut().zip(new) {
            *own += parameters.new_task_speed * (target - *own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::AiAdoption;
    use super::super::small_world::SmallWorld;
    use super::*;

    const BOUNDARY: [f64; TASKS] = [0.08, 0.04, 0.45, 0.25];

    #[test]
    fn a_beginner_aims_at_the_opening_depth_and_a_master_at_all_that_pays() {
        let p = Parameters::default();
        let wages = [1000.0; TASKS];
        // π at cost ratio 0.73: 1 / (1 + 0.73²) = 0.6524; reach at K = 0.1: 0.46; their product 0.300
        let depth = target_depth(&BOUNDARY, &wages, 730.0, 0.1, &p);
        assert!((depth[2] / BOUNDARY[2] - 0.3001).abs() < 1e-3, "{depth:?}");
        let master = target_depth(&BOUNDARY, &wages, 730.0, 1.0, &p);
        assert!((master[3] / BOUNDARY[3] - 0.6524).abs() < 1e-3);
        assert!(master[2] > master[3] && master[3] > master[0] && master[0] > master[1], "cognitive first");
    }

    #[test]
    fn new_tasks_are_the_wanted_part_of_the_displaced_and_mostly_nonroutine() {
        let (mix, depth, p) = ([0.4, 0.1, 0.2, 0.3], [0.1, 0.0, 0.5, 0.2], Parameters::default());
        let new = target_new_tasks(&mix, &depth, &p);
        let displaced = 0.4 * 0.1 + 0.2 * 0.5 + 0.3 * 0.2;
        let total: f64 = (0..TASKS).map(|k| mix[k] * new[k]).sum();
        let nonroutine = mix[1] * new[1] + mix[3] * new[3];
        assert!((total - 0.5 * displaced).abs() < 1e-12);
        assert!((nonroutine / total - 0.8).abs() < 1e-12);
        let routine_only = target_new_tasks(&[0.5, 0.0, 0.5, 0.0], &[0.2; TASKS], &p);
        assert!((0.5 * routine_only[0] + 0.5 * routine_only[2] - 0.1).abs() < 1e-12);
    }

    #[test]
    fn depth_grows_with_practice_and_retreats_when_ai_is_dearer_than_labour() {
        let mut world = SmallWorld::new(300, 1);
        let depth = |world: &mut SmallWorld| {
            let mut sum = 0.0;
            world.each(|_, technology, _| sum += technology.ai_depth.iter().sum::<f64>());
            sum
        };
        let opening = depth(&mut world);
        for tick in 1..=20 {
            world.run_only::<AiAdoption>(tick);
        }
        let later = depth(&mut world);
        assert!(later > opening);
        world.indicators().prices[2] = 5.0;
        for tick in 21..=40 {
            world.run_only::<AiAdoption>(tick);
        }
        assert!(depth(&mut world) < 0.6 * later);
    }
}
