//! The checkpoint of a run: one file that holds all that its continuation needs, complete or not at all.
//!
//! ```text
//! xinzhi checkpoint\n
//! {"format":1,"version":…,"plan":…,"seed":…,"tick":…,…}\n     one line of JSON: what it is of
//! length of a frame (4 bytes, little-endian), frame               repeated
//! BLAKE3 of everything before (32 bytes)
//! ```
//!
//! A frame is a value in postcard's wire format under Snappy. The file is written under a temporary name, brought to the
//! disk and renamed over the one before, which therefore stays good until the next is. Whatever the format, the last 32
//! bytes are the checksum: damage is told from a foreign file before anything is believed.

use super::error::OutputError;
use super::run_folder::write_whole;
use crate::engine::state::{FrameSink, FrameSource, StateError};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Error, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Folder of checkpoint and table parts inside a run's folder; it goes when the run is complete.
pub const CHECKPOINT_FOLDER: &str = "checkpoint";
/// The checkpoint itself.
pub const CHECKPOINT: &str = "checkpoint/state.bin";
/// Layout of the file.
pub const FORMAT: u32 = 1;

const MAGIC: &[u8] = b"xinzhi checkpoint\n";
const HASH: usize = blake3::OUT_LEN;
/// Bytes of the longest header that is read.
const LONGEST_HEADER: u64 = 1 << 22;
/// More than Snappy can shrink anything: a frame that claims more is spoilt.
const LARGEST_RATIO: usize = 64;

/// What a checkpoint is of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Layout of the file.
    pub format: u32,
    /// Version of the program.
    pub version: String,
    /// Commit that the program was built from.
    pub commit: String,
    /// Hash of the names and sizes of all types in the state.
    pub layout: String,
    /// Hash of the configuration but for `[output]` and `run.years`, which change no quarter.
    pub plan: String,
    /// Seed of the run.
    pub seed: u64,
    /// Ticks done. \[quarters\]
    pub tick: u32,
    /// Every value of the configuration, so that a difference can be named.
    pub configuration: serde_json::Value,
}

/// Why a checkpoint cannot be written or followed.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The file cannot be read or written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The file is not what was written.
    #[error("the checkpoint {} is damaged: {detail}; run without --resume to start anew", path.display())]
    Damaged {
        /// File.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The file is whole and of something else.
    #[error("the checkpoint {} belongs to another run: {detail}; {remedy}", path.display())]
    Foreign {
        /// File.
        path: PathBuf,
        /// What differs.
        detail: String,
        /// What to do.
        remedy: String,
    },
    /// The state cannot be stored: a mistake in the program.
    #[error("the state cannot be stored: {0}")]
    State(StateError),
}

impl CheckpointError {
    /// What a state error means when a checkpoint is written.
    fn written(path: &Path, error: StateError) -> Self {
        match error {
            StateError::Io(source) => OutputError::io(path, "write")(source).into(),
            other => Self::State(other),
        }
    }

    /// What a state error means when a checkpoint with a right checksum is read.
    #[must_use]
    pub fn read(path: &Path, error: StateError) -> Self {
        match error {
            StateError::Io(source) => OutputError::io(path, "read")(source).into(),
            other => Self::Damaged { path: path.to_owned(), detail: other.to_string() },
        }
    }
}

