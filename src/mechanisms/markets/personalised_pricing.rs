//! Personalised pricing: intelligent sellers charge each household they know a price of its own.
//!
//! A seller whose AI does routine cognitive work, where prices are set, learns a customer from what it bought: the longer it
//! stays, the better. Known customers pay more than the posted price for being there already, and the more the higher
//! their income; newcomers pay the posted price, with which the seller wins them. A household sees its own bill and others'
//! posted prices, so that who is charged more leaves sooner when it looks around.
//!
//! ```text
//! price of h at j = p_j · m_jh,   m_jh = 1 + clamp(a_j · F(t_jh) · [λ + η · ln(y_h / ȳ)], −b_j, κ),   F(t) = 1 − 2^(−t / H)
//! b_j = min(κ, 1 − u_j / ((1 − τ) · p_j)) ≥ 0
//! ```
//!
//! a depth of AI in use in routine cognitive tasks; t quarters with the seller without a break while it had AI; y expected real income
//! (`Budgets::bins`), ȳ its published mean; u unit cost: nobody is served below it; τ taxes on sales; λ `loyalty`; η
//! `income_response`; κ `largest_difference`; H `learning_half_life`. The posted price stays what `price_setting` makes it: what
//! this does to average prices, to profits and to whom they go follows. Sources: price by customer recognition, old
//! customers pay more, Fudenberg & Tirole (2000), Villas-Boas (1999); willingness to pay rises with income Sangani (2022),
//! what a seller gains from knowing it Dubé & Misra (2023): profit 10 to 20 % up, consumer surplus 23 % down, yet most
//! buyers pay less. Departures: known income and loyalty stand for all that a seller knows; no haggling, no disguise.
//! Neutral: `loyalty` and `income_response` zero, or `largest_difference` zero (a ban). Reads `Identity`, `Technology`,
//! `Pricing`, `Indicators`, `Structure`; writes `PersonalTerms`. Draws: none.
//! Not here yet: prices between firms, a ban or cap at a date, rivals that buy what a seller knows.

use super::board::Stall;
use super::engel::{BINS, log_income};
use crate::accounts::Fen;
use crate::agents::{Identity, MAX_CATEGORIES, Pricing, Stage, Technology};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;

parameters! {
    /// Personalised pricing.
    pub struct Parameters {
        /// Whether sellers with AI personalise prices.
        enabled: bool = true;
        /// What a known customer of mean income pays beyond the posted price where AI does all routine cognitive work (assumed; recognised customers pay more, Fudenberg & Tirole 2000, as Chinese consumer associations report since 2018).
        loyalty: f64 = 0.1, "share of the price", 0.0..=1.0;
        /// Rise of a known customer's price with income, at the same depth (assumed; Sangani 2022: retail mark-ups paid differ by about 15 points between rich and poor households).
        income_response: f64 = 0.05, "share per log point", -1.0..=1.0;
        /// Quarters in which a seller learns half of what there is to know of a customer (assumed).
        learning_half_life: f64 = 2.0, "quarters", 0.01..=80.0;
        /// Largest difference from the posted price, up or down: a cap as policy; zero bans it (assumed; Dubé & Misra 2023 cap theirs near the double).
        largest_difference: f64 = 0.25, "share of the price", 0.0..=0.95;
    }
}

/// Task class in which prices are set: routine cognitive.
const PRICING_CLASS: usize = 2;

/// What one seller can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Terms {
    /// Depth of AI in use in routine cognitive work; zero where everybody pays the posted price.
    pub reach: f32,
    /// Largest discount, as a negative share of the price.
    pub least: f32,
}

/// Quarters in which a household's seller, having AI, saw it buy without a break, by category.
pub type Acquaintance = [u8; MAX_CATEGORIES];

