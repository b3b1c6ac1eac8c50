//! Public purchases: governments spend their appropriations on public services at cost, on other goods and services in
//! the mix of the input-output table, and on infrastructure together with their financing vehicles. A government short
//! of money pays part of its bills to firms of its region later (arrears); firms elsewhere sell for cash, so that orders
//! from them are cut to its deposits before any bill of the region is paid. Deposits never fall below zero: what they do not
//! cover is owed.
//!
//! ```text
//! spending_s = A · g_s · P_s / Σ_j g_j · P_j
//! ```
//!
//! A appropriation set in the last tick; g `SectorStructure::government`; Source: government consumption as in SNA 2008, chapter 9
//! (at cost), and Poledna et al. (2023).
//! Reads appropriations; writes governments' and firms' books. Draws: `PublicPurchases`.
//! Not here yet: public employment as a decision, procurement rules.

use super::board::{MarketBoard, Stall, book_sale, close_board, open_board};
use crate::accounts::money::quantity_for;
use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Money, Party, Quantity};
use crate::agents::{CentralGovernment, FinancingVehicle, LocalGovernment, NOBODY, Operations};
use crate::engine::Switches;
use crate::engine::{Clock, GoodsBook, Indicators, Mechanism, Stream, StreamKey, Systems};
use crate::mechanisms::public::local_budget;
use crate::structure::{Bundle, Structure};
use bevy_ecs::prelude::*;

parameters! {
    /// Public purchases.
    pub struct Parameters {
        /// Fewest orders into which a local government splits a purchase of one product (assumed; see `seller_search.orders_per_seller`).
        sellers_per_product: i64 = 6, "orders", 1..=100;
        /// Fewest orders into which the central government splits a purchase of one product (assumed).
        central_sellers_per_product: i64 = 48, "orders", 1..=10000;
    }
}

/// Who buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Buyer {
    Local(usize),
    Centre,
    LocalInvestment(usize),
    VehicleInvestment(usize),
}

/// One order.
#[derive(Clone, Copy, Debug)]
struct Order {
    buyer: Buyer,
    sector: usize,
    seller: u32,
    quantity: i64,
}

/// Orders and what they cost.
#[derive(Default)]
struct Basket {
    orders: Vec<Order>,
    /// Spending abroad by buyer and product, tariff included.
    abroad: Vec<(Buyer, usize, Money)>,
}

impl Order {
    /// Whether a local government buys outside its region, where nobody gives it credit.
    fn for_cash(&self, board: &MarketBoard) -> bool {
        matches!(self.buyer, Buyer::Local(g) if usize::from(board.stalls[self.seller as usize].region) != g)
    }
}

impl Basket {
    /// Cuts what a local government buys for cash to its deposits.
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    fn keep_within_cash(&mut self, board: &MarketBoard, g: usize, deposits: Fen) {
        let cash = |o: &Order| o.buyer == Buyer::Local(g) && o.for_cash(board);
        let price = |o: &Order| Quantity(o.quantity).value(board.stalls[o.seller as usize].price).fen();
        let (wanted, orders) =
            self.orders.iter().filter(|o| cash(o)).fold((0, 0), |(sum, n), o| (sum + price(o), n + 1));
        // A fen an order is left for rounding.
        let share = (deposits - orders).max(0) as f64 / wanted.max(1) as f64;
        if share < 1.0 {
            for o in self.orders.iter_mut().filter(|o| cash(o)) {
                o.quantity = Quantity(o.quantity).share(share).0;
            }
        }
    }
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "shares of an appropriation")]
fn money_share(total: Fen, share: f64) -> Money {
    Money((total as f64 * share) as i64)
}

/// Weights of products in government consumption at this quarter's prices, home and abroad.
fn consumption_weights(structure: &Structure, indicators: &Indicators) -> (Vec<f64>, Vec<f64>) {
    let home: Vec<f64> =
        structure.sectors.iter().enumerate().map(|(s, x)| x.government * indicators.prices[s]).collect();
    let abroad: Vec<f64> = structure
        .sectors
        .iter()
        .enumerate()
        .map(|(s, x)| x.government * structure.government_imports[s] * indicators.import_prices[s])
        .collect();
    let sum: f64 = home.iter().chain(&abroad).sum();
    (home.iter().map(|x| x / sum).collect(), abroad.iter().map(|x| x / sum).collect())
}