struct Hashing<W> {
    inner: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

struct Frames<W> {
    into: W,
    encoder: snap::raw::Encoder,
}

impl<W: Write> FrameSink for Frames<W> {
    fn put(&mut self, frame: &[u8]) -> Result<(), StateError> {
        let packed = self.encoder.compress_vec(frame).map_err(|error| StateError::content("frame", error))?;
        let length = u32::try_from(packed.len()).map_err(|error| StateError::content("frame", error))?;
        self.into.write_all(&length.to_le_bytes())?;
        self.into.write_all(&packed)?;
        Ok(())
    }
}

/// Writes a checkpoint; `fill` puts its frames.
///
/// # Errors
/// If the system refuses, or what `fill` returns; the checkpoint before stays then.
pub fn write_checkpoint(
    path: &Path,
    header: &Header,
    write_frames: impl FnOnce(&mut dyn FrameSink) -> Result<(), StateError>,
) -> Result<(), CheckpointError> {
    let mut refused = None;
    let outcome = write_whole(path, |file| {
        match write_into(BufWriter::new(file), header, write_frames) {
            Ok(()) => Ok(()),
            Err(error) => {
                // The first error is the one to tell; the file does not appear.
                refused = Some(CheckpointError::written(path, error));
                Err(OutputError::io(path, "write")(Error::from(ErrorKind::Other)))
            }
        }
    });
    match (refused, outcome) {
        (Some(error), _) => Err(error),
        (None, outcome) => Ok(outcome?),
    }
}

fn write_into(
    file: impl Write,
    header: &Header,
    write_frames: impl FnOnce(&mut dyn FrameSink) -> Result<(), StateError>,
) -> Result<(), StateError> {
    let mut into = Hashing { inner: file, hasher: blake3::Hasher::new() };
    into.write_all(MAGIC)?;
    let line = serde_json::to_string(header).map_err(|error| StateError::content("header", error))?;
    into.write_all(line.as_bytes())?;
    into.write_all(b"\n")?;
    let mut frames = Frames { into, encoder: snap::raw::Encoder::new() };
    write_frames(&mut frames)?;
    let Hashing { mut inner, hasher } = frames.into;
    inner.write_all(hasher.finalize().as_bytes())?;
    inner.flush()?;
    Ok(())
}

/// A checkpoint that was found whole, open at its first frame.
#[derive(Debug)]
pub struct Checkpoint {
    /// What it is of.
    pub header: Header,
    path: PathBuf,
    file: BufReader<File>,
    /// Bytes of frames not yet read.
    left: u64,
}

impl Checkpoint {
    /// Opens the checkpoint of a run's folder, if there is one.
    ///
    /// # Errors
    /// If it cannot be read, is damaged, or of another format.
    pub fn find(folder: &Path) -> Result<Option<Self>, CheckpointError> {
        let path = folder.join(CHECKPOINT);
        match File::open(&path) {
            Ok(file) => Self::open(&path, file).map(Some),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(OutputError::io(&path, "open")(error).into()),
        }
    }

    fn open(path: &Path, mut file: File) -> Result<Self, CheckpointError> {
        let damaged = |detail: &str| CheckpointError::Damaged { path: path.to_owned(), detail: detail.to_owned() };
        let length = file.metadata().map_err(OutputError::io(path, "read"))?.len();
        let covered = length.checked_sub(HASH as u64).filter(|rest| *rest > MAGIC.len() as u64);
        let covered = covered.ok_or_else(|| damaged("it is too short"))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader((&mut file).take(covered)).map_err(OutputError::io(path, "read"))?;
        let mut stored = [0; HASH];
        file.read_exact(&mut stored).map_err(OutputError::io(path, "read"))?;
        // Not a comparison of secrets, but the crate's own.
        if hasher.finalize() != blake3::Hash::from_bytes(stored) {
            return Err(damaged("it differs from its checksum"));
        }
        file.seek(SeekFrom::Start(0)).map_err(OutputError::io(path, "read"))?;
        let mut file = BufReader::new(file);
        let mut magic = vec![0; MAGIC.len()];
        file.read_exact(&mut magic).map_err(OutputError::io(path, "read"))?;
        if magic != MAGIC {
            return Err(damaged("it does not begin as checkpoints do"));
        }
        let line = header_line(&mut file, covered - MAGIC.len() as u64).map_err(OutputError::io(path, "read"))?;
        let line = line.ok_or_else(|| damaged("its header has no end"))?;
        let left = covered - (MAGIC.len() + line.len() + 1) as u64;
        let header = header(path, &line)?;
        Ok(Self { header, path: path.to_owned(), file, left })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A checkpoint of something else.
    #[must_use]
    pub fn foreign(&self, detail: impl Into<String>, remedy: &str) -> CheckpointError {
        CheckpointError::Foreign { path: self.path.clone(), detail: detail.into(), remedy: remedy.to_owned() }
    }

    /// Whether this program, with this state, can go on from it.
    ///
    /// # Errors
    /// [`CheckpointError::Foreign`] that says what differs.
    pub fn expect(&self, expected: &Header) -> Result<(), CheckpointError> {
        let found = &self.header;
        let program = |h: &Header| format!("version {} (commit {}, state {})", h.version, h.commit, h.layout);
        if program(found) != program(expected) {
            let detail = format!("it was written by {}, and this program is {}", program(found), program(expected));
            return Err(self.foreign(detail, "use that program, or run without --resume to start anew"));
        }
        if (&found.plan, found.seed) != (&expected.plan, expected.seed) {
            let differences = differences(&found.configuration, &expected.configuration);
            let detail = if differences.is_empty() {
                format!("its configuration has the hash {}, and this one {}", found.plan, expected.plan)
            } else {
                differences
            };
            return Err(self
                .foreign(detail, "give the same configuration, another --out, or run without --resume to start anew"));
        }
        Ok(())
    }

    /// After the last frame.
    ///
    /// # Errors
    /// If something is left.
    pub fn finish(self) -> Result<(), CheckpointError> {
        if self.left == 0 {
            return Ok(());
        }
        let detail = format!("{} bytes are left at its end", self.left);
        Err(CheckpointError::Damaged { path: self.path, detail })
    }
}

/// The line after the magic, without its end; nothing if it has none.
fn header_line(file: &mut impl BufRead, at_most: u64) -> std::io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    file.by_ref().take(at_most.min(LONGEST_HEADER)).read_until(b'\n', &mut line)?;
    Ok(if line.pop() == Some(b'\n') { Some(line) } else { None })
}

/// The header; a file of another format need not have the same fields, so its format is looked at first.
fn header(path: &Path, line: &[u8]) -> Result<Header, CheckpointError> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let damaged = |error: serde_json::Error| CheckpointError::Damaged {
        path: path.to_owned(),
        detail: format!("its header is no header: {error}"),
    };
    let Format { format } = serde_json::from_slice(line).map_err(damaged)?;
    if format != FORMAT {
        return Err(CheckpointError::Foreign {
            path: path.to_owned(),
            detail: format!("it has format {format}, and this program reads format {FORMAT}"),
            remedy: "use the program that wrote it, or run without --resume to start anew".to_owned(),
        });
    }
    serde_json::from_slice(line).map_err(damaged)
}

