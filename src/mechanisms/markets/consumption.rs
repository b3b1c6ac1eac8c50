//! Consumption: each household splits its budget over categories by Engel shares and buys from its supplier in each;
//! now and then it meets another seller and changes if price and quality are better there. What a seller cannot
//! deliver is sought once more from sellers that have something left, and what is not found is saved.
//!
//! ```text
//! d_c = C · share_c(y),   home part 1 − m_c at the supplier, m_c abroad (see `markets::import_share`)
//! what it gets = d_c / (p · m),   m the household's multiple of the posted price (`personalised_pricing`)
//! ```
//!
//! Orders are added up per seller in fen; each seller fills the share that it can. Sources: search among few sellers with loyalty as
//! in Delli Gatti et al. (2011), chapter 3; Engel shares see `engel`.
//! Reads budgets, boards; writes wallets, suppliers. Draws: `ConsumerSearch`, `SecondRound`.
//! Not here yet: distance beyond home bias, junk information.

use super::board::{MarketBoard, Stall, book_sale, close_board, open_board};
use super::budgets::Budgets;
use super::choice::{search_chance, utility};
use super::consumer_payments::{Bills, Households, settle};
use super::engel::EngelTable;
use super::import_share;
use super::personalised_pricing::{Acquaintance, PersonalTerms, worth};
use super::scatter::{add_up, block_rows};
use crate::accounts::money::quantity_for;
use crate::accounts::{Fen, Ledger, Money, Quantity};
use crate::agents::{Bank, MAX_CATEGORIES, NOBODY, Person, Wallet, WorkerSuppliers};
use crate::engine::{Clock, Draws, GoodsBook, Indicators, Mechanism, Stream, StreamKey, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;
use rayon::prelude::*;

parameters! {
    /// Consumption.
    pub struct Parameters {
        /// Probability of looking at another seller in a category (assumed).
        search_probability: f64 = 0.04, "per quarter", 0.0..=1.0;
        /// Chance that a household whose seller filled none of its orders looks elsewhere (assumed).
        search_when_refused: f64 = 0.3, "per quarter", 0.0..=1.0;
        /// Price elasticity of the choice of seller (assumed below the long-run trade elasticity of four).
        price_weight: f64 = 2.5, "elasticity", 0.0..=50.0;
        /// Quality elasticity of the choice of seller (assumed).
        quality_weight: f64 = 2.0, "elasticity", 0.0..=50.0;
        /// Weight of a seller's reliability (share of last quarter's orders filled) in the choice (assumed: a customer turned away looks elsewhere).
        reliability_weight: f64 = 1.0, "elasticity", 0.0..=10.0;
        /// Spread of the unobserved part of the choice (assumed).
        noise: f64 = 0.2, "log points", 0.0..=10.0;
    }
}

/// Import share of each category at this quarter's prices.
fn import_shares(structure: &Structure, indicators: &Indicators) -> [f64; MAX_CATEGORIES] {
    core::array::from_fn(|c| {
        let Some(category) = structure.categories.get(c) else { return 0.0 };
        let mean = |members: &[(usize, f64)], prices: &[f64]| members.iter().map(|(s, w)| w * prices[*s]).sum::<f64>();
        if category.imports.is_empty() || category.sectors.is_empty() {
            return category.import_share;
        }
        let (home, abroad) =
            (mean(&category.sectors, &indicators.prices), mean(&category.imports, &indicators.import_prices));
        let quantity = import_share(category.import_share, home, abroad, structure.import_elasticity);
        quantity * abroad / (quantity * abroad + (1.0 - quantity) * home)
    })
}

/// What one household orders at home in a category \[fen\].
#[inline]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "fen of one household")]
fn home_order(budget: i64, share: f64, import_share: f64) -> i64 {
    (budget as f64 * share * (1.0 - import_share)) as i64
}

/// Marks a seller that is out of business: no chance of looking elsewhere, but the need to.
const LOST: f64 = f64::INFINITY;

/// Everything that the passes over households share; what they look up by seller lies in dense tables.
struct Pass<'a> {
    p: &'a Parameters,
    structure: &'a Structure,
    board: &'a MarketBoard,
    engel: &'a EngelTable,
    budgets: &'a Budgets,
    terms: &'a PersonalTerms,
    shares: [f64; MAX_CATEGORIES],
    search: StreamKey,
    second: StreamKey,
}

/// A category's sectors weighted by its mix as far as they have something left, and the sum of the weights.
type Mix = (Vec<(usize, f64)>, f64);

/// What households think of sellers, in dense tables by seller.
struct Tastes {
    /// Chance of looking at another seller, by present seller.
    look: Vec<f64>,
    /// What a seller is worth.
    utility: Vec<f64>,
}

