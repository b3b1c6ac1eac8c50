//! A mistake as people read it, in the form in which rustc shows its own.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::diagnostic::{ConfigurationError, Place};

/// With or without colours.
pub(super) type Style = Renderer;

/// For files and pipes.
pub(super) const PLAIN: Style = Renderer::plain();

/// For terminals.
pub(super) const STYLED: Style = Renderer::styled();

/// The mistake with its excerpts.
pub(super) fn text(error: &ConfigurationError, style: &Style) -> String {
    let mut elements: Vec<Element<'_>> = vec![element(&error.place, AnnotationKind::Primary, "")];
    for related in &error.related {
        elements.push(element(&related.place, AnnotationKind::Context, &related.label));
    }
    if !error.hint.is_empty() {
        elements.push(Level::HELP.message(error.hint.as_str()).into());
    }
    style.render(&[Level::ERROR.primary_title(error.message.as_str()).elements(elements)])
}

fn element<'a>(place: &'a Place, kind: AnnotationKind, label: &'a str) -> Element<'a> {
    if place.line == 0 {
        return Origin::path(place.file.as_str()).into();
    }
    let label = if label.is_empty() { None } else { Some(label) };
    let annotation = kind.span(bytes(place)).label(label);
    Snippet::source(place.excerpt.as_str())
        .path(place.file.as_str())
        .line_start(place.line)
        .annotation(annotation)
        .into()
}

/// The meant characters as bytes of the excerpt.
fn bytes(place: &Place) -> Range<usize> {
    let at = |n: usize| place.excerpt.char_indices().nth(n).map_or(place.excerpt.len(), |(i, _)| i);
    let first = place.column.saturating_sub(1);
    at(first)..at(first + place.width)
}
