//! The folder of one run. Every file appears complete or not at all: it is written under a temporary name in the
//! same folder, brought to the disk, and renamed. A second run into the folder replaces a file only when the new one
//! is complete.

use super::checkpoint::{CHECKPOINT, CHECKPOINT_FOLDER};
use super::csv::write_csv_into;
use super::error::OutputError;
use super::lock::{AT_ONCE, FolderLock, PATIENTLY};
use super::manifest::{FileEntry, MANIFEST, Manifest, table_hash};
use super::parquet::ParquetTable;
use super::table::Table;
use std::fs::{self, File};
use std::io::{BufWriter, Error, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};

/// Begins the name of every file that is not complete yet; such files are no results.
const TEMPORARY: &str = ".xinzhi-incomplete-";

/// A run's folder that is open for writing, by one process at a time.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    /// Until it is dropped nobody else writes here.
    _lock: FolderLock,
}

impl RunFolder {
    /// Makes the folder and its parents where they are missing, and removes what a killed run left half-written.
    ///
    /// # Errors
    /// If the system refuses, or another process writes there.
    pub fn create(path: &Path) -> Result<Self, OutputError> {
        Self::locked(path, AT_ONCE)
    }

    /// The same for figures beside the results of a run: waits while somebody else adds theirs.
    ///
    /// # Errors
    /// If the system refuses, or another process goes on writing there.
    pub fn create_patiently(path: &Path) -> Result<Self, OutputError> {
        Self::locked(path, PATIENTLY)
    }

    fn locked(path: &Path, tries: u32) -> Result<Self, OutputError> {
        fs::create_dir_all(path).map_err(OutputError::io(path, "create the folder"))?;
        let lock = FolderLock::take(path, tries)?;
        for file in files_below(path)?.iter().filter(|file| is_temporary(file)) {
            fs::remove_file(file).map_err(OutputError::io(file, "remove"))?;
        }
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// Where the folder is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens `<schema.name>.parquet` for streaming; it appears when [`TableWriter::finish`] is called.
    ///
    /// # Errors
    /// If the system refuses, or two columns share a name.
    pub fn table_writer(&self, schema: &Table) -> Result<TableWriter, OutputError> {
        self.part_writer(&format!("{}.parquet", schema.name), schema)
    }

    /// Opens a table for streaming under a name that may lie in a folder below.
    ///
    /// # Errors
    /// If the system refuses.
    pub(super) fn part_writer(&self, name: &str, schema: &Table) -> Result<TableWriter, OutputError> {
        let path = self.path.join(name);
        let temporary = temporary_beside(&path)?.into_temp_path();
        Ok(TableWriter { table: ParquetTable::create_as(&temporary, &path, schema)?, temporary, path })
    }

    /// Size and checksum of a file below the folder.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn file_entry(&self, name: &str) -> Result<FileEntry, OutputError> {
        entry(&self.path.join(name), name.to_owned())
    }

    /// Removes the checkpoint and the parts of tables that belong to it, all but the files of `keep`.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn clear_checkpoint(&self, keep: &[String]) -> Result<(), OutputError> {
        let path = self.path.join(CHECKPOINT_FOLDER);
        if keep.is_empty() {
            // First what would be believed, then what it rests on.
            self.remove(CHECKPOINT)?;
            return match fs::remove_dir_all(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(OutputError::io(&path, "remove")(error))
                }
                _ => Ok(()),
            };
        }
        let kept: Vec<PathBuf> = keep.iter().map(|name| self.path.join(name)).collect();
        for file in files_below(&path)?.into_iter().filter(|file| !kept.contains(file)) {
            fs::remove_file(&file).map_err(OutputError::io(&file, "remove"))?;
        }
        Ok(())
    }

    /// Writes a whole table as `<table.name>.parquet`.
    ///
    /// # Errors
    /// If the system refuses, or the table's columns differ in length.
    pub fn write_table(&self, table: &Table) -> Result<(), OutputError> {
        let mut writer = self.table_writer(table)?;
        writer.append(table)?;
        writer.finish()
    }

    /// Writes a whole table as `<table.name>.csv`.
    ///
    /// # Errors
    /// If the system refuses, or the table's columns differ in length.
    pub fn write_csv(&self, table: &Table) -> Result<(), OutputError> {
        let path = self.path.join(format!("{}.csv", table.name));
        write_whole(&path, |file| write_csv_into(BufWriter::new(file), &path, table))
    }

    /// Writes a text file; `name` may lie in a folder below (`figures/gdp.svg`).
    ///
    /// # Errors
    /// If the system refuses.
    pub fn write_text(&self, name: &str, text: &str) -> Result<(), OutputError> {
        self.write_bytes(name, text.as_bytes())
    }

    /// Writes a file of any kind; `name` may lie in a folder below.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn write_bytes(&self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let path = self.path.join(name);
        write_whole(&path, |mut file| file.write_all(bytes).map_err(OutputError::io(&path, "write")))
    }

    /// Writes the manifest as it is: at the start of a run, so that an old one does not vouch for new files.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn write_manifest(&self, manifest: &Manifest) -> Result<(), OutputError> {
        self.write_text(MANIFEST, &manifest.text())
    }

    /// Enters size and checksum of some files (paths below the folder) into the manifest and writes it; the other
    /// entries stay, so that what is damaged stays damaged.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn enter(&self, manifest: &mut Manifest, names: &[String]) -> Result<(), OutputError> {
        for name in names {
            manifest.files.retain(|entry| entry.path != *name);
            manifest.files.push(entry(&self.path.join(name), name.clone())?);
        }
        manifest.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.write_manifest(manifest)
    }

    /// Removes a file, if it is there.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn remove(&self, name: &str) -> Result<(), OutputError> {
        let path = self.path.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(OutputError::io(&path, "remove")(error)),
            _ => Ok(()),
        }
    }

    /// Enters size and checksum of the files that the run wrote (paths below the folder) into the manifest and writes
    /// it, the last file of all. It vouches for nothing else that lies in the folder.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn finish(&self, mut manifest: Manifest, written: &[String]) -> Result<Manifest, OutputError> {
        manifest.files = Vec::new();
        self.enter(&mut manifest, written)?;
        Ok(manifest)
    }
}

