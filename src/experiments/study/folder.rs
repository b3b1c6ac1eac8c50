//! The folder of a study: names of its files, and the two ways in which a file appears: whole under a name that may be
//! taken (rename), or whole under a name that is free (link).

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::StudyError;
use crate::output::OutputError;

/// Beginning of the names of files in the making.
pub const TEMPORARY: &str = ".tmp-";

/// Where a study is.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// Whether a name was free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// It was, and is now ours.
    Won,
    /// Somebody else had it.
    Lost,
}

impl Folder {
    /// The study in a folder.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// `plan.json`.
    #[must_use]
    pub fn plan(&self) -> PathBuf {
        self.0.join("plan.json")
    }

    /// `design.parquet`.
    #[must_use]
    pub fn design(&self) -> PathBuf {
        self.0.join("design.parquet")
    }

    /// The rows of a shard whose hash is given.
    #[must_use]
    pub fn part(&self, shard: u64, hash: &str) -> PathBuf {
        let short: String = hash.chars().take(16).collect();
        self.0.join("parts").join(format!("{shard:06}-{short}.parquet"))
    }

    /// The record of a shard.
    #[must_use]
    pub fn done(&self, shard: u64) -> PathBuf {
        self.0.join("done").join(format!("{shard:06}.json"))
    }

    /// A file of an attempt at a shard.
    #[must_use]
    pub fn of_attempt(&self, kind: &str, shard: u64, attempt: &str, end: &str) -> PathBuf {
        self.0.join(kind).join(format!("{shard:06}.{attempt}.{end}"))
    }

    /// Files of a subfolder that are whole, sorted; none if there is no such folder.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn list(&self, kind: &str) -> Result<Vec<PathBuf>, StudyError> {
        let folder = self.0.join(kind);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(OutputError::io(&folder, "list"))?,
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.map_err(OutputError::io(&folder, "list"))?;
            if !entry.file_name().to_string_lossy().starts_with('.') {
                files.push(entry.path());
            }
        }
        files.sort();
        Ok(files)
    }

    /// Files of one shard in a subfolder.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn list_of(&self, kind: &str, shard: u64) -> Result<Vec<PathBuf>, StudyError> {
        let begin = format!("{shard:06}.");
        let mut files = self.list(kind)?;
        files.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&begin)));
        Ok(files)
    }
}

/// A word that no other attempt has.
#[must_use]
pub fn unique() -> String {
    // The keys of the standard hasher come from the operating system.
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("{:016x}", hasher.finish())
}

/// Name of this machine, for people.
#[must_use]
pub fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let plain: String = name.trim().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    if plain.is_empty() { "host".to_owned() } else { plain }
}

/// A name in the folder of `target` that nobody else uses.
///
/// # Errors
/// If that folder cannot be made.
pub fn temporary_for(target: &Path) -> Result<PathBuf, StudyError> {
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(OutputError::io(folder, "create the folder"))?;
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file = format!("{TEMPORARY}{name}-{}-{}-{}", host(), std::process::id(), unique());
    Ok(folder.join(file))
}

/// Writes bytes beside `target`, down to the disk; nothing is left if that fails.
///
/// # Errors
/// If the system refuses.
pub fn write_beside(target: &Path, bytes: &[u8]) -> Result<PathBuf, StudyError> {
    let temporary = temporary_for(target)?;
    let written = File::create_new(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(error) = written {
        // What cannot be removed either is for `study clean`.
        let _ = fs::remove_file(&temporary);
        return Err(OutputError::io(target, "write")(error).into());
    }
    Ok(temporary)
}

/// Gives a file its name, which may be taken.
///
/// # Errors
/// If the system refuses.
pub fn rename(temporary: &Path, target: &Path) -> Result<(), StudyError> {
    if let Err(error) = fs::rename(temporary, target) {
        let _ = fs::remove_file(temporary);
        return Err(OutputError::io(target, "write")(error).into());
    }
    sync_folder(target)
}

/// Gives a file its name if that is free.
///
/// # Errors
/// If the system refuses.
pub fn link(temporary: &Path, target: &Path) -> Result<Commit, StudyError> {
    match fs::hard_link(temporary, target) {
        Ok(()) => Ok(Commit::Won),
        // A network file system may have made the link and lost the answer.
        Err(_) if same_file(temporary, target) => Ok(Commit::Won),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Commit::Lost),
        Err(_) => renamed_if_free(temporary, target),
    }
}

/// For file systems without links. The second name is a copy, so that the first can be removed as after a link.
fn renamed_if_free(temporary: &Path, target: &Path) -> Result<Commit, StudyError> {
    let copy = temporary_for(target)?;
    fs::copy(temporary, &copy).map_err(OutputError::io(target, "write"))?;
    let copy = tempfile::TempPath::try_from_path(copy).map_err(OutputError::io(target, "write"))?;
    match copy.persist_noclobber(target) {
        Ok(()) => Ok(Commit::Won),
        Err(refused) if refused.error.kind() == ErrorKind::AlreadyExists => Ok(Commit::Lost),
        Err(refused) => Err(OutputError::io(target, "write")(refused.error).into()),
    }
}

#[cfg(unix)]
fn same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |path: &Path| fs::metadata(path).ok().map(|m| (m.dev(), m.ino()));
    identity(one).is_some_and(|one| Some(one) == identity(other))
}

#[cfg(not(unix))]
fn same_file(_: &Path, _: &Path) -> bool {
    false
}

/// A new name must outlive a loss of power.
///
/// # Errors
/// If the system refuses.
pub fn sync_folder(file: &Path) -> Result<(), StudyError> {
    #[cfg(unix)]
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(OutputError::io(folder, "write into"))?;
    }
    Ok(())
}

/// Writes a file that may be there already.
///
/// # Errors
/// If the system refuses.
pub fn replace(target: &Path, bytes: &[u8]) -> Result<(), StudyError> {
    rename(&write_beside(target, bytes)?, target)
}

/// Removes a file, if it is there.
///
/// # Errors
/// If the system refuses.
pub fn remove(path: &Path) -> Result<(), StudyError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(OutputError::io(path, "remove")(error).into()),
        _ => Ok(()),
    }
}
