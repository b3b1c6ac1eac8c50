//! Colours and dashes. Okabe and Ito's colours in order of luminance; as their greys lie close together, lines differ
//! in dashes too, and neighbouring fills are chosen for their distance in grey.

use plotters::style::RGBColor;

/// Axes and text.
pub const INK: RGBColor = RGBColor(0x1a, 0x1a, 0x1a);
/// Units and notes.
pub const SOFT: RGBColor = RGBColor(0x55, 0x55, 0x55);
/// Grid.
pub const GRID: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);
/// Paper.
pub const PAPER: RGBColor = RGBColor(0xff, 0xff, 0xff);

const BLACK: RGBColor = RGBColor(0x00, 0x00, 0x00);
const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xb2);
const VERMILION: RGBColor = RGBColor(0xd5, 0x5e, 0x00);
const GREEN: RGBColor = RGBColor(0x00, 0x9e, 0x73);
const PURPLE: RGBColor = RGBColor(0xcc, 0x79, 0xa7);
const SKY: RGBColor = RGBColor(0x56, 0xb4, 0xe9);
const ORANGE: RGBColor = RGBColor(0xe6, 0x9f, 0x00);

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pen {
    /// Colour.
    pub colour: RGBColor,
    /// Width \[pt\].
    pub width: f64,
    /// Lengths of dash and gap in turn \[pt\]; none for a solid line.
    pub dashes: &'static [f64],
}

const fn pen(colour: RGBColor, width: f64, dashes: &'static [f64]) -> Pen {
    Pen { colour, width, dashes }
}

/// Axis lines and tick marks.
pub const AXIS: Pen = pen(INK, 0.6, &[]);
/// Grid lines.
pub const GRID_LINE: Pen = pen(GRID, 0.5, &[]);
/// The line at zero where an axis crosses it.
pub const ZERO: Pen = pen(SOFT, 0.6, &[]);
/// Reference lines.
pub const REFERENCE: Pen = pen(SOFT, 0.7, &[1.0, 1.6]);
/// Raw series behind an average.
pub const FAINT: Pen = pen(RGBColor(0xa6, 0xa6, 0xa6), 0.6, &[]);
/// Sum of a stack.
pub const TOTAL: Pen = pen(BLACK, 1.2, &[]);
/// White edge that keeps the sum apart from dark fills.
pub const HALO: Pen = pen(PAPER, 2.4, &[]);
/// Edge between stacked fills.
pub const SEAM: Pen = pen(PAPER, 0.5, &[]);

const LINES: [Pen; 7] = [
    pen(BLUE, 1.3, &[]),
    pen(VERMILION, 1.2, &[4.5, 1.8]),
    pen(BLACK, 1.1, &[1.2, 1.5]),
    pen(GREEN, 1.3, &[6.5, 1.6, 1.3, 1.6]),
    pen(PURPLE, 1.2, &[2.8, 1.3]),
    pen(ORANGE, 1.6, &[]),
    pen(SKY, 1.6, &[9.0, 2.0]),
];

// Luminance L* of the fills: 31, 70, 54, 83. The first is Okabe and Ito's blue darkened, to stand apart from vermilion.
const FILLS: [RGBColor; 4] = [RGBColor(0x00, 0x4c, 0x7a), SKY, VERMILION, RGBColor(0xcf, 0xcf, 0xcf)];

/// Pen of the n-th line of a panel.
#[must_use]
pub fn line(n: usize) -> Pen {
    LINES[n % LINES.len()]
}

/// Fill of the n-th stacked layer of a panel.
#[must_use]
pub fn fill(n: usize) -> RGBColor {
    FILLS[n % FILLS.len()]
}
