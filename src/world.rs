//! The world at the start: agents spawned from the opening position, resources at their opening values.

use crate::accounts::Ledger;
use crate::accounts::balance::assets_for_lenders;
use crate::agents::{
    Bank, BankComponents, FirmComponents, GovernmentComponents, Home, Status, TASKS, Wallet, WorkerComponents,
    WorkerSuppliers,
};
use crate::calibration::assumptions::Assumptions;
use crate::calibration::opening::Opening;
use crate::calibration::opening::finish::FirmParts;
use crate::calibration::opening::people::WorkerDraft;
use crate::calibration::{Tables, load};
use crate::engine::configuration::Configuration;
use crate::engine::settings::{AiSettings, CalibrationSettings, PopulationSettings, RunSettings, parse_quarter};
use crate::engine::{Clock, Events, GoodsBook, Indicators, Tally};
use crate::mechanisms::dynamics::founding;
use crate::mechanisms::finance::{self, BankTargets, FiscalTargets, PoolIncome, PoolTargets, credit};
use crate::mechanisms::housing;
use crate::mechanisms::labour;
use crate::mechanisms::markets::board::MarketBoard;
use crate::mechanisms::markets::budgets::Budgets;
use crate::mechanisms::markets::foreign_trade::{self, ExportOrders, TradeNorm};
use crate::mechanisms::markets::interfirm::PurchasePlan;
use crate::mechanisms::markets::personalised_pricing::PersonalTerms;
use crate::mechanisms::planning::investment::FirmNorms;
use crate::mechanisms::public::{self, LandCompensation};
use crate::mechanisms::settlement::firms::{Parameters as FirmSettlement, Payroll};
use crate::mechanisms::technology::{self, Frontier};
use crate::simulation::SimulationError;
use bevy_ecs::prelude::*;
use std::path::Path;

/// Loads the tables that a configuration names.
///
/// # Errors
/// [`SimulationError::Data`] with every problem found.
pub fn load_tables(configuration: &Configuration) -> Result<Tables, SimulationError> {
    let calibration: CalibrationSettings = configuration.table("calibration");
    let directory = (!calibration.data_directory.is_empty()).then(|| Path::new(&calibration.data_directory));
    load(directory).map_err(|e| SimulationError::Data(e.to_string()))
}

/// The opening position of a configuration.
///
/// # Errors
/// [`SimulationError::Data`] or [`SimulationError::Opening`].
pub fn opening(configuration: &Configuration) -> Result<Opening, SimulationError> {
    let calibration: CalibrationSettings = configuration.table("calibration");
    let run: RunSettings = configuration.table("run");
    let options = crate::calibration::opening::OpeningOptions {
        assumptions: configuration.table("opening"),
        population: configuration.table::<PopulationSettings>("population"),
        stationary: calibration.opening == "stationary",
        automation: configuration.table::<AiSettings>("ai").opening_measure(),
        rules: crate::calibration::opening::Rules {
            housing: configuration.table("housing_market"),
            local_budget: configuration.table("local_budget"),
            firms: configuration.table("firm_settlement"),
            banks: configuration.table("bank_income"),
        },
        technical_progress: configuration.table::<technology::frontier::Parameters>("frontier").opening_growth(),
        bank_cost_share: configuration.table::<finance::bank_services::Parameters>("bank_services").cost_share,
        specific_provisions: configuration
            .table::<finance::loan_quality::Parameters>("loan_quality")
            .specific_provisions,
        seed: u64::try_from(run.seed).unwrap_or(1),
    };
    Opening::build(load_tables(configuration)?, &options).map_err(|e| SimulationError::Opening(e.to_string()))
}

