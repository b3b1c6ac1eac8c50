//! Trade between firms: each firm buys materials for next quarter, services for what it made or sold, AI services for the
//! tasks that AI does, and capital goods for its investment, from one chosen supplier per product and from abroad.
//! A firm looks at another supplier now and then and changes if price and quality are better there; what a supplier
//! cannot deliver is ordered once more elsewhere, and of storable goods the rest partly abroad.
//!
//! ```text
//! need_r = a_r · Q (services, AI)   or   (m · a_r · (1 + g) · e − stock_r)⁺ (materials),   + κ_r · I
//! r = R also + research, before capital goods where money is short (`technology::research_spending`)
//! m_r = import share at relative prices (see `markets::import_share`)
//! ```
//!
//! a input coefficients; Q output, for service firms what they sold last quarter; e `expected_demand`; g `expected_growth`; m `Structure::materials_ratio`; κ `business_bundle`; I `desired_investment`.
//! Orders are cut to what the buyer can pay; AI services cut so count as not delivered.
//! Sources: input-output technology with chosen suppliers as in Poledna et al. (2023); sticky supplier links as in Delli Gatti
//! et al. (2011), chapter 3.
//! Reads boards; writes stocks, books, capital (through `vintages`). Draws: `SupplierSearch`, `SecondRound`.
//! Not here yet: trade credit, contracts, choice among several suppliers per product, binding shortages of services.

