//! Resolution of failed banks.
//!
//! A bank whose capital is below a trigger share of its risk-weighted assets is resolved when the banks' phase ends: its
//! capital is all but gone, and the central government puts in what brings it to a minimum ratio.
//! Depositors lose nothing. The treasury finances it with bonds when the fiscal rule runs. Firms close later in the
//! tick, so a bank that their losses make insolvent goes on for a quarter before it is resolved.
//!
//! ```text
//! E < θ · W  →  capital put in = ω · W − E
//! ```
//!
//! E capital (equity net of provisions); W `risk_weighted_assets`; θ `trigger_ratio`; ω `recapitalised_ratio`. Source: public capital support at Baoshang,
//! Jinzhou and Hengfeng banks in 2019-2020 (People's Bank of China, China Financial Stability Report 2020). Departure: public
//! capital is a transfer, with no shares for the state in return. Reads `Bank`; writes `Bank` (`failed`), `CentralGovernment`
//! (`spending`), `Tally`, `Events`, `Ledger`. Draws: none.
//!
//! Not here yet: merger, bail-in of other creditors, deposit insurance fund, local governments' part, resolution in the
//! quarter of the loss, a limit on exposure to a single borrower.

use super::amounts::share;
use super::settlement_of_banks::capital_now;
use crate::accounts::{Fen, Flow, Ledger, Party};
use crate::agents::{Bank, CentralGovernment};
use crate::engine::events::{Event, Events, Tally};
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::registry::Registry;
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::{IntoScheduleConfigs, Query, Res, ResMut};

parameters! {
    /// Resolution of failed banks.
    pub struct Parameters {
        /// Whether failed banks get public capital; false lets them go on without capital and without room for lending.
        enabled: bool = true;
        /// Capital over risk-weighted assets below which a bank is resolved. Assumption, near the Basel point of non-viability (leverage 2 %).
        trigger_ratio: f64 = 0.02, "1", -1.0..=0.1;
        /// Ratio that public capital restores. Source: commercial bank capital rules, 10.5 %.
        recapitalised_ratio: f64 = 0.105, "1", 0.02..=0.2;
    }
}

/// Resolution of failed banks.
pub struct Resolution;

impl Mechanism for Resolution {
    const NAME: &'static str = "resolution";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "public capital for failed banks",
        off: &["resolution.enabled=false"],
        instead: "a bank without capital goes on and has no room for lending",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        resolve_failed_banks.into_configs()
    }
    fn rules(registry: &mut Registry) {
        for requirement in ["capital_requirement_small", "capital_requirement_large"] {
            registry.ascending(&[(Self::NAME, "trigger_ratio"), ("firm_credit", requirement)]);
        }
    }
}

/// Public capital that a bank needs \[fen\]; `None` above the trigger.
#[must_use]
pub fn public_capital(capital: Fen, risk_weighted_assets: Fen, p: &Parameters) -> Option<Fen> {
    let failed = capital < 0 || capital < share(risk_weighted_assets, p.trigger_ratio);
    failed.then(|| (share(risk_weighted_assets, p.recapitalised_ratio) - capital).max(0))
}

fn resolve_failed_banks(
    parameters: Res<Parameters>,
    mut banks: Query<&mut Bank>,
    mut government: ResMut<CentralGovernment>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut events: ResMut<Events>,
) {
    if !parameters.enabled {
        return;
    }
    for (b, mut bank) in banks.iter_mut().enumerate() {
        let own = capital_now(&bank, &ledger);
        let capital = public_capital(own, bank.risk_weighted_assets(), &parameters);
        bank.failed = capital.is_some();
        let Some(capital) = capital else { continue };
        ledger.transfer_total(Party::CentralGovernment, Party::Bank(b), capital, Flow::ResolutionCapital);
        government.spending += capital;
        tally.bank_failures += 1;
        events.0.push(Event {
            kind: "bank_failure",
            agent_kind: "bank",
            agent: i64::from(bank.id),
            region: bank.region,
            sector: None,
            amount: capital,
            detail: bank.class.name().into(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_below_the_trigger_is_brought_to_the_minimum() {
        let p = Parameters::default();
        assert_eq!(public_capital(100, 1_000, &p), None);
        assert_eq!(public_capital(20, 1_000, &p), None);
        assert_eq!(public_capital(19, 1_000, &p), Some(86));
        assert_eq!(public_capital(-50, 1_000, &p), Some(155));
        assert_eq!(public_capital(-50, 0, &p), Some(50));
    }
}
