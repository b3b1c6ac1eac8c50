//! Keys of a table by name, and values of the kinds that a sweep's own keys have.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::engine::configuration::{Sheet, nearest};

/// Seeds of a list, at most.
const MOST_INTEGERS: u64 = 10_000_000;

/// One key: its name, where it stands, its value.
type Entry<'d> = (String, Range<usize>, &'d Spanned<DeValue<'d>>);

/// The keys of a table, in the order of the file.
pub struct Entries<'d> {
    table: String,
    entries: Vec<Entry<'d>>,
}

impl<'d> Entries<'d> {
    /// No keys.
    pub fn new(table: &str) -> Self {
        Self { table: table.to_owned(), entries: Vec::new() }
    }

    /// The known keys of a table; what is unknown is a mistake.
    pub fn read(sheet: &mut Sheet<'_>, name: &str, table: &'d DeTable<'d>, known: &[&str]) -> Self {
        let mut all = Self::all(name, table);
        all.entries.retain(|(key, span, _)| {
            let is_known = known.contains(&key.as_str());
            if !is_known {
                sheet.unknown_key(span, name, key, known);
            }
            is_known
        });
        all
    }

    /// All keys of a table.
    pub fn all(name: &str, table: &'d DeTable<'d>) -> Self {
        let mut entries: Vec<Entry<'d>> =
            table.iter().map(|(key, value)| (key.get_ref().to_string(), key.span(), value)).collect();
        entries.sort_by_key(|(_, span, _)| span.start);
        Self { table: name.to_owned(), entries }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// In the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<'d>> {
        self.entries.iter()
    }

    /// Where a key stands, and its value.
    pub fn get(&self, key: &str) -> Option<(Range<usize>, &'d Spanned<DeValue<'d>>)> {
        self.entries.iter().find(|(name, ..)| name == key).map(|(_, span, value)| (span.clone(), *value))
    }

    /// A word in quotes.
    pub fn text(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<(String, Range<usize>)> {
        let (_, value) = self.get(key)?;
        if let DeValue::String(word) = value.get_ref() {
            return Some((word.to_string(), value.span()));
        }
        let message = format!("`{key}` in [{}] must be a word in quotes", self.table);
        sheet.mistake(&value.span(), Some(key), message, format!("write {key} = \"…\""));
        None
    }

    /// One of some words.
    pub fn word(&self, sheet: &mut Sheet<'_>, key: &str, known: &[&str]) -> Option<String> {
        let (word, span) = self.text(sheet, key)?;
        if known.contains(&word.as_str()) {
            return Some(word);
        }
        let list = known.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        let hint = nearest(&word, known.iter().copied())
            .map_or_else(|| format!("write one of {list}"), |near| format!("did you mean \"{near}\"?"));
        let message = format!("`{key}` is \"{}\", but must be one of {list}", Sheet::shown(&word));
        sheet.mistake(&span, Some(key), message, hint);
        None
    }

    /// A whole number within bounds.
    pub fn count(&self, sheet: &mut Sheet<'_>, key: &str, low: u64, high: u64) -> Option<u64> {
        let (_, value) = self.get(key)?;
        let number = whole(value.get_ref()).filter(|n| (low..=high).contains(n));
        if number.is_none() {
            let message = format!("`{key}` in [{}] must be a whole number from {low} to {high}", self.table);
            sheet.mistake(&value.span(), Some(key), message, format!("write {key} = {low} or more"));
        }
        number
    }

    /// True or false.
    pub fn switch(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<bool> {
        let (_, value) = self.get(key)?;
        if let DeValue::Boolean(on) = value.get_ref() {
            return Some(*on);
        }
        let message = format!("`{key}` in [{}] must be true or false", self.table);
        sheet.mistake(&value.span(), Some(key), message, format!("write {key} = true"));
        None
    }

    /// A list of words, each with its place.
    pub fn words(&self, sheet: &mut Sheet<'_>, key: &str) -> Option<Vec<(String, Range<usize>)>> {
        let (_, value) = self.get(key)?;
        let list = value.get_ref().as_array().and_then(|list| {
            list.iter().map(|word| Some((word.get_ref().as_str()?.to_owned(), word.span()))).collect::<Option<Vec<_>>>()
        });
        if list.is_none() {
            let message = format!("`{key}` in [{}] must be a list of words in quotes", self.table);
            sheet.mistake(&value.span(), Some(key), message, format!("write {key} = [\"…\", \"…\"]"));
        }
        list
    }
}

/// A whole number that is not negative.
pub fn whole(value: &DeValue<'_>) -> Option<u64> {
    let DeValue::Integer(number) = value else { return None };
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// Whole numbers: one, a list, or a range such as `"1..=5"`.
pub fn integers(value: &DeValue<'_>) -> Result<Vec<u64>, String> {
    let found = match value {
        DeValue::Integer(_) => whole(value).map(|number| vec![number]),
        DeValue::Array(list) => list.iter().map(|number| whole(number.get_ref())).collect(),
        DeValue::String(text) => return range(text),
        _ => None,
    };
    found.filter(|numbers| !numbers.is_empty()).ok_or_else(|| "must be whole numbers that are not negative".to_owned())
}

/// `"1..=5"`: from the first to the last.
fn range(text: &str) -> Result<Vec<u64>, String> {
    let form = || format!("is \"{}\", which is no range of whole numbers", Sheet::shown(text));
    let (first, last) = text.split_once("..").ok_or_else(form)?;
    let last = last.trim().strip_prefix('=').ok_or_else(|| format!("{}; both ends belong to it", form()))?;
    let number = |text: &str| text.trim().parse::<u64>().map_err(|_| form());
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err(format!("is \"{}\", which ends before it begins", Sheet::shown(text)));
    }
    if last - first >= MOST_INTEGERS {
        return Err(format!("has more than {MOST_INTEGERS} numbers"));
    }
    Ok((first..=last).collect())
}
