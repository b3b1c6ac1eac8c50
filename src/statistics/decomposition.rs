//! Productivity of all firms taken apart: what firms did themselves, what moved between them, who came and who went.
//!
//! Each sector's productivity P (value added at prices of 2023 over effective hours) changes through its firms, and the nation's
//! through its sectors and the hours that move between them:
//!
//! ```text
//! ΔP = Σ_s S̄_s · ΔP_s + Σ_s ΔS_s · (P̄_s − P̄)
//! Foster, Haltiwanger & Krizan:  ΔP_s = Σ_C θ₁Δπ + Σ_C Δθ(π₁ − P₁) + Σ_C ΔθΔπ + Σ_N θ₂(π₂ − P₁) − Σ_X θ₁(π₁ − P₁)
//! Melitz & Polanec:              ΔP_s = Δπ̄_C + Δcov_C(θ, π) + Θ_N2 (P_N2 − P_C2) + Θ_X1 (P_C1 − P_X1)
//! ```
//!
//! θ share of a firm in its sector's hours (in those of the firms that stay, for the second), S of a sector in all; C firms that are there in
//! both quarters, N entrants, X firms that closed; bars are means of both quarters; π̄ the plain mean, cov the rest. All in parts of the earlier P, so that
//! they add up to its growth. Sources: Foster, Haltiwanger & Krizan (2001); Melitz & Polanec (2015), after Olley & Pakes (1996).

/// A firm in two quarters: sector, and hours and product in each (no hours: it was not there).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Twice {
    /// Sector.
    pub sector: usize,
    /// Effective hours before and now.
    pub hours: [f64; 2],
    /// Value added at prices of 2023 before and now.
    pub product: [f64; 2],
}

impl Twice {
    fn there(&self, quarter: usize) -> bool {
        self.hours[quarter] > 0.0
    }

    fn productivity(&self, quarter: usize) -> f64 {
        self.product[quarter] / self.hours[quarter]
    }
}

/// Parts of the growth of productivity; each of the two lists adds up, with `sectors`, to `growth`.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Decomposition {
    /// Growth of productivity \[share\].
    pub growth: f64,
    /// Hours that moved between sectors.
    pub sectors: f64,
    /// Foster, Haltiwanger & Krizan: within, between, cross, entry, exit.
    pub foster: [f64; 5],
    /// Melitz & Polanec: within, between, entry, exit.
    pub melitz: [f64; 4],
}

/// Sums of a group of firms in one quarter.
#[derive(Clone, Copy, Default)]
struct Sum {
    firms: f64,
    hours: f64,
    product: f64,
    /// Sum of productivities.
    plain: f64,
}

impl Sum {
    fn add(&mut self, firm: &Twice, quarter: usize) {
        self.firms += 1.0;
        self.hours += firm.hours[quarter];
        self.product += firm.product[quarter];
        self.plain += firm.productivity(quarter);
    }

    fn productivity(&self) -> f64 {
        self.product / self.hours
    }

    fn mean(&self) -> f64 {
        self.plain / self.firms
    }
}

/// A sector's firms that stay, come and go; those that stay in both quarters.
#[derive(Clone, Copy, Default)]
struct Sector {
    stay: [Sum; 2],
    enter: Sum,
    leave: Sum,
}

impl Sector {
    fn hours(&self, quarter: usize) -> f64 {
        self.stay[quarter].hours + self.other(quarter).hours
    }

    fn product(&self, quarter: usize) -> f64 {
        self.stay[quarter].product + self.other(quarter).product
    }

    fn other(&self, quarter: usize) -> &Sum {
        if quarter == 0 { &self.leave } else { &self.enter }
    }

    /// Productivity before and now; a sector that is there in one quarter only has that of this quarter in both.
    fn productivity(&self) -> [f64; 2] {
        let at = |q: usize| self.product(q) / self.hours(q);
        match (self.hours(0) > 0.0, self.hours(1) > 0.0) {
            (true, true) => [at(0), at(1)],
            (true, false) => [at(0); 2],
            (false, true) => [at(1); 2],
            _ => [0.0; 2],
        }
    }

    /// Parts of the change of the sector's productivity after Melitz & Polanec.
    fn melitz(&self) -> [f64; 4] {
        let change = self.productivity();
        if self.hours(0) <= 0.0 || self.hours(1) <= 0.0 {
            return [0.0; 4];
        }
        if self.stay[0].firms == 0.0 {
            // Nobody is left to compare with: all that changed came with the entrants.
            return [0.0, 0.0, change[1] - change[0], 0.0];
        }
        let stay = self.stay.map(|sum| sum.productivity());
        let within = self.stay[1].mean() - self.stay[0].mean();
        let gap = |group: &Sum, quarter: usize| {
            if group.hours > 0.0 {
                group.hours / self.hours(quarter) * (group.productivity() - stay[quarter])
            } else {
                0.0
            }
        };
        [within, stay[1] - stay[0] - within, gap(&self.enter, 1), -gap(&self.leave, 0)]
    }
}

