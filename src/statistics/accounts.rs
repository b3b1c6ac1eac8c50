//! `accounts`: the three matrices in long form: cells that are not zero, and one zero cell for a row that has none, so that
//! every row of the chart is there at every tick.

use super::StatisticDoc;
use crate::accounts::{BalanceSheets, Column, Instrument, Ledger, Row};
use crate::output::{Table, Values};

const fn doc(name: &'static str, unit: &'static str, definition: &'static str) -> StatisticDoc {
    StatisticDoc { table: "accounts", name, unit, definition, source: "ledger and measured balance sheets" }
}

/// Columns.
pub const DOCS: [StatisticDoc; 7] = [
    doc("tick", "quarters", "quarter since the start; 0 is the opening position"),
    doc("matrix", "", "balance, flow or other_changes"),
    doc("row", "", "instrument, real asset, net_worth or transaction"),
    doc("column", "", "sector of the economy; firms by sector"),
    doc("kind", "", "financial, real, net_worth or transaction"),
    doc("instrument", "", "balance row that the change belongs to, else empty"),
    doc("amount_fen", "fen", "assets and sources positive; closing = opening − tagged flows + other changes"),
];

/// Rows collected so far.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Accounts {
    ticks: Vec<i64>,
    #[serde(with = "crate::engine::words::many")]
    matrices: Vec<&'static str>,
    #[serde(with = "crate::engine::words::many")]
    rows: Vec<&'static str>,
    columns: Vec<String>,
    #[serde(with = "crate::engine::words::many")]
    kinds: Vec<&'static str>,
    #[serde(with = "crate::engine::words::many")]
    instruments: Vec<&'static str>,
    amounts: Vec<i128>,
}

const fn kind(instrument: Instrument) -> &'static str {
    if instrument.is_real() { "real" } else { "financial" }
}

impl Accounts {
    fn push(&mut self, tick: i64, cell: [&'static str; 4], column: &str, amount: i128) {
        if amount != 0 {
            self.push_always(tick, cell, column, amount);
        }
    }

    fn push_always(&mut self, tick: i64, cell: [&'static str; 4], column: &str, amount: i128) {
        let [matrix, row, kind, instrument] = cell;
        self.ticks.push(tick);
        self.matrices.push(matrix);
        self.rows.push(row);
        self.columns.push(column.to_owned());
        self.kinds.push(kind);
        self.instruments.push(instrument);
        self.amounts.push(amount);
    }

    /// Adds a tick's matrices; the opening has balances only.
    pub fn record(&mut self, tick: i64, sheets: &BalanceSheets, ledger: &Ledger, codes: &[String]) {
        let names: Vec<String> = Column::all(codes.len()).into_iter().map(|c| c.name(codes)).collect();
        for instrument in Instrument::ALL {
            for (c, name) in names.iter().enumerate() {
                let cell = ["balance", instrument.name(), kind(*instrument), instrument.name()];
                self.push(tick, cell, name, sheets.at(*instrument, c));
            }
            if (0..names.len()).all(|c| sheets.at(*instrument, c) == 0) {
                let cell = ["balance", instrument.name(), kind(*instrument), instrument.name()];
                self.push_always(tick, cell, &names[0], 0);
            }
        }
        for (c, name) in names.iter().enumerate() {
            self.push(tick, ["balance", "net_worth", "net_worth", ""], name, sheets.net_worth(c));
        }
        if tick == 0 {
            return;
        }
        for (row, tag, c, amount) in ledger.entries() {
            let kind = match row {
                Row::Transaction(_) => "transaction",
                Row::Change(instrument) => kind(instrument),
            };
            let cell = ["flow", row.name(), kind, tag.map_or("", Instrument::name)];
            self.push(tick, cell, &names[c], amount);
        }
        let used: std::collections::BTreeSet<&str> = ledger.entries().map(|(row, ..)| row.name()).collect();
        for row in Row::all().filter(|r| !used.contains(r.name())) {
            let (kind, instrument) = match row {
                Row::Transaction(_) => ("transaction", ""),
                Row::Change(instrument) => (kind(instrument), instrument.name()),
            };
            self.push_always(tick, ["flow", row.name(), kind, instrument], &names[0], 0);
        }
        for instrument in Instrument::ALL {
            for (c, name) in names.iter().enumerate() {
                let cell = ["other_changes", instrument.name(), kind(*instrument), instrument.name()];
                self.push(tick, cell, name, ledger.other(*instrument, c));
            }
        }
    }

    /// The rows so far as a table; starts anew.
    pub fn take(&mut self) -> Table {
        let taken = core::mem::take(self);
        let text = |words: Vec<&'static str>| Values::Text(words.into_iter().map(str::to_owned).collect());
        let values = [
            Values::Integer(taken.ticks),
            text(taken.matrices),
            text(taken.rows),
            Values::Text(taken.columns),
            text(taken.kinds),
            text(taken.instruments),
            Values::Fen(taken.amounts),
        ];
        DOCS.iter().zip(values).fold(Table::new("accounts"), |table, (doc, v)| table.with(doc.name, doc.unit, v))
    }
}
