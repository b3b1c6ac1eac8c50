//! Lines, fills and text in printer's points on any plotters backend.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Circle, PathElement, Polygon};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

use super::fonts::{self, Language};
use super::palette::{Marker, PAPER, Pen};
use crate::figures::data::Problem;

/// Radius of markers \[pt\].
const MARKER: f64 = 1.7;

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Begins at the point.
    Left,
    /// Centred on the point.
    Centre,
    /// Ends at the point.
    Right,
}

/// Size, weight and colour of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    /// Height of the em \[pt\].
    pub size: f64,
    /// Bold face.
    pub bold: bool,
    /// Colour.
    pub colour: RGBColor,
}

/// A plotters drawing area measured in points.
pub struct Canvas<'a, DB: DrawingBackend> {
    /// The whole page.
    pub area: &'a DrawingArea<DB, Shift>,
    /// Backend units a point.
    pub units: f64,
    /// Whether the backend has vectors: then joins and corners are the viewer's work.
    pub vector: bool,
    /// Language, which decides on the font.
    pub language: Language,
}

impl<DB: DrawingBackend> Canvas<'_, DB> {
    #[allow(clippy::cast_possible_truncation, reason = "pages are far smaller than 2^31 units")]
    fn place(&self, (x, y): (f64, f64)) -> (i32, i32) {
        ((x * self.units).round() as i32, (y * self.units).round() as i32)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and small")]
    fn stroke(&self, width: f64) -> u32 {
        if self.vector {
            (width * self.units).round().max(1.0) as u32
        } else {
            // Even widths lie evenly about their line; odd ones make flat curves wobble by a dot.
            2 * (width * self.units / 2.0).round().max(1.0) as u32
        }
    }

    /// Draws a line through the points.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn line(&self, points: &[(f64, f64)], pen: Pen) -> Result<(), Problem> {
        if pen.dashes.is_empty() {
            return self.solid(points, pen);
        }
        dash(points, pen.dashes).iter().try_for_each(|piece| self.solid(piece, pen))
    }

    fn solid(&self, points: &[(f64, f64)], pen: Pen) -> Result<(), Problem> {
        let mut places: Vec<(i32, i32)> = points.iter().map(|p| self.place(*p)).collect();
        places.dedup();
        if places.len() < 2 {
            return Ok(());
        }
        let width = self.stroke(pen.width);
        let style = ShapeStyle { color: pen.colour.to_rgba(), filled: false, stroke_width: width };
        if self.vector {
            return self.area.draw(&PathElement::new(places, style)).map_err(drawing);
        }
        // One rectangle a segment and a disc a corner: plotters' own outline of a wide line frays at sharp turns.
        for pair in places.windows(2) {
            self.area.draw(&PathElement::new(pair.to_vec(), style)).map_err(drawing)?;
        }
        if width > 2 {
            for place in &places[1..places.len() - 1] {
                self.area.draw(&Circle::new(*place, width / 2, pen.colour.filled())).map_err(drawing)?;
            }
        }
        Ok(())
    }

    /// Fills a polygon.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn fill(&self, points: &[(f64, f64)], colour: RGBColor) -> Result<(), Problem> {
        self.shade(points, colour, 1.0)
    }

    /// Fills a polygon with a share of ink, so that what lies below shows.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn shade(&self, points: &[(f64, f64)], colour: RGBColor, ink: f64) -> Result<(), Problem> {
        let places: Vec<(i32, i32)> = points.iter().map(|p| self.place(*p)).collect();
        self.area.draw(&Polygon::new(places, colour.mix(ink).filled())).map_err(drawing)
    }

    /// Draws a marker with a white edge.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn marker(&self, (x, y): (f64, f64), marker: Marker, colour: RGBColor) -> Result<(), Problem> {
        for (radius, colour) in [(MARKER + 0.6, PAPER), (MARKER, colour)] {
            let points: Vec<_> = marker.corners(radius).into_iter().map(|(dx, dy)| (x + dx, y + dy)).collect();
            self.fill(&points, colour)?;
        }
        Ok(())
    }

    /// Writes a text with its baseline through the point.
    ///
    /// # Errors
    /// If the backend fails.
    pub fn text(&self, text: &str, (x, baseline): (f64, f64), align: Align, font: Type) -> Result<(), Problem> {
        if self.vector {
            let h_pos = match align {
                Align::Left => HPos::Left,
                Align::Centre => HPos::Center,
                Align::Right => HPos::Right,
            };
            let weight = if font.bold { FontStyle::Bold } else { FontStyle::Normal };
            // plotters' font size is 1.24 em, and its SVG text hangs 0.76 em above the baseline.
            let face = FontDesc::new(FontFamily::Name(self.language.family()), 1.24 * font.size * self.units, weight);
            let pos = Pos { h_pos, v_pos: VPos::Top };
            let style = TextStyle { font: face, color: font.colour.to_backend_color(), pos };
            return self.area.draw_text(text, &style, self.place((x, baseline - 0.76 * font.size))).map_err(drawing);
        }
        let width = fonts::width(text, font.size, font.bold, self.language);
        let left = match align {
            Align::Left => x,
            Align::Centre => x - width / 2.0,
            Align::Right => x - width,
        };
        // plotters' own bitmap text forgets the space before each glyph.
        let at = (left * self.units, baseline * self.units);
        for (dot, cover) in fonts::dots(text, font.size * self.units, font.bold, self.language, at) {
            self.area.draw_pixel(dot, &font.colour.mix(cover)).map_err(drawing)?;
        }
        Ok(())
    }

    /// Width of a text \[pt\].
    #[must_use]
    pub fn width(&self, text: &str, font: Type) -> f64 {
        fonts::width(text, font.size, font.bold, self.language)
    }

    /// Breaks a text into lines of at most the width, at spaces and between Chinese characters.
    #[must_use]
    pub fn wrap(&self, text: &str, width: f64, font: Type) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = String::new();
        for piece in pieces(text) {
            let longer = format!("{line}{piece}");
            if !line.is_empty() && self.width(longer.trim_end(), font) > width {
                lines.push(line.trim_end().to_owned());
                line = piece;
            } else {
                line = longer;
            }
        }
        if !line.trim_end().is_empty() {
            lines.push(line.trim_end().to_owned());
        }
        lines
    }
}

