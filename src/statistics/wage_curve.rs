//! The wage curve: elasticity of wages to unemployment across regions and quarters, within regions.
//!
//! ```text
//! ln w_gt = a_g + b_t + ε · ln u_gt
//! ```
//!
//! w mean wage of the employed; u unemployment rate of the non-farm labour force. Means of the quarter are taken out at once, means of regions by
//! running sums, so that nothing is kept of the past. Source: Blanchflower & Oswald (1994).

/// Sums of a region: quarters, ln u, ln w, their squares and product.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct WageCurve(Vec<[f64; 5]>);

impl WageCurve {
    /// Takes in unemployment rates and mean wages by region; the elasticity so far, `NaN` before it can be told.
    pub fn observe(&mut self, regions: &[(f64, f64)]) -> f64 {
        self.0.resize(regions.len(), [0.0; 5]);
        let known = |(u, w): &(f64, f64)| *u > 0.0 && *w > 0.0 && u.is_finite() && w.is_finite();
        let logs: Vec<Option<(f64, f64)>> =
            regions.iter().map(|r| known(r).then(|| (libm::log(r.0), libm::log(r.1)))).collect();
        #[allow(clippy::cast_precision_loss, reason = "a count of regions")]
        let count = logs.iter().flatten().count() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().flatten().map(of).sum::<f64>() / count;
        let (x, y) = (mean(|l| l.0), mean(|l| l.1));
        for (sums, log) in self.0.iter_mut().zip(&logs) {
            if let Some((u, w)) = log {
                let (u, w) = (u - x, w - y);
                for (sum, value) in sums.iter_mut().zip([1.0, u, w, u * u, u * w]) {
                    *sum += value;
                }
            }
        }
        let (mut square, mut cross) = (0.0, 0.0);
        for [n, u, w, uu, uw] in self.0.iter().filter(|sums| sums[0] > 1.0) {
            square += uu - u * u / n;
            cross += uw - u * w / n;
        }
        if square > 1e-9 { cross / square } else { f64::NAN }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_elasticity_within_regions_is_found_whatever_regions_and_quarters_are_like() {
        let mut curve = WageCurve::default();
        let mut found = f64::NAN;
        for t in 0..30 {
            let rate = |g: i32| 0.03 + 0.01 * f64::from(g) + 0.004 * f64::from((t * (g + 3)) % 7);
            let wage = |g: i32| 2.0 * f64::from(g + 1) * 1.01f64.powi(t) * rate(g).powf(-0.12);
            found = curve.observe(&(0..5).map(|g| (rate(g), wage(g))).collect::<Vec<_>>());
        }
        assert!((found + 0.12).abs() < 1e-9, "{found}");
        assert!(WageCurve::default().observe(&[(0.05, 1.0)]).is_nan());
    }
}
