//! The three matrices: rows, columns, bulk payments, and cells against the measured balances.

use super::super::balance::{BalanceSheets, OpeningBalances};
use super::super::chart::{Column, Instrument};
use super::super::ledger::{Ledger, Row};
use super::super::money::Fen;
use super::{Code, Findings};
use crate::agents::{Bank, Books, FinancingVehicle, Funds, Home, Identity, LocalGovernment, Person, Wallet};
use crate::structure::Structure;
use bevy_ecs::prelude::World;

pub fn check(world: &mut World, closing: &BalanceSheets, findings: &mut Findings) {
    revalue_shares(world, closing);
    let structure = world.resource::<Structure>();
    let codes: Vec<String> = structure.sectors.iter().map(|s| s.code.clone()).collect();
    let names: Vec<String> = Column::all(codes.len()).into_iter().map(|c| c.name(&codes)).collect();
    let ledger = world.resource::<Ledger>();
    for row in Row::all() {
        let gap = ledger.row_sum(row);
        if gap != 0 {
            findings.add(Code::FlowRow, row.name(), "", gap, Vec::new());
        }
    }
    for (c, name) in names.iter().enumerate() {
        let gap = ledger.column_sum(c);
        if gap != 0 {
            findings.add(Code::FlowColumn, "all rows", name, gap, Vec::new());
        }
    }
    for breach in ledger.breaches() {
        findings.add(Code::Bulk, breach.row.clone(), "", breach.gap, Vec::new());
    }
    if let Some(opening) = world.get_resource::<OpeningBalances>() {
        for instrument in Instrument::ALL {
            for (c, name) in names.iter().enumerate() {
                let gap = gap(ledger, &opening.0, closing, *instrument, c);
                if gap != 0 {
                    findings.add(Code::StockFlow, instrument.name(), name, gap, Vec::new());
                }
            }
        }
    }
    for instrument in Instrument::ALL.iter().filter(|i| !i.is_real()) {
        let gap = closing.row_sum(*instrument);
        if gap != 0 {
            let banks = banks_out_of_step(world, *instrument);
            findings.add(Code::BalanceRow, instrument.name(), "", gap, banks);
        }
    }
}

/// What the ledger does not explain in a cell: closing − (opening − tagged flows + other changes).
fn gap(
    ledger: &Ledger,
    opening: &BalanceSheets,
    closing: &BalanceSheets,
    instrument: Instrument,
    column: usize,
) -> Fen {
    let moved = ledger.other(instrument, column) - ledger.tagged(instrument, column);
    closing.at(instrument, column) - opening.at(instrument, column) - moved
}

/// Books what shares gained or lost by the change of book equities as other changes of holders and issuers. Repeating
/// it after each phase adds up to the same as once a tick.
fn revalue_shares(world: &mut World, closing: &BalanceSheets) {
    let Some(opening) = world.get_resource::<OpeningBalances>().cloned() else { return };
    let mut ledger = world.resource_mut::<Ledger>();
    let columns = Column::all(closing.columns() - super::super::chart::FIXED_COLUMNS);
    for column in columns {
        let delta = gap(&ledger, &opening.0, closing, Instrument::Shares, column.index());
        if delta != 0 {
            ledger.other_change(Instrument::Shares, column, delta);
        }
    }
}

/// Banks whose side of an instrument differs from their customers' side, worst first.
fn banks_out_of_step(world: &mut World, instrument: Instrument) -> Vec<String> {
    let mut customers = customers_side(world, instrument);
    let mut query = world.query::<&Bank>();
    let mut gaps: Vec<(usize, Fen)> = query
        .iter(world)
        .enumerate()
        .filter_map(|(b, bank)| {
            let own = match instrument {
                Instrument::Deposits => bank.deposits,
                Instrument::FirmLoans => bank.firm_loans,
                Instrument::HouseholdMortgages => bank.mortgages,
                Instrument::OtherHouseholdLoans => bank.other_household_loans,
                Instrument::LgfvLoans => bank.lgfv_loans,
                _ => return None,
            };
            let gap = own - customers.get_mut(b).map_or(0, core::mem::take);
            (gap != 0).then_some((b, gap))
        })
        .collect();
    gaps.sort_by_key(|g| core::cmp::Reverse(g.1.abs()));
    gaps.iter().map(|(b, gap)| format!("bank {b}: {gap} fen more than its customers")).collect()
}

/// What customers have at each bank.
fn customers_side(world: &mut World, instrument: Instrument) -> Vec<Fen> {
    let banks = world.query::<&Bank>().iter(world).count();
    let mut side = vec![0; banks];
    let mut add = |bank: usize, amount: Fen| {
        if let Some(place) = side.get_mut(bank) {
            *place += amount;
        }
    };
    for (person, wallet, home) in world.query::<(&Person, &Wallet, &Home)>().iter(world) {
        add(
            usize::from(person.bank),
            match instrument {
                Instrument::Deposits => wallet.deposits.fen(),
                Instrument::HouseholdMortgages => home.mortgage.fen(),
                Instrument::OtherHouseholdLoans => home.other_loans.fen(),
                _ => 0,
            },
        );
    }
    for (identity, books) in world.query::<(&Identity, &Books)>().iter(world) {
        add(
            usize::from(identity.bank),
            match instrument {
                Instrument::Deposits => books.deposits.fen(),
                Instrument::FirmLoans => books.loans.fen(),
                _ => 0,
            },
        );
    }
    for (government, vehicle) in world.query::<(&LocalGovernment, &FinancingVehicle)>().iter(world) {
        match instrument {
            Instrument::Deposits => add(usize::from(government.bank), government.deposits + vehicle.deposits),
            Instrument::LgfvLoans => vehicle.loans.iter().enumerate().for_each(|(b, loan)| add(b, *loan)),
            _ => {}
        }
    }
    if let (Some(funds), Instrument::Deposits) = (world.get_resource::<Funds>(), instrument) {
        add(usize::from(funds.equity_bank), funds.equity_deposits);
        add(usize::from(funds.venture_bank), funds.venture_deposits);
        add(usize::from(funds.wealth_bank), funds.wealth_deposits);
    }
    side
}
