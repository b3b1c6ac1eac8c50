//! Research and development: innovation, imitation and the quality ladder.
//!
//! Firms spend a share of their sales on research, in projects of several stages (`research_spending`); a stage succeeds with
//! a probability that rises in what could be bought, the last stage makes an innovation, and a quarter without money loses
//! the stages behind it. An innovation raises the firm's
//! ability and its quality by a rung; others see a few rivals and may copy part of the gap to the best of them, and old
//! advantages fade. Ability and quality are relative to the sector: the mean change is taken out each quarter, so research
//! makes winners and losers and no trend of its own (it moves the frontier through `Frontier::research_intensity`).
//!
//! ```text
//! p = 1 − exp(−ζ · R),    Δln A = step · e + θ · (ln A_best − ln A)₊ − ρ · (ln A − m_s) − drift_s
//! ```
//!
//! A `Operations::ability` (likewise `quality`); R intensity of a firm (`research_spending`); e an exponential draw of mean one at an innovation;
//! `A_best` the best of a few rivals drawn at random, copied with probability 1 − exp(−ζ' · R); `m_s` and `drift_s` means
//! over the sector weighted by sales. Source: Dosi, Fagiolo & Roventini (2010), equations for innovation and imitation; Klette
//! & Kortum (2004) for sunk stages; Grossman & Helpman (1991) for the ladder; persistence of firm productivity after Foster,
//! Haltiwanger & Syverson (2008).
//! Departures: intensity is relative to normal spending, so that large firms innovate as often as small ones and each
//! innovation moves a larger business (Klette & Kortum 2004), where Dosi, Fagiolo & Roventini let the absolute outlay decide.
//! Reads `Identity`, `Books`, `TechnologySupport`; writes `Operations::{ability, quality}`, `Technology::{research_progress,
//! research_sunk}`, `Frontier::{research_intensity, quality}`, `Tally`. Draws: `Stream::ResearchAndDevelopment`.
//! Not here yet: research staff, AI in research.

use super::research_spending::{lose_project, publish_intensity};
use super::{Frontier, TechnologySupport};
use crate::accounts::Money;
use crate::agents::{Books, Identity, Operations, Technology};
use crate::engine::{Clock, Draws, Mechanism, Stream, Systems, Tally};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::*;

parameters! {
    /// Research and development.
    pub struct Parameters {
        /// Whether firms do research; false leaves ability and quality as they are.
        enabled: bool = true;
        /// Whether firms decide on spending; false makes research a fixed part of what they invest, bought with it, and lets it be at normal intensity but for firms in distress.
        decided: bool = true;
        /// Spending that firms want over sales, relative to that of the opening; Dosi, Fagiolo & Roventini (2010) have a fixed share of past sales (0.04 for makers of machines), the opening has the sectors' of 2023 (`opening.business_research`).
        effort: f64 = 1.0, "ratio", 0.0..=10.0;
        /// Part of the spending wanted below which the stages behind a project are lost (assumed; adjustment costs of research are high, Hall & Lerner 2010, Brown, Martinsson & Petersen 2012).
        interruption: f64 = 0.5, "share", 0.0..=1.0;
        /// Success of a stage at normal spending, zeta in 1 − exp(−zeta·R); Dosi, Fagiolo & Roventini (2010) use 0.3 a year on levels (here: an innovation in about three years, assumed).
        effectiveness: f64 = 0.35, "1", 0.0..=10.0;
        /// Consecutive funded stages that an innovation takes (assumed).
        stages: i64 = 4, "stages", 1..=40;
        /// Mean rise of ability by an innovation (assumed, so that the spread of ability is stationary near 0.2).
        step: f64 = 0.14, "log points", 0.0..=1.0;
        /// Rise of quality by an innovation: one rung; Grossman & Helpman (1991) give the form; the ladder then rises about 1.5 % a year (Bils & Klenow 2001 find 1.3-2.2 % for durables; recalled).
        quality_rung: f64 = 0.05, "log points", 0.0..=1.0;
        /// Success of imitation at normal spending (assumed: a try in five years succeeds).
        imitation_effectiveness: f64 = 0.05, "1", 0.0..=10.0;
        /// Rivals that a firm can see, as in the imitation step of Dosi, Fagiolo & Roventini (2010) (number assumed).
        rivals: i64 = 3, "firms", 1..=100;
        /// Part of the gap that a success copies (assumed).
        imitation_share: f64 = 0.3, "share", 0.0..=1.0;
        /// Fading of advantages: persistence of physical productivity near 0.92 a year (Foster, Haltiwanger & Syverson 2008 find 0.75-0.8 for plants; firms last longer, assumed).
        fading: f64 = 0.02, "per quarter", 0.0..=1.0;
    }
}