/// Decomposes the growth of productivity of firms in so many sectors.
#[must_use]
pub fn decompose(firms: &[Twice], sectors: usize) -> Decomposition {
    let mut groups = vec![Sector::default(); sectors];
    for firm in firms {
        let group = &mut groups[firm.sector];
        match (firm.there(0), firm.there(1)) {
            (true, true) => (0..2).for_each(|q| group.stay[q].add(firm, q)),
            (true, false) => group.leave.add(firm, 0),
            (false, true) => group.enter.add(firm, 1),
            _ => {}
        }
    }
    let hours = [0, 1].map(|q| groups.iter().map(|g| g.hours(q)).sum::<f64>());
    let nation = [0, 1].map(|q| groups.iter().map(|g| g.product(q)).sum::<f64>() / hours[q]);
    let shares = |g: &Sector| [g.hours(0) / hours[0], g.hours(1) / hours[1]];
    let mut found = Decomposition { growth: nation[1] / nation[0] - 1.0, ..Decomposition::default() };
    let middle = f64::midpoint(nation[0], nation[1]);
    for group in &groups {
        let (share, own) = (shares(group), group.productivity());
        found.sectors += (share[1] - share[0]) * (f64::midpoint(own[0], own[1]) - middle) / nation[0];
        let weight = f64::midpoint(share[0], share[1]) / nation[0];
        found.melitz.iter_mut().zip(group.melitz()).for_each(|(sum, part)| *sum += weight * part);
    }
    for firm in firms {
        let group = &groups[firm.sector];
        if group.hours(0) <= 0.0 || group.hours(1) <= 0.0 {
            continue;
        }
        let (share, before) = (shares(group), group.productivity()[0]);
        let weight = f64::midpoint(share[0], share[1]) / nation[0];
        let part = |q: usize| firm.hours[q] / group.hours(q);
        let parts = match (firm.there(0), firm.there(1)) {
            (true, true) => {
                let (first, moved) = (firm.productivity(0), part(1) - part(0));
                let change = firm.productivity(1) - first;
                [part(0) * change, moved * (first - before), moved * change, 0.0, 0.0]
            }
            (false, true) => [0.0, 0.0, 0.0, part(1) * (firm.productivity(1) - before), 0.0],
            (true, false) => [0.0, 0.0, 0.0, 0.0, -part(0) * (firm.productivity(0) - before)],
            _ => [0.0; 5],
        };
        found.foster.iter_mut().zip(parts).for_each(|(sum, x)| *sum += weight * x);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn firm(sector: usize, hours: [f64; 2], product: [f64; 2]) -> Twice {
        Twice { sector, hours, product }
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9 * (1.0 + a.abs())
    }

    #[test]
    fn a_case_worked_by_hand() {
        // One sector. A: 10 hours, productivity 1 → 1.2; B: 10 → 20 hours at 2; C leaves: 10 hours at 0.5; D comes: 10 hours at 3.
        let firms = [
            firm(0, [10.0, 10.0], [10.0, 12.0]),
            firm(0, [10.0, 20.0], [20.0, 40.0]),
            firm(0, [10.0, 0.0], [5.0, 0.0]),
            firm(0, [0.0, 10.0], [0.0, 30.0]),
        ];
        let d = decompose(&firms, 1);
        let (p1, p2) = (35.0 / 30.0, 82.0 / 40.0);
        assert!(near(d.growth, p2 / p1 - 1.0) && near(d.sectors, 0.0));
        let third = 1.0 / 3.0;
        let within = third * 0.2;
        let between = (0.25 - third) * (1.0 - p1) + (0.5 - third) * (2.0 - p1);
        let cross = (0.25 - third) * 0.2;
        let (entry, exit) = (0.25 * (3.0 - p1), -third * (0.5 - p1));
        for (found, wanted) in d.foster.iter().zip([within, between, cross, entry, exit]) {
            assert!(near(*found, wanted / p1), "{found} {wanted}");
        }
        let stay = [30.0 / 20.0, 52.0 / 30.0];
        let melitz = [0.1, stay[1] - stay[0] - 0.1, 0.25 * (3.0 - stay[1]), third * (stay[0] - 0.5)];
        for (found, wanted) in d.melitz.iter().zip(melitz) {
            assert!(near(*found, wanted / p1), "{found} {wanted}");
        }
    }

    proptest! {
        #[test]
        fn both_decompositions_add_up_to_growth(
            rows in proptest::collection::vec((0usize..4, 0.0f64..50.0, 0.0f64..50.0, -5.0f64..200.0, 0.1f64..200.0, 0u8..5), 3..60)
        ) {
            let mut firms: Vec<Twice> = rows
                .iter()
                .map(|(sector, h1, h2, y1, y2, kind)| {
                    let (first, second) = (f64::from(u8::from(*kind != 0)), f64::from(u8::from(*kind != 1)));
                    firm(*sector, [h1 * first, h2 * second], [y1 * first, y2 * second])
                })
                .collect();
            // Somebody is there in both quarters.
            firms.push(firm(0, [1.0, 1.0], [300.0, 310.0]));
            for (hours, product) in firms.iter_mut().flat_map(|f| f.hours.into_iter().zip(&mut f.product)) {
                *product = if hours > 0.0 { *product } else { 0.0 };
            }
            let d = decompose(&firms, 4);
            prop_assume!(d.growth.abs() < 1e4);
            let scale = 1.0 + d.foster.iter().chain(&d.melitz).map(|x| x.abs()).sum::<f64>();
            prop_assert!((d.foster.iter().sum::<f64>() + d.sectors - d.growth).abs() < 1e-9 * scale, "{d:?}");
            prop_assert!((d.melitz.iter().sum::<f64>() + d.sectors - d.growth).abs() < 1e-9 * scale, "{d:?}");
        }
    }
}
