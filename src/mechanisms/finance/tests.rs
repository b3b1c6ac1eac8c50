//! A small closed world of banks, authorities, funds and firms, run through all mechanisms of finance.

mod world;

use super::{FiscalTargets, PoolIncome, amounts, credit, settlement_of_banks};
use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Money, Party, Quantity, Row};
use crate::agents::{
    Bank, Books, CentralBank, CentralGovernment, FinancingVehicle, Funds, Identity, Operations, RestOfWorld, Technology,
};
use crate::engine::Indicators;
use crate::engine::clock::Clock;
use crate::engine::events::{Events, GoodsBook, Tally};
use crate::engine::mechanism::CompiledTick;
use crate::engine::random::Stream;
use bevy_ecs::prelude::{Mut, Query, Res, ResMut, World};
use world::{Households, world};

/// What others do before the banks' turn: a new quarter, demand for credit, payments among customers, interest.
fn start_quarter(
    mut clock: ResMut<Clock>,
    mut ledger: ResMut<Ledger>,
    mut goods: ResMut<GoodsBook>,
    mut tally: ResMut<Tally>,
    mut firms: Query<(&Identity, &mut Books, &mut Operations)>,
    mut banks: Query<&mut Bank>,
    mut households: ResMut<Households>,
) {
    clock.tick += 1;
    ledger.start_tick();
    goods.start_tick(2);
    *tally = Tally::default();
    let mut banks: Vec<Mut<Bank>> = banks.iter_mut().collect();
    for bank in &mut banks {
        (bank.profit, bank.losses, bank.new_loans) = (0, 0, 0);
    }
    for (slot, (identity, mut books, mut operations)) in firms.iter_mut().enumerate() {
        if !identity.active() {
            continue;
        }
        let mut draws = clock.key(Stream::Rounding).agent(slot as u64);
        books.start_tick();
        books.lagged_revenue = Money(60_000);
        books.lagged_profit = Money(5_000);
        operations.available = Quantity(60_000);
        let bank = usize::from(identity.bank);
        let firm = Party::Firm { sector: usize::from(identity.sector), bank };
        let repaid = books.loans.share(0.05);
        ledger.redeem(firm, Party::Bank(bank), repaid.fen(), Instrument::FirmLoans);
        books.loans -= repaid;
        books.deposits -= repaid;
        banks[bank].firm_loans -= repaid.fen();
        books.credit_demand = Money(repaid.0 + 500);
        let owed = amounts::interest(books.loans.fen(), books.lending_rate);
        ledger.transfer_total(firm, Party::Bank(bank), owed, Flow::InterestFirmLoans);
        books.deposits -= Money(i64::try_from(owed).unwrap());
        banks[bank].profit += owed;
        // Custom moves between the firm and households at another bank; from time to time a lot of it.
        let other = draws.below(3);
        let sale = Money(draws.round((draws.clone().uniform() - 0.45) * 40_000.0));
        ledger.transfer(Party::Household { bank: other }, firm, sale, Flow::Consumption);
        books.deposits += sale;
        households.0[other] -= sale.fen();
    }
}

/// Households receive pool income and the government's outlays, and pay its taxes.
fn pay_households(
    mut ledger: ResMut<Ledger>,
    mut income: ResMut<PoolIncome>,
    mut funds: ResMut<Funds>,
    mut households: ResMut<Households>,
    government: Res<CentralGovernment>,
) {
    let household = Party::Household { bank: 0 };
    ledger.transfer_total(Party::Fund { bank: 0 }, household, income.0, Flow::WealthManagementIncome);
    funds.wealth_deposits -= income.0;
    households.0[0] += income.0;
    income.0 = 0;
    ledger.transfer_total(Party::CentralGovernment, household, government.appropriation, Flow::Benefits);
    ledger.transfer_total(household, Party::CentralGovernment, 21_000, Flow::PersonalTax);
    households.0[0] += government.appropriation;
    households.0[0] -= 21_000;
}

fn settle(world: &mut World) {
    use bevy_ecs::system::RunSystemOnce;
    world.run_system_once(settlement_of_banks::draw_overdrafts).unwrap();
    world.run_system_once(settlement_of_banks::settle_banks).unwrap();
}

