//! Parquet files back into tables: what [`super::parquet`] writes, and no other dialect.

use super::error::OutputError;
use super::parquet::{FEN_BYTES, UNIT_KEY, from_parquet};
use super::table::{Table, Values};
use parquet::basic::{LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{
    ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int64Type,
};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use std::fs::File;
use std::path::Path;

/// Reads a whole file; the table's name and units are those it was written with.
///
/// # Errors
/// If the file cannot be read, is damaged, or holds a column type that this program does not write.
pub fn read_parquet(path: &Path) -> Result<Table, OutputError> {
    let parquet = |error| from_parquet(path, "read", error);
    let file = File::open(path).map_err(OutputError::io(path, "open"))?;
    let reader = SerializedFileReader::new(file).map_err(parquet)?;
    let metadata = reader.metadata().file_metadata();
    let units = metadata.key_value_metadata().map_or(&[][..], Vec::as_slice);
    let mut table = Table::new(metadata.schema_descr().name());
    for (at, descriptor) in metadata.schema_descr().columns().iter().enumerate() {
        let mut values = empty(descriptor)
            .ok_or_else(|| OutputError::format(path, format!("column `{}` has a foreign type", descriptor.name())))?;
        for group in 0..reader.num_row_groups() {
            let group = reader.get_row_group(group).map_err(parquet)?;
            let rows = usize::try_from(group.metadata().num_rows())
                .map_err(|_| OutputError::format(path, "a negative number of rows"))?;
            let chunk = group.get_column_reader(at).map_err(parquet)?;
            Chunk { path, column: descriptor.name(), rows }.extend(&mut values, chunk)?;
        }
        let key = format!("{UNIT_KEY}{}", descriptor.name());
        let unit = units.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.as_deref()).unwrap_or_default();
        table = table.with(descriptor.name(), unit, values);
    }
    Ok(table)
}

/// No values of the kind that the column holds; nothing if it is none of ours.
fn empty(descriptor: &ColumnDescriptor) -> Option<Values> {
    match (descriptor.physical_type(), descriptor.logical_type_ref()) {
        (Physical::INT64, None) => Some(Values::Integer(Vec::new())),
        (Physical::DOUBLE, None) => Some(Values::Real(Vec::new())),
        (Physical::BYTE_ARRAY, Some(LogicalType::String)) => Some(Values::Text(Vec::new())),
        (Physical::FIXED_LEN_BYTE_ARRAY, Some(LogicalType::Decimal(decimal)))
            if decimal.scale == 0 && descriptor.type_length() == FEN_BYTES =>
        {
            Some(Values::Fen(Vec::new()))
        }
        _ => None,
    }
}

/// One column of one row group.
struct Chunk<'a> {
    path: &'a Path,
    column: &'a str,
    rows: usize,
}

