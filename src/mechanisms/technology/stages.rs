//! Staged upgrading: from industrial to digital firms, the ground that AI needs.
//!
//! An industrial firm compares what digital tools would save on its own wage bill with what they cost, and is the more
//! ready to begin the sooner they pay back, the more firms around it are digital and the more it already knows. The project
//! needs money and time and can fail (see `project`); when it succeeds the firm is digital and its labour more productive. No
//! stage can be skipped: AI (see `adoption`) is open only to digital firms.
//!
//! ```text
//! T = cost / saving = c · 4 · VA / (wage bill · g / (1 + g)),
//! p = h · logistic(α₀ − α₁ · ln(T / T̄) + α₂ · peers in sector + α₃ · peers in region + α₄ · know-how)
//! ```
//!
//! VA `Books::lagged_value_added`; g productivity gain; peers `StageShares`, counted at the start of the phase and not
//! published; p probability a quarter of beginning a project. Source: Comin & Hobijn
//! (2010) and Griliches (1957) for diffusion by profitability, Bass (1969) for peers, Milgrom & Roberts (1990) for
//! complements that force an order on upgrades.
//! Departures: firms already digital at the start have the gain in their data and none in `Technology::digital_gain`.
//! Reads `Identity`, `Staff`, `Books`, `Indicators`, `Structure`; writes `StageShares`, `Identity::stage`, `Technology::{building,
//! implementing, funded, project_cost, digital_gain, digital_know_how}`. Draws: `Stream::Technology`.
//! Not here yet: regional digital infrastructure, falling prices of digital tools.

use super::logistic;
use super::payback::{labour_costs, learning_of_people, pay_back, persons, wage_bill};
use super::project::{Progress, advance, propose};
use crate::accounts::Money;
use crate::agents::{Books, Identity, Staff, Stage, Technology};
use crate::engine::{Clock, Indicators, Mechanism, Stream, Systems};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Upgrading from industrial to digital.
    pub struct Parameters {
        /// Whether firms become digital; false leaves stages as they are.
        enabled: bool = true;
        /// Rise of labour productivity from digital tools: 5-6 % for data-driven firms (Brynjolfsson, Hitt & Kim 2011).
        productivity_gain: f64 = 0.06, "share", 0.0..=1.0;
        /// Cost of the upgrade over a year's value added (assumed: pay-back of three to four years at the gain above).
        cost_share: f64 = 0.10, "years of value added", 0.0..=5.0;
        /// Highest probability of beginning a project in a quarter (assumed).
        hazard: f64 = 0.04, "per quarter", 0.0..=1.0;
        /// Readiness at the reference pay-back without peers and know-how (set so that about 1.5 % of industrial firms begin in a quarter at the start).
        readiness: f64 = -2.0, "logits", -20.0..=20.0;
        /// Weight of the pay-back (assumed).
        pay_back_weight: f64 = 0.8, "logits per log point", 0.0..=10.0;
        /// Pay-back that firms ask for: three years, the common rule of industry surveys (Graham & Harvey 2001).
        pay_back_reference: f64 = 12.0, "quarters", 1.0..=100.0;
        /// Weight of the share of digital firms in the sector (assumed).
        sector_peers: f64 = 2.0, "logits", 0.0..=20.0;
        /// Weight of the share of digital firms in the region (assumed).
        region_peers: f64 = 1.0, "logits", 0.0..=20.0;
        /// Weight of own digital know-how; Cohen & Levinthal (1990), size assumed.
        know_how_weight: f64 = 1.0, "logits", 0.0..=20.0;
        /// Time that an upgrade takes (assumed).
        implementation: i64 = 3, "quarters", 1..=40;
        /// Probability that an upgrade succeeds (assumed; surveys report that a fifth to two thirds of such projects miss their aims).
        success: f64 = 0.8, "probability", 0.0..=1.0;
        /// Learning by doing in digital firms (assumed).
        learning: f64 = 0.02, "per quarter", 0.0..=1.0;
        /// Rise of learning per unit by which nonroutine cognitive people's share in the staff exceeds that in the sector's tasks (as in `ai_adoption`).
        people_learning: f64 = 1.0, "per unit of share", 0.0..=10.0;
        /// Learning of industrial firms from digital firms of their sector (assumed).
        spillover: f64 = 0.01, "per quarter", 0.0..=1.0;
    }
}

