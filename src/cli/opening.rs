//! The opening economy of a configuration, for the verbs that need one.

use super::CliError;
use crate::engine::configuration::{Configuration, ConfigurationError, ConfigurationErrors, Place, Related};
use crate::simulation::{Simulation, SimulationError};

/// Tables of the configuration that the opening depends on.
const TABLES: [&str; 4] = ["opening", "population", "calibration", "run"];

/// Opens the economy. Values within their ranges can still exclude each other: the message then names keys, and those that
/// somebody set are cited where that was.
pub fn open(configuration: &Configuration) -> Result<Simulation, CliError> {
    Simulation::new(configuration).map_err(|error| match error {
        SimulationError::Opening(text) => CliError::Configuration(ConfigurationErrors(mistakes(configuration, &text))),
        other => other.into(),
    })
}

/// One mistake for each line of the message that is one.
fn mistakes(configuration: &Configuration, text: &str) -> Vec<ConfigurationError> {
    const LIST: &str = "in the calibration tables:\n";
    let Some((_, list)) = text.split_once(LIST) else { return vec![told(configuration, text)] };
    list.lines().map(|line| told(configuration, line.trim().trim_start_matches("[opening]: "))).collect()
}

fn told(configuration: &Configuration, text: &str) -> ConfigurationError {
    let (message, expected) = text.split_once("; expected ").unwrap_or((text, ""));
    let message = format!("no economy opens with these values: {message}");
    let hint = match expected {
        "" => "values are within their ranges, but do not fit together: take them nearer to their defaults".to_owned(),
        expected => format!("expected {expected}"),
    };
    let mut named: Vec<(String, Place)> = Vec::new();
    for word in text.split('`').skip(1).step_by(2) {
        for table in TABLES {
            let key = word.strip_prefix(table).and_then(|rest| rest.strip_prefix('.')).unwrap_or(word);
            if let Some(place) = configuration.origin(table, key) {
                named.push((format!("{table}.{key}"), place.clone()));
            }
        }
    }
    named.dedup();
    let mut named = named.into_iter();
    let (key, place) = match named.next() {
        Some((key, place)) => (Some(key), place),
        None => (None, Place::whole(&configuration.name)),
    };
    let related = named.map(|(key, place)| Related { place, label: format!("`{key}` is set here") }).collect();
    ConfigurationError { place, key, message, hint, related }
}
