//! Exit: a firm closes when it owes more than it owns, when credit has failed it for several quarters, when it has been in
//! arrears as long, when it drew on its bank without consent and has nothing left to pledge, when its owners give up a
//! business that has left its capital idle for years, or when it has no customers and no staff left. A firm that has nothing to pledge sells capital to repay first. What a closing firm has is used in order
//! of rank (`creditors`). Homes, land and orders of a developer pass to another one of the region, and buyers of homes come first: what the homes and land do not cover
//! of their advances is covered out of deposits, what they exceed them by is paid for as far as the heir's money goes.
//! The capital is sold to the sector's survivors at a discount as far as they can pay, near ones first and those who use
//! theirs most; the rest is scrapped and counted as stranded, goods and materials are scrapped. Then the deposits repay
//! the bank, taxes in arrears and bonds. What creditors do not get is their loss.
//!
//! ```text
//! close if not public and ((equity < 0 and age > grace) or max(distressed, arrears) ≥ n
//!     or (unauthorised > 0 and debt > λ · collateral) or quarters with use < υ ≥ m or (expected demand small and no staff))
//! ```
//!
//! Sources: exit by negative net worth or vanishing market share (Dosi, Fagiolo & Roventini 2010); asset fire sale at a discount
//! (Shleifer & Vishny 1992); buyers of homes rank before all others (Supreme People's Court 2023, reply on the rights of
//! consumers of commercial homes). Reads books; writes slots, banks, funds. Draws: `Exit` (order of buyers).
//! Not here yet: restructuring, recovery over time, wage claims with rank.

use super::creditors::{pay_creditors, repay_bank, settle_tax_arrears, write_off_receivables};
use crate::accounts::balance::book_equity;
use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Money, Party, Quantity};
use crate::agents::firm::Life;
use crate::agents::{
    Bank, Books, Capital, CentralGovernment, Development, FinancingVehicle, Funds, Identity, Inventory,
    LocalGovernment, Operations, Ownership, Staff, Vintage,
};
use crate::engine::{Clock, Event, Events, GoodsBook, Mechanism, Stream, StreamKey, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::mechanisms::finance::credit;
use crate::mechanisms::housing::delivery;
use crate::mechanisms::markets::vintages::take_over;
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Exit.
    pub struct Parameters {
        /// Whether firms close and firms in default sell capital; false lets them go on with overdrafts, whatever they owe.
        enabled: bool = true;
        /// Quarters without sufficient credit, or in arrears with its bank, after which a firm closes (assumed).
        quarters_in_distress: i64 = 8, "quarters", 1..=40;
        /// Use of capital below which it lies idle (assumed; firms leave when their market share has nearly vanished, Dosi, Fagiolo & Roventini 2010).
        idle_use: f64 = 0.1, "share", 0.0..=1.0;
        /// Quarters with idle capital after which the owners give up (assumed).
        quarters_idle: i64 = 8, "quarters", 1..=200;
        /// Output in worker agents below which a firm without staff closes (assumed).
        smallest_demand: f64 = 0.05, "worker agents", 0.0..=10.0;
        /// Price of used capital over book value (assumed; fire-sale discounts of a third to a half, recalled).
        used_capital_price: f64 = 0.5, "share", 0.0..=1.0;
        /// Share of a survivor's free deposits that it spends on used capital (assumed).
        purchase_share: f64 = 0.3, "share", 0.0..=1.0;
        /// Survivors that are asked: those of the region first, and within and outside of it who uses its capital most (assumed).
        buyers: i64 = 60, "firms", 0..=1000;
        /// Use of capital beyond which a survivor buys used capital (assumed: 0.75 is normal).
        buyers_utilisation: f64 = 0.6, "share", 0.0..=1.0;
        /// Share of deposits that a developer pays for the homes and land of one that closes (assumed).
        estate_share: f64 = 0.5, "share", 0.0..=1.0;
        /// Quarters before a new firm can fail for negative equity (assumed).
        grace: i64 = 4, "quarters", 0..=40;
    }
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
    } else if i64::from(identity.idle) >= p.quarters_idle {
        Some("given up")
    } else if demand_in_workers < p.smallest_demand && heads == 0 {
        Some("no customers")
    } else {
        None
    }
}

/// Whether a firm drew on its bank without consent and has nothing left to pledge for it.
fn in_default((identity, _, capital, inventory, books, development, ..): &FirmRow<'_>, p: &credit::Parameters) -> bool {
    let goods = capital.value() + inventory.value();
    books.unauthorised.0 > 0 && !credit::Standing::of(identity, books, goods, Some(&**development)).secured(p)
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

/// A firm's components, as a closure needs them.
type FirmRow<'a> = (
    Mut<'a, Identity>,
    Mut<'a, Operations>,
    Mut<'a, Capital>,
    Mut<'a, Inventory>,
    Mut<'a, Books>,
    Mut<'a, Development>,
    Mut<'a, Staff>,
    Mut<'a, Ownership>,
);

