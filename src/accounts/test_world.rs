//! The opening position as a world, for tests of accounts and statistics.
#![allow(clippy::missing_panics_doc, reason = "tests")]

use super::balance::HomeValues;
use super::ledger::Ledger;
use crate::agents::Books;
use crate::calibration::assumptions::Assumptions;
use crate::calibration::opening::{Opening, OpeningOptions};
use crate::calibration::{Tables, load};
use crate::engine::settings::PopulationSettings;
use crate::engine::{Clock, Events, GoodsBook, Indicators, Tally};
use crate::structure::Structure;
use bevy_ecs::prelude::World;
use std::sync::OnceLock;

/// The opening of a tiny country: ten thousand workers.
#[must_use]
pub fn opening() -> &'static Opening {
    static OPENING: OnceLock<Opening> = OnceLock::new();
    OPENING.get_or_init(|| {
        let tables: Tables = load(None).expect("embedded tables are sound");
        let options = OpeningOptions {
            assumptions: Assumptions::default(),
            population: PopulationSettings { persons_per_worker: 145_000.0, ..PopulationSettings::default() },
            stationary: false,
            automation: "automatable_task_share_language_model",
            rules: crate::calibration::opening::Rules::default(),
            technical_progress: crate::mechanisms::technology::frontier::Parameters::default().opening_growth(),
            bank_cost_share: 0.3,
            specific_provisions: 0.5,
            seed: 1,
        };
        Opening::build(tables, &options).expect("the opening can be built")
    })
}

/// Starts a quarter as the calendar does: firms' profit and loss begin anew, the ledger and the goods book are empty.
pub fn begin_quarter(world: &mut World) {
    for mut books in world.query::<&mut Books>().iter_mut(world) {
        books.start_tick();
    }
    let sectors = world.resource::<Structure>().sector_count();
    world.resource_mut::<GoodsBook>().start_tick(sectors);
    super::open_books(world);
}

/// A world with all agents and resources of an opening.
#[must_use]
pub fn world(o: &Opening) -> World {
    let mut world = World::new();
    let sectors = o.structure.sector_count();
    for (draft, ((wallet, home), links)) in o.workers.iter().zip(o.wallets.iter().zip(&o.links)) {
        world.spawn((draft.person, draft.job, *wallet, *home, *links));
    }
    for f in o.firms.clone() {
        world.spawn((
            (f.identity, f.operations, f.pricing, f.inventory, f.staff, f.capital),
            (f.technology, f.books, f.suppliers, f.ownership, f.development),
        ));
    }
    for pair in o.governments.clone() {
        world.spawn(pair);
    }
    for bank in o.banks.clone() {
        world.spawn(bank);
    }
    world.insert_resource(o.structure.clone());
    world.insert_resource(o.central_government.clone());
    world.insert_resource(o.central_bank.clone());
    world.insert_resource(o.funds.clone());
    world.insert_resource(o.rest_of_world.clone());
    world.insert_resource(o.instruments.clone());
    world.insert_resource(Ledger::new(sectors, o.banks.len()));
    world.insert_resource(HomeValues { households: 20_000_000_000_000_000 });
    world.insert_resource(Clock { seed: 1, tick: 0, start_year: 2024, start_quarter: 1 });
    world.insert_resource(Indicators::default());
    world.insert_resource(Tally::default());
    world.insert_resource(Events::default());
    let mut goods = GoodsBook::default();
    goods.start_tick(sectors);
    world.insert_resource(goods);
    world
}
