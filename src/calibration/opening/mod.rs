//! The opening position: people, firms, banks and governments at the end of 2023, with balance sheets that close.

pub mod balance;
pub mod banks;
pub mod finish;
pub mod firms;
pub mod incomes;
pub mod links;
pub mod people;
pub mod public;
pub mod structure;

use super::assumptions::Assumptions;
use super::national::{National, automatable_shares};
use super::problems::DataErrors;
use super::tables::Tables;
use crate::agents::{
    Bank, CentralBank, CentralGovernment, FinancingVehicle, Funds, Home, LocalGovernment, MAX_CATEGORIES, NOBODY, RestOfWorld, Status, TASKS,
    Wallet, WorkerSuppliers,
};
use crate::engine::settings::PopulationSettings;
use crate::engine::{Stream, StreamKey};
use crate::mechanisms::markets::engel::EngelTable;
use crate::structure::Structure;
use finish::FirmParts;
use firms::FirmDraft;
use incomes::{HouseholdInstruments, HouseholdStocks};
use people::{AgeDraw, People, WorkerDraft};

/// What a run's opening depends on beside the tables.
#[derive(Clone, Debug)]
pub struct OpeningOptions {
    /// Assumptions.
    pub assumptions: Assumptions,
    /// Scale.
    pub population: PopulationSettings,
    /// Whether nothing grows.
    pub stationary: bool,
    /// Seed.
    pub seed: u64,
}

/// Everything that the world is built from.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Structure.
    pub structure: Structure,
    /// National flows behind it.
    pub national: National,
    /// National stocks behind it.
    pub stocks: balance::Stocks,
    /// Rates and amounts of the household account.
    pub instruments: HouseholdInstruments,
    /// Engel shares.
    pub engel: EngelTable,
    /// Task premia.
    pub premia: [f64; TASKS],
    /// Opening automation boundary.
    pub boundary: [f64; TASKS],
    /// Workers.
    pub workers: Vec<WorkerDraft>,
    /// Their money and homes.
    pub wallets: Vec<(Wallet, Home)>,
    /// Their suppliers.
    pub links: Vec<WorkerSuppliers>,
    /// Firms by slot.
    pub firms: Vec<FirmParts>,
    /// Banks.
    pub banks: Vec<Bank>,
    /// Bank choice by region.
    pub bank_choice: Vec<Vec<(f64, u16)>>,
    /// Local governments and vehicles by region.
    pub governments: Vec<(LocalGovernment, FinancingVehicle)>,
    /// Central government.
    pub central_government: CentralGovernment,
    /// Central bank.
    pub central_bank: CentralBank,
    /// Funds.
    pub funds: Funds,
    /// Rest of the world.
    pub rest_of_world: RestOfWorld,
    /// Payout ratio that pays the opening dividends.
    pub payout_ratio: f64,
    /// Effective company tax rate.
    pub company_tax_rate: f64,
}

/// Adults by quarter of age from 16 on, and participation at each age.
fn age_profile(tables: &Tables, stationary: bool) -> (Vec<f64>, Vec<f64>) {
    let (mut adults, mut participation) = (Vec::new(), Vec::new());
    let mut alive = 1.0;
    for quarter in 16 * 4..100 * 4 {
        let age = quarter / 4;
        let Some(group) = tables.population.age_groups.iter().find(|g| age >= g.from && g.to.is_none_or(|to| age <= to)) else { continue };
        let years = group.to.map_or(15.0, |to| f64::from(to - group.from + 1));
        adults.push(if stationary { alive } else { group.adults / years });
        alive *= 1.0 - group.death_rate / 4.0;
        participation.push(group.employment_rate);
    }
    (adults, participation)
}

