//! Foreign trade: partner blocs buy more as their incomes grow and less as our prices rise against theirs; sellers share a
//! sector's exports by their weight and price. World prices rise at a constant rate in foreign currency, and the exchange
//! rate is managed: it leans slowly against imbalances of trade.
//!
//! ```text
//! X_s,b = X⁰_s · ω_b · Y^η · (P_s / (E · P^w_s · (1 + t_b)))^(−σ),   Δ ln E = −κ · (balance / GDP − norm)
//! ```
//!
//! Y world income; η income elasticity (external.csv, 1.5 is applied to growth in `world_growth`); σ trade elasticity; E
//! `exchange_rate`. Sources: Armington (1969); Simonovska & Waugh (2014) for σ = 4 (long run; 2.0 used per quarter-on-level).
//! Reads `Indicators`; writes firms' books, `RestOfWorld`. Draws: none.
//! Not here yet: embargo, re-routing, tariffs of partners as policy, direct investment flows.

use super::board::{MarketBoard, book_sale, close_board, open_board};
use crate::accounts::{Flow, Ledger, Party, Quantity};
use crate::agents::{Identity, Operations, RestOfWorld};
use crate::engine::registry::Registry;
use crate::engine::{GoodsBook, Indicators, Mechanism, Systems};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Foreign trade.
    pub struct Parameters {
        /// Growth of foreign demand at constant prices: world growth of 2.7 % times an income elasticity of 1.5 (external.csv).
        world_growth: f64 = 0.040, "per year", -0.1..=0.2;
        /// Rise of world prices in foreign currency (assumed; a little above domestic inflation at the start).
        world_inflation: f64 = 0.015, "per year", -0.1..=0.3;
        /// Price elasticity of exports (assumed between short run and the long-run four of Simonovska & Waugh 2014).
        price_elasticity: f64 = 2.0, "elasticity", 0.0..=10.0;
        /// Reaction of the exchange rate to the trade balance beyond its norm (assumed; managed float).
        exchange_rate_reaction: f64 = 0.20, "per quarter per unit of GDP", 0.0..=5.0;
        /// Trade balance that the exchange rate leaves alone, over GDP; the opening balance when below -0.5.
        balance_norm: f64 = -1.0, "share of GDP", -1.0..=0.5;
        /// Speed at which a firm's export weight follows its market share (assumed).
        weight_adjustment: f64 = 0.05, "per quarter", 0.0..=1.0;
        /// Share of the West in exports: external.csv, 0.4011.
        share_west: f64 = 0.4011, "share", 0.0..=1.0;
        /// Share of Belt-and-Road partners with ASEAN in exports: external.csv, 0.4014.
        share_belt_and_road: f64 = 0.4014, "share", 0.0..=1.0;
    }
}

/// Opening trade balance over GDP.
#[derive(Clone, Copy, Debug, Default, Resource)]
pub struct TradeNorm(pub f64);

/// Export demand relative to its opening volume.
#[must_use]
pub fn export_demand(world_income: f64, price: f64, world_price: f64, exchange_rate: f64, elasticity: f64) -> f64 {
    world_income * libm::pow(price / (exchange_rate * world_price), -elasticity)
}

fn move_world(
    p: Res<Parameters>,
    norm: Res<TradeNorm>,
    structure: Res<Structure>,
    mut world: ResMut<RestOfWorld>,
    mut indicators: ResMut<Indicators>,
) {
    let inflation = p.world_inflation / 4.0;
    let w = &mut *world;
    w.world_income *= 1.0 + p.world_growth / 4.0;
    for price in &mut w.world_prices {
        *price *= 1.0 + inflation;
    }
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    let balance = (w.exports.iter().sum::<i128>() - w.imports) as f64 / 100.0 / indicators.gdp_nominal.max(1.0);
    let wanted = if p.balance_norm < -0.5 { norm.0 } else { p.balance_norm };
    if w.imports > 0 {
        w.exchange_rate *= libm::exp(-p.exchange_rate_reaction * (balance - wanted).clamp(-0.1, 0.1));
    }
    for r in 0..structure.sector_count() {
        indicators.import_prices[r] = w.world_prices[r] * w.exchange_rate;
    }
    w.exports = vec![0; 3];
    w.imports = 0;
}

