//! Production: output is the plan unless staff, capital or materials fall short, and then the scarcest binds.
//! Service firms buy materials in the same quarter and use them for what they sell. Staff stretches its hours a little; workers of one task class stand in for another at a loss. Capital wears out.
//!
//! ```text
//! Q = min(Q̂, h_max · Q_L, κ · K/ν, min_r stock_r / a_r),   Q̂ = Q* for goods, h_max · Q* for services,   Q_L: Σ_k max(0, Q·l_k − E_k) ≤ φ · Σ_k max(0, E_k − Q·l_k)
//! ```
//!
//! l `labour_per_unit`; E efficiency units of the staff at contracted hours (`planning::positions`) of the working week (`labour::working_hours`); φ `substitution`; κ `overuse`. Sources: tasks as in Acemoglu & Restrepo (2018);
//! fixed proportions as in Dosi, Fagiolo & Roventini (2010); elasticity between tasks below one (Humlum 2019).
//! Reads plans, staff, capital; writes output, stocks, capital. Draws: none.
//! Not here yet: power by region and rationing (the energy sector's capacity binds through its fill share only).

use crate::accounts::{Column, Fen, Instrument, Ledger, Money, Quantity};
use crate::agents::firm::Bottleneck;
use crate::agents::{Books, Capital, Identity, Inventory, Operations, Pricing, Staff, TASKS, Technology};
use crate::engine::{GoodsBook, Mechanism, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::mechanisms::labour::WorkingWeek;
use crate::mechanisms::markets::scatter::block_rows;
use crate::mechanisms::markets::vintages;
use crate::mechanisms::planning::positions::contracted;
use crate::mechanisms::technology::adoption;
use crate::mechanisms::technology::tasks::labour_per_unit;
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;
use rayon::prelude::*;

parameters! {
    /// Production.
    pub struct Parameters {
        /// Longest hours over normal hours (Labour Law: 36 hours of overtime a month; 49-hour weeks are the norm already, NBS 2023).
        longest_hours: f64 = 1.08, "ratio", 1.0..=1.5;
        /// Efficiency of a worker in a task of another class (assumed; elasticity between tasks of 0.5, Humlum 2019).
        substitution: f64 = 0.7, "ratio", 0.0..=1.0;
        /// Furthest that contracted hours go from normal ones, up or down, where a firm wants a fraction of a worker agent; one means whole jobs only (assumed: wide, since the agent stands for many persons).
        contract_range: f64 = 2.0, "ratio", 1.0..=4.0;
        /// Capital kept in use beyond its design (assumed): output over full-use capacity.
        overuse: f64 = 1.0, "ratio", 0.5..=1.5;
        /// Age beyond which layers of capital are kept as one (bookkeeping: what is left of them is old and small).
        oldest_layer: i64 = 120, "quarters", 4..=800;
    }
}

/// Output that a staff allows at normal hours when workers stand in for one another at a loss.
#[must_use]
pub fn labour_capacity(efficiency: &[f64; TASKS], unit: &[f64; TASKS], substitution: f64) -> f64 {
    let total: f64 = efficiency.iter().sum();
    let per_unit: f64 = unit.iter().sum();
    if per_unit <= 0.0 {
        return f64::MAX;
    }
    let suffices = |q: f64| {
        let (short, spare) = short_and_spare(efficiency, unit, q);
        short <= substitution * spare
    };
    // Bisection, without looking at the tasks where the answer is known: far from the root in either direction.
    let (mut low, mut high) = (0.0, total / per_unit);
    let root = largest_output(efficiency, unit, substitution, high);
    let (below, above) = (root * (1.0 - MARGIN), root * (1.0 + MARGIN));
    let mut steps = 40;
    if substitution > 0.01 && suffices(below) && !suffices(above) {
        while steps > 0 {
            let q = 0.5 * (low + high);
            if q > below && q < above {
                break;
            }
            let enough = q <= below;
            low = if enough { q } else { low };
            high = if enough { high } else { q };
            steps -= 1;
        }
    }
    for _ in 0..steps {
        let q = 0.5 * (low + high);
        if suffices(q) { low = q } else { high = q }
    }
    low
}

/// Distance from the root, relative to it, beyond which rounding cannot change the answer.
const MARGIN: f64 = 1e-9;

/// Work that an output needs beyond what each class's staff does, and staff that it leaves over.
#[inline]
fn short_and_spare(efficiency: &[f64; TASKS], unit: &[f64; TASKS], q: f64) -> (f64, f64) {
    let (mut short, mut spare) = (0.0, 0.0);
    for k in 0..TASKS {
        let gap = q * unit[k] - efficiency[k];
        if gap > 0.0 { short += gap } else { spare -= gap }
    }
    (short, spare)
}

/// Output where shortage and spare staff balance, up to rounding: Newton's method on a concave function of straight pieces,
/// which comes from above in as many steps as there are pieces.
fn largest_output(efficiency: &[f64; TASKS], unit: &[f64; TASKS], substitution: f64, start: f64) -> f64 {
    let mut q = start;
    for _ in 0..=TASKS {
        let (mut excess, mut slope) = (0.0, 0.0);
        for k in 0..TASKS {
            let gap = q * unit[k] - efficiency[k];
            let weight = if gap > 0.0 { 1.0 } else { substitution };
            excess += weight * gap;
            slope += weight * unit[k];
        }
        q -= excess / slope;
    }
    q
}

/// Output that materials allow, at most `wanted`.
fn materials_limit(structure: &Structure, inventory: &Inventory, sector: usize, wanted: f64) -> f64 {
    let s = &structure.sectors[sector];
    (0..structure.sector_count())
        .filter(|r| structure.sectors[*r].storable)
        .map(|r| {
            let coefficient = s.domestic_inputs[r] + s.imported_inputs[r];
            if coefficient > 0.0 { inventory.materials[r].units() / coefficient } else { f64::MAX }
        })
        .fold(wanted, f64::min)
}

#[allow(clippy::type_complexity, reason = "a query")]
fn produce(
    (p, week): (Res<Parameters>, Res<WorkingWeek>),
    adoption: Res<adoption::Parameters>,
    structure: Res<Structure>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
    mut firms: Query<(&Identity, &mut Operations, &mut Inventory, &Staff, &Technology, &Pricing, &mut Books)>,
) {
    let mut tables = firms.contiguous_iter_mut().expect("firms' components are tables");
    let Some((identities, operations, inventories, staff, technologies, pricing, books)) = tables.next() else {
        return;
    };
    let (operations, _) = ContiguousMut::bypass_change_detection_split(operations);
    let (inventories, _) = ContiguousMut::bypass_change_detection_split(inventories);
    let (books, _) = ContiguousMut::bypass_change_detection_split(books);
    let setting = Setting { p: &p, week: *week, augmentation: adoption.augmentation, structure: &structure };
    let block = block_rows(identities.len());
    let rows = operations.par_chunks_mut(block).zip(inventories.par_chunks_mut(block)).zip(books.par_chunks_mut(block));
    let made = rows.enumerate().map(|(n, ((operations, inventories), books))| {
        let mut made = (GoodsBook::empty(structure.sector_count()), vec![0; structure.sector_count()]);
        for (i, ((o, inventory), books)) in operations.iter_mut().zip(inventories).zip(books).enumerate() {
            let slot = n * block + i;
            if identities[slot].active() {
                let s = usize::from(identities[slot].sector);
                let (staff, technology, pricing) = (&staff[slot], &technologies[slot], &pricing[slot]);
                made.1[s] += setting.make(s, o, inventory, staff, technology, pricing, books, &mut made.0);
            }
        }
        made
    });
    for (made, stock_change) in made.collect::<Vec<_>>() {
        goods.add(&made);
        for (s, change) in stock_change.into_iter().enumerate() {
            ledger.inventory_change(s, change);
        }
    }
}

/// What all firms produce with.
struct Setting<'a> {
    p: &'a Parameters,
    week: WorkingWeek,
    augmentation: f64,
    structure: &'a Structure,
}

