//! The chart kit: a figure describes a page of panels, the kit lays it out and draws it with plotters.
//!
//! A figure names its layers (the plotted numbers) and says whether each is a line, a stacked area or a stacked step;
//! axes, ticks, colours, dashes and legends follow from that, so that all figures look alike. Lengths are printer's
//! points at the printed size.

mod canvas;
mod fonts;
mod layout;
mod legend;
mod paint;
mod palette;
mod pdf;
mod ticks;
mod tiles;
mod webfont;

pub use canvas::Canvas;
pub use fonts::{Language, Words, covers, words};
pub use layout::{draw, height};
pub use palette::PAPER;
pub use pdf::{PdfBackend, PdfPage};
pub use tiles::{Tile, TileMap};
pub use webfont::style_sheet;

use super::data::Clock;

/// Printed widths that journals ask for; a page can have any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// One column: 85 mm.
    Single,
    /// One and a half columns: 114 mm.
    OneAndHalf,
    /// Two columns: 174 mm.
    Double,
}

impl Width {
    /// Printed width \[mm\].
    #[must_use]
    pub const fn millimetres(self) -> f64 {
        match self {
            Self::Single => 85.0,
            Self::OneAndHalf => 114.0,
            Self::Double => 174.0,
        }
    }
}

/// Points a millimetre.
pub const POINTS: f64 = 72.0 / 25.4;
/// Height of a printed page, above which panels stand closer side by side \[pt\].
const PAGE_HEIGHT: f64 = 690.0;
/// Room that a panel takes besides its axes, for this purpose \[pt\].
const AROUND: f64 = 50.0;

/// How the numbers on a vertical axis are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A share of one, written as per cent.
    Percent,
    /// The number itself.
    Number,
    /// A logarithm to the base of ten, written as the number.
    Power,
}

/// How a layer is drawn. Areas and steps of one panel are stacked in order, positive and negative apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A line in the next pen of the palette.
    Line,
    /// A thin grey line, for the raw series behind its average.
    Faint,
    /// A black line with a white edge, for the sum of a stack.
    Total,
    /// A stacked area.
    Area,
    /// A stacked area that is constant over each quarter.
    Step,
}

/// One plotted series.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Column name in the table of plotted numbers.
    pub name: String,
    /// Legend text.
    pub label: Words,
    /// One value a row of the page's clock or other axis; `NaN` leaves a gap.
    pub values: Vec<f64>,
    /// How it is drawn.
    pub shape: Shape,
    /// Lower and upper edge of a band about a line, one value a row each.
    pub band: Option<(Vec<f64>, Vec<f64>)>,
}

/// A vertical line at a moment: a policy that begins, a shock.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Middle of its quarter \[years\].
    pub time: f64,
    /// What happened, in a few words.
    pub label: Words,
}

/// One pair of axes.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What is shown, in a few words.
    pub heading: Words,
    /// Unit of the vertical axis in words.
    pub unit: Words,
    /// How that axis is written.
    pub format: Format,
    /// What is plotted, first layer at the back.
    pub layers: Vec<Layer>,
    /// Horizontal reference lines with their legend text.
    pub references: Vec<(f64, Words)>,
    /// Whether the vertical axis must include zero.
    pub from_zero: bool,
    /// A map in place of lines.
    pub map: Option<TileMap>,
}

impl Panel {
    /// An empty panel.
    #[must_use]
    pub fn new(heading: Words, unit: Words, format: Format) -> Self {
        Self { heading, unit, format, layers: Vec::new(), references: Vec::new(), from_zero: false, map: None }
    }

    /// Appends a layer.
    #[must_use]
    pub fn layer(mut self, shape: Shape, name: &str, label: Words, values: Vec<f64>) -> Self {
        self.layers.push(Layer { name: name.to_owned(), label, values, shape, band: None });
        self
    }

    /// Appends a line.
    #[must_use]
    pub fn line(self, name: &str, label: Words, values: Vec<f64>) -> Self {
        self.layer(Shape::Line, name, label, values)
    }

    /// Appends a horizontal reference line.
    #[must_use]
    pub fn reference(mut self, value: f64, label: Words) -> Self {
        self.references.push((value, label));
        self
    }

