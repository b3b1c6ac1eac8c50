//! Income of banks and the central bank, taxes and dividends.
//!
//! Banks receive interest on reserves, foreign assets and central bonds, pay for borrowed reserves, and insure
//! deposits; profit is taxed, and the rest is paid out as far as capital moves to its target. The central bank pays its
//! profit to the treasury; a loss stays with it and is not recouped from later profits. Interest on loans, other bonds
//! and deposits was settled with the customers before.
//!
//! ```text
//! tax = t · Π⁺;   dividends = max(0, Π − tax − g · E − κ · (k* · W − E))
//! loan losses:  E ← E − losses,   Π unchanged
//! ```
//!
//! Π profit of the tick after premiums and before loan losses; g expected nominal growth; E equity less profit after
//! tax; W `risk_weighted_assets`; k* the bank's target ratio; κ `capital_adjustment`. Loan losses lower equity and so,
//! through the gap to the target, later dividends, but neither the taxed profit nor the profit that dividends start
//! from: firms close after this phase, and the calendar sets profit to zero before the next; write-offs of financing
//! vehicles are never taken from profit. Known defect: `Bank::margin` adds losses back to profit and so counts those
//! write-offs as income. `Bank::provisions` is coverage times bad loans, and bad loans stay at their opening value:
//! both are constants and respond to nothing. Rates on reserves and foreign assets are constants as well.
//!
//! Source: partial adjustment to a target capital ratio (Berrospide & Edge 2010); Company Income Tax Law; Deposit
//! Insurance Regulation (2015). Departure: none pays less than nothing (no share issue). Reads `BankTargets`,
//! `Indicators`, `CentralDebt`; writes `Bank` (profit, provisions, margin), `CentralBank` (profit), `CentralGovernment`
//! (revenue, spending), `Funds` (equity and pool income), `Ledger`. Draws: none.
//!
//! Not here yet: risk-rated premiums, bad loans that follow firms' distress, provisions and losses charged against
//! profit, share issue, recouping of losses of the central bank.

use super::amounts::{interest, share};
use super::fiscal_rule::CentralDebt;
use super::interbank;
use super::settlement_of_banks::equity_now;
use super::targets::{BankTargets, of_class};
use crate::accounts::{Fen, Flow, Ledger, Party};
use crate::agents::{Bank, BankClass, CentralBank, CentralGovernment, Funds};
use crate::engine::indicators::Indicators;
use crate::engine::mechanism::{Mechanism, Systems};
use bevy_ecs::prelude::{IntoScheduleConfigs, Query, Res, ResMut};

parameters! {
    /// Income of banks and the central bank.
    pub struct Parameters {
        /// Interest on reserves. Source: People's Bank of China, 1.62 % on required reserves.
        reserve_rate: f64 = 0.0162, "per year", 0.0..=0.1;
        /// Return on foreign assets. Assumption, between the yield and the official primary income of 2023.
        world_rate: f64 = 0.02, "per year", 0.0..=0.1;
        /// Premium over deposits. Assumption, order of the base premium of China's deposit insurance.
        insurance_premium: f64 = 0.0002, "per year", 0.0..=0.01;
        /// Company tax. Source: Company Income Tax Law, `parameters.csv` `corporate_tax_rate`.
        company_tax: f64 = 0.25, "1", 0.0..=0.6;
        /// Part of the gap to the target capital ratio that retained profit closes. Source: Berrospide & Edge (2010) order of magnitude.
        capital_adjustment: f64 = 0.1, "per quarter", 0.0..=1.0;
        /// State's share in dividends of large state banks. Assumption from shareholders' lists.
        state_share_large_state: f64 = 0.6, "1", 0.0..=1.0;
        /// State's share in dividends of joint-stock banks. Assumption.
        state_share_joint_stock: f64 = 0.3, "1", 0.0..=1.0;
        /// State's share in dividends of city banks. Assumption.
        state_share_city: f64 = 0.2, "1", 0.0..=1.0;
        /// State's share in dividends of rural banks. Assumption.
        state_share_rural: f64 = 0.1, "1", 0.0..=1.0;
        /// State's share in dividends of other banks. Assumption (policy banks among them).
        state_share_other: f64 = 0.6, "1", 0.0..=1.0;
        /// Provisions over non-performing loans, large state banks. Source: `banks.csv` `provision_coverage`.
        coverage_large_state: f64 = 2.4848, "1", 0.0..=5.0;
        /// Provisions over non-performing loans, joint-stock banks. Source: `banks.csv` `provision_coverage`.
        coverage_joint_stock: f64 = 2.1907, "1", 0.0..=5.0;
        /// Provisions over non-performing loans, city banks. Source: `banks.csv` `provision_coverage`.
        coverage_city: f64 = 1.9494, "1", 0.0..=5.0;
        /// Provisions over non-performing loans, rural banks. Source: `banks.csv` `provision_coverage`.
        coverage_rural: f64 = 1.3437, "1", 0.0..=5.0;
        /// Provisions over non-performing loans, other banks. Source: `banks.csv`, mean of commercial banks.
        coverage_other: f64 = 2.0514, "1", 0.0..=5.0;
    }
}

