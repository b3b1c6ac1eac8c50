//! `xinzhi plot`: figures of finished runs, each alone or several together.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::ensemble;
use super::figures;
use super::record::{FOLDER, Record};
use super::results::KEPT;
use super::run_of::run_of;
use super::{CliError, print_line};
use crate::engine::configuration::nearest;
use crate::figures::{Figure, FigureData, Formats, Group, RenderOptions, Width};
use crate::output::{FolderLock, Manifest, RunFolder, Status, read_parquet, table_hash};

#[derive(Args, Debug)]
pub struct PlotArguments {
    /// Folders of finished runs or of ensembles. Several are drawn together: runs of one configuration as their mean with
    /// a band, configurations as a line each. An ensemble alone gives median and bands of 50 and 90 %.
    #[arg(required_unless_present = "list", value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Only this figure; may be given again.
    #[arg(long, value_name = "NAME")]
    figure: Vec<String>,
    #[command(flatten)]
    drawing: DrawingArguments,
    /// Folder of figures [default: the run's; of several runs `figures` in the folder that they share].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Lists the figures with their captions and draws nothing.
    #[arg(long)]
    list: bool,
}

/// How figures are drawn.
#[derive(Args, Debug)]
pub struct DrawingArguments {
    /// File formats.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Format::Svg, Format::Png])]
    format: Vec<Format>,
    /// Language of titles and labels.
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// Sizes for a printed page or for a screen.
    #[arg(long, value_enum, default_value_t = Style::Paper)]
    style: Style,
    /// Width: `single` (85 mm), `onehalf` (114 mm), `double` (174 mm) or millimetres [default: the figure's own, 174, or
    /// a slide's, 254].
    #[arg(long, value_name = "WIDTH", value_parser = width)]
    width: Option<f64>,
    /// Writes the title above the figure, as slides always have it; in a paper the caption says it.
    #[arg(long)]
    title: bool,
}

/// Least and greatest width that a figure can be drawn at \[mm\].
const WIDTHS: (f64, f64) = (60.0, 500.0);

/// A width in words or millimetres.
fn width(text: &str) -> Result<f64, String> {
    let width = match text {
        "single" => Width::Single.millimetres(),
        "onehalf" => Width::OneAndHalf.millimetres(),
        "double" => Width::Double.millimetres(),
        _ => text.parse().map_err(|_| "expected `single`, `onehalf`, `double` or millimetres".to_owned())?,
    };
    if (WIDTHS.0..=WIDTHS.1).contains(&width) {
        Ok(width)
    } else {
        Err(format!("a figure is {} to {} mm wide", WIDTHS.0, WIDTHS.1))
    }
}

/// A figure's file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Scalable vector graphics.
    Svg,
    /// Pixels, 300 to the inch.
    Png,
    /// Portable Document Format.
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
    let figures = chosen(&arguments.figure)?;
    let options = arguments.drawing.options();
    if arguments.list {
        return list(&figures, options.language);
    }
    if let ([folder], None) = (arguments.folders.as_slice(), &arguments.out)
        && let Some((place, _)) = Record::find(folder)?
    {
        let names = ensemble::redraw(&place, &figures, options)?;
        return names.iter().try_for_each(|name| print_line(&place.join(name).display().to_string()));
    }
    let mut folders = Vec::new();
    for folder in &arguments.folders {
        match Record::find(folder)? {
            Some((place, record)) => folders.extend(record.folders(&place)),
            None => folders.push(folder.clone()),
        }
    }
    // All folders are read before the first figure is drawn.
    let mut runs: Vec<Run> = folders.iter().map(|folder| Run::open(folder)).collect::<Result<_, _>>()?;
    let (folder, names) = match (runs.pop(), &arguments.out) {
        (Some(run), None) if runs.is_empty() => (run.path.clone(), run.draw(&figures, options)?),
        (last, out) => {
            runs.extend(last);
            let folder = out.clone().unwrap_or_else(|| shared(&arguments.folders).join("figures"));
            let names =
                figures::draw_together(&RunFolder::create_patiently(&folder)?, &figures, &groups(runs), options)?;
            (folder, names)
        }
    };
    names.iter().try_for_each(|name| print_line(&folder.join(name).display().to_string()))
}

impl DrawingArguments {
    /// The same for the drawing code.
    pub fn options(&self) -> RenderOptions {
        RenderOptions {
            language: match self.lang {
                Language::En => crate::figures::Language::English,
                Language::Zh => crate::figures::Language::Chinese,
            },
            style: match self.style {
                Style::Paper => crate::figures::Style::Paper,
                Style::Slides => crate::figures::Style::Slides,
            },
            // A paper has captions, a slide has none.
            title: self.title || self.style == Style::Slides,
            width: self.width,
            formats: Formats {
                svg: self.format.contains(&Format::Svg),
                png: self.format.contains(&Format::Png),
                pdf: self.format.contains(&Format::Pdf),
            },
        }
    }
}

/// Names, titles and captions.
fn list(figures: &[Figure], language: crate::figures::Language) -> Result<(), CliError> {
    for figure in figures {
        print_line(&format!("{}\n  {}\n  {}", figure.id, figure.title.get(language), figure.caption.get(language)))?;
    }
    Ok(())
}

/// The folder that all others are in; the working directory if there is none.
pub fn shared(folders: &[PathBuf]) -> PathBuf {
    let parent = |folder: &PathBuf| folder.parent().map(Path::to_owned).unwrap_or_default();
    let mut shared = folders.first().map(parent).unwrap_or_default();
    while !folders.iter().all(|folder| folder.starts_with(&shared)) {
        shared = parent(&shared);
    }
    shared
}

