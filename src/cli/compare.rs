//! `xinzhi compare`: ensembles or runs against a baseline, on the same seeds.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::plot::{DrawingArguments, labels, name_of_folder, shared};
use super::record::{runs_behind, verified, without_seed};
use super::run_of::run_of;
use super::{CliError, figures, print_line, ranges};
use crate::engine::configuration::nearest;
use crate::experiments::bands;
use crate::experiments::compare::{self, Difference, Side, Window};
use crate::experiments::paper::{self, Block};
use crate::experiments::summary::REPLICATIONS;
use crate::figures::event_study::{COLUMNS, Comparison, render_event_study};
use crate::output::checkpoint::differences;
use crate::output::{FileEntry, Manifest, RunFolder, Status};

/// Pairs from which on intervals are worth their name.
const FEW: usize = 10;
/// File name of the record.
const RECORD: &str = "compare.json";

#[derive(Args, Debug)]
pub struct CompareArguments {
    /// Folders of ensembles or of single runs; the first is the baseline.
    #[arg(required = true, num_args = 2.., value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// Folder of the comparison [default: compare/<names> in the folder that all share].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Columns of `series` in table and figure, or `all`; the file compare.parquet always has all.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    columns: Vec<String>,
    /// Years to average over, such as 1-5,6-20 [default: decades, and the whole run].
    #[arg(long, value_name = "YEARS")]
    horizon: Option<String>,
    #[command(flatten)]
    drawing: DrawingArguments,
    /// Draws no figure.
    #[arg(long)]
    no_plots: bool,
    /// Shows no summary.
    #[arg(long)]
    quiet: bool,
}

/// One side with what its manifests say.
struct Opened {
    side: Side,
    folder: PathBuf,
    /// Configuration without its seed.
    configuration: Value,
    program: [String; 2],
}

/// What a comparison was, `compare.json`.
#[derive(Debug, Serialize)]
struct Record {
    program: String,
    version: String,
    commit: String,
    baseline: String,
    /// Folder, label and program of every side, the baseline first.
    sides: Vec<Value>,
    windows: Vec<String>,
    method: String,
    notes: Vec<String>,
    files: Vec<FileEntry>,
}

pub fn compare(arguments: &CompareArguments) -> Result<(), CliError> {
    let mut opened: Vec<Opened> = arguments.folders.iter().map(|folder| open(folder)).collect::<Result<_, _>>()?;
    let folders: Vec<(&Value, &str)> = opened.iter().map(|one| (&one.configuration, one.side.label.as_str())).collect();
    let told_apart = labels(&folders);
    for (one, label) in opened.iter_mut().zip(told_apart) {
        one.side.label = label;
    }
    let (first, others) = opened.split_first().expect("at least two folders are required");
    if let Some(other) = others.iter().find(|other| first.side.shared(&other.side).is_empty()) {
        return Err(CliError::Usage(format!(
            "{} and {} have no seed in common ({} and {}); run an ensemble of both with the same --seeds",
            first.folder.display(),
            other.folder.display(),
            listed(&first.side.runs.keys().copied().collect::<Vec<_>>()),
            listed(&other.side.runs.keys().copied().collect::<Vec<_>>()),
        )));
    }
    let columns = columns(&arguments.columns, first)?;
    let windows = windows(arguments.horizon.as_deref(), &opened)?;
    let notes: Vec<String> = others.iter().flat_map(|other| notes(first, other)).collect();
    let place = arguments.out.clone().unwrap_or_else(|| {
        let labels: Vec<String> = opened.iter().map(|one| plain(&one.side.label)).collect();
        shared(&arguments.folders).join("compare").join(labels.join("_"))
    });
    let folder = RunFolder::create(&place)?;
    let blocks = blocks(first, others, &windows);
    let written = write(&folder, arguments, (first, others), &columns, &blocks)?;
    let record = record(&folder, &opened, &windows, &notes, &written)?;
    let mut text = serde_json::to_string_pretty(&record).expect("a record has text keys and no failing serialiser");
    text.push('\n');
    folder.write_text(RECORD, &text)?;
    if arguments.quiet { Ok(()) } else { report(&first.side.label, &chosen(&blocks, &columns), &notes, &place) }
}

fn open(folder: &Path) -> Result<Opened, CliError> {
    let runs = runs_behind(folder)?;
    if runs.is_empty() {
        // Says what the folder is instead.
        run_of(folder)?;
    }
    let mut found: Option<Opened> = None;
    for path in runs {
        let manifest = run_of(&path)?;
        if manifest.status != Status::Complete {
            return Err(CliError::Usage(format!(
                "the run in {} is not complete ({}); run it to its end first, with --resume",
                path.display(),
                String::from(manifest.status)
            )));
        }
        let series = verified(&path, &manifest, "series")?;
        let configuration = without_seed(&manifest.configuration);
        let one = found.get_or_insert_with(|| Opened {
            side: Side { label: name_of_folder(folder), ..Side::default() },
            folder: folder.to_owned(),
            configuration: configuration.clone(),
            program: program(&manifest),
        });
        let named = differences(&one.configuration, &configuration);
        if !named.is_empty() {
            return Err(CliError::Usage(format!(
                "the runs in {} are of different configurations: in {} {named}; compare folders of one configuration each",
                folder.display(),
                path.display()
            )));
        }
        one.side.runs.insert(manifest.seed, series);
    }
    found.ok_or_else(|| CliError::Usage(format!("no run in {} is complete", folder.display())))
}

