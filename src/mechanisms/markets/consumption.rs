//! Consumption: each household splits its budget over categories by Engel shares and buys from its supplier in each;
//! now and then it meets another seller and changes if price and quality are better there. What a seller cannot
//! deliver is sought once more from sellers that have something left, and what is not found is saved.
//!
//! ```text
//! d_c = C · share_c(y),   home part 1 − m_c at the supplier, m_c abroad (see `markets::import_share`)
//! ```
//!
//! Orders are added up per seller in fen; each seller fills the share that it can. Sources: search among few sellers with loyalty as
//! in Delli Gatti et al. (2011), chapter 3; Engel shares see `engel`.
//! Reads budgets, boards; writes wallets, suppliers. Draws: `ConsumerSearch`, `SecondRound`.
//! Not here yet: distance beyond home bias, personalised mark-ups, junk information.

use super::board::{MarketBoard, Stall, book_sale, close_board, open_board};
use super::budgets::Budgets;
use super::choice::{search_chance, utility};
use super::engel::EngelTable;
use super::import_share;
use super::scatter::{add_up, block_rows};
use crate::accounts::money::{quantity_for, split};
use crate::accounts::{Fen, Flow, Ledger, Money, Party, Quantity};
use crate::agents::{Bank, MAX_CATEGORIES, NOBODY, Person, Wallet, WorkerSuppliers};
use crate::engine::{CHUNK, Clock, Draws, GoodsBook, Indicators, Mechanism, Stream, StreamKey, Systems, Tally};
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
        shares: [f64; MAX_CATEGORIES],
    ) -> Self {
        Self {
            p,
            structure,
            board,
            engel,
            budgets,
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

    /// A household's seller in a category: kept, or another one that it met.
    #[inline]
    fn choose(&self, tastes: &Tastes, category: usize, region: usize, present: u32, draws: &mut Draws) -> u32 {
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
        if lost || worth(candidate) - worth(present) + noise > 0.0 { candidate } else { present }
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

    /// Households look at sellers and order; demand by seller \[fen\].
    fn order(&self, persons: &[Person], suppliers: &mut [WorkerSuppliers]) -> Vec<i64> {
        let (tastes, sellers) = (Tastes::of(&self.board.stalls, self.p), self.board.stalls.len());
        let categories = self.structure.categories.len();
        let block = block_rows(suppliers.len());
        let tables = suppliers.par_chunks_mut(block).enumerate().map(|(n, suppliers)| {
            let mut demand = vec![0; sellers];
            for (i, link) in suppliers.iter_mut().enumerate() {
                let worker = n * block + i;
                let (region, orders) = (usize::from(persons[worker].region), self.orders(worker));
                let mut draws = self.search.agent(worker as u64);
                for (c, link) in link.0.iter_mut().enumerate().take(categories) {
                    *link = self.choose(&tastes, c, region, *link, &mut draws);
                    if *link != NOBODY {
                        demand[*link as usize] += orders(c);
                    }
                }
            }
            demand
        });
        add_up(tables.collect::<Vec<_>>(), sellers)
    }

    /// Households pay their sellers what these deliver; receipts by seller, and what is missing, by block.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "fen of one household")]
    fn pay_first(
        &self,
        fill: &[f64],
        persons: &[Person],
        suppliers: &[WorkerSuppliers],
        paid: &mut [i64],
    ) -> (Vec<i64>, Vec<Vec<Missing>>) {
        let (categories, mixes) = (self.structure.categories.len(), self.mixes());
        let block = block_rows(paid.len());
        let blocks = paid.par_chunks_mut(block).enumerate().map(|(n, paid)| {
            let (mut receipts, mut missing) = (vec![0; fill.len()], Vec::new());
            for (i, paid) in paid.iter_mut().enumerate() {
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
                    if pay < order {
                        let seller = self.second_seller(&mixes, worker, c, usize::from(persons[worker].region));
                        if seller != NOBODY {
                            missing.push(Missing { worker: worker as u32, seller, amount: order - pay });
                        }
                    }
                }
            }
            (receipts, missing)
        });
        let (receipts, missing): (Vec<_>, Vec<_>) = blocks.collect::<Vec<_>>().into_iter().unzip();
        (add_up(receipts, fill.len()), missing)
    }
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
    budgets: Res<Budgets>,
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
    let mut paid: Vec<i64> = vec![0; wallets.len()];
    let demand = Pass::new(&p, &clock, &structure, &board, &engel, &budgets, shares).order(persons, suppliers);
    let fill = fill_in_money(&mut board.stalls, &demand, true);
    board.list_left(|slot, stall| quantity_for(Money(demand[slot]), stall.price).0);
    // Households settle with their first seller; what is missing is ordered elsewhere.
    let pass = Pass::new(&p, &clock, &structure, &board, &engel, &budgets, shares);
    let (receipts, missing) = pass.pay_first(&fill, persons, suppliers, &mut paid);
    book(&mut board.stalls, &structure, &mut goods, &receipts);
    let mut second_demand = vec![0; board.stalls.len()];
    for m in missing.iter().flatten() {
        second_demand[m.seller as usize] += m.amount;
    }
    let fill = fill_in_money(&mut board.stalls, &second_demand, false);
    let receipts = pay_second(&fill, &missing, &mut paid);
    book(&mut board.stalls, &structure, &mut goods, &receipts);
    settle(
        &structure,
        &indicators,
        &mut ledger,
        &mut goods,
        &mut tally,
        &board,
        banks.iter().len(),
        &Households { persons, budgets: &budgets, paid: &paid, engel: &engel, shares },
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

/// Books what sellers received as quantities sold to final users.
fn book(stalls: &mut [Stall], structure: &Structure, goods: &mut GoodsBook, receipts: &[i64]) {
    for (stall, &received) in stalls.iter_mut().zip(receipts) {
        let received = Money(received);
        if received.0 == 0 {
            continue;
        }
        let quantity = quantity_for(received, stall.price).0.min(stall.available);
        stall.available -= quantity;
        stall.sold += quantity;
        stall.receipts += received;
        book_sale(goods, structure, usize::from(stall.sector), quantity, true);
    }
}

/// Households' side of the settlement.
struct Households<'a> {
    persons: &'a [Person],
    budgets: &'a Budgets,
    paid: &'a [i64],
    engel: &'a EngelTable,
    shares: [f64; MAX_CATEGORIES],
}

/// Pays sellers at home, the world and the tariff; wallets fall by what was bought.
#[allow(clippy::too_many_arguments, reason = "one payment touches households, sellers, state and world")]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "fen of one household")]
fn settle(
    structure: &Structure,
    indicators: &Indicators,
    ledger: &mut Ledger,
    goods: &mut GoodsBook,
    tally: &mut Tally,
    board: &MarketBoard,
    bank_count: usize,
    h: &Households<'_>,
    wallets: &mut [Wallet],
) {
    struct Sums {
        home: Vec<i64>,
        abroad: Vec<i64>,
        tariff: Vec<i64>,
        products: [i64; MAX_CATEGORIES],
        unmet: i64,
    }
    let rate = structure.tariff_rate / (1.0 + structure.tariff_rate);
    let real = 0.01 / indicators.cpi;
    let sums: Vec<Sums> = wallets
        .par_chunks_mut(CHUNK)
        .enumerate()
        .map(|(n, wallets)| {
            let mut sums = Sums {
                home: vec![0; bank_count],
                abroad: vec![0; bank_count],
                tariff: vec![0; bank_count],
                products: [0; MAX_CATEGORIES],
                unmet: 0,
            };
            for (i, w) in wallets.iter_mut().enumerate() {
                let worker = n * CHUNK + i;
                let engel = h.engel.row(h.budgets.bins[worker]);
                let (mut abroad, mut tariffs) = (0, 0);
                for (c, share) in h.shares.iter().enumerate().filter(|(_, s)| **s > 0.0) {
                    let spent = (h.budgets.amounts[worker] as f64 * engel[c] * share) as i64;
                    let tariff = (spent as f64 * rate) as i64;
                    abroad += spent - tariff;
                    tariffs += tariff;
                    sums.products[c] += spent - tariff;
                }
                let bank = usize::from(h.persons[worker].bank);
                sums.home[bank] += h.paid[worker];
                sums.abroad[bank] += abroad;
                sums.tariff[bank] += tariffs;
                let total = h.paid[worker] + abroad + tariffs;
                sums.unmet += h.budgets.amounts[worker] - total;
                w.deposits -= Money(total);
                w.real_consumption = (total as f64 * real) as f32;
            }
            sums
        })
        .collect();
    let add = |pick: &dyn Fn(&Sums) -> &Vec<i64>| -> Vec<Fen> {
        (0..bank_count).map(|b| sums.iter().map(|s| Fen::from(pick(s)[b])).sum()).collect()
    };
    let (home, abroad, tariff) = (add(&|s| &s.home), add(&|s| &s.abroad), add(&|s| &s.tariff));
    let mut payment = ledger.open(Flow::Consumption);
    for (bank, amount) in home.iter().enumerate() {
        payment.pay(Party::Household { bank }, *amount);
    }
    for stall in &board.stalls {
        payment.receive(
            Party::Firm { sector: usize::from(stall.sector), bank: usize::from(stall.bank) },
            stall.receipts.fen(),
        );
    }
    payment.close();
    for (bank, (amount, tariff)) in abroad.iter().zip(&tariff).enumerate() {
        ledger.transfer_total(Party::Household { bank }, Party::RestOfWorld, *amount, Flow::Imports);
        ledger.transfer_total(Party::Household { bank }, Party::CentralGovernment, *tariff, Flow::Tariff);
    }
    tally.unmet_consumption += sums.iter().map(|s| Fen::from(s.unmet)).sum::<Fen>();
    for (c, category) in structure.categories.iter().enumerate() {
        let spent: i64 = sums.iter().map(|s| s.products[c]).sum();
        let weights: Vec<f64> = category.imports.iter().map(|m| m.1).collect();
        for ((sector, _), part) in category.imports.iter().zip(split(spent, &weights)) {
            let quantity = i128::from(
                quantity_for(Money(part), indicators.import_prices[*sector] / (1.0 + structure.tariff_rate)).0,
            );
            goods.imports[*sector] += quantity;
            goods.final_sales[*sector] += quantity;
        }
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
