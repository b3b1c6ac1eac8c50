//! Integer money, the ledger, the three matrices, the audit and the national accounts.
//!
//! A tick: [`open_books`] first, then the mechanisms (with [`audit_phase`] after each phase where wanted), then
//! [`close_books`], which measures, checks everything and leaves [`BalanceSheets`] and [`NationalAccounts`] behind.

pub mod audit;
pub mod balance;
pub mod batch;
pub mod chart;
pub mod ledger;
pub mod money;
pub mod national_accounts;

#[cfg(test)]
mod audit_tests;
#[cfg(test)]
pub mod test_world;

pub use audit::{AuditError, Breaches, Code, audit_phase, close_books, open_books};
pub use balance::{BalanceSheets, HomeValues, OpeningBalances, measure};
pub use batch::Batch;
pub use chart::{Column, Flow, Instrument};
pub use ledger::{Ledger, Party, Payment, Row};
pub use money::{Fen, Money, Quantity};
pub use national_accounts::{FirmBooks, NationalAccounts};
