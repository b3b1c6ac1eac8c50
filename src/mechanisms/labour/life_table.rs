//! Life table: at what age people die, enter the labour force and leave it.
//!
//! ```text
//! entry(a) = 1 − (1 − r(a)) / (1 − r(a−1))  where r rises,    withdrawal(a) = 1 − r(a) / r(a−1)  where it falls
//! ```
//!
//! r participation at age a (in quarters), piecewise linear between the middles of the age groups, zero at 16, with the
//! middles adjusted until every group's mean is the table's (within a point where the curve would have two peaks). A cohort whose outsiders enter and whose members withdraw
//! with these hazards follows r exactly. Deaths are constant within a group. Source: `data/population.csv`.

use crate::agents::Status;
use crate::calibration::{AgeGroup, PopulationTable};
use bevy_ecs::prelude::Resource;

/// Youngest age of an adult \[quarters\].
pub const FIRST_AGE: u16 = 16 * 4;
/// Age at which the last die \[quarters\].
pub const LAST_AGE: u16 = 110 * 4;
/// Age from which those outside the labour force draw a pension: statutory for men in 2023 \[quarters\].
pub const PENSION_AGE: u16 = 60 * 4;

/// Hazards by age in quarters, from [`FIRST_AGE`] to [`LAST_AGE`].
#[derive(Clone, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct LifeTable {
    /// Deaths \[per quarter\].
    pub death: Vec<f64>,
    /// From outside the labour force into the search for work \[per quarter\].
    pub entry: Vec<f64>,
    /// Out of work or search for good \[per quarter\].
    pub withdrawal: Vec<f64>,
    participation: Vec<f64>,
}

/// Row of an age; ages beyond the table count as the last one.
fn row(age: u16) -> usize {
    usize::from(age.clamp(FIRST_AGE, LAST_AGE) - FIRST_AGE)
}

/// Hazard per quarter of a hazard per year: four quarters survive as one year does.
#[must_use]
pub fn quarterly(hazard: f64) -> f64 {
    1.0 - libm::pow(1.0 - hazard, 0.25)
}

impl LifeTable {
    /// The table in which as many take part in the labour force as are employed.
    #[must_use]
    pub fn from_population(population: &PopulationTable) -> Self {
        Self::with_unemployment(population, 0.0)
    }

    /// The table in which the labour force is the employed and `unemployed_per_employed` times as many.
    ///
    /// # Panics
    /// If the population has no age groups.
    #[must_use]
    pub fn with_unemployment(population: &PopulationTable, unemployed_per_employed: f64) -> Self {
        let groups = &population.age_groups;
        assert!(!groups.is_empty(), "a population has age groups");
        let rate = |g: &AgeGroup| (g.employment_rate * (1.0 + unemployed_per_employed)).min(0.99);
        let participation = profile(groups, &groups.iter().map(rate).collect::<Vec<_>>());
        let step = |a: usize| (participation[a - 1], participation[a]);
        let mut entry = vec![0.0];
        let mut withdrawal = vec![0.0];
        for a in 1..participation.len() {
            let (before, after) = step(a);
            entry.push(if after > before { 1.0 - (1.0 - after) / (1.0 - before) } else { 0.0 });
            withdrawal.push(if after < before { 1.0 - after / before } else { 0.0 });
        }
        let mut death: Vec<f64> =
            (FIRST_AGE..=LAST_AGE).map(|age| quarterly(groups[group_of(groups, age)].death_rate)).collect();
        if let Some(last) = death.last_mut() {
            *last = 1.0;
        }
        Self { death, entry, withdrawal, participation }
    }

