//! Upper bounds of the purchase rate: most households do not set out to buy, and for these a bound shows it without the
//! powers of the exact rate ([`super::demand::purchase_rate`]). The outcome is the same as without the bound.
//!
//! Both powers rise with their argument, so the value at the upper edge of a narrow interval bounds the interval.

use super::demand::{Prospect, Terms};
use super::market::Parameters;

/// Intervals of each table.
const INTERVALS: usize = 1024;
/// Larger than all rounding errors together, and far too small to matter.
const SLACK: f64 = 1.0 + 1e-9;

/// Powers at the upper edges of equal intervals from zero to the largest argument.
#[derive(Clone, Debug)]
struct Table {
    per_unit: f64,
    upper: Vec<f64>,
}

impl Table {
    fn new(largest: f64, exponent: f64) -> Self {
        let width = largest / INTERVALS as f64;
        let upper = (1..=INTERVALS + 1).map(|k| libm::pow(width * k as f64, exponent) * SLACK).collect();
        Self { per_unit: 1.0 / width, upper }
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "arguments lie in the table")]
    fn at(&self, x: f64) -> f64 {
        self.upper[((x * self.per_unit * SLACK) as usize).min(INTERVALS)]
    }
}

/// A region's part of the bound.
#[derive(Clone, Copy, Debug)]
struct Region {
    norm: f64,
    per_need: f64,
    investment: f64,
    ratio_per_income: f64,
}

/// Bounds of the purchase rate in all regions; without tables if parameters or terms are out of the ordinary.
#[derive(Clone, Debug)]
pub struct RateBound {
    need: Table,
    affordability: Table,
    largest_need: f64,
    largest_affordability: f64,
    largest_rate: f64,
    regions: Vec<Option<Region>>,
}

impl RateBound {
    /// Tables of the tick.
    #[must_use]
    pub fn new(terms: &[Terms], p: &Parameters) -> Self {
        let largest_need = 1.0 / p.smallest_home;
        let investment =
            |t: &Terms| libm::exp((p.growth_response * t.excess_growth).clamp(-p.largest_response, p.largest_response));
        let regions = terms.iter().map(|t| {
            let region = Region {
                norm: t.norm,
                per_need: t.scale * (1.0 - p.investment_share) * SLACK,
                investment: t.scale * p.investment_share * investment(t) * SLACK,
                ratio_per_income: SLACK / (t.price * t.norm * t.persons_per_worker) / t.reference_ratio,
            };
            let ordinary = t.scale >= 0.0 && t.norm > 0.0 && region.ratio_per_income > 0.0;
            (ordinary && region.ratio_per_income.is_finite()).then_some(region)
        });
        Self {
            need: Table::new(largest_need, p.need_elasticity),
            affordability: Table::new(p.largest_affordability, p.affordability_elasticity),
            largest_need,
            largest_affordability: p.largest_affordability,
            largest_rate: p.largest_rate,
            regions: regions.collect(),
        }
    }

    /// A rate that the household's is not above \[per quarter\].
    #[must_use]
    #[inline]
    pub fn of(&self, prospect: &Prospect, region: usize) -> f64 {
        let Some(r) = &self.regions[region] else { return f64::INFINITY };
        if prospect.income <= 0.0 {
            return 0.0;
        }
        let need = (r.norm * prospect.persons / prospect.floor).min(self.largest_need).max(0.0);
        let ratio = (prospect.income * r.ratio_per_income).min(self.largest_affordability);
        ((r.per_need * self.need.at(need) + r.investment) * self.affordability.at(ratio) * SLACK).min(self.largest_rate)
    }
}

#[cfg(test)]
mod tests {
    use super::super::demand::purchase_rate;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_household_sets_out_to_buy_more_often_than_the_bound(
            floor in 0.0f64..500.0, income in -1_000.0f64..100_000.0, children in 0u8..30, price in 100.0f64..100_000.0,
            growth in -0.5f64..0.5, scale in 0.0f64..0.1, need in 0.0f64..5.0, affordability in 0.0f64..3.0,
        ) {
            let p = Parameters {
                need_elasticity: need, affordability_elasticity: affordability, ..Parameters::default()
            };
            let terms = Terms {
                price, norm: 40.0, scale, excess_growth: growth, reference_ratio: 0.025, mortgage_rate: 0.04,
                persons_per_worker: 1.0,
            };
            let persons = 1.0 + f64::from(children) / 10.0;
            let prospect = Prospect { persons, floor, income, ..Prospect::default() };
            let (bound, rate) = (RateBound::new(&[terms], &p).of(&prospect, 0), purchase_rate(&prospect, &terms, &p));
            prop_assert!(bound >= rate, "{bound} is below {rate}");
            let tight = rate >= 0.4 || (ratio_is_small(&terms, income)) || bound <= rate * 1.6 + 1e-4;
            prop_assert!(tight, "{bound} is far above {rate}");
        }
    }

    fn ratio_is_small(terms: &Terms, income: f64) -> bool {
        income / (terms.price * terms.norm) / terms.reference_ratio < 0.1
    }
}
