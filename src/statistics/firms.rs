//! What one pass over firms finds, by sector and region. Firms are few: sums run in the order of slots.

use crate::accounts::FirmBooks;
use crate::agents::{Books, Capital, Identity, Inventory, Operations, Pricing, Staff, Stage, TASKS, Technology};
use crate::mechanisms::technology::adoption;
use crate::mechanisms::technology::tasks::labour_per_unit;
use crate::structure::Structure;
use bevy_ecs::prelude::World;

/// Firms of a sector, of a region or of the nation.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Group {
    /// Firms in business.
    pub firms: f64,
    /// Of them with AI.
    pub adopters: f64,
    /// Gross value added, banks' services not deducted \[yuan\].
    pub value_added: f64,
    /// Positive value added by stage \[yuan\].
    pub by_stage: [f64; 3],
    /// Positive value added of firms with AI \[yuan\].
    pub of_adopters: f64,
    /// Sales \[yuan\].
    pub revenue: f64,
    /// Quantity sold \[units\].
    pub sold: f64,
    /// Quantity sold times the logarithm of its quality.
    pub quality: f64,
    /// Quantity sold at its price \[yuan\].
    pub sold_value: f64,
    /// Staff \[worker agents\].
    pub heads: f64,
    /// Staff times hours over normal \[worker agents\].
    pub head_hours: f64,
    /// Efficiency units times hours over normal \[worker agents\].
    pub labour: f64,
    /// Efficiency units \[worker agents\].
    pub efficiency: f64,
    /// Posted wage times efficiency units.
    pub posted: f64,
    /// Capital at book value \[yuan\].
    pub capital_value: f64,
    /// Capital \[units\].
    pub capital: f64,
    /// Capital in use \[units\].
    pub capital_used: f64,
    /// Volume of tasks by class: efficiency units that unautomated production would take.
    pub tasks: [f64; TASKS],
    /// Of them done by AI.
    pub automated: [f64; TASKS],
    /// New tasks for people, in the same unit.
    pub new_tasks: [f64; TASKS],
    /// Work that the output takes with AI, in the same unit.
    pub work: f64,
    /// Orders of the quarter, filled or not \[units\].
    pub orders: f64,
    /// AI services used \[units\].
    pub ai_services: f64,
    /// Open positions by class \[worker agents\].
    pub vacancies: [f64; TASKS],
    /// Profit before company tax: surplus less interest and depreciation \[yuan\].
    pub profit: f64,
    /// Compensation of employees \[yuan\].
    pub compensation: f64,
    /// Purchases of capital \[yuan\].
    pub capital_outlay: f64,
    /// Inventories at cost \[yuan\].
    pub inventories: f64,
    /// Bank loans \[yuan\].
    pub loans: f64,
    /// Deposits \[yuan\].
    pub deposits: f64,
    /// Claims on local governments \[yuan\].
    pub receivables: f64,
}

impl Group {
    /// Share of a stage in positive value added; `NaN` without any.
    #[must_use]
    pub fn stage_share(&self, stage: Stage) -> f64 {
        self.by_stage[stage as usize] / self.by_stage.iter().sum::<f64>()
    }

    /// Share of adopters in positive value added.
    #[must_use]
    pub fn adopter_share_value_added(&self) -> f64 {
        self.of_adopters / self.by_stage.iter().sum::<f64>()
    }

    /// Zero for an industrial, a half for a digital, one for an intelligent economy.
    #[must_use]
    pub fn upgrade_index(&self) -> f64 {
        0.5 * self.stage_share(Stage::Digital) + self.stage_share(Stage::Intelligent)
    }

    /// Tasks that people do, new ones included, over all old tasks.
    #[must_use]
    pub fn people_share(&self) -> f64 {
        let tasks: f64 = self.tasks.iter().sum();
        (tasks - self.automated.iter().sum::<f64>() + self.new_tasks.iter().sum::<f64>()) / tasks
    }

    /// Work that the output would take without AI over the work that it takes.
    #[must_use]
    pub fn ai_reach(&self) -> f64 {
        self.tasks.iter().sum::<f64>() / self.work
    }

    /// Share of all tasks done by AI.
    #[must_use]
    pub fn ai_depth(&self) -> f64 {
        self.automated.iter().sum::<f64>() / self.tasks.iter().sum::<f64>()
    }
}

/// All firms.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Firms {
    /// The nation.
    pub nation: Group,
    /// By sector.
    pub sectors: Vec<Group>,
    /// By region.
    pub regions: Vec<Group>,
    /// Sales of the largest seller by sector \[yuan\].
    pub largest_sales: Vec<f64>,
    /// Open positions, `[region * TASKS + task]` \[worker agents\].
    pub vacancies: Vec<f64>,
    /// Books by sector.
    pub books: FirmBooks,
}

type Row<'a> =
    (&'a Identity, &'a Operations, &'a Pricing, &'a Inventory, &'a Staff, &'a Capital, &'a Technology, &'a Books);