fn program(manifest: &Manifest) -> [String; 2] {
    [manifest.version.clone(), manifest.commit.clone()]
}

/// The columns of table and figure, as `series` has them, with units.
fn columns(wanted: &[String], baseline: &Opened) -> Result<Vec<(String, String)>, CliError> {
    let there = baseline.side.runs.values().next().map(bands::statistics).unwrap_or_default();
    let find = |name: &str| there.iter().find(|(column, _)| column == name).cloned();
    match wanted {
        [] => Ok(COLUMNS.iter().filter_map(|(name, _)| find(name)).collect()),
        [all] if all == "all" => Ok(there),
        names => names
            .iter()
            .map(|name| {
                find(name.trim()).ok_or_else(|| {
                    let near = nearest(name, there.iter().map(|(column, _)| column.as_str()));
                    let hint = near.map_or_else(
                        || "`xinzhi explain` lists the columns".to_owned(),
                        |near| format!("did you mean `{near}`?"),
                    );
                    CliError::Usage(format!("`--columns`: series has no column `{name}`; {hint}"))
                })
            })
            .collect(),
    }
}

/// The windows asked for, or decades of the years that all have.
fn windows(horizon: Option<&str>, opened: &[Opened]) -> Result<Vec<Window>, CliError> {
    let years = opened.iter().map(|one| one.side.last_tick() / 4).min().unwrap_or(0);
    let years = u64::try_from(years).unwrap_or(0);
    let Some(text) = horizon else { return Ok(Window::decades(years.max(1))) };
    let parts = ranges::parts(text).map_err(|error| CliError::Usage(format!("`--horizon {text}`: {error}")))?;
    if let Some((first, last)) = parts.iter().find(|(first, last)| *first < 1 || *last > years) {
        return Err(CliError::Usage(format!(
            "`--horizon {text}`: years {first} to {last} are not among those that all runs have; expected 1 to {years}"
        )));
    }
    Ok(parts.into_iter().map(|(first, last)| Window::years(first, last)).collect())
}

/// What a reader of the comparison must know.
fn notes(baseline: &Opened, other: &Opened) -> Vec<String> {
    let (label, base) = (&other.side.label, &baseline.side.label);
    let mut notes = Vec::new();
    let named = differences(&without_output(&baseline.configuration), &without_output(&other.configuration));
    notes.push(match named.as_str() {
        "" => format!("{label} and {base}: the same configuration"),
        named => format!("{label} against {base}: {named}"),
    });
    for (one, against) in [(baseline, other), (other, baseline)] {
        let alone = one.side.alone(&against.side);
        if !alone.is_empty() {
            notes.push(format!(
                "left out, as {} has no such seed: {} of {}",
                against.side.label,
                listed(&alone),
                one.side.label
            ));
        }
    }
    let pairs = baseline.side.shared(&other.side).len();
    if pairs < FEW {
        notes.push(format!("{label}: paired seeds: {pairs}; intervals are rough below {FEW}"));
    }
    let (ours, theirs) = (baseline.side.last_tick(), other.side.last_tick());
    if ours != theirs {
        notes.push(format!("{base} has {ours} quarters, {label} {theirs}: only those that both have are compared"));
    }
    let same = |table: &str, key: &str| {
        let value = |one: &Opened| one.configuration.get(table).and_then(|t| t.get(key)).cloned();
        value(baseline) == value(other)
    };
    if !same("population", "persons_per_worker") || !same("run", "start") || !same("calibration", "opening") {
        notes.push(format!("{label} opens with other agents than {base}: the same seed does not give the same draws"));
    }
    if baseline.program != other.program {
        notes.push(format!("{label} was run by another program than {base}: differences may be the program's"));
    }
    notes
}

fn without_output(configuration: &Value) -> Value {
    let mut configuration = configuration.clone();
    if let Some(tables) = configuration.as_object_mut() {
        tables.remove("output");
    }
    configuration
}

/// Seeds in words: ranges where there are any.
fn listed(seeds: &[u64]) -> String {
    let mut parts: Vec<(u64, u64)> = Vec::new();
    for seed in seeds {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == *seed => *last = *seed,
            _ => parts.push((*seed, *seed)),
        }
    }
    let word = |(first, last): &(u64, u64)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    let words: Vec<String> = parts.iter().map(word).collect();
    format!("{} {}", if seeds.len() == 1 { "seed" } else { "seeds" }, words.join(", "))
}

/// A label as the name of a folder.
fn plain(label: &str) -> String {
    label.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}