impl Opening {
    /// Builds the opening position from loaded tables.
    ///
    /// # Errors
    /// If figures are missing or do not fit.
    pub fn build(tables: Tables, options: &OpeningOptions) -> Result<Self, DataErrors> {
        let a = &options.assumptions;
        let share = tables.ai_services.share;
        let mut tables = tables.with_ai_services(share)?;
        let national = National::new(&mut tables, a, options.stationary)?;
        let boundary = automatable_shares(&tables)?;
        let mut structure = structure::build(&tables, &national, a, &options.population)?;
        let (adults, participation) = age_profile(&tables, options.stationary);
        let ages = AgeDraw::new(16 * 4, &adults, &participation);
        let mut people = people::place(&tables, &national, a, &mut structure, &ages, options.seed);
        let mut drafts = firms::found(&structure, &people, a, options.population.workers_per_firm, options.seed);
        let active = drafts.iter().filter(|f| f.active()).count();
        #[allow(clippy::cast_precision_loss, reason = "counts")]
        {
            structure.firms_per_firm_agent = tables.firms.get("economic_census", "legal_units_secondary_and_tertiary", 2023)? * 1e6 / active as f64;
        }
        firms::set_task_mix(&mut drafts, &people);
        firms::set_stages(&mut drafts, &structure, a, options.seed);
        let ai = ai_per_unit(&drafts, &structure, &boundary);
        for _ in 0..3 {
            firms::link(&mut drafts, &structure, &national);
            let alike: Vec<f64> = alike_households(&drafts, &structure);
            firms::solve_outputs(&mut drafts, &structure, &national, &alike, &ai);
            firms::close_idle(&mut drafts, &structure);
        }
        firms::link(&mut drafts, &structure, &national);
        let alike: Vec<f64> = alike_households(&drafts, &structure);
        firms::solve_outputs(&mut drafts, &structure, &national, &alike, &ai);
        for _ in 0..2 {
            firms::absorb_idle(&mut drafts, &structure);
            let alike: Vec<f64> = alike_households(&drafts, &structure);
            firms::solve_outputs(&mut drafts, &structure, &national, &alike, &ai);
        }
        firms::restaff(&mut drafts, &structure, &people);
        firms::set_task_mix(&mut drafts, &people);
        let premia = incomes::task_premia(&tables)?;
        let posted = incomes::set_wages(&drafts, &mut people, &structure, &premia, a);
        let stocks = balance::Stocks::new(&tables, &national, a)?;
        let mut instruments = public::instruments(&tables, &national, a, &people, &structure)?;
        let household_stocks = HouseholdStocks {
            mortgages: stocks.mortgages,
            other_loans: stocks.other_household_loans,
            wealth_units: 0.0,
            equity: 0.0,
        };
        let pools = public::pool_assets(&stocks, a);
        let household_stocks = HouseholdStocks { wealth_units: pools, ..household_stocks };
        let mut wallets = incomes::fill_wallets(&people, &structure, a, &national, &household_stocks, &mut instruments, options.seed);
        let spending = consumption(&wallets, &instruments);
        #[allow(clippy::cast_precision_loss, reason = "a mean")]
        {
            structure.mean_income = wallets.iter().map(|w| w.0.income.yuan()).sum::<f64>() / wallets.len() as f64;
        }
        let relative = |i: usize| wallets[i].0.income.yuan() / structure.mean_income;
        let engel = EngelTable::calibrated(&structure, (0..wallets.len()).map(|i| (relative(i), spending[i])));
        let (links, households) = household_links(&drafts, &people, &structure, &engel, &wallets, &spending);
        let ai = ai_per_unit(&drafts, &structure, &boundary);
        firms::solve_outputs(&mut drafts, &structure, &national, &households, &ai);
        let progress = if options.stationary { 0.0 } else { 0.036 / 4.0 };
        let firms = finish::finish(&drafts, &people, &posted, &structure, &stocks, a, &boundary, progress);
        for (wallet, spent) in wallets.iter_mut().zip(&spending) {
            #[allow(clippy::cast_possible_truncation, reason = "stored in single precision")]
            {
                wallet.0.real_consumption = *spent as f32;
            }
        }
        let mut opening = Self {
            structure,
            national,
            stocks,
            instruments,
            engel,
            premia,
            boundary,
            workers: people.workers,
            wallets,
            links,
            firms,
            banks: Vec::new(),
            bank_choice: Vec::new(),
            governments: Vec::new(),
            central_government: CentralGovernment::default(),
            central_bank: CentralBank::default(),
            funds: Funds::default(),
            rest_of_world: RestOfWorld::default(),
            payout_ratio: 0.0,
            company_tax_rate: 0.0,
        };
        opening.choose_banks(&tables, options.seed)?;
        public::complete(&mut opening, &tables, a)?;
        Ok(opening)
    }

    fn choose_banks(&mut self, tables: &Tables, seed: u64) -> Result<(), DataErrors> {
        self.banks = banks::found(&self.structure);
        self.bank_choice = banks::choice(tables, &self.banks, self.structure.region_count())?;
        let key = StreamKey::new(seed, 0, Stream::OpeningLinks);
        for (i, w) in self.workers.iter_mut().enumerate() {
            w.person.bank = banks::draw(&self.bank_choice[usize::from(w.person.region)], key.agent(i as u64).uniform());
        }
        for (i, f) in self.firms.iter_mut().enumerate() {
            f.identity.bank = banks::draw(&self.bank_choice[usize::from(f.identity.region)], key.agent_round(i as u64, 7).uniform());
        }
        Ok(())
    }

