//! The inside of one pair of axes: grid, ticks, stacks and lines.

use plotters::prelude::DrawingBackend;

use super::canvas::{Align, Canvas, Type};
use super::fonts::{Language, words};
use super::legend::{Sample, samples};
use super::palette;
use super::ticks::{Scale, label, years};
use super::{Format, Layer, Mark, Panel, Shape};
use crate::figures::data::Problem;

/// Tick labels.
pub const TICK: Type = Type { size: 7.0, bold: false, colour: palette::INK };
/// Length of a tick mark \[pt\].
pub const MARK: f64 = 2.5;
/// Distance of markers along a line \[pt\].
const MARKERS: f64 = 46.0;
/// Least distance of labelled years: a year and a third \[pt\].
const YEARS: f64 = 21.0;
/// About the distance of labelled places on an axis that is not time \[pt\].
const PLACES: f64 = 32.0;
/// Half a quarter \[years\].
const HALF: f64 = 0.125;

/// One plotting area and its scales.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Left edge \[pt\].
    pub left: f64,
    /// Upper edge \[pt\].
    pub top: f64,
    /// Width \[pt\].
    pub width: f64,
    /// Height \[pt\].
    pub height: f64,
    /// First and last year, or place, of the horizontal axis.
    pub time: (f64, f64),
    /// How the numbers of a horizontal axis are written that is not time.
    pub across: Option<Format>,
    /// Vertical scale.
    pub scale: Scale,
    /// Whether the vertical axis carries its numbers.
    pub labelled: bool,
}

impl Frame {
    fn x(&self, year: f64) -> f64 {
        self.left + self.width * (year - self.time.0) / (self.time.1 - self.time.0)
    }

    fn y(&self, value: f64) -> f64 {
        self.top + self.height * (self.scale.high - value) / (self.scale.high - self.scale.low)
    }
}

/// Draws a panel's axes and layers.
///
/// # Errors
/// If the backend fails.
pub fn panel<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    frame: &Frame,
    panel: &Panel,
    time: &[f64],
    marks: &[Mark],
    language: Language,
) -> Result<(), Problem> {
    grid(canvas, frame)?;
    if panel.extent().is_none() {
        let middle = (frame.left + frame.width / 2.0, frame.top + frame.height / 2.0);
        canvas.text(words("no data", "无数据").get(language), middle, Align::Centre, TICK)?;
    }
    stacks(canvas, frame, panel, time)?;
    bands(canvas, frame, panel, time)?;
    if frame.scale.low < 0.0 && frame.scale.high > 0.0 {
        horizontal(canvas, frame, 0.0, palette::ZERO)?;
    }
    for (value, _) in &panel.references {
        horizontal(canvas, frame, *value, palette::REFERENCE)?;
    }
    moments(canvas, frame, marks)?;
    lines(canvas, frame, panel, time)?;
    axes(canvas, frame, panel)
}

/// Lines, and then the markers that tell several of them apart.
fn lines<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    frame: &Frame,
    panel: &Panel,
    time: &[f64],
) -> Result<(), Problem> {
    let several = panel.layers.iter().filter(|l| l.shape == Shape::Line).count();
    let mut markers = Vec::new();
    let mut number = 0;
    for (layer, sample) in panel.layers.iter().zip(samples(panel)) {
        let Sample::Line(pen) = sample else { continue };
        let mut all = Vec::new();
        for run in runs(&layer.values, time) {
            let points: Vec<(f64, f64)> = run.iter().map(|i| (frame.x(time[*i]), frame.y(layer.values[*i]))).collect();
            if layer.shape == Shape::Total {
                canvas.line(&points, palette::HALO)?;
            }
            canvas.line(&points, pen)?;
            all.extend(points);
        }
        if let Some(marker) = pen.marker {
            markers.extend(marked_points(frame, &all, number, several).into_iter().map(|at| (at, marker, pen.colour)));
            number += 1;
        }
    }
    markers.into_iter().try_for_each(|(at, marker, colour)| canvas.marker(at, marker, colour))
}

/// Points that carry a marker: at even distances, those of one line between those of the others.
#[allow(clippy::cast_precision_loss, reason = "a handful of lines")]
fn marked_points(frame: &Frame, points: &[(f64, f64)], number: usize, several: usize) -> Vec<(f64, f64)> {
    let mut x = frame.left + MARKERS * (number as f64 + 0.6) / several as f64;
    let mut found: Vec<(f64, f64)> = Vec::new();
    while x < frame.left + frame.width {
        let nearest = points.iter().min_by(|a, b| (a.0 - x).abs().total_cmp(&(b.0 - x).abs()));
        if let Some(point) = nearest.filter(|p| (p.0 - x).abs() < MARKERS / 2.0 && !found.contains(p)) {
            found.push(*point);
        }
        x += MARKERS;
    }
    found
}

/// Bands about lines, light enough to see through.
fn bands<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    frame: &Frame,
    panel: &Panel,
    time: &[f64],
) -> Result<(), Problem> {
    for (layer, sample) in panel.layers.iter().zip(samples(panel)) {
        let (Sample::Line(pen), Some((low, high))) = (sample, &layer.band) else { continue };
        for run in runs(&layer.values, time) {
            let edge = |values: &[f64]| -> Vec<(f64, f64)> {
                run.iter().map(|i| (frame.x(time[*i]), frame.y(values[*i]))).collect()
            };
            let ring: Vec<(f64, f64)> = edge(high).into_iter().chain(edge(low).into_iter().rev()).collect();
            canvas.shade(&ring, pen.colour, palette::BAND)?;
        }
    }
    Ok(())
}

