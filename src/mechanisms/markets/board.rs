//! The market board: what each firm offers, what is ordered from it, what it sells and receives in a phase.
//!
//! Orders are added up per seller; a seller whose orders exceed what it has fills the same share of each; in trade between
//! firms, consumption and construction what is missing is ordered once more from another seller that has something left, drawn by how much. Nothing depends on the order in
//! which buyers are visited.
//!
//! ```text
//! P(j is met) ∝ e_j · n_j,   first orders;       P(j is met) ∝ p_j · left_j,   second orders
//! ```
//!
//! e `expected_demand`; n `entrant_notice` for the young, else one; left what j has not sold. With equal prices and
//! quality buyers meet sellers by size and leave them by size, so that shares stay as they are but for noise; price,
//! quality and reliability move them (`choice`).

use super::seller_lists::SellerLists;
use crate::accounts::{Ledger, Money, Quantity};
use crate::agents::{Books, Identity, Inventory, NOBODY, Operations, Pricing};
use crate::engine::{Draws, GoodsBook, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

/// One seller's place on the board.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
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

/// The board.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct MarketBoard {
    /// Stalls by firm slot.
    pub stalls: Vec<Stall>,
    known: SellerLists,
    left: SellerLists,
    unsold: Vec<f64>,
    home_share: f64,
    orders_per_seller: f64,
}

parameters! {
    /// `[seller_search]`: whom buyers meet when they look around.
    pub struct Parameters {
        /// Share of candidates that come from the buyer's own region (assumed home bias of search; Wrona 2018 and others find trade within a region several times that across its border).
        home_share: f64 = 0.7, "share", 0.0..=1.0;
        /// Orders into which governments and developers split what they buy, for each seller of their region: an agent that buys stands for many whose orders reach everybody by size, however many sellers the agents are (assumed).
        orders_per_seller: f64 = 2.0, "orders", 0.0..=100.0;
        /// Age up to which a firm makes itself known to buyers (assumed: advertising of entrants).
        entrant_age: i64 = 12, "quarters", 0..=400;
        /// How much more often an entrant is met than its size warrants (assumed).
        entrant_notice: f64 = 4.0, "ratio", 1.0..=100.0;
    }
}

impl MarketBoard {
    /// A seller of a sector drawn by size, mostly from the buyer's region.
    #[must_use]
    pub fn draw_seller(&self, sector: usize, region: usize, draws: &mut Draws) -> u32 {
        self.known.draw(sector, region, self.home_share, draws)
    }

    /// Orders into which a purchase of a sector's product is split: a least number, and so many for each seller there is in
    /// the region, or in the nation.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "numbers of sellers")]
    pub fn orders(&self, sector: usize, region: Option<usize>, least: i64) -> i64 {
        let list = match region {
            Some(g) => &self.known.regional[g * self.known.sectors + sector],
            None => &self.known.national[sector],
        };
        least.max((self.orders_per_seller * list.sellers.len() as f64).ceil() as i64)
    }

    /// A seller of a sector that has something left ([`Self::list_left`]) drawn by its value, mostly from the buyer's region.
    #[must_use]
    pub fn draw_left(&self, sector: usize, region: usize, draws: &mut Draws) -> u32 {
        self.left.draw(sector, region, self.home_share, draws)
    }

    /// Share of a sector's offer that was unsold when [`Self::list_left`] last looked.
    #[must_use]
    pub fn unsold_share(&self, sector: usize) -> f64 {
        self.unsold[sector]
    }

    /// Lists who has something left: `sold` is the quantity promised of what is available.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "slots fit; weights")]
    pub fn list_left(&mut self, sold: impl Fn(usize, &Stall) -> i64) {
        let sectors = self.known.sectors;
        self.left.clear(sectors, self.known.regional.len() / sectors.max(1));
        let mut offered = vec![0.0; sectors];
        self.unsold.clear();
        self.unsold.resize(sectors, 0.0);
        for (slot, stall) in self.stalls.iter().enumerate().filter(|(_, s)| s.active && !s.public) {
            let (s, g) = (usize::from(stall.sector), usize::from(stall.region));
            let left = (stall.available - sold(slot, stall)).max(0) as f64 * stall.price;
            offered[s] += stall.available.max(0) as f64 * stall.price;
            self.unsold[s] += left;
            if left > 0.0 {
                self.left.add(slot as u32, s, g, left);
            }
        }
        self.left.index();
        for (unsold, offered) in self.unsold.iter_mut().zip(offered) {
            *unsold = if offered > 0.0 { *unsold / offered } else { 0.0 };
        }
    }

    /// Sellers of a sector anywhere, by size.
    #[must_use]
    pub fn draw_national(&self, sector: usize, u: f64) -> u32 {
        self.known.national[sector].draw(u).unwrap_or(NOBODY)
    }

    /// All sellers of a sector.
    pub fn sellers(&self, sector: usize) -> impl Iterator<Item = u32> {
        self.known.national[sector].sellers.iter().map(|s| s.1)
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
    p: Res<Parameters>,
    structure: Res<Structure>,
    mut board: ResMut<MarketBoard>,
    firms: Query<(&Identity, &Operations, &Pricing)>,
) {
    let (sectors, regions) = (structure.sector_count(), structure.region_count());
    let b = &mut *board;
    b.stalls.clear();
    b.home_share = p.home_share;
    b.orders_per_seller = p.orders_per_seller;
    b.known.clear(sectors, regions);
    for (slot, (identity, operations, pricing)) in firms.iter().enumerate() {
        // Who has no capital yet cannot deliver and takes no orders.
        let active = identity.active() && operations.capital_capacity > 0.0;
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
            let notice = if i64::from(identity.age) < p.entrant_age { p.entrant_notice } else { 1.0 };
            b.known.add(slot as u32, s, g, operations.expected_demand.max(1.0) * notice);
        }
    }
    b.known.index();
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

/// Sellers whom buyers may meet; every market of the tick opens its board anew with what is left.
pub struct SellerSearch;

impl Mechanism for SellerSearch {
    const NAME: &'static str = "seller_search";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "home bias",
            off: &["seller_search.home_share=0.0"],
            instead: "buyers meet sellers of all regions by size",
        },
        Switch {
            part: "notice of entrants",
            off: &["seller_search.entrant_notice=1.0"],
            instead: "entrants are met as often as their size warrants",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        open_board.into_configs()
    }
}

