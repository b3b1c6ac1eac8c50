//! Interest rates that follow the policy rate.
//!
//! Rates that banks set for savers and households, on corporate bonds and on reserves move part of the way with the
//! policy rate, and gradually; at the opening policy rate they are those of the opening. The reference rate of financial
//! intermediation services, which separates the margin on loans from that on deposits, moves with them.
//!
//! ```text
//! r = max(0, r⁰ + s),   Δs = λ · (β · (i − i⁰) − s)
//! ```
//!
//! r a rate, r⁰ at the opening; i policy rate; β pass-through, λ speed. Source: error correction with incomplete
//! pass-through (de Bondt 2005; Hannan & Berger 1991 on deposits; recalled: in the long run 0.3 to 0.5 on demand and
//! nearly all on time deposits, nearly all on loans). Departures: one rate for all customers and maturities of a kind, no
//! asymmetry. Firms' loans, interbank loans and central-bank credit follow the policy rate by rules of their own, as do the
//! debts of governments and vehicles. Reads `CentralBank::policy_rate`; writes `RateShifts`. Draws: none.
//!
//! Not here yet: competition for deposits, fixed-rate loans by vintage.

use crate::agents::CentralBank;
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::{IntoScheduleConfigs, Res, ResMut, Resource};

parameters! {
    /// Interest rates that follow the policy rate.
    pub struct Parameters {
        /// Pass-through to deposits. Assumption, between demand and time deposits (recalled estimates, see the source).
        deposits: f64 = 0.6, "1", 0.0..=1.5;
        /// Pass-through to mortgages and other household loans. Assumption: nearly all, as they are tied to the loan prime rate.
        household_loans: f64 = 0.9, "1", 0.0..=1.5;
        /// Pass-through to corporate bonds. Assumption.
        corporate_bonds: f64 = 0.9, "1", 0.0..=1.5;
        /// Pass-through to reserves. Assumption: the rate on required reserves has been kept for long while policy rates moved.
        reserves: f64 = 0.3, "1", 0.0..=1.5;
        /// Pass-through to the reference rate of financial intermediation services. Assumption: it lies between deposit and loan rates (SNA 2008, 6.166).
        reference: f64 = 0.8, "1", 0.0..=1.5;
        /// Speed of rates of banks. Assumption: outstanding mortgages are repriced once a year.
        speed: f64 = 0.25, "per quarter", 0.0..=1.0;
        /// Speed of the average rate on corporate bonds. Assumption: a mean life of three years.
        bond_speed: f64 = 0.083, "per quarter", 0.0..=1.0;
    }
}

/// Distances of rates from their opening values \[per year\].
#[derive(Clone, Copy, Debug, Default, PartialEq, Resource, serde::Serialize, serde::Deserialize)]
pub struct RateShifts {
    /// Policy rate at the opening.
    pub opening_policy_rate: f64,
    /// Deposits.
    pub deposits: f64,
    /// Mortgages and other household loans.
    pub household_loans: f64,
    /// Corporate bonds.
    pub corporate_bonds: f64,
    /// Reserves.
    pub reserves: f64,
    /// Reference rate.
    pub reference: f64,
}

/// A rate in force from its opening value and its shift \[per year\].
#[must_use]
pub fn in_force(opening: f64, shift: f64) -> f64 {
    (opening + shift).max(0.0)
}

/// Interest rates that follow the policy rate.
pub struct InterestRates;

impl Mechanism for InterestRates {
    const NAME: &'static str = "interest_rates";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "pass-through",
        off: &["interest_rates.speed=0.0", "interest_rates.bond_speed=0.0"],
        instead: "rates of savers, households and corporate bonds stay as they opened",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        pass_on_policy_rate.into_configs()
    }
}

impl RateShifts {
    /// One quarter at a policy rate.
    pub fn follow(&mut self, policy_rate: f64, p: &Parameters) {
        let change = policy_rate - self.opening_policy_rate;
        for (shift, pass_through, speed) in [
            (&mut self.deposits, p.deposits, p.speed),
            (&mut self.household_loans, p.household_loans, p.speed),
            (&mut self.corporate_bonds, p.corporate_bonds, p.bond_speed),
            (&mut self.reserves, p.reserves, p.speed),
            (&mut self.reference, p.reference, p.speed),
        ] {
            *shift += speed * (pass_through * change - *shift);
        }
    }
}

fn pass_on_policy_rate(parameters: Res<Parameters>, central_bank: Res<CentralBank>, mut shifts: ResMut<RateShifts>) {
    shifts.follow(central_bank.policy_rate, &parameters);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_move_part_of_the_way_and_gradually() {
        let p = Parameters { deposits: 0.6, speed: 0.25, ..Parameters::default() };
        let mut shifts = RateShifts { opening_policy_rate: 0.025, ..RateShifts::default() };
        shifts.follow(0.015, &p);
        assert!((shifts.deposits + 0.0015).abs() < 1e-12);
        (0..200).for_each(|_| shifts.follow(0.015, &p));
        assert!((shifts.deposits + 0.006).abs() < 1e-12);
        assert!((in_force(0.0194, shifts.deposits) - 0.0134).abs() < 1e-12);
        assert!(in_force(0.004, shifts.deposits) == 0.0);
    }

    #[test]
    fn without_pass_through_rates_stay() {
        let none = Parameters {
            deposits: 0.0,
            household_loans: 0.0,
            corporate_bonds: 0.0,
            reserves: 0.0,
            reference: 0.0,
            ..Parameters::default()
        };
        let mut shifts = RateShifts { opening_policy_rate: 0.025, ..RateShifts::default() };
        shifts.follow(0.0, &none);
        assert_eq!(shifts, RateShifts { opening_policy_rate: 0.025, ..RateShifts::default() });
    }
}
