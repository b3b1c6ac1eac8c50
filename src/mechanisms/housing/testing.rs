//! A tiny economy for tests of homes, land and public finance, and a check of its balance sheets against the ledger.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers of a test are small"
)]

use super::market::Parameters;
use super::opening::{self, Developer, OpeningFigures};
use super::{ConstructionDeliveries, ConstructionOrders, HomeDemand, HomeValues};
use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Money, Party};
use crate::agents::firm::Life;
use crate::agents::{
    Bank, Books, Development, FinancingVehicle, Funds, Home, Identity, LendingRoom, LocalGovernment, NOBODY, Person,
    Wallet,
};
use crate::engine::{Clock, Events, Indicators, Tally};
use crate::structure::{Bundle, RegionStructure, Structure};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::SingleThreadedExecutor;

const SECTORS: usize = 3;
const REAL_ESTATE: usize = 1;
const REGIONS: usize = 2;

/// Two regions, three sectors: others (0), real estate (1), construction (2).
pub fn structure() -> Structure {
    let region = |name: &str| RegionStructure { name: name.into(), college_share: 0.2, adults: 0 };
    Structure {
        sectors: Vec::new(),
        regions: vec![region("north"), region("south")],
        categories: Vec::new(),
        research: crate::structure::ResearchStructure::default(),
        business_bundle: Bundle::default(),
        public_bundle: Bundle::default(),
        government_imports: [0.0; crate::agents::MAX_SECTORS],
        ai_sector: 0,
        construction: 2,
        real_estate: REAL_ESTATE,
        finance: 0,
        public_services: 0,
        energy: 0,
        agriculture: 0,
        emerging: Vec::new(),
        persons_per_worker: 1_000.0,
        firms_per_firm_agent: 1.0,
        growth: 0.0,
        inflation: 0.0,
        gdp: 1.0,
        materials_ratio: 1.0,
        finished_goods_ratio: 0.2,
        normal_utilisation: 0.75,
        employer_contribution_rate: 0.1,
        tariff_rate: 0.0,
        import_elasticity: 1.5,
        mean_income: 1.0,
        unemployment_rate: 0.05,
    }
}

/// Runs one system on the world.
pub fn run<M>(world: &mut World, system: impl IntoSystem<(), (), M> + 'static) {
    let mut schedule = Schedule::default();
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.add_systems(system.into_configs());
    schedule.run(world);
}

fn figures(workers: usize) -> OpeningFigures {
    let floor = 48.0e3 * workers as f64;
    let sales = 0.005 * floor;
    OpeningFigures {
        sales: vec![0.5 * sales, 0.5 * sales],
        sales_value: 10_000.0 * sales,
        construction: 5_000.0 * sales,
        land_revenue: vec![2_000.0 * sales, 2_500.0 * sales],
        developer_homes: 55_000.0 * sales,
        developer_land: 25_000.0 * sales,
        government_land: 40_000.0 * sales,
        land_cost_share: 0.75,
        existing_price_ratio: 0.55,
        overhang: 1.0,
        price_growth: 0.0,
        demolition: None,
        seed: 5,
    }
}

fn spawn_governments(world: &mut World, land_banks: &[(f64, f64)]) {
    for (g, (land, value)) in land_banks.iter().enumerate() {
        let government = LocalGovernment {
            region: g as u8,
            bank: g as u16,
            deposits: 60_000_000_000_000,
            bonds: 200_000_000_000_000,
            land: *land,
            land_value: (*value * 100.0).round() as Fen,
            infrastructure: 300_000_000_000_000,
            appropriation: 20_000_000_000_000,
            investment_appropriation: 8_000_000_000_000,
            payment_ratio: 1.0,
            ..LocalGovernment::default()
        };
        let vehicle = FinancingVehicle {
            deposits: 40_000_000_000_000,
            loans: vec![150_000_000_000_000, 100_000_000_000_000],
            bonds: 80_000_000_000_000,
            bonds_at_funds: 30_000_000_000_000,
            capital: 300_000_000_000_000,
            ..FinancingVehicle::default()
        };
        world.spawn((government, vehicle));
    }
}

