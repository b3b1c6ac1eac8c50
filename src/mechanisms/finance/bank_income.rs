//! Income of banks and the central bank, taxes and dividends.
//!
//! Banks receive interest on reserves, foreign assets and central bonds, pay for borrowed reserves, and insure
//! deposits; profit is taxed, and the rest is paid out as far as capital moves to its target. The central bank pays its
//! profit to the treasury once it has made up for earlier losses. Interest on loans, other bonds
//! and deposits was settled with the customers before.
//!
//! ```text
//! tax = t · (Π − losses of five years)⁺;   dividends = min(Π − tax − g · E − κ · (k* · W − E), E' − k · W)⁺
//! ```
//!
//! Π profit of the tick after premiums, the change of provisions and losses that they did not cover (`loan_quality`); g
//! expected nominal growth; E capital less profit after tax; E' capital; W `risk_weighted_assets`; k* the bank's target
//! ratio, k the requirement; κ `capital_adjustment`. Firms close after this phase, so what their closure costs beyond
//! provisions is charged a quarter later; vehicles' debt at once. The rate on foreign assets is a constant.
//!
//! Source: partial adjustment to a target capital ratio (Berrospide & Edge 2010); Company Income Tax Law, with five years
//! of loss carry-forward reckoned by quarters; Deposit Insurance Regulation (2015). Departure: none pays less than nothing (no share
//! issue). Reads `BankTargets`, `RateShifts`, `Indicators`, `CentralDebt`; writes `Bank` (profit, provisions, uncharged and
//! tax losses), `CentralBank` (profit, losses carried), `CentralGovernment` (revenue, spending), `Funds` (equity and pool income), `Ledger`. Draws: none.
//!
//! Known defect: provisions that are released count as earnings and are paid out in the quarter, also when public capital
//! had made up for them: a bank of few borrowers swings between losses that the state bears and dividends.
//!
//! Not here yet: risk-rated premiums, share issue.

use super::amounts::{interest, share};
use super::credit;
use super::fiscal_rule::CentralDebt;
use super::interbank;
use super::interest_rates::{RateShifts, in_force};
use super::loan_quality::{self, provisions_needed};
use super::settlement_of_banks::capital_now;
use super::targets::{BankTargets, of_class};
use crate::accounts::{Fen, Flow, Ledger, Party};
use crate::agents::bank::TAX_LOSS_QUARTERS;
use crate::agents::{Bank, BankClass, CentralBank, CentralGovernment, Funds};
use crate::engine::indicators::Indicators;
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::{IntoScheduleConfigs, Query, Res, ResMut};

parameters! {
    /// Income of banks and the central bank.
    pub struct Parameters {
        /// Interest on reserves at the opening. Source: People's Bank of China, 1.62 % on required reserves.
        reserve_rate: f64 = 0.0162, "per year", 0.0..=0.1;
        /// Return on foreign assets. Assumption, between the yield and the official primary income of 2023.
        world_rate: f64 = 0.02, "per year", 0.0..=0.1;
        /// Premium over deposits. Assumption, order of the base premium of China's deposit insurance.
        insurance_premium: f64 = 0.0002, "per year", 0.0..=0.01;
        /// Company tax. Source: Company Income Tax Law, `parameters.csv` `corporate_tax_rate`.
        company_tax: f64 = 0.25, "1", 0.0..=0.6;
        /// Part of the gap to the target capital ratio that retained profit closes. Source: Berrospide & Edge (2010) order of magnitude.
        capital_adjustment: f64 = 0.1, "per quarter", 0.0..=1.0;
        /// State's share in the equity of large state banks. Assumption from shareholders' lists.
        state_share_large_state: f64 = 0.6, "1", 0.0..=1.0;
        /// State's share in the equity of joint-stock banks. Assumption.
        state_share_joint_stock: f64 = 0.3, "1", 0.0..=1.0;
        /// State's share in the equity of city banks. Assumption.
        state_share_city: f64 = 0.2, "1", 0.0..=1.0;
        /// State's share in the equity of rural banks. Assumption.
        state_share_rural: f64 = 0.1, "1", 0.0..=1.0;
        /// State's share in the equity of other banks. Assumption (policy banks among them).
        state_share_other: f64 = 0.6, "1", 0.0..=1.0;
    }
}

impl Parameters {
    /// State's share in the equity of a class.
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
}

/// Income of banks and the central bank, taxes and dividends.
pub struct BankIncome;

impl Mechanism for BankIncome {
    const NAME: &'static str = "bank_income";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "capital target",
        off: &["bank_income.capital_adjustment=0.0"],
        instead: "banks pay out what growth of capital with the economy leaves, whatever their capital ratio is; interest, premiums and taxes cannot be switched off",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (
            earn_on_reserves_and_foreign_assets,
            pay_central_bond_interest,
            interbank::pay_interest,
            charge_losses,
            pay_premiums_and_tax,
            pay_dividends,
            pay_central_bank_profit,
        )
            .chain()
    }
}

