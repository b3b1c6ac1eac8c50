//! Round tick values and how they are written.

use super::Format;

/// A scale that ends on ticks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// Lowest value.
    pub low: f64,
    /// Highest value.
    pub high: f64,
    /// Distance of ticks.
    pub step: f64,
}

impl Scale {
    /// The scale that holds the extent with about so many intervals.
    #[must_use]
    pub fn around(extent: (f64, f64), intervals: f64, format: Format) -> Self {
        let (mut low, mut high) = extent;
        // An axis that would begin near zero begins at zero.
        if format != Format::Power && low > 0.0 && low < 0.35 * high {
            low = 0.0;
        }
        if format != Format::Power && high < 0.0 && high > 0.35 * low {
            high = 0.0;
        }
        let least: f64 = match format {
            Format::Percent => 1e-3,
            Format::Number | Format::Power => 1e-6,
        };
        let least = least.max(1e-3 * low.abs().max(high.abs()));
        if high - low < least {
            if low >= 0.0 {
                low = (low - least).max(0.0);
            } else {
                low -= least;
            }
            high += least;
        }
        let step = near_round((high - low) / intervals, format);
        Self { low: (low / step + 1e-9).floor() * step, high: (high / step - 1e-9).ceil() * step, step }
    }

    /// Tick values.
    #[must_use]
    pub fn ticks(&self) -> Vec<f64> {
        let first = (self.low / self.step).round();
        let mut ticks = Vec::new();
        let mut n = 0.0;
        while (first + n) * self.step <= self.high + 1e-6 * self.step {
            ticks.push((first + n) * self.step);
            n += 1.0;
        }
        ticks
    }
}

/// A near one of 1, 2, 5 times a power of ten, rather above than below; also of 2.5 where that is whole as written.
fn near_round(raw: f64, format: Format) -> f64 {
    if format == Format::Power {
        return raw.ceil().max(1.0);
    }
    let power = 10f64.powf(raw.log10().floor());
    let digit = raw / power;
    let quarters = power >= if format == Format::Percent { 0.1 - 1e-9 } else { 10.0 };
    let digit = match digit {
        d if d < 1.2 => 1.0,
        d if d < if quarters { 2.2 } else { 2.6 } => 2.0,
        d if d < 3.2 && quarters => 2.5,
        d if d < 6.0 => 5.0,
        _ => 10.0,
    };
    digit * power
}

/// A tick value as written, with the decimals that the step needs.
#[must_use]
pub fn label(value: f64, step: f64, format: Format) -> String {
    if format == Format::Power {
        // Powers of ten: 0.01, 1, 1,000.
        let power = 10f64.powf(value.round());
        return label(power, power.min(1.0), Format::Number);
    }
    let (value, step, sign) = match format {
        Format::Percent => (value * 100.0, step * 100.0, "%"),
        Format::Number | Format::Power => (value, step, ""),
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 9")]
    let decimals = (-(step.log10() + 1e-9).floor()).clamp(0.0, 9.0) as usize;
    let digits = format!("{:.decimals$}", value.abs());
    let (whole, rest) = digits.split_once('.').map_or((digits.as_str(), None), |(w, r)| (w, Some(r)));
    let mut text = String::new();
    if value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        text.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) && whole.len() > 4 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(rest) = rest {
        text.push('.');
        text.push_str(rest);
    }
    text.push_str(sign);
    text
}

/// Part of the least distance that labelled years keep where there would be only one.
const CLOSER: f64 = 0.88;

/// Whole years to label so that none is nearer than the given share of the axis.
#[must_use]
pub fn years(first: f64, last: f64, least_step: f64) -> Vec<f64> {
    let found = every(first, last, least_step);
    // One year alone says nothing about the scale: a little closer, then.
    if found.len() < 2 { every(first, last, CLOSER * least_step) } else { found }
}

fn every(first: f64, last: f64, least_step: f64) -> Vec<f64> {
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];
    // Over decades every fifth year reads better than every second.
    let wide = |s: f64| s >= least_step && !(s < 5.0 && last - first > 16.0);
    let step = steps.into_iter().find(|s| wide(*s)).unwrap_or(200.0);
    let mut years = Vec::new();
    let mut year = (first / step - 1e-9).ceil() * step;
    while year <= last + 1e-9 {
        years.push(year);
        year += step;
    }
    years
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_ends_on_ticks_and_holds_the_extent() {
        let scale = Scale::around((0.013, 0.087), 4.0, Format::Percent);
        assert_eq!((scale.low, scale.ticks().len()), (0.0, 6));
        assert!((scale.high - 0.1).abs() < 1e-12 && (scale.step - 0.02).abs() < 1e-12);
        let flat = Scale::around((0.05, 0.05), 4.0, Format::Percent);
        assert!(flat.low < 0.05 && flat.high > 0.05);
    }

    #[test]
    fn shares_of_a_whole_go_in_fifths_or_quarters() {
        for (intervals, ticks) in [(5.0, 6), (3.6, 5), (2.0, 3)] {
            let scale = Scale::around((0.0, 1.0), intervals, Format::Percent);
            assert_eq!(scale.ticks().len(), ticks);
        }
    }

    #[test]
    fn labels_have_the_decimals_of_the_step() {
        assert_eq!(label(0.05, 0.05, Format::Percent), "5%");
        assert_eq!(label(-0.005, 0.005, Format::Percent), "−0.5%");
        assert_eq!(label(-0.0, 0.005, Format::Percent), "0.0%");
        assert_eq!(label(12500.0, 500.0, Format::Number), "12,500");
        assert_eq!(label(0.25, 0.05, Format::Number), "0.25");
    }

    #[test]
    fn powers_of_ten_are_written_as_numbers_on_whole_decades() {
        let scale = Scale::around((-3.2, 0.0), 4.0, Format::Power);
        assert_eq!((scale.low, scale.high, scale.step), (-4.0, 0.0, 1.0));
        let labels: Vec<String> = scale.ticks().iter().map(|tick| label(*tick, scale.step, Format::Power)).collect();
        assert_eq!(labels, ["0.0001", "0.001", "0.01", "0.1", "1"]);
        assert_eq!(label(4.0, 1.0, Format::Power), "10,000");
    }

    #[test]
    fn years_are_round_and_inside() {
        assert_eq!(years(2023.1, 2050.0, 4.0), [2025.0, 2030.0, 2035.0, 2040.0, 2045.0, 2050.0]);
        assert_eq!(years(2022.8, 2050.0, 11.0), [2030.0, 2040.0, 2050.0], "not 2040 alone");
        assert_eq!(years(2023.8, 2064.0, 16.6), [2040.0, 2060.0]);
    }
}
