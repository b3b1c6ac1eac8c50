//! Balance sheets measured from the agents: what every column of the economy owns and owes, independently of the
//! ledger that moved it. The audit compares the two.
//!
//! Shares are measured, not traded: a firm or bank issues its book equity (nothing if that is negative). The state,
//! foreigners and founders hold their shares of a firm rounded down, the equity fund the rest; households hold the
//! fund's units, worth whatever the fund is worth, so that funds have no net worth of their own.

use super::chart::{Column, FIXED_COLUMNS, Instrument};
use super::money::{Fen, Money};
use crate::agents::{
    Bank, Books, Capital, CentralBank, CentralGovernment, Development, FinancingVehicle, Funds, Home, Identity,
    Inventory, LocalGovernment, Ownership, RestOfWorld, Wallet,
};
use crate::engine::CHUNK;
use crate::structure::Structure;
use bevy_ecs::prelude::{Resource, World};
use rayon::prelude::*;

/// Value of households' homes; written by the housing market together with the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Resource, serde::Serialize, serde::Deserialize)]
pub struct HomeValues {
    /// Homes of all households \[fen\].
    pub households: Fen,
}

/// Balance sheets of all columns at one moment \[fen\]: assets positive, liabilities negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Resource, serde::Serialize, serde::Deserialize)]
pub struct BalanceSheets {
    columns: usize,
    balances: Vec<Fen>,
    /// Stocks of each product: finished goods of its makers and materials of all users \[0.01 yuan at 2023 prices\].
    pub goods: Vec<i128>,
    /// Whether some household holds a negative amount or something that is no number.
    pub faulty_households: bool,
}

/// The balance sheets that the current tick opened with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Resource, serde::Serialize, serde::Deserialize)]
pub struct OpeningBalances(pub BalanceSheets);

impl BalanceSheets {
    /// Empty balance sheets of an economy with so many sectors.
    #[must_use]
    pub fn new(sectors: usize) -> Self {
        let columns = FIXED_COLUMNS + sectors;
        Self {
            columns,
            balances: vec![0; Instrument::ALL.len() * columns],
            goods: vec![0; sectors],
            faulty_households: false,
        }
    }

    /// Number of columns.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// A balance, by position of the column.
    #[must_use]
    pub fn at(&self, instrument: Instrument, column: usize) -> Fen {
        self.balances[instrument.index() * self.columns + column]
    }

    /// A balance.
    #[must_use]
    pub fn get(&self, instrument: Instrument, column: Column) -> Fen {
        self.at(instrument, column.index())
    }

    /// Sum of a row over all columns.
    #[must_use]
    pub fn row_sum(&self, instrument: Instrument) -> Fen {
        (0..self.columns).map(|c| self.at(instrument, c)).sum()
    }

    /// The column's `net_worth` entry: minus the sum of its balances, so that the column sums to zero.
    #[must_use]
    pub fn net_worth(&self, column: usize) -> Fen {
        -Instrument::ALL.iter().map(|i| self.at(*i, column)).sum::<Fen>()
    }

    /// Adds to a balance.
    pub fn add(&mut self, instrument: Instrument, column: Column, amount: Fen) {
        self.balances[instrument.index() * self.columns + column.index()] += amount;
    }

    /// A claim of `amount`: the holder's asset, the issuer's liability.
    fn claim(&mut self, instrument: Instrument, holder: Column, issuer: Column, amount: Fen) {
        self.add(instrument, holder, amount);
        self.add(instrument, issuer, -amount);
    }
}

/// Measures all balance sheets.
///
/// # Panics
/// If the world has no [`Structure`].
#[must_use]
pub fn measure(world: &mut World) -> BalanceSheets {
    let mut sheets = BalanceSheets::new(world.resource::<Structure>().sector_count());
    measure_households(world, &mut sheets);
    measure_firms(world, &mut sheets);
    measure_banks(world, &mut sheets);
    measure_local_governments(world, &mut sheets);
    measure_authorities(world, &mut sheets);
    // Last: the fund's units are worth what everything else leaves it.
    let net_assets = -sheets.net_worth(Column::Funds.index());
    sheets.claim(Instrument::Shares, Column::Households, Column::Funds, net_assets);
    sheets
}

/// What the funds own less what they owe, before their units: the value of all units of the equity fund.
#[must_use]
pub fn fund_net_assets(world: &mut World) -> Fen {
    let mut sheets = BalanceSheets::new(world.resource::<Structure>().sector_count());
    measure_firms(world, &mut sheets);
    measure_banks(world, &mut sheets);
    measure_authorities(world, &mut sheets);
    -sheets.net_worth(Column::Funds.index())
}

#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
struct HouseholdSums {
    deposits: Fen,
    units: Fen,
    mortgages: Fen,
    other_loans: Fen,
    advances: Fen,
    faulty: bool,
}