/// What sellers know of households and charge them, in the order of slots and workers; and what came of it in the tick.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct PersonalTerms {
    /// Sellers, by slot.
    pub sellers: Vec<Terms>,
    /// Acquaintance by worker; empty where nobody personalises.
    pub acquaintance: Vec<Acquaintance>,
    /// One bit a slot: whether the seller personalises. Small enough to stay at hand in the passes over households.
    personal: Vec<u64>,
    /// What was charged beyond posted prices in the tick.
    pub outcome: Outcome,
    by_bin: Vec<f32>,
    by_quarters: Vec<f32>,
    cap: f32,
}

/// What personalised prices did in the tick; home purchases of households \[fen\].
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Outcome {
    /// Paid beyond posted prices, by sector.
    pub surcharges: Vec<Fen>,
    /// Worth at posted prices, by sector.
    pub listed: Vec<Fen>,
    /// Σ worth · (m − 1)² over purchases.
    pub squares: Fen,
    /// Households, worth at posted prices and surcharges by bin of income.
    pub by_income: Vec<(u64, Fen, Fen)>,
}

impl Outcome {
    /// Takes over what sellers received in both rounds, and their surcharges.
    pub(super) fn take(&mut self, stalls: &[Stall], receipts: [&[i64]; 2], surcharges: &[i64], squares: Fen) {
        for (slot, stall) in stalls.iter().enumerate() {
            let extra = Fen::from(surcharges.get(slot).copied().unwrap_or(0));
            let received: Fen = receipts.iter().map(|r| Fen::from(r[slot])).sum();
            self.surcharges[usize::from(stall.sector)] += extra;
            self.listed[usize::from(stall.sector)] += received - extra;
        }
        self.squares = squares;
    }

    /// Takes over what households paid and the part of it that is surcharge, by bin of income.
    pub(super) fn take_households(&mut self, bins: &[u8], paid: &[i64], extra: &[i64]) {
        for ((bin, paid), extra) in bins.iter().zip(paid).zip(extra) {
            let group = &mut self.by_income[usize::from(*bin)];
            group.0 += 1;
            group.1 += Fen::from(paid - extra);
            group.2 += Fen::from(*extra);
        }
    }

    /// Charged over posted prices in a sector \[1\]; one without sales.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    pub fn ratio(&self, sector: usize) -> f64 {
        match (self.surcharges.get(sector), self.listed.get(sector)) {
            (Some(extra), Some(listed)) if *listed > 0 => 1.0 + *extra as f64 / *listed as f64,
            _ => 1.0,
        }
    }

    /// Mean surcharge and the spread of prices around it, weighted by purchases \[share\].
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "statistics")]
    pub fn mean_and_spread(&self) -> (f64, f64) {
        let listed = self.listed.iter().sum::<Fen>() as f64;
        if listed <= 0.0 {
            return (0.0, 0.0);
        }
        let mean = self.surcharges.iter().sum::<Fen>() as f64 / listed;
        (mean, (self.squares as f64 / listed - mean * mean).max(0.0).sqrt())
    }

    /// Charged over posted prices, less one, in a part of the households ordered by income, as from 0.0 to 0.2 for the
    /// poorest fifth; a bin that lies across a bound counts in proportion.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "statistics")]
    pub fn surcharge_of(&self, from: f64, to: f64) -> f64 {
        let people = self.by_income.iter().map(|b| b.0).sum::<u64>() as f64;
        let (mut below, mut listed, mut extra) = (0.0, 0.0, 0.0);
        for &(count, worth, surcharge) in self.by_income.iter().filter(|b| b.0 > 0) {
            let (low, high) = (below, below + count as f64 / people);
            let part = (high.min(to) - low.max(from)).max(0.0) / (high - low);
            listed += part * worth as f64;
            extra += part * surcharge as f64;
            below = high;
        }
        if listed > 0.0 { extra / listed } else { 0.0 }
    }
}