/// Builds the world of a configuration. Parameters of mechanisms must be inserted before.
///
/// # Errors
/// [`SimulationError::Opening`] if the configuration's start is no quarter.
pub fn build(world: &mut World, configuration: &Configuration, o: &Opening) -> Result<(), SimulationError> {
    let run: RunSettings = configuration.table("run");
    let (start_year, start_quarter) =
        parse_quarter(&run.start).ok_or_else(|| SimulationError::Opening("`run.start` is no quarter".into()))?;
    world.insert_resource(Clock { seed: u64::try_from(run.seed).unwrap_or(1), tick: 0, start_year, start_quarter });
    world.insert_resource(configuration.table::<AiSettings>("ai"));
    insert_accounts(world, o);
    insert_indicators(world, o);
    let rates = (
        configuration.table::<Assumptions>("opening").firm_loan_rate,
        configuration.table::<FirmSettlement>("firm_settlement").bond_rate,
    );
    world.insert_resource(entry_norms(o, rates));
    world.insert_resource(founding::Closures::none(o.structure.sector_count()));
    insert_technology(world, o);
    insert_labour(world, o);
    insert_finance(world, o);
    insert_public(world, o);
    spawn(world, o);
    Ok(())
}

fn insert_accounts(world: &mut World, o: &Opening) {
    let sectors = o.structure.sector_count();
    world.insert_resource(Ledger::new(sectors, o.banks.len()));
    let mut goods = GoodsBook::default();
    goods.start_tick(sectors);
    world.insert_resource(goods);
    world.insert_resource(Tally::default());
    world.insert_resource(Events::default());
    world.insert_resource(MarketBoard::default());
    world.insert_resource(ExportOrders::default());
    world.insert_resource(PurchasePlan::default());
    world.insert_resource(Budgets::default());
    world.insert_resource(PersonalTerms::default());
    world.insert_resource(Payroll::default());
    world.insert_resource(o.engel.clone());
    world.insert_resource(o.instruments.clone());
    let mut structure = o.structure.clone();
    structure.import_elasticity = world.resource::<foreign_trade::Parameters>().import_elasticity;
    world.insert_resource(structure);
    world.insert_resource(LandCompensation(vec![0; o.structure.region_count()]));
}

