//! A file that is about a configuration, such as that of a sweep: its own tables are read by others, the values of
//! parameters in it are checked here, and all mistakes are told together, with those of the configuration.

use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::diagnostic::{ConfigurationError, ConfigurationErrors, Place, Source, shown};
use super::loader::Loader;
use super::{Configuration, check, embedded, files, syntax};
use crate::engine::parameters::{ParameterDoc, Value};
use crate::engine::registry::Registry;

/// A configuration in the making and the mistakes so far.
pub(crate) struct Sheet<'r> {
    loader: Loader<'r>,
    path: PathBuf,
    text: String,
}

impl<'r> Sheet<'r> {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, or is no text.
    pub(crate) fn open(path: &Path, registry: &'r Registry) -> Result<Self, ConfigurationErrors> {
        let mut loader = Loader::new(registry);
        let label = path.display().to_string();
        match files::text_of(path) {
            Ok(text) => Ok(Self::of(path, text, loader)),
            Err((message, hint)) => {
                loader.whole(&label, message, hint);
                Err(ConfigurationErrors(loader.errors.into_iter().map(|(_, error)| error).collect()))
            }
        }
    }

    fn of(path: &Path, text: String, mut loader: Loader<'r>) -> Self {
        loader.sources.push(Source::new(&path.display().to_string(), text.clone()));
        Self { loader, path: path.to_owned(), text }
    }

    /// What is in it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Notes what the parser could not read; whether that was anything.
    pub(crate) fn syntax(&mut self, document: &DeTable<'_>, errors: &[toml::de::Error]) -> bool {
        let told = syntax::mistakes(&self.loader.sources[0], document, errors);
        let any = !told.is_empty();
        self.loader.errors.extend(told.into_iter().map(|(start, error)| ((0, start), error)));
        any
    }

    /// Notes a mistake.
    pub(crate) fn mistake(&mut self, span: &Range<usize>, key: Option<&str>, message: String, hint: String) {
        self.loader.error((0, span.clone()), key, message, hint);
    }

    /// Notes a mistake at a place.
    pub(crate) fn mistake_at(&mut self, place: &Place, key: &str, message: String, hint: String) {
        let key = Some(key.to_owned());
        let error = ConfigurationError { place: place.clone(), key, message, hint, related: Vec::new() };
        self.loader.errors.push(((0, self.loader.sources[0].byte(place)), error));
    }

    /// Whether there is a mistake so far.
    pub(crate) fn is_mistaken(&self) -> bool {
        !self.loader.errors.is_empty()
    }

    /// A place in the file.
    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        self.loader.sources[0].place(span)
    }

    /// A user's word as a message may show it.
    pub(crate) fn shown(word: &str) -> String {
        shown(word)
    }

    /// An unknown key, with the one that was probably meant.
    pub(crate) fn unknown_key(&mut self, span: &Range<usize>, table: &str, key: &str, known: &[&str]) {
        let hint = check::nearest(key, known.iter().copied()).map_or_else(
            || format!("the keys of [{table}] are {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.mistake(span, Some(key), format!("unknown key `{}` in table [{table}]", shown(key)), hint);
    }

    /// Reads the configuration that a key of the file names: one inside the program, or a path relative to the file.
    pub(crate) fn base(&mut self, key: &str, name: &str, span: &Range<usize>) -> String {
        let path = self.path.clone();
        if let Err((message, hint)) = self.loader.read_base(&path, key, name) {
            self.mistake(span, Some(key), message, hint);
        }
        Path::new(name).file_stem().map_or(name.into(), |stem| stem.to_string_lossy()).into_owned()
    }

    /// Names of the configurations inside the program.
    pub(crate) fn embedded() -> Vec<&'static str> {
        embedded::names().collect()
    }

    /// Sets a parameter of the configuration.
    pub(crate) fn set(&mut self, key: &Key<'_>, span: &Range<usize>, value: &DeValue<'_>) -> Option<Value> {
        if self.loader.registry.get(key.table).is_none() {
            self.loader.unknown_table(key.table, (0, key.span.clone()));
            return None;
        }
        let before = self.loader.errors.len();
        self.loader.set(key.table, key.name, (0, key.span.clone()), (0, span.clone()), |_| value.clone());
        let stored = || self.loader.values.get(key.table)?.get(key.name).cloned();
        if self.loader.errors.len() == before { stored() } else { None }
    }

    /// Checks a value that a parameter is to have in some runs, and leaves the configuration as it is.
    pub(crate) fn check(&mut self, key: &Key<'_>, span: &Range<usize>, value: &DeValue<'_>) -> Option<Value> {
        let values = self.loader.values.clone();
        let origins = self.loader.origins.clone();
        let checked = self.set(key, span, value);
        self.loader.values = values;
        self.loader.origins = origins;
        checked
    }

    /// The declaration of a parameter; if there is none, that is a mistake.
    pub(crate) fn declaration(&mut self, key: &Key<'_>) -> Option<ParameterDoc> {
        let docs = self.loader.registry.get(key.table).map(|spec| (spec.docs)());
        let found = docs.and_then(|docs| docs.into_iter().find(|doc| doc.name == key.name));
        if found.is_none() {
            // Says which tables or keys there are.
            self.set(key, &key.span, &DeValue::Boolean(true));
        }
        found
    }

    /// The value that a parameter has so far.
    pub(crate) fn current(&self, table: &str, key: &str) -> Option<&Value> {
        self.loader.values.get(table)?.get(key)
    }

    /// A value of another file for a parameter; if it cannot have it, message and hint.
    pub(crate) fn judge(key: &Key<'_>, doc: &ParameterDoc, cell: &str) -> Result<Value, (String, String)> {
        // Tables made by other programs have 3.0 for 3, and 0 and 1 for false and true.
        let plain = match (&doc.default, cell.parse::<f64>()) {
            (Value::Integer(_), Ok(x)) if x.fract() == 0.0 && x.abs() < 1e15 => format!("{x:.0}"),
            (Value::Switch(_), Ok(x)) if [0.0, 1.0].contains(&x) => (x > 0.5).to_string(),
            _ => cell.to_owned(),
        };
        let given = match (&doc.default, DeValue::parse(&plain)) {
            (Value::Text(_), Ok(value)) if !value.get_ref().is_str() => DeValue::String(plain.as_str().into()),
            (_, Ok(value)) => value.into_inner(),
            (_, Err(_)) => DeValue::String(plain.as_str().into()),
        };
        check::check(&format!("{}.{}", key.table, key.name), doc, &given).map_err(|m| (m.message, m.hint))
    }

    /// The configuration, if nothing was wrong.
    pub(crate) fn finish(self, name: String) -> Result<Configuration, ConfigurationErrors> {
        self.loader.finish(name, &[])
    }
}

/// A parameter as the file names it.
#[derive(Clone, Debug)]
pub(crate) struct Key<'k> {
    /// Table of the configuration.
    pub(crate) table: &'k str,
    /// Key in it.
    pub(crate) name: &'k str,
    /// Where the file names it.
    pub(crate) span: Range<usize>,
}
