//! Exit: a firm closes when it owes more than it owns, when credit has failed it for several quarters, or when it has no
//! customers and no staff left. What it has is used in order of rank: its deposits repay the bank, its goods and materials
//! are scrapped, its capital is sold to the sector's survivors at a discount as far as they can pay, the rest is scrapped and
//! counted as stranded; what the bank and bond holders do not get is their loss.
//!
//! ```text
//! close if equity < 0, or distressed ≥ n, or (expected demand small and no staff)
//! ```
//!
//! Sources: exit by negative net worth or vanishing market share (Dosi, Fagiolo & Roventini 2010); asset fire sale at a discount
//! (Shleifer & Vishny 1992). Reads books; writes slots, banks, funds. Draws: none.
//! Not here yet: restructuring, recovery over time, wage claims with rank.

use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Money, Party, Quantity};
use crate::agents::firm::Life;
use crate::agents::{
    Bank, Books, Capital, Development, FinancingVehicle, Funds, Identity, Inventory, LocalGovernment, Operations,
    Ownership, Staff, Vintage,
};
use crate::engine::{Event, Events, GoodsBook, Mechanism, Systems, Tally};
use crate::mechanisms::markets::vintages::take_over;
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Exit.
    pub struct Parameters {
        /// Quarters without sufficient credit after which a firm closes (assumed).
        quarters_in_distress: i64 = 8, "quarters", 1..=40;
        /// Output in worker agents below which a firm without staff closes (assumed).
        smallest_demand: f64 = 0.05, "worker agents", 0.0..=10.0;
        /// Price of used capital over book value (assumed; fire-sale discounts of a third to a half, recalled).
        used_capital_price: f64 = 0.5, "share", 0.0..=1.0;
        /// Share of a survivor's free deposits that it spends on used capital (assumed).
        purchase_share: f64 = 0.3, "share", 0.0..=1.0;
        /// Survivors that are asked: those of the region and some of other regions (assumed).
        buyers: i64 = 60, "firms", 0..=1000;
        /// Quarters before a new firm can fail for negative equity (assumed).
        grace: i64 = 4, "quarters", 0..=40;
    }
}

/// Book equity.
#[must_use]
pub fn equity(capital: &Capital, inventory: &Inventory, books: &Books, development: &Development) -> Money {
    capital.value()
        + inventory.value()
        + books.deposits
        + books.receivables
        + development.homes_value
        + development.land_value
        - books.loans
        - books.bonds
        - books.advances
}

/// Why a firm closes, if it does.
#[must_use]
pub fn reason(
    identity: &Identity,
    equity: Money,
    demand_in_workers: f64,
    heads: u32,
    p: &Parameters,
) -> Option<&'static str> {
    if identity.public {
        return None;
    }
    if equity.0 < 0 && i64::from(identity.age) > p.grace {
        Some("insolvent")
    } else if i64::from(identity.distressed) >= p.quarters_in_distress {
        Some("illiquid")
    } else if demand_in_workers < p.smallest_demand && heads == 0 {
        Some("no customers")
    } else {
        None
    }
}

type FirmQuery<'w, 's> = Query<
    'w,
    's,
    (
        &'static mut Identity,
        &'static mut Operations,
        &'static mut Capital,
        &'static mut Inventory,
        &'static mut Books,
        &'static mut Development,
        &'static mut Staff,
        &'static mut Ownership,
    ),
>;

