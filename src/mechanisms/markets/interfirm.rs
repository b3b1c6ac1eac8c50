//! Trade between firms: each firm buys materials for next quarter, services for what it made or sold, AI services for the
//! tasks that AI does, and capital goods for its investment, from one chosen supplier per product and from abroad.
//! A firm looks at another supplier now and then and changes if price and quality are better there; what a supplier
//! cannot deliver is ordered once more elsewhere, and of storable goods the rest partly abroad.
//!
//! ```text
//! need_r = a_r · Q (services, AI)   or   m · a_r · e − stock_r (materials),   + κ_r · I
//! m_r = import share at relative prices (see `markets::import_share`)
//! ```
//!
//! a input coefficients; e `expected_demand`; m `Structure::materials_ratio`; κ `business_bundle`; I `desired_investment`.
//! Sources: input-output technology with chosen suppliers as in Poledna et al. (2023); sticky supplier links as in Delli Gatti
//! et al. (2011), chapter 3.
//! Reads boards; writes stocks, books, capital (through `vintages`). Draws: `SupplierSearch`, `SecondRound`.
//! Not here yet: trade credit, contracts, choice among several suppliers per product, binding shortages of services.

use super::board::{MarketBoard, book_sale, close_board, open_board};
use super::choice::{prefers, search_chance};
use super::import_share;
use super::vintages::{install, scrap};
use crate::accounts::{Flow, Instrument, Ledger, Money, Party, Quantity};
use crate::agents::{
    Books, Capital, Identity, Inventory, MAX_SECTORS, NOBODY, Operations, Staff, Suppliers, Technology,
};
use crate::engine::{Clock, GoodsBook, Indicators, Mechanism, Stream, Systems, Tally};
use crate::mechanisms::finance::means_of_payment;
use crate::mechanisms::technology::Frontier;
use crate::mechanisms::technology::tasks::ai_services_per_unit;
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Trade between firms.
    pub struct Parameters {
        /// Probability of looking at another supplier of a product (assumed; a supplier is compared every twelve years on average).
        search_probability: f64 = 0.02, "per quarter", 0.0..=1.0;
        /// Chance that a firm whose supplier filled none of its orders looks elsewhere (assumed).
        search_when_refused: f64 = 0.3, "per quarter", 0.0..=1.0;
        /// Price elasticity of the choice of supplier (assumed below the long-run trade elasticity of four).
        price_weight: f64 = 2.5, "elasticity", 0.0..=50.0;
        /// Quality elasticity of the choice of supplier (assumed).
        quality_weight: f64 = 2.0, "elasticity", 0.0..=50.0;
        /// Spread of the unobserved part of the choice (assumed).
        noise: f64 = 0.15, "log points", 0.0..=10.0;
        /// Weight of a seller's reliability (share of last quarter's orders filled) in the choice (assumed: a customer turned away looks elsewhere).
        reliability_weight: f64 = 1.0, "elasticity", 0.0..=10.0;
        /// Share of unmet needs of storable goods that is bought abroad (assumed).
        spill_abroad: f64 = 0.25, "share", 0.0..=1.0;
    }
}

/// A firm's purchases of one product in a phase.
#[derive(Clone, Copy, Debug, Default)]
struct Purchase {
    inputs: i64,
    investment: i64,
    inputs_abroad: i64,
    investment_abroad: i64,
    got_inputs: i64,
    got_investment: i64,
    paid_inputs: Money,
    paid_investment: Money,
}

/// Purchases of all firms in the phase, by slot and product.
#[derive(Clone, Debug, Default, Resource)]
pub struct PurchasePlan(Vec<[Purchase; MAX_SECTORS]>);