/// A table that is being streamed into a run's folder; dropped without [`Self::finish`] it leaves nothing.
#[derive(Debug)]
pub struct TableWriter {
    table: ParquetTable,
    temporary: TempPath,
    path: PathBuf,
}

impl TableWriter {
    /// Appends the rows of a table.
    ///
    /// # Errors
    /// As [`ParquetTable::append`].
    pub fn append(&mut self, table: &Table) -> Result<(), OutputError> {
        self.table.append(table)
    }

    /// Appends the row groups of a file as they are.
    ///
    /// # Errors
    /// As [`ParquetTable::append_file`].
    pub fn append_file(&mut self, path: &Path) -> Result<(), OutputError> {
        self.table.append_file(path)
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn finish(self) -> Result<(), OutputError> {
        self.table.finish()?;
        persist(self.temporary, &self.path)
    }
}

fn entry(path: &Path, name: String) -> Result<FileEntry, OutputError> {
    let bytes = fs::metadata(path).map_err(OutputError::io(path, "read"))?.len();
    Ok(FileEntry { path: name, bytes, blake3: table_hash(path)? })
}

pub(super) fn write_whole(
    path: &Path,
    write: impl FnOnce(&File) -> Result<(), OutputError>,
) -> Result<(), OutputError> {
    let temporary = temporary_beside(path)?;
    write(temporary.as_file())?;
    temporary.as_file().sync_all().map_err(OutputError::io(path, "write"))?;
    persist(temporary.into_temp_path(), path)
}

fn persist(temporary: TempPath, path: &Path) -> Result<(), OutputError> {
    temporary.persist(path).map_err(|refused| OutputError::io(path, "complete")(refused.error))?;
    // The new name itself must outlive a loss of power.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(OutputError::io(folder, "write into"))?;
    }
    Ok(())
}

/// A temporary file in the folder that `path` is to lie in, which is made where it is missing.
fn temporary_beside(path: &Path) -> Result<NamedTempFile, OutputError> {
    let folder = path.parent().expect("a file of a run lies in the run's folder");
    fs::create_dir_all(folder).map_err(OutputError::io(folder, "create the folder"))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    // Results are for others to read too: what the user's umask allows, not the owner alone.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder).map_err(|error| OutputError::io(folder, "write into")(plain(error)))
}

/// The system's error without the name of the temporary file that the crate adds.
fn plain(error: Error) -> Error {
    let inner = error.get_ref().and_then(|error| error.source()).and_then(|error| error.downcast_ref::<Error>());
    inner.and_then(Error::raw_os_error).map_or(error, Error::from_raw_os_error)
}

fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(TEMPORARY))
}

