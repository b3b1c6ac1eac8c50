//! What the seeds give beside the bands: verdicts, as a table, in words and as Markdown.

use super::facts::{Confidence, Fact};
use super::methods::moments::quantile;
use crate::output::{Table, Values};
use std::fmt::Write as _;

/// Verdict on a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The median over seeds lies in the band.
    Inside,
    /// It does not.
    Outside,
    /// No seed gave a value.
    NotMeasured,
}

impl Verdict {
    /// One word or two.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
            Self::NotMeasured => "not measured",
        }
    }
}

/// A fact and what the seeds gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The fact.
    pub fact: Fact,
    /// Values of the seeds that gave one.
    pub values: Vec<f64>,
}

impl Outcome {
    /// Median over seeds.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        quantile(&self.values, 0.5)
    }

    /// Quantiles of 5 and 95 % over seeds.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        Some((quantile(&self.values, 0.05)?, quantile(&self.values, 0.95)?))
    }

    /// Share of seeds inside the band.
    #[must_use]
    pub fn pass_rate(&self) -> Option<f64> {
        let inside = self.values.iter().filter(|value| self.fact.holds(**value)).count();
        (!self.values.is_empty()).then(|| inside as f64 / self.values.len() as f64)
    }

    /// The verdict.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.median() {
            None => Verdict::NotMeasured,
            Some(median) if self.fact.holds(median) => Verdict::Inside,
            Some(_) => Verdict::Outside,
        }
    }
}

/// Every fact of a list, measured on the seeds of a configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Name of the configuration.
    pub configuration: String,
    /// Seeds that were run to their end.
    pub seeds: usize,
    /// Seeds that showed a collapse, with what it was; they count like the others.
    pub collapses: Vec<String>,
    /// The facts in the order of the list.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// Facts inside and facts measured among those that `which` picks.
    #[must_use]
    pub fn score(&self, which: impl Fn(&Fact) -> bool) -> (usize, usize) {
        let of = |verdicts: &[Verdict]| {
            self.outcomes.iter().filter(|o| which(&o.fact) && verdicts.contains(&o.verdict())).count()
        };
        (of(&[Verdict::Inside]), of(&[Verdict::Inside, Verdict::Outside]))
    }

    /// One row a fact.
    #[must_use]
    pub fn table(&self) -> Table {
        let text = |of: fn(&Outcome) -> String| Values::Text(self.outcomes.iter().map(of).collect());
        let real = |of: fn(&Outcome) -> Option<f64>| {
            Values::Real(self.outcomes.iter().map(|o| of(o).unwrap_or(f64::NAN)).collect())
        };
        Table::new("validation")
            .with("fact", "", text(|o| o.fact.id.clone()))
            .with("domain", "", text(|o| o.fact.domain.clone()))
            .with("title", "", text(|o| o.fact.title.clone()))
            .with("method", "", text(|o| o.fact.measured_by().method.to_owned()))
            .with("source", "", text(|o| o.fact.source.clone()))
            .with("confidence", "", text(|o| if o.fact.confidence == Confidence::V { "V" } else { "L" }.to_owned()))
            .with("calibrated", "", text(|o| if o.fact.calibrated { "yes" } else { "no" }.to_owned()))
            .with("band_low", "", real(|o| o.fact.low))
            .with("band_high", "", real(|o| o.fact.high))
            .with("median", "", real(Outcome::median))
            .with("quantile_05", "", real(|o| Some(o.interval()?.0)))
            .with("quantile_95", "", real(|o| Some(o.interval()?.1)))
            .with("pass_rate", "1", real(Outcome::pass_rate))
            .with("seeds", "", Values::Integer(self.outcomes.iter().map(|o| o.values.len() as i64).collect()))
            .with("verdict", "", text(|o| o.verdict().name().to_owned()))
    }

    /// What is printed on a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let mut domain = "";
        for o in &self.outcomes {
            if o.fact.domain != domain {
                domain = &o.fact.domain;
                let _ = writeln!(out, "\n{:<46} {:>9} {:>21}  {:<20} verdict", domain, "median", "5 to 95 %", "band");
            }
            let (low, high) = o.interval().map_or(("-".into(), "-".into()), |(l, h)| (number(l), number(h)));
            let star = if o.fact.calibrated { "*" } else { "" };
            let _ = writeln!(
                out,
                "{:<46} {:>9} {:>10} {:>10}  {:<20} {}",
                format!("{}{star}", o.fact.title),
                o.median().map_or("-".into(), number),
                low,
                high,
                o.fact.band(),
                o.verdict().name()
            );
        }
        let _ = write!(out, "\n{}", self.summary());
        out
    }

    /// The score in a few lines.
    #[must_use]
    pub fn summary(&self) -> String {
        let (all, free) = (self.score(|_| true), self.score(|fact| !fact.calibrated));
        let percent = |(inside, of): (usize, usize)| 100.0 * inside as f64 / of.max(1) as f64;
        let unmeasured = self.outcomes.len() - all.1;
        let mut out = format!(
            "{}, {} seeds: {} of {} facts inside ({:.0} %); of those that no parameter was chosen by, {} of {} ({:.0} %)\n",
            self.configuration,
            self.seeds,
            all.0,
            all.1,
            percent(all),
            free.0,
            free.1,
            percent(free)
        );
        if unmeasured > 0 {
            let _ = writeln!(out, "{unmeasured} facts could not be measured");
        }
        match self.collapses.as_slice() {
            [] => out.push_str("no seed collapsed\n"),
            labels => {
                let _ = writeln!(out, "collapses, counted like the others: {}", labels.join("; "));
            }
        }
        out.push_str("* a parameter was chosen with this number in view\n");
        out
    }

    /// A Markdown page.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!("# Validation of {}\n\n{}\n", self.configuration, self.summary().trim_end());
        let mut domain = "";
        for o in &self.outcomes {
            if o.fact.domain != domain {
                domain = &o.fact.domain;
                let _ = write!(
                    out,
                    "\n## {domain}\n\n| Fact | Measured as | Source | Band | Median | 5 to 95 % | Seeds inside | Verdict |\n|---|---|---|---|---|---|---|---|\n"
                );
            }
            let (low, high) = o.interval().map_or((String::new(), String::new()), |(l, h)| (number(l), number(h)));
            let _ = writeln!(
                out,
                "| {}{} | {} | {} ({}) | {} | {} | {low} to {high} | {} | {} |",
                o.fact.title,
                if o.fact.calibrated { "*" } else { "" },
                o.fact.measured_by().method,
                o.fact.source,
                if o.fact.confidence == Confidence::V { "read" } else { "recalled" },
                o.fact.band(),
                o.median().map_or(String::new(), number),
                o.pass_rate().map_or(String::new(), |rate| format!("{:.0} %", 100.0 * rate)),
                o.verdict().name()
            );
        }
        out
    }
}

