//! A plotters backend that writes PDF: vector paths, and text in embedded subsets of the fonts, to be searched and
//! copied. plotters asks for whole units; a page has [`super::super::output`]'s twentieths of a point.

use std::convert::Infallible;

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
};

use super::fonts::{self, Language};
use crate::figures::data::Problem;

/// What is on the page, in the order of drawing.
enum Item {
    Line { points: Vec<BackendCoord>, width: u32, colour: BackendColor },
    Area { points: Vec<BackendCoord>, colour: BackendColor },
    Text { text: String, em: f64, bold: bool, colour: BackendColor, start: (f64, f64) },
}

/// A page that collects what is drawn on it.
pub struct PdfPage {
    size: (u32, u32),
    language: Language,
    items: Vec<Item>,
}

/// What draws on the page.
pub struct PdfBackend<'a>(&'a mut PdfPage);

type Done = Result<(), DrawingErrorKind<Infallible>>;

impl PdfPage {
    /// An empty page of so many units.
    #[must_use]
    pub fn new(size: (u32, u32), language: Language) -> Self {
        Self { size, language, items: Vec::new() }
    }

    /// What plotters can draw on.
    pub fn backend(&mut self) -> PdfBackend<'_> {
        PdfBackend(self)
    }

    /// The file, with so many points a unit. It names no date, so that the same page gives the same bytes.
    ///
    /// # Errors
    /// If the PDF writer refuses.
    pub fn file(&self, points: f64, title: &str) -> Result<Vec<u8>, Problem> {
        let failed = |what: &str| Problem::Encoding(format!("PDF: {what}"));
        let length = |units: f64| single(units * points);
        let size = (length(f64::from(self.size.0)), length(f64::from(self.size.1)));
        let mut document = Document::new_with(SerializeSettings { enable_tagging: false, ..Default::default() });
        let language = if self.language == Language::Chinese { "zh-Hans" } else { "en" };
        document.set_metadata(
            Metadata::new().title(title.to_owned()).creator("Xinzhi".to_owned()).language(language.to_owned()),
        );
        let fonts = [false, true].map(|bold| Font::new(fonts::file(bold, self.language).into(), 0));
        let [Some(regular), Some(heavy)] = fonts else { return Err(failed("the embedded font cannot be read")) };
        let settings = PageSettings::from_wh(size.0, size.1).ok_or_else(|| failed("a page without size"))?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for item in &self.items {
            match item {
                Item::Line { points, width, colour } => {
                    let stroke = Stroke {
                        paint: paint(*colour).into(),
                        width: length(f64::from(*width)),
                        line_join: LineJoin::Round,
                        opacity: opacity(*colour),
                        ..Default::default()
                    };
                    path(&mut surface, points, false, &length, None, Some(stroke));
                }
                Item::Area { points, colour } => {
                    path(&mut surface, points, true, &length, Some(fill(*colour)), None);
                }
                Item::Text { text, em, bold, colour, start } => {
                    surface.set_stroke(None);
                    surface.set_fill(Some(fill(*colour)));
                    let at = Point::from_xy(length(start.0), length(start.1));
                    let font = if *bold { heavy.clone() } else { regular.clone() };
                    let glyphs = glyphs(text, *bold, self.language);
                    surface.draw_glyphs(at, &glyphs, font, text, length(*em), false);
                }
            }
        }
        surface.finish();
        page.finish();
        document.finish().map_err(|error| failed(&format!("{error:?}")))
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a page is measured in single precision")]
fn single(x: f64) -> f32 {
    x as f32
}

fn paint(colour: BackendColor) -> rgb::Color {
    rgb::Color::new(colour.rgb.0, colour.rgb.1, colour.rgb.2)
}

fn opacity(colour: BackendColor) -> NormalizedF32 {
    NormalizedF32::new(single(colour.alpha)).unwrap_or(NormalizedF32::ONE)
}

fn fill(colour: BackendColor) -> Fill {
    Fill { paint: paint(colour).into(), opacity: opacity(colour), ..Default::default() }
}

fn path(
    surface: &mut Surface<'_>,
    points: &[BackendCoord],
    closed: bool,
    length: &impl Fn(f64) -> f32,
    fill: Option<Fill>,
    stroke: Option<Stroke>,
) {
    let mut builder = PathBuilder::new();
    for (i, (x, y)) in points.iter().enumerate() {
        let (x, y) = (length(f64::from(*x)), length(f64::from(*y)));
        if i == 0 {
            builder.move_to(x, y);
        } else {
            builder.line_to(x, y);
        }
    }
    if closed {
        builder.close();
    }
    if let Some(path) = builder.finish() {
        surface.set_fill(fill);
        surface.set_stroke(stroke);
        surface.draw_path(&path);
    }
}

fn glyphs(text: &str, bold: bool, language: Language) -> Vec<KrillaGlyph> {
    let advances = fonts::advances(text, bold, language);
    text.char_indices()
        .zip(advances)
        .map(|((start, c), (glyph, advance))| {
            let range = start..start + c.len_utf8();
            KrillaGlyph::new(GlyphId::new(u32::from(glyph)), single(advance), 0.0, 0.0, 0.0, range, None)
        })
        .collect()
}

impl DrawingBackend for PdfBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.0.size
    }

    fn ensure_prepared(&mut self) -> Done {
        Ok(())
    }

    fn present(&mut self) -> Done {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Done {
        self.0.items.push(Item::Area { points: vec![(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], colour });
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S, filled: bool) -> Done {
        let corners = [a, (b.0, a.1), b, (a.0, b.1)];
        if filled { self.fill_polygon(corners, style) } else { self.draw_path(corners.into_iter().chain([a]), style) }
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Done {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        let points = path.into_iter().collect();
        self.0.items.push(Item::Line { points, width: style.stroke_width(), colour: style.color() });
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Done {
        self.0.items.push(Item::Area { points: path.into_iter().collect(), colour: style.color() });
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Done {
        // The measures of plotters' SVG: a font size of 1.24 em, and text that hangs 0.76 em above its baseline.
        let em = style.size() / 1.24;
        let bold = matches!(style.style(), FontStyle::Bold);
        let width = fonts::width(text, em, bold, self.0.language);
        let left = f64::from(x)
            - match style.anchor().h_pos {
                HPos::Left => 0.0,
                HPos::Center => width / 2.0,
                HPos::Right => width,
            };
        let start = (left, f64::from(y) + 0.76 * em);
        self.0.items.push(Item::Text { text: text.to_owned(), em, bold, colour: style.color(), start });
        Ok(())
    }
}
