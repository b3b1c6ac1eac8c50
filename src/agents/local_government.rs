//! A local government (a province) and its financing vehicle, two balance sheets of one entity.

use crate::accounts::Fen;
use bevy_ecs::prelude::Component;

/// The budget authority of a region \[fen\].
#[derive(Clone, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct LocalGovernment {
    /// Region.
    pub region: u8,
    /// Bank that holds the deposits.
    pub bank: u16,
    /// Deposits.
    pub deposits: Fen,
    /// Explicit bonds.
    pub bonds: Fen,
    /// Owed to firms (arrears).
    pub arrears: Fen,
    /// Taxes and fees that firms owe.
    pub tax_claims: Fen,
    /// Land bank at cost of preparation.
    pub land_value: Fen,
    /// Land bank \[square metres of floor that it allows\].
    pub land: f64,
    /// Infrastructure at cost less depreciation.
    pub infrastructure: Fen,
    /// Purchases of goods and services set for this tick.
    pub appropriation: Fen,
    /// Infrastructure investment set for this tick.
    pub investment_appropriation: Fen,
    /// Revenue of this tick: shared and own taxes.
    pub tax_revenue: Fen,
    /// Revenue of this tick: land.
    pub land_revenue: Fen,
    /// Revenue of this tick: transfers from the centre.
    pub transfers: Fen,
    /// Revenue of this tick: fees.
    pub fee_revenue: Fen,
    /// Revenue of this tick: interest on deposits.
    pub interest_revenue: Fen,
    /// Spending of this tick.
    pub spending: Fen,
    /// Interest paid in this tick.
    pub interest: Fen,
    /// Revenue of the last tick.
    pub lagged_revenue: Fen,
    /// Share of purchases that is paid at once; the rest is owed \[1\].
    pub payment_ratio: f64,
    /// Administrative fee on firms' sales in force \[share\].
    pub fee_rate: f64,
    /// Part of wanted outlays that ordinary means and extra bonds would not cover, beyond a tolerance, smoothed
    /// \[share\].
    pub stress: f64,
    /// Land sold in this tick \[square metres of floor\].
    pub land_sold: f64,
}

impl LocalGovernment {
    /// Revenue of this tick.
    #[must_use]
    pub const fn revenue(&self) -> Fen {
        self.tax_revenue + self.land_revenue + self.transfers + self.fee_revenue + self.interest_revenue
    }

    /// Starts a new quarter's budget.
    pub const fn start_tick(&mut self) {
        self.lagged_revenue = self.revenue();
        self.tax_revenue = 0;
        self.land_revenue = 0;
        self.transfers = 0;
        self.fee_revenue = 0;
        self.interest_revenue = 0;
        self.spending = 0;
        self.interest = 0;
    }
}

/// The financing vehicle of a region \[fen\].
#[derive(Clone, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct FinancingVehicle {
    /// Deposits.
    pub deposits: Fen,
    /// Bank loans by bank.
    pub loans: Vec<Fen>,
    /// Bonds outstanding.
    pub bonds: Fen,
    /// Bonds held by the wealth-management pools; banks hold the rest.
    pub bonds_at_funds: Fen,
    /// Capital (infrastructure) at cost less depreciation.
    pub capital: Fen,
    /// New debt raised in this tick, for old debt or for investment.
    pub new_debt: Fen,
    /// Old debt repaid out of new debt in this tick.
    pub rolled_over: Fen,
    /// Interest paid in this tick.
    pub interest: Fen,
    /// Interest received on deposits in this tick.
    pub deposit_interest: Fen,
    /// Unpaid interest of past quarters, due again in the next; no debt of the balance sheet, without interest, and
    /// untouched by write-offs.
    pub overdue: Fen,
    /// Quarters in a row with overdue interest \[quarters\].
    pub quarters_overdue: u8,
}

impl FinancingVehicle {
    /// Starts a new quarter.
    pub const fn start_tick(&mut self) {
        self.new_debt = 0;
        self.rolled_over = 0;
        self.interest = 0;
        self.deposit_interest = 0;
    }

    /// All bank loans.
    #[must_use]
    pub fn bank_loans(&self) -> Fen {
        self.loans.iter().sum()
    }

    /// Interest-bearing debt.
    #[must_use]
    pub fn debt(&self) -> Fen {
        self.bank_loans() + self.bonds
    }
}