fn run_quarter(world: &mut World, tick: &mut CompiledTick) {
    use bevy_ecs::system::RunSystemOnce;
    world.run_system_once(start_quarter).unwrap();
    settle(world);
    world.run_system_once(pay_households).unwrap();
    settle(world);
    tick.run(world, |world, phase| {
        check_ledger(world, phase);
        if phase == "banks" {
            assert!(banks(world).iter().all(|b| b.reserves >= 0), "reserves below zero");
        }
        Ok::<(), ()>(())
    })
    .unwrap();
}

fn banks(world: &mut World) -> Vec<Bank> {
    world.query::<&Bank>().iter(world).cloned().collect()
}

fn check_ledger(world: &World, phase: &str) {
    let ledger = world.resource::<Ledger>();
    assert!(ledger.breaches().is_empty(), "{phase}: {:?}", ledger.breaches());
    for row in Row::all() {
        assert_eq!(ledger.row_sum(row), 0, "{phase}: row {}", row.name());
    }
    for column in 0..ledger.columns() {
        assert_eq!(ledger.column_sum(column), 0, "{phase}: column {column}");
    }
}

fn check_balances(world: &mut World) {
    let banks = banks(world);
    let sum = |f: fn(&Bank) -> Fen| banks.iter().map(f).sum::<Fen>();
    let firms: Vec<(Identity, Books)> =
        world.query::<(&Identity, &Books)>().iter(world).map(|(i, b)| (*i, *b)).collect();
    let at_funds: Fen = world.query::<&FinancingVehicle>().iter(world).map(|v| v.bonds_at_funds).sum();
    let (central_bank, government) = (world.resource::<CentralBank>(), world.resource::<CentralGovernment>());
    let funds = world.resource::<Funds>();
    assert_eq!(sum(|b| b.reserves), central_bank.reserves);
    assert_eq!(sum(|b| b.central_bank_credit), central_bank.credit);
    assert_eq!(sum(|b| b.interbank_claims), sum(|b| b.interbank_debts));
    assert_eq!(central_bank.treasury, government.treasury);
    assert_eq!(sum(|b| b.central_bonds) + funds.central_bonds + central_bank.central_bonds, government.bonds);
    assert_eq!(
        sum(|b| b.foreign_assets) + central_bank.foreign_assets,
        world.resource::<RestOfWorld>().foreign_liabilities
    );
    assert_eq!(sum(|b| b.lgfv_bonds) + funds.lgfv_bonds, 150_000);
    assert_eq!(at_funds, funds.lgfv_bonds);
    let households = &world.resource::<Households>().0;
    for (b, bank) in banks.iter().enumerate() {
        let own = firms.iter().filter(|(i, _)| usize::from(i.bank) == b);
        let (deposits, loans) = own.fold((0, 0), |(d, l), (_, x)| (d + x.deposits.fen(), l + x.loans.fen()));
        let of_funds = if b == 0 { funds.equity_deposits + funds.wealth_deposits } else { 0 };
        assert_eq!(bank.deposits, deposits + households[b] + of_funds, "deposits of bank {b}");
        assert_eq!(bank.firm_loans, loans, "loans of bank {b}");
    }
}

/// Capital changes by profit less dividends plus public capital, and by nothing else.
fn check_equity(world: &mut World, before: Fen) {
    let banks = banks(world);
    let ledger = world.resource::<Ledger>();
    let flow = |f: Flow| ledger.flow(f, Column::Banks);
    let profit: Fen = banks.iter().map(|b| b.profit).sum();
    let after: Fen = banks.iter().map(Bank::capital).sum();
    assert_eq!(after - before, profit + flow(Flow::Dividends) + flow(Flow::ResolutionCapital));
}