/// Name of the experiment: its folder's, or that of the folder above where this one is named for the seed or the bands.
pub fn name_of_folder(path: &Path) -> String {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    match name(path) {
        Some(own) if !own.starts_with("seed-") && own != FOLDER => own,
        own => path.parent().and_then(name).or(own).unwrap_or_else(|| "run".to_owned()),
    }
}

/// Runs by configuration, in the order in which each first appears.
fn groups(runs: Vec<Run>) -> Vec<Group> {
    let mut found: Vec<(Value, String, Vec<FigureData>)> = Vec::new();
    for run in runs {
        let key = without_seed(&run.manifest.configuration);
        match found.iter_mut().find(|(other, _, _)| *other == key) {
            Some((_, _, runs)) => runs.push(run.data),
            None => found.push((key, name_of_folder(&run.path), vec![run.data])),
        }
    }
    let labels = labels(&found.iter().map(|(key, name, _)| (key, name.as_str())).collect::<Vec<_>>());
    found.into_iter().zip(labels).map(|((_, _, runs), label)| Group { label, runs }).collect()
}

/// A configuration without what makes no difference to its economy: the seed and where results go.
fn without_seed(configuration: &Value) -> Value {
    let mut configuration = configuration.clone();
    if let Some(tables) = configuration.as_object_mut() {
        tables.remove("output");
        if let Some(run) = tables.get_mut("run").and_then(Value::as_object_mut) {
            run.remove("seed");
        }
    }
    configuration
}

/// What tells configurations apart: the values in which they differ if these are one or two, else their folders' names.
pub fn labels(groups: &[(&Value, &str)]) -> Vec<String> {
    let mut keys: Vec<(String, String)> = Vec::new();
    for (configuration, _) in groups {
        for (table, values) in configuration.as_object().into_iter().flatten() {
            for key in values.as_object().into_iter().flatten().map(|(key, _)| key) {
                let name = (table.clone(), key.clone());
                let value = |of: &Value| of.get(table).and_then(|t| t.get(key)).cloned();
                if !keys.contains(&name) && groups.iter().any(|(other, _)| value(other) != value(configuration)) {
                    keys.push(name);
                }
            }
        }
    }
    let names: Vec<&str> = groups.iter().map(|(_, name)| *name).collect();
    let told_apart = names.iter().enumerate().all(|(i, name)| !names[..i].contains(name));
    let label = |number: usize, (configuration, name): &(&Value, &str)| {
        if told_apart {
            return (*name).to_owned();
        }
        if keys.is_empty() || keys.len() > 2 {
            return format!("{name} ({})", number + 1);
        }
        let value = |(table, key): &(String, String)| {
            let value = configuration.get(table).and_then(|t| t.get(key)).cloned().unwrap_or_default();
            format!("{table}.{key} = {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        keys.iter().map(value).collect::<Vec<_>>().join(", ")
    };
    groups.iter().enumerate().map(|(number, group)| label(number, group)).collect()
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
    path: PathBuf,
    manifest: Manifest,
    data: FigureData,
}

impl Run {
    fn open(path: &Path) -> Result<Self, CliError> {
        let manifest = ended(path)?;
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
        if tables.is_empty() {
            let place = path.display();
            return Err(CliError::Usage(format!(
                "the run in {place} left no tables; `xinzhi inspect {place}` says why"
            )));
        }
        Ok(Self { path: path.to_owned(), data: figures::data(&tables, &manifest.configuration), manifest })
    }

    /// Draws the figures of this run alone; returns their files.
    fn draw(self, figures: &[Figure], options: RenderOptions) -> Result<Vec<String>, CliError> {
        let folder = RunFolder::create_patiently(&self.path)?;
        // Others may have added figures of theirs, or begun another run, while this one waited.
        let mut manifest = ended(&self.path)?;
        let names = figures::draw(&folder, figures, &self.data, options)?;
        folder.enter(&mut manifest, &names)?;
        Ok(names)
    }
}

/// The manifest of a run that has ended.
fn ended(path: &Path) -> Result<Manifest, CliError> {
    let manifest = run_of(path)?;
    if manifest.status != Status::Running {
        return Ok(manifest);
    }
    let how = if FolderLock::is_held(path) {
        "is still going on; wait until it ends"
    } else {
        "was killed; run it to its end first, with --resume"
    };
    Err(CliError::Usage(format!("the run in {} {how}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn widths_are_words_or_millimetres() {
        assert_eq!(width("single"), Ok(85.0));
        assert_eq!(width("120.5"), Ok(120.5));
        assert!(width("wide").unwrap_err().contains("`onehalf`"));
        assert!(width("5").unwrap_err().contains("60 to 500 mm") && width("NaN").is_err());
    }

    #[test]
    fn configurations_are_told_apart_by_folder_or_by_what_differs() {
        let (with, without) = (json!({"ai": {"enabled": true}}), json!({"ai": {"enabled": false}}));
        assert_eq!(labels(&[(&with, "quick"), (&without, "no-ai")]), ["quick", "no-ai"]);
        assert_eq!(labels(&[(&with, "q"), (&without, "q")]), ["ai.enabled = true", "ai.enabled = false"]);
        let seeds = [json!({"run": {"seed": 1}, "output": {}}), json!({"run": {"seed": 2}, "output": {"csv": true}})];
        assert_eq!(without_seed(&seeds[0]), without_seed(&seeds[1]));
    }

    #[test]
    fn the_shared_folder_is_above_all() {
        let folders = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(shared(&folders(&["out/a/seed-1", "out/a/seed-2"])), Path::new("out/a"));
        assert_eq!(shared(&folders(&["out/a/seed-1", "out/b/seed-1"])), Path::new("out"));
        assert_eq!(shared(&folders(&["a", "b"])), Path::new(""));
    }
}
