//! Who buys from whom at the start: sellers are laid on a line by size, buyers fall on it by cumulative demand.
//!
//! Both sides are ordered by region and size, so that large buyers meet large sellers of near regions, and every
//! seller's customers add up to about its share of the sector. What remains uneven becomes part of the firms'
//! opening output, which is solved from the links (a Leontief system of firms).

use rayon::prelude::*;

/// Assigns each buyer (demand, key for the order) a seller (capacity, key): returns the seller's index per buyer.
#[must_use]
pub fn assign(buyers: &[(f64, u64)], sellers: &[(f64, u64)]) -> Vec<usize> {
    let order = |side: &[(f64, u64)]| {
        // Keys lie beside the numbers that they sort: a comparison looks nothing up.
        let mut index: Vec<(u64, f64, usize)> = side.iter().enumerate().map(|(i, s)| (s.1, s.0, i)).collect();
        index.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        index.into_iter().map(|(.., i)| i).collect::<Vec<usize>>()
    };
    let demand: f64 = buyers.iter().map(|b| b.0).sum();
    let supply: f64 = sellers.iter().map(|s| s.0).sum();
    let seller_order = order(sellers);
    let mut result = vec![0; buyers.len()];
    if seller_order.is_empty() || demand <= 0.0 || supply <= 0.0 {
        return result;
    }
    let mut reached = 0.0;
    let mut at = 0;
    let mut seller_end = sellers[seller_order[0]].0 / supply;
    for b in order(buyers) {
        let middle = (reached + buyers[b].0 / 2.0) / demand;
        while seller_end < middle && at + 1 < seller_order.len() {
            at += 1;
            seller_end += sellers[seller_order[at]].0 / supply;
        }
        result[b] = seller_order[at];
        reached += buyers[b].0;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_add_up_to_a_sellers_share() {
        let buyers: Vec<(f64, u64)> = (0..1000u32).map(|i| (1.0 + f64::from(i % 7), u64::from(i / 100))).collect();
        let sellers: Vec<(f64, u64)> = (0..20u32).map(|i| (1.0 + f64::from(i % 3), u64::from(i / 2))).collect();
        let links = assign(&buyers, &sellers);
        let demand: f64 = buyers.iter().map(|b| b.0).sum();
        let supply: f64 = sellers.iter().map(|s| s.0).sum();
        for (j, seller) in sellers.iter().enumerate() {
            let got: f64 = links.iter().zip(&buyers).filter(|(l, _)| **l == j).map(|(_, b)| b.0).sum();
            assert!((got / demand - seller.0 / supply).abs() < 0.01);
        }
    }
}
