//! The nation at the start: quarterly flows by product and use, and the technical coefficients behind them.
//!
//! The input-output table of 2023 is the starting point. Re-exports are left out on both sides; the official change
//! of inventories is replaced by what growing stocks of goods and materials take, and households absorb the
//! difference (the README of the data asks for this). In the stationary opening nothing grows: investment replaces
//! what wears out, exports pay for imports and net income of foreigners, and households take what is left, at the same
//! total employment.

use super::assumptions::Assumptions;
use super::input_output::FinalUse;
use super::problems::{DataError, DataErrors};
use super::tables::Tables;

/// National flows \[yuan per year at 2023 prices\] and coefficients.
#[derive(Clone, Debug)]
pub struct National {
    /// Growth that the flows sustain \[per year\].
    pub growth: f64,
    /// Domestic inputs per unit of output, `[supplier][user]`, AI services taken out.
    pub domestic: Vec<Vec<f64>>,
    /// Imported inputs per unit of output, `[product][user]`.
    pub imported: Vec<Vec<f64>>,
    /// AI services per unit of output by user.
    pub ai_services: Vec<f64>,
    /// Output.
    pub output: Vec<f64>,
    /// Households, domestic products.
    pub households: Vec<f64>,
    /// Households, imported products.
    pub households_imported: Vec<f64>,
    /// Government, domestic products.
    pub government: Vec<f64>,
    /// Government, imported products.
    pub government_imported: Vec<f64>,
    /// Exports of domestic products.
    pub exports: Vec<f64>,
    /// Business investment bundle (sums to one with the imported part), domestic.
    pub business_bundle: Vec<f64>,
    /// Business investment bundle, imported.
    pub business_bundle_imported: Vec<f64>,
    /// Public investment bundle, domestic.
    pub public_bundle: Vec<f64>,
    /// Public investment bundle, imported.
    pub public_bundle_imported: Vec<f64>,
    /// Business investment.
    pub business_investment: f64,
    /// Public investment.
    pub public_investment: f64,
    /// Construction of dwellings for sale.
    pub dwellings: f64,
    /// Financial services bought by banks.
    pub bank_purchases: f64,
    /// One for the finance sector, zero for others.
    pub bank_weight: Vec<f64>,
    /// Capital per unit of yearly output in business use.
    pub capital_ratio: Vec<f64>,
    /// Depreciation \[per year\].
    pub depreciation: Vec<f64>,
    /// Persons per unit of yearly output.
    pub labour: Vec<f64>,
    /// Compensation per unit of output.
    pub compensation: Vec<f64>,
    /// Net production taxes per unit of output.
    pub taxes: Vec<f64>,
    /// Factor from official to opening employment by sector (one in 2023, other than one in the stationary opening).
    pub employment_factor: Vec<f64>,
}

/// What flows of the stationary economy hang on beside the tables.
#[derive(Clone, Copy, Debug)]
pub struct AtRest {
    /// Homes sold over those of 2023: as many as fall out of use.
    pub home_sales: f64,
    /// Wear of public infrastructure \[per year\].
    pub infrastructure_wear: f64,
    /// Net interest of firms \[yuan per year\].
    pub firm_interest: f64,
    /// Company tax on profits.
    pub company_tax_rate: f64,
    /// Return on foreign assets of banks and central bank \[yuan per year\].
    pub income_from_abroad: f64,
}

impl AtRest {
    /// Profits of private firms before tax \[yuan per year\]: public units neither pay company tax nor have foreign owners.
    #[must_use]
    pub fn private_profit(&self, n: &National) -> f64 {
        let public = n.government.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(s, _)| s);
        let private = |s: usize| if s == public { 1.0 - n.government[s] / n.output[s] } else { 1.0 };
        let output: f64 = n.output.iter().sum();
        let sales: f64 = (0..n.output.len()).map(|s| private(s) * n.output[s]).sum();
        let surplus: f64 = (0..n.output.len()).map(|s| private(s) * n.surplus(s)).sum();
        surplus - self.firm_interest * sales / output
    }

    /// Profits of foreign owners less income on foreign assets \[yuan per year\], which exports pay for.
    fn income_abroad(&self, n: &National, a: &Assumptions) -> f64 {
        a.foreign_share * (1.0 - self.company_tax_rate) * self.private_profit(n) - self.income_from_abroad
    }
}