fn search_suppliers(
    p: Res<Parameters>,
    clock: Res<Clock>,
    structure: Res<Structure>,
    board: Res<MarketBoard>,
    mut firms: Query<(&Identity, &mut Suppliers)>,
) {
    let key = clock.key(Stream::SupplierSearch);
    for (slot, (identity, mut suppliers)) in firms.iter_mut().enumerate() {
        if !identity.active() {
            continue;
        }
        let mut draws = key.agent(slot as u64);
        for r in 0..structure.sector_count() {
            let present = suppliers.0[r];
            let lost = !board.sells_product(present, r);
            if !lost
                && !draws.chance(search_chance(
                    p.search_probability,
                    p.search_when_refused,
                    board.stalls[present as usize].reliability,
                    p.reliability_weight,
                ))
            {
                continue;
            }
            let candidate = board.draw_seller(r, usize::from(identity.region), &mut draws);
            let noise = p.noise * draws.normal();
            if lost {
                // Nobody, if the product has no seller: the old link may lead to a firm of another sector by now.
                suppliers.0[r] = candidate;
                continue;
            }
            if candidate == NOBODY || candidate == present {
                continue;
            }
            let of = |j: u32| &board.stalls[j as usize];
            if prefers(of(candidate), of(present), p.price_weight, p.quality_weight, p.reliability_weight, noise) {
                suppliers.0[r] = candidate;
            }
        }
    }
}

/// Plans every firm's purchases and places first orders.
#[allow(clippy::too_many_arguments, reason = "one place gathers what needs depend on")]
fn place_orders(
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    frontier: Res<Frontier>,
    mut board: ResMut<MarketBoard>,
    mut plan: ResMut<PurchasePlan>,
    mut firms: Query<(&Identity, &Operations, &Inventory, &Staff, &mut Technology, &Suppliers, &Books)>,
) {
    plan.0.clear();
    plan.0.resize(firms.iter().len(), [Purchase::default(); MAX_SECTORS]);
    let shares = investment_import_shares(&structure, &indicators);
    for (slot, (identity, operations, inventory, staff, mut technology, suppliers, books)) in
        firms.iter_mut().enumerate()
    {
        if !identity.active() {
            continue;
        }
        let sector = &structure.sectors[usize::from(identity.sector)];
        // Storable goods use services as they are made; service firms use them for what they sold last quarter.
        let activity = if sector.storable { operations.output.units() } else { operations.sold_last };
        technology.ai_services = activity
            * ai_services_per_unit(
                sector,
                &staff.task_mix,
                &technology,
                operations.productivity,
                frontier.ai_efficiency,
                structure.persons_per_worker,
            );
        for r in 0..structure.sector_count() {
            let purchase = &mut plan.0[slot][r];
            let coefficient = sector.domestic_inputs[r] + sector.imported_inputs[r];
            let mut need = if structure.sectors[r].storable {
                let expected = operations.expected_demand * (1.0 + operations.expected_growth);
                (structure.materials_ratio * coefficient * expected - inventory.materials[r].units()).max(0.0)
            } else {
                coefficient * activity
            };
            let abroad = if coefficient > 0.0 {
                import_share(
                    sector.imported_inputs[r] / coefficient,
                    indicators.prices[r],
                    indicators.import_prices[r],
                    structure.import_elasticity,
                )
            } else {
                0.0
            };
            let ai = if r == structure.ai_sector { technology.ai_services } else { 0.0 };
            let home = need * (1.0 - abroad) + ai;
            need *= abroad;
            let investment = operations.desired_investment
                * (structure.business_bundle.domestic[r] + structure.business_bundle.imported[r]);
            purchase.inputs = Quantity::from_units(home).0;
            purchase.inputs_abroad = Quantity::from_units(need).0;
            purchase.investment = Quantity::from_units(investment * (1.0 - shares[r])).0;
            purchase.investment_abroad = Quantity::from_units(investment * shares[r]).0;
        }
        limit(&mut plan.0[slot], &indicators, means_of_payment(books).yuan(), books.lagged_revenue.yuan());
        for r in 0..structure.sector_count() {
            let purchase = &plan.0[slot][r];
            order(&mut board, suppliers.0[r], purchase.inputs + purchase.investment, true);
        }
    }
}