#[allow(clippy::cast_precision_loss, reason = "means")]
fn insert_indicators(world: &mut World, o: &Opening) {
    let s = &o.structure;
    let (sectors, regions) = (s.sector_count(), s.region_count());
    let mut unemployed = vec![0.0; regions * TASKS];
    let mut employed = vec![0.0; regions * TASKS];
    let mut wages = vec![0.0; regions * TASKS];
    let (mut all_wages, mut jobs) = (0.0, 0.0);
    let mut income_by_region = vec![(0.0_f64, 0.0_f64); regions];
    for (w, (wallet, _)) in o.workers.iter().zip(&o.wallets) {
        let market = usize::from(w.person.region) * TASKS + usize::from(w.person.task);
        let income = &mut income_by_region[usize::from(w.person.region)];
        income.0 += wallet.income.yuan();
        income.1 += 1.0;
        match w.person.status {
            Status::Employed => {
                employed[market] += 1.0;
                wages[market] += f64::from(w.job.wage);
                all_wages += f64::from(w.job.wage);
                jobs += 1.0;
            }
            Status::Unemployed => unemployed[market] += 1.0,
            _ => {}
        }
    }
    let active = || o.firms.iter().filter(|f| f.identity.active());
    let mut value_added = vec![0.0; sectors];
    let mut profit = vec![0.0; sectors];
    let mut capital = vec![0.0; sectors];
    let (mut posted, mut posted_weight) = (vec![0.0; sectors], vec![0.0; sectors]);
    let (mut adopters, mut adopters_by_region, mut by_region) =
        (vec![0.0; sectors], vec![0.0; regions], vec![0.0; regions]);
    for f in active() {
        let j = usize::from(f.identity.sector);
        let g = usize::from(f.identity.region);
        let v = f.books.lagged_value_added.yuan();
        value_added[j] += v;
        by_region[g] += v;
        if f.technology.adopted {
            adopters[j] += v;
            adopters_by_region[g] += v;
        }
        // As the published rate counts it: after interest, before company tax.
        profit[j] += (f.books.lagged_profit + f.books.company_tax).yuan();
        capital[j] += f.capital.value().yuan();
        let heads: f64 = f.staff.heads.iter().map(|h| f64::from(*h)).sum();
        posted[j] += f.staff.posted_wage * heads;
        posted_weight[j] += heads;
    }
    let share = |a: &[f64], b: &[f64]| -> Vec<f64> {
        a.iter().zip(b).map(|(x, y)| if *y > 0.0 { x / y } else { 0.0 }).collect()
    };
    let profit_rate = share(&profit, &capital);
    world.insert_resource(Indicators {
        prices: vec![1.0; sectors],
        import_prices: vec![1.0; sectors],
        cpi: 1.0,
        personal_price_rise: 0.0,
        hour_cost_rise: 0.0,
        cpi_year_ago: 1.0 / (1.0 + 4.0 * s.inflation),
        expected_inflation: s.inflation,
        productivity_growth: s.growth,
        wage_gap: 0.0,
        unemployment_rate: s.unemployment_rate,
        unemployment_by_market: unemployed
            .iter()
            .zip(&employed)
            .map(|(u, e)| if u + e > 0.0 { u / (u + e) } else { s.unemployment_rate })
            .collect(),
        tightness_by_market: vec![1.0; regions * TASKS],
        wages_by_market: wages
            .iter()
            .zip(&employed)
            .map(|(w, e)| if *e > 0.0 { w / e } else { all_wages / jobs })
            .collect(),
        mean_wage: all_wages / jobs,
        posted_wages_by_sector: share(&posted, &posted_weight),
        task_premium: o.premia,
        adopters_by_sector: share(&adopters, &value_added),
        adopters_by_region: share(&adopters_by_region, &by_region),
        value_added_by_sector: value_added,
        profit_rate_by_sector: profit_rate,
        gdp_nominal: s.gdp,
        gdp_real: s.gdp,
        gdp_growth: s.growth,
        capital_price: 1.0,
        policy_rate: o.central_bank.policy_rate,
        home_prices: vec![1.0; regions],
        home_price_growth: vec![0.0; regions],
        land_prices: vec![1.0; regions],
        mean_income: s.mean_income,
        mean_income_by_region: income_by_region.iter().map(|(sum, n)| sum / n.max(1.0)).collect(),
    });
    let norms = norms(world, o);
    world.insert_resource(norms);
    // Importers pay the world the price before tariffs.
    let trade: f64 = o.national.exports.iter().sum::<f64>() - o.national.imports() / (1.0 + s.tariff_rate);
    world.insert_resource(TradeNorm(trade / 4.0 / s.gdp));
}

/// What founders compare with: profits after interest, numbers and sizes of private firms by sector at the opening.
fn entry_norms(o: &Opening, (loan_rate, bond_rate): (f64, f64)) -> founding::Norms {
    let s = &o.structure;
    let sectors = s.sector_count();
    let mut norms = founding::Norms {
        profit_rate: vec![0.0; sectors],
        firms: vec![0.0; sectors],
        heads: vec![0.0; sectors],
        value_added: vec![0.0; sectors],
        bank_choice: o.bank_choice.clone(),
        lending_rate: loan_rate,
        ..founding::Norms::default()
    };
    let (mut capital, mut profits) = (vec![0.0; sectors], vec![0.0; sectors]);
    for f in o.firms.iter().filter(|f| f.identity.active()) {
        let j = usize::from(f.identity.sector);
        let value_added = f.books.lagged_value_added.yuan();
        let interest = (f.books.loans.yuan() * loan_rate + f.books.bonds.yuan() * bond_rate
            - f.books.deposits.yuan() * o.instruments.deposit_rate)
            / 4.0;
        profits[j] += value_added
            - f.books.compensation.yuan()
            - f.operations.expected_demand * s.sectors[j].sales_taxes()
            - interest
            - f.capital.value().yuan() * s.sectors[j].depreciation;
        capital[j] += f.capital.value().yuan();
        norms.value_added[j] += value_added;
        if !f.identity.public {
            norms.firms[j] += 1.0;
            norms.heads[j] += f.staff.heads.iter().map(|h| f64::from(*h)).sum::<f64>();
        }
    }
    let all: f64 = capital.iter().sum();
    norms.mean_profit_rate = profits.iter().sum::<f64>() / all;
    for j in 0..sectors {
        norms.profit_rate[j] = if capital[j] > 0.0 { profits[j] / capital[j] } else { 0.0 };
        norms.heads[j] = if norms.firms[j] > 0.0 { norms.heads[j] / norms.firms[j] } else { 1.0 };
    }
    norms
}

