//! Foreign trade: each partner bloc orders from each exporter, more as its income grows and the quality on offer rises, less as
//! the price there, tariff included, rises against the world's. World prices rise at a constant rate in foreign
//! currency, and the exchange rate is managed: it leans slowly against imbalances of trade.
//!
//! ```text
//! x_jb = X⁰_s · ω_b · Y_b · w_j / Σw · q_j^φ_b · (p_j · (1 + t_b) / (E · P^w_s))^(−σ_b)
//! Δ ln E = −κ · clamp(balance / GDP − norm, −l, l),    Y_b = Π (1 + g_b / 4)
//! ```
//!
//! x orders of bloc b from firm j of sector s; X⁰ exports of the opening; ω share of the bloc; Y its demand at constant prices
//! (income growth times income elasticity); w `export_weight`, which follows the firm's share in its sector's demand; q
//! `quality`, sector mean one; p price; t tariff of the bloc beyond that of the opening; E `exchange_rate`; P^w world
//! price; κ `exchange_rate_reaction`; l `largest_imbalance`. Sources: Armington (1969) with varieties by firm (Melitz 2003); quality
//! as a demand shifter as in Khandelwal (2010); Simonovska & Waugh (2014) for σ = 4 in the long run (2.0 used per
//! quarter-on-level). The tariff is paid by the bloc's buyers to their own state and no part of the receipts.
//! Departure: quality is that relative to the sector's mean at home; the world's own quality is not modelled, so that quality
//! decides who exports, and how much only through exporters better than their sector.
//! Reads `Indicators`, `MarketBoard`; writes firms' books, `RestOfWorld`. Draws: none.
//! Not here yet: embargo, re-routing, tariffs of partners as dated policy, direct investment flows.