/// Households, four developers, two local governments with vehicles and two banks, in balance.
pub fn buyers_world(workers: usize) -> World {
    let mut world = World::new();
    let structure = structure();
    let people: Vec<(Person, Wallet)> = (0..workers)
        .map(|w| {
            let spread = 0.5 + (w % 11) as f64 / 10.0;
            let person = Person { region: (w % REGIONS) as u8, bank: (w % 2) as u16, age: 160, ..Person::default() };
            let wallet = Wallet {
                deposits: Money::from_yuan(150.0e6 * spread),
                income: Money::from_yuan(11.0e6 * spread),
                ..Wallet::default()
            };
            (person, wallet)
        })
        .collect();
    let mut homes = vec![Home { floor_space: 48.0e3, developer: NOBODY, ..Home::default() }; workers];
    let identity = |slot: usize| Identity {
        sector: if slot < 4 { REAL_ESTATE as u8 } else { 2 },
        region: (slot % REGIONS) as u8,
        life: Life::Active,
        bank: (slot % 2) as u16,
        ..Identity::default()
    };
    let mut firms: Vec<(Identity, Books, Development)> = (0..6)
        .map(|slot| {
            (identity(slot), Books { deposits: Money::from_yuan(5.0e10), ..Books::default() }, Development::default())
        })
        .collect();
    let opening = {
        let mut households: Vec<_> = people.iter().zip(&mut homes).map(|((p, w), h)| (p, w, h)).collect();
        let mut developers: Vec<Developer<'_>> = firms
            .iter_mut()
            .take(4)
            .enumerate()
            .map(|(slot, (identity, books, development))| Developer {
                slot: slot as u32,
                identity,
                weight: 1.0,
                books,
                development,
            })
            .collect();
        opening::open(&mut households, &mut developers, &figures(workers), &structure, &Parameters::default(), 0.025)
    };
    world.spawn_batch(people.into_iter().zip(homes).map(|((p, w), h)| (p, w, h)).collect::<Vec<_>>());
    world.spawn_batch(firms);
    spawn_governments(&mut world, &opening.land_banks);
    for id in 0..2u16 {
        world.spawn(Bank {
            id,
            room: LendingRoom::open(1_000_000_000_000_000),
            lgfv_loans: if id == 0 { 300_000_000_000_000 } else { 200_000_000_000_000 },
            lgfv_bonds: if id == 0 { 60_000_000_000_000 } else { 40_000_000_000_000 },
            local_bonds: if id == 0 { 250_000_000_000_000 } else { 100_000_000_000_000 },
            ..Bank::default()
        });
    }
    let mut indicators =
        Indicators { policy_rate: 0.025, cpi: 1.0, prices: vec![1.0; SECTORS], ..Indicators::default() };
    opening.publish(&mut indicators);
    world.insert_resource(Funds {
        wealth_bank: 1,
        wealth_deposits: 50_000_000_000_000,
        lgfv_bonds: 60_000_000_000_000,
        local_bonds: 50_000_000_000_000,
        ..Funds::default()
    });
    world.insert_resource(indicators);
    world.insert_resource(opening.reference);
    world.insert_resource(opening.values);
    world.insert_resource(structure);
    world.insert_resource(Ledger::new(SECTORS, 2));
    world.insert_resource(Clock { seed: 3, tick: 1, start_year: 2024, start_quarter: 1 });
    world.insert_resource(Parameters::default());
    world.insert_resource(super::development::Parameters::default());
    world.insert_resource(super::prices::Parameters::default());
    world.insert_resource(crate::mechanisms::public::land::Parameters::default());
    world.init_resource::<crate::mechanisms::public::LandCompensation>();
    world.insert_resource(super::values::Parameters::default());
    world.init_resource::<HomeDemand>();
    world.init_resource::<ConstructionOrders>();
    world.init_resource::<ConstructionDeliveries>();
    world.init_resource::<Tally>();
    world.init_resource::<Events>();
    world
}

/// Stands in for the goods market: construction firms deliver every order at a price of one.
pub fn deliver_construction(world: &mut World) {
    let orders = core::mem::take(&mut world.resource_mut::<ConstructionOrders>().0);
    for (slot, units) in orders {
        let paid = units.value(1.0);
        let mut firms = world.query::<(&Identity, &mut Books)>();
        let mut firms: Vec<_> = firms.iter_mut(world).collect();
        firms[slot as usize].1.deposits -= paid;
        firms[5].1.deposits += paid;
        let (from, to) = (usize::from(firms[slot as usize].0.bank), usize::from(firms[5].0.bank));
        drop(firms);
        world
            .resource_mut::<Ledger>()
            .open_tagged(Flow::Investment, Some(Instrument::Homes), None)
            .from(Party::Firm { sector: REAL_ESTATE, bank: from }, paid.fen())
            .to(Party::Firm { sector: 2, bank: to }, paid.fen())
            .close();
        world.resource_mut::<ConstructionDeliveries>().0.push((slot, paid, units));
    }
}

/// Balances of instruments by column, measured from the agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(Vec<(Instrument, Column, Fen)>);