    /// The table in which the labour force is a given share of adults whose shares by age (from [`FIRST_AGE`] on) are `ages`:
    /// employment rates by age are scaled to it. With `stationary_ages` the labour force of a stationary population stays.
    #[must_use]
    pub fn for_labour_force(population: &PopulationTable, ages: &[f64], share: f64) -> Self {
        let total: f64 = ages.iter().sum();
        let reached = |table: &Self| ages.iter().zip(&table.participation).map(|(n, r)| n * r).sum::<f64>() / total;
        let (mut low, mut high) = (-0.9, 1.0);
        for _ in 0..40 {
            let middle = f64::midpoint(low, high);
            if reached(&Self::with_unemployment(population, middle)) < share { low = middle } else { high = middle }
        }
        Self::with_unemployment(population, f64::midpoint(low, high))
    }

    /// Death hazard at an age \[per quarter\].
    #[must_use]
    pub fn death_at(&self, age: u16) -> f64 {
        self.death[row(age)]
    }

    /// Hazard of entry at an age \[per quarter\].
    #[must_use]
    pub fn entry_at(&self, age: u16) -> f64 {
        self.entry[row(age)]
    }

    /// Hazard of withdrawal at an age \[per quarter\].
    #[must_use]
    pub fn withdrawal_at(&self, age: u16) -> f64 {
        self.withdrawal[row(age)]
    }

    /// Share of an age that takes part in the labour force.
    #[must_use]
    pub fn participation(&self, age: u16) -> f64 {
        self.participation[row(age)]
    }

    /// Shares of ages, in quarters from 16 years on, in a population in which every death is followed by a person of 16.
    #[must_use]
    pub fn stationary_ages(&self) -> Vec<f64> {
        let mut alive = 1.0;
        let mut ages = vec![alive];
        for hazard in &self.death[1..] {
            alive *= 1.0 - hazard;
            ages.push(alive);
        }
        let total: f64 = ages.iter().sum();
        ages.iter().map(|a| a / total).collect()
    }

    /// Status of somebody of an age outside the labour force.
    #[must_use]
    pub const fn status_outside(age: u16) -> Status {
        if age >= PENSION_AGE { Status::Retired } else { Status::OutOfLabourForce }
    }
}

fn group_of(groups: &[AgeGroup], age: u16) -> usize {
    groups.iter().rposition(|g| g.from * 4 <= u32::from(age)).unwrap_or(0)
}

/// Participation by quarter of age such that each closed group's mean over its ages is its rate.
fn profile(groups: &[AgeGroup], rates: &[f64]) -> Vec<f64> {
    let years = |age: u16| f64::from(age) / 4.0;
    let middle = |g: &AgeGroup| f64::from(g.from) + g.to.map_or(5.0, |to| f64::from(to + 1 - g.from)) / 2.0;
    let mut nodes: Vec<(f64, f64)> = vec![(years(FIRST_AGE), 0.0)];
    nodes.extend(groups.iter().zip(rates).map(|(g, r)| (middle(g), *r)));
    nodes.push((years(LAST_AGE), 0.0));
    let ages: Vec<u16> = (FIRST_AGE..=LAST_AGE).collect();
    let group: Vec<usize> = ages.iter().map(|a| group_of(groups, *a)).collect();
    let curve = |nodes: &[(f64, f64)]| -> Vec<f64> { ages.iter().map(|a| interpolate(nodes, years(*a))).collect() };
    for _ in 0..200 {
        let values = curve(&nodes);
        for (i, g) in groups.iter().enumerate().filter(|(_, g)| g.to.is_some()) {
            let of_group = || group.iter().zip(&values).filter(|(at, _)| **at == i).map(|(_, v)| *v);
            let (sum, count) = of_group().fold((0.0, 0.0), |(s, n), v| (s + v, n + 1.0));
            debug_assert!(count > 0.0, "ages {} are in the table", g.from);
            nodes[i + 1].1 = (nodes[i + 1].1 + 0.5 * (rates[i] - sum / count)).clamp(0.0, 0.99);
        }
        single_peaked(&mut nodes, rates);
    }
    curve(&nodes)
}

