//! The in-memory form of every result table: named columns with a unit, one value a row.
//!
//! Statistics fill it, writers stream it to disk, figures read it back.

use super::error::OutputError;

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

    /// Appends the rows of a table with the same columns.
    ///
    /// # Errors
    /// If it has others.
    pub fn extend(&mut self, rows: Self) -> Result<(), OutputError> {
        let same = self.columns.len() == rows.columns.len()
            && self.columns.iter().zip(&rows.columns).all(|(a, b)| a.name == b.name && a.unit == b.unit);
        if !same {
            return Err(OutputError::table(&self.name, "", "rows of other columns"));
        }
        for (column, more) in self.columns.iter_mut().zip(rows.columns) {
            match (&mut column.values, more.values) {
                (Values::Integer(all), Values::Integer(more)) => all.extend(more),
                (Values::Real(all), Values::Real(more)) => all.extend(more),
                (Values::Text(all), Values::Text(more)) => all.extend(more),
                (Values::Fen(all), Values::Fen(more)) => all.extend(more),
                _ => return Err(OutputError::table(&self.name, &column.name, "values of another kind")),
            }
        }
        Ok(())
    }

    /// The table with its rows; leaves its columns without any.
    #[must_use]
    pub fn take_rows(&mut self) -> Self {
        let empty = |values: &Values| match values {
            Values::Integer(_) => Values::Integer(Vec::new()),
            Values::Real(_) => Values::Real(Vec::new()),
            Values::Text(_) => Values::Text(Vec::new()),
            Values::Fen(_) => Values::Fen(Vec::new()),
        };
        let columns = self
            .columns
            .iter()
            .map(|c| Column { name: c.name.clone(), unit: c.unit.clone(), values: empty(&c.values) })
            .collect();
        core::mem::replace(self, Self { name: self.name.clone(), columns })
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
