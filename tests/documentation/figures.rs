//! `docs/figures.md`: every figure with its caption and the columns that it is drawn from.

use std::fmt::Write;

use xinzhi::figures::{Language, all};
use xinzhi::statistics::dictionary;

/// Text of the file.
pub fn text() -> String {
    let mut text = String::from(
        "# Figures\n\n\
         Written from the program by `cargo run --example write_docs`; do not edit. `xinzhi plot DIR --figure NAME` draws\n\
         one, `xinzhi plot --list` (with `--lang zh` in Chinese) prints the captions. A caption says what is shown; the\n\
         columns below it are what it is computed from, with their definitions and sources. Each figure comes with the\n\
         plotted numbers as `NAME.csv`; `NAME.csv-metadata.json` (W3C metadata for tabular data) has title, caption, unit\n\
         and meaning of every column there, and what is drawn beside columns: marked moments and reference lines.\n",
    );
    let dictionary = dictionary();
    for figure in all() {
        let _ = write!(
            text,
            "\n## `{}`\n\n**{}.** {}\n\n**{}。** {}\n\n| Column | Unit | Definition | Source |\n|---|---|---|---|\n",
            figure.id,
            figure.title.get(Language::English),
            figure.caption.get(Language::English),
            figure.title.get(Language::Chinese),
            figure.caption.get(Language::Chinese),
        );
        for statistic in figure.statistics {
            let doc = dictionary.iter().find(|doc| statistic.split_once('.') == Some((doc.table, doc.name)));
            let doc = doc.unwrap_or_else(|| panic!("{} uses {statistic}, which is not recorded", figure.id));
            let cell = super::cell;
            let _ = writeln!(
                text,
                "| `{statistic}` | {} | {} | {} |",
                cell(doc.unit),
                cell(doc.definition),
                cell(doc.source)
            );
        }
    }
    text
}
