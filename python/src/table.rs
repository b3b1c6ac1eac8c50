//! A table of results as one Arrow record batch, handed over by the Arrow C Data Interface in capsules.
//!
//! Numbers stay in the memory that the simulator recorded them in; words are laid out in Arrow's form once. Readers share
//! that memory. Types are those of the Parquet files: int64, double with null for what has no meaning, utf8, and
//! decimal128(38, 0) for fen; units are metadata of the schema, `unit:<column>`.

use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::Arc;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, to_ffi};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    Array, ArrayRef, Decimal128Array, Float64Array, Int64Array, LargeStringArray, RecordBatch, RecordBatchIterator,
    StringArray, StructArray,
};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::exceptions::{PyKeyError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};
use xinzhi::output::Values;

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// Digits of an amount of money, as in the Parquet files.
const FEN_DIGITS: u8 = 38;

/// One table of results. Readable by everything that speaks the Arrow PyCapsule interface, without a copy:
/// `pyarrow.table(t)`, `polars.DataFrame(t)`, `duckdb`.
#[pyclass(frozen, module = "xinzhi")]
pub struct Table {
    name: String,
    units: Vec<(String, String)>,
    batch: RecordBatch,
}

/// One column of a table.
#[pyclass(frozen, module = "xinzhi")]
pub struct Column {
    field: Field,
    unit: String,
    values: ArrayRef,
}

impl Table {
    /// Takes the columns over.
    pub fn new(table: xinzhi::output::Table) -> Self {
        let (mut fields, mut arrays, mut units) = (Vec::new(), Vec::new(), Vec::new());
        for column in table.columns {
            let values = array(column.values);
            let nullable = *values.data_type() == DataType::Float64;
            fields.push(Field::new(&column.name, values.data_type().clone(), nullable));
            arrays.push(values);
            units.push((column.name, column.unit));
        }
        let metadata: HashMap<_, _> = units.iter().map(|(name, unit)| (format!("unit:{name}"), unit.clone())).collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        let batch = RecordBatch::try_new(schema, arrays).expect("columns of a table are of equal length");
        Self { name: table.name, units, batch }
    }
}

fn array(values: Values) -> ArrayRef {
    match values {
        Values::Integer(v) => Arc::new(Int64Array::new(ScalarBuffer::from(v), None)),
        Values::Real(v) => {
            let valid = v.iter().any(|x| x.is_nan()).then(|| v.iter().map(|x| !x.is_nan()).collect::<NullBuffer>());
            Arc::new(Float64Array::new(ScalarBuffer::from(v), valid))
        }
        Values::Text(v) => {
            let bytes: usize = v.iter().map(String::len).sum();
            // Offsets of Arrow's ordinary words have 32 bits.
            if i32::try_from(bytes).is_ok() {
                Arc::new(StringArray::from(v))
            } else {
                Arc::new(LargeStringArray::from(v))
            }
        }
        Values::Fen(v) => {
            let amounts = Decimal128Array::new(ScalarBuffer::from(v), None).with_precision_and_scale(FEN_DIGITS, 0);
            Arc::new(amounts.expect("38 digits and no decimals are a valid type"))
        }
    }
}

fn failed(error: ArrowError) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}

type Capsule<'py> = Bound<'py, PyCapsule>;

