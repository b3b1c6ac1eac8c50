//! Provinces: accounts, people, public finance and debt; and their sectors.

use super::problems::Problems;
use super::raw::{RawTable, Row};
use super::sectors::{Sector, unknown_sector};

/// One province in the base year. "Balanced" figures are scaled so that provinces sum to the nation.
#[derive(Clone, Debug, PartialEq)]
pub struct Province {
    /// Code, such as `11`.
    pub code: String,
    /// Name in English.
    pub name: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Official region: `east`, `central`, `west` or `northeast`.
    pub region: String,
    /// Gross domestic product, balanced [yuan a year].
    pub gdp: f64,
    /// Value added of agriculture, balanced [yuan a year].
    pub primary: f64,
    /// Value added of industry and construction, balanced [yuan a year].
    pub secondary: f64,
    /// Value added of services, balanced [yuan a year].
    pub tertiary: f64,
    /// Residents, balanced \[persons\].
    pub population: f64,
    /// Persons employed, balanced \[persons\].
    pub employment: f64,
    /// Surveyed urban unemployment, a judgement around the national rate \[share\].
    pub unemployment_rate: f64,
    /// General budget revenue, balanced [yuan a year].
    pub general_budget_revenue: f64,
    /// Tax revenue inside it, as published [yuan a year].
    pub tax_revenue: f64,
    /// Revenue of government funds, land included, as published [yuan a year].
    pub government_fund_revenue: f64,
    /// General budget expenditure, as published [yuan a year].
    pub general_budget_expenditure: f64,
    /// Revenue from land transfers, balanced [yuan a year].
    pub land_revenue: f64,
    /// General bonds outstanding \[yuan\].
    pub general_debt: f64,
    /// Special bonds outstanding \[yuan\].
    pub special_debt: f64,
    /// Legal limit of general and special debt \[yuan\].
    pub debt_limit: f64,
    /// Interest-bearing debt of financing vehicles \[yuan\].
    pub lgfv_debt: f64,
    /// Share of the nation's debt of financing vehicles \[share\].
    pub lgfv_debt_share: f64,
    /// Residents with a college education \[share\].
    pub college_share: f64,
    /// Research spending per gross domestic product \[share\].
    pub research_intensity: f64,
    /// Electricity use [terawatt-hours a year].
    pub electricity_use_twh: f64,
    /// Generating capacity \[GW\].
    pub generating_capacity_gw: f64,
    /// Generation from other than fossil fuels \[share\].
    pub non_fossil_generation_share: f64,
    /// Wind power curtailed \[share\].
    pub wind_curtailment: f64,
    /// Solar power curtailed \[share\].
    pub solar_curtailment: f64,
    /// Exports of the cities of the province [yuan a year].
    pub exports: f64,
    /// Minimum wage of the highest grade [yuan a month].
    pub minimum_wage_monthly: f64,
}

/// Yuan in a hundred million.
const YI: f64 = 1e8;
/// Persons in ten thousand.
const WAN: f64 = 1e4;

/// Numeric columns: name, factor into the model's unit, upper bound in the file's unit.
const NUMBERS: [(&str, f64, f64); 26] = [
    ("gdp_balanced_100m_cny", YI, f64::INFINITY),
    ("primary_balanced_100m_cny", YI, f64::INFINITY),
    ("secondary_balanced_100m_cny", YI, f64::INFINITY),
    ("tertiary_balanced_100m_cny", YI, f64::INFINITY),
    ("population_balanced_10k", WAN, f64::INFINITY),
    ("employment_balanced_10k", WAN, f64::INFINITY),
    ("urban_unemployment_rate_percent", 0.01, 100.0),
    ("general_budget_revenue_balanced_100m_cny", YI, f64::INFINITY),
    ("tax_revenue_100m_cny", YI, f64::INFINITY),
    ("government_fund_revenue_100m_cny", YI, f64::INFINITY),
    ("general_budget_expenditure_100m_cny", YI, f64::INFINITY),
    ("land_transfer_revenue_balanced_100m_cny", YI, f64::INFINITY),
    ("general_debt_100m_cny", YI, f64::INFINITY),
    ("special_debt_100m_cny", YI, f64::INFINITY),
    ("debt_limit_100m_cny", YI, f64::INFINITY),
    ("lgfv_debt_100m_cny", YI, f64::INFINITY),
    ("lgfv_debt_share", 1.0, 1.0),
    ("college_educated_per_100k", 1e-5, 1e5),
    ("research_intensity_percent", 0.01, 100.0),
    ("electricity_use_twh", 1.0, f64::INFINITY),
    ("generating_capacity_gw", 1.0, f64::INFINITY),
    ("non_fossil_generation_share", 1.0, 1.0),
    ("wind_curtailment_percent", 0.01, 100.0),
    ("solar_curtailment_percent", 0.01, 100.0),
    ("exports_of_cities_100m_cny", YI, f64::INFINITY),
    ("minimum_wage_cny_per_month", 1.0, f64::INFINITY),
];

