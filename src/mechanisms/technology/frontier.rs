//! Growth of the technological frontier and of AI.
//!
//! The world's newest capital becomes more productive at a steady rate; the newest capital on sale at home catches up with
//! it, faster the wider the gap and the higher research intensity, so growth slows as the gap closes and no calendar says
//! so. AI at the world's frontier gains capability; at home each sector imitates it, adds research of its own and learns
//! from the data of its adopters, all times the compute at hand. Capability moves the boundary of
//! what AI can do in each task class and the work that a unit of AI services replaces.
//!
//! ```text
//! Δln W_s = ln(1 + g),    dln D_s/dt = ι · ln(W_s / D_s) · (R_s^(1 − m) · R_M^m)^ε
//! dC*/dt = g_c,           dC_s/dt = κ · [μ · max(C* − C_s, 0) + ρ · R_s^ε + β · ln(1 + ((1 − ω) · d_s + ω · d) / d̄)]
//! b_sk = logistic(logit(b_k0) + σ_k · C_s),    ln γ = η · mean C
//! ```
//!
//! W `Frontier::world`; D `domestic`; R `research_intensity`, what firms bought of
//! research over normal spending (`research_spending`); `R_M` that of the makers of machines, by
//! their part in a unit of capital; m `makers_share`; C* `world_capability`; C `capability`; κ `Compute::available` times `compute`;
//! d adopters' share `Indicators::adopters_by_sector`, of the sector and the mean of all; ω `data_breadth`; d̄ `data_reference`; b `boundary`; γ `ai_efficiency`.
//! Source: Nelson & Phelps (1966) and Benhabib & Spiegel (2005), logistic form, for catching up; Hall, Mairesse & Mohnen
//! (2010) for ε; Acemoglu & Restrepo (2018) for the boundary; data as an input after Jones & Tonetti (2020).
//! Departures: capability is measured on the scale of the boundary itself, as nobody knows how compute (about ×4 a year in
//! the largest training runs, Epoch AI 2024) turns into tasks. What is known is the share of tasks exposed at two dates and
//! by two raters (Eloundou et al. 2023: direct 0.15-0.25, with tools built on it 0.43-0.52, over perhaps a decade), which
//! is about 0.7-1.2 logits in ten to fifteen years; the default of 0.07 a year takes the lower end. It is an assumption and
//! the first thing to vary.
//! With `ai.wave = "mechanisation"` the same history runs through other tasks: shares that robots can do at the opening
//! (labour.csv, after Acemoglu & Restrepo 2020) and responses of manual classes where AI has those of cognitive ones (Autor,
//! Levy & Murnane 2003 on which tasks machines took before AI). AI services then stand for the services of machines.
//! Reads `Indicators`, `Compute`, `AiSettings`; writes `Frontier`. Draws: none.
//! Not here yet: a race between leaders, compute that is built and priced, jumps of the frontier (a shock may write `Frontier`).