#[allow(clippy::too_many_arguments, reason = "a closure touches creditors of every kind")]
fn close_firms(
    p: Res<Parameters>,
    structure: Res<Structure>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut events: ResMut<Events>,
    mut goods: ResMut<GoodsBook>,
    mut funds: ResMut<Funds>,
    mut banks: Query<&mut Bank>,
    mut governments: Query<(&mut LocalGovernment, &mut FinancingVehicle)>,
    mut firms: FirmQuery,
) {
    let closing: Vec<(usize, &'static str)> = firms
        .iter()
        .enumerate()
        .filter(|(_, f)| f.0.active())
        .filter_map(|(slot, (identity, o, capital, inventory, books, development, staff, _))| {
            let workers = o.expected_demand * structure.sectors[usize::from(identity.sector)].labour;
            let e = equity(capital, inventory, books, development);
            reason(identity, e, workers, staff.heads.iter().sum(), &p).map(|r| (slot, r))
        })
        .collect();
    // Slots that closed in the last tick are vacant now: their staff has left.
    for (mut identity, ..) in &mut firms {
        if identity.life == Life::Closed {
            identity.life = Life::Vacant;
            identity.vacant = 0;
        }
    }
    if closing.is_empty() {
        return;
    }
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut governments: Vec<_> = governments.iter_mut().collect();
    let mut all: Vec<_> = firms.iter_mut().collect();
    let mut of_sector: Vec<Vec<usize>> = vec![Vec::new(); structure.sector_count()];
    for (slot, (identity, ..)) in all.iter().enumerate().filter(|(_, f)| f.0.active()) {
        of_sector[usize::from(identity.sector)].push(slot);
    }
    for (slot, why) in closing {
        let s = usize::from(all[slot].0.sector);
        sell_capital(&p, &mut ledger, &mut all, &of_sector[s], slot, s);
        let (identity, o, capital, inventory, books, _, _, ownership) = &mut all[slot];
        let stranded: Fen = capital.value().fen();
        ledger.other_change(Instrument::Capital, Column::Firms(s), -stranded);
        tally.stranded_capital += stranded;
        capital.vintages.clear();
        let stocks = inventory.value();
        ledger.other_change(Instrument::Inventories, Column::Firms(s), -stocks.fen());
        scrap_goods(&mut goods, inventory, s, structure.sector_count());
        write_off_receivables(&mut ledger, books, &mut governments[usize::from(identity.region)].0, s);
        pay_creditors(&mut ledger, &mut tally, &mut funds, &mut banks, identity, books, s);
        tally.firm_exits += 1;
        events.0.push(Event {
            kind: "firm_exit",
            agent_kind: "firm",
            agent: i64::try_from(slot).unwrap_or(-1),
            region: Some(identity.region),
            sector: Some(identity.sector),
            amount: stranded,
            detail: why.to_owned(),
        });
        identity.life = Life::Closed;
        identity.distressed = 0;
        **ownership = Ownership::default();
        o.expected_demand = 0.0;
        o.export_weight = 0.0;
    }
}

/// Sells the capital of a closing firm to survivors of its sector (`of_sector`, in order of slots), each within a share of its free deposits.
#[allow(clippy::type_complexity, reason = "a query's items")]
fn sell_capital(
    p: &Parameters,
    ledger: &mut Ledger,
    all: &mut [(
        Mut<'_, Identity>,
        Mut<'_, Operations>,
        Mut<'_, Capital>,
        Mut<'_, Inventory>,
        Mut<'_, Books>,
        Mut<'_, Development>,
        Mut<'_, Staff>,
        Mut<'_, Ownership>,
    )],
    of_sector: &[usize],
    slot: usize,
    sector: usize,
) {
    let seller_bank = usize::from(all[slot].0.bank);
    let region = all[slot].0.region;
    let buyers: Vec<usize> = of_sector
        .iter()
        .copied()
        .filter(|i| {
            let f = &all[*i];
            *i != slot && f.0.active() && (f.0.region == region || i % 7 == slot % 7) && f.1.utilisation > 0.6
        })
        .take(usize::try_from(p.buyers).unwrap_or(0))
        .collect();
    for buyer in buyers {
        let Some(whole) = all[slot].2.vintages.last().copied() else { return };
        let asked = whole.value.share(p.used_capital_price);
        let means = all[buyer].4.deposits.share(p.purchase_share);
        if asked.0 <= 0 || means.0 <= 0 {
            continue;
        }
        // A buyer takes what it can pay of the newest layer.
        let part = (means.yuan() / asked.yuan()).min(1.0);
        let vintage = Vintage {
            quantity: whole.quantity * part,
            value: if part < 1.0 { whole.value.share(part) } else { whole.value },
            ..whole
        };
        let price = vintage.value.share(p.used_capital_price);
        if part < 1.0 {
            let left = all[slot].2.vintages.last_mut().expect("the layer that is being sold");
            left.quantity -= vintage.quantity;
            left.value -= vintage.value;
        } else {
            all[slot].2.vintages.pop();
        }
        let from = Party::Firm { sector, bank: usize::from(all[buyer].0.bank) };
        let to = Party::Firm { sector, bank: seller_bank };
        ledger
            .open_tagged(Flow::SalesOfUsedCapital, Some(Instrument::Capital), Some(Instrument::Capital))
            .from(from, price.fen())
            .to(to, price.fen())
            .close();
        // The seller's asset leaves at book value: the discount is its holding loss.
        ledger.other_change(Instrument::Capital, Column::Firms(sector), price.fen() - vintage.value.fen());
        all[buyer].4.deposits -= price;
        all[buyer].4.capital_outlay += price;
        all[slot].4.deposits += price;
        take_over(&mut all[buyer].2, Vintage { value: price, ..vintage });
    }
}

/// Scraps finished goods and materials.
fn scrap_goods(goods: &mut GoodsBook, inventory: &mut Inventory, sector: usize, sectors: usize) {
    goods.scrapped[sector] += i128::from(inventory.finished.0);
    for r in 0..sectors {
        goods.scrapped[r] += i128::from(inventory.materials[r].0);
        inventory.materials[r] = Quantity::ZERO;
        inventory.materials_value[r] = Money::ZERO;
    }
    inventory.finished = Quantity::ZERO;
    inventory.finished_value = Money::ZERO;
}

/// Unpaid government bills of a closed firm lapse.
fn write_off_receivables(ledger: &mut Ledger, books: &mut Books, lg: &mut LocalGovernment, sector: usize) {
    if books.receivables.0 > 0 {
        ledger.write_off(
            Instrument::Payables,
            Column::Firms(sector),
            Column::LocalGovernments,
            books.receivables.fen(),
        );
        lg.arrears -= books.receivables.fen();
        books.receivables = Money::ZERO;
    }
}

/// Deposits repay the bank first, then bond holders; the rest is written off.
fn pay_creditors(
    ledger: &mut Ledger,
    tally: &mut Tally,
    funds: &mut Funds,
    banks: &mut [Mut<'_, Bank>],
    identity: &Identity,
    books: &mut Books,
    sector: usize,
) {
    let b = usize::from(identity.bank);
    let firm = Party::Firm { sector, bank: b };
    let repaid = Money(books.loans.0.min(books.deposits.positive().0));
    ledger.redeem(firm, Party::Bank(b), repaid.fen(), Instrument::FirmLoans);
    let lost = books.loans - repaid;
    ledger.write_off(Instrument::FirmLoans, Column::Banks, Column::Firms(sector), lost.fen());
    banks[b].firm_loans -= books.loans.fen();
    banks[b].losses += lost.fen();
    banks[b].profit -= lost.fen();
    tally.loan_losses += lost.fen();
    books.deposits -= repaid;
    books.loans = Money::ZERO;
    settle_bonds(ledger, funds, banks, firm, books, sector);
    // What is left belongs to the owners.
    if books.deposits.0 > 0 {
        let rest = books.deposits;
        ledger.transfer(firm, Party::Fund { bank: usize::from(funds.equity_bank) }, rest, Flow::Dividends);
        funds.equity_deposits += rest.fen();
        funds.equity_income += rest.fen();
        books.deposits = Money::ZERO;
    }
}

/// Bond holders get what deposits pay, pools and banks in proportion to their holdings; the rest is lost.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "shares; the pools take the rest")]
fn settle_bonds(
    ledger: &mut Ledger,
    funds: &mut Funds,
    banks: &mut [Mut<'_, Bank>],
    firm: Party,
    books: &mut Books,
    sector: usize,
) {
    let owed = books.bonds.fen();
    if owed == 0 {
        return;
    }
    let paid = owed.min(books.deposits.positive().fen());
    let at_banks: Fen = banks.iter().map(|b| b.corporate_bonds).sum();
    let total = (at_banks + funds.corporate_bonds).max(1) as f64;
    let (mut owed_left, mut paid_left) = (owed, paid);
    for (i, bank) in banks.iter_mut().enumerate() {
        let share = bank.corporate_bonds as f64 / total;
        let claim = ((owed as f64 * share) as Fen).min(bank.corporate_bonds).min(owed_left);
        let cash = ((paid as f64 * share) as Fen).min(claim).min(paid_left);
        ledger.redeem(firm, Party::Bank(i), cash, Instrument::CorporateBonds);
        ledger.write_off(Instrument::CorporateBonds, Column::Banks, Column::Firms(sector), claim - cash);
        bank.corporate_bonds -= claim;
        bank.losses += claim - cash;
        bank.profit -= claim - cash;
        owed_left -= claim;
        paid_left -= cash;
    }
    let cash = paid_left.min(owed_left);
    ledger.redeem(firm, Party::Fund { bank: usize::from(funds.wealth_bank) }, cash, Instrument::CorporateBonds);
    ledger.write_off(Instrument::CorporateBonds, Column::Funds, Column::Firms(sector), owed_left - cash);
    funds.corporate_bonds -= owed_left;
    funds.wealth_deposits += cash;
    books.deposits -= Money(i64::try_from(paid - paid_left + cash).unwrap_or(0));
    books.bonds = Money::ZERO;
}

/// Exit.
pub struct Exit;

impl Mechanism for Exit {
    const NAME: &'static str = "exit";
    type Parameters = Parameters;
    fn systems() -> Systems {
        (close_firms,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_solvent_firm_with_customers_stays() {
        let p = Parameters::default();
        let mut identity = Identity { age: 20, ..Identity::default() };
        assert_eq!(reason(&identity, Money(1), 5.0, 5, &p), None);
        assert_eq!(reason(&identity, Money(-1), 5.0, 5, &p), Some("insolvent"));
        identity.distressed = 7;
        assert_eq!(reason(&identity, Money(1), 5.0, 5, &p), None);
        identity.distressed = 8;
        assert_eq!(reason(&identity, Money(1), 5.0, 5, &p), Some("illiquid"));
        identity.public = true;
        assert_eq!(reason(&identity, Money(-1), 0.0, 0, &p), None);
    }
}
