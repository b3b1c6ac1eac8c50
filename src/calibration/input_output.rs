//! The input-output table: who sells what to whom, domestic and imported, and the income of each sector.

use super::problems::Problems;
use super::raw::{RawTable, Row};
use super::sectors::yuan_from_trillion;

/// The kinds of final demand, in the order of every array of final uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FinalUse {
    /// Consumption of households.
    HouseholdConsumption,
    /// Consumption of government.
    GovernmentConsumption,
    /// Gross fixed capital formation.
    FixedCapitalFormation,
    /// Change of inventories, which may be negative.
    InventoryChange,
    /// Exports; of imported goods, re-exports.
    Exports,
}

impl FinalUse {
    /// All kinds in order.
    pub const ALL: [Self; 5] = [
        Self::HouseholdConsumption,
        Self::GovernmentConsumption,
        Self::FixedCapitalFormation,
        Self::InventoryChange,
        Self::Exports,
    ];

    /// Position in an array of final uses.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Name of the column in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HouseholdConsumption => "household_consumption",
            Self::GovernmentConsumption => "government_consumption",
            Self::FixedCapitalFormation => "fixed_capital_formation",
            Self::InventoryChange => "inventory_change",
            Self::Exports => "exports",
        }
    }
}

/// The table of the base year. Rows are products, columns users; flows are whole yuan, so that sums are exact.
#[derive(Clone, Debug, PartialEq)]
pub struct InputOutput {
    /// Sector codes in the order of all rows and columns.
    pub codes: Vec<String>,
    /// Domestic output of row sector used by column sector [yuan a year].
    pub domestic: Vec<Vec<f64>>,
    /// Imports of row product used by column sector [yuan a year].
    pub imported: Vec<Vec<f64>>,
    /// Domestic output of each sector in final use, in the order of [`FinalUse`] [yuan a year].
    pub final_domestic: Vec<[f64; 5]>,
    /// Imports of each product in final use, in the order of [`FinalUse`] [yuan a year].
    pub final_imported: Vec<[f64; 5]>,
    /// Compensation of labour by sector [yuan a year].
    pub compensation: Vec<f64>,
    /// Taxes less subsidies on production by sector [yuan a year].
    pub net_production_taxes: Vec<f64>,
    /// Consumption of fixed capital by sector [yuan a year].
    pub depreciation: Vec<f64>,
    /// Operating surplus by sector [yuan a year].
    pub operating_surplus: Vec<f64>,
    /// Gross output by sector [yuan a year].
    pub gross_output: Vec<f64>,
}

