//! Wage setting: firms revise the wage that they post, task premia follow tightness, wages paid follow both.
//!
//! Each firm raises its posted wage by expected inflation and by the trend of productivity, and closes part of the gap
//! between wages and the level that productivity and unemployment in the region warrant, more if its own positions stay open longer than other firms' do, and drifts slowly to its
//! sector's mean. Cuts of the common part are mostly avoided; a firm with a loss passes on only part of a rise. Workers
//! get their firm's general rise at once and close part of the remaining gap to posted wage × premium × skill.
//!
//! ```text
//! common = π^e + θ · g − (λ / 4) · [x + ρ · x_r + ε · ln(û_r / u*)],    common ← (1 − δ) · common if common < 0, (1 − κ) · common if > 0 and loss
//! Δln w = common + γ · (v − v̄) − ζ · (1 − w̄_s / w),  |Δln w| ≤ limit
//! wage ← wage · w / w₋₁ + α · (w · p_k · (1 + b) · s − wage · w / w₋₁),   b only where innovators bargain (`innovator_bargaining`)
//! ```
//!
//! w `Staff::posted_wage`; π^e `Indicators::expected_inflation`; g `productivity_growth`; x `wage_gap`, the logarithm of
//! compensation over nominal GDP relative to the opening and to the part of tasks that people do; `x_r` the region's mean posted wage over the nation's, in
//! logs, relative to the opening; û the region's
//! unemployment, its published rate and the national one weighted by the region's adults; u* `Structure::unemployment_rate`; v positions left open over heads and open positions of the last quarter, v̄ their mean
//! over firms; w̄ `posted_wages_by_sector`; p `TaskPremia`; s `Person::skill`.
//! Source: error correction of wages to productivity as in Blanchard & Katz (1999), equation 6, whose long run is the
//! wage curve of levels of Blanchflower & Oswald (1994, 2005), elasticity −0.1; downward rigidity Holden & Wulfsberg
//! (2009); open positions and pay Faberman & Menzio (2018). In the long run wages so follow productivity in the tasks that
//! people do: what AI takes over lowers the labour share, as in Acemoglu & Restrepo (2018), and nothing else does for
//! good but unemployment and what firms take as mark-ups. Departures: the gap to productivity is national, so that a
//! region's wages hold to the nation's and not to its own output; rigidity does not bind relative wages (pay of new hires is
//! flexible: Pissarides 2009).
//! With no growth, no inflation, unemployment at u* and wages in step with productivity nothing moves on average. |x| and
//! û / u* are bounded (`gap_bound`, `unemployment_bound`).
//! Reads `Indicators`, `Structure`, `TaskDistribution`, `Identity`, `Books`, `Person`; writes `Staff`, `Job`, `TaskPremia`.
//! Draws: none. Not here yet: minimum wages, collective bargaining, seniority, wages that differ by gender or registration.