#[cfg(test)]
#[allow(clippy::cast_precision_loss, reason = "counts of a test")]
mod tests {
    use super::super::seller_lists::SellerList;
    use super::*;
    use crate::engine::{Stream, StreamKey};
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

    fn board() -> MarketBoard {
        let stall =
            |available: i64, region: u8| Stall { available, region, price: 1.0, active: true, ..Stall::default() };
        let mut board = MarketBoard { home_share: 0.5, ..MarketBoard::default() };
        board.stalls = vec![stall(100, 0), stall(300, 1), stall(50, 1)];
        board.known.clear(1, 2);
        for (slot, (size, region)) in [(10.0, 0), (30.0, 1), (5.0, 1)].into_iter().enumerate() {
            board.known.add(u32::try_from(slot).unwrap(), 0, region, size);
        }
        board.known.index();
        board
    }

    #[test]
    fn second_orders_meet_only_sellers_with_something_left() {
        let mut board = board();
        board.list_left(|slot, stall| if slot == 1 { 0 } else { stall.available });
        assert!((board.unsold_share(0) - 300.0 / 450.0).abs() < 1e-12);
        let key = StreamKey::new(1, 1, Stream::SecondRound);
        assert!((0..200).all(|n| board.draw_left(0, 0, &mut key.agent(n)) == 1));
        board.list_left(|_, stall| stall.available);
        assert_eq!(board.draw_left(0, 0, &mut key.agent(1)), NOBODY);
    }

    #[test]
    fn buyers_meet_sellers_by_size_and_mostly_near_ones() {
        let board = board();
        let key = StreamKey::new(1, 1, Stream::SecondRound);
        let met = |region: usize| {
            let mut met = [0; 3];
            (0..20_000).for_each(|n| met[board.draw_seller(0, region, &mut key.agent(n)) as usize] += 1);
            met.map(|m| f64::from(m) / 20_000.0)
        };
        // Half from the own region, half from everywhere by size.
        for (found, expected) in met(0).into_iter().zip([0.5 + 0.5 * 10.0 / 45.0, 0.5 * 30.0 / 45.0, 0.5 * 5.0 / 45.0])
        {
            assert!((found - expected).abs() < 0.02, "{found} against {expected}");
        }
    }

    /// Shares of three sellers after 40 quarters of search by 4,000 buyers, seller 2 at another price and quality.
    fn shares_after_search(price: f64, quality: f64) -> [f64; 3] {
        let mut board = board();
        board.stalls.iter_mut().for_each(|s| (s.quality, s.reliability) = (1.0, 1.0));
        (board.stalls[2].price, board.stalls[2].quality) = (price, quality);
        let mut links: Vec<u32> = (0..4_000).map(|b| [0, 1, 1, 1, 2][b % 5]).collect();
        for quarter in 0..40 {
            board.known.clear(1, 2);
            for (seller, region) in [(0, 0), (1, 1), (2, 1)] {
                let customers = links.iter().filter(|l| **l == seller).count();
                board.known.add(seller, 0, region, f64::from(u32::try_from(customers).unwrap()));
            }
            board.known.index();
            board.home_share = 0.0;
            let key = StreamKey::new(1, quarter, Stream::ConsumerSearch);
            for (buyer, link) in links.iter_mut().enumerate() {
                let mut draws = key.agent(buyer as u64);
                let met = board.draw_seller(0, 0, &mut draws);
                let noise = 0.2 * draws.normal();
                let of = |j: u32| &board.stalls[j as usize];
                if draws.chance(0.2) && super::super::choice::prefers(of(met), of(*link), 2.5, 2.0, 1.0, noise) {
                    *link = met;
                }
            }
        }
        [0, 1, 2].map(|j| links.iter().filter(|l| **l == j).count() as f64 / 4_000.0)
    }

    #[test]
    fn market_shares_move_with_price_and_quality_and_with_nothing_else() {
        for (found, start) in shares_after_search(1.0, 1.0).into_iter().zip([0.2, 0.6, 0.2]) {
            assert!((found - start).abs() < 0.06, "{found} from {start}");
        }
        assert!(shares_after_search(0.95, 1.0)[2] > 0.3);
        assert!(shares_after_search(1.05, 1.0)[2] < 0.1);
        assert!(shares_after_search(1.0, 1.06)[2] > 0.3);
    }

    #[test]
    fn a_purchase_is_split_by_the_number_of_sellers_there_are() {
        let mut board = MarketBoard { orders_per_seller: 1.5, ..MarketBoard::default() };
        board.known.clear(1, 2);
        (0..5).for_each(|slot| board.known.add(slot, 0, usize::from(slot > 0), 1.0));
        assert_eq!(board.orders(0, Some(0), 4), 4);
        assert_eq!(board.orders(0, Some(1), 4), 6);
        assert_eq!(board.orders(0, None, 4), 8);
        assert_eq!(MarketBoard { orders_per_seller: 0.0, ..board }.orders(0, None, 4), 4);
    }
}