/// Cuts purchases to what a firm can pay: inputs out of its means and the quarter's sales, capital goods out of what is left.
#[allow(clippy::cast_precision_loss, reason = "orders as amounts")]
fn limit(plan: &mut [Purchase; MAX_SECTORS], indicators: &Indicators, means: f64, sales: f64) {
    let (mut inputs, mut investment) = (0.0, 0.0);
    for (r, b) in plan.iter().enumerate().take(indicators.prices.len()) {
        let (home, abroad) = (indicators.prices[r] / 100.0, indicators.import_prices[r] / 100.0);
        inputs += b.inputs as f64 * home + b.inputs_abroad as f64 * abroad;
        investment += b.investment as f64 * home + b.investment_abroad as f64 * abroad;
    }
    let keep_inputs = if inputs > 0.0 { ((means + sales).max(0.0) / inputs).min(1.0) } else { 1.0 };
    let left = means - (inputs * keep_inputs - sales).max(0.0);
    let keep_investment = if investment > 0.0 { (left.max(0.0) / investment).min(1.0) } else { 1.0 };
    if keep_inputs < 1.0 || keep_investment < 1.0 {
        for b in plan {
            b.inputs = Quantity(b.inputs).share(keep_inputs).0;
            b.inputs_abroad = Quantity(b.inputs_abroad).share(keep_inputs).0;
            b.investment = Quantity(b.investment).share(keep_investment).0;
            b.investment_abroad = Quantity(b.investment_abroad).share(keep_investment).0;
        }
    }
}

fn investment_import_shares(structure: &Structure, indicators: &Indicators) -> [f64; MAX_SECTORS] {
    core::array::from_fn(|r| {
        if r >= structure.sector_count() {
            return 0.0;
        }
        let (home, abroad) = (structure.business_bundle.domestic[r], structure.business_bundle.imported[r]);
        if home + abroad > 0.0 {
            import_share(
                abroad / (home + abroad),
                indicators.prices[r],
                indicators.import_prices[r],
                structure.import_elasticity,
            )
        } else {
            0.0
        }
    })
}

fn order(board: &mut MarketBoard, seller: u32, quantity: i64, first: bool) {
    if quantity > 0 && board.sells(seller) {
        let s = &mut board.stalls[seller as usize];
        s.ordered += quantity;
        if first {
            s.first_orders += quantity;
        }
    }
}

/// Delivers first orders, orders what is missing elsewhere, delivers again, and turns the rest abroad.
fn deliver_orders(
    p: Res<Parameters>,
    clock: Res<Clock>,
    structure: Res<Structure>,
    mut board: ResMut<MarketBoard>,
    mut goods: ResMut<GoodsBook>,
    mut plan: ResMut<PurchasePlan>,
    firms: Query<(&Identity, &Suppliers)>,
) {
    let key = clock.key(Stream::SecondRound);
    let count = structure.sector_count();
    board.fill();
    for (slot, (_, suppliers)) in firms.iter().enumerate().filter(|(_, f)| f.0.active()) {
        for r in 0..count {
            take(&mut board, &mut goods, &structure, &mut plan.0[slot][r], suppliers.0[r], r);
        }
    }
    board.list_left(|_, _| 0);
    let mut second = vec![NOBODY; firms.iter().len() * count];
    for (slot, (identity, _)) in firms.iter().enumerate().filter(|(_, f)| f.0.active()) {
        for r in 0..count {
            let missing = plan.0[slot][r].missing();
            if missing > 0 {
                let mut draws = key.agent_round(slot as u64, r as u64);
                let seller = board.draw_left(r, usize::from(identity.region), &mut draws);
                second[slot * count + r] = seller;
                order(&mut board, seller, missing, false);
            }
        }
    }
    board.fill();
    for (slot, _) in firms.iter().enumerate().filter(|(_, f)| f.0.active()) {
        for r in 0..count {
            let seller = second[slot * count + r];
            let purchase = &mut plan.0[slot][r];
            if seller != NOBODY {
                take(&mut board, &mut goods, &structure, purchase, seller, r);
            }
            if structure.sectors[r].storable {
                let inputs = Quantity(purchase.inputs - purchase.got_inputs).share(p.spill_abroad).0;
                let investment = Quantity(purchase.investment - purchase.got_investment).share(p.spill_abroad).0;
                purchase.inputs_abroad += inputs;
                purchase.investment_abroad += investment;
            }
        }
    }
}