/// Whether a household's money or home is negative or no number.
#[must_use]
pub fn faulty(wallet: &Wallet, home: &Home) -> bool {
    let signs = wallet.deposits.0
        | wallet.wealth_units.0
        | wallet.equity_units
        | home.mortgage.0
        | home.other_loans.0
        | home.advances.0;
    let area = home.floor_space >= 0.0 && home.floor_space_ordered >= 0.0 && home.floor_space < f32::INFINITY;
    signs < 0 || !area || !wallet.real_consumption.is_finite() || !wallet.expected_income.is_finite()
}

impl HouseholdSums {
    fn of(wallets: &[Wallet], homes: &[Home]) -> Self {
        let mut sums = Self::default();
        for (wallet, home) in wallets.iter().zip(homes) {
            sums.deposits += wallet.deposits.fen();
            sums.units += wallet.wealth_units.fen();
            sums.mortgages += home.mortgage.fen();
            sums.other_loans += home.other_loans.fen();
            sums.advances += home.advances.fen();
            sums.faulty |= faulty(wallet, home);
        }
        sums
    }

    fn plus(self, other: Self) -> Self {
        Self {
            deposits: self.deposits + other.deposits,
            units: self.units + other.units,
            mortgages: self.mortgages + other.mortgages,
            other_loans: self.other_loans + other.other_loans,
            advances: self.advances + other.advances,
            faulty: self.faulty | other.faulty,
        }
    }
}

fn measure_households(world: &mut World, sheets: &mut BalanceSheets) {
    let mut query = world.query::<(&Wallet, &Home)>();
    let mut sums = HouseholdSums::default();
    for (wallets, homes) in query.contiguous_iter(world).expect("workers' components lie in tables") {
        let part = wallets.par_chunks(CHUNK).zip(homes.par_chunks(CHUNK)).map(|(w, h)| HouseholdSums::of(w, h));
        sums = sums.plus(part.reduce(HouseholdSums::default, HouseholdSums::plus));
    }
    let h = Column::Households;
    sheets.add(Instrument::Deposits, h, sums.deposits);
    sheets.add(Instrument::WealthManagementUnits, h, sums.units);
    sheets.add(Instrument::HouseholdMortgages, h, -sums.mortgages);
    sheets.add(Instrument::OtherHouseholdLoans, h, -sums.other_loans);
    sheets.add(Instrument::CustomerAdvances, h, sums.advances);
    sheets.add(Instrument::Homes, h, world.get_resource::<HomeValues>().map_or(0, |v| v.households));
    sheets.faulty_households = sums.faulty;
}

/// Book equity of a firm; negative if it owes more than it has.
#[must_use]
pub fn book_equity(books: &Books, inventory: &Inventory, capital: &Capital, development: &Development) -> Money {
    books.deposits + books.receivables - books.tax_arrears()
        + capital.value()
        + inventory.value()
        + development.homes_value
        + development.land_value
        - books.loans
        - books.bonds
        - books.advances
}

/// What a firm's lenders can hold on to: everything that it has, less the advances of buyers of homes, who rank first.
/// Payout and the opening norm of leverage share it; insolvency asks `book_equity`.
#[must_use]
pub fn assets_for_lenders(books: &Books, inventory: &Inventory, capital: &Capital, development: &Development) -> Money {
    book_equity(books, inventory, capital, development) + books.loans + books.bonds + books.tax_arrears()
}

fn measure_firms(world: &mut World, sheets: &mut BalanceSheets) {
    let mut query = world.query::<(&Identity, &Books, &Inventory, &Capital, &Development, &Ownership)>();
    for (identity, books, inventory, capital, development, ownership) in query.iter(world) {
        let sector = usize::from(identity.sector);
        let firm = Column::Firms(sector);
        sheets.add(Instrument::Deposits, firm, books.deposits.fen());
        sheets.add(Instrument::FirmLoans, firm, -books.loans.fen());
        sheets.add(Instrument::CorporateBonds, firm, -books.bonds.fen());
        sheets.add(Instrument::Payables, firm, (books.receivables - books.tax_arrears()).fen());
        sheets.add(Instrument::CustomerAdvances, firm, -books.advances.fen());
        sheets.add(Instrument::Capital, firm, capital.vintages.iter().map(|v| v.value.fen()).sum());
        sheets.add(Instrument::Inventories, firm, inventory.value().fen());
        sheets.add(Instrument::Homes, firm, development.homes_value.fen());
        sheets.add(Instrument::Land, firm, development.land_value.fen());
        sheets.goods[sector] += i128::from(inventory.finished.0);
        for (product, stock) in sheets.goods.iter_mut().enumerate() {
            *stock += i128::from(inventory.materials[product].0);
        }
        let equity = book_equity(books, inventory, capital, development).positive().fen();
        hold_shares(sheets, firm, equity, ownership);
    }
}

/// Splits a firm's equity over its owners; the fund takes what rounding leaves.
fn hold_shares(sheets: &mut BalanceSheets, firm: Column, equity: Fen, ownership: &Ownership) {
    let mut rest = equity;
    for (holder, share) in [
        (Column::CentralGovernment, ownership.state_share),
        (Column::RestOfWorld, ownership.foreign_share),
        (Column::Households, ownership.founder_share),
    ] {
        let held = share_of(equity, share).min(rest);
        sheets.claim(Instrument::Shares, holder, firm, held);
        rest -= held;
    }
    sheets.claim(Instrument::Shares, Column::Funds, firm, rest);
}

