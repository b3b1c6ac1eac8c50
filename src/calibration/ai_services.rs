//! AI services as a sector of their own: split from the sector that contains them in official statistics, then
//! given their own customers.

use super::figures::{Mark, check_bounds};
use super::input_output::{FinalUse, InputOutput};
use super::problems::{DataError, DataErrors, Problems};
use super::provinces::ProvinceSector;
use super::raw::RawTable;
use super::sectors::{Sector, unknown_sector};
use super::tables::Tables;

/// Where AI services come from and how large they are.
#[derive(Clone, Debug, PartialEq)]
pub struct AiServices {
    /// Code of the sector that contains them.
    pub parent: String,
    /// Code of the new sector.
    pub code: String,
    /// Name in snake case.
    pub name: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Part of the parent's row and column \[share\].
    pub share: f64,
    /// Lower plausible bound of the part \[share\].
    pub low: Option<f64>,
    /// Upper plausible bound of the part \[share\].
    pub high: Option<f64>,
    /// Derivation of the part.
    pub source: String,
    /// Trust mark.
    pub confidence: Mark,
}

impl AiServices {
    pub(super) const COLUMNS: &'static [&'static str] = &[
        "parent_sector",
        "sector_code",
        "sector_name",
        "sector_name_zh",
        "share_of_parent_output",
        "low",
        "high",
        "source",
        "confidence",
    ];

    /// Reads the single row; none if there is no row, which is a problem already.
    pub(super) fn read(raw: &RawTable, sectors: &[Sector], problems: &mut Problems) -> Option<Self> {
        for row in raw.rows().skip(1) {
            row.problem(problems, "sector_code", "a second row", "one row");
        }
        let row = raw.rows().next()?;
        let parent = row.filled("parent_sector", problems);
        let code = row.filled("sector_code", problems);
        let known = || sectors.iter().map(|s| s.code.as_str());
        if !known().any(|k| k == parent) {
            let problem = format!("`{parent}` is unknown");
            row.problem(problems, "parent_sector", problem, "a sector of sectors.csv");
        }
        if known().any(|k| k == code) {
            unknown_sector(row, &code, std::iter::empty(), problems);
        }
        let share = row.number_within("share_of_parent_output", 0.0, 1.0, problems);
        let low = row.optional("low", problems);
        let high = row.optional("high", problems);
        check_bounds(row, "share_of_parent_output", share, low, high, problems);
        Some(Self {
            parent,
            code,
            name: row.filled("sector_name", problems),
            name_zh: row.filled("sector_name_zh", problems),
            share,
            low,
            high,
            source: row.filled("source", problems),
            confidence: row.mark("confidence", problems),
        })
    }
}

/// An error of the split: no file is wrong, the request is.
fn refused(problem: impl Into<String>, expected: impl Into<String>) -> DataError {
    DataError {
        file: "ai_services.csv".to_owned(),
        line: None,
        column: None,
        problem: problem.into(),
        expected: expected.into(),
    }
}

/// Takes a part off `whole`, in whole units, and returns it.
fn take(whole: &mut f64, share: f64) -> f64 {
    let part = (*whole * share).round();
    *whole -= part;
    part
}

impl Tables {
    /// Splits AI services from their parent sector with a share of its row and column, and appends them as the last
    /// sector. Every row, column and total keeps its balance to the yuan. The new sector has the parent's tasks,
    /// wages, adoption and capital-output ratio; its jobs, capital and power are the same share of the parent's.
    ///
    /// # Errors
    /// If the share is not between 0 and 1 (neither allowed) or AI services are there already.
    pub fn with_ai_services(mut self, share: f64) -> Result<Self, DataErrors> {
        if !(share > 0.0 && share < 1.0) {
            let problem = format!("the share of AI services is {share}");
            return Err(refused(problem, "a share above 0 and below 1").into());
        }
        let code = self.ai_services.code.clone();
        if self.input_output.position(&code).is_some() {
            return Err(refused(format!("sector `{code}` is there already"), "one split").into());
        }
        let Some(parent) = self.input_output.position(&self.ai_services.parent) else {
            let problem = format!("no sector `{}`", self.ai_services.parent);
            return Err(refused(problem, "the code of a sector").into());
        };
        self.input_output.split(parent, &code, share);
        self.split_sector(parent, share);
        self.province_sector.split(parent, share);
        self.ai_services.share = share;
        Ok(self)
    }

