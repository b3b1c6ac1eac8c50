//! A checked configuration: every key of every claimed table has a value of the right kind and range.
//!
//! A file is TOML. `extends = "china-2023"` lays it over a configuration inside the program, or over a file
//! relative to itself; a list lays it over several, the later over the earlier. Whatever is wrong is reported together, each mistake with its place; nothing is
//! clamped, and no mistaken key falls back to its default.

mod check;
mod diagnostic;
mod embedded;
mod files;
mod loader;
mod overrides;
mod render;
mod resolved;
mod sheet;
mod syntax;
#[cfg(test)]
mod tests;

use std::path::Path;

use super::parameters::{ParameterTable, Value};
use super::registry::{Registry, Values};

pub(crate) use check::{allowed, nearest};
pub use diagnostic::{ConfigurationError, ConfigurationErrors, Place, Related};
pub use embedded::EMBEDDED;
pub use overrides::Override;
pub(crate) use resolved::toml_value;
pub(crate) use sheet::{Key, Sheet};

/// Every parameter of a run.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Name of the file without its extension, or of the configuration inside the program.
    pub name: String,
    /// Every key of every table, set or default.
    pub values: Values,
    origins: loader::Origins,
    registry: Registry,
}

impl Configuration {
    /// Reads a file; a name without such a file is looked up among the configurations inside the program.
    ///
    /// # Errors
    /// Every mistake in the file, in the files that it extends and in the overrides.
    pub fn load(path: &Path, overrides: &[Override], registry: &Registry) -> Result<Self, ConfigurationErrors> {
        let mut loader = loader::Loader::new(registry);
        let name = loader.read_named(path);
        loader.finish(name, overrides)
    }

    /// Reads a text, as [`Self::load`] does a file; `name` is cited as its file.
    ///
    /// # Errors
    /// Every mistake in the text, in the files that it extends and in the overrides.
    pub fn parse(
        name: &str,
        text: &str,
        overrides: &[Override],
        registry: &Registry,
    ) -> Result<Self, ConfigurationErrors> {
        let mut loader = loader::Loader::new(registry);
        loader.read_text(name, text.to_owned());
        let name = Path::new(name).file_stem().map_or(name.into(), |stem| stem.to_string_lossy());
        loader.finish(name.into_owned(), overrides)
    }

    /// The configuration that sets nothing.
    #[must_use]
    pub fn defaults(name: &str, registry: &Registry) -> Self {
        let origins = loader::Origins::new();
        Self { name: name.to_owned(), values: registry.defaults(), origins, registry: registry.clone() }
    }

    /// This configuration with some values replaced, checked as a file is.
    ///
    /// # Errors
    /// Every mistake in the overrides.
    pub fn with(&self, overrides: &[Override]) -> Result<Self, ConfigurationErrors> {
        let mut loader = loader::Loader::new(&self.registry);
        loader.values = self.values.clone();
        loader.origins = self.origins.clone();
        loader.finish(self.name.clone(), overrides)
    }

    /// This configuration with some values replaced that were checked each for itself; `places` say where they come from.
    ///
    /// # Errors
    /// Every rule between several keys that they break.
    pub(crate) fn replaced(&self, values: &[(String, String, Value, Place)]) -> Result<Self, ConfigurationErrors> {
        let mut loader = loader::Loader::new(&self.registry);
        loader.values = self.values.clone();
        loader.origins = self.origins.clone();
        for (table, key, value, place) in values {
            loader.values.entry(table.clone()).or_default().insert(key.clone(), value.clone());
            loader.origins.insert((table.clone(), key.clone()), place.clone());
        }
        loader.finish(self.name.clone(), &[])
    }

    /// The configuration whose every value is in `resolved`, as [`Self::resolved_json`] wrote it.
    ///
    /// # Errors
    /// If it was not written by a program with the same parameters; the text says what differs.
    pub(crate) fn from_resolved(name: &str, resolved: &serde_json::Value, registry: &Registry) -> Result<Self, String> {
        let mut configuration = Self::defaults(name, registry);
        for (table, keys) in &mut configuration.values {
            for (key, value) in keys {
                let given = resolved.get(table).and_then(|table| table.get(key));
                let read = given.and_then(|given| match value {
                    Value::Real(_) => given.as_f64().map(Value::Real),
                    Value::Integer(_) => given.as_i64().map(Value::Integer),
                    Value::Switch(_) => given.as_bool().map(Value::Switch),
                    Value::Text(_) => given.as_str().map(|word| Value::Text(word.to_owned())),
                });
                *value = read.ok_or_else(|| format!("there is no value for `{table}.{key}`"))?;
            }
        }
        if configuration.resolved_json() == *resolved {
            Ok(configuration)
        } else {
            Err("there are tables or keys that this program does not know".to_owned())
        }
    }

    /// Where a key was set; none if it has its default.
    #[must_use]
    pub fn origin(&self, table: &str, key: &str) -> Option<&Place> {
        self.origins.get(&(table.to_owned(), key.to_owned()))
    }

    /// The parameters of one table.
    ///
    /// # Panics
    /// If no such table is registered, or under another type: a mistake in the program, never in a file.
    #[must_use]
    pub fn table<T: ParameterTable>(&self, name: &str) -> T {
        let mut table = T::default();
        let values = self.values.get(name);
        for (key, value) in values.unwrap_or_else(|| panic!("the table [{name}] is not registered")) {
            assert!(table.set(key, value), "the table [{name}] is registered under another type");
        }
        table
    }

    /// The tables that this configuration was checked against.
    #[must_use]
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }
}