/// What a profit is taxed on after earlier losses, the oldest first, have been set against it; a loss is kept for later
/// quarters and one that is too old lapses (Company Income Tax Law, article 18).
#[must_use]
pub fn taxable(profit: Fen, losses: &mut [Fen; TAX_LOSS_QUARTERS]) -> Fen {
    let mut left = profit.max(0);
    for loss in losses.iter_mut().rev() {
        let used = (*loss).min(left);
        *loss -= used;
        left -= used;
    }
    losses.rotate_right(1);
    losses[0] = (-profit).max(0);
    left
}

/// Losses that provisions did not cover, and what brings provisions to what is needed, come out of this quarter's profit.
fn charge_losses((quality, targets): (Res<loan_quality::Parameters>, Res<BankTargets>), mut banks: Query<&mut Bank>) {
    for (mut bank, general) in banks.iter_mut().zip(&targets.general_provisions) {
        let bank = &mut *bank;
        let needed = provisions_needed(bank.loans(), bank.non_performing, *general, &quality);
        bank.profit -= core::mem::take(&mut bank.uncharged_losses) + needed - bank.provisions;
        bank.provisions = needed;
    }
}

/// Partial adjustment to a target capital ratio: dividend out of a profit after tax \[fen\].
#[must_use]
pub fn dividend(profit: Fen, capital: Fen, target: Fen, growth: f64, adjustment: f64) -> Fen {
    (profit - share(capital, growth) - share(target - capital, adjustment)).max(0)
}

fn earn_on_reserves_and_foreign_assets(
    (parameters, shifts): (Res<Parameters>, Res<RateShifts>),
    mut banks: Query<&mut Bank>,
    mut central_bank: ResMut<CentralBank>,
    mut ledger: ResMut<Ledger>,
) {
    let reserve_rate = in_force(parameters.reserve_rate, shifts.reserves);
    central_bank.profit = 0;
    for (b, mut bank) in banks.iter_mut().enumerate() {
        let on_reserves = interest(bank.reserves.max(0), reserve_rate);
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
        let premium = interest(bank.deposits, parameters.insurance_premium);
        ledger.transfer_total(Party::Bank(b), Party::CentralGovernment, premium, Flow::InsurancePremiums);
        let profit = bank.profit - premium;
        let tax = share(taxable(profit, &mut bank.tax_losses), parameters.company_tax);
        ledger.transfer_total(Party::Bank(b), Party::CentralGovernment, tax, Flow::CompanyTax);
        bank.profit -= premium + tax;
        government.revenue += premium + tax;
    }
}

fn pay_dividends(
    (parameters, credit): (Res<Parameters>, Res<credit::Parameters>),
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
        let assets = bank.risk_weighted_assets();
        let target = share(assets, targets.capital_ratio[b]);
        let capital = capital_now(&bank, &ledger);
        // The gap is measured before this quarter's profit, so that a bank at its target pays out what it earns.
        let wanted = dividend(bank.profit, capital - bank.profit, target, growth, parameters.capital_adjustment);
        // Nothing is distributed out of the capital that the rules require.
        let paid = wanted.min((capital - share(assets, credit.capital_requirement(bank.class))).max(0));
        let to_state = share(paid, bank.state_share);
        ledger.transfer_total(Party::Bank(b), Party::CentralGovernment, to_state, Flow::Dividends);
        ledger.transfer_total(Party::Bank(b), fund, paid - to_state, Flow::Dividends);
        government.revenue += to_state;
        funds.equity_deposits += paid - to_state;
        funds.equity_income += paid - to_state;
    }
}

/// What the central bank pays out of a profit after it made up for earlier losses, and the losses left \[fen\].
#[must_use]
pub fn remittance(profit: Fen, losses: Fen) -> (Fen, Fen) {
    let rest = profit - losses;
    (rest.max(0), (-rest).max(0))
}

fn pay_central_bank_profit(
    mut central_bank: ResMut<CentralBank>,
    mut government: ResMut<CentralGovernment>,
    mut ledger: ResMut<Ledger>,
) {
    let (profit, losses) = remittance(central_bank.profit, central_bank.losses_carried);
    central_bank.losses_carried = losses;
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
    fn the_central_bank_makes_up_for_losses_before_it_pays() {
        assert_eq!(remittance(100, 0), (100, 0));
        assert_eq!(remittance(-30, 10), (0, 40));
        assert_eq!(remittance(100, 40), (60, 0));
    }

    #[test]
    fn losses_are_set_against_profits_of_five_years() {
        let mut losses = [0; TAX_LOSS_QUARTERS];
        assert_eq!(taxable(-100, &mut losses), 0);
        assert_eq!(taxable(60, &mut losses), 0);
        assert_eq!(taxable(60, &mut losses), 20);
        assert_eq!(taxable(-100, &mut losses), 0);
        for _ in 0..TAX_LOSS_QUARTERS {
            assert_eq!(taxable(0, &mut losses), 0);
        }
        assert_eq!(taxable(60, &mut losses), 60);
    }

    #[test]
    fn growth_and_a_gap_are_retained_first() {
        // 50 − 1 % · 1,000 − 10 % · (1,200 − 1,000)
        assert_eq!(dividend(50, 1_000, 1_200, 0.01, 0.1), 20);
        assert_eq!(dividend(-50, 1_000, 1_200, 0.0, 0.1), 0);
        assert_eq!(dividend(50, 1_000, 800, 0.0, 0.1), 70);
    }
}