impl Chunk<'_> {
    fn extend(&self, values: &mut Values, reader: ColumnReader) -> Result<(), OutputError> {
        match values {
            Values::Integer(v) => v.extend(self.complete::<Int64Type>(reader)?),
            Values::Real(v) => {
                let (present, levels) = self.records::<DoubleType>(reader)?;
                if levels.is_empty() {
                    v.extend(present);
                } else {
                    let mut present = present.into_iter();
                    v.extend(
                        levels.iter().map(|level| if *level > 0 { present.next() } else { None }.unwrap_or(f64::NAN)),
                    );
                }
            }
            Values::Text(v) => {
                for word in self.complete::<ByteArrayType>(reader)? {
                    v.push(self.word(&word)?);
                }
            }
            Values::Fen(v) => {
                for amount in self.complete::<FixedLenByteArrayType>(reader)? {
                    v.push(self.amount(&amount)?);
                }
            }
        }
        Ok(())
    }

    /// Values that are there, and definition levels (none for a column without nulls).
    fn records<T: DataType>(&self, reader: ColumnReader) -> Result<(Vec<T::T>, Vec<i16>), OutputError> {
        let mut reader = get_typed_column_reader::<T>(reader);
        let (mut values, mut levels) = (Vec::new(), Vec::new());
        let (mut records, mut more) = (0, true);
        while records < self.rows && more {
            let (read, _, _) = reader
                .read_records(self.rows - records, Some(&mut levels), None, &mut values)
                .map_err(|error| from_parquet(self.path, "read", error))?;
            records += read;
            more = read > 0;
        }
        if records == self.rows { Ok((values, levels)) } else { Err(self.short(records)) }
    }

    /// Values of a column that may have no nulls.
    fn complete<T: DataType>(&self, reader: ColumnReader) -> Result<Vec<T::T>, OutputError> {
        let (values, _) = self.records::<T>(reader)?;
        if values.len() == self.rows { Ok(values) } else { Err(self.short(values.len())) }
    }

    fn word(&self, bytes: &ByteArray) -> Result<String, OutputError> {
        bytes.as_utf8().map(str::to_owned).map_err(|error| from_parquet(self.path, "read", error))
    }

    fn amount(&self, bytes: &FixedLenByteArray) -> Result<i128, OutputError> {
        <[u8; size_of::<i128>()]>::try_from(bytes.data())
            .map(i128::from_be_bytes)
            .map_err(|_| OutputError::format(self.path, format!("column `{}`: an amount of wrong length", self.column)))
    }

    fn short(&self, found: usize) -> OutputError {
        OutputError::format(self.path, format!("column `{}`: {found} values in {} rows", self.column, self.rows))
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::table_hash;
    use super::super::parquet::{ParquetTable, write_parquet};
    use super::*;
    use std::io::ErrorKind;

    fn some(rows: u16) -> Table {
        let limit = 10_i128.pow(38) - 1;
        let share = |i: u16| if i.is_multiple_of(3) { f64::NAN } else { 1.0 / f64::from(i) };
        let word = |i: u16| ["", "制造业", "C26"][usize::from(i) % 3].to_owned();
        let amount = |i: u16| [-1, -limit, limit, 7][usize::from(i) % 4];
        Table::new("accounts")
            .with("tick", "quarter", Values::Integer((0..rows).map(|i| i64::from(i) - 1).collect()))
            .with("share", "1", Values::Real((0..rows).map(share).collect()))
            .with("sector", "", Values::Text((0..rows).map(word).collect()))
            .with("amount_fen", "fen", Values::Fen((0..rows).map(amount).collect()))
    }

    /// Equality with `NaN` equal to itself, to the bit otherwise.
    fn same(a: &Table, b: &Table) -> bool {
        let bits = |t: &Table| {
            t.columns
                .iter()
                .map(|c| match &c.values {
                    Values::Real(v) => {
                        format!("{}{}{:?}", c.name, c.unit, v.iter().map(|x| x.to_bits()).collect::<Vec<_>>())
                    }
                    other => format!("{}{}{other:?}", c.name, c.unit),
                })
                .collect::<Vec<_>>()
        };
        a.name == b.name && bits(a) == bits(b)
    }

    #[test]
    fn a_table_comes_back_with_nulls_negative_money_words_and_units() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        for rows in [0, 1, 25_000] {
            write_parquet(&path, &some(rows)).unwrap();
            assert!(same(&read_parquet(&path).unwrap(), &some(rows)), "{rows} rows");
        }
    }

    #[test]
    fn row_groups_follow_one_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        let mut file = ParquetTable::create(&path, &some(0)).unwrap();
        for rows in [2, 0, 3] {
            file.append(&some(rows)).unwrap();
        }
        file.finish().unwrap();
        let table = read_parquet(&path).unwrap();
        assert_eq!(table.column("tick").unwrap().values, Values::Integer(vec![-1, 0, -1, 0, 1]));
        assert_eq!(table.column("amount_fen").unwrap().unit, "fen");
    }

    #[test]
    fn the_bytes_depend_on_the_table_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        write_parquet(&one, &some(100)).unwrap();
        write_parquet(&two, &some(100)).unwrap();
        assert_eq!(table_hash(&one).unwrap(), table_hash(&two).unwrap());
        let bytes = std::fs::read(&one).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("parquet-rs"));
    }

    #[test]
    fn a_table_of_another_shape_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = ParquetTable::create(&folder.path().join("t"), &some(0)).unwrap();
        let fails = |file: &mut ParquetTable, change: &dyn Fn(&mut Table), hint: &str| {
            let mut table = some(2);
            change(&mut table);
            let text = file.append(&table).unwrap_err().to_string();
            assert!(text.contains("`accounts`") && text.contains(hint), "{text}");
        };
        fails(&mut file, &|t| t.columns.truncate(2), "2 columns where the file has 4");
        fails(&mut file, &|t| t.columns.swap(0, 1), "the file has `tick` in this place");
        fails(&mut file, &|t| t.columns[1].unit = "CNY".to_owned(), "unit `CNY` where the file has `1`");
        fails(&mut file, &|t| t.columns[1].values = Values::Integer(vec![1, 2]), "another kind");
        fails(&mut file, &|t| t.columns[1].values = Values::Real(vec![1.0]), "1 values in a table of 2 rows");
        fails(&mut file, &|t| t.columns[3].values = Values::Fen(vec![1, -(10_i128.pow(38))]), "more than 38 digits");
        file.append(&some(2)).unwrap();
        let twice = some(0).with("tick", "quarter", Values::Integer(Vec::new()));
        assert!(ParquetTable::create(&folder.path().join("u"), &twice).unwrap_err().to_string().contains("twice"));
    }

    #[test]
    fn a_damaged_or_missing_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t");
        assert!(matches!(read_parquet(&path), Err(OutputError::Io { .. })));
        write_parquet(&path, &some(9)).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let error = read_parquet(&path).unwrap_err();
        assert!(matches!(error, OutputError::Format { .. }), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error_of_the_system_with_a_remedy() {
        let error = write_parquet(Path::new("/dev/full"), &some(9)).unwrap_err();
        assert!(error.to_string().contains("free some space"), "{error}");
        assert!(matches!(error, OutputError::Io { source, .. } if source.kind() == ErrorKind::StorageFull));
    }
}
