//! The measures that facts name: each a function of the tables of one run, none where the run does not hold what it takes.

mod china;
mod credit;
mod economy;
mod firms;
mod labour;
mod technology;

use super::RunTables;
use super::methods::filters::cycle;
use super::methods::moments::logarithms;

/// A measure by its name.
pub struct Measure {
    /// Name, as `data/stylised_facts.toml` gives it.
    pub name: &'static str,
    /// What is computed, in a sentence.
    pub method: &'static str,
    /// Its value in a run.
    pub of: fn(&RunTables) -> Option<f64>,
}

/// Every measure.
#[must_use]
pub fn measures() -> Vec<&'static Measure> {
    [economy::MEASURES, firms::MEASURES, labour::MEASURES, credit::MEASURES, technology::MEASURES, china::MEASURES]
        .into_iter()
        .flatten()
        .collect()
}

/// A measure by name.
#[must_use]
pub fn measure(name: &str) -> Option<&'static Measure> {
    measures().into_iter().find(|measure| measure.name == name)
}

/// A measure of a table of measures.
const fn measure_of(name: &'static str, method: &'static str, of: fn(&RunTables) -> Option<f64>) -> Measure {
    Measure { name, method, of }
}

/// Cycle of the logarithm of a positive column of `series` (Baxter & King).
fn log_cycle(run: &RunTables, column: &str) -> Option<Vec<f64>> {
    some(cycle(&logarithms(&run.series(column)?)))
}

/// Cycle of a column of `series` itself: of rates, and of what changes its sign.
fn level_cycle(run: &RunTables, column: &str) -> Option<Vec<f64>> {
    some(cycle(&run.series(column)?))
}

/// Cycle of the logarithm of a nominal column at constant prices of the GDP deflator.
fn real_cycle(run: &RunTables, column: &str) -> Option<Vec<f64>> {
    let (nominal, deflator) = (run.series(column)?, run.series("gdp_deflator")?);
    let real: Vec<f64> = nominal.iter().zip(deflator).map(|(x, p)| x / p).collect();
    some(cycle(&logarithms(&real)))
}

/// A series that is no empty one.
fn some(values: Vec<f64>) -> Option<Vec<f64>> {
    (!values.is_empty() && values.iter().all(|x| x.is_finite())).then_some(values)
}

/// Mean of a column of `series` over the quarters that have a value.
fn mean_of(run: &RunTables, column: &str) -> Option<f64> {
    let values: Vec<f64> = run.series(column)?.into_iter().filter(|x| x.is_finite()).collect();
    super::methods::moments::mean(&values)
}

/// Share of `part` in `whole`.
#[allow(clippy::cast_precision_loss, reason = "counts of firms and quarters")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_measures_have_one_name() {
        let mut names: Vec<&str> = measures().iter().map(|m| m.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn a_run_without_tables_has_no_measures() {
        for m in measures() {
            assert_eq!((m.of)(&RunTables::default()), None, "{}", m.name);
        }
    }
}
