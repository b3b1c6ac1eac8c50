//! `[sweep.set]` and `[sweep.parameters]`: what all runs have in common, and what differs.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use super::reading::{Entries, integers};
use crate::engine::configuration::{Key, Place, Sheet};
use crate::engine::parameters::{ParameterDoc, Value};
use crate::experiments::designs::{Domain, between};

/// A parameter that differs between points.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Table of the configuration.
    pub table: String,
    /// Key in it.
    pub key: String,
    /// Unit.
    pub unit: String,
    /// What it is.
    pub meaning: String,
    /// Its default, for the kind of its values.
    pub kind: Value,
    /// What values it takes; levels where points are made of them.
    pub domain: Domain,
    /// Where the file of the sweep names it.
    pub place: Place,
}

impl Parameter {
    /// `table.key`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.key)
    }

    /// A parameter as it is declared.
    pub(super) fn new(sheet: &Sheet<'_>, key: &Key<'_>, doc: &ParameterDoc, domain: Domain) -> Self {
        Self {
            table: key.table.to_owned(),
            key: key.name.to_owned(),
            unit: doc.unit.to_owned(),
            meaning: doc.doc.to_owned(),
            kind: doc.default.clone(),
            domain,
            place: sheet.place(&key.span),
        }
    }
}

/// A parameter as a file names it: either `table.key`, or a key below a table.
pub(super) struct Named<'d> {
    pub(super) table: String,
    pub(super) key: String,
    pub(super) span: Range<usize>,
    pub(super) value: &'d Spanned<DeValue<'d>>,
}

impl Named<'_> {
    /// What the configuration calls it.
    pub(super) fn key(&self) -> Key<'_> {
        Key { table: &self.table, name: &self.key, span: self.span.clone() }
    }
}

/// The parameters that the keys of a table name, in the order of the file.
pub(super) fn named<'d>(sheet: &mut Sheet<'_>, place: &str, value: &'d Spanned<DeValue<'d>>) -> Vec<Named<'d>> {
    let Some(table) = value.get_ref().as_table() else {
        let message = format!("[{place}] must be a table of parameters");
        sheet.mistake(&value.span(), Some(place), message, format!("write [{place}] on a line of its own"));
        return Vec::new();
    };
    let mut all: Vec<Named<'d>> = Vec::new();
    for (name, span, value) in Entries::all(place, table).iter() {
        match (name.split_once('.'), value.get_ref().as_table()) {
            (Some((table, key)), _) => {
                all.push(Named { table: table.to_owned(), key: key.to_owned(), span: span.clone(), value });
            }
            (None, Some(keys)) => all.extend(Entries::all(name, keys).iter().map(|(key, span, value)| Named {
                table: name.clone(),
                key: key.clone(),
                span: span.clone(),
                value,
            })),
            (None, None) => {
                let message = format!("`{}` is no parameter", Sheet::shown(name));
                let hint = format!("write \"table.key\" in quotes, or the key below [{place}.table]");
                sheet.mistake(span, Some(name), message, hint);
            }
        }
    }
    all.sort_by_key(|named| named.span.start);
    for at in 1..all.len() {
        let same = |other: &&Named<'_>| (&other.table, &other.key) == (&all[at].table, &all[at].key);
        if all[..at].iter().any(|other| same(&other)) {
            let name = format!("{}.{}", all[at].table, all[at].key);
            sheet.mistake(
                &all[at].span,
                Some(&name),
                format!("`{name}` occurs twice in [{place}]"),
                "keep one of the two".into(),
            );
        }
    }
    all
}

/// What belongs elsewhere; whether it did.
pub(super) fn refuses(sheet: &mut Sheet<'_>, named: &Named<'_>, swept: bool) -> bool {
    let hint = match (named.table.as_str(), named.key.as_str()) {
        ("run", "seed") => "seeds stand in [sweep]: seeds = \"1..=5\"",
        ("run", "years") => "years stand in [sweep], the same for all runs: years = 20",
        ("run", "start") if swept => "the calendar is the same for all runs: put it below [sweep.set]",
        ("calibration", "data_directory") if swept => "the data are the same for all runs: put it below [sweep.set]",
        ("output", _) if swept => "nothing in [output] changes results",
        _ => return false,
    };
    let name = format!("{}.{}", named.table, named.key);
    sheet.mistake(&named.span, Some(&name), format!("`{name}` cannot stand here"), hint.into());
    true
}

/// `[sweep.set]`.
pub(super) fn set(sheet: &mut Sheet<'_>, entries: &Entries<'_>) {
    let Some((_, value)) = entries.get("set") else { return };
    for named in named(sheet, "sweep.set", value) {
        if !refuses(sheet, &named, false) {
            sheet.set(&named.key(), &named.value.span(), named.value.get_ref());
        }
    }
}

