//! The facts of a tick: everything that statistics are computed from, gathered once, and the points of the past that
//! rates of change need.

use super::dynamics::Dynamics;
use super::finance::Finance;
use super::firms::Firms;
use super::people::People;
use crate::accounts::national_accounts::real_gdp;
use crate::accounts::{Fen, HomeValues, Ledger, NationalAccounts};
use crate::agents::{CentralBank, RestOfWorld};
use crate::engine::{Clock, GoodsBook, Indicators, Tally};
use crate::mechanisms::technology::Frontier;
use crate::structure::Structure;
use bevy_ecs::prelude::{Resource, World};

/// National flows of a quarter \[yuan\].
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Flows {
    /// GDP.
    pub gdp: f64,
    /// GDP from incomes.
    pub income: f64,
    /// GDP from expenditure.
    pub expenditure: f64,
    /// Household consumption.
    pub household_consumption: f64,
    /// Government purchases.
    pub government_purchases: f64,
    /// Fixed investment.
    pub fixed_investment: f64,
    /// Change of inventories.
    pub inventory_change: f64,
    /// Exports.
    pub exports: f64,
    /// Imports.
    pub imports: f64,
    /// Compensation of employees.
    pub compensation: f64,
    /// Production taxes less subsidies.
    pub production_taxes: f64,
    /// Gross operating surplus.
    pub operating_surplus: f64,
    /// Real GDP \[2023 yuan\].
    pub gdp_real: f64,
    /// Deflator \[2023 = 1\].
    pub deflator: f64,
    /// Output by sector \[units\].
    pub output: Vec<f64>,
    /// AI services used by firms \[units\].
    pub ai_services: f64,
}

/// What rates of change compare.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Point {
    /// Nominal GDP \[yuan\].
    pub gdp_nominal: f64,
    /// Real GDP \[2023 yuan\].
    pub gdp_real: f64,
    /// Consumer prices.
    pub cpi: f64,
    /// Producer prices.
    pub ppi: f64,
    /// GDP deflator.
    pub deflator: f64,
    /// Mean wage \[yuan per person and quarter\].
    pub mean_wage: f64,
    /// Employed \[worker agents\].
    pub employment: f64,
    /// Effective hours: efficiency units times hours.
    pub labour: f64,
    /// Capital of firms at 2023 prices \[units\].
    pub capital: f64,
    /// Compensation over GDP.
    pub wage_share: f64,
    /// Cost of AI services over GDP.
    pub ai_share: f64,
    /// Tasks that people do, new ones included, over all old tasks.
    pub people_share: f64,
    /// Work that the same output would take without AI over the work that it takes.
    pub ai_reach: f64,
    /// Shares of sectors in value added.
    pub value_added_shares: Vec<f64>,
    /// Staff by sector \[worker agents\].
    pub heads: Vec<f64>,
    /// Firms in business.
    pub firms: f64,
    /// Mean logarithm of the quality of what firms sell.
    pub quality: f64,
    /// Mean price of homes \[yuan per square metre\].
    pub home_price: f64,
    /// Mean price of land \[yuan per square metre of floor\].
    pub land_price: f64,
}

/// Points of the last four ticks (latest last), of the opening, and smoothed inflation.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct History {
    /// Up to four points before the current tick.
    pub points: Vec<Point>,
    /// The opening.
    pub opening: Point,
    /// Smoothed past inflation \[per quarter\].
    pub past_inflation: f64,
}

/// The facts of a tick.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Facts {
    /// Tick.
    pub tick: i64,
    /// Year.
    pub year: i64,
    /// Quarter.
    pub quarter: i64,
    /// Workers.
    pub people: People,
    /// Firms.
    pub firms: Firms,
    /// Banks and local governments.
    pub finance: Finance,
    /// National flows.
    pub flows: Flows,
    /// Counts of the tick.
    pub tally: Tally,
    /// This tick's point.
    pub now: Point,
    /// The past.
    pub history: History,
    /// Mean price by sector.
    pub prices: Vec<f64>,
    /// Import price by product.
    pub import_prices: Vec<f64>,
    /// Nominal GDP of four quarters \[yuan\].
    pub gdp_annual: f64,
    /// Value added by sector with banks' services allocated \[yuan\].
    pub value_added: Vec<f64>,
    /// Persons behind a worker agent.
    pub persons: f64,
    /// Exports by bloc \[yuan\].
    pub exports_by_bloc: Vec<f64>,
    /// Prices of homes by region \[yuan per square metre\].
    pub home_prices: Vec<f64>,
    /// Prices of land by region.
    pub land_prices: Vec<f64>,
    /// Value of households' homes \[yuan\].
    pub homes_value: f64,
    /// Policy rate \[per year\].
    pub policy_rate: f64,
    /// Mean capability of AI at home, by value added, and at the frontier \[logits\].
    pub capability: (f64, f64),
    /// What the past of firms and workers shows; filled in when the quarter is recorded.
    pub dynamics: Dynamics,
    /// The structure.
    pub structure: Option<Structure>,
}

/// Fen in yuan.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "statistics")]
pub fn yuan(fen: Fen) -> f64 {
    fen as f64 / 100.0
}

