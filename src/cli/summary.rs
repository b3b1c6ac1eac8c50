//! What a run showed, in a few lines, and how long its phases took.

use std::fmt::Write;

use crate::engine::configuration::Configuration;
use crate::engine::settings::RunSettings;
use crate::output::Table;
use crate::simulation::{Counts, Simulation};

/// What the run showed, in a few lines.
pub fn summary(configuration: &Configuration, simulation: &Simulation, series: &Table, seconds: f64) -> String {
    let run: RunSettings = configuration.table("run");
    let labels = simulation.collapse_labels();
    let labels = if labels.is_empty() { "none".to_owned() } else { labels.join(", ") };
    let column = |name: &str| -> Vec<f64> {
        series.reals(name).unwrap_or_default().into_iter().filter(|value| value.is_finite()).collect()
    };
    let change = |name: &str, of: &str| {
        let values = column(name);
        let percent = |value: Option<&f64>| value.map_or("-".to_owned(), |v| format!("{:.1}", 100.0 * v));
        format!("{} %{of} (opening {} %)", percent(values.last()), percent(values.first()))
    };
    let growth = column("gdp_growth_yoy");
    #[allow(clippy::cast_precision_loss, reason = "a mean of quarters")]
    let mean = growth.iter().sum::<f64>() / growth.len() as f64;
    let growth = if mean.is_finite() { format!("{:.1} % a year, mean", 100.0 * mean) } else { "-".to_owned() };
    format!(
        "{}, seed {}: {} ticks from {} in {seconds:.1} s\n{}\n\
         GDP growth    {growth}\n\
         unemployment  {}\n\
         AI adopters   {}\n\
         collapses     {labels}\n\
         configuration {}",
        configuration.name,
        run.seed,
        simulation.ticks(),
        run.start,
        population(simulation.counts()),
        change("unemployment_rate", ""),
        change("ai_adopter_share_firms", " of firms"),
        configuration.hash(),
    )
}

/// Numbers of agents in words.
pub fn population(counts: Counts) -> String {
    let Counts { workers, firms, local_governments, banks } = counts;
    format!("{workers} workers, {firms} firms, {local_governments} local governments, {banks} banks")
}

/// The tick in order, then the time of each phase.
pub fn tick(simulation: &Simulation, phases: &[(String, f64)]) -> String {
    let mut text = simulation.describe_tick();
    let total: f64 = phases.iter().map(|(_, seconds)| seconds).sum();
    for (phase, seconds) in phases {
        let share = if total > 0.0 { 100.0 * seconds / total } else { 0.0 };
        let _ = write!(text, "\n{seconds:>10.3} s {share:>3.0} %  {phase}");
    }
    text
}
