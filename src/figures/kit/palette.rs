//! Colours, dashes and markers. Okabe and Ito's colours in order of luminance; as their greys lie close together, lines
//! differ in dashes and markers too, and neighbouring fills are chosen for their distance in grey.

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
    /// What now and then stands on it.
    pub marker: Option<Marker>,
}

/// A small figure on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A disc.
    Circle,
    /// A square.
    Square,
    /// A triangle that stands on its side.
    Up,
    /// A square on its corner.
    Diamond,
    /// A triangle on its corner.
    Down,
    /// A plus sign.
    Plus,
    /// A vertical bar.
    Bar,
}

impl Marker {
    /// Corners about the origin for a radius.
    #[must_use]
    pub fn corners(self, radius: f64) -> Vec<(f64, f64)> {
        let (r, d) = (radius, 0.86 * radius);
        match self {
            Self::Circle => (0..16)
                .map(|i| {
                    let angle = f64::from(i) * std::f64::consts::TAU / 16.0;
                    (r * libm::cos(angle), r * libm::sin(angle))
                })
                .collect(),
            Self::Square => vec![(-d, -d), (d, -d), (d, d), (-d, d)],
            Self::Up => vec![(0.0, -1.2 * r), (1.1 * r, 0.8 * r), (-1.1 * r, 0.8 * r)],
            Self::Down => vec![(0.0, 1.2 * r), (1.1 * r, -0.8 * r), (-1.1 * r, -0.8 * r)],
            Self::Diamond => vec![(0.0, -1.25 * r), (1.25 * r, 0.0), (0.0, 1.25 * r), (-1.25 * r, 0.0)],
            Self::Plus => {
                let (long, thin) = (1.3 * r, 0.42 * r);
                vec![
                    (-thin, -long),
                    (thin, -long),
                    (thin, -thin),
                    (long, -thin),
                    (long, thin),
                    (thin, thin),
                    (thin, long),
                    (-thin, long),
                    (-thin, thin),
                    (-long, thin),
                    (-long, -thin),
                    (-thin, -thin),
                ]
            }
            Self::Bar => vec![(-0.4 * r, -1.4 * r), (0.4 * r, -1.4 * r), (0.4 * r, 1.4 * r), (-0.4 * r, 1.4 * r)],
        }
    }
}

const fn pen(colour: RGBColor, width: f64, dashes: &'static [f64]) -> Pen {
    Pen { colour, width, dashes, marker: None }
}

const fn marked(colour: RGBColor, width: f64, dashes: &'static [f64], marker: Marker) -> Pen {
    Pen { colour, width, dashes, marker: Some(marker) }
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
    marked(BLUE, 1.3, &[], Marker::Circle),
    marked(VERMILION, 1.2, &[4.5, 1.8], Marker::Square),
    marked(BLACK, 1.1, &[1.2, 1.5], Marker::Up),
    marked(GREEN, 1.3, &[6.5, 1.6, 1.3, 1.6], Marker::Diamond),
    marked(PURPLE, 1.2, &[2.8, 1.3], Marker::Down),
    marked(ORANGE, 1.5, &[], Marker::Plus),
    marked(SKY, 1.5, &[9.0, 2.0], Marker::Bar),
];

/// The line at the moment of a policy or shock.
pub const MOMENT: Pen = pen(SOFT, 0.6, &[2.4, 1.6]);
/// Share of ink in a band about a line.
pub const BAND: f64 = 0.2;
/// Edge of a tile.
pub const TILE_EDGE: Pen = pen(GRID, 0.6, &[]);

/// Light to dark; the luminance falls evenly, so that the order survives in grey.
const RAMP: [RGBColor; 3] = [RGBColor(0xec, 0xf2, 0xf7), RGBColor(0x5f, 0xa5, 0xcf), RGBColor(0x08, 0x30, 0x5c)];

/// Colour of a share of the way from light to dark, and that of text upon it.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 255")]
pub fn ramp(share: f64) -> (RGBColor, RGBColor) {
    let share = 2.0 * share.clamp(0.0, 1.0);
    let (from, to, part) = if share < 1.0 { (RAMP[0], RAMP[1], share) } else { (RAMP[1], RAMP[2], share - 1.0) };
    let mix = |a: u8, b: u8| (f64::from(a) + part * (f64::from(b) - f64::from(a))).round() as u8;
    let colour = RGBColor(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2));
    // Where black and white have the same contrast (about 4.5).
    (colour, if share < 1.35 { INK } else { PAPER })
}

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
