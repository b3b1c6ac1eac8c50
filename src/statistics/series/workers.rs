//! Workers over time: tenure, and wages against unemployment.

use crate::statistics::{Facts, columns};

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "mean_tenure", "years", "mean time that the employed have been with their firm; a fixed sample of workers, everybody where there are few", "workers" => |f| tenure(f, 1) / 4.0;
        "tenure_share_below_1_year", "1", "share of the employed who have been with their firm for less than a year", "workers" => |f| tenure(f, 2);
        "tenure_share_above_10_years", "1", "share of the employed who have been with their firm for ten years or more", "workers" => |f| tenure(f, 3);
        "wage_curve_elasticity", "1", "elasticity of a region's mean wage to its unemployment rate, means of regions and quarters taken out, all quarters so far", "workers; Blanchflower & Oswald (1994)" => |f| f.dynamics.wage_curve;
    }
}

fn tenure(f: &Facts, n: usize) -> f64 {
    f.dynamics.workers.tenure[n] / f.dynamics.workers.tenure[0]
}
