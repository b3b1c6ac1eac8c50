//! Maps of equal tiles: every region as large as any other, near its neighbours.

use plotters::prelude::DrawingBackend;

use super::Format;
use super::canvas::{Align, Canvas, Type};
use super::fonts::{Language, Words, words};
use super::paint::{Frame, TICK};
use super::palette;
use super::ticks::{Scale, label};
use crate::figures::data::Problem;

/// One region.
#[derive(Clone, Debug, PartialEq)]
pub struct Tile {
    /// Name in tables.
    pub region: String,
    /// What stands in the tile.
    pub short: Words,
    /// Place from the west.
    pub column: u32,
    /// Place from the north.
    pub row: u32,
    /// What is shown; `NaN` where there is nothing.
    pub value: f64,
}

/// Regions with one value each.
#[derive(Clone, Debug, PartialEq)]
pub struct TileMap {
    /// Column name in the table of plotted numbers.
    pub name: String,
    /// The regions.
    pub tiles: Vec<Tile>,
    /// Lightest and darkest value, beyond which the colour stays, the same for maps that are to be compared.
    pub range: (f64, f64),
}

/// Height of the scale below a map with its numbers \[pt\].
const SCALE: f64 = 18.0;
const BAR: f64 = 5.0;
const BETWEEN: f64 = 1.0;

/// Draws the map into a frame, its scale below.
///
/// # Errors
/// If the backend fails.
pub fn draw<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    frame: &Frame,
    map: &TileMap,
    format: Format,
    language: Language,
) -> Result<(), Problem> {
    let most = |place: fn(&Tile) -> u32| f64::from(map.tiles.iter().map(place).max().unwrap_or(1));
    let (columns, rows) = (most(|t| t.column), most(|t| t.row));
    // Tiles are a little wider than high: a name and a number stand in them.
    let high = ((frame.height - SCALE) / rows).min(frame.width / columns / 1.05);
    let wide = (frame.width / columns).min(1.3 * high);
    let scale = Scale::around(map.range, 3.0, format);
    let share = |value: f64| (value - scale.low) / (scale.high - scale.low);
    for tile in &map.tiles {
        let left = frame.left + wide * f64::from(tile.column - 1);
        let top = frame.top + high * f64::from(tile.row - 1);
        let (right, bottom) = (left + wide - BETWEEN, top + high - BETWEEN);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        let (colour, ink) =
            if tile.value.is_finite() { palette::ramp(share(tile.value)) } else { (palette::PAPER, palette::INK) };
        canvas.fill(&corners, colour)?;
        canvas.line(&[corners[0], corners[1], corners[2], corners[3], corners[0]], palette::TILE_EDGE)?;
        let font = Type { colour: ink, ..TICK };
        let middle = f64::midpoint(left, right);
        let number = plain(tile.value, format, language);
        canvas.text(tile.short.get(language), (middle, top + high / 2.0 - 1.4), Align::Centre, font)?;
        canvas.text(&number, (middle, top + high / 2.0 + 5.9), Align::Centre, font)?;
    }
    let beyond = map.tiles.iter().any(|tile| tile.value > scale.high);
    legend(canvas, (frame.left, frame.top + rows * high + 3.0, wide * columns - BETWEEN), &scale, format, beyond)
}

fn legend<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    (left, top, width): (f64, f64, f64),
    scale: &Scale,
    format: Format,
    beyond: bool,
) -> Result<(), Problem> {
    const STEPS: u32 = 48;
    for step in 0..STEPS {
        let edge = |n: u32| left + width * f64::from(n) / f64::from(STEPS);
        let (colour, _) = palette::ramp((f64::from(step) + 0.5) / f64::from(STEPS));
        let (from, to) = (edge(step), edge(step + 1));
        canvas.fill(&[(from, top), (to, top), (to, top + BAR), (from, top + BAR)], colour)?;
    }
    let mut taken = f64::INFINITY;
    // From the right, so that the last number, which says what lies beyond, is never the one left out.
    for tick in scale.ticks().into_iter().rev() {
        let share = (tick - scale.low) / (scale.high - scale.low);
        let x = left + width * share;
        let sign = if beyond && share > 0.99 { "≥ " } else { "" };
        let text = format!("{sign}{}", label(tick, scale.step, format));
        let length = canvas.width(&text, TICK);
        let start = (x - length / 2.0).clamp(left, left + width - length);
        canvas.line(&[(x, top + BAR), (x, top + BAR + 1.5)], palette::AXIS)?;
        if start + length + 3.0 < taken {
            canvas.text(&text, (start, top + BAR + 9.0), Align::Left, TICK)?;
            taken = start;
        }
    }
    Ok(())
}

/// A number as short as a tile wants it: per cent without the sign, thousands as `1.5k`.
fn plain(value: f64, format: Format, language: Language) -> String {
    if !value.is_finite() {
        return words("–", "–").get(language).to_owned();
    }
    match format {
        Format::Percent if value >= 9.995 => format!("{:.1}k", value / 10.0),
        Format::Percent if value.abs() < 0.0995 => format!("{:.1}", 100.0 * value),
        Format::Percent => format!("{:.0}", 100.0 * value),
        Format::Number | Format::Power => label(value, 1.0, format),
    }
}
