//! Migration: people without work move to regions where work pays more, against housing costs and the cost of registration.
//!
//! Somebody unemployed, or young and outside the labour force, considers one other region, drawn by size, and moves with a
//! probability that rises with the gain in expected income less housing. Regions differ at the start for reasons that
//! nobody measures; these amenities are what made people indifferent then, so only what changes since then moves them on net.
//!
//! ```text
//! V_rk = ln(wage_rk) + ln f(θ̂_rk) − β · ln(home price_r) − amenity_rk,   f = θ / (1 + θ)
//! P(move) = min(cap, ρ · exp(η · (V_d − V_o − h)))
//! ```
//!
//! θ̂ tightness read with the national one by sample size; amenity the value of V at the opening, with national tightness; η elasticity;
//! h hukou friction, as a loss of income; ρ the rate without it. Source: spatial equilibrium after Roback (1982); expected
//! income after Harris & Todaro (1970); elasticity and registration costs Tombe & Zhu (2019); rates are set so that the
//! flow of parameters.csv (0.9 % of the population a year) comes from those who can move here.
//! Departures: employees do not move with their job or for one; whoever moves keeps bank, home and suppliers.
//! Reads `Indicators`, `Structure`, `TaskDistribution`; writes `Person`, `Amenities`, `Tally`. Draws: `Stream::Migration`.
//! Not here yet: distance, return migration, cities and villages within a region, rented homes.

use super::job_matching::finding_chance;
use super::payroll::{place, rows};
use super::task_distribution::TaskDistribution;
use super::wage_setting::perceived_unemployment as read_with_national;
use crate::agents::{Job, Person, Status, TASKS};
use crate::engine::{CHUNK, Clock, Draws, Indicators, Mechanism, Stream, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;
use rayon::prelude::*;

parameters! {
    /// Moves between regions.
    pub struct Parameters {
        /// Whether people move.
        enabled: bool = true;
        /// Rate at which the unemployed would move without registration costs and gains (set with the next one to the flow of 0.9 % of the population a year).
        unemployed_rate: f64 = 0.31, "per year", 0.0..=4.0;
        /// Rate at which the young outside the labour force would move without registration costs and gains (see above).
        young_rate: f64 = 0.075, "per year", 0.0..=4.0;
        /// Oldest age of the young (assumed; most migrants move before 30).
        young_age: f64 = 30.0, "years", 16.0..=60.0;
        /// Response to expected income: parameters.csv, Tombe & Zhu (2019), 1.5.
        elasticity: f64 = 1.5, "elasticity", 0.0..=10.0;
        /// Weight of home prices: share of housing in household spending (NBS 2023: 22.7 %).
        housing_weight: f64 = 0.23, "share", 0.0..=1.0;
        /// Cost of living without local registration, as a loss of income (assumed; Tombe & Zhu 2019 find far larger costs for the whole move).
        hukou_friction: f64 = 0.3, "log points", 0.0..=5.0;
        /// Highest chance of a move (assumed).
        cap: f64 = 0.25, "per quarter", 0.0..=1.0;
        /// Searchers at which a region's own tightness has half the weight (as for wages).
        sampling_weight: f64 = 1000.0, "worker agents", 0.0..=1.0e6;
    }
}

/// Moves between regions.
pub struct Migration;

impl Mechanism for Migration {
    const NAME: &'static str = "migration";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "moves",
        off: &["migration.enabled=false"],
        instead: "everybody stays in the region of the opening",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (value_regions, move_people).chain()
    }
}

/// What regions offer: values of the tick and the amenities that made people indifferent at the start.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Amenities {
    /// Amenity by region and class \[log points\]; empty before the first tick.
    pub amenity: Vec<f64>,
    /// Value by region and class in this tick, amenities taken out \[log points\].
    pub value: Vec<f64>,
}

/// Value of a region for a class before amenities \[log points\].
#[must_use]
pub fn raw_value(wage: f64, tightness: f64, home_price: f64, housing_weight: f64) -> f64 {
    libm::log(wage.max(1.0)) + libm::log(finding_chance(tightness.clamp(0.02, 50.0)))
        - housing_weight * libm::log(home_price.max(1.0))
}

/// Chance of a move at a gain \[per quarter\].
#[must_use]
pub fn move_chance(p: &Parameters, yearly_rate: f64, gain: f64) -> f64 {
    (yearly_rate / 4.0 * libm::exp(p.elasticity * (gain - p.hukou_friction))).min(p.cap)
}

