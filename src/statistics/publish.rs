//! Publication of indicators: what agents may know of the economy, one quarter late.
//!
//! At the end of a tick the statistics of the tick become public. Expected inflation lies half way between an anchor and
//! smoothed past inflation; the trends of output and productivity are smoothed. Prices of homes and land, the policy rate
//! and task premia are written by their own mechanisms and left alone here.
//!
//! ```text
//! π^e = ½ π* + ½ π̄,   π̄' = π̄ + (1 − 2^(−1/H)) (π − π̄),   g' = g + w (growth − g)
//! ```
//!
//! Wage setters also know how far compensation has moved from productivity in the tasks that people do (`wage_gap`).
//!
//! π^e `expected_inflation`; π* the structure's inflation; π̄ `History::past_inflation`; H `inflation_half_life`;
//! w `trend_weight`. Source: half-anchored adaptive expectations, as estimated for households by Coibion &
//! Gorodnichenko (2015); the equal weights are assumed.
//! Reads the facts of the tick; writes `Indicators` and `History`. Draws: none.
//! Not here yet: indicators with noise or delay, expectations that differ between agents.

use super::facts::{Facts, History};
use crate::agents::TASKS;
use crate::calibration::opening::Opening;
use crate::engine::Indicators;
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::{IntoScheduleConfigs, Res, ResMut};

parameters! {
    /// `[expectations]`: how the past becomes expectation.
    pub struct Parameters {
        /// Quarters after which past inflation weighs half (assumed; a year and a half).
        inflation_half_life: f64 = 6.0, "quarters", 0.5..=80.0;
        /// Weight of the anchor in expected inflation (assumed: half).
        anchor_weight: f64 = 0.5, "share", 0.0..=1.0;
        /// Weight of the last quarter in the trends of output and productivity (assumed; half after six to seven quarters).
        trend_weight: f64 = 0.1, "per quarter", 0.0..=1.0;
        /// Largest quarterly growth, up or down, that moves a trend (assumed: beyond it, agents see a break).
        growth_limit: f64 = 0.1, "per quarter", 0.0..=1.0;
    }
}

/// The statistics office: survey and publication, last in the tick.
pub struct Publication;

impl Mechanism for Publication {
    const NAME: &'static str = "expectations";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "learning of inflation",
            off: &["expectations.anchor_weight=1.0"],
            instead: "everybody expects the opening's inflation for good",
        },
        Switch {
            part: "learning of trends",
            off: &["expectations.trend_weight=0.0"],
            instead: "everybody expects the opening's growth of output and productivity for good",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (super::survey, publish_indicators).chain()
    }
}

/// A value moved towards another by a weight.
#[must_use]
pub fn smoothed(before: f64, now: f64, weight: f64) -> f64 {
    if now.is_finite() { before + weight * (now - before) } else { before }
}

/// Weight of the last quarter that halves older ones after so many quarters.
#[must_use]
pub fn weight_of_half_life(half_life: f64) -> f64 {
    1.0 - libm::pow(0.5, 1.0 / half_life)
}

/// Vacancies over searchers before matching, from what matching left of both and the hires of the quarter.
#[must_use]
pub fn tightness(unfilled: f64, unemployed: f64, hired: f64) -> f64 {
    (unfilled + hired) / (unemployed + hired).max(1.0)
}

/// Keeps old values where new ones are missing.
fn fill(list: &mut Vec<f64>, new: impl Iterator<Item = f64>) {
    for (i, value) in new.enumerate() {
        if i >= list.len() {
            list.push(if value.is_finite() { value } else { 0.0 });
        } else if value.is_finite() {
            list[i] = value;
        }
    }
}

/// Publishes the tick's indicators.
#[allow(clippy::needless_pass_by_value, reason = "systems take their parameters by value")]
pub fn publish_indicators(
    facts: Res<Facts>,
    structure: Res<Structure>,
    parameters: Res<Parameters>,
    mut history: ResMut<History>,
    mut indicators: ResMut<Indicators>,
) {
    let p = &*parameters;
    let inflation = facts.now.cpi / indicators.cpi - 1.0;
    history.past_inflation = smoothed(history.past_inflation, inflation, weight_of_half_life(p.inflation_half_life));
    indicators.expected_inflation =
        p.anchor_weight * structure.inflation + (1.0 - p.anchor_weight) * history.past_inflation;
    // The opening's flows are calibrated, not simulated: the first comparison is that of the second tick.
    if let (Some(last), true) = (facts.last(), facts.tick > 1) {
        let growth = (facts.now.gdp_real / last.gdp_real - 1.0).clamp(-p.growth_limit, p.growth_limit);
        let jobs = facts.now.employment / last.employment - 1.0;
        let productivity = ((1.0 + growth) / (1.0 + jobs) - 1.0).clamp(-p.growth_limit, p.growth_limit);
        indicators.gdp_growth = smoothed(indicators.gdp_growth, growth, p.trend_weight);
        indicators.productivity_growth = smoothed(indicators.productivity_growth, productivity, p.trend_weight);
    }
    indicators.cpi_year_ago = facts.year_ago().map_or_else(
        || {
            let missing = 4 - i32::try_from(facts.tick).unwrap_or(4).min(4);
            libm::pow(1.0 + structure.inflation, -f64::from(missing))
        },
        |p| p.cpi,
    );
    indicators.wage_gap = wage_gap(&facts).unwrap_or(indicators.wage_gap);
    indicators.take(&facts, &structure);
}

