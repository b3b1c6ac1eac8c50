//! The in-memory form of every result table: named columns with a unit, one value a row.
//!
//! Statistics fill it, writers stream it to disk, figures read it back.

/// Values of one column.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Values {
    /// Whole numbers (tick, year, counts).
    Integer(Vec<i64>),
    /// Real numbers; a missing value is `NaN` and is written as null.
    Real(Vec<f64>),
    /// Words (keys such as sector codes).
    Text(Vec<String>),
    /// Exact money in fen.
    Fen(Vec<i128>),
}

impl Values {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Integer(v) => v.len(),
            Self::Real(v) => v.len(),
            Self::Text(v) => v.len(),
            Self::Fen(v) => v.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One column: its name, its unit and its values.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Column {
    /// Snake-case name, fixed by the specification for core columns.
    pub name: String,
    /// Unit as a reader would write it, `1` for shares and indices.
    pub unit: String,
    /// One value a row.
    pub values: Values,
}

/// A table: columns of equal length.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Table {
    /// File stem (`series`, `sectors`, …).
    pub name: String,
    /// Columns in file order.
    pub columns: Vec<Column>,
}

impl Table {
    /// An empty table with a file stem.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), columns: Vec::new() }
    }

    /// Appends a column; returns the table for chaining.
    #[must_use]
    pub fn with(mut self, name: &str, unit: &str, values: Values) -> Self {
        self.columns.push(Column { name: name.to_owned(), unit: unit.to_owned(), values });
        self
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |c| c.values.len())
    }

    /// A column by name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// A column as real numbers (integers and money are converted), if it is there and numeric.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "figures need no more than 53 bits")]
    pub fn reals(&self, name: &str) -> Option<Vec<f64>> {
        match &self.column(name)?.values {
            Values::Integer(v) => Some(v.iter().map(|x| *x as f64).collect()),
            Values::Real(v) => Some(v.clone()),
            Values::Fen(v) => Some(v.iter().map(|x| *x as f64).collect()),
            Values::Text(_) => None,
        }
    }

    /// A text column.
    #[must_use]
    pub fn texts(&self, name: &str) -> Option<&[String]> {
        match &self.column(name)?.values {
            Values::Text(v) => Some(v),
            _ => None,
        }
    }
}