/// Ratios of firms at the opening.
fn norms(world: &World, o: &Opening) -> FirmNorms {
    let sum = |f: &dyn Fn(&FirmParts) -> f64| o.firms.iter().filter(|p| p.identity.active()).map(f).sum::<f64>();
    let deposits = sum(&|p| p.books.deposits.yuan());
    let mut leverage = vec![(0.0, 0.0); o.structure.sector_count()];
    for p in o.firms.iter().filter(|p| p.identity.active()) {
        let (debt, owned) = &mut leverage[usize::from(p.identity.sector)];
        *debt += (p.books.loans + p.books.bonds).yuan();
        *owned += assets_for_lenders(&p.books, &p.inventory, &p.capital, &p.development).yuan();
    }
    FirmNorms {
        liquidity: deposits / sum(&|p| p.books.lagged_revenue.yuan()),
        lending_rate: mean_lending_rate(world.resource::<credit::Parameters>(), o),
        payout_ratio: o.payout_ratio,
        company_tax_rate: o.company_tax_rate,
        leverage: leverage.into_iter().map(|(debt, owned)| if owned > 0.0 { debt / owned } else { 0.0 }).collect(),
    }
}

/// Mean lending rate by the credit rule, weighted by capital: what firms find normal when they plan investment.
fn mean_lending_rate(p: &credit::Parameters, o: &Opening) -> f64 {
    let (mut rates, mut weights) = (0.0, 0.0);
    for f in o.firms.iter().filter(|f| f.identity.active()) {
        let goods = f.capital.value() + f.inventory.value();
        let standing = credit::Standing::of(&f.identity, &f.books, goods, Some(&f.development));
        let base = o.central_bank.policy_rate + p.spread(o.banks[usize::from(f.identity.bank)].class);
        rates += f.capital.quantity() * credit::lending_rate(base, &standing, p);
        weights += f.capital.quantity();
    }
    if weights > 0.0 { rates / weights } else { o.firm_loan_rate }
}

fn insert_technology(world: &mut World, o: &Opening) {
    let parameters = world.resource::<technology::frontier::Parameters>().clone();
    world.insert_resource(Frontier::opening(&o.structure, o.boundary, &parameters));
    world.insert_resource(technology::Compute::default());
    world.insert_resource(technology::TechnologySupport::default());
    world.insert_resource(technology::StageShares::default());
}

fn insert_labour(world: &mut World, o: &Opening) {
    let mut life = o.life.clone();
    let postponed = world.resource::<labour::demography::Parameters>().postponed_withdrawals;
    life.withdrawal.iter_mut().for_each(|h| *h *= 1.0 - postponed);
    world.insert_resource(life);
    let mut heads = vec![0; o.structure.region_count() * TASKS];
    for w in o.workers.iter().filter(|w| w.person.status != Status::Retired) {
        heads[usize::from(w.person.region) * TASKS + usize::from(w.person.task)] += 1;
    }
    world.insert_resource(labour::TaskDistribution::from_heads(&heads));
    world.insert_resource(labour::TaskPremia::new(o.premia));
    world.insert_resource(labour::Dismissals::default());
    world.insert_resource(labour::Amenities::default());
    world.insert_resource(labour::Raises::default());
    world.insert_resource(labour::RegionalWages::default());
    world.insert_resource(labour::WorkingWeek::default());
}