/// What money is worth at posted prices where so much is charged beyond them \[fen\].
#[inline]
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "fen of one household")]
pub fn worth(money: i64, rate: f64) -> i64 {
    if rate == 0.0 { money } else { (money as f64 / (1.0 + rate)) as i64 }
}

impl PersonalTerms {
    /// Whether a slot charges households prices of their own; nobody does not.
    #[inline]
    #[must_use]
    pub fn personalises(&self, seller: u32) -> bool {
        self.personal.get((seller >> 6) as usize).is_some_and(|bits| (bits >> (seller & 63)) & 1 == 1)
    }

    /// Sets sellers' terms.
    fn open(&mut self, sellers: Vec<Terms>) {
        self.personal = vec![0; sellers.len().div_ceil(64)];
        for (slot, _) in sellers.iter().enumerate().filter(|(_, terms)| terms.reach > 0.0) {
            self.personal[slot >> 6] |= 1 << (slot & 63);
        }
        self.sellers = sellers;
    }

    /// Surcharge over the posted price for a household of an income bin that has bought here for some quarters \[share\].
    #[inline]
    #[must_use]
    pub fn rate(&self, seller: u32, bin: u8, quarters: u8) -> f64 {
        let Terms { reach, least } = self.sellers[seller as usize];
        let wanted = reach * self.by_quarters[usize::from(quarters)] * self.by_bin[usize::from(bin)];
        f64::from(wanted.clamp(least, self.cap))
    }

    /// One row of acquaintance for each of so many households, or none where nobody personalises; to be put back.
    pub(super) fn take_acquaintance(&mut self, households: usize) -> Vec<Acquaintance> {
        let mut known = core::mem::take(&mut self.acquaintance);
        known.resize(if self.sellers.is_empty() { 0 } else { households }, Acquaintance::default());
        known
    }

    /// Prepares the tick: sellers' terms, and one row of acquaintance a household.
    #[allow(clippy::cast_possible_truncation, reason = "rates, which need no more digits")]
    fn prepare(&mut self, p: &Parameters, mean_log_income: f64, sectors: usize) {
        self.cap = p.largest_difference as f32;
        let income = |bin: usize| (p.loyalty + p.income_response * (log_income(bin) - mean_log_income)) as f32;
        self.by_bin = (0..BINS).map(income).collect();
        let known = |t: u8| (1.0 - libm::pow(0.5, f64::from(t) / p.learning_half_life)) as f32;
        self.by_quarters = (0..=u8::MAX).map(known).collect();
        self.outcome = Outcome {
            surcharges: vec![0; sectors],
            listed: vec![0; sectors],
            squares: 0,
            by_income: vec![(0, 0, 0); BINS],
        };
    }
}

/// Terms of a seller: `unit_cost` over what is left of the `price` after taxes bounds its discounts.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "shares in single precision")]
pub fn terms(p: &Parameters, depth: f64, price: f64, unit_cost: f64, sales_taxes: f64) -> Terms {
    let margin = 1.0 - unit_cost / (price * (1.0 - sales_taxes)).max(1e-12);
    Terms { reach: depth as f32, least: -margin.clamp(0.0, p.largest_difference) as f32 }
}

fn set_terms(
    p: Res<Parameters>,
    (structure, indicators): (Res<Structure>, Res<Indicators>),
    mut known: ResMut<PersonalTerms>,
    firms: Query<(&Identity, &Technology, &Pricing)>,
) {
    let neutral = (p.loyalty == 0.0 && p.income_response == 0.0) || p.largest_difference == 0.0;
    if !p.enabled || neutral {
        *known = PersonalTerms::default();
        return;
    }
    let relative = indicators.mean_income / (structure.mean_income * indicators.cpi);
    known.prepare(&p, libm::log(relative.max(1e-3)), structure.sector_count());
    let of = |(identity, technology, pricing): (&Identity, &Technology, &Pricing)| {
        let depth = technology.depth_in_use(PRICING_CLASS);
        if !identity.active() || identity.public || identity.stage != Stage::Intelligent || depth <= 0.0 {
            return Terms::default();
        }
        let taxes = structure.sectors[usize::from(identity.sector)].sales_taxes();
        terms(&p, depth, pricing.price, pricing.unit_cost, taxes)
    };
    known.open(firms.iter().map(of).collect());
}

