//! People at the start: who lives where, who works in which cell of region and sector, who looks for work.

use super::super::assumptions::Assumptions;
use super::super::national::National;
use super::super::tables::Tables;
use crate::accounts::money::split;
use crate::agents::{Job, NOBODY, Person, Status, TASKS};
use crate::engine::{Draws, Stream, StreamKey};
use crate::structure::Structure;

/// A worker before money and firms are known.
#[derive(Clone, Copy, Debug)]
pub struct WorkerDraft {
    /// Who.
    pub person: Person,
    /// Work.
    pub job: Job,
    /// Sector of the job or of the last one.
    pub sector: usize,
}

/// Head counts \[worker agents\].
#[derive(Clone, Debug)]
pub struct People {
    /// Workers by region, employed by sector first, then unemployed, then the rest.
    pub workers: Vec<WorkerDraft>,
    /// First worker of each cell of region and sector, `[region * sectors + sector]`, and one past the last.
    pub cells: Vec<(usize, usize)>,
}

/// Places people by largest remainder: regions by population, cells by employment, the unemployed by rate. Each
/// sector's national head count is exact to one agent whatever the scale (`allot_cells`).
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "head counts")]
pub fn place(
    tables: &Tables,
    national: &National,
    a: &Assumptions,
    structure: &mut Structure,
    ages: &AgeDraw,
    seed: u64,
) -> People {
    let persons = structure.persons_per_worker;
    let (regions, sectors) = (structure.region_count(), structure.sector_count());
    let adults = (tables.population.adults() / persons).round() as i64;
    let by_region = split(adults, &tables.provinces.iter().map(|p| p.population).collect::<Vec<_>>());
    let weights: Vec<f64> = (0..regions * sectors)
        .map(|c| tables.province_sector.employment[c / sectors][c % sectors] * national.employment_factor[c % sectors])
        .collect();
    let official: f64 = tables.sectors.iter().map(|s| s.employment).sum();
    let employed = allot_cells((official / persons).round() as i64, &weights, regions);
    let non_farm: f64 =
        official - tables.sectors[structure.agriculture].employment * national.employment_factor[structure.agriculture];
    let unemployed_total =
        (non_farm * structure.unemployment_rate / (1.0 - structure.unemployment_rate) / persons).round() as i64;
    let unemployed = split(
        unemployed_total,
        &(0..regions)
            .map(|g| {
                let jobs: i64 =
                    (0..sectors).filter(|s| *s != structure.agriculture).map(|s| employed[g * sectors + s]).sum();
                jobs as f64 * tables.provinces[g].unemployment_rate
            })
            .collect::<Vec<_>>(),
    );
    let key = StreamKey::new(seed, 0, Stream::OpeningPopulation);
    let mut people = People { workers: Vec::with_capacity(adults as usize), cells: Vec::new() };
    for g in 0..regions {
        let start = people.workers.len();
        structure.regions[g].adults = by_region[g] as usize;
        for s in 0..sectors {
            let n = employed[g * sectors + s];
            let first = people.workers.len();
            for task in
                shuffled_tasks(n, &structure.sectors[s].task_shares, key.agent_round((g * sectors + s) as u64, 1))
            {
                let draft = worker(people.workers.len(), key, g, s, task, Status::Employed, ages, a);
                people.workers.push(draft);
            }
            people.cells.push((first, people.workers.len()));
        }
        let jobless_sectors = split(
            unemployed[g],
            &(0..sectors)
                .map(|s| if s == structure.agriculture { 0.0 } else { employed[g * sectors + s] as f64 })
                .collect::<Vec<_>>(),
        );
        for (s, n) in jobless_sectors.iter().enumerate() {
            for task in
                shuffled_tasks(*n, &structure.sectors[s].task_shares, key.agent_round((g * sectors + s) as u64, 2))
            {
                let draft = worker(people.workers.len(), key, g, s, task, Status::Unemployed, ages, a);
                people.workers.push(draft);
            }
        }
        let placed = (people.workers.len() - start) as i64;
        let mix: Vec<f64> = (0..TASKS)
            .map(|k| (0..sectors).map(|s| employed[g * sectors + s] as f64 * structure.sectors[s].task_shares[k]).sum())
            .collect();
        for task in shuffled_tasks((by_region[g] - placed).max(0), &mix, key.agent_round(g as u64, 3)) {
            let draft = worker(
                people.workers.len(),
                key,
                g,
                structure.public_services,
                task,
                Status::OutOfLabourForce,
                ages,
                a,
            );
            people.workers.push(draft);
        }
    }
    people
}