impl Setting<'_> {
    /// One firm's output of the quarter; returns the change of its inventories at cost \[fen\].
    fn make(
        &self,
        s: usize,
        o: &mut Operations,
        inventory: &mut Inventory,
        staff: &Staff,
        technology: &Technology,
        pricing: &Pricing,
        books: &mut Books,
        goods: &mut GoodsBook,
    ) -> Fen {
        let (p, sector) = (self.p, &self.structure.sectors[s]);
        let unit = labour_per_unit(sector, &staff.task_mix, technology, o.productivity, self.augmentation);
        let (efficiency, contract_hours) = contracted(staff, p.contract_range);
        o.contract_hours = contract_hours * self.week.hours;
        let efficiency = efficiency.map(|e| e * self.week.work);
        o.labour_capacity = labour_capacity(&efficiency, &unit, p.substitution);
        let wanted = if sector.storable { o.planned_output } else { o.planned_output * p.longest_hours };
        let labour = o.labour_capacity * p.longest_hours;
        let capital = o.capital_capacity * p.overuse;
        let materials = if sector.storable { materials_limit(self.structure, inventory, s, wanted) } else { wanted };
        let output = wanted.min(labour).min(capital).min(materials).max(0.0);
        o.bottleneck = if output >= wanted {
            Bottleneck::Demand
        } else if output >= labour {
            Bottleneck::Labour
        } else if output >= capital {
            Bottleneck::Capital
        } else {
            Bottleneck::Materials
        };
        o.output = Quantity::from_units(output);
        let mut stock_change = Money::ZERO;
        if sector.storable {
            let used = use_materials(self.structure, goods, inventory, s, output);
            let cost = o.output.value((pricing.unit_cost).min(pricing.price * (1.0 - sector.sales_taxes())).max(0.0));
            inventory.finished += o.output;
            inventory.finished_value += cost;
            stock_change = cost - used;
            books.inventory_change += stock_change;
            goods.output[s] += i128::from(o.output.0);
            o.available = inventory.finished;
            o.hours = (output / o.labour_capacity.max(1e-9)).clamp(0.5, p.longest_hours);
        } else {
            o.available = o.output;
        }
        o.utilisation = if o.capital_capacity > 0.0 { (output / o.capital_capacity).min(1.0) } else { 0.0 };
        stock_change.fen()
    }
}