use super::{Frontier, logistic, logit};
use crate::agents::TASKS;
use crate::engine::settings::AiSettings;
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::planning::capital_goods::machine_shares;
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Growth of the frontier of productivity and of AI capability.
    pub struct Parameters {
        /// Whether the frontiers move; false leaves technology at large as it opened.
        enabled: bool = true;
        /// Growth of the world's newest capital: labour productivity of advanced economies, about 1.2 % (OECD 2010-2019).
        world_growth: f64 = 0.012, "per year", -0.05..=0.2;
        /// Speed of catching up per log point of the gap: with the opening gap, 4.3 % growth at the start (assumed, so that growth of the first decade is near 4 %).
        catch_up: f64 = 0.028, "per year", 0.0..=1.0;
        /// Part of the makers of machines in the research behind a sector's newest capital; in Dosi, Fagiolo & Roventini (2010) they do all of it (assumed: half).
        makers_share: f64 = 0.5, "share", 0.0..=1.0;
        /// World's newest capital over that at home: output per worker of the United States is four to five times China's (Penn World Table 10.01, 2019); that of new capital is taken to be the same (assumed).
        opening_gap: f64 = 4.6, "ratio", 1.0..=20.0;
        /// Elasticity of technological growth to research spending over normal: Hall, Mairesse & Mohnen (2010).
        research_elasticity: f64 = 0.1, "elasticity", 0.0..=1.0;
        /// Growth of AI capability at the world's frontier (assumed from exposed task shares, see the head of the file).
        world_capability_growth: f64 = 0.07, "logits per year", -0.5..=2.0;
        /// Lead of the world's AI over that at home at the start: a little over a year (Epoch AI 2024 finds 1.1-1.4 years; recalled).
        opening_capability_gap: f64 = 0.09, "logits", -2.0..=5.0;
        /// Speed at which the gap to the world's AI is closed by imitation (assumed: half in about two years).
        capability_imitation: f64 = 0.35, "per year", 0.0..=4.0;
        /// Growth of AI capability from research at home (assumed: a fifth of the world's).
        capability_research: f64 = 0.014, "logits per year", 0.0..=1.0;
        /// Growth of AI capability per log point of adopters' data, beta of the data feedback (assumed; Jones & Tonetti 2020 give the form).
        data_feedback: f64 = 0.01, "logits per year", 0.0..=1.0;
        /// Adopters' share at which data have doubled (assumed: near the opening share).
        data_reference: f64 = 0.1, "share", 0.001..=1.0;
        /// Part of the data that a sector's AI learns from which comes from adopters of all sectors alike (assumed: models are trained across uses, most of what is worth knowing is of the trade).
        data_breadth: f64 = 0.3, "share", 0.0..=1.0;
        /// Compute at hand over what the advance of AI needs, from the start on (assumed: not short; below one under an embargo of chips or want of power).
        compute: f64 = 1.0, "ratio", 0.0..=1.0;
        /// Response of the boundary in routine manual tasks; language models reach them through robots (assumed).
        sensitivity_routine_manual: f64 = 0.5, "logits per logit", 0.0..=3.0;
        /// Response of the boundary in nonroutine manual tasks (assumed: hardest to reach; Autor, Levy & Murnane 2003).
        sensitivity_nonroutine_manual: f64 = 0.35, "logits per logit", 0.0..=3.0;
        /// Response of the boundary in routine cognitive tasks: the unit of capability.
        sensitivity_routine_cognitive: f64 = 1.0, "logits per logit", 0.0..=3.0;
        /// Response of the boundary in nonroutine cognitive tasks (assumed from exposure ratings of Felten, Raj & Seamans 2021).
        sensitivity_nonroutine_cognitive: f64 = 0.8, "logits per logit", 0.0..=3.0;
        /// Rise of the work that a unit of AI services replaces per logit of mean capability (assumed; prices of model use fall far faster, but most of the cost of AI services is integration).
        efficiency_elasticity: f64 = 1.0, "log points per logit", 0.0..=10.0;
    }
}

impl Parameters {
    /// Response of the boundary to capability by task class \[logits per logit\]: of language models, or of machines, whose
    /// responses are the mirror image, manual for cognitive classes, so that waves differ in what they reach and in no speed.
    #[must_use]
    pub const fn sensitivities(&self, mechanisation: bool) -> [f64; TASKS] {
        let manual = [self.sensitivity_routine_manual, self.sensitivity_nonroutine_manual];
        let cognitive = [self.sensitivity_routine_cognitive, self.sensitivity_nonroutine_cognitive];
        let [first, last] = if mechanisation { [cognitive, manual] } else { [manual, cognitive] };
        [first[0], first[1], last[0], last[1]]
    }

    /// Growth of the newest domestic capital at the opening \[per quarter\]: what opening vintages are spaced by.
    #[must_use]
    pub fn opening_growth(&self) -> f64 {
        if self.enabled { self.catch_up * libm::log(self.opening_gap) / 4.0 } else { 0.0 }
    }
}

/// Compute at hand for AI at home (chips and power) over what its advance needs \[1\].
#[derive(Clone, Copy, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct Compute {
    /// One if nothing is short; always one so far.
    pub available: f64,
}

impl Default for Compute {
    fn default() -> Self {
        Self { available: 1.0 }
    }
}

/// Growth of technology at large.
pub struct FrontierGrowth;

