//! What one pass over workers finds: work, wages, incomes and wealth. All sums are integers, so the order of chunks
//! does not matter.

use super::gini::Histogram;
use crate::accounts::HomeValues;
use crate::accounts::balance::{book_equity, fund_net_assets};
use crate::agents::{
    Books, Capital, Development, Funds, Home, Identity, Inventory, Job, NOBODY, Ownership, Person, Status, TASKS,
    Wallet,
};
use crate::engine::{CHUNK, Indicators};
use crate::mechanisms::labour::WorkingWeek;
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
    /// Firms with a founder, and founders' shares at book equity \[fen\].
    pub founders: (u64, i128),
    /// Disposable income.
    pub income: Histogram,
    /// Deposits, wealth-management and equity units, founders' shares, homes and advances for homes, less debts.
    pub wealth: Histogram,
    /// Consumption at 2023 prices.
    pub consumption: Histogram,
}

/// What a worker's row is looked up against.
struct Boards {
    sectors: Vec<u8>,
    agriculture: usize,
    home_prices: Vec<f64>,
    /// Net assets of the funds over all units of the equity fund \[fen\].
    equity_unit: f64,
    /// Founders' shares at book equity, by worker.
    founders: Vec<(u32, i64)>,
    /// Pay of a head over that at the week of 2023.
    pay: f64,
}

/// Founders' shares at book equity, in the order of workers.
fn founders(world: &mut World) -> Vec<(u32, i64)> {
    let mut query = world.query::<(&Identity, &Ownership, &Books, &Inventory, &Capital, &Development)>();
    let mut shares: Vec<(u32, i64)> = query
        .iter(world)
        .filter(|(identity, ownership, ..)| identity.active() && ownership.founder != NOBODY)
        .map(|(_, ownership, books, inventory, capital, development)| {
            let equity = book_equity(books, inventory, capital, development).positive();
            (ownership.founder, equity.share(f64::from(ownership.founder_share)).0)
        })
        .collect();
    shares.sort_unstable();
    shares
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

    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "agents' amounts fit")]
    fn add(&mut self, (person, job, wallet, home): (&Person, &Job, &Wallet, &Home), founded: i64, boards: &Boards) {
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
                market.wages += i128::from((f64::from(job.wage) * boards.pay * 100.0) as i64);
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
        let shares = (wallet.equity_units as f64 * boards.equity_unit) as i64 + founded;
        self.wealth.add(wallet.deposits.0 + wallet.wealth_units.0 + shares + homes + home.advances.0 - debts);
        self.consumption.add((f64::from(wallet.real_consumption) * 100.0) as i64);
    }

    /// Surveys all workers; `last_floor` is the floor space by region of the last survey, which values homes here
    /// (counted anew if there is none).
    ///
    /// # Panics
    /// If workers' components are not stored in tables.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a price")]
    pub fn survey(world: &mut World, last_floor: Option<Vec<i64>>) -> Self {
        let structure = world.resource::<Structure>();
        let (regions, agriculture) = (structure.region_count(), structure.agriculture);
        let sectors = world.query::<&Identity>().iter(world).map(|i| i.sector).collect();
        let floor = last_floor.unwrap_or_else(|| floor_space(world, regions));
        let units = world.get_resource::<Funds>().map_or(0, |f| f.equity_units);
        let equity_unit = if units > 0 { fund_net_assets(world) as f64 / units as f64 } else { 0.0 };
        let founders = founders(world);
        let pay = world.get_resource::<WorkingWeek>().map_or(1.0, |week| week.pay);
        let boards =
            Boards { sectors, agriculture, home_prices: home_prices(world, &floor), equity_unit, founders, pay };
        let mut total = Self::new(regions);
        let owned = boards.founders.iter().map(|f| i128::from(f.1)).sum();
        total.founders = (boards.founders.len() as u64, owned);
        let mut query = world.query::<(&Person, &Job, &Wallet, &Home)>();
        for (persons, jobs, wallets, homes) in query.contiguous_iter(world).expect("workers' components lie in tables")
        {
            const PART: usize = 8 * CHUNK;
            let part = persons
                .par_chunks(PART)
                .zip(jobs.par_chunks(PART))
                .zip(wallets.par_chunks(PART).zip(homes.par_chunks(PART)))
                .enumerate()
                .map(|(n, ((p, j), (w, h)))| {
                    let mut part = Self::new(regions);
                    let first = boards.founders.partition_point(|(worker, _)| (*worker as usize) < n * PART);
                    let mut founders = boards.founders[first..].iter().peekable();
                    for (i, (((p, j), w), h)) in p.iter().zip(j).zip(w).zip(h).enumerate() {
                        let mut founded = 0;
                        while let Some((_, share)) = founders.next_if(|(worker, _)| *worker as usize == n * PART + i) {
                            founded += share;
                        }
                        part.add((p, j, w, h), founded, &boards);
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
