//! Statistics of the opening world and of a quarter after it.

use super::facts::{Point, consumer_prices, producer_prices};
use super::panels::Panel;
use super::publish::{Parameters, publish_indicators, smoothed, weight_of_half_life};
use super::{Facts, History, Recorder, dictionary, open, record, survey};
use crate::accounts::{Column, Flow, Ledger, Money, Party, close_books, test_world};
use crate::agents::Books;
use crate::calibration::assumptions::Assumptions;
use crate::engine::{Clock, Event, Events, GoodsBook, Indicators};
use crate::figures;
use crate::output::{Table, Values};
use bevy_ecs::prelude::World;
use bevy_ecs::system::RunSystemOnce;

fn opened() -> World {
    let opening = test_world::opening();
    let mut world = test_world::world(opening);
    world.insert_resource(Parameters::default());
    open(&mut world, opening, &Assumptions::default(), true);
    world
}

fn tables(world: &mut World) -> Vec<Table> {
    world.resource_mut::<Recorder>().take_tables()
}

fn value(tables: &[Table], column: &str) -> f64 {
    *tables[0].reals(column).unwrap_or_else(|| panic!("no column {column}")).last().unwrap()
}

fn near(what: &str, value: f64, wanted: f64, tolerance: f64) {
    assert!((value / wanted - 1.0).abs() < tolerance, "{what}: {value}, wanted {wanted}");
}

#[test]
fn the_opening_row_shows_china_at_the_end_of_2023() {
    let mut world = opened();
    let t = tables(&mut world);
    assert_eq!(t[0].rows(), 1);
    let of = |column: &str| value(&t, column);
    assert_eq!((of("tick"), of("year"), of("quarter")), (0.0, 2023.0, 4.0));
    near("GDP", of("gdp_nominal_cny") * 4.0, 126.06e12, 0.01);
    near("unemployment", of("unemployment_rate"), 0.052, 0.03);
    near("prices", of("cpi"), 1.0, 1e-9);
    near("producer prices", of("ppi"), 1.0, 1e-9);
    near("wage share", of("wage_share"), 0.52, 0.06);
    near("credit", of("credit_to_gdp"), 237.0 / 126.0, 0.05);
    near("local debt", of("local_debt_cny"), 105.7e12, 0.05);
    near("land", of("land_revenue_cny"), 5.8e12 / 4.0, 0.05);
    near("land share", of("land_revenue_share"), 0.2, 0.1);
    near("non-performing loans", of("npl_ratio"), 0.016, 0.1);
    near("capital ratio", of("bank_capital_ratio"), 0.15, 0.25);
    near("productivity", of("labour_productivity_index"), 1.0, 1e-9);
    near("upgrade", of("industrial_share_value_added") + of("digital_share_value_added"), 1.0, 1e-9);
    assert!((0.25..0.65).contains(&of("gini_income")), "{}", of("gini_income"));
    assert!((0.3..0.85).contains(&of("gini_wealth")), "{}", of("gini_wealth"));
    assert!((0.02..0.3).contains(&of("ai_adopter_share_firms")), "{}", of("ai_adopter_share_firms"));
    assert!((0.001..0.2).contains(&of("ai_depth")), "{}", of("ai_depth"));
    assert!((1_500.0..2_500.0).contains(&of("electricity_twh")), "{}", of("electricity_twh"));
    assert!(of("separation_rate").is_nan() && of("gdp_growth_yoy").is_nan());
}

#[test]
fn depth_of_ai_in_the_regions_adds_up_to_the_nations() {
    let mut world = opened();
    let facts = world.resource::<Facts>().clone();
    let t = tables(&mut world);
    let regions = t.iter().find(|table| table.name == "regions").unwrap().reals("ai_depth").unwrap();
    let tasks = |group: &super::firms::Group| group.tasks.iter().sum::<f64>();
    let work: f64 = facts.firms.regions.iter().map(tasks).sum();
    let mean: f64 = facts.firms.regions.iter().zip(&regions).map(|(group, depth)| tasks(group) * depth).sum();
    near("nation", mean / work, value(&t, "ai_depth"), 1e-9);
    assert!(regions.len() == 31 && regions.iter().all(|depth| (0.0..1.0).contains(depth)), "{regions:?}");
}