#[test]
fn forty_quarters_keep_every_sum_and_balance() {
    let (mut world, mut tick) = world();
    let (mut interbank, mut lent, mut paid) = (0, 0, 0);
    for _ in 0..40 {
        let before = banks(&mut world).iter().map(Bank::capital).sum();
        run_quarter(&mut world, &mut tick);
        check_balances(&mut world);
        check_equity(&mut world, before);
        let now = banks(&mut world);
        interbank += now.iter().map(|b| b.interbank_claims).sum::<Fen>();
        lent += world.resource::<Tally>().new_firm_loans;
        paid -= world.resource::<Ledger>().flow(Flow::Dividends, Column::Banks);
        assert!(now.iter().all(|b| b.reserves >= 0 && b.central_bank_credit >= 0 && b.central_bonds >= 0));
        assert!(now.iter().all(|b| b.operating_costs > 0), "banks buy services");
    }
    assert!(interbank > 0 && lent > 0 && paid > 0);
    assert_eq!(world.resource::<Tally>().bank_failures, 0);
    let government = world.resource::<CentralGovernment>();
    let planned = government.appropriation + government.transfers.iter().sum::<Fen>();
    let quarters = world.resource::<FiscalTargets>().treasury_quarters;
    assert!((government.treasury - amounts::share(planned, quarters)).abs() <= 1, "treasury at its target");
    // Prices and unemployment stay where they were: so does the rate, and is published so.
    let rate = world.resource::<CentralBank>().policy_rate;
    assert!((rate - 0.025).abs() < 1e-12 && (world.resource::<Indicators>().policy_rate - rate).abs() < 1e-15);
}

#[test]
fn a_bank_that_lost_its_equity_is_recapitalised_out_of_new_bonds() {
    let (mut world, mut tick) = world();
    let bonds = world.resource::<CentralGovernment>().bonds;
    {
        let mut query = world.query::<&mut Bank>();
        let mut bank = query.iter_mut(&mut world).nth(2).unwrap();
        bank.local_bonds = 0;
        bank.foreign_assets = 0;
        bank.lgfv_bonds -= 100_000;
    }
    run_quarter(&mut world, &mut tick);
    let failed: Vec<bool> = banks(&mut world).iter().map(|b| b.failed).collect();
    assert_eq!(failed, [false, false, true]);
    assert_eq!(world.resource::<Events>().0[0].kind, "bank_failure");
    assert_eq!(world.resource::<Tally>().bank_failures, 1);
    assert!(banks(&mut world)[2].capital_ratio() > 0.1);
    assert!(world.resource::<CentralGovernment>().bonds > bonds);
}

#[test]
fn demand_equal_to_repayment_is_never_rationed() {
    let (mut world, mut tick) = world();
    run_quarter(&mut world, &mut tick);
    let tally = world.resource::<Tally>();
    assert_eq!(tally.refused_firm_loans, 0);
    assert!(tally.new_firm_loans > 0);
    let firms: Vec<(Identity, Books, Technology)> =
        world.query::<(&Identity, &Books, &Technology)>().iter(&world).map(|(i, b, t)| (*i, *b, *t)).collect();
    for (identity, books, technology) in firms.iter().filter(|(i, ..)| i.active()) {
        assert!(technology.funded && identity.distressed == 0);
        assert!(books.lending_rate > 0.03 && books.lending_rate < 0.05);
        assert!(books.credit_limit > books.loans);
    }
}

#[test]
fn a_firm_that_its_bank_refuses_takes_loan_and_account_to_another() {
    let (mut world, mut tick) = world();
    {
        // Bank 1 carries no more assets: half its equity is gone.
        let mut query = world.query::<&mut Bank>();
        let mut bank = query.iter_mut(&mut world).nth(1).unwrap();
        let equity = bank.equity();
        bank.corporate_bonds -= equity / 2;
    }
    world.resource_mut::<credit::Parameters>().room_use = 1.0;
    let loans: Fen = banks(&mut world)[1].firm_loans;
    run_quarter(&mut world, &mut tick);
    let moved =
        world.query::<&Identity>().iter(&world).enumerate().filter(|(s, i)| usize::from(i.bank) != s % 3).count();
    assert!(moved > 0);
    assert!(banks(&mut world)[1].firm_loans < loans);
    check_balances_of_firms(&mut world);
}

fn check_balances_of_firms(world: &mut World) {
    let banks = banks(world);
    for (b, bank) in banks.iter().enumerate() {
        let mut firms = world.query::<(&Identity, &Books)>();
        let own = firms.iter(world).filter(|(i, _)| usize::from(i.bank) == b);
        assert_eq!(bank.firm_loans, own.map(|(_, x)| x.loans.fen()).sum::<Fen>());
    }
}
