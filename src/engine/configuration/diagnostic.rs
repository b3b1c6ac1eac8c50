//! How a mistake in a configuration is told: place, source line, caret, what to write instead.

use std::fmt;
use std::ops::Range;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationError {
    /// File, or option of the command line, that holds the mistake.
    pub file: String,
    /// Line, from 1; 0 if the mistake is in no line of a file.
    pub line: usize,
    /// Column in characters, from 1; 0 if the mistake is in no text.
    pub column: usize,
    /// Characters under the caret.
    pub width: usize,
    /// The line that holds the mistake; empty if there is none.
    pub excerpt: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead; may be empty.
    pub hint: String,
}

impl ConfigurationError {
    /// A mistake that has no place inside the file, such as one that cannot be read.
    pub(super) fn whole(file: &str, message: String, hint: String) -> Self {
        Self { file: file.to_owned(), line: 0, column: 0, width: 0, excerpt: String::new(), message, hint }
    }
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = if self.line > 0 { self.line.to_string() } else { String::new() };
        let gutter = " ".repeat(number.len() + 1);
        write!(f, "error: {}\n{gutter}--> {}", self.message, self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if self.column > 0 {
            let before: String = self.excerpt.chars().take(self.column - 1).map(blank).collect();
            let under: String = self.excerpt.chars().skip(self.column - 1).take(self.width).map(blank).collect();
            let caret = "^".repeat(under.len().max(1));
            write!(f, "\n{gutter} |\n {number} | {}\n{gutter} | {before}{caret}", self.excerpt)?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n{gutter} = help: {}", self.hint)?;
        }
        Ok(())
    }
}

/// Blanks as wide as a character on a terminal (Chinese characters take two columns).
fn blank(c: char) -> &'static str {
    match c {
        '\t' => "\t",
        '\u{1100}'.. => "  ",
        _ => " ",
    }
}

/// All mistakes of a configuration, in the order of the files and of their lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigurationErrors(pub Vec<ConfigurationError>);

impl fmt::Display for ConfigurationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.0 {
            write!(f, "{error}\n\n")?;
        }
        match self.0.len() {
            1 => write!(f, "1 mistake in the configuration; nothing was run"),
            n => write!(f, "{n} mistakes in the configuration; nothing was run"),
        }
    }
}

/// A text that a mistake can be in.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// File name or option, as cited.
    pub(super) label: String,
    /// Its whole content.
    pub(super) text: String,
    /// Whether lines are counted: so in files, not on the command line.
    pub(super) lines: bool,
}

impl Source {
    /// The mistake at the bytes `span`.
    pub(super) fn error(&self, span: &Range<usize>, message: String, hint: String) -> ConfigurationError {
        let start = floor(&self.text, span.start);
        let end = floor(&self.text, span.end).max(start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = self.text[line_start..].find('\n').map_or(self.text.len(), |length| line_start + length);
        let excerpt = self.text[line_start..line_end].trim_end_matches('\r').to_owned();
        ConfigurationError {
            file: self.label.clone(),
            line: if self.lines { self.text[..line_start].matches('\n').count() + 1 } else { 0 },
            column: self.text[line_start..start].chars().count() + 1,
            width: self.text[start..end.min(line_end).max(start)].chars().count().max(1),
            excerpt,
            message,
            hint,
        }
    }
}

fn floor(text: &str, index: usize) -> usize {
    let index = index.min(text.len());
    (0..=index).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}
