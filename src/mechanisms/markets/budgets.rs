//! Household budgets: a household spends a share of the income that it expects and part of the money that it holds
//! beyond its buffer, never more than it has.
//!
//! ```text
//! C = (1 − s) · y + λ · (D − ω · f · y), at least φ · y, at most a share of D,   y[t] = (1 + g) · y[t−1] + α · (Y[t−1] − (1 + g) · y[t−1])
//! ```
//!
//! s opening saving rate; y `expected_income`; D deposits; φ a floor; ω opening deposits over the sum of incomes weighted with thrift; f the household's lasting
//! thrift, which spread wealth at the opening as well, so that unequal wealth lasts (Krusell & Smith 1998: patience that differs
//! between households is what it takes; `lasting_thrift` switches it off, and every household then heads for the same ratio);
//! λ `buffer_adjustment`; Y income of the last settlement; g expected nominal growth. Source: buffer-stock saving (Carroll 1997, linearised as in Delli Gatti et al.
//! 2011, chapter 4); marginal propensity to consume of 0.55 a year (parameters.csv).
//! Reads `Wallet`, `HouseholdInstruments`; writes `Wallet::expected_income` and the budgets of the tick. Draws: `Wealth` (thrift, the draw of the
//! opening).
//! Not here yet: precaution that depends on unemployment risk, credit-financed consumption beyond the debt norm.

use crate::agents::Wallet;
use crate::calibration::opening::incomes::{HouseholdInstruments, thrift};
use crate::engine::{CHUNK, Clock, Indicators, Mechanism, Stream, StreamKey, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::markets::engel::bin;
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;
use rayon::prelude::*;

parameters! {
    /// Household budgets.
    pub struct Parameters {
        /// Whether households differ in the buffer that they keep for good, as they do at the opening.
        lasting_thrift: bool = true;
        /// Weight of the newest income (assumed; a two-quarter horizon).
        income_adjustment: f64 = 0.5, "per quarter", 0.0..=1.0;
        /// Share of money beyond the buffer that is spent in a quarter (assumed: 16 % a year of liquid wealth, above the 1 to 6 % of all wealth in parameters.csv, because deposits are its most liquid part).
        buffer_adjustment: f64 = 0.04, "per quarter", 0.0..=1.0;
        /// Largest share of deposits spent in a quarter (assumed).
        largest_share_of_deposits: f64 = 0.9, "share", 0.01..=1.0;
        /// Smallest consumption over expected income (assumed).
        floor: f64 = 0.3, "share", 0.0..=1.0;
    }
}

/// Budgets of the tick by worker.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Budgets {
    /// What the household wants to spend \[fen\].
    pub amounts: Vec<i64>,
    /// Its income bin in the table of Engel shares.
    pub bins: Vec<u8>,
    /// Its lasting thrift, a function of seed and household: drawn once.
    thrift: Vec<f32>,
}

/// Consumption wanted \[any unit of money per quarter\].
#[must_use]
pub fn consumption(expected_income: f64, deposits: f64, saving_rate: f64, buffer: f64, p: &Parameters) -> f64 {
    let wanted = (1.0 - saving_rate) * expected_income + p.buffer_adjustment * (deposits - buffer * expected_income);
    wanted.max(p.floor * expected_income).min(p.largest_share_of_deposits * deposits).max(0.0)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "agents' amounts fit, and bins are fewer than 256"
)]
fn set_budgets(
    p: Res<Parameters>,
    clock: Res<Clock>,
    instruments: Res<HouseholdInstruments>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    mut budgets: ResMut<Budgets>,
    mut workers: Query<&mut Wallet>,
) {
    let income_scale = 0.01 / (structure.mean_income * indicators.cpi);
    let growth = 1.0 + indicators.expected_inflation + indicators.gdp_growth;
    for wallets in workers.contiguous_iter_mut().expect("worker components are tables") {
        let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
        let Budgets { amounts, bins, thrift: thrifts } = &mut *budgets;
        amounts.resize(wallets.len(), 0);
        bins.resize(wallets.len(), 0);
        if thrifts.len() != wallets.len() {
            let key = StreamKey::new(clock.seed, 0, Stream::Wealth);
            let of = |w: u64| if p.lasting_thrift { thrift(key, w, instruments.wealth_spread) as f32 } else { 1.0 };
            *thrifts = (0..wallets.len() as u64).map(of).collect();
        }
        let ratio = if p.lasting_thrift { instruments.thrift_income_ratio } else { instruments.deposit_income_ratio };
        let rows = wallets.par_chunks_mut(CHUNK).zip(amounts.par_chunks_mut(CHUNK)).zip(bins.par_chunks_mut(CHUNK));
        rows.zip(thrifts.par_chunks(CHUNK)).for_each(|(((wallets, amounts), bins), thrifts)| {
            for (((w, b), bin_of), thrift) in wallets.iter_mut().zip(amounts).zip(bins).zip(thrifts) {
                let trend = f64::from(w.expected_income) * growth;
                let expected = (trend + p.income_adjustment * (w.income.0 as f64 - trend)).max(0.0);
                w.expected_income = expected as f32;
                *bin_of = bin(expected * income_scale) as u8;
                *b = consumption(expected, w.deposits.0 as f64, instruments.saving_rate, ratio * f64::from(*thrift), &p)
                    as i64;
            }
        });
    }
}

/// Household budgets.
pub struct HouseholdBudgets;

impl Mechanism for HouseholdBudgets {
    const NAME: &'static str = "household_budgets";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "buffer stocks",
            off: &["household_budgets.buffer_adjustment=0.0"],
            instead: "households spend the same share of expected income whatever they own",
        },
        Switch {
            part: "lasting thrift",
            off: &["household_budgets.lasting_thrift=false"],
            instead: "all households keep the same buffer for their income",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (set_budgets,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_buffer_leaves_the_saving_rate_and_excess_money_is_spent() {
        let p = Parameters { buffer_adjustment: 0.015, ..Parameters::default() };
        assert!((consumption(100.0, 700.0, 0.3, 7.0, &p) - 70.0).abs() < 1e-12);
        assert!((consumption(100.0, 900.0, 0.3, 7.0, &p) - 73.0).abs() < 1e-12);
        assert!((consumption(100.0, 10.0, 0.3, 7.0, &p) - 9.0).abs() < 1e-12);
        assert!((consumption(0.0, 0.0, 0.3, 7.0, &p)).abs() < 1e-12);
    }
}
