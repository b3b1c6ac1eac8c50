//! What one pass over workers finds: work, wages, incomes and wealth. All sums are integers, so the order of chunks
//! does not matter.

use super::gini::Histogram;
use crate::accounts::HomeValues;
use crate::agents::{Home, Identity, Job, Person, Status, TASKS, Wallet};
use crate::engine::{CHUNK, Indicators};
use crate::structure::Structure;
use bevy_ecs::prelude::World;
use rayon::prelude::*;

/// Counts of a labour market (region and task class) \[worker agents\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Market {
    /// Employed.
    pub employed: i64,
    /// Employed outside agriculture.
    pub non_farm: i64,
    /// Employed since this quarter.
    pub hired: i64,
    /// Unemployed.
    pub unemployed: i64,
    /// Unemployed whose last job was not in agriculture.
    pub non_farm_unemployed: i64,
    /// Wages of the employed, per person and quarter \[fen\].
    pub wages: i128,
}

impl Market {
    fn plus(self, o: Self) -> Self {
        Self {
            employed: self.employed + o.employed,
            non_farm: self.non_farm + o.non_farm,
            hired: self.hired + o.hired,
            unemployed: self.unemployed + o.unemployed,
            non_farm_unemployed: self.non_farm_unemployed + o.non_farm_unemployed,
            wages: self.wages + o.wages,
        }
    }

    /// Unemployment rate of the non-farm labour force; `NaN` without one.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "head counts")]
    pub fn unemployment_rate(&self) -> f64 {
        self.non_farm_unemployed as f64 / (self.non_farm_unemployed + self.non_farm) as f64
    }

    /// Mean wage \[yuan per person and quarter\]; `NaN` without employed.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a mean")]
    pub fn mean_wage(&self) -> f64 {
        self.wages as f64 / 100.0 / self.employed as f64
    }
}

/// Counts of a region \[worker agents\] and sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RegionPeople {
    /// By status, in the order of [`Status`].
    pub by_status: [i64; 5],
    /// Disposable income of the quarter \[fen\].
    pub income: i128,
    /// Deposits \[fen\].
    pub deposits: i128,
    /// Floor space \[0.01 square metres\].
    pub floor_space: i64,
}

/// What the pass finds.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct People {
    /// Markets, `[region * TASKS + task]`.
    pub markets: Vec<Market>,
    /// Regions.
    pub regions: Vec<RegionPeople>,
    /// Disposable income.
    pub income: Histogram,
    /// Deposits, wealth-management units and homes less debts.
    pub wealth: Histogram,
    /// Consumption at 2023 prices.
    pub consumption: Histogram,
}

/// What a worker's row is looked up against.
struct Boards {
    sectors: Vec<u8>,
    agriculture: usize,
    home_prices: Vec<f64>,
}

/// Value of a square metre that a household owns, by region \[fen\]: market prices scaled to the value of all homes.
#[allow(clippy::cast_precision_loss, reason = "a statistic")]
fn home_prices(world: &World, floor: &[i64]) -> Vec<f64> {
    let prices = world.get_resource::<Indicators>().map(|i| i.home_prices.clone()).unwrap_or_default();
    let regions = floor.len();
    let prices = if prices.len() == regions { prices } else { vec![1.0; regions] };
    let at_market: f64 = prices.iter().zip(floor).map(|(p, f)| p * *f as f64 / 100.0).sum();
    let value = world.get_resource::<HomeValues>().map_or(0.0, |v| v.households as f64);
    let scale = if at_market > 0.0 { value / at_market } else { 0.0 };
    prices.iter().map(|p| p * scale).collect()
}

impl People {
    fn new(regions: usize) -> Self {
        Self {
            markets: vec![Market::default(); regions * TASKS],
            regions: vec![RegionPeople::default(); regions],
            ..Self::default()
        }
    }

    fn merge(mut self, other: Self) -> Self {
        if self.regions.is_empty() {
            return other;
        }
        self.markets.iter_mut().zip(&other.markets).for_each(|(a, b)| *a = a.plus(*b));
        for (a, b) in self.regions.iter_mut().zip(&other.regions) {
            a.by_status.iter_mut().zip(&b.by_status).for_each(|(x, y)| *x += y);
            a.income += b.income;
            a.deposits += b.deposits;
            a.floor_space += b.floor_space;
        }
        self.income.merge(&other.income);
        self.wealth.merge(&other.wealth);
        self.consumption.merge(&other.consumption);
        self
    }

