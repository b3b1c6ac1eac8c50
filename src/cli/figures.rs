//! Figures into a run's folder, several at a time.

use rayon::prelude::*;

use super::CliError;
use crate::figures::{Figure, FigureData, Language, RenderOptions, Style, render};
use crate::output::{RunFolder, Table};

/// Which files a figure becomes.
#[derive(Clone, Copy, Debug)]
pub struct Formats {
    /// Scalable vector graphics.
    pub svg: bool,
    /// Pixels.
    pub png: bool,
}

/// Tables as figures read them.
pub fn data(tables: &[Table]) -> FigureData {
    let find = |name: &str| tables.iter().find(|table| table.name == name).cloned();
    FigureData {
        series: find("series"),
        sectors: find("sectors"),
        regions: find("regions"),
        tasks: find("tasks"),
        banks: find("banks"),
    }
}

/// Folder of figures below the run's: `figures`, and inside it one for each language and style but the usual ones.
fn place(options: RenderOptions) -> String {
    let language = if options.language == Language::Chinese { "/zh" } else { "" };
    let style = if options.style == Style::Slides { "/slides" } else { "" };
    format!("figures{language}{style}")
}

/// Draws figures, each with the plotted numbers beside the English one; returns the names of the files. The numbers
/// do not depend on language and style.
pub fn draw(
    folder: &RunFolder,
    figures: &[Figure],
    data: &FigureData,
    options: RenderOptions,
    formats: Formats,
) -> Result<Vec<String>, CliError> {
    let place = place(options);
    let one = |figure: &Figure| -> Result<Vec<String>, CliError> {
        let mut rendered = render(figure, data, &options)?;
        let mut names = Vec::new();
        if formats.svg {
            names.push(format!("{place}/{}.svg", figure.id));
            folder.write_text(&names[names.len() - 1], &rendered.svg)?;
        }
        if formats.png {
            names.push(format!("{place}/{}.png", figure.id));
            folder.write_bytes(&names[names.len() - 1], &rendered.png)?;
        }
        rendered.csv.name = format!("figures/{}", figure.id);
        names.push(format!("{}.csv", rendered.csv.name));
        folder.write_csv(&rendered.csv)?;
        Ok(names)
    };
    let drawn: Result<Vec<_>, _> = figures.par_iter().map(one).collect();
    Ok(drawn?.into_iter().flatten().collect())
}
