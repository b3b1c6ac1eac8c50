//! Choice of a seller: a buyer looks at another one now and then, more often after being turned away, and changes if price,
//! quality and reliability are better there.
//!
//! ```text
//! P(look) = s + (1 − s) · σ · (1 − reliability)      only s where reliability has no weight
//! change if  Δ(φ_q ln quality − φ_p ln price + φ_r ln reliability) + noise > 0
//! ```
//!
//! s `search_probability`; σ `search_when_refused`; φ weights. Sources: few sellers met, and loyalty, as in Delli Gatti et al. (2011), chapter 3. Used by firms
//! (`interfirm`) and households (`consumption`).

use super::board::Stall;

/// What a seller is worth to a buyer \[log points\].
#[must_use]
pub fn utility(s: &Stall, price_weight: f64, quality_weight: f64, reliability_weight: f64) -> f64 {
    quality_weight * libm::log(s.quality.max(1e-9)) - price_weight * libm::log(s.price.max(1e-9))
        + reliability_weight * libm::log(s.reliability)
}

/// Whether a candidate beats the present supplier.
#[must_use]
pub fn prefers(
    candidate: &Stall,
    present: &Stall,
    price_weight: f64,
    quality_weight: f64,
    reliability_weight: f64,
    noise: f64,
) -> bool {
    let of = |s: &Stall| utility(s, price_weight, quality_weight, reliability_weight);
    of(candidate) - of(present) + noise > 0.0
}

/// Chance of looking at another seller: the usual one, and more if the present one turned orders away.
#[must_use]
pub fn search_chance(usual: f64, when_refused: f64, reliability: f64, reliability_weight: f64) -> f64 {
    if reliability_weight > 0.0 { usual + (1.0 - usual) * when_refused * (1.0 - reliability) } else { usual }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cheaper_or_better_supplier_is_preferred() {
        let stall =
            |price: f64, quality: f64, reliability: f64| Stall { price, quality, reliability, ..Stall::default() };
        let present = stall(1.0, 1.0, 1.0);
        assert!(prefers(&stall(0.9, 1.0, 1.0), &present, 4.0, 2.0, 1.0, 0.0));
        assert!(prefers(&stall(1.0, 1.1, 1.0), &present, 4.0, 2.0, 1.0, 0.0));
        assert!(!prefers(&stall(1.1, 1.0, 1.0), &present, 4.0, 2.0, 1.0, 0.0));
        assert!(!prefers(&stall(1.0, 1.0, 0.5), &present, 4.0, 2.0, 1.0, 0.0));
        assert!((search_chance(0.05, 0.3, 1.0, 1.0) - 0.05).abs() < 1e-12);
        assert!(search_chance(0.05, 0.3, 0.5, 1.0) > 0.15);
    }
}