#[test]
fn opening_indicators_do_not_move_a_stationary_economy() {
    let mut world = opened();
    let i = world.resource::<Indicators>();
    assert!(i.prices.iter().chain(&i.import_prices).all(|p| (p - 1.0).abs() < 1e-12));
    near("capital", i.capital_price, 1.0, 1e-9);
    near("profits", i.profit_rate_by_sector.iter().sum::<f64>() / 13.0, 0.027, 0.1);
    assert!(i.unemployment_by_market.len() == i.wages_by_market.len() && i.mean_wage > 15_000.0);
    let before = world.resource::<Indicators>().clone();
    let facts = world.resource::<Facts>().clone();
    // The same quarter again, with the inflation that was expected.
    let mut next = facts;
    next.tick = 1;
    next.now.cpi = before.cpi * (1.0 + before.expected_inflation);
    world.insert_resource(next.clone());
    world.run_system_once(publish_indicators).unwrap();
    let after = world.resource::<Indicators>();
    assert!((after.expected_inflation - before.expected_inflation).abs() < 1e-12);
    assert!((after.gdp_growth - before.gdp_growth).abs() < 1e-12);
    assert!((after.unemployment_rate - before.unemployment_rate).abs() < 1e-12);
    near("a year ago", after.cpi_year_ago, 1.0 / (1.0025f64).powi(3), 1e-3);
    // Growth is published from the second quarter on.
    world.insert_resource(Facts { tick: 2, ..next });
    world.run_system_once(publish_indicators).unwrap();
    assert!((world.resource::<Indicators>().gdp_growth - before.gdp_growth).abs() < 1e-12);
}

#[test]
fn smoothing_forgets_half_in_its_half_life() {
    let w = weight_of_half_life(6.0);
    let mut x = 0.0;
    (0..6).for_each(|_| x = smoothed(x, 1.0, w));
    assert!((x - 0.5).abs() < 1e-12);
    assert!((smoothed(0.3, f64::NAN, 0.5) - 0.3).abs() < 1e-15);
}

/// A quarter in which one household buys for a million yuan from firm `slot`, in the firm's books and the goods book too.
fn a_sale(world: &mut World) {
    world.resource_mut::<Clock>().tick += 1;
    test_world::begin_quarter(world);
    let amount = Money(100_000_000);
    let (sector, firm_bank) = {
        let mut query = world.query::<(&crate::agents::Identity, &mut Books)>();
        let (identity, mut books) = query.iter_mut(world).find(|(i, _)| i.active() && i.sector == 7).unwrap();
        books.revenue = amount;
        books.deposits += amount;
        (usize::from(identity.sector), usize::from(identity.bank))
    };
    let bank = {
        let mut query = world.query::<(&crate::agents::Person, &mut crate::agents::Wallet)>();
        let (person, mut wallet) = query.iter_mut(world).max_by_key(|(_, w)| w.deposits.0).unwrap();
        wallet.deposits.0 -= amount.0;
        usize::from(person.bank)
    };
    let mut ledger = world.resource_mut::<Ledger>();
    ledger.transfer(Party::Household { bank }, Party::Firm { sector, bank: firm_bank }, amount, Flow::Consumption);
    let (deposits, reserves) = (ledger.deposits_in_transit.clone(), ledger.reserves_in_transit.clone());
    ledger.deposits_in_transit.fill(0);
    ledger.reserves_in_transit.fill(0);
    for (b, mut bank) in world.query::<&mut crate::agents::Bank>().iter_mut(world).enumerate() {
        bank.deposits += deposits[b];
        bank.reserves += reserves[b];
    }
    let mut goods = world.resource_mut::<GoodsBook>();
    goods.output[sector] = i128::from(amount.0);
    goods.final_sales[sector] = i128::from(amount.0);
}