/// Growing stocks take this much of each product a year: materials of all users and finished goods.
fn stockbuilding(n: &National, tables: &Tables, a: &Assumptions) -> Vec<f64> {
    let sectors = &tables.sectors;
    (0..sectors.len())
        .map(|r| {
            if !sectors[r].storable || n.growth == 0.0 {
                return 0.0;
            }
            let held = |s: usize| if sectors[s].storable { a.materials_ratio } else { a.materials_ratio - 1.0 };
            let stocked: f64 = (0..sectors.len()).map(|s| held(s) * n.domestic[r][s] * n.output[s]).sum();
            n.growth / 4.0 * (stocked + a.finished_goods_ratio * n.output[r])
        })
        .collect()
}

impl National {
    /// Coefficients and flows of 2023, or of the stationary economy with the same technology; `bank_cost_share` is what
    /// banks buy of finance firms over their margins.
    ///
    /// # Errors
    /// If the sales of AI services do not fit into the table, or values of `[opening]` leave no room for business
    /// investment, capital or wear.
    pub fn new(
        tables: &mut Tables,
        a: &Assumptions,
        bank_cost_share: f64,
        rest: Option<&AtRest>,
        measure: &str,
    ) -> Result<Self, DataErrors> {
        set_ai_customers(tables, a, measure)?;
        let mut n = Self::of_2023(tables, a, bank_cost_share);
        n.has_room(tables, a)?;
        if let Some(rest) = rest {
            n.make_stationary(tables, a, rest);
        }
        Ok(n)
    }

    /// GDP by expenditure without the growth of stocks \[yuan per year\].
    #[must_use]
    pub fn final_demand(&self) -> f64 {
        let sum = |v: &[f64]| v.iter().sum::<f64>();
        sum(&self.households)
            + sum(&self.government)
            + sum(&self.exports)
            + self.business_investment
            + self.public_investment
            + self.dwellings
    }

