//! Least squares.

use super::moments::mean;

/// Slope of y on x by ordinary least squares; none if x does not vary. A pair with a missing value is left out.
#[must_use]
pub fn slope(x: &[f64], y: &[f64]) -> Option<f64> {
    let (x, y): (Vec<f64>, Vec<f64>) =
        x.iter().zip(y).filter(|(x, y)| x.is_finite() && y.is_finite()).map(|(x, y)| (*x, *y)).unzip();
    let (mx, my) = (mean(&x)?, mean(&y)?);
    let (xy, xx) =
        x.iter().zip(&y).fold((0.0, 0.0), |(xy, xx), (x, y)| (xy + (x - mx) * (y - my), xx + (x - mx) * (x - mx)));
    (x.len() > 2 && xx > 0.0).then(|| xy / xx)
}

/// An observation of a panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Unit (a region, a firm).
    pub unit: usize,
    /// Period.
    pub period: usize,
    /// Explaining variable.
    pub x: f64,
    /// Explained variable.
    pub y: f64,
}

/// Slope of y on x with effects of unit and of period in a balanced panel: least squares after the means of unit and of
/// period are taken out and the mean of all put back (Wallace & Hussain 1969).
#[must_use]
pub fn two_way_slope(panel: &[Observation]) -> Option<f64> {
    let panel: Vec<&Observation> = panel.iter().filter(|o| o.x.is_finite() && o.y.is_finite()).collect();
    let units = panel.iter().map(|o| o.unit).max()? + 1;
    let periods = panel.iter().map(|o| o.period).max()? + 1;
    let within = |value: fn(&Observation) -> f64| -> Vec<f64> {
        let (mut by_unit, mut by_period) = (vec![(0.0, 0.0); units], vec![(0.0, 0.0); periods]);
        let mut all = (0.0, 0.0);
        for o in &panel {
            for sum in [&mut by_unit[o.unit], &mut by_period[o.period], &mut all] {
                *sum = (sum.0 + value(o), sum.1 + 1.0);
            }
        }
        let m = |sum: (f64, f64)| sum.0 / sum.1;
        panel.iter().map(|o| value(o) - m(by_unit[o.unit]) - m(by_period[o.period]) + m(all)).collect()
    };
    slope(&within(|o| o.x), &within(|o| o.y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_slope() {
        assert_eq!(slope(&[1.0, 2.0, 4.0], &[3.0, 5.0, 9.0]), Some(2.0));
        assert_eq!(slope(&[1.0, 1.0, 1.0], &[3.0, 5.0, 9.0]), None);
    }

    #[test]
    fn effects_of_unit_and_period_do_not_move_the_slope() {
        let panel: Vec<Observation> = (0..6)
            .flat_map(|unit| (0..9).map(move |period| (unit, period)))
            .map(|(unit, period)| {
                let x = ((unit * 7 + period * 3) % 11) as f64;
                let y = -0.1 * x + 5.0 * unit as f64 - 2.0 * (period * period) as f64;
                Observation { unit, period, x, y }
            })
            .collect();
        assert!((two_way_slope(&panel).expect("x varies") + 0.1).abs() < 1e-12);
    }
}
