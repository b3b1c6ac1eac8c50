//! Firms at the start: how many in each cell, how large, at which stage, and who supplies whom.

use super::super::assumptions::Assumptions;
use super::super::national::National;
use super::links::assign;
use super::people::People;
use crate::accounts::money::split;
use crate::agents::firm::Life;
use crate::agents::{Identity, MAX_SECTORS, NOBODY, Stage, TASKS};
use crate::engine::{Stream, StreamKey};
use crate::structure::Structure;

/// A firm while the opening is built.
#[derive(Clone, Debug)]
pub struct FirmDraft {
    /// Who.
    pub identity: Identity,
    /// Size weight within its cell.
    pub weight: f64,
    /// Workers: range in the list of people.
    pub workers: (usize, usize),
    /// Output \[units per quarter\].
    pub output: f64,
    /// Part of output that households buy \[units per quarter\].
    pub sold_to_households: f64,
    /// Exports \[units per quarter\].
    pub exports: f64,
    /// Government and public-investment purchases \[units per quarter\].
    pub sold_to_government: f64,
    /// Whether AI is in use.
    pub adopted: bool,
    /// Depth of AI relative to the boundary.
    pub depth: f64,
    /// Task mix of the staff.
    pub task_mix: [f64; TASKS],
    /// Supplier by sector.
    pub suppliers: [u32; MAX_SECTORS],
}

impl FirmDraft {
    /// Sector.
    #[must_use]
    pub fn sector(&self) -> usize {
        usize::from(self.identity.sector)
    }

    /// Heads.
    #[must_use]
    pub fn heads(&self) -> usize {
        self.workers.1 - self.workers.0
    }

    /// Whether the slot is taken.
    #[must_use]
    pub fn active(&self) -> bool {
        self.identity.active()
    }
}

/// Spare slots per region as a share of its firms.
const SPARE_SLOTS: f64 = 0.25;

/// Founds the firms of every cell with workers; a cell whose employment rounds to nobody has none, and what it would
/// supply comes from other regions. Slots are laid out by region, spare ones last in each.
#[must_use]
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "head counts")]
pub fn found(
    structure: &Structure,
    people: &People,
    a: &Assumptions,
    workers_per_firm: f64,
    seed: u64,
) -> Vec<FirmDraft> {
    let key = StreamKey::new(seed, 0, Stream::OpeningFirms);
    let sectors = structure.sector_count();
    let cell_workers: Vec<f64> = people.cells.iter().map(|c| (c.1 - c.0) as f64).collect();
    let employed: f64 = cell_workers.iter().sum();
    let counts = split((employed / workers_per_firm).round() as i64, &cell_workers);
    let mut firms = Vec::new();
    for g in 0..structure.region_count() {
        let before = firms.len();
        for s in 0..sectors {
            let cell = g * sectors + s;
            let (first, last) = people.cells[cell];
            let workers = last - first;
            if workers == 0 {
                continue;
            }
            let mut private_first = first;
            if s == structure.public_services {
                let share = structure.sectors[s].government / structure.sectors[s].output;
                let public = ((workers as f64 * share).round() as usize).clamp(1, workers);
                firms.push(draft(s, g, true, public as f64, (first, first + public)));
                private_first += public;
            }
            let private = last - private_first;
            let n = (counts[cell].max(1) as usize).min(private);
            if n == 0 {
                continue;
            }
            let weights: Vec<f64> = (0..n)
                .map(|j| {
                    let u = (j as f64 + key.agent_round(cell as u64, j as u64).uniform()) / n as f64;
                    libm::pow(1.0 - u * 0.999, -1.0 / a.firm_size_exponent)
                })
                .collect();
            let mut at = private_first;
            for (weight, extra) in weights.iter().zip(split((private - n) as i64, &weights)) {
                let size = 1 + extra as usize;
                firms.push(draft(s, g, false, *weight, (at, at + size)));
                at += size;
            }
        }
        let spare = (((firms.len() - before) as f64 * SPARE_SLOTS) as usize).max(2);
        for _ in 0..spare {
            let mut vacant = draft(0, g, false, 0.0, (0, 0));
            vacant.identity.life = Life::Vacant;
            vacant.identity.vacant = 8;
            firms.push(vacant);
        }
    }
    firms
}

