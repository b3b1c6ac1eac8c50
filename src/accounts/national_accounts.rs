//! Gross domestic product three ways, exactly.
//!
//! Products change hands in the rows consumption, inputs, investment, inventory change, government purchases, exports,
//! imports, rent and training. An entry tagged with an asset is the purchase of that asset; untagged entries are sales
//! and purchases of products. With S the untagged entries of a column and T the tagged ones:
//!
//! ```text
//! production  = Σ_firms S + Σ_financial (S + services rendered) − services used by firms and financial columns + tariffs
//! income      = Σ_firms (compensation + production taxes + operating surplus) + the same surplus of financial columns …
//! expenditure = − Σ_final S − Σ_all T + services used by final columns + tariffs
//! ```
//!
//! Financial columns are banks, funds and the central bank; final columns are households, governments, financing
//! vehicles and the rest of the world. Services are the margins of banks (`Ledger::intermediation_services`, by user),
//! tariffs those that final columns pay themselves: what firms pay is among their production taxes, as are fees.
//! Production and expenditure come from the ledger, from different cells; income comes from the books that firms keep.
//! Inventories are at average cost on both sides, so holding gains are in none of the three.
//!
//! Real GDP (one fixed-base rule): output less inputs used, both in quantities at 2023 prices, that is final sales plus
//! the change of stocks (scrapping added back) less imports; its deflator also deflates banks' services and tariffs,
//! which have no quantity of their own. Source: System of National Accounts 2008, chapters 6 and 15.

use super::chart::{Column, Flow, Instrument};
use super::ledger::{Ledger, Row};
use super::money::Fen;
use crate::agents::{Books, Identity};
use crate::engine::GoodsBook;
use crate::structure::Structure;
use bevy_ecs::prelude::{Resource, World};

/// Rows in which products change hands.
const PRODUCT_FLOWS: [Flow; 9] = [
    Flow::Consumption,
    Flow::Inputs,
    Flow::Investment,
    Flow::InventoryChange,
    Flow::GovernmentPurchases,
    Flow::Exports,
    Flow::Imports,
    Flow::Rent,
    Flow::Training,
];

const FINANCIAL: [Column; 3] = [Column::Banks, Column::Funds, Column::CentralBank];
const GOVERNMENTS: [Column; 3] = [Column::LocalGovernments, Column::Lgfvs, Column::CentralGovernment];

/// Firms' profit and loss by sector \[fen\].
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FirmBooks {
    /// Wages and employers' contributions.
    pub compensation: Vec<Fen>,
    /// Taxes on production less subsidies, with tariffs and fees.
    pub production_taxes: Vec<Fen>,
    /// Gross operating surplus.
    pub operating_surplus: Vec<Fen>,
}

impl FirmBooks {
    /// Empty books of so many sectors.
    #[must_use]
    pub fn new(sectors: usize) -> Self {
        Self { compensation: vec![0; sectors], production_taxes: vec![0; sectors], operating_surplus: vec![0; sectors] }
    }

    /// Adds a firm's books.
    pub fn add(&mut self, sector: usize, books: &Books) {
        self.compensation[sector] += books.compensation.fen();
        self.production_taxes[sector] += books.production_taxes.fen();
        self.operating_surplus[sector] += books.operating_surplus().fen();
    }

    /// Adds up the books of all firms; a firm closed in the tick still has its quarter's books.
    #[must_use]
    pub fn collect(world: &mut World) -> Self {
        let mut total = Self::new(world.resource::<Structure>().sector_count());
        let mut query = world.query::<(&Identity, &Books)>();
        for (identity, books) in query.iter(world) {
            total.add(usize::from(identity.sector), books);
        }
        total
    }

    /// Value added of a sector.
    #[must_use]
    pub fn value_added(&self, sector: usize) -> Fen {
        self.compensation[sector] + self.production_taxes[sector] + self.operating_surplus[sector]
    }
}

/// National accounts of a quarter at current prices \[fen\].
#[derive(Clone, Debug, Default, PartialEq, Eq, Resource, serde::Serialize, serde::Deserialize)]
pub struct NationalAccounts {
    /// GDP by production.
    pub production: Fen,
    /// GDP by income.
    pub income: Fen,
    /// GDP by expenditure.
    pub expenditure: Fen,
    /// Household consumption with imports, tariffs and services of banks.
    pub household_consumption: Fen,
    /// Purchases of governments and financing vehicles other than assets.
    pub government_purchases: Fen,
    /// Purchases of capital and new homes.
    pub fixed_investment: Fen,
    /// Change of inventories.
    pub inventory_change: Fen,
    /// Exports.
    pub exports: Fen,
    /// Imports without tariffs.
    pub imports: Fen,
    /// Compensation of employees.
    pub compensation: Fen,
    /// Production taxes less subsidies, tariffs of final users included.
    pub production_taxes: Fen,
    /// Gross operating surplus, banks' included, less firms' use of banks' services.
    pub operating_surplus: Fen,
    /// Banks' services to final users.
    pub final_intermediation: Fen,
    /// Tariffs that final users pay themselves.
    pub final_tariffs: Fen,
    /// Value added by sector: firms less banks' services that they use; finance with banks. Sums to GDP less
    /// `final_tariffs`.
    pub value_added: Vec<Fen>,
}

