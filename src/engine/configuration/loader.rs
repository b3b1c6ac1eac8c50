//! From files and overrides to values: walks the spanned tables itself, so that all mistakes come at once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Configuration;
use super::check::{self, Mistake};
use super::diagnostic::{ConfigurationError, ConfigurationErrors, Source};
use super::embedded;
use super::overrides::Override;
use crate::engine::parameters::{ParameterDoc, Value};
use crate::engine::registry::{Registry, Values};

/// A place in one of the sources.
type Place = (usize, Range<usize>);

/// Collects values and mistakes over all sources.
pub(super) struct Loader<'r> {
    registry: &'r Registry,
    pub(super) values: Values,
    sources: Vec<Source>,
    /// Files being read, outermost first: one that comes again is a cycle.
    chain: Vec<String>,
    /// Where each key got its value.
    origins: BTreeMap<(String, String), Place>,
    /// Mistakes in order of source and place.
    errors: Vec<((usize, usize), ConfigurationError)>,
}

impl<'r> Loader<'r> {
    pub(super) fn new(registry: &'r Registry) -> Self {
        Self {
            registry,
            values: registry.defaults(),
            sources: Vec::new(),
            chain: Vec::new(),
            origins: BTreeMap::new(),
            errors: Vec::new(),
        }
    }

    /// Reads a file, or failing that an embedded configuration of that name; returns the configuration's name.
    pub(super) fn read_named(&mut self, path: &Path) -> String {
        let typed = path.to_string_lossy();
        match embedded::find(&typed) {
            Some(text) if !path.is_file() => self.read_embedded(&typed, text),
            _ => self.read_file(path),
        }
        path.file_stem().map_or(typed.clone(), |stem| stem.to_string_lossy()).into_owned()
    }

    /// Reads a text under a name.
    pub(super) fn read_text(&mut self, label: &str, text: String) {
        self.chain.push(label.to_owned());
        self.read_source(Source { label: label.to_owned(), text, lines: true }, Path::new(label));
        self.chain.pop();
    }

    fn read_embedded(&mut self, name: &str, text: &str) {
        self.read_text(&format!("{name} (inside the program)"), text.to_owned());
    }

