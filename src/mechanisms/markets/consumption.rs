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

use super::board::{MarketBoard, book_sale, close_board, open_board};
use super::budgets::Budgets;
use super::choice::{prefers, search_chance};
use super::engel::EngelTable;
use super::import_share;
use crate::accounts::money::{quantity_for, split};
use crate::accounts::{Fen, Flow, Ledger, Money, Party, Quantity};
use crate::agents::{Bank, MAX_CATEGORIES, NOBODY, Person, Wallet, WorkerSuppliers};
use crate::engine::{CHUNK, Clock, Draws, GoodsBook, Indicators, Mechanism, Stream, StreamKey, Systems, Tally};
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;
use rayon::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

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

/// A household's seller in a category: kept, or another one that it met.
#[inline]
fn choose(
    p: &Parameters,
    structure: &Structure,
    board: &MarketBoard,
    category: usize,
    region: usize,
    present: u32,
    draws: &mut Draws,
) -> u32 {
    let lost = !board.sells(present);
    if !lost
        && !draws.chance(search_chance(
            p.search_probability,
            p.search_when_refused,
            board.stalls[present as usize].reliability,
            p.reliability_weight,
        ))
    {
        return present;
    }
    let members = &structure.categories[category].sectors;
    let mut u = draws.uniform();
    let mut sector = members.first().map_or(0, |m| m.0);
    for (s, w) in members {
        sector = *s;
        if u < *w {
            break;
        }
        u -= w;
    }
    let candidate = board.draw_seller(sector, region, draws);
    let noise = p.noise * draws.normal();
    if candidate == NOBODY {
        return if lost { NOBODY } else { present };
    }
    let of = |j: u32| &board.stalls[j as usize];
    let better = || prefers(of(candidate), of(present), p.price_weight, p.quality_weight, p.reliability_weight, noise);
    if lost || better() { candidate } else { present }
}

/// Everything that the passes over households share.
struct Pass<'a> {
    p: &'a Parameters,
    structure: &'a Structure,
    board: &'a MarketBoard,
    engel: &'a EngelTable,
    shares: [f64; MAX_CATEGORIES],
    bins: &'a [u8],
    search: StreamKey,
    second: StreamKey,
}

impl Pass<'_> {
    #[inline]
    fn engel(&self, worker: usize) -> &[f64; MAX_CATEGORIES] {
        self.engel.row(self.bins[worker])
    }

    #[inline]
    fn second_seller(&self, worker: usize, category: usize, region: usize) -> u32 {
        let mut draws = self.second.agent_round(worker as u64 + (1 << 40), category as u64);
        // By the category's mix, as far as its sectors have something left.
        let members = &self.structure.categories[category].sectors;
        let weight = |(s, w): &(usize, f64)| w * self.board.unsold_share(*s);
        let mut u = draws.uniform() * members.iter().map(weight).sum::<f64>();
        let found = members.iter().find(|m| {
            u -= weight(m);
            u < 0.0
        });
        found.map_or(NOBODY, |(sector, _)| self.board.draw_left(*sector, region, &mut draws))
    }
}

