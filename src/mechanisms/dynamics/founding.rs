//! Founding: how many firms are founded in each sector, where, how large, and in which order money is offered to them.
//!
//! ```text
//! E_s = max(0, X_s + η · N_s · (a_s · (N_s / n_s)^κ − 1)),   a_s = min(4, max(¼, exp(ε · (ρ_s − ρ⁰_s) / ρ̄⁰)))
//! N_s = N⁰_s · v_s / v⁰_s,   X_s ← X_s + μ · (closures − X_s),   both ratios of N within 0.1 and 10
//! heads = max(h_min, r · mean heads of the sector), h_min at most the mean of the opening,   output = heads · D_s · A / l_s,   cost = K + w · sales
//! ```
//!
//! E entrants a quarter: who takes the place of a firm that closed, as in Dosi, Fagiolo & Roventini (2010), and who comes because
//! more is promised than at the opening; X smoothed closures; n private firms in business and N their number at the opening, moved by the sector's share v in
//! nominal value added: the market carries so many firms, whatever happened to those that were there. ρ profit over
//! capital after interest, ρ⁰ at the opening, ρ̄⁰ the opening's mean; D productivity of the newest vintage; A ability; l
//! labour per unit. Sources: one entrant for one exit Dosi, Fagiolo &
//! Roventini (2010), response to profits Geroski (1995); density dependence Hannan & Carroll (1992); size
//! see the parameters. An entrant settles in the region of a firm of its sector drawn at random, as spin-offs do
//! (Klepper 2007), where there is a free slot.
//! Departures: the number of firms in business is counted, not published.

use super::entry::Parameters;
use crate::accounts::{Fen, Money};
use crate::agents::Identity;
use crate::agents::firm::Life;
use crate::engine::{Draws, Indicators, StreamKey};
use crate::mechanisms::technology::Frontier;
use crate::structure::Structure;
use bevy_ecs::prelude::Resource;

/// What founders compare with: the opening, by sector.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Norms {
    /// Profit after interest over capital \[per quarter\].
    pub profit_rate: Vec<f64>,
    /// The same of the nation \[per quarter\].
    pub mean_profit_rate: f64,
    /// Private firms \[firm agents\].
    pub firms: Vec<f64>,
    /// Mean staff of a private firm \[worker agents\].
    pub heads: Vec<f64>,
    /// Value added \[yuan per quarter\].
    pub value_added: Vec<f64>,
    /// Bank choice by region: cumulative weights.
    pub bank_choice: Vec<Vec<(f64, u16)>>,
    /// Rate on firms' loans in the opening's data \[per year\]; `FirmNorms::lending_rate` is the mean by the credit rule.
    pub lending_rate: f64,
}

/// Closures of firms that make room for others, smoothed, by sector \[firms per quarter\]; none at the start.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Closures(pub Vec<f64>);

impl Closures {
    /// None in any of so many sectors.
    #[must_use]
    pub fn none(sectors: usize) -> Self {
        Self(vec![0.0; sectors])
    }

    /// Counts the firms that closed in this tick.
    pub(super) fn count<'a>(&mut self, firms: impl Iterator<Item = &'a Identity>, memory: f64) {
        let mut closed = vec![0.0; self.0.len()];
        for firm in firms.filter(|f| f.life == Life::Closed && !f.public) {
            closed[usize::from(firm.sector)] += 1.0;
        }
        for (mean, now) in self.0.iter_mut().zip(closed) {
            *mean += memory * (now - *mean);
        }
    }
}

/// What a new firm is and needs.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Slot.
    pub slot: usize,
    /// Sector.
    pub sector: usize,
    /// Region.
    pub region: usize,
    /// Planned output \[units per quarter\].
    pub output: f64,
    /// Ability \[1\].
    pub ability: f64,
    /// Labour productivity with capital of the newest vintage \[1\].
    pub productivity: f64,
    /// Capital and working capital.
    pub cost: Money,
    /// Rank for money: the highest is served first.
    rank: f64,
}

