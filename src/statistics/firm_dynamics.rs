//! Creative destruction and diffusion in numbers: sizes, growth, life and jobs of firms, and who adopts AI.
//!
//! [`FirmHistory`] keeps the records of a year and sums over the run; [`FirmHistory::observe`] takes in the quarter and says what it
//! found. Firm by firm a quarter is compared with the same one a year before.

use super::decomposition::{Decomposition, Twice, decompose};
use super::firm_cross_section::{cross_section, of_sectors};
use super::firm_records::FirmRecord;
use super::fits::{Fit, fit_bass, fit_logistic, subbotin_shape};
use super::sources::{Sources, matched, sources};
use bevy_ecs::prelude::Resource;

/// Ages that survival is counted by \[years\]; the last holds all beyond.
pub const AGES: usize = 31;
/// Bins of growth, a tenth wide, the outer ones open: the middle one is around zero.
pub const GROWTH_BINS: usize = 31;
/// Sizes against the mean at which firms are counted: powers of the square root of two from 2⁻⁵ to 2¹⁰.
pub const SIZES: usize = 31;
/// Half-width of the fine histogram of growth \[bins of a fiftieth\].
const FINE: usize = 200;
/// Width of its bins.
const FINE_WIDTH: f64 = 0.02;
/// Points of the adoption path that a curve is fitted to.
const POINTS: usize = 40;

/// Counts by something over the run: those at risk, and those whom it happened to.
type Risk<const N: usize> = [[u64; 2]; N];

/// What is remembered of firms.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct FirmHistory {
    /// Records of up to four quarters before, latest last.
    quarters: Vec<Vec<FirmRecord>>,
    /// Firms of the run at risk of closing and closed, by age.
    life: Vec<[u64; 2]>,
    /// Firm quarters, entries and exits by sector.
    turnover: Vec<[u64; 3]>,
    /// Absolute growth rates against the sector's mean, in fine bins.
    growth: Vec<u64>,
    /// Firms without AI that could adopt and that did, by fifth of size and of productivity a year before.
    first_by_size: Risk<5>,
    first_by_productivity: Risk<5>,
    /// Share of firms with AI after each quarter.
    adoption: Vec<f64>,
    logistic: Fit,
    bass: Fit,
}

/// What one sector shows.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct SectorDynamics {
    /// Firms founded in the quarter.
    pub entries: f64,
    /// Firms closed.
    pub exits: f64,
    /// Dispersion of productivity between the ninth and the first tenth \[log points\].
    pub productivity_dispersion: f64,
    /// Dispersion of total factor productivity.
    pub factor_dispersion: f64,
    /// Shares of users of AI among the lower two and the upper fifth of firms by size.
    pub small_adopters: f64,
    /// The upper fifth.
    pub large_adopters: f64,
    /// Jobs created and lost over a year \[share of mean staff\].
    pub jobs: [f64; 2],
}

/// What a fifth of firms shows.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Fifth {
    /// Firms.
    pub firms: f64,
    /// Share of staff.
    pub staff: f64,
    /// Users of AI over firms, by size and by productivity.
    pub adopters: [f64; 2],
    /// First adoptions over firms at risk since the start, by size and by productivity a year before.
    pub first: [f64; 2],
}

/// What the quarter shows; empty before anything was compared.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct FirmDynamics {
    /// Sources of growth on the year before.
    pub sources: Option<Sources>,
    /// Growth of productivity of firms on the year before.
    pub productivity: Option<Decomposition>,
    /// By sector.
    pub sectors: Vec<SectorDynamics>,
    /// By fifth.
    pub fifths: [Fifth; 5],
    /// Firms by growth of sales on the year before, against the sector's mean.
    pub growth: Vec<f64>,
    /// Standard deviation and mean absolute deviation of that growth.
    pub growth_spread: [f64; 2],
    /// Subbotin shape of all growth rates of the run.
    pub growth_shape: f64,
    /// Share of firms at least so large against the mean, by staff.
    pub sizes: Vec<f64>,
    /// Exponent of the upper tail by staff and by sales.
    pub tail: [f64; 2],
    /// Jobs created, lost, created by new firms, lost with closed ones over a year \[share of mean staff\].
    pub jobs: [f64; 4],
    /// Firms of the run at risk in the quarter, closed in it, and share alive at the end of each age.
    pub ages: Vec<[f64; 3]>,
    /// Correlation of entry and exit rates across sectors since the start.
    pub turnover_correlation: f64,
    /// Odds of adopting in the upper over those in the lower fifth, by size and productivity.
    pub odds: [f64; 2],
    /// Curves through the share of adopters.
    pub logistic: Fit,
    /// Curve through the share of adopters beyond the opening's.
    pub bass: Fit,
}