use super::innovator_bargaining::INNOVATORS;
use super::payroll::rows;
use super::task_distribution::TaskDistribution;
use super::task_premia::{TaskPremia, relative_tightness};
use crate::agents::{Books, Identity, Job, NOBODY, Person, Staff, TASKS};
use crate::engine::{CHUNK, Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;
use rayon::prelude::*;

parameters! {
    /// Posted and paid wages.
    pub struct Parameters {
        /// Weight of expected inflation (a vertical long-run Phillips curve needs one).
        inflation_weight: f64 = 1.0, "share", 0.0..=1.5;
        /// Weight of productivity growth (one keeps the wage share on a balanced path; Kaldor 1957).
        productivity_weight: f64 = 1.0, "share", 0.0..=1.5;
        /// Fall of the wage level, relative to productivity, in unemployment: 0.1 (Blanchflower & Oswald 1994, 2005).
        unemployment_elasticity: f64 = 0.1, "log points per log point", 0.0..=1.0;
        /// Speed at which wages go to the level that productivity and unemployment warrant: about 0.25 in Europe, near zero in the United States (Blanchard & Katz 1999).
        error_correction: f64 = 0.25, "per year", 0.0..=4.0;
        /// Weight of the region's wage over the nation's beside the national gap: one makes the wage curve one of levels within regions, as it was estimated (Blanchflower & Oswald 1994); zero leaves a Phillips curve between them.
        regional_weight: f64 = 1.0, "share", 0.0..=1.0;
        /// Largest gap between wages and productivity that counts (assumed).
        gap_bound: f64 = 0.3, "log points", 0.0..=2.0;
        /// Largest deviation of unemployment that counts, as a factor up or down (assumed; keeps small regions from extremes).
        unemployment_bound: f64 = 3.0, "ratio", 1.0..=20.0;
        /// Adults at which a region's own rate has half the weight in what its wage setters go by (assumed: a small province; a number of people, so that the size of agents does not matter).
        sampling_weight: f64 = 8.0e6, "persons", 0.0..=1.0e12;
        /// Rise for each point of a firm's open positions above the mean share (assumed).
        vacancy_response: f64 = 0.02, "log points per quarter and unit", 0.0..=1.0;
        /// Drift to the sector's mean posted wage (assumed; small, so that firms' wage policies last; of levels, so that it leaves the sector's wage bill as it is).
        convergence: f64 = 0.01, "per quarter", 0.0..=1.0;
        /// Part of a cut that is not made: parameters.csv, 0.7 of the gap not closed in a year.
        downward_rigidity: f64 = 0.7, "share", 0.0..=1.0;
        /// Part of a rise that a firm with a loss leaves out (assumed).
        loss_restraint: f64 = 0.3, "share", 0.0..=1.0;
        /// Largest change of a posted wage (assumed).
        limit: f64 = 0.1, "log points per quarter", 0.0..=1.0;
        /// Part of the gap between a paid wage and the firm's wage for the job that is closed (assumed: pay rounds about once in half a year).
        adjustment: f64 = 0.5, "per quarter", 0.0..=1.0;
        /// Response of task premia to relative tightness; over `premium_habit` it is the long-run elasticity 1 / 1.6 of Katz & Murphy (1992).
        premium_response: f64 = 0.01, "log points per quarter and log point", 0.0..=1.0;
        /// Speed at which relative tightness becomes normal (assumed, see above).
        premium_habit: f64 = 0.016, "per quarter", 0.0..=1.0;
    }
}

/// Posted wages, task premia and wages paid.
pub struct WageSetting;

impl Mechanism for WageSetting {
    const NAME: &'static str = "wage_setting";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "wage curve and competition for staff",
            off: &[
                "wage_setting.error_correction=0.0",
                "wage_setting.vacancy_response=0.0",
                "wage_setting.convergence=0.0",
                "wage_setting.loss_restraint=0.0",
                "wage_setting.premium_response=0.0",
            ],
            instead: "wages are indexed: posted wages follow expected inflation and productivity alone, task premia stay",
        },
        Switch {
            part: "task premia",
            off: &["wage_setting.premium_response=0.0"],
            instead: "relative wages of task classes stay as they opened",
        },
        Switch {
            part: "downward rigidity",
            off: &["wage_setting.downward_rigidity=0.0"],
            instead: "wages are cut as easily as they are raised",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (move_task_premia, publish_task_premia, set_posted_wages, adjust_wages).chain()
    }
}

/// Growth of the last posted wage of each firm, kept for the wages paid in the same tick.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Raises(Vec<f32>);

/// Posted wage of each region over the nation's at the opening \[log points\]; empty before the first tick.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct RegionalWages(pub Vec<f64>);

/// Mean posted wage of each region over the mean of all, both per efficiency unit \[log points\]; zero without staff.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "efficiency units of a firm fit 53 bits")]
pub fn relative_wages<'a>(regions: usize, firms: impl Iterator<Item = (&'a Identity, &'a Staff)>) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); regions];
    for (identity, staff) in firms.filter(|(identity, staff)| identity.active() && staff.posted_wage > 0.0) {
        let units = staff.efficiency.iter().sum::<i64>() as f64;
        let sum = &mut sums[usize::from(identity.region)];
        *sum = (sum.0 + units * staff.posted_wage, sum.1 + units);
    }
    let nation = sums.iter().fold((0.0, 0.0), |n, r| (n.0 + r.0, n.1 + r.1));
    let of = |(pay, units): (f64, f64)| libm::log(pay / units / (nation.0 / nation.1));
    sums.into_iter().map(|r| if r.0 > 0.0 { of(r) } else { 0.0 }).collect()
}

