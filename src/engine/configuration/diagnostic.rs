//! What is known about a mistake: where it is, which key it concerns, what is wrong, what to write instead.
//!
//! [`super::render`] shows it to people, [`ConfigurationErrors::json_lines`] to programs.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

/// A place that a mistake can be in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// File; `command line` for what was given there.
    pub file: String,
    /// Line, from 1 (on the command line: the number of the option); 0 if it is the file as a whole.
    pub line: usize,
    /// Column in characters, from 1; 0 if it is the file as a whole.
    pub column: usize,
    /// Characters that are meant.
    pub width: usize,
    /// The line as written.
    pub excerpt: String,
}

impl Place {
    /// A file as a whole.
    #[must_use]
    pub fn whole(file: &str) -> Self {
        Self { file: file.to_owned(), ..Self::default() }
    }

    /// `file:line:column`, the form that editors follow.
    #[must_use]
    pub fn cited(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}:{}", self.file, self.column),
        }
    }
}

/// Stands for a file where a value was given as an option.
pub(super) const COMMAND_LINE: &str = "command line";

/// Another place that a mistake has to do with, such as the second of two shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Related {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is there.
    pub label: String,
}

/// One mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigurationError {
    /// Where it is.
    pub place: Place,
    /// `table.key`, if it is about one.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: String,
    /// Other places that it has to do with.
    pub related: Vec<Related>,
}

impl ConfigurationError {
    /// As JSON: file, line and column (null where there is none), key, message, help, excerpt and related places.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        let number = |n: usize| if n == 0 { serde_json::Value::Null } else { n.into() };
        serde_json::json!({
            "level": "error",
            "file": self.place.file,
            "line": number(self.place.line),
            "column": number(self.place.column),
            "width": number(self.place.width),
            "key": self.key,
            "message": self.message,
            "help": self.hint,
            "excerpt": self.place.excerpt,
            "related": self.related,
        })
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::render::text(self, &super::render::PLAIN))
    }
}

/// All mistakes of a configuration, in the order of the files and of their lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigurationErrors(pub Vec<ConfigurationError>);

impl ConfigurationErrors {
    /// All mistakes with their excerpts, coloured for a terminal; the stream takes the colours out where nobody wants them.
    #[must_use]
    pub fn styled(&self) -> String {
        self.rendered(&super::render::STYLED)
    }

    /// One JSON object a line and mistake.
    #[must_use]
    pub fn json_lines(&self) -> String {
        self.0.iter().map(|error| error.json().to_string()).collect::<Vec<_>>().join("\n")
    }

    fn rendered(&self, style: &super::render::Style) -> String {
        let told: Vec<String> = self.0.iter().map(|error| super::render::text(error, style)).collect();
        let count = match self.0.len() {
            1 => "1 mistake".to_owned(),
            n => format!("{n} mistakes"),
        };
        format!("{}\n\n{count} in the configuration; nothing was run", told.join("\n\n"))
    }
}

impl fmt::Display for ConfigurationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rendered(&super::render::PLAIN))
    }
}

/// A text that a mistake can be in.
#[derive(Clone, Debug)]
pub(super) struct Source {
    label: String,
    text: String,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl Source {
    pub(super) fn new(label: &str, text: String) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        Self { label: label.to_owned(), text, starts }
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where in the text a place is, near enough to put places in order.
    pub(super) fn byte(&self, place: &Place) -> usize {
        place.line.checked_sub(1).and_then(|line| self.starts.get(line)).map_or(0, |start| start + place.column)
    }

    /// The place of the bytes `span`.
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.floor_char_boundary(span.end).max(start);
        let line = self.starts.partition_point(|begin| *begin <= start);
        let begin = self.starts[line - 1];
        let line_end = self.starts.get(line).map_or(self.text.len(), |next| next - 1);
        let excerpt = self.text[begin..line_end].trim_end_matches('\r');
        Place {
            file: self.label.clone(),
            line,
            column: self.text[begin..start].chars().count() + 1,
            width: self.text[start..end.min(line_end).max(start)].trim_end_matches('\r').chars().count().max(1),
            excerpt: excerpt.to_owned(),
        }
    }
}

/// A user's word as a message may show it: no control characters, no more than can be read.
pub(super) fn shown(word: &str) -> String {
    const MOST: usize = 60;
    let plain: String = word.chars().take(MOST).flat_map(escaped).collect();
    if word.chars().nth(MOST).is_some() { format!("{plain}…") } else { plain }
}

fn escaped(c: char) -> Vec<char> {
    if c.is_control() { c.escape_default().collect() } else { vec![c] }
}
