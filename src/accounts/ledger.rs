//! The ledger: every payment is entered once, on both sides, with the money that carries it.
//!
//! Deposit holders pay through their banks, so a payment between customers of two banks moves reserves; the
//! central government pays out of the treasury account, banks out of reserves, the central bank by issuing
//! reserves, and the rest of the world through foreign assets, which the central bank exchanges at sight.
//! Bulk payments of a phase collect many payers and payees in a [`Payment`] that must balance when it closes.

use super::chart::{Column, FIXED_COLUMNS, Flow, Instrument};
use super::money::{Fen, Money};
use bevy_ecs::prelude::Resource;

/// Who pays or is paid: the column and where the money lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Party {
    Household { bank: usize },
    Firm { sector: usize, bank: usize },
    Bank(usize),
    LocalGovernment { bank: usize },
    Lgfv { bank: usize },
    Fund { bank: usize },
    CentralGovernment,
    CentralBank,
    RestOfWorld,
}

impl Party {
    /// The party's column.
    #[must_use]
    pub const fn column(self) -> Column {
        match self {
            Self::Household { .. } => Column::Households,
            Self::Firm { sector, .. } => Column::Firms(sector),
            Self::Bank(_) => Column::Banks,
            Self::LocalGovernment { .. } => Column::LocalGovernments,
            Self::Lgfv { .. } => Column::Lgfvs,
            Self::Fund { .. } => Column::Funds,
            Self::CentralGovernment => Column::CentralGovernment,
            Self::CentralBank => Column::CentralBank,
            Self::RestOfWorld => Column::RestOfWorld,
        }
    }
}

/// A breach found while booking: a bulk payment that did not balance.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Breach {
    /// The row.
    pub row: String,
    /// Sum that should be zero \[fen\].
    pub gap: Fen,
}

/// Flows of the current tick and money in transit to banks and the central bank.
#[derive(Clone, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct Ledger {
    columns: usize,
    flows: Vec<Fen>,
    changes: Vec<Fen>,
    /// Change of customers' deposits by bank since banks last settled \[fen\].
    pub deposits_in_transit: Vec<Fen>,
    /// Change of reserves by bank since banks last settled \[fen\].
    pub reserves_in_transit: Vec<Fen>,
    /// Change of the treasury account since the authorities last settled \[fen\].
    pub treasury_in_transit: Fen,
    /// Change of the central bank's foreign assets since the authorities last settled \[fen\].
    pub foreign_assets_in_transit: Fen,
    /// Financial intermediation services by user column, of the current tick \[fen\].
    pub intermediation_services: Vec<Fen>,
    breaches: Vec<Breach>,
}

const TAGS: usize = Instrument::ALL.len() + 1;
const ROWS: usize = Flow::ALL.len() + Instrument::ALL.len();

/// A row of the flow matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// A transaction.
    Transaction(Flow),
    /// The change of an instrument.
    Change(Instrument),
}

impl Row {
    const fn index(self) -> usize {
        match self {
            Self::Transaction(flow) => flow.index(),
            Self::Change(instrument) => Flow::ALL.len() + instrument.index(),
        }
    }

    /// Name in the tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Transaction(flow) => flow.name(),
            Self::Change(instrument) => instrument.name(),
        }
    }

    /// All rows in table order.
    pub fn all() -> impl Iterator<Item = Self> {
        Flow::ALL.iter().map(|f| Self::Transaction(*f)).chain(Instrument::ALL.iter().map(|i| Self::Change(*i)))
    }
}

impl Ledger {
    /// An empty ledger for an economy with so many sectors and banks.
    #[must_use]
    pub fn new(sectors: usize, banks: usize) -> Self {
        let columns = FIXED_COLUMNS + sectors;
        Self {
            columns,
            flows: vec![0; ROWS * TAGS * columns],
            changes: vec![0; Instrument::ALL.len() * columns],
            deposits_in_transit: vec![0; banks],
            reserves_in_transit: vec![0; banks],
            treasury_in_transit: 0,
            foreign_assets_in_transit: 0,
            intermediation_services: vec![0; columns],
            breaches: Vec::new(),
        }
    }

    /// Number of columns.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Clears the flows of the tick; money in transit must have been settled.
    pub fn start_tick(&mut self) {
        self.flows.fill(0);
        self.changes.fill(0);
        self.intermediation_services.fill(0);
        self.breaches.clear();
    }