#[allow(clippy::cast_possible_truncation, reason = "blocs are few")]
fn export(
    p: Res<Parameters>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    mut world: ResMut<RestOfWorld>,
    mut board: ResMut<MarketBoard>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
    mut firms: Query<(&Identity, &mut Operations)>,
) {
    let count = structure.sector_count();
    let mut weights = vec![0.0; count];
    let mut sizes = vec![0.0; count];
    let attraction = |s: usize, price: f64| libm::pow(price / indicators.prices[s], -p.price_elasticity);
    for (slot, (identity, o)) in firms.iter().enumerate().filter(|(_, f)| f.0.active() && !f.0.public) {
        let s = usize::from(identity.sector);
        weights[s] += o.export_weight * attraction(s, board.stalls[slot].price);
        sizes[s] += o.expected_demand;
    }
    let mut orders = vec![0; board.stalls.len()];
    for (slot, (identity, mut o)) in firms.iter_mut().enumerate() {
        let s = usize::from(identity.sector);
        let sector = &structure.sectors[s];
        if !identity.active() || identity.public || sector.exports <= 0.0 || weights[s] <= 0.0 {
            continue;
        }
        let demand = sector.exports
            * export_demand(
                world.world_income,
                indicators.prices[s],
                world.world_prices[s],
                world.exchange_rate,
                p.price_elasticity,
            );
        let share = o.export_weight * attraction(s, board.stalls[slot].price) / weights[s];
        let size = o.expected_demand / sizes[s];
        o.export_weight += p.weight_adjustment * (size - o.export_weight);
        let quantity = Quantity::from_units(demand * share).0;
        orders[slot] = quantity;
        board.stalls[slot].ordered += quantity;
        board.stalls[slot].first_orders += quantity;
    }
    board.fill();
    for (slot, quantity) in orders.into_iter().enumerate().filter(|(_, q)| *q > 0) {
        let (sold, paid) = board.deliver(u32::try_from(slot).unwrap_or(u32::MAX), quantity);
        if sold > 0 {
            let stall = &board.stalls[slot];
            let sector = usize::from(stall.sector);
            book_sale(&mut goods, &structure, sector, sold, true);
            ledger.transfer(
                Party::RestOfWorld,
                Party::Firm { sector, bank: usize::from(stall.bank) },
                paid,
                Flow::Exports,
            );
            let west = paid.share(p.share_west);
            let partners = paid.share(p.share_belt_and_road);
            world.exports[0] += west.fen();
            world.exports[1] += partners.fen();
            world.exports[2] += (paid - west - partners).fen();
        }
    }
}

/// Imports of the tick, for the exchange rate of the next one.
fn note_imports(ledger: Res<Ledger>, mut world: ResMut<RestOfWorld>) {
    world.imports = ledger.flow(Flow::Imports, crate::accounts::Column::RestOfWorld);
}

/// Foreign trade.
pub struct ForeignTrade;

impl Mechanism for ForeignTrade {
    const NAME: &'static str = "foreign_trade";
    type Parameters = Parameters;
    fn systems() -> Systems {
        (move_world, open_board, export, close_board, note_imports).chain()
    }
    fn rules(registry: &mut Registry) {
        registry.shares_of_one(&[(Self::NAME, "share_west"), (Self::NAME, "share_belt_and_road")]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_grow_with_world_income_and_fall_with_relative_prices() {
        assert!((export_demand(1.0, 1.0, 1.0, 1.0, 2.0) - 1.0).abs() < 1e-12);
        assert!((export_demand(1.1, 1.0, 1.0, 1.0, 2.0) - 1.1).abs() < 1e-12);
        assert!((export_demand(1.0, 2.0, 1.0, 1.0, 2.0) - 0.25).abs() < 1e-12);
        assert!((export_demand(1.0, 2.0, 1.0, 2.0, 2.0) - 1.0).abs() < 1e-12);
    }
}
