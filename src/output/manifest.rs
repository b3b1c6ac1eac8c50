//! What a run was and what it left: the one file that may name threads, time and memory.

use super::error::OutputError;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::path::Path;

/// File name of the manifest in a run's folder.
pub const MANIFEST: &str = "manifest.json";

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Status {
    /// Started, not ended (or killed).
    Running,
    /// All ticks done, all files written.
    Complete,
    /// Stopped by Ctrl-C or SIGTERM, with a checkpoint; tables hold the quarters so far.
    Interrupted,
    /// Ended early, with the reason.
    Failed(String),
}

impl From<Status> for String {
    fn from(status: Status) -> Self {
        match status {
            Status::Running => "running".to_owned(),
            Status::Complete => "complete".to_owned(),
            Status::Interrupted => "interrupted".to_owned(),
            Status::Failed(reason) => format!("failed: {reason}"),
        }
    }
}

impl TryFrom<String> for Status {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "running" => Ok(Self::Running),
            "complete" => Ok(Self::Complete),
            "interrupted" => Ok(Self::Interrupted),
            other => other.strip_prefix("failed: ").map(|reason| Self::Failed(reason.to_owned())).ok_or_else(|| {
                format!("status `{other}`, expected `running`, `complete`, `interrupted` or `failed: ` and the reason")
            }),
        }
    }
}

/// Agents at the opening position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Workers, in work or not. \[agents\]
    pub workers: u64,
    /// Firms. \[agents\]
    pub firms: u64,
    /// Local governments. \[agents\]
    pub local_governments: u64,
    /// Banks. \[agents\]
    pub banks: u64,
}

/// One file of the folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Path below the folder, with `/` on every platform.
    pub path: String,
    /// Size. \[bytes\]
    pub bytes: u64,
    /// Checksum, hexadecimal.
    pub blake3: String,
}

/// The record of one run, `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Program name.
    pub program: String,
    /// Program version.
    pub version: String,
    /// Commit that the program was built from, `unknown` unless `XINZHI_COMMIT` was set then.
    pub commit: String,
    /// How the run stands.
    pub status: Status,
    /// Configuration with every default filled in.
    pub configuration: serde_json::Value,
    /// BLAKE3 of the configuration's canonical form without `[output]`: equal hashes give equal results.
    pub configuration_blake3: String,
    /// Seed of the random streams.
    pub seed: u64,
    /// Ticks done. \[quarters\]
    pub ticks: u32,
    /// Agents at the opening position.
    pub counts: Counts,
    /// Collapses seen (`mass unemployment`, …), empty for a healthy run.
    pub collapse_labels: Vec<String>,
    /// Ticks from which the run was resumed, in order; empty for one that was not interrupted. \[quarters\]
    #[serde(default)]
    pub resumed_at: Vec<u32>,
    /// Size of the thread pool. \[threads\]
    pub threads: usize,
    /// Time from start to end. \[seconds\]
    pub wall_seconds: f64,
    /// Largest resident memory, where the system tells. \[bytes\]
    pub peak_memory_bytes: Option<u64>,
    /// Time spent in each phase, in the order of the tick. \[seconds\]
    pub per_phase_seconds: Vec<(String, f64)>,
    /// Files that the run wrote, sorted by path; empty until it ends.
    pub files: Vec<FileEntry>,
    /// Files of runs before it in the same folder, which it has not replaced yet; empty when it has ended well.
    #[serde(default)]
    pub earlier_files: Vec<String>,
}

impl Manifest {
    /// The manifest of a run that starts: nothing done, nothing measured.
    #[must_use]
    pub fn new(configuration: serde_json::Value, hash: String, seed: u64) -> Self {
        Self {
            program: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: option_env!("XINZHI_COMMIT").unwrap_or("unknown").to_owned(),
            status: Status::Running,
            configuration_blake3: hash,
            configuration,
            seed,
            ticks: 0,
            counts: Counts::default(),
            collapse_labels: Vec::new(),
            resumed_at: Vec::new(),
            threads: 1,
            wall_seconds: 0.0,
            peak_memory_bytes: None,
            per_phase_seconds: Vec::new(),
            files: Vec::new(),
            earlier_files: Vec::new(),
        }
    }

    /// Reads the manifest of a run's folder.
    ///
    /// # Errors
    /// If it is missing or not a manifest.
    pub fn read(folder: &Path) -> Result<Self, OutputError> {
        let path = folder.join(MANIFEST);
        let text = fs::read_to_string(&path).map_err(OutputError::io(&path, "read"))?;
        serde_json::from_str(&text).map_err(|error| OutputError::format(&path, error.to_string()))
    }

    /// Files of the manifest that are missing from the folder or differ from their checksum.
    ///
    /// # Errors
    /// If a file is there and cannot be read.
    pub fn damaged_files(&self, folder: &Path) -> Result<Vec<String>, OutputError> {
        let mut damaged = Vec::new();
        for entry in &self.files {
            let path = folder.join(&entry.path);
            if !path.is_file() || table_hash(&path)? != entry.blake3 {
                damaged.push(entry.path.clone());
            }
        }
        Ok(damaged)
    }

    /// Text of `manifest.json`.
    pub(super) fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a manifest has text keys and no failing serialiser");
        text.push('\n');
        text
    }
}

/// BLAKE3 of a file, hexadecimal.
///
/// # Errors
/// If the file cannot be read.
pub fn table_hash(path: &Path) -> Result<String, OutputError> {
    let file = File::open(path).map_err(OutputError::io(path, "open"))?;
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file).map_err(OutputError::io(path, "read"))?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// Largest resident memory of this process so far, where `/proc` tells. \[bytes\]
#[must_use]
pub fn peak_memory_bytes() -> Option<u64> {
    peak_in(&fs::read_to_string("/proc/self/status").ok()?)
}

fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_comes_back_from_its_text() {
        for status in
            [Status::Running, Status::Complete, Status::Interrupted, Status::Failed("FLOW-ROW at tick 3".to_owned())]
        {
            let mut manifest = Manifest::new(serde_json::json!({"run": {"seed": 7}}), "00".to_owned(), u64::MAX);
            manifest.status = status;
            manifest.per_phase_seconds = vec![("wages".to_owned(), 0.5), ("credit".to_owned(), 0.25)];
            let back: Manifest = serde_json::from_str(&manifest.text()).unwrap();
            assert_eq!(back, manifest);
        }
        assert!(serde_json::from_str::<Status>("\"done\"").unwrap_err().to_string().contains("expected `running`"));
    }

    #[test]
    fn the_hash_of_a_file_is_that_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        std::fs::write(&path, "").unwrap();
        // BLAKE3 of nothing, from the reference test vectors.
        assert_eq!(table_hash(&path).unwrap(), "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    }

    #[test]
    fn peak_memory_is_read_where_the_system_tells_it() {
        assert_eq!(peak_in("VmPeak:\t  9 kB\nVmHWM:\t  1234 kB\n"), Some(1234 * 1024));
        assert_eq!(peak_in("VmPeak:\t  9 kB\n"), None);
    }
}