impl Parameters {
    /// State's share in the dividends of a class.
    #[must_use]
    pub fn state_share(&self, class: BankClass) -> f64 {
        let table = [
            self.state_share_large_state,
            self.state_share_joint_stock,
            self.state_share_city,
            self.state_share_rural,
            self.state_share_other,
        ];
        of_class(class, table)
    }

    fn coverage(&self, class: BankClass) -> f64 {
        let table = [
            self.coverage_large_state,
            self.coverage_joint_stock,
            self.coverage_city,
            self.coverage_rural,
            self.coverage_other,
        ];
        of_class(class, table)
    }
}

/// Income of banks and the central bank, taxes and dividends.
pub struct BankIncome;

impl Mechanism for BankIncome {
    const NAME: &'static str = "bank_income";
    type Parameters = Parameters;
    fn systems() -> Systems {
        (
            earn_on_reserves_and_foreign_assets,
            pay_central_bond_interest,
            interbank::pay_interest,
            pay_premiums_and_tax,
            pay_dividends,
            pay_central_bank_profit,
        )
            .chain()
    }
}

/// Partial adjustment to a target capital ratio: dividend out of a profit after tax \[fen\].
#[must_use]
pub fn dividend(profit: Fen, equity: Fen, target_equity: Fen, growth: f64, adjustment: f64) -> Fen {
    (profit - share(equity, growth) - share(target_equity - equity, adjustment)).max(0)
}

fn earn_on_reserves_and_foreign_assets(
    parameters: Res<Parameters>,
    mut banks: Query<&mut Bank>,
    mut central_bank: ResMut<CentralBank>,
    mut ledger: ResMut<Ledger>,
) {
    central_bank.profit = 0;
    for (b, mut bank) in banks.iter_mut().enumerate() {
        let on_reserves = interest(bank.reserves.max(0), parameters.reserve_rate);
        ledger.transfer_total(Party::CentralBank, Party::Bank(b), on_reserves, Flow::InterestReserves);
        let on_foreign_assets = interest(bank.foreign_assets, parameters.world_rate);
        ledger.transfer_total(Party::RestOfWorld, Party::Bank(b), on_foreign_assets, Flow::InterestForeignAssets);
        bank.profit += on_reserves + on_foreign_assets;
        central_bank.profit -= on_reserves;
    }
    let own = interest(central_bank.foreign_assets, parameters.world_rate);
    ledger.transfer_total(Party::RestOfWorld, Party::CentralBank, own, Flow::InterestForeignAssets);
    central_bank.profit += own;
}

