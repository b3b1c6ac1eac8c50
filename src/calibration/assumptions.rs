//! Figures that the opening position needs and no table holds: declared as parameters, so that a configuration
//! can change them and every one carries its source.

use crate::engine::parameters::Value;
use crate::engine::registry::{Registry, Values};
use crate::engine::rules::{Breach, number};

parameters! {
    /// Opening position: growth built into it, splits of national totals and assumed stocks.
    pub struct Assumptions {
        /// Growth of volumes that the opening flows sustain; expectations start from it. NBS: 5.2 % in 2023.
        growth: f64 = 0.047, "per year", 0.0..=0.15;
        /// Rise of prices that expectations start from. NBS 2023: CPI 0.2 %, core 0.7 %; target 3 %.
        inflation: f64 = 0.01, "per year", -0.05..=0.2;
        /// Employers' social contributions over wages, effective: 8.4 trn of contributions in all on 60 trn of wages (assumed).
        employer_contribution_rate: f64 = 0.10, "share of wages", 0.0..=0.6;
        /// Employees' social contributions over wages, effective (see the employers' rate).
        employee_contribution_rate: f64 = 0.04, "share of wages", 0.0..=0.6;
        /// Allowance of the personal tax: 5,000 yuan a month (Individual Income Tax Law 2018).
        personal_tax_allowance: f64 = 15000.0, "yuan per quarter", 0.0..=1.0e6;
        /// Rate on outstanding mortgages (People's Bank of China: 3.97 % on new loans in 2023, 4.3 % on old ones, recalled).
        mortgage_rate: f64 = 0.042, "per year", 0.0..=0.3;
        /// Rate on other household loans (assumed between mortgages and consumer credit).
        other_loan_rate: f64 = 0.048, "per year", 0.0..=0.5;
        /// Rate on loans to firms (People's Bank of China: 3.75 % on new loans in 2023, recalled; stock a little above).
        firm_loan_rate: f64 = 0.0395, "per year", 0.0..=0.3;
        /// Policy rate: seven-day reverse repurchase 1.8 %, medium-term facility 2.5 % (People's Bank of China 2023).
        policy_rate: f64 = 0.025, "per year", 0.0..=0.3;
        /// Company tax in 2023: 4.11 trn (Ministry of Finance, recalled), over all profits; the statutory rate is 25 %.
        company_tax: f64 = 4.11e12, "yuan per year", 0.0..=1.0e15;
        /// Compensation for land over land revenue (parameters.csv: costs of 75 % of revenue).
        land_compensation_share: f64 = 0.75, "share", 0.0..=1.0;
        /// Margins of banks on loans and deposits (what official accounts book as indirectly measured services): loans of 237 trn at 0.0145 to 0.023 and deposits of 278 trn at 0.0056 around the reference rate (derived).
        intermediation_services: f64 = 5.87e12, "yuan per year", 0.0..=1.0e14;
        /// Personal income tax in 2023 (Ministry of Finance, recalled).
        personal_tax: f64 = 1.4775e12, "yuan per year", 0.0..=1.0e15;
        /// Profits of banks within the base of company tax in 2023 (assumed, below the 2.4 trn of net profit of the National Financial Regulatory Administration: interest on public bonds is exempt).
        bank_profits: f64 = 2.0e12, "yuan per year", 0.0..=1.0e15;
        /// Dividends of banks within what households receive at the start (assumed: free float of listed banks).
        bank_dividends: f64 = 0.15e12, "yuan per year", 0.0..=1.0e15;
        /// Average coupon on central bonds, and return of wealth-management pools (recalled: ten-year yield of 2.6 to 2.9 % in 2023).
        central_bond_coupon: f64 = 0.028, "per year", 0.0..=0.3;
        /// Local bonds held by wealth-management pools and funds, over all (assumed; banks hold most of the rest).
        local_bonds_at_pools_share: f64 = 0.12, "share", 0.0..=1.0;
        /// Financing vehicles' loans at the city bank of the region (assumed).
        lgfv_loans_at_city_bank: f64 = 0.30, "share", 0.0..=1.0;
        /// Financing vehicles' loans at the rural bank of the region (assumed).
        lgfv_loans_at_rural_bank: f64 = 0.08, "share", 0.0..=1.0;
        /// Rate on loans to financing vehicles: parameters.csv, 4.8 %.
        lgfv_rate: f64 = 0.048, "per year", 0.0..=0.3;
        /// Rate on local bonds: Ministry of Finance, December 2023, 3.27 %.
        local_bond_rate: f64 = 0.0327, "per year", 0.0..=0.3;
        /// Growth of local bonds in the opening budgets: 4.5 trn of net new bonds in 2023 (recalled) on 40.7 trn, less what exceeds trend spending.
        local_bond_growth: f64 = 0.085, "per year", 0.0..=0.5;
        /// Growth of financing vehicles' debt in the opening budgets: lower bound of 2019-2023 (parameters.csv, 9 to 19 %).
        lgfv_debt_growth: f64 = 0.09, "per year", 0.0..=0.5;
        /// Value added tax in net production taxes: 6.93 of 11.06 trn (Ministry of Finance 2023, recalled).
        value_added_tax_share: f64 = 0.6266, "share", 0.0..=1.0;
        /// Property tax of firms in net production taxes: 0.40 of 11.06 trn (Ministry of Finance 2023, recalled).
        property_tax_share: f64 = 0.0361, "share", 0.0..=1.0;
        /// Tariff revenue over imports: 0.259 of 18 trn (Ministry of Finance 2023, recalled).
        tariff_rate: f64 = 0.0144, "share of import value", 0.0..=1.0;
        /// Fixed capital formation by governments and their vehicles (assumed: infrastructure investment less purchases of land and equipment of state firms).
        public_investment: f64 = 10.0e12, "yuan per year", 0.0..=1.0e15;
        /// Construction in public investment (assumed from investment statistics).
        public_construction_share: f64 = 0.85, "share", 0.0..=1.0;
        /// Construction of dwellings for sale: construction and installation, about 60 % of real-estate investment (NBS 2021, recalled; the rest is land, fees and equipment), of 8.38 trn of residential investment (NBS 2023). With land revenue of 5.80 trn and sales of 11.66 trn it leaves developers a margin of 7 %; listed ones reported gross margins of about a tenth in 2023 (recalled).
        dwelling_construction: f64 = 5.0e12, "yuan per year", 0.0..=1.0e15;
        /// Public infrastructure within the national capital stock (assumed: ten years of public investment).
        infrastructure: f64 = 100.0e12, "yuan", 0.0..=1.0e16;
        /// Dwellings at replacement cost within the capital of real estate (assumed from the weight of dwellings in it).
        dwelling_share_of_real_estate_capital: f64 = 0.75, "share", 0.0..=1.0;
        /// Research spending of enterprises: 2,592 of 3,336 billion yuan (NBS, Bulletin on Research Spending 2023; the total is data/provinces.csv, the part of enterprises recalled), capital formation in SNA 2008 (10.103).
        business_research: f64 = 2.592e12, "yuan per year", 0.0..=1.0e15;
        /// Use of capital at the start: NBS 2023, industry 75.1 %.
        capacity_utilisation: f64 = 0.751, "share", 0.3..=1.0;
        /// Finished goods over a quarter's sales: 19.3 days of stock (NBS 2023, industry).
        finished_goods_ratio: f64 = 0.2116, "quarters of sales", 0.0..=4.0;
        /// Materials over a quarter's use (assumed: one quarter's need is bought ahead, and a reserve).
        materials_ratio: f64 = 1.1, "quarters of use", 1.0..=4.0;
        /// Share of AI-automatable tasks that adopters have automated at the start (assumed; AI services sold to firms then agree with the core industry's sales).
        opening_depth: f64 = 0.30, "share of the automatable", 0.0..=1.0;
        /// Cost of AI services over the labour cost of the tasks they replace: Acemoglu (2024), saving of 27 %.
        ai_cost_ratio: f64 = 0.73, "ratio", 0.05..=5.0;
        /// Value-added weight of adopters over their head count (firms.csv: large firms adopt 2.5 times as often; assumed mean).
        adopter_size_ratio: f64 = 1.7, "ratio", 0.5..=5.0;
        /// Wage gap between own and best-paid use that rent sharing passes on at the start (assumed).
        rent_sharing: f64 = 0.9, "share", 0.0..=1.0;
        /// Exponent of firm sizes: Axtell (2001).
        firm_size_exponent: f64 = 1.06, "1", 0.7..=3.0;
        /// Spread of skill within a task class, standard deviation of logs (assumed from Chinese wage dispersion).
        skill_spread: f64 = 0.35, "log points", 0.0..=1.5;
        /// Spread of deposits over income, standard deviation of logs (assumed; wealth is more unequal than income).
        wealth_spread: f64 = 0.8, "log points", 0.0..=3.0;
        /// Household deposits: People's Bank of China 2023 (recalled 137.0 trn).
        household_deposits: f64 = 137.0e12, "yuan", 0.0..=1.0e16;
        /// Deposits of firms: People's Bank of China 2023, enterprises and part of agencies (recalled 79 trn, with public units 82).
        firm_deposits: f64 = 82.0e12, "yuan", 0.0..=1.0e16;
        /// Deposits of local governments (recalled: part of 35.6 trn of agencies).
        local_government_deposits: f64 = 25.0e12, "yuan", 0.0..=1.0e16;
        /// Deposits of financing vehicles (assumed from leverage samples).
        lgfv_deposits: f64 = 12.0e12, "yuan", 0.0..=1.0e16;
        /// Treasury account at the central bank (recalled: 5.8 trn of fiscal deposits).
        treasury: f64 = 5.8e12, "yuan", 0.0..=1.0e16;
        /// Bonds in financing vehicles' debt (recalled: about 16 of 65 trn).
        lgfv_bonds: f64 = 16.0e12, "yuan", 0.0..=1.0e16;
        /// Financing vehicles' bonds held by wealth-management pools (assumed).
        lgfv_bonds_at_pools: f64 = 7.0e12, "yuan", 0.0..=1.0e16;
        /// Corporate bonds without financing vehicles (recalled: 17 of 31 trn).
        corporate_bonds: f64 = 17.0e12, "yuan", 0.0..=1.0e16;
        /// Corporate bonds held by wealth-management pools (assumed).
        corporate_bonds_at_pools: f64 = 11.0e12, "yuan", 0.0..=1.0e16;
        /// Cash of wealth-management pools (assumed).
        pool_deposits: f64 = 5.8e12, "yuan", 0.0..=1.0e16;
        /// Cash of the equity fund (assumed; with the pools' and the venture fund's it closes the deposits of 284.26 trn).
        equity_fund_deposits: f64 = 16.0e12, "yuan", 0.0..=1.0e16;
        /// Central bonds held by the central bank: People's Bank of China 2023 (recalled 1.52 trn).
        central_bonds_at_central_bank: f64 = 1.52e12, "yuan", 0.0..=1.0e15;
        /// Foreign assets of the central bank: People's Bank of China 2023 (recalled 23.4 trn).
        central_bank_foreign_assets: f64 = 23.4e12, "yuan", 0.0..=1.0e16;
        /// Foreign assets of banks (assumed).
        bank_foreign_assets: f64 = 5.0e12, "yuan", 0.0..=1.0e16;
        /// Floor space of homes per person (NBS: about 40 square metres).
        floor_space_per_person: f64 = 40.0, "square metres", 5.0..=100.0;
        /// Value of a mean square metre over the mean price of new homes (assumed: old and rural homes are cheaper).
        existing_home_price_ratio: f64 = 0.55, "ratio", 0.1..=1.5;
        /// Homes of developers, finished or under way, at cost (assumed: two years of sales).
        developer_homes: f64 = 16.0e12, "yuan", 0.0..=1.0e15;
        /// Land of developers at cost (assumed: a year and a half of land sales).
        developer_land: f64 = 8.0e12, "yuan", 0.0..=1.0e15;
        /// Unsold homes over the stock that leaves prices alone (assumed after completed unsold floor space, +19 % in 2023).
        housing_overhang: f64 = 1.15, "ratio", 0.1..=10.0;
        /// Expected growth of home prices at the start (assumed; 70-city index of new homes -0.9 % in 2023).
        home_price_growth: f64 = 0.0, "per year", -0.3..=0.3;
        /// Homes that fall out of use (assumed: 340 of 56,400 million square metres); in a stationary economy as many are built.
        home_demolition: f64 = 0.006, "per year", 0.0..=0.1;
        /// Land banks of local governments at cost (assumed: three years of sales at the cost share).
        government_land: f64 = 13.0e12, "yuan", 0.0..=1.0e15;
        /// Foreign share of firms' equity (assumed from inward direct investment).
        foreign_share: f64 = 0.06, "share", 0.0..=1.0;
        /// State's share of firms' equity (assumed from the share of state-controlled industrial profit, 29 %, less minorities).
        state_share: f64 = 0.25, "share", 0.0..=1.0;
        /// Digital firms among those without AI, by value added (assumed after the digital economy's share of GDP, 42.8 %).
        digital_share: f64 = 0.38, "share", 0.0..=1.0;
        /// Pensions: expenditure of basic pension funds and retired civil servants 2023 (recalled 7.0 trn).
        pensions: f64 = 7.0e12, "yuan per year", 0.0..=1.0e15;
        /// Other social benefits in cash (assumed: minimum income, child and medical transfers).
        benefits: f64 = 1.5e12, "yuan per year", 0.0..=1.0e15;
        /// Central government's part of government consumption (Ministry of Finance 2023: 3.8 of 27.5 trn).
        central_purchase_share: f64 = 0.14, "share", 0.0..=1.0;
        /// Household dividends and property income of funds (what closes the household account at a saving rate of 31.7 %).
        dividends: f64 = 8.4e12, "yuan per year", 0.0..=1.0e15;
    }
}

