//! Embedded fonts and the words drawn with them. How the files were made: `assets/fonts/README.md`.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, GlyphId, PxScaleFont, ScaleFont, point};

/// Language of titles, labels and legends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// What SVG files ask for: the font that they carry, the one that it was made from, or one with like proportions.
    #[must_use]
    pub fn family(self) -> &'static str {
        match self {
            Self::English => "Xinzhi Sans, Liberation Sans, Arimo, Arial, Helvetica, sans-serif",
            Self::Chinese => {
                "Xinzhi Sans SC, Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, \
                 WenQuanYi Micro Hei, sans-serif"
            }
        }
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: Cow<'static, str>,
    /// Simplified Chinese.
    pub zh: Cow<'static, str>,
}

/// A text in both languages.
#[must_use]
pub const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
}

impl Words {
    /// A text that is the same in both languages (codes, names).
    #[must_use]
    pub fn same(text: &str) -> Self {
        Self { en: Cow::Owned(text.to_owned()), zh: Cow::Owned(text.to_owned()) }
    }

    /// The text in one language.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Chinese => &self.zh,
        }
    }
}

/// Files of the embedded fonts: regular and bold, for English and Chinese.
static FILES: [&[u8]; 4] = [
    include_bytes!("../../../assets/fonts/XinzhiSans-Regular.ttf"),
    include_bytes!("../../../assets/fonts/XinzhiSans-Bold.ttf"),
    include_bytes!("../../../assets/fonts/XinzhiSansSC-Regular.ttf"),
    include_bytes!("../../../assets/fonts/XinzhiSansSC-Bold.ttf"),
];

fn number(bold: bool, language: Language) -> usize {
    usize::from(bold) + if language == Language::Chinese { 2 } else { 0 }
}

/// File of the embedded font of a language and weight.
#[must_use]
pub fn file(bold: bool, language: Language) -> &'static [u8] {
    FILES[number(bold, language)]
}

/// The embedded font of a language and weight.
fn face(bold: bool, language: Language) -> &'static FontRef<'static> {
    static FACES: OnceLock<[FontRef<'static>; 4]> = OnceLock::new();
    let faces =
        FACES.get_or_init(|| FILES.map(|bytes| FontRef::try_from_slice(bytes).expect("an embedded font is a font")));
    &faces[number(bold, language)]
}

/// A font whose em has the given height, in `ab_glyph`'s measure of ascent less descent.
#[allow(clippy::cast_possible_truncation, reason = "glyphs are drawn in single precision")]
fn scaled(em: f64, bold: bool, language: Language) -> PxScaleFont<&'static FontRef<'static>> {
    let face = face(bold, language);
    face.as_scaled(em as f32 * face.height_unscaled() / face.units_per_em().unwrap_or(1000.0))
}

/// Glyphs of a text with the distance of each from its beginning, and the width of the whole.
fn glyphs(text: &str, font: &PxScaleFont<&'static FontRef<'static>>) -> (Vec<(GlyphId, f32)>, f32) {
    let mut x = 0.0;
    let mut before = None;
    let mut glyphs = Vec::new();
    for c in text.chars() {
        let glyph = font.glyph_id(c);
        x += before.map_or(0.0, |b| font.kern(b, glyph));
        glyphs.push((glyph, x));
        x += font.h_advance(glyph);
        before = Some(glyph);
    }
    (glyphs, x)
}

/// Numbers of the glyphs that a text uses.
#[must_use]
pub fn numbers(text: &str, bold: bool, language: Language) -> BTreeSet<usize> {
    text.chars().map(|c| usize::from(face(bold, language).glyph_id(c).0)).collect()
}

/// Numbers of a text's glyphs and how far each moves the pen, in ems.
#[must_use]
pub fn advances(text: &str, bold: bool, language: Language) -> Vec<(u16, f64)> {
    let (glyphs, end) = glyphs(text, &scaled(100.0, bold, language));
    let next = glyphs.iter().skip(1).map(|(_, x)| *x).chain([end]);
    glyphs.iter().zip(next).map(|((glyph, x), next)| (glyph.0, f64::from(next - x) / 100.0)).collect()
}

/// Width of a text in the unit of its em.
#[must_use]
pub fn width(text: &str, em: f64, bold: bool, language: Language) -> f64 {
    // Measured large, so that hints of rounding in the font do not matter.
    f64::from(glyphs(text, &scaled(100.0, bold, language)).1) * em / 100.0
}

/// Dots that a text covers, with the share of each, given the left end of its baseline.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "pages are far smaller than 2^24 dots")]
pub fn dots(text: &str, em: f64, bold: bool, language: Language, (x, baseline): (f64, f64)) -> Vec<((i32, i32), f64)> {
    let font = scaled(em, bold, language);
    let mut dots = Vec::new();
    for (glyph, shift) in glyphs(text, &font).0 {
        let at = point(x as f32 + shift, baseline.round() as f32);
        let Some(outline) = font.outline_glyph(glyph.with_scale_and_position(font.scale(), at)) else { continue };
        let corner = outline.px_bounds().min;
        outline.draw(|dx, dy, cover| {
            if cover > 0.0 {
                let dot = (corner.x as i32 + dx.cast_signed(), corner.y as i32 + dy.cast_signed());
                dots.push((dot, f64::from(cover.min(1.0))));
            }
        });
    }
    dots
}

/// Whether the font of a language has a glyph for the character.
#[must_use]
pub fn covers(c: char, language: Language) -> bool {
    [false, true].into_iter().all(|bold| face(bold, language).glyph_id(c) != GlyphId(0))
}