impl Tastes {
    fn of(stalls: &[Stall], p: &Parameters) -> Self {
        let chance =
            |s: &Stall| search_chance(p.search_probability, p.search_when_refused, s.reliability, p.reliability_weight);
        let worth = |s: &Stall| utility(s, p.price_weight, p.quality_weight, p.reliability_weight);
        Self {
            look: stalls.par_iter().map(|s| if s.active { chance(s) } else { LOST }).collect(),
            utility: stalls.par_iter().map(|s| if s.active { worth(s) } else { 0.0 }).collect(),
        }
    }
}

/// An order that its first seller did not fill, and who is asked next.
struct Missing {
    worker: u32,
    seller: u32,
    amount: i64,
}

impl<'a> Pass<'a> {
    fn new(
        p: &'a Parameters,
        clock: &Clock,
        structure: &'a Structure,
        board: &'a MarketBoard,
        engel: &'a EngelTable,
        budgets: &'a Budgets,
        terms: &'a PersonalTerms,
        shares: [f64; MAX_CATEGORIES],
    ) -> Self {
        Self {
            p,
            structure,
            board,
            engel,
            budgets,
            terms,
            shares,
            search: clock.key(Stream::ConsumerSearch),
            second: clock.key(Stream::SecondRound),
        }
    }

    /// What a household orders in every category at home \[fen\].
    #[inline]
    fn orders(&self, worker: usize) -> impl Fn(usize) -> i64 {
        let (budget, engel) = (self.budgets.amounts[worker], self.engel.row(self.budgets.bins[worker]));
        move |c| home_order(budget, engel[c], self.shares[c])
    }

    /// A household's surcharge over the posted price at a seller that it has bought from for some quarters.
    #[inline]
    fn rate(&self, worker: usize, seller: u32, known: Option<&Acquaintance>, category: usize) -> f64 {
        let quarters = known.map_or(0, |k| k[category]);
        self.terms.rate(seller, self.budgets.bins[worker], quarters)
    }

    /// A household's seller in a category: kept, or another one that it met; `rate` is what the present one charges it
    /// beyond its posted price.
    #[inline]
    fn choose(
        &self,
        tastes: &Tastes,
        category: usize,
        region: usize,
        present: u32,
        rate: impl Fn() -> f64,
        draws: &mut Draws,
    ) -> u32 {
        let look = tastes.look.get(present as usize).copied().unwrap_or(LOST);
        let lost = look.is_infinite();
        if !lost && !draws.chance(look) {
            return present;
        }
        let members = &self.structure.categories[category].sectors;
        let mut u = draws.uniform();
        let mut sector = members.first().map_or(0, |m| m.0);
        for (s, w) in members {
            sector = *s;
            if u < *w {
                break;
            }
            u -= w;
        }
        let candidate = self.board.draw_seller(sector, region, draws);
        let noise = self.p.noise * draws.normal();
        if candidate == NOBODY {
            return if lost { NOBODY } else { present };
        }
        let worth = |j: u32| tastes.utility[j as usize];
        let charged = || self.p.price_weight * libm::log(1.0 + rate());
        if lost || worth(candidate) - worth(present) + charged() + noise > 0.0 { candidate } else { present }
    }

    /// Mixes of all categories for second orders.
    fn mixes(&self) -> Vec<Mix> {
        let mix = |members: &[(usize, f64)]| -> Mix {
            let left: Vec<_> = members.iter().map(|(s, w)| (*s, w * self.board.unsold_share(*s))).collect();
            let sum = left.iter().map(|m| m.1).sum();
            (left, sum)
        };
        self.structure.categories.iter().map(|c| mix(&c.sectors)).collect()
    }

    #[inline]
    fn second_seller(&self, mixes: &[Mix], worker: usize, category: usize, region: usize) -> u32 {
        let mut draws = self.second.agent_round(worker as u64 + (1 << 40), category as u64);
        let (members, sum) = &mixes[category];
        let mut u = draws.uniform() * sum;
        let found = members.iter().find(|(_, weight)| {
            u -= weight;
            u < 0.0
        });
        found.map_or(NOBODY, |(sector, _)| self.board.draw_left(*sector, region, &mut draws))
    }