/// Shares of firms that are digital or intelligent, counted at the start of the technology phase.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct StageShares {
    /// By sector.
    pub by_sector: Vec<f64>,
    /// By region.
    pub by_region: Vec<f64>,
}

/// Upgrading to the digital stage.
pub struct StagedUpgrading;

impl Mechanism for StagedUpgrading {
    const NAME: &'static str = "stages";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "upgrading",
            off: &["stages.enabled=false"],
            instead: "industrial firms stay so; digital ones come with entry only",
        },
        Switch {
            part: "peers",
            off: &["stages.sector_peers=0.0", "stages.region_peers=0.0"],
            instead: "firms decide without looking at others",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (publish_stage_shares, upgrade_to_digital, learn_digital).chain()
    }
}

/// Quarters until an upgrade pays back: c · 4 · VA over wage bill · g / (1 + g).
#[must_use]
pub fn digital_pay_back(value_added: f64, wage_bill: f64, parameters: &Parameters) -> f64 {
    let gain = parameters.productivity_gain;
    pay_back(parameters.cost_share * 4.0 * value_added, wage_bill * gain / (1.0 + gain))
}

/// Probability of beginning an upgrade in a quarter.
#[must_use]
pub fn upgrade_probability(
    pay_back: f64,
    sector_peers: f64,
    region_peers: f64,
    know_how: f64,
    parameters: &Parameters,
) -> f64 {
    if pay_back.is_infinite() {
        return 0.0;
    }
    let p = parameters;
    p.hazard
        * logistic(
            p.readiness - p.pay_back_weight * libm::log(pay_back / p.pay_back_reference)
                + p.sector_peers * sector_peers
                + p.region_peers * region_peers
                + p.know_how_weight * know_how,
        )
}

fn publish_stage_shares(structure: Res<Structure>, mut shares: ResMut<StageShares>, firms: Query<&Identity>) {
    let mut sectors = vec![(0.0, 0.0); structure.sector_count()];
    let mut regions = vec![(0.0, 0.0); structure.region_count()];
    for identity in firms.iter().filter(|i| i.active()) {
        let digital = if identity.stage > Stage::Industrial { 1.0 } else { 0.0 };
        for (part, all) in [&mut sectors[usize::from(identity.sector)], &mut regions[usize::from(identity.region)]] {
            *part += digital;
            *all += 1.0;
        }
    }
    let share = |(part, all): (f64, f64)| if all > 0.0 { part / all } else { 0.0 };
    shares.by_sector = sectors.into_iter().map(share).collect();
    shares.by_region = regions.into_iter().map(share).collect();
}

fn upgrade_to_digital(
    parameters: Res<Parameters>,
    clock: Res<Clock>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    shares: Res<StageShares>,
    mut firms: Query<(&mut Identity, &mut Technology, &Staff, &mut Books)>,
) {
    if !parameters.enabled {
        return;
    }
    let key = clock.key(Stream::Technology);
    for (slot, (mut identity, mut technology, staff, mut books)) in firms.iter_mut().enumerate() {
        if !identity.active() || identity.stage != Stage::Industrial {
            continue;
        }
        let mut draws = key.agent(slot as u64);
        let p = &*parameters;
        match advance(identity.stage, &mut technology, Stage::Digital, p.implementation, p.success, &mut draws) {
            Progress::Completed => {
                identity.stage = Stage::Digital;
                technology.digital_gain = p.productivity_gain;
            }
            Progress::Idle if identity.distressed == 0 => {
                let (s, r) = (usize::from(identity.sector), usize::from(identity.region));
                let value_added = books.lagged_value_added.positive().yuan();
                let costs =
                    labour_costs(staff, &structure.sectors[s], &indicators, structure.employer_contribution_rate);
                let wages = wage_bill(&persons(staff, structure.persons_per_worker), &costs);
                let pay_back = digital_pay_back(value_added, wages, p);
                let know_how = technology.digital_know_how;
                if draws.chance(upgrade_probability(pay_back, shares.by_sector[s], shares.by_region[r], know_how, p)) {
                    let cost = Money::from_yuan(p.cost_share * 4.0 * value_added);
                    propose(&mut technology, &mut books, Stage::Digital, cost);
                }
            }
            _ => {}
        }
    }
}

