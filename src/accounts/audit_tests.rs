//! The audit on the opening world and on worlds broken on purpose; GDP on a hand-built ledger.

#![allow(clippy::cast_precision_loss, clippy::manual_midpoint, reason = "small numbers")]

use super::audit::{Code, audit_phase, close_books, open_books};
use super::balance::{HomeValues, measure};
use super::chart::{Column, Flow, Instrument};
use super::ledger::{Ledger, Party};
use super::money::Money;
use super::national_accounts::{FirmBooks, NationalAccounts, real_gdp};
use super::{AuditError, Breaches, test_world};
use crate::agents::{
    Bank, Books, Home, Identity, Inventory, Job, LocalGovernment, NOBODY, Person, Staff, Status, Wallet,
};
use crate::engine::GoodsBook;
use bevy_ecs::prelude::World;

fn world() -> World {
    let mut world = test_world::world(test_world::opening());
    test_world::begin_quarter(&mut world);
    world
}

fn breaches(world: &mut World) -> Vec<AuditError> {
    match close_books(world) {
        Ok(()) => Vec::new(),
        Err(Breaches(list)) => list,
    }
}

fn codes(list: &[AuditError]) -> Vec<Code> {
    list.iter().map(|e| e.code).collect()
}

#[test]
fn every_financial_row_of_the_opening_closes() {
    let mut world = world();
    let sheets = measure(&mut world);
    for instrument in Instrument::ALL.iter().filter(|i| !i.is_real()) {
        assert_eq!(sheets.row_sum(*instrument), 0, "{}", instrument.name());
    }
    assert_eq!(sheets.net_worth(Column::Funds.index()), 0);
}

#[test]
fn an_idle_tick_passes() {
    let mut world = world();
    assert_eq!(breaches(&mut world), []);
    open_books(&mut world);
    assert_eq!(audit_phase(&mut world, "nothing"), Ok(()));
}

#[test]
fn a_fen_that_nobody_booked_is_found_in_its_cell() {
    let mut world = world();
    world.query::<&mut Wallet>().iter_mut(&mut world).next().unwrap().deposits.0 += 1;
    let list = breaches(&mut world);
    assert_eq!(codes(&list), [Code::BalanceRow, Code::StockFlow]);
    let cell = &list[1];
    assert_eq!((cell.row.as_str(), cell.column.as_str(), cell.gap), ("deposits", "households", 1));
    assert_eq!(list[0].gap, 1);
    assert!(list[0].agents[0].contains("-1 fen"), "{:?}", list[0].agents);
    assert!(cell.to_string().starts_with("STOCK-FLOW in tick 0 after the tick: deposits of households, gap 1"));
}

#[test]
fn a_payment_in_the_ledger_alone_is_found_on_every_side() {
    let mut world = world();
    world.resource_mut::<Ledger>().transfer(
        Party::Household { bank: 0 },
        Party::Firm { sector: 3, bank: 1 },
        Money(700),
        Flow::Consumption,
    );
    let list = breaches(&mut world);
    let cells: Vec<(&str, &str, i128)> =
        list.iter().filter(|e| e.code == Code::StockFlow).map(|e| (e.row.as_str(), e.column.as_str(), e.gap)).collect();
    assert_eq!(cells, [("deposits", "households", 700), ("deposits", "firms_S04", -700)]);
    assert!(list.iter().any(|e| e.code == Code::GdpThreeWays && e.row == "income" && e.gap == -700));
}

#[test]
fn shares_follow_book_equity_without_a_breach() {
    let mut world = world();
    let mut query = world.query::<&mut LocalGovernment>();
    query.iter_mut(&mut world).next().unwrap().infrastructure += 5;
    world.resource_mut::<Ledger>().other_change(Instrument::Capital, Column::LocalGovernments, 5);
    let sector = {
        let mut firms = world.query::<(&Identity, &mut Inventory)>();
        let (identity, mut inventory) = firms.iter_mut(&mut world).find(|(i, _)| i.active()).unwrap();
        inventory.finished_value.0 += 1_000_003;
        usize::from(identity.sector)
    };
    world.resource_mut::<Ledger>().other_change(Instrument::Inventories, Column::Firms(sector), 1_000_003);
    assert_eq!(breaches(&mut world), []);
    let ledger = world.resource::<Ledger>();
    let total: i128 = (0..ledger.columns()).map(|c| ledger.other(Instrument::Shares, c)).sum();
    assert_eq!(total, 0);
    assert_eq!(ledger.other(Instrument::Shares, Column::Firms(sector).index()), -1_000_003);
}

