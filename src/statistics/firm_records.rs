//! What statistics remember of every firm for a year, so that they can compare a firm with itself.
//!
//! A record holds real value added, effective hours, capital and the logarithms of what the firm's productivity is made of:
//!
//! ```text
//! ln(y / E) = ln B + ln R + ln e,   ln B = vintages + ability + digital gain,   R = reach of AI · (1 − x / (v Q))
//! ```
//!
//! y real value added v·Q − x (v output less inputs per unit, x AI services used, both at prices of 2023); E efficiency units times hours over
//! normal; B, reach as in `mechanisms::technology::tasks`; e what is left: how far the staff was used for what it can do. A slot that
//! another firm took over is told from it by the quarter of foundation.

use crate::agents::firm::Life;
use crate::agents::{Capital, Identity, Operations, Staff, Stage, TASKS, Technology};
use crate::mechanisms::technology::adoption;
use crate::mechanisms::technology::tasks::labour_per_unit;
use crate::structure::Structure;
use bevy_ecs::prelude::World;

/// A firm in a quarter.
#[expect(clippy::struct_excessive_bools, reason = "four independent facts")]
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FirmRecord {
    /// Whether there was a firm.
    pub there: bool,
    /// Whether it closed at the end of the quarter.
    pub closed: bool,
    /// Sector.
    pub sector: u8,
    /// Whether it used AI.
    pub adopted: bool,
    /// Whether it could take up AI: digital, and without AI.
    pub eligible: bool,
    /// Fifth of its sector's firms by effective hours, 0 to 4; 255 without hours.
    pub size_fifth: u8,
    /// Fifth of its sector's firms by real value added per effective hour; 255 without.
    pub productivity_fifth: u8,
    /// Quarter of foundation; not after zero for firms of the opening.
    pub born: i32,
    /// Staff \[worker agents\].
    pub heads: u32,
    /// Real value added \[yuan of 2023\].
    pub product: f64,
    /// Efficiency units times hours over normal \[worker agents\].
    pub hours: f64,
    /// Sales \[units\].
    pub sales: f32,
    /// Capital \[units\].
    pub capital: f32,
    /// Logarithm of the productivity built into the capital in use.
    pub vintages: f32,
    /// Logarithm of ability.
    pub ability: f32,
    /// Logarithm of the gain from having become digital.
    pub digital: f32,
    /// Logarithm of what AI lets a unit of work make, less the AI services that it takes.
    pub ai: f32,
    /// Total factor productivity: ln y − s ln E − (1 − s) ln K, s the sector's labour share \[log points\].
    pub factor_productivity: f32,
}

/// Fifth of a firm that has none.
pub const NO_FIFTH: u8 = u8::MAX;

impl FirmRecord {
    /// Whether the firm worked: only then it has a productivity.
    #[must_use]
    pub fn works(&self) -> bool {
        self.there && self.hours > 0.0
    }

    /// Logarithm of real value added per effective hour, where there is one.
    #[must_use]
    pub fn log_productivity(&self) -> Option<f64> {
        (self.works() && self.product > 0.0).then(|| libm::log(self.product / self.hours))
    }
}

type Row<'a> = (&'a Identity, &'a Operations, &'a Staff, &'a Capital, &'a Technology);

/// What records are computed with.
struct Setting<'a> {
    structure: &'a Structure,
    /// Value added per unit of output by sector, AI services aside.
    net: Vec<f64>,
    labour_shares: &'a [f64],
    augmentation: f64,
    tick: i32,
}

impl Setting<'_> {
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "statistics in single precision")]
    fn record(&self, (identity, operations, staff, capital, technology): Row<'_>) -> FirmRecord {
        if identity.life == Life::Vacant {
            return FirmRecord::default();
        }
        let s = usize::from(identity.sector);
        let sector = &self.structure.sectors[s];
        let opening = self.tick == 0;
        let sold = if opening { operations.expected_demand } else { operations.sold.units() };
        let output = if sector.storable && !opening { operations.output.units() } else { sold };
        let before_ai = output * self.net[s];
        let product = before_ai - technology.ai_services;
        let hours = if operations.hours > 0.0 { operations.hours * operations.contract_hours } else { 1.0 };
        let hours = hours * staff.efficiency.iter().map(|e| *e as f64 / 65_536.0).sum::<f64>();
        let (ability, digital) = (libm::log(operations.ability.max(1e-9)), libm::log(1.0 + technology.digital_gain));
        let productivity = operations.productivity.max(1e-9);
        let reach = reach(sector, &staff.task_mix, technology, self.augmentation);
        let paid = if before_ai > 0.0 && product > 0.0 { product / before_ai } else { 1.0 };
        let quantity = capital.quantity();
        let share = self.labour_shares.get(s).copied().unwrap_or(0.5);
        let factor_productivity = if product > 0.0 && hours > 0.0 && quantity > 0.0 {
            libm::log(product) - share * libm::log(hours) - (1.0 - share) * libm::log(quantity)
        } else {
            f64::NAN
        };
        FirmRecord {
            there: true,
            closed: identity.life == Life::Closed,
            sector: identity.sector,
            adopted: technology.adopted,
            eligible: identity.stage != Stage::Industrial && !technology.adopted,
            size_fifth: NO_FIFTH,
            productivity_fifth: NO_FIFTH,
            born: self.tick - i32::from(identity.age),
            heads: staff.heads.iter().sum(),
            product,
            hours,
            sales: sold as f32,
            capital: quantity as f32,
            vintages: (libm::log(productivity) - ability - digital) as f32,
            ability: ability as f32,
            digital: digital as f32,
            ai: libm::log(reach * paid) as f32,
            factor_productivity: factor_productivity as f32,
        }
    }
}

