//! The market board: what each firm offers, what is ordered from it, what it sells and receives in a phase.
//!
//! Orders are added up per seller; a seller whose orders exceed what it has fills the same share of each; what is
//! missing is ordered once more from another seller. Nothing depends on the order in which buyers are visited.

use crate::accounts::{Ledger, Money, Quantity};
use crate::agents::{Books, Identity, Inventory, NOBODY, Operations, Pricing};
use crate::engine::{Draws, GoodsBook};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

/// One seller's place on the board.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stall {
    /// Price, taxes included.
    pub price: f64,
    /// Quality.
    pub quality: f64,
    /// Share of last quarter's orders that was filled.
    pub reliability: f64,
    /// Quantity left to sell.
    pub available: i64,
    /// Quantity ordered in the current round.
    pub ordered: i64,
    /// Quantity ordered in the phase, filled or not, first orders only.
    pub first_orders: i64,
    /// Quantity sold in the phase.
    pub sold: i64,
    /// Money received in the phase.
    pub receipts: Money,
    /// Part of the receipts that buyers book as capital.
    pub receipts_capital: Money,
    /// Part of the receipts that the region's government owes instead of paying.
    pub owed: Money,
    /// Share of the current round's orders that is filled.
    pub fill: f64,
    /// Sector.
    pub sector: u8,
    /// Region.
    pub region: u8,
    /// Bank.
    pub bank: u16,
    /// Whether the firm is in business.
    pub active: bool,
    /// Whether it is a public service unit.
    pub public: bool,
}

/// Sellers of a sector, in a region or everywhere, with cumulative weights for draws.
#[derive(Clone, Debug, Default)]
struct SellerList {
    /// Cumulative weight and slot of each seller, next to each other as draws need both.
    sellers: Vec<(f64, u32)>,
    /// Where to start looking, for as many equal parts of the weights as there are sellers.
    guide: Vec<u32>,
}

impl SellerList {
    fn clear(&mut self) {
        self.sellers.clear();
        self.guide.clear();
    }

    fn push(&mut self, slot: u32, weight: f64) {
        self.sellers.push((self.total().unwrap_or(0.0) + weight, slot));
    }

    fn total(&self) -> Option<f64> {
        self.sellers.last().map(|s| s.0)
    }

    /// Fills the guide (Chen & Asau 1974: a guide table finds a cumulative weight in constant time on average).
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "slots fit 32 bits")]
    fn index(&mut self) {
        let n = self.sellers.len();
        let step = self.total().map_or(0.0, |total| total / n as f64);
        let mut i = 0;
        for part in 0..n {
            while i + 1 < n && self.sellers[i].0 <= step * part as f64 {
                i += 1;
            }
            self.guide.push(i as u32);
        }
    }

    /// First seller whose cumulative weight is above u of the total; the guide only says where the search starts.
    #[inline]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "u is in [0, 1)"
    )]
    fn draw(&self, u: f64) -> Option<u32> {
        let target = u * self.total()?;
        let last = self.sellers.len() - 1;
        let part = ((u * self.sellers.len() as f64) as usize).min(last);
        let mut i = self.guide[part] as usize;
        while i < last && self.sellers[i].0 <= target {
            i += 1;
        }
        while i > 0 && self.sellers[i - 1].0 > target {
            i -= 1;
        }
        Some(self.sellers[i].1)
    }
}

/// The board.
#[derive(Clone, Debug, Default, Resource)]
pub struct MarketBoard {
    /// Stalls by firm slot.
    pub stalls: Vec<Stall>,
    national: Vec<SellerList>,
    regional: Vec<SellerList>,
    sectors: usize,
}

/// Quarters in which a firm is new to its market, and how much more often it is met then (assumed: advertising of entrants).
const ENTRANT_AGE: u16 = 12;
const ENTRANT_NOTICE: f64 = 4.0;

/// Share of candidates that come from the buyer's own region (assumed home bias of search).
const HOME_SHARE: f64 = 0.7;

impl MarketBoard {
    /// A seller of a sector drawn by size, mostly from the buyer's region.
    #[must_use]
    pub fn draw_seller(&self, sector: usize, region: usize, draws: &mut Draws) -> u32 {
        let home = draws.chance(HOME_SHARE);
        let u = draws.uniform();
        let regional = &self.regional[region * self.sectors + sector];
        let found = if home {
            regional.draw(u).or_else(|| self.national[sector].draw(u))
        } else {
            self.national[sector].draw(u)
        };
        found.unwrap_or(NOBODY)
    }

    /// Sellers of a sector anywhere, by size.
    #[must_use]
    pub fn draw_national(&self, sector: usize, u: f64) -> u32 {
        self.national[sector].draw(u).unwrap_or(NOBODY)
    }

    /// All sellers of a sector.
    pub fn sellers(&self, sector: usize) -> impl Iterator<Item = u32> {
        self.national[sector].sellers.iter().map(|s| s.1)
    }

    /// Whether a slot sells.
    #[must_use]
    pub fn sells(&self, slot: u32) -> bool {
        self.stalls.get(slot as usize).is_some_and(|s| s.active)
    }

    /// Whether a slot sells a sector's product: a link can outlive its firm, and the slot house one of another sector.
    #[must_use]
    pub fn sells_product(&self, slot: u32, sector: usize) -> bool {
        self.sells(slot) && usize::from(self.stalls[slot as usize].sector) == sector
    }

    /// Sets each stall's fill share for the orders of the round and clears the round.
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    pub fn fill(&mut self) {
        for s in &mut self.stalls {
            s.fill = if s.ordered <= s.available { 1.0 } else { s.available.max(0) as f64 / s.ordered as f64 };
            s.ordered = 0;
        }
    }