impl Province {
    /// Columns that the file must have.
    pub(super) fn columns() -> Vec<&'static str> {
        let keys = ["province_code", "province", "province_zh", "region"];
        keys.into_iter().chain(NUMBERS.iter().map(|(name, _, _)| *name)).collect()
    }

    /// General and special bonds outstanding \[yuan\].
    #[must_use]
    pub fn statutory_debt(&self) -> f64 {
        self.general_debt + self.special_debt
    }

    fn read(row: Row<'_>, problems: &mut Problems) -> Self {
        let mut number = |column: &str| {
            NUMBERS
                .iter()
                .find(|(name, _, _)| *name == column)
                .map_or(f64::NAN, |(name, factor, high)| row.number_within(name, 0.0, *high, problems) * factor)
        };
        Self {
            gdp: number("gdp_balanced_100m_cny"),
            primary: number("primary_balanced_100m_cny"),
            secondary: number("secondary_balanced_100m_cny"),
            tertiary: number("tertiary_balanced_100m_cny"),
            population: number("population_balanced_10k"),
            employment: number("employment_balanced_10k"),
            unemployment_rate: number("urban_unemployment_rate_percent"),
            general_budget_revenue: number("general_budget_revenue_balanced_100m_cny"),
            tax_revenue: number("tax_revenue_100m_cny"),
            government_fund_revenue: number("government_fund_revenue_100m_cny"),
            general_budget_expenditure: number("general_budget_expenditure_100m_cny"),
            land_revenue: number("land_transfer_revenue_balanced_100m_cny"),
            general_debt: number("general_debt_100m_cny"),
            special_debt: number("special_debt_100m_cny"),
            debt_limit: number("debt_limit_100m_cny"),
            lgfv_debt: number("lgfv_debt_100m_cny"),
            lgfv_debt_share: number("lgfv_debt_share"),
            college_share: number("college_educated_per_100k"),
            research_intensity: number("research_intensity_percent"),
            electricity_use_twh: number("electricity_use_twh"),
            generating_capacity_gw: number("generating_capacity_gw"),
            non_fossil_generation_share: number("non_fossil_generation_share"),
            wind_curtailment: number("wind_curtailment_percent"),
            solar_curtailment: number("solar_curtailment_percent"),
            exports: number("exports_of_cities_100m_cny"),
            minimum_wage_monthly: number("minimum_wage_cny_per_month"),
            code: row.filled("province_code", problems),
            name: row.filled("province", problems),
            name_zh: row.filled("province_zh", problems),
            region: row.filled("region", problems),
        }
    }

    /// Reads the provinces in file order.
    pub(super) fn read_all(raw: &RawTable, problems: &mut Problems) -> Vec<Self> {
        let mut provinces: Vec<Self> = Vec::new();
        for row in raw.rows() {
            let province = Self::read(row, problems);
            let strata = province.primary + province.secondary + province.tertiary;
            let what = "sum of the three strata [yuan]";
            problems.close(raw.file, row.line, what, strata, province.gdp, 1e-3);
            if provinces.iter().any(|p| p.code == province.code) {
                row.problem(problems, "province_code", "province occurs twice", "one row a province");
                continue;
            }
            provinces.push(province);
        }
        provinces
    }
}

/// Sectors of each province, `[province][sector]` in the order of provinces and sectors.
#[derive(Clone, Debug, PartialEq)]
pub struct ProvinceSector {
    /// Value added [yuan a year].
    pub value_added: Vec<Vec<f64>>,
    /// Persons employed \[persons\].
    pub employment: Vec<Vec<f64>>,
}

impl ProvinceSector {
    pub(super) const COLUMNS: &'static [&'static str] =
        &["province_code", "sector_code", "value_added_100m_cny", "employment_10k"];

    /// Reads the cells; each pair of province and sector must occur once.
    pub(super) fn read(raw: &RawTable, provinces: &[Province], sectors: &[Sector], problems: &mut Problems) -> Self {
        let empty = vec![vec![f64::NAN; sectors.len()]; provinces.len()];
        let mut table = Self { value_added: empty.clone(), employment: empty };
        let mut seen = vec![vec![false; sectors.len()]; provinces.len()];
        for row in raw.rows() {
            let province_code = row.text("province_code");
            let sector_code = row.text("sector_code");
            let Some(p) = provinces.iter().position(|p| p.code == province_code) else {
                let problem = format!("`{province_code}` is unknown");
                row.problem(problems, "province_code", problem, "a province of provinces.csv");
                continue;
            };
            let Some(s) = sectors.iter().position(|s| s.code == sector_code).filter(|s| !seen[p][*s]) else {
                let known = sectors.iter().map(|s| s.code.as_str());
                unknown_sector(row, sector_code, known, problems);
                continue;
            };
            seen[p][s] = true;
            let mut cell = |column| row.number_within(column, 0.0, f64::INFINITY, problems);
            table.value_added[p][s] = cell("value_added_100m_cny") * YI;
            table.employment[p][s] = cell("employment_10k") * WAN;
        }
        for (province, seen) in provinces.iter().zip(&seen) {
            for (sector, _) in sectors.iter().zip(seen).filter(|(_, seen)| !**seen) {
                let problem = format!("no row for {} and {}", province.name, sector.code);
                problems.add_file(raw.file, problem, "one row a province and sector");
            }
        }
        table
    }
}