/// Unemployment as wage setters read it: a region's own rate counts by its adults.
#[must_use]
pub fn perceived_unemployment(regional: f64, national: f64, adults: f64, sampling_weight: f64) -> f64 {
    let total = adults + sampling_weight;
    if total > 0.0 { (adults * regional + sampling_weight * national) / total } else { national }
}

/// What all wages of a region move by before rigidity \[log points per quarter\].
#[must_use]
pub fn common_rise(
    p: &Parameters,
    expected_inflation: f64,
    productivity_growth: f64,
    wage_gap: f64,
    unemployment: f64,
    reference: f64,
) -> f64 {
    let ratio = (unemployment / reference).clamp(1.0 / p.unemployment_bound, p.unemployment_bound);
    let gap = wage_gap.clamp(-p.gap_bound, p.gap_bound) + p.unemployment_elasticity * libm::log(ratio);
    p.inflation_weight * expected_inflation + p.productivity_weight * productivity_growth
        - p.error_correction / 4.0 * gap
}

/// What is left of the common rise after rigidity and restraint.
#[must_use]
pub fn granted(p: &Parameters, common: f64, loss: bool) -> f64 {
    if common < 0.0 {
        (1.0 - p.downward_rigidity) * common
    } else if loss {
        (1.0 - p.loss_restraint) * common
    } else {
        common
    }
}

/// Change of a posted wage: the granted common part, the firm's open positions and the drift to the sector's mean.
#[must_use]
pub fn posted_change(p: &Parameters, granted: f64, excess_vacancies: f64, gap_to_sector: f64) -> f64 {
    (granted + p.vacancy_response * excess_vacancies - p.convergence * gap_to_sector).clamp(-p.limit, p.limit)
}

/// Share of a firm's positions that stayed open.
fn open_share(staff: &Staff) -> f64 {
    let places = staff.heads.iter().sum::<u32>() + staff.unfilled;
    if places == 0 { 0.0 } else { f64::from(staff.unfilled) / f64::from(places) }
}

#[allow(clippy::cast_precision_loss, reason = "head counts")]
fn move_task_premia(
    parameters: Res<Parameters>,
    (structure, tasks, indicators): (Res<Structure>, Res<TaskDistribution>, Res<Indicators>),
    mut premia: ResMut<TaskPremia>,
) {
    let adults = |g: usize| structure.regions[g].adults as f64;
    let weights: Vec<f64> =
        (0..structure.region_count()).flat_map(|g| tasks.shares[g].map(|s| s * adults(g))).collect();
    let total: f64 = weights.iter().sum();
    let national = core::array::from_fn(|k| weights.iter().skip(k).step_by(TASKS).sum::<f64>() / total);
    let relative = relative_tightness(&indicators.tightness_by_market, &weights);
    premia.adjust(&relative, &national, parameters.premium_response, parameters.premium_habit);
}

/// Firms count with the premia of the quarter.
fn publish_task_premia(premia: Res<TaskPremia>, mut indicators: ResMut<Indicators>) {
    indicators.task_premium = premia.premium;
}