    /// Delivers part of an order at the round's fill share; returns quantity and price paid.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "one rounding a sale")]
    pub fn deliver(&mut self, seller: u32, ordered: i64) -> (i64, Money) {
        let s = &mut self.stalls[seller as usize];
        let quantity = if s.fill >= 1.0 { ordered } else { (ordered as f64 * s.fill) as i64 }.min(s.available).max(0);
        let paid = Quantity(quantity).value(s.price);
        s.available -= quantity;
        s.sold += quantity;
        s.receipts += paid;
        (quantity, paid)
    }
}

/// Opens the board from the firms' components.
#[allow(clippy::cast_possible_truncation, reason = "slots fit 32 bits")]
pub fn open_board(
    structure: Res<Structure>,
    mut board: ResMut<MarketBoard>,
    firms: Query<(&Identity, &Operations, &Pricing)>,
) {
    let (sectors, regions) = (structure.sector_count(), structure.region_count());
    let b = &mut *board;
    b.sectors = sectors;
    b.stalls.clear();
    b.national.iter_mut().chain(&mut b.regional).for_each(SellerList::clear);
    b.national.resize(sectors, SellerList::default());
    b.regional.resize(sectors * regions, SellerList::default());
    for (slot, (identity, operations, pricing)) in firms.iter().enumerate() {
        let active = identity.active();
        b.stalls.push(Stall {
            price: pricing.price,
            quality: operations.quality,
            reliability: operations.reliability(),
            available: operations.available.0,
            fill: 1.0,
            sector: identity.sector,
            region: identity.region,
            bank: identity.bank,
            active,
            public: identity.public,
            ..Stall::default()
        });
        if active && !identity.public {
            let (s, g) = (usize::from(identity.sector), usize::from(identity.region));
            // Entrants make themselves known: searchers meet them more often than their size warrants.
            let weight =
                operations.expected_demand.max(1.0) * if identity.age < ENTRANT_AGE { ENTRANT_NOTICE } else { 1.0 };
            for list in [&mut b.national[s], &mut b.regional[g * sectors + s]] {
                list.push(slot as u32, weight);
            }
        }
    }
    b.national.iter_mut().chain(&mut b.regional).for_each(SellerList::index);
}

/// Writes the phase's sales back to the firms: stocks fall at average cost, money arrives.
#[allow(clippy::cast_precision_loss, reason = "orders are expectations' raw material")]
pub fn close_board(
    structure: Res<Structure>,
    mut board: ResMut<MarketBoard>,
    mut ledger: ResMut<Ledger>,
    mut firms: Query<(&Identity, &mut Operations, &mut Inventory, &mut Books)>,
) {
    let mut stock_change = vec![0; structure.sector_count()];
    for ((identity, mut operations, mut inventory, mut books), stall) in firms.iter_mut().zip(board.stalls.iter_mut()) {
        if !stall.active {
            continue;
        }
        operations.orders += Quantity(stall.first_orders).units();
        stall.first_orders = 0;
        if stall.sold == 0 && stall.receipts == Money::ZERO {
            continue;
        }
        let s = usize::from(identity.sector);
        operations.available = Quantity(stall.available);
        operations.sold += Quantity(stall.sold);
        books.revenue += stall.receipts;
        books.deposits += stall.receipts - stall.owed;
        books.receivables += stall.owed;
        if structure.sectors[s].storable {
            let cost = cost_of(&inventory, Quantity(stall.sold));
            inventory.finished -= Quantity(stall.sold);
            inventory.finished_value -= cost;
            books.inventory_change -= cost;
            stock_change[s] -= cost.fen();
        }
        stall.sold = 0;
        stall.receipts = Money::ZERO;
        stall.receipts_capital = Money::ZERO;
        stall.owed = Money::ZERO;
    }
    for (s, change) in stock_change.into_iter().enumerate() {
        ledger.inventory_change(s, change);
    }
}

/// Average cost of a quantity of finished goods; the last unit takes what is left.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "a ratio")]
pub fn cost_of(inventory: &Inventory, quantity: Quantity) -> Money {
    if quantity >= inventory.finished {
        inventory.finished_value
    } else {
        inventory.finished_value.share(quantity.0 as f64 / inventory.finished.0 as f64)
    }
}

/// Books quantities sold to final users or firms: services are made when sold.
pub fn book_sale(goods: &mut GoodsBook, structure: &Structure, sector: usize, quantity: i64, final_use: bool) {
    let q = i128::from(quantity);
    if !structure.sectors[sector].storable {
        goods.output[sector] += q;
        if !final_use {
            goods.inputs_used[sector] += q;
        }
    }
    if final_use {
        goods.final_sales[sector] += q;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_guide_finds_the_seller_that_a_binary_search_finds(
            weights in proptest::collection::vec(0.001f64..100.0, 1..60), u in 0.0f64..1.0,
        ) {
            let mut list = SellerList::default();
            for (slot, weight) in (0..).zip(&weights) {
                list.push(slot, *weight);
            }
            list.index();
            let target = u * list.total().expect("there are sellers");
            let found = list.sellers.partition_point(|s| s.0 <= target).min(weights.len() - 1);
            prop_assert_eq!(list.draw(u), Some(list.sellers[found].1));
        }
    }

    #[test]
    fn nobody_is_drawn_from_an_empty_list() {
        let mut list = SellerList::default();
        list.index();
        assert_eq!(list.draw(0.5), None);
    }
}