impl Mechanism for FrontierGrowth {
    const NAME: &'static str = "frontier";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "frontiers",
            off: &["frontier.enabled=false"],
            instead: "technology at large, capability of AI and what AI can do stay as they opened; opening vintages are alike",
        },
        Switch {
            part: "advance of AI",
            off: &[
                "frontier.world_capability_growth=0.0",
                "frontier.opening_capability_gap=0.0",
                "frontier.capability_research=0.0",
                "frontier.data_feedback=0.0",
            ],
            instead: "capital gets better, AI stays as capable as it opened",
        },
        Switch {
            part: "data feedback",
            off: &["frontier.data_feedback=0.0"],
            instead: "adopters' data do not improve AI; imitation and research do",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (advance_frontier,).chain()
    }
}

impl Frontier {
    /// The frontier of the opening. A vintage of age `a` quarters then holds `domestic · exp(−opening_growth · a)`, so
    /// that the mean over steadily growing, steadily depreciating capital is one.
    #[must_use]
    pub fn opening(structure: &Structure, automatable: [f64; TASKS], parameters: &Parameters) -> Self {
        let growth = parameters.opening_growth();
        let domestic: Vec<f64> =
            structure.sectors.iter().map(|s| newest_over_mean(s.depreciation, structure.growth, growth)).collect();
        let sectors = structure.sector_count();
        Self {
            world: domestic.iter().map(|d| d * parameters.opening_gap).collect(),
            domestic,
            capability: vec![0.0; sectors],
            world_capability: parameters.opening_capability_gap,
            boundary: vec![automatable; sectors],
            opening_boundary: automatable,
            ai_efficiency: 1.0,
            research_intensity: vec![1.0; sectors],
            quality: vec![1.0; sectors],
        }
    }
}

/// Productivity of the newest vintage over the mean in use when investment grows by `n`, capital wears by `δ` and the
/// frontier moves by `g` a quarter: (1 − q·e^−g) / (1 − q), q = (1 − δ) / (1 + n), a geometric sum.
#[must_use]
pub fn newest_over_mean(depreciation: f64, investment_growth: f64, frontier_growth: f64) -> f64 {
    let survival = (1.0 - depreciation) / (1.0 + investment_growth);
    (1.0 - survival * libm::exp(-frontier_growth)) / (1.0 - survival)
}

/// Growth of the newest domestic capital: ι · ln(W / D) · R^ε, none ahead of the world \[log points per year\]. Nelson & Phelps
/// (1966).
#[must_use]
pub fn catching_up(world: f64, domestic: f64, research_intensity: f64, parameters: &Parameters) -> f64 {
    parameters.catch_up
        * libm::log(world / domestic).max(0.0)
        * libm::pow(research_intensity, parameters.research_elasticity)
}

/// Research behind the newest capital of a sector: its own and that of the makers of its machines, R^(1 − m) · `R_M`^m.
#[must_use]
pub fn behind_machines(own: f64, makers: f64, makers_share: f64) -> f64 {
    libm::pow(own, 1.0 - makers_share) * libm::pow(makers, makers_share)
}

/// Growth of AI capability in a sector \[logits per year\]; a sector ahead of the world has nothing to imitate.
#[must_use]
pub fn capability_growth(
    gap: f64,
    research_intensity: f64,
    data_share: f64,
    compute: f64,
    parameters: &Parameters,
) -> f64 {
    let imitation = parameters.capability_imitation * gap.max(0.0);
    let research = parameters.capability_research * libm::pow(research_intensity, parameters.research_elasticity);
    let data = parameters.data_feedback * libm::log(1.0 + data_share / parameters.data_reference);
    compute * (imitation + research + data)
}

/// Share of each class's tasks that AI can do: logistic(logit(b₀) + σ · C).
#[must_use]
pub fn automation_boundary(opening: &[f64; TASKS], sensitivities: &[f64; TASKS], capability: f64) -> [f64; TASKS] {
    core::array::from_fn(|k| logistic(logit(opening[k]) + sensitivities[k] * capability))
}

fn advance_frontier(
    parameters: Res<Parameters>,
    ai: Res<AiSettings>,
    compute: Res<Compute>,
    (structure, indicators): (Res<Structure>, Res<Indicators>),
    mut frontier: ResMut<Frontier>,
) {
    if !parameters.enabled {
        return;
    }
    let makers = machine_shares(&structure).0;
    advance_productivity(&mut frontier, &makers, &parameters);
    if ai.enabled {
        let sensitivities = parameters.sensitivities(ai.mechanisation());
        advance_ai(
            &mut frontier,
            &indicators.adopters_by_sector,
            compute.available * parameters.compute,
            &sensitivities,
            &parameters,
        );
    }
}