/// A share of an amount, rounded down.
#[allow(clippy::cast_possible_truncation, reason = "a share between zero and one in units of 2^-24")]
fn share_of(amount: Fen, share: f32) -> Fen {
    const ONE: f32 = 16_777_216.0;
    (amount * (share.clamp(0.0, 1.0) * ONE) as Fen) >> 24
}

fn measure_banks(world: &mut World, sheets: &mut BalanceSheets) {
    let mut query = world.query::<&Bank>();
    for bank in query.iter(world) {
        let b = Column::Banks;
        for (instrument, amount) in [
            (Instrument::Deposits, -bank.deposits),
            (Instrument::Reserves, bank.reserves),
            (Instrument::CentralBankCredit, -bank.central_bank_credit),
            (Instrument::InterbankLoans, bank.interbank_claims - bank.interbank_debts),
            (Instrument::FirmLoans, bank.firm_loans),
            (Instrument::HouseholdMortgages, bank.mortgages),
            (Instrument::OtherHouseholdLoans, bank.other_household_loans),
            (Instrument::LgfvLoans, bank.lgfv_loans),
            (Instrument::LgfvBonds, bank.lgfv_bonds),
            (Instrument::CorporateBonds, bank.corporate_bonds),
            (Instrument::LocalBonds, bank.local_bonds),
            (Instrument::CentralBonds, bank.central_bonds),
            (Instrument::ForeignAssets, bank.foreign_assets),
        ] {
            sheets.add(instrument, b, amount);
        }
        let equity = bank.equity().max(0);
        let state = crate::mechanisms::finance::share(equity, bank.state_share).min(equity);
        sheets.claim(Instrument::Shares, Column::CentralGovernment, b, state);
        sheets.claim(Instrument::Shares, Column::Funds, b, equity - state);
    }
}

fn measure_local_governments(world: &mut World, sheets: &mut BalanceSheets) {
    let mut query = world.query::<(&LocalGovernment, &FinancingVehicle)>();
    for (government, vehicle) in query.iter(world) {
        for (instrument, amount) in [
            (Instrument::Deposits, government.deposits),
            (Instrument::LocalBonds, -government.bonds),
            (Instrument::Payables, government.tax_claims - government.arrears),
            (Instrument::Capital, government.infrastructure),
            (Instrument::Land, government.land_value),
        ] {
            sheets.add(instrument, Column::LocalGovernments, amount);
        }
        for (instrument, amount) in [
            (Instrument::Deposits, vehicle.deposits),
            (Instrument::LgfvLoans, -vehicle.bank_loans()),
            (Instrument::LgfvBonds, -vehicle.bonds),
            (Instrument::Capital, vehicle.capital),
        ] {
            sheets.add(instrument, Column::Lgfvs, amount);
        }
    }
}

fn measure_authorities(world: &World, sheets: &mut BalanceSheets) {
    if let Some(government) = world.get_resource::<CentralGovernment>() {
        sheets.add(Instrument::TreasuryDeposits, Column::CentralGovernment, government.treasury);
        sheets.add(Instrument::CentralBonds, Column::CentralGovernment, -government.bonds);
        sheets.add(Instrument::Payables, Column::CentralGovernment, government.tax_claims);
    }
    if let Some(bank) = world.get_resource::<CentralBank>() {
        sheets.claim(Instrument::Currency, Column::Households, Column::CentralBank, bank.currency);
        sheets.add(Instrument::Reserves, Column::CentralBank, -bank.reserves);
        sheets.add(Instrument::TreasuryDeposits, Column::CentralBank, -bank.treasury);
        sheets.add(Instrument::CentralBankCredit, Column::CentralBank, bank.credit);
        sheets.add(Instrument::CentralBonds, Column::CentralBank, bank.central_bonds);
        sheets.add(Instrument::ForeignAssets, Column::CentralBank, bank.foreign_assets);
    }
    if let Some(funds) = world.get_resource::<Funds>() {
        let f = Column::Funds;
        let deposits = funds.equity_deposits + funds.venture_deposits + funds.wealth_deposits;
        sheets.add(Instrument::Deposits, f, deposits);
        sheets.add(Instrument::WealthManagementUnits, f, -funds.wealth_units);
        sheets.add(Instrument::CorporateBonds, f, funds.corporate_bonds);
        sheets.add(Instrument::LgfvBonds, f, funds.lgfv_bonds);
        sheets.add(Instrument::LocalBonds, f, funds.local_bonds);
        sheets.add(Instrument::CentralBonds, f, funds.central_bonds);
    }
    if let Some(world) = world.get_resource::<RestOfWorld>() {
        sheets.add(Instrument::ForeignAssets, Column::RestOfWorld, -world.foreign_liabilities);
    }
}