/// What a firm adds to its groups. At the opening, books of the last quarter and expected sales stand for this one's.
#[allow(clippy::cast_precision_loss, reason = "statistics")]
fn of_firm(row: Row<'_>, structure: &Structure, augmentation: f64, opening: bool) -> Group {
    let (identity, operations, pricing, inventory, staff, capital, technology, books) = row;
    let sector = &structure.sectors[usize::from(identity.sector)];
    let heads: f64 = staff.heads.iter().map(|h| f64::from(*h)).sum();
    let efficiency = staff.efficiency.iter().map(|e| *e as f64 / 65_536.0).sum::<f64>();
    let hours = if operations.hours > 0.0 { operations.hours * operations.contract_hours } else { 1.0 };
    let value_added = if opening { books.lagged_value_added } else { books.value_added() }.yuan();
    let mut by_stage = [0.0; 3];
    by_stage[identity.stage as usize] = value_added.max(0.0);
    let sold = if opening { operations.expected_demand } else { operations.sold.units() };
    let output = if sector.storable && !opening { operations.output.units() } else { sold };
    let volume = sector.labour * output / operations.productivity.max(1e-9);
    let quantity = capital.quantity();
    let active = f64::from(u8::from(identity.active()));
    let profit =
        if opening { books.lagged_profit } else { books.operating_surplus() - books.interest - books.depreciation };
    Group {
        firms: active,
        adopters: active * f64::from(u8::from(technology.adopted)),
        value_added,
        by_stage,
        of_adopters: if technology.adopted { value_added.max(0.0) } else { 0.0 },
        revenue: if opening { books.lagged_revenue } else { books.revenue }.yuan(),
        sold,
        quality: sold * libm::log(operations.quality.max(1e-9)),
        sold_value: sold * pricing.price,
        heads,
        head_hours: heads * hours,
        labour: efficiency * hours,
        efficiency,
        posted: staff.posted_wage * efficiency,
        capital_value: capital.value().yuan(),
        capital: quantity,
        capital_used: quantity * operations.utilisation,
        tasks: staff.task_mix.map(|m| volume * m),
        automated: core::array::from_fn(|k| volume * staff.task_mix[k] * technology.depth_in_use(k)),
        work: operations.productivity.max(1e-9) / sector.labour
            * volume
            * labour_per_unit(sector, &staff.task_mix, technology, operations.productivity.max(1e-9), augmentation)
                .iter()
                .sum::<f64>(),
        orders: operations.orders,
        new_tasks: core::array::from_fn(|k| volume * staff.task_mix[k] * technology.new_tasks[k]),
        ai_services: technology.ai_services,
        vacancies: staff.vacancies.map(f64::from),
        profit: profit.yuan(),
        compensation: books.compensation.yuan(),
        capital_outlay: books.capital_outlay.yuan(),
        inventories: inventory.value().yuan(),
        loans: books.loans.yuan(),
        deposits: books.deposits.yuan(),
        receivables: books.receivables.yuan(),
    }
}

macro_rules! add_fields {
    ($to:ident, $from:ident: $($scalar:ident)*; $($array:ident)*) => {
        $($to.$scalar += $from.$scalar;)*
        $($to.$array.iter_mut().zip(&$from.$array).for_each(|(a, b)| *a += b);)*
    };
}

impl core::ops::AddAssign<&Group> for Group {
    fn add_assign(&mut self, from: &Group) {
        let to = self;
        add_fields!(to, from:
            firms adopters value_added of_adopters revenue sold quality sold_value heads head_hours labour efficiency posted
            capital_value capital capital_used ai_services profit compensation capital_outlay inventories loans deposits
            receivables work orders;
            by_stage tasks automated new_tasks vacancies);
    }
}

impl Firms {
    /// Surveys all firms, closed ones included as far as the quarter goes.
    #[must_use]
    pub fn survey(world: &mut World, opening: bool) -> Self {
        let mut query =
            world.query::<(&Identity, &Operations, &Pricing, &Inventory, &Staff, &Capital, &Technology, &Books)>();
        let structure = world.resource::<Structure>();
        let augmentation = world.get_resource::<adoption::Parameters>().map_or(0.0, |a| a.augmentation);
        let (sectors, regions) = (structure.sector_count(), structure.region_count());
        let mut firms = Self {
            nation: Group::default(),
            sectors: vec![Group::default(); sectors],
            regions: vec![Group::default(); regions],
            largest_sales: vec![0.0; sectors],
            vacancies: vec![0.0; regions * TASKS],
            books: FirmBooks::new(sectors),
        };
        for row in query.iter(world) {
            if row.0.life == crate::agents::firm::Life::Vacant {
                continue;
            }
            let (s, g) = (usize::from(row.0.sector), usize::from(row.0.region));
            let group = of_firm(row, structure, augmentation, opening);
            firms.nation += &group;
            firms.sectors[s] += &group;
            firms.regions[g] += &group;
            firms.largest_sales[s] = firms.largest_sales[s].max(group.revenue);
            for (place, v) in firms.vacancies[g * TASKS..].iter_mut().zip(group.vacancies) {
                *place += v;
            }
            firms.books.add(s, row.7);
        }
        firms
    }

    /// Share of each sector in positive value added.
    #[must_use]
    pub fn value_added_shares(&self) -> Vec<f64> {
        let positive: Vec<f64> = self.sectors.iter().map(|g| g.value_added.max(0.0)).collect();
        let sum: f64 = positive.iter().sum();
        positive.iter().map(|v| v / sum).collect()
    }
}
