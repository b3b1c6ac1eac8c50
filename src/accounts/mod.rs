//! Integer money, the ledger, the three matrices, the audit and the national accounts.

pub mod chart;
pub mod ledger;
pub mod money;

pub use chart::{Column, Flow, Instrument};
pub use ledger::{Ledger, Party, Payment, Row};
pub use money::{Fen, Money, Quantity};