impl Plan {
    /// Builds only part of the plan; returns what the bank, the founder and the venture fund then pay, which is its cost.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a share of money")]
    pub(super) fn shrink(&mut self, part: f64, debt: Money, own: Money, venture: Fen) -> (Money, Money, Fen) {
        if part >= 1.0 {
            return (debt, own, venture);
        }
        let (debt, own, venture) = (debt.share(part), own.share(part), (venture as f64 * part) as Fen);
        self.output *= part;
        self.cost = debt + own + Money(i64::try_from(venture).unwrap_or(0));
        (debt, own, venture)
    }
}

/// How much a sector promises: profits beyond those of the opening, over the nation's mean.
fn promise(profit_rate: f64, norm: f64, mean: f64) -> f64 {
    if mean > 0.0 { (profit_rate - norm) / mean } else { 0.0 }
}

/// Entrants expected in a sector in a quarter, as at the head of the file: `carried` firms that its value added carries,
/// `firms` in business, `promise` of the sector, `closures` that make room.
#[must_use]
pub fn expected_entrants(carried: f64, firms: f64, promise: f64, closures: f64, p: &Parameters) -> f64 {
    let attraction = libm::exp(p.profit_elasticity * promise).clamp(0.25, 4.0);
    let room = libm::pow((carried / firms.max(1.0)).clamp(0.1, 10.0), p.density_elasticity);
    (closures + p.rate * carried * (attraction * room - 1.0)).max(0.0)
}

/// Counts of a sector's private firms in business.
#[derive(Clone, Debug, Default)]
struct Market {
    slots: Vec<usize>,
    heads: f64,
}

/// Plans of the quarter in the order in which money is offered to them: rescue first, then by promise.
#[must_use]
pub fn plan_entries(
    p: &Parameters,
    (norms, closures): (&Norms, &Closures),
    structure: &Structure,
    indicators: &Indicators,
    frontier: &Frontier,
    key: StreamKey,
    registry: &[(Identity, u32)],
) -> Vec<Plan> {
    let mut free: Vec<Vec<usize>> = vec![Vec::new(); structure.region_count()];
    let mut markets = vec![Market::default(); structure.sector_count()];
    for (slot, (identity, heads)) in registry.iter().enumerate().rev() {
        if identity.life == Life::Vacant && identity.vacant >= 1 {
            free[usize::from(identity.region)].push(slot);
        } else if identity.active() && !identity.public {
            let market = &mut markets[usize::from(identity.sector)];
            market.slots.push(slot);
            market.heads += f64::from(*heads);
        }
    }
    let carried = carried(norms, indicators);
    let mut plans = Vec::new();
    for (s, market) in markets.iter().enumerate() {
        let mut draws = key.agent_round(s as u64, 99);
        let rescue = (market.slots.len() as u64) < p.fewest_firms.unsigned_abs();
        let (rate, norm, mean_rate) =
            (indicators.profit_rate_by_sector[s], norms.profit_rate[s], norms.mean_profit_rate);
        let promise = promise(rate, norm, mean_rate);
        let firms = market.slots.len() as f64;
        let expected = expected_entrants(carried[s], firms, promise, closures.0[s], p);
        let count = draws.round(expected).max(i64::from(rescue));
        for number in 0..count {
            let near = (!market.slots.is_empty())
                .then(|| usize::from(registry[market.slots[draws.below(market.slots.len())]].0.region));
            let Some((slot, region)) = settle(near, &mut free, &mut draws) else { break };
            let mean = if firms > 0.0 { market.heads / firms } else { norms.heads[s] };
            let plan = plan(p, norms, structure, indicators, frontier, (slot, s, region), mean, &mut draws);
            let gumbel = -libm::log(-libm::log(draws.uniform().clamp(1e-12, 1.0 - 1e-12)));
            let rank = if rescue && number == 0 { f64::INFINITY } else { promise + p.judgement_error * gumbel };
            plans.push(Plan { rank, ..plan });
        }
    }
    plans.sort_by(|a, b| b.rank.total_cmp(&a.rank).then(a.slot.cmp(&b.slot)));
    plans
}

/// Firms that each sector's value added carries: those of the opening, moved by the sector's share in value added.
fn carried(norms: &Norms, indicators: &Indicators) -> Vec<f64> {
    let now: f64 = indicators.value_added_by_sector.iter().map(|v| v.max(0.0)).sum();
    let then: f64 = norms.value_added.iter().sum();
    let share = |s: usize| {
        let before = norms.value_added[s] / then;
        if before > 0.0 { indicators.value_added_by_sector[s].max(0.0) / now / before } else { 1.0 }
    };
    (0..norms.firms.len()).map(|s| norms.firms[s] * share(s).clamp(0.1, 10.0)).collect()
}