/// Research, innovation and imitation.
pub struct ResearchAndDevelopment;

impl Mechanism for ResearchAndDevelopment {
    const NAME: &'static str = "research";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "research",
            off: &["research.enabled=false"],
            instead: "ability and quality of firms stay as they are, intensity of research is one",
        },
        Switch {
            part: "imitation",
            off: &["research.imitation_effectiveness=0.0"],
            instead: "nobody copies; innovation and the fading of advantages go on",
        },
        Switch {
            part: "quality ladder",
            off: &["research.quality_rung=0.0"],
            instead: "innovations raise ability alone",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (do_research,).chain()
    }
}

/// What rivals see of a firm, and what research changes.
#[derive(Clone, Copy, Default)]
struct Entry {
    sector: usize,
    weight: f64,
    level: [f64; 2],
    change: [f64; 2],
}

impl Entry {
    fn add(&mut self, change: [f64; 2]) {
        self.change = [self.change[0] + change[0], self.change[1] + change[1]];
    }
}

/// Probability that effort of effectiveness ζ at intensity R succeeds: 1 − exp(−ζ · R). Dosi, Fagiolo & Roventini (2010).
#[must_use]
pub fn success(effectiveness: f64, intensity: f64) -> f64 {
    1.0 - libm::exp(-effectiveness * intensity)
}

/// Moves a project on by a quarter: stages done, and whether an innovation came out. Unfunded, all stages are lost.
#[must_use]
pub fn next_stage(progress: u8, funded: bool, succeeded: bool, stages: i64) -> (u8, bool) {
    match (funded, succeeded) {
        (false, _) => (0, false),
        (true, false) => (progress, false),
        (true, true) if i64::from(progress) + 1 >= stages => (0, true),
        (true, true) => (progress.saturating_add(1), false),
    }
}

fn do_research(
    parameters: Res<Parameters>,
    clock: Res<Clock>,
    support: Res<TechnologySupport>,
    mut frontier: ResMut<Frontier>,
    mut tally: ResMut<Tally>,
    mut firms: Query<(&Identity, &Books, &mut Operations, &mut Technology)>,
) {
    if !parameters.enabled {
        return;
    }
    let sectors = frontier.domestic.len();
    let mut board: Vec<Option<Entry>> = firms.iter().map(|(i, b, o, _)| i.active().then(|| entry(*i, b, o))).collect();
    publish_intensity(&mut frontier, &parameters, support.research, firms.iter().map(|(i, b, _, t)| (*i, *b, *t)));
    let rivals = by_sector(&board, sectors);
    let means = weighted_means(&board, sectors, |e| e.level);
    let before: Vec<[f64; 2]> = board.iter().map(|e| e.map_or([0.0; 2], |e| e.level)).collect();
    let key = clock.key(Stream::ResearchAndDevelopment);
    for (slot, (identity, _, _, mut technology)) in firms.iter_mut().enumerate() {
        let Some(own) = board[slot].as_mut() else {
            if technology.research_sunk > Money::ZERO {
                lose_project(&mut technology, &mut tally); // with the firm
            }
            continue;
        };
        let mut draws = key.agent(slot as u64);
        let intensity = parameters.intensity(identity, &technology, support.research);
        let funded = !parameters.interrupted(identity, &technology);
        innovate(own, &mut technology, (intensity, funded), &parameters, &mut tally, &mut draws);
        imitate(own, &rivals[own.sector], &before, intensity, &parameters, &mut draws);
        fade(own, means[own.sector], parameters.fading);
    }
    let drifts = weighted_means(&board, sectors, |e| e.change);
    for (s, drift) in drifts.iter().enumerate() {
        if drift[1] != 0.0 {
            frontier.quality[s] *= libm::exp(drift[1]);
        }
    }
    for (slot, (_, _, mut operations, _)) in firms.iter_mut().enumerate() {
        let Some(own) = board[slot] else { continue };
        let change: [f64; 2] = core::array::from_fn(|i| own.change[i] - drifts[own.sector][i]);
        if change[0] != 0.0 {
            operations.ability *= libm::exp(change[0]);
        }
        if change[1] != 0.0 {
            operations.quality *= libm::exp(change[1]);
        }
    }
}