#[test]
fn broken_books_are_found() {
    let mut world = world();
    let mut ledger = world.resource_mut::<Ledger>();
    ledger.open(Flow::Wages).from(Party::Bank(0), 10).to(Party::Bank(1), 9).close();
    let list = breaches(&mut world);
    for code in [Code::FlowRow, Code::Bulk, Code::StockFlow] {
        assert!(codes(&list).contains(&code), "{list:?}");
    }
    assert_eq!(list[0].row, "wages");
}

#[test]
fn negative_and_missing_numbers_name_their_agents() {
    let mut world = world();
    world.query::<&mut Wallet>().iter_mut(&mut world).nth(7).unwrap().deposits = Money(-1);
    world.query::<&mut Home>().iter_mut(&mut world).nth(9).unwrap().floor_space = f32::NAN;
    let mut firms = world.query::<(&mut crate::agents::Pricing, &Identity)>();
    firms.iter_mut(&mut world).find(|(_, i)| i.active()).unwrap().0.price = f64::NAN;
    world.query::<&mut Bank>().iter_mut(&mut world).nth(3).unwrap().reserves = -5;
    let list: Vec<_> = breaches(&mut world).into_iter().filter(|e| e.code == Code::Negative).collect();
    assert_eq!(list[0].agents.len(), 2);
    assert!(list[0].agents[0].starts_with("worker 7") && list[0].agents[1].starts_with("worker 9"));
    assert!(list[1].agents[0].ends_with("price"));
    assert_eq!((list[2].row.as_str(), list[2].gap, list[2].agents[0].as_str()), ("reserves", -5, "bank 3"));
    let inside = audit_phase(&mut world, "settlement").unwrap_err().0;
    assert!(!inside.iter().any(|e| e.code == Code::Negative && e.row == "reserves"));
}

#[test]
fn a_payroll_that_forgets_somebody_is_found() {
    let mut world = world();
    let mut query = world.query::<(&Person, &mut Job)>();
    let worker = query.iter(&world).position(|(p, _)| p.status == Status::Employed).unwrap();
    query.iter_mut(&mut world).nth(worker).unwrap().1.employer = NOBODY;
    let list = breaches(&mut world);
    assert_eq!(codes(&list), [Code::Headcount, Code::Headcount]);
    assert_eq!(list[0].agents, [format!("worker {worker}")]);
    assert_eq!((list[1].row.as_str(), list[1].gap), ("payrolls", -1));
    let mut world = self::world();
    world.query::<&mut Staff>().iter_mut(&mut world).next().unwrap().heads[2] += 1;
    assert!(breaches(&mut world)[0].agents[0].starts_with("firm 0"));
}

#[test]
fn goods_from_nowhere_are_found() {
    let mut world = world();
    world.query::<&mut Inventory>().iter_mut(&mut world).next().unwrap().finished.0 += 3;
    let sector = world.query::<&Identity>().iter(&world).next().unwrap().sector;
    world.resource_mut::<GoodsBook>().output[usize::from(sector)] += 1;
    let list = breaches(&mut world);
    assert_eq!(codes(&list), [Code::Goods]);
    assert_eq!(list[0].gap, -2);
}

#[test]
fn homes_change_only_with_the_ledger() {
    let mut world = world();
    world.resource_mut::<HomeValues>().households += 9;
    let list = breaches(&mut world);
    assert_eq!((list[0].code, list[0].row.as_str(), list[0].gap), (Code::StockFlow, "homes", 9));
}

