//! Construction for developers: what they order in the quarter is bought from construction firms, mostly of their region; what
//! these cannot deliver is ordered once more from firms that have something left.
//!
//! Orders come from `housing::development`, deliveries go back to it; the payment is investment in homes.
//! Reads `ConstructionOrders`; writes books, `ConstructionDeliveries`. Draws: `CapitalSuppliers`, `Delivery` (second orders).
//! Not here yet: contracts over several quarters.

use super::board::{MarketBoard, book_sale, close_board, open_board};
use crate::accounts::{Flow, Instrument, Ledger, Money, Party, Quantity};
use crate::agents::{Books, Identity};
use crate::engine::Switches;
use crate::engine::{Clock, GoodsBook, Mechanism, Stream, Systems};
use crate::mechanisms::housing::{ConstructionDeliveries, ConstructionOrders};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Construction for developers.
    pub struct Parameters {
        /// Fewest orders into which what a developer wants built is split (assumed; see `seller_search.orders_per_seller`).
        sellers_per_order: i64 = 4, "orders", 1..=100;
    }
}

fn buy_construction(
    p: Res<Parameters>,
    clock: Res<Clock>,
    structure: Res<Structure>,
    orders: Res<ConstructionOrders>,
    mut deliveries: ResMut<ConstructionDeliveries>,
    mut board: ResMut<MarketBoard>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
    mut firms: Query<(&Identity, &mut Books)>,
) {
    let mut firms: Vec<_> = firms.iter_mut().collect();
    deliveries.0.clear();
    let mut wanted: Vec<i64> = orders.0.iter().map(|(_, quantity)| quantity.0).collect();
    let mut totals = vec![(Money::ZERO, 0); orders.0.len()];
    for (second, stream) in [(false, Stream::CapitalSuppliers), (true, Stream::Delivery)] {
        let key = clock.key(stream);
        if second {
            board.list_left(|_, _| 0);
        }
        let mut parts: Vec<(usize, u32, i64)> = Vec::new();
        for (i, (slot, _)) in orders.0.iter().enumerate() {
            let region = usize::from(firms[*slot as usize].0.region);
            let count = board.orders(structure.construction, Some(region), p.sellers_per_order);
            let part = wanted[i] / count;
            for n in 0..count {
                let mut draws = key.agent_round(u64::from(*slot), n.unsigned_abs());
                let seller = if second {
                    board.draw_left(structure.construction, region, &mut draws)
                } else {
                    board.draw_seller(structure.construction, region, &mut draws)
                };
                if board.sells(seller) && part > 0 {
                    let stall = &mut board.stalls[seller as usize];
                    stall.ordered += part;
                    stall.first_orders += if second { 0 } else { part };
                    parts.push((i, seller, part));
                }
            }
        }
        board.fill();
        for (i, seller, part) in parts {
            let (quantity, paid) = board.deliver(seller, part);
            if quantity == 0 {
                continue;
            }
            book_sale(&mut goods, &structure, structure.construction, quantity, true);
            let (identity, books) = &mut firms[orders.0[i].0 as usize];
            let buyer = Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) };
            let payee =
                Party::Firm { sector: structure.construction, bank: usize::from(board.stalls[seller as usize].bank) };
            ledger
                .open_tagged(Flow::Investment, Some(Instrument::Homes), None)
                .from(buyer, paid.fen())
                .to(payee, paid.fen())
                .close();
            books.deposits -= paid;
            wanted[i] -= quantity;
            totals[i].0 += paid;
            totals[i].1 += quantity;
        }
    }
    let built = orders.0.iter().zip(totals).filter(|(_, (_, quantity))| *quantity > 0);
    deliveries.0.extend(built.map(|((slot, _), (paid, quantity))| (*slot, paid, Quantity(quantity))));
}

/// Construction for developers.
pub struct ConstructionTrade;

impl Mechanism for ConstructionTrade {
    const NAME: &'static str = "construction_trade";
    const SWITCHES: Switches = Switches::None("it buys what `[development]` ordered");
    type Parameters = Parameters;
    fn systems() -> Systems {
        (open_board, buy_construction, close_board).chain()
    }
}
