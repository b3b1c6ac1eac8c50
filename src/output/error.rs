//! What can go wrong between a result and its file.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// A result could not be written or read; the text names the place and, where there is one, the remedy.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The operating system refused.
    #[error("cannot {action} {}: {source}{}", path.display(), remedy(source.kind()))]
    Io {
        /// File or folder concerned.
        path: PathBuf,
        /// What was tried, as a verb (`write`, `rename`, …).
        action: &'static str,
        /// The system's answer.
        source: Error,
    },
    /// Somebody else writes into the folder.
    #[error(
        "{holder} is writing into {}; wait until it ends, stop it, or choose another folder with --out",
        path.display()
    )]
    Busy {
        /// Folder concerned.
        path: PathBuf,
        /// The other process, in words, if it is known.
        holder: String,
    },
    /// The file can be read but does not hold what it should.
    #[error("{} is damaged or was not written by this program: {detail}", path.display())]
    Format {
        /// File concerned.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// A table does not fit the file that it should go to.
    #[error("table `{table}`, column `{column}`: {detail}")]
    Table {
        /// File stem of the table.
        table: String,
        /// Column concerned, empty where it is the table as a whole.
        column: String,
        /// What was found and what is allowed.
        detail: String,
    },
}

impl OutputError {
    /// Attaches a path and an action to a system error, for `map_err`.
    pub(crate) fn io(path: &Path, action: &'static str) -> impl FnOnce(Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, action, source }
    }

    /// A file that does not hold what it should.
    pub(crate) fn format(path: &Path, detail: impl Into<String>) -> Self {
        Self::Format { path: path.to_owned(), detail: detail.into() }
    }

    /// A table that does not fit.
    pub(crate) fn table(table: &str, column: &str, detail: impl Into<String>) -> Self {
        Self::Table { table: table.to_owned(), column: column.to_owned(), detail: detail.into() }
    }
}

/// What a reader can do about it.
const fn remedy(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "; free some space or choose another folder with --out",
        ErrorKind::FileTooLarge => {
            "; raise the limit on the size of files (ulimit -f) or choose another folder with --out"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "; check the permissions or choose another folder with --out"
        }
        ErrorKind::NotFound => "; check the spelling of the path and that its folder exists",
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            "; a file stands where a folder is needed: move it or choose another folder"
        }
        ErrorKind::IsADirectory => {
            "; a folder stands where a file is needed: move it or choose another folder with --out"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_error_names_the_path_and_the_remedy() {
        let text = |kind: ErrorKind| OutputError::io(Path::new("out/series.parquet"), "write")(kind.into()).to_string();
        for (kind, hint) in [
            (ErrorKind::StorageFull, "free some space"),
            (ErrorKind::FileTooLarge, "ulimit -f"),
            (ErrorKind::PermissionDenied, "check the permissions"),
            (ErrorKind::NotADirectory, "a file stands where a folder is needed"),
        ] {
            let text = text(kind);
            assert!(text.starts_with("cannot write out/series.parquet: "), "{text}");
            assert!(text.contains(hint), "{text}");
        }
    }
}
