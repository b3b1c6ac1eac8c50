//! Adoption of AI by firms.
//!
//! A digital firm without AI works out what AI would save on its own staff at its own wages and at the price of AI services,
//! and how soon training and equipment would be paid back. It is the readier to begin the sooner that is, the more firms of
//! its sector and region use AI, the more its people can make of it and the larger it is, if it can pay. A subsidy lowers
//! the pay-back. The project takes time and can fail; a firm that succeeds
//! is intelligent and from then on deepens its use (see `deepening`), so the S-shaped diffusion comes from firms and not
//! from a calendar.
//!
//! ```text
//! T = 4 · c_a · (1 − subsidy) · wage bill / saving,
//! p = h · logistic(α₀ − α₁ · ln(T / T̄) + α₂ · peers_s + α₃ · peers_r + α₄ · absorption + α₅ · ln(size)) · finance
//! ```
//!
//! `c_a` adoption cost in years of compensation; saving as in `payback` at the depth that the firm expects; peers
//! `Indicators::adopters_by_{sector, region}`; absorption mean of the share of nonroutine cognitive tasks and digital know-how;
//! size heads over mean heads of firms as they are now (no published figure); finance one if the last quarter left no loss or
//! cash or the credit line covers the cost, and for public units, else zero. The project itself is funded if deposits, the quarter's loan included,
//! hold its cost and the bank granted most of what was asked for it (see `project`); what costs nothing is paid back at once and needs no money. Source: Griliches (1957) and Mansfield (1961) for profitability and imitation; David (1969) for thresholds
//! among unequal firms; Cohen & Levinthal (1990) for absorptive capacity; Bonney et al. (2024, US Census BTOS) for adoption by size.
//! Departures: none of the weights is estimated on Chinese firms (no representative survey is public); they are set so that
//! a typical digital firm begins with a probability of 1-2 % a quarter at the start. The subsidy's payment belongs to the policy that grants it.
//! Reads `Identity`, `Staff`, `Books`, `Frontier`, `Indicators`, `Structure`, `TechnologySupport`, `AiSettings`; writes
//! `Identity::stage`, `Technology`, `Tally::adoptions`. Draws: `Stream::Adoption`.
//! Not here yet: choice among suppliers of AI, leasing, opaque systems and their risks.

