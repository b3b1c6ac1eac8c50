//! The structure of the economy: what technology, tax law and habits fix at the start and mechanisms read.
//!
//! Quantities are in 2023 yuan, so that every opening price is one; flows are per quarter.

use crate::agents::{MAX_SECTORS, TASKS};
use bevy_ecs::prelude::Resource;

/// One sector of production.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct SectorStructure {
    /// Code (`S01`, …).
    pub code: String,
    /// Name in snake case.
    pub name: String,
    /// Whether output can be stocked.
    pub storable: bool,
    /// Domestic inputs per unit of output, by supplying sector; AI services are not among them.
    pub domestic_inputs: [f64; MAX_SECTORS],
    /// Imported inputs per unit of output, by supplying sector.
    pub imported_inputs: [f64; MAX_SECTORS],
    /// Worker agents per unit of quarterly output at unit productivity.
    pub labour: f64,
    /// Share of each task class in the sector's tasks.
    pub task_shares: [f64; TASKS],
    /// Opening wage by task class \[yuan per person and quarter\].
    pub wages: [f64; TASKS],
    /// Capital per unit of quarterly output at full use \[quarters\].
    pub capital_output_ratio: f64,
    /// Depreciation \[per quarter\].
    pub depreciation: f64,
    /// Value added tax over sales \[share\].
    pub value_added_tax: f64,
    /// Property tax over sales \[share\].
    pub property_tax: f64,
    /// Other production taxes less subsidies over sales; negative for a subsidy \[share\].
    pub production_tax: f64,
    /// Opening mark-up over unit cost.
    pub mark_up: f64,
    /// Opening output \[units per quarter\].
    pub output: f64,
    /// Opening exports \[units per quarter\].
    pub exports: f64,
    /// Opening share of imports in domestic use of the product by firms, households, government \[share\].
    pub import_share: f64,
    /// Opening share of firms that use AI.
    pub ai_adopters: f64,
    /// Electricity per unit of output \[kWh per yuan of 2023\].
    pub electricity: f64,
    /// AI services that replace one person for a quarter at opening capability \[units\].
    pub ai_services_per_person: f64,
    /// Opening government purchases \[units per quarter\], domestic.
    pub government: f64,
    /// Opening household purchases \[units per quarter\], domestic.
    pub households: f64,
}

impl SectorStructure {
    /// All taxes on sales \[share\].
    #[must_use]
    pub fn sales_taxes(&self) -> f64 {
        self.value_added_tax + self.property_tax + self.production_tax
    }
}

/// One category of household consumption.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct CategoryStructure {
    /// Name.
    pub name: String,
    /// Share in household consumption at the start, imports included.
    pub share: f64,
    /// Income elasticity of the category's share.
    pub engel_elasticity: f64,
    /// Sectors and their weights in the category's domestic purchases (sum one).
    pub sectors: Vec<(usize, f64)>,
    /// Share of imports in the category at the start.
    pub import_share: f64,
    /// Weights of products in the category's imports (sum one, if there are any).
    pub imports: Vec<(usize, f64)>,
}

/// A bundle of goods that make up a unit of an investment good.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Bundle {
    /// Domestic products per unit.
    pub domestic: [f64; MAX_SECTORS],
    /// Imported products per unit.
    pub imported: [f64; MAX_SECTORS],
}

/// Research that firms pay for at the opening.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct ResearchStructure {
    /// Sector that sells it.
    pub product: usize,
    /// Part of a unit of firms' investment that is research at the opening \[share\].
    pub content: f64,
    /// Opening spending over sales by sector \[share\].
    pub spending: Vec<f64>,
}

/// One region.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct RegionStructure {
    /// Name.
    pub name: String,
    /// Share of adults with college education.
    pub college_share: f64,
    /// Adults \[worker agents\].
    pub adults: usize,
}

/// The structure of the economy.
#[derive(Clone, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct Structure {
    /// Sectors.
    pub sectors: Vec<SectorStructure>,
    /// Regions.
    pub regions: Vec<RegionStructure>,
    /// Household consumption categories.
    pub categories: Vec<CategoryStructure>,
    /// Investment of firms.
    pub business_bundle: Bundle,
    /// Research of firms.
    pub research: ResearchStructure,
    /// Public investment.
    pub public_bundle: Bundle,
    /// Imported part of government purchases over the domestic part, by product.
    pub government_imports: [f64; MAX_SECTORS],
    /// Sector of AI services.
    pub ai_sector: usize,
    /// Sector of construction.
    pub construction: usize,
    /// Sector of real estate.
    pub real_estate: usize,
    /// Sector of finance.
    pub finance: usize,
    /// Sector of public services.
    pub public_services: usize,
    /// Sector of energy.
    pub energy: usize,
    /// Sector of agriculture.
    pub agriculture: usize,
    /// Sectors counted as emerging.
    pub emerging: Vec<usize>,
    /// Adults that one worker agent stands for.
    pub persons_per_worker: f64,
    /// Enterprises that one firm agent stands for.
    pub firms_per_firm_agent: f64,
    /// Growth built into the opening flows \[per quarter\].
    pub growth: f64,
    /// Inflation that expectations start from \[per quarter\].
    pub inflation: f64,
    /// Opening GDP \[yuan per quarter\].
    pub gdp: f64,
    /// Materials wanted over a quarter's use.
    pub materials_ratio: f64,
    /// Finished goods wanted over a quarter's sales.
    pub finished_goods_ratio: f64,
    /// Use of capital that firms plan for.
    pub normal_utilisation: f64,
    /// Employers' contributions over wages.
    pub employer_contribution_rate: f64,
    /// Tariff over import value.
    pub tariff_rate: f64,
    /// Elasticity between domestic and imported products (`foreign_trade`).
    pub import_elasticity: f64,
    /// Opening mean disposable income of a worker agent \[yuan per quarter\]: where Engel shares are those of 2023.
    pub mean_income: f64,
    /// Opening unemployment rate of the non-farm labour force.
    pub unemployment_rate: f64,
}

impl Structure {
    /// Number of sectors.
    #[must_use]
    pub fn sector_count(&self) -> usize {
        self.sectors.len()
    }

    /// Number of regions.
    #[must_use]
    pub fn region_count(&self) -> usize {
        self.regions.len()
    }

    /// Persons behind a number of worker agents.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "head counts")]
    pub fn persons(&self, workers: usize) -> f64 {
        workers as f64 * self.persons_per_worker
    }

    /// Cost of a unit of a bundle at given domestic and import prices \[yuan\].
    #[must_use]
    pub fn bundle_price(&self, bundle: &Bundle, domestic: &[f64], imported: &[f64]) -> f64 {
        (0..self.sector_count()).map(|r| bundle.domestic[r] * domestic[r] + bundle.imported[r] * imported[r]).sum()
    }
}
