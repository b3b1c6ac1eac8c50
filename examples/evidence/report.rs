//! `docs/evidence.md` and `docs/evidence.csv`. Verdicts follow from intervals; nobody writes them.

use std::fmt::Write;

use super::file::{Comparison, Evidence, Fact};
use super::verdict::{Estimate, of_comparison, of_fact};

/// A comparison with its numbers.
pub struct Row<'a> {
    /// What is compared.
    pub comparison: &'a Comparison,
    /// Settings that switch the mechanism off.
    pub off: Vec<String>,
    /// Mean over seeds with it.
    pub with: f64,
    /// Without.
    pub without: f64,
    /// Without less with, paired by seed.
    pub difference: Estimate,
    /// Pairs behind it.
    pub seeds: usize,
    /// Runs of the arm without that ended early.
    pub failures: Vec<String>,
}

/// A measure beside a published band.
pub struct FactRow<'a> {
    /// What is measured.
    pub fact: &'a Fact,
    /// Mean over seeds.
    pub measured: Estimate,
    /// Smallest and largest value of a seed.
    pub range: [f64; 2],
    /// Seeds inside the band, and all.
    pub inside: [usize; 2],
}

/// What all rows share.
pub struct Setting {
    /// Length of the runs \[years\].
    pub years: u32,
    /// Seeds.
    pub seeds: u64,
    /// First letters of the hash of the program's source.
    pub program: String,
}

impl Row<'_> {
    /// What follows from the interval.
    pub fn verdict(&self) -> &'static str {
        if self.seeds == 0 { "no run" } else { of_comparison(self.difference, self.comparison.without) }
    }
}

/// A number with four digits.
fn number(x: f64) -> String {
    if !x.is_finite() {
        "–".to_owned()
    } else if x != 0.0 && (x.abs() >= 1e5 || x.abs() < 1e-3) {
        format!("{x:.3e}")
    } else {
        // Four digits: so many after the point as the number before it leaves.
        let digits = [1e3, 1e2, 1e1, 1.0, 1e-1, 1e-2].iter().position(|least| x.abs() >= *least).unwrap_or(6);
        if x == 0.0 { "0".to_owned() } else { format!("{x:.digits$}") }
    }
}

fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// `docs/evidence.md`.
pub fn markdown(evidence: &Evidence, setting: &Setting, rows: &[Row], facts: &[FactRow]) -> String {
    let mut text = format!(
        "# Evidence\n\n\
         Written by `cargo run --release --example evidence -- --seeds {0}`; do not edit. Each mechanism of the tick is switched off, \
         alone, and one measure is compared with the run that has it. What is measured, what is expected of it and by \
         whom is in [data/evidence.toml](../data/evidence.toml); the switches are in [switches.md](switches.md).\n\n\
         - Runs: configuration `{1}`, {2} years, seeds 1 to {0}; both arms share a seed, so that differences are paired. \
         Source of the program: `{3}`.\n\
         - Difference: measure without the mechanism less measure with it, mean over seeds, with a 95 % interval by bootstrap \
         over seeds (percentiles, Efron & Tibshirani 1993).\n\
         - Verdict: *as expected* or *contrary* if the interval lies on one side of zero; *not decided* if it does not; *no effect* \
         if both arms give the same number for every seed; *higher* or *lower* where the literature names no direction.\n",
        setting.seeds, evidence.configuration, setting.years, setting.program
    );
    if setting.seeds < 10 {
        let _ = writeln!(
            text,
            "- **{} seeds are a first look**: a bootstrap over so few gives intervals that are too narrow.",
            setting.seeds
        );
    }
    let _ = writeln!(
        text,
        "- {} comparisons: with intervals of 95 %, about {} of them would lie on one side of zero by chance if no switch did anything.\n",
        rows.len(),
        (rows.len() as f64 / 20.0).round()
    );
    text.push_str("| Verdict | Comparisons |\n|---|---|\n");
    for verdict in ["as expected", "contrary", "not decided", "no effect", "higher", "lower", "no run"] {
        let count = rows.iter().filter(|r| r.verdict() == verdict).count();
        if count > 0 {
            let _ = writeln!(text, "| {verdict} | {count} |");
        }
    }
    let (named, others): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|r| !r.comparison.features.is_empty());
    text.push_str("\n## Technology, creative destruction and labour (M01 to M11, M28)\n\n");
    table(&mut text, &named);
    text.push_str("\n## Other mechanisms of the tick\n\n");
    table(&mut text, &others);
    expectations(&mut text, rows);
    fact_table(&mut text, facts);
    text
}