impl Snapshot {
    /// Measures the world.
    pub fn take(world: &mut World) -> Self {
        let mut b = Vec::new();
        let mut add = |i: Instrument, c: Column, x: Fen| b.push((i, c, x));
        let (mut deposits, mut mortgages, mut advances) = (0, 0, 0);
        for (wallet, home) in world.query::<(&Wallet, &Home)>().iter(world) {
            deposits += wallet.deposits.fen();
            mortgages += home.mortgage.fen();
            advances += home.advances.fen();
        }
        add(Instrument::Deposits, Column::Households, deposits);
        add(Instrument::HouseholdMortgages, Column::Households, -mortgages);
        add(Instrument::CustomerAdvances, Column::Households, advances);
        add(Instrument::Homes, Column::Households, world.resource::<HomeValues>().households);
        for sector in 0..SECTORS {
            let (mut deposits, mut advances, mut homes, mut land, mut owed) = (0, 0, 0, 0, 0);
            for (identity, books, d) in world.query::<(&Identity, &Books, &Development)>().iter(world) {
                if usize::from(identity.sector) == sector {
                    deposits += books.deposits.fen();
                    advances += books.advances.fen();
                    homes += d.homes_value.fen();
                    land += d.land_value.fen();
                    owed += books.receivables.fen();
                }
            }
            let column = Column::Firms(sector);
            add(Instrument::Deposits, column, deposits);
            add(Instrument::CustomerAdvances, column, -advances);
            add(Instrument::Homes, column, homes);
            add(Instrument::Land, column, land);
            add(Instrument::Payables, column, owed);
        }
        for (i, c, x) in Self::public(world) {
            add(i, c, x);
        }
        Self(b)
    }

    fn public(world: &mut World) -> Vec<(Instrument, Column, Fen)> {
        let mut b = Vec::new();
        let (mut lg, mut fv, mut loans) = ([0; 5], [0; 3], 0);
        for (g, v) in world.query::<(&LocalGovernment, &FinancingVehicle)>().iter(world) {
            for (sum, x) in lg.iter_mut().zip([g.deposits, -g.bonds, -g.arrears, g.land_value, g.infrastructure]) {
                *sum += x;
            }
            for (sum, x) in fv.iter_mut().zip([v.deposits, -v.bonds, v.capital]) {
                *sum += x;
            }
            loans -= v.bank_loans();
        }
        let own =
            [Instrument::Deposits, Instrument::LocalBonds, Instrument::Payables, Instrument::Land, Instrument::Capital];
        b.extend(own.into_iter().zip(lg).map(|(i, x)| (i, Column::LocalGovernments, x)));
        let vehicle = [Instrument::Deposits, Instrument::LgfvBonds, Instrument::Capital];
        b.extend(vehicle.into_iter().zip(fv).map(|(i, x)| (i, Column::Lgfvs, x)));
        b.push((Instrument::LgfvLoans, Column::Lgfvs, loans));
        let mut banks = [0; 4];
        for bank in world.query::<&Bank>().iter(world) {
            for (sum, x) in banks.iter_mut().zip([bank.mortgages, bank.local_bonds, bank.lgfv_loans, bank.lgfv_bonds]) {
                *sum += x;
            }
        }
        let assets =
            [Instrument::HouseholdMortgages, Instrument::LocalBonds, Instrument::LgfvLoans, Instrument::LgfvBonds];
        b.extend(assets.into_iter().zip(banks).map(|(i, x)| (i, Column::Banks, x)));
        let funds = world.resource::<Funds>();
        b.push((Instrument::Deposits, Column::Funds, funds.wealth_deposits));
        b.push((Instrument::LocalBonds, Column::Funds, funds.local_bonds));
        b.push((Instrument::LgfvBonds, Column::Funds, funds.lgfv_bonds));
        b
    }

    /// Closing = opening − tagged + other in every cell, rows and columns sum to zero, nothing is negative.
    pub fn check(&self, world: &mut World) {
        let closing = Self::take(world);
        let ledger = world.resource::<Ledger>();
        for ((i, c, before), (_, _, after)) in self.0.iter().zip(&closing.0) {
            let expected = before - ledger.tagged(*i, c.index()) + ledger.other(*i, c.index());
            assert_eq!(*after, expected, "{} of {c:?}", i.name());
        }
        assert!(ledger.breaches().is_empty(), "{:?}", ledger.breaches());
        for row in crate::accounts::ledger::Row::all() {
            assert_eq!(ledger.row_sum(row), 0, "{}", row.name());
        }
        for column in 0..ledger.columns() {
            assert_eq!(ledger.column_sum(column), 0, "column {column}");
        }
        for instrument in Instrument::ALL.iter().filter(|i| !i.is_real()) {
            let sum: Fen = (0..ledger.columns()).map(|c| ledger.other(*instrument, c)).sum();
            assert_eq!(sum, 0, "other changes of {}", instrument.name());
        }
        assert!(world.query::<&Wallet>().iter(world).all(|w| w.deposits.0 >= 0));
        let governments: Vec<_> = world.query::<(&LocalGovernment, &FinancingVehicle)>().iter(world).collect();
        assert!(governments.iter().all(|(g, v)| g.deposits >= 0 && v.deposits >= 0 && g.land_value >= 0));
        assert!(world.resource::<Funds>().wealth_deposits >= 0);
    }
}
