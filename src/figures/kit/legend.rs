//! Legends in a strip of their own, so that they never cover data.

use plotters::prelude::DrawingBackend;

use super::canvas::{Align, Canvas, Type};
use super::fonts::Language;
use super::palette::{self, Pen};
use super::{Panel, Shape};
use crate::figures::data::Problem;
use plotters::style::RGBColor;

/// Height of one row of a legend \[pt\].
pub const ROW: f64 = 10.0;
const SPACE: f64 = 3.5;
const GAP: f64 = 9.0;
const FONT: Type = Type { size: 7.0, bold: false, colour: palette::INK };

/// What stands before a legend text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sample {
    /// A piece of line.
    Line(Pen),
    /// A filled box.
    Box(RGBColor),
}

impl Sample {
    /// Width [pt]: a line must show its dashes.
    fn width(self) -> f64 {
        match self {
            Self::Line(_) => 18.0,
            Self::Box(_) => 9.0,
        }
    }
}

/// The sample of every layer in order: lines and fills are counted apart.
#[must_use]
pub fn samples(panel: &Panel) -> Vec<Sample> {
    let (mut lines, mut fills) = (0, 0);
    // Markers tell lines apart; one alone needs none.
    let several = panel.layers.iter().filter(|l| l.shape == Shape::Line).count() > 1;
    let mut sample = |shape| match shape {
        Shape::Line => {
            lines += 1;
            let pen = palette::line(lines - 1);
            Sample::Line(if several { pen } else { Pen { marker: None, ..pen } })
        }
        Shape::Faint => Sample::Line(palette::FAINT),
        Shape::Total => Sample::Line(palette::TOTAL),
        Shape::Area | Shape::Step => {
            fills += 1;
            Sample::Box(palette::fill(fills - 1))
        }
    };
    panel.layers.iter().map(|l| sample(l.shape)).collect()
}

/// One legend entry with its place in the strip.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    sample: Sample,
    text: String,
    x: f64,
    row: usize,
}

/// Entries of a panel, flowed into the width. A single line needs no legend: the heading names it.
#[must_use]
pub fn entries<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    panel: &Panel,
    language: Language,
    width: f64,
) -> Vec<Entry> {
    let mut found: Vec<(Sample, &str)> = Vec::new();
    if panel.layers.len() > 1 && panel.map.is_none() {
        found.extend(samples(panel).into_iter().zip(&panel.layers).map(|(s, l)| (s, l.label.get(language))));
    }
    found.extend(panel.references.iter().map(|(_, w)| (Sample::Line(palette::REFERENCE), w.get(language))));
    let (mut x, mut row) = (0.0, 0);
    let mut entries = Vec::new();
    for (sample, text) in found {
        let length = sample.width() + SPACE + canvas.width(text, FONT);
        if x > 0.0 && x + length > width {
            x = 0.0;
            row += 1;
        }
        entries.push(Entry { sample, text: text.to_owned(), x, row });
        x += length + GAP;
    }
    entries
}

/// Whether no entry is wider than the room.
#[must_use]
pub fn fits<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, entries: &[Entry], room: f64) -> bool {
    entries.iter().all(|e| e.x + e.sample.width() + SPACE + canvas.width(&e.text, FONT) <= room)
}

/// Height of a strip with these entries \[pt\].
#[must_use]
pub fn height(entries: &[Entry]) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a handful of rows")]
    entries.last().map_or(0.0, |e| (e.row + 1) as f64 * ROW)
}

/// Draws a strip with its upper left corner at the point.
///
/// # Errors
/// If the backend fails.
pub fn draw<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, entries: &[Entry], (x, y): (f64, f64)) -> Result<(), Problem> {
    for entry in entries {
        #[allow(clippy::cast_precision_loss, reason = "a handful of rows")]
        let (left, middle) = (x + entry.x, y + (entry.row as f64 + 0.5) * ROW);
        let right = left + entry.sample.width();
        match entry.sample {
            Sample::Line(pen) => {
                canvas.line(&[(left, middle), (right, middle)], pen)?;
                if let Some(marker) = pen.marker {
                    canvas.marker((f64::midpoint(left, right), middle), marker, pen.colour)?;
                }
            }
            Sample::Box(colour) => {
                let half = 3.0;
                let low = middle + half;
                canvas.fill(&[(left, middle - half), (right, middle - half), (right, low), (left, low)], colour)?;
            }
        }
        canvas.text(&entry.text, (right + SPACE, middle + 2.5), Align::Left, FONT)?;
    }
    Ok(())
}
