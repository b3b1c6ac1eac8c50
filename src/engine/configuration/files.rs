//! Reads a configuration's files: the one that was asked for, and below it those that it extends.

use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{ConfigurationError, Source, shown};
use super::loader::Loader;
use super::{check, embedded, syntax};

/// No configuration is larger; what is, was given by mistake.
const LARGEST_FILE: u64 = 4 << 20;

/// Files that extend each other, at most.
const LONGEST_CHAIN: usize = 32;

impl Loader<'_> {
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
        self.read_source(Source::new(label, text), Path::new(label));
        self.chain.pop();
    }

    fn read_embedded(&mut self, name: &str, text: &str) {
        self.read_text(&format!("{name} (inside the program)"), text.to_owned());
    }

    fn read_file(&mut self, path: &Path) {
        let label = path.display().to_string();
        match text_of(path) {
            Ok(text) => {
                self.chain.push(identity(path));
                self.read_source(Source::new(&label, text), path);
                self.chain.pop();
            }
            Err((message, hint)) => self.whole(&label, message, hint),
        }
    }

    fn read_source(&mut self, source: Source, path: &Path) {
        let text = source.text().to_owned();
        let (document, mistakes) = DeTable::parse_recoverable(&text);
        // The place of a base among the sources comes before the file that extends it, as its values do.
        if let Some((key, value)) = document.get_ref().get_key_value("extends") {
            self.extend(&source, path, key.span(), value);
        }
        let index = self.sources.len();
        let told = syntax::mistakes(&source, document.get_ref(), &mistakes);
        let broken: Vec<usize> = told.iter().map(|(_, error)| error.place.line).collect();
        self.sources.push(source);
        self.errors.extend(told.into_iter().map(|(start, error)| ((index, start), error)));
        let before = self.errors.len();
        self.walk(index, document.get_ref());
        // What the parser made up to go on after a mistake is no second mistake.
        let walked = self.errors.split_off(before);
        self.errors.extend(walked.into_iter().filter(|(_, error)| broken.binary_search(&error.place.line).is_err()));
    }

    /// Reads the base, or several of them, the later over the earlier.
    fn extend(&mut self, source: &Source, path: &Path, key: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let bases: Vec<_> = match value.get_ref() {
            DeValue::String(base) => vec![(Some(base.to_string()), value.span())],
            DeValue::Array(bases) if !bases.is_empty() => {
                bases.iter().map(|base| (base.get_ref().as_str().map(str::to_owned), base.span())).collect()
            }
            _ => vec![(None, key)],
        };
        for (base, span) in bases {
            let refused = match base {
                Some(base) => self.read_base(path, "extends", &base).err(),
                None => Some((
                    "`extends` must be a word in quotes, or a list of them".to_owned(),
                    "write extends = \"china-2023\", or a path relative to this file".to_owned(),
                )),
            };
            if let Some((message, hint)) = refused {
                let place = source.place(&span);
                let key = Some("extends".to_owned());
                let error = ConfigurationError { place, key, message, hint, related: Vec::new() };
                self.errors.push(((self.sources.len(), span.start), error));
            }
        }
    }

    /// Reads the base that a key of the file at `path` names; if that cannot be, returns message and hint.
    pub(super) fn read_base(&mut self, path: &Path, key: &str, base: &str) -> Result<(), (String, String)> {
        let is_path = base.contains(['/', '\\']) || Path::new(base).extension().is_some_and(|end| end == "toml");
        let file = path.parent().unwrap_or(Path::new("")).join(base);
        let found = if is_path { None } else { embedded::find(base) };
        let id = if found.is_some() { format!("{base} (inside the program)") } else { identity(&file) };
        if self.chain.contains(&id) {
            let message = format!("`{key}` goes round in a circle: \"{}\" is being read already", shown(base));
            return Err((message, "let the base stand on its own".into()));
        }
        if self.chain.len() >= LONGEST_CHAIN {
            let message = format!("more than {LONGEST_CHAIN} files extend each other");
            return Err((message, "write what differs into one file".into()));
        }
        match found {
            Some(text) => self.read_embedded(base, text),
            None if file.is_file() && is_path => self.read_file(&file),
            None if file.is_dir() && is_path => {
                let message = format!("`{key}` names {}, which is a folder", file.display());
                return Err((message, "name a TOML file in it".into()));
            }
            None if is_path => {
                let message = format!("`{key}` names {}, but there is no such file", file.display());
                return Err((
                    message,
                    near_file(&file, path).unwrap_or_else(|| "the path is relative to this file".into()),
                ));
            }
            None => {
                let names: Vec<_> = embedded::names().collect();
                let hint = check::nearest(base, names.iter().copied()).map_or_else(
                    || format!("known are {}; a path ends in .toml", check::quoted(&names)),
                    |near| format!("did you mean \"{near}\"?"),
                );
                let message = format!("`{key}` names no configuration inside the program: \"{}\"", shown(base));
                return Err((message, hint));
            }
        }
        Ok(())
    }
}

/// The text of a file that holds parameters; if it cannot be had, message and hint.
pub(super) fn text_of(path: &Path) -> Result<String, (String, String)> {
    let bytes =
        bounded(path).map_err(|error| (format!("cannot read this configuration: {error}"), hint_for_file(path)))?;
    if bytes.len() as u64 > LARGEST_FILE {
        let message = format!("this configuration is larger than {} MiB", LARGEST_FILE >> 20);
        return Err((message, "give a TOML file that holds only parameters".into()));
    }
    decode(bytes)
}

/// The bytes of a file, one more than allowed if there are too many.
fn bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file; if it is none, message and hint.
fn decode(bytes: Vec<u8>) -> Result<String, (String, String)> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let hint = "save the file with the encoding UTF-8 (Notepad: Save as, Encoding)".to_owned();
        return Err(("this configuration is UTF-16 text".into(), hint));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].split(|b| *b == b'\n').count();
        let message = format!("this configuration is not UTF-8 text (line {line})");
        (message, "save the file with the encoding UTF-8; a file of results is no configuration".into())
    })
}

fn hint_for_file(path: &Path) -> String {
    if path.is_dir() {
        let inside = path.join("config.toml");
        return if inside.is_file() {
            format!("this is a folder; did you mean {}?", inside.display())
        } else {
            "this is a folder; give a TOML file in it".into()
        };
    }
    let names: Vec<_> = embedded::names().collect();
    let stem = path.to_string_lossy().into_owned();
    if let Some(near) = check::nearest(&stem, names.iter().copied()).filter(|_| !path.exists()) {
        return format!("did you mean {near}, which is inside the program?");
    }
    near_file(path, path).unwrap_or_else(|| {
        format!("give a TOML file that can be read, or a configuration inside the program: {}", names.join(", "))
    })
}

/// A file beside the one that is missing, with nearly its name; not the one that asks for it.
fn near_file(path: &Path, asking: &Path) -> Option<String> {
    if path.exists() {
        return None;
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = std::fs::read_dir(parent).ok()?.filter_map(Result::ok);
    let mut names: Vec<_> = names.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.retain(|name| Path::new(name).extension().is_some_and(|end| end == "toml"));
    names.retain(|name| asking.file_name().is_none_or(|own| own != name.as_str()));
    names.sort();
    let stems = names.iter().filter_map(|name| name.strip_suffix(".toml"));
    let near = check::nearest(path.file_stem()?.to_str()?, stems)?;
    Some(format!("did you mean {}?", path.with_file_name(format!("{near}.toml")).display()))
}

/// What two paths to one file have in common.
fn identity(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| PathBuf::from(path)).display().to_string()
}
