//! Banks, funds, the central bank and the central budget (M17, M19, M21).

#![allow(clippy::needless_pass_by_value, reason = "systems take their parameters by value")]

mod amounts;
pub mod bank_income;
pub mod bank_services;
pub mod credit;
pub mod fiscal_rule;
pub mod interbank;
pub mod interest_rates;
pub mod loan_quality;
pub mod monetary_policy;
pub mod resolution;
pub mod settlement_of_banks;
pub mod targets;
#[cfg(test)]
mod tests;
pub mod wealth;

pub use amounts::{interest, share, split_fen};
pub use bank_income::BankIncome;
pub use bank_services::BankServices;
pub use credit::{FirmCredit, means_of_payment};
pub use fiscal_rule::{FiscalRule, FiscalTargets};
pub use interbank::Interbank;
pub use interest_rates::{InterestRates, RateShifts};
pub use loan_quality::LoanQuality;
pub use monetary_policy::MonetaryPolicy;
pub use resolution::Resolution;
pub use settlement_of_banks::close_phase;
pub use targets::BankTargets;
pub use wealth::{PoolIncome, PoolTargets, WealthManagement};
