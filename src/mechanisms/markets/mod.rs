//! Markets for goods and services: between firms, to households, governments and the world.

pub mod board;
pub mod budgets;
pub mod choice;
pub mod construction;
mod consumer_payments;
pub mod consumption;
pub mod engel;
pub mod foreign_trade;
pub mod interfirm;
pub mod personalised_pricing;
pub mod public_purchases;
pub mod purchase_plan;
pub mod scatter;
mod seller_lists;
pub mod vintages;

use crate::engine::Indicators;

/// Share of imports in a need, given its share at opening prices.
///
/// ```text
/// m = m₀ · (p / p_m)^σ / (m₀ · (p / p_m)^σ + 1 − m₀)
/// ```
///
/// σ `Structure::import_elasticity`, a parameter of `foreign_trade`.
#[must_use]
pub fn import_share(opening_share: f64, domestic_price: f64, import_price: f64, elasticity: f64) -> f64 {
    if opening_share <= 0.0 {
        return 0.0;
    }
    let weight = opening_share * libm::pow(domestic_price / import_price, elasticity);
    weight / (weight + 1.0 - opening_share)
}

/// Share of imports in a need for a product at the quarter's prices; the need is what comes from home and from abroad at
/// opening prices.
#[must_use]
pub fn product_import_share(home: f64, abroad: f64, product: usize, prices: &Indicators, elasticity: f64) -> f64 {
    let need = home + abroad;
    if need > 0.0 {
        import_share(abroad / need, prices.prices[product], prices.import_prices[product], elasticity)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dear_imports_are_bought_less() {
        assert!((import_share(0.2, 1.0, 1.0, 1.5) - 0.2).abs() < 1e-12);
        assert!(import_share(0.2, 1.0, 1.2, 1.5) < 0.2);
        assert!((import_share(0.0, 1.0, 1.0, 1.5)).abs() < 1e-12);
    }
}
