//! Sums of many small payments by bank: one row per flow, added up in fixed chunks.

use crate::accounts::Fen;

/// Amounts by flow (position in a fixed list) and bank.
#[derive(Clone, Debug)]
pub struct Sums {
    banks: usize,
    amounts: Vec<i64>,
}

impl Sums {
    /// Empty sums.
    #[must_use]
    pub fn new(flows: usize, banks: usize) -> Self {
        Self { banks, amounts: vec![0; flows * banks] }
    }

    /// Adds an amount.
    #[inline]
    pub fn add(&mut self, flow: usize, bank: usize, amount: i64) {
        self.amounts[flow * self.banks + bank] += amount;
    }

    /// Totals over chunks, by flow and bank.
    #[must_use]
    pub fn total(parts: &[Self]) -> Totals {
        let Some(first) = parts.first() else { return Totals { banks: 0, amounts: Vec::new() } };
        let amounts = (0..first.amounts.len()).map(|i| parts.iter().map(|p| Fen::from(p.amounts[i])).sum()).collect();
        Totals { banks: first.banks, amounts }
    }
}

/// Totals by flow and bank.
#[derive(Clone, Debug)]
pub struct Totals {
    banks: usize,
    amounts: Vec<Fen>,
}

impl Totals {
    /// Amount of a flow at a bank.
    #[must_use]
    pub fn at(&self, flow: usize, bank: usize) -> Fen {
        self.amounts.get(flow * self.banks + bank).copied().unwrap_or(0)
    }

    /// Amount of a flow over all banks.
    #[must_use]
    pub fn sum(&self, flow: usize) -> Fen {
        (0..self.banks).map(|b| self.at(flow, b)).sum()
    }

    /// Number of banks.
    #[must_use]
    pub const fn banks(&self) -> usize {
        self.banks
    }
}
