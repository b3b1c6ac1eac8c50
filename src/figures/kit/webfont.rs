//! Fonts inside SVG files: the embedded font with the outlines of all unused glyphs taken out.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::fonts::{self, Language};

/// A style sheet that carries the fonts of the texts, in both weights where both are used.
#[must_use]
pub fn style_sheet(regular: &str, bold: &str, language: Language) -> String {
    let family = language.family().split(',').next().unwrap_or_default();
    let mut text = String::from("<style>");
    for (used, heavy, weight) in [(regular, false, "normal"), (bold, true, "bold")] {
        if !used.is_empty() {
            let file = base64(&without_unused(fonts::file(heavy, language), &fonts::numbers(used, heavy, language)));
            let _ = write!(
                text,
                "@font-face{{font-family:\"{family}\";font-weight:{weight};src:url(data:font/ttf;base64,{file})}}"
            );
        }
    }
    text + "</style>"
}

fn number16(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]))
}

fn number32(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
}

/// A TrueType file whose glyphs, but those asked for and their parts, are empty; numbers and widths stay.
fn without_unused(font: &[u8], used: &BTreeSet<usize>) -> Vec<u8> {
    let tables: Vec<(&[u8], &[u8])> = (0..number16(font, 4))
        .map(|i| 12 + 16 * i)
        .map(|at| (&font[at..at + 4], &font[number32(font, at + 8)..][..number32(font, at + 12)]))
        .collect();
    let table = |tag: &[u8]| tables.iter().find(|(name, _)| *name == tag).map_or(&[][..], |(_, bytes)| *bytes);
    let (glyf, loca, head, count) = (table(b"glyf"), table(b"loca"), table(b"head"), number16(table(b"maxp"), 4));
    let long = number16(head, 50) == 1;
    let start = |glyph: usize| if long { number32(loca, 4 * glyph) } else { 2 * number16(loca, 2 * glyph) };
    let outline = |glyph: usize| &glyf[start(glyph)..start(glyph + 1)];
    let kept = with_parts(used, outline);

    let (mut shapes, mut places) = (Vec::new(), Vec::new());
    for glyph in 0..count {
        places.extend(offset(shapes.len()));
        if kept.contains(&glyph) {
            shapes.extend_from_slice(outline(glyph));
            shapes.resize(shapes.len().next_multiple_of(4), 0);
        }
    }
    places.extend(offset(shapes.len()));
    let mut head = head.to_vec();
    head[50..52].copy_from_slice(&[0, 1]);
    head[8..12].fill(0);
    let replaced = |tag: &[u8], old: &[u8]| match tag {
        b"glyf" => shapes.clone(),
        b"loca" => places.clone(),
        b"head" => head.clone(),
        _ => old.to_vec(),
    };
    assemble(&font[..12], tables.iter().map(|(tag, old)| (*tag, replaced(tag, old))).collect())
}

fn offset(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).expect("an embedded font is far smaller than 4 GB").to_be_bytes()
}

/// Glyphs, those that they are composed of, and number 0, which every font must have.
fn with_parts<'a>(used: &BTreeSet<usize>, outline: impl Fn(usize) -> &'a [u8]) -> BTreeSet<usize> {
    let mut kept = BTreeSet::new();
    let mut open: Vec<usize> = used.iter().copied().chain([0]).collect();
    while let Some(glyph) = open.pop() {
        let bytes = outline(glyph);
        if !kept.insert(glyph) || bytes.len() < 10 || bytes[0] < 0x80 {
            continue;
        }
        // A composite: flags and number of each part, then arguments and scale as the flags say.
        let mut at = 10;
        loop {
            let flags = number16(bytes, at);
            open.push(number16(bytes, at + 2));
            at += 4 + if flags & 1 != 0 { 4 } else { 2 };
            at += [(0x08, 2), (0x40, 4), (0x80, 8)].iter().find(|(bit, _)| flags & bit != 0).map_or(0, |(_, n)| *n);
            if flags & 0x20 == 0 {
                break;
            }
        }
    }
    kept
}

/// A font file from its tables, in their order.
fn assemble(header: &[u8], tables: Vec<(&[u8], Vec<u8>)>) -> Vec<u8> {
    let mut file = header.to_vec();
    let mut at = 12 + 16 * tables.len();
    for (tag, bytes) in &tables {
        file.extend_from_slice(tag);
        file.extend(checksum(bytes).to_be_bytes());
        file.extend(offset(at));
        file.extend(offset(bytes.len()));
        at += bytes.len().next_multiple_of(4);
    }
    let mut head = None;
    for (tag, bytes) in &tables {
        if *tag == b"head" {
            head = Some(file.len());
        }
        file.extend_from_slice(bytes);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    if let Some(head) = head {
        let adjustment = 0xB1B0_AFBA_u32.wrapping_sub(checksum(&file));
        file[head + 8..head + 12].copy_from_slice(&adjustment.to_be_bytes());
    }
    file
}

fn checksum(bytes: &[u8]) -> u32 {
    bytes.chunks(4).fold(0, |sum, chunk| {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        sum.wrapping_add(u32::from_be_bytes(word))
    })
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = [0, 1, 2].iter().fold(0, |word, i| word << 8 | usize::from(*chunk.get(*i).unwrap_or(&0)));
        for i in 0..4 {
            let letter = char::from(LETTERS[word >> (18 - 6 * i) & 63]);
            text.push(if i <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use ab_glyph::{Font, FontRef};

    #[test]
    fn base64_is_that_of_the_standard() {
        // RFC 4648, section 10.
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn used_glyphs_keep_their_outlines_and_unused_ones_lose_them() {
        for (language, used, unused) in [(Language::English, "Äb", 'q'), (Language::Chinese, "失业", '银')] {
            for bold in [false, true] {
                let whole = fonts::file(bold, language);
                let file = without_unused(whole, &fonts::numbers(used, bold, language));
                assert!(file.len() < whole.len() && checksum(&file) == 0xB1B0_AFBA);
                let (before, after) =
                    (FontRef::try_from_slice(whole).unwrap(), FontRef::try_from_slice(&file).unwrap());
                for c in used.chars() {
                    let glyph = before.glyph_id(c);
                    assert_eq!(after.glyph_id(c), glyph);
                    assert_eq!(after.outline(glyph).unwrap().curves.len(), before.outline(glyph).unwrap().curves.len());
                }
                assert!(after.outline(after.glyph_id(unused)).is_none());
            }
        }
    }
}