/// Output per unit of work over that without AI.
fn reach(
    sector: &crate::structure::SectorStructure,
    mix: &[f64; TASKS],
    technology: &Technology,
    augmentation: f64,
) -> f64 {
    if technology.ai_depth.iter().chain(&technology.new_tasks).all(|share| *share <= 0.0) {
        return 1.0;
    }
    let work: f64 = labour_per_unit(sector, mix, technology, 1.0, augmentation).iter().sum();
    let tasks: f64 = mix.iter().sum::<f64>() * sector.labour;
    if work > 0.0 && tasks > 0.0 { tasks / work } else { 1.0 }
}

/// Value added per unit of output by sector at prices of 2023, AI services aside.
#[must_use]
pub fn net_of_inputs(structure: &Structure) -> Vec<f64> {
    let sectors = structure.sector_count();
    let inputs = |s: usize| (0..sectors).map(move |r| (s, r));
    let used =
        |(s, r): (usize, usize)| structure.sectors[s].domestic_inputs[r] + structure.sectors[s].imported_inputs[r];
    (0..sectors).map(|s| 1.0 - inputs(s).map(used).sum::<f64>()).collect()
}

/// Records of all slots in their order; `labour_shares` by sector.
///
/// # Panics
/// If ticks do not fit into 32 bits.
#[must_use]
pub fn records(world: &mut World, tick: i64, labour_shares: &[f64]) -> Vec<FirmRecord> {
    let mut query = world.query::<(&Identity, &Operations, &Staff, &Capital, &Technology)>();
    let world = &*world;
    let structure = world.resource::<Structure>();
    let setting = Setting {
        structure,
        net: net_of_inputs(structure),
        labour_shares,
        augmentation: world.get_resource::<adoption::Parameters>().map_or(0.0, |a| a.augmentation),
        tick: i32::try_from(tick).expect("ticks fit"),
    };
    let mut found: Vec<FirmRecord> = query.iter(world).map(|row| setting.record(row)).collect();
    rank(&mut found, structure.sector_count());
    found
}

/// Gives every firm its fifths within its sector.
fn rank(records: &mut [FirmRecord], sectors: usize) {
    let mut by_sector: Vec<Vec<usize>> = vec![Vec::new(); sectors];
    for (slot, record) in records.iter().enumerate().filter(|(_, r)| r.works() && !r.closed) {
        by_sector[usize::from(record.sector)].push(slot);
    }
    for slots in &by_sector {
        let sizes: Vec<f64> = slots.iter().map(|slot| records[*slot].hours).collect();
        let levels: Vec<f64> = slots.iter().map(|slot| records[*slot].product / records[*slot].hours).collect();
        let (sizes, levels) = (fifths(&sizes), fifths(&levels));
        for ((slot, size), level) in slots.iter().zip(sizes).zip(levels) {
            (records[*slot].size_fifth, records[*slot].productivity_fifth) = (size, level);
        }
    }
}

/// Fifth of each value among all of them, 0 to 4; equal values in the order in which they come.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "below five")]
pub fn fifths(values: &[f64]) -> Vec<u8> {
    let mut order: Vec<u32> = (0..u32::try_from(values.len()).unwrap_or(u32::MAX)).collect();
    order.sort_unstable_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]).then(a.cmp(b)));
    let mut found = vec![0; values.len()];
    for (place, row) in order.iter().enumerate() {
        found[*row as usize] = (place * 5 / values.len()) as u8;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::test_world;

    #[test]
    fn fifths_are_equally_many_and_in_order() {
        let values: Vec<f64> = (0..10).map(|i| f64::from((i * 7) % 10)).collect();
        let found = fifths(&values);
        for (value, fifth) in values.iter().zip(&found) {
            assert_eq!(f64::from(*fifth), (value / 2.0).floor());
        }
        assert!(fifths(&[]).is_empty());
    }

    #[test]
    fn the_parts_of_a_firms_productivity_are_those_of_its_technology() {
        let structure = &test_world::opening().structure;
        let sector = &structure.sectors[0];
        let mix = sector.task_shares;
        let none = Technology::default();
        assert!((reach(sector, &mix, &none, 0.3) - 1.0).abs() < 1e-15);
        // A tenth of all tasks by AI, people a little better: 1 · (1 + 0.3 · 0.1) / 0.9.
        let deep = Technology { ai_depth: [0.1; TASKS], ..none };
        assert!((reach(sector, &mix, &deep, 0.3) - 1.03 / 0.9).abs() < 1e-9);
        assert!(net_of_inputs(structure).iter().all(|v| (0.0..1.0).contains(v)));
    }
}
