//! Sources of growth: growth of real GDP traced to what firms do, by the identity of their production.
//!
//! Firms' product is productivity times hours, Y = P · E, and GDP is firms' product and the rest O (banks, tariffs, what firms' inputs
//! differ from their norm). With bars for means of the quarter and the same quarter a year before, θ a firm's and S a sector's share in all hours, π a
//! firm's productivity:
//!
//! ```text
//! ΔGDP = P̄ ΔE + Ē ΔP + ΔO
//! ΔP = Σ_C θ̄ Δπ + Σ_C Δθ (π̄ − P̄_s) + Σ_N θ (π − P̄_s) − Σ_X θ (π − P̄_s) + Σ_s ΔS_s (P̄_s − P̄)
//! Δπ = L(π) · (Δ vintages + Δ ability + Δ digital gain + Δ ln AI + Δ ln use),   L(π) = Δπ / Δ ln π
//! ```
//!
//! C firms of both quarters, N new ones, X those that closed. All parts are over GDP of the year before and add up to growth exactly; the use of staff is
//! what the other logarithms leave. Sources: Griliches & Regev (1995) for the means, Vartia (1976) and Ang (2004) for the logarithmic mean L.
//!
//! **What counts as AI's.** Solow's accounting (`structural::contributions`) weighs AI with the share of labour and books the capital that firms
//! build because AI made them larger as capital's. Here productivity is per hour, and AI counts in full for what it makes of an hour's
//! work: capital follows output in the long run, so that technology gets what it induces (Hulten 1979; Klenow & Rodríguez-Clare 1997; Hall & Jones
//! 1999, who divide by the labour share for the same reason). Counted are the tasks that AI takes over, the help to those who
//! stay, and the new tasks, less the AI services that this takes (Acemoglu & Restrepo 2018, 2019). Not counted, as they cannot be told apart in a
//! firm: what AI adds to research, and data, which raise capability and through it the depth of later years, where they
//! are counted as AI's. Hours that move to firms with AI are in the reallocation between firms. The quality of products is no part of
//! real GDP, whose prices are those of 2023 whatever the quality.

use super::firm_records::FirmRecord;

/// Parts of the growth of real GDP.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Sources {
    /// Growth.
    pub growth: f64,
    /// Effective hours.
    pub labour: f64,
    /// AI in firms that stay, less the services that it takes.
    pub ai: f64,
    /// Productivity built into capital.
    pub vintages: f64,
    /// Ability: firms' own research and imitation.
    pub ability: f64,
    /// Firms that became digital.
    pub digital: f64,
    /// How far staff was used.
    pub staff_use: f64,
    /// Hours that moved between firms of a sector.
    pub firms: f64,
    /// Hours that moved between sectors.
    pub sectors: f64,
    /// New firms against their sector.
    pub entry: f64,
    /// Closed firms against their sector.
    pub exit: f64,
    /// What is no product of firms.
    pub other: f64,
}

impl Sources {
    /// All parts; they add up to growth.
    #[must_use]
    pub const fn parts(&self) -> [f64; 11] {
        [
            self.labour,
            self.ai,
            self.vintages,
            self.ability,
            self.digital,
            self.staff_use,
            self.firms,
            self.sectors,
            self.entry,
            self.exit,
            self.other,
        ]
    }
}

/// The same firm in both quarters, the first, or the second; firms that did not work are left out.
pub fn matched<'a>(
    before: &'a [FirmRecord],
    now: &'a [FirmRecord],
) -> impl Iterator<Item = (Option<&'a FirmRecord>, Option<&'a FirmRecord>)> {
    let slots = before.len().max(now.len());
    let at = |list: &'a [FirmRecord], slot: usize| list.get(slot).filter(|r| r.works());
    (0..slots).flat_map(move |slot| match (at(before, slot), at(now, slot)) {
        (Some(a), Some(b)) if a.born != b.born || a.sector != b.sector => [(Some(a), None), (None, Some(b))],
        pair => [pair, (None, None)],
    })
}

