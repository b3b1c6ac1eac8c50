//! The table `accounts` closes: rows, columns, and balances with flows and other changes in every cell.

mod common;

use common::{Entry, configuration, entries, run};
use std::collections::{BTreeMap, BTreeSet};
use xinzhi::accounts::{Flow, Instrument};

/// Long enough for firms to close and others to be founded in their places.
const TICKS: u32 = 20;

const FINANCIAL: [&str; 19] = [
    "currency",
    "deposits",
    "reserves",
    "treasury_deposits",
    "central_bank_credit",
    "interbank_loans",
    "firm_loans",
    "household_mortgages",
    "other_household_loans",
    "lgfv_loans",
    "lgfv_bonds",
    "corporate_bonds",
    "local_bonds",
    "central_bonds",
    "wealth_management_units",
    "payables",
    "customer_advances",
    "shares",
    "foreign_assets",
];
const REAL: [&str; 4] = ["capital", "inventories", "homes", "land"];
const COLUMNS: [&str; 8] = [
    "households",
    "banks",
    "local_governments",
    "lgfvs",
    "central_government",
    "central_bank",
    "funds",
    "rest_of_world",
];
/// Transactions that happen in a quarter like those of 2023.
const FLOWS: [&str; 34] = [
    "consumption",
    "inputs",
    "investment",
    "inventory_change",
    "government_purchases",
    "exports",
    "imports",
    "wages",
    "severance",
    "pensions",
    "benefits",
    "training",
    "value_added_tax",
    "company_tax",
    "personal_tax",
    "contributions",
    "production_tax_net",
    "tariff",
    "intergovernmental_transfers",
    "land_sales",
    "interest_deposits",
    "interest_reserves",
    "interest_central_bank_credit",
    "interest_firm_loans",
    "interest_household_mortgages",
    "interest_other_household_loans",
    "interest_lgfv_loans",
    "interest_lgfv_bonds",
    "interest_corporate_bonds",
    "interest_local_bonds",
    "interest_central_bonds",
    "dividends",
    "central_bank_profit",
    "insurance_premiums",
];
/// Transactions of the chart and that may have nothing to book in a quarter: policies, crises, first forms.
const OCCASIONAL: [&str; 10] = [
    "rent",
    "sales_of_used_capital",
    "fees",
    "property_tax",
    "carbon_tax",
    "subsidies",
    "sales_of_existing_homes",
    "interest_interbank_loans",
    "inheritance",
    "resolution_capital",
];

fn rows() -> Vec<Entry> {
    entries(&run(&configuration(&[]), TICKS).1)
}

fn sums<K: Ord>(rows: &[Entry], of: impl Fn(&Entry) -> bool, key: impl Fn(&Entry) -> K) -> BTreeMap<K, i128> {
    let mut sums = BTreeMap::new();
    for e in rows.iter().filter(|e| of(e)) {
        *sums.entry(key(e)).or_insert(0) += e.amount;
    }
    sums
}

fn all_zero<K: Ord + core::fmt::Debug>(sums: &BTreeMap<K, i128>, what: &str) {
    let wrong: Vec<_> = sums.iter().filter(|(_, sum)| **sum != 0).take(5).collect();
    assert!(!sums.is_empty(), "{what}: nothing there");
    assert!(wrong.is_empty(), "{what}: {wrong:?}");
}

#[test]
fn every_sum_is_zero_and_every_cell_closes() {
    let rows = rows();
    let balance = |e: &Entry| e.matrix == "balance";
    let flow = |e: &Entry| e.matrix == "flow";
    all_zero(
        &sums(&rows, |e| balance(e) && e.kind == "financial", |e| (e.tick, e.row.clone())),
        "financial rows of balance",
    );
    // net worth is the balancing item with the opposite sign
    all_zero(&sums(&rows, balance, |e| (e.tick, e.column.clone())), "columns of balance");
    all_zero(&sums(&rows, flow, |e| (e.tick, e.row.clone())), "rows of flow");
    all_zero(&sums(&rows, flow, |e| (e.tick, e.column.clone())), "columns of flow");
    every_cell_closes(&rows);
}