/// Weights of products in public investment.
fn investment_weights(structure: &Structure, bundle: &Bundle, indicators: &Indicators) -> (Vec<f64>, Vec<f64>) {
    let n = structure.sector_count();
    let home: Vec<f64> = (0..n).map(|r| bundle.domestic[r] * indicators.prices[r]).collect();
    let abroad: Vec<f64> = (0..n).map(|r| bundle.imported[r] * indicators.import_prices[r]).collect();
    let sum: f64 = home.iter().chain(&abroad).sum();
    (home.iter().map(|x| x / sum).collect(), abroad.iter().map(|x| x / sum).collect())
}

struct Planner<'a> {
    structure: &'a Structure,
    board: &'a MarketBoard,
    public_units: Vec<Vec<(u32, f64)>>,
    key: StreamKey,
    sellers: i64,
    central_sellers: i64,
}

impl Planner<'_> {
    /// Splits a budget over products and sellers.
    fn plan(
        &self,
        basket: &mut Basket,
        buyer: Buyer,
        region: Option<usize>,
        budget: Fen,
        weights: &(Vec<f64>, Vec<f64>),
    ) {
        for r in 0..self.structure.sector_count() {
            let home = money_share(budget, weights.0[r]);
            if home.0 > 0 {
                self.order(basket, buyer, region, r, home);
            }
            let abroad = money_share(budget, weights.1[r]);
            if abroad.0 > 0 {
                basket.abroad.push((buyer, r, abroad));
            }
        }
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "few sellers"
    )]
    fn order(&self, basket: &mut Basket, buyer: Buyer, region: Option<usize>, sector: usize, amount: Money) {
        let consumption = matches!(buyer, Buyer::Local(_) | Buyer::Centre);
        if sector == self.structure.public_services && consumption {
            let units: Vec<(u32, f64)> = match region {
                Some(g) => self.public_units[g].clone(),
                None => self.public_units.iter().flatten().copied().collect(),
            };
            let sum: f64 = units.iter().map(|u| u.1).sum();
            for (slot, weight) in units {
                self.push(basket, buyer, sector, slot, amount.share(weight / sum));
            }
            return;
        }
        let least = if region.is_some() { self.sellers } else { self.central_sellers };
        let orders = self.board.orders(sector, region, least);
        let part = Money(amount.0 / orders);
        for n in 0..orders {
            let id = match buyer {
                Buyer::Local(g) => g,
                Buyer::Centre => 10_000,
                Buyer::LocalInvestment(g) => 20_000 + g,
                Buyer::VehicleInvestment(g) => 30_000 + g,
            };
            let mut draws = self.key.agent_round(id as u64, (sector as u64) << 32 | n as u64);
            let seller = match region {
                Some(g) => self.board.draw_seller(sector, g, &mut draws),
                None => self.board.draw_national(sector, draws.uniform()),
            };
            self.push(basket, buyer, sector, seller, part);
        }
    }

    fn push(&self, basket: &mut Basket, buyer: Buyer, sector: usize, seller: u32, amount: Money) {
        if seller != NOBODY && self.board.sells(seller) {
            let quantity = quantity_for(amount, self.board.stalls[seller as usize].price).0;
            if quantity > 0 {
                basket.orders.push(Order { buyer, sector, seller, quantity });
            }
        }
    }
}