    const fn place(&self, row: Row, tag: Option<Instrument>, column: Column) -> usize {
        let tag = match tag {
            None => 0,
            Some(i) => i.index() + 1,
        };
        (row.index() * TAGS + tag) * self.columns + column.index()
    }

    fn post(&mut self, row: Row, tag: Option<Instrument>, column: Column, amount: Fen) {
        let place = self.place(row, tag, column);
        self.flows[place] += amount;
    }

    /// Enters a change of an instrument's balance in a column.
    fn change(&mut self, instrument: Instrument, column: Column, delta: Fen) {
        self.post(Row::Change(instrument), Some(instrument), column, -delta);
    }

    fn money_out(&mut self, from: Party, amount: Fen) {
        match from {
            Party::Household { bank }
            | Party::Firm { bank, .. }
            | Party::LocalGovernment { bank }
            | Party::Lgfv { bank }
            | Party::Fund { bank } => {
                self.change(Instrument::Deposits, from.column(), -amount);
                self.change(Instrument::Deposits, Column::Banks, amount);
                self.deposits_in_transit[bank] -= amount;
                self.move_reserves(bank, -amount);
            }
            Party::Bank(bank) => self.move_reserves(bank, -amount),
            Party::CentralGovernment => {
                self.change(Instrument::TreasuryDeposits, Column::CentralGovernment, -amount);
                self.change(Instrument::TreasuryDeposits, Column::CentralBank, amount);
                self.treasury_in_transit -= amount;
            }
            Party::CentralBank => {}
            Party::RestOfWorld => {
                self.change(Instrument::ForeignAssets, Column::RestOfWorld, -amount);
                self.change(Instrument::ForeignAssets, Column::CentralBank, amount);
                self.foreign_assets_in_transit += amount;
            }
        }
    }

    fn move_reserves(&mut self, bank: usize, amount: Fen) {
        self.change(Instrument::Reserves, Column::Banks, amount);
        self.change(Instrument::Reserves, Column::CentralBank, -amount);
        self.reserves_in_transit[bank] += amount;
    }

