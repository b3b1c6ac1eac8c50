//! The page: where panels, headings, units and legends stand.

use plotters::prelude::DrawingBackend;

use super::canvas::{Align, Canvas, Type};
use super::fonts::{Language, Words};
use super::legend::{self, Entry};
use super::paint::{self, Frame, MARK, TICK};
use super::palette;
use super::ticks::{Scale, label};
use super::tiles;
use super::{Page, Panel};
use crate::figures::data::Problem;

const EDGE: f64 = 3.0;
const GUTTER: f64 = 12.0;
const BETWEEN_ROWS: f64 = 9.0;
// Room for half a year label beyond the last tick.
const RIGHT: f64 = 9.0;
const TICKS: f64 = MARK + 10.5;
const LEAD: f64 = 9.5;
// Room that small multiples may need for the numbers at their left, when headings are broken.
const NUMBERS: f64 = 30.0;
const TITLE: Type = Type { size: 10.0, bold: true, colour: palette::INK };
const HEADING: Type = Type { size: 8.0, bold: true, colour: palette::INK };
const UNIT: Type = Type { size: 7.0, bold: false, colour: palette::SOFT };

const NOTE: Type = UNIT;

/// Everything about one panel that depends on the size of its texts.
struct Placed<'a> {
    panel: &'a Panel,
    heading: Vec<String>,
    unit: Vec<String>,
    legend: Vec<Entry>,
    scale: Scale,
    ticks: f64,
}

impl<'a> Placed<'a> {
    fn new<DB: DrawingBackend>(
        canvas: &Canvas<'_, DB>,
        page: &'a Page,
        index: usize,
        shared: Option<Scale>,
        language: Language,
    ) -> Self {
        let panel = &page.panels[index];
        let width = column(page, if page.multiples { NUMBERS } else { 0.0 });
        let letter = char::from(b'a' + u8::try_from(index % 26).unwrap_or(0));
        let name = panel.heading.get(language);
        let lettered = page.panels.len() > 1 && !page.multiples;
        let heading = if lettered { format!("{letter}  {name}") } else { name.to_owned() };
        let scale = shared.unwrap_or_else(|| scale(page, panel));
        let mut ticks = 0f64;
        for tick in scale.ticks().into_iter().filter(|_| panel.map.is_none()) {
            ticks = ticks.max(canvas.width(&label(tick, scale.step, panel.format), TICK));
        }
        Self {
            panel,
            heading: canvas.wrap(&heading, width, HEADING),
            unit: canvas.wrap(panel.unit.get(language), width, UNIT),
            legend: if page.one_legend { Vec::new() } else { legend::entries(canvas, panel, language, width) },
            scale,
            ticks: if panel.map.is_some() { 0.0 } else { ticks + MARK + 3.0 },
        }
    }
}

fn scale(page: &Page, panel: &Panel) -> Scale {
    let scale = Scale::around(panel.extent().unwrap_or((0.0, 1.0)), (page.plot_height / 21.0).max(2.0), panel.format);
    // A reference line upon the axis would not be seen.
    let hidden = |value: f64| (value - scale.low).abs() < 1e-6 * scale.step;
    let below = panel.references.iter().any(|(value, _)| hidden(*value));
    Scale { low: if below { scale.low - scale.step } else { scale.low }, ..scale }
}

fn shared_scale(page: &Page) -> Option<Scale> {
    let first = page.panels.first().filter(|_| page.multiples)?;
    let extents = page.panels.iter().filter_map(Panel::extent);
    let all = extents.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    Some(Scale::around(all, (page.plot_height / 21.0).max(2.0), first.format))
}

/// Width of one column when something at the left takes its room first \[pt\].
#[allow(clippy::cast_precision_loss, reason = "a handful of columns")]
fn column(page: &Page, taken: f64) -> f64 {
    let columns = page.columns as f64;
    (page.points() - 2.0 * EDGE - taken - GUTTER * (columns - 1.0)) / columns
}

/// Height of the laid-out page \[pt\].
///
/// # Errors
/// If the backend fails.
pub fn height<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    page: &Page,
    title: Option<&Words>,
    language: Language,
) -> Result<f64, Problem> {
    go(canvas, page, title, language, false)
}

/// Draws the page.
///
/// # Errors
/// If the backend fails.
pub fn draw<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    page: &Page,
    title: Option<&Words>,
    language: Language,
) -> Result<(), Problem> {
    go(canvas, page, title, language, true).map(|_| ())
}

/// Walks down the page, drawing if asked; returns where it ends.
fn go<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    page: &Page,
    title: Option<&Words>,
    language: Language,
    ink: bool,
) -> Result<f64, Problem> {
    let shared = shared_scale(page);
    let placed: Vec<Placed<'_>> =
        (0..page.panels.len()).map(|i| Placed::new(canvas, page, i, shared, language)).collect();
    let inside = page.points() - 2.0 * EDGE;
    let mut y = EDGE;
    if let Some(title) = title {
        let lines = canvas.wrap(title.get(language), inside, TITLE);
        y = block(canvas, &lines, (EDGE, y), 12.5, TITLE, ink)? + 4.0;
    }
    for (row, panels) in placed.chunks(page.columns).enumerate() {
        if row > 0 {
            y += BETWEEN_ROWS;
        }
        y = draw_row(canvas, page, (&placed, panels), y, language, ink)?;
    }
    y = shared_legend(canvas, page, y, language, ink)?;
    for note in notes(page, language) {
        y = block(canvas, &canvas.wrap(&note, inside, NOTE), (EDGE, y + 2.0), LEAD - 0.5, NOTE, ink)?;
    }
    Ok(y + EDGE)
}