/// Keeps the curve from falling before the group with the highest rate and from rising after it, so that nobody
/// withdraws among those who enter.
fn single_peaked(nodes: &mut [(f64, f64)], rates: &[f64]) {
    let peak = 1 + (0..rates.len()).fold(0, |best, i| if rates[i] > rates[best] { i } else { best });
    for i in (1..peak).rev() {
        nodes[i].1 = nodes[i].1.min(nodes[i + 1].1);
    }
    for i in peak + 1..nodes.len() {
        nodes[i].1 = nodes[i].1.min(nodes[i - 1].1);
    }
}

fn interpolate(nodes: &[(f64, f64)], x: f64) -> f64 {
    let after = nodes.partition_point(|n| n.0 <= x).clamp(1, nodes.len() - 1);
    let ((x0, y0), (x1, y1)) = (nodes[after - 1], nodes[after]);
    y0 + (y1 - y0) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration;

    fn table() -> (PopulationTable, LifeTable) {
        let population = calibration::load(None).expect("tables").population;
        let life = LifeTable::from_population(&population);
        (population, life)
    }

    #[test]
    fn a_quarterly_hazard_compounds_to_the_yearly_one() {
        assert!((1.0 - (1.0 - quarterly(0.1516)).powi(4) - 0.1516).abs() < 1e-12);
        assert!(quarterly(0.0).abs() < 1e-15);
    }

    #[test]
    fn a_cohort_that_follows_the_hazards_has_the_tables_employment_rates() {
        let (population, life) = table();
        let (mut inside, mut by_group) = (0.0, vec![(0.0, 0.0); population.age_groups.len()]);
        for age in FIRST_AGE..LAST_AGE {
            inside += (1.0 - inside) * life.entry_at(age);
            inside *= 1.0 - life.withdrawal_at(age);
            assert!((inside - life.participation(age)).abs() < 1e-9, "age {age}");
            let g = &mut by_group[group_of(&population.age_groups, age)];
            *g = (g.0 + inside, g.1 + 1.0);
        }
        for (group, (sum, n)) in population.age_groups.iter().zip(by_group).filter(|(g, _)| g.to.is_some()) {
            assert!(
                (sum / n - group.employment_rate).abs() < 0.01,
                "{}: {} {}",
                group.from,
                sum / n,
                group.employment_rate
            );
        }
    }

    #[test]
    fn entry_ends_before_withdrawal_begins() {
        let (_, life) = table();
        let last_entry = (FIRST_AGE..=LAST_AGE).filter(|a| life.entry_at(*a) > 0.0).max().expect("people enter");
        let first_withdrawal = (FIRST_AGE..=LAST_AGE).find(|a| life.withdrawal_at(*a) > 0.0).expect("people withdraw");
        assert!(last_entry <= first_withdrawal, "{last_entry} {first_withdrawal}");
        assert!(life.entry_at(20 * 4) > 0.0 && life.withdrawal_at(55 * 4) > 0.0);
    }

    #[test]
    fn the_stationary_population_renews_itself() {
        let (_, life) = table();
        let ages = life.stationary_ages();
        assert!((ages.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(ages.len(), usize::from(LAST_AGE - FIRST_AGE) + 1);
        let deaths: f64 = (1..ages.len()).map(|i| ages[i - 1] * life.death[i]).sum();
        assert!((deaths - ages[0]).abs() < 1e-9);
        let years = 1.0 / ages[0] / 4.0;
        assert!((55.0..75.0).contains(&years), "life expectancy at 16: {years}");
    }

    #[test]
    fn the_labour_force_of_a_stationary_population_is_the_one_asked_for() {
        let (population, life) = table();
        let ages = life.stationary_ages();
        let scaled = LifeTable::for_labour_force(&population, &ages, 0.6);
        let reached: f64 = ages.iter().enumerate().map(|(i, n)| n * scaled.participation(FIRST_AGE + i as u16)).sum();
        assert!((reached - 0.6).abs() < 1e-6);
    }

    #[test]
    fn unemployment_comes_on_top_of_employment() {
        let (population, employed) = table();
        let all = LifeTable::with_unemployment(&population, 0.04);
        let ratio = all.participation(40 * 4) / employed.participation(40 * 4);
        assert!((ratio - 1.04).abs() < 1e-3);
    }
}