    /// Makes the vertical axis include zero.
    #[must_use]
    pub fn with_zero(mut self) -> Self {
        self.from_zero = true;
        self
    }

    /// Makes the panel a map.
    #[must_use]
    pub fn with_map(mut self, map: TileMap) -> Self {
        self.map = Some(map);
        self
    }

    /// Lowest and highest plotted value, stacks included; nothing if no value is finite.
    #[must_use]
    pub fn extent(&self) -> Option<(f64, f64)> {
        let rows = self.layers.iter().map(|l| l.values.len()).max().unwrap_or(0);
        let mut values: Vec<f64> = Vec::new();
        for row in 0..rows {
            let (mut below, mut above) = (0.0, 0.0);
            for layer in &self.layers {
                let v = layer.values.get(row).copied().unwrap_or(f64::NAN);
                match layer.shape {
                    Shape::Area | Shape::Step if v.is_finite() => {
                        below += v.min(0.0);
                        above += v.max(0.0);
                        values.extend([below, above]);
                    }
                    _ => values.push(v),
                }
                if let Some((low, high)) = &layer.band {
                    values.extend([low, high].map(|edge| edge.get(row).copied().unwrap_or(f64::NAN)));
                }
            }
        }
        values.retain(|v| v.is_finite());
        if !values.is_empty() {
            values.extend(self.references.iter().map(|(v, _)| *v));
            values.extend(self.from_zero.then_some(0.0));
        }
        values.into_iter().map(|v| (v, v)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }
}

/// One figure ready to be laid out.
#[derive(Clone, Debug)]
pub struct Page {
    /// Time of every row, or its place on another axis.
    pub clock: Clock,
    /// Printed width \[mm\].
    pub width: f64,
    /// Panels side by side.
    pub columns: usize,
    /// Height of each plotting area \[pt\].
    pub plot_height: f64,
    /// Whether all panels have the same vertical axis and one legend (small multiples), and no letters.
    pub multiples: bool,
    /// Whether the legend of the first panel is that of all.
    pub one_legend: bool,
    /// Panels, row by row.
    pub panels: Vec<Panel>,
    /// Moments to mark in every panel.
    pub marks: Vec<Mark>,
    /// A line below the panels.
    pub note: Option<Words>,
}

impl Page {
    /// A page of the given width with so many panels side by side.
    #[must_use]
    pub fn new(clock: Clock, width: Width, columns: usize, plot_height: f64, panels: Vec<Panel>) -> Self {
        let width = width.millimetres();
        let marks = Vec::new();
        Self { clock, width, columns, plot_height, multiples: false, one_legend: false, panels, marks, note: None }
    }

    /// The page at another width: fewer panels side by side, unless it would then be longer than a printed page.
    #[must_use]
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a handful of columns"
    )]
    pub fn fitted(mut self, millimetres: f64) -> Self {
        let share = millimetres / self.width;
        self.width = millimetres;
        if share >= 1.0 {
            return self;
        }
        let most = self.columns;
        self.columns = ((most as f64 * share + 0.45).floor() as usize).clamp(1, most);
        let least = if self.multiples { 27.0 } else { 38.0 };
        let too_long = |columns: usize| {
            self.panels.len().div_ceil(columns) as f64 * (self.plot_height + AROUND) > PAGE_HEIGHT
                && millimetres / (columns + 1) as f64 >= least
        };
        while self.columns < most && too_long(self.columns) {
            self.columns += 1;
        }
        if self.panels.iter().any(|panel| panel.map.is_some()) {
            // Maps are as high as they are wide; a little more, as two lines of text stand in a tile.
            let narrower = 1.12 * share * most as f64 / self.columns as f64;
            self.plot_height *= narrower.min(1.0);
        }
        self
    }

    /// Printed width \[pt\].
    #[must_use]
    pub fn points(&self) -> f64 {
        self.width * POINTS
    }

    /// Turns the panels into small multiples.
    #[must_use]
    pub fn as_multiples(mut self) -> Self {
        self.multiples = true;
        self.one_legend = true;
        self
    }
}