/// The values that differ between two configurations, a few of them by name.
#[must_use]
pub fn differences(there: &serde_json::Value, here: &serde_json::Value) -> String {
    const TOLD: usize = 4;
    let empty = serde_json::Map::new();
    let tables = |value: &serde_json::Value| value.as_object().cloned().unwrap_or_default();
    let (there, here) = (tables(there), tables(here));
    let mut found = Vec::new();
    let names: std::collections::BTreeSet<&String> = there.keys().chain(here.keys()).collect();
    for table in names.into_iter().filter(|table| *table != "output") {
        let keys = |of: &serde_json::Map<String, serde_json::Value>| {
            of.get(table).and_then(|t| t.as_object()).unwrap_or(&empty).clone()
        };
        let (old, new) = (keys(&there), keys(&here));
        let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in names.into_iter().filter(|key| (table.as_str(), key.as_str()) != ("run", "years")) {
            let text = |of: &serde_json::Map<String, serde_json::Value>| {
                of.get(key).map_or_else(|| "not there".to_owned(), ToString::to_string)
            };
            if old.get(key) != new.get(key) {
                found.push(format!("`{table}.{key}` was {} and is {}", text(&old), text(&new)));
            }
        }
    }
    let more = found.len().saturating_sub(TOLD);
    found.truncate(TOLD);
    if more > 0 {
        found.push(format!("and {more} more"));
    }
    found.join(", ")
}

