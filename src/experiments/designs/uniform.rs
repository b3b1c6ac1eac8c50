//! Uniform draws of designs: the output of BLAKE3 for a name and a seed, read eight bytes at a time. It has nothing to
//! do with the draws of a run.

use blake3::OutputReader;

/// A stream of draws.
pub struct Uniform(OutputReader);

impl Uniform {
    /// The stream of a purpose and a seed.
    pub fn new(purpose: &str, seed: u64) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"xinzhi design ").update(purpose.as_bytes()).update(&seed.to_le_bytes());
        Self(hasher.finalize_xof())
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From 0 to below a bound.
    #[allow(clippy::cast_possible_truncation, reason = "the upper half of a product of two 64-bit numbers")]
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// 0, 1, … in random order (Fisher & Yates).
    #[allow(clippy::cast_possible_truncation, reason = "as many as there is memory for")]
    pub fn permutation(&mut self, length: u64) -> Vec<u64> {
        let mut order: Vec<u64> = (0..length).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, self.below(last as u64 + 1) as usize);
        }
        order
    }
}
