//! Settlement of institutions: banks pay interest on the deposits of local governments, their vehicles and the funds, as
//! they do to firms and households.
//!
//! ```text
//! interest = r_d · D / 4,   service of the bank = (r* − r_d) · D / 4
//! ```
//!
//! D deposits, `r_d` the deposit rate, r* the reference rate of financial intermediation services (SNA 2008, 6.163).
//! Reads `RateShifts`; writes `LocalGovernment` (deposits, interest revenue), `FinancingVehicle` (deposits), `Funds`
//! (deposits, income to be distributed), `Bank` (profit, services), `Ledger`. Draws: none.
//!
//! Not here yet: interest on the treasury's account at the central bank.

use super::firms;
use crate::accounts::{Fen, Flow, Ledger, Party};
use crate::agents::{Bank, FinancingVehicle, Funds, LocalGovernment};
use crate::calibration::opening::incomes::HouseholdInstruments;
use crate::engine::Switches;
use crate::engine::{Mechanism, Systems};
use crate::mechanisms::finance::interest_rates::in_force;
use crate::mechanisms::finance::{RateShifts, interest};
use bevy_ecs::prelude::*;

parameters! {
    /// Settlement of institutions.
    pub struct Parameters {}
}

/// Where banks pay interest from.
struct Till<'a, 'w> {
    ledger: &'a mut Ledger,
    banks: &'a mut [Mut<'w, Bank>],
    rate: f64,
    reference: f64,
}

impl Till<'_, '_> {
    /// Pays a quarter's interest on deposits; returns it.
    fn pay(&mut self, bank: u16, to: Party, deposits: Fen) -> Fen {
        let b = usize::from(bank);
        let paid = interest(deposits.max(0), self.rate);
        let service = interest(deposits.max(0), self.reference) - paid;
        self.ledger.transfer_total(Party::Bank(b), to, paid, Flow::InterestDeposits);
        self.ledger.intermediation_services[to.column().index()] += service;
        self.banks[b].profit -= paid;
        self.banks[b].services += service;
        paid
    }
}

fn pay_deposit_interest(
    (p, instruments, shifts): (Res<firms::Parameters>, Res<HouseholdInstruments>, Res<RateShifts>),
    mut governments: Query<(&mut LocalGovernment, &mut FinancingVehicle)>,
    mut funds: ResMut<Funds>,
    mut banks: Query<&mut Bank>,
    mut ledger: ResMut<Ledger>,
) {
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let rate = in_force(instruments.deposit_rate, shifts.deposits);
    let reference = in_force(p.reference_rate, shifts.reference);
    let mut till = Till { ledger: &mut ledger, banks: &mut banks, rate, reference };
    for (mut government, mut vehicle) in &mut governments {
        let bank = government.bank;
        let party = Party::LocalGovernment { bank: usize::from(bank) };
        let received = till.pay(bank, party, government.deposits);
        government.deposits += received;
        government.interest_revenue += received;
        let party = Party::Lgfv { bank: usize::from(bank) };
        let received = till.pay(bank, party, vehicle.deposits);
        vehicle.deposits += received;
        vehicle.deposit_interest += received;
    }
    let fund = |bank: u16| Party::Fund { bank: usize::from(bank) };
    let received = till.pay(funds.equity_bank, fund(funds.equity_bank), funds.equity_deposits);
    funds.equity_deposits += received;
    funds.equity_income += received;
    let received = till.pay(funds.venture_bank, fund(funds.venture_bank), funds.venture_deposits);
    funds.venture_deposits += received;
    let received = till.pay(funds.wealth_bank, fund(funds.wealth_bank), funds.wealth_deposits);
    funds.wealth_deposits += received;
    funds.wealth_income += received;
}

/// Settlement of institutions.
pub struct InstitutionSettlement;

impl Mechanism for InstitutionSettlement {
    const NAME: &'static str = "institution_settlement";
    const SWITCHES: Switches = Switches::None("it pays the interest that banks owe on deposits");
    type Parameters = Parameters;
    fn systems() -> Systems {
        (pay_deposit_interest,).chain()
    }
}