#[allow(clippy::cast_precision_loss, reason = "head counts")]
fn value_regions(
    parameters: Res<Parameters>,
    (structure, tasks, indicators): (Res<Structure>, Res<TaskDistribution>, Res<Indicators>),
    mut amenities: ResMut<Amenities>,
) {
    let p = &*parameters;
    let agents = |g: usize, k: usize| structure.regions[g].adults as f64 * tasks.shares[g][k];
    let national: Vec<f64> = (0..TASKS)
        .map(|k| {
            let of = |g: usize| (agents(g, k), indicators.tightness_by_market[g * TASKS + k]);
            let (sum, total) =
                (0..structure.region_count()).map(of).fold((0.0, 0.0), |(s, n), (w, t)| (s + w * t, n + w));
            if total > 0.0 { sum / total } else { 1.0 }
        })
        .collect();
    let market = |at: usize, own: bool| {
        let (g, k) = (at / TASKS, at % TASKS);
        let wage = indicators.wages_by_market[at];
        let wage = if wage > 0.0 { wage } else { indicators.mean_wage };
        let weight = if own { p.sampling_weight } else { f64::INFINITY };
        let tightness = if own {
            read_with_national(indicators.tightness_by_market[at], national[k], agents(g, k), weight)
        } else {
            national[k]
        };
        raw_value(wage, tightness, indicators.home_prices[g], p.housing_weight)
    };
    let markets = structure.region_count() * TASKS;
    if amenities.amenity.is_empty() {
        amenities.amenity = (0..markets).map(|at| market(at, false)).collect();
    }
    amenities.value = (0..markets).map(|at| market(at, true) - amenities.amenity[at]).collect();
}

#[allow(clippy::cast_precision_loss, reason = "head counts")]
fn move_people(
    parameters: Res<Parameters>,
    (clock, structure, amenities): (Res<Clock>, Res<Structure>, Res<Amenities>),
    mut tally: ResMut<Tally>,
    mut workers: Query<(&mut Person, &Job)>,
) {
    if !parameters.enabled || structure.region_count() < 2 {
        return;
    }
    let p = &*parameters;
    let total: f64 = structure.regions.iter().map(|r| r.adults as f64).sum();
    let mut sum = 0.0;
    let sizes: Vec<f64> = structure
        .regions
        .iter()
        .map(|r| {
            sum += r.adults as f64 / total;
            sum
        })
        .collect();
    let key = clock.key(Stream::Migration);
    for (persons, _) in workers.contiguous_iter_mut().expect("workers live in tables") {
        let of_chunk = |(c, persons): (usize, &mut [Person])| {
            let mut moves = 0;
            for (i, person) in persons.iter_mut().enumerate() {
                if let Some(rate) = rate_of(p, person) {
                    let mut draws = key.agent((c * CHUNK + i) as u64);
                    if let Some(region) = destination(p, person, rate, &sizes, &amenities.value, &mut draws) {
                        person.region = region;
                        moves += 1;
                    }
                }
            }
            moves
        };
        tally.moves += rows(persons).par_chunks_mut(CHUNK).enumerate().map(of_chunk).sum::<u64>();
    }
}

/// Yearly rate at which a person considers moving, if at all.
fn rate_of(p: &Parameters, person: &Person) -> Option<f64> {
    match person.status {
        Status::Unemployed => Some(p.unemployed_rate),
        Status::OutOfLabourForce if f64::from(person.age) < p.young_age * 4.0 => Some(p.young_rate),
        _ => None,
    }
}

/// Where a person moves, if anywhere.
#[allow(clippy::cast_possible_truncation, reason = "regions are numbered in eight bits")]
fn destination(
    p: &Parameters,
    person: &Person,
    rate: f64,
    sizes: &[f64],
    value: &[f64],
    draws: &mut Draws,
) -> Option<u8> {
    let u = draws.uniform();
    let region = sizes.partition_point(|s| *s <= u).min(sizes.len() - 1) as u8;
    let gain = value[place(usize::from(region), person.task)] - value[place(usize::from(person.region), person.task)];
    (region != person.region && draws.chance(move_chance(p, rate, gain))).then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::labour::testing;

    #[test]
    fn the_chance_rises_with_the_gain_up_to_its_cap() {
        let p = Parameters::default();
        let at = |gain| move_chance(&p, 0.31, gain);
        assert!((at(0.3) - 0.0775).abs() < 1e-12);
        assert!((at(0.0) - 0.0775 * libm::exp(-0.45)).abs() < 1e-12);
        assert!((at(9.0) - 0.25).abs() < 1e-12);
        assert!((raw_value(1000.0, 1.0, 1.0, 0.23) - libm::log(500.0)).abs() < 1e-12);
    }

    #[test]
    fn moves_balance_at_the_opening_and_go_to_where_pay_has_risen() {
        let net = |raise: f64| {
            let mut world = testing::world(4000, 12, 5);
            testing::run::<Migration>(&mut world, 1);
            for wage in &mut world.resource_mut::<Indicators>().wages_by_market[TASKS..] {
                *wage *= raise;
            }
            let before = testing::workers(&mut world);
            testing::run::<Migration>(&mut world, 20);
            let after = testing::workers(&mut world);
            let there = |all: &[testing::Worker]| all.iter().filter(|w| w.0.region == 1).count() as f64;
            assert!(testing::gaps(&mut world).is_empty());
            (there(&after) - there(&before)) / 4000.0
        };
        assert!(net(1.0).abs() < 0.008, "{}", net(1.0));
        assert!(net(1.5) > net(1.0) + 0.008, "{}", net(1.5));
    }
}
