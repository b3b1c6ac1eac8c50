//! The engine's own configuration tables. Their keys are fixed: scripts rely on them.

use std::path::Path;

use super::parameters::Value;
use super::registry::{Registry, Values};
use super::rules::Breach;

parameters! {
    /// `[run]`: which run, how long.
    pub struct RunSettings {
        /// Seed of every random draw; the same configuration and seed give the same results, byte for byte.
        seed: i64 = 1, "1", 0.0..=9.007_199_254_740_991e15;
        /// Simulated years of four ticks each.
        years: i64 = 40, "years", 1..=1000;
        /// Quarter of the first tick, such as 2024Q1; the opening balance sheets are those of the quarter before.
        start: String = "2024Q1", [];
    }
}

parameters! {
    /// `[population]`: how many people and firms one agent stands for.
    pub struct PopulationSettings {
        /// Adults that one worker agent stands for: changes sampling noise and running time; means move where firms have so
        /// few workers that whole heads bind (docs/plausibility.md has the measured differences).
        persons_per_worker: f64 = 7750.0, "persons", 100.0..=2_000_000.0;
        /// Mean number of worker agents for each firm agent.
        workers_per_firm: f64 = 10.6, "worker agents per firm agent", 2.0..=1000.0;
    }
}

parameters! {
    /// `[ai]`: the transition itself.
    pub struct AiSettings {
        /// Whether AI capability advances and firms can adopt it; false gives the economy without AI.
        enabled: bool = true;
        /// Which tasks automation reaches first: those of language models, cognitive ones, or in an alternative history those of machines and robots, manual ones (`frontier`).
        wave: String = "ai", ["ai", "mechanisation"];
    }
}

impl AiSettings {
    /// Whether machines take over manual tasks first.
    #[must_use]
    pub fn mechanisation(&self) -> bool {
        self.wave == "mechanisation"
    }

    /// Measure of labour.csv that holds the share of each task class that can be automated at the opening.
    #[must_use]
    pub fn opening_measure(&self) -> &'static str {
        if self.mechanisation() { "automatable_task_share_robots" } else { "automatable_task_share_language_model" }
    }
}

parameters! {
    /// `[calibration]`: where the opening economy comes from.
    pub struct CalibrationSettings {
        /// Folder with the calibration tables, relative to the working directory; empty for those in the program.
        data_directory: String = "", [];
        /// Opening state: China at the end of 2023, or a stationary economy of the same structure.
        opening: String = "2023", ["2023", "stationary"];
    }
}

parameters! {
    /// `[output]`: what a run leaves behind. Nothing here changes results.
    pub struct OutputSettings {
        /// Folder of the run, relative to the working directory; empty for outputs/, the configuration's name, seed-N.
        directory: String = "", [];
        /// Whether the full accounts (balance sheets and flows of every tick) are written.
        accounts: bool = true;
        /// Whether figures are drawn after the run.
        figures: bool = true;
        /// Whether the main series are also written as CSV.
        csv: bool = true;
        /// Ticks between two checkpoints, from which an interrupted run can go on; 0 for none but those of the clock and of an interruption.
        checkpoint_every: i64 = 0, "ticks", 0..=4000;
        /// Time after which a run leaves a checkpoint if it left none, so that a long run that is killed loses little; 0 for never.
        checkpoint_minutes: f64 = 10.0, "minutes", 0.0..=100_000.0;
    }
}

/// Tables that say what a run is and where it goes; no mechanism reads them, and the model's document has none of them.
pub const OF_THE_PROGRAM: [&str; 4] = ["run", "population", "calibration", "output"];

/// Claims the engine's tables.
pub fn register(registry: &mut Registry) {
    registry
        .add::<RunSettings>("run")
        .add::<PopulationSettings>("population")
        .add::<AiSettings>("ai")
        .add::<CalibrationSettings>("calibration")
        .add::<OutputSettings>("output")
        .pattern(("run", "start"), "^(19|2[0-9])[0-9]{2}Q[1-4]$")
        .add_rule(&[("run", "start")], start_is_a_quarter)
        .add_rule(&[("calibration", "data_directory")], data_directory_exists);
}

/// Year and quarter (1 to 4) of a text such as `2024Q1`, from 1900Q1 to 2999Q4.
#[must_use]
pub fn parse_quarter(text: &str) -> Option<(i64, i64)> {
    let (year, quarter) = text.split_once('Q')?;
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if year.len() != 4 || quarter.len() != 1 || !plain(year) || !plain(quarter) {
        return None;
    }
    let (year, quarter) = (year.parse().ok()?, quarter.parse().ok()?);
    ((1900..3000).contains(&year) && (1..=4).contains(&quarter)).then_some((year, quarter))
}

fn text<'v>(values: &'v Values, table: &str, key: &str) -> Option<&'v str> {
    if let Some(Value::Text(text)) = values.get(table)?.get(key) { Some(text) } else { None }
}

fn start_is_a_quarter(values: &Values) -> Vec<Breach> {
    match text(values, "run", "start") {
        Some(start) if parse_quarter(start).is_none() => vec![Breach::new(
            format!("`run.start` is \"{}\", which is not a quarter", start.escape_debug()),
            "write year, Q and quarter, such as \"2024Q1\"",
        )],
        _ => Vec::new(),
    }
}

fn data_directory_exists(values: &Values) -> Vec<Breach> {
    match text(values, "calibration", "data_directory") {
        Some(folder) if !folder.is_empty() && !Path::new(folder).is_dir() => {
            let what = if Path::new(folder).exists() { "that is not a folder" } else { "there is no such folder" };
            vec![Breach::new(
                format!("`calibration.data_directory` is \"{}\", but {what}", folder.escape_debug()),
                "give a folder relative to the working directory, or \"\" for the tables in the program",
            )]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_year_q_and_one_to_four() {
        assert_eq!(parse_quarter("2024Q1"), Some((2024, 1)));
        for wrong in ["2024", "2024Q5", "2024Q0", "24Q1", "2024q1", "2024Q", "+024Q1", "2024Q11", "0000Q1"] {
            assert_eq!(parse_quarter(wrong), None, "{wrong}");
        }
    }
}
