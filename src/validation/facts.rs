//! The list of facts: `data/stylised_facts.toml`, or a file of the user's in the same form.

use super::measures::{Measure, measure, measures};
use serde::Deserialize;
use std::path::Path;

/// The list that comes with the program.
pub const FACTS: &str = include_str!("../../data/stylised_facts.toml");

/// Whether a source was read or is recalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Confidence {
    /// Read in the source, or computed from data at hand.
    V,
    /// Recalled from the literature.
    L,
}

/// A stylised fact.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Name, in words joined by hyphens.
    pub id: String,
    /// Part of the economy that it is about.
    pub domain: String,
    /// What is found.
    pub title: String,
    /// Name of the measure.
    pub measure: String,
    /// Lower end of the band; open if absent.
    #[serde(default)]
    pub low: Option<f64>,
    /// Upper end of the band; open if absent.
    #[serde(default)]
    pub high: Option<f64>,
    /// Who found it, and what.
    pub source: String,
    /// Whether the source was read.
    pub confidence: Confidence,
    /// Whether a parameter of the model was chosen with this number in view.
    #[serde(default)]
    pub calibrated: bool,
    /// How the band follows from the source where that is not plain.
    #[serde(default)]
    pub note: String,
}

impl Fact {
    /// Whether a value lies in the band, its ends included.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        self.low.is_none_or(|low| value >= low) && self.high.is_none_or(|high| value <= high)
    }

    /// How it is measured.
    ///
    /// # Panics
    /// If no such measure is there, which [`read_facts`] refuses.
    #[must_use]
    pub fn measured_by(&self) -> &'static Measure {
        measure(&self.measure).expect("the list of facts is checked when it is read")
    }

    /// The band in words.
    #[must_use]
    pub fn band(&self) -> String {
        match (self.low, self.high) {
            (Some(low), Some(high)) => format!("{low} to {high}"),
            (Some(low), None) => format!("at least {low}"),
            (None, Some(high)) => format!("at most {high}"),
            (None, None) => "any".to_owned(),
        }
    }
}

/// Why a list of facts cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// It is no such list.
    #[error("{0}: {1}")]
    Form(String, String),
    /// A fact is not sound.
    #[error("{file}: fact `{fact}`: {what}")]
    Fact {
        /// The file.
        file: String,
        /// The fact's name.
        fact: String,
        /// What is wrong, and what would be right.
        what: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fact: Vec<Fact>,
}

/// Reads a list of facts; `name` is cited in errors.
///
/// # Errors
/// If it is no such list, a name occurs twice, a measure is unknown or a band is empty.
pub fn read_facts(name: &str, text: &str) -> Result<Vec<Fact>, FactsError> {
    let file: File = toml::from_str(text).map_err(|e| FactsError::Form(name.to_owned(), e.to_string()))?;
    for (at, fact) in file.fact.iter().enumerate() {
        let wrong = |what: String| FactsError::Fact { file: name.to_owned(), fact: fact.id.clone(), what };
        if file.fact[..at].iter().any(|other| other.id == fact.id) {
            return Err(wrong("another fact has the same `id`".into()));
        }
        if measure(&fact.measure).is_none() {
            let names: Vec<&str> = measures().iter().map(|m| m.name).collect();
            let near = crate::engine::configuration::nearest(&fact.measure, names.iter().copied());
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(wrong(format!("there is no measure `{}`{hint}", fact.measure)));
        }
        match (fact.low, fact.high) {
            (None, None) => return Err(wrong("give `low`, `high` or both".into())),
            (Some(low), Some(high)) if low >= high => {
                return Err(wrong(format!("`low` = {low} is not below `high` = {high}")));
            }
            _ => (),
        }
    }
    Ok(file.fact)
}

/// Reads the user's list, or the one that comes with the program.
///
/// # Errors
/// As [`read_facts`]; if the file cannot be read.
pub fn load_facts(path: Option<&Path>) -> Result<Vec<Fact>, FactsError> {
    let Some(path) = path else { return read_facts("data/stylised_facts.toml", FACTS) };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| FactsError::Form(name.clone(), e.to_string()))?;
    read_facts(&name, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_the_program_is_sound_and_long() {
        let facts = read_facts("facts", FACTS).expect("sound");
        assert!(facts.len() >= 40);
        assert!(facts.iter().all(|fact| !fact.source.is_empty()));
        // Every measure is one that a fact is about.
        for m in measures() {
            assert!(facts.iter().any(|fact| fact.measure == m.name), "no fact is measured by {}", m.name);
        }
    }

    #[test]
    fn a_list_with_a_mistake_is_refused_with_its_place() {
        let fact = |more: &str| {
            format!("[[fact]]\nid = \"a\"\ndomain = \"b\"\ntitle = \"c\"\nsource = \"d\"\nconfidence = \"V\"\n{more}\n")
        };
        let good = fact("measure = \"growth_mean\"\nlow = 0.0");
        assert!(read_facts("f.toml", &good).is_ok());
        for (text, expected) in [
            (fact("measure = \"growth_meen\"\nlow = 0.0"), "did you mean `growth_mean`"),
            (fact("measure = \"growth_mean\""), "give `low`, `high` or both"),
            (fact("measure = \"growth_mean\"\nlow = 1.0\nhigh = 0.0"), "is not below"),
            (good.repeat(2), "the same `id`"),
            (fact("measure = \"growth_mean\"\nlow = 0.0\nlarge = 1"), "unknown field `large`"),
        ] {
            let error = read_facts("f.toml", &text).expect_err("a mistake").to_string();
            assert!(error.contains("f.toml") && error.contains(expected), "{error}");
        }
    }
}
