//! `xinzhi inspect`: what the folder of a run is, and whether its files are what the run wrote.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::record::Record;
use super::run_of::run_of;
use super::{CliError, print_line};
use crate::engine::configuration::Configuration;
use crate::output::checkpoint::CHECKPOINT_FOLDER;
use crate::output::lock::LOCK;
use crate::output::manifest::MANIFEST;
use crate::output::{Checkpoint, FileEntry, FolderLock, Manifest, Status, table_hash};
use crate::simulation::Simulation;

#[derive(Args, Debug)]
pub struct InspectArguments {
    /// Folder of a run or of an ensemble.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub fn inspect(arguments: &InspectArguments) -> Result<(), CliError> {
    let folder = &arguments.folder;
    if !folder.join(MANIFEST).is_file()
        && let Some((place, record)) = Record::find(folder)?
    {
        return ensemble(&place, &record);
    }
    let manifest = run_of(folder)?;
    let files = Files::verified(folder, &manifest)?;
    print_line(report(folder, &manifest, &files).trim_end())?;
    let damage = files.damage();
    if damage.is_empty() { Ok(()) } else { Err(CliError::DamagedFiles(folder.clone(), damage)) }
}

/// What an ensemble is, and whether the files of its bands are whole.
fn ensemble(place: &Path, record: &Record) -> Result<(), CliError> {
    let mut text = format!(
        "ensemble of {} by version {}, commit {}: {} seeds complete, {} failed, {} collapsed\n",
        record.name, record.version, record.commit, record.complete, record.failed, record.collapsed
    );
    for seed in &record.seeds {
        let status = String::from(seed.status.clone());
        let collapse =
            if seed.collapse_labels.is_empty() { "none".to_owned() } else { seed.collapse_labels.join(", ") };
        let _ = writeln!(text, "  {}: {status}, {} ticks, collapses: {collapse}", seed.folder, seed.ticks);
    }
    let mut damage = Vec::new();
    for entry in &record.files {
        let path = place.join(&entry.path);
        if !path.is_file() {
            damage.push(format!("{} is missing", entry.path));
        } else if table_hash(&path)? != entry.blake3 {
            damage.push(format!("{} differs from its checksum", entry.path));
        }
    }
    let whole = record.files.len() - damage.len();
    let _ = write!(text, "files         {whole} whole, {} not", damage.len());
    print_line(&text)?;
    if damage.is_empty() { Ok(()) } else { Err(CliError::DamagedFiles(place.to_owned(), damage)) }
}

/// Files of the manifest by their state, those of earlier runs, and what else lies in the folder.
#[derive(Debug, Default)]
struct Files {
    whole: Vec<FileEntry>,
    missing: Vec<String>,
    damaged: Vec<String>,
    earlier: Vec<String>,
    others: Vec<String>,
}

impl Files {
    fn verified(folder: &Path, manifest: &Manifest) -> Result<Self, CliError> {
        let mut files = Self::default();
        for entry in &manifest.files {
            let path = folder.join(&entry.path);
            if !path.is_file() {
                files.missing.push(entry.path.clone());
            } else if table_hash(&path)? == entry.blake3 {
                files.whole.push(entry.clone());
            } else {
                files.damaged.push(entry.path.clone());
            }
        }
        let known: BTreeSet<&str> = manifest.files.iter().map(|entry| entry.path.as_str()).collect();
        let ended = manifest.status == Status::Complete;
        let own = |name: &str| {
            [MANIFEST, LOCK].contains(&name) || !ended && (name == "config.toml" || name.starts_with(CHECKPOINT_FOLDER))
        };
        let mut others = Vec::new();
        below(folder, "", &mut others);
        others.retain(|name| !own(name) && !known.contains(name.as_str()));
        others.sort();
        (files.earlier, files.others) = others.into_iter().partition(|name| manifest.earlier_files.contains(name));
        Ok(files)
    }

    fn damage(&self) -> Vec<String> {
        let told = |names: &[String], what: &str| names.iter().map(|name| format!("{name} {what}")).collect::<Vec<_>>();
        [told(&self.missing, "is missing"), told(&self.damaged, "differs from its checksum")].concat()
    }
}

