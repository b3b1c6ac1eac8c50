//! Values given on the command line: the same checks as in a file, another place to cite.

use std::ops::Range;

/// One value that replaces what the files say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The option with what follows it, as typed.
    pub(super) typed: String,
    /// Table, key and value, if the text has that form.
    pub(super) parts: Option<Parts>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) table: String,
    pub(super) key: String,
    pub(super) table_span: Range<usize>,
    pub(super) key_span: Range<usize>,
    pub(super) value_span: Range<usize>,
}

impl Override {
    /// What follows `--set`: `table.key=value`.
    #[must_use]
    pub fn set(text: &str) -> Self {
        const OPTION: &str = "--set ";
        // One option is one line of what is cited as the command line.
        let typed = format!("{OPTION}{}", text.replace(['\n', '\r'], " "));
        let parts = split(&typed, OPTION.len());
        Self { typed, parts }
    }

    /// An option of its own for one key, such as `--seed 7` for `run.seed`.
    #[must_use]
    pub fn option(option: &str, table: &str, key: &str, value: &str) -> Self {
        let typed = format!("{option} {value}");
        let value_span = option.len() + 1..typed.len();
        let parts = Parts {
            table: table.to_owned(),
            key: key.to_owned(),
            table_span: 0..option.len(),
            key_span: 0..option.len(),
            value_span,
        };
        Self { typed, parts: Some(parts) }
    }
}

/// Splits what stands behind byte `begin`.
fn split(typed: &str, begin: usize) -> Option<Parts> {
    let equals = begin + typed[begin..].find('=')?;
    let dot = begin + typed[begin..equals].find('.')?;
    let trimmed = |range: Range<usize>| {
        let part = &typed[range.clone()];
        let start = range.start + part.len() - part.trim_start().len();
        start..start + part.trim().len()
    };
    let (table_span, key_span) = (trimmed(begin..dot), trimmed(dot + 1..equals));
    if table_span.is_empty() || key_span.is_empty() {
        return None;
    }
    Some(Parts {
        table: typed[table_span.clone()].to_owned(),
        key: typed[key_span.clone()].to_owned(),
        table_span,
        key_span,
        value_span: trimmed(equals + 1..typed.len()),
    })
}