#[test]
fn a_quarter_is_recorded_in_every_table_and_the_accounts_add_up() {
    let mut world = opened();
    a_sale(&mut world);
    let event = Event {
        kind: "firm_exit",
        agent_kind: "firm",
        agent: 3,
        region: Some(1),
        sector: Some(0),
        amount: 7,
        detail: String::new(),
    };
    world.resource_mut::<Events>().0.push(event);
    close_books(&mut world).unwrap();
    survey(&mut world);
    world.run_system_once(publish_indicators).unwrap();
    record(&mut world);
    let t = tables(&mut world);
    let names: Vec<&str> = t.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names[..5], ["series", "sectors", "regions", "tasks", "banks"]);
    assert_eq!(
        names[5..],
        ["firm_ages", "firm_growth", "firm_sizes", "firm_fifths", "displaced", "durations", "accounts", "events"]
    );
    let rows: Vec<usize> = t.iter().map(Table::rows).collect();
    assert_eq!((&rows[..5], rows[12]), (&[2, 26, 62, 8, 10][..], 1));
    for side in
        ["gdp_nominal_cny", "gdp_income_cny", "gdp_expenditure_cny", "gdp_real_cny2023", "household_consumption_cny"]
    {
        near(side, value(&t, side), 1e6, 1e-9);
    }
    accounts_add_up(&t[11]);
    assert!(tables(&mut world).iter().all(|t| t.rows() == 0 && !t.columns.is_empty()));
}

fn accounts_add_up(accounts: &Table) {
    use std::collections::BTreeMap;
    let text = |c: &str| accounts.texts(c).unwrap();
    let Values::Fen(amounts) = &accounts.column("amount_fen").unwrap().values else { panic!("amounts are fen") };
    let ticks = accounts.reals("tick").unwrap();
    let (matrix, row, column, kind, instrument) =
        (text("matrix"), text("row"), text("column"), text("kind"), text("instrument"));
    let mut sums: BTreeMap<String, i128> = BTreeMap::new();
    let mut cells: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for i in 0..accounts.rows() {
        let tick = ticks[i];
        if matrix[i] != "other_changes" {
            if !(matrix[i] == "balance" && kind[i] != "financial") {
                *sums.entry(format!("{tick} {} row {}", matrix[i], row[i])).or_default() += amounts[i];
            }
            *sums.entry(format!("{tick} {} column {}", matrix[i], column[i])).or_default() += amounts[i];
        }
        // closing − opening + tagged flows − other changes = 0
        let sign = match (matrix[i].as_str(), tick > 0.0) {
            ("balance", false) | ("other_changes", _) => -1,
            _ => 1,
        };
        if !instrument[i].is_empty() {
            *cells.entry((&instrument[i], &column[i])).or_default() += sign * amounts[i];
        }
    }
    assert!(sums.len() > 60 && cells.len() > 60);
    for (what, sum) in sums {
        assert_eq!(sum, 0, "{what}");
    }
    for (cell, sum) in cells {
        assert_eq!(sum, 0, "{cell:?}");
    }
}

#[test]
fn the_dictionary_describes_every_column_once() {
    let mut world = opened();
    let docs = dictionary();
    let listed: Vec<(String, String, String)> =
        docs.iter().map(|d| (d.table.to_owned(), d.name.to_owned(), d.unit.to_owned())).collect();
    let panels = [Panel::Firms, Panel::Workers].map(|panel| panel.table(&mut world));
    let written: Vec<(String, String, String)> = tables(&mut world)
        .into_iter()
        .chain(panels)
        .flat_map(|t| t.columns.into_iter().map(move |c| (t.name.clone(), c.name, c.unit)))
        .collect();
    assert_eq!(listed, written);
    for (i, d) in docs.iter().enumerate() {
        assert!(!d.definition.is_empty() && !d.source.is_empty(), "{}", d.name);
        assert!(docs[..i].iter().all(|e| (e.table, e.name) != (d.table, d.name)), "{}.{}", d.table, d.name);
    }
}