    fn of_2023(tables: &Tables, a: &Assumptions, bank_cost_share: f64) -> Self {
        let io = &tables.input_output;
        let count = io.codes.len();
        let ai = io.position(&tables.ai_services.code).unwrap_or(count - 1);
        let mut domestic = io.domestic_coefficients();
        let ai_services = core::mem::replace(&mut domestic[ai], vec![0.0; count]);
        let column = |use_: FinalUse| -> Vec<f64> { io.final_domestic.iter().map(|r| r[use_.index()]).collect() };
        let imported_column =
            |use_: FinalUse| -> Vec<f64> { io.final_imported.iter().map(|r| r[use_.index()]).collect() };
        let construction = tables.sectors.iter().position(|s| s.name == "construction").unwrap_or(0);
        let (capital, capital_imported) =
            (column(FinalUse::FixedCapitalFormation), imported_column(FinalUse::FixedCapitalFormation));
        let share = a.public_construction_share;
        let others: f64 = (0..count).filter(|r| *r != construction).map(|r| capital[r] + capital_imported[r]).sum();
        let bundle = |part: &[f64], r: usize| if r == construction { 0.0 } else { (1.0 - share) * part[r] / others };
        let mut public_bundle: Vec<f64> = (0..count).map(|r| bundle(&capital, r)).collect();
        public_bundle[construction] = share;
        let public_bundle_imported: Vec<f64> = (0..count).map(|r| bundle(&capital_imported, r)).collect();
        let total: f64 = capital.iter().chain(&capital_imported).sum();
        let business_investment = total - a.public_investment - a.dwelling_construction;
        let mut business: Vec<f64> = (0..count).map(|r| capital[r] - a.public_investment * public_bundle[r]).collect();
        business[construction] -= a.dwelling_construction;
        let business_imported: Vec<f64> =
            (0..count).map(|r| capital_imported[r] - a.public_investment * public_bundle_imported[r]).collect();
        let business_capital = business_capital(tables, a);
        let depreciation = tables.sectors.iter().map(|s| s.depreciation_rate).collect();
        let mut n = Self {
            growth: a.growth,
            domestic,
            imported: io.imported_coefficients(),
            ai_services,
            output: io.gross_output.clone(),
            households: column(FinalUse::HouseholdConsumption),
            households_imported: imported_column(FinalUse::HouseholdConsumption),
            government: column(FinalUse::GovernmentConsumption),
            government_imported: imported_column(FinalUse::GovernmentConsumption),
            exports: column(FinalUse::Exports),
            business_bundle: business.iter().map(|x| x / business_investment).collect(),
            business_bundle_imported: business_imported.iter().map(|x| x / business_investment).collect(),
            public_bundle,
            public_bundle_imported,
            business_investment,
            public_investment: a.public_investment,
            dwellings: a.dwelling_construction,
            bank_purchases: 0.0,
            bank_weight: tables.sectors.iter().map(|s| f64::from(u8::from(s.name == "finance"))).collect(),
            capital_ratio: (0..count).map(|s| business_capital[s] / io.gross_output[s]).collect(),
            depreciation,
            labour: (0..count).map(|s| tables.sectors[s].employment / io.gross_output[s]).collect(),
            compensation: (0..count).map(|s| io.compensation[s] / io.gross_output[s]).collect(),
            taxes: (0..count).map(|s| io.net_production_taxes[s] / io.gross_output[s]).collect(),
            employment_factor: vec![1.0; count],
        };
        n.set_margins_apart(tables, a, bank_cost_share);
        n.close_with_inventories(tables, a);
        n
    }

    /// Takes banks' margins out of purchases of financial services (they are paid as interest) and lets banks buy
    /// their operations from finance firms.
    fn set_margins_apart(&mut self, tables: &Tables, a: &Assumptions, bank_cost_share: f64) {
        let Some(f) = tables.sectors.iter().position(|s| s.name == "finance") else { return };
        let official = self.output[f];
        let keep = 1.0 - a.intermediation_services / official;
        self.domestic[f].iter_mut().for_each(|x| *x *= keep);
        for uses in [&mut self.households, &mut self.government, &mut self.exports] {
            uses[f] *= keep;
        }
        self.bank_purchases = a.intermediation_services * bank_cost_share;
        self.output[f] = official * keep + self.bank_purchases;
        let scale = official / self.output[f];
        for row in self.domestic.iter_mut().chain(self.imported.iter_mut()) {
            row[f] *= scale;
        }
        for ratio in
            [&mut self.ai_services, &mut self.capital_ratio, &mut self.labour, &mut self.compensation, &mut self.taxes]
        {
            ratio[f] *= scale;
        }
    }

    /// Replaces the official change of inventories by the growth of stocks; scales depreciation so that business
    /// investment is what replacement and growth take.
    fn close_with_inventories(&mut self, tables: &Tables, a: &Assumptions) {
        let io = &tables.input_output;
        let stocks = stockbuilding(self, tables, a);
        for r in 0..stocks.len() {
            self.households[r] += io.final_domestic[r][FinalUse::InventoryChange.index()] - stocks[r];
            let imports: f64 = io.final_imported[r][FinalUse::InventoryChange.index()];
            self.households_imported[r] = (self.households_imported[r] + imports).max(0.0);
        }
        let (mut wear, mut capital) = (0.0, 0.0);
        for s in 0..self.output.len() {
            wear += self.depreciation[s] * self.capital_ratio[s] * self.output[s];
            capital += self.capital_ratio[s] * self.output[s];
        }
        let scale = (self.business_investment - self.growth * capital) / wear;
        self.depreciation.iter_mut().for_each(|d| *d *= scale);
    }

