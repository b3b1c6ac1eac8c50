//! Every switch of the tick: switched off, the run goes on, its accounts close, its tables have the same columns, nothing of the
//! mechanism is left, and what it did is gone.

use crate::common::{digests, open, steps, tiny};
use crate::driver::{
    Recorded::{self, Flow, FlowOf, Series, Spread},
    Way::{self, Down, Up},
    each,
};
use bevy_ecs::prelude::World;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use xinzhi::agents::{
    Books, Capital, CentralBank, Funds, Identity, Inventory, Job, Operations, Person, Pricing, RestOfWorld, Staff,
    Status, Technology,
};
use xinzhi::engine::{Clock, Indicators, Switch, Switches};
use xinzhi::output::Table;
use xinzhi::simulation::Simulation;
use xinzhi::tick::tick;

const TICKS: u32 = 6;

/// What a switch changes.
#[derive(Clone, Copy)]
enum Measure {
    Record(Recorded),
    /// A number of the world at the end.
    End(fn(&mut World) -> f64),
    /// How far numbers of agents are from where they opened.
    Moved(fn(&mut World) -> Vec<u64>),
    /// Variance over agents of the change since the opening, of those who have a number at both ends.
    Parted(fn(&mut World) -> Vec<u64>),
}
use Measure::{End, Moved, Parted, Record};

/// What shows that a switch works.
struct Case {
    mechanism: &'static str,
    part: &'static str,
    /// Settings in all runs, so that there is something to do in two years of a small economy.
    both: &'static [&'static str],
    /// Other parameters of the mechanism, which no longer matter.
    idle: &'static [&'static str],
    /// Whether the run is the same without the mechanism's systems.
    whole: bool,
    measure: Measure,
    way: Way,
}

const fn case(mechanism: &'static str, part: &'static str, measure: Measure, way: Way) -> Case {
    Case { mechanism, part, both: &[], idle: &[], whole: false, measure, way }
}

impl Case {
    const fn both(self, both: &'static [&'static str]) -> Self {
        Self { both, ..self }
    }

    /// With values of parameters that must not matter.
    const fn idle(self, idle: &'static [&'static str]) -> Self {
        Self { idle, ..self }
    }

    /// The whole mechanism can be left out.
    const fn whole(self) -> Self {
        Self { whole: true, ..self }
    }
}

/// A number of each firm that has been there since the opening; of others none.
macro_rules! old_firms {
    ($component:ty, $of:expr) => {
        |world: &mut World| {
            let of: fn(&$component) -> f64 = $of;
            let tick = world.resource::<Clock>().tick;
            let mut firms = world.query::<(&Identity, &$component)>();
            let old = |i: &Identity| i.active() && u32::from(i.age) >= tick;
            bits(firms.iter(world).map(|(i, c)| if old(i) { of(c) } else { f64::NAN }))
        }
    };
}

/// Variance over firms in business.
macro_rules! variance {
    ($component:ty, $of:expr) => {
        |world: &mut World| {
            let of: fn(&$component) -> f64 = $of;
            let mut firms = world.query::<(&Identity, &$component)>();
            variance(firms.iter(world).filter(|(i, _)| i.active()).map(|(_, c)| of(c)).collect())
        }
    };
}

fn variance(values: Vec<f64>) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / values.len() as f64
}

/// Bits of a world's numbers, as decisions are compared.
fn bits(values: impl IntoIterator<Item = f64>) -> Vec<u64> {
    values.into_iter().map(f64::to_bits).collect()
}

fn premia(world: &mut World) -> Vec<u64> {
    bits(world.resource::<Indicators>().task_premium)
}

fn policy_rate(world: &mut World) -> Vec<u64> {
    bits([world.resource::<CentralBank>().policy_rate])
}

fn exchange_rate(world: &mut World) -> Vec<u64> {
    bits([world.resource::<RestOfWorld>().exchange_rate])
}

fn growth_trend(world: &mut World) -> Vec<u64> {
    bits([world.resource::<Indicators>().gdp_growth])
}

