//! A small economy of firms for the tests of this folder: two industries and AI services, two regions.

use super::stages::StageShares;
use super::{Compute, Frontier, TechnologySupport, frontier, opening_technology};
use crate::accounts::Money;
use crate::agents::{Books, Capital, Identity, MAX_SECTORS, Operations, Staff, TASKS, Technology, Vintage, firm::Life};
use crate::engine::settings::AiSettings;
use crate::engine::{Clock, Indicators, Mechanism, Stream, StreamKey, Tally};
use crate::structure::{Bundle, RegionStructure, SectorStructure, Structure};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, ScheduleLabel, SingleThreadedExecutor};

pub const BOUNDARY: [f64; TASKS] = [0.08, 0.04, 0.45, 0.25];
const CONTRIBUTIONS: f64 = 0.1;

fn sector(code: &str, task_shares: [f64; TASKS], ai_adopters: f64) -> SectorStructure {
    let wages = [18_000.0, 17_000.0, 20_500.0, 34_000.0];
    let mean: f64 = (0..TASKS).map(|k| task_shares[k] * wages[k]).sum();
    SectorStructure {
        code: code.into(),
        name: code.to_lowercase(),
        storable: false,
        domestic_inputs: [0.0; MAX_SECTORS],
        imported_inputs: [0.0; MAX_SECTORS],
        labour: 2e-5,
        task_shares,
        wages,
        capital_output_ratio: 8.0,
        depreciation: 0.01,
        value_added_tax: 0.0,
        property_tax: 0.0,
        production_tax: 0.0,
        mark_up: 0.2,
        output: 1e6,
        exports: 0.0,
        import_share: 0.0,
        ai_adopters,
        electricity: 0.0,
        ai_services_per_person: 0.73 * (1.0 + CONTRIBUTIONS) * mean,
        government: 0.0,
        households: 0.0,
    }
}

pub fn structure() -> Structure {
    let region = |name: &str| RegionStructure { name: name.into(), college_share: 0.2, adults: 1000 };
    Structure {
        sectors: vec![
            sector("S04", [0.62, 0.12, 0.14, 0.12], 0.05),
            sector("S08", [0.17, 0.32, 0.40, 0.11], 0.08),
            sector("S13", [0.05, 0.10, 0.27, 0.58], 0.2),
        ],
        regions: vec![region("east"), region("west")],
        categories: Vec::new(),
        research: crate::structure::ResearchStructure::default(),
        business_bundle: Bundle::default(),
        public_bundle: Bundle::default(),
        government_imports: [0.0; MAX_SECTORS],
        ai_sector: 2,
        construction: 0,
        real_estate: 0,
        finance: 0,
        public_services: 0,
        energy: 0,
        agriculture: 0,
        emerging: vec![2],
        persons_per_worker: 10.0,
        firms_per_firm_agent: 1.0,
        growth: 0.0115,
        inflation: 0.0025,
        gdp: 1e8,
        materials_ratio: 1.1,
        finished_goods_ratio: 0.2,
        normal_utilisation: 0.75,
        employer_contribution_rate: CONTRIBUTIONS,
        tariff_rate: 0.0,
        import_elasticity: 1.5,
        mean_income: 1e5,
        unemployment_rate: 0.05,
    }
}

#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
struct Only;

pub struct SmallWorld {
    pub world: World,
}

impl SmallWorld {
    pub fn new(firms: usize, seed: u64) -> Self {
        let mut world = World::new();
        let structure = structure();
        let frontier = Frontier::opening(&structure, BOUNDARY, &frontier::Parameters::default());
        let key = StreamKey::new(seed, 0, Stream::OpeningFirms);
        for slot in 0..firms {
            let s = slot % 3;
            let sector = &structure.sectors[s];
            let mut draws = key.agent(slot as u64);
            let size = libm::exp(draws.normal());
            let adopted = draws.chance(sector.ai_adopters);
            let (stage, technology) = opening_technology(sector, BOUNDARY, adopted, draws.chance(0.5), 0.3);
            let heads: [u32; TASKS] =
                core::array::from_fn(|k| draws.round(1.0 + 40.0 * size * sector.task_shares[k]) as u32);
            let all: u32 = heads.iter().sum();
            let people = f64::from(all) * structure.persons_per_worker;
            let staff = Staff {
                heads,
                efficiency: heads.map(|h| i64::from(h) << 16),
                task_mix: heads.map(|h| f64::from(h) / f64::from(all)),
                posted_wage: 18_000.0,
                ..Staff::default()
            };
            let operations = Operations {
                ability: libm::exp(0.2 * draws.normal()),
                quality: 1.0,
                productivity: 1.0,
                ..Operations::default()
            };
            let books = Books {
                lagged_value_added: Money::from_yuan(people * 40_000.0),
                lagged_revenue: Money::from_yuan(people * 120_000.0),
                ..Books::default()
            };
            let identity = Identity {
                sector: s as u8,
                region: (slot / 3 % 2) as u8,
                stage,
                life: Life::Active,
                ..Identity::default()
            };
            let capital =
                Capital { vintages: vec![Vintage { quantity: people, productivity: 1.0, ..Vintage::default() }] };
            world.spawn((identity, operations, staff, technology, books, capital));
        }
        world.insert_resource(Indicators {
            prices: vec![1.0; 3],
            task_premium: [1.0, 17.0 / 18.0, 20.5 / 18.0, 34.0 / 18.0],
            ..Indicators::default()
        });
        world.insert_resource(structure);
        world.insert_resource(frontier);
        world.insert_resource(Clock { seed, tick: 0, start_year: 2024, start_quarter: 1 });
        world.insert_resource(AiSettings::default());
        world.init_resource::<Compute>();
        world.init_resource::<TechnologySupport>();
        world.init_resource::<StageShares>();
        world.init_resource::<Tally>();
        let mut small = Self { world };
        small.normalise_ability();
        small.publish();
        small
    }

