//! Every mechanism matters: with one driver doubled some agent decides otherwise and a recorded flow is another; set to
//! nothing, a mechanism does as little as switched off.

mod common;

use bevy_ecs::prelude::World;
use common::{digests, entries, open, run, series, steps, tiny, turnover};
use std::collections::BTreeSet;
use xinzhi::agents::{
    Bank, Books, Capital, CentralGovernment, Development, FinancingVehicle, Funds, Home, Identity, Job,
    LocalGovernment, Operations, Person, Pricing, Staff, Suppliers, Technology, Wallet, WorkerSuppliers,
};
use xinzhi::output::Table;
use xinzhi::simulation::Simulation;

const TICKS: u32 = 8;

/// What is recorded: a row of `flow`, a row of `other_changes`, or a column of `series`, over all ticks.
#[derive(Clone, Copy, Debug)]
enum Recorded {
    Flow(&'static str),
    OtherChange(&'static str),
    Series(&'static str),
}
use Recorded::{Flow, OtherChange, Series};

impl Recorded {
    fn of(self, tables: &[Table]) -> f64 {
        match self {
            Flow(row) => turnover(tables, row) as f64,
            OtherChange(row) => {
                let changes = entries(tables);
                let of_row = changes.iter().filter(|e| e.matrix == "other_changes" && e.row == row);
                of_row.map(|e| e.amount.abs()).sum::<i128>() as f64
            }
            Series(column) => series(tables, column).iter().filter(|x| x.is_finite()).sum(),
        }
    }
}

/// Which way the record must move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Up,
    Down,
    Either,
}
use Way::{Down, Either, Up};

/// One driver of a mechanism.
struct Driver {
    /// `table.key=value` in both runs, so that the mechanism has something to do in a small economy.
    both: &'static [&'static str],
    /// Twice the default, or the default moved as far where twice is out of range.
    doubled: &'static str,
    /// Decisions, by agent.
    decisions: fn(&mut World) -> Vec<u64>,
    recorded: Recorded,
    way: Way,
}

fn bits(x: f64) -> u64 {
    x.to_bits()
}

/// `each!(Component, |c| f64)`: a number of every agent with the component.
macro_rules! each {
    ($component:ty, $of:expr) => {
        |world: &mut World| {
            let of: fn(&$component) -> f64 = $of;
            world.query::<&$component>().iter(world).map(|c| bits(of(c))).collect()
        }
    };
}

fn driver(doubled: &'static str, decisions: fn(&mut World) -> Vec<u64>, recorded: Recorded, way: Way) -> Driver {
    Driver { both: &[], doubled, decisions, recorded, way }
}

fn drivers() -> Vec<Driver> {
    let mut drivers = firms();
    drivers.extend(labour());
    drivers.extend(households_and_homes());
    drivers.extend(public());
    drivers.extend(finance());
    drivers
}

fn firms() -> Vec<Driver> {
    vec![
        driver("frontier.world_capability_growth=0.14", each!(Technology, |t| t.ai_depth[2]), Series("ai_depth"), Up),
        driver("frontier.catch_up=0.056", each!(Capital, |c| c.productivity(0.0)), Series("ppi"), Either),
        driver("demand_expectations.adjustment=0.6", each!(Operations, |o| o.expected_demand), Flow("inputs"), Either),
        driver(
            "production_planning.stock_adjustment=0.7",
            each!(Operations, |o| o.planned_output),
            Flow("inputs"),
            Either,
        ),
        driver(
            "production_planning.firing_speed=0.5",
            each!(Staff, |s| f64::from(s.heads.iter().sum::<u32>())),
            Flow("severance"),
            Up,
        ),
        driver("price_setting.adjustment=1.0", each!(Pricing, |p| p.price), Series("cpi"), Either),
        driver(
            "investment_planning.horizon=8.0",
            each!(Operations, |o| o.desired_investment),
            Flow("investment"),
            Either,
        ),
        driver("research.effectiveness=0.7", each!(Operations, |o| o.ability), Flow("inputs"), Either),
        driver(
            "stages.hazard=0.08",
            each!(Technology, |t| f64::from(t.building as u8)),
            Series("digital_share_value_added"),
            Up,
        ),
        driver(
            "ai_adoption.hazard=0.2",
            each!(Technology, |t| f64::from(t.building as u8)),
            Series("ai_adopter_share_firms"),
            Up,
        ),
        driver("production.longest_hours=1.16", each!(Operations, |o| o.output.units()), Flow("inputs"), Either),
        driver(
            "interfirm_trade.search_probability=0.1",
            each!(Suppliers, |s| s.0.iter().map(|x| f64::from(*x)).sum()),
            Flow("inputs"),
            Either,
        ),
        driver("foreign_trade.world_growth=0.08", each!(Operations, |o| o.orders), Flow("exports"), Up),
        driver(
            "firm_settlement.bond_rate=0.068",
            each!(Books, |b| b.interest.yuan()),
            Flow("interest_corporate_bonds"),
            Up,
        ),
        driver(
            "firm_settlement.leverage_reaction=4.0",
            each!(Books, |b| b.dividends.yuan()),
            Flow("dividends"),
            Either,
        ),
        Driver {
            both: &["exit.smallest_demand=0.5"],
            doubled: "exit.smallest_demand=1.0",
            decisions: each!(Identity, |i| f64::from(i.life as u8)),
            recorded: Series("firm_exit_rate"),
            way: Up,
        },
        driver("entry.rate=0.036", each!(Identity, |i| f64::from(i.life as u8)), Series("firm_entry_rate"), Up),
    ]
}

fn labour() -> Vec<Driver> {
    vec![
        driver("demography.talent_spread=0.7", each!(Person, |p| f64::from(p.talent)), Flow("wages"), Either),
        driver("separations.quit_rate=0.12", each!(Job, |j| f64::from(j.employer)), Series("quit_rate"), Up),
        driver("separations.severance_months_per_year=2.0", each!(Wallet, |w| w.income.yuan()), Flow("severance"), Up),
        driver("wage_setting.unemployment_elasticity=0.2", each!(Staff, |s| s.posted_wage), Flow("wages"), Either),
        driver("wage_setting.productivity_weight=0.5", each!(Staff, |s| s.posted_wage), Flow("wages"), Down),
        driver(
            "job_matching.on_the_job_search=0.2",
            each!(Job, |j| f64::from(j.employer)),
            Series("job_to_job_rate"),
            Up,
        ),
        Driver {
            both: &["retraining.slack=10.0", "retraining.gain=0.0", "retraining.waiting=0"],
            doubled: "retraining.take_up=0.1",
            decisions: each!(Person, |p| f64::from(p.status as u8)),
            recorded: Flow("training"),
            way: Up,
        },
        driver("migration.unemployed_rate=0.62", each!(Person, |p| f64::from(p.region)), Series("migration_rate"), Up),
    ]
}

fn households_and_homes() -> Vec<Driver> {
    vec![
        driver(
            "household_budgets.buffer_adjustment=0.08",
            each!(Wallet, |w| f64::from(w.real_consumption)),
            Flow("consumption"),
            Either,
        ),
        driver(
            "consumption.search_probability=0.12",
            each!(WorkerSuppliers, |s| s.0.iter().map(|x| f64::from(*x)).sum()),
            Flow("consumption"),
            Either,
        ),
        driver(
            "household_settlement.mortgage_repayment=0.025",
            each!(Home, |h| h.mortgage.yuan()),
            Flow("household_mortgages"),
            Either,
        ),
        driver(
            "housing_market.down_payment=0.6",
            each!(Home, |h| h.mortgage.yuan()),
            Flow("household_mortgages"),
            Either,
        ),
        driver(
            "housing_market.purchase_size=0.5",
            each!(Home, |h| f64::from(h.floor_space)),
            Flow("customer_advances"),
            Either,
        ),
        driver("development.stock_speed=0.25", each!(Development, |d| d.floor_space), Flow("investment"), Either),
        driver("construction_trade.sellers_per_order=8", each!(Operations, |o| o.orders), Flow("inputs"), Either),
        driver("land_market.offer_share=0.34", each!(Development, |d| d.land), Flow("land_sales"), Either),
        driver(
            "home_prices.adjustment=0.03",
            each!(Home, |h| f64::from(h.floor_space_ordered)),
            Series("house_price_index"),
            Either,
        ),
        driver(
            "home_revaluation.demolition=false",
            each!(Home, |h| f64::from(h.floor_space)),
            OtherChange("homes"),
            Either,
        ),
    ]
}

fn public() -> Vec<Driver> {
    vec![
        driver("public_purchases.sellers_per_product=12", each!(Books, |b| b.revenue.yuan()), Flow("inputs"), Either),
        driver(
            "local_budget.lgfv_share_of_public_investment=0.25",
            each!(FinancingVehicle, |v| v.capital as f64),
            Flow("investment"),
            Either,
        ),
        driver(
            "local_budget.revenue_weight=0.5",
            each!(LocalGovernment, |g| g.appropriation as f64),
            Flow("government_purchases"),
            Either,
        ),
        driver(
            "local_budget.bond_spread=0.0154",
            each!(LocalGovernment, |g| g.interest as f64),
            Flow("interest_local_bonds"),
            Up,
        ),
        driver(
            "lgfv_finance.spread=0.046",
            each!(FinancingVehicle, |v| v.interest as f64),
            Flow("interest_lgfv_loans"),
            Up,
        ),
        Driver {
            both: &["land_market.enabled=false", "local_budget.debt_limit=0.0", "local_budget.debt_headroom=1.0"],
            doubled: "payables.speed=1.0",
            decisions: each!(LocalGovernment, |g| g.arrears as f64),
            recorded: Flow("payables"),
            way: Either,
        },
        driver(
            "fiscal_rule.convergence=0.04",
            each!(LocalGovernment, |g| g.transfers as f64),
            Flow("government_purchases"),
            Either,
        ),
        driver("fiscal_rule.wage_smoothing=0.5", each!(Wallet, |w| w.income.yuan()), Flow("pensions"), Either),
    ]
}

fn finance() -> Vec<Driver> {
    vec![
        driver("firm_credit.leverage_premium=0.02", each!(Books, |b| b.lending_rate), Flow("interest_firm_loans"), Up),
        driver("bank_services.cost_share=0.7", each!(Bank, |b| b.operating_costs as f64), Flow("inputs"), Either),
        driver("bank_income.reserve_rate=0.0324", each!(Bank, |b| b.margin as f64), Flow("interest_reserves"), Up),
        driver(
            "wealth_management.investment_speed=0.5",
            |world| vec![u64::try_from(world.resource::<Funds>().wealth_deposits).expect("no debt")],
            Flow("wealth_management_income"),
            Either,
        ),
        driver(
            "interbank.requirement_large_state=0.18",
            each!(Bank, |b| b.reserves as f64),
            Flow("central_bank_credit"),
            Either,
        ),
        driver("resolution.trigger_ratio=0.1", each!(Bank, |b| b.capital_ratio()), Flow("resolution_capital"), Up),
        driver("expectations.trend_weight=0.2", each!(Operations, |o| o.expected_growth), Flow("investment"), Either),
        driver("monetary_policy.neutral_rate=0.05", each!(Books, |b| b.lending_rate), Flow("interest_firm_loans"), Up),
    ]
}

/// Runs both arms; returns what did not move as it must.
fn complaint(driver: &Driver, baseline: &mut (Simulation, Vec<Table>)) -> Option<String> {
    let mut own_baseline;
    let baseline = if driver.both.is_empty() {
        baseline
    } else {
        own_baseline = run(&tiny(driver.both), TICKS);
        &mut own_baseline
    };
    let mut settings = driver.both.to_vec();
    settings.push(driver.doubled);
    let mut variant = run(&tiny(&settings), TICKS);
    let same = (driver.decisions)(baseline.0.world()) == (driver.decisions)(variant.0.world());
    let (before, after) = (driver.recorded.of(&baseline.1), driver.recorded.of(&variant.1));
    let moved = match driver.way {
        Up => after > before,
        Down => after < before,
        Either => after.to_bits() != before.to_bits(),
    };
    let text = format!("{}: {:?} {before:e} → {after:e} ({:?})", driver.doubled, driver.recorded, driver.way);
    println!("{text}");
    if same {
        Some(format!("{text}: no agent decides otherwise"))
    } else if moved {
        None
    } else {
        Some(format!("{text}: the record does not move"))
    }
}

#[test]
fn doubling_a_driver_changes_decisions_and_recorded_flows() {
    let mut baseline = run(&tiny(&[]), TICKS);
    let complaints: Vec<String> = drivers().iter().filter_map(|d| complaint(d, &mut baseline)).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// Mechanisms without a parameter of their own: they carry out what others decided, or are driven below.
const WITHOUT_DRIVER: [&str; 5] = ["calendar", "productivity", "transfers", "home_completion", "service_materials"];

#[test]
fn every_mechanism_of_the_tick_has_a_driver_here() {
    let drivers = drivers();
    let driven: BTreeSet<&str> = drivers.iter().filter_map(|d| d.doubled.split('.').next()).collect();
    let description = xinzhi::tick::tick().describe();
    let mechanisms = description.lines().filter(|l| l.starts_with("      ")).map(str::trim);
    let missing: Vec<&str> = mechanisms.filter(|m| !driven.contains(m) && !WITHOUT_DRIVER.contains(m)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Two openings, one changed by hand; the quarter after it.
fn after_a_change(change: impl FnOnce(&mut World)) -> [(Simulation, Vec<Table>); 2] {
    let (mut plain, mut changed) = (open(&tiny(&[])), open(&tiny(&[])));
    change(changed.world());
    steps(&mut plain, 1);
    steps(&mut changed, 1);
    let tables = [plain.take_tables(), changed.take_tables()];
    let [a, b] = tables;
    [(plain, a), (changed, b)]
}

#[test]
fn transfers_pay_what_the_centre_set() {
    let [(mut plain, before), (mut changed, after)] =
        after_a_change(|w| w.resource_mut::<CentralGovernment>().transfers.iter_mut().for_each(|t| *t = *t * 3 / 2));
    let received = |s: &mut Simulation| -> i128 {
        let world = s.world();
        world.query::<&LocalGovernment>().iter(world).map(|g| g.transfers).sum()
    };
    assert!(received(&mut changed) * 2 >= received(&mut plain) * 3 - 100);
    assert!(turnover(&after, "intergovernmental_transfers") > turnover(&before, "intergovernmental_transfers"));
}

#[test]
fn better_capital_raises_productivity_and_lowers_vacancies() {
    let [(mut plain, _), (mut changed, _)] = after_a_change(|w| {
        for mut capital in w.query::<&mut Capital>().iter_mut(w) {
            capital.vintages.iter_mut().for_each(|v| v.productivity *= 2.0);
        }
    });
    let sum = |s: &mut Simulation| -> [f64; 2] {
        let world = s.world();
        let mut firms = world.query::<(&Identity, &Operations, &Staff)>();
        firms
            .iter(world)
            .filter(|(i, ..)| i.active())
            .fold([0.0; 2], |[b, d], (_, o, s)| [b + o.productivity, d + s.desired.iter().sum::<f64>()])
    };
    let ([before, heads_before], [after, heads_after]) = (sum(&mut plain), sum(&mut changed));
    assert!(after > 1.5 * before, "{before} → {after}");
    assert!(heads_after < 0.8 * heads_before, "heads wanted {heads_before} → {heads_after}");
}

/// Both settings give the same tables.
fn same(one: &[&str], other: &[&str]) {
    let (a, b) = (digests(&run(&tiny(one), TICKS).1), digests(&run(&tiny(other), TICKS).1));
    assert_eq!(a, b, "{one:?} against {other:?}");
}

#[test]
fn retraining_that_nobody_takes_up_is_no_retraining() {
    same(&["retraining.take_up=0.0"], &["retraining.enabled=false"]);
}

#[test]
fn migration_without_movers_is_no_migration() {
    same(&["migration.unemployed_rate=0.0", "migration.young_rate=0.0"], &["migration.enabled=false"]);
}

#[test]
fn arrears_paid_at_no_speed_are_not_paid() {
    same(&["payables.speed=0.0"], &["payables.enabled=false"]);
}

#[test]
fn digital_upgrading_without_projects_and_learning_is_none() {
    same(&["stages.hazard=0.0", "stages.learning=0.0", "stages.spillover=0.0"], &["stages.enabled=false"]);
}
