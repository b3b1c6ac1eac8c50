//! From files and overrides to values: walks the spanned tables itself, so that all mistakes come at once.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::Configuration;
use super::check::{self, Mistake};
use super::diagnostic::{COMMAND_LINE, ConfigurationError, ConfigurationErrors, Place, Related, Source, shown};
use super::overrides::Override;
use crate::engine::parameters::{ParameterDoc, Value};
use crate::engine::registry::{Registry, Values};
use crate::engine::rules::{Breach, Rule};

/// Bytes of one of the sources.
pub(super) type Span = (usize, Range<usize>);

/// Where each key got its value.
pub(super) type Origins = BTreeMap<(String, String), Place>;

/// Collects values and mistakes over all sources.
pub(super) struct Loader<'r> {
    pub(super) registry: &'r Registry,
    pub(super) values: Values,
    pub(super) origins: Origins,
    pub(super) sources: Vec<Source>,
    /// Files being read, outermost first: one that comes again is a cycle.
    pub(super) chain: Vec<String>,
    /// Keys whose last value is a mistake: rules do not speak about them.
    mistaken: BTreeSet<(String, String)>,
    /// Mistakes in order of source and place.
    pub(super) errors: Vec<((usize, usize), ConfigurationError)>,
}

impl<'r> Loader<'r> {
    pub(super) fn new(registry: &'r Registry) -> Self {
        Self {
            registry,
            values: registry.defaults(),
            origins: Origins::new(),
            sources: Vec::new(),
            chain: Vec::new(),
            mistaken: BTreeSet::new(),
            errors: Vec::new(),
        }
    }

    pub(super) fn walk(&mut self, source: usize, document: &DeTable<'_>) {
        for (name, value) in document {
            let place = (source, name.span());
            match (&**name.get_ref(), value.get_ref()) {
                ("extends", _) => {}
                (kind @ ("policy" | "shock"), _) => {
                    let hint = format!("remove every [[{kind}]]");
                    self.error(place, Some(kind), format!("no {kind} kinds are built yet"), hint);
                }
                (table, DeValue::Table(keys)) => self.walk_table(source, table, place, keys),
                (name, value) => self.not_a_table(name, value, place),
            }
        }
    }

    fn not_a_table(&mut self, name: &str, value: &DeValue<'_>, place: Span) {
        let list = value.as_array().is_some_and(|list| list.iter().all(|entry| entry.get_ref().is_table()));
        let (message, hint) = match (self.registry.get(name), list) {
            (Some(_), true) => (
                format!("`{name}` is one table, not a list of tables"),
                format!("write [{name}], with single brackets"),
            ),
            (Some(_), false) => (
                format!("`{name}` is a table, not a key"),
                format!("write [{name}] on a line of its own, its keys below"),
            ),
            (None, true) => return self.unknown_table(name, place),
            (None, false) => {
                (format!("unknown key `{}` outside of any table", shown(name)), self.hint_for_key(name, None))
            }
        };
        self.error(place, Some(name), message, hint);
    }

    fn walk_table(&mut self, source: usize, table: &str, place: Span, keys: &DeTable<'_>) {
        if self.registry.get(table).is_none() {
            return self.unknown_table(table, place);
        }
        for (key, value) in keys {
            self.set(table, key.get_ref(), (source, key.span()), (source, value.span()), |_| value.get_ref().clone());
        }
    }

