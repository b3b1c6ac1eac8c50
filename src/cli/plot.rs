//! `xinzhi plot`: figures of finished runs.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::figures::{self, Formats};
use super::results::KEPT;
use super::{CliError, print_line};
use crate::engine::configuration::nearest;
use crate::figures::{Figure, FigureData, RenderOptions};
use crate::output::manifest::MANIFEST;
use crate::output::{Manifest, RunFolder, Status, read_parquet, table_hash};

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
    let figures = chosen(&arguments.figure)?;
    // All folders are read before the first figure is drawn.
    let runs: Vec<Run> = arguments.folders.iter().map(|folder| Run::open(folder)).collect::<Result<_, _>>()?;
    for run in runs {
        for name in run.draw(&figures, arguments)? {
            print_line(&name.display().to_string())?;
        }
    }
    Ok(())
}

/// The figures of these names, or all.
fn chosen(names: &[String]) -> Result<Vec<Figure>, CliError> {
    let all = crate::figures::all();
    if names.is_empty() {
        return Ok(all);
    }
    let find = |name: &String| {
        all.iter().find(|figure| figure.id == name).cloned().ok_or_else(|| {
            let ids = || all.iter().map(|figure| figure.id);
            let hint = nearest(name, ids()).map_or_else(
                || format!("the figures are {}", ids().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            CliError::Usage(format!("there is no figure `{name}`; {hint}"))
        })
    };
    names.iter().map(find).collect()
}

/// A finished run.
struct Run {
    folder: RunFolder,
    manifest: Manifest,
    data: FigureData,
}

impl Run {
    fn open(path: &Path) -> Result<Self, CliError> {
        let folder = RunFolder::open(path)?;
        if !path.join(MANIFEST).is_file() {
            let text = format!("{} is not the folder of a run: it holds no {MANIFEST}", path.display());
            return Err(CliError::Usage(text));
        }
        let manifest = Manifest::read(path)?;
        if manifest.status == Status::Running {
            let text =
                format!("the run in {} is still going on, or was killed: run it to its end first", path.display());
            return Err(CliError::Usage(text));
        }
        let mut tables = Vec::new();
        for name in KEPT {
            let file = format!("{name}.parquet");
            let Some(entry) = manifest.files.iter().find(|entry| entry.path == file) else { continue };
            let place = path.join(&file);
            if !place.is_file() || table_hash(&place)? != entry.blake3 {
                return Err(CliError::Damaged(place));
            }
            tables.push(read_parquet(&place)?);
        }
        Ok(Self { folder, manifest, data: figures::data(&tables) })
    }

    /// Draws the figures; returns their files.
    fn draw(mut self, figures: &[Figure], arguments: &PlotArguments) -> Result<Vec<PathBuf>, CliError> {
        let options = RenderOptions {
            language: match arguments.lang {
                Language::En => crate::figures::Language::English,
                Language::Zh => crate::figures::Language::Chinese,
            },
            style: match arguments.style {
                Style::Paper => crate::figures::Style::Paper,
                Style::Slides => crate::figures::Style::Slides,
            },
            // A paper has captions, a slide has none.
            title: arguments.style == Style::Slides,
        };
        let formats =
            Formats { svg: arguments.format.contains(&Format::Svg), png: arguments.format.contains(&Format::Png) };
        let names = figures::draw(&self.folder, figures, &self.data, options, formats)?;
        self.folder.enter(&mut self.manifest, &names)?;
        Ok(names.iter().map(|name| self.folder.path().join(name)).collect())
    }
}