/// A free slot in a region, or in the next one that has any.
fn settle(near: Option<usize>, free: &mut [Vec<usize>], draws: &mut Draws) -> Option<(usize, usize)> {
    let regions = free.len();
    let first = near.unwrap_or_else(|| draws.below(regions));
    (0..regions).map(|n| (first + n) % regions).find_map(|g| free[g].pop().map(|slot| (slot, g)))
}

/// What an entrant of a sector builds and costs; `place` is slot, sector and region, `mean` the staff of its rivals.
fn plan(
    p: &Parameters,
    norms: &Norms,
    structure: &Structure,
    indicators: &Indicators,
    frontier: &Frontier,
    place: (usize, usize, usize),
    mean: f64,
    draws: &mut Draws,
) -> Plan {
    let (slot, s, region) = place;
    let sector = &structure.sectors[s];
    let ability = libm::exp(p.ability_mean + p.ability_spread * draws.normal());
    let productivity = frontier.domestic[s] * ability;
    // Where firms of the opening were smaller than the least size, that is enough.
    let least = p.smallest_size.min(norms.heads[s].max(1.0));
    let output = (p.relative_size * mean).max(least) * productivity / sector.labour;
    let capital = sector.capital_output_ratio * output / structure.normal_utilisation * indicators.capital_price;
    let working = p.working_capital * output * indicators.prices[s];
    Plan {
        slot,
        sector: s,
        region,
        output,
        ability,
        productivity,
        cost: Money::from_yuan(capital + working),
        rank: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profits_attract_and_losses_deter() {
        let p = Parameters { rate: 0.01, profit_elasticity: 1.0, density_elasticity: 1.0, ..Parameters::default() };
        let entrants = |rate, closures| expected_entrants(100.0, 100.0, promise(rate, 0.02, 0.02), closures, &p);
        assert!((entrants(0.02, 0.0)).abs() < 1e-12, "what was promised at the opening draws nobody");
        assert!((entrants(0.02, 3.0) - 3.0).abs() < 1e-12, "one for one that closed");
        assert!((entrants(0.04, 0.0) - (core::f64::consts::E - 1.0)).abs() < 1e-12);
        assert!((entrants(-1.0, 2.0) - 1.25).abs() < 1e-12, "losses deter some of those who take a place");
        assert_eq!(entrants(-1.0, 0.5), 0.0);
    }

    #[test]
    fn a_market_that_lost_half_of_its_firms_draws_new_ones() {
        let p = Parameters { rate: 0.01, density_elasticity: 1.0, ..Parameters::default() };
        assert!((expected_entrants(100.0, 50.0, 0.0, 0.0, &p) - 1.0).abs() < 1e-12);
        // A market that carries more firms draws more, on both accounts.
        assert!((expected_entrants(200.0, 100.0, 0.0, 0.0, &p) - 2.0).abs() < 1e-12);
    }

    #[test]
    fn half_a_plan_costs_half_and_is_paid_to_the_fen() {
        let mut plan = Plan {
            slot: 0,
            sector: 0,
            region: 0,
            output: 8.0,
            ability: 1.0,
            productivity: 1.0,
            cost: Money(1001),
            rank: 0.0,
        };
        let (debt, own, venture) = plan.shrink(0.5, Money(401), Money(200), 400);
        assert_eq!(plan.cost, debt + own + Money(i64::try_from(venture).unwrap()));
        assert!((plan.output - 4.0).abs() < 1e-12 && plan.cost <= Money(501));
    }

    #[test]
    fn closures_are_counted_by_sector_and_smoothed() {
        let firm = |sector, life, public| Identity { sector, life, public, ..Identity::default() };
        let firms = [firm(1, Life::Closed, false), firm(1, Life::Active, false), firm(0, Life::Closed, true)];
        let mut closures = Closures::none(2);
        closures.count(firms.iter(), 0.5);
        closures.count(firms.iter(), 0.5);
        assert_eq!(closures.0, [0.0, 0.75]);
    }
}