/// Variance over regions of the growth of home prices.
fn regional_home_prices(world: &mut World) -> f64 {
    variance(world.resource::<Indicators>().home_price_growth.clone())
}

fn cash_of_the_pools(world: &mut World) -> f64 {
    world.resource::<Funds>().wealth_deposits as f64
}

fn talent_of_the_unemployed(world: &mut World) -> f64 {
    let mut workers = world.query::<&Person>();
    let out: Vec<f64> =
        workers.iter(world).filter(|p| p.status == Status::Unemployed).map(|p| f64::from(p.talent)).collect();
    out.iter().sum::<f64>() / out.len() as f64
}

fn skill_of_the_unemployed(world: &mut World) -> f64 {
    let mut workers = world.query::<&Person>();
    let (sum, heads) = workers
        .iter(world)
        .filter(|p| p.status == Status::Unemployed)
        .fold((0.0, 0.0), |(s, n), p| (s + f64::from(p.skill / p.talent), n + 1.0));
    sum / heads
}

/// Work wanted for a unit of output, productivity taken out, in firms that use AI: mean of logs.
fn work_beside_ai(world: &mut World) -> f64 {
    let mut firms = world.query::<(&Identity, &Technology, &Operations, &Staff)>();
    let adopters = firms.iter(world).filter(|(i, t, o, _)| i.active() && t.adopted && o.planned_output > 0.0);
    let work = |o: &Operations, s: &Staff| (s.desired.iter().sum::<f64>() * o.productivity / o.planned_output).ln();
    let logs: Vec<f64> = adopters.map(|(_, _, o, s)| work(o, s)).filter(|x| x.is_finite()).collect();
    logs.iter().sum::<f64>() / logs.len() as f64
}

fn sales_of_the_young(world: &mut World) -> f64 {
    let mut firms = world.query::<(&Identity, &Books)>();
    firms.iter(world).filter(|(i, _)| i.active() && i.age < 12).map(|(_, b)| b.revenue.yuan()).sum()
}

fn labour_capacity(world: &mut World) -> f64 {
    let mut firms = world.query::<(&Identity, &Operations)>();
    firms.iter(world).filter(|(i, _)| i.active()).map(|(_, o)| o.labour_capacity).sum()
}

/// How unequal stocks of finished goods over expected demand are, in logs.
fn stocks_off_their_norm(world: &mut World) -> f64 {
    let mut firms = world.query::<(&Identity, &Operations, &Inventory)>();
    let stocked =
        firms.iter(world).filter(|(i, o, s)| i.active() && o.expected_demand > 0.0 && s.finished.units() > 0.0);
    variance(stocked.map(|(_, o, s)| (s.finished.units() / o.expected_demand).max(1e-3).ln()).collect())
}

fn cases() -> Vec<Case> {
    [technology(), firms(), labour(), markets(), homes(), public(), finance()].into_iter().flatten().collect()
}

