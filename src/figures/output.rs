//! A page as SVG, as PNG and as a table.

use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};

use super::data::Problem;
use super::kit::{self, Canvas, Language, Page, Words};
use crate::output::{Table, Values};

const DOTS_PER_INCH: u32 = 300;
/// Each pixel is the mean of a square of this many dots a side, as plotters does not smooth wide lines.
const OVERSAMPLING: u32 = 2;
/// SVG coordinates are whole numbers: so many a point keep curves smooth.
const SVG_UNITS: f64 = 20.0;

/// Where a figure will be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Printed size of a journal's columns.
    #[default]
    Paper,
    /// The same page enlarged to the width of a slide.
    Slides,
}

impl Style {
    fn magnification(self) -> f64 {
        match self {
            Self::Paper => 1.0,
            Self::Slides => 254.0 / 174.0,
        }
    }
}

/// How figures are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// Language of all texts.
    pub language: Language,
    /// Paper or slides.
    pub style: Style,
    /// Whether the title stands above the figure (in a paper the caption says it).
    pub title: bool,
}

/// A drawn figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// Scalable Vector Graphics.
    pub svg: String,
    /// Portable Network Graphics, 300 dpi at the printed size.
    pub png: Vec<u8>,
    /// The plotted numbers: `tick`, `year`, `quarter` and one column a layer.
    pub csv: Table,
}

/// Draws a page in every format.
///
/// # Errors
/// If a backend fails.
pub fn render(id: &str, title: &Words, page: &Page, options: RenderOptions) -> Result<Rendered, Problem> {
    let title = options.title.then_some(title);
    let height = measure(page, title, options)?;
    Ok(Rendered {
        svg: svg(page, height, title, options)?,
        png: png(page, height, title, options)?,
        csv: table(id, page),
    })
}

fn measure(page: &Page, title: Option<&Words>, options: RenderOptions) -> Result<f64, Problem> {
    let mut nothing = String::new();
    let area = SVGBackend::with_string(&mut nothing, (1, 1)).into_drawing_area();
    let canvas = Canvas { area: &area, units: SVG_UNITS, vector: true, language: options.language };
    kit::height(&canvas, page, title, options.language)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and small")]
fn whole(x: f64) -> u32 {
    x.round() as u32
}

fn svg(page: &Page, height: f64, title: Option<&Words>, options: RenderOptions) -> Result<String, Problem> {
    let (width, language) = (page.width.points(), options.language);
    let size = (whole(width * SVG_UNITS), whole(height * SVG_UNITS));
    let mut text = String::new();
    {
        let area: DrawingArea<_, Shift> = SVGBackend::with_string(&mut text, size).into_drawing_area();
        area.fill(&kit::PAPER).map_err(|e| Problem::Drawing(e.to_string()))?;
        let canvas = Canvas { area: &area, units: SVG_UNITS, vector: true, language };
        kit::draw(&canvas, page, title, language)?;
        area.present().map_err(|e| Problem::Drawing(e.to_string()))?;
    }
    let scale = options.style.magnification() * 25.4 / 72.0;
    let units = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
    let printed =
        format!("width=\"{:.2}mm\" height=\"{:.2}mm\" stroke-linejoin=\"round\"", width * scale, height * scale);
    Ok(text.replacen(&units, &printed, 1))
}

fn png(page: &Page, height: f64, title: Option<&Words>, options: RenderOptions) -> Result<Vec<u8>, Problem> {
    let units = options.style.magnification() * f64::from(DOTS_PER_INCH) / 72.0;
    let (wide, high) = (whole(page.width.points() * units), whole(height * units));
    let dots = (wide * OVERSAMPLING, high * OVERSAMPLING);
    let mut fine = vec![0; 3 * dots.0 as usize * dots.1 as usize];
    {
        let area = BitMapBackend::with_buffer(&mut fine, dots).into_drawing_area();
        area.fill(&kit::PAPER).map_err(|e| Problem::Drawing(e.to_string()))?;
        let units = units * f64::from(OVERSAMPLING);
        let canvas = Canvas { area: &area, units, vector: false, language: options.language };
        kit::draw(&canvas, page, title, options.language)?;
        area.present().map_err(|e| Problem::Drawing(e.to_string()))?;
    }
    encode(&shrink(&fine, (wide as usize, high as usize)), (wide, high)).map_err(|e| Problem::Encoding(e.to_string()))
}

/// Means of squares of dots.
fn shrink(fine: &[u8], (wide, high): (usize, usize)) -> Vec<u8> {
    let side = OVERSAMPLING as usize;
    let mut pixels = Vec::with_capacity(3 * wide * high);
    for row in 0..high {
        for column in 0..wide {
            for channel in 0..3 {
                let mut sum = 0u32;
                for y in 0..side {
                    for x in 0..side {
                        sum += u32::from(fine[3 * ((row * side + y) * wide * side + column * side + x) + channel]);
                    }
                }
                let count = OVERSAMPLING * OVERSAMPLING;
                pixels.push(u8::try_from((sum + count / 2) / count).unwrap_or(u8::MAX));
            }
        }
    }
    pixels
}

fn encode(pixels: &[u8], (wide, high): (u32, u32)) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, wide, high);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (DOTS_PER_INCH * 10_000 + 127) / 254;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

/// The plotted numbers. A series that stands in two panels is written once.
fn table(id: &str, page: &Page) -> Table {
    #[allow(clippy::cast_possible_truncation, reason = "ticks, years and quarters are small whole numbers")]
    let whole = |values: &[f64]| Values::Integer(values.iter().map(|v| *v as i64).collect());
    let clock = &page.clock;
    let mut table = Table::new(id)
        .with("tick", "quarters", whole(&clock.tick))
        .with("year", "year", whole(&clock.year))
        .with("quarter", "quarter", whole(&clock.quarter));
    for panel in &page.panels {
        let unit = match panel.format {
            kit::Format::Percent => "1".to_owned(),
            kit::Format::Number => panel.unit.get(Language::English).to_owned(),
        };
        for layer in &panel.layers {
            if table.column(&layer.name).is_none() {
                table = table.with(&layer.name, &unit, Values::Real(layer.values.clone()));
            }
        }
    }
    table
}