/// Three significant digits.
fn number(x: f64) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number of decimals")]
    let decimals = if x == 0.0 { 2 } else { (2.0 - x.abs().log10().floor()).clamp(0.0, 5.0) as usize };
    format!("{x:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::facts::{FACTS, read_facts};

    fn report(values: &[f64]) -> Report {
        let facts = read_facts("facts", FACTS).expect("sound");
        let outcomes = facts.into_iter().map(|fact| Outcome { fact, values: values.to_vec() }).collect();
        Report { configuration: "quick".into(), seeds: values.len(), collapses: Vec::new(), outcomes }
    }

    #[test]
    fn the_median_decides_and_no_value_is_no_verdict() {
        let mut outcome = report(&[0.1, 0.004, 0.005]).outcomes.remove(0);
        assert_eq!((outcome.fact.id.as_str(), outcome.verdict()), ("growth", Verdict::Inside));
        assert_eq!(outcome.pass_rate(), Some(2.0 / 3.0));
        outcome.values = vec![0.1, 0.2];
        assert_eq!(outcome.verdict(), Verdict::Outside);
        outcome.values.clear();
        assert_eq!((outcome.verdict(), outcome.pass_rate()), (Verdict::NotMeasured, None));
    }

    #[test]
    fn every_fact_is_in_table_text_and_page() {
        let report = report(&[0.5]);
        let (table, text, page) = (report.table(), report.text(), report.markdown());
        assert_eq!(table.rows(), report.outcomes.len());
        for o in &report.outcomes {
            assert!(text.contains(&o.fact.title) && page.contains(&o.fact.source), "{}", o.fact.id);
        }
        let (inside, measured) = report.score(|_| true);
        assert!(inside > 0 && inside < measured && measured == report.outcomes.len());
    }

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(
            [number(0.012_345), number(12.345), number(1234.5), number(0.0)],
            ["0.0123", "12.3", "1234", "0.00"]
        );
    }
}
