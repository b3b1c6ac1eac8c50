//! One value against its declaration: kind, range, choices.

use toml::de::DeValue;

use super::diagnostic::shown;
use crate::engine::parameters::{ParameterDoc, ParameterValue, Value};

/// What is wrong with a value, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) message: String,
    pub(super) hint: String,
}

/// The value in its declared kind, if kind, range and choices allow it.
pub(super) fn check(path: &str, doc: &ParameterDoc, given: &DeValue<'_>) -> Result<Value, Mistake> {
    let value = convert(doc, given).ok_or_else(|| wrong_kind(path, doc, given))?;
    match &value {
        Value::Real(x) => in_range(path, doc, *x)?,
        #[allow(clippy::cast_precision_loss, reason = "ranges end below 2^53")]
        Value::Integer(x) => in_range(path, doc, *x as f64)?,
        Value::Text(word) => among_choices(path, doc, word)?,
        Value::Switch(_) => {}
    }
    Ok(value)
}

fn convert(doc: &ParameterDoc, given: &DeValue<'_>) -> Option<Value> {
    match (&doc.default, given) {
        (Value::Real(_), DeValue::Float(x)) => x.as_str().parse().ok().map(Value::Real),
        #[allow(clippy::cast_precision_loss, reason = "whole numbers in a configuration are small")]
        (Value::Real(_), DeValue::Integer(x)) => {
            i64::from_str_radix(x.as_str(), x.radix()).ok().map(|x| Value::Real(x as f64))
        }
        (Value::Integer(_), DeValue::Integer(x)) => i64::from_str_radix(x.as_str(), x.radix()).ok().map(Value::Integer),
        (Value::Switch(_), DeValue::Boolean(x)) => Some(Value::Switch(*x)),
        (Value::Text(_), DeValue::String(x)) => Some(Value::Text(x.to_string())),
        _ => None,
    }
}

fn kind(doc: &ParameterDoc) -> &'static str {
    match doc.default {
        Value::Real(_) => f64::KIND,
        Value::Integer(_) => i64::KIND,
        Value::Switch(_) => bool::KIND,
        Value::Text(_) => String::KIND,
    }
}

fn wrong_kind(path: &str, doc: &ParameterDoc, given: &DeValue<'_>) -> Mistake {
    if let (Value::Real(_) | Value::Integer(_), DeValue::Integer(x)) = (&doc.default, given) {
        return out_of_range(path, doc, x);
    }
    let found = match given {
        DeValue::String(x) => format!("the word \"{}\"", shown(x)),
        DeValue::Integer(x) => format!("the whole number {x}"),
        DeValue::Float(x) => format!("the number {x}"),
        DeValue::Boolean(x) => x.to_string(),
        DeValue::Datetime(x) => format!("the date {x}"),
        DeValue::Array(_) => "a list".into(),
        DeValue::Table(_) => "a table".into(),
    };
    let hint = match (&doc.default, given) {
        (Value::Real(_) | Value::Integer(_), DeValue::String(x)) if x.trim().parse::<f64>().is_ok() => {
            format!("write {} without quotes", x.trim())
        }
        (Value::Real(_) | Value::Integer(_), DeValue::String(x)) => {
            another_notation(x).unwrap_or_else(|| doc.doc.to_owned())
        }
        (Value::Integer(_), DeValue::Float(x)) => match x.as_str().parse::<f64>() {
            Ok(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("write {number}"),
            _ => doc.doc.to_owned(),
        },
        (Value::Switch(_), DeValue::String(x)) if **x == *"true" || **x == *"false" => {
            format!("write {x} without quotes")
        }
        (Value::Switch(_), DeValue::String(x)) => match x.trim().to_lowercase().as_str() {
            "yes" | "on" | "true" => "write true".to_owned(),
            "no" | "off" | "false" => "write false".to_owned(),
            _ => doc.doc.to_owned(),
        },
        (Value::Text(_), _) if !doc.choices.is_empty() => format!("write one of {}", quoted(doc.choices)),
        _ => doc.doc.to_owned(),
    };
    Mistake { message: format!("`{path}` must be {}, but is {found}", kind(doc)), hint }
}

/// Numbers that are no TOML: per cent, and a comma for the point.
fn another_notation(word: &str) -> Option<String> {
    let word = word.trim();
    if let Some(percent) = word.strip_suffix('%') {
        let percent: f64 = percent.trim().parse().ok()?;
        return Some(format!("write {} for {percent} per cent", rounded(percent / 100.0)));
    }
    let point = word.replace(',', ".");
    (point != word && point.parse::<f64>().is_ok()).then(|| format!("write {point}, with a point"))
}

/// Without the noise that a division leaves in the last digits.
fn rounded(x: f64) -> f64 {
    format!("{x:.12}").parse().unwrap_or(x)
}

fn in_range(path: &str, doc: &ParameterDoc, x: f64) -> Result<(), Mistake> {
    let fits = x.is_finite() && doc.low.is_none_or(|low| x >= low) && doc.high.is_none_or(|high| x <= high);
    if fits { Ok(()) } else { Err(out_of_range(path, doc, &x)) }
}

fn out_of_range(path: &str, doc: &ParameterDoc, x: &dyn std::fmt::Display) -> Mistake {
    Mistake { message: format!("`{path}` is {x}, but must be {}", allowed(doc)), hint: doc.doc.to_owned() }
}

/// The range in words, with its unit.
pub(crate) fn allowed(doc: &ParameterDoc) -> String {
    let unit = if doc.unit.is_empty() || doc.unit == "1" { String::new() } else { format!(" [{}]", doc.unit) };
    match (doc.low, doc.high) {
        (Some(low), Some(high)) => format!("from {low} to {high}{unit}"),
        (Some(low), None) => format!("at least {low}{unit}"),
        (None, Some(high)) => format!("at most {high}{unit}"),
        (None, None) => format!("finite{unit}"),
    }
}

fn among_choices(path: &str, doc: &ParameterDoc, word: &str) -> Result<(), Mistake> {
    if doc.choices.is_empty() || doc.choices.contains(&word) {
        return Ok(());
    }
    let hint = nearest(word, doc.choices.iter().copied())
        .map_or_else(|| doc.doc.to_owned(), |near| format!("did you mean \"{near}\"?"));
    Err(Mistake {
        message: format!("`{path}` is \"{}\", but must be one of {}", shown(word), quoted(doc.choices)),
        hint,
    })
}

/// Words in quotes, separated by commas.
pub(super) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

/// The valid name that was probably meant: at most one letter in three differs, or one begins the other.
pub(crate) fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let plain = word.trim().to_lowercase().replace(['-', ' '], "_");
    let distance = |name: &str| {
        let target = name.to_lowercase().replace('-', "_");
        let edits = strsim::damerau_levenshtein(&plain, &target);
        let begins =
            plain.len() >= 3 && target.len() >= 3 && (target.starts_with(&plain) || plain.starts_with(&target));
        (edits <= plain.chars().count().div_ceil(3) || begins).then_some((!begins, edits))
    };
    names.filter_map(|name| distance(name).map(|d| (d, name))).min_by_key(|(d, _)| *d).map(|(_, name)| name)
}
