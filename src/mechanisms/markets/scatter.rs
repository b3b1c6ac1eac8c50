//! Sums by seller over all households: every thread adds into a table of its own for one block of rows, and the tables are
//! added up. Integers, so that neither the number of blocks nor their bounds can be seen in the result.

use crate::engine::CHUNK;

/// Rows of one block: whole chunks, one block a thread.
#[must_use]
pub fn block_rows(rows: usize) -> usize {
    rows.div_ceil(rayon::current_num_threads()).next_multiple_of(CHUNK).max(CHUNK)
}

/// Adds up the tables of all blocks.
#[must_use]
pub fn add_up(tables: impl IntoIterator<Item = Vec<i64>>, sellers: usize) -> Vec<i64> {
    let mut tables = tables.into_iter();
    let mut sum = tables.next().unwrap_or_else(|| vec![0; sellers]);
    for table in tables {
        for (s, x) in sum.iter_mut().zip(table) {
            *s += x;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_all_rows_in_whole_chunks() {
        for rows in [0, 1, CHUNK, 10 * CHUNK + 3] {
            assert!(block_rows(rows).is_multiple_of(CHUNK) && block_rows(rows) * rayon::current_num_threads() >= rows);
        }
        assert_eq!(add_up([vec![1, 2], vec![3, 4]], 2), [4, 6]);
        assert_eq!(add_up([], 2), [0, 0]);
    }
}
