//! Sums by seller over all buyers: every thread adds into a table of its own for one block of rows, and the tables are
//! added up. Integers, so that neither the number of blocks nor their bounds can be seen in the result.

/// Rows below which a block is not worth a thread.
const SMALLEST_BLOCK: usize = 1024;

/// Rows of one block: one block a thread.
#[must_use]
pub fn block_rows(rows: usize) -> usize {
    rows.div_ceil(rayon::current_num_threads()).max(SMALLEST_BLOCK)
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
    fn blocks_cover_all_rows() {
        for rows in [0, 1, SMALLEST_BLOCK, 10 * SMALLEST_BLOCK + 3] {
            assert!(block_rows(rows) > 0 && block_rows(rows) * rayon::current_num_threads() >= rows);
        }
        assert_eq!(add_up([vec![1, 2], vec![3, 4]], 2), [4, 6]);
        assert_eq!(add_up([], 2), [0, 0]);
    }
}
