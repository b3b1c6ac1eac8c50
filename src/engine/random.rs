//! Counter-based random numbers: a draw is a function of (seed, tick, stream, agent), never of visiting order.
//!
//! A key is mixed once per system and tick; each agent then owns a short SplitMix64 sequence that starts at
//! `mix(key + agent · φ)` (Steele, Lea & Flood 2014; finaliser: Stafford's variant 13). A new draw in one
//! mechanism therefore never moves another mechanism's draws, and a policy run shares every unaffected draw
//! with its baseline.

use core::convert::Infallible;
use rand::TryRng;

/// Named streams: one per purpose. The discriminant is part of the results; append, never reorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Stream {
    OpeningPopulation = 1,
    OpeningFirms = 2,
    OpeningLinks = 3,
    Technology = 4,
    Adoption = 5,
    ResearchAndDevelopment = 6,
    Credit = 7,
    Ageing = 8,
    Separations = 9,
    Vacancies = 10,
    JobSearch = 11,
    JobAcceptance = 12,
    Training = 13,
    Migration = 14,
    SupplierSearch = 15,
    CapitalSuppliers = 16,
    ConsumerSearch = 17,
    SecondRound = 18,
    Housing = 19,
    Entry = 20,
    Exit = 21,
    // 22, 27 and 28 were used once; a number is not used for anything else.
    Rounding = 23,
    Delivery = 24,
    PublicPurchases = 25,
    Wealth = 26,
    Positions = 29,
    // From 1000 on: of the analysis of results, never of a run.
    Bootstrap = 1000,
}

const PHI: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The key of one stream in one tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamKey(u64);

impl StreamKey {
    /// Mixes seed, tick and stream.
    #[must_use]
    pub const fn new(seed: u64, tick: u32, stream: Stream) -> Self {
        let a = mix(seed.wrapping_add(PHI));
        let b = mix(a ^ (tick as u64).wrapping_mul(0xd134_2543_de82_ef95));
        Self(mix(b ^ (stream as u64).wrapping_mul(0xaf25_1af3_b0f0_25b5)))
    }

    /// The generator of one agent.
    #[must_use]
    #[inline]
    pub const fn agent(self, id: u64) -> Draws {
        Draws(mix(self.0.wrapping_add(id.wrapping_mul(PHI))))
    }

    /// The generator of an agent's `n`-th sub-question (a round of search, say).
    #[must_use]
    #[inline]
    pub const fn agent_round(self, id: u64, n: u64) -> Draws {
        Draws(mix(mix(self.0.wrapping_add(id.wrapping_mul(PHI))) ^ n.wrapping_mul(0xd6e8_feb8_6659_fd93)))
    }
}

/// One agent's draws: implements rand's generator trait, so every distribution of rand works on it.
#[derive(Clone, Debug)]
pub struct Draws(u64);

impl Draws {
    /// The next 64 bits.
    #[inline]
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(PHI);
        mix(self.0)
    }

    /// Uniform on [0, 1) with 53 bits.
    #[inline]
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub const fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform integer below `n` (multiply-shift; the bias is below n / 2^64). Zero for `n = 0`.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the high word is below n")]
    pub const fn below(&mut self, n: usize) -> usize {
        ((self.bits() as u128 * n as u128) >> 64) as usize
    }

    /// True with probability `p`.
    #[inline]
    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A standard normal draw (Box & Muller 1958, cosine branch, on libm).
    #[inline]
    pub fn normal(&mut self) -> f64 {
        let u = 1.0 - self.uniform();
        let v = self.uniform();
        libm::sqrt(-2.0 * libm::log(u)) * libm::cos(core::f64::consts::TAU * v)
    }

    /// `x` rounded up or down so that the expectation is `x`.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "callers pass head counts")]
    pub fn round(&mut self, x: f64) -> i64 {
        let floor = x.floor();
        floor as i64 + i64::from(self.uniform() < x - floor)
    }
}

impl TryRng for Draws {
    type Error = Infallible;

    #[allow(clippy::cast_possible_truncation, reason = "the high half is wanted")]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.bits() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.bits())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let word = self.bits().to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_every_part_of_its_key() {
        let base = StreamKey::new(1, 2, Stream::JobSearch).agent(3).bits();
        assert_eq!(base, StreamKey::new(1, 2, Stream::JobSearch).agent(3).bits());
        assert_ne!(base, StreamKey::new(2, 2, Stream::JobSearch).agent(3).bits());
        assert_ne!(base, StreamKey::new(1, 3, Stream::JobSearch).agent(3).bits());
        assert_ne!(base, StreamKey::new(1, 2, Stream::Housing).agent(3).bits());
        assert_ne!(base, StreamKey::new(1, 2, Stream::JobSearch).agent(4).bits());
    }

    #[test]
    fn draws_have_the_moments_of_their_distributions() {
        let key = StreamKey::new(7, 1, Stream::Housing);
        let n = 100_000;
        let (mut mean, mut square, mut normal, mut rounded) = (0.0, 0.0, 0.0, 0.0);
        for i in 0..n {
            let mut d = key.agent(i);
            let u = d.uniform();
            let z = d.normal();
            mean += u;
            square += z * z;
            normal += z;
            rounded += d.round(2.3) as f64;
        }
        let n = n as f64;
        assert!((mean / n - 0.5).abs() < 0.005);
        assert!((normal / n).abs() < 0.02);
        assert!((square / n - 1.0).abs() < 0.02);
        assert!((rounded / n - 2.3).abs() < 0.01);
    }
}