fn technology() -> Vec<Case> {
    vec![
        case("frontier", "frontiers", Record(Series("ai_capability")), Down).whole().idle(&[
            "frontier.world_growth=0.1",
            "frontier.data_feedback=0.5",
            "frontier.capability_imitation=2.0",
            "frontier.sensitivity_routine_cognitive=3.0",
        ]),
        case("frontier", "advance of AI", Record(Series("ai_capability")), Down)
            .idle(&["frontier.capability_imitation=2.0", "frontier.sensitivity_routine_cognitive=3.0"]),
        case("frontier", "data feedback", Record(Series("ai_capability")), Down).idle(&["frontier.data_reference=0.9"]),
        case("research", "research", Moved(each!(Operations, |o| o.ability)), Down).whole().idle(&[
            "research.step=0.9",
            "research.fading=0.5",
            "research.stages=1",
            "research.rivals=9",
        ]),
        case("research", "imitation", End(variance!(Operations, |o| o.ability.ln())), Up)
            .both(&["research.imitation_effectiveness=1.0"])
            .idle(&["research.imitation_share=1.0", "research.rivals=50"]),
        case("research", "quality ladder", End(variance!(Operations, |o| o.quality.ln())), Down)
            .both(&["research.quality_rung=0.5", "research.stages=1"]),
        case("stages", "upgrading", Record(Series("digital_share_value_added")), Down).whole().idle(&[
            "stages.hazard=1.0",
            "stages.success=1.0",
            "stages.learning=0.5",
            "stages.implementation=1",
        ]),
        case("stages", "peers", Record(Series("digital_share_value_added")), Down).both(&["stages.hazard=1.0"]),
        case("ai_adoption", "adoption and deepening", Record(Series("ai_depth")), Down).whole().idle(&[
            "ai_adoption.hazard=1.0",
            "ai_adoption.depth_speed=0.9",
            "ai_adoption.new_task_speed=1.0",
        ]),
        case("ai_adoption", "artificial intelligence", Record(Series("ai_depth")), Down).whole().idle(&[
            "ai_adoption.hazard=1.0",
            "frontier.world_capability_growth=1.0",
            "frontier.data_feedback=0.5",
        ]),
        case("ai_adoption", "peers", Record(Series("ai_adopter_share_firms")), Down).both(&["ai_adoption.hazard=1.0"]),
        case("ai_adoption", "profitability", Record(Series("ai_adopter_share_firms")), Up)
            .both(&["ai_adoption.hazard=1.0", "ai_adoption.cost_share=0.5"])
            .idle(&["ai_adoption.pay_back_reference=50.0"]),
        case("ai_adoption", "new tasks", End(new_tasks), Down).idle(&["ai_adoption.new_task_nonroutine_share=0.1"]),
        case("ai_adoption", "augmentation", End(work_beside_ai), Up),
        case(
            "capital_goods",
            "machines that differ by maker",
            Record(Spread(each!(Capital, |c| c.productivity(1.0)))),
            Down,
        )
        .both(&["capital_goods.elasticity=5.0"]),
    ]
}

fn new_tasks(world: &mut World) -> f64 {
    world.query::<&Technology>().iter(world).map(|t| t.new_tasks.iter().sum::<f64>()).sum()
}

fn firms() -> Vec<Case> {
    vec![
        case(
            "demand_expectations",
            "adaptive expectations",
            Record(Spread(each!(Operations, |o| o.expected_demand.max(1.0)))),
            Up,
        ),
        case("production_planning", "labour hoarding", Record(Series("layoff_rate")), Up),
        case("production_planning", "buffer stocks", End(stocks_off_their_norm), Up),
        case("price_setting", "mark-ups that move", Parted(old_firms!(Pricing, |p| p.mark_up)), Down)
            .idle(&["price_setting.largest_share_growth=2.0"]),
        case("price_setting", "sticky prices", End(variance!(Pricing, |p| p.price.ln())), Up)
            .both(&["price_setting.adjustment=0.05"]),
        case("investment_planning", "caution", Record(Flow("investment")), Up)
            .both(&["investment_planning.loss_reaction=20.0"]),
        case("investment_planning", "early scrapping", Record(Series("scrapped_capital_cny")), Down)
            .idle(&["investment_planning.scrapping_pay_back=9.0"]),
        case("production", "hours beyond normal ones", Record(Series("hours_per_worker")), Down),
        case("production", "substitution between task classes", End(labour_capacity), Down),
        case("firm_settlement", "leverage target", End(variance!(Books, payout)), Down)
            .both(&["firm_settlement.leverage_reaction=20.0"]),
        case("exit", "closures", Record(Series("firm_exit_rate")), Down)
            .both(&["exit.smallest_demand=0.5"])
            .whole()
            .idle(&["exit.quarters_in_distress=1", "exit.grace=0", "exit.buyers=1000"]),
        case("entry", "foundings", Record(Series("firm_entry_rate")), Down).whole().idle(&[
            "entry.rate=0.5",
            "entry.fewest_firms=50",
            "entry.relative_size=1.5",
        ]),
    ]
}

/// Dividends over a profit before tax.
fn payout(books: &Books) -> f64 {
    let profit = (books.operating_surplus() - books.interest - books.depreciation).yuan();
    if profit > 0.0 { (books.dividends.yuan() / profit).min(2.0) } else { 0.0 }
}

