//! `firms` and `workers`: every firm in business and every worker at every tick, written if asked. Tick 0 is the opening.

use super::{FirmHistory, StatisticDoc};
use crate::accounts::Money;
use crate::agents::{
    Books, Capital, Home, Identity, Inventory, Job, NOBODY, Operations, Person, Pricing, Staff, Stage, Status,
    TASK_NAMES, Technology, Wallet,
};
use crate::engine::Clock;
use crate::output::{Table, Values};
use crate::structure::Structure;
use bevy_ecs::prelude::World;

/// A panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Panel {
    /// Every firm in business.
    Firms,
    /// Every worker.
    Workers,
}

/// One firm or worker, as its rules see it.
struct Column<T> {
    name: &'static str,
    unit: &'static str,
    definition: &'static str,
    values: fn(&[T]) -> Values,
}

/// A firm in business.
struct Firm<'w> {
    slot: i64,
    identity: &'w Identity,
    operations: &'w Operations,
    pricing: &'w Pricing,
    inventory: &'w Inventory,
    staff: &'w Staff,
    capital: &'w Capital,
    technology: &'w Technology,
    books: &'w Books,
    factor_productivity: f64,
    structure: &'w Structure,
    tick: i64,
}

/// A worker.
struct Worker<'w> {
    number: i64,
    person: &'w Person,
    job: &'w Job,
    wallet: &'w Wallet,
    home: &'w Home,
    structure: &'w Structure,
    tick: i64,
}

fn whole<T>(rows: &[T], of: impl Fn(&T) -> i64) -> Values {
    Values::Integer(rows.iter().map(of).collect())
}

fn real<T>(rows: &[T], of: impl Fn(&T) -> f64) -> Values {
    Values::Real(rows.iter().map(of).collect())
}

fn text<T>(rows: &[T], of: impl Fn(&T) -> String) -> Values {
    Values::Text(rows.iter().map(of).collect())
}

fn fen<T>(rows: &[T], of: impl Fn(&T) -> Money) -> Values {
    Values::Fen(rows.iter().map(|row| of(row).0.into()).collect())
}

fn region(structure: &Structure, number: u8) -> String {
    structure.regions.get(usize::from(number)).map_or_else(String::new, |region| region.name.clone())
}

const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Industrial => "industrial",
        Stage::Digital => "digital",
        Stage::Intelligent => "intelligent",
    }
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Employed => "employed",
        Status::Unemployed => "unemployed",
        Status::Training => "training",
        Status::OutOfLabourForce => "out_of_labour_force",
        Status::Retired => "retired",
    }
}

/// Depth of AI over the firm's tasks, weighted by their mix.
fn ai_depth(firm: &Firm<'_>) -> f64 {
    let mix: f64 = firm.staff.task_mix.iter().sum();
    let used: f64 = firm.technology.ai_depth.iter().zip(&firm.staff.task_mix).map(|(depth, mix)| depth * mix).sum();
    if mix > 0.0 { used / mix } else { 0.0 }
}

const fn column<T>(
    name: &'static str,
    unit: &'static str,
    definition: &'static str,
    values: fn(&[T]) -> Values,
) -> Column<T> {
    Column { name, unit, definition, values }
}

fn firm_columns<'w>() -> [Column<Firm<'w>>; 23] {
    let yuan = "CNY of 2023 per quarter";
    [
        column("tick", "quarters", "quarter since the start; 0 is the opening position", |f| whole(f, |f| f.tick)),
        column("firm", "", "slot of the firm; a new firm may take the slot of a closed one", |f| whole(f, |f| f.slot)),
        column("sector", "", "code of the sector", |f| {
            text(f, |f| f.structure.sectors[usize::from(f.identity.sector)].code.clone())
        }),
        column("region", "", "name of the region", |f| text(f, |f| region(f.structure, f.identity.region))),
        column("stage", "", "industrial, digital or intelligent", |f| text(f, |f| stage(f.identity.stage).to_owned())),
        column("age", "quarters", "quarters since foundation", |f| whole(f, |f| f.identity.age.into())),
        column("public", "1", "1 for a public service unit, else 0", |f| whole(f, |f| f.identity.public.into())),
        column("staff", "worker agents", "employees", |f| {
            whole(f, |f| f.staff.heads.iter().map(|heads| i64::from(*heads)).sum())
        }),
        column("vacancies", "worker agents", "posts that the firm wants to fill", |f| {
            whole(f, |f| f.staff.vacancies.iter().map(|posts| i64::from(*posts)).sum())
        }),
        column("output_cny2023", yuan, "output, or capacity offered (services)", |f| {
            real(f, |f| f.operations.output.units())
        }),
        column("sales_cny2023", yuan, "sold", |f| real(f, |f| f.operations.sold.units())),
        column("capital_cny2023", "CNY of 2023", "capital in use", |f| real(f, |f| f.capital.quantity())),
        column("capital_utilisation", "1", "use of capital", |f| real(f, |f| f.operations.utilisation)),
        column("price", "2023 = 1", "price charged, taxes included", |f| real(f, |f| f.pricing.price)),
        column("mark_up", "1", "mark-up over unit cost", |f| real(f, |f| f.pricing.mark_up)),
        column("productivity", "1", "labour productivity: mean vintage times ability times digital gain", |f| {
            real(f, |f| f.operations.productivity)
        }),
        column(
            "ai_depth",
            "1",
            "depth of AI that the firm has reached, weighted by its mix of tasks; services that were not delivered are not taken off (as they are in sectors.ai_depth)",
            |f| real(f, ai_depth),
        ),
        column("deposits_fen", "fen", "bank deposits", |f| fen(f, |f| f.books.deposits)),
        column("loans_fen", "fen", "bank loan", |f| fen(f, |f| f.books.loans)),
        column("bonds_fen", "fen", "bonds issued", |f| fen(f, |f| f.books.bonds)),
        column("inventories_fen", "fen", "inventories at cost", |f| fen(f, |f| f.inventory.value())),
        column("revenue_fen", "fen", "sales of the quarter, taxes included", |f| fen(f, |f| f.books.revenue)),
        column(
            "tfp",
            "log points",
            "total factor productivity: log real value added less the sector's labour share of log effective hours and its capital share of log capital",
            |f| real(f, |f| f.factor_productivity),
        ),
    ]
}