#[allow(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn drawing<E: std::error::Error + Send + Sync>(error: DrawingAreaErrorKind<E>) -> Problem {
    Problem::Drawing(error.to_string())
}

/// Pieces between which a line may break, each with the space after it.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in text.chars() {
        let chinese = |c: char| ('\u{2e80}'..'\u{ff00}').contains(&c) && !('\u{3000}'..'\u{3020}').contains(&c);
        // Chinese punctuation (outside that range) never begins a line.
        let breaks = before.is_none_or(|b| (b == ' ' && c != ' ') || (chinese(c) && !"（《“(".contains(b)));
        match pieces.last_mut() {
            Some(piece) if !breaks => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        before = Some(c);
    }
    pieces
}

/// The parts of a line that a dash pattern leaves.
fn dash(points: &[(f64, f64)], pattern: &[f64]) -> Vec<Vec<(f64, f64)>> {
    let mut done = Vec::new();
    let mut piece: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    let (mut index, mut left) = (0, pattern[0]);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut rest = (to.0 - from.0).hypot(to.1 - from.1);
        while rest > 0.0 {
            let drawn = index % 2 == 0;
            if rest < left {
                left -= rest;
                rest = 0.0;
                from = to;
            } else {
                let part = left / rest;
                from = (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1));
                rest -= left;
                index = (index + 1) % pattern.len();
                left = pattern[index];
            }
            if drawn {
                piece.push(from);
            }
            if index % 2 == 1 && !piece.is_empty() {
                done.push(std::mem::take(&mut piece));
            } else if index % 2 == 0 && piece.is_empty() {
                piece.push(from);
            }
        }
    }
    if piece.len() > 1 {
        done.push(piece);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_cover_their_share_and_turn_with_the_line() {
        let pieces = dash(&[(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)], &[4.0, 2.0]);
        assert_eq!(pieces, [vec![(0.0, 0.0), (4.0, 0.0)], vec![(5.0, 1.0), (5.0, 5.0)]]);
    }

    #[test]
    fn chinese_breaks_between_characters_but_not_before_a_comma() {
        assert_eq!(pieces("失业，率 a bc"), ["失", "业，", "率 ", "a ", "bc"]);
    }
}