/// The values that a parameter is to take: a list, a range of whole numbers, or an interval with or without steps.
pub(super) fn domain(sheet: &mut Sheet<'_>, named: &Named<'_>, doc: &ParameterDoc) -> Option<Domain> {
    let value = named.value;
    match value.get_ref() {
        DeValue::Array(list) => {
            if list.is_empty() {
                let message = format!("`{}.{}` has no values", named.table, named.key);
                sheet.mistake(&value.span(), None, message, "write a list of values, or take the line away".into());
                return None;
            }
            let levels: Vec<Option<Value>> =
                list.iter().map(|value| sheet.check(&named.key(), &value.span(), value.get_ref())).collect();
            levels.into_iter().collect::<Option<Vec<_>>>().map(Domain::Levels)
        }
        DeValue::Table(table) => {
            let known = ["from", "to", "steps", "log"];
            let entries = Entries::read(sheet, "from … to …", table, &known);
            interval(sheet, named, doc, &entries)
        }
        DeValue::String(text) if matches!(doc.default, Value::Integer(_)) && text.contains("..") => {
            match integers(value.get_ref()) {
                Ok(numbers) => {
                    let ends = [numbers.first(), numbers.last()].map(|end| end.map(ToString::to_string));
                    for end in ends.into_iter().flatten() {
                        judged(sheet, named, doc, &end, &value.span())?;
                    }
                    let number = |n: u64| i64::try_from(n).ok().map(Value::Integer);
                    numbers.into_iter().map(number).collect::<Option<Vec<_>>>().map(Domain::Levels)
                }
                Err(message) => {
                    let message = format!("`{}.{}` {message}", named.table, named.key);
                    sheet.mistake(&value.span(), None, message, "write \"1..=5\"".into());
                    None
                }
            }
        }
        other => sheet.check(&named.key(), &value.span(), other).map(|value| Domain::Levels(vec![value])),
    }
}

/// A value that the sweep makes of what is written.
fn judged(
    sheet: &mut Sheet<'_>,
    named: &Named<'_>,
    doc: &ParameterDoc,
    text: &str,
    span: &Range<usize>,
) -> Option<Value> {
    match Sheet::judge(&named.key(), doc, text) {
        Ok(value) => Some(value),
        Err((message, hint)) => {
            sheet.mistake(span, Some(&format!("{}.{}", named.table, named.key)), message, hint);
            None
        }
    }
}

fn interval(sheet: &mut Sheet<'_>, named: &Named<'_>, doc: &ParameterDoc, entries: &Entries<'_>) -> Option<Domain> {
    let name = format!("{}.{}", named.table, named.key);
    let span = named.value.span();
    let numeric = matches!(doc.default, Value::Real(_) | Value::Integer(_));
    let ends = (entries.get("from"), entries.get("to"));
    let (Some((_, from)), Some((_, to)), true) = (ends.0, ends.1, numeric) else {
        let message = format!("`{name}` needs a list of values{}", if numeric { ", or from and to" } else { "" });
        sheet.mistake(&span, Some(&name), message, "write [0.1, 0.2], or { from = 0.0, to = 1.0 }".into());
        return None;
    };
    let mut end = |value: &Spanned<DeValue<'_>>| sheet.check(&named.key(), &value.span(), value.get_ref());
    let (low, high) = (end(from), end(to));
    let log = entries.switch(sheet, "log").unwrap_or(false);
    let steps = entries.count(sheet, "steps", 2, 1_000_000);
    let (low, high) = (number(&low?)?, number(&high?)?);
    if low >= high || (log && low <= 0.0) {
        let message = format!("`{name}` goes from {low} to {high}{}", if log { " in logarithms" } else { "" });
        let hint = if log { "both ends must be above 0, the first the smaller" } else { "write the smaller end first" };
        sheet.mistake(&span, Some(&name), message, hint.into());
        return None;
    }
    let integer = matches!(doc.default, Value::Integer(_));
    let Some(steps) = steps else {
        if entries.get("steps").is_some() {
            return None;
        }
        if log && integer {
            let message = format!("`{name}` takes whole numbers, which are not drawn in logarithms");
            sheet.mistake(&span, Some(&name), message, "write a list of values".into());
            return None;
        }
        return Some(Domain::Interval { from: low, to: high, log, whole: integer });
    };
    let at = |step: u64| between(low, high, step as f64 / (steps - 1) as f64, log);
    #[allow(clippy::cast_possible_truncation, reason = "whole numbers of a configuration are far below 2^53")]
    let value = |x: f64| if integer { Value::Integer(x.round() as i64) } else { Value::Real(x) };
    let mut levels: Vec<Value> = (0..steps).map(|step| value(at(step))).collect();
    levels.dedup();
    Some(Domain::Levels(levels))
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Real(x) => Some(*x),
        #[allow(clippy::cast_precision_loss, reason = "whole numbers of a configuration are far below 2^53")]
        Value::Integer(x) => Some(*x as f64),
        Value::Switch(_) | Value::Text(_) => None,
    }
}