#[test]
fn every_figure_and_every_fixed_name_has_its_column() {
    let docs = dictionary();
    let has = |column: &str| docs.iter().any(|d| format!("{}.{}", d.table, d.name) == column);
    for figure in figures::all() {
        for column in figure.statistics {
            assert!(has(column), "{}: {column}", figure.id);
        }
    }
    for name in [
        "tick",
        "year",
        "quarter",
        "gdp_nominal_cny",
        "gdp_real_cny2023",
        "gdp_growth_yoy",
        "cpi",
        "ppi",
        "cpi_inflation_yoy",
        "population",
        "labour_force",
        "employment",
        "unemployment_rate",
        "unemployment_rate_routine_manual",
        "unemployment_rate_nonroutine_manual",
        "unemployment_rate_routine_cognitive",
        "unemployment_rate_nonroutine_cognitive",
        "vacancy_rate",
        "separation_rate",
        "job_finding_rate",
        "mean_wage_cny",
        "wage_share",
        "hours_per_worker",
        "labour_productivity_index",
        "tfp_growth_yoy",
        "ai_adopter_share_firms",
        "ai_adopter_share_value_added",
        "ai_depth",
        "digital_share_value_added",
        "upgrade_index",
        "structural_change_nav",
        "firm_entry_rate",
        "firm_exit_rate",
        "stranded_capital_cny",
        "capacity_utilisation",
        "credit_to_gdp",
        "npl_ratio",
        "bank_capital_ratio",
        "bank_failures",
        "local_debt_cny",
        "land_revenue_cny",
        "land_revenue_share",
        "arrears_cny",
        "house_price_index",
        "electricity_twh",
        "compute_electricity_share",
        "exports_cny",
        "imports_cny",
        "gini_income",
        "gini_wealth",
    ] {
        assert!(has(&format!("series.{name}")), "{name}");
    }
}

#[test]
fn price_indices_weigh_what_households_and_industry_buy_and_sell() {
    let structure = &test_world::opening().structure;
    let ones = vec![1.0; structure.sector_count()];
    let twos = vec![2.0; structure.sector_count()];
    near("imports", consumer_prices(structure, &ones, &twos) - 1.0, 0.0586, 0.05);
    near("all", consumer_prices(structure, &twos, &twos), 2.0, 1e-12);
    let mut farm = ones.clone();
    farm[structure.agriculture] = 3.0;
    near("farms are no industry", producer_prices(structure, &farm), 1.0, 1e-12);
    farm[structure.energy] = 2.0;
    assert!(producer_prices(structure, &farm) > 1.05);
}

#[test]
fn growth_rates_look_four_quarters_back() {
    let mut history = History::default();
    for gdp in [100.0, 101.0, 102.0, 103.0, 104.0] {
        history.push(Point { gdp_real: gdp, ..Point::default() });
    }
    let facts = Facts { tick: 5, history, now: Point { gdp_real: 105.0, ..Point::default() }, ..Facts::default() };
    near("growth", facts.growth(|p| p.gdp_real), 105.0 / 101.0 - 1.0, 1e-12);
    near("index", facts.index(|p| p.gdp_real), 1.05, 1e-12);
    assert!(Facts::default().growth(|p| p.gdp_real).is_nan());
    assert_eq!(Column::Households.index(), 0);
}

#[test]
fn tightness_counts_filled_positions_and_the_searchers_who_filled_them() {
    near("tightness", super::publish::tightness(10.0, 30.0, 20.0), 0.6, 1e-12);
    assert!(super::publish::tightness(0.0, 0.0, 0.0).abs() < 1e-15);
}