fn schema_capsule(py: Python<'_>, schema: FFI_ArrowSchema) -> PyResult<Capsule<'_>> {
    PyCapsule::new_with_value(py, schema, SCHEMA)
}

fn array_capsule(py: Python<'_>, array: FFI_ArrowArray) -> PyResult<Capsule<'_>> {
    PyCapsule::new_with_value(py, array, ARRAY)
}

#[pymethods]
impl Table {
    /// Name of the table, as of its file.
    #[getter]
    fn name(&self) -> &str {
        &self.name
    }

    /// Names of the columns, in the order of the file.
    #[getter]
    fn columns(&self) -> Vec<&str> {
        self.units.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Unit of every column.
    #[getter]
    fn units<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let units = PyDict::new(py);
        self.units.iter().try_for_each(|(name, unit)| units.set_item(name, unit))?;
        Ok(units)
    }

    /// Number of rows and of columns.
    #[getter]
    fn shape(&self) -> (usize, usize) {
        (self.batch.num_rows(), self.batch.num_columns())
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __contains__(&self, name: &str) -> bool {
        self.units.iter().any(|(known, _)| known == name)
    }

    fn __getitem__(&self, name: &str) -> PyResult<Column> {
        let at = self.units.iter().position(|(known, _)| known == name);
        let at = at.ok_or_else(|| PyKeyError::new_err(format!("the table {} has no column {name}", self.name)))?;
        Ok(Column {
            field: self.batch.schema().field(at).clone(),
            unit: self.units[at].1.clone(),
            values: self.batch.column(at).clone(),
        })
    }

    fn __repr__(&self) -> String {
        format!("<xinzhi.Table {}: {} rows, {} columns>", self.name, self.batch.num_rows(), self.batch.num_columns())
    }

    /// The schema, in a capsule of the Arrow C Data Interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Capsule<'py>> {
        schema_capsule(py, FFI_ArrowSchema::try_from(self.batch.schema().as_ref()).map_err(failed)?)
    }

    /// The table as a struct array: capsules of its schema and its values. Another schema cannot be asked for.
    #[pyo3(signature = (requested_schema=None))]
    #[allow(unused_variables, reason = "the name is the interface's")]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Capsule<'py>, Capsule<'py>)> {
        let rows = StructArray::from(self.batch.clone());
        let (values, _) = to_ffi(&rows.to_data()).map_err(failed)?;
        Ok((self.__arrow_c_schema__(py)?, array_capsule(py, values)?))
    }

    /// The table as a stream of one batch, in a capsule. Another schema cannot be asked for.
    #[pyo3(signature = (requested_schema=None))]
    #[allow(unused_variables, reason = "the name is the interface's")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Capsule<'py>> {
        let batches = RecordBatchIterator::new([Ok(self.batch.clone())], self.batch.schema());
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), STREAM)
    }
}

#[pymethods]
impl Column {
    /// Name of the column.
    #[getter]
    fn name(&self) -> &str {
        self.field.name()
    }

    /// Its unit, `1` for shares and indices.
    #[getter]
    fn unit(&self) -> &str {
        &self.unit
    }

    fn __len__(&self) -> usize {
        self.values.len()
    }

    fn __repr__(&self) -> String {
        format!("<xinzhi.Column {} [{}]: {} rows>", self.field.name(), self.unit, self.values.len())
    }

    /// The values as Python's own: `int` (of any size), `float`, `str`; `None` for what has no meaning.
    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let any = self.values.as_any();
        if let Some(v) = any.downcast_ref::<Int64Array>() {
            PyList::new(py, v.values().iter())
        } else if let Some(v) = any.downcast_ref::<Float64Array>() {
            PyList::new(py, v.iter().collect::<Vec<_>>())
        } else if let Some(v) = any.downcast_ref::<Decimal128Array>() {
            PyList::new(py, v.values().iter())
        } else if let Some(v) = any.downcast_ref::<StringArray>() {
            PyList::new(py, v.iter().collect::<Vec<_>>())
        } else {
            let words = any.downcast_ref::<LargeStringArray>().expect("a column is of one of the five types above");
            PyList::new(py, words.iter().collect::<Vec<_>>())
        }
    }

    /// The type, in a capsule of the Arrow C Data Interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Capsule<'py>> {
        schema_capsule(py, FFI_ArrowSchema::try_from(&self.field).map_err(failed)?)
    }

    /// The values: capsules of their type and themselves. Another type cannot be asked for.
    #[pyo3(signature = (requested_schema=None))]
    #[allow(unused_variables, reason = "the name is the interface's")]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Capsule<'py>, Capsule<'py>)> {
        let (values, _) = to_ffi(&self.values.to_data()).map_err(failed)?;
        Ok((self.__arrow_c_schema__(py)?, array_capsule(py, values)?))
    }
}
