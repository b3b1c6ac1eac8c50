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
use crate::accounts::Fen;
use crate::agents::{
    Bank, CentralBank, CentralGovernment, FinancingVehicle, Funds, Home, LocalGovernment, MAX_CATEGORIES, NOBODY,
    RestOfWorld, Status, TASKS, Wallet, WorkerSuppliers,
};
use crate::engine::settings::PopulationSettings;
use crate::engine::{Stream, StreamKey};
use crate::mechanisms::finance::bank_income;
use crate::mechanisms::housing::market;
use crate::mechanisms::housing::opening::{Developer, HousingOpening, OpeningFigures, open};
use crate::mechanisms::labour::LifeTable;
use crate::mechanisms::markets::engel::EngelTable;
use crate::mechanisms::public::local_budget;
use crate::mechanisms::settlement;
use crate::structure::Structure;
use finish::FirmParts;
use firms::FirmDraft;
use incomes::{HouseholdInstruments, HouseholdStocks};
use people::{AgeDraw, People, WorkerDraft};

/// Rules of mechanisms whose numbers the opening must agree with.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Purchases of homes.
    pub housing: market::Parameters,
    /// Local budgets: wear of infrastructure and vehicles' part of investment.
    pub local_budget: local_budget::Parameters,
    /// Settlement of firms: the rate on corporate bonds, local shares of taxes.
    pub firms: settlement::firms::Parameters,
    /// Banks' income: owners, tax, insurance premiums, return on reserves and foreign assets.
    pub banks: bank_income::Parameters,
}

/// What a run's opening depends on beside the tables.
#[derive(Clone, Debug)]
pub struct OpeningOptions {
    /// Assumptions.
    pub assumptions: Assumptions,
    /// Scale.
    pub population: PopulationSettings,
    /// Whether nothing grows.
    pub stationary: bool,
    /// Measure of labour.csv that says which tasks can be automated (`AiSettings::opening_measure`).
    pub automation: &'static str,
    /// Mechanisms' own numbers.
    pub rules: Rules,
    /// Growth of the newest capital's productivity that opening vintages reflect \[per quarter\].
    pub technical_progress: f64,
    /// What banks buy of finance firms over their services to customers \[share\].
    pub bank_cost_share: f64,
    /// Banks' provisions for a loan that does not perform \[share\].
    pub specific_provisions: f64,
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
    /// Ages and participation.
    pub life: LifeTable,
    /// The housing market.
    pub housing: HousingOpening,
    /// Growth of local bonds and of vehicles' debt in the opening budgets \[per year\].
    pub debt_growth: (f64, f64),
    /// Revenue of local governments, land less compensation included \[yuan per quarter\].
    pub local_revenue: Vec<f64>,
    /// Payout ratio that pays the opening dividends.
    pub payout_ratio: f64,
    /// Effective company tax rate.
    pub company_tax_rate: f64,
    /// Average coupon on central bonds \[per year\].
    pub coupon: f64,
    /// Rate on firms' loans in the accounts \[per year\].
    pub firm_loan_rate: f64,
    /// Income of wealth-management pools not yet paid to households \[fen\].
    pub pool_income: Fen,
}

/// Adults by quarter of age from 16 on, spread evenly within the age groups of the table.
fn adults_by_age(tables: &Tables, ages: usize) -> Vec<f64> {
    (0..ages)
        .map(|quarter| {
            let age = 16 + u32::try_from(quarter).unwrap_or(0) / 4;
            let group = tables.population.age_groups.iter().find(|g| age >= g.from && g.to.is_none_or(|to| age <= to));
            // The open group thins out from 85 to 100.
            group.map_or(0.0, |g| match g.to {
                Some(to) => g.adults / f64::from(to - g.from + 1),
                None => g.adults / 7.5 * (1.0 - f64::from(age - g.from) / 15.0).max(0.0),
            })
        })
        .collect()
}