/// Every file below a folder, links left out.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, OutputError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(OutputError::io(folder, "list"))? {
        let entry = entry.map_err(OutputError::io(folder, "list"))?;
        let kind = entry.file_type().map_err(OutputError::io(&entry.path(), "read"))?;
        if kind.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::super::lock::LOCK;
    use super::super::manifest::Status;
    use super::super::parquet_read::read_parquet;
    use super::super::table::Values;
    use super::*;

    fn ticks(values: Vec<i64>) -> Table {
        Table::new("series").with("tick", "quarter", Values::Integer(values))
    }

    /// A file's path below the folder, with `/` on every platform.
    fn name_below(folder: &Path, path: &Path) -> String {
        let below = path.strip_prefix(folder).expect("the listing starts at the folder");
        below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = files_below(folder).unwrap().iter().map(|path| name_below(folder, path)).collect();
        names.retain(|name| name != LOCK);
        names.sort();
        names
    }

    #[test]
    fn a_streamed_table_appears_when_it_is_finished_and_not_before() {
        let root = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(&root.path().join("a/b")).unwrap();
        folder.write_table(&ticks(vec![7])).unwrap();
        let path = folder.path().join("series.parquet");
        let held = |path: &Path| read_parquet(path).unwrap().column("tick").unwrap().values.clone();

        let mut abandoned = folder.table_writer(&ticks(vec![])).unwrap();
        abandoned.append(&ticks(vec![0])).unwrap();
        drop(abandoned);
        assert_eq!(held(&path), Values::Integer(vec![7]));
        assert_eq!(names(folder.path()), ["series.parquet"]);

        let mut writer = folder.table_writer(&ticks(vec![])).unwrap();
        writer.append(&ticks(vec![0])).unwrap();
        writer.append(&ticks(vec![1])).unwrap();
        assert_eq!(held(&path), Values::Integer(vec![7]));
        writer.finish().unwrap();
        assert_eq!(held(&path), Values::Integer(vec![0, 1]));
    }

    #[test]
    fn the_manifest_lists_every_file_of_the_run_sorted_and_finds_damage() {
        let root = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(root.path()).unwrap();
        let mut manifest = Manifest::new(serde_json::json!({}), String::new(), 1);
        folder.write_manifest(&manifest).unwrap();
        folder.write_text("figures/gdp.svg", "<svg/>").unwrap();
        folder.write_bytes("figures-old", &[0, 1]).unwrap();
        folder.write_table(&ticks(vec![0])).unwrap();
        folder.write_csv(&ticks(vec![0])).unwrap();
        fs::write(root.path().join(format!("{TEMPORARY}x")), "half").unwrap();
        manifest.status = Status::Complete;
        fs::write(root.path().join("notes.txt"), "of somebody else").unwrap();
        let written = ["figures/gdp.svg", "figures-old", "series.parquet", "series.csv"].map(str::to_owned);
        let finished = folder.finish(manifest, &written).unwrap();
        let listed: Vec<&str> = finished.files.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(listed, ["figures-old", "figures/gdp.svg", "series.csv", "series.parquet"]);
        assert_eq!(finished.files[1].bytes, 6);
        assert_eq!(Manifest::read(root.path()).unwrap(), finished);

        assert!(finished.damaged_files(root.path()).unwrap().is_empty());
        let mut later = finished.clone();
        fs::write(root.path().join("figures-old"), "spoilt").unwrap();
        folder.write_text("figures/gdp.svg", "<svg></svg>").unwrap();
        folder.enter(&mut later, &["figures/gdp.svg".to_owned()]).unwrap();
        assert_eq!(Manifest::read(root.path()).unwrap().damaged_files(root.path()).unwrap(), ["figures-old"]);
        folder.write_text("figures/gdp.svg", "<svg/>").unwrap();
        folder.write_bytes("figures-old", &[0, 1]).unwrap();
        fs::write(root.path().join("series.csv"), "tick\n1\n").unwrap();
        fs::remove_file(root.path().join("figures/gdp.svg")).unwrap();
        assert_eq!(finished.damaged_files(root.path()).unwrap(), ["figures/gdp.svg", "series.csv"]);
    }

    #[test]
    fn a_new_run_clears_what_a_killed_one_left_half_written() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("figures")).unwrap();
        fs::write(root.path().join(format!("figures/{TEMPORARY}x")), "half").unwrap();
        fs::write(root.path().join("config.toml"), "").unwrap();
        RunFolder::create(root.path()).unwrap();
        assert_eq!(names(root.path()), ["config.toml"]);
    }

    #[test]
    fn a_file_in_the_way_is_named_with_a_remedy() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("taken");
        fs::write(&path, "").unwrap();
        for error in [RunFolder::create(&path).unwrap_err(), RunFolder::create(&path.join("below")).unwrap_err()] {
            let text = error.to_string();
            assert!(text.contains("taken") && text.contains("a file stands where a folder is needed"), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn results_are_readable_for_whom_the_umask_allows() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(root.path()).unwrap();
        folder.write_text("ours", "").unwrap();
        File::create(root.path().join("plain")).unwrap();
        let mode = |name: &str| fs::metadata(root.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode("ours"), mode("plain"));
    }
}