fn advance_productivity(frontier: &mut Frontier, makers: &[f64], parameters: &Parameters) {
    let world = libm::exp(libm::log(1.0 + parameters.world_growth) / 4.0);
    let weights: f64 = makers.iter().sum();
    let of_makers: f64 = makers.iter().zip(&frontier.research_intensity).map(|(w, r)| w * r).sum();
    for s in 0..frontier.domestic.len() {
        let own = frontier.research_intensity[s];
        let research =
            if weights > 0.0 { behind_machines(own, of_makers / weights, parameters.makers_share) } else { own };
        let growth = catching_up(frontier.world[s], frontier.domestic[s], research, parameters);
        frontier.domestic[s] *= libm::exp(growth / 4.0);
        frontier.world[s] *= world;
    }
}

#[allow(clippy::cast_precision_loss, reason = "number of sectors")]
fn advance_ai(
    frontier: &mut Frontier,
    adopters: &[f64],
    compute: f64,
    sensitivities: &[f64; TASKS],
    parameters: &Parameters,
) {
    let all = adopters.iter().sum::<f64>() / adopters.len().max(1) as f64;
    for s in 0..frontier.capability.len() {
        let gap = frontier.world_capability - frontier.capability[s];
        let own = adopters.get(s).copied().unwrap_or(0.0);
        let data = own + parameters.data_breadth * (all - own);
        let step = capability_growth(gap, frontier.research_intensity[s], data, compute, parameters) / 4.0;
        if step != 0.0 {
            frontier.capability[s] += step;
            frontier.boundary[s] =
                automation_boundary(&frontier.opening_boundary, sensitivities, frontier.capability[s]);
        }
    }
    frontier.world_capability += parameters.world_capability_growth / 4.0;
    let mean = frontier.capability.iter().sum::<f64>() / frontier.capability.len().max(1) as f64;
    frontier.ai_efficiency = libm::exp(parameters.efficiency_elasticity * mean);
}

#[cfg(test)]
mod tests {
    use super::super::small_world;
    use super::*;

    const OPENING: [f64; TASKS] = [0.08, 0.04, 0.45, 0.25];

    #[test]
    fn domestic_capital_opens_near_three_point_six_percent_and_slows_as_the_gap_closes() {
        let p = Parameters { opening_gap: 3.6, ..Parameters::default() };
        let mut f = Frontier::opening(&small_world::structure(), OPENING, &p);
        let opening = catching_up(f.world[0], f.domestic[0], 1.0, &p);
        assert!((opening - 0.0359).abs() < 1e-4, "{opening}");
        let mut last = opening;
        for _ in 0..160 {
            advance_productivity(&mut f, &[], &p);
            let now = catching_up(f.world[0], f.domestic[0], 1.0, &p);
            assert!(now < last);
            last = now;
        }
        // ln gap(40) = g/ι + (ln 3.6 − g/ι) e^{−1.12}, g = ln 1.012
        assert!((last - 0.01974).abs() < 2e-4, "{last}");
    }

    #[test]
    fn opening_vintages_have_mean_one() {
        let (depreciation, n, g): (f64, f64, f64) = (0.01, 0.0115, 0.009);
        let newest = newest_over_mean(depreciation, n, g);
        let (mut quantity, mut sum, mut layer) = (0.0, 0.0, 1.0);
        for age in 0..4000 {
            quantity += layer;
            sum += layer * newest * (-g * f64::from(age)).exp();
            layer *= (1.0 - depreciation) / (1.0 + n);
        }
        assert!((sum / quantity - 1.0).abs() < 1e-9);
        assert_eq!(newest_over_mean(depreciation, n, 0.0).to_bits(), 1.0_f64.to_bits());
    }

    #[test]
    fn research_raises_growth_with_its_elasticity() {
        let p = Parameters::default();
        let ratio = catching_up(2.0, 1.0, 2.0, &p) / catching_up(2.0, 1.0, 1.0, &p);
        assert!((ratio - 1.071_773).abs() < 1e-6);
    }