/// The one legend of small multiples: where the last row leaves cells empty, else below it. Returns where all ends.
fn shared_legend<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    page: &Page,
    y: f64,
    language: Language,
    ink: bool,
) -> Result<f64, Problem> {
    let Some(first) = page.panels.first().filter(|_| page.one_legend) else { return Ok(y) };
    let vacant = (page.columns - page.panels.len() % page.columns) % page.columns;
    #[allow(clippy::cast_precision_loss, reason = "a handful of columns")]
    let room = vacant as f64 * (column(page, NUMBERS) + GUTTER) - GUTTER;
    let entries = legend::entries(canvas, first, language, room);
    if vacant > 0 && legend::fits(canvas, &entries, room) && legend::height(&entries) < page.plot_height {
        if ink {
            legend::draw(canvas, &entries, (page.points() - EDGE - room, y - page.plot_height - TICKS))?;
        }
        return Ok(y);
    }
    let entries = legend::entries(canvas, first, language, page.points() - 2.0 * EDGE);
    if ink {
        legend::draw(canvas, &entries, (EDGE, y + 4.0))?;
    }
    Ok(y + 4.0 + legend::height(&entries))
}

/// Lines below the panels: what happened at the marked moments, and what else is to be known.
fn notes(page: &Page, language: Language) -> Vec<String> {
    let marks = page.marks.iter().enumerate().map(|(i, mark)| format!("{}  {}", i + 1, mark.label.get(language)));
    let marks: Vec<String> = marks.collect();
    let marks = (!marks.is_empty()).then(|| marks.join("    "));
    marks.into_iter().chain(page.note.as_ref().map(|note| note.get(language).to_owned())).collect()
}

/// Draws one row of panels so that their axes are level; returns where it ends.
fn draw_row<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    page: &Page,
    (placed, row): (&[Placed<'_>], &[Placed<'_>]),
    y: f64,
    language: Language,
    ink: bool,
) -> Result<f64, Problem> {
    let most = |count: fn(&Placed<'_>) -> usize| row.iter().map(count).max().unwrap_or(0);
    #[allow(clippy::cast_precision_loss, reason = "a handful of lines")]
    let (headings, units) = (most(|p| p.heading.len()) as f64 * LEAD, most(|p| p.unit.len()) as f64 * (LEAD - 1.0));
    let top = y + headings + units + if page.marks.is_empty() { 6.0 } else { 11.0 };
    let bottom = top + page.plot_height;
    let legends = row.iter().map(|p| legend::height(&p.legend)).fold(0.0, f64::max);
    let under_axis = bottom + TICKS + if page.clock.axis.is_some() { LEAD } else { 0.0 };
    let end = under_axis + if legends > 0.0 { legends + 2.0 } else { 0.0 };
    // Small multiples have numbers at the left of the row only; other panels each have their own, and those of one
    // column get the same room, so that its axes stand in line.
    let first = if page.multiples { placed.iter().map(|p| p.ticks).fold(0.0, f64::max) } else { 0.0 };
    let wide = column(page, first);
    let mut x = EDGE + first;
    for (place, at) in row.iter().enumerate() {
        if ink {
            let under = placed.iter().skip(place).step_by(page.columns).map(|p| p.ticks).fold(0.0, f64::max);
            let ticks = if page.multiples { 0.0 } else { under };
            let frame = Frame {
                left: x + ticks,
                top,
                width: wide - ticks - if at.panel.map.is_some() { 0.0 } else { RIGHT },
                height: page.plot_height,
                time: page.clock.span(),
                across: page.clock.axis.as_ref().map(|axis| axis.format),
                scale: at.scale,
                labelled: place == 0 || !page.multiples,
            };
            #[allow(clippy::cast_precision_loss, reason = "a handful of lines")]
            let drop = if page.multiples { headings - at.heading.len() as f64 * LEAD } else { 0.0 };
            let under = block(canvas, &at.heading, (x, y + drop), LEAD, HEADING, ink)?;
            block(canvas, &at.unit, (x, under), LEAD - 1.0, UNIT, ink)?;
            match &at.panel.map {
                Some(map) => {
                    let frame = Frame { height: page.plot_height + TICKS, ..frame };
                    tiles::draw(canvas, &frame, map, at.panel.format, language)?;
                }
                None => paint::panel(canvas, &frame, at.panel, &page.clock.time, &page.marks, language)?,
            }
            if let Some(axis) = &page.clock.axis {
                let middle = frame.left + frame.width / 2.0;
                canvas.text(axis.label.get(language), (middle, bottom + TICKS + 7.0), Align::Centre, UNIT)?;
            }
            legend::draw(canvas, &at.legend, (x, under_axis + 2.0))?;
        }
        x += wide + GUTTER;
    }
    Ok(end)
}

/// Writes lines of text from the upper left corner; returns where they end.
fn block<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    lines: &[String],
    (x, mut y): (f64, f64),
    lead: f64,
    font: Type,
    ink: bool,
) -> Result<f64, Problem> {
    for line in lines {
        y += lead;
        if ink {
            canvas.text(line, (x, y - 0.22 * lead), Align::Left, font)?;
        }
    }
    Ok(y)
}