#[allow(clippy::too_many_arguments, reason = "one market with four kinds of buyers")]
fn purchase(
    (p, budget): (Res<Parameters>, Res<local_budget::Parameters>),
    clock: Res<Clock>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    mut board: ResMut<MarketBoard>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
    mut centre: ResMut<CentralGovernment>,
    firms: Query<&Operations>,
    mut governments: Query<(&mut LocalGovernment, &mut FinancingVehicle)>,
) {
    let mut basket = Basket::default();
    {
        let expected: Vec<f64> = firms.iter().map(|o| o.expected_demand).collect();
        let mut public_units = vec![Vec::new(); structure.region_count()];
        for (slot, stall) in board.stalls.iter().enumerate().filter(|(_, s)| s.active && s.public) {
            public_units[usize::from(stall.region)]
                .push((u32::try_from(slot).unwrap_or(NOBODY), expected[slot].max(1.0)));
        }
        let planner = Planner {
            structure: &structure,
            board: &board,
            public_units,
            key: clock.key(Stream::PublicPurchases),
            sellers: p.sellers_per_product,
            central_sellers: p.central_sellers_per_product,
        };
        let consumption = consumption_weights(&structure, &indicators);
        let investment = investment_weights(&structure, &structure.public_bundle, &indicators);
        for (g, (lg, fv)) in governments.iter().enumerate() {
            // Without arrears allowed to cover it, an appropriation beyond the deposits is cut to what they pay for.
            let affordable =
                if lg.payment_ratio < 1.0 { lg.appropriation } else { lg.appropriation.min(lg.deposits.max(0)) };
            planner.plan(&mut basket, Buyer::Local(g), Some(g), affordable, &consumption);
            let own = money_share(lg.investment_appropriation, 1.0 - budget.lgfv_share_of_public_investment).fen();
            let vehicle = lg.investment_appropriation - own;
            planner.plan(
                &mut basket,
                Buyer::LocalInvestment(g),
                Some(g),
                own.min((lg.deposits - affordable).max(0)),
                &investment,
            );
            planner.plan(
                &mut basket,
                Buyer::VehicleInvestment(g),
                Some(g),
                vehicle.min(fv.deposits.max(0)),
                &investment,
            );
        }
        let budget = centre.appropriation;
        planner.plan(&mut basket, Buyer::Centre, None, budget, &consumption);
    }
    for (g, (lg, _)) in governments.iter().enumerate() {
        basket.keep_within_cash(&board, g, lg.deposits);
    }
    // Who sells for cash is paid first.
    basket.orders.sort_by_key(|o| !o.for_cash(&board));
    for o in &basket.orders {
        let s = &mut board.stalls[o.seller as usize];
        s.ordered += o.quantity;
        s.first_orders += o.quantity;
    }
    board.fill();
    let mut parties: Vec<_> = governments.iter_mut().collect();
    let mut till = Till { ledger: &mut ledger, centre: &mut centre, parties: &mut parties };
    for o in &basket.orders {
        let (quantity, paid) = board.deliver(o.seller, o.quantity);
        if quantity > 0 {
            book_sale(&mut goods, &structure, o.sector, quantity, true);
            let stall = &mut board.stalls[o.seller as usize];
            till.pay(o.buyer, o.sector, stall, paid);
        }
    }
    for (buyer, r, amount) in &basket.abroad {
        buy_abroad(&structure, &indicators, &mut ledger, &mut goods, &mut centre, &mut parties, *buyer, *r, *amount);
    }
}

/// Where public buyers pay from.
struct Till<'a, 'w> {
    ledger: &'a mut Ledger,
    centre: &'a mut CentralGovernment,
    parties: &'a mut [(Mut<'w, LocalGovernment>, Mut<'w, FinancingVehicle>)],
}