/// Untagged product entries of a column.
fn products(ledger: &Ledger, column: Column) -> Fen {
    PRODUCT_FLOWS.iter().map(|f| ledger.entry(Row::Transaction(*f), None, column.index())).sum()
}

/// Tagged entries of a flow in all columns.
fn tagged(ledger: &Ledger, flow: Flow) -> Fen {
    let columns = ledger.columns();
    Instrument::ALL
        .iter()
        .map(|i| (0..columns).map(|c| ledger.entry(Row::Transaction(flow), Some(*i), c)).sum::<Fen>())
        .sum()
}

impl NationalAccounts {
    /// Compiles the accounts of a quarter; `finance` is the sector that banks belong to.
    #[must_use]
    pub fn compile(ledger: &Ledger, books: &FirmBooks, finance: usize) -> Self {
        let sectors = books.compensation.len();
        let services = |c: Column| ledger.intermediation_services[c.index()];
        let tariffs = |c: Column| -ledger.flow(Flow::Tariff, c);
        let rendered: Fen = ledger.intermediation_services.iter().sum();
        let firm_services: Fen = (0..sectors).map(|s| services(Column::Firms(s))).sum();
        let financial: Fen = FINANCIAL.iter().map(|c| products(ledger, *c) - services(*c)).sum::<Fen>() + rendered;
        let payers = [Column::Households, Column::LocalGovernments, Column::Lgfvs];
        let final_tariffs: Fen = payers.iter().map(|c| tariffs(*c)).sum();

        let firms: Fen = (0..sectors).map(|s| products(ledger, Column::Firms(s))).sum();
        let production = firms + financial - firm_services + final_tariffs;

        let compensation: Fen = books.compensation.iter().sum();
        let firm_taxes: Fen = books.production_taxes.iter().sum();
        let production_taxes = firm_taxes + final_tariffs;
        let operating_surplus = books.operating_surplus.iter().sum::<Fen>() + financial - firm_services;

        let household_consumption =
            -products(ledger, Column::Households) + tariffs(Column::Households) + services(Column::Households);
        let government_purchases = GOVERNMENTS
            .iter()
            .map(|c| {
                let tariff = if *c == Column::CentralGovernment { 0 } else { tariffs(*c) };
                -products(ledger, *c) + tariff + services(*c)
            })
            .sum();
        let fixed_investment = -tagged(ledger, Flow::Investment);
        let inventory_change = -tagged(ledger, Flow::InventoryChange);
        let imports = ledger.entry(Row::Transaction(Flow::Imports), None, Column::RestOfWorld.index());
        let exports = imports - products(ledger, Column::RestOfWorld) + services(Column::RestOfWorld);
        let expenditure =
            household_consumption + government_purchases + fixed_investment + inventory_change + exports - imports;

        let final_columns = [Column::Households, Column::RestOfWorld].into_iter().chain(GOVERNMENTS);
        let value_added = (0..sectors)
            .map(|s| {
                let banks = if s == finance { financial } else { 0 };
                books.value_added(s) - services(Column::Firms(s)) + banks
            })
            .collect();
        Self {
            production,
            income: compensation + production_taxes + operating_surplus,
            expenditure,
            household_consumption,
            government_purchases,
            fixed_investment,
            inventory_change,
            exports,
            imports,
            compensation,
            production_taxes,
            operating_surplus,
            final_intermediation: final_columns.map(services).sum(),
            final_tariffs,
            value_added,
        }
    }
}

/// Real GDP of the goods and services that have quantities \[2023 yuan\]: output less inputs used.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "a statistic")]
pub fn real_product(goods: &GoodsBook) -> f64 {
    let net: i128 = goods.output.iter().sum::<i128>() - goods.inputs_used.iter().sum::<i128>();
    net as f64 / 100.0
}

/// Real GDP and its deflator: banks' services and final users' tariffs are deflated with the price of everything else.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "a statistic")]
pub fn real_gdp(accounts: &NationalAccounts, goods: &GoodsBook) -> (f64, f64) {
    let real = real_product(goods);
    let nominal = accounts.production - accounts.final_intermediation - accounts.final_tariffs;
    let deflator = nominal as f64 / 100.0 / real;
    (accounts.production as f64 / 100.0 / deflator, deflator)
}
