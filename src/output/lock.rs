//! One writer in a folder at a time.
//!
//! The system holds the lock and lets it go with the process, however that ends; the file by itself means nothing. Where
//! a file system knows no locks, or the folder cannot be written, nobody is kept out: a lock guards a run, it is no
//! condition of one.

use super::error::OutputError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// The file that a writer holds; no result.
pub const LOCK: &str = ".xinzhi-lock";

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// Tries of a run: enough for somebody who only looks whether the lock is held.
pub const AT_ONCE: u32 = 10;
/// Tries of those who only add to a folder, a minute: others who do the same take seconds.
pub const PATIENTLY: u32 = 1200;

/// A folder's lock, held until it is dropped.
#[derive(Debug)]
pub struct FolderLock {
    held: Option<(File, PathBuf)>,
}

impl FolderLock {
    /// Takes the lock of a folder.
    ///
    /// # Errors
    /// [`OutputError::Busy`] if another process, or another part of this one, keeps it for as long as is tried.
    pub fn take(folder: &Path, tries: u32) -> Result<Self, OutputError> {
        let path = folder.join(LOCK);
        for _ in 0..tries {
            let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
            let Ok(file) = opened else { return Ok(Self { held: None }) };
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => {
                    name_holder(&file);
                    return Ok(Self { held: Some((file, path)) });
                }
                // The holder before has taken the file away with it: there will be a new one.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => sleep(PAUSE),
                Err(TryLockError::Error(_)) => return Ok(Self { held: None }),
            }
        }
        Err(OutputError::Busy { path: folder.to_owned(), holder: holder(&path) })
    }

    /// Whether somebody writes into a folder at this moment.
    #[must_use]
    pub fn is_held(folder: &Path) -> bool {
        let Ok(file) = File::open(folder.join(LOCK)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Elsewhere the file of a lock that is held cannot be removed for certain, and stays.
        if cfg!(unix)
            && let Some((_, path)) = &self.held
        {
            let _ = fs::remove_file(path);
        }
    }
}

/// Whether an open file still has its name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let number = |metadata: std::io::Result<fs::Metadata>| metadata.ok().map(|m| (m.dev(), m.ino()));
    number(file.metadata()) == number(fs::metadata(path))
}

#[cfg(not(unix))]
const fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// For the message of whoever comes second; a full disk may refuse it.
fn name_holder(mut file: &File) {
    let _ = file.set_len(0);
    let _ = write!(file, "{}", std::process::id());
}

/// The holder's process in words, where it can be read.
fn holder(path: &Path) -> String {
    let number = fs::read_to_string(path).ok().and_then(|text| text.parse::<u32>().ok());
    number.map_or_else(|| "another process".to_owned(), |number| format!("process {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_told_the_folder_the_holder_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::take(folder.path(), AT_ONCE).unwrap();
        assert!(FolderLock::is_held(folder.path()));
        let text = FolderLock::take(folder.path(), 1).unwrap_err().to_string();
        let parts =
            [folder.path().display().to_string(), format!("process {} is writing", std::process::id()), "--out".into()];
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
        drop(first);
        assert!(!FolderLock::is_held(folder.path()));
        FolderLock::take(folder.path(), 1).unwrap();
        #[cfg(unix)]
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "the lock leaves nothing");
    }

    #[test]
    fn a_file_that_a_killed_process_left_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(LOCK), "1").unwrap();
        assert!(!FolderLock::is_held(folder.path()));
        assert!(FolderLock::take(folder.path(), 1).unwrap().held.is_some());
    }

    #[test]
    fn many_who_wait_come_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let inside = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let lock = FolderLock::take(folder.path(), PATIENTLY).unwrap();
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
    }
}