/// Personalised pricing.
pub struct PersonalisedPricing;

impl Mechanism for PersonalisedPricing {
    const NAME: &'static str = "personalised_pricing";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "personal terms",
        off: &["personalised_pricing.enabled=false"],
        instead: "everybody pays the posted price",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        set_terms.into_configs()
    }
}

#[cfg(test)]
mod tests {
    use super::super::engel::bin;
    use super::*;

    fn known(p: &Parameters, sellers: Vec<Terms>) -> PersonalTerms {
        let mut known = PersonalTerms::default();
        known.prepare(p, 0.0, 2);
        known.open(sellers);
        known
    }

    #[test]
    fn the_known_pay_by_income_and_the_unknown_what_is_posted() {
        let p = Parameters { loyalty: 0.1, income_response: 0.05, learning_half_life: 2.0, ..Parameters::default() };
        let known = known(&p, vec![terms(&p, 0.5, 1.0, 0.6, 0.0), Terms::default()]);
        let at = |income: f64, quarters| known.rate(0, u8::try_from(bin(income)).unwrap(), quarters);
        assert_eq!(at(1.0, 0), 0.0);
        assert!((at(1.0, 2) - 0.025).abs() < 1e-6);
        assert!((at(1.0, 255) - 0.05).abs() < 1e-6);
        assert!((at(core::f64::consts::E, 255) - 0.5 * 0.15).abs() < 1e-6);
        assert!(at(0.05, 255) < 0.0, "the poorest get a discount");
        assert_eq!(known.rate(1, 10, 255), 0.0, "without AI the price is the posted one");
        assert_eq!([0, 1, 2, crate::agents::NOBODY].map(|j| known.personalises(j)), [true, false, false, false]);
        assert_eq!((worth(1000, 0.0), worth(1101, 0.1), worth(90, -0.1)), (1000, 1000, 100));
    }

    #[test]
    fn nobody_is_served_below_cost_and_a_cap_binds() {
        let p = Parameters { loyalty: 0.9, income_response: 0.9, largest_difference: 0.2, ..Parameters::default() };
        let known = known(&p, vec![terms(&p, 1.0, 1.0, 0.95, 0.0), terms(&p, 1.0, 1.0, 1.2, 0.0)]);
        let at = |seller, income: f64| known.rate(seller, u8::try_from(bin(income)).unwrap(), 255);
        assert!((at(0, 1.0) - 0.2).abs() < 1e-6);
        assert!((at(0, 0.02) + 0.05).abs() < 1e-6);
        assert_eq!(at(1, 0.02), 0.0, "a seller below cost gives no discount");
    }

    #[test]
    fn what_each_part_of_the_households_pays_is_told_apart() {
        let by_income = vec![(10, 1000, 0), (20, 4000, 40), (20, 5000, 500)];
        let outcome = Outcome { surcharges: vec![540], listed: vec![10_000], squares: 60, by_income };
        assert_eq!(outcome.surcharge_of(0.0, 0.2), 0.0);
        assert!((outcome.surcharge_of(0.8, 1.0) - 0.1).abs() < 1e-12);
        assert!((outcome.surcharge_of(0.2, 0.6) - 0.01).abs() < 1e-12);
        let (mean, spread) = outcome.mean_and_spread();
        assert!((mean - 0.054).abs() < 1e-12 && (spread - (0.006_f64 - 0.054 * 0.054).sqrt()).abs() < 1e-12);
        assert!((outcome.ratio(0) - 1.054).abs() < 1e-12);
        assert_eq!(outcome.ratio(7), 1.0);
    }
}