    /// Whether what `[opening]` takes away leaves something positive of what it is taken from.
    fn has_room(&self, tables: &Tables, a: &Assumptions) -> Result<(), DataErrors> {
        let refuse = |keys: &str, left: &str, amount: f64| -> Result<(), DataErrors> {
            if amount > 0.0 {
                return Ok(());
            }
            let (problem, expected) = (format!("{keys} leave {left} of {amount:.4e}"), "smaller values".to_owned());
            Err(DataError { file: "[opening]".into(), line: None, column: None, problem, expected }.into())
        };
        let investment = "`public_investment` and `dwelling_construction`";
        refuse(investment, "business investment", self.business_investment)?;
        let capital = "`infrastructure` and `dwelling_share_of_real_estate_capital`";
        for (s, ratio) in tables.sectors.iter().zip(&self.capital_ratio) {
            refuse(capital, &format!("a capital-output ratio of {}", s.code), *ratio)?;
        }
        let wear = "`growth` and investment by others";
        for (s, rate) in tables.sectors.iter().zip(&self.depreciation) {
            refuse(wear, &format!("a depreciation rate of {}", s.code), *rate)?;
        }
        let finance = tables.sectors.iter().position(|s| s.name == "finance").unwrap_or(0);
        let sold = tables.input_output.gross_output[finance] - a.intermediation_services;
        refuse("`intermediation_services`", "output of finance for sale", sold)
    }

    fn make_stationary(&mut self, tables: &Tables, a: &Assumptions, rest: &AtRest) {
        let employment: f64 = tables.sectors.iter().map(|s| s.employment).sum();
        let count = self.output.len();
        let official = self.output.clone();
        self.growth = 0.0;
        let (mut consumption, mut trade) = (1.0, 1.0);
        let (base_households, base_exports, base_imports) =
            (self.households.clone(), self.exports.clone(), self.households_imported.clone());
        let public = a.infrastructure * rest.infrastructure_wear;
        let dwellings = self.dwellings * rest.home_sales;
        for _ in 0..2_000 {
            self.public_investment = public;
            self.dwellings = dwellings;
            self.business_investment =
                (0..count).map(|s| self.depreciation[s] * self.capital_ratio[s] * self.output[s]).sum();
            for r in 0..count {
                self.households[r] = base_households[r] * consumption;
                self.households_imported[r] = base_imports[r] * consumption;
                self.exports[r] = base_exports[r] * trade;
            }
            let output: Vec<f64> = (0..count).map(|r| self.demand(r)).collect();
            self.output = output;
            let jobs: f64 = (0..count).map(|s| self.labour[s] * self.output[s]).sum();
            consumption *= 1.0 + 0.5 * (employment / jobs - 1.0);
            let exports: f64 = self.exports.iter().sum();
            let paid_abroad = self.imports() / (1.0 + a.tariff_rate) + rest.income_abroad(self, a);
            trade *= 1.0 + 0.5 * (paid_abroad / exports - 1.0);
        }
        self.employment_factor = (0..count).map(|s| self.output[s] / official[s]).collect();
    }

    /// Demand for a domestic product.
    fn demand(&self, r: usize) -> f64 {
        let count = self.output.len();
        let inputs: f64 = (0..count).map(|s| self.domestic[r][s] * self.output[s]).sum();
        let ai: f64 = if self.domestic[r].iter().all(|x| *x == 0.0) {
            (0..count).map(|s| self.ai_services[s] * self.output[s]).sum()
        } else {
            0.0
        };
        inputs
            + ai
            + self.households[r]
            + self.government[r]
            + self.exports[r]
            + self.business_investment * self.business_bundle[r]
            + self.public_investment * self.public_bundle[r]
            + if r == self.construction_row() { self.dwellings } else { 0.0 }
            + self.bank_purchases * self.bank_weight[r]
    }