use super::deepening::{deepen_use, target_depth};
use super::payback::{labour_costs, pay_back, persons, saving, wage_bill};
use super::project::{Progress, advance, propose};
use super::{Frontier, TechnologySupport, logistic};
use crate::accounts::Money;
use crate::agents::{Books, Identity, Staff, Stage, TASKS, Technology};
use crate::engine::settings::AiSettings;
use crate::engine::{Clock, Indicators, Mechanism, Stream, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::mechanisms::finance::credit::undrawn_line;
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Adoption of AI, depth of its use and the new tasks that it creates.
    pub struct Parameters {
        /// Whether firms adopt and deepen AI; false keeps each firm's use as it is (as does `ai.enabled = false`): an economy whose AI does not grow, not one without the little AI of the opening.
        enabled: bool = true;
        /// Cost of adoption (training and equipment) over a year's compensation (assumed: pay-back of about two years where AI pays well).
        cost_share: f64 = 0.06, "years of compensation", 0.0..=5.0;
        /// Highest probability of beginning a project in a quarter (assumed).
        hazard: f64 = 0.07, "per quarter", 0.0..=1.0;
        /// Readiness at the reference pay-back without peers, absorption and size (set so that a typical digital firm begins with 1-2 % a quarter at the start).
        readiness: f64 = -2.1, "logits", -20.0..=20.0;
        /// Weight of the pay-back (set so that first pay-backs tell adopters from others, area under the curve above 0.7, which 0.8 and 1.2 miss with 0.67 and 0.69; Mansfield 1961 finds profitability and size of outlay decisive).
        pay_back_weight: f64 = 1.8, "logits per log point", 0.0..=10.0;
        /// Pay-back that firms ask for: two years (assumed; software and equipment are judged faster than plant).
        pay_back_reference: f64 = 8.0, "quarters", 1.0..=100.0;
        /// Weight of the share of adopters in the sector (assumed).
        sector_peers: f64 = 3.0, "logits", 0.0..=20.0;
        /// Weight of the share of adopters in the region (assumed).
        region_peers: f64 = 1.5, "logits", 0.0..=20.0;
        /// Weight of absorptive capacity; Cohen & Levinthal (1990), size assumed.
        absorption_weight: f64 = 2.0, "logits", 0.0..=20.0;
        /// Weight of size: odds 2.5 times as high for 100 times the staff (firms.csv, relative adoption of large firms).
        size_weight: f64 = 0.2, "logits per log point", 0.0..=5.0;
        /// Time that adoption takes (assumed).
        implementation: i64 = 2, "quarters", 1..=40;
        /// Probability that adoption succeeds (assumed).
        success: f64 = 0.8, "probability", 0.0..=1.0;
        /// Spread of the cost of AI over the tasks of a class: so that much that could be automated would not pay (Svanberg et al. 2024: 23 % of exposed vision tasks pay; assumed).
        cost_spread: f64 = 0.5, "log points", 0.01..=5.0;
        /// Part of the paying tasks that a firm without know-how of AI can automate (assumed; at the opening's know-how of 0.3 and cost ratio of 0.73 adopters aim at 0.38 of what AI can do, above the depth near 0.30 that they open with).
        ceiling: f64 = 0.4, "share", 0.0..=1.0;
        /// Growth of AI know-how by doing (assumed: half in nine years).
        learning: f64 = 0.02, "per quarter", 0.0..=1.0;
        /// Rise of learning per unit by which nonroutine cognitive people's share in the staff exceeds that in the sector's tasks (Cohen & Levinthal 1990 and Bresnahan, Brynjolfsson & Hitt 2002 find skills and use of new technology to go together; size assumed).
        people_learning: f64 = 1.0, "per unit of share", 0.0..=10.0;
        /// Speed at which depth moves to what the firm aims at (assumed; the slow part of the productivity J-curve, Brynjolfsson, Rock & Syverson 2021).
        depth_speed: f64 = 0.06, "per quarter", 0.0..=1.0;
        /// Probability that a quarter brings no progress (assumed).
        setback: f64 = 0.1, "probability", 0.0..=1.0;
        /// New tasks created per task displaced: reinstatement made up about half to all of displacement before 1987 and half after (Acemoglu & Restrepo 2019).
        new_task_creation_share: f64 = 0.5, "ratio", 0.0..=2.0;
        /// Part of new tasks that falls to nonroutine classes (assumed from new occupational titles, Autor et al. 2024).
        new_task_nonroutine_share: f64 = 0.8, "share", 0.0..=1.0;
        /// Speed at which new tasks follow displacement (assumed: half in four years).
        new_task_speed: f64 = 0.04, "per quarter", 0.0..=1.0;
        /// Rise of the productivity of those who remain per unit of mean depth: 14-40 % where AI is used (Brynjolfsson, Li & Raymond 2023; Noy & Zhang 2023).
        augmentation: f64 = 0.3, "share per unit of depth", 0.0..=5.0;
    }
}

/// Adoption and use of AI.
pub struct AiAdoption;

impl Mechanism for AiAdoption {
    const NAME: &'static str = "ai_adoption";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "adoption and deepening",
            off: &["ai_adoption.enabled=false"],
            instead: "each firm's use of AI stays as it opened; capability goes on growing",
        },
        Switch {
            part: "artificial intelligence",
            off: &["ai.enabled=false"],
            instead: "capability stands still and nobody adopts or deepens",
        },
        Switch {
            part: "peers",
            off: &["ai_adoption.sector_peers=0.0", "ai_adoption.region_peers=0.0"],
            instead: "firms decide without looking at others",
        },
        Switch {
            part: "profitability",
            off: &["ai_adoption.pay_back_weight=0.0"],
            instead: "the pay-back does not count in the decision, as long as anything is saved",
        },
        Switch {
            part: "new tasks",
            off: &["ai_adoption.new_task_creation_share=0.0"],
            instead: "what AI takes over brings no new tasks for people",
        },
        Switch {
            part: "augmentation",
            off: &["ai_adoption.augmentation=0.0"],
            instead: "people work as well beside AI as without it",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (adopt_ai, deepen_use).chain()
    }
}

/// What a firm looks at when it decides.
#[derive(Clone, Copy, Debug)]
pub struct Prospect {
    /// Pay-back \[quarters\].
    pub pay_back: f64,
    /// Adopters in the sector \[share\].
    pub sector_peers: f64,
    /// Adopters in the region \[share\].
    pub region_peers: f64,
    /// Absorptive capacity \[0-1\].
    pub absorption: f64,
    /// Heads over the mean of firms \[1\].
    pub size: f64,
    /// Whether the firm can pay.
    pub finance: bool,
}