/// Heads by cell `[region * sectors + sector]`: by sector first, then each sector's by region, both by largest
/// remainder. What a region got too little of in earlier sectors counts in the next, so that regions' totals stay near
/// their weights, too. (Rounding all cells at once would lose the small sectors: each of their cells is below a half.)
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss, reason = "head counts")]
fn allot_cells(heads: i64, weights: &[f64], regions: usize) -> Vec<i64> {
    let sectors = weights.len() / regions;
    let total = |s: usize| (0..regions).map(|g| weights[g * sectors + s]).sum::<f64>();
    let totals: Vec<f64> = (0..sectors).map(total).collect();
    let by_sector = split(heads, &totals);
    let mut cells = vec![0; weights.len()];
    let mut owed = vec![0.0; regions];
    for s in 0..sectors {
        let exact: Vec<f64> =
            (0..regions).map(|g| by_sector[s] as f64 * weights[g * sectors + s] / totals[s].max(1e-300)).collect();
        for (g, x) in exact.iter().enumerate() {
            cells[g * sectors + s] = x.floor() as i64;
            owed[g] += x - x.floor();
        }
        let left = by_sector[s] - exact.iter().map(|x| x.floor() as i64).sum::<i64>();
        let mut order: Vec<usize> = (0..regions).filter(|g| weights[g * sectors + s] > 0.0).collect();
        order.sort_by(|a, b| owed[*b].total_cmp(&owed[*a]).then(a.cmp(b)));
        for g in order.into_iter().cycle().take(left.max(0) as usize) {
            cells[g * sectors + s] += 1;
            owed[g] -= 1.0;
        }
    }
    cells
}

/// Ages of the employed and of others, as cumulative weights by quarter of age.
#[derive(Clone, Debug)]
pub struct AgeDraw {
    first: u16,
    employed: Vec<f64>,
    others: Vec<f64>,
}

impl AgeDraw {
    /// From the number of adults and the participation at each age, in quarters from `first` on.
    #[must_use]
    pub fn new(first: u16, adults: &[f64], participation: &[f64]) -> Self {
        let cumulative = |weights: Vec<f64>| {
            let total: f64 = weights.iter().sum();
            let mut sum = 0.0;
            weights
                .iter()
                .map(|w| {
                    sum += w / total;
                    sum
                })
                .collect()
        };
        Self {
            first,
            employed: cumulative(adults.iter().zip(participation).map(|(n, p)| n * p).collect()),
            others: cumulative(adults.iter().zip(participation).map(|(n, p)| n * (1.0 - p)).collect()),
        }
    }

    #[allow(clippy::cast_possible_truncation, reason = "ages are below 500 quarters")]
    fn draw(&self, active: bool, u: f64) -> u16 {
        let table = if active { &self.employed } else { &self.others };
        self.first + table.partition_point(|c| *c < u).min(table.len() - 1) as u16
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "spells, ages and numbers fit")]
fn worker(
    i: usize,
    key: StreamKey,
    region: usize,
    sector: usize,
    task: u8,
    status: Status,
    ages: &AgeDraw,
    a: &Assumptions,
) -> WorkerDraft {
    let mut d = key.agent(i as u64);
    let age = ages.draw(status != Status::OutOfLabourForce, d.uniform());
    let skill = libm::exp(a.skill_spread * d.normal() - a.skill_spread * a.skill_spread / 2.0) as f32;
    let status = if status == Status::OutOfLabourForce && age >= 60 * 4 { Status::Retired } else { status };
    let spell = match status {
        Status::Employed => (-libm::log(1.0 - d.uniform()) * 24.0).min(f64::from(age.saturating_sub(64))) as u16,
        Status::Unemployed => (-libm::log(1.0 - d.uniform()) * 2.0) as u16,
        _ => 0,
    };
    WorkerDraft {
        person: Person { skill, talent: skill, age, bank: 0, region: region as u8, task, status, children: 2 },
        job: Job { employer: NOBODY, spell, ..Job::default() },
        sector,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "task classes and head counts")]
fn shuffled_tasks(n: i64, shares: &[f64], mut draws: Draws) -> Vec<u8> {
    let mut tasks: Vec<u8> =
        split(n, shares).iter().enumerate().flat_map(|(k, m)| core::iter::repeat_n(k as u8, *m as usize)).collect();
    for i in (1..tasks.len()).rev() {
        tasks.swap(i, draws.below(i + 1));
    }
    tasks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sector_too_small_for_any_cell_keeps_its_heads_and_regions_keep_theirs() {
        // 30 regions alike; of 1,000 heads the last sector has 0.4 %, a seventh of a head in a region.
        let shares = [0.5, 0.3, 0.196, 0.004];
        let weights: Vec<f64> = (0..30).flat_map(|_| shares).collect();
        let cells = allot_cells(1_000, &weights, 30);
        for (s, share) in shares.iter().enumerate() {
            let heads: i64 = (0..30).map(|g| cells[g * 4 + s]).sum();
            assert_eq!(heads, (1_000.0 * share).round() as i64);
        }
        for g in 0..30 {
            let heads: i64 = cells[g * 4..g * 4 + 4].iter().sum();
            assert!((32..=35).contains(&heads), "{heads}");
        }
    }
}
