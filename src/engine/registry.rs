//! What a configuration may contain: every table that somebody claims, with its parameters and its rules.

use std::collections::BTreeMap;

use super::parameters::{ParameterDoc, ParameterTable, Value};
use super::settings;

/// Every value of a configuration: table, then key.
pub type Values = BTreeMap<String, BTreeMap<String, Value>>;

/// One table of the configuration.
#[derive(Clone, Debug)]
pub struct TableSpec {
    /// Name between the brackets: the mechanism's `NAME`.
    pub name: &'static str,
    /// Declarations of its parameters, in order.
    pub docs: fn() -> Vec<ParameterDoc>,
}

/// A condition beyond kind and range, such as a date's form or shares that must sum to one.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Table of the key that a breach is reported at.
    pub table: &'static str,
    /// Key that a breach is reported at.
    pub key: &'static str,
    /// Returns what is wrong and what to write instead.
    pub check: fn(&Values) -> Result<(), Breach>,
}

/// What a [`Rule`] found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong, naming table, key and value.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

/// The tables that the engine and the mechanisms claim.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    tables: Vec<TableSpec>,
    rules: Vec<Rule>,
}

impl Registry {
    /// A registry with the engine's own tables (`run`, `population`, `ai`, `calibration`, `output`).
    #[must_use]
    pub fn engine() -> Self {
        let mut registry = Self::default();
        settings::register(&mut registry);
        registry
    }

    /// Claims the table `name` for the parameters `T`.
    ///
    /// # Panics
    /// If the table is claimed already: two mechanisms of one name are a mistake in the program.
    pub fn add<T: ParameterTable>(&mut self, name: &'static str) -> &mut Self {
        assert!(self.get(name).is_none(), "the configuration table [{name}] is claimed twice");
        self.tables.push(TableSpec { name, docs: T::docs });
        self
    }

    /// Adds a condition beyond kind and range; a breach cites the place where `table.key` was set.
    pub fn add_rule(
        &mut self,
        table: &'static str,
        key: &'static str,
        check: fn(&Values) -> Result<(), Breach>,
    ) -> &mut Self {
        self.rules.push(Rule { table, key, check });
        self
    }

    /// All tables, in the order in which they were claimed.
    #[must_use]
    pub fn tables(&self) -> &[TableSpec] {
        &self.tables
    }

    /// All rules.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// A table by name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&TableSpec> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The values of a configuration that sets nothing.
    #[must_use]
    pub fn defaults(&self) -> Values {
        let keys = |spec: &TableSpec| (spec.docs)().into_iter().map(|doc| (doc.name.to_owned(), doc.default)).collect();
        self.tables.iter().map(|spec| (spec.name.to_owned(), keys(spec))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::settings::AiSettings;

    #[test]
    fn defaults_hold_every_key_of_every_table() {
        let defaults = Registry::engine().defaults();
        assert_eq!(defaults["run"]["years"], Value::Integer(40));
        assert_eq!(defaults["ai"]["enabled"], Value::Switch(true));
    }

    #[test]
    #[should_panic(expected = "[ai] is claimed twice")]
    fn a_table_has_one_owner() {
        Registry::engine().add::<AiSettings>("ai");
    }
}