/// Probability of beginning adoption in a quarter, as at the head of the file.
#[must_use]
pub fn adoption_probability(prospect: &Prospect, parameters: &Parameters) -> f64 {
    if prospect.pay_back.is_infinite() || !prospect.finance || prospect.size <= 0.0 {
        return 0.0;
    }
    let p = parameters;
    let readiness = p.readiness - p.pay_back_weight * libm::log((prospect.pay_back / p.pay_back_reference).max(1e-9))
        + p.sector_peers * prospect.sector_peers
        + p.region_peers * prospect.region_peers
        + p.absorption_weight * prospect.absorption
        + p.size_weight * libm::log(prospect.size);
    p.hazard * logistic(readiness)
}

/// Absorptive capacity: mean of the share of nonroutine cognitive tasks and of digital know-how. Cohen & Levinthal (1990).
#[must_use]
pub fn absorption(task_mix: &[f64; TASKS], digital_know_how: f64) -> f64 {
    f64::midpoint(task_mix[TASKS - 1], digital_know_how)
}

/// Cost of the AI services that replace a person: services per person · price / γ \[yuan per person and quarter\].
#[must_use]
pub fn ai_cost_per_person(structure: &Structure, sector: usize, indicators: &Indicators, frontier: &Frontier) -> f64 {
    structure.sectors[sector].ai_services_per_person * indicators.prices[structure.ai_sector] / frontier.ai_efficiency
}

/// Published and structural facts that all firms look at.
pub(super) struct Surroundings<'a> {
    pub structure: &'a Structure,
    pub indicators: &'a Indicators,
    pub frontier: &'a Frontier,
    pub parameters: &'a Parameters,
}

/// Cost of adoption before subsidy and quarterly saving from it, as the firm sees them \[yuan\].
fn appraise(sector: usize, staff: &Staff, technology: &Technology, around: &Surroundings) -> (f64, f64) {
    let structure = around.structure;
    let wages =
        labour_costs(staff, &structure.sectors[sector], around.indicators, structure.employer_contribution_rate);
    let people = persons(staff, structure.persons_per_worker);
    let ai_cost = ai_cost_per_person(structure, sector, around.indicators, around.frontier);
    let depth =
        target_depth(&around.frontier.boundary[sector], &wages, ai_cost, technology.ai_know_how, around.parameters);
    let gain = saving(&people, &wages, &depth, &staff.task_mix, ai_cost, around.parameters.augmentation);
    (4.0 * around.parameters.cost_share * wage_bill(&people, &wages), gain)
}

/// Whether the firm can pay: no loss in the last quarter, or cash or the credit line covers the cost. Public units can.
fn can_pay(identity: &Identity, books: &Books, cost: Money) -> bool {
    let at_hand = books.deposits.positive() + undrawn_line(books);
    identity.public || books.lagged_profit >= Money::ZERO || at_hand >= cost
}

#[allow(clippy::too_many_arguments, reason = "a system takes what it reads")]
fn adopt_ai(
    parameters: Res<Parameters>,
    ai: Res<AiSettings>,
    clock: Res<Clock>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    frontier: Res<Frontier>,
    support: Res<TechnologySupport>,
    mut tally: ResMut<Tally>,
    mut firms: Query<(&mut Identity, &mut Technology, &Staff, &mut Books)>,
) {
    if !ai.enabled || !parameters.enabled {
        return;
    }
    let around =
        Surroundings { structure: &structure, indicators: &indicators, frontier: &frontier, parameters: &parameters };
    let mean_heads = mean_heads(firms.iter().filter(|(i, ..)| i.active()).map(|(_, _, staff, _)| staff));
    let key = clock.key(Stream::Adoption);
    for (slot, (mut identity, mut technology, staff, mut books)) in firms.iter_mut().enumerate() {
        if !identity.active() || identity.stage != Stage::Digital || technology.adopted {
            continue;
        }
        let mut draws = key.agent(slot as u64);
        let (s, r) = (usize::from(identity.sector), usize::from(identity.region));
        let subsidy = support.adoption(r, s, structure.sector_count());
        let (full_cost, gain) = appraise(s, staff, &technology, &around);
        let cost = full_cost * (1.0 - subsidy).max(0.0);
        technology.pay_back = pay_back(cost, gain);
        match advance(
            Stage::Digital,
            &mut technology,
            Stage::Intelligent,
            parameters.implementation,
            parameters.success,
            &mut draws,
        ) {
            Progress::Completed => {
                identity.stage = Stage::Intelligent;
                technology.adopted = true;
                tally.adoptions += 1;
            }
            Progress::Idle if identity.distressed == 0 => {
                let cost = Money::from_yuan(cost);
                let prospect = Prospect {
                    pay_back: technology.pay_back,
                    sector_peers: indicators.adopters_by_sector[s],
                    region_peers: indicators.adopters_by_region[r],
                    absorption: absorption(&staff.task_mix, technology.digital_know_how),
                    size: f64::from(staff.heads.iter().sum::<u32>()) / mean_heads,
                    finance: can_pay(&identity, &books, cost),
                };
                if draws.chance(adoption_probability(&prospect, &parameters)) {
                    propose(&mut technology, &mut books, Stage::Intelligent, cost);
                }
            }
            _ => {}
        }
    }
}