#[allow(clippy::cast_precision_loss, reason = "counts")]
const fn number(count: u64) -> f64 {
    count as f64
}

/// Age class of a firm \[years\]; its first year is that of the four quarters after its foundation.
fn age(record: &FirmRecord, tick: i32) -> usize {
    usize::try_from((tick - record.born - 1).max(0) / 4).unwrap_or(0).min(AGES - 1)
}

/// Odds of one group over those of another from counts of those at risk and those whom it happened to; a half is added to every count
/// so that nothing is divided by zero (Haldane 1956).
#[must_use]
pub fn odds_ratio(upper: [u64; 2], lower: [u64; 2]) -> f64 {
    let odds = |[risk, happened]: [u64; 2]| (number(happened) + 0.5) / (number(risk - happened) + 0.5);
    odds(upper) / odds(lower)
}

/// Correlation of two lists; `NaN` without variation.
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "a count of sectors")]
pub fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        xx += (a - x) * (a - x);
        yy += (b - y) * (b - y);
        xy += (a - x) * (b - y);
    }
    xy / libm::sqrt(xx * yy)
}

impl FirmHistory {
    /// Takes in a quarter: its records, real GDP of the quarter and a year before, and the share of firms with AI.
    pub fn observe(
        &mut self,
        tick: i32,
        now: Vec<FirmRecord>,
        gdp: (Option<f64>, f64),
        adopters: f64,
        sectors: usize,
    ) -> FirmDynamics {
        self.turnover.resize(sectors, [0; 3]);
        self.life.resize(AGES, [0; 2]);
        self.growth.resize(FINE, 0);
        self.adoption.push(adopters);
        let mut found = FirmDynamics { sectors: of_sectors(&now, sectors), ..FirmDynamics::default() };
        self.live(tick, &now, &mut found);
        self.adopt(tick, &now, &mut found);
        cross_section(&now, &mut found);
        if let (Some(before), (Some(gdp_before), gdp)) = (self.year_ago(), gdp) {
            found.sources = Some(sources(before, &now, [gdp_before, gdp], sectors));
            found.productivity = Some(decompose(&twice(before, &now), sectors));
            jobs(before, &now, &mut found);
        }
        self.grow(&now, sectors, &mut found);
        if self.quarters.len() == 4 {
            self.quarters.remove(0);
        }
        self.quarters.push(now);
        found
    }

    /// Records of the quarter that was observed last.
    #[must_use]
    pub fn latest(&self) -> &[FirmRecord] {
        self.quarters.last().map_or(&[], Vec::as_slice)
    }

    fn year_ago(&self) -> Option<&Vec<FirmRecord>> {
        self.quarters.first().filter(|_| self.quarters.len() == 4)
    }

    /// Who was founded, who closed, and at what age.
    fn live(&mut self, tick: i32, now: &[FirmRecord], found: &mut FirmDynamics) {
        let mut ages = [[0u64; 2]; AGES];
        for record in now.iter().filter(|r| r.there) {
            let (s, founded) = (usize::from(record.sector), record.born == tick && tick > 0);
            let closed = u64::from(record.closed);
            if tick > 0 {
                self.turnover[s][0] += u64::from(!founded);
                self.turnover[s][1] += u64::from(founded);
                self.turnover[s][2] += closed;
            }
            found.sectors[s].entries += f64::from(u8::from(founded));
            found.sectors[s].exits += number(closed);
            if record.born > 0 && !founded {
                let age = age(record, tick);
                ages[age][0] += 1;
                ages[age][1] += closed;
            }
        }
        let mut alive = 1.0;
        for (all, quarter) in self.life.iter_mut().zip(ages) {
            all[0] += quarter[0];
            all[1] += quarter[1];
            // Kaplan & Meier (1958) with one hazard for the four quarters of a year of age.
            let hazard = if all[0] > 0 { number(all[1]) / number(all[0]) } else { f64::NAN };
            alive *= (1.0 - hazard) * (1.0 - hazard) * (1.0 - hazard) * (1.0 - hazard);
            found.ages.push([number(quarter[0]), number(quarter[1]), alive]);
        }
        let rates: Vec<(f64, f64)> = self
            .turnover
            .iter()
            .filter(|t| t[0] > 0)
            .map(|t| (number(t[1]) / number(t[0]), number(t[2]) / number(t[0])))
            .collect();
        found.turnover_correlation = correlation(&rates);
    }

