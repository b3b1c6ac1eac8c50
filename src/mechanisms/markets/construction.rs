//! Construction for developers: what they order in the quarter is bought from construction firms of their region, once more
//! elsewhere if it falls short.
//!
//! Orders come from `housing::development`, deliveries go back to it; the payment is investment in homes.
//! Reads `ConstructionOrders`; writes books, `ConstructionDeliveries`. Draws: `CapitalSuppliers`.
//! Not here yet: contracts over several quarters.

use super::board::{MarketBoard, book_sale, close_board, open_board};
use crate::accounts::{Flow, Instrument, Ledger, Party, Quantity};
use crate::agents::{Books, Identity};
use crate::engine::{Clock, GoodsBook, Mechanism, Stream, Systems};
use crate::mechanisms::housing::{ConstructionDeliveries, ConstructionOrders};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Construction for developers.
    pub struct Parameters {
        /// Construction firms among whom an order is split (assumed).
        sellers_per_order: i64 = 4, "sellers", 1..=100;
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
    let key = clock.key(Stream::CapitalSuppliers);
    let mut firms: Vec<_> = firms.iter_mut().collect();
    deliveries.0.clear();
    let mut parts: Vec<(u32, u32, i64)> = Vec::new();
    for (slot, quantity) in &orders.0 {
        let region = usize::from(firms[*slot as usize].0.region);
        for n in 0..p.sellers_per_order {
            let mut draws = key.agent_round(u64::from(*slot), n.unsigned_abs());
            let seller = board.draw_seller(structure.construction, region, &mut draws);
            let part = quantity.0 / p.sellers_per_order;
            if board.sells(seller) && part > 0 {
                let stall = &mut board.stalls[seller as usize];
                stall.ordered += part;
                stall.first_orders += part;
                parts.push((*slot, seller, part));
            }
        }
    }
    board.fill();
    for (slot, seller, part) in parts {
        let (quantity, paid) = board.deliver(seller, part);
        if quantity == 0 {
            continue;
        }
        book_sale(&mut goods, &structure, structure.construction, quantity, true);
        let (identity, books) = &mut firms[slot as usize];
        let buyer = Party::Firm { sector: usize::from(identity.sector), bank: usize::from(identity.bank) };
        let payee =
            Party::Firm { sector: structure.construction, bank: usize::from(board.stalls[seller as usize].bank) };
        ledger
            .open_tagged(Flow::Investment, Some(Instrument::Homes), None)
            .from(buyer, paid.fen())
            .to(payee, paid.fen())
            .close();
        books.deposits -= paid;
        deliveries.0.push((slot, paid, Quantity(quantity)));
    }
}

/// Construction for developers.
pub struct ConstructionTrade;

impl Mechanism for ConstructionTrade {
    const NAME: &'static str = "construction_trade";
    type Parameters = Parameters;
    fn systems() -> Systems {
        (open_board, buy_construction, close_board).chain()
    }
}