impl FrameSource for Checkpoint {
    fn next_frame(&mut self) -> Result<Vec<u8>, StateError> {
        let short = || StateError::content("frame", "the file ends too early");
        self.left = self.left.checked_sub(4).ok_or_else(short)?;
        let mut length = [0; 4];
        self.file.read_exact(&mut length)?;
        let length = u32::from_le_bytes(length);
        self.left = self.left.checked_sub(length.into()).ok_or_else(short)?;
        let mut packed = vec![0; length as usize];
        self.file.read_exact(&mut packed)?;
        let spoilt = |error: snap::Error| StateError::content("frame", error);
        let claimed = snap::raw::decompress_len(&packed).map_err(spoilt)?;
        if claimed > packed.len().saturating_mul(LARGEST_RATIO) {
            return Err(StateError::content("frame", format!("{claimed} bytes out of {}", packed.len())));
        }
        snap::raw::Decoder::new().decompress_vec(&packed).map_err(spoilt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::state::{get, put};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    fn header(tick: u32) -> Header {
        Header {
            format: FORMAT,
            version: "0.1.0".into(),
            commit: "unknown".into(),
            layout: "00".into(),
            plan: "11".into(),
            seed: 7,
            tick,
            configuration: serde_json::json!({"run": {"seed": 7, "years": 2}, "ai": {"enabled": true}}),
        }
    }

    fn written(folder: &Path) -> Vec<u8> {
        let fill = |sink: &mut dyn FrameSink| {
            put(sink, "words", &vec!["a", "b"])?;
            put(sink, "numbers", &vec![0_u64; 5000])
        };
        write_checkpoint(&folder.join(CHECKPOINT), &header(3), fill).unwrap();
        std::fs::read(folder.join(CHECKPOINT)).unwrap()
    }

    /// Reads everything; the error's text if it cannot.
    fn read(folder: &Path) -> Result<(), String> {
        let mut checkpoint = Checkpoint::find(folder).map_err(|e| e.to_string())?.ok_or("none")?;
        checkpoint.expect(&header(9)).map_err(|e| e.to_string())?;
        let words: Vec<String> = get(&mut checkpoint, "words").map_err(|e| e.to_string())?;
        let numbers: Vec<u64> = get(&mut checkpoint, "numbers").map_err(|e| e.to_string())?;
        checkpoint.finish().map_err(|e| e.to_string())?;
        if (words.len(), numbers.len()) == (2, 5000) { Ok(()) } else { Err("other contents".into()) }
    }

    #[test]
    fn a_checkpoint_comes_back_and_zeros_take_little_room() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Checkpoint::find(folder.path()).unwrap().is_none());
        let bytes = written(folder.path());
        assert!(bytes.len() < 1000, "{} bytes", bytes.len());
        assert_eq!(read(folder.path()), Ok(()));
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = written(folder.path());
        let path = folder.path().join(CHECKPOINT);
        for at in 0..bytes.len() {
            let mut spoilt = bytes.clone();
            spoilt[at] ^= 1 << (at % 8);
            std::fs::write(&path, &spoilt).unwrap();
            let text = read(folder.path()).unwrap_err();
            assert!(
                text.contains("damaged") && text.contains("state.bin") && text.contains("--resume"),
                "{at}: {text}"
            );
            std::fs::write(&path, &bytes[..at]).unwrap();
            assert!(read(folder.path()).unwrap_err().contains("damaged"), "cut at {at}");
        }
    }

    #[test]
    fn what_belongs_to_another_run_is_named() {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path());
        let checkpoint = Checkpoint::find(folder.path()).unwrap().unwrap();
        let refused = |expected: Header| checkpoint.expect(&expected).unwrap_err().to_string();
        let mut other = Header { plan: "12".into(), seed: 8, ..header(0) };
        other.configuration["run"]["seed"] = 8.into();
        other.configuration["run"]["years"] = 9.into();
        let text = refused(other);
        assert!(text.contains("`run.seed` was 7 and is 8") && !text.contains("years"), "{text}");
        assert!(refused(Header { version: "0.2.0".into(), ..header(0) }).contains("written by version 0.1.0"));
        assert!(refused(Header { layout: "01".into(), ..header(0) }).contains("use that program"));
        let format = Header { format: 2, ..header(0) };
        write_checkpoint(&folder.path().join(CHECKPOINT), &format, |_| Ok(())).unwrap();
        assert!(read(folder.path()).unwrap_err().contains("it has format 2"));
    }

    #[test]
    fn a_writer_that_fails_leaves_the_checkpoint_before() {
        let folder = tempfile::tempdir().unwrap();
        let before = written(folder.path());
        let full = |sink: &mut dyn FrameSink| {
            sink.put(b"half")?;
            Err(StateError::Io(Error::from(ErrorKind::StorageFull)))
        };
        let path = folder.path().join(CHECKPOINT);
        let text = write_checkpoint(&path, &header(4), full).unwrap_err().to_string();
        assert!(text.contains("free some space"), "{text}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing half-written is left");
    }

    static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| written(tempfile::tempdir().unwrap().path()));

    proptest! {
        /// A mutation with a right checksum, which only malice makes, is refused or read; it never panics.
        #[test]
        fn no_bytes_make_the_reader_panic(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
            cut in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir(folder.path().join(CHECKPOINT_FOLDER)).unwrap();
            let mut bytes = WHOLE[..WHOLE.len() - HASH].to_vec();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            let hash = blake3::hash(&bytes);
            bytes.extend(hash.as_bytes());
            std::fs::write(folder.path().join(CHECKPOINT), &bytes).unwrap();
            let _ = read(folder.path());
        }
    }
}