fn learn_digital(
    parameters: Res<Parameters>,
    structure: Res<Structure>,
    shares: Res<StageShares>,
    mut firms: Query<(&Identity, &mut Technology, &Staff)>,
) {
    if !parameters.enabled {
        return;
    }
    for (identity, mut technology, staff) in firms.iter_mut().filter(|(i, ..)| i.active()) {
        let own = technology.digital_know_how;
        let s = usize::from(identity.sector);
        let people = learning_of_people(staff, &structure.sectors[s], parameters.people_learning);
        technology.digital_know_how += people
            * if identity.stage == Stage::Industrial {
                parameters.spillover * (shares.by_sector[s] - own).max(0.0)
            } else {
                parameters.learning * (1.0 - own)
            };
    }
}

#[cfg(test)]
mod tests {
    use super::super::small_world::SmallWorld;
    use super::*;

    #[test]
    fn pay_back_is_cost_over_the_wages_saved() {
        // cost 0.1 · 4 · 100 = 40; saving 50 · 0.06 / 1.06 = 2.830
        assert!((digital_pay_back(100.0, 50.0, &Parameters::default()) - 14.133_333).abs() < 1e-5);
        assert_eq!(digital_pay_back(100.0, 0.0, &Parameters::default()), f64::INFINITY);
    }

    #[test]
    fn readiness_falls_in_the_pay_back_and_rises_with_peers() {
        let p = Parameters::default();
        let base = upgrade_probability(14.0, 0.45, 0.45, 0.2, &p);
        assert!(base > 0.012 && base < 0.018, "{base}");
        assert!(upgrade_probability(28.0, 0.45, 0.45, 0.2, &p) < base);
        assert!(upgrade_probability(14.0, 0.6, 0.45, 0.2, &p) > base);
        assert_eq!(upgrade_probability(f64::INFINITY, 1.0, 1.0, 1.0, &p), 0.0);
    }

    #[test]
    fn an_industrial_firm_becomes_digital_and_never_intelligent_at_once() {
        let mut world = SmallWorld::new(60, 1);
        world.world.insert_resource(Parameters { hazard: 1.0, readiness: 20.0, success: 1.0, ..Parameters::default() });
        world.each(|_, technology, identity| {
            identity.stage = Stage::Industrial;
            *technology = Technology::default();
        });
        for tick in 1..=12 {
            world.run_only::<super::super::AiAdoption>(tick);
            world.run_only::<StagedUpgrading>(tick);
            world.fund_everything();
            world.each(|_, technology, identity| {
                assert!(tick > 4 || identity.stage == Stage::Industrial);
                assert!(identity.stage != Stage::Intelligent || tick > 6);
                assert!(technology.digital_gain == 0.0 || identity.stage > Stage::Industrial);
            });
            if tick == 5 {
                world.each(|_, technology, identity| {
                    assert_eq!(identity.stage, Stage::Digital);
                    assert!((technology.digital_gain - 0.06).abs() < 1e-12);
                });
            }
        }
    }

    #[test]
    fn switched_off_nothing_changes_by_a_bit() {
        let mut world = SmallWorld::new(30, 1);
        world.world.insert_resource(Parameters { enabled: false, ..Parameters::default() });
        let before = world.print();
        world.run_only::<StagedUpgrading>(1);
        assert_eq!(before, world.print());
    }
}
