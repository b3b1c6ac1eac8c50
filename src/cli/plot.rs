//! `xinzhi plot`: figures of finished runs.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{CliError, print_line};

#[derive(Args, Debug)]
pub struct PlotArguments {
    /// Folders of finished runs.
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Only this figure; may be given again.
    #[arg(long, value_name = "NAME")]
    figure: Vec<String>,
    /// File formats.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Format::Svg, Format::Png])]
    format: Vec<Format>,
    /// Language of titles and labels.
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// Sizes for a printed page or for a screen.
    #[arg(long, value_enum, default_value_t = Style::Paper)]
    style: Style,
}

/// A figure's file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Scalable vector graphics.
    Svg,
    /// Pixels, 300 to the inch.
    Png,
    /// Portable document format.
    Pdf,
}

/// A figure's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

/// What a figure is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Style {
    /// A printed page.
    Paper,
    /// A projected slide.
    Slides,
}

pub fn plot(arguments: &PlotArguments) -> Result<(), CliError> {
    // All folders are looked at before the first figure is drawn.
    for folder in &arguments.folders {
        std::fs::read_dir(folder).map_err(|error| CliError::io("read the run folder", folder, error))?;
    }
    for folder in &arguments.folders {
        for file in draw_figures(folder, arguments)? {
            print_line(&file.display().to_string())?;
        }
    }
    Ok(())
}

/// Draws the chosen figures of one run; returns the files. The figures themselves are built elsewhere.
fn draw_figures(_folder: &Path, arguments: &PlotArguments) -> Result<Vec<PathBuf>, CliError> {
    let PlotArguments { figure: _, format: _, lang: _, style: _, .. } = arguments;
    Err(CliError::Usage("this version has no figures yet".into()))
}