fn entry(identity: Identity, books: &Books, operations: &Operations) -> Entry {
    debug_assert!(operations.ability > 0.0 && operations.quality > 0.0, "active firms have ability and quality");
    Entry {
        sector: usize::from(identity.sector),
        weight: books.lagged_revenue.positive().yuan(),
        level: [libm::log(operations.ability), libm::log(operations.quality)],
        change: [0.0; 2],
    }
}

fn by_sector(board: &[Option<Entry>], sectors: usize) -> Vec<Vec<usize>> {
    let mut lists = vec![Vec::new(); sectors];
    for (slot, own) in board.iter().enumerate() {
        if let Some(own) = own {
            lists[own.sector].push(slot);
        }
    }
    lists
}

/// Means by sector weighted by sales; unweighted in a sector without sales.
fn weighted_means(board: &[Option<Entry>], sectors: usize, value: impl Fn(&Entry) -> [f64; 2]) -> Vec<[f64; 2]> {
    let mut sums = vec![([0.0; 2], 0.0, [0.0; 2], 0.0); sectors];
    for own in board.iter().flatten() {
        let (weighted, weight, plain, count) = &mut sums[own.sector];
        let x = value(own);
        for i in 0..2 {
            weighted[i] += own.weight * x[i];
            plain[i] += x[i];
        }
        *weight += own.weight;
        *count += 1.0;
    }
    sums.into_iter()
        .map(|(weighted, weight, plain, count)| {
            if weight > 0.0 {
                weighted.map(|x| x / weight)
            } else if count > 0.0 {
                plain.map(|x| x / count)
            } else {
                [0.0; 2]
            }
        })
        .collect()
}

fn innovate(
    own: &mut Entry,
    technology: &mut Technology,
    (intensity, funded): (f64, bool),
    parameters: &Parameters,
    tally: &mut Tally,
    draws: &mut Draws,
) {
    let succeeded = draws.chance(success(parameters.effectiveness, intensity));
    let size = -libm::log(1.0 - draws.uniform());
    let (progress, innovated) = next_stage(technology.research_progress, funded, succeeded, parameters.stages);
    if !funded {
        lose_project(technology, tally);
    }
    technology.research_progress = progress;
    if innovated {
        own.add([parameters.step * size, parameters.quality_rung]);
        technology.research_sunk = Money::ZERO;
        tally.innovations += 1;
    }
}

#[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "a handful of rivals")]
fn imitate(
    own: &mut Entry,
    rivals: &[usize],
    levels: &[[f64; 2]],
    intensity: f64,
    parameters: &Parameters,
    draws: &mut Draws,
) {
    if !draws.chance(success(parameters.imitation_effectiveness, intensity)) {
        return;
    }
    let mut best = own.level;
    for _ in 0..parameters.rivals {
        let seen = levels[rivals[draws.below(rivals.len())]];
        best = [best[0].max(seen[0]), best[1].max(seen[1])];
    }
    own.add([0, 1].map(|i| parameters.imitation_share * (best[i] - own.level[i])));
}

fn fade(own: &mut Entry, mean: [f64; 2], fading: f64) {
    own.add([0, 1].map(|i| fading * (mean[i] - own.level[i])));
}

#[cfg(test)]
mod tests {
    use super::super::small_world::{self, SmallWorld};
    use super::*;

    #[test]
    fn success_rises_with_spending_and_is_impossible_without() {
        assert!((success(0.35, 1.0) - 0.295_312).abs() < 1e-6);
        assert!(success(0.35, 2.0) > success(0.35, 1.0));
        assert_eq!(success(0.35, 0.0), 0.0);
    }

