//! The opening position of the small world.

use super::super::*;
use crate::accounts::{Fen, Ledger, Money};
use crate::agents::firm::Life;
use crate::agents::{
    Bank, BankClass, Books, Capital, CentralBank, CentralGovernment, FinancingVehicle, Funds, Identity, Inventory,
    Operations, Pricing, RestOfWorld, Stage, Technology, Vintage,
};
use crate::engine::clock::Clock;
use crate::engine::configuration::Configuration;
use crate::engine::events::{Events, GoodsBook, Tally};
use crate::engine::indicators::Indicators;
use crate::engine::mechanism::{CompiledTick, Tick};
use crate::structure::{Bundle, SectorStructure, Structure};
use bevy_ecs::prelude::World;

const FIRMS: usize = 20;
const FINANCE: usize = 1;

fn sector(code: &str) -> SectorStructure {
    SectorStructure {
        code: code.into(),
        name: code.into(),
        storable: false,
        domestic_inputs: [0.0; 16],
        imported_inputs: [0.0; 16],
        labour: 1.0,
        task_shares: [0.25; 4],
        wages: [1.0; 4],
        capital_output_ratio: 4.0,
        depreciation: 0.02,
        value_added_tax: 0.0,
        property_tax: 0.0,
        production_tax: 0.0,
        mark_up: 0.2,
        output: 0.0,
        exports: 0.0,
        import_share: 0.0,
        ai_adopters: 0.0,
        electricity: 0.0,
        ai_services_per_person: 0.0,
        government: 0.0,
        households: 0.0,
    }
}

fn structure() -> Structure {
    Structure {
        sectors: vec![sector("S01"), sector("S02")],
        regions: Vec::new(),
        categories: Vec::new(),
        research: crate::structure::ResearchStructure::default(),
        business_bundle: Bundle::default(),
        public_bundle: Bundle::default(),
        government_imports: [0.0; 16],
        ai_sector: 0,
        construction: 0,
        real_estate: 0,
        finance: FINANCE,
        public_services: 0,
        energy: 0,
        agriculture: 0,
        emerging: Vec::new(),
        persons_per_worker: 1.0,
        firms_per_firm_agent: 1.0,
        growth: 0.0,
        inflation: 0.0,
        gdp: 10_000.0,
        materials_ratio: 0.0,
        finished_goods_ratio: 0.0,
        normal_utilisation: 0.8,
        employer_contribution_rate: 0.0,
        tariff_rate: 0.0,
        import_elasticity: 1.5,
        mean_income: 1.0,
        unemployment_rate: 0.05,
    }
}

/// Deposits of customers other than firms, by bank: households and the funds.
#[derive(bevy_ecs::prelude::Resource)]
pub struct Households(pub Vec<Fen>);

fn spawn_firms(world: &mut World) {
    for slot in 0..FIRMS {
        let books = Books {
            deposits: Money(50_000),
            loans: Money(100_000),
            bonds: Money(10_000),
            lagged_revenue: Money(60_000),
            lagged_profit: Money(5_000),
            lending_rate: 0.038,
            ..Books::default()
        };
        let bank = u16::try_from(slot % 3).unwrap();
        let sector = u8::from(slot >= 15);
        let life = if slot == 19 { Life::Vacant } else { Life::Active };
        let books = if slot == 19 { Books::default() } else { books };
        let identity = Identity { sector, bank, life, age: 40, ..Identity::default() };
        let vintage = Vintage { quantity: 3_000.0, productivity: 1.0, value: Money(300_000), age: 4 };
        world.spawn((
            identity,
            books,
            Technology { building: Stage::Digital, project_cost: Money(1_000), ..Technology::default() },
            Capital { vintages: vec![vintage] },
            Inventory::default(),
            Operations { expected_demand: 600.0, ..Operations::default() },
            Pricing { price: 1.0, ..Pricing::default() },
        ));
    }
}