impl Purchase {
    fn missing(&self) -> i64 {
        self.inputs + self.investment - self.got_inputs - self.got_investment
    }
}

/// Takes what a seller delivers; inputs come before capital goods.
fn take(
    board: &mut MarketBoard,
    goods: &mut GoodsBook,
    structure: &Structure,
    purchase: &mut Purchase,
    seller: u32,
    r: usize,
) {
    let missing = purchase.missing();
    if missing <= 0 || !board.sells(seller) {
        return;
    }
    let (quantity, paid) = board.deliver(seller, missing);
    let inputs = quantity.min(purchase.inputs - purchase.got_inputs);
    let for_inputs =
        if inputs == quantity { paid } else { Quantity(inputs).value(board.stalls[seller as usize].price).min(paid) };
    purchase.got_inputs += inputs;
    purchase.paid_inputs += for_inputs;
    purchase.got_investment += quantity - inputs;
    purchase.paid_investment += paid - for_inputs;
    board.stalls[seller as usize].receipts_capital += paid - for_inputs;
    book_sale(goods, structure, r, inputs, false);
    book_sale(goods, structure, r, quantity - inputs, true);
}

/// Pays for purchases at home and abroad, stocks materials and installs capital.
#[allow(clippy::too_many_arguments, reason = "one payment touches buyer, seller, state and world")]
fn pay_for_purchases(
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    frontier: Res<Frontier>,
    board: Res<MarketBoard>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    plan: Res<PurchasePlan>,
    mut firms: Query<(&Identity, &mut Operations, &mut Inventory, &mut Capital, &mut Technology, &mut Books)>,
) {
    let count = structure.sector_count();
    let mut stock_change = vec![0; count];
    let mut inputs = ledger.open(Flow::Inputs);
    for (slot, (identity, ..)) in firms.iter().enumerate() {
        let paid: Money = plan.0[slot].iter().map(|b| b.paid_inputs).sum();
        inputs.pay(Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) }, paid.fen());
    }
    for stall in &board.stalls {
        let seller = Party::Firm { sector: usize::from(stall.sector), bank: usize::from(stall.bank) };
        inputs.receive(seller, (stall.receipts - stall.receipts_capital).fen());
    }
    inputs.close();
    let mut investment = ledger.open_tagged(Flow::Investment, Some(Instrument::Capital), None);
    for (slot, (identity, ..)) in firms.iter().enumerate() {
        let paid: Money = plan.0[slot].iter().map(|b| b.paid_investment).sum();
        investment
            .pay(Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) }, paid.fen());
    }
    for stall in &board.stalls {
        investment.receive(
            Party::Firm { sector: usize::from(stall.sector), bank: usize::from(stall.bank) },
            stall.receipts_capital.fen(),
        );
    }
    investment.close();
    for (slot, (identity, mut operations, mut inventory, mut capital, mut technology, mut books)) in
        firms.iter_mut().enumerate()
    {
        if !identity.active() {
            continue;
        }
        let buyer = Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) };
        let mut cost = Money::ZERO;
        let mut installed = 0;
        for r in 0..count {
            let b = &plan.0[slot][r];
            let abroad = buy_abroad(&structure, &indicators, &mut ledger, &mut goods, buyer, r, b, &mut books);
            let materials = b.paid_inputs + abroad.inputs;
            books.inputs += materials + abroad.investment;
            books.deposits -= b.paid_inputs + b.paid_investment;
            if structure.sectors[r].storable {
                inventory.materials[r] += Quantity(b.got_inputs + b.inputs_abroad);
                inventory.materials_value[r] += materials;
                books.inventory_change += materials;
                stock_change[usize::from(identity.sector)] += materials.fen();
            }
            cost += b.paid_investment + abroad.capital;
            installed += b.got_investment + b.investment_abroad;
        }
        // What was delivered, not what was wanted; the sector has no other use for AI services.
        technology.ai_services = Quantity(plan.0[slot][structure.ai_sector].got_inputs).units();
        tally.ai_services += technology.ai_services;
        books.capital_outlay += cost;
        operations.investment = Quantity(installed).units();
        install(&mut capital, operations.investment, frontier.domestic[usize::from(identity.sector)], cost);
        let scrapped = scrap(&mut capital, operations.scrapping.min(operations.investment));
        books.depreciation += scrapped;
        tally.scrapped_capital += scrapped.fen();
        ledger.other_change(Instrument::Capital, buyer.column(), -scrapped.fen());
    }
    for (s, change) in stock_change.into_iter().enumerate() {
        ledger.inventory_change(s, change);
    }
}