    fn split_sector(&mut self, parent: usize, share: f64) {
        let table = &self.input_output;
        let new = table.codes.len() - 1;
        let old = &mut self.sectors[parent];
        let mut sector = Sector {
            code: self.ai_services.code.clone(),
            name: self.ai_services.name.clone(),
            name_zh: self.ai_services.name_zh.clone(),
            value_added: table.value_added(new),
            gross_output: table.gross_output[new],
            compensation: table.compensation[new],
            net_production_taxes: table.net_production_taxes[new],
            depreciation: table.depreciation[new],
            operating_surplus: table.operating_surplus[new],
            ..old.clone()
        };
        old.value_added -= sector.value_added;
        old.gross_output -= sector.gross_output;
        old.compensation -= sector.compensation;
        old.net_production_taxes -= sector.net_production_taxes;
        old.depreciation -= sector.depreciation;
        old.operating_surplus -= sector.operating_surplus;
        sector.employment = take(&mut old.employment, share);
        sector.capital_stock = take(&mut old.capital_stock, share);
        sector.industrial_robots = old.industrial_robots * share;
        old.industrial_robots -= sector.industrial_robots;
        sector.electricity_use_twh = old.electricity_use_twh * share;
        old.electricity_use_twh -= sector.electricity_use_twh;
        self.sectors.push(sector);
    }

    /// Gives AI services their own customers: `intermediate_sales` is what each sector, in the order of
    /// [`Tables::sectors`], buys of them a year \[yuan\]. What changes in their row changes the other way in the row of
    /// the parent, so that every user buys as much of the two together as before. The rest of their output goes to
    /// fixed capital formation, then households, then exports, and only if these are exhausted government.
    ///
    /// # Errors
    /// If AI services are not split off, the list has another length, or a cell would become negative; every such
    /// cell is named and nothing is changed.
    pub fn set_ai_row(&mut self, intermediate_sales: &[f64]) -> Result<(), DataErrors> {
        let mut table = self.input_output.clone();
        let parent = table.position(&self.ai_services.parent);
        let (Some(parent), Some(ai)) = (parent, table.position(&self.ai_services.code)) else {
            return Err(refused("AI services are not split off", "`with_ai_services` first").into());
        };
        if intermediate_sales.len() != table.codes.len() {
            let problem = format!("{} sales of AI services", intermediate_sales.len());
            return Err(refused(problem, format!("{}, one a sector", table.codes.len())).into());
        }
        let mut problems = Problems::default();
        for (user, sales) in intermediate_sales.iter().map(|sales| sales.round()).enumerate() {
            let both = table.domestic[parent][user] + table.domestic[ai][user];
            if !(sales >= 0.0 && sales <= both) {
                let problem = format!("sales of AI services to {} are {sales}", table.codes[user]);
                let expected = format!("0 to {both} yuan, what it buys of the two sectors");
                problems.add_file("ai_services.csv", problem, expected);
                continue;
            }
            table.domestic[ai][user] = sales;
            table.domestic[parent][user] = both - sales;
        }
        let mut rest = -table.row_gap(ai);
        for kind in [
            FinalUse::FixedCapitalFormation,
            FinalUse::HouseholdConsumption,
            FinalUse::Exports,
            FinalUse::GovernmentConsumption,
        ] {
            let kind = kind.index();
            let (most, least) = (table.final_domestic[parent][kind], -table.final_domestic[ai][kind]);
            let step = rest.min(most.max(0.0)).max(least.min(0.0));
            table.final_domestic[ai][kind] += step;
            table.final_domestic[parent][kind] -= step;
            rest -= step;
        }
        if rest.abs() >= 1.0 {
            let problem = format!("final uses of AI services would have to change by {rest} yuan more");
            let expected = "sales within output and the final uses of both sectors";
            problems.add_file("ai_services.csv", problem, expected);
        }
        self.input_output = problems.into_result(table)?;
        Ok(())
    }
}

impl InputOutput {
    /// Splits column and row of a sector; the yuan of rounding stays in operating surplus.
    fn split(&mut self, parent: usize, code: &str, share: f64) {
        for row in self.domestic.iter_mut().chain(&mut self.imported) {
            let part = take(&mut row[parent], share);
            row.push(part);
        }
        for income in [
            &mut self.compensation,
            &mut self.net_production_taxes,
            &mut self.depreciation,
            &mut self.operating_surplus,
        ] {
            let part = take(&mut income[parent], share);
            income.push(part);
        }
        for block in [&mut self.domestic, &mut self.imported] {
            let row = block[parent].iter_mut().map(|cell| take(cell, share)).collect();
            block.push(row);
        }
        for block in [&mut self.final_domestic, &mut self.final_imported] {
            let row = block[parent].each_mut().map(|cell| take(cell, share));
            block.push(row);
        }
        self.codes.push(code.to_owned());
        let new = self.codes.len() - 1;
        let output = self.sales(new);
        self.gross_output[parent] -= output;
        self.gross_output.push(output);
        let rounding = self.column_gap(new);
        self.operating_surplus[new] -= rounding;
        self.operating_surplus[parent] += rounding;
    }
}

impl ProvinceSector {
    fn split(&mut self, parent: usize, share: f64) {
        for row in self.value_added.iter_mut().chain(&mut self.employment) {
            let part = row[parent] * share;
            row[parent] -= part;
            row.push(part);
        }
    }
}
