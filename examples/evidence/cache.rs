//! Runs that were done already: the columns that the file of evidence names, by a hash of program and configuration.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xinzhi::engine::configuration::Configuration;
use xinzhi::output::Table;

use super::measure::{Column, path};

/// Folders of the source that shape no run.
const AROUND: [&str; 4] = ["cli", "experiments", "figures", "output"];

/// Paths of the columns of one run, each as it is written in the file of evidence.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Paths(pub Vec<(String, Vec<f64>)>);

impl Paths {
    /// The columns that are there, of a run's tables.
    pub fn of(tables: &[Table], columns: &[Column]) -> Self {
        Self(columns.iter().filter_map(|c| path(tables, c).map(|values| (c.to_string(), values))).collect())
    }

    /// A column's path.
    pub fn get(&self, column: &Column) -> Option<Vec<f64>> {
        let name = column.to_string();
        self.0.iter().find(|(n, _)| *n == name).map(|(_, values)| values.clone())
    }
}

/// A folder of runs of one program.
pub struct Cache {
    folder: PathBuf,
    program: blake3::Hash,
}

impl Cache {
    /// The folder, and the program as its source has it: what only reads, shows or starts runs is left out, so that a change
    /// of a figure or a verb leaves runs valid.
    ///
    /// # Errors
    /// If the source or the folder cannot be read.
    pub fn open(folder: &Path, root: &Path) -> Result<Self, String> {
        let mut files = vec![root.join("Cargo.lock")];
        let mut open = vec![root.join("src"), root.join("data"), root.join("configs")];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(&next).map_err(|e| told(&next, &e))?.flatten() {
                let path = entry.path();
                let read = path.extension().is_some_and(|e| e == "rs" || e == "csv" || e == "toml");
                if path.is_dir() {
                    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    if !AROUND.contains(&name.as_str()) {
                        open.push(path);
                    }
                } else if read && !path.ends_with("evidence.toml") {
                    files.push(path);
                }
            }
        }
        files.sort();
        let mut hasher = blake3::Hasher::new();
        for file in files {
            hasher.update(file.strip_prefix(root).unwrap_or(&file).to_string_lossy().as_bytes());
            hasher.update(&fs::read(&file).map_err(|e| told(&file, &e))?);
        }
        fs::create_dir_all(folder).map_err(|e| told(folder, &e))?;
        Ok(Self { folder: folder.to_owned(), program: hasher.finalize() })
    }

    /// First letters of the program's hash, for the report.
    pub fn program(&self) -> String {
        self.program.to_hex()[..12].to_owned()
    }

    fn file(&self, configuration: &Configuration) -> PathBuf {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.program.as_bytes());
        hasher.update(format!("{:?}", configuration.values).as_bytes());
        self.folder.join(format!("{}.run", hasher.finalize().to_hex()))
    }

    /// The run, if it was done and has every column.
    pub fn get(&self, configuration: &Configuration, columns: &[Column]) -> Option<Paths> {
        let paths: Paths = postcard::from_bytes(&fs::read(self.file(configuration)).ok()?).ok()?;
        columns.iter().all(|c| paths.get(c).is_some()).then_some(paths)
    }

    /// Keeps a run; the file appears complete or not at all.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn put(&self, configuration: &Configuration, paths: &Paths) -> Result<(), String> {
        let file = self.file(configuration);
        let bytes = postcard::to_stdvec(paths).map_err(|e| e.to_string())?;
        let half = file.with_extension("half");
        fs::write(&half, bytes).and_then(|()| fs::rename(&half, &file)).map_err(|e| told(&file, &e))
    }
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