use super::board::{MarketBoard, book_sale, close_board, open_board};
use super::choice::{prefers, search_chance};
use super::purchase_plan::{Planning, Purchase, investment_import_shares, needs};
use super::scatter::{add_up, block_rows};
use super::vintages::{install, scrap};
use crate::accounts::{Batch, Column, Fen, Flow, Instrument, Ledger, Money, Party, Quantity};
use crate::agents::{
    Books, Capital, Identity, Inventory, MAX_SECTORS, NOBODY, Operations, Staff, Suppliers, Technology,
};
use crate::engine::{Clock, GoodsBook, Indicators, Mechanism, Stream, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::mechanisms::planning::capital_goods::{self, machine_shares};
use crate::mechanisms::technology::research_spending::research_price;
use crate::mechanisms::technology::{Frontier, research};
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;
use rayon::prelude::*;

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

/// Purchases of all firms in the phase, by slot and product.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct PurchasePlan(Vec<[Purchase; MAX_SECTORS]>);

fn search_suppliers(
    p: Res<Parameters>,
    clock: Res<Clock>,
    structure: Res<Structure>,
    board: Res<MarketBoard>,
    previous: Res<PurchasePlan>,
    mut firms: Query<(&Identity, &Operations, &mut Suppliers)>,
) {
    let key = clock.key(Stream::SupplierSearch);
    for (slot, (identity, operations, mut suppliers)) in firms.iter_mut().enumerate() {
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
            // Who buys machines counts what better ones save.
            let machines = if structure.sectors[r].storable { operations.machine_worth } else { 0.0 };
            let invested = previous.0.get(slot).map_or(0.0, |plan| plan[r].invested());
            let quality_weight = p.quality_weight + invested * p.price_weight * machines;
            if prefers(of(candidate), of(present), p.price_weight, quality_weight, p.reliability_weight, noise) {
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
    research: Res<research::Parameters>,
    mut board: ResMut<MarketBoard>,
    mut plan: ResMut<PurchasePlan>,
    mut firms: Query<(&Identity, &Operations, &Inventory, &Staff, &mut Technology, &Suppliers, &Books)>,
) {
    let mut tables = firms.contiguous_iter_mut().expect("firms' components are tables");
    let Some((identities, operations, inventories, staff, technologies, suppliers, books)) = tables.next() else {
        return;
    };
    let (technologies, _) = ContiguousMut::bypass_change_detection_split(technologies);
    plan.0.resize(identities.len(), [Purchase::default(); MAX_SECTORS]);
    let planning = Planning {
        structure: &structure,
        indicators: &indicators,
        ai_efficiency: frontier.ai_efficiency,
        needs: structure.sectors.iter().map(|sector| needs(&structure, &indicators, sector)).collect(),
        investment_abroad: investment_import_shares(&structure, &indicators),
        research_content: research.content(&structure),
    };
    let (block, slots) = (block_rows(identities.len()), identities.len());
    let blocks = plan.0.par_chunks_mut(block).zip(technologies.par_chunks_mut(block)).enumerate();
    let orders = blocks.map(|(n, (plans, technologies))| {
        let mut orders = vec![0; slots];
        for (i, (plan, technology)) in plans.iter_mut().zip(technologies).enumerate() {
            let (slot, sector) = (n * block + i, usize::from(identities[n * block + i].sector));
            if !identities[slot].active() {
                *plan = [Purchase::default(); MAX_SECTORS];
                continue;
            }
            let (o, s) = (&operations[slot], &structure.sectors[sector]);
            let activity = if s.storable { o.output.units() } else { o.sold_last };
            technology.ai_services = planning.ai_services(activity, s, &staff[slot], o, technology);
            let ai = technology.ai_services;
            (*plan, technology.research_ordered) =
                planning.purchases(sector, activity, ai, o, &inventories[slot], &books[slot]);
            for (purchase, seller) in plan.iter().zip(&suppliers[slot].0).take(structure.sector_count()) {
                let quantity = purchase.inputs + purchase.investment;
                if let Some(place) = orders.get_mut(*seller as usize).filter(|_| quantity > 0) {
                    *place += quantity;
                }
            }
        }
        orders
    });
    let orders = add_up(orders.collect::<Vec<_>>(), slots);
    for (stall, quantity) in board.stalls.iter_mut().zip(orders).filter(|(stall, _)| stall.active) {
        stall.ordered += quantity;
        stall.first_orders += quantity;
    }
}

fn order_again(board: &mut MarketBoard, seller: u32, quantity: i64) {
    if quantity > 0 && board.sells(seller) {
        board.stalls[seller as usize].ordered += quantity;
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
                order_again(&mut board, seller, missing);
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

/// Takes what a seller delivers; inputs come before capital goods.
#[allow(clippy::cast_precision_loss, reason = "a weight")]
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
    purchase.quality += (quantity - inputs) as f64 * libm::log(board.stalls[seller as usize].quality.max(1e-9));
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
    (frontier, research, machines): (Res<Frontier>, Res<research::Parameters>, Res<capital_goods::Parameters>),
    board: Res<MarketBoard>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    plan: Res<PurchasePlan>,
    mut firms: Query<(&Identity, &mut Operations, &mut Inventory, &mut Capital, &mut Technology, &mut Books)>,
) {
    let count = structure.sector_count();
    let mut stock_change = vec![0; count];
    let mut batch = Batch::new(&ledger);
    let banks = ledger.deposits_in_transit.len();
    // Purchases of capital by sector and bank, and of imported capital by sector, entered at the end.
    let mut investment = vec![0; count * banks];
    let mut resold = vec![0; count];
    let (shares, _) = machine_shares(&structure);
    let content = research.content(&structure);
    let research_abroad = investment_import_shares(&structure, &indicators)[structure.research.product];
    let price_of_research = research_price(&structure, &indicators, research_abroad);
    for (slot, (identity, mut operations, mut inventory, mut capital, mut technology, mut books)) in
        firms.iter_mut().enumerate()
    {
        if !identity.active() {
            continue;
        }
        let buyer = Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) };
        let mut cost = Money::ZERO;
        let (mut installed, mut researched) = (0, 0.0);
        let (mut paid_inputs, mut paid_investment) = (Money::ZERO, Money::ZERO);
        for r in 0..count {
            let b = &plan.0[slot][r];
            paid_inputs += b.paid_inputs;
            paid_investment += b.paid_investment;
            let abroad = buy_abroad(&structure, &indicators, &mut batch, &mut goods, buyer, r, b, &mut books);
            resold[usize::from(identity.sector)] += abroad.capital.fen();
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
            if r == structure.research.product {
                let wanted = operations.wanted_research / price_of_research;
                researched =
                    receive_research(&mut technology, &mut tally, b, b.paid_investment + abroad.capital, wanted);
            }
        }
        batch.receive(buyer, -paid_inputs, Flow::Inputs);
        investment[usize::from(identity.sector) * banks + usize::from(identity.bank)] += paid_investment.fen();
        // What was delivered, not what was wanted; the sector has no other use for AI services.
        let ordered = Quantity::from_units(technology.ai_services);
        let got = Quantity(plan.0[slot][structure.ai_sector].got_inputs.min(ordered.0.max(0)));
        technology.ai_delivery = if ordered.0 > 0 { (got.units() / ordered.units()).min(1.0) } else { 1.0 };
        technology.ai_services = got.units();
        tally.ai_services += technology.ai_services;
        books.capital_outlay += cost;
        // Without the research that was bought apart, a unit of capital takes less.
        operations.investment = (Quantity(installed).units() - researched) / (1.0 - content);
        // Projects buy intangible assets: on the books at cost, without capacity.
        let tangible = if operations.desired_investment > 0.0 {
            1.0 - operations.intangible_investment / operations.desired_investment
        } else {
            1.0
        };
        let quality: f64 = plan.0[slot].iter().zip(&shares).map(|(b, share)| share * b.mean_quality()).sum();
        let newest = frontier.domestic[usize::from(identity.sector)] * libm::exp(machines.effect() * quality);
        install(&mut capital, operations.investment * tangible, newest, cost);
        let scrapped = scrap(&mut capital, operations.scrapping.min(operations.investment));
        books.depreciation += scrapped;
        tally.scrapped_capital += scrapped.fen();
        ledger.other_change(Instrument::Capital, buyer.column(), -scrapped.fen());
    }
    for (s, change) in stock_change.into_iter().enumerate() {
        ledger.inventory_change(s, change);
        ledger.own_resale_of_investment(Column::Firms(s), resold[s], Instrument::Capital);
    }
    pay_sellers(&mut ledger, batch, &board, &investment, banks);
}

/// Of a product that was bought as capital and as research, in the proportion in which both were ordered, takes the research
/// \[units\]; `paid` is what both cost, `wanted` the research that the firm wanted \[units\].
fn receive_research(technology: &mut Technology, tally: &mut Tally, b: &Purchase, paid: Money, wanted: f64) -> f64 {
    let ordered = Quantity(b.investment + b.investment_abroad).units();
    let share = if ordered > 0.0 { (technology.research_ordered / ordered).min(1.0) } else { 0.0 };
    let got = Quantity(b.got_investment + b.investment_abroad).units() * share;
    technology.research_delivery = if wanted > 0.0 { (got / wanted).min(1.0) } else { 0.0 };
    technology.research_sunk += paid.share(share);
    tally.research_spending += paid.share(share).fen();
    got
}

/// Enters the purchases: sellers receive what buyers of inputs and of capital goods pay.
fn pay_sellers(ledger: &mut Ledger, mut batch: Batch, board: &MarketBoard, investment: &[Fen], banks: usize) {
    let mut sold = vec![0; investment.len()];
    for stall in &board.stalls {
        let (sector, bank) = (usize::from(stall.sector), usize::from(stall.bank));
        batch.receive(Party::Firm { sector, bank }, stall.receipts - stall.receipts_capital, Flow::Inputs);
        sold[sector * banks + bank] += stall.receipts_capital.fen();
    }
    batch.enter(ledger);
    let mut payment = ledger.open_tagged(Flow::Investment, Some(Instrument::Capital), None);
    for (i, (paid, received)) in investment.iter().zip(&sold).enumerate() {
        let firms = Party::Firm { sector: i / banks, bank: i % banks };
        payment.pay(firms, *paid);
        payment.receive(firms, *received);
    }
    payment.close();
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
    batch: &mut Batch,
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
    batch.transfer(buyer, Party::RestOfWorld, inputs + investment, Flow::Imports);
    batch.transfer(buyer, Party::CentralGovernment, tariff_inputs + tariff_investment, Flow::Tariff);
    let capital = investment + tariff_investment;
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
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "choice of suppliers",
            off: &[
                "interfirm_trade.price_weight=0.0",
                "interfirm_trade.quality_weight=0.0",
                "interfirm_trade.reliability_weight=0.0",
            ],
            instead: "a firm that looks at another supplier changes by lot",
        },
        Switch {
            part: "purchases abroad of what is short",
            off: &["interfirm_trade.spill_abroad=0.0"],
            instead: "what suppliers at home lack is not bought",
        },
    ]);
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
        world.insert_resource(PurchasePlan::default());
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
