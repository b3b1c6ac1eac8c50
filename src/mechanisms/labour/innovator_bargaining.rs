//! Innovators' bargaining: those whose work AI cannot do share what it earns for the firm.
//!
//! Where AI saves a firm more work than its services cost, and the firm makes a profit, its nonroutine cognitive staff, without
//! whom the systems would not run, bargain for a part of the saving. They get it as a premium on their wage, which moves
//! slowly, and newcomers of their class are offered the same; so such firms draw talent from others. What they get is
//! missing in profits: prices follow cost at the posted wage and do not move with it.
//!
//! ```text
//! R = clamp(S(a), 0, Π⁺ + b·W),   b* = min(b̄, φ · R / W),   b ← b + s · (b* − b)
//! S(a) = Σ_k P⁰_k · (w_k · (1 − l_k) − a_k · c),   P⁰ = P / l,   l_k = (1 − a_k + n_k) / (1 + χ·ā)
//! wage of the class = posted wage · task premium · skill · (1 + b)
//! ```
//!
//! a depth of AI in use, n new tasks; P persons on the payroll, P⁰ those whom the same work would take without AI; w labour
//! cost, c cost of the AI services that replace a person (`payback`); Π last quarter's profit; W labour cost of the class without
//! the premium; φ `bargaining_power`. Sources: sharing of rents by innovating firms Van Reenen (1996); Kline, Petkova, Williams &
//! Zidar (2019): 30 cents of a dollar of surplus from a patent go to workers, to those in the upper half of the firm's pay
//! and to inventors, and none to the rest; rents as surplus over the outside wage Card, Cardoso, Heining & Kline (2018).
//! Departures: the class stands for the innovators in it; bargaining is over the saving, not over profit from elsewhere.
//! What is paid here does not count as a gap between wages and productivity in `wage_setting` (`publish::wage_gap`): otherwise
//! all others would pay for it. Neutral: power zero. Reads `Identity`, `Technology`, `Books`, `Structure`, `Indicators`,
//! `Frontier`, `adoption`; writes `Staff::{innovator_premium, innovator_rents}`. Draws: none.
//! Not here yet: stock options, bargaining of founders with their investors over wages.

use crate::agents::{Books, Identity, Staff, Stage, TASKS, Technology};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::technology::Frontier;
use crate::mechanisms::technology::adoption::{self, ai_cost_per_person};
use crate::mechanisms::technology::payback::{labour_costs, persons, saving};
use crate::mechanisms::technology::tasks::mean_depth;
use crate::structure::Structure;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;

/// The class that bargains: nonroutine cognitive.
pub const INNOVATORS: usize = TASKS - 1;

parameters! {
    /// Innovators' bargaining.
    pub struct Parameters {
        /// Whether innovators bargain; without, their wages are those of their class everywhere.
        enabled: bool = true;
        /// Part of the saving from AI that they get: 0.3 of the surplus from patents (Kline, Petkova, Williams & Zidar 2019); 0.2 to 0.3 of rents from innovation (Van Reenen 1996).
        bargaining_power: f64 = 0.3, "share of the saving", 0.0..=1.0;
        /// Largest premium over the wage of the class elsewhere (assumed).
        largest_premium: f64 = 0.5, "share of the wage", 0.0..=5.0;
        /// Speed at which the premium follows the rents (assumed: contracts of about a year).
        adjustment: f64 = 0.25, "per quarter", 0.0..=1.0;
    }
}

/// Innovators' bargaining.
pub struct InnovatorBargaining;

impl Mechanism for InnovatorBargaining {
    const NAME: &'static str = "innovator_bargaining";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "bargaining",
        off: &["innovator_bargaining.enabled=false"],
        instead: "innovators earn what their class earns everywhere",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        bargain.into_configs()
    }
}

/// Premium after a quarter: `rents` from AI and `wage_bill` of the class without premium, in the same money.
#[must_use]
pub fn next_premium(p: &Parameters, premium: f64, rents: f64, wage_bill: f64) -> f64 {
    let wanted = if wage_bill > 0.0 { (p.bargaining_power * rents / wage_bill).min(p.largest_premium) } else { 0.0 };
    premium + p.adjustment * (wanted - premium)
}