    /// Mean price of new homes at the start \[yuan per square metre\].
    #[must_use]
    pub const fn home_price(&self) -> f64 {
        10_437.0
    }

    /// Firms in business.
    #[must_use]
    pub fn firm_count(&self) -> usize {
        self.firms.iter().filter(|f| f.identity.active()).count()
    }
}

/// Consumption of every household \[yuan per quarter\], by the rule that the budget mechanism uses.
fn consumption(wallets: &[(Wallet, Home)], i: &HouseholdInstruments) -> Vec<f64> {
    let base: Vec<f64> = wallets.iter().map(|w| w.0.income.yuan().max(0.0) * (1.0 - i.saving_rate)).collect();
    let scale = i.consumption / base.iter().sum::<f64>();
    base.iter().map(|c| c * scale).collect()
}

/// Households' purchases by firm if all customers were alike.
fn alike_households(drafts: &[FirmDraft], structure: &Structure) -> Vec<f64> {
    let mut heads = vec![0.0; structure.sector_count()];
    #[allow(clippy::cast_precision_loss, reason = "head counts")]
    let size = |f: &FirmDraft| if f.active() && !f.identity.public { f.heads() as f64 } else { 0.0 };
    for f in drafts.iter().filter(|f| f.active()) {
        heads[f.sector()] += size(f);
    }
    drafts.iter().map(|f| if f.active() { structure.sectors[f.sector()].households * size(f) / heads[f.sector()] } else { 0.0 }).collect()
}

/// AI services per unit of output of each draft.
fn ai_per_unit(drafts: &[FirmDraft], structure: &Structure, boundary: &[f64; TASKS]) -> Vec<f64> {
    drafts
        .iter()
        .map(|f| {
            if !f.adopted {
                return 0.0;
            }
            let sector = &structure.sectors[f.sector()];
            let tasks: f64 = (0..TASKS).map(|k| f.task_mix[k] * boundary[k] * f.depth).sum();
            sector.labour * structure.persons_per_worker * sector.ai_services_per_person * tasks
        })
        .collect()
}

/// Links households to suppliers by category; returns the links and each firm's household demand.
fn household_links(
    drafts: &[FirmDraft],
    people: &People,
    structure: &Structure,
    engel: &EngelTable,
    wallets: &[(Wallet, Home)],
    spending: &[f64],
) -> (Vec<WorkerSuppliers>, Vec<f64>) {
    let mut links = vec![WorkerSuppliers([NOBODY; MAX_CATEGORIES]); people.workers.len()];
    let mut demand = vec![0.0; drafts.len()];
    for (c, category) in structure.categories.iter().enumerate() {
        let sellers: Vec<usize> = (0..drafts.len())
            .filter(|i| drafts[*i].active() && !drafts[*i].identity.public && category.sectors.iter().any(|(s, _)| *s == drafts[*i].sector()))
            .collect();
        let supply: Vec<(f64, u64)> =
            sellers.iter().map(|i| (drafts[*i].sold_to_households.max(1e-9), u64::from(drafts[*i].identity.region))).collect();
        // Customers of a region come in the order of a hash, so that sectors and incomes mix.
        let key = StreamKey::new(0, 0, Stream::ConsumerSearch);
        let buyers: Vec<(f64, u64)> = people
            .workers
            .iter()
            .enumerate()
            .map(|(i, w)| {
                let share = engel.shares(wallets[i].0.income.yuan() / structure.mean_income)[c];
                let order = key.agent_round(i as u64, c as u64).bits() >> 32;
                (spending[i] * share * (1.0 - category.import_share) + 1e-9, (u64::from(w.person.region) << 32) | order)
            })
            .collect();
        for (i, seller) in links::assign(&buyers, &supply).into_iter().enumerate() {
            links[i].0[c] = u32::try_from(sellers[seller]).unwrap_or(NOBODY);
            demand[sellers[seller]] += buyers[i].0;
        }
    }
    (links, demand)
}

/// Persons in a status.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "head counts")]
pub fn persons_in(people: &[WorkerDraft], status: Status, persons_per_worker: f64) -> f64 {
    people.iter().filter(|w| w.person.status == status).count() as f64 * persons_per_worker
}
