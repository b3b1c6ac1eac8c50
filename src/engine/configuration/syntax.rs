//! Mistakes of the text itself, and what to write instead: the parser says what it met, people want to know what to do.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

use super::diagnostic::{ConfigurationError, Place, Related, Source};

/// What the parser could not read, once a line, with the first byte of each; in the order of lines.
pub(super) fn mistakes(
    source: &Source,
    document: &DeTable<'_>,
    errors: &[toml::de::Error],
) -> Vec<(usize, ConfigurationError)> {
    let mut lines = BTreeSet::new();
    let mut told = Vec::new();
    for error in errors {
        // What is nested too deeply is not told with a place.
        let span = error.span().unwrap_or(0..0);
        let place = error.span().map_or_else(|| Place::whole(source.label()), |span| source.place(&span));
        if !lines.insert(place.line) {
            continue;
        }
        let doubled = error.message() == "duplicate key";
        let first = if doubled { first_of(source, document, &span, &place) } else { None };
        let message = match (doubled, first.is_some()) {
            (true, true) => "this key is set twice in one table".to_owned(),
            (true, false) => "this table stands twice in the file".to_owned(),
            _ => format!("malformed TOML: {}", error.message()),
        };
        let hint = if doubled { "keep one of the two".to_owned() } else { remedy(error.message(), &place) };
        told.push((
            span.start,
            ConfigurationError { place, key: None, message, hint, related: first.into_iter().collect() },
        ));
    }
    told.sort_by_key(|(start, _)| *start);
    told
}

/// The place where a key of the same name was set before, in the same table as far as can be told.
fn first_of(source: &Source, document: &DeTable<'_>, span: &std::ops::Range<usize>, place: &Place) -> Option<Related> {
    let name = source.text().get(span.clone())?;
    if place.excerpt.trim_start().starts_with('[') {
        return None;
    }
    let mut before: Vec<std::ops::Range<usize>> = Vec::new();
    collect(document, name, &mut before);
    let first = before.into_iter().filter(|other| other.end <= span.start).max_by_key(|other| other.start)?;
    Some(Related { place: source.place(&first), label: "set here before".into() })
}

fn collect(table: &DeTable<'_>, name: &str, found: &mut Vec<std::ops::Range<usize>>) {
    for (key, value) in table {
        if &**key.get_ref() == name {
            found.push(key.span());
        }
        if let DeValue::Table(below) = value.get_ref() {
            collect(below, name, found);
        }
    }
}

/// What stands behind the equals sign, without a comment.
fn value_of(line: &str) -> Option<&str> {
    let (_, value) = line.split_once('=')?;
    Some(value.split('#').next().unwrap_or(value).trim())
}

/// What to write instead.
fn remedy(message: &str, place: &Place) -> String {
    let line = place.excerpt.trim();
    if let Some(remedy) = value_of(line).and_then(remedy_for_value) {
        return remedy;
    }
    let says = |part: &str| message.contains(part);
    let colon = line.split_once(':').filter(|(key, _)| !line.contains('=') && !key.contains(char::is_whitespace));
    if let Some((key, value)) = colon {
        return format!("write {} = {}", key.trim(), value.trim());
    }
    if says("recurs") {
        return "a configuration has tables and keys, nothing deeper".into();
    }
    for (part, remedy) in [
        ("unclosed table", "close the name of the table with `]`"),
        ("unclosed array", "close the list with `]`"),
        ("unclosed", "close what is open, with `\"`, `]` or `}`"),
        ("literal string", "close the quotation mark; words stand in quotes"),
        ("basic string", "close the quotation mark; words stand in quotes"),
        ("extra `=`", "write key = value with one equals sign"),
        ("key with no value", "write key = value"),
        ("missing value", "write a value behind the equals sign, or take the line away"),
    ] {
        if says(part) {
            return remedy.into();
        }
    }
    "a line is [table], key = value or # comment; a value is 0.5, 12, true or \"word\"".into()
}

/// Values as other languages write them.
fn remedy_for_value(value: &str) -> Option<String> {
    if value.is_empty() {
        return Some("write a value behind the equals sign, or take the line away".into());
    }
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|x| x.is_finite());
    if let Some(x) = value.strip_suffix('%').and_then(number) {
        return Some(format!("write {}: rates are shares of one", (x * 1e8).round() / 1e10));
    }
    if let Some(x) = value.split_once(',').and_then(|(whole, part)| number(&format!("{whole}.{part}"))) {
        return Some(format!("write {x}, with a decimal point; thousands are not separated, or by _"));
    }
    if value.contains(['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '\u{300c}', '\u{300d}']) {
        return Some("write straight quotation marks: \"word\"".into());
    }
    if value.starts_with('.') || value.ends_with('.') {
        let x = number(value)?;
        return Some(format!("write {x:?}: digits stand on both sides of the point"));
    }
    match value.to_lowercase().as_str() {
        "yes" | "on" | "true" => Some("write true".into()),
        "no" | "off" | "false" => Some("write false".into()),
        "nan" | "null" | "none" | "nil" => Some("take the line away: a key that is not set has its default".into()),
        word if word.starts_with(char::is_alphabetic) && !word.contains(['"', '\'']) => {
            Some(format!("words stand in quotes: \"{value}\""))
        }
        word if word.len() > 1 && word.starts_with('0') && number(word).is_some() => {
            Some(format!("write {}, without zeros in front", number(word)?))
        }
        _ => None,
    }
}
