//! Collapses: states in which the model economy no longer resembles an economy. Each is named once, with the tick in
//! which it was first seen, and stays named: a run that collapsed is counted, never silent.
//!
//! | label | rule |
//! |---|---|
//! | mass unemployment | national rate above 25 % in four quarters running |
//! | price spiral | consumer prices more than 50 % above or below those of a year before |
//! | zero credit | no new loans to firms in four quarters running |
//! | one-firm monopoly | one firm has more than 90 % of the sales of a sector that opened with more than five |
//! | sector death | a sector that opened with firms has none in business |

use super::facts::Facts;
use bevy_ecs::prelude::Resource;

/// Rate of unemployment that is mass unemployment \[share\]: the peak of the Great Depression in the United States.
const MASS_UNEMPLOYMENT: f64 = 0.25;
/// Change of consumer prices in a year that is a spiral \[share\]: half of it or more is galloping inflation.
const PRICE_SPIRAL: f64 = 0.5;
/// Share of a sector's sales that is a monopoly \[share\].
const MONOPOLY: f64 = 0.9;
/// Firms that a sector must have opened with for a monopoly to be a collapse \[firm agents\].
const COMPETITORS: f64 = 5.0;
/// Quarters that unemployment or a lack of credit must last \[quarters\].
const LASTING: u32 = 4;

/// What is looked at in a tick.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// Tick.
    pub tick: i64,
    /// Unemployment rate \[share\].
    pub unemployment_rate: f64,
    /// Consumer prices on the year before; not a number in the first year \[share\].
    pub inflation: f64,
    /// New loans to firms \[yuan\].
    pub new_firm_loans: f64,
    /// Firms in business by sector \[firm agents\].
    pub firms: Vec<f64>,
    /// Share of the largest firm in each sector's sales \[share\].
    pub largest: Vec<f64>,
    /// Codes of the sectors.
    pub codes: Vec<String>,
}

/// A collapse that the run has shown.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Collapse {
    /// Name.
    #[serde(with = "crate::engine::words")]
    pub label: crate::engine::words::Word,
    /// Code of the sector, empty if it is the nation.
    pub sector: String,
    /// Tick in which it was first seen.
    pub tick: i64,
}

impl core::fmt::Display for Collapse {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let space = if self.sector.is_empty() { "" } else { " " };
        write!(f, "{}{space}{} (tick {})", self.label, self.sector, self.tick)
    }
}

/// What has been seen since the opening.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Collapses {
    opening_firms: Vec<f64>,
    jobless_quarters: u32,
    creditless_quarters: u32,
    seen: Vec<Collapse>,
}

impl Signs {
    /// The signs in the facts of a tick.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let sectors = &facts.firms.sectors;
        Self {
            tick: facts.tick,
            unemployment_rate: facts.people.nation().unemployment_rate(),
            inflation: facts.growth(|p| p.cpi),
            new_firm_loans: super::facts::yuan(facts.tally.new_firm_loans),
            firms: sectors.iter().map(|g| g.firms).collect(),
            largest: sectors.iter().zip(&facts.firms.largest_sales).map(|(g, l)| l / g.revenue).collect(),
            codes: facts.structure().sectors.iter().map(|s| s.code.clone()).collect(),
        }
    }
}

impl Collapses {
    /// Looks at a tick; the first one is the opening, with which later ones are compared.
    pub fn watch(&mut self, signs: &Signs) {
        if self.opening_firms.is_empty() {
            self.opening_firms.clone_from(&signs.firms);
            return;
        }
        let count = |quarters: u32, bad: bool| if bad { quarters + 1 } else { 0 };
        self.jobless_quarters = count(self.jobless_quarters, signs.unemployment_rate > MASS_UNEMPLOYMENT);
        self.creditless_quarters = count(self.creditless_quarters, signs.new_firm_loans <= 0.0);
        self.latch("mass unemployment", "", signs.tick, self.jobless_quarters >= LASTING);
        self.latch("price spiral", "", signs.tick, signs.inflation.abs() > PRICE_SPIRAL);
        self.latch("zero credit", "", signs.tick, self.creditless_quarters >= LASTING);
        for (s, code) in signs.codes.iter().enumerate() {
            let opened = self.opening_firms[s];
            let dead = opened > 0.0 && signs.firms[s] == 0.0;
            self.latch(
                "one-firm monopoly",
                code,
                signs.tick,
                !dead && opened > COMPETITORS && signs.largest[s] > MONOPOLY,
            );
            self.latch("sector death", code, signs.tick, dead);
        }
    }

    fn latch(&mut self, label: &'static str, sector: &str, tick: i64, holds: bool) {
        if holds && !self.seen.iter().any(|c| c.label == label && c.sector == sector) {
            self.seen.push(Collapse { label, sector: sector.to_owned(), tick });
        }
    }

    /// Every collapse so far, in the order of their first ticks.
    #[must_use]
    pub fn seen(&self) -> &[Collapse] {
        &self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn healthy(tick: i64) -> Signs {
        Signs {
            tick,
            unemployment_rate: 0.05,
            inflation: if tick < 4 { f64::NAN } else { 0.01 },
            new_firm_loans: 1e12,
            firms: vec![6.0, 5.0],
            largest: vec![0.4, 0.95],
            codes: vec!["S01".into(), "S02".into()],
        }
    }

    fn labels(run: impl IntoIterator<Item = Signs>) -> Vec<String> {
        let mut collapses = Collapses::default();
        collapses.watch(&healthy(0));
        run.into_iter().for_each(|signs| collapses.watch(&signs));
        collapses.seen().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_healthy_run_has_no_label_even_where_few_firms_share_a_market() {
        assert!(labels((1..20).map(healthy)).is_empty());
    }

    #[test]
    fn unemployment_and_lack_of_credit_must_last_and_are_latched() {
        let jobless = |tick| Signs { unemployment_rate: 0.26, ..healthy(tick) };
        assert!(labels((1..4).map(jobless)).is_empty());
        assert_eq!(labels((1..5).map(jobless).chain((5..9).map(healthy))), ["mass unemployment (tick 4)"]);
        let interrupted = (1..4).map(jobless).chain([healthy(4)]).chain((5..8).map(jobless));
        assert!(labels(interrupted).is_empty());
        let creditless = |tick| Signs { new_firm_loans: 0.0, ..healthy(tick) };
        assert_eq!(labels((1..9).map(creditless)), ["zero credit (tick 4)"]);
    }

    #[test]
    fn prices_spiral_both_ways() {
        for inflation in [0.51, -0.51] {
            assert_eq!(labels([Signs { inflation, ..healthy(7) }]), ["price spiral (tick 7)"]);
        }
        assert!(labels([Signs { inflation: 0.5, ..healthy(7) }]).is_empty());
    }

    #[test]
    fn monopolies_and_deaths_name_their_sector() {
        let monopoly = Signs { largest: vec![0.91, 0.99], ..healthy(3) };
        assert_eq!(labels([monopoly.clone(), monopoly]), ["one-firm monopoly S01 (tick 3)"]);
        let death = Signs { firms: vec![6.0, 0.0], largest: vec![0.4, f64::NAN], ..healthy(3) };
        assert_eq!(labels([death]), ["sector death S02 (tick 3)"]);
    }
}
