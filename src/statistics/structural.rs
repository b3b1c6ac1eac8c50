//! Structural change and growth accounting.

use super::facts::{Facts, Point};

/// Norm of absolute values: half the sum of absolute changes of shares; zero without change, one if everything moves.
/// Source: Dietrich (2012), Structural Change and Economic Dynamics 23, equation 1.
#[must_use]
pub fn norm_of_absolute_values(before: &[f64], now: &[f64]) -> f64 {
    before.iter().zip(now).map(|(b, n)| (n - b).abs()).sum::<f64>() / 2.0
}

/// Angle between two vectors of shares \[radians\]. Source: Moore (1978), Review of Income and Wealth 24.
#[must_use]
pub fn moore_angle(before: &[f64], now: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let cosine = dot(before, now) / libm::sqrt(dot(before, before) * dot(now, now));
    libm::acos(cosine.clamp(-1.0, 1.0))
}

/// Dispersion of employment growth over sectors, weighted by their shares. Source: Lilien (1982), Journal of Political
/// Economy 90.
#[must_use]
pub fn lilien(before: &[f64], now: &[f64]) -> f64 {
    let (all_before, all_now): (f64, f64) = (before.iter().sum(), now.iter().sum());
    let total = libm::log(all_now / all_before);
    let variance: f64 = before
        .iter()
        .zip(now)
        .filter(|(b, n)| **b > 0.0 && **n > 0.0)
        .map(|(b, n)| {
            let gap = libm::log(n / b) - total;
            n / all_now * gap * gap
        })
        .sum();
    libm::sqrt(variance)
}

/// Contributions to growth; they add up to it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contributions {
    /// Effective hours (people times skill times hours).
    pub labour: f64,
    /// Capital at 2023 prices.
    pub capital: f64,
    /// AI: what it saves and augments of work, and what the new tasks widen.
    pub ai: f64,
    /// Total factor productivity without AI: what is left.
    pub residual: f64,
}

impl Contributions {
    /// Total factor productivity, AI included: what labour and capital do not explain.
    #[must_use]
    pub fn total_factor_productivity(&self) -> f64 {
        self.ai + self.residual
    }
}

/// Growth accounting between two points: shares in income (means of both) times the logarithmic change of labour, of the
/// output that AI lets a unit of labour make (`Point::ai_reach`) and of capital; the residual makes the sum equal growth.
/// Source: Solow (1957), with the Törnqvist index of inputs; AI augments labour as automation does in Acemoglu & Restrepo
/// (2018), so that its contribution is the labour share times the growth of the work that it replaces and augments. All
/// parts are then multiplied by growth over its logarithm, so that they add up to growth as it is recorded and no part mixes
/// logarithms with rates.
#[must_use]
pub fn contributions(before: &Point, now: &Point) -> Contributions {
    let change = |of: fn(&Point) -> f64| {
        if of(before) > 0.0 && of(now) > 0.0 { libm::log(of(now) / of(before)) } else { 0.0 }
    };
    let (growth, log_growth) = (now.gdp_real / before.gdp_real - 1.0, libm::log(now.gdp_real / before.gdp_real));
    let to_rates = if log_growth.abs() > 1e-9 { growth / log_growth } else { 1.0 };
    let labour_share = f64::midpoint(before.wage_share, now.wage_share);
    let labour = labour_share * change(|p| p.labour) * to_rates;
    let capital = (1.0 - labour_share) * change(|p| p.capital) * to_rates;
    let ai = labour_share * change(|p| p.ai_reach) * to_rates;
    Contributions { labour, capital, ai, residual: growth - labour - capital - ai }
}

impl Facts {
    /// Growth accounting on the year before, once there is one.
    #[must_use]
    pub fn contributions(&self) -> Option<Contributions> {
        self.year_ago().map(|before| contributions(before, &self.now))
    }

    /// A comparison of two lists of the points of now and a year before; `NaN` in the first year.
    #[must_use]
    pub fn change_of(&self, list: fn(&Point) -> &[f64], index: fn(&[f64], &[f64]) -> f64) -> f64 {
        self.year_ago().map_or(f64::NAN, |before| index(list(before), list(&self.now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_that_moves_is_a_tenth() {
        let (before, now) = ([0.5, 0.3, 0.2], [0.4, 0.3, 0.3]);
        assert!((norm_of_absolute_values(&before, &now) - 0.1).abs() < 1e-12);
        assert!(norm_of_absolute_values(&now, &now).abs() < 1e-12 && moore_angle(&now, &now).abs() < 1e-7);
        assert!((moore_angle(&[1.0, 0.0], &[0.0, 1.0]) - core::f64::consts::FRAC_PI_2).abs() < 1e-12);
    }

    #[test]
    fn equal_growth_everywhere_is_no_dispersion() {
        assert!(lilien(&[10.0, 20.0], &[11.0, 22.0]).abs() < 1e-12);
        // Halves that go to a quarter and three quarters at constant employment.
        let gap = (0.25f64 * (0.5f64.ln()).powi(2) + 0.75 * (1.5f64.ln()).powi(2)).sqrt();
        assert!((lilien(&[10.0, 10.0], &[5.0, 15.0]) - gap).abs() < 1e-12);
    }

    #[test]
    fn contributions_add_up_to_growth() {
        let before =
            Point { gdp_real: 100.0, labour: 50.0, capital: 400.0, ai_reach: 1.1, wage_share: 0.5, ..Point::default() };
        let now = Point { gdp_real: 105.0, labour: 49.0, capital: 420.0, ai_reach: 1.2, ..before.clone() };
        let c = contributions(&before, &now);
        assert!((c.labour + c.capital + c.ai + c.residual - 0.05).abs() < 1e-12);
        let to_rates = 0.05 / (1.05f64).ln();
        assert!((c.labour - 0.5 * (0.98f64).ln() * to_rates).abs() < 1e-12);
        assert!((c.capital - 0.5 * (1.05f64).ln() * to_rates).abs() < 1e-12);
        assert!((c.ai - 0.5 * (1.2f64 / 1.1).ln() * to_rates).abs() < 1e-12);
        assert!((c.total_factor_productivity() - (0.05 - c.labour - c.capital)).abs() < 1e-12);
        // Inputs that grow as output does leave nothing to explain.
        let grown = Point { gdp_real: 110.0, labour: 55.0, capital: 440.0, ..before.clone() };
        assert!(contributions(&before, &grown).residual.abs() < 1e-12);
    }
}