/// Vertical lines at moments, with the numbers that the key below the page explains.
fn moments<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, frame: &Frame, marks: &[Mark]) -> Result<(), Problem> {
    let mut labels: Vec<(f64, String)> = Vec::new();
    for (number, mark) in marks.iter().enumerate() {
        if mark.time < frame.time.0 || mark.time > frame.time.1 {
            continue;
        }
        let x = frame.x(mark.time);
        canvas.line(&[(x, frame.top), (x, frame.top + frame.height)], palette::MOMENT)?;
        match labels.last_mut() {
            // Numbers that would cover one another stand together.
            Some((last, text)) if x - *last < 9.0 => *text = format!("{text},{}", number + 1),
            _ => labels.push((x, (number + 1).to_string())),
        }
    }
    labels.iter().try_for_each(|(x, text)| canvas.text(text, (*x, frame.top - 2.0), Align::Centre, TICK))
}

fn horizontal<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    frame: &Frame,
    value: f64,
    pen: palette::Pen,
) -> Result<(), Problem> {
    let y = frame.y(value);
    canvas.line(&[(frame.left, y), (frame.left + frame.width, y)], pen)
}

/// Labelled places of the horizontal axis and what is written there.
fn places(frame: &Frame) -> Vec<(f64, String)> {
    let Some(format) = frame.across else {
        let years = years(frame.time.0, frame.time.1, YEARS * (frame.time.1 - frame.time.0) / frame.width);
        return years.into_iter().map(|year| (year, format!("{year:.0}"))).collect();
    };
    let scale = Scale::around(frame.time, (frame.width / PLACES).max(2.0), format);
    let inside = |place: &f64| (frame.time.0..=frame.time.1).contains(place);
    scale.ticks().into_iter().filter(inside).map(|place| (place, label(place, scale.step, format))).collect()
}

fn grid<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, frame: &Frame) -> Result<(), Problem> {
    let bottom = frame.top + frame.height;
    for (place, _) in places(frame) {
        canvas.line(&[(frame.x(place), frame.top), (frame.x(place), bottom)], palette::GRID_LINE)?;
    }
    frame.scale.ticks().into_iter().try_for_each(|tick| horizontal(canvas, frame, tick, palette::GRID_LINE))
}

fn axes<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, frame: &Frame, panel: &Panel) -> Result<(), Problem> {
    let (right, bottom) = (frame.left + frame.width, frame.top + frame.height);
    for tick in frame.scale.ticks() {
        let y = frame.y(tick);
        canvas.line(&[(frame.left - MARK, y), (frame.left, y)], palette::AXIS)?;
        if frame.labelled {
            let text = label(tick, frame.scale.step, panel.format);
            canvas.text(&text, (frame.left - MARK - 2.0, y + 2.5), Align::Right, TICK)?;
        }
    }
    for (place, text) in places(frame) {
        let x = frame.x(place);
        canvas.line(&[(x, bottom), (x, bottom + MARK)], palette::AXIS)?;
        canvas.text(&text, (x, bottom + MARK + 7.5), Align::Centre, TICK)?;
    }
    canvas.line(&[(frame.left, frame.top), (frame.left, bottom), (right, bottom)], palette::AXIS)
}

/// Runs of rows with finite values.
fn runs(values: &[f64], time: &[f64]) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = vec![Vec::new()];
    for (i, value) in values.iter().take(time.len()).enumerate() {
        match runs.last_mut() {
            Some(run) if value.is_finite() => run.push(i),
            Some(run) if !run.is_empty() => runs.push(Vec::new()),
            _ => {}
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn stacks<DB: DrawingBackend>(
    canvas: &Canvas<'_, DB>,
    frame: &Frame,
    panel: &Panel,
    time: &[f64],
) -> Result<(), Problem> {
    let mut below = vec![0.0; time.len()];
    let mut above = vec![0.0; time.len()];
    for (layer, sample) in panel.layers.iter().zip(samples(panel)) {
        let Sample::Box(colour) = sample else { continue };
        for (sign, base) in [(-1.0, &mut below), (1.0, &mut above)] {
            for run in runs(&layer.values, time) {
                let part = |i: usize| if layer.values[i] * sign > 0.0 { layer.values[i] } else { 0.0 };
                if run.iter().all(|i| part(*i) == 0.0) {
                    continue;
                }
                let inner = edge(frame, layer, time, &run, |i| base[i]);
                let outer = edge(frame, layer, time, &run, |i| base[i] + part(i));
                let ring: Vec<(f64, f64)> = outer.iter().chain(inner.iter().rev()).copied().collect();
                canvas.fill(&ring, colour)?;
                if run.iter().any(|i| base[*i] != 0.0) {
                    canvas.line(&inner, palette::SEAM)?;
                }
                for i in &run {
                    base[*i] += part(*i);
                }
            }
        }
    }
    Ok(())
}

/// One edge of a stacked layer, left to right.
fn edge(frame: &Frame, layer: &Layer, time: &[f64], run: &[usize], value: impl Fn(usize) -> f64) -> Vec<(f64, f64)> {
    let ends = |i: &usize| {
        let y = frame.y(value(*i));
        let x = |t: f64| frame.x(t.clamp(frame.time.0, frame.time.1));
        [(x(time[*i] - HALF), y), (frame.x(time[*i]), y), (x(time[*i] + HALF), y)]
    };
    let mut points: Vec<(f64, f64)> = run.iter().flat_map(ends).collect();
    if layer.shape == Shape::Area {
        // Straight between the middles of quarters; flat only before the first and after the last.
        let last = points.len() - 1;
        let mut at = 0..=last;
        points.retain(|_| at.next().is_some_and(|i| i == 0 || i == last || i % 3 == 1));
    }
    points.dedup();
    points
}
