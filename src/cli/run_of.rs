//! The manifest of a folder that somebody says is a run's.

use std::path::{Path, PathBuf};

use super::CliError;
use crate::output::manifest::MANIFEST;
use crate::output::{Manifest, OutputError};

/// Folders below that are looked into for runs.
const DEPTH: usize = 3;

/// Reads it, or says what the folder is instead.
pub fn run_of(folder: &Path) -> Result<Manifest, CliError> {
    std::fs::read_dir(folder).map_err(OutputError::io(folder, "open the folder"))?;
    if folder.join(MANIFEST).is_file() {
        return Ok(Manifest::read(folder)?);
    }
    let mut runs = Vec::new();
    below(folder, DEPTH, &mut runs);
    runs.sort();
    let hint = match runs.as_slice() {
        [] => "give a folder that `xinzhi run` has written".to_owned(),
        [first, ..] => format!("there is a run in {}", first.display()),
    };
    Err(CliError::Usage(format!("{} is not the folder of a run: it holds no {MANIFEST}; {hint}", folder.display())))
}

fn below(folder: &Path, depth: usize, runs: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok).filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        let path = entry.path();
        if path.join(MANIFEST).is_file() {
            runs.push(path);
        } else if depth > 1 {
            below(&path, depth - 1, runs);
        }
    }
}
