//! `data/evidence.toml`: what is measured of each mechanism with and without it, and what the literature expects.

use serde::Deserialize;
use xinzhi::engine::configuration::{Configuration, Override};
use xinzhi::simulation::Simulation;
use xinzhi::tick::tick;

use super::measure::Measure;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Configuration of all arms.
    pub configuration: String,
    /// Length of a run \[years\].
    pub years: u32,
    /// Comparisons with and without a mechanism.
    #[serde(default)]
    pub mechanism: Vec<Comparison>,
    /// Measures of the baseline beside published bands.
    #[serde(default)]
    pub fact: Vec<Fact>,
}

/// A mechanism or a part of it, with and without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Rows of the feature table, `M01` to `M29`; empty for others.
    #[serde(default)]
    pub features: Vec<String>,
    /// Mechanism of the tick, or a name of one's own with `off`.
    pub mechanism: String,
    /// Its switch.
    pub part: String,
    /// Settings that switch it off, if they are not those of the program's switch.
    #[serde(default)]
    pub off: Vec<String>,
    /// Settings of both arms.
    #[serde(default)]
    pub both: Vec<String>,
    /// What is measured.
    pub measure: Measure,
    /// What the measure is without the mechanism, compared with that with it.
    pub without: Direction,
    /// Why.
    pub because: String,
    /// Who found or derived it.
    pub source: String,
}

/// Where the literature expects the measure of the arm without the mechanism.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Above that with it.
    Higher,
    /// Below.
    Lower,
    /// The literature does not say.
    Open,
}

impl Direction {
    /// As a reader finds it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::Open => "open",
        }
    }
}

/// A measure of the baseline beside a published band.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What it is, in a few words.
    pub name: String,
    /// What is measured.
    pub measure: Measure,
    /// Smallest and largest published value.
    pub band: [f64; 2],
    /// Where the band comes from.
    pub source: String,
    /// Settings of the arm; the baseline without any.
    #[serde(default)]
    pub settings: Vec<String>,
}

impl Comparison {
    /// Settings of the arm with the mechanism.
    pub fn with(&self) -> Vec<String> {
        self.both.clone()
    }

    /// Settings of the arm without it.
    ///
    /// # Errors
    /// If the program has no such switch.
    pub fn without(&self) -> Result<Vec<String>, String> {
        let mut settings = self.both.clone();
        settings.extend(self.off()?);
        Ok(settings)
    }

    /// Settings that switch it off.
    ///
    /// # Errors
    /// If the program has no such switch.
    pub fn off(&self) -> Result<Vec<String>, String> {
        if !self.off.is_empty() {
            return Ok(self.off.clone());
        }
        let plan = tick();
        let mut switches = plan.switches().filter(|(name, _)| *name == self.mechanism);
        let found = switches.find_map(|(_, all)| all.list().iter().find(|s| s.part == self.part));
        let missing = || format!("`{}` has no switch of `{}`", self.mechanism, self.part);
        found.map(|switch| switch.off.iter().map(|s| (*s).to_owned()).collect()).ok_or_else(missing)
    }
}

impl Evidence {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The configuration of an arm with a seed.
    ///
    /// # Errors
    /// What the program says against it.
    pub fn arm(&self, settings: &[String], years: u32, seed: u64) -> Result<Configuration, String> {
        let mut overrides: Vec<Override> = settings.iter().map(|s| Override::set(s)).collect();
        overrides.push(Override::set(&format!("run.years={years}")));
        overrides.push(Override::set(&format!("run.seed={seed}")));
        let text = format!("extends = \"{}\"\n", self.configuration);
        Configuration::parse("evidence.toml", &text, &overrides, &Simulation::registry())
            .map_err(|errors| errors.to_string())
    }

    /// All measures of the file.
    pub fn measures(&self) -> impl Iterator<Item = &Measure> {
        self.mechanism.iter().map(|c| &c.measure).chain(self.fact.iter().map(|f| &f.measure))
    }
}
