//! The inside of one pair of axes: grid, ticks, stacks and lines.

use plotters::prelude::DrawingBackend;

use super::canvas::{Align, Canvas, Type};
use super::fonts::{Language, words};
use super::legend::{Sample, samples};
use super::palette;
use super::ticks::{Scale, label, years};
use super::{Layer, Panel, Shape};
use crate::figures::data::Problem;

/// Tick labels.
pub const TICK: Type = Type { size: 7.0, bold: false, colour: palette::INK };
/// Length of a tick mark [pt].
pub const MARK: f64 = 2.5;
/// Half a quarter [years].
const HALF: f64 = 0.125;

/// One plotting area and its scales.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// Left edge [pt].
    pub left: f64,
    /// Upper edge [pt].
    pub top: f64,
    /// Width [pt].
    pub width: f64,
    /// Height [pt].
    pub height: f64,
    /// First and last year of the horizontal axis.
    pub time: (f64, f64),
    /// Vertical scale.
    pub scale: Scale,
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
    language: Language,
) -> Result<(), Problem> {
    axes(canvas, frame, panel)?;
    if panel.extent().is_none() {
        let middle = (frame.left + frame.width / 2.0, frame.top + frame.height / 2.0);
        return canvas.text(words("no data", "无数据").get(language), middle, Align::Centre, TICK);
    }
    stacks(canvas, frame, panel, time)?;
    if frame.scale.low < 0.0 && frame.scale.high > 0.0 {
        horizontal(canvas, frame, 0.0, palette::ZERO)?;
    }
    for (value, _) in &panel.references {
        horizontal(canvas, frame, *value, palette::REFERENCE)?;
    }
    for (layer, sample) in panel.layers.iter().zip(samples(panel)) {
        let Sample::Line(pen) = sample else { continue };
        for run in runs(&layer.values, time) {
            let points: Vec<(f64, f64)> =
                run.iter().map(|i| (frame.x(time[*i]), frame.y(layer.values[*i]))).collect();
            if layer.shape == Shape::Total {
                canvas.line(&points, palette::HALO)?;
            }
            canvas.line(&points, pen)?;
        }
    }
    Ok(())
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

fn axes<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, frame: &Frame, panel: &Panel) -> Result<(), Problem> {
    let (right, bottom) = (frame.left + frame.width, frame.top + frame.height);
    let span = frame.time.1 - frame.time.0;
    let years = years(frame.time.0, frame.time.1, 27.0 * span / frame.width);
    for year in &years {
        canvas.line(&[(frame.x(*year), frame.top), (frame.x(*year), bottom)], palette::GRID_LINE)?;
    }
    for tick in frame.scale.ticks() {
        horizontal(canvas, frame, tick, palette::GRID_LINE)?;
        canvas.line(&[(frame.left - MARK, frame.y(tick)), (frame.left, frame.y(tick))], palette::AXIS)?;
        let text = label(tick, frame.scale.step, panel.format);
        canvas.text(&text, (frame.left - MARK - 2.0, frame.y(tick) + 2.5), Align::Right, TICK)?;
    }
    for year in years {
        canvas.line(&[(frame.x(year), bottom), (frame.x(year), bottom + MARK)], palette::AXIS)?;
        canvas.text(&format!("{year:.0}"), (frame.x(year), bottom + MARK + 7.5), Align::Centre, TICK)?;
    }
    canvas.line(&[(frame.left, frame.top), (frame.left, bottom), (right, bottom)], palette::AXIS)
}

/// Runs of rows with finite values.
fn runs(values: &[f64], time: &[f64]) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = vec![Vec::new()];
    for i in 0..values.len().min(time.len()) {
        match runs.last_mut() {
            Some(run) if values[i].is_finite() => run.push(i),
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
                canvas.line(&inner, palette::SEAM)?;
                run.iter().for_each(|i| base[*i] += part(*i));
            }
        }
    }
    Ok(())
}

/// One edge of a stacked layer, left to right.
fn edge(frame: &Frame, layer: &Layer, time: &[f64], run: &[usize], value: impl Fn(usize) -> f64) -> Vec<(f64, f64)> {
    let reach = if layer.shape == Shape::Step { HALF } else { 0.0 };
    let inside = |t: f64| frame.x(t.clamp(frame.time.0, frame.time.1));
    let ends = |i: &usize| {
        let y = frame.y(value(*i));
        [(inside(time[*i] - reach), y), (inside(time[*i] + reach), y)]
    };
    let mut points: Vec<(f64, f64)> = run.iter().flat_map(ends).collect();
    points.dedup();
    points
}