/// Sums of the two quarters by sector.
struct Levels {
    hours: [Vec<f64>; 2],
    product: [Vec<f64>; 2],
}

impl Levels {
    fn of(before: &[FirmRecord], now: &[FirmRecord], sectors: usize) -> Self {
        let mut levels =
            Self { hours: [vec![0.0; sectors], vec![0.0; sectors]], product: [vec![0.0; sectors], vec![0.0; sectors]] };
        for (quarter, records) in [before, now].into_iter().enumerate() {
            for record in records.iter().filter(|r| r.works()) {
                levels.hours[quarter][usize::from(record.sector)] += record.hours;
                levels.product[quarter][usize::from(record.sector)] += record.product;
            }
        }
        levels
    }

    fn total(&self, quarter: usize) -> (f64, f64) {
        (self.hours[quarter].iter().sum(), self.product[quarter].iter().sum())
    }

    /// Mean productivity of a sector; that of the one quarter in which it is there.
    fn middle(&self, sector: usize) -> f64 {
        let at = |q: usize| self.product[q][sector] / self.hours[q][sector];
        match (self.hours[0][sector] > 0.0, self.hours[1][sector] > 0.0) {
            (true, true) => f64::midpoint(at(0), at(1)),
            (true, false) => at(0),
            (false, true) => at(1),
            _ => 0.0,
        }
    }
}

/// Changes of the logarithms of a firm's productivity that have a name: vintages, ability, digital gain, AI.
fn named(a: &FirmRecord, b: &FirmRecord) -> [f64; 4] {
    [(a.vintages, b.vintages), (a.ability, b.ability), (a.digital, b.digital), (a.ai, b.ai)]
        .map(|(a, b)| f64::from(b) - f64::from(a))
}

/// Sources of growth between two quarters with their real GDP.
#[must_use]
pub fn sources(before: &[FirmRecord], now: &[FirmRecord], gdp: [f64; 2], sectors: usize) -> Sources {
    let levels = Levels::of(before, now, sectors);
    let ((hours_before, product_before), (hours_now, product_now)) = (levels.total(0), levels.total(1));
    let hours = [hours_before, hours_now];
    let middle = f64::midpoint(product_before / hours_before, product_now / hours_now);
    let scale = f64::midpoint(hours_before, hours_now) / gdp[0];
    let by_sector: Vec<f64> = (0..sectors).map(|s| levels.middle(s)).collect();
    let mut found = Sources {
        growth: gdp[1] / gdp[0] - 1.0,
        labour: middle * (hours_now - hours_before) / gdp[0],
        other: ((gdp[1] - product_now) - (gdp[0] - product_before)) / gdp[0],
        ..Sources::default()
    };
    for s in 0..sectors {
        let moved = levels.hours[1][s] / hours[1] - levels.hours[0][s] / hours[0];
        found.sectors += scale * moved * (by_sector[s] - middle);
    }
    for (a, b) in matched(before, now) {
        let gap = |record: &FirmRecord| record.product / record.hours - by_sector[usize::from(record.sector)];
        match (a, b) {
            (Some(a), Some(b)) => {
                let share = [a.hours / hours[0], b.hours / hours[1]];
                let level = [a.product / a.hours, b.product / b.hours];
                let (change, weight) = (level[1] - level[0], scale * f64::midpoint(share[0], share[1]));
                found.firms += scale * (share[1] - share[0]) * f64::midpoint(gap(a), gap(b));
                let mut rest = change;
                if level[0] > 0.0 && level[1] > 0.0 {
                    let log = libm::log(level[1] / level[0]);
                    let mean = if log.abs() > 1e-12 { change / log } else { level[0] };
                    let parts = named(a, b).map(|part| mean * part);
                    rest -= parts.iter().sum::<f64>();
                    for (sum, part) in [&mut found.vintages, &mut found.ability, &mut found.digital, &mut found.ai]
                        .into_iter()
                        .zip(parts)
                    {
                        *sum += weight * part;
                    }
                }
                found.staff_use += weight * rest;
            }
            (Some(a), None) => found.exit -= scale * a.hours / hours[0] * gap(a),
            (None, Some(b)) => found.entry += scale * b.hours / hours[1] * gap(b),
            (None, None) => {}
        }
    }
    found
}

