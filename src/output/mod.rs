//! Result tables and the run folder.

pub mod checkpoint;
pub mod csv;
pub mod error;
pub mod lock;
pub mod manifest;
pub mod parquet;
pub mod parquet_read;
pub mod run_folder;
pub mod stream;
pub mod table;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use csv::{read_csv, write_csv};
pub use error::OutputError;
pub use lock::FolderLock;
pub use manifest::{Counts, FileEntry, Manifest, Status, table_hash};
pub use parquet::{ParquetTable, write_parquet};
pub use parquet_read::read_parquet;
pub use run_folder::{RunFolder, TableWriter};
pub use stream::{StreamState, TableStream};
pub use table::{Column, Table, Values};
