//! The file of a sweep: which configuration, which parameters at which values, with which seeds, and what is kept.
//!
//! Everything is checked before anything runs, and all mistakes are told together, each with its place and remedy.

mod design;
mod outcomes;
mod parameters;
mod points;
mod reading;
mod table_file;

pub use outcomes::{Every, Outcomes, Window};
pub use parameters::Parameter;

use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use self::reading::{Entries, integers};
use super::designs::Design;
use crate::engine::configuration::{Configuration, ConfigurationErrors, Key, Sheet};
use crate::engine::parameters::Value;
use crate::simulation::Simulation;

/// Which seed a run has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RandomNumbers {
    /// Every point is run with the same seeds, so that differences between points have little noise.
    #[default]
    Common,
    /// Every run has a seed of its own, a function of the listed seed and the point.
    Independent,
}

/// A sweep that can be run.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Name of the file without its extension.
    pub name: String,
    /// What every run has in common.
    pub configuration: Configuration,
    /// What differs.
    pub parameters: Vec<Parameter>,
    /// How points were chosen.
    pub design: Design,
    /// Values of the parameters, point by point.
    pub points: Vec<Vec<Value>>,
    /// Every point is run with each.
    pub seeds: Vec<u64>,
    /// Whether points share their seeds.
    pub random_numbers: RandomNumbers,
    /// What is kept of a run.
    pub outcomes: Outcomes,
}

/// Tables of the file.
const TABLES: [&str; 2] = ["sweep", "extends"];
/// Keys of `[sweep]`.
const KEYS: [&str; 9] =
    ["configuration", "seeds", "years", "random_numbers", "design", "set", "parameters", "points", "outcomes"];
/// Points of a design, at most: more are given by mistake.
const MOST_POINTS: u64 = 10_000_000;

impl Sweep {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// Every mistake in it and in the configuration that it names.
    pub fn load(path: &Path) -> Result<Self, ConfigurationErrors> {
        let registry = Simulation::registry();
        let mut sheet = Sheet::open(path, &registry)?;
        let text = sheet.text().to_owned();
        let (document, errors) = DeTable::parse_recoverable(&text);
        if sheet.syntax(document.get_ref(), &errors) {
            // What the parser makes up after a mistake is not read.
            return Err(sheet.finish(String::new()).err().unwrap_or_else(|| ConfigurationErrors(Vec::new())));
        }
        Self::read(sheet, document.get_ref())
    }

    fn read(mut sheet: Sheet<'_>, document: &DeTable<'_>) -> Result<Self, ConfigurationErrors> {
        let mut entries = Entries::new("sweep");
        for (name, value) in document {
            match (&**name.get_ref(), value.get_ref().as_table()) {
                ("sweep", Some(table)) => entries = Entries::read(&mut sheet, "sweep", table, &KEYS),
                (name_text, _) => {
                    let near = "the tables of a sweep are [sweep], [sweep.design], [sweep.set], [sweep.parameters], \
                                [sweep.outcomes] and [[sweep.points]]; parameters of the model stand below \
                                [sweep.set] or [sweep.parameters]";
                    let known = TABLES.contains(&name_text);
                    let message = if known { "not a table here" } else { "not known in the file of a sweep" };
                    sheet.mistake(
                        &name.span(),
                        Some(name_text),
                        format!("`{}` is {message}", Sheet::shown(name_text)),
                        near.into(),
                    );
                }
            }
        }
        if entries.is_empty() {
            let hint = "write [sweep] with configuration, seeds and the parameters that differ".to_owned();
            sheet.mistake(&(0..0), Some("sweep"), "there is no table [sweep]".into(), hint);
        }
        let base = Self::base(&mut sheet, &entries);
        parameters::set(&mut sheet, &entries);
        if let Some((span, value)) = entries.get("years") {
            sheet.set(&Key { table: "run", name: "years", span }, &value.span(), value.get_ref());
        }
        let seeds = Self::seeds(&mut sheet, &entries);
        let random_numbers = match entries.word(&mut sheet, "random_numbers", &["common", "independent"]) {
            Some(word) if word == "independent" => RandomNumbers::Independent,
            _ => RandomNumbers::Common,
        };
        let outcomes = Outcomes::read(&mut sheet, &entries);
        let (design, parameters, points) = points::read(&mut sheet, &entries);
        let name = sheet.path().file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let configuration = sheet.finish(base)?;
        let sweep = Self { name, configuration, parameters, design, points, seeds, random_numbers, outcomes };
        sweep.check_points()?;
        Ok(sweep)
    }

    fn base(sheet: &mut Sheet<'_>, entries: &Entries<'_>) -> String {
        match entries.text(sheet, "configuration") {
            Some((name, span)) => sheet.base("configuration", &name, &span),
            None if entries.get("configuration").is_none() && !entries.is_empty() => {
                let names = Sheet::embedded().join(", ");
                let hint = format!("write configuration = \"quick\", a path ending in .toml, or one of {names}");
                sheet.mistake(&(0..0), Some("configuration"), "`configuration` is missing in [sweep]".into(), hint);
                String::new()
            }
            None => String::new(),
        }
    }

    fn seeds(sheet: &mut Sheet<'_>, entries: &Entries<'_>) -> Vec<u64> {
        let Some((span, value)) = entries.get("seeds") else { return vec![1] };
        match integers(value.get_ref()) {
            Ok(seeds) if seeds.iter().all(|seed| *seed < 1 << 53) => {
                let mut sorted = seeds.clone();
                sorted.sort_unstable();
                sorted.dedup();
                if sorted.len() == seeds.len() {
                    return seeds;
                }
                let hint = "the same seed gives the same run: keep one of each".to_owned();
                sheet.mistake(&value.span(), Some("seeds"), "a seed occurs twice".into(), hint);
            }
            Ok(_) => {
                let hint = "so that other programs read it as the number that it is".to_owned();
                sheet.mistake(&value.span(), Some("seeds"), "a seed must be below 2^53".into(), hint);
            }
            Err(message) => {
                let hint = "write seeds = \"1..=5\", a list such as [1, 2, 7], or one number".to_owned();
                sheet.mistake(&span, Some("seeds"), format!("`seeds` {message}"), hint);
            }
        }
        Vec::new()
    }

    /// Rules between several keys, point by point, where they speak about what differs.
    fn check_points(&self) -> Result<(), ConfigurationErrors> {
        let swept = |key: &(&str, &str)| self.parameters.iter().any(|p| (p.table.as_str(), p.key.as_str()) == *key);
        if !self.configuration.registry().rules().iter().any(|rule| rule.keys.iter().any(swept)) {
            return Ok(());
        }
        let mut mistakes = Vec::new();
        for (number, point) in self.points.iter().enumerate() {
            if let Err(errors) = self.configuration.replaced(&self.named(point)) {
                mistakes.extend(errors.0.into_iter().map(|mut error| {
                    error.message = format!("point {number} of the design: {}", error.message);
                    error
                }));
            }
            if mistakes.len() >= 5 {
                break;
            }
        }
        if mistakes.is_empty() { Ok(()) } else { Err(ConfigurationErrors(mistakes)) }
    }

    /// The values of a point with the names that they belong to.
    fn named(&self, point: &[Value]) -> Vec<(String, String, Value, crate::engine::configuration::Place)> {
        let pairs = self.parameters.iter().zip(point);
        pairs.map(|(p, value)| (p.table.clone(), p.key.clone(), value.clone(), p.place.clone())).collect()
    }
}