/// Mean of values by weight; `NaN` without values.
#[must_use]
pub fn weighted_mean(values: &[f64], weights: &[f64]) -> f64 {
    if values.len() != weights.len() {
        return f64::NAN;
    }
    values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / weights.iter().sum::<f64>()
}

/// Weights of domestic and imported products in household consumption of 2023 (sum one).
#[must_use]
pub fn consumer_weights(structure: &Structure) -> (Vec<f64>, Vec<f64>) {
    let count = structure.sector_count();
    let home: f64 = structure.sectors.iter().map(|s| s.households).sum();
    let imported_share: f64 = structure.categories.iter().map(|c| c.share * c.import_share).sum();
    let domestic = structure.sectors.iter().map(|s| s.households / home * (1.0 - imported_share)).collect();
    let mut imported = vec![0.0; count];
    for category in &structure.categories {
        for (product, weight) in &category.imports {
            imported[*product] += category.share * category.import_share * weight;
        }
    }
    (domestic, imported)
}

/// Consumer prices (Laspeyres, weights of 2023, imports included).
#[must_use]
pub fn consumer_prices(structure: &Structure, prices: &[f64], import_prices: &[f64]) -> f64 {
    let (domestic, imported) = consumer_weights(structure);
    let sum: f64 = domestic.iter().chain(&imported).sum();
    let at = |weights: &[f64], prices: &[f64]| weights.iter().zip(prices).map(|(w, p)| w * p).sum::<f64>();
    (at(&domestic, prices) + at(&imported, import_prices)) / sum
}

/// Whether a sector is industry: goods that can be stocked and energy, without agriculture (S02 to S06).
#[must_use]
pub fn is_industry(structure: &Structure, sector: usize) -> bool {
    sector != structure.agriculture
        && sector != structure.construction
        && (structure.sectors[sector].storable || sector == structure.energy)
}

/// Producer prices of industry (Laspeyres, weights of 2023 output).
#[must_use]
pub fn producer_prices(structure: &Structure, prices: &[f64]) -> f64 {
    let weights: Vec<f64> = (0..structure.sector_count())
        .map(|s| if is_industry(structure, s) { structure.sectors[s].output } else { 0.0 })
        .collect();
    weighted_mean(prices, &weights)
}

impl Facts {
    /// The structure.
    ///
    /// # Panics
    /// If the facts were not surveyed.
    #[must_use]
    pub const fn structure(&self) -> &Structure {
        self.structure.as_ref().expect("facts come from a survey")
    }

    /// Whether this is the opening position.
    #[must_use]
    pub const fn is_opening(&self) -> bool {
        self.tick == 0
    }

    /// A flow that the opening does not have.
    #[must_use]
    pub const fn flow(&self, value: f64) -> f64 {
        if self.tick == 0 { f64::NAN } else { value }
    }

    /// The point four quarters ago, once there is one.
    #[must_use]
    pub fn year_ago(&self) -> Option<&Point> {
        if self.history.points.len() == 4 { self.history.points.first() } else { None }
    }

    /// The last tick's point.
    #[must_use]
    pub fn last(&self) -> Option<&Point> {
        self.history.points.last()
    }

    /// Change on the same quarter of the year before \[share\]; `NaN` in the first year.
    #[must_use]
    pub fn growth(&self, of: fn(&Point) -> f64) -> f64 {
        self.year_ago().map_or(f64::NAN, |before| of(&self.now) / of(before) - 1.0)
    }

    /// Value over its opening.
    #[must_use]
    pub fn index(&self, of: fn(&Point) -> f64) -> f64 {
        of(&self.now) / of(if self.is_opening() { &self.now } else { &self.history.opening })
    }

    /// Gathers the facts of a tick from the world; compiles the national accounts itself, so that it does not matter
    /// whether the books were closed already.
    #[must_use]
    pub fn survey(world: &mut World) -> Self {
        let opening = world.resource::<Clock>().tick == 0;
        let last = world.get_resource::<Self>();
        let floor = last.map(|f| f.people.regions.iter().map(|r| r.floor_space).collect());
        let people = People::survey(world, floor);
        let firms = Firms::survey(world, opening);
        let finance = Finance::survey(world);
        let structure = world.resource::<Structure>().clone();
        let history = world.get_resource::<History>().cloned().unwrap_or_default();
        let (year, quarter) = world.resource::<Clock>().date();
        let mut facts = Self {
            tick: i64::from(world.resource::<Clock>().tick),
            year,
            quarter,
            people,
            finance,
            tally: world.get_resource::<Tally>().cloned().unwrap_or_default(),
            history,
            persons: structure.persons_per_worker,
            ..Self::default()
        };
        facts.take_prices(world, &firms, &structure);
        if !opening {
            facts.take_flows(world, &firms, &structure);
        }
        facts.capability = capability(world, &firms);
        facts.firms = firms;
        facts.structure = Some(structure);
        if !opening {
            facts.set_point();
        }
        facts
    }

