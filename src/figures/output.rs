//! A page as SVG, PDF, PNG and as a table.

use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};

use super::data::Problem;
use super::kit::{self, Canvas, Language, Page, PdfPage, Words};
use super::{Figure, metadata};
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
    /// A narrower page enlarged to the width of a slide, so that its texts can be read from afar.
    Slides,
}

impl Style {
    /// Width that figures have when none is asked for, if not their own \[mm\].
    fn width(self) -> Option<f64> {
        match self {
            Self::Paper => None,
            Self::Slides => Some(254.0),
        }
    }

    /// Printed size over that at which texts have 7 to 10 points.
    fn magnification(self) -> f64 {
        match self {
            Self::Paper => 1.0,
            Self::Slides => 254.0 / 150.0,
        }
    }
}

/// How figures are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RenderOptions {
    /// Language of all texts.
    pub language: Language,
    /// Paper or slides.
    pub style: Style,
    /// Whether the title stands above the figure (in a paper the caption says it).
    pub title: bool,
    /// Width \[mm\]; the figure's own, or that of a slide, if nothing is said.
    pub width: Option<f64>,
    /// Which files are made.
    pub formats: Formats,
}

/// Which files a figure becomes; the plotted numbers always are one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats {
    /// Scalable Vector Graphics.
    pub svg: bool,
    /// Portable Network Graphics.
    pub png: bool,
    /// Portable Document Format.
    pub pdf: bool,
}

impl Default for Formats {
    fn default() -> Self {
        Self { svg: true, png: true, pdf: false }
    }
}

/// A drawn figure; files that were not asked for are absent.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// Scalable Vector Graphics with its fonts.
    pub svg: Option<String>,
    /// Portable Network Graphics, 300 dpi at the printed size.
    pub png: Option<Vec<u8>>,
    /// Portable Document Format with subsets of its fonts.
    pub pdf: Option<Vec<u8>>,
    /// The plotted numbers: `tick`, `year`, `quarter` (or the other axis) and one column a layer; of a map, one row a region.
    pub csv: Table,
    /// What the columns of that table are, as JSON.
    pub metadata: String,
}

/// Draws a page in every format asked for.
///
/// # Errors
/// If a backend fails.
pub fn render(figure: &Figure, page: Page, options: RenderOptions) -> Result<Rendered, Problem> {
    let csv = table(figure.id, &page);
    let metadata = metadata::text(figure, &page, &csv);
    let page = match options.width.or(options.style.width()) {
        Some(printed) => page.fitted(printed / options.style.magnification()),
        None => page,
    };
    let words = &figure.title;
    let title = options.title.then_some(words);
    let height = measure(&page, title, options)?;
    let formats = options.formats;
    Ok(Rendered {
        svg: formats.svg.then(|| svg(&page, height, title, options)).transpose()?,
        png: formats.png.then(|| png(&page, height, title, options)).transpose()?,
        pdf: formats.pdf.then(|| pdf(&page, height, (words, title), options)).transpose()?,
        csv,
        metadata,
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
    let (width, language) = (page.points(), options.language);
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
    let text = text.replacen(&units, &printed, 1);
    let (regular, bold) = texts(&text);
    let fonts = kit::style_sheet(&regular, &bold, language);
    // Behind the first tag, which is that of the picture.
    Ok(text.replacen(">\n", &format!(">\n{fonts}\n"), 1))
}

/// Texts of an SVG in regular and in bold letters.
fn texts(svg: &str) -> (String, String) {
    let (mut regular, mut bold) = (String::new(), String::new());
    for element in svg.split("<text ").skip(1) {
        let Some((attributes, rest)) = element.split_once('>') else { continue };
        let text = rest.split("</text>").next().unwrap_or_default();
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        let into = if attributes.contains("font-weight=\"bold\"") { &mut bold } else { &mut regular };
        into.extend(text.chars().filter(|c| *c != '\n'));
    }
    (regular, bold)
}

fn pdf(
    page: &Page,
    height: f64,
    (words, title): (&Words, Option<&Words>),
    options: RenderOptions,
) -> Result<Vec<u8>, Problem> {
    let language = options.language;
    let size = (whole(page.points() * SVG_UNITS), whole(height * SVG_UNITS));
    let mut file = PdfPage::new(size, language);
    {
        let area = file.backend().into_drawing_area();
        let canvas = Canvas { area: &area, units: SVG_UNITS, vector: true, language };
        kit::draw(&canvas, page, title, language)?;
    }
    file.file(options.style.magnification() / SVG_UNITS, words.get(language))
}

fn png(page: &Page, height: f64, title: Option<&Words>, options: RenderOptions) -> Result<Vec<u8>, Problem> {
    let units = options.style.magnification() * f64::from(DOTS_PER_INCH) / 72.0;
    let (wide, high) = (whole(page.points() * units), whole(height * units));
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
    if let Some(table) = map_table(id, page) {
        return table;
    }
    #[allow(clippy::cast_possible_truncation, reason = "ticks, years and quarters are small whole numbers")]
    let whole = |values: &[f64]| Values::Integer(values.iter().map(|v| *v as i64).collect());
    let clock = &page.clock;
    let mut table = match &clock.axis {
        Some(axis) => {
            Table::new(id).with(axis.name, axis.label.get(Language::English), Values::Real(clock.time.clone()))
        }
        None => Table::new(id)
            .with("tick", "quarters", whole(&clock.tick))
            .with("year", "year", whole(&clock.year))
            .with("quarter", "quarter", whole(&clock.quarter)),
    };
    for panel in &page.panels {
        let unit = unit(panel);
        for layer in &panel.layers {
            if table.column(&layer.name).is_some() {
                continue;
            }
            table = table.with(&layer.name, &unit, Values::Real(layer.values.clone()));
            if let Some((low, high)) = &layer.band {
                table = table.with(&format!("{}_low", layer.name), &unit, Values::Real(low.clone())).with(
                    &format!("{}_high", layer.name),
                    &unit,
                    Values::Real(high.clone()),
                );
            }
        }
    }
    table
}

fn unit(panel: &kit::Panel) -> String {
    match panel.format {
        kit::Format::Percent => "1".to_owned(),
        kit::Format::Number | kit::Format::Power => panel.unit.get(Language::English).to_owned(),
    }
}

/// The numbers of a page of maps: a row a region.
fn map_table(id: &str, page: &Page) -> Option<Table> {
    let maps: Vec<_> = page.panels.iter().filter_map(|p| p.map.as_ref().map(|map| (p, map))).collect();
    let (_, first) = maps.first()?;
    let regions = first.tiles.iter().map(|tile| tile.region.clone()).collect();
    let mut table = Table::new(id).with("region", "", Values::Text(regions));
    for (panel, map) in maps {
        let values = map.tiles.iter().map(|tile| tile.value).collect();
        table = table.with(&map.name, &unit(panel), Values::Real(values));
    }
    Some(table)
}