/// Costs of a purchase abroad.
#[derive(Clone, Copy, Default)]
struct Abroad {
    inputs: Money,
    investment: Money,
    capital: Money,
}

/// Buys abroad: the world is paid, the tariff goes to the centre, capital goods are resold to oneself.
#[allow(clippy::too_many_arguments, reason = "one payment touches buyer, state and world")]
fn buy_abroad(
    structure: &Structure,
    indicators: &Indicators,
    ledger: &mut Ledger,
    goods: &mut GoodsBook,
    buyer: Party,
    r: usize,
    b: &Purchase,
    books: &mut Books,
) -> Abroad {
    if b.inputs_abroad + b.investment_abroad <= 0 {
        return Abroad::default();
    }
    let before_tariff = indicators.import_prices[r] / (1.0 + structure.tariff_rate);
    let inputs = Quantity(b.inputs_abroad).value(before_tariff);
    let investment = Quantity(b.investment_abroad).value(before_tariff);
    let tariff_inputs = inputs.share(structure.tariff_rate);
    let tariff_investment = investment.share(structure.tariff_rate);
    ledger.transfer(buyer, Party::RestOfWorld, inputs + investment, Flow::Imports);
    ledger.transfer(buyer, Party::CentralGovernment, tariff_inputs + tariff_investment, Flow::Tariff);
    let capital = investment + tariff_investment;
    ledger.own_resale_of_investment(buyer.column(), capital.fen(), Instrument::Capital);
    books.deposits -= inputs + investment + tariff_inputs + tariff_investment;
    books.production_taxes += tariff_inputs + tariff_investment;
    books.own_account += capital;
    goods.imports[r] += i128::from(b.inputs_abroad + b.investment_abroad);
    goods.final_sales[r] += i128::from(b.investment_abroad);
    if !structure.sectors[r].storable {
        goods.inputs_used[r] += i128::from(b.inputs_abroad);
    }
    Abroad { inputs, investment, capital }
}

/// Trade between firms.
pub struct InterfirmTrade;

impl Mechanism for InterfirmTrade {
    const NAME: &'static str = "interfirm_trade";
    type Parameters = Parameters;
    fn systems() -> Systems {
        (open_board, search_suppliers, place_orders, deliver_orders, pay_for_purchases, close_board).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::test_world;
    use bevy_ecs::system::RunSystemOnce;

    #[test]
    fn nobody_stays_with_a_supplier_whose_place_a_firm_of_another_sector_has_taken() {
        let mut world = test_world::world(test_world::opening());
        world.insert_resource(MarketBoard::default());
        world.insert_resource(super::super::board::Parameters::default());
        world.insert_resource(Parameters::default());
        let (ai, heir) = (world.resource::<Structure>().ai_sector, 2);
        let linked = |world: &mut World, to: u32| {
            world.query::<(&Identity, &Suppliers)>().iter(world).filter(|(i, s)| i.active() && s.0[ai] != to).count()
        };
        assert!(linked(&mut world, NOBODY) > 0, "the test needs customers of the sector that dies");
        for mut identity in world.query::<&mut Identity>().iter_mut(&mut world) {
            if usize::from(identity.sector) == ai {
                identity.sector = heir;
            }
        }
        world.run_system_once(open_board).unwrap();
        world.run_system_once(search_suppliers).unwrap();
        assert_eq!(linked(&mut world, NOBODY), 0);
    }
}