#[allow(clippy::cast_possible_truncation, reason = "sectors and regions are few")]
fn draft(sector: usize, region: usize, public: bool, weight: f64, workers: (usize, usize)) -> FirmDraft {
    FirmDraft {
        identity: Identity {
            sector: sector as u8,
            region: region as u8,
            life: Life::Active,
            public,
            age: 20,
            ..Identity::default()
        },
        weight,
        workers,
        output: 0.0,
        sold_to_households: 0.0,
        exports: 0.0,
        sold_to_government: 0.0,
        adopted: false,
        depth: 0.0,
        task_mix: [0.0; TASKS],
        suppliers: [NOBODY; MAX_SECTORS],
    }
}

/// Task mix of each firm from the people in its slice.
#[allow(clippy::cast_precision_loss, reason = "head counts")]
pub fn set_task_mix(firms: &mut [FirmDraft], people: &People) {
    for f in firms.iter_mut().filter(|f| f.active()) {
        let mut mix = [0.0; TASKS];
        for w in &people.workers[f.workers.0..f.workers.1] {
            mix[usize::from(w.person.task)] += f64::from(w.person.skill);
        }
        let total: f64 = mix.iter().sum();
        f.task_mix = mix.map(|m| m / total);
    }
}

/// Chooses adopters (larger firms first, with chance) and digital firms; scales depth so that each sector buys the AI
/// services that the national table books.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "head counts")]
pub fn set_stages(firms: &mut [FirmDraft], structure: &Structure, a: &Assumptions, seed: u64) {
    let key = StreamKey::new(seed, 0, Stream::Adoption);
    for s in 0..structure.sector_count() {
        let mut members: Vec<usize> =
            (0..firms.len()).filter(|i| firms[*i].active() && firms[*i].sector() == s).collect();
        let rank = |i: usize| key.agent(i as u64).uniform() / libm::pow(firms[i].heads() as f64, 0.4);
        members.sort_by(|x, y| rank(*x).total_cmp(&rank(*y)).then(x.cmp(y)));
        let sector = &structure.sectors[s];
        let adopters = ((members.len() as f64 * sector.ai_adopters).round() as usize).max(1);
        let heads: f64 = members.iter().map(|i| firms[*i].heads() as f64).sum();
        let adopted: f64 = members.iter().take(adopters).map(|i| firms[*i].heads() as f64).sum();
        let wanted = (sector.ai_adopters * a.adopter_size_ratio).min(0.9);
        let mut digital = 0.0;
        for (rank, i) in members.into_iter().enumerate() {
            let f = &mut firms[i];
            if rank < adopters {
                f.adopted = true;
                f.depth = (a.opening_depth * wanted * heads / adopted).clamp(0.0, 0.9);
                f.identity.stage = Stage::Intelligent;
            } else if digital < a.digital_share * heads {
                digital += f.heads() as f64;
                f.identity.stage = Stage::Digital;
            }
        }
    }
}

/// Links firms to suppliers: every product, inputs and capital goods alike, has one supplier per firm.
pub fn link(firms: &mut [FirmDraft], structure: &Structure, national: &National) {
    let targets = targets(firms, structure);
    for r in 0..structure.sector_count() {
        let seller_index: Vec<usize> = (0..firms.len())
            .filter(|i| firms[*i].active() && firms[*i].sector() == r && !firms[*i].identity.public)
            .collect();
        let sellers: Vec<(f64, u64)> =
            seller_index.iter().map(|i| (targets[*i], u64::from(firms[*i].identity.region))).collect();
        let buyer_index: Vec<usize> = (0..firms.len()).filter(|i| firms[*i].active()).collect();
        let buyers: Vec<(f64, u64)> = buyer_index
            .iter()
            .map(|i| {
                let s = firms[*i].sector();
                let need = national.domestic[r][s]
                    + investment_ratio(structure, national, s) * national.business_bundle[r]
                    + 1e-9;
                (need * targets[*i], u64::from(firms[*i].identity.region))
            })
            .collect();
        if sellers.is_empty() {
            continue;
        }
        for (b, seller) in assign(&buyers, &sellers).into_iter().enumerate() {
            firms[buyer_index[b]].suppliers[r] = u32::try_from(seller_index[seller]).unwrap_or(NOBODY);
        }
    }
}