fn worker_columns<'w>() -> [Column<Worker<'w>>; 15] {
    [
        column("tick", "quarters", "quarter since the start; 0 is the opening position", |w| whole(w, |w| w.tick)),
        column("worker", "", "number of the worker; an heir takes the number of the deceased", |w| {
            whole(w, |w| w.number)
        }),
        column("region", "", "name of the region", |w| text(w, |w| region(w.structure, w.person.region))),
        column("age", "quarters", "age", |w| whole(w, |w| w.person.age.into())),
        column("task", "", "task class", |w| text(w, |w| TASK_NAMES[usize::from(w.person.task)].to_owned())),
        column("skill", "1", "efficiency units in the own task class, mean one", |w| {
            real(w, |w| f64::from(w.person.skill))
        }),
        column("status", "", "employed, unemployed, training, out_of_labour_force or retired", |w| {
            text(w, |w| status(w.person.status).to_owned())
        }),
        column("employer", "", "slot of the employer, -1 without one", |w| {
            whole(w, |w| if w.job.employer == NOBODY { -1 } else { w.job.employer.into() })
        }),
        column("wage_cny", "CNY per person and quarter", "wage of the job, or the last one", |w| {
            real(w, |w| f64::from(w.job.wage))
        }),
        column("spell", "quarters", "length of the current spell in work, out of work or in training", |w| {
            whole(w, |w| w.job.spell.into())
        }),
        column("deposits_fen", "fen", "bank deposits of the household", |w| fen(w, |w| w.wallet.deposits)),
        column("income_fen", "fen", "disposable income of the quarter, before loan repayments", |w| {
            fen(w, |w| w.wallet.income)
        }),
        column("consumption_cny2023", "CNY of 2023 per quarter", "consumption", |w| {
            real(w, |w| f64::from(w.wallet.real_consumption))
        }),
        column("floor_space", "square metres", "floor space owned by all persons of the agent", |w| {
            real(w, |w| f64::from(w.home.floor_space))
        }),
        column("mortgage_fen", "fen", "mortgage", |w| fen(w, |w| w.home.mortgage)),
    ]
}

fn table<T>(name: &str, columns: &[Column<T>], rows: &[T]) -> Table {
    columns.iter().fold(Table::new(name), |table, c| table.with(c.name, c.unit, (c.values)(rows)))
}

impl Panel {
    /// Name of the table.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Firms => "firms",
            Self::Workers => "workers",
        }
    }

    /// The rows of the tick that ended.
    pub fn table(self, world: &mut World) -> Table {
        match self {
            Self::Firms => firms(world),
            Self::Workers => workers(world),
        }
    }
}

fn firms(world: &mut World) -> Table {
    type Parts = (
        &'static Identity,
        &'static Operations,
        &'static Pricing,
        &'static Inventory,
        &'static Staff,
        &'static Capital,
        &'static Technology,
        &'static Books,
    );
    let mut query = world.query::<Parts>();
    let world = &*world;
    let (structure, tick) = (world.resource::<Structure>(), i64::from(world.resource::<Clock>().tick));
    let records = world.get_resource::<FirmHistory>().map_or(&[][..], FirmHistory::latest);
    let factor_productivity = |slot: i64| {
        let record = usize::try_from(slot).ok().and_then(|slot| records.get(slot));
        record.map_or(f64::NAN, |record| f64::from(record.factor_productivity))
    };
    let rows: Vec<Firm<'_>> = query
        .iter(world)
        .zip(0..)
        .filter(|((identity, ..), _)| identity.active())
        .map(|((identity, operations, pricing, inventory, staff, capital, technology, books), slot)| Firm {
            slot,
            identity,
            operations,
            pricing,
            inventory,
            staff,
            capital,
            technology,
            books,
            factor_productivity: factor_productivity(slot),
            structure,
            tick,
        })
        .collect();
    table("firms", &firm_columns(), &rows)
}

fn workers(world: &mut World) -> Table {
    let mut query = world.query::<(&Person, &Job, &Wallet, &Home)>();
    let world = &*world;
    let (structure, tick) = (world.resource::<Structure>(), i64::from(world.resource::<Clock>().tick));
    let rows: Vec<Worker<'_>> = query
        .iter(world)
        .zip(0..)
        .map(|((person, job, wallet, home), number)| Worker { number, person, job, wallet, home, structure, tick })
        .collect();
    table("workers", &worker_columns(), &rows)
}

/// Columns of both panels.
pub fn docs() -> impl Iterator<Item = StatisticDoc> {
    let doc = |table, name, unit, definition| StatisticDoc { table, name, unit, definition, source: "agents' state" };
    let firms = firm_columns().map(|c| doc("firms", c.name, c.unit, c.definition));
    let workers = worker_columns().map(|c| doc("workers", c.name, c.unit, c.definition));
    firms.into_iter().chain(workers)
}