/// closing = opening − tagged flows + other changes
fn every_cell_closes(rows: &[Entry]) {
    let mut gaps: BTreeMap<(i64, String, String), i128> = BTreeMap::new();
    for e in rows.iter().filter(|e| !e.instrument.is_empty()) {
        let mut add = |tick: i64, amount: i128| {
            if (1..=i64::from(TICKS)).contains(&tick) {
                *gaps.entry((tick, e.instrument.clone(), e.column.clone())).or_insert(0) += amount;
            }
        };
        match e.matrix.as_str() {
            "balance" => {
                add(e.tick, e.amount);
                add(e.tick + 1, -e.amount);
            }
            "flow" => add(e.tick, e.amount),
            "other_changes" => add(e.tick, -e.amount),
            other => panic!("no such matrix: {other}"),
        }
    }
    all_zero(&gaps, "closing − opening + tagged flows − other changes");
}

#[test]
fn every_row_and_column_is_there_and_those_of_2023_are_not_empty() {
    let rows = rows();
    let names = |matrix: &str, of: fn(&Entry) -> &String| -> BTreeSet<String> {
        rows.iter().filter(|e| e.matrix == matrix && e.amount != 0).map(|e| of(e).clone()).collect()
    };
    let (balance, flow) = (names("balance", |e| &e.row), names("flow", |e| &e.row));
    let missing = |wanted: &[&str], there: &BTreeSet<String>| -> Vec<String> {
        wanted.iter().filter(|w| !there.contains(**w)).map(|w| (*w).to_owned()).collect()
    };
    let none: Vec<String> = Vec::new();
    // claims inside one column net out there, and arrears open at nothing
    let netted = ["interbank_loans", "payables"];
    let financial: Vec<&str> = FINANCIAL.into_iter().filter(|f| !netted.contains(f)).collect();
    assert_eq!(missing(&financial, &balance), none, "financial rows");
    assert_eq!(missing(&REAL, &balance), none, "real rows");
    assert_eq!(missing(&["net_worth"], &balance), none);
    assert_eq!(missing(&FLOWS, &flow), none, "transactions");
    let changing: Vec<&str> = financial.iter().copied().filter(|f| *f != "currency").collect();
    assert_eq!(missing(&changing, &flow), none, "changes of instruments");
    for matrix in ["balance", "flow"] {
        let columns = names(matrix, |e| &e.column);
        assert_eq!(missing(&COLUMNS, &columns), none, "columns of {matrix}");
        let firms = columns.iter().filter(|c| c.starts_with("firms_")).count();
        assert_eq!(firms, 13, "firms by sector in {matrix}: {columns:?}");
    }
    let opening: BTreeSet<&str> =
        rows.iter().filter(|e| e.tick == 0 && e.matrix == "balance" && e.amount != 0).map(|e| e.row.as_str()).collect();
    for row in financial.iter().chain(&REAL) {
        assert!(opening.contains(row), "{row} has a 2023 figure and opens at zero");
    }
}

/// Every row of the chart is there, also one with nothing in it.
#[test]
fn rows_with_nothing_in_them_are_there_too() {
    let rows = rows();
    let there = |matrix: &str, row: &str| rows.iter().any(|e| e.matrix == matrix && e.row == row);
    let mut missing: Vec<String> = Vec::new();
    for row in FINANCIAL.iter().chain(&REAL) {
        for matrix in ["balance", "flow"] {
            if !there(matrix, row) {
                missing.push(format!("{matrix}/{row}"));
            }
        }
    }
    missing.extend(FLOWS.iter().chain(&OCCASIONAL).filter(|f| !there("flow", f)).map(|f| format!("flow/{f}")));
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_chart_has_every_instrument_flow_and_column_by_its_fixed_name() {
    let chart: BTreeSet<&str> = Flow::ALL.iter().map(|f| f.name()).collect();
    for flow in FLOWS.iter().chain(&OCCASIONAL) {
        assert!(chart.contains(flow), "{flow}");
    }
    let instruments: BTreeSet<&str> = Instrument::ALL.iter().map(|i| i.name()).collect();
    assert_eq!(instruments, FINANCIAL.into_iter().chain(REAL).collect::<BTreeSet<_>>());
}
