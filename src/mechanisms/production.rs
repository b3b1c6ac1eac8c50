//! Production: output is the plan unless staff, capital or materials fall short, and then the scarcest binds.
//! Service firms buy materials in the same quarter and use them for what they sell. Staff stretches its hours a little; workers of one task class stand in for another at a loss. Capital wears out.
//!
//! ```text
//! Q = min(Q*, h_max · Q_L, K/ν, min_r stock_r / a_r),   Q_L: Σ_k max(0, Q·l_k − E_k) ≤ φ · Σ_k max(0, E_k − Q·l_k)
//! ```
//!
//! l `labour_per_unit`; E efficiency units on the payroll; φ `substitution`; Sources: tasks as in Acemoglu & Restrepo (2018);
//! fixed proportions as in Dosi, Fagiolo & Roventini (2010); elasticity between tasks below one (Humlum 2019).
//! Reads plans, staff, capital; writes output, stocks, capital. Draws: none.
//! Not here yet: power by region and rationing (the energy sector's capacity binds through its fill share only).

use crate::accounts::{Column, Instrument, Ledger, Money, Quantity};
use crate::agents::firm::Bottleneck;
use crate::agents::{Books, Capital, Identity, Inventory, Operations, Pricing, Staff, TASKS, Technology};
use crate::calibration::opening::finish::EFFICIENCY_ONE;
use crate::engine::{GoodsBook, Mechanism, Systems, Tally};
use crate::mechanisms::technology::adoption;
use crate::mechanisms::technology::tasks::labour_per_unit;
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// Production.
    pub struct Parameters {
        /// Longest hours over normal hours (Labour Law: 36 hours of overtime a month; 49-hour weeks are the norm already, NBS 2023).
        longest_hours: f64 = 1.08, "ratio", 1.0..=1.5;
        /// Efficiency of a worker in a task of another class (assumed; elasticity between tasks of 0.5, Humlum 2019).
        substitution: f64 = 0.7, "ratio", 0.0..=1.0;
        /// Capital kept in use beyond its design (assumed): output over full-use capacity.
        overuse: f64 = 1.0, "ratio", 0.5..=1.5;
        /// Age at which capital is scrapped whatever its condition (assumed).
        service_life: f64 = 200.0, "quarters", 4.0..=800.0;
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
    let (mut low, mut high) = (0.0, total / per_unit);
    for _ in 0..40 {
        let q = 0.5 * (low + high);
        let (mut short, mut spare) = (0.0, 0.0);
        for k in 0..TASKS {
            let gap = q * unit[k] - efficiency[k];
            if gap > 0.0 { short += gap } else { spare -= gap }
        }
        if short <= substitution * spare { low = q } else { high = q }
    }
    low
}

/// Output that materials allow, and whether they bind below `wanted`.
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

#[allow(clippy::cast_precision_loss, reason = "fixed point to real")]
#[allow(clippy::type_complexity, reason = "a query")]
fn produce(
    p: Res<Parameters>,
    adoption: Res<adoption::Parameters>,
    structure: Res<Structure>,
    mut goods: ResMut<GoodsBook>,
    mut ledger: ResMut<Ledger>,
    mut firms: Query<(&Identity, &mut Operations, &mut Inventory, &Staff, &Technology, &Pricing, &mut Books)>,
) {
    let mut stock_change = vec![0; structure.sector_count()];
    for (identity, mut operations, mut inventory, staff, technology, pricing, mut books) in &mut firms {
        if !identity.active() {
            continue;
        }
        let s = usize::from(identity.sector);
        let sector = &structure.sectors[s];
        let o = &mut *operations;
        let unit = labour_per_unit(sector, &staff.task_mix, technology, o.productivity, adoption.augmentation);
        let efficiency = staff.efficiency.map(|e| e as f64 / EFFICIENCY_ONE);
        o.labour_capacity = labour_capacity(&efficiency, &unit, p.substitution);
        let wanted = if sector.storable { o.planned_output } else { o.planned_output * p.longest_hours };
        let labour = o.labour_capacity * p.longest_hours;
        let capital = o.capital_capacity * p.overuse;
        let materials = if sector.storable { materials_limit(&structure, &inventory, s, wanted) } else { wanted };
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
        if sector.storable {
            let used = use_materials(&structure, &mut goods, &mut inventory, s, output);
            let cost = o.output.value((pricing.unit_cost).min(pricing.price * (1.0 - sector.sales_taxes())).max(0.0));
            inventory.finished += o.output;
            inventory.finished_value += cost;
            books.inventory_change += cost - used;
            stock_change[s] += (cost - used).fen();
            goods.output[s] += i128::from(o.output.0);
            o.available = inventory.finished;
            o.hours = (output / o.labour_capacity.max(1e-9)).clamp(0.5, p.longest_hours);
        } else {
            o.available = o.output;
        }
        o.utilisation = if o.capital_capacity > 0.0 { (output / o.capital_capacity).min(1.0) } else { 0.0 };
    }
    for (s, change) in stock_change.into_iter().enumerate() {
        ledger.inventory_change(s, change);
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

/// Capital wears out and ages; what is past its service life is scrapped.
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
            let keep = f64::from(v.age) <= p.service_life && v.quantity > 1e-6;
            if !keep {
                books.depreciation += v.value;
                lost[s] += v.value.fen();
                tally.scrapped_capital += v.value.fen();
            }
            keep
        });
    }
    for (s, amount) in lost.into_iter().enumerate() {
        ledger.other_change(Instrument::Capital, Column::Firms(s), -amount);
    }
}

/// Production.
pub struct Production;

impl Mechanism for Production {
    const NAME: &'static str = "production";
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
    type Parameters = ServiceParameters;
    fn systems() -> Systems {
        (use_materials_for_services,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balanced_staff_makes_what_its_hours_allow() {
        let q = labour_capacity(&[2.0, 1.0, 0.5, 0.5], &[0.02, 0.01, 0.005, 0.005], 0.7);
        assert!((q - 100.0).abs() < 1e-6);
    }

    #[test]
    fn standing_in_costs_output() {
        let q = labour_capacity(&[3.0, 0.0, 0.5, 0.5], &[0.02, 0.01, 0.005, 0.005], 0.7);
        assert!(q < 100.0 && q > 70.0, "{q}");
        let none = labour_capacity(&[3.0, 0.0, 0.5, 0.5], &[0.02, 0.01, 0.005, 0.005], 0.0);
        assert!(none < 1e-6);
    }
}