    /// Who adopted, out of which fifth a year before; curves through the path once a year.
    fn adopt(&mut self, tick: i32, now: &[FirmRecord], found: &mut FirmDynamics) {
        if let (Some(year_ago), Some(last)) = (self.year_ago(), self.quarters.last()) {
            let mut counts = [[[0u64; 2]; 5]; 2];
            for ((ago, last), now) in year_ago.iter().zip(last).zip(now) {
                let same = ago.there && ago.born == now.born && last.born == now.born && now.there;
                if !same || !last.eligible {
                    continue;
                }
                for (by, fifth) in [ago.size_fifth, ago.productivity_fifth].into_iter().enumerate() {
                    if let Some(count) = counts[by].get_mut(usize::from(fifth)) {
                        count[0] += 1;
                        count[1] += u64::from(now.adopted);
                    }
                }
            }
            for (all, quarter) in [&mut self.first_by_size, &mut self.first_by_productivity].into_iter().zip(counts) {
                all.iter_mut().zip(quarter).for_each(|(all, new)| (0..2).for_each(|i| all[i] += new[i]));
            }
        }
        let by = [&self.first_by_size, &self.first_by_productivity];
        found.odds = by.map(|counts| odds_ratio(counts[4], counts[0]));
        for (fifth, place) in found.fifths.iter_mut().zip(0usize..) {
            let rate = |counts: &Risk<5>| {
                let [risk, adopted] = counts[place];
                if risk > 0 { number(adopted) / number(risk) } else { f64::NAN }
            };
            fifth.first = by.map(rate);
        }
        if tick > 0 && tick % 4 == 0 {
            self.fit();
        }
        (found.logistic, found.bass) = (self.logistic, self.bass);
    }

    #[allow(clippy::cast_precision_loss, reason = "quarters")]
    fn fit(&mut self) {
        let step = self.adoption.len().div_ceil(POINTS).max(1);
        let rows: Vec<usize> = (0..self.adoption.len()).rev().step_by(step).collect();
        let times: Vec<f64> = rows.iter().rev().map(|row| *row as f64 / 4.0).collect();
        let path: Vec<f64> = rows.iter().rev().map(|row| self.adoption[*row]).collect();
        let opening = self.adoption[0];
        let beyond: Vec<f64> = path.iter().map(|share| share - opening).collect();
        (self.logistic, self.bass) = (fit_logistic(&times, &path), fit_bass(&times, &beyond));
    }

    /// Growth of firms' sales on the year before.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "bins")]
    fn grow(&mut self, now: &[FirmRecord], sectors: usize, found: &mut FirmDynamics) {
        found.growth = vec![0.0; GROWTH_BINS];
        found.growth_spread = [f64::NAN; 2];
        let Some(before) = self.quarters.first().filter(|_| self.quarters.len() == 4) else {
            found.growth_shape = f64::NAN;
            return;
        };
        let rates: Vec<(usize, f64)> = matched(before, now)
            .filter_map(|pair| match pair {
                (Some(a), Some(b)) if a.sales > 0.0 && b.sales > 0.0 => {
                    Some((usize::from(b.sector), libm::log(f64::from(b.sales) / f64::from(a.sales))))
                }
                _ => None,
            })
            .collect();
        let mut means = vec![(0.0, 0.0); sectors];
        for (sector, rate) in &rates {
            means[*sector].0 += rate;
            means[*sector].1 += 1.0;
        }
        let (mut square, mut absolute) = (0.0, 0.0);
        for (sector, rate) in &rates {
            let gap = rate - means[*sector].0 / means[*sector].1;
            square += gap * gap;
            absolute += gap.abs();
            self.growth[((gap.abs() / FINE_WIDTH) as usize).min(FINE - 1)] += 1;
            let middle = (GROWTH_BINS / 2) as f64;
            found.growth[(gap * 10.0 + middle + 0.5).clamp(0.0, GROWTH_BINS as f64 - 1.0) as usize] += 1.0;
        }
        let count = rates.len() as f64;
        found.growth_spread = [libm::sqrt(square / count), absolute / count];
        found.growth_shape = subbotin_shape(&self.growth, FINE_WIDTH);
    }
}

/// Firms in both quarters for the decomposition.
fn twice(before: &[FirmRecord], now: &[FirmRecord]) -> Vec<Twice> {
    matched(before, now)
        .filter(|(a, b)| a.is_some() || b.is_some())
        .map(|(a, b)| Twice {
            sector: a.or(b).map_or(0, |r| usize::from(r.sector)),
            hours: [a, b].map(|r| r.map_or(0.0, |r| r.hours)),
            product: [a, b].map(|r| r.map_or(0.0, |r| r.product)),
        })
        .collect()
}