/// Takes materials for an output from stock at average cost; returns their cost.
#[allow(clippy::cast_precision_loss, reason = "a ratio")]
pub fn use_materials(
    structure: &Structure,
    goods: &mut GoodsBook,
    inventory: &mut Inventory,
    sector: usize,
    output: f64,
) -> Money {
    let s = &structure.sectors[sector];
    let mut cost = Money::ZERO;
    for r in (0..structure.sector_count()).filter(|r| structure.sectors[*r].storable) {
        let used =
            Quantity::from_units(output * (s.domestic_inputs[r] + s.imported_inputs[r])).min(inventory.materials[r]);
        if used.0 <= 0 {
            continue;
        }
        let value = if used == inventory.materials[r] {
            inventory.materials_value[r]
        } else {
            inventory.materials_value[r].share(used.0 as f64 / inventory.materials[r].0 as f64)
        };
        inventory.materials[r] -= used;
        inventory.materials_value[r] -= value;
        goods.inputs_used[r] += i128::from(used.0);
        cost += value;
    }
    cost
}

/// Capital wears out and ages. Wear is geometric, retirement at the end of a service life included (Hulten & Wykoff 1981): a
/// service life on top would count it twice, and would scrap all of the opening's oldest layer in one quarter.
fn wear_out(
    p: Res<Parameters>,
    structure: Res<Structure>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut firms: Query<(&Identity, &mut Capital, &mut Books)>,
) {
    let mut lost = vec![0; structure.sector_count()];
    for (identity, mut capital, mut books) in &mut firms {
        if !identity.active() {
            continue;
        }
        let s = usize::from(identity.sector);
        let rate = structure.sectors[s].depreciation;
        for v in &mut capital.vintages {
            let wear = v.value.share(rate);
            v.quantity *= 1.0 - rate;
            v.value -= wear;
            v.age = v.age.saturating_add(1);
            books.depreciation += wear;
            lost[s] += wear.fen();
        }
        capital.vintages.retain(|v| {
            let keep = v.quantity > 1e-6;
            if !keep {
                books.depreciation += v.value;
                lost[s] += v.value.fen();
                tally.scrapped_capital += v.value.fen();
            }
            keep
        });
        vintages::merge_oldest(&mut capital, p.oldest_layer);
    }
    for (s, amount) in lost.into_iter().enumerate() {
        ledger.other_change(Instrument::Capital, Column::Firms(s), -amount);
    }
}

