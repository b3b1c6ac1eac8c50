//! A small world for tests: two regions, three sectors, a few dozen firms and some hundred workers at rest.

use super::payroll::{Gap, headcount_gaps, join};
use super::task_distribution::TaskDistribution;
use super::{Amenities, Dismissals, LifeTable, Raises, RegionalWages, TaskPremia};
use crate::accounts::Money;
use crate::accounts::ledger::Ledger;
use crate::agents::firm::Life;
use crate::agents::{Books, CentralGovernment, Identity, Job, NOBODY, Person, Staff, Status, TASKS, Wallet};
use crate::calibration;
use crate::engine::{Clock, Events, Indicators, Mechanism, Stream, StreamKey, Systems, Tally, Tick};
use crate::structure::{RegionStructure, SectorStructure, Structure};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;

/// Components of a worker that labour mechanisms touch.
pub type Worker = (Person, Job, Wallet);

/// Posted wage of every firm \[yuan per person and quarter\].
pub const WAGE: f64 = 20_000.0;

fn sector(code: &str, output: f64, wages: f64) -> SectorStructure {
    SectorStructure {
        code: code.into(),
        name: code.into(),
        storable: false,
        domestic_inputs: [0.0; crate::agents::MAX_SECTORS],
        imported_inputs: [0.0; crate::agents::MAX_SECTORS],
        labour: 1e-6,
        task_shares: [0.25; TASKS],
        wages: [wages; TASKS],
        capital_output_ratio: 4.0,
        depreciation: 0.02,
        value_added_tax: 0.0,
        property_tax: 0.0,
        production_tax: 0.0,
        mark_up: 0.2,
        output,
        exports: 0.0,
        import_share: 0.0,
        ai_adopters: 0.0,
        electricity: 0.0,
        ai_services_per_person: 0.0,
        government: 0.0,
        households: output,
    }
}

/// Farms, manufacturing and public services in two regions of equal size.
#[must_use]
pub fn structure(adults: usize) -> Structure {
    let region = |name: &str| RegionStructure { name: name.into(), college_share: 0.2, adults: adults / 2 };
    Structure {
        sectors: vec![sector("S01", 1e8, WAGE), sector("S02", 1e8, WAGE), sector("S12", 1e8, WAGE)],
        regions: vec![region("north"), region("south")],
        categories: Vec::new(),
        research: crate::structure::ResearchStructure::default(),
        business_bundle: crate::structure::Bundle::default(),
        public_bundle: crate::structure::Bundle::default(),
        government_imports: [0.0; crate::agents::MAX_SECTORS],
        ai_sector: 1,
        construction: 1,
        real_estate: 1,
        finance: 1,
        public_services: 2,
        energy: 1,
        agriculture: 0,
        emerging: Vec::new(),
        persons_per_worker: 100.0,
        firms_per_firm_agent: 100.0,
        growth: 0.0,
        inflation: 0.0,
        gdp: 3e8,
        materials_ratio: 1.0,
        finished_goods_ratio: 0.2,
        normal_utilisation: 0.75,
        employer_contribution_rate: 0.1,
        tariff_rate: 0.0,
        import_elasticity: 1.5,
        mean_income: 1e6,
        unemployment_rate: 0.052,
    }
}

/// Hazards of the calibration tables.
#[must_use]
pub fn life_table() -> LifeTable {
    let population = calibration::load(None).expect("built-in tables are sound").population;
    LifeTable::with_unemployment(&population, 0.04)
}

/// Indicators of an economy at rest.
#[must_use]
pub fn indicators() -> Indicators {
    Indicators {
        prices: vec![1.0; 3],
        cpi: 1.0,
        cpi_year_ago: 1.0,
        unemployment_rate: 0.052,
        unemployment_by_market: vec![0.052; 2 * TASKS],
        tightness_by_market: vec![0.5; 2 * TASKS],
        wages_by_market: vec![WAGE; 2 * TASKS],
        mean_wage: WAGE,
        posted_wages_by_sector: vec![WAGE; 3],
        task_premium: [1.0; TASKS],
        home_prices: vec![10_000.0; 2],
        ..Indicators::default()
    }
}

/// Workers and firms of two regions; the last slot of each region is vacant. Ages follow the stationary population, and
/// employment, unemployment and the rest follow participation.
///
/// # Panics
/// If there are fewer than four firms.
#[must_use]
pub fn world(workers: usize, firms: usize, seed: u64) -> World {
    assert!(firms >= 4, "two regions with a firm and a vacant slot each");
    let mut world = World::new();
    let table = life_table();
    let per_region = firms / 2;
    let mut parts: Vec<(Identity, Staff, Books)> = (0..per_region * 2)
        .map(|slot| {
            let life = if slot % per_region == per_region - 1 { Life::Vacant } else { Life::Active };
            let sector = (slot % 3) as u8;
            let region = (slot / per_region) as u8;
            let identity =
                Identity { sector, region, life, public: sector == 2, bank: sector.into(), ..Identity::default() };
            (
                identity,
                Staff { posted_wage: WAGE, ..Staff::default() },
                Books { lagged_profit: Money(1), ..Books::default() },
            )
        })
        .collect();
    let ages = cumulative(&table.stationary_ages());
    let key = StreamKey::new(seed, 0, Stream::OpeningPopulation);
    let people: Vec<Worker> =
        (0..workers).map(|i| worker(i, workers, per_region, &ages, &table, key, &mut parts)).collect();
    for (_, staff, _) in &mut parts {
        staff.desired = staff.heads.map(f64::from);
        staff.positions = staff.heads;
    }
    world.insert_resource(TaskDistribution::from_heads(&super::demography::heads_by_market(
        people.iter().map(|w| &w.0),
        2,
    )));
    world.spawn_batch(people).for_each(drop);
    world.spawn_batch(parts).for_each(drop);
    world.insert_resource(structure(workers));
    world.insert_resource(table);
    world.insert_resource(indicators());
    world.insert_resource(TaskPremia::new([1.0; TASKS]));
    world.insert_resource(Ledger::new(3, 4));
    world.insert_resource(Clock { seed, tick: 0, start_year: 2024, start_quarter: 1 });
    world.init_resource::<Amenities>();
    world.init_resource::<Dismissals>();
    world.init_resource::<CentralGovernment>();
    world.init_resource::<Raises>();
    world.init_resource::<RegionalWages>();
    world.init_resource::<Tally>();
    world.init_resource::<Events>();
    world
}

