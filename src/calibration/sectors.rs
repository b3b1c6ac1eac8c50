//! Sectors: size, income, jobs, capital, power and tasks.

use super::problems::{Problems, nearest};
use super::raw::{RawTable, Row};

/// Task classes in the order of every array of task shares.
pub const TASK_CLASSES: [&str; 4] =
    ["routine_manual", "nonroutine_manual", "routine_cognitive", "nonroutine_cognitive"];

/// Yuan in a trillion yuan; flows are kept as whole yuan, so that sums of them are exact.
const TRILLION: f64 = 1e12;

/// Trillion yuan into whole yuan.
pub(super) fn yuan_from_trillion(trillion: f64) -> f64 {
    (trillion * TRILLION).round()
}

/// One sector of production in the base year.
#[derive(Clone, Debug, PartialEq)]
pub struct Sector {
    /// Code, such as `S01`.
    pub code: String,
    /// Name in snake case.
    pub name: String,
    /// Name in Chinese.
    pub name_zh: String,
    /// Value added at basic prices [yuan a year].
    pub value_added: f64,
    /// Gross output [yuan a year].
    pub gross_output: f64,
    /// Compensation of labour, mixed income of agriculture included [yuan a year].
    pub compensation: f64,
    /// Taxes less subsidies on production [yuan a year].
    pub net_production_taxes: f64,
    /// Consumption of fixed capital as booked [yuan a year].
    pub depreciation: f64,
    /// Operating surplus, net of depreciation [yuan a year].
    pub operating_surplus: f64,
    /// Persons employed, the self-employed included \[persons\].
    pub employment: f64,
    /// Average wage of urban non-private units as published [yuan a person and year].
    pub official_average_wage: f64,
    /// Fixed capital at replacement cost \[yuan\].
    pub capital_stock: f64,
    /// Rate at which capital wears out [1 a year].
    pub depreciation_rate: f64,
    /// Purchases from the energy sector per output \[share\].
    pub energy_cost_share: f64,
    /// Electricity use [terawatt-hours a year].
    pub electricity_use_twh: f64,
    /// Employment by task class in the order of [`TASK_CLASSES`], summing to one up to printed rounding \[share\].
    pub task_shares: [f64; 4],
    /// Exposure of the industry to language models [standard deviations].
    pub ai_exposure: f64,
    /// Firms that use AI \[share\].
    pub ai_adoption_share_of_firms: f64,
    /// Industrial robots in use \[units\].
    pub industrial_robots: f64,
    /// Whether output is made, stocked and sold; otherwise it is offered as capacity [true or false].
    pub storable: bool,
}