/// Production.
pub struct Production;

impl Mechanism for Production {
    const NAME: &'static str = "production";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "hours beyond normal ones",
            off: &["production.longest_hours=1.0"],
            instead: "nobody works longer than contracted",
        },
        Switch {
            part: "substitution between task classes",
            off: &["production.substitution=0.0"],
            instead: "nobody stands in for another class",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (produce, wear_out).chain()
    }
}

/// Service firms use materials for what they sold; runs after the last market of the tick.
fn use_materials_for_services(
    structure: Res<Structure>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
    mut firms: Query<(&Identity, &mut Operations, &mut Inventory, &mut Books)>,
) {
    let mut stock_change = vec![0; structure.sector_count()];
    for (identity, mut operations, mut inventory, mut books) in &mut firms {
        let s = usize::from(identity.sector);
        if !identity.active() || structure.sectors[s].storable {
            continue;
        }
        let sold = operations.sold.units();
        let used = use_materials(&structure, &mut goods, &mut inventory, s, sold);
        books.inventory_change -= used;
        stock_change[s] -= used.fen();
        operations.output = operations.sold;
        operations.hours = (sold / operations.labour_capacity.max(1e-9)).clamp(0.5, 1.5);
        operations.utilisation =
            if operations.capital_capacity > 0.0 { (sold / operations.capital_capacity).min(1.0) } else { 0.0 };
    }
    for (s, change) in stock_change.into_iter().enumerate() {
        ledger.inventory_change(s, change);
    }
}

parameters! {
    /// Materials of services.
    pub struct ServiceParameters {}
}

/// Materials of service firms.
pub struct ServiceMaterials;

impl Mechanism for ServiceMaterials {
    const NAME: &'static str = "service_materials";
    const SWITCHES: Switches = Switches::None("it books materials of what services sold");
    type Parameters = ServiceParameters;
    fn systems() -> Systems {
        (use_materials_for_services,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_balanced_staff_makes_what_its_hours_allow() {
        let q = labour_capacity(&[2.0, 1.0, 0.5, 0.5], &[0.02, 0.01, 0.005, 0.005], 0.7);
        assert!((q - 100.0).abs() < 1e-6);
    }

    /// The plain bisection that `labour_capacity` cuts short.
    fn bisection(efficiency: &[f64; TASKS], unit: &[f64; TASKS], substitution: f64) -> f64 {
        let (mut low, mut high) = (0.0, efficiency.iter().sum::<f64>() / unit.iter().sum::<f64>());
        for _ in 0..40 {
            let q = 0.5 * (low + high);
            let (short, spare) = short_and_spare(efficiency, unit, q);
            if short <= substitution * spare { low = q } else { high = q }
        }
        low
    }

    proptest! {
        #[test]
        fn knowing_where_the_root_is_changes_no_bit(
            efficiency in proptest::array::uniform4(0.0f64..200.0),
            empty in proptest::array::uniform4(0u8..4),
            unit in proptest::array::uniform4(1e-9f64..1e-3),
            unused in proptest::array::uniform4(0u8..5),
            substitution in 0.0f64..=1.0,
        ) {
            let efficiency = core::array::from_fn(|k| if empty[k] == 0 { 0.0 } else { efficiency[k] });
            let unit: [f64; TASKS] = core::array::from_fn(|k| if unused[k] == 0 { 0.0 } else { unit[k] });
            prop_assume!(unit.iter().sum::<f64>() > 0.0);
            let (fast, plain) = (labour_capacity(&efficiency, &unit, substitution), bisection(&efficiency, &unit, substitution));
            prop_assert_eq!(fast.to_bits(), plain.to_bits());
        }
    }

    #[test]
    fn standing_in_costs_output() {
        let q = labour_capacity(&[3.0, 0.0, 0.5, 0.5], &[0.02, 0.01, 0.005, 0.005], 0.7);
        assert!(q < 100.0 && q > 70.0, "{q}");
        let none = labour_capacity(&[3.0, 0.0, 0.5, 0.5], &[0.02, 0.01, 0.005, 0.005], 0.0);
        assert!(none < 1e-6);
    }
}