/// A firm that may buy used capital.
#[derive(Clone, Copy)]
struct Buyer {
    slot: usize,
    region: u8,
    utilisation: f64,
}

/// Firms in business that use enough of their capital to buy more, by sector, in order of slots.
fn buyers_by_sector(all: &[FirmRow<'_>], sectors: usize, p: &Parameters) -> Vec<Vec<Buyer>> {
    let mut buyers = vec![Vec::new(); sectors];
    for (slot, (identity, o, ..)) in all.iter().enumerate() {
        if identity.active() && o.utilisation > p.buyers_utilisation {
            let buyer = Buyer { slot, region: identity.region, utilisation: o.utilisation };
            buyers[usize::from(identity.sector)].push(buyer);
        }
    }
    buyers
}

#[allow(clippy::too_many_arguments, reason = "a closure touches creditors of every kind")]
fn close_firms(
    (p, credit): (Res<Parameters>, Res<credit::Parameters>),
    clock: Res<Clock>,
    structure: Res<Structure>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut events: ResMut<Events>,
    mut goods: ResMut<GoodsBook>,
    (mut funds, mut centre): (ResMut<Funds>, ResMut<CentralGovernment>),
    mut banks: Query<&mut Bank>,
    mut governments: Query<(&mut LocalGovernment, &mut FinancingVehicle)>,
    mut firms: FirmQuery,
) {
    if !p.enabled {
        return;
    }
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut governments: Vec<_> = governments.iter_mut().collect();
    let mut all: Vec<_> = firms.iter_mut().collect();
    let key = clock.key(Stream::Exit);
    for (identity, operations, ..) in all.iter_mut().filter(|f| f.0.active()) {
        let idle = operations.utilisation < p.idle_use && i64::from(identity.age) > p.grace;
        identity.idle = if idle { identity.idle.saturating_add(1) } else { 0 };
    }
    let buyers = buyers_by_sector(&all, structure.sector_count(), &p);
    for slot in 0..all.len() {
        if all[slot].0.active() && in_default(&all[slot], &credit) {
            sell_to_repay(&p, key, &mut ledger, &mut all, &buyers, &mut banks, slot);
        }
    }
    let closing: Vec<(usize, &'static str)> = all
        .iter()
        .enumerate()
        .filter(|(_, f)| f.0.active())
        .filter_map(|(slot, firm)| {
            let (identity, o, capital, inventory, books, development, staff, _) = firm;
            let workers = o.expected_demand * structure.sectors[usize::from(identity.sector)].labour;
            let e = book_equity(books, inventory, capital, development);
            let default = in_default(firm, &credit).then_some("default");
            let late = !identity.public && i64::from(books.quarters_in_arrears) >= p.quarters_in_distress;
            reason(identity, e, workers, staff.heads.iter().sum(), &p)
                .or(default)
                .or(late.then_some("illiquid"))
                .map(|r| (slot, r))
        })
        .collect();
    // Slots that closed in the last tick are vacant now: their staff has left.
    for (identity, ..) in &mut all {
        if identity.life == Life::Closed {
            identity.life = Life::Vacant;
            identity.vacant = 0;
        }
    }
    // No firm that closes in this tick buys from another.
    for (slot, _) in &closing {
        all[*slot].0.life = Life::Closed;
    }
    let buyers = buyers_by_sector(&all, structure.sector_count(), &p);
    for (slot, why) in closing {
        let s = usize::from(all[slot].0.sector);
        sell_estate(&p, &mut ledger, &mut all, slot, &structure);
        sell_capital(&p, key, &mut ledger, &mut all, &buyers[s], slot, Money(i64::MAX));
        let (identity, o, capital, inventory, books, _, _, ownership) = &mut all[slot];
        let stranded: Fen = capital.value().fen();
        ledger.other_change(Instrument::Capital, Column::Firms(s), -stranded);
        tally.stranded_capital += stranded;
        capital.vintages.clear();
        let stocks = inventory.value();
        ledger.other_change(Instrument::Inventories, Column::Firms(s), -stocks.fen());
        scrap_goods(&mut goods, inventory, s, structure.sector_count());
        let lg = &mut governments[usize::from(identity.region)].0;
        write_off_receivables(&mut ledger, books, lg, s);
        repay_bank(&mut ledger, &mut tally, &mut banks, identity, books, s);
        settle_tax_arrears(&mut ledger, &mut centre, lg, identity, books, s);
        pay_creditors(&mut ledger, &mut funds, &mut banks, identity, books, s);
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
        identity.distressed = 0;
        **ownership = Ownership::default();
        o.expected_demand = 0.0;
        o.export_weight = 0.0;
    }
}

/// Passes homes, land and orders of a closing developer to the largest other one of its region; without one they wait for
/// `housing::delivery`, which writes them off.
fn sell_estate(p: &Parameters, ledger: &mut Ledger, all: &mut [FirmRow<'_>], slot: usize, structure: &Structure) {
    let (books, estate) = (&all[slot].4, &all[slot].5);
    if books.advances == Money::ZERO && estate.homes_value == Money::ZERO && estate.land_value == Money::ZERO {
        return;
    }
    let developers = all.iter().enumerate().map(|(i, f)| (i, &*f.0, &*f.5));
    let Some(heir) = delivery::heir(developers, usize::from(all[slot].0.region), structure) else { return };
    let estate = core::mem::take(&mut *all[slot].5);
    let advances = core::mem::take(&mut all[slot].4.advances);
    let price = delivery::estate_price(
        estate.homes_value + estate.land_value - advances,
        all[slot].4.deposits,
        all[heir].4.deposits.share(p.estate_share),
    );
    let party = |f: &FirmRow<'_>| Party::Firm { sector: usize::from(f.0.sector), bank: usize::from(f.0.bank) };
    let (buyer, seller) = (party(&all[heir]), party(&all[slot]));
    let (from, to) = if price.0 >= 0 { (buyer, seller) } else { (seller, buyer) };
    ledger
        .open_tagged(Flow::SalesOfExistingHomes, Some(Instrument::Homes), Some(Instrument::Homes))
        .from(from, price.fen().abs())
        .to(to, price.fen().abs())
        .close();
    all[heir].4.deposits -= price;
    all[slot].4.deposits += price;
    all[heir].4.advances += advances;
    delivery::take_over(&estate, &mut all[heir].5);
    all[slot].5.heir = Some(u32::try_from(heir).expect("slots fit"));
}

/// Sells the capital of a closing firm to survivors of its sector (`candidates`), each within a share of its free
/// deposits, until what is needed has come in.
fn sell_capital(
    p: &Parameters,
    key: StreamKey,
    ledger: &mut Ledger,
    all: &mut [FirmRow<'_>],
    candidates: &[Buyer],
    slot: usize,
    needed: Money,
) {
    let enough = all[slot].4.deposits + needed.min(Money(i64::MAX / 2));
    let sector = usize::from(all[slot].0.sector);
    let seller_bank = usize::from(all[slot].0.bank);
    let region = all[slot].0.region;
    // Who uses its capital most needs more: it bids first, firms of the region before others, equals by lot.
    let lot = |b: &Buyer| key.agent_round(slot as u64, b.slot as u64).bits();
    let before = |x: &Buyer, y: &Buyer| {
        let away = |b: &Buyer| b.region != region;
        (away(x).cmp(&away(y)))
            .then(y.utilisation.total_cmp(&x.utilisation))
            .then_with(|| lot(x).cmp(&lot(y)))
            .then(x.slot.cmp(&y.slot))
    };
    let mut buyers: Vec<Buyer> = candidates.iter().copied().filter(|b| b.slot != slot).collect();
    let asked = usize::try_from(p.buyers).unwrap_or(0);
    if buyers.len() > asked {
        // Only those who are asked need an order.
        buyers.select_nth_unstable_by(asked, before);
        buyers.truncate(asked);
    }
    buyers.sort_unstable_by(before);
    for Buyer { slot: buyer, .. } in buyers {
        let Some(whole) = all[slot].2.vintages.last().copied() else { return };
        let asked = whole.value.share(p.used_capital_price);
        let means = all[buyer].4.deposits.share(p.purchase_share).min(enough - all[slot].4.deposits);
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

/// A firm in default (drew without consent, nothing left to pledge) sells capital and repays what it can.
fn sell_to_repay(
    p: &Parameters,
    key: StreamKey,
    ledger: &mut Ledger,
    all: &mut [FirmRow<'_>],
    buyers: &[Vec<Buyer>],
    banks: &mut [Mut<'_, Bank>],
    slot: usize,
) {
    let sector = usize::from(all[slot].0.sector);
    let missing = (all[slot].4.unauthorised - all[slot].4.deposits).positive();
    sell_capital(p, key, ledger, all, &buyers[sector], slot, missing);
    let bank = usize::from(all[slot].0.bank);
    let books = &mut all[slot].4;
    let paid = books.unauthorised.min(books.deposits.positive());
    ledger.redeem(Party::Firm { sector, bank }, Party::Bank(bank), paid.fen(), Instrument::FirmLoans);
    banks[bank].firm_loans -= paid.fen();
    books.loans -= paid;
    books.deposits -= paid;
    books.unauthorised -= paid;
}

/// Exit.
pub struct Exit;

impl Mechanism for Exit {
    const NAME: &'static str = "exit";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "closures",
        off: &["exit.enabled=false"],
        instead: "no firm closes; who cannot pay overdraws its account at its bank",
    }]);
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
        (identity.distressed, identity.idle) = (0, 8);
        assert_eq!(reason(&identity, Money(1), 5.0, 5, &p), Some("given up"));
        identity.public = true;
        assert_eq!(reason(&identity, Money(-1), 0.0, 0, &p), None);
    }
}
