//! What an ensemble was and what it left, `ensemble.json`; and the runs behind a folder that somebody names.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CliError;
use crate::engine::configuration::Configuration;
use crate::output::manifest::MANIFEST;
use crate::output::{FileEntry, Manifest, OutputError, Status, Table, read_parquet, table_hash};

/// File name of the record.
pub const RECORD: &str = "ensemble.json";
/// Folder of the bands beside those of the seeds.
pub const FOLDER: &str = "ensemble";

/// The record of an ensemble. It names neither threads nor times: the same seeds give the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Program name.
    pub program: String,
    /// Program version.
    pub version: String,
    /// Commit that the program was built from.
    pub commit: String,
    /// Name of the configuration.
    pub name: String,
    /// Configuration with every default filled in, but for the seed.
    pub configuration: Value,
    /// BLAKE3 of its canonical form without seed and `[output]`.
    pub configuration_blake3: String,
    /// What the bands are.
    pub bands: String,
    /// Seeds whose runs are complete: those of the bands.
    pub complete: usize,
    /// Seeds whose runs failed; they are in no band.
    pub failed: usize,
    /// Seeds whose runs are complete and have shown a collapse; they are in the bands.
    pub collapsed: usize,
    /// Every seed that was asked for, in order.
    pub seeds: Vec<SeedRecord>,
    /// Files of the ensemble, sorted by path.
    pub files: Vec<FileEntry>,
}

/// One seed of an ensemble.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeedRecord {
    /// The seed.
    pub seed: u64,
    /// Folder of its run, below that of the ensemble's seeds.
    pub folder: String,
    /// How its run stands.
    pub status: Status,
    /// Ticks done. \[quarters\]
    pub ticks: u32,
    /// Collapses seen, empty for a healthy run.
    pub collapse_labels: Vec<String>,
    /// Checksum of its `series.parquet`; empty if the run failed.
    pub series_blake3: String,
}

impl Record {
    /// The record of an ensemble without seeds.
    pub fn new(configuration: &Configuration) -> Self {
        let Manifest { program, version, commit, .. } = Manifest::new(Value::Null, String::new(), 0);
        let configuration_json = without_seed(&configuration.resolved_json());
        let mut hashed = configuration_json.clone();
        if let Some(tables) = hashed.as_object_mut() {
            tables.remove("output");
        }
        Self {
            program,
            version,
            commit,
            name: configuration.name.clone(),
            configuration_blake3: blake3::hash(hashed.to_string().as_bytes()).to_hex().to_string(),
            configuration: configuration_json,
            bands: "quantiles by definition 7 of Hyndman & Fan (1996) over the complete seeds that have a value".into(),
            complete: 0,
            failed: 0,
            collapsed: 0,
            seeds: Vec::new(),
            files: Vec::new(),
        }
    }

    /// The record of the ensemble that a folder is, or that lies in it; with the folder that it lies in. Nothing if there
    /// is none.
    pub fn find(folder: &Path) -> Result<Option<(PathBuf, Self)>, CliError> {
        for place in [folder.to_owned(), folder.join(FOLDER)] {
            let path = place.join(RECORD);
            if path.is_file() {
                let text = std::fs::read_to_string(&path).map_err(OutputError::io(&path, "read"))?;
                let record =
                    serde_json::from_str(&text).map_err(|error| OutputError::format(&path, error.to_string()))?;
                return Ok(Some((place, record)));
            }
        }
        Ok(None)
    }

    /// Text of the file.
    pub fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a record has text keys and no failing serialiser");
        text.push('\n');
        text
    }

    /// Folders of the complete runs.
    pub fn folders(&self, place: &Path) -> Vec<PathBuf> {
        let complete = self.seeds.iter().filter(|seed| seed.status == Status::Complete);
        complete.map(|seed| seeds_of(place).join(&seed.folder)).collect()
    }
}

/// Where the folders of the seeds lie.
fn seeds_of(place: &Path) -> PathBuf {
    match place.parent() {
        // `.` and `..` have no name of their own to leave out.
        _ if place.file_name().is_none() => place.join(".."),
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// A configuration without its seed.
pub fn without_seed(configuration: &Value) -> Value {
    let mut configuration = configuration.clone();
    if let Some(run) = configuration.get_mut("run").and_then(Value::as_object_mut) {
        run.remove("seed");
    }
    configuration
}

/// The complete runs behind a folder: those of an ensemble, those in its folders `seed-N`, or the one that it is.
pub fn runs_behind(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let entries = std::fs::read_dir(folder).map_err(OutputError::io(folder, "open the folder"))?;
    if folder.join(MANIFEST).is_file() {
        return Ok(vec![folder.to_owned()]);
    }
    if let Some((place, record)) = Record::find(folder)? {
        return Ok(record.folders(&place));
    }
    let mut found: Vec<(u64, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let seed = entry.file_name().to_str()?.strip_prefix("seed-")?.parse().ok()?;
            Some((seed, entry.path()))
        })
        .filter(|(_, path)| Manifest::read(path).is_ok_and(|manifest| manifest.status == Status::Complete))
        .collect();
    found.sort();
    Ok(found.into_iter().map(|(_, path)| path).collect())
}

/// A table of a complete run, once its checksum was found right.
pub fn verified(folder: &Path, manifest: &Manifest, name: &str) -> Result<Table, CliError> {
    let file = format!("{name}.parquet");
    let path = folder.join(&file);
    let expected = manifest.files.iter().find(|entry| entry.path == file).map(|entry| entry.blake3.as_str());
    if !path.is_file() || Some(table_hash(&path)?.as_str()) != expected {
        return Err(CliError::Damaged(path));
    }
    Ok(read_parquet(&path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_lie_beside_the_folder_of_the_bands() {
        assert_eq!(seeds_of(Path::new("outputs/quick/ensemble")), Path::new("outputs/quick"));
        assert_eq!(seeds_of(Path::new("ensemble")), Path::new("."));
        assert_eq!(seeds_of(Path::new(".")), Path::new("./.."));
        assert_eq!(seeds_of(Path::new("..")), Path::new("../.."));
    }
}