use super::board::{MarketBoard, book_sale, close_board, open_board};
use crate::accounts::{Flow, Ledger, Party, Quantity};
use crate::agents::{Identity, Operations, RestOfWorld};
use crate::engine::registry::Registry;
use crate::engine::{GoodsBook, Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

/// Partner blocs: the West, Belt-and-Road partners with ASEAN, others.
pub const BLOCS: usize = 3;

parameters! {
    /// Foreign trade.
    pub struct Parameters {
        /// Growth of foreign demand at constant prices: world growth of 2.7 % times an income elasticity of 1.5 (external.csv).
        world_growth: f64 = 0.040, "per year", -0.1..=0.2;
        /// Growth of the West's demand beyond the world's (assumed none).
        extra_growth_west: f64 = 0.0, "per year", -0.1..=0.1;
        /// Growth of Belt-and-Road partners' demand beyond the world's (assumed none).
        extra_growth_belt_and_road: f64 = 0.0, "per year", -0.1..=0.1;
        /// Growth of the others' demand beyond the world's (assumed none).
        extra_growth_others: f64 = 0.0, "per year", -0.1..=0.1;
        /// Rise of world prices in foreign currency (assumed; a little above domestic inflation at the start).
        world_inflation: f64 = 0.015, "per year", -0.1..=0.3;
        /// Price elasticity of the West's demand (assumed between short run and the long-run four of Simonovska & Waugh 2014).
        price_elasticity_west: f64 = 2.0, "elasticity", 0.0..=10.0;
        /// Price elasticity of Belt-and-Road partners' demand (assumed, see the West's).
        price_elasticity_belt_and_road: f64 = 2.0, "elasticity", 0.0..=10.0;
        /// Price elasticity of the others' demand (assumed, see the West's).
        price_elasticity_others: f64 = 2.0, "elasticity", 0.0..=10.0;
        /// Quality elasticity of the West's demand (assumed as between domestic buyers; quality shifts demand as in Khandelwal 2010).
        quality_elasticity_west: f64 = 2.0, "elasticity", 0.0..=10.0;
        /// Quality elasticity of Belt-and-Road partners' demand (assumed half the West's: poorer buyers value quality less, Hallak 2006).
        quality_elasticity_belt_and_road: f64 = 1.0, "elasticity", 0.0..=10.0;
        /// Quality elasticity of the others' demand (assumed as Belt-and-Road partners').
        quality_elasticity_others: f64 = 1.0, "elasticity", 0.0..=10.0;
        /// Tariff of the West on our exports beyond that of the opening.
        tariff_west: f64 = 0.0, "share of price", -0.5..=5.0;
        /// Tariff of Belt-and-Road partners on our exports beyond that of the opening.
        tariff_belt_and_road: f64 = 0.0, "share of price", -0.5..=5.0;
        /// Tariff of the others on our exports beyond that of the opening.
        tariff_others: f64 = 0.0, "share of price", -0.5..=5.0;
        /// Elasticity between domestic and imported products in a quarter (assumed: below the long-run trade elasticity of four of Simonovska & Waugh 2014, as short-run estimates are).
        import_elasticity: f64 = 1.5, "elasticity", 0.0..=10.0;
        /// Reaction of the exchange rate to the trade balance beyond its norm (assumed; managed float).
        exchange_rate_reaction: f64 = 0.20, "per quarter per unit of GDP", 0.0..=5.0;
        /// Largest deviation of the trade balance from its norm that the exchange rate reacts to (assumed; managed float).
        largest_imbalance: f64 = 0.1, "share of GDP", 0.0..=1.0;
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

/// What a bloc's demand hangs on.
#[derive(Clone, Copy, Debug)]
pub struct Bloc {
    /// Share in the exports of the opening.
    pub share: f64,
    /// Growth of demand at constant prices \[per year\].
    pub growth: f64,
    /// Price elasticity.
    pub price_elasticity: f64,
    /// Quality elasticity.
    pub quality_elasticity: f64,
    /// Tariff beyond that of the opening \[share of price\].
    pub tariff: f64,
}

impl Parameters {
    /// The blocs in the order of `RestOfWorld`: West, Belt and Road, others.
    #[must_use]
    pub fn blocs(&self) -> [Bloc; BLOCS] {
        [
            Bloc {
                share: self.share_west,
                growth: self.world_growth + self.extra_growth_west,
                price_elasticity: self.price_elasticity_west,
                quality_elasticity: self.quality_elasticity_west,
                tariff: self.tariff_west,
            },
            Bloc {
                share: self.share_belt_and_road,
                growth: self.world_growth + self.extra_growth_belt_and_road,
                price_elasticity: self.price_elasticity_belt_and_road,
                quality_elasticity: self.quality_elasticity_belt_and_road,
                tariff: self.tariff_belt_and_road,
            },
            Bloc {
                share: 1.0 - self.share_west - self.share_belt_and_road,
                growth: self.world_growth + self.extra_growth_others,
                price_elasticity: self.price_elasticity_others,
                quality_elasticity: self.quality_elasticity_others,
                tariff: self.tariff_others,
            },
        ]
    }
}

/// Opening trade balance over GDP.
#[derive(Clone, Copy, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct TradeNorm(pub f64);

/// Orders of the tick by firm slot and bloc.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct ExportOrders(Vec<[i64; BLOCS]>);

/// A bloc's demand for a firm's exports over that of the opening, but for income and weight.
///
/// `relative_price`: price in the bloc before its tariff over the world's, both in yuan; `quality` over the sector's mean.
#[must_use]
pub fn export_demand(bloc: &Bloc, relative_price: f64, quality: f64) -> f64 {
    libm::pow(quality, bloc.quality_elasticity)
        * libm::pow(relative_price * (1.0 + bloc.tariff), -bloc.price_elasticity)
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
    for (income, bloc) in w.bloc_income.iter_mut().zip(p.blocs()) {
        *income *= 1.0 + bloc.growth / 4.0;
    }
    for price in &mut w.world_prices {
        *price *= 1.0 + inflation;
    }
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    let balance = (w.exports.iter().sum::<i128>() - w.imports) as f64 / 100.0 / indicators.gdp_nominal.max(1.0);
    let wanted = if p.balance_norm < -0.5 { norm.0 } else { p.balance_norm };
    if w.imports > 0 {
        w.exchange_rate *=
            libm::exp(-p.exchange_rate_reaction * (balance - wanted).clamp(-p.largest_imbalance, p.largest_imbalance));
    }
    for r in 0..structure.sector_count() {
        indicators.import_prices[r] = w.world_prices[r] * w.exchange_rate;
    }
    w.exports = vec![0; BLOCS];
    w.imports = 0;
}

/// What each bloc orders from each firm, and firms' weights move.
fn place_orders(
    p: Res<Parameters>,
    structure: Res<Structure>,
    world: Res<RestOfWorld>,
    mut orders: ResMut<ExportOrders>,
    mut board: ResMut<MarketBoard>,
    mut firms: Query<(&Identity, &mut Operations)>,
) {
    let count = structure.sector_count();
    let blocs = p.blocs();
    let exports = |identity: &Identity| {
        identity.active() && !identity.public && structure.sectors[usize::from(identity.sector)].exports > 0.0
    };
    let (mut weights, mut sizes) = (vec![0.0; count], vec![0.0; count]);
    for (identity, o) in firms.iter().filter(|f| exports(f.0)) {
        weights[usize::from(identity.sector)] += o.export_weight;
        sizes[usize::from(identity.sector)] += o.expected_demand;
    }
    orders.0.clear();
    orders.0.resize(board.stalls.len(), [0; BLOCS]);
    for (slot, (identity, mut o)) in firms.iter_mut().enumerate() {
        let s = usize::from(identity.sector);
        if !exports(identity) || weights[s] <= 0.0 || sizes[s] <= 0.0 {
            continue;
        }
        let stall = &mut board.stalls[slot];
        let relative_price = stall.price / (world.exchange_rate * world.world_prices[s]);
        let normal = structure.sectors[s].exports * o.export_weight / weights[s];
        for (b, bloc) in blocs.iter().enumerate() {
            let demand =
                normal * bloc.share * world.bloc_income[b] * export_demand(bloc, relative_price, stall.quality);
            let quantity = Quantity::from_units(demand).0;
            orders.0[slot][b] = quantity;
            stall.ordered += quantity;
            stall.first_orders += quantity;
        }
        o.export_weight += p.weight_adjustment * (o.expected_demand / sizes[s] - o.export_weight);
    }
}

/// Sellers deliver to the blocs what they have, the same share of every order.
fn export(
    structure: Res<Structure>,
    orders: Res<ExportOrders>,
    mut world: ResMut<RestOfWorld>,
    mut board: ResMut<MarketBoard>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
) {
    board.fill();
    for (slot, by_bloc) in orders.0.iter().enumerate() {
        for (b, quantity) in by_bloc.iter().enumerate().filter(|(_, q)| **q > 0) {
            let (sold, paid) = board.deliver(u32::try_from(slot).expect("slots fit"), *quantity);
            if sold == 0 {
                continue;
            }
            let stall = &board.stalls[slot];
            let sector = usize::from(stall.sector);
            book_sale(&mut goods, &structure, sector, sold, true);
            let seller = Party::Firm { sector, bank: usize::from(stall.bank) };
            ledger.transfer(Party::RestOfWorld, seller, paid, Flow::Exports);
            world.exports[b] += paid.fen();
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
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "price competition",
            off: &[
                "foreign_trade.price_elasticity_west=0.0",
                "foreign_trade.price_elasticity_belt_and_road=0.0",
                "foreign_trade.price_elasticity_others=0.0",
                "foreign_trade.import_elasticity=0.0",
            ],
            instead: "exports follow incomes abroad and quality, imports keep their shares in quantity, whatever prices are",
        },
        Switch {
            part: "managed exchange rate",
            off: &["foreign_trade.exchange_rate_reaction=0.0"],
            instead: "the exchange rate is fixed",
        },
        Switch {
            part: "competition by quality",
            off: &[
                "foreign_trade.quality_elasticity_west=0.0",
                "foreign_trade.quality_elasticity_belt_and_road=0.0",
                "foreign_trade.quality_elasticity_others=0.0",
            ],
            instead: "foreign buyers do not look at quality",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (move_world, open_board, place_orders, export, close_board, note_imports).chain()
    }
    fn rules(registry: &mut Registry) {
        registry.shares_of_one(&[(Self::NAME, "share_west"), (Self::NAME, "share_belt_and_road")]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bloc(tariff: f64) -> Bloc {
        Bloc { share: 0.4, growth: 0.04, price_elasticity: 2.0, quality_elasticity: 1.0, tariff }
    }

    #[test]
    fn exports_fall_with_price_and_tariff_and_rise_with_quality() {
        assert!((export_demand(&bloc(0.0), 1.0, 1.0) - 1.0).abs() < 1e-12);
        assert!((export_demand(&bloc(0.0), 2.0, 1.0) - 0.25).abs() < 1e-12);
        assert!((export_demand(&bloc(1.0), 1.0, 1.0) - 0.25).abs() < 1e-12);
        assert!((export_demand(&bloc(0.0), 1.0, 1.1) - 1.1).abs() < 1e-12);
    }

    #[test]
    fn blocs_shares_add_up_and_each_has_its_own_tariff() {
        let p = Parameters { tariff_west: 0.25, ..Parameters::default() };
        let blocs = p.blocs();
        assert!((blocs.iter().map(|b| b.share).sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(export_demand(&blocs[0], 1.0, 1.0) < export_demand(&blocs[1], 1.0, 1.0));
    }
}
