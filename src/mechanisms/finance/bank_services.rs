//! Banks' operating costs: what they buy from firms of the finance sector.
//!
//! A bank has no staff of its own: branches, staff and systems are those of finance firms, from which it buys. It
//! spends a share of what its services brought last quarter, the margins around the reference rate, spread over finance
//! firms by their last revenue. Where they have no capacity left, it saves. The opening flows hold the same share of the
//! margins of 2023.
//!
//! ```text
//! spending_b = c · (services of the last quarter)⁺;   q_f = min(available_f, spending · revenue_f / Σ revenue / p_f)
//! ```
//!
//! c `cost_share`. Source: cost-income ratio of listed banks, about 30 % (recalled).
//! Departure: services are lagged, so that sales are known when firms settle wages and taxes. Reads `Bank::margin`, `Pricing`;
//! writes `Bank` (operating costs, profit), `Books` (revenue, deposits), `Operations` (orders, available, sold), `GoodsBook`, `Ledger`.
//! Draws: none.
//!
//! Not here yet: chosen suppliers.

use super::amounts::{share, split_fen};
use crate::accounts::money::quantity_for;
use crate::accounts::{Fen, Flow, Ledger, Money, Party};
use crate::agents::{Bank, Books, Identity, Operations, Pricing};
use crate::engine::events::GoodsBook;
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::{IntoScheduleConfigs, Query, Res, ResMut};

parameters! {
    /// Banks' operating costs.
    pub struct Parameters {
        /// What banks buy of finance firms over their services to borrowers and depositors, in the opening flows and after. Source: cost-income ratio of listed banks of about 0.3 (recalled).
        cost_share: f64 = 0.3, "1", 0.0..=1.0;
    }
}

/// Banks' operating costs.
pub struct BankServices;

impl Mechanism for BankServices {
    const NAME: &'static str = "bank_services";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "operating costs",
        off: &["bank_services.cost_share=0.0"],
        instead: "banks buy nothing of finance firms, at the opening either",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        buy_financial_services.into_configs()
    }
}

type Firms = (&'static Identity, &'static Pricing, &'static mut Operations, &'static mut Books);

fn buy_financial_services(
    parameters: Res<Parameters>,
    structure: Res<Structure>,
    mut banks: Query<&mut Bank>,
    mut firms: Query<Firms>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
) {
    let sector = structure.finance;
    let wanted: Vec<Fen> = banks.iter().map(|b| share(b.margin.max(0), parameters.cost_share)).collect();
    let serves = |identity: &Identity| identity.active() && usize::from(identity.sector) == sector;
    let mut weights: Vec<Fen> = firms
        .iter()
        .map(|(identity, _, _, books)| if serves(identity) { books.lagged_revenue.fen().max(0) } else { 0 })
        .collect();
    if weights.iter().all(|w| *w == 0) {
        let available = |(i, _, o, _): (&Identity, &Pricing, &Operations, &Books)| {
            if serves(i) { Fen::from(o.available.0) } else { 0 }
        };
        weights = firms.iter().map(available).collect();
    }
    let parts = split_fen(wanted.iter().sum(), &weights);
    let mut payment = ledger.open(Flow::Inputs);
    let mut total = 0;
    for ((identity, pricing, mut operations, mut books), part) in firms.iter_mut().zip(parts).filter(|(_, p)| *p > 0) {
        let part = Money(i64::try_from(part).expect("a firm's sale fits an agent's balance"));
        let asked = quantity_for(part, pricing.price);
        let quantity = asked.min(operations.available);
        let value = quantity.value(pricing.price);
        operations.orders += asked.units();
        operations.available -= quantity;
        operations.sold += quantity;
        books.revenue += value;
        books.deposits += value;
        payment.receive(Party::Firm { sector, bank: usize::from(identity.bank) }, value.fen());
        total += value.fen();
        goods.output[sector] += i128::from(quantity.0);
        goods.inputs_used[sector] += i128::from(quantity.0);
    }
    for (b, (mut bank, paid)) in banks.iter_mut().zip(split_fen(total, &wanted)).enumerate() {
        payment.pay(Party::Bank(b), paid);
        bank.operating_costs = paid;
        bank.profit -= paid;
    }
    payment.close();
}