/// Total factor productivity by what raised it \[share\], given the labour share: Solow's residual is the labour share of what raises
/// the product of an hour, and the capital share of the growth of output beyond that of capital. All parts add up to `growth`.
#[must_use]
pub fn factor_productivity(sources: &Sources, labour_share: f64, growth: f64) -> [f64; 4] {
    let ai = labour_share * sources.ai;
    let technology = labour_share * (sources.vintages + sources.ability + sources.digital);
    let reallocation = labour_share * (sources.firms + sources.sectors + sources.entry + sources.exit);
    [ai, technology, reallocation, growth - ai - technology - reallocation]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(born: i32, sector: u8, hours: f64, product: f64, logs: [f32; 4]) -> FirmRecord {
        let [vintages, ability, digital, ai] = logs;
        FirmRecord {
            there: true,
            born,
            sector,
            hours,
            product,
            vintages,
            ability,
            digital,
            ai,
            ..FirmRecord::default()
        }
    }

    #[test]
    fn one_firm_whose_ai_makes_a_tenth_more_of_an_hour() {
        let before = [record(0, 0, 10.0, 100.0, [0.0; 4])];
        #[allow(clippy::cast_possible_truncation, reason = "a logarithm")]
        let now = [record(0, 0, 10.0, 110.0, [0.0, 0.0, 0.0, 1.1f64.ln() as f32])];
        let s = sources(&before, &now, [200.0, 214.0], 1);
        // Ten of the seven per cent's fourteen come from AI, four from what is no product of firms.
        assert!((s.growth - 0.07).abs() < 1e-12 && (s.ai - 0.05).abs() < 1e-6 && (s.other - 0.02).abs() < 1e-12);
        assert!(s.staff_use.abs() < 1e-6 && s.labour.abs() < 1e-12 && s.firms.abs() < 1e-12);
        let tfp = factor_productivity(&s, 0.5, 0.03);
        assert!((tfp[0] - 0.025).abs() < 1e-6 && (tfp.iter().sum::<f64>() - 0.03).abs() < 1e-12);
    }

    #[test]
    fn a_slot_that_changed_hands_is_an_exit_and_an_entry() {
        let (before, now) = ([record(-3, 0, 10.0, 50.0, [0.0; 4])], [record(4, 0, 10.0, 150.0, [0.0; 4])]);
        let s = sources(&before, &now, [50.0, 150.0], 1);
        assert!((s.entry - 1.0).abs() < 1e-12 && (s.exit - 1.0).abs() < 1e-12 && s.staff_use.abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn parts_add_up_to_growth(
            rows in proptest::collection::vec(
                (0u8..3, 0i32..2, 0.01f64..50.0, 0.01f64..50.0, -5.0f64..200.0, 0.1f64..200.0, -1.0f32..1.0, 0u8..5), 2..40),
            gdp in 50.0f64..5000.0,
            change in 0.7f64..1.4,
        ) {
            let (mut before, mut now) = (Vec::new(), Vec::new());
            for (sector, born, h1, h2, y1, y2, log, kind) in rows {
                let gone = FirmRecord::default();
                before.push(if kind == 0 { gone } else { record(0, sector, h1, y1, [0.1, -0.2, 0.0, 0.3]) });
                now.push(if kind == 1 { gone } else { record(born, sector, h2, y2, [log, 0.2, -log, log]) });
            }
            before.push(record(0, 0, 1.0, 500.0, [0.0; 4]));
            now.push(record(0, 0, 1.0, 510.0, [0.0; 4]));
            let s = sources(&before, &now, [gdp, gdp * change], 3);
            let scale = 1.0 + s.parts().iter().map(|x| x.abs()).sum::<f64>();
            prop_assert!((s.parts().iter().sum::<f64>() - s.growth).abs() < 1e-9 * scale, "{s:?}");
        }
    }
}