impl Sector {
    pub(super) const COLUMNS: &'static [&'static str] = &[
        "sector_code",
        "sector_name",
        "sector_name_zh",
        "value_added_trn_cny",
        "gross_output_trn_cny",
        "intermediate_input_trn_cny",
        "compensation_trn_cny",
        "net_production_taxes_trn_cny",
        "depreciation_trn_cny",
        "operating_surplus_trn_cny",
        "employment_million",
        "official_average_wage_cny",
        "capital_stock_trn_cny",
        "depreciation_rate",
        "energy_cost_share_of_output",
        "electricity_use_twh",
        "language_model_industry_exposure_index",
        "task_share_nonroutine_cognitive",
        "task_share_routine_cognitive",
        "task_share_nonroutine_manual",
        "task_share_routine_manual",
        "ai_adoption_share_of_firms",
        "industrial_robot_stock_thousand",
    ];

    /// Columns of the table of traits.
    pub(super) const TRAITS: &'static [&'static str] = &["sector_code", "storable", "source", "confidence"];

    /// Capital per yearly output \[years\].
    #[must_use]
    pub fn capital_output_ratio(&self) -> f64 {
        self.capital_stock / self.gross_output
    }

    /// Compensation per person employed [yuan a year].
    #[must_use]
    pub fn compensation_per_worker(&self) -> f64 {
        self.compensation / self.employment
    }

    fn read(row: Row<'_>, problems: &mut Problems) -> Self {
        let mut trillion = |column: &str| yuan_from_trillion(row.number(column, problems));
        let value_added = trillion("value_added_trn_cny");
        let gross_output = trillion("gross_output_trn_cny");
        let compensation = trillion("compensation_trn_cny");
        let net_production_taxes = trillion("net_production_taxes_trn_cny");
        let depreciation = trillion("depreciation_trn_cny");
        let operating_surplus = trillion("operating_surplus_trn_cny");
        let mut positive = |column: &str, high: f64| row.number_within(column, 0.0, high, problems);
        let sector = Self {
            value_added,
            gross_output,
            compensation,
            net_production_taxes,
            depreciation,
            operating_surplus,
            employment: positive("employment_million", f64::INFINITY) * 1e6,
            official_average_wage: positive("official_average_wage_cny", f64::INFINITY),
            capital_stock: yuan_from_trillion(positive("capital_stock_trn_cny", f64::INFINITY)),
            depreciation_rate: positive("depreciation_rate", 1.0),
            energy_cost_share: positive("energy_cost_share_of_output", 1.0),
            electricity_use_twh: positive("electricity_use_twh", f64::INFINITY),
            task_shares: TASK_CLASSES.map(|class| positive(&format!("task_share_{class}"), 1.0)),
            ai_adoption_share_of_firms: positive("ai_adoption_share_of_firms", 1.0),
            industrial_robots: positive("industrial_robot_stock_thousand", f64::INFINITY) * 1e3,
            ai_exposure: row.number("language_model_industry_exposure_index", problems),
            code: row.filled("sector_code", problems),
            name: row.filled("sector_name", problems),
            name_zh: row.filled("sector_name_zh", problems),
            storable: false,
        };
        sector.check(row, problems);
        sector
    }

    fn check(&self, row: Row<'_>, problems: &mut Problems) {
        let positive = [
            ("value_added_trn_cny", self.value_added),
            ("gross_output_trn_cny", self.gross_output),
            ("employment_million", self.employment),
            ("capital_stock_trn_cny", self.capital_stock),
        ];
        for (column, _) in positive.iter().filter(|(_, value)| *value <= 0.0) {
            row.problem(problems, column, "not above zero", "a positive number");
        }
        let parts = self.compensation + self.net_production_taxes + self.depreciation + self.operating_surplus;
        let mut close = |what: &str, value: f64, target: f64, tolerance: f64| {
            problems.close("sectors.csv", row.line, what, value, target, tolerance);
        };
        close("sum of the parts of value added [yuan]", parts, self.value_added, 1e-4);
        close("sum of the task shares", self.task_shares.iter().sum(), 1.0, 5e-4);
        let inputs = self.gross_output - self.value_added;
        let printed = row.optional("intermediate_input_trn_cny", problems);
        let printed = printed.map_or(f64::NAN, yuan_from_trillion);
        problems.close("sectors.csv", row.line, "inputs [yuan]", printed, inputs, 1e-4);
    }
}

/// Reads the sectors with their traits.
pub(super) fn read(raw: &RawTable, traits: &RawTable, problems: &mut Problems) -> Vec<Sector> {
    let mut sectors: Vec<Sector> = Vec::new();
    for row in raw.rows() {
        let sector = Sector::read(row, problems);
        if sectors.iter().any(|s| s.code == sector.code) {
            row.problem(problems, "sector_code", "sector occurs twice", "one row a sector");
            continue;
        }
        sectors.push(sector);
    }
    let mut without_traits: Vec<String> = sectors.iter().map(|s| s.code.clone()).collect();
    for row in traits.rows() {
        let code = row.filled("sector_code", problems);
        row.mark("confidence", problems);
        row.filled("source", problems);
        let storable = row.switch("storable", problems);
        if let Some(index) = without_traits.iter().position(|c| *c == code) {
            without_traits.remove(index);
            if let Some(sector) = sectors.iter_mut().find(|s| s.code == code) {
                sector.storable = storable;
            }
        } else {
            unknown_sector(row, &code, sectors.iter().map(|s| s.code.as_str()), problems);
        }
    }
    for code in without_traits {
        problems.add_file(traits.file, format!("no row for sector `{code}`"), "one row a sector");
    }
    sectors
}

/// Records that a row names a sector that is unknown or was named before.
pub(super) fn unknown_sector<'a>(
    row: Row<'_>,
    code: &str,
    known: impl Iterator<Item = &'a str>,
    problems: &mut Problems,
) {
    let hint = nearest(code, known);
    row.problem(
        problems,
        "sector_code",
        format!("`{code}` is unknown or occurs twice"),
        format!("each sector of sectors.csv once{hint}"),
    );
}