/// The common rise of each region; `gaps` is how far its wage has moved from the nation's.
fn regional_rises(
    p: &Parameters,
    structure: &Structure,
    tasks: &TaskDistribution,
    indicators: &Indicators,
    gaps: &[f64],
) -> Vec<f64> {
    let rise = |(g, gap): (usize, &f64)| {
        let regional = tasks.mean(g, &indicators.unemployment_by_market);
        let adults = structure.persons(structure.regions[g].adults);
        let u = perceived_unemployment(regional, indicators.unemployment_rate, adults, p.sampling_weight);
        common_rise(
            p,
            indicators.expected_inflation,
            indicators.productivity_growth,
            indicators.wage_gap + p.regional_weight * gap,
            u,
            structure.unemployment_rate,
        )
    };
    gaps.iter().enumerate().map(rise).collect()
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "head counts; rises in single precision"
)]
fn set_posted_wages(
    parameters: Res<Parameters>,
    (structure, tasks, indicators): (Res<Structure>, Res<TaskDistribution>, Res<Indicators>),
    (mut raises, mut opening): (ResMut<Raises>, ResMut<RegionalWages>),
    mut firms: Query<(&Identity, &mut Staff, &Books)>,
) {
    let p = &*parameters;
    let relative = relative_wages(structure.region_count(), firms.iter().map(|(identity, staff, _)| (identity, staff)));
    if opening.0.is_empty() {
        opening.0.clone_from(&relative);
    }
    let gaps: Vec<f64> = relative.iter().zip(&opening.0).map(|(now, then)| now - then).collect();
    let common = regional_rises(p, &structure, &tasks, &indicators, &gaps);
    let (mut open, mut places) = (0.0, 0.0);
    for (_, staff, _) in firms.iter().filter(|(identity, ..)| identity.active()) {
        let size = f64::from(staff.heads.iter().sum::<u32>() + staff.unfilled);
        open += size * open_share(staff);
        places += size;
    }
    let mean_open = if places > 0.0 { open / places } else { 0.0 };
    raises.0.clear();
    for (identity, mut staff, books) in &mut firms {
        if !identity.active() || staff.posted_wage <= 0.0 {
            raises.0.push(1.0);
            continue;
        }
        let sector_mean = indicators.posted_wages_by_sector[usize::from(identity.sector)];
        let gap = if sector_mean > 0.0 { 1.0 - sector_mean / staff.posted_wage } else { 0.0 };
        let granted = granted(p, common[usize::from(identity.region)], books.lagged_profit.0 < 0);
        let factor = libm::exp(posted_change(p, granted, open_share(&staff) - mean_open, gap));
        staff.posted_wage *= factor;
        raises.0.push(factor as f32);
    }
}