    /// Runs one mechanism alone, as the tick would; its parameters are the defaults unless a test set them.
    pub fn run_only<M: Mechanism>(&mut self, tick: u32)
    where
        M::Parameters: Resource,
    {
        self.world.resource_mut::<Clock>().tick = tick;
        if !self.world.contains_resource::<M::Parameters>() {
            self.world.insert_resource(M::Parameters::default());
        }
        let mut schedule = Schedule::new(Only);
        schedule.set_executor(SingleThreadedExecutor::new());
        schedule
            .set_build_settings(ScheduleBuildSettings { ambiguity_detection: LogLevel::Error, ..Default::default() });
        schedule.add_systems(M::systems());
        schedule.run(&mut self.world);
    }

    /// Stands in for banks that never refuse.
    pub fn fund_everything(&mut self) {
        for mut technology in self.world.query::<&mut Technology>().iter_mut(&mut self.world) {
            technology.funded |= technology.project_cost > Money::ZERO;
        }
    }

    /// Publishes adopters' shares, here by heads of firms.
    pub fn publish(&mut self) {
        let (mut sectors, mut regions) = ([(0.0, 0.0); 3], [(0.0, 0.0); 2]);
        for (identity, technology) in self.world.query::<(&Identity, &Technology)>().iter(&self.world) {
            for (part, all) in [&mut sectors[usize::from(identity.sector)], &mut regions[usize::from(identity.region)]]
            {
                *part += if technology.adopted { 1.0 } else { 0.0 };
                *all += 1.0;
            }
        }
        let mut indicators = self.world.resource_mut::<Indicators>();
        indicators.adopters_by_sector = sectors.iter().map(|(part, all)| part / all).collect();
        indicators.adopters_by_region = regions.iter().map(|(part, all)| part / all).collect();
    }

    pub fn each(&mut self, mut visit: impl FnMut(usize, &mut Technology, &mut Identity)) {
        let mut query = self.world.query::<(&mut Technology, &mut Identity)>();
        for (slot, (mut technology, mut identity)) in query.iter_mut(&mut self.world).enumerate() {
            visit(slot, &mut technology, &mut identity);
        }
    }

    pub fn operations(&mut self, value: impl Fn(&Operations) -> f64) -> Vec<f64> {
        self.world.query::<&Operations>().iter(&self.world).map(value).collect()
    }

    pub fn adopters(&mut self) -> f64 {
        let adopted: Vec<bool> = self.world.query::<&Technology>().iter(&self.world).map(|t| t.adopted).collect();
        adopted.iter().filter(|a| **a).count() as f64 / adopted.len() as f64
    }

    pub fn indicators(&mut self) -> Mut<'_, Indicators> {
        self.world.resource_mut::<Indicators>()
    }

    pub fn frontier(&self) -> &Frontier {
        self.world.resource::<Frontier>()
    }

    /// All state in words: equal texts are equal bits.
    pub fn print(&mut self) -> String {
        let firms: Vec<String> = self
            .world
            .query::<(&Identity, &Operations, &Technology)>()
            .iter(&self.world)
            .map(|(identity, operations, technology)| format!("{identity:?}{operations:?}{technology:?}"))
            .collect();
        format!("{firms:?}{:?}", self.frontier())
    }

    /// Mean of ln ability in a sector, weighted by sales.
    pub fn mean_ability(&mut self, sector: u8) -> f64 {
        let (mut weighted, mut weight) = (0.0, 0.0);
        let mut query = self.world.query::<(&Identity, &Books, &Operations)>();
        for (_, books, operations) in query.iter(&self.world).filter(|(i, ..)| i.sector == sector) {
            weighted += books.lagged_revenue.yuan() * libm::log(operations.ability);
            weight += books.lagged_revenue.yuan();
        }
        weighted / weight
    }

    /// Makes the mean of ln ability zero in every sector.
    fn normalise_ability(&mut self) {
        let means = [0, 1, 2].map(|s| self.mean_ability(s));
        for (identity, mut operations) in self.world.query::<(&Identity, &mut Operations)>().iter_mut(&mut self.world) {
            operations.ability *= libm::exp(-means[usize::from(identity.sector)]);
        }
    }
}
