//! Embedded fonts and the words drawn with them. How the files were made: `assets/fonts/README.md`.

use std::borrow::Cow;
use std::sync::OnceLock;

use plotters::style::{FontStyle, register_font};

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
    /// Family under which the embedded font is registered. SVG files carry the same text as their `font-family`, so
    /// that viewers take the font it was made from, or one with like proportions.
    #[must_use]
    pub fn family(self) -> &'static str {
        match self {
            Self::English => "Liberation Sans, Arimo, Arial, Helvetica, sans-serif",
            Self::Chinese => {
                "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, \
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

/// Gives plotters the embedded fonts, once a process.
pub fn install() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        let english = Language::English.family();
        let chinese = Language::Chinese.family();
        for (family, style, bytes) in [
            (english, FontStyle::Normal, &include_bytes!("../../../assets/fonts/XinzhiSans-Regular.ttf")[..]),
            (english, FontStyle::Bold, &include_bytes!("../../../assets/fonts/XinzhiSans-Bold.ttf")[..]),
            (chinese, FontStyle::Normal, &include_bytes!("../../../assets/fonts/XinzhiSansSC-Regular.otf")[..]),
            (chinese, FontStyle::Bold, &include_bytes!("../../../assets/fonts/XinzhiSansSC-Bold.otf")[..]),
        ] {
            assert!(register_font(family, style, bytes).is_ok(), "an embedded font is damaged");
        }
    });
}