/// Gap between wages and productivity in the tasks that people do: ln of the labour share, without what innovators bargained
/// for, less that of people's part of tasks, both relative to the opening \[log points\].
#[must_use]
pub fn wage_gap(facts: &Facts) -> Option<f64> {
    let (now, then) = (&facts.now, &facts.history.opening);
    let gap = libm::log((now.wage_share - now.innovator_rent_share) / then.wage_share)
        - libm::log(now.people_share / then.people_share);
    gap.is_finite().then_some(gap)
}

impl Indicators {
    /// Takes over what needs no smoothing.
    #[allow(clippy::cast_precision_loss, reason = "statistics")]
    fn take(&mut self, facts: &Facts, structure: &Structure) {
        self.prices.clone_from(&facts.prices);
        self.import_prices.clone_from(&facts.import_prices);
        self.cpi = facts.now.cpi;
        self.personal_price_rise = facts.personal_price_rise;
        self.capital_price = structure.bundle_price(&structure.business_bundle, &facts.prices, &facts.import_prices);
        let people = &facts.people;
        let nation = people.nation();
        if nation.unemployment_rate().is_finite() {
            self.unemployment_rate = nation.unemployment_rate();
        }
        if nation.mean_wage().is_finite() {
            self.mean_wage = nation.mean_wage();
        }
        fill(&mut self.unemployment_by_market, people.markets.iter().map(super::people::Market::unemployment_rate));
        fill(&mut self.wages_by_market, people.markets.iter().map(super::people::Market::mean_wage));
        if !facts.is_opening() {
            let market = |(v, m): (&f64, &super::people::Market)| tightness(*v, m.unemployed as f64, m.hired as f64);
            fill(&mut self.tightness_by_market, facts.firms.vacancies.iter().zip(&people.markets).map(market));
        }
        let sectors = &facts.firms.sectors;
        fill(&mut self.posted_wages_by_sector, sectors.iter().map(|g| g.posted / g.efficiency));
        fill(&mut self.adopters_by_sector, sectors.iter().map(super::firms::Group::adopter_share_value_added));
        let regions = facts.firms.regions.iter();
        fill(&mut self.adopters_by_region, regions.map(super::firms::Group::adopter_share_value_added));
        fill(&mut self.value_added_by_sector, sectors.iter().map(|g| g.value_added));
        fill(&mut self.profit_rate_by_sector, sectors.iter().map(|g| g.profit / g.capital_value));
        self.gdp_nominal = facts.flows.gdp;
        self.gdp_real = facts.flows.gdp_real;
        let income = |r: &super::people::RegionPeople| super::facts::yuan(r.income);
        let adults = |r: &super::people::RegionPeople| r.by_status.iter().sum::<i64>() as f64;
        self.mean_income = people.regions.iter().map(income).sum::<f64>() / people.population() as f64;
        fill(&mut self.mean_income_by_region, people.regions.iter().map(|r| income(r) / adults(r)));
    }

    /// Indicators of the opening position: prices one, expectations at trend. Fields of other mechanisms (homes, land,
    /// the policy rate, task premia) are kept where somebody has set them.
    #[must_use]
    pub fn opening(mut self, facts: &Facts, opening: &Opening) -> Self {
        let structure = &opening.structure;
        self.take(facts, structure);
        self.cpi_year_ago = libm::pow(1.0 + structure.inflation, -4.0);
        self.expected_inflation = structure.inflation;
        self.productivity_growth = structure.growth;
        self.gdp_growth = structure.growth;
        self.tightness_by_market = vec![1.0; structure.region_count() * TASKS];
        if self.policy_rate == 0.0 {
            self.policy_rate = opening.central_bank.policy_rate;
        }
        if self.task_premium.iter().all(|p| *p <= 0.0) {
            self.task_premium = opening.premia;
        }
        self
    }
}