impl InputOutput {
    /// Position of a sector.
    #[must_use]
    pub fn position(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|c| c == code)
    }

    /// Domestic input of `supplier` per output of `user` \[1\].
    #[must_use]
    pub fn domestic_coefficient(&self, supplier: usize, user: usize) -> f64 {
        self.domestic[supplier][user] / self.gross_output[user]
    }

    /// Imported input of `product` per output of `user` \[1\].
    #[must_use]
    pub fn imported_coefficient(&self, product: usize, user: usize) -> f64 {
        self.imported[product][user] / self.gross_output[user]
    }

    /// Input of `product` of either origin per output of `user` \[1\].
    #[must_use]
    pub fn coefficient(&self, product: usize, user: usize) -> f64 {
        self.domestic_coefficient(product, user) + self.imported_coefficient(product, user)
    }

    /// All coefficients of domestic inputs, `[supplier][user]` \[1\].
    #[must_use]
    pub fn domestic_coefficients(&self) -> Vec<Vec<f64>> {
        self.matrix(Self::domestic_coefficient)
    }

    /// All coefficients of imported inputs, `[product][user]` \[1\].
    #[must_use]
    pub fn imported_coefficients(&self) -> Vec<Vec<f64>> {
        self.matrix(Self::imported_coefficient)
    }

    /// All coefficients of inputs of either origin, `[product][user]` \[1\].
    #[must_use]
    pub fn coefficients(&self) -> Vec<Vec<f64>> {
        self.matrix(Self::coefficient)
    }

    fn matrix(&self, cell: impl Fn(&Self, usize, usize) -> f64) -> Vec<Vec<f64>> {
        let size = self.codes.len();
        (0..size).map(|row| (0..size).map(|column| cell(self, row, column)).collect()).collect()
    }

    /// Inputs of a sector, domestic and imported [yuan a year].
    #[must_use]
    pub fn intermediate_inputs(&self, user: usize) -> f64 {
        self.domestic.iter().chain(&self.imported).map(|row| row[user]).sum()
    }

    /// Value added of a sector [yuan a year].
    #[must_use]
    pub fn value_added(&self, sector: usize) -> f64 {
        self.compensation[sector]
            + self.net_production_taxes[sector]
            + self.depreciation[sector]
            + self.operating_surplus[sector]
    }

    /// Domestic output of a sector that all users together take [yuan a year].
    #[must_use]
    pub fn sales(&self, sector: usize) -> f64 {
        self.domestic[sector].iter().chain(&self.final_domestic[sector]).sum()
    }

    /// Imports of a product for all users [yuan a year].
    #[must_use]
    pub fn imports(&self, product: usize) -> f64 {
        self.imported[product].iter().chain(&self.final_imported[product]).sum()
    }

    /// A kind of final demand over all products of both origins [yuan a year].
    #[must_use]
    pub fn final_demand(&self, kind: FinalUse) -> f64 {
        let both = self.final_domestic.iter().chain(&self.final_imported);
        both.map(|uses| uses[kind.index()]).sum()
    }

    /// Gross domestic product as the sum of value added [yuan a year].
    #[must_use]
    pub fn gdp(&self) -> f64 {
        (0..self.codes.len()).map(|sector| self.value_added(sector)).sum()
    }

    /// Gross domestic product as final demand less imports [yuan a year].
    #[must_use]
    pub fn gdp_by_expenditure(&self) -> f64 {
        let uses: f64 = FinalUse::ALL.iter().map(|kind| self.final_demand(*kind)).sum();
        uses - (0..self.codes.len()).map(|product| self.imports(product)).sum::<f64>()
    }

    /// Sales less gross output of a sector, zero in a balanced table [yuan a year].
    #[must_use]
    pub fn row_gap(&self, sector: usize) -> f64 {
        self.sales(sector) - self.gross_output[sector]
    }

    /// Inputs and value added less gross output of a sector, zero in a balanced table [yuan a year].
    #[must_use]
    pub fn column_gap(&self, sector: usize) -> f64 {
        self.intermediate_inputs(sector) + self.value_added(sector) - self.gross_output[sector]
    }

    /// Columns of the file beside the sectors.
    pub(super) fn columns(codes: &[String]) -> Vec<&str> {
        let finals = FinalUse::ALL.iter().map(|kind| kind.name());
        let sectors = codes.iter().map(String::as_str);
        ["block", "row"].into_iter().chain(sectors).chain(finals).collect()
    }

    /// Reads the flows; a row that is missing is a problem and stays `NaN`.
    pub(super) fn read(raw: &RawTable, codes: &[String], problems: &mut Problems) -> Self {
        let size = codes.len();
        let empty = || vec![f64::NAN; size];
        let mut table = Self {
            codes: codes.to_vec(),
            domestic: vec![empty(); size],
            imported: vec![empty(); size],
            final_domestic: vec![[f64::NAN; 5]; size],
            final_imported: vec![[f64::NAN; 5]; size],
            compensation: empty(),
            net_production_taxes: empty(),
            depreciation: empty(),
            operating_surplus: empty(),
            gross_output: empty(),
        };
        let known = Self::columns(codes);
        for name in raw.header.iter().filter(|name| !known.contains(&name.as_str())) {
            if !["unit", "total"].contains(&name.as_str()) {
                let expected = "a sector of sectors.csv or a final use";
                problems.add(raw.file, 1, Some(name), "unknown column", expected);
            }
        }
        let mut wanted = wanted_rows(codes);
        for row in raw.rows() {
            let key = (row.text("block").to_owned(), row.text("row").to_owned());
            if let Some(index) = wanted.iter().position(|w| *w == key) {
                wanted.remove(index);
                table.take(row, &key.0, &key.1, problems);
            } else if !is_derived(&key.0, &key.1) {
                let problem = format!("`{}` of block `{}` is unknown or occurs twice", key.1, key.0);
                row.problem(problems, "row", problem, "each row of each block once");
            }
        }
        for (block, name) in wanted {
            let problem = format!("no row `{name}` in block `{block}`");
            problems.add_file(raw.file, problem, "each row of each block once");
        }
        table
    }

    fn take(&mut self, row: Row<'_>, block: &str, name: &str, problems: &mut Problems) {
        let flow = block.starts_with("flow_");
        let mut cells = Vec::new();
        for code in &self.codes {
            let value = row.number(code, problems);
            if flow && value < 0.0 {
                row.problem(problems, code, format!("{value} is negative"), "an input of 0 or more");
            }
            cells.push(yuan_from_trillion(value));
        }
        match (block, name) {
            ("value_added_trn_cny", "compensation") => self.compensation = cells,
            ("value_added_trn_cny", "net_production_taxes") => self.net_production_taxes = cells,
            ("value_added_trn_cny", "depreciation") => self.depreciation = cells,
            ("value_added_trn_cny", "operating_surplus") => self.operating_surplus = cells,
            ("gross_output_trn_cny", _) => self.gross_output = cells,
            _ => {
                let finals = FinalUse::ALL.map(|kind| yuan_from_trillion(row.number(kind.name(), problems)));
                let Some(product) = self.position(name) else {
                    return;
                };
                if block == "flow_domestic_trn_cny" {
                    self.domestic[product] = cells;
                    self.final_domestic[product] = finals;
                } else {
                    self.imported[product] = cells;
                    self.final_imported[product] = finals;
                }
            }
        }
    }
}

/// Block and row of everything that the table must have.
fn wanted_rows(codes: &[String]) -> Vec<(String, String)> {
    let flows = ["flow_domestic_trn_cny", "flow_imported_trn_cny"];
    let flows = flows.iter().flat_map(|block| codes.iter().map(|code| ((*block).to_owned(), code.clone())));
    let income = ["compensation", "net_production_taxes", "depreciation", "operating_surplus"];
    let income = income.map(|name| ("value_added_trn_cny".to_owned(), name.to_owned()));
    let output = ("gross_output_trn_cny".to_owned(), "gross_output".to_owned());
    flows.chain(income).chain([output]).collect()
}

/// Rows that repeat the flows in another form and are not read.
fn is_derived(block: &str, name: &str) -> bool {
    block.starts_with("coefficient_")
        || block == "final_demand_total_trn_cny"
        || (block == "value_added_trn_cny" && name == "value_added")
}
