//! Settlement of the quarter: wages, taxes, interest, repayments, dividends, benefits.

pub mod firms;
pub mod households;
pub mod institutions;
pub mod sums;
pub mod taxes;