    #[allow(clippy::cast_possible_truncation, reason = "agents' amounts fit")]
    fn add(&mut self, (person, job, wallet, home): (&Person, &Job, &Wallet, &Home), boards: &Boards) {
        let g = usize::from(person.region);
        let region = &mut self.regions[g];
        region.by_status[person.status as usize] += 1;
        region.income += wallet.income.fen();
        region.deposits += wallet.deposits.fen();
        region.floor_space += (f64::from(home.floor_space) * 100.0) as i64;
        let market = &mut self.markets[g * TASKS + usize::from(person.task)];
        match person.status {
            Status::Employed => {
                let sector = boards.sectors.get(job.employer as usize).map_or(usize::MAX, |s| usize::from(*s));
                market.employed += 1;
                market.hired += i64::from(job.spell == 0);
                market.non_farm += i64::from(sector != boards.agriculture);
                market.wages += i128::from((f64::from(job.wage) * 100.0) as i64);
            }
            Status::Unemployed => {
                market.unemployed += 1;
                market.non_farm_unemployed += i64::from(job.farm == 0);
            }
            _ => {}
        }
        let homes = (f64::from(home.floor_space) * boards.home_prices[g]) as i64;
        let debts = home.mortgage.0 + home.other_loans.0;
        self.income.add(wallet.income.0);
        self.wealth.add(wallet.deposits.0 + wallet.wealth_units.0 + homes - debts);
        self.consumption.add((f64::from(wallet.real_consumption) * 100.0) as i64);
    }

    /// Surveys all workers; `last_floor` is the floor space by region of the last survey, which values homes here
    /// (counted anew if there is none).
    ///
    /// # Panics
    /// If workers' components are not stored in tables.
    #[must_use]
    pub fn survey(world: &mut World, last_floor: Option<Vec<i64>>) -> Self {
        let structure = world.resource::<Structure>();
        let (regions, agriculture) = (structure.region_count(), structure.agriculture);
        let sectors = world.query::<&Identity>().iter(world).map(|i| i.sector).collect();
        let floor = last_floor.unwrap_or_else(|| floor_space(world, regions));
        let boards = Boards { sectors, agriculture, home_prices: home_prices(world, &floor) };
        let mut total = Self::new(regions);
        let mut query = world.query::<(&Person, &Job, &Wallet, &Home)>();
        for (persons, jobs, wallets, homes) in query.contiguous_iter(world).expect("workers' components lie in tables")
        {
            const PART: usize = 8 * CHUNK;
            let part = persons
                .par_chunks(PART)
                .zip(jobs.par_chunks(PART))
                .zip(wallets.par_chunks(PART).zip(homes.par_chunks(PART)))
                .map(|((p, j), (w, h))| {
                    let mut part = Self::new(regions);
                    for (((p, j), w), h) in p.iter().zip(j).zip(w).zip(h) {
                        part.add((p, j, w, h), &boards);
                    }
                    part
                })
                .reduce(|| Self { markets: Vec::new(), regions: Vec::new(), ..Self::default() }, Self::merge);
            if !part.regions.is_empty() {
                total = total.merge(part);
            }
        }
        total
    }

    /// All markets of a task class together.
    #[must_use]
    pub fn task(&self, task: usize) -> Market {
        self.markets.iter().skip(task).step_by(TASKS).fold(Market::default(), |sum, m| sum.plus(*m))
    }

    /// All markets of a region together.
    #[must_use]
    pub fn region(&self, region: usize) -> Market {
        self.markets[region * TASKS..(region + 1) * TASKS].iter().fold(Market::default(), |sum, m| sum.plus(*m))
    }

    /// The nation.
    #[must_use]
    pub fn nation(&self) -> Market {
        self.markets.iter().fold(Market::default(), |sum, m| sum.plus(*m))
    }

    /// People in a status \[worker agents\].
    #[must_use]
    pub fn in_status(&self, status: Status) -> i64 {
        self.regions.iter().map(|r| r.by_status[status as usize]).sum()
    }

    /// Everybody \[worker agents\].
    #[must_use]
    pub fn population(&self) -> i64 {
        self.regions.iter().map(|r| r.by_status.iter().sum::<i64>()).sum()
    }
}

#[allow(clippy::cast_possible_truncation, reason = "floor space of an agent fits")]
fn floor_space(world: &mut World, regions: usize) -> Vec<i64> {
    let mut floor = vec![0; regions];
    let mut query = world.query::<(&Person, &Home)>();
    for (person, home) in query.iter(world) {
        floor[usize::from(person.region)] += (f64::from(home.floor_space) * 100.0) as i64;
    }
    floor
}