    /// Households look at sellers and order; demand by seller at posted prices \[fen\].
    fn order(
        &self,
        persons: &[Person],
        suppliers: &mut [WorkerSuppliers],
        acquaintance: &mut [Acquaintance],
    ) -> Vec<i64> {
        let (tastes, sellers) = (Tastes::of(&self.board.stalls, self.p), self.board.stalls.len());
        let categories = self.structure.categories.len();
        let block = block_rows(suppliers.len());
        let mut known: Vec<&mut [Acquaintance]> = acquaintance.chunks_mut(block).collect();
        known.resize_with(suppliers.len().div_ceil(block), Default::default);
        let tables = suppliers.par_chunks_mut(block).zip(known).enumerate().map(|(n, (suppliers, known))| {
            let mut demand = vec![0; sellers];
            for (i, link) in suppliers.iter_mut().enumerate() {
                let worker = n * block + i;
                let (region, orders) = (usize::from(persons[worker].region), self.orders(worker));
                let mut draws = self.search.agent(worker as u64);
                let mut known = known.get_mut(i);
                for (c, link) in link.0.iter_mut().enumerate().take(categories) {
                    let present = *link;
                    let rate = || {
                        let personal = self.terms.personalises(present);
                        if personal { self.rate(worker, present, known.as_deref(), c) } else { 0.0 }
                    };
                    *link = self.choose(&tastes, c, region, present, rate, &mut draws);
                    if let (true, Some(known)) = (*link != present, &mut known) {
                        known[c] = 0;
                    }
                    if *link == NOBODY {
                        continue;
                    }
                    let mut order = orders(c);
                    if self.terms.personalises(*link) {
                        if let (true, Some(known)) = (*link == present, &mut known) {
                            known[c] = known[c].saturating_add(1);
                        }
                        order = worth(order, self.rate(worker, *link, known.as_deref(), c));
                    }
                    demand[*link as usize] += order;
                }
            }
            demand
        });
        add_up(tables.collect::<Vec<_>>(), sellers)
    }

    /// Households pay their sellers what these deliver; receipts and surcharges by seller, and what is missing, by block.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "fen of one household")]
    fn pay_first(&self, fill: &[f64], persons: &[Person], suppliers: &[WorkerSuppliers], bills: &mut Bills) -> First {
        let (categories, mixes) = (self.structure.categories.len(), self.mixes());
        let block = block_rows(bills.paid.len());
        let rows = bills.paid.par_chunks_mut(block).zip(bills.extra.par_chunks_mut(block));
        let blocks = rows.enumerate().map(|(n, (paid, extra))| {
            let (mut receipts, mut missing) = (vec![0; fill.len()], Vec::new());
            let (mut surcharges, mut squares) = (vec![0; self.terms.sellers.len()], 0);
            for (i, (paid, extra)) in paid.iter_mut().zip(extra).enumerate() {
                let worker = n * block + i;
                let orders = self.orders(worker);
                for (c, &seller) in suppliers[worker].0.iter().enumerate().take(categories) {
                    if seller == NOBODY {
                        continue;
                    }
                    let (order, fill) = (orders(c), fill[seller as usize]);
                    let pay = if fill >= 1.0 { order } else { (order as f64 * fill) as i64 };
                    receipts[seller as usize] += pay;
                    *paid += pay;
                    if self.terms.personalises(seller) {
                        let rate = self.rate(worker, seller, self.terms.acquaintance.get(worker), c);
                        let worth = worth(pay, rate);
                        surcharges[seller as usize] += pay - worth;
                        *extra += pay - worth;
                        squares += (worth as f64 * rate * rate) as i64;
                    }
                    if pay < order {
                        let seller = self.second_seller(&mixes, worker, c, usize::from(persons[worker].region));
                        if seller != NOBODY {
                            missing.push(Missing { worker: worker as u32, seller, amount: order - pay });
                        }
                    }
                }
            }
            (receipts, missing, surcharges, squares)
        });
        let (mut receipts, mut surcharges) = (Vec::new(), Vec::new());
        let mut first = First::default();
        for (received, missing, extra, squares) in blocks.collect::<Vec<_>>() {
            receipts.push(received);
            surcharges.push(extra);
            first.missing.push(missing);
            first.squares += Fen::from(squares);
        }
        first.receipts = add_up(receipts, fill.len());
        first.surcharges = add_up(surcharges, 0);
        first
    }
}

/// What comes of first orders: money by seller, surcharges by seller (none where nobody personalises) and Σ worth · (m − 1)²
/// over purchases \[fen\], and what is missing, by block.
#[derive(Default)]
struct First {
    receipts: Vec<i64>,
    surcharges: Vec<i64>,
    squares: Fen,
    missing: Vec<Vec<Missing>>,
}

/// Households pay the sellers that they asked next; receipts by seller.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "fen of one household")]
fn pay_second(fill: &[f64], missing: &[Vec<Missing>], paid: &mut [i64]) -> Vec<i64> {
    let block = block_rows(paid.len());
    let tables = paid.par_chunks_mut(block).zip(missing).enumerate().map(|(n, (paid, missing))| {
        let mut receipts = vec![0; fill.len()];
        for m in missing {
            let fill = fill[m.seller as usize];
            let pay = if fill >= 1.0 { m.amount } else { (m.amount as f64 * fill) as i64 };
            receipts[m.seller as usize] += pay;
            paid[m.worker as usize - n * block] += pay;
        }
        receipts
    });
    add_up(tables.collect::<Vec<_>>(), fill.len())
}