/// Mean heads of active firms as they are now; one without any staff.
fn mean_heads<'a>(staff: impl Iterator<Item = &'a Staff>) -> f64 {
    let (mut heads, mut firms) = (0.0, 0.0);
    for staff in staff {
        heads += f64::from(staff.heads.iter().sum::<u32>());
        firms += 1.0;
    }
    if heads > 0.0 { heads / firms } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::super::small_world::SmallWorld;
    use super::*;

    const TYPICAL: Prospect =
        Prospect { pay_back: 10.0, sector_peers: 0.1, region_peers: 0.1, absorption: 0.4, size: 0.6, finance: true };

    #[test]
    fn a_typical_digital_firm_begins_with_one_to_two_percent_a_quarter() {
        // −2.1 − 1.8 ln 1.25 + 0.45 + 0.8 + 0.2 ln 0.6 = −1.3538
        let p = adoption_probability(&TYPICAL, &Parameters::default());
        assert!((p - 0.07 / (1.0 + 1.353_824_f64.exp())).abs() < 1e-6, "{p}");
        assert!(p > 0.01 && p < 0.02);
    }

    #[test]
    fn readiness_falls_in_own_pay_back_and_rises_with_everything_else() {
        let p = Parameters::default();
        let at = |prospect: Prospect| adoption_probability(&prospect, &p);
        let base = at(TYPICAL);
        assert!(at(Prospect { pay_back: 20.0, ..TYPICAL }) < base);
        assert!(at(Prospect { sector_peers: 0.3, ..TYPICAL }) > base);
        assert!(at(Prospect { region_peers: 0.3, ..TYPICAL }) > base);
        assert!(at(Prospect { absorption: 0.6, ..TYPICAL }) > base);
        assert!(at(Prospect { size: 2.0, ..TYPICAL }) > base);
        // What costs nothing is paid back at once: nothing but the hazard holds it up.
        assert!((at(Prospect { pay_back: 0.0, ..TYPICAL }) - p.hazard).abs() < 1e-6);
        assert_eq!(at(Prospect { finance: false, ..TYPICAL }), 0.0);
        assert_eq!(at(Prospect { pay_back: f64::INFINITY, ..TYPICAL }), 0.0);
    }

    #[test]
    fn with_ai_at_an_infinite_price_nobody_adopts() {
        let mut world = SmallWorld::new(90, 1);
        world.indicators().prices[2] = f64::INFINITY;
        let adopters = world.adopters();
        for tick in 1..=40 {
            world.run_only::<AiAdoption>(tick);
            world.fund_everything();
        }
        assert!((world.adopters() - adopters).abs() < 1e-12);
        world.each(|_, technology, identity| {
            assert!(identity.stage != Stage::Digital || technology.pay_back.is_infinite());
            assert!(technology.ai_depth.iter().all(|a| (0.0..0.05).contains(a)), "those who had it retreat");
        });
    }

    #[test]
    fn without_ai_nothing_changes_by_a_bit() {
        let mut world = SmallWorld::new(60, 1);
        world.world.insert_resource(AiSettings { enabled: false, ..AiSettings::default() });
        let before = world.print();
        for tick in 1..=8 {
            world.run_only::<AiAdoption>(tick);
            world.fund_everything();
        }
        assert_eq!(before, world.print());
    }
}