/// Two sectors: sector 0 sells goods, sector 1 is finance.
///
/// Firm 0 sells 1,000 to households, 300 to firm 1, 200 to the government, 150 abroad and 120 of capital to itself, and
/// imports 80 of inputs (tariff 8) and 60 of capital (no tariff); stocks rise by 25. Firm 1 sells 90 to households and
/// 40 to a bank. Households import 30 and pay a tariff of 3. Banks' margins: 20 of households, 35 of firm 0, 5 of funds.
fn quarter() -> (Ledger, FirmBooks) {
    let mut l = Ledger::new(2, 1);
    let firm = |sector| Party::Firm { sector, bank: 0 };
    let household = Party::Household { bank: 0 };
    l.transfer(household, firm(0), Money(1_000), Flow::Consumption);
    l.transfer(firm(1), firm(0), Money(300), Flow::Inputs);
    l.transfer(Party::LocalGovernment { bank: 0 }, firm(0), Money(200), Flow::GovernmentPurchases);
    l.transfer(Party::RestOfWorld, firm(0), Money(150), Flow::Exports);
    l.open_tagged(Flow::Investment, Some(Instrument::Capital), None).from(firm(0), 120).to(firm(0), 120).close();
    l.transfer(firm(0), Party::RestOfWorld, Money(80), Flow::Imports);
    l.transfer(firm(0), Party::CentralGovernment, Money(8), Flow::Tariff);
    l.transfer(firm(0), Party::RestOfWorld, Money(60), Flow::Imports);
    l.own_resale_of_investment(Column::Firms(0), 60, Instrument::Capital);
    l.inventory_change(0, 25);
    l.transfer(household, firm(1), Money(90), Flow::Consumption);
    l.transfer(Party::Bank(0), firm(1), Money(40), Flow::Inputs);
    l.transfer(household, Party::RestOfWorld, Money(30), Flow::Imports);
    l.transfer(household, Party::CentralGovernment, Money(3), Flow::Tariff);
    l.intermediation_services[Column::Households.index()] = 20;
    l.intermediation_services[Column::Firms(0).index()] = 35;
    l.intermediation_services[Column::Funds.index()] = 5;
    let mut books = FirmBooks::new(2);
    let mut first = Books { revenue: Money(1_770), own_account: Money(60), inputs: Money(140), ..Books::default() };
    first.inventory_change = Money(25);
    first.production_taxes = Money(8);
    first.compensation = Money(900);
    books.add(0, &first);
    let second = Books { revenue: Money(130), inputs: Money(300), compensation: Money(70), ..Books::default() };
    books.add(1, &second);
    (l, books)
}

#[test]
fn gdp_is_the_same_three_ways_by_hand() {
    let (ledger, books) = quarter();
    let a = NationalAccounts::compile(&ledger, &books, 1);
    // Firms 1,715 and −170; banks 60 − 40 = 20; funds −5; firm 0 uses 35; households' tariff 3.
    assert_eq!(a.production, 1_715 - 170 + 20 - 5 - 35 + 3);
    assert_eq!(a.income, a.production);
    assert_eq!(a.expenditure, a.production);
    assert_eq!(a.household_consumption, 1_000 + 90 + 30 + 3 + 20);
    assert_eq!((a.government_purchases, a.fixed_investment, a.inventory_change), (200, 180, 25));
    assert_eq!((a.exports, a.imports), (150, 170));
    assert_eq!((a.compensation, a.production_taxes), (970, 11));
    assert_eq!(a.value_added, [1_680, -170 + 15]);
    assert_eq!(a.value_added.iter().sum::<i128>() + a.final_tariffs, a.production);
    let mut wrong = books;
    wrong.operating_surplus[0] += 1;
    assert_eq!(NationalAccounts::compile(&ledger, &wrong, 1).income, a.production + 1);
}

#[test]
fn half_the_goods_for_the_same_money_are_half_the_real_gdp_at_twice_the_deflator() {
    let (ledger, books) = quarter();
    let a = NationalAccounts::compile(&ledger, &books, 1);
    let nominal = a.production - a.final_intermediation - a.final_tariffs;
    let goods = GoodsBook { output: vec![nominal + 140, 0], inputs_used: vec![140, 0], ..GoodsBook::default() };
    let (real, deflator) = real_gdp(&a, &goods);
    assert!((deflator - 1.0).abs() < 1e-12 && (real * 100.0 - a.production as f64).abs() < 1e-9);
    let half = GoodsBook { output: vec![(nominal + 140) / 2, 0], inputs_used: vec![70, 0], ..GoodsBook::default() };
    let (half_real, doubled) = real_gdp(&a, &half);
    assert!((doubled - 2.0).abs() < 0.01);
    assert!((half_real / real - 0.5).abs() < 0.01);
}