fn labour() -> Vec<Case> {
    vec![
        case("demography", "ageing", Moved(each!(Person, |p| f64::from(p.age))), Down)
            .idle(&["demography.postponed_withdrawals=0.9", "demography.talent_spread=1.0"]),
        case("separations", "quits", Record(Series("quit_rate")), Down),
        case("separations", "severance", Record(Flow("severance")), Down).idle(&["separations.severance_cap=60.0"]),
        case(
            "wage_setting",
            "wage curve and competition for staff",
            Parted(old_firms!(Staff, |s| s.posted_wage.ln())),
            Down,
        )
        .idle(&[
            "wage_setting.unemployment_elasticity=1.0",
            "wage_setting.gap_bound=2.0",
            "wage_setting.unemployment_bound=20.0",
            "wage_setting.sampling_weight=0.0",
            "wage_setting.premium_habit=0.9",
        ]),
        case("wage_setting", "task premia", Moved(premia), Down).idle(&["wage_setting.premium_habit=0.9"]),
        case("wage_setting", "downward rigidity", Record(Flow("wages")), Down)
            .both(&["wage_setting.inflation_weight=0.0", "wage_setting.productivity_weight=0.0"]),
        case("job_matching", "choice of positions and of applicants", End(talent_of_the_unemployed), Up)
            .both(&["job_matching.selectivity=10.0", "job_matching.duration_stigma=0.0"]),
        case("job_matching", "search on the job", Record(Series("job_to_job_rate")), Down)
            .idle(&["job_matching.job_change_premium=0.9"]),
        case("job_matching", "search beyond the region", Record(Series("job_finding_rate")), Down),
        case("job_matching", "loss of skill", End(skill_of_the_unemployed), Up).idle(&["job_matching.skill_floor=0.0"]),
        case("innovator_bargaining", "bargaining", Record(Series("innovator_rent_share")), Down)
            .idle(&["innovator_bargaining.bargaining_power=0.9", "innovator_bargaining.largest_premium=0.9"]),
        case("working_hours", "rule of the week", Record(Series("hours_per_worker")), Up)
            .both(&["working_hours.week=40.0"]),
        case("staff_retraining", "courses for staff", Record(Series("staff_training_starts")), Down)
            .both(&["staff_retraining.offers=1.0"]),
        case("retraining", "courses", Record(Flow("training")), Down)
            .both(&["retraining.slack=10.0", "retraining.gain=0.0", "staff_retraining.enabled=false"])
            .whole()
            .idle(&["retraining.take_up=1.0", "retraining.waiting=0", "retraining.fee=9.0"]),
        case("migration", "moves", Moved(each!(Person, |p| f64::from(p.region))), Down).whole().idle(&[
            "migration.unemployed_rate=4.0",
            "migration.cap=1.0",
            "migration.hukou_friction=0.0",
        ]),
    ]
}

fn markets() -> Vec<Case> {
    vec![
        case("seller_search", "home bias", Record(Series("unmet_consumption_cny")), Down),
        case("seller_search", "notice of entrants", End(sales_of_the_young), Down)
            .idle(&["seller_search.entrant_age=300"]),
        case("bank_services", "operating costs", Record(FlowOf("inputs", "banks")), Down).whole(),
        case("interfirm_trade", "choice of suppliers", Record(Series("ppi")), Up)
            .both(&["interfirm_trade.price_weight=30.0", "interfirm_trade.search_probability=1.0"]),
        case("interfirm_trade", "purchases abroad of what is short", Record(Flow("imports")), Down),
        case("household_budgets", "buffer stocks", Record(Flow("consumption")), Down)
            .idle(&["household_budgets.lasting_thrift=false"]),
        case("household_budgets", "lasting thrift", Record(Series("gini_wealth")), Down),
        case("consumption", "choice of sellers", Record(Series("cpi")), Up)
            .both(&["consumption.price_weight=30.0", "consumption.search_probability=1.0"]),
        case("personalised_pricing", "personal terms", Record(Series("personalised_mark_up")), Down)
            .idle(&["personalised_pricing.loyalty=0.4", "personalised_pricing.income_response=0.4"]),
        case("foreign_trade", "price competition", Record(Series("exports_west_cny")), Up)
            .both(&["foreign_trade.tariff_west=0.25"]),
        case("foreign_trade", "managed exchange rate", Moved(exchange_rate), Down)
            .idle(&["foreign_trade.largest_imbalance=1.0", "foreign_trade.balance_norm=0.2"]),
        case("foreign_trade", "competition by quality", Record(Series("exports_cny")), Down)
            .both(&["foreign_trade.quality_elasticity_west=9.0"]),
    ]
}

