//! The policy rate.
//!
//! The central bank moves its rate gradually towards what inflation and unemployment call for. With inflation at its
//! target and unemployment at what it has learned to be normal it returns to the neutral rate. The rate never falls
//! below a floor.
//!
//! ```text
//! r = max(floor, ρ · r₋₁ + (1 − ρ) · (r̄ + φ_π · (π − π*) − φ_y · κ · (u − ū)));   Δū = η · (u − ū)
//! ```
//!
//! r policy rate \[per year\]; r̄ `neutral_rate`; π consumer prices year on year; π* opening inflation blended with the
//! official target; u unemployment, ū its normal value, at the opening the actual one, η `unemployment_learning`; κ
//! Okun's coefficient; ρ, `φ_π`, `φ_y` smoothing and weights.
//! Source: Taylor (1993), equation 1, with interest-rate smoothing (Clarida, Galí & Gertler 2000, equation 3).
//! Departure: the output gap is Okun's multiple of the unemployment gap, which agents observe.
//!
//! With the defaults the rule is at rest at the opening: the target is the inflation that expectations start from, normal
//! unemployment that of the opening, and the neutral rate the opening policy rate. A normal unemployment that is learned
//! (as in Orphanides & Williams 2002) keeps a lasting rise of unemployment from holding the rate at its floor for ever.
//!
//! What follows the rate: loans to firms, whose whole balance is repriced every quarter, interbank loans and
//! central-bank credit at once; average rates on central bonds, local bonds and vehicles' debt as these are renewed; other
//! rates in part and gradually (`interest_rates`). The rate on foreign assets is a constant. Reads `Indicators`, `Structure`; writes
//! `CentralBank` (`policy_rate`, `normal_unemployment`), `Indicators::policy_rate`. Draws: none.
//!
//! Not here yet: reserve requirement and credit guidance as instruments of their own, a neutral rate that follows growth.

use crate::agents::CentralBank;
use crate::engine::indicators::Indicators;
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::registry::Registry;
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::{IntoScheduleConfigs, Res, ResMut};

parameters! {
    /// Monetary policy.
    pub struct Parameters {
        /// Whether the rate responds; otherwise it stays at its opening value.
        enabled: bool = true;
        /// Policy rate with inflation at its target and unemployment at its normal value. Source: medium-term lending facility, December 2023.
        neutral_rate: f64 = 0.025, "per year", 0.0..=0.2;
        /// Weight of the last rate. Source: estimated Chinese Taylor rules, `parameters.csv` `policy_rule_smoothing`.
        smoothing: f64 = 0.85, "1", 0.0..=0.99;
        /// Response to inflation. Source: Taylor (1993), `parameters.csv` `policy_rule_inflation`.
        inflation_response: f64 = 1.5, "1", 0.0..=4.0;
        /// Response to the output gap. Source: `parameters.csv` `policy_rule_output`.
        output_response: f64 = 0.3, "1", 0.0..=2.0;
        /// Percent of output per point of unemployment. Source: Ball, Leigh & Loungani (2017), of the order of two.
        okun_coefficient: f64 = 2.0, "1", 0.0..=5.0;
        /// Official inflation target. Source: Government Work Report 2023, `parameters.csv` `inflation_target`.
        official_target: f64 = 0.03, "per year", -0.02..=0.2;
        /// Weight of the official target beside opening inflation; above 0 the opening is not at rest. Assumption: 0, for the official figure is a ceiling in practice (inflation was 1.8 % a year in 2012-2023, recalled).
        official_target_weight: f64 = 0.0, "1", 0.0..=1.0;
        /// Speed at which normal unemployment, from its opening value, follows actual unemployment; 0 keeps it. Assumption: a memory of about ten years.
        unemployment_learning: f64 = 0.025, "per quarter", 0.0..=1.0;
        /// Lowest rate. Assumption.
        floor: f64 = 0.0, "per year", -0.02..=0.1;
    }
}

/// The policy rate.
pub struct MonetaryPolicy;

impl Mechanism for MonetaryPolicy {
    const NAME: &'static str = "monetary_policy";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "policy rule",
        off: &["monetary_policy.enabled=false"],
        instead: "the policy rate stays as it opened",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        set_policy_rate.into_configs()
    }
    fn rules(registry: &mut Registry) {
        registry.ascending(&[(Self::NAME, "floor"), (Self::NAME, "neutral_rate")]);
    }
}

/// Taylor (1993), equation 1, smoothed; gaps are of inflation \[per year\] and of unemployment \[share\].
#[must_use]
pub fn policy_rate(lagged: f64, inflation_gap: f64, unemployment_gap: f64, p: &Parameters) -> f64 {
    let output_gap = -p.okun_coefficient * unemployment_gap;
    let wanted = p.neutral_rate + p.inflation_response * inflation_gap + p.output_response * output_gap;
    (p.smoothing * lagged + (1.0 - p.smoothing) * wanted).max(p.floor)
}

fn set_policy_rate(
    parameters: Res<Parameters>,
    mut indicators: ResMut<Indicators>,
    structure: Res<Structure>,
    mut central_bank: ResMut<CentralBank>,
) {
    if !parameters.enabled {
        return;
    }
    let weight = parameters.official_target_weight;
    let target = (1.0 - weight) * structure.inflation * 4.0 + weight * parameters.official_target;
    let inflation = if indicators.cpi_year_ago > 0.0 {
        indicators.cpi / indicators.cpi_year_ago - 1.0
    } else {
        indicators.expected_inflation * 4.0
    };
    let normal = central_bank.normal_unemployment.unwrap_or(structure.unemployment_rate);
    let unemployment_gap = indicators.unemployment_rate - normal;
    central_bank.normal_unemployment = Some(normal + parameters.unemployment_learning * unemployment_gap);
    central_bank.policy_rate = policy_rate(central_bank.policy_rate, inflation - target, unemployment_gap, &parameters);
    indicators.policy_rate = central_bank.policy_rate;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_gaps_the_opening_rate_stays() {
        let p = Parameters::default();
        assert!((policy_rate(0.025, 0.0, 0.0, &p) - 0.025).abs() < 1e-15);
    }

    #[test]
    fn two_points_of_inflation_and_one_of_unemployment_as_worked_by_hand() {
        // 0.85 · 2.5 % + 0.15 · (2.5 % + 1.5 · 2 % − 0.3 · 2 · 1 %) = 2.86 %
        let p = Parameters::default();
        assert!((policy_rate(0.025, 0.02, 0.01, &p) - 0.0286).abs() < 1e-12);
    }

    #[test]
    fn deflation_stops_at_the_floor() {
        let p = Parameters::default();
        assert_eq!(policy_rate(0.0, -0.1, 0.05, &p).total_cmp(&p.floor), core::cmp::Ordering::Equal);
    }
}
