//! A hash of what a table holds, whatever file it is in.

use crate::output::{Table, Values};

/// BLAKE3 of names, units, kinds and values of all columns, hexadecimal; missing values are all alike.
#[must_use]
pub fn content_hash(table: &Table) -> String {
    let mut hasher = blake3::Hasher::new();
    for column in &table.columns {
        for word in [&column.name, &column.unit] {
            hasher.update(&(word.len() as u64).to_le_bytes()).update(word.as_bytes());
        }
        hasher.update(&(column.values.len() as u64).to_le_bytes());
        match &column.values {
            Values::Integer(values) => {
                hasher.update(b"i");
                for x in values {
                    hasher.update(&x.to_le_bytes());
                }
            }
            Values::Real(values) => {
                hasher.update(b"r");
                let canonical = |x: &f64| if x.is_nan() { f64::NAN } else { *x };
                for x in values {
                    hasher.update(&canonical(x).to_bits().to_le_bytes());
                }
            }
            Values::Text(values) => {
                hasher.update(b"t");
                for word in values {
                    hasher.update(&(word.len() as u64).to_le_bytes()).update(word.as_bytes());
                }
            }
            Values::Fen(values) => {
                hasher.update(b"f");
                for x in values {
                    hasher.update(&x.to_le_bytes());
                }
            }
        }
    }
    hasher.finalize().to_hex().to_string()
}