#[allow(clippy::too_many_arguments, clippy::too_many_lines, reason = "one market: three passes over the same slices")]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "fen of one household")]
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
    let bank_count = banks.iter().len();
    let categories = structure.categories.len();
    let sellers = board.stalls.len();
    let demand: Vec<AtomicI64> = (0..sellers).map(|_| AtomicI64::new(0)).collect();
    let second_demand: Vec<AtomicI64> = (0..sellers).map(|_| AtomicI64::new(0)).collect();
    let receipts: Vec<AtomicI64> = (0..sellers).map(|_| AtomicI64::new(0)).collect();
    let mut board_now = core::mem::take(&mut *board);
    let shares = import_shares(&structure, &indicators);
    let pass = |board: &MarketBoard, f: &mut dyn FnMut(&Pass<'_>)| {
        f(&Pass {
            p: &p,
            structure: &structure,
            board,
            engel: &engel,
            shares,
            bins: &budgets.bins,
            search: clock.key(Stream::ConsumerSearch),
            second: clock.key(Stream::SecondRound),
        });
    };
    let (persons, wallets, suppliers) = {
        let mut tables = workers.contiguous_iter_mut().expect("worker components are tables");
        let Some((persons, wallets, suppliers)) = tables.next() else {
            *board = board_now;
            return;
        };
        let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
        let (suppliers, _) = ContiguousMut::bypass_change_detection_split(suppliers);
        (persons, wallets, suppliers)
    };
    pass(&board_now, &mut |x| {
        suppliers.par_chunks_mut(CHUNK).enumerate().for_each(|(n, links)| {
            for (i, link) in links.iter_mut().enumerate() {
                let worker = n * CHUNK + i;
                let mut draws = x.search.agent(worker as u64);
                let engel = x.engel(worker);
                for c in 0..categories {
                    link.0[c] = choose(
                        x.p,
                        x.structure,
                        x.board,
                        c,
                        usize::from(persons[worker].region),
                        link.0[c],
                        &mut draws,
                    );
                    if link.0[c] != NOBODY {
                        demand[link.0[c] as usize]
                            .fetch_add(home_order(budgets.amounts[worker], engel[c], x.shares[c]), Relaxed);
                    }
                }
            }
        });
    });
    fill_in_money(&mut board_now, &demand, true);
    board_now.list_left(|slot, stall| quantity_for(Money(demand[slot].load(Relaxed)), stall.price).0);
    // Households settle with their first seller; what is missing is ordered elsewhere.
    let mut paid: Vec<i64> = vec![0; wallets.len()];
    pass(&board_now, &mut |x| {
        paid.par_chunks_mut(CHUNK).enumerate().for_each(|(n, paid)| {
            for (i, paid) in paid.iter_mut().enumerate() {
                let worker = n * CHUNK + i;
                let engel = x.engel(worker);
                for c in 0..categories {
                    let seller = suppliers[worker].0[c];
                    if seller == NOBODY {
                        continue;
                    }
                    let order = home_order(budgets.amounts[worker], engel[c], x.shares[c]);
                    let fill = x.board.stalls[seller as usize].fill;
                    let pay = if fill >= 1.0 { order } else { (order as f64 * fill) as i64 };
                    receipts[seller as usize].fetch_add(pay, Relaxed);
                    *paid += pay;
                    if pay < order {
                        let other = x.second_seller(worker, c, usize::from(persons[worker].region));
                        if other != NOBODY {
                            second_demand[other as usize].fetch_add(order - pay, Relaxed);
                        }
                    }
                }
            }
        });
    });
    let first_fill: Vec<f64> = board_now.stalls.iter().map(|s| s.fill).collect();
    book(&mut board_now, &structure, &mut goods, &receipts);
    fill_in_money(&mut board_now, &second_demand, false);
    pass(&board_now, &mut |x| {
        paid.par_chunks_mut(CHUNK).enumerate().for_each(|(n, paid)| {
            for (i, paid) in paid.iter_mut().enumerate() {
                let worker = n * CHUNK + i;
                for c in 0..categories {
                    let seller = suppliers[worker].0[c];
                    if seller == NOBODY || first_fill[seller as usize] >= 1.0 {
                        continue;
                    }
                    let order = home_order(budgets.amounts[worker], x.engel(worker)[c], x.shares[c]);
                    let missing = order - (order as f64 * first_fill[seller as usize]) as i64;
                    let other = x.second_seller(worker, c, usize::from(persons[worker].region));
                    if missing <= 0 || other == NOBODY {
                        continue;
                    }
                    let fill = x.board.stalls[other as usize].fill;
                    let pay = if fill >= 1.0 { missing } else { (missing as f64 * fill) as i64 };
                    receipts[other as usize].fetch_add(pay, Relaxed);
                    *paid += pay;
                }
            }
        });
    });
    book(&mut board_now, &structure, &mut goods, &receipts);
    settle(
        &structure,
        &indicators,
        &mut ledger,
        &mut goods,
        &mut tally,
        &board_now,
        bank_count,
        &Households { persons, budgets: &budgets, paid: &paid, engel: &engel, shares },
        wallets,
    );
    *board = board_now;
}

/// Fill shares when orders are in money.
#[allow(clippy::cast_precision_loss, reason = "a ratio")]
fn fill_in_money(board: &mut MarketBoard, demand: &[AtomicI64], first: bool) {
    for (stall, demand) in board.stalls.iter_mut().zip(demand) {
        let demand = demand.load(Relaxed);
        let offer = Quantity(stall.available.max(0)).value(stall.price).0;
        stall.fill = if demand <= offer { 1.0 } else { offer as f64 / demand as f64 };
        if first && stall.price > 0.0 {
            stall.first_orders += quantity_for(Money(demand), stall.price).0;
        }
    }
}

/// Books what sellers received as quantities sold to final users, and clears the receipts.
fn book(board: &mut MarketBoard, structure: &Structure, goods: &mut GoodsBook, receipts: &[AtomicI64]) {
    for (stall, received) in board.stalls.iter_mut().zip(receipts) {
        let received = Money(received.swap(0, Relaxed));
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
    type Parameters = Parameters;
    fn systems() -> Systems {
        (open_board, trade, close_board).chain()
    }
}