/// Claims `[opening]` and says which of its values exclude each other, and that the tables of a folder must be sound.
pub fn register(registry: &mut Registry) {
    let opening = |key| ("opening", key);
    registry
        .add::<Assumptions>("opening")
        .add_rule(&[("opening", "growth"), ("calibration", "opening")], growth_is_positive)
        .shares_of_one(&[opening("state_share"), opening("foreign_share")])
        .shares_of_one(&[opening("value_added_tax_share"), opening("property_tax_share")])
        .ascending(&[opening("lgfv_bonds_at_pools"), opening("lgfv_bonds")])
        .ascending(&[opening("corporate_bonds_at_pools"), opening("corporate_bonds")])
        .add_rule(&[("calibration", "data_directory")], super::folder::tables_are_sound);
}

/// An economy without growth has an opening of its own.
fn growth_is_positive(values: &Values) -> Vec<Breach> {
    let opening = values.get("calibration").and_then(|table| table.get("opening"));
    let stationary = matches!(opening, Some(Value::Text(text)) if text == "stationary");
    if stationary || number(values, ("opening", "growth")) > 0.0 {
        return Vec::new();
    }
    vec![Breach::new(
        "`opening.growth` is 0 in an opening that grows",
        "write calibration.opening = \"stationary\" for an economy without growth",
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: &str, value: f64) -> Values {
        let mut registry = Registry::engine();
        register(&mut registry);
        let mut values = registry.defaults();
        values.get_mut("opening").unwrap().insert(key.into(), Value::Real(value));
        values
    }

    #[test]
    fn growth_of_zero_needs_the_stationary_opening() {
        assert!(growth_is_positive(&with("growth", 0.01)).is_empty());
        let mut values = with("growth", 0.0);
        assert!(growth_is_positive(&values)[0].hint.contains("stationary"));
        values.get_mut("calibration").unwrap().insert("opening".into(), Value::Text("stationary".into()));
        assert!(growth_is_positive(&values).is_empty());
    }
}