/// Business investment per unit of output.
fn investment_ratio(structure: &Structure, national: &National, s: usize) -> f64 {
    let sector = &structure.sectors[s];
    (sector.depreciation + national.growth / 4.0) * sector.capital_output_ratio / structure.normal_utilisation
}

/// Output that a firm of its size would have if all firms of a sector were alike.
#[allow(clippy::cast_precision_loss, reason = "head counts")]
fn targets(firms: &[FirmDraft], structure: &Structure) -> Vec<f64> {
    let mut heads = vec![0.0; structure.sector_count()];
    for f in firms.iter().filter(|f| f.active()) {
        heads[f.sector()] += f.heads() as f64;
    }
    firms
        .iter()
        .map(
            |f| {
                if f.active() {
                    structure.sectors[f.sector()].output * f.heads() as f64 / heads[f.sector()]
                } else {
                    0.0
                }
            },
        )
        .collect()
}

/// Solves the firms' outputs from links and final demand: `households` is demand by firm.
pub fn solve_outputs(
    firms: &mut [FirmDraft],
    structure: &Structure,
    national: &National,
    households: &[f64],
    ai_per_unit: &[f64],
) {
    let targets = targets(firms, structure);
    let count = structure.sector_count();
    let (mut market, mut public) = (vec![0.0; count], vec![0.0; count]);
    for (f, t) in firms.iter().zip(&targets) {
        if f.identity.public { public[f.sector()] += t } else { market[f.sector()] += t }
    }
    let base: Vec<f64> = firms
        .iter_mut()
        .enumerate()
        .map(|(i, f)| {
            if !f.active() {
                return 0.0;
            }
            let s = f.sector();
            let sector = &structure.sectors[s];
            if f.identity.public {
                f.sold_to_government = sector.government * targets[i] / public[s];
                return f.sold_to_government;
            }
            let share = targets[i] / market[s];
            let government = if public[s] > 0.0 { 0.0 } else { sector.government };
            let dwellings = if s == structure.construction { national.dwellings / 4.0 } else { 0.0 };
            let banks = national.bank_purchases / 4.0 * national.bank_weight[s];
            f.sold_to_government =
                (government + national.public_investment / 4.0 * national.public_bundle[s] + dwellings + banks) * share;
            f.exports = sector.exports * share;
            f.sold_to_households = households[i];
            let stock = if sector.storable { national.growth / 4.0 * structure.finished_goods_ratio } else { 0.0 };
            f.sold_to_government + f.exports + households[i] + stock * targets[i]
        })
        .collect();
    let needs = needs_by_supplier(firms, structure, national, ai_per_unit);
    let mut output = targets.clone();
    let mut next = base.clone();
    for _ in 0..60 {
        next.copy_from_slice(&base);
        for (needs, q) in needs.chunks_exact(count).zip(&output) {
            for (supplier, need) in needs {
                if let Some(orders) = next.get_mut(*supplier as usize) {
                    *orders += need * q;
                }
            }
        }
        core::mem::swap(&mut output, &mut next);
    }
    for (f, q) in firms.iter_mut().zip(output) {
        f.output = q;
    }
}