fn spawn_banks(world: &mut World) -> (Vec<Fen>, Vec<Fen>) {
    let classes = [BankClass::LargeState, BankClass::City, BankClass::Rural];
    let (mut reserves, mut households) = (Vec::new(), Vec::new());
    for (b, class) in classes.into_iter().enumerate() {
        let firms = (0..19).filter(|slot| slot % 3 == b).count() as Fen;
        let fund_deposits: Fen = if b == 0 { 7_000 } else { 0 };
        let mut bank = Bank {
            id: u16::try_from(b).unwrap(),
            class,
            reserves: 120_000,
            firm_loans: 100_000 * firms,
            lgfv_bonds: 30_000,
            corporate_bonds: if b == 0 { 190_000 - 5_000 } else { 0 },
            local_bonds: 20_000,
            central_bonds: 50_000,
            foreign_assets: 10_000,
            interbank_claims: if b == 0 { 40_000 } else { 0 },
            interbank_debts: if b == 1 { 40_000 } else { 0 },
            central_bank_credit: 30_000,
            margin: 8_000,
            ..Bank::default()
        };
        // Equity of 14 % of risk-weighted assets: households' deposits are the rest.
        bank.deposits = bank.assets()
            - bank.interbank_debts
            - bank.central_bank_credit
            - amounts::share(bank.risk_weighted_assets(), 0.14);
        households.push(bank.deposits - 50_000 * firms - fund_deposits);
        reserves.push(bank.reserves);
        world.spawn(bank);
    }
    (reserves, households)
}

fn insert_authorities(world: &mut World, reserves: Fen) {
    let funds = Funds {
        equity_deposits: 2_000,
        wealth_deposits: 5_000,
        wealth_units: 95_000,
        corporate_bonds: 5_000,
        lgfv_bonds: 60_000,
        local_bonds: 5_000,
        central_bonds: 20_000,
        ..Funds::default()
    };
    let central_bank = CentralBank {
        reserves,
        treasury: 100_000,
        credit: 90_000,
        central_bonds: 30_000,
        foreign_assets: 400_000,
        policy_rate: 0.025,
        ..CentralBank::default()
    };
    let government = CentralGovernment {
        treasury: 100_000,
        bonds: 200_000,
        appropriation: 30_000,
        transfers: vec![20_000, 10_000],
        pension: 100.0,
        ..CentralGovernment::default()
    };
    let indicators = Indicators {
        gdp_nominal: 10_000.0,
        unemployment_rate: 0.05,
        cpi: 1.0,
        cpi_year_ago: 1.0,
        mean_wage: 10.0,
        ..Indicators::default()
    };
    world.insert_resource(PoolTargets::opening(&funds, PoolIncome(0)));
    world.insert_resource(FiscalTargets::opening(&government, &indicators, 0.028, 0.025));
    world.insert_resource(fiscal_rule::CentralDebt { coupon: 0.028 });
    world.insert_resource(RestOfWorld { foreign_liabilities: 430_000, ..RestOfWorld::default() });
    world.insert_resource(RateShifts { opening_policy_rate: 0.025, ..RateShifts::default() });
    world.insert_resource(PoolIncome(0));
    world.insert_resource(funds);
    world.insert_resource(central_bank);
    world.insert_resource(government);
    world.insert_resource(indicators);
}

pub fn world() -> (World, CompiledTick) {
    let mut world = World::new();
    world.insert_resource(Ledger::new(2, 3));
    world.insert_resource(Clock { seed: 7, tick: 0, start_year: 2024, start_quarter: 1 });
    world.insert_resource(structure());
    world.insert_resource(Events::default());
    world.insert_resource(Tally::default());
    world.insert_resource(GoodsBook::default());
    spawn_firms(&mut world);
    let (reserves, households) = spawn_banks(&mut world);
    insert_authorities(&mut world, reserves.iter().sum());
    world.insert_resource(Households(households));
    let opening: Vec<Bank> = world.query::<&Bank>().iter(&world).cloned().collect();
    world.insert_resource(BankTargets::opening(&opening, &loan_quality::Parameters::default()));
    for bonds_at_funds in [20_000, 40_000] {
        world.spawn(FinancingVehicle { bonds: 75_000, bonds_at_funds, ..FinancingVehicle::default() });
    }
    let tick = Tick::new()
        .phase("credit")
        .run::<FirmCredit>()
        .phase("services")
        .run::<BankServices>()
        .phase("banks")
        .run::<LoanQuality>()
        .run::<BankIncome>()
        .run::<WealthManagement>()
        .run::<Interbank>()
        .run::<Resolution>()
        .phase("authorities")
        .run::<MonetaryPolicy>()
        .run::<FiscalRule>();
    tick.insert_parameters(&mut world, &Configuration::defaults("test", tick.registry()));
    (world, tick.compile(close_phase))
}