/// Names of all files below a folder, with `/` on every platform.
fn below(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // A link is not followed: it may lead back.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            below(&entry.path(), &format!("{name}/"), names);
        } else {
            names.push(name);
        }
    }
}

fn report(folder: &Path, manifest: &Manifest, files: &Files) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:<14} {value}");
    };
    line("run", &folder.display().to_string());
    line("status", &String::from(manifest.status.clone()));
    if manifest.status == Status::Running && FolderLock::is_held(folder) {
        line("", "still going on: its tables are not there yet");
    } else if manifest.status != Status::Complete {
        if manifest.status == Status::Running {
            line("", "killed, or the machine stopped: its tables are not there yet");
        }
        line("checkpoint", &checkpoint(folder));
    }
    line("program", &format!("{} {}, commit {}", manifest.program, manifest.version, manifest.commit));
    let of = |table: &str, key: &str| manifest.configuration[table][key].to_string().replace('"', "");
    let ai = if of("ai", "enabled") == "true" { "with AI" } else { "without AI" };
    let about = format!(
        "opening {}, {ai}, {} {} from {}",
        of("calibration", "opening"),
        of("run", "years"),
        if of("run", "years") == "1" { "year" } else { "years" },
        of("run", "start")
    );
    line("configuration", &about);
    line("", &manifest.configuration_blake3);
    line("", &same_configuration(folder, manifest));
    line("seed", &manifest.seed.to_string());
    line("ticks", &manifest.ticks.to_string());
    let counts = manifest.counts;
    let agents = format!(
        "{} workers, {} firms, {} local governments, {} banks at the opening",
        counts.workers, counts.firms, counts.local_governments, counts.banks
    );
    line("agents", &agents);
    let labels = &manifest.collapse_labels;
    line("collapses", &if labels.is_empty() { "none".to_owned() } else { labels.join(", ") });
    let threads = if manifest.threads == 1 { "thread" } else { "threads" };
    line("time", &format!("{:.1} s on {} {threads}", manifest.wall_seconds, manifest.threads));
    let mut phases = manifest.per_phase_seconds.clone();
    phases.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (phase, seconds) in phases.iter().take(3) {
        line("", &format!("{seconds:.1} s {phase}"));
    }
    if let Some(bytes) = manifest.peak_memory_bytes {
        line("memory", &format!("{} at most", size(bytes)));
    }
    line("files", &summary(files));
    for damage in files.damage() {
        line("", &format!("DAMAGED: {damage}"));
    }
    for earlier in &files.earlier {
        line("", &format!("of an earlier run: {earlier}"));
    }
    for other in &files.others {
        line("", &format!("not of this run: {other}"));
    }
    text
}

/// From where a run that is not complete can be gone on with.
fn checkpoint(folder: &Path) -> String {
    match Checkpoint::find(folder) {
        Ok(Some(checkpoint)) => {
            format!("after tick {}: the same command with --resume goes on from there", checkpoint.header.tick)
        }
        Ok(None) => "none: with or without --resume the run starts anew".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn summary(files: &Files) -> String {
    let bytes: u64 = files.whole.iter().map(|entry| entry.bytes).sum();
    let wrong = files.missing.len() + files.damaged.len();
    let verified = format!("{} verified, {}", files.whole.len(), size(bytes));
    if wrong == 0 { verified } else { format!("{verified}; {wrong} missing or damaged") }
}

/// Whether this program reads the folder's configuration as the run did: defaults and tables change with versions.
fn same_configuration(folder: &Path, manifest: &Manifest) -> String {
    match Configuration::load(&folder.join("config.toml"), &[], &Simulation::registry()) {
        Ok(read) if read.hash() == manifest.configuration_blake3 => {
            "this program reads config.toml as the run did".into()
        }
        Ok(_) => "this program reads config.toml as another configuration: the program has changed since".into(),
        Err(errors) => format!("this program cannot read config.toml: {} mistakes, see `xinzhi check`", errors.0.len()),
    }
}

/// Bytes in a unit that can be read.
#[allow(clippy::cast_precision_loss, reason = "three digits are shown")]
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_three_digits_and_a_unit() {
        assert_eq!([1_234, 1_234_567, 1_234_567_890].map(size), ["1.2 kB", "1.2 MB", "1.23 GB"]);
    }
}