    /// Opens a bulk payment.
    pub fn open(&mut self, flow: Flow) -> Payment<'_> {
        Payment { ledger: self, row: Row::Transaction(flow), from_tag: None, to_tag: None, paid: 0, received: 0 }
    }

    /// Opens a bulk purchase of something that both sides hold as an asset (homes, land) or only the buyer (capital).
    pub fn open_tagged(&mut self, flow: Flow, buyer: Option<Instrument>, seller: Option<Instrument>) -> Payment<'_> {
        Payment { ledger: self, row: Row::Transaction(flow), from_tag: buyer, to_tag: seller, paid: 0, received: 0 }
    }

    /// Opens a bulk issue of a claim: holders pay issuers (`from` = holder, `to` = issuer).
    pub fn open_issue(&mut self, instrument: Instrument) -> Payment<'_> {
        Payment {
            ledger: self,
            row: Row::Change(instrument),
            from_tag: Some(instrument),
            to_tag: Some(instrument),
            paid: 0,
            received: 0,
        }
    }

    /// One payment.
    pub fn transfer(&mut self, from: Party, to: Party, amount: Money, flow: Flow) {
        if amount.0 != 0 {
            self.open(flow).from(from, amount.fen()).to(to, amount.fen()).close();
        }
    }

    /// A payment of a class or single agent.
    pub fn transfer_total(&mut self, from: Party, to: Party, amount: Fen, flow: Flow) {
        if amount != 0 {
            self.open(flow).from(from, amount).to(to, amount).close();
        }
    }

    /// A holder pays an issuer for a new claim (a bank lends, an investor buys a bond at issue).
    pub fn issue(&mut self, issuer: Party, holder: Party, amount: Fen, instrument: Instrument) {
        if amount != 0 {
            self.open_issue(instrument).from(holder, amount).to(issuer, amount).close();
        }
    }

    /// An issuer pays a holder back.
    pub fn redeem(&mut self, issuer: Party, holder: Party, amount: Fen, instrument: Instrument) {
        if amount != 0 {
            self.open_issue(instrument).from(issuer, amount).to(holder, amount).close();
        }
    }

    /// A claim changes hands against money.
    pub fn sell_claim(&mut self, seller: Party, buyer: Party, amount: Fen, instrument: Instrument) {
        if amount != 0 {
            self.open_issue(instrument).from(buyer, amount).to(seller, amount).close();
        }
    }

    /// A purchase that is not paid but owed: the flow is entered and the seller holds a claim on the buyer.
    pub fn owe(&mut self, buyer: Column, seller: Column, amount: Fen, flow: Flow, instrument: Instrument) {
        self.post(Row::Transaction(flow), None, buyer, -amount);
        self.post(Row::Transaction(flow), None, seller, amount);
        self.change(instrument, buyer, -amount);
        self.change(instrument, seller, amount);
    }

    /// An asset is delivered against a claim that is thereby settled (a home against the advance paid for it):
    /// the buyer gives up the claim, the seller's obligation ends, the asset changes hands.
    pub fn deliver(
        &mut self,
        buyer: Column,
        seller: Column,
        amount: Fen,
        flow: Flow,
        asset: Instrument,
        claim: Instrument,
    ) {
        self.post(Row::Transaction(flow), Some(asset), buyer, -amount);
        self.post(Row::Transaction(flow), Some(asset), seller, amount);
        self.change(claim, buyer, -amount);
        self.change(claim, seller, amount);
    }

    /// Change of a firm column's inventories at cost: one entry as output, one tagged.
    pub fn inventory_change(&mut self, sector: usize, amount: Fen) {
        self.post(Row::Transaction(Flow::InventoryChange), None, Column::Firms(sector), amount);
        self.post(
            Row::Transaction(Flow::InventoryChange),
            Some(Instrument::Inventories),
            Column::Firms(sector),
            -amount,
        );
    }

    /// Imported capital: the importer resells to itself, so that the purchase carries the tag of what it buys.
    pub fn own_resale_of_investment(&mut self, buyer: Column, amount: Fen, asset: Instrument) {
        self.post(Row::Transaction(Flow::Investment), None, buyer, amount);
        self.post(Row::Transaction(Flow::Investment), Some(asset), buyer, -amount);
    }

    /// A change of a balance without a transaction (revaluation, depreciation, write-off, scrapping).
    pub fn other_change(&mut self, instrument: Instrument, column: Column, delta: Fen) {
        self.changes[instrument.index() * self.columns + column.index()] += delta;
    }

    /// A claim disappears on both sides.
    pub fn write_off(&mut self, instrument: Instrument, holder: Column, issuer: Column, amount: Fen) {
        self.other_change(instrument, holder, -amount);
        self.other_change(instrument, issuer, amount);
    }

    /// Entry of the flow matrix; `None` as tag is the untagged part.
    #[must_use]
    pub fn entry(&self, row: Row, tag: Option<Instrument>, column: usize) -> Fen {
        let tag = tag.map_or(0, |i| i.index() + 1);
        self.flows[(row.index() * TAGS + tag) * self.columns + column]
    }

    /// A transaction row's entries in a column over all tags.
    #[must_use]
    pub fn flow(&self, flow: Flow, column: Column) -> Fen {
        let start = flow.index() * TAGS;
        (0..TAGS).map(|t| self.flows[(start + t) * self.columns + column.index()]).sum()
    }

    /// Sum of everything tagged with an instrument in a column.
    #[must_use]
    pub fn tagged(&self, instrument: Instrument, column: usize) -> Fen {
        let tag = instrument.index() + 1;
        (0..ROWS).map(|r| self.flows[(r * TAGS + tag) * self.columns + column]).sum()
    }

    /// Other change of an instrument in a column.
    #[must_use]
    pub fn other(&self, instrument: Instrument, column: usize) -> Fen {
        self.changes[instrument.index() * self.columns + column]
    }

    /// Non-zero entries of the flow matrix in table order: row, tag, column, amount.
    pub fn entries(&self) -> impl Iterator<Item = (Row, Option<Instrument>, usize, Fen)> + '_ {
        Row::all().flat_map(move |row| {
            core::iter::once(None).chain(Instrument::ALL.iter().map(|i| Some(*i))).flat_map(move |tag| {
                (0..self.columns).filter_map(move |c| {
                    let amount = self.entry(row, tag, c);
                    (amount != 0).then_some((row, tag, c, amount))
                })
            })
        })
    }

    /// Sum of a row over all columns and tags; zero unless something is broken.
    #[must_use]
    pub fn row_sum(&self, row: Row) -> Fen {
        let start = row.index() * TAGS * self.columns;
        self.flows[start..start + TAGS * self.columns].iter().sum()
    }

    /// Sum of a column over all rows; zero unless something is broken.
    #[must_use]
    pub fn column_sum(&self, column: usize) -> Fen {
        (0..ROWS * TAGS).map(|r| self.flows[r * self.columns + column]).sum()
    }

    /// Bulk payments that did not balance since the tick began.
    #[must_use]
    pub fn breaches(&self) -> &[Breach] {
        &self.breaches
    }
}

