//! A table that grows while a run goes on, in memory that does not.
//!
//! Rows wait until a row group is full, at ticks that depend on nothing but the table; row groups go into part files
//! below `checkpoint/`. A checkpoint seals the open part and keeps the list of parts with their checksums and the rows
//! that wait. The final file takes over the row groups of all parts as they are, so its bytes do not depend on where
//! the run was interrupted.

use super::checkpoint::{CHECKPOINT_FOLDER, CheckpointError};
use super::error::OutputError;
use super::manifest::{FileEntry, table_hash};
use super::run_folder::{RunFolder, TableWriter};
use super::table::Table;
use serde::{Deserialize, Serialize};

/// What a checkpoint keeps of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamState {
    /// Ticks in a row group.
    ticks_a_group: u32,
    /// Part files, in order.
    parts: Vec<FileEntry>,
    /// Rows that wait for their group to be full; also the table's name and columns.
    waiting: Table,
}

impl StreamState {
    /// Name of the table.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.waiting.name
    }

    /// Part files, in order.
    #[must_use]
    pub fn parts(&self) -> &[FileEntry] {
        &self.parts
    }
}

/// A table on its way to its file.
#[derive(Debug)]
pub struct TableStream {
    state: StreamState,
    open: Option<TableWriter>,
}

impl TableStream {
    /// A table with the columns of `first`, and its rows.
    #[must_use]
    pub fn new(first: Table, ticks_a_group: u32) -> Self {
        Self { state: StreamState { ticks_a_group, parts: Vec::new(), waiting: first }, open: None }
    }

    /// The table as a checkpoint left it.
    ///
    /// # Errors
    /// If a part is missing or differs from its checksum.
    pub fn resume(folder: &RunFolder, state: StreamState) -> Result<Self, CheckpointError> {
        for part in &state.parts {
            let path = folder.path().join(&part.path);
            let damaged = |detail: &str| CheckpointError::Damaged { path: path.clone(), detail: detail.to_owned() };
            if !path.is_file() {
                return Err(damaged("it is missing"));
            }
            if table_hash(&path)? != part.blake3 {
                return Err(damaged("it differs from its checksum in the checkpoint"));
            }
        }
        Ok(Self { state, open: None })
    }

    /// Name of the table.
    #[must_use]
    pub fn name(&self) -> &str {
        self.state.name()
    }

    /// Adds the rows up to a tick; writes them if that fills a row group.
    ///
    /// # Errors
    /// If the columns differ, or the system refuses.
    pub fn append(&mut self, folder: &RunFolder, rows: Table, tick: u32) -> Result<(), OutputError> {
        self.state.waiting.extend(rows)?;
        if !tick.is_multiple_of(self.state.ticks_a_group) || self.state.waiting.rows() == 0 {
            return Ok(());
        }
        let rows = self.state.waiting.take_rows();
        let writer = match &mut self.open {
            Some(writer) => writer,
            None => self.open.insert(folder.part_writer(&part_name(&self.state), &rows)?),
        };
        writer.append(&rows)
    }

    /// Completes the open part; what a checkpoint needs to know.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn seal(&mut self, folder: &RunFolder) -> Result<&StreamState, OutputError> {
        if let Some(writer) = self.open.take() {
            let name = part_name(&self.state);
            writer.finish()?;
            self.state.parts.push(folder.file_entry(&name)?);
        }
        Ok(&self.state)
    }

    /// Writes the file: the row groups of all parts, and the rows that wait as a last one. Parts stay, in case that the
    /// run is killed before its manifest is written.
    ///
    /// # Errors
    /// If the system refuses, or a part is spoilt.
    pub fn complete(&mut self, folder: &RunFolder) -> Result<(), OutputError> {
        self.seal(folder)?;
        let mut writer = folder.table_writer(&self.state.waiting)?;
        for part in &self.state.parts {
            writer.append_file(&folder.path().join(&part.path))?;
        }
        writer.append(&self.state.waiting)?;
        writer.finish()
    }
}

/// Name of the part that is open, or the next one.
fn part_name(state: &StreamState) -> String {
    format!("{CHECKPOINT_FOLDER}/{}-{:05}.parquet", state.name(), state.parts.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::super::parquet_read::read_parquet;
    use super::super::table::Values;
    use super::*;

    fn rows(tick: u32) -> Table {
        let tick = i64::from(tick);
        Table::new("events")
            .with("tick", "quarters", Values::Integer(vec![tick; 3]))
            .with(
                "kind",
                "",
                Values::Text(["a", "b", if tick % 2 == 0 { "c" } else { "火" }].map(str::to_owned).to_vec()),
            )
            .with("share", "1", Values::Real(vec![f64::NAN, 0.5, 1.0 / (tick as f64 + 1.0)]))
            .with("amount_fen", "fen", Values::Fen(vec![i128::from(tick) << 70, -1, 0]))
    }

    /// The file after some ticks of a run that was interrupted after some of them.
    fn file(ticks: u32, interruptions: &[u32]) -> Vec<u8> {
        let root = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(root.path()).unwrap();
        let mut stream = TableStream::new(rows(0), 4);
        for tick in 1..=ticks {
            stream.append(&folder, rows(tick), tick).unwrap();
            if interruptions.contains(&tick) {
                let state = stream.seal(&folder).unwrap().clone();
                drop(stream);
                stream =
                    TableStream::resume(&folder, postcard::from_bytes(&postcard::to_stdvec(&state).unwrap()).unwrap())
                        .unwrap();
            }
        }
        stream.complete(&folder).unwrap();
        let path = root.path().join("events.parquet");
        let table = read_parquet(&path).unwrap();
        assert_eq!(table.rows(), 3 * (ticks as usize + 1));
        assert_eq!(table.columns[1].values.len(), table.rows());
        assert_eq!(table.column("amount_fen").unwrap().unit, "fen");
        std::fs::read(path).unwrap()
    }

    #[test]
    fn the_bytes_do_not_depend_on_interruptions() {
        for ticks in [3, 10, 12] {
            let alone = file(ticks, &[]);
            for interruptions in [&[1][..], &[2, 3], &[4], &[4, 8], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]] {
                assert!(alone == file(ticks, interruptions), "{ticks} ticks, interrupted after {interruptions:?}");
            }
        }
    }

    #[test]
    fn a_missing_or_spoilt_part_is_named() {
        let root = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(root.path()).unwrap();
        let mut stream = TableStream::new(rows(0), 1);
        stream.append(&folder, rows(1), 1).unwrap();
        let state = stream.seal(&folder).unwrap().clone();
        let part = root.path().join(&state.parts()[0].path);
        std::fs::write(&part, "spoilt").unwrap();
        let text = TableStream::resume(&folder, state.clone()).unwrap_err().to_string();
        assert!(text.contains("events-00001.parquet") && text.contains("checksum"), "{text}");
        std::fs::remove_file(&part).unwrap();
        assert!(TableStream::resume(&folder, state).unwrap_err().to_string().contains("missing"));
    }
}