/// All columns and windows of every comparison.
fn blocks(baseline: &Opened, others: &[Opened], windows: &[Window]) -> Vec<Block> {
    let block = |other: &Opened| Block {
        label: other.side.label.clone(),
        seeds: baseline.side.shared(&other.side).len(),
        rows: compare::differences(&baseline.side, &other.side, &[], windows),
    };
    others.iter().map(block).collect()
}

/// The blocks with some columns, in their order.
fn chosen(blocks: &[Block], columns: &[(String, String)]) -> Vec<Block> {
    let of = |block: &Block| {
        let rows = |(name, _): &(String, String)| -> Vec<Difference> {
            block.rows.iter().filter(|row| row.statistic == *name).cloned().collect()
        };
        Block { rows: columns.iter().flat_map(rows).collect(), ..block.clone() }
    };
    blocks.iter().map(of).collect()
}

/// Writes tables and figure; returns the names of the files.
fn write(
    folder: &RunFolder,
    arguments: &CompareArguments,
    (baseline, others): (&Opened, &[Opened]),
    columns: &[(String, String)],
    blocks: &[Block],
) -> Result<Vec<String>, CliError> {
    folder.remove(RECORD)?;
    let rows: Vec<(String, Vec<Difference>)> =
        blocks.iter().map(|block| (block.label.clone(), block.rows.clone())).collect();
    let table = compare::table("compare", &rows);
    folder.write_table(&table)?;
    folder.write_csv(&table)?;
    let shown = chosen(blocks, columns);
    folder.write_csv(&paper::table("table", &shown))?;
    folder.write_text("table.md", &paper::markdown(&baseline.side.label, &shown))?;
    folder.write_text("table.tex", &paper::latex(&baseline.side.label, &shown))?;
    let mut written: Vec<String> =
        ["compare.parquet", "compare.csv", "table.csv", "table.md", "table.tex"].map(str::to_owned).to_vec();
    for other in others {
        let name = format!("differences-{}", plain(&other.side.label));
        folder.write_table(&compare::paths(&name, &baseline.side, &other.side))?;
        written.push(format!("{name}.parquet"));
    }
    if !arguments.no_plots {
        written.extend(draw(folder, arguments, (baseline, others), columns)?);
    }
    Ok(written)
}

fn draw(
    folder: &RunFolder,
    arguments: &CompareArguments,
    (baseline, others): (&Opened, &[Opened]),
    columns: &[(String, String)],
) -> Result<Vec<String>, CliError> {
    let mut dates = bands::dates(baseline.side.runs.values());
    let last = others.iter().map(|other| other.side.last_tick()).min().unwrap_or(0);
    dates.retain(|tick, _| *tick <= last);
    let path = |other: &Opened, column: &str| compare::path(&baseline.side, &other.side, column);
    let comparison = |other: &Opened| Comparison {
        label: other.side.label.clone(),
        paths: columns.iter().map(|(name, _)| path(other, name)).collect(),
    };
    let comparisons: Vec<Comparison> = others.iter().map(comparison).collect();
    let mut marks = Vec::new();
    for mark in std::iter::once(baseline).chain(others).flat_map(|one| figures::marks(&one.configuration)) {
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    marks.sort_by(|a, b| a.time.total_cmp(&b.time));
    let options = arguments.drawing.options();
    let rendered = render_event_study(columns, &dates, &comparisons, marks, &options)?;
    figures::write(folder, "", "event_study", rendered, options)
}

fn record(
    folder: &RunFolder,
    opened: &[Opened],
    windows: &[Window],
    notes: &[String],
    written: &[String],
) -> Result<Record, CliError> {
    let Manifest { program, version, commit, .. } = Manifest::new(Value::Null, String::new(), 0);
    let side = |one: &Opened| {
        serde_json::json!({
            "label": one.side.label,
            "folder": one.folder.display().to_string(),
            "seeds": one.side.runs.keys().collect::<Vec<_>>(),
            "version": one.program[0],
            "commit": one.program[1],
        })
    };
    let mut files: Vec<FileEntry> = written.iter().map(|name| folder.file_entry(name)).collect::<Result<_, _>>()?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Record {
        program,
        version,
        commit,
        baseline: opened[0].side.label.clone(),
        sides: opened.iter().map(side).collect(),
        windows: windows.iter().map(|window| window.label.clone()).collect(),
        method: format!(
            "differences of means over years, run by run of the same seed; intervals of 95 % by the paired percentile \
             bootstrap, {REPLICATIONS} replications"
        ),
        notes: notes.to_vec(),
        files,
    })
}

/// The last window of every column, and what a reader must know.
fn report(baseline: &str, blocks: &[Block], notes: &[String], place: &Path) -> Result<(), CliError> {
    print_line(paper::text(baseline, blocks).trim_end())?;
    notes.iter().try_for_each(|note| print_line(note))?;
    print_line(&place.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_listed_in_ranges_and_labels_are_names_of_folders() {
        assert_eq!(listed(&[1, 2, 3, 7, 9, 10]), "seeds 1-3, 7, 9-10");
        assert_eq!(listed(&[4]), "seed 4");
        assert_eq!(plain("ai.enabled = false"), "ai.enabled---false");
    }
}