/// A bulk payment: many payers, many payees, one row. Must balance when closed.
pub struct Payment<'a> {
    ledger: &'a mut Ledger,
    row: Row,
    from_tag: Option<Instrument>,
    to_tag: Option<Instrument>,
    paid: Fen,
    received: Fen,
}

impl Payment<'_> {
    /// A payer's part.
    #[must_use]
    pub fn from(mut self, party: Party, amount: Fen) -> Self {
        self.pay(party, amount);
        self
    }

    /// A payee's part.
    #[must_use]
    pub fn to(mut self, party: Party, amount: Fen) -> Self {
        self.receive(party, amount);
        self
    }

    /// A payer's part, by reference.
    pub fn pay(&mut self, party: Party, amount: Fen) {
        if amount != 0 {
            self.ledger.post(self.row, self.from_tag, party.column(), -amount);
            self.ledger.money_out(party, amount);
            self.paid += amount;
        }
    }

    /// A payee's part, by reference.
    pub fn receive(&mut self, party: Party, amount: Fen) {
        if amount != 0 {
            self.ledger.post(self.row, self.to_tag, party.column(), amount);
            self.ledger.money_out(party, -amount);
            self.received += amount;
        }
    }

    /// Closes the payment; an imbalance is kept as a breach for the audit.
    pub fn close(self) {
        let gap = self.received - self.paid;
        self.close_with(gap);
    }

    /// Closes a payment whose parts were entered elsewhere and differ by a gap.
    pub(super) fn close_with(self, gap: Fen) {
        if gap != 0 {
            self.ledger.breaches.push(Breach { row: self.row.name().to_owned(), gap });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zero_sums(l: &Ledger) {
        for row in Row::all() {
            assert_eq!(l.row_sum(row), 0, "{}", row.name());
        }
        for c in 0..l.columns() {
            assert_eq!(l.column_sum(c), 0, "column {c}");
        }
    }

    #[test]
    fn every_kind_of_payment_leaves_all_sums_at_zero() {
        let mut l = Ledger::new(2, 3);
        let h = Party::Household { bank: 0 };
        let f = Party::Firm { sector: 1, bank: 2 };
        l.transfer(h, f, Money(500), Flow::Consumption);
        l.transfer(f, Party::CentralGovernment, Money(70), Flow::ValueAddedTax);
        l.transfer(Party::RestOfWorld, f, Money(90), Flow::Exports);
        l.transfer(f, Party::RestOfWorld, Money(40), Flow::Imports);
        l.transfer(Party::CentralBank, Party::Bank(1), Money(3), Flow::InterestReserves);
        l.issue(f, Party::Bank(2), 1_000, Instrument::FirmLoans);
        l.redeem(f, Party::Bank(2), 100, Instrument::FirmLoans);
        l.owe(Column::LocalGovernments, Column::Firms(1), 55, Flow::GovernmentPurchases, Instrument::Payables);
        l.inventory_change(0, -17);
        l.own_resale_of_investment(Column::Firms(0), 12, Instrument::Capital);
        l.open_tagged(Flow::Investment, Some(Instrument::Capital), None)
            .from(f, 30)
            .to(Party::Firm { sector: 0, bank: 1 }, 30)
            .close();
        zero_sums(&l);
        assert!(l.breaches().is_empty());
        assert_eq!(l.deposits_in_transit.iter().sum::<Fen>() + l.treasury_in_transit, 90 - 40 + 1_000 - 100);
        assert_eq!(l.reserves_in_transit[2], 500 - 70 + 90 - 40 - 30);
    }

    #[test]
    fn an_unbalanced_bulk_payment_is_a_breach() {
        let mut l = Ledger::new(1, 1);
        l.open(Flow::Wages).from(Party::Firm { sector: 0, bank: 0 }, 10).to(Party::Household { bank: 0 }, 9).close();
        assert_eq!(l.breaches(), [Breach { row: "wages".into(), gap: -1 }]);
    }
}
