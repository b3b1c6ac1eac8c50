//! What households pay for consumption: to sellers at home, to the world and in tariffs; and what it is worth to them.
//!
//! ```text
//! real consumption = (paid − surcharges) / p⁰,   p⁰ consumer prices at posted prices
//! ```
//!
//! Surcharges are what `personalised_pricing` adds to posted prices: they buy nothing. Part of `consumption`.

use super::board::MarketBoard;
use super::budgets::Budgets;
use super::engel::EngelTable;
use crate::accounts::money::{quantity_for, split};
use crate::accounts::{Fen, Flow, Ledger, Money, Party};
use crate::agents::{MAX_CATEGORIES, Person, Wallet};
use crate::engine::{CHUNK, GoodsBook, Indicators, Tally};
use crate::structure::Structure;
use rayon::prelude::*;

/// What households pay at home, and the part of it that is beyond posted prices, by worker \[fen\].
pub(super) struct Bills {
    pub(super) paid: Vec<i64>,
    pub(super) extra: Vec<i64>,
}

/// Households' side of the settlement.
pub(super) struct Households<'a> {
    pub(super) persons: &'a [Person],
    pub(super) budgets: &'a Budgets,
    pub(super) bills: &'a Bills,
    pub(super) engel: &'a EngelTable,
    pub(super) shares: [f64; MAX_CATEGORIES],
}

/// Pays sellers at home, the world and the tariff; wallets fall by what was bought.
#[allow(clippy::too_many_arguments, reason = "one payment touches households, sellers, state and world")]
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "fen of one household")]
pub(super) fn settle(
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
    let real = 0.01 / indicators.cpi * (1.0 + indicators.personal_price_rise);
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
                sums.home[bank] += h.bills.paid[worker];
                sums.abroad[bank] += abroad;
                sums.tariff[bank] += tariffs;
                let total = h.bills.paid[worker] + abroad + tariffs;
                sums.unmet += h.budgets.amounts[worker] - total;
                w.deposits -= Money(total);
                w.real_consumption = ((total - h.bills.extra[worker]) as f64 * real) as f32;
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