fn homes() -> Vec<Case> {
    vec![
        case("housing_market", "purchases of homes", Record(Series("mortgages_cny")), Down)
            .idle(&["housing_market.growth_response=50.0", "housing_market.largest_response=5.0"]),
        case("housing_market", "investment by expected price", Record(Series("mortgages_cny")), Down)
            .idle(&["housing_market.largest_response=5.0"]),
        case("development", "construction of homes", Record(FlowOf("investment", "firms_S11")), Down)
            .idle(&["development.largest_build=9.0", "development.stock_speed=0.9"]),
        // Prices are expected to rise at the opening, so that projects promise more than the normal margin.
        case("development", "response to margins", Record(FlowOf("investment", "firms_S11")), Down),
        case("land_market", "sales of land", Record(Flow("land_sales")), Down)
            .idle(&["land_market.largest_purchase=9.0", "land_market.offer_share=0.9"]),
        case("land_market", "land finance under stress", Record(Flow("land_sales")), Down)
            .both(&["local_budget.debt_limit=0.0", "local_budget.debt_headroom=1.0"])
            .idle(&["land_market.discount_response=9.0"]),
        case("home_prices", "excess demand and momentum", End(regional_home_prices), Down)
            .idle(&["home_prices.largest_imbalance=5.0"]),
        case("home_revaluation", "homes that fall out of use", Record(Series("new_home_price_to_income")), Up),
    ]
}

/// Local governments that may not borrow.
const NO_BONDS: &[&str] =
    &["land_market.enabled=false", "local_budget.debt_limit=0.0", "local_budget.debt_headroom=1.0"];
/// Lenders who look at burdens that there are.
const WARY: &[&str] = &["lgfv_finance.burden_threshold=0.05", "lgfv_finance.burden_headroom=1.0"];
/// The same, some of whom are asked to roll over, and vehicles that nobody supports.
const ALONE: &[&str] = &[
    "lgfv_finance.burden_threshold=0.1",
    "lgfv_finance.burden_headroom=1.0",
    "lgfv_finance.sensitivity=0.5",
    "lgfv_finance.largest_support=0.0",
    "lgfv_finance.emergency_support=0.0",
    "lgfv_finance.default_tolerance=0.0",
    "lgfv_finance.maturing_loans=0.5",
    "lgfv_finance.maturing_bonds=0.5",
];

fn public() -> Vec<Case> {
    vec![
        case("local_budget", "soft budget constraint", Record(Flow("government_purchases")), Down).both(NO_BONDS),
        case("local_budget", "arrears", Record(Series("arrears_cny")), Down).both(NO_BONDS),
        case("lgfv_finance", "market discipline", Record(Series("lgfv_debt_cny")), Up).both(WARY).idle(&[
            "lgfv_finance.burden_threshold=5.0",
            "lgfv_finance.burden_headroom=9.0",
            "lgfv_finance.recovery=1.0",
        ]),
        case("lgfv_finance", "contagion", Record(Series("lgfv_debt_cny")), Up)
            .both(ALONE)
            .idle(&["lgfv_finance.recovery=1.0"]),
        case("payables", "payment of arrears", Record(Series("arrears_cny")), Up)
            .both(NO_BONDS)
            .whole()
            .idle(&["payables.speed=1.0", "payables.buffer=0.0"]),
        case("fiscal_rule", "stabilisation", Record(Flow("government_purchases")), Up)
            .idle(&["fiscal_rule.largest_response=1.0"]),
    ]
}