/// The life table that fits the opening labour force, and the adults by age that it is fitted to.
fn life_table(tables: &Tables, structure: &Structure, national: &National) -> (LifeTable, Vec<f64>) {
    let base = LifeTable::from_population(&tables.population);
    let stationary = base.stationary_ages();
    let adults = if national.growth == 0.0 { stationary } else { adults_by_age(tables, stationary.len()) };
    let employed: f64 = tables.sectors.iter().map(|s| s.employment).sum();
    let farm = tables.sectors[structure.agriculture].employment * national.employment_factor[structure.agriculture];
    let unemployed = (employed - farm) * structure.unemployment_rate / (1.0 - structure.unemployment_rate);
    let share = (employed + unemployed) / tables.population.adults();
    (LifeTable::for_labour_force(&tables.population, &adults, share), adults)
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
        let rest = if options.stationary { Some(public::at_rest(&tables, a, &options.rules)?) } else { None };
        let national = National::new(&mut tables, a, options.bank_cost_share, rest.as_ref(), options.automation)?;
        let boundary = automatable_shares(&tables, options.automation)?;
        let mut structure = structure::build(&tables, &national, a, &options.population)?;
        let (life, adults) = life_table(&tables, &structure, &national);
        let participation: Vec<f64> =
            (0..adults.len()).map(|q| life.participation(16 * 4 + u16::try_from(q).unwrap_or(0))).collect();
        let ages = AgeDraw::new(16 * 4, &adults, &participation);
        let mut people = people::place(&tables, &national, a, &mut structure, &ages, options.seed);
        let mut drafts = firms::found(&structure, &people, a, options.population.workers_per_firm, options.seed);
        let active = drafts.iter().filter(|f| f.active()).count();
        #[allow(clippy::cast_precision_loss, reason = "counts")]
        {
            structure.firms_per_firm_agent =
                tables.firms.get("economic_census", "legal_units_secondary_and_tertiary", 2023)? * 1e6 / active as f64;
        }
        firms::set_task_mix(&mut drafts, &people);
        firms::set_stages(&mut drafts, &structure, a, options.seed);
        let ai = ai_per_unit(&drafts, &structure, &boundary);
        for _ in 0..3 {
            firms::link(&mut drafts, &structure, &national);
            solve_alike(&mut drafts, &structure, &national, &ai);
            firms::close_idle(&mut drafts, &structure);
        }
        firms::link(&mut drafts, &structure, &national);
        solve_alike(&mut drafts, &structure, &national, &ai);
        for _ in 0..2 {
            firms::absorb_idle(&mut drafts, &structure);
            solve_alike(&mut drafts, &structure, &national, &ai);
        }
        firms::restaff(&mut drafts, &structure, &people);
        firms::set_task_mix(&mut drafts, &people);
        let premia = incomes::task_premia(&tables)?;
        let posted = incomes::set_wages(&drafts, &mut people, &structure, &premia, a);
        let stocks = balance::Stocks::new(&tables, a)?;
        let mut instruments = public::instruments(&tables, &national, options, rest.as_ref(), &people, &structure)?;
        let household_stocks = HouseholdStocks {
            mortgages: stocks.mortgages,
            other_loans: stocks.other_household_loans,
            wealth_units: public::pool_assets(&stocks, a),
        };
        let mut wallets =
            incomes::fill_wallets(&people, &structure, a, &household_stocks, &mut instruments, options.seed)?;
        let spending = consumption(&wallets, &instruments);
        #[allow(clippy::cast_precision_loss, reason = "a mean")]
        {
            structure.mean_income = wallets.iter().map(|w| w.0.income.yuan()).sum::<f64>() / wallets.len() as f64;
        }
        let relative = |i: usize| wallets[i].0.income.yuan() / structure.mean_income;
        let engel = EngelTable::calibrated(&structure, (0..wallets.len()).map(|i| (relative(i), spending[i])));
        let (links, households) =
            household_links(&drafts, &people, &structure, &engel, &wallets, &spending, options.seed);
        let ai = ai_per_unit(&drafts, &structure, &boundary);
        firms::solve_outputs(&mut drafts, &structure, &national, &households, &ai);
        let firms =
            finish::finish(&drafts, &people, &posted, &structure, &stocks, a, &boundary, options.technical_progress);
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
            life,
            housing: HousingOpening::default(),
            debt_growth: (a.local_bond_growth, a.lgfv_debt_growth),
            local_revenue: Vec::new(),
            payout_ratio: 0.0,
            company_tax_rate: 0.0,
            coupon: a.central_bond_coupon,
            firm_loan_rate: a.firm_loan_rate,
            pool_income: 0,
        };
        opening.choose_banks(&tables, options.seed)?;
        opening.open_housing(&tables, options, rest.map_or(1.0, |r| r.home_sales))?;
        public::complete(&mut opening, &tables, options, rest.as_ref())?;
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
            f.identity.bank =
                banks::draw(&self.bank_choice[usize::from(f.identity.region)], key.agent_round(i as u64, 7).uniform());
        }
        Ok(())
    }

    /// Sets up the housing market; `scale` is sales and land revenue over those of 2023.
    fn open_housing(&mut self, tables: &Tables, options: &OpeningOptions, scale: f64) -> Result<(), DataErrors> {
        let a = &options.assumptions;
        let stationary = options.stationary;
        let land_revenue: Vec<f64> = tables.provinces.iter().map(|p| p.land_revenue / 4.0 * scale).collect();
        let total: f64 = land_revenue.iter().sum();
        // Homes sold by region: by land revenue and population alike, for want of a full provincial series.
        let people: f64 = tables.provinces.iter().map(|p| p.population).sum();
        let sold = tables.parameters.get("housing_floor_sold")? * 1e6 / 4.0 * scale;
        let figures = OpeningFigures {
            sales: (0..land_revenue.len())
                .map(|g| sold * (0.5 * land_revenue[g] / total + 0.5 * tables.provinces[g].population / people))
                .collect(),
            sales_value: tables.parameters.get("housing_sales_value")? * 1e12 / 4.0 * scale,
            construction: self.national.dwellings / 4.0,
            land_revenue,
            developer_homes: a.developer_homes * scale,
            developer_land: a.developer_land * scale,
            government_land: a.government_land * scale,
            land_cost_share: a.land_compensation_share,
            existing_price_ratio: a.existing_home_price_ratio,
            overhang: if stationary { 1.0 } else { a.housing_overhang },
            price_growth: if stationary { 0.0 } else { a.home_price_growth / 4.0 },
            demolition: (!stationary).then_some(a.home_demolition / 4.0),
            seed: options.seed,
        };
        let mut households: Vec<_> = self
            .workers
            .iter()
            .zip(self.wallets.iter_mut())
            .map(|(w, (wallet, home))| (&w.person, &*wallet, home))
            .collect();
        let real_estate = self.structure.real_estate;
        let mut developers: Vec<Developer<'_>> = self
            .firms
            .iter_mut()
            .enumerate()
            .filter(|(_, f)| f.identity.active() && usize::from(f.identity.sector) == real_estate)
            .map(|(slot, f)| Developer {
                slot: u32::try_from(slot).unwrap_or(NOBODY),
                identity: &f.identity,
                weight: f.operations.expected_demand,
                books: &mut f.books,
                development: &mut f.development,
            })
            .collect();
        self.housing =
            open(&mut households, &mut developers, &figures, &self.structure, &options.rules.housing, a.policy_rate);
        Ok(())
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

/// Solves the firms' outputs as if all their customers among households were alike.
fn solve_alike(drafts: &mut [FirmDraft], structure: &Structure, national: &National, ai: &[f64]) {
    let alike = alike_households(drafts, structure);
    firms::solve_outputs(drafts, structure, national, &alike, ai);
}

/// Households' purchases by firm if all customers were alike.
fn alike_households(drafts: &[FirmDraft], structure: &Structure) -> Vec<f64> {
    let mut heads = vec![0.0; structure.sector_count()];
    #[allow(clippy::cast_precision_loss, reason = "head counts")]
    let size = |f: &FirmDraft| if f.active() && !f.identity.public { f.heads() as f64 } else { 0.0 };
    for f in drafts.iter().filter(|f| f.active()) {
        heads[f.sector()] += size(f);
    }
    drafts
        .iter()
        .map(|f| if f.active() { structure.sectors[f.sector()].households * size(f) / heads[f.sector()] } else { 0.0 })
        .collect()
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
    seed: u64,
) -> (Vec<WorkerSuppliers>, Vec<f64>) {
    let mut links = vec![WorkerSuppliers([NOBODY; MAX_CATEGORIES]); people.workers.len()];
    let mut demand = vec![0.0; drafts.len()];
    for (c, category) in structure.categories.iter().enumerate() {
        let sellers: Vec<usize> = (0..drafts.len())
            .filter(|i| {
                drafts[*i].active()
                    && !drafts[*i].identity.public
                    && category.sectors.iter().any(|(s, _)| *s == drafts[*i].sector())
            })
            .collect();
        let supply: Vec<(f64, u64)> = sellers
            .iter()
            .map(|i| (drafts[*i].sold_to_households.max(1e-9), u64::from(drafts[*i].identity.region)))
            .collect();
        // Customers of a region come in the order of a hash, so that sectors and incomes mix.
        let key = StreamKey::new(seed, 0, Stream::ConsumerSearch);
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
