//! The audit: what must hold exactly, after every tick in every build and, where asked, after every phase.
//!
//! | code | what |
//! |---|---|
//! | `FLOW-ROW` | every row of `flow` sums to zero |
//! | `FLOW-COLUMN` | every column of `flow` sums to zero |
//! | `BULK` | every bulk payment balanced when it closed |
//! | `BALANCE-ROW` | every financial row of `balance` sums to zero |
//! | `STOCK-FLOW` | closing = opening − tagged flows + other changes, in every cell |
//! | `NEGATIVE` | no negative deposits, debts, stocks, capital, prices, hours; nothing that is no number |
//! | `HEADCOUNT` | people by status add up by region; every payroll lists exactly its people |
//! | `GOODS` | opening stock + output + imports = final sales + inputs used + scrapped + closing stock |
//! | `GDP-THREE-WAYS` | production = income = expenditure |
//!
//! Shares are valued at book equity, which moves with every payment; their revaluation is booked here, on both sides,
//! before the cells are compared, so for shares `STOCK-FLOW` can only fail by a revaluation that is one-sided.

mod goods;
mod headcount;
mod matrices;
mod negative;

use super::balance::{BalanceSheets, OpeningBalances, measure};
use super::ledger::Ledger;
use super::money::Fen;
use super::national_accounts::{FirmBooks, NationalAccounts};
use crate::engine::{Clock, GoodsBook};
use crate::structure::Structure;
use bevy_ecs::prelude::World;
use core::fmt;

/// What was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the module's table explains them")]
pub enum Code {
    FlowRow,
    FlowColumn,
    Bulk,
    BalanceRow,
    StockFlow,
    Negative,
    Headcount,
    Goods,
    GdpThreeWays,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FlowRow => "FLOW-ROW",
            Self::FlowColumn => "FLOW-COLUMN",
            Self::Bulk => "BULK",
            Self::BalanceRow => "BALANCE-ROW",
            Self::StockFlow => "STOCK-FLOW",
            Self::Negative => "NEGATIVE",
            Self::Headcount => "HEADCOUNT",
            Self::Goods => "GOODS",
            Self::GdpThreeWays => "GDP-THREE-WAYS",
        })
    }
}

/// One broken invariant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct AuditError {
    /// Tick.
    pub tick: u32,
    /// Phase after which it was found.
    pub phase: String,
    /// Which invariant.
    pub code: Code,
    /// Row of the cell (or what was counted).
    pub row: String,
    /// Column of the cell (or where); empty for a whole row.
    pub column: String,
    /// What is left over \[fen, heads or units of goods\].
    pub gap: Fen,
    /// Up to five agents, where that makes sense.
    pub agents: Vec<String>,
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in tick {} after {}: {}", self.code, self.tick, self.phase, self.row)?;
        if !self.column.is_empty() {
            write!(f, " of {}", self.column)?;
        }
        write!(f, ", gap {}", self.gap)?;
        if self.agents.is_empty() { Ok(()) } else { write!(f, " ({})", self.agents.join("; ")) }
    }
}

/// All invariants that an audit found broken, in the order of [`Code`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Breaches(pub Vec<AuditError>);

impl fmt::Display for Breaches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

/// Number of agents that a breach names.
const NAMED: usize = 5;

/// Collects breaches under a common heading.
struct Findings {
    tick: u32,
    phase: String,
    found: Vec<AuditError>,
}

impl Findings {
    fn add(&mut self, code: Code, row: impl Into<String>, column: impl Into<String>, gap: Fen, agents: Vec<String>) {
        self.found.push(AuditError {
            tick: self.tick,
            phase: self.phase.clone(),
            code,
            row: row.into(),
            column: column.into(),
            gap,
            agents: agents.into_iter().take(NAMED).collect(),
        });
    }
}

/// Starts a tick's books: the last closing balances become the opening ones, the ledger's flows are cleared. Measures
/// the balances if nobody has yet (before the first tick).
pub fn open_books(world: &mut World) {
    let opening = match world.get_resource::<BalanceSheets>() {
        Some(sheets) => sheets.clone(),
        None => measure(world),
    };
    world.insert_resource(OpeningBalances(opening));
    world.resource_mut::<Ledger>().start_tick();
}

/// Audits the opening position: rows of the balance sheet, signs, people. Nothing has moved yet.
///
/// # Errors
/// All breaches found.
pub fn audit_opening(world: &mut World) -> Result<(), Breaches> {
    let opening = measure(world);
    let mut findings = begin(world, "the opening");
    matrices::check(world, &opening, &mut findings);
    negative::check(world, &opening, true, &mut findings);
    headcount::check(world, &mut findings);
    finish(findings)
}

/// Audits in the middle of a tick, after the payments of `phase` have settled: everything but goods and GDP, which are
/// complete only at the end, and reserves and treasury, which may be overdrawn inside a tick.
///
/// # Errors
/// All breaches found.
pub fn audit_phase(world: &mut World, phase: &str) -> Result<(), Breaches> {
    let closing = measure(world);
    let mut findings = begin(world, phase);
    matrices::check(world, &closing, &mut findings);
    negative::check(world, &closing, false, &mut findings);
    headcount::check(world, &mut findings);
    finish(findings)
}

/// Closes a tick's books: measures the balances, checks everything, and leaves [`BalanceSheets`] (closing) and
/// [`NationalAccounts`] in the world.
///
/// # Errors
/// All breaches found.
pub fn close_books(world: &mut World) -> Result<(), Breaches> {
    let closing = measure(world);
    let mut findings = begin(world, "the tick");
    matrices::check(world, &closing, &mut findings);
    negative::check(world, &closing, true, &mut findings);
    headcount::check(world, &mut findings);
    goods::check(world, &closing, &mut findings);
    let books = FirmBooks::collect(world);
    let finance = world.resource::<Structure>().finance;
    let accounts = NationalAccounts::compile(world.resource::<Ledger>(), &books, finance);
    compare_gdp(&accounts, &mut findings);
    world.insert_resource(closing);
    world.insert_resource(accounts);
    finish(findings)
}

fn begin(world: &World, phase: &str) -> Findings {
    Findings { tick: world.resource::<Clock>().tick, phase: phase.to_owned(), found: Vec::new() }
}

fn finish(mut findings: Findings) -> Result<(), Breaches> {
    findings.found.sort_by_key(|e| e.code);
    if findings.found.is_empty() { Ok(()) } else { Err(Breaches(findings.found)) }
}

fn compare_gdp(accounts: &NationalAccounts, findings: &mut Findings) {
    for (side, amount) in [("income", accounts.income), ("expenditure", accounts.expenditure)] {
        if amount != accounts.production {
            findings.add(Code::GdpThreeWays, side, "production", amount - accounts.production, Vec::new());
        }
    }
}

/// Goods book of the tick, if there is one.
fn goods_book(world: &World) -> Option<&GoodsBook> {
    world.get_resource::<GoodsBook>()
}
