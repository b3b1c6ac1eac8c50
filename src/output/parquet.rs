//! Tables as Parquet files, written a row group at a time.
//!
//! The bytes depend on the table alone: fixed settings, a fixed `created_by`, no path, time or host. Units travel
//! as key-value metadata (`unit:<column>`). Integers are INT64, real numbers DOUBLE with null for `NaN`, words UTF-8
//! strings, money decimal128(38, 0) in sixteen big-endian bytes.

use super::error::OutputError;
use super::table::{Column, Table, Values};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};
use std::fs::File;
use std::io::Error;
use std::mem::{Discriminant, discriminant};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Prefix of the metadata keys that hold units.
pub(super) const UNIT_KEY: &str = "unit:";
/// Digits of the money type; larger amounts do not fit and are an error.
const FEN_DIGITS: i32 = 38;
/// Bytes of one amount.
pub(super) const FEN_BYTES: i32 = 16;
const FEN_LIMIT: i128 = 10_i128.pow(FEN_DIGITS.unsigned_abs());

/// A Parquet file that is being written.
#[derive(Debug)]
pub struct ParquetTable {
    path: PathBuf,
    name: String,
    /// Name, unit and kind of every column, in file order.
    schema: Vec<(String, String, Discriminant<Values>)>,
    writer: SerializedFileWriter<File>,
}

impl ParquetTable {
    /// Opens a file for tables with the columns of `schema`; rows of `schema` itself are not written.
    ///
    /// # Errors
    /// If the file cannot be created, or two columns share a name.
    pub fn create(path: &Path, schema: &Table) -> Result<Self, OutputError> {
        Self::create_as(path, path, schema)
    }

    /// The same for a file that will have another name when it is complete: errors name that one.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn create_as(file: &Path, path: &Path, schema: &Table) -> Result<Self, OutputError> {
        for (at, column) in schema.columns.iter().enumerate() {
            if schema.columns[..at].iter().any(|earlier| earlier.name == column.name) {
                return Err(OutputError::table(&schema.name, &column.name, "the name occurs twice"));
            }
        }
        let columns =
            schema.columns.iter().map(|c| (c.name.clone(), c.unit.clone(), discriminant(&c.values))).collect();
        let file = File::create(file).map_err(OutputError::io(path, "create"))?;
        let writer = file_schema(schema)
            .and_then(|root| SerializedFileWriter::new(file, Arc::new(root), Arc::new(properties(schema))))
            .map_err(|error| from_parquet(path, "write", error))?;
        Ok(Self { path: path.to_owned(), name: schema.name.clone(), schema: columns, writer })
    }

    /// Appends the rows of a table as one row group; a table without rows adds nothing.
    ///
    /// # Errors
    /// If the columns differ from the schema or in length, an amount has more than 38 digits, or the disk refuses.
    pub fn append(&mut self, table: &Table) -> Result<(), OutputError> {
        self.check(table)?;
        if table.rows() == 0 {
            return Ok(());
        }
        write_row_group(&mut self.writer, table).map_err(|error| from_parquet(&self.path, "write", error))
    }

    /// Appends the row groups of a file with the same columns as they are, without unpacking them.
    ///
    /// # Errors
    /// If the file is not there, has other columns, or the disk refuses.
    pub fn append_file(&mut self, path: &Path) -> Result<(), OutputError> {
        let file = File::open(path).map_err(OutputError::io(path, "open"))?;
        let metadata =
            ParquetMetaDataReader::new().parse_and_finish(&file).map_err(|error| from_parquet(path, "read", error))?;
        metadata
            .row_groups()
            .iter()
            .try_for_each(|group| copy_row_group(&mut self.writer, &file, group))
            .map_err(|error| from_parquet(&self.path, "write", error))
    }

    /// Writes the footer and waits until the file is on the disk.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn finish(self) -> Result<(), OutputError> {
        let file = self.writer.into_inner().map_err(|error| from_parquet(&self.path, "write", error))?;
        file.sync_all().map_err(OutputError::io(&self.path, "write"))
    }

    fn check(&self, table: &Table) -> Result<(), OutputError> {
        let wrong = |column: &str, detail: String| Err(OutputError::table(&self.name, column, detail));
        if table.columns.len() != self.schema.len() {
            return wrong("", format!("{} columns where the file has {}", table.columns.len(), self.schema.len()));
        }
        for (column, (name, unit, kind)) in table.columns.iter().zip(&self.schema) {
            if column.name != *name {
                return wrong(&column.name, format!("the file has `{name}` in this place"));
            }
            if column.unit != *unit {
                return wrong(name, format!("unit `{}` where the file has `{unit}`", column.unit));
            }
            if discriminant(&column.values) != *kind {
                return wrong(name, "values of another kind than the file's".to_owned());
            }
            if column.values.len() != table.rows() {
                return wrong(name, format!("{} values in a table of {} rows", column.values.len(), table.rows()));
            }
            if let Values::Fen(amounts) = &column.values
                && let Some(amount) = amounts.iter().find(|a| !(-FEN_LIMIT < **a && **a < FEN_LIMIT))
            {
                return wrong(name, format!("{amount} fen has more than {FEN_DIGITS} digits"));
            }
        }
        Ok(())
    }
}