fn cumulative(shares: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    shares
        .iter()
        .map(|s| {
            sum += s;
            sum
        })
        .collect()
}

fn worker(
    i: usize,
    workers: usize,
    per_region: usize,
    ages: &[f64],
    table: &LifeTable,
    key: StreamKey,
    firms: &mut [(Identity, Staff, Books)],
) -> Worker {
    let mut draws = key.agent(i as u64);
    let region = usize::from(i >= workers / 2);
    let u = draws.uniform();
    let age = 64 + ages.partition_point(|c| *c < u).min(ages.len() - 1) as u16;
    let skill = super::skills::draw_talent(&mut draws, 0.3);
    let task = draws.below(TASKS) as u8;
    let mut person =
        Person { skill, talent: skill, age, bank: (i % 3) as u16, region: region as u8, task, ..Person::default() };
    let mut job = Job { wage: WAGE as f32 * skill, spell: draws.below(40) as u16, ..Job::default() };
    person.status = if !draws.chance(table.participation(age)) {
        LifeTable::status_outside(age)
    } else if draws.chance(0.052) {
        Status::Unemployed
    } else {
        let slot = region * per_region + draws.below(per_region - 1);
        job.employer = slot as u32;
        job.farm = u8::from(firms[slot].0.sector == 0);
        join(&mut firms[slot].1, task, skill);
        Status::Employed
    };
    (person, job, Wallet { deposits: Money::from_yuan(1e7), ..Wallet::default() })
}

/// Inserts a mechanism's default parameters unless the test has set some.
pub fn parameters_of<M: Mechanism>(world: &mut World) {
    if !world.contains_resource::<M::Parameters>() {
        world.insert_resource(M::Parameters::default());
    }
}

fn nothing() -> Systems {
    (|| {}).into_configs()
}

/// Runs a tick so many times, each with a fresh tally and ledger; `before` plans and publishes.
///
/// # Panics
/// Never: nothing in the run fails.
pub fn run_tick(world: &mut World, tick: &Tick, ticks: u32, mut before: impl FnMut(&mut World)) {
    let mut compiled = tick.compile(nothing);
    for _ in 0..ticks {
        world.resource_mut::<Clock>().tick += 1;
        world.insert_resource(Tally::default());
        world.resource_mut::<Ledger>().start_tick();
        before(world);
        compiled.run(world, |_, _| Ok::<(), ()>(())).expect("nothing fails");
    }
}

/// Runs one mechanism alone.
pub fn run<M: Mechanism>(world: &mut World, ticks: u32) {
    parameters_of::<M>(world);
    run_tick(world, &Tick::new().phase("labour").run::<M>(), ticks, |_| {});
}

/// All workers by row.
pub fn workers(world: &mut World) -> Vec<Worker> {
    world.query::<(&Person, &Job, &Wallet)>().iter(world).map(|(p, j, w)| (*p, *j, *w)).collect()
}

/// All payrolls by slot.
pub fn staff(world: &mut World) -> Vec<Staff> {
    world.query::<&Staff>().iter(world).copied().collect()
}

/// All books by slot.
pub fn books(world: &mut World) -> Vec<Books> {
    world.query::<&Books>().iter(world).copied().collect()
}

/// Payrolls that disagree with the workers.
pub fn gaps(world: &mut World) -> Vec<Gap> {
    let staff = staff(world);
    let workers = workers(world);
    assert!(
        workers.iter().all(|w| (w.1.employer != NOBODY) == (w.0.status == Status::Employed)),
        "status and employer agree"
    );
    headcount_gaps(workers.iter().map(|w| (&w.0, &w.1)), &staff)
}

/// Slot and class of the payroll with most heads.
pub fn largest_payroll(world: &mut World) -> (usize, usize) {
    let staff = staff(world);
    let all = (0..staff.len()).flat_map(|f| (0..TASKS).map(move |k| (f, k)));
    all.max_by_key(|(f, k)| staff[*f].heads[*k]).expect("there are firms")
}

/// Changes one payroll.
pub fn staff_mut(world: &mut World, slot: usize, change: impl FnOnce(&mut Staff)) {
    change(&mut world.query::<&mut Staff>().iter_mut(world).nth(slot).expect("a slot"));
}

/// Changes one firm's books.
pub fn books_mut(world: &mut World, slot: usize, change: impl FnOnce(&mut Books)) {
    change(&mut world.query::<&mut Books>().iter_mut(world).nth(slot).expect("a slot"));
}

/// Changes one firm's identity.
pub fn identity_mut(world: &mut World, slot: usize, change: impl FnOnce(&mut Identity)) {
    change(&mut world.query::<&mut Identity>().iter_mut(world).nth(slot).expect("a slot"));
}

/// Changes every job.
pub fn each_job(world: &mut World, change: impl Fn(&mut Job)) {
    for mut job in world.query::<&mut Job>().iter_mut(world) {
        change(&mut job);
    }
}