    fn take_prices(&mut self, world: &World, firms: &Firms, structure: &Structure) {
        let indicators = world.get_resource::<Indicators>();
        let before = |s: usize| indicators.and_then(|i| i.prices.get(s).copied()).unwrap_or(1.0);
        let price =
            |(s, g): (usize, &super::firms::Group)| if g.sold > 0.0 { g.sold_value / g.sold } else { before(s) };
        self.prices = firms.sectors.iter().enumerate().map(price).collect();
        self.import_prices = match world.get_resource::<RestOfWorld>() {
            Some(w) if w.world_prices.len() == structure.sector_count() => {
                w.world_prices.iter().map(|p| p * w.exchange_rate).collect()
            }
            _ => vec![1.0; structure.sector_count()],
        };
        self.policy_rate = world.get_resource::<CentralBank>().map_or(f64::NAN, |b| b.policy_rate);
        if let Some(w) = world.get_resource::<RestOfWorld>() {
            self.exports_by_bloc = w.exports.iter().map(|x| yuan(*x)).collect();
        }
        self.homes_value = world.get_resource::<HomeValues>().map_or(f64::NAN, |v| yuan(v.households));
        if let Some(i) = indicators {
            self.home_prices.clone_from(&i.home_prices);
            self.land_prices.clone_from(&i.land_prices);
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "statistics")]
    fn take_flows(&mut self, world: &World, firms: &Firms, structure: &Structure) {
        let accounts = NationalAccounts::compile(world.resource::<Ledger>(), &firms.books, structure.finance);
        let goods = world.resource::<GoodsBook>();
        let (gdp_real, deflator) = real_gdp(&accounts, goods);
        self.flows = Flows {
            gdp: yuan(accounts.production),
            income: yuan(accounts.income),
            expenditure: yuan(accounts.expenditure),
            household_consumption: yuan(accounts.household_consumption),
            government_purchases: yuan(accounts.government_purchases),
            fixed_investment: yuan(accounts.fixed_investment),
            inventory_change: yuan(accounts.inventory_change),
            exports: yuan(accounts.exports),
            imports: yuan(accounts.imports),
            compensation: yuan(accounts.compensation),
            production_taxes: yuan(accounts.production_taxes),
            operating_surplus: yuan(accounts.operating_surplus),
            gdp_real,
            deflator,
            output: goods.output.iter().map(|q| *q as f64 / 100.0).collect(),
            ai_services: firms.nation.ai_services,
        };
        self.value_added = accounts.value_added.iter().map(|v| yuan(*v)).collect();
    }

    /// Fills in what rates of change compare, once all facts are there.
    #[allow(clippy::cast_precision_loss, reason = "statistics")]
    pub(super) fn set_point(&mut self) {
        let structure = self.structure.as_ref().expect("facts come from a survey");
        let nation = self.people.nation();
        let floor: Vec<f64> = self.people.regions.iter().map(|r| r.floor_space as f64).collect();
        let ai_price = self.prices[structure.ai_sector];
        self.now = Point {
            gdp_nominal: self.flows.gdp,
            gdp_real: self.flows.gdp_real,
            cpi: consumer_prices(structure, &self.prices, &self.import_prices),
            ppi: producer_prices(structure, &self.prices),
            deflator: self.flows.deflator,
            mean_wage: nation.mean_wage(),
            employment: nation.employed as f64,
            labour: self.firms.nation.labour,
            capital: self.firms.nation.capital,
            wage_share: self.flows.compensation / self.flows.gdp,
            ai_share: self.flows.ai_services * ai_price / self.flows.gdp,
            people_share: self.firms.nation.people_share(),
            ai_reach: self.firms.nation.ai_reach(),
            value_added_shares: shares(&self.value_added),
            heads: self.firms.sectors.iter().map(|g| g.heads).collect(),
            firms: self.firms.nation.firms,
            quality: self.firms.nation.quality / self.firms.nation.sold,
            home_price: weighted_mean(&self.home_prices, &floor),
            land_price: weighted_mean(&self.land_prices, &floor),
        };
        // Quarters before the first are taken as the opening one.
        let mut quarters: Vec<f64> = self.history.points.iter().rev().take(3).map(|p| p.gdp_nominal).collect();
        quarters.push(self.flows.gdp);
        let missing = 4 - quarters.len();
        let first = self.history.points.first().map_or(self.flows.gdp, |p| p.gdp_nominal);
        self.gdp_annual = quarters.iter().sum::<f64>() + missing as f64 * first;
    }
}

/// Positive parts over their sum.
#[must_use]
pub fn shares(values: &[f64]) -> Vec<f64> {
    let sum: f64 = values.iter().map(|v| v.max(0.0)).sum();
    values.iter().map(|v| v.max(0.0) / sum).collect()
}

fn capability(world: &World, firms: &Firms) -> (f64, f64) {
    world.get_resource::<Frontier>().map_or((f64::NAN, f64::NAN), |f| {
        (weighted_mean(&f.capability, &firms.value_added_shares()), f.world_capability)
    })
}

impl History {
    /// Moves a tick's point into the past.
    pub fn push(&mut self, point: Point) {
        if self.points.is_empty() {
            self.opening = point.clone();
        }
        if self.points.len() == 4 {
            self.points.remove(0);
        }
        self.points.push(point);
    }
}