    fn read_file(&mut self, path: &Path) {
        let label = path.display().to_string();
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let names: Vec<_> = embedded::names().collect();
                let hint = format!("give a TOML file, or a configuration inside the program: {}", names.join(", "));
                return self.whole(&label, format!("cannot read this configuration: {error}"), hint);
            }
        };
        match String::from_utf8(bytes) {
            Ok(text) => {
                self.chain.push(identity(path));
                self.read_source(Source { label, text, lines: true }, path);
                self.chain.pop();
            }
            Err(error) => {
                let line = error.as_bytes()[..error.utf8_error().valid_up_to()].split(|b| *b == b'\n').count();
                let message = format!("this configuration is not UTF-8 text (line {line})");
                self.whole(&label, message, "save the file with the encoding UTF-8".into());
            }
        }
    }

    fn read_source(&mut self, source: Source, path: &Path) {
        let text = source.text.clone();
        let (document, syntax) = DeTable::parse_recoverable(&text);
        // The place of a base among the sources comes before the file that extends it, as its values do.
        if let Some((key, value)) = document.get_ref().get_key_value("extends") {
            self.extend(&source, path, key.span(), value);
        }
        let index = self.sources.len();
        self.sources.push(source);
        let broken = self.syntax_errors(index, &syntax);
        let before = self.errors.len();
        self.walk(index, document.get_ref());
        // What the parser made up to go on after a mistake is no second mistake.
        let walked = self.errors.split_off(before);
        self.errors.extend(walked.into_iter().filter(|(_, error)| !broken.contains(&error.line)));
    }

    /// Reports what the parser could not read, once a line; returns these lines.
    fn syntax_errors(&mut self, source: usize, errors: &[toml::de::Error]) -> Vec<usize> {
        let mut lines = Vec::new();
        for error in errors {
            let end = self.sources[source].text.len();
            let span = error.span().unwrap_or(end..end);
            let message = format!("malformed TOML: {}", error.message());
            let told = self.sources[source].error(&span, message, String::new());
            if !lines.contains(&told.line) {
                lines.push(told.line);
                self.errors.push(((source, span.start), told));
            }
        }
        lines
    }

    fn extend(&mut self, source: &Source, path: &Path, key: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let mut refuse = |span: Range<usize>, message: String, hint: String| {
            let place = (self.sources.len(), span.start);
            self.errors.push((place, source.error(&span, message, hint)));
        };
        let Some(base) = value.get_ref().as_str() else {
            let hint = "write extends = \"china-2023\", or a path relative to this file".into();
            return refuse(key, "`extends` must be a word in quotes".into(), hint);
        };
        let is_path = base.contains('/') || Path::new(base).extension().is_some_and(|end| end == "toml");
        let file = path.parent().unwrap_or(Path::new("")).join(base);
        let found = if is_path { None } else { embedded::find(base) };
        let id = if found.is_some() { format!("{base} (inside the program)") } else { identity(&file) };
        if self.chain.contains(&id) {
            let message = format!("`extends` goes round in a circle: \"{base}\" is being read already");
            return refuse(value.span(), message, "let the base stand on its own".into());
        }
        match found {
            Some(text) => self.read_embedded(base, text),
            None if is_path && file.is_file() => self.read_file(&file),
            None if is_path => {
                let hint = "the path is relative to this file".into();
                refuse(value.span(), format!("`extends` names {}, but there is no such file", file.display()), hint);
            }
            None => {
                let names: Vec<_> = embedded::names().collect();
                let hint = check::nearest(base, names.iter().copied()).map_or_else(
                    || format!("known are {}; a path ends in .toml", check::quoted(&names)),
                    |near| format!("did you mean \"{near}\"?"),
                );
                refuse(value.span(), format!("`extends` names no configuration inside the program: \"{base}\""), hint);
            }
        }
    }

    fn walk(&mut self, source: usize, document: &DeTable<'_>) {
        for (name, value) in document {
            let place = (source, name.span());
            match (&**name.get_ref(), value.get_ref()) {
                ("extends", _) => {}
                (kind @ ("policy" | "shock"), _) => {
                    let hint = format!("remove every [[{kind}]]");
                    self.error(place, format!("no {kind} kinds are built yet"), hint);
                }
                (table, DeValue::Table(keys)) => self.walk_table(source, table, &place, keys),
                (name, _) => {
                    let message = match self.registry.get(name) {
                        Some(_) => format!("`{name}` is a table, not a key"),
                        None => format!("unknown key `{name}` outside of any table"),
                    };
                    let hint = match self.registry.get(name) {
                        Some(_) => format!("write [{name}] on a line of its own, its keys below"),
                        None => self.hint_for_key(name, None),
                    };
                    self.error(place, message, hint);
                }
            }
        }
    }

    fn walk_table(&mut self, source: usize, table: &str, place: &Place, keys: &DeTable<'_>) {
        if self.registry.get(table).is_none() {
            return self.unknown_table(table, place.clone());
        }
        for (key, value) in keys {
            self.set(table, key.get_ref(), (source, key.span()), (source, value.span()), |_| value.get_ref().clone());
        }
    }

    /// Checks and stores one value; `given` may look at the declaration.
    fn set<'v>(
        &mut self,
        table: &str,
        key: &str,
        key_place: Place,
        value_place: Place,
        given: impl FnOnce(&ParameterDoc) -> DeValue<'v>,
    ) {
        let docs = self.registry.get(table).map(|spec| (spec.docs)()).unwrap_or_default();
        let Some(doc) = docs.iter().find(|doc| doc.name == key) else {
            let hint = self.hint_for_key(key, Some((table, &docs)));
            return self.error(key_place, format!("unknown key `{key}` in table [{table}]"), hint);
        };
        match check::check(&format!("{table}.{key}"), doc, &given(doc)) {
            Ok(value) => {
                self.values.entry(table.to_owned()).or_default().insert(key.to_owned(), value);
                self.origins.insert((table.to_owned(), key.to_owned()), value_place);
            }
            Err(Mistake { message, hint }) => self.error(value_place, message, hint),
        }
    }

    fn set_override(&mut self, given: &Override) {
        let source = self.sources.len();
        self.sources.push(Source { label: given.option.clone(), text: given.text.clone(), lines: false });
        let Some(parts) = &given.parts else {
            let message = format!("\"{}\" does not set a key", given.text);
            return self.error((source, 0..given.text.len()), message, "write --set table.key=value".into());
        };
        if self.registry.get(&parts.table).is_none() {
            return self.unknown_table(&parts.table, (source, parts.table_span.clone()));
        }
        let raw = &given.text[parts.value_span.clone()];
        let places = ((source, parts.key_span.clone()), (source, parts.value_span.clone()));
        self.set(&parts.table, &parts.key, places.0, places.1, |doc| match (&doc.default, DeValue::parse(raw)) {
            // A shell takes quotes away: a bare word is as good as a quoted one.
            (Value::Text(_), Ok(value)) if !value.get_ref().is_str() => DeValue::String(raw.into()),
            (_, Ok(value)) => value.into_inner(),
            (_, Err(_)) => DeValue::String(raw.into()),
        });
    }

    /// The configuration, if nothing was wrong.
    pub(super) fn finish(mut self, name: String, overrides: &[Override]) -> Result<Configuration, ConfigurationErrors> {
        for given in overrides {
            self.set_override(given);
        }
        for rule in self.registry.rules() {
            if let Err(breach) = (rule.check)(&self.values) {
                match self.origins.get(&(rule.table.to_owned(), rule.key.to_owned())).cloned() {
                    Some(place) => self.error(place, breach.message, breach.hint),
                    None => self.whole(&name, breach.message, breach.hint),
                }
            }
        }
        if self.errors.is_empty() {
            return Ok(Configuration { name, values: self.values, registry: self.registry.clone() });
        }
        self.errors.sort_by_key(|(place, _)| *place);
        Err(ConfigurationErrors(self.errors.into_iter().map(|(_, error)| error).collect()))
    }

    fn error(&mut self, (source, span): Place, message: String, hint: String) {
        self.errors.push(((source, span.start), self.sources[source].error(&span, message, hint)));
    }

    fn whole(&mut self, label: &str, message: String, hint: String) {
        self.errors.push(((self.sources.len(), 0), ConfigurationError::whole(label, message, hint)));
    }

    fn unknown_table(&mut self, table: &str, place: Place) {
        let names: Vec<_> = self.registry.tables().iter().map(|spec| spec.name).collect();
        let hint = check::nearest(table, names.iter().copied())
            .map_or_else(|| format!("the tables are {}", names.join(", ")), |near| format!("did you mean [{near}]?"));
        self.error(place, format!("unknown table [{table}]"), hint);
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
        if docs.is_empty() {
            return "every key but `extends` stands below the name of a table".into();
        }
        format!("the keys of [{name}] are {}", docs.iter().map(|doc| doc.name).collect::<Vec<_>>().join(", "))
    }
}

/// What two paths to one file have in common.
fn identity(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| PathBuf::from(path)).display().to_string()
}