fn table(text: &mut String, rows: &[&Row]) {
    text.push_str(
        "| | Mechanism | Switched off by | Measure | With | Without | Difference | 95 % interval | Expected | Verdict |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let c = row.comparison;
        let settings = |list: &[String]| list.iter().map(|s| format!("`{s}`")).collect::<Vec<_>>().join(", ");
        let both = if c.both.is_empty() { String::new() } else { format!(" (both: {})", settings(&c.both)) };
        let _ = writeln!(
            text,
            "| {} | `[{}]` {} | {}{both} | {} | {} | {} | {} | {} to {} | {} | {} |",
            c.features.join(", "),
            c.mechanism,
            cell(&c.part),
            settings(&row.off),
            c.measure,
            number(row.with),
            number(row.without),
            number(row.difference.mean),
            number(row.difference.low),
            number(row.difference.high),
            c.without.word(),
            row.verdict(),
        );
    }
    for row in rows.iter().filter(|r| !r.failures.is_empty()) {
        let c = row.comparison;
        let _ = writeln!(text, "\n`[{}]` {}: {}.", c.mechanism, c.part, cell(&row.failures.join("; ")));
    }
}

fn expectations(text: &mut String, rows: &[Row]) {
    text.push_str(
        "\n## What is expected, and by whom\n\n| Mechanism | Without it | Why | Source |\n|---|---|---|---|\n",
    );
    for row in rows {
        let c = row.comparison;
        let _ = writeln!(
            text,
            "| `[{}]` {} | {} is {} | {} | {} |",
            c.mechanism,
            cell(&c.part),
            c.measure,
            c.without.word(),
            cell(&c.because),
            cell(&c.source)
        );
    }
}

fn fact_table(text: &mut String, facts: &[FactRow]) {
    text.push_str(
        "\n## Stylised facts of the baseline\n\n\
         Measures of the run with everything on beside published bands; *inside* and *outside* if the interval of the mean lies \
         there as a whole. No band is widened.\n\n\
         | Fact | Measure | Mean | 95 % interval | Seeds from to | Band | Seeds inside | Verdict | Source |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for row in facts {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} to {} | {} to {} | {} to {} | {} of {} | {} | {} |",
            cell(&row.fact.name),
            row.fact.measure,
            number(row.measured.mean),
            number(row.measured.low),
            number(row.measured.high),
            number(row.range[0]),
            number(row.range[1]),
            number(row.fact.band[0]),
            number(row.fact.band[1]),
            row.inside[0],
            row.inside[1],
            of_fact(row.measured, row.fact.band),
            cell(&row.fact.source)
        );
    }
}

/// `docs/evidence.csv`: the comparisons, then the facts, numbers in full.
///
/// # Errors
/// If a row cannot be written.
pub fn csv(rows: &[Row], facts: &[FactRow]) -> Result<String, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record([
        "kind",
        "features",
        "mechanism",
        "part",
        "measure",
        "with",
        "without",
        "difference",
        "low",
        "high",
        "seeds",
        "expected",
        "verdict",
    ])?;
    for row in rows {
        let c = row.comparison;
        let d = row.difference;
        let numbers = [row.with, row.without, d.mean, d.low, d.high].map(|x| format!("{x:e}"));
        let words = [c.features.join(" "), c.mechanism.clone(), c.part.clone(), c.measure.to_string()];
        let tail = [row.seeds.to_string(), c.without.word().to_owned(), row.verdict().to_owned()];
        file.write_record(core::iter::once("mechanism".to_owned()).chain(words).chain(numbers).chain(tail))?;
    }
    for row in facts {
        let m = row.measured;
        let numbers = [m.mean, f64::NAN, f64::NAN, m.low, m.high].map(|x| format!("{x:e}"));
        let words = [String::new(), String::new(), row.fact.name.clone(), row.fact.measure.to_string()];
        let band = format!("{:e} to {:e}", row.fact.band[0], row.fact.band[1]);
        let tail = [row.inside[1].to_string(), band, of_fact(m, row.fact.band).to_owned()];
        file.write_record(core::iter::once("fact".to_owned()).chain(words).chain(numbers).chain(tail))?;
    }
    let bytes = file.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