/// Writes a whole table as one file with one row group.
///
/// # Errors
/// As [`ParquetTable::create`], [`ParquetTable::append`] and [`ParquetTable::finish`].
pub fn write_parquet(path: &Path, table: &Table) -> Result<(), OutputError> {
    let mut file = ParquetTable::create(path, table)?;
    file.append(table)?;
    file.finish()
}

fn file_schema(schema: &Table) -> Result<Type, ParquetError> {
    let fields = schema.columns.iter().map(|column| field(column).map(Arc::new)).collect::<Result<_, _>>()?;
    Type::group_type_builder(&schema.name).with_fields(fields).build()
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let of = |physical, repetition| Type::primitive_type_builder(&column.name, physical).with_repetition(repetition);
    match column.values {
        Values::Integer(_) => of(Physical::INT64, Repetition::REQUIRED),
        Values::Real(_) => of(Physical::DOUBLE, Repetition::OPTIONAL),
        Values::Text(_) => of(Physical::BYTE_ARRAY, Repetition::REQUIRED).with_logical_type(Some(LogicalType::String)),
        Values::Fen(_) => of(Physical::FIXED_LEN_BYTE_ARRAY, Repetition::REQUIRED)
            .with_length(FEN_BYTES)
            .with_logical_type(Some(LogicalType::decimal(0, FEN_DIGITS)))
            .with_precision(FEN_DIGITS)
            .with_scale(0),
    }
    .build()
}

/// Every setting that reaches the bytes is spelt out, so that a new default of the crate does not move them.
fn properties(schema: &Table) -> WriterProperties {
    let units = schema.columns.iter().map(|c| KeyValue::new(format!("{UNIT_KEY}{}", c.name), c.unit.clone())).collect();
    let mut builder = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_created_by("xinzhi".to_owned())
        .set_key_value_metadata(Some(units))
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_statistics_truncate_length(Some(64))
        .set_offset_index_disabled(true)
        .set_data_page_size_limit(1 << 20)
        .set_dictionary_page_size_limit(1 << 20)
        .set_data_page_row_count_limit(20_000)
        .set_write_batch_size(1024)
        .set_dictionary_enabled(false);
    for column in &schema.columns {
        if matches!(column.values, Values::Integer(_) | Values::Text(_)) {
            builder = builder.set_column_dictionary_enabled(ColumnPath::new(vec![column.name.clone()]), true);
        }
    }
    builder.build()
}

fn write_row_group(writer: &mut SerializedFileWriter<File>, table: &Table) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for column in &table.columns {
        let mut chunk = group.next_column()?.expect("the file has as many columns as the table: checked on entry");
        write_column(&mut chunk, &column.values)?;
        chunk.close()?;
    }
    group.close()?;
    Ok(())
}

fn copy_row_group(
    writer: &mut SerializedFileWriter<File>,
    file: &File,
    group: &RowGroupMetaData,
) -> Result<(), ParquetError> {
    let mut copy = writer.next_row_group()?;
    for column in group.columns() {
        let chunk = ColumnCloseResult {
            bytes_written: column.compressed_size().unsigned_abs(),
            rows_written: group.num_rows().unsigned_abs(),
            metadata: column.clone(),
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        copy.append_column(file, chunk)?;
    }
    copy.close()?;
    Ok(())
}

fn write_column(chunk: &mut SerializedColumnWriter<'_>, values: &Values) -> Result<(), ParquetError> {
    match values {
        Values::Integer(v) => chunk.typed::<Int64Type>().write_batch(v, None, None),
        Values::Real(v) => {
            let present: Vec<f64> = v.iter().copied().filter(|x| !x.is_nan()).collect();
            let levels: Vec<i16> = v.iter().map(|x| i16::from(!x.is_nan())).collect();
            chunk.typed::<DoubleType>().write_batch(&present, Some(&levels), None)
        }
        Values::Text(v) => {
            // One buffer and slices of it: no allocation a row.
            let buffer = ByteArray::from(v.concat().into_bytes());
            let mut at = 0;
            let slices: Vec<ByteArray> = v.iter().map(|word| cut(&buffer, &mut at, word.len())).collect();
            chunk.typed::<ByteArrayType>().write_batch(&slices, None, None)
        }
        Values::Fen(v) => {
            let buffer = ByteArray::from(v.iter().flat_map(|amount| amount.to_be_bytes()).collect::<Vec<u8>>());
            let mut at = 0;
            let slices: Vec<FixedLenByteArray> =
                v.iter().map(|_| cut(&buffer, &mut at, size_of::<i128>()).into()).collect();
            chunk.typed::<FixedLenByteArrayType>().write_batch(&slices, None, None)
        }
    }
    .map(|_| ())
}

fn cut(buffer: &ByteArray, at: &mut usize, length: usize) -> ByteArray {
    let slice = buffer.slice(*at, length);
    *at += length;
    slice
}

/// A system error inside the crate's error comes out as one; the rest says that the file is not as it should be.
pub(super) fn from_parquet(path: &Path, action: &'static str, error: ParquetError) -> OutputError {
    match error {
        ParquetError::External(inner) => match inner.downcast::<Error>() {
            Ok(source) => OutputError::Io { path: path.to_owned(), action, source: *source },
            Err(other) => OutputError::format(path, other.to_string()),
        },
        other => OutputError::format(path, other.to_string()),
    }
}