    #[test]
    fn the_makers_of_machines_move_the_frontier_of_those_who_use_them() {
        assert!((behind_machines(1.0, 4.0, 0.5) - 2.0).abs() < 1e-12);
        assert_eq!(behind_machines(0.7, 4.0, 0.0).to_bits(), 0.7_f64.to_bits());
        let p = Parameters::default();
        let grown = |makers: &[f64]| {
            let mut f = Frontier::opening(&small_world::structure(), OPENING, &p);
            f.research_intensity = vec![1.0, 4.0, 1.0];
            advance_productivity(&mut f, makers, &p);
            f.domestic[0]
        };
        assert!(grown(&[0.0, 1.0, 0.0]) > grown(&[1.0, 0.0, 0.0]));
        assert_eq!(grown(&[1.0, 0.0, 0.0]).to_bits(), grown(&[]).to_bits());
    }

    #[test]
    fn a_country_that_uses_ai_everywhere_learns_more_than_one_that_uses_it_in_one_trade() {
        let p = Parameters::default();
        let learned = |adopters: &[f64], p: &Parameters| {
            let mut f = Frontier::opening(&small_world::structure(), OPENING, p);
            advance_ai(&mut f, adopters, p.compute, &p.sensitivities(false), p);
            f.capability.iter().sum::<f64>()
        };
        assert!(learned(&[0.2; 3], &p) > learned(&[0.6, 0.0, 0.0], &p), "the same adopters");
        let without = Parameters { data_feedback: 0.0, ..p.clone() };
        assert_eq!(learned(&[0.2; 3], &without).to_bits(), learned(&[0.6, 0.0, 0.0], &without).to_bits());
        let embargo = Parameters { compute: 0.5, ..p.clone() };
        assert!((learned(&[0.2; 3], &embargo) / learned(&[0.2; 3], &p) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn cognitive_tasks_come_first_and_gain_most() {
        let s = Parameters::default().sensitivities(false);
        for step in 1..60 {
            let b = automation_boundary(&OPENING, &s, 0.05 * f64::from(step));
            assert!(b[2] > b[3] && b[3] > b[0] && b[0] > b[1], "{b:?}");
        }
        let robots = [0.45, 0.08, 0.05, 0.02];
        for step in 0..60 {
            let b = automation_boundary(&robots, &Parameters::default().sensitivities(true), 0.05 * f64::from(step));
            assert!(b[0] > b[1] && b[1] > b[2] && b[2] > b[3], "machines come to manual tasks first: {b:?}");
        }
        // odds 0.45/0.55 times e
        let b = automation_boundary(&OPENING, &s, 1.0);
        assert!((b[2] - 0.689_831).abs() < 1e-6, "{}", b[2]);
    }

    #[test]
    fn data_and_compute_decide_the_speed_of_ai() {
        let p = Parameters {
            capability_imitation: 0.2,
            capability_research: 0.02,
            data_feedback: 0.01,
            ..Parameters::default()
        };
        // 0.2 · 0.1 + 0.02 + 0.01 ln 2
        assert!((capability_growth(0.1, 1.0, 0.1, 1.0, &p) - 0.046_931).abs() < 1e-6);
        assert!(capability_growth(0.1, 1.0, 0.5, 1.0, &p) > capability_growth(0.1, 1.0, 0.1, 1.0, &p));
        assert_eq!(capability_growth(0.1, 1.0, 0.1, 0.0, &p), 0.0);
        assert!((capability_growth(-1.0, 1.0, 0.0, 1.0, &p) - 0.02).abs() < 1e-12);
    }

    #[test]
    fn without_rates_nothing_moves_by_a_bit() {
        let p = Parameters {
            world_growth: 0.0,
            catch_up: 0.0,
            world_capability_growth: 0.0,
            opening_capability_gap: 0.0,
            capability_research: 0.0,
            data_feedback: 0.0,
            ..Parameters::default()
        };
        let mut f = Frontier::opening(&small_world::structure(), OPENING, &p);
        let before = format!("{f:?}");
        advance_productivity(&mut f, &[], &p);
        advance_ai(&mut f, &[0.1, 0.1, 0.1], 1.0, &p.sensitivities(false), &p);
        assert_eq!(before, format!("{f:?}"));
    }
}