    /// Checks and stores one value; `given` may look at the declaration.
    pub(super) fn set<'v>(
        &mut self,
        table: &str,
        key: &str,
        key_place: Span,
        value_place: Span,
        given: impl FnOnce(&ParameterDoc) -> DeValue<'v>,
    ) {
        let docs = self.registry.get(table).map(|spec| (spec.docs)()).unwrap_or_default();
        let path = format!("{table}.{key}");
        let Some(doc) = docs.iter().find(|doc| doc.name == key) else {
            let hint = self.hint_for_key(key, Some((table, &docs)));
            let message = format!("unknown key `{}` in table [{table}]", shown(key));
            return self.error(key_place, Some(&path), message, hint);
        };
        let at = (table.to_owned(), key.to_owned());
        match check::check(&path, doc, &given(doc)) {
            Ok(value) => {
                self.values.entry(table.to_owned()).or_default().insert(key.to_owned(), value);
                self.mistaken.remove(&at);
                self.origins.insert(at, self.sources[value_place.0].place(&value_place.1));
            }
            Err(Mistake { message, hint }) => {
                self.mistaken.insert(at);
                self.error(value_place, Some(&path), message, hint);
            }
        }
    }

    fn set_override(&mut self, source: usize, offset: usize, given: &Override) {
        let here = |span: &Range<usize>| (source, offset + span.start..offset + span.end);
        let Some(parts) = &given.parts else {
            let message = format!("`{}` does not set a key", shown(&given.typed));
            return self.error(here(&(0..given.typed.len())), None, message, "write --set table.key=value".into());
        };
        if self.registry.get(&parts.table).is_none() {
            return self.unknown_table(&parts.table, here(&parts.table_span));
        }
        let raw = &given.typed[parts.value_span.clone()];
        let (key, value) = (here(&parts.key_span), here(&parts.value_span));
        self.set(&parts.table, &parts.key, key, value, |doc| match (&doc.default, DeValue::parse(raw)) {
            // A shell takes quotes away: a bare word is as good as a quoted one.
            (Value::Text(_), Ok(value)) if !value.get_ref().is_str() => DeValue::String(raw.into()),
            (_, Ok(value)) => value.into_inner(),
            (_, Err(_)) => DeValue::String(raw.into()),
        });
    }

    /// The command line is one source, each option a line of it.
    fn set_overrides(&mut self, overrides: &[Override]) {
        let typed: Vec<_> = overrides.iter().map(|given| given.typed.as_str()).collect();
        let source = self.sources.len();
        self.sources.push(Source::new(COMMAND_LINE, typed.join("\n")));
        let mut offset = 0;
        for given in overrides {
            self.set_override(source, offset, given);
            offset += given.typed.len() + 1;
        }
    }

    /// The configuration, if nothing was wrong.
    pub(super) fn finish(mut self, name: String, overrides: &[Override]) -> Result<Configuration, ConfigurationErrors> {
        self.set_overrides(overrides);
        for rule in self.registry.rules() {
            if rule.keys.iter().any(|(table, key)| self.mistaken.contains(&((*table).into(), (*key).into()))) {
                continue;
            }
            for breach in rule.breaches(&self.values) {
                self.breach(&name, rule, breach);
            }
        }
        if self.errors.is_empty() {
            let Self { values, origins, registry, .. } = self;
            return Ok(Configuration { name, values, origins, registry: registry.clone() });
        }
        self.errors.sort_by_key(|(place, _)| *place);
        Err(ConfigurationErrors(self.errors.into_iter().map(|(_, error)| error).collect()))
    }

    /// A breach is told at the key of its rule that was set last, beside the others.
    fn breach(&mut self, name: &str, rule: &Rule, breach: Breach) {
        let origin = |(table, key): (&str, &str)| self.origins.get(&(table.to_owned(), key.to_owned()));
        let mut set: Vec<_> = rule.keys.iter().filter_map(|key| origin(*key).map(|place| (key, place))).collect();
        set.sort_by_key(|(_, place)| self.order(place));
        let defaults: Vec<_> = rule.keys.iter().filter(|key| origin(**key).is_none() && rule.keys.len() > 1).collect();
        let defaults: Vec<_> = defaults.iter().map(|(table, key)| format!("`{table}.{key}`")).collect();
        let mut hint = breach.hint;
        if !defaults.is_empty() && breach.place.is_none() {
            let verb = if defaults.len() == 1 { "has its default" } else { "have their defaults" };
            hint = format!("{hint}; {} {verb}", defaults.join(" and "));
        }
        let last = set.pop();
        let (table, key) = last.map_or(rule.keys[0], |(key, _)| *key);
        let related = |(key, place): &(&(&str, &str), &Place), label: &str| Related {
            place: (*place).clone(),
            label: format!("`{}.{}` {label}", key.0, key.1),
        };
        let mut others: Vec<_> = set.iter().rev().map(|other| related(other, "is set here")).collect();
        let place = match (breach.place, last) {
            (Some(place), Some(last)) => {
                others.insert(0, related(&last, "leads there"));
                place
            }
            (Some(place), None) => place,
            (None, Some((_, place))) => place.clone(),
            (None, None) => Place::whole(name),
        };
        let order = self.order(&place);
        let key = Some(format!("{table}.{key}"));
        let error = ConfigurationError { place, key, message: breach.message, hint, related: others };
        self.errors.push((order, error));
    }

    /// Source and byte of a place; what is in no source comes last.
    fn order(&self, place: &Place) -> (usize, usize) {
        let source = self.sources.iter().position(|source| source.label() == place.file);
        source.map_or((self.sources.len(), self.errors.len()), |source| (source, self.sources[source].byte(place)))
    }

    pub(super) fn error(&mut self, (source, span): Span, key: Option<&str>, message: String, hint: String) {
        let place = self.sources[source].place(&span);
        let key = key.map(str::to_owned);
        let error = ConfigurationError { place, key, message, hint, related: Vec::new() };
        self.errors.push(((source, span.start), error));
    }

    pub(super) fn whole(&mut self, label: &str, message: String, hint: String) {
        let place = Place::whole(label);
        let error = ConfigurationError { place, message, hint, ..ConfigurationError::default() };
        self.errors.push(((self.sources.len(), 0), error));
    }

    pub(super) fn unknown_table(&mut self, table: &str, place: Span) {
        let names: Vec<_> = self.registry.tables().iter().map(|spec| spec.name).collect();
        let hint = check::nearest(table, names.iter().copied())
            .map_or_else(|| format!("the tables are {}", names.join(", ")), |near| format!("did you mean [{near}]?"));
        self.error(place, Some(table), format!("unknown table [{}]", shown(table)), hint);
    }

    /// Where a key that is unknown here might belong.
    fn hint_for_key(&self, key: &str, table: Option<(&str, &[ParameterDoc])>) -> String {
        let (name, docs) = table.unwrap_or(("", &[]));
        if let Some(near) = check::nearest(key, docs.iter().map(|doc| doc.name)) {
            return format!("did you mean `{near}`?");
        }
        let holds = |name: &str, docs: &[ParameterDoc]| docs.iter().any(|doc| doc.name == name);
        if let Some(other) = self.registry.tables().iter().find(|spec| holds(key, &(spec.docs)())) {
            return format!("`{key}` is a key of [{}]", other.name);
        }
        if table.is_none() {
            let names = self.registry.tables().iter().map(|spec| spec.name).chain(["extends"]);
            return check::nearest(key, names).map_or_else(
                || "every key but `extends` stands below the name of a table".into(),
                |near| format!("did you mean `{near}`? Every key but `extends` stands below the name of a table"),
            );
        }
        match docs {
            [] => format!("[{name}] has no keys"),
            docs => format!("the keys of [{name}] are {}", docs.iter().map(|d| d.name).collect::<Vec<_>>().join(", ")),
        }
    }
}