fn insert_finance(world: &mut World, o: &Opening) {
    let targets = BankTargets::opening(&o.banks, world.resource::<finance::loan_quality::Parameters>());
    world.insert_resource(targets);
    let opening_policy_rate = o.central_bank.policy_rate;
    world.insert_resource(finance::RateShifts { opening_policy_rate, ..finance::RateShifts::default() });
    world.insert_resource(PoolIncome(o.pool_income));
    world.insert_resource(PoolTargets::opening(&o.funds, PoolIncome(o.pool_income)));
    let coupon = o.coupon;
    world.insert_resource(finance::fiscal_rule::CentralDebt { coupon });
    let targets = FiscalTargets::opening(
        &o.central_government,
        world.resource::<Indicators>(),
        coupon,
        o.central_bank.policy_rate,
    );
    world.insert_resource(targets);
    world.insert_resource(o.central_government.clone());
    world.insert_resource(o.central_bank.clone());
    world.insert_resource(o.funds.clone());
    world.insert_resource(o.rest_of_world.clone());
}

/// Housing and local budgets.
fn insert_public(world: &mut World, o: &Opening) {
    o.housing.publish(&mut world.resource_mut::<Indicators>());
    world.insert_resource(o.housing.reference.clone());
    world.insert_resource(o.housing.values);
    world.insert_resource(housing::HomeDemand::default());
    world.insert_resource(housing::ConstructionOrders::default());
    world.insert_resource(housing::ConstructionDeliveries::default());
    world.insert_resource(public::budgets::VehicleConfidence::default());
    let stationary = o.national.growth == 0.0;
    let opening = public::budgets::BudgetOpening {
        revenue: o.local_revenue.clone(),
        growth: o.structure.growth + o.structure.inflation,
        bond_growth: if stationary { 0.0 } else { o.debt_growth.0 },
        vehicle_growth: if stationary { 0.0 } else { o.debt_growth.1 },
        policy_rate: o.central_bank.policy_rate,
    };
    let budgets = public::budgets::LocalBudgets::open(
        o.governments.iter().map(|(lg, fv)| (lg, fv)),
        &opening,
        world.resource::<public::local_budget::Parameters>(),
        world.resource::<public::lgfv::Parameters>(),
    );
    world.insert_resource(budgets);
}

/// Agents go straight into their tables: a list of all of them in between would be the peak of memory.
fn spawn(world: &mut World, o: &Opening) {
    let workers = o.workers.iter().zip(&o.wallets).zip(&o.links);
    let worker =
        |((w, (wallet, home)), links): ((&WorkerDraft, &(Wallet, Home)), &WorkerSuppliers)| -> WorkerComponents {
            (w.person, w.job, *wallet, *home, *links)
        };
    world.spawn_batch(workers.map(worker)).for_each(drop);
    let firm = |f: &FirmParts| -> FirmComponents {
        (
            f.identity,
            f.operations,
            f.pricing,
            f.inventory,
            f.staff,
            f.capital.clone(),
            f.technology,
            f.books,
            f.suppliers,
            f.ownership,
            f.development,
        )
    };
    world.spawn_batch(o.firms.iter().map(firm)).for_each(drop);
    let parameters = world.resource::<finance::bank_income::Parameters>();
    let owned = |b: &Bank| (Bank { state_share: parameters.state_share(b.class), ..b.clone() },);
    let banks: Vec<BankComponents> = o.banks.iter().map(owned).collect();
    world.spawn_batch(banks).for_each(drop);
    world.spawn_batch::<Vec<GovernmentComponents>>(o.governments.clone()).for_each(drop);
}
