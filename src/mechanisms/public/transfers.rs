//! Transfers from the centre to local governments, as the fiscal rule set them in the last quarter; they arrive before
//! purchases are made. Regions do not remit to the centre: neither the opening nor the fiscal rule sets a transfer
//! below zero.
//!
//! Reads `CentralGovernment::transfers`; writes governments' books. Draws: none.
//! Not here yet: transfers by need or by project, remittances of regions.

use crate::accounts::{Flow, Ledger, Party};
use crate::agents::{CentralGovernment, LocalGovernment};
use crate::engine::Switches;
use crate::engine::{Mechanism, Systems};
use bevy_ecs::prelude::*;

parameters! {
    /// Transfers.
    pub struct Parameters {}
}

fn pay_transfers(
    mut ledger: ResMut<Ledger>,
    mut centre: ResMut<CentralGovernment>,
    mut governments: Query<&mut LocalGovernment>,
) {
    let centre = &mut *centre;
    for (mut lg, amount) in governments.iter_mut().zip(&centre.transfers) {
        let local = Party::LocalGovernment { bank: usize::from(lg.bank) };
        let amount = (*amount).max(0);
        ledger.transfer_total(Party::CentralGovernment, local, amount, Flow::IntergovernmentalTransfers);
        lg.deposits += amount;
        lg.transfers += amount;
        centre.spending += amount;
    }
}

/// Transfers.
pub struct Transfers;

impl Mechanism for Transfers {
    const NAME: &'static str = "transfers";
    const SWITCHES: Switches = Switches::None("it pays what `[fiscal_rule]` set; a region cannot do without");
    type Parameters = Parameters;
    fn systems() -> Systems {
        (pay_transfers,).chain()
    }
}