#[allow(clippy::cast_possible_truncation, reason = "wages are stored in single precision")]
fn adjust_wages(
    parameters: Res<Parameters>,
    (premia, raises): (Res<TaskPremia>, Res<Raises>),
    firms: Query<&Staff>,
    mut workers: Query<(&Person, &mut Job)>,
) {
    let of = |(staff, raise): (&Staff, &f32)| (staff.posted_wage as f32, *raise, 1.0 + staff.innovator_premium as f32);
    let board: Vec<(f32, f32, f32)> = firms.iter().zip(&raises.0).map(of).collect();
    let premium = premia.premium.map(|p| p as f32);
    let adjustment = parameters.adjustment as f32;
    for (persons, jobs) in workers.contiguous_iter_mut().expect("workers live in tables") {
        persons.par_chunks(CHUNK).zip(rows(jobs).par_chunks_mut(CHUNK)).for_each(|(persons, jobs)| {
            for (person, job) in persons.iter().zip(jobs) {
                if job.employer != NOBODY {
                    let (posted, raise, shared) = board[job.employer as usize];
                    let indexed = job.wage * raise;
                    let shared = if usize::from(person.task) == INNOVATORS { shared } else { 1.0 };
                    let target = posted * premium[usize::from(person.task)] * shared * person.skill;
                    job.wage = indexed + adjustment * (target - indexed);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::labour::testing;

    #[test]
    fn nothing_moves_at_rest_and_the_wage_curve_has_its_elasticity() {
        let p = Parameters { unemployment_elasticity: 0.1, error_correction: 1.0, ..Parameters::default() };
        assert!(common_rise(&p, 0.0, 0.0, 0.0, 0.052, 0.052).abs() < 1e-15);
        // Unemployment one per cent above normal for a year takes a tenth of a per cent off wages.
        assert!((4.0 * common_rise(&p, 0.0, 0.0, 0.0, 0.052 * 1.01, 0.052) + 0.1 * libm::log(1.01)).abs() < 1e-12);
        assert!((common_rise(&p, 0.0, 0.0, 0.0, 0.9, 0.052) + 0.025 * libm::log(3.0)).abs() < 1e-12);
        assert!((common_rise(&p, 0.0025, 0.0115, 0.0, 0.052, 0.052) - 0.014).abs() < 1e-12);
    }

    #[test]
    fn wages_go_back_to_productivity_and_rest_on_the_wage_curve() {
        let p = Parameters { unemployment_elasticity: 0.1, error_correction: 0.25, ..Parameters::default() };
        // A quarter of a gap of four per cent in a year.
        assert!((4.0 * common_rise(&p, 0.0, 0.0, 0.04, 0.052, 0.052) + 0.01).abs() < 1e-12);
        // Twice the unemployment at rest: wages ln 2 · 0.1 below.
        let at_rest = -0.1 * libm::log(2.0);
        assert!(common_rise(&p, 0.0, 0.0, at_rest, 0.104, 0.052).abs() < 1e-12);
        // Without error correction neither moves wages.
        let p = Parameters { error_correction: 0.0, ..p };
        assert_eq!(common_rise(&p, 0.0, 0.0, 0.04, 0.104, 0.052), 0.0);
    }

    #[test]
    fn a_region_above_the_nation_is_told_apart() {
        let firm = |region, posted_wage, units: i64| {
            let identity = Identity { region, life: crate::agents::firm::Life::Active, ..Identity::default() };
            (identity, Staff { posted_wage, efficiency: [units, 0, 0, 0], ..Staff::default() })
        };
        let firms = [firm(0, 110.0, 1), firm(0, 130.0, 1), firm(1, 80.0, 2)];
        let relative = relative_wages(3, firms.iter().map(|(i, s)| (i, s)));
        assert!((relative[0] - libm::log(1.2)).abs() < 1e-12 && (relative[1] - libm::log(0.8)).abs() < 1e-12);
        assert_eq!(relative[2], 0.0);
    }

    #[test]
    fn cuts_are_mostly_avoided_and_losses_restrain_rises() {
        let p = Parameters::default();
        assert!((granted(&p, -0.01, false) + 0.003).abs() < 1e-12);
        assert!((granted(&p, 0.01, true) - 0.007).abs() < 1e-12);
        assert!((granted(&p, 0.01, false) - 0.01).abs() < 1e-12);
        assert!((posted_change(&p, 0.0, 0.1, 0.05) - (0.002 - 0.0005)).abs() < 1e-12);
        assert!((posted_change(&p, 0.5, 0.0, 0.0) - 0.1).abs() < 1e-12);
    }

    #[test]
    fn small_regions_are_read_with_the_national_rate() {
        assert!((perceived_unemployment(0.10, 0.05, 1000.0, 1000.0) - 0.075).abs() < 1e-12);
        assert!((perceived_unemployment(0.10, 0.05, 0.0, 0.0) - 0.05).abs() < 1e-12);
    }

    #[test]
    fn wages_rest_where_prices_and_productivity_do_and_follow_them_without_a_lag() {
        let mut world = testing::world(300, 12, 1);
        let before = testing::workers(&mut world);
        testing::run::<WageSetting>(&mut world, 1);
        let after = testing::workers(&mut world);
        assert!(
            before
                .iter()
                .zip(&after)
                .all(|(b, a)| (a.1.wage / b.1.wage.max(1.0) - 1.0).abs() < 1e-3 || b.1.employer == NOBODY)
        );
        world.resource_mut::<Indicators>().expected_inflation = 0.01;
        testing::run::<WageSetting>(&mut world, 1);
        let risen = testing::workers(&mut world);
        for (a, r) in after.iter().zip(&risen).filter(|(a, _)| a.1.employer != NOBODY) {
            assert!((r.1.wage / a.1.wage - 1.01005).abs() < 1e-3, "{} {}", a.1.wage, r.1.wage);
        }
    }
}
