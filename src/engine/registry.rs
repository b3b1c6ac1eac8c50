//! What a configuration may contain: every table that somebody claims, with its parameters and its rules.

use std::collections::BTreeMap;

use super::parameters::{ParameterDoc, ParameterTable, Value};
use super::rules::{Breach, Condition, Key, Rule};
use super::settings;

/// Every value of a configuration: table, then key.
pub type Values = BTreeMap<String, BTreeMap<String, Value>>;

/// One table of the configuration.
#[derive(Clone, Debug)]
pub struct TableSpec {
    /// Name between the brackets: the mechanism's `NAME`.
    pub name: &'static str,
    /// What the table is about, in a line.
    pub doc: &'static str,
    /// Declarations of its parameters, in order.
    pub docs: fn() -> Vec<ParameterDoc>,
}

impl TableSpec {
    /// What the table is about, as a sentence without the table's own name in front.
    #[must_use]
    pub fn about(&self) -> String {
        let text = self.doc.strip_prefix(&format!("`[{}]`: ", self.name)).unwrap_or(self.doc);
        let mut letters = text.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }
}

/// The tables that the engine and the mechanisms claim.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    tables: Vec<TableSpec>,
    rules: Vec<Rule>,
    patterns: Vec<(Key, &'static str)>,
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
        self.tables.push(TableSpec { name, doc: T::DOC, docs: T::docs });
        self
    }

    /// Adds a condition of its own kind; a breach without a place cites those where `keys` were set.
    pub fn add_rule(&mut self, keys: &[Key], check: fn(&Values) -> Vec<Breach>) -> &mut Self {
        self.push(keys, Condition::Other(check))
    }

    /// Shares of one whole: their sum is at most one.
    pub fn shares_of_one(&mut self, keys: &[Key]) -> &mut Self {
        self.push(keys, Condition::SharesOfOne)
    }

    /// Bounds in order: none is smaller than the one before it.
    pub fn ascending(&mut self, keys: &[Key]) -> &mut Self {
        self.push(keys, Condition::Ascending)
    }

    /// Keys of several tables that must say the same.
    pub fn equal(&mut self, keys: &[Key]) -> &mut Self {
        self.push(keys, Condition::Equal)
    }

    fn push(&mut self, keys: &[Key], condition: Condition) -> &mut Self {
        self.rules.push(Rule { keys: keys.to_vec(), condition });
        self
    }

    /// The regular expression that a word follows, for the schema; a rule does the checking.
    pub fn pattern(&mut self, key: Key, expression: &'static str) -> &mut Self {
        self.patterns.push((key, expression));
        self
    }

    /// The regular expression of a key, if it has one.
    #[must_use]
    pub fn pattern_of(&self, table: &str, key: &str) -> Option<&'static str> {
        self.patterns.iter().find(|((t, k), _)| *t == table && *k == key).map(|(_, expression)| *expression)
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
    fn rules_are_about_keys_that_there_are() {
        let registry = crate::simulation::Simulation::registry();
        assert!(registry.rules().len() > 8);
        for (table, key) in registry.rules().iter().flat_map(|rule| &rule.keys) {
            assert!(registry.defaults()[*table].contains_key(*key), "{table}.{key}");
        }
        for rule in registry.rules() {
            assert!(rule.breaches(&registry.defaults()).is_empty(), "{rule:?}");
        }
    }

    #[test]
    #[should_panic(expected = "[ai] is claimed twice")]
    fn a_table_has_one_owner() {
        Registry::engine().add::<AiSettings>("ai");
    }
}