fn finance() -> Vec<Case> {
    vec![
        case("firm_credit", "rationing", Record(Series("credit_refusal_rate")), Down)
            .idle(&["firm_credit.least_coverage=0.1", "firm_credit.second_bank=false"]),
        case("firm_credit", "premiums", Record(Flow("interest_firm_loans")), Down)
            .idle(&["firm_credit.safe_coverage=9.0"]),
        case("firm_credit", "second bank", Record(Series("credit_refusal_rate")), Up)
            .both(&["firm_credit.capital_requirement_large=0.15"]),
        case("household_settlement", "portfolios and debts that adjust", Record(Flow("wealth_management_units")), Down),
        case("loan_quality", "recognition of bad loans", Record(Series("npl_ratio")), Up)
            .idle(&["loan_quality.recovery=0.9"]),
        case("bank_income", "capital target", Record(Series("bank_capital_ratio")), Down),
        case("wealth_management", "trade of the pools", End(cash_of_the_pools), Up),
        case("interbank", "interbank market", Record(Flow("central_bank_credit")), Up)
            .idle(&["interbank.least_capital_ratio=0.2"]),
        case("resolution", "public capital for failed banks", Record(Flow("resolution_capital")), Down)
            .both(&["resolution.trigger_ratio=0.1"])
            .whole()
            .idle(&["resolution.recapitalised_ratio=0.2"]),
        case("monetary_policy", "policy rule", Moved(policy_rate), Down).whole().idle(&[
            "monetary_policy.inflation_response=4.0",
            "monetary_policy.smoothing=0.0",
            "monetary_policy.unemployment_learning=1.0",
        ]),
        case("interest_rates", "pass-through", Record(Flow("interest_deposits")), Down)
            .both(&["monetary_policy.neutral_rate=0.05"])
            .whole()
            .idle(&["interest_rates.deposits=1.5", "interest_rates.reference=1.5"]),
        case("expectations", "learning of inflation", Record(Flow("wages")), Up)
            .idle(&["expectations.inflation_half_life=40.0"]),
        case("expectations", "learning of trends", Moved(growth_trend), Down).idle(&["expectations.growth_limit=0.01"]),
    ]
}

#[test]
fn every_mechanism_has_switches_or_says_why_not() {
    let (mut named, mut parts) = (BTreeSet::new(), BTreeSet::new());
    for (mechanism, switches) in tick().switches() {
        match switches {
            Switches::Unstated => panic!("{mechanism} has neither switches nor a reason to have none"),
            Switches::None(reason) => assert!(reason.len() > 20, "{mechanism}"),
            Switches::Of(list) => {
                assert!(!list.is_empty(), "{mechanism}");
                for switch in list {
                    assert!(switch.instead.len() > 10 && !switch.off.is_empty(), "{mechanism}: {}", switch.part);
                    assert!(parts.insert((mechanism, switch.part)), "{mechanism}: {} twice", switch.part);
                }
            }
        }
        named.insert(mechanism);
    }
    let tested: BTreeSet<_> = cases().iter().map(|c| (c.mechanism, c.part)).collect();
    assert_eq!(parts, tested, "a switch is tested here, and what is tested here is a switch");
    assert_eq!(named.len(), tick().describe().lines().filter(|l| l.starts_with("      ")).count());
}

fn switch(case: &Case) -> &'static Switch {
    let (_, switches) = tick().switches().find(|(name, _)| *name == case.mechanism).expect("a mechanism");
    switches.list().iter().find(|s| s.part == case.part).expect("a part")
}

/// Tables of a run and its measures, which may need the opening.
fn outcome(mut simulation: Simulation, measures: &[Measure]) -> (Vec<Table>, Vec<f64>) {
    let agents = |measure: &Measure, world: &mut World| match measure {
        Moved(of) | Parted(of) => of(world).into_iter().map(f64::from_bits).collect(),
        Record(_) | End(_) => Vec::new(),
    };
    let openings: Vec<Vec<f64>> = measures.iter().map(|m| agents(m, simulation.world())).collect();
    steps(&mut simulation, TICKS);
    let tables = simulation.take_tables();
    let world = simulation.world();
    let value = |(measure, opening): (&Measure, Vec<f64>)| {
        let changes: Vec<f64> = opening.iter().zip(agents(measure, world)).map(|(a, b)| b - a).collect();
        match measure {
            Record(recorded) => recorded.of(&tables, world),
            End(of) => of(world),
            Moved(_) => changes.iter().map(|x| x.abs()).sum(),
            Parted(_) => variance(changes.into_iter().filter(|x| x.is_finite()).collect()),
        }
    };
    let values = measures.iter().zip(openings).map(value).collect();
    (tables, values)
}