impl Till<'_, '_> {
    /// Pays a seller, or owes it the part that a local government does not pay at once.
    fn pay(&mut self, buyer: Buyer, sector: usize, stall: &mut Stall, paid: Money) {
        let seller = Party::Firm { sector, bank: usize::from(stall.bank) };
        match buyer {
            Buyer::Centre => {
                self.ledger.transfer(Party::CentralGovernment, seller, paid, Flow::GovernmentPurchases);
                self.centre.spending += paid.fen();
            }
            Buyer::Local(g) => {
                let lg = &mut self.parties[g].0;
                let now = if usize::from(stall.region) == g { paid.share(lg.payment_ratio) } else { paid };
                let cash = Money(i64::try_from(now.fen().min(lg.deposits.max(0))).expect("no more than the bill"));
                self.ledger.transfer(
                    Party::LocalGovernment { bank: usize::from(lg.bank) },
                    seller,
                    cash,
                    Flow::GovernmentPurchases,
                );
                let owed = paid - cash;
                if owed.0 > 0 {
                    self.ledger.owe(
                        Column::LocalGovernments,
                        Column::Firms(sector),
                        owed.fen(),
                        Flow::GovernmentPurchases,
                        Instrument::Payables,
                    );
                    stall.owed += owed;
                    lg.arrears += owed.fen();
                }
                lg.deposits -= cash.fen();
                lg.spending += paid.fen();
            }
            Buyer::LocalInvestment(g) => {
                let lg = &mut self.parties[g].0;
                let buyer = Party::LocalGovernment { bank: usize::from(lg.bank) };
                self.ledger
                    .open_tagged(Flow::Investment, Some(Instrument::Capital), None)
                    .from(buyer, paid.fen())
                    .to(seller, paid.fen())
                    .close();
                lg.deposits -= paid.fen();
                lg.infrastructure += paid.fen();
                lg.spending += paid.fen();
            }
            Buyer::VehicleInvestment(g) => {
                let bank = usize::from(self.parties[g].0.bank);
                let fv = &mut self.parties[g].1;
                self.ledger
                    .open_tagged(Flow::Investment, Some(Instrument::Capital), None)
                    .from(Party::Lgfv { bank }, paid.fen())
                    .to(seller, paid.fen())
                    .close();
                fv.deposits -= paid.fen();
                fv.capital += paid.fen();
            }
        }
    }
}

/// Purchases abroad, tariff included in the amount.
#[allow(clippy::too_many_arguments, reason = "one payment touches buyer, state and world")]
fn buy_abroad(
    structure: &Structure,
    indicators: &Indicators,
    ledger: &mut Ledger,
    goods: &mut GoodsBook,
    centre: &mut CentralGovernment,
    parties: &mut [(Mut<'_, LocalGovernment>, Mut<'_, FinancingVehicle>)],
    buyer: Buyer,
    r: usize,
    amount: Money,
) {
    let price = amount.share(1.0 / (1.0 + structure.tariff_rate));
    let tariff = amount - price;
    let party = match buyer {
        Buyer::Centre => Party::CentralGovernment,
        Buyer::Local(g) | Buyer::LocalInvestment(g) => Party::LocalGovernment { bank: usize::from(parties[g].0.bank) },
        Buyer::VehicleInvestment(g) => Party::Lgfv { bank: usize::from(parties[g].0.bank) },
    };
    let deposits = match buyer {
        Buyer::Centre => amount.fen(),
        Buyer::Local(g) | Buyer::LocalInvestment(g) => parties[g].0.deposits,
        Buyer::VehicleInvestment(g) => parties[g].1.deposits,
    };
    if deposits < amount.fen() {
        return;
    }
    ledger.transfer(party, Party::RestOfWorld, price, Flow::Imports);
    ledger.transfer(party, Party::CentralGovernment, tariff, Flow::Tariff);
    match buyer {
        Buyer::Centre => centre.spending += price.fen(),
        Buyer::Local(g) => {
            parties[g].0.deposits -= amount.fen();
            parties[g].0.spending += amount.fen();
        }
        Buyer::LocalInvestment(g) => {
            ledger.own_resale_of_investment(Column::LocalGovernments, amount.fen(), Instrument::Capital);
            parties[g].0.deposits -= amount.fen();
            parties[g].0.spending += amount.fen();
            parties[g].0.infrastructure += amount.fen();
        }
        Buyer::VehicleInvestment(g) => {
            ledger.own_resale_of_investment(Column::Lgfvs, amount.fen(), Instrument::Capital);
            parties[g].1.deposits -= amount.fen();
            parties[g].1.capital += amount.fen();
        }
    }
    let quantity = i128::from(quantity_for(price, indicators.import_prices[r] / (1.0 + structure.tariff_rate)).0);
    goods.imports[r] += quantity;
    goods.final_sales[r] += quantity;
}

/// Public purchases.
pub struct PublicPurchases;

impl Mechanism for PublicPurchases {
    const NAME: &'static str = "public_purchases";
    const SWITCHES: Switches = Switches::None(
        "it carries out appropriations; what is bought is decided in `[local_budget]` and `[fiscal_rule]`",
    );
    type Parameters = Parameters;
    fn systems() -> Systems {
        (open_board, purchase, close_board).chain()
    }
}