fn pay_central_bond_interest(
    debt: Res<CentralDebt>,
    mut banks: Query<&mut Bank>,
    mut central_bank: ResMut<CentralBank>,
    mut government: ResMut<CentralGovernment>,
    mut funds: ResMut<Funds>,
    mut ledger: ResMut<Ledger>,
) {
    let mut payment = ledger.open(Flow::InterestCentralBonds);
    let mut total = 0;
    for (b, mut bank) in banks.iter_mut().enumerate() {
        let amount = interest(bank.central_bonds, debt.coupon);
        payment.receive(Party::Bank(b), amount);
        bank.profit += amount;
        total += amount;
    }
    let to_pools = interest(funds.central_bonds, debt.coupon);
    payment.receive(Party::Fund { bank: usize::from(funds.wealth_bank) }, to_pools);
    funds.wealth_deposits += to_pools;
    funds.wealth_income += to_pools;
    let to_central_bank = interest(central_bank.central_bonds, debt.coupon);
    payment.receive(Party::CentralBank, to_central_bank);
    central_bank.profit += to_central_bank;
    total += to_pools + to_central_bank;
    payment.pay(Party::CentralGovernment, total);
    payment.close();
    government.spending += total;
}

fn pay_premiums_and_tax(
    parameters: Res<Parameters>,
    mut banks: Query<&mut Bank>,
    mut government: ResMut<CentralGovernment>,
    mut ledger: ResMut<Ledger>,
) {
    for (b, mut bank) in banks.iter_mut().enumerate() {
        bank.margin = bank.profit + bank.losses + bank.operating_costs;
        bank.provisions = share(bank.non_performing, parameters.coverage(bank.class));
        let premium = interest(bank.deposits, parameters.insurance_premium);
        ledger.transfer_total(Party::Bank(b), Party::CentralGovernment, premium, Flow::InsurancePremiums);
        let tax = share((bank.profit - premium).max(0), parameters.company_tax);
        ledger.transfer_total(Party::Bank(b), Party::CentralGovernment, tax, Flow::CompanyTax);
        bank.profit -= premium + tax;
        government.revenue += premium + tax;
    }
}

fn pay_dividends(
    parameters: Res<Parameters>,
    targets: Res<BankTargets>,
    indicators: Res<Indicators>,
    mut banks: Query<&mut Bank>,
    mut government: ResMut<CentralGovernment>,
    mut funds: ResMut<Funds>,
    mut ledger: ResMut<Ledger>,
) {
    let growth = indicators.gdp_growth + indicators.expected_inflation;
    let fund = Party::Fund { bank: usize::from(funds.equity_bank) };
    for (b, bank) in banks.iter_mut().enumerate() {
        let target = share(bank.risk_weighted_assets(), targets.capital_ratio[b]);
        let equity = equity_now(&bank, &ledger);
        // The gap is measured before this quarter's profit, so that a bank at its target pays out what it earns.
        let paid = dividend(bank.profit, equity - bank.profit, target, growth, parameters.capital_adjustment);
        let to_state = share(paid, parameters.state_share(bank.class));
        ledger.transfer_total(Party::Bank(b), Party::CentralGovernment, to_state, Flow::Dividends);
        ledger.transfer_total(Party::Bank(b), fund, paid - to_state, Flow::Dividends);
        government.revenue += to_state;
        funds.equity_deposits += paid - to_state;
        funds.equity_income += paid - to_state;
    }
}

fn pay_central_bank_profit(
    central_bank: Res<CentralBank>,
    mut government: ResMut<CentralGovernment>,
    mut ledger: ResMut<Ledger>,
) {
    let profit = central_bank.profit.max(0);
    ledger.transfer_total(Party::CentralBank, Party::CentralGovernment, profit, Flow::CentralBankProfit);
    government.revenue += profit;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_target_and_without_growth_all_profit_is_paid_out() {
        assert_eq!(dividend(50, 1_000, 1_000, 0.0, 0.1), 50);
    }

    #[test]
    fn growth_and_a_gap_are_retained_first() {
        // 50 − 1 % · 1,000 − 10 % · (1,200 − 1,000)
        assert_eq!(dividend(50, 1_000, 1_200, 0.01, 0.1), 20);
        assert_eq!(dividend(-50, 1_000, 1_200, 0.0, 0.1), 0);
        assert_eq!(dividend(50, 1_000, 800, 0.0, 0.1), 70);
    }
}