fn columns(tables: &[Table]) -> Vec<(&str, Vec<&str>)> {
    tables.iter().map(|t| (t.name.as_str(), t.columns.iter().map(|c| c.name.as_str()).collect())).collect()
}

/// All that is wrong with a switch; `plain` is the run that has the mechanism, and the case's measure of it.
fn complaints(case: &Case, (on_tables, on): (&[Table], f64)) -> Vec<String> {
    let name = format!("{}, {}", case.mechanism, case.part);
    let off = [case.both, switch(case).off].concat();
    let (tables, values) = outcome(open(&tiny(&off)), &[case.measure]);
    let (value, mut told) = (values[0], Vec::new());
    println!("{name}: {on:e} → {value:e} ({:?})", case.way);
    let moved = if case.way == Up { value > on } else { value < on };
    if !moved {
        told.push(format!("{name}: {on:e} → {value:e}, which is not {:?}", case.way));
    }
    let off_digests = digests(&tables);
    if columns(&tables) != columns(on_tables) {
        told.push(format!("{name}: other columns"));
    }
    if off_digests == digests(on_tables) {
        told.push(format!("{name}: the same tables on and off"));
    }
    let mut same = |what: &str, simulation: Simulation| {
        if digests(&outcome(simulation, &[]).0) != off_digests {
            told.push(format!("{name}: other tables {what}"));
        }
    };
    if !case.idle.is_empty() {
        same("with other values of what should not matter", open(&tiny(&[&off, case.idle].concat())));
    }
    if case.whole {
        let without = Simulation::with_tick(&tiny(&off), &tick().without(case.mechanism));
        same("without its systems", without.unwrap_or_else(|e| panic!("{e}")));
    }
    told
}

#[test]
fn switched_off_nothing_of_a_mechanism_is_left_and_what_it_did_is_gone() {
    let cases = cases();
    // Cases that share the settings of both arms share the run that has the mechanism.
    let mut groups: BTreeMap<&[&str], Vec<&Case>> = BTreeMap::new();
    for case in &cases {
        groups.entry(case.both).or_default().push(case);
    }
    let plain: Vec<(Vec<&Case>, Vec<Table>, Vec<f64>)> = groups
        .into_par_iter()
        .map(|(both, cases)| {
            let measures: Vec<Measure> = cases.iter().map(|c| c.measure).collect();
            let (tables, values) = outcome(open(&tiny(both)), &measures);
            (cases, tables, values)
        })
        .collect();
    let pairs: Vec<(&Case, &[Table], f64)> = plain
        .iter()
        .flat_map(|(cases, tables, values)| cases.iter().zip(values).map(|(c, v)| (*c, tables.as_slice(), *v)))
        .collect();
    let told: Vec<String> = pairs.into_par_iter().flat_map(|(c, tables, on)| complaints(c, (tables, on))).collect();
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}

/// Ageing is also where spells are counted: without it, somebody else has to.
#[test]
fn without_ageing_spells_still_grow() {
    let off = ["demography.enabled=false"];
    let (tables, _) = outcome(open(&tiny(&off)), &[]);
    let plan = tick().without("demography");
    let mut without = Simulation::with_tick(&tiny(&off), &plan).unwrap_or_else(|e| panic!("{e}"));
    for _ in 0..TICKS {
        let world = without.world();
        world.query::<&mut Job>().iter_mut(world).for_each(|mut job| job.spell = job.spell.saturating_add(1));
        steps(&mut without, 1);
    }
    assert_eq!(digests(&tables), digests(&without.take_tables()));
}
