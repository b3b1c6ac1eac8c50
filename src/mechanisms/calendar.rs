//! Calendar: a quarter begins. Books of flows are opened anew, what was realised becomes the last quarter's.
//! Dated policies and shocks will be announced here; none is built yet.

use crate::accounts::{Ledger, Quantity};
use crate::agents::{
    Bank, Books, CentralBank, CentralGovernment, FinancingVehicle, Identity, LocalGovernment, Operations, Pricing,
};
use crate::engine::Switches;
use crate::engine::{Events, GoodsBook, Mechanism, Systems, Tally};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Calendar.
    pub struct Parameters {}
}

fn open_ledger(
    structure: Res<Structure>,
    mut ledger: ResMut<Ledger>,
    mut goods: ResMut<GoodsBook>,
    mut tally: ResMut<Tally>,
    mut events: ResMut<Events>,
) {
    ledger.start_tick();
    goods.start_tick(structure.sector_count());
    *tally = Tally::default();
    events.0.clear();
}

fn open_firms(structure: Res<Structure>, mut firms: Query<(&mut Identity, &mut Operations, &mut Pricing, &mut Books)>) {
    let mut sales = vec![0.0; structure.sector_count()];
    for (identity, mut o, _, mut books) in &mut firms {
        books.start_tick();
        o.lagged_orders = o.orders;
        o.sold_last = o.sold.units();
        (o.orders, o.sold, o.output, o.available) = (0.0, Quantity::ZERO, Quantity::ZERO, Quantity::ZERO);
        (o.investment, o.desired_investment) = (0.0, 0.0);
        if identity.active() {
            sales[usize::from(identity.sector)] += books.lagged_revenue.yuan();
        }
    }
    for (mut identity, _, mut pricing, books) in &mut firms {
        if identity.active() {
            identity.age = identity.age.saturating_add(1);
            pricing.lagged_market_share = pricing.market_share;
            pricing.market_share = books.lagged_revenue.yuan() / sales[usize::from(identity.sector)].max(1.0);
        } else {
            identity.vacant = identity.vacant.saturating_add(1);
        }
    }
}

fn open_institutions(
    mut banks: Query<&mut Bank>,
    mut governments: Query<(&mut LocalGovernment, &mut FinancingVehicle)>,
    mut centre: ResMut<CentralGovernment>,
    mut central_bank: ResMut<CentralBank>,
) {
    for mut b in &mut banks {
        (b.profit, b.losses, b.new_loans, b.failed) = (0, 0, 0, false);
        b.margin = core::mem::take(&mut b.services);
    }
    for (mut lg, mut fv) in &mut governments {
        lg.start_tick();
        fv.start_tick();
    }
    (centre.revenue, centre.spending) = (0, 0);
    central_bank.profit = 0;
}

/// Calendar.
pub struct Calendar;

impl Mechanism for Calendar {
    const NAME: &'static str = "calendar";
    const SWITCHES: Switches =
        Switches::None("it opens the books of the quarter and ages firms; without it there is no quarter");
    type Parameters = Parameters;
    fn systems() -> Systems {
        (open_ledger, open_firms, open_institutions).chain()
    }
}
