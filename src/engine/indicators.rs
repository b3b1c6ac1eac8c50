//! Published indicators: what agents may know of the economy as a whole. They are of the last complete quarter and
//! change once a tick, when the statistics of the tick are published; no rule reads a live aggregate.

use crate::agents::TASKS;
use bevy_ecs::prelude::Resource;

/// Indicators of the last quarter.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Indicators {
    /// Mean price of each sector's sales \[2023 = 1\].
    pub prices: Vec<f64>,
    /// Import price of each product in yuan, tariff included \[2023 = 1\].
    pub import_prices: Vec<f64>,
    /// Consumer prices \[2023 = 1\].
    pub cpi: f64,
    /// Consumer prices over what they would be at posted prices, less one \[1\]; zero where nobody personalises.
    pub personal_price_rise: f64,
    /// Cost of an hour's work over that at the working week of 2023, less one, at the same wage \[1\].
    pub hour_cost_rise: f64,
    /// Consumer prices four quarters ago \[2023 = 1\].
    pub cpi_year_ago: f64,
    /// Expected inflation \[per quarter\].
    pub expected_inflation: f64,
    /// Smoothed growth of output per worker \[per quarter\].
    pub productivity_growth: f64,
    /// Compensation over nominal GDP relative to the opening and to the part of tasks that people do \[log points\].
    pub wage_gap: f64,
    /// Unemployment rate of the non-farm labour force, national.
    pub unemployment_rate: f64,
    /// Unemployment rate by region and task class, `[region * TASKS + task]`.
    pub unemployment_by_market: Vec<f64>,
    /// Vacancies over searchers by region and task class.
    pub tightness_by_market: Vec<f64>,
    /// Mean wage by region and task class \[yuan per person and quarter\].
    pub wages_by_market: Vec<f64>,
    /// Mean wage of the employed \[yuan per person and quarter\].
    pub mean_wage: f64,
    /// Mean posted wage per efficiency unit by sector \[yuan per person and quarter\].
    pub posted_wages_by_sector: Vec<f64>,
    /// Wage premium of each task class over the reference, national \[1\].
    pub task_premium: [f64; TASKS],
    /// Share of firms with AI by sector, by value added.
    pub adopters_by_sector: Vec<f64>,
    /// Share of firms with AI by region, by value added.
    pub adopters_by_region: Vec<f64>,
    /// Value added by sector \[yuan per quarter\].
    pub value_added_by_sector: Vec<f64>,
    /// Profit over capital by sector \[per quarter\].
    pub profit_rate_by_sector: Vec<f64>,
    /// Nominal GDP \[yuan per quarter\].
    pub gdp_nominal: f64,
    /// Real GDP \[2023 yuan per quarter\].
    pub gdp_real: f64,
    /// Smoothed growth of real GDP \[per quarter\].
    pub gdp_growth: f64,
    /// Price of a unit of business investment \[2023 = 1\].
    pub capital_price: f64,
    /// Policy rate \[per year\].
    pub policy_rate: f64,
    /// Price of homes by region \[yuan per square metre\].
    pub home_prices: Vec<f64>,
    /// Expected growth of home prices by region \[per quarter\].
    pub home_price_growth: Vec<f64>,
    /// Price of land by region \[yuan per square metre of floor\].
    pub land_prices: Vec<f64>,
    /// Mean disposable income of a worker agent \[yuan per quarter\].
    pub mean_income: f64,
    /// Mean disposable income by region \[yuan per quarter\].
    pub mean_income_by_region: Vec<f64>,
}