    fn construction_row(&self) -> usize {
        (0..self.public_bundle.len())
            .max_by(|a, b| self.public_bundle[*a].total_cmp(&self.public_bundle[*b]))
            .unwrap_or(0)
    }

    /// Net operating surplus of a sector: gross surplus less depreciation \[yuan per year\].
    #[must_use]
    pub fn surplus(&self, j: usize) -> f64 {
        let count = self.output.len();
        let inputs: f64 =
            (0..count).map(|r| self.domestic[r][j] + self.imported[r][j]).sum::<f64>() + self.ai_services[j];
        self.output[j]
            * (1.0 - inputs - self.compensation[j] - self.taxes[j] - self.depreciation[j] * self.capital_ratio[j])
    }

    /// All imports, tariffs included \[yuan per year\].
    #[must_use]
    pub fn imports(&self) -> f64 {
        let count = self.output.len();
        let inputs: f64 =
            (0..count).map(|r| (0..count).map(|s| self.imported[r][s] * self.output[s]).sum::<f64>()).sum();
        let investment: f64 = (0..count)
            .map(|r| {
                self.business_investment * self.business_bundle_imported[r]
                    + self.public_investment * self.public_bundle_imported[r]
            })
            .sum();
        inputs
            + investment
            + self.households_imported.iter().sum::<f64>()
            + self.government_imported.iter().sum::<f64>()
    }
}

/// Capital in business use by sector: without public infrastructure (in trade and transport, and public services) and
/// without dwellings (in real estate) \[yuan\].
fn business_capital(tables: &Tables, a: &Assumptions) -> Vec<f64> {
    let hosts: Vec<bool> =
        tables.sectors.iter().map(|s| s.name.starts_with("trade_transport") || s.name.starts_with("public_")).collect();
    let host_capital: f64 = tables.sectors.iter().zip(&hosts).filter(|(_, h)| **h).map(|(s, _)| s.capital_stock).sum();
    tables
        .sectors
        .iter()
        .zip(&hosts)
        .map(|(s, host)| {
            let public = if *host { a.infrastructure * s.capital_stock / host_capital } else { 0.0 };
            let dwellings =
                if s.name == "real_estate" { a.dwelling_share_of_real_estate_capital * s.capital_stock } else { 0.0 };
            s.capital_stock - public - dwellings
        })
        .collect()
}

/// Dwellings at replacement cost \[yuan\].
#[must_use]
pub fn dwellings_at_replacement_cost(tables: &Tables, a: &Assumptions) -> f64 {
    tables.sectors.iter().filter(|s| s.name == "real_estate").map(|s| s.capital_stock).sum::<f64>()
        * a.dwelling_share_of_real_estate_capital
}

/// Opening use of AI services: adopters' automated tasks at the opening cost ratio.
fn set_ai_customers(tables: &mut Tables, a: &Assumptions, measure: &str) -> Result<(), DataErrors> {
    let automatable = automatable_shares(tables, measure)?;
    let sales: Vec<f64> = tables
        .sectors
        .iter()
        .map(|s| {
            let tasks: f64 = s.task_shares.iter().zip(&automatable).map(|(t, x)| t * x).sum();
            let adopters = (s.ai_adoption_share_of_firms * a.adopter_size_ratio).min(0.9);
            s.compensation * adopters * tasks * a.opening_depth * a.ai_cost_ratio
        })
        .collect();
    tables.set_ai_row(&sales)
}

/// Share of each task class that can be automated at the start (a measure of labour.csv), in task order.
///
/// # Errors
/// If a figure is missing.
pub fn automatable_shares(tables: &Tables, measure: &str) -> Result<[f64; 4], DataErrors> {
    let mut shares = [0.0; 4];
    for (k, name) in crate::agents::TASK_NAMES.iter().enumerate() {
        shares[k] = tables.labour.get(measure, name, 2023)?;
    }
    Ok(shares)
}