/// Jobs created and lost by firms over a year, over the mean of staff then and now (Davis, Haltiwanger & Schuh 1996).
fn jobs(before: &[FirmRecord], now: &[FirmRecord], found: &mut FirmDynamics) {
    let mut mean = vec![0.0; found.sectors.len()];
    for (a, b) in matched(before, now) {
        let heads = |r: Option<&FirmRecord>| r.map_or(0.0, |r| f64::from(r.heads));
        let change = heads(b) - heads(a);
        let Some(s) = a.or(b).map(|record| usize::from(record.sector)) else { continue };
        mean[s] += f64::midpoint(heads(a), heads(b));
        let sector = &mut found.sectors[s].jobs;
        let (created, lost) = (change.max(0.0), (-change).max(0.0));
        sector[0] += created;
        sector[1] += lost;
        found.jobs[0] += created;
        found.jobs[1] += lost;
        found.jobs[2] += if a.is_none() { created } else { 0.0 };
        found.jobs[3] += if b.is_none() { lost } else { 0.0 };
    }
    let all: f64 = mean.iter().sum();
    found.jobs.iter_mut().for_each(|jobs| *jobs /= all);
    for (sector, mean) in found.sectors.iter_mut().zip(mean) {
        sector.jobs.iter_mut().for_each(|jobs| *jobs /= mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firm(born: i32, heads: u32, sales: f32) -> FirmRecord {
        let hours = f64::from(heads);
        FirmRecord { there: true, born, heads, hours, sales, product: f64::from(sales), ..FirmRecord::default() }
    }

    #[test]
    fn odds_and_correlations_are_known_in_simple_cases() {
        assert!((odds_ratio([100, 50], [100, 20]) - (50.5 / 50.5) / (20.5 / 80.5)).abs() < 1e-12);
        assert!((correlation(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn jobs_are_created_and_lost_by_those_who_grow_shrink_come_and_go() {
        let before = [firm(0, 10, 1.0), firm(0, 20, 1.0), firm(0, 10, 1.0), FirmRecord::default()];
        let now = [firm(0, 15, 1.0), firm(0, 16, 1.0), FirmRecord::default(), firm(3, 9, 1.0)];
        let mut found = FirmDynamics { sectors: vec![SectorDynamics::default()], ..FirmDynamics::default() };
        jobs(&before, &now, &mut found);
        for (found, wanted) in found.jobs.iter().zip([14.0, 14.0, 9.0, 10.0]) {
            assert!((found - wanted / 40.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_quarter_is_compared_with_the_one_a_year_before_and_life_is_counted() {
        let mut history = FirmHistory::default();
        let all = |tick: i32| -> Vec<FirmRecord> {
            // Forty firms of the opening grow by a tenth a year; one founded in quarter 1 closes in quarter 6.
            let mut firms: Vec<FirmRecord> =
                (0..40).map(|_| firm(-9, 10, 100.0 * 1.1f32.powf(tick as f32 / 4.0))).collect();
            firms.push(match tick {
                0 | 7.. => FirmRecord::default(),
                _ => FirmRecord { closed: tick == 6, ..firm(1, 10, 50.0) },
            });
            firms
        };
        let mut last = FirmDynamics::default();
        for tick in 0..8 {
            let gdp = 1e4 * 1.1f64.powf(f64::from(tick) / 4.0);
            let before = (tick >= 4).then(|| gdp / 1.1);
            last = history.observe(tick, all(tick), (before, gdp), 0.1, 1);
            assert_eq!(last.sources.is_some(), tick >= 4);
        }
        let sources = last.sources.expect("a year has passed");
        assert!((sources.growth - 0.1).abs() < 1e-9);
        assert!((sources.parts().iter().sum::<f64>() - sources.growth).abs() < 1e-9);
        // At risk in four quarters of its first year, and in the first of its second, in which it closed.
        assert!((last.ages[0][2] - 1.0).abs() < 1e-12 && last.ages[1][2].abs() < 1e-12, "{:?}", &last.ages[..2]);
        assert_eq!(last.growth.iter().sum::<f64>(), 40.0);
        assert!(last.growth_spread[0] < 1e-6);
        assert!((last.sizes[10] - 1.0).abs() < 1e-12, "all have the mean size");
        assert_eq!(history.latest().len(), 41);
    }
}