/// What AI saves a firm a quarter at the depth in use, cost of its services deducted \[yuan\]: against the staff that the
/// same work would take without.
#[must_use]
pub fn saving_in_use(
    people: &[f64; TASKS],
    costs: &[f64; TASKS],
    technology: &Technology,
    task_mix: &[f64; TASKS],
    ai_cost: f64,
    augmentation: f64,
) -> f64 {
    let depth: [f64; TASKS] = core::array::from_fn(|k| technology.depth_in_use(k));
    let reach = 1.0 + augmentation * mean_depth(task_mix, technology);
    let without: [f64; TASKS] =
        core::array::from_fn(|k| people[k] * reach / (1.0 - depth[k] + technology.new_tasks[k]).max(0.05));
    saving(&without, costs, &depth, task_mix, ai_cost, augmentation)
}

fn bargain(
    p: Res<Parameters>,
    adoption: Res<adoption::Parameters>,
    (structure, indicators, frontier): (Res<Structure>, Res<Indicators>, Res<Frontier>),
    mut firms: Query<(&Identity, &Technology, &Books, &mut Staff)>,
) {
    if !p.enabled {
        return;
    }
    for (identity, technology, books, mut staff) in &mut firms {
        if !identity.active() || identity.public {
            (staff.innovator_premium, staff.innovator_rents) = (0.0, 0.0);
            continue;
        }
        if identity.stage != Stage::Intelligent && staff.innovator_premium == 0.0 {
            continue;
        }
        let s = usize::from(identity.sector);
        let rate = structure.employer_contribution_rate;
        let costs = labour_costs(&staff, &structure.sectors[s], &indicators, rate);
        let people = persons(&staff, structure.persons_per_worker);
        let ai_cost = ai_cost_per_person(&structure, s, &indicators, &frontier);
        let saved = saving_in_use(&people, &costs, technology, &staff.task_mix, ai_cost, adoption.augmentation);
        let wage_bill = people[INNOVATORS] * costs[INNOVATORS];
        let profit = books.lagged_profit.positive().yuan() + staff.innovator_premium * wage_bill;
        staff.innovator_premium = next_premium(&p, staff.innovator_premium, saved.max(0.0).min(profit), wage_bill);
        staff.innovator_rents = staff.innovator_premium * wage_bill;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_premium_goes_to_the_bargained_part_of_the_saving_and_no_higher_than_its_bound() {
        let p = Parameters { bargaining_power: 0.3, largest_premium: 0.5, adjustment: 0.25, ..Parameters::default() };
        assert!((next_premium(&p, 0.0, 100.0, 100.0) - 0.25 * 0.3).abs() < 1e-12);
        let rest = (0..200).fold(0.0, |b, _| next_premium(&p, b, 100.0, 100.0));
        assert!((rest - 0.3).abs() < 1e-9);
        let high = (0..200).fold(0.0, |b, _| next_premium(&p, b, 1000.0, 100.0));
        assert!((high - 0.5).abs() < 1e-9);
        // Rents that go away take the premium along; a firm without innovators has none.
        assert!((next_premium(&p, 0.4, 0.0, 100.0) - 0.3).abs() < 1e-12);
        assert!((next_premium(&p, 0.4, 50.0, 0.0) - 0.3).abs() < 1e-12);
    }

    #[test]
    fn without_power_nothing_is_shared() {
        let p = Parameters { bargaining_power: 0.0, ..Parameters::default() };
        assert_eq!(next_premium(&p, 0.0, 100.0, 100.0), 0.0);
    }

    #[test]
    fn the_saving_is_counted_against_the_staff_that_ai_made_unnecessary() {
        // 80 people and a depth of 0.2 do the work of 100: 20 · (1,000 − 730).
        let technology = Technology { ai_depth: [0.0, 0.0, 0.2, 0.0], ..Technology::default() };
        let mix = [0.0, 0.0, 1.0, 0.0];
        let saved = saving_in_use(&[0.0, 0.0, 80.0, 0.0], &[1000.0; TASKS], &technology, &mix, 730.0, 0.0);
        assert!((saved - 5_400.0).abs() < 1e-9, "{saved}");
        assert_eq!(saving_in_use(&[80.0; TASKS], &[1000.0; TASKS], &Technology::default(), &mix, 730.0, 0.3), 0.0);
    }
}