    #[test]
    fn stages_add_up_to_an_innovation_and_are_lost_without_money() {
        assert_eq!(next_stage(0, true, true, 3), (1, false));
        assert_eq!(next_stage(1, true, false, 3), (1, false));
        assert_eq!(next_stage(2, true, true, 3), (0, true));
        assert_eq!(next_stage(2, false, true, 3), (0, false));
        assert_eq!(next_stage(0, true, true, 1), (0, true));
    }

    fn spread(levels: &[f64]) -> f64 {
        let n = levels.len() as f64;
        let mean = levels.iter().map(|a| a.ln()).sum::<f64>() / n;
        (levels.iter().map(|a| (a.ln() - mean).powi(2)).sum::<f64>() / n).sqrt()
    }

    #[test]
    fn research_makes_a_stationary_spread_and_no_trend() {
        let mut world = SmallWorld::new(300, 1);
        let mut early = 0.0;
        for tick in 1..=800 {
            world.run_only::<ResearchAndDevelopment>(tick);
            if tick == 400 {
                early = spread(&world.operations(|o| o.ability));
            }
        }
        let (mean, late) = (world.mean_ability(0), spread(&world.operations(|o| o.ability)));
        println!(
            "spread of ability at 400: {early:.3}, at 800: {late:.3}; quality {:.3}",
            spread(&world.operations(|o| o.quality))
        );
        assert!(mean.abs() < 1e-9, "{mean}");
        assert!(late > 0.15 && late < 0.35 && (late / early - 1.0).abs() < 0.25, "{early} {late}");
        assert!(world.frontier().quality[0] > 1.5);
    }

    #[test]
    fn a_firm_without_money_for_research_loses_its_project_and_its_sector_intensity() {
        for decided in [true, false] {
            let mut world = SmallWorld::new(30, 1);
            world.world.insert_resource(Parameters { decided, ..Parameters::default() });
            world.each(|_, technology, identity| {
                let poor = identity.sector == 1;
                (technology.research_progress, technology.research_sunk) = (2, Money(7));
                identity.distressed = u8::from(poor);
                technology.research_delivery = if poor { 0.0 } else { 1.0 };
            });
            world.run_only::<ResearchAndDevelopment>(1);
            world.each(|slot, technology, identity| {
                assert_eq!(technology.research_progress == 0, identity.sector == 1, "{slot}");
                assert_eq!(technology.research_sunk == Money::ZERO, identity.sector == 1, "{slot}");
            });
            assert_eq!(world.frontier().research_intensity, [1.0, 0.0, 1.0]);
            let tally = world.world.resource::<Tally>();
            assert_eq!((tally.research_interruptions, tally.lost_research), (10, 70));
        }
    }

    /// Innovations of so many firms in twenty years, when what they can buy of what they want follows a rhythm.
    fn innovations(bought: impl Fn(u32) -> f64, effort: f64) -> u64 {
        let mut world = SmallWorld::new(300, 1);
        world.world.insert_resource(Parameters { effort, ..Parameters::default() });
        for tick in 1..=80 {
            world.each(|_, technology, _| technology.research_delivery = bought(tick));
            world.run_only::<ResearchAndDevelopment>(tick);
        }
        world.world.resource::<Tally>().innovations
    }

    #[test]
    fn the_same_money_brings_fewer_innovations_when_it_comes_and_goes() {
        let steady = innovations(|_| 1.0, 1.0);
        let stop_go = innovations(|tick| f64::from(u8::from(tick / 4 % 2 == 0)), 2.0);
        let half = innovations(|_| 1.0, 0.5);
        println!("innovations: steady {steady}, stop and go {stop_go}, half the money {half}");
        assert!(f64::from(u32::try_from(stop_go).unwrap()) < 0.7 * f64::from(u32::try_from(steady).unwrap()));
        assert!(half < steady);
    }

    #[test]
    fn switched_off_or_without_effect_nothing_changes_by_a_bit() {
        for p in [
            Parameters { enabled: false, ..Parameters::default() },
            Parameters { effectiveness: 0.0, imitation_effectiveness: 0.0, fading: 0.0, ..Parameters::default() },
        ] {
            let mut world = small_world::SmallWorld::new(30, 1);
            world.world.insert_resource(p);
            let before = world.print();
            world.run_only::<ResearchAndDevelopment>(1);
            assert_eq!(before, world.print());
        }
    }
}