#[allow(clippy::too_many_arguments, reason = "a market sees all its sides")]
fn trade(
    p: Res<Parameters>,
    clock: Res<Clock>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    engel: Res<EngelTable>,
    (budgets, mut terms): (Res<Budgets>, ResMut<PersonalTerms>),
    banks: Query<&Bank>,
    mut board: ResMut<MarketBoard>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut workers: Query<(&Person, &mut Wallet, &mut WorkerSuppliers)>,
) {
    let mut tables = workers.contiguous_iter_mut().expect("worker components are tables");
    let Some((persons, wallets, suppliers)) = tables.next() else { return };
    let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
    let (suppliers, _) = ContiguousMut::bypass_change_detection_split(suppliers);
    let shares = import_shares(&structure, &indicators);
    let mut bills = Bills { paid: vec![0; wallets.len()], extra: vec![0; wallets.len()] };
    let mut known = terms.take_acquaintance(wallets.len());
    let pass = Pass::new(&p, &clock, &structure, &board, &engel, &budgets, &terms, shares);
    let demand = pass.order(persons, suppliers, &mut known);
    terms.acquaintance = known;
    let fill = fill_in_money(&mut board.stalls, &demand, true);
    board.list_left(|slot, stall| quantity_for(Money(demand[slot]), stall.price).0);
    // Households settle with their first seller; what is missing is ordered elsewhere.
    let pass = Pass::new(&p, &clock, &structure, &board, &engel, &budgets, &terms, shares);
    let first = pass.pay_first(&fill, persons, suppliers, &mut bills);
    book(&mut board.stalls, &structure, &mut goods, &first.receipts, &first.surcharges);
    let mut second_demand = vec![0; board.stalls.len()];
    for m in first.missing.iter().flatten() {
        second_demand[m.seller as usize] += m.amount;
    }
    let fill = fill_in_money(&mut board.stalls, &second_demand, false);
    let receipts = pay_second(&fill, &first.missing, &mut bills.paid);
    book(&mut board.stalls, &structure, &mut goods, &receipts, &[]);
    if !terms.sellers.is_empty() {
        terms.outcome.take(&board.stalls, [&first.receipts, &receipts], &first.surcharges, first.squares);
        terms.outcome.take_households(&budgets.bins, &bills.paid, &bills.extra);
    }
    settle(
        &structure,
        &indicators,
        &mut ledger,
        &mut goods,
        &mut tally,
        &board,
        banks.iter().len(),
        &Households { persons, budgets: &budgets, bills: &bills, engel: &engel, shares },
        wallets,
    );
}

/// Fill shares when orders are in money, by seller.
#[allow(clippy::cast_precision_loss, reason = "a ratio")]
fn fill_in_money(stalls: &mut [Stall], demand: &[i64], first: bool) -> Vec<f64> {
    for (stall, &demand) in stalls.iter_mut().zip(demand) {
        let offer = Quantity(stall.available.max(0)).value(stall.price).0;
        stall.fill = if demand <= offer { 1.0 } else { offer as f64 / demand as f64 };
        if first && stall.price > 0.0 {
            stall.first_orders += quantity_for(Money(demand), stall.price).0;
        }
    }
    stalls.iter().map(|s| s.fill).collect()
}

/// Books what sellers received as quantities sold to final users; surcharges buy nothing.
fn book(stalls: &mut [Stall], structure: &Structure, goods: &mut GoodsBook, receipts: &[i64], surcharges: &[i64]) {
    for (slot, (stall, &received)) in stalls.iter_mut().zip(receipts).enumerate() {
        let received = Money(received);
        if received.0 == 0 {
            continue;
        }
        let worth = received - Money(surcharges.get(slot).copied().unwrap_or(0));
        let quantity = quantity_for(worth, stall.price).0.min(stall.available);
        stall.available -= quantity;
        stall.sold += quantity;
        stall.receipts += received;
        book_sale(goods, structure, usize::from(stall.sector), quantity, true);
    }
}

/// Consumption.
pub struct Consumption;

impl Mechanism for Consumption {
    const NAME: &'static str = "consumption";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "choice of sellers",
        off: &["consumption.price_weight=0.0", "consumption.quality_weight=0.0", "consumption.reliability_weight=0.0"],
        instead: "a household that looks at another seller changes by lot",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (open_board, trade, close_board).chain()
    }
}