/// What a unit of each firm's output takes of every product, and from whom (`NOBODY` for firms not in business).
fn needs_by_supplier(
    firms: &[FirmDraft],
    structure: &Structure,
    national: &National,
    ai_per_unit: &[f64],
) -> Vec<(u32, f64)> {
    let count = structure.sector_count();
    let mut needs = Vec::with_capacity(firms.len() * count);
    for (f, ai_per_unit) in firms.iter().zip(ai_per_unit) {
        let s = f.sector();
        let investment = investment_ratio(structure, national, s);
        let held =
            if structure.sectors[s].storable { structure.materials_ratio } else { structure.materials_ratio - 1.0 };
        for r in 0..count {
            let stock = if structure.sectors[r].storable { 1.0 + national.growth / 4.0 * held } else { 1.0 };
            let ai = if r == structure.ai_sector { *ai_per_unit } else { 0.0 };
            let need = national.domestic[r][s] * stock + ai + investment * national.business_bundle[r];
            needs.push((if f.active() { f.suppliers[r] } else { NOBODY }, need));
        }
    }
    needs
}

/// Closes firms whose customers need less than half a worker, unless they are the last of their cell.
#[allow(clippy::cast_precision_loss, reason = "head counts")]
pub fn close_idle(firms: &mut [FirmDraft], structure: &Structure) {
    let sectors = structure.sector_count();
    let mut members = vec![0usize; sectors * structure.region_count()];
    let cell = |f: &FirmDraft| usize::from(f.identity.region) * sectors + f.sector();
    for f in firms.iter().filter(|f| f.active()) {
        members[cell(f)] += 1;
    }
    for f in firms.iter_mut().filter(|f| f.active() && !f.identity.public) {
        let sector = &structure.sectors[f.sector()];
        if f.output * sector.labour < 0.5 && members[cell(f)] > 1 {
            members[cell(f)] -= 1;
            f.identity.life = Life::Vacant;
            f.identity.vacant = 8;
            f.workers = (0, 0);
            f.adopted = false;
        }
    }
}

/// Closes idle firms for good: their customers go to the largest firm of the sector in the region.
pub fn absorb_idle(firms: &mut [FirmDraft], structure: &Structure) {
    let before: Vec<bool> = firms.iter().map(FirmDraft::active).collect();
    close_idle(firms, structure);
    let cell = |f: &FirmDraft| usize::from(f.identity.region) * structure.sector_count() + f.sector();
    let mut largest: Vec<Option<usize>> = vec![None; structure.sector_count() * structure.region_count()];
    for (i, f) in firms.iter().enumerate().filter(|(_, f)| f.active() && !f.identity.public) {
        let best = &mut largest[cell(f)];
        if best.is_none_or(|b| firms[b].output < f.output) {
            *best = Some(i);
        }
    }
    let heir: Vec<u32> = (0..firms.len())
        .map(|i| {
            if before[i] && !firms[i].active() {
                largest[cell(&firms[i])].and_then(|j| u32::try_from(j).ok()).unwrap_or(NOBODY)
            } else {
                NOBODY
            }
        })
        .collect();
    for f in firms.iter_mut().filter(|f| f.active()) {
        for supplier in f.suppliers.iter_mut().filter(|s| **s != NOBODY) {
            if heir[*supplier as usize] != NOBODY {
                *supplier = heir[*supplier as usize];
            }
        }
    }
}

/// Gives each cell's workers to its firms again, in proportion to the solved outputs.
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss, reason = "head counts")]
pub fn restaff(firms: &mut [FirmDraft], structure: &Structure, people: &People) {
    let sectors = structure.sector_count();
    for (cell, &(first, last)) in people.cells.iter().enumerate() {
        let (g, s) = (cell / sectors, cell % sectors);
        let members: Vec<usize> = (0..firms.len())
            .filter(|i| {
                let f = &firms[*i];
                f.active() && f.sector() == s && usize::from(f.identity.region) == g
            })
            .collect();
        if members.is_empty() {
            continue;
        }
        let weights: Vec<f64> = members.iter().map(|i| firms[*i].output.max(1e-6)).collect();
        let spare = (last - first - members.len()) as i64;
        let ideal: f64 = weights.iter().sum::<f64>() / (last - first) as f64;
        let beyond_one: Vec<f64> = weights.iter().map(|w| (w / ideal - 1.0).max(1e-9)).collect();
        let mut at = first;
        for (i, extra) in members.iter().zip(split(spare, &beyond_one)) {
            let size = 1 + extra as usize;
            firms[*i].workers = (at, at + size);
            at += size;
        }
    }
}
