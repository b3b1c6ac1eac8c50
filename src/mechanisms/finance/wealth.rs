//! Wealth-management pools.
//!
//! What bonds earn is set aside for the households that hold units and reaches them in the next settlement. Cash above a target
//! share of the pools buys bonds from banks; when cash does not cover what is set aside and a floor, bonds are sold to banks.
//!
//! ```text
//! C* = c · A;   C − Y > C*:  buy C − Y − C*;   C − Y < f · C*:  sell C* − (C − Y)
//! ```
//!
//! C cash; Y income set aside (`PoolIncome`); A the pools' assets less Y; c opening cash share; f `floor`. Source:
//! portfolio with a cash buffer for redemptions (Chen, Goldstein & Jiang 2010). Departures: bonds change hands at par;
//! units stay at the price paid, so that losses on the pools' bonds fall on the funds' equity. Reads `PoolTargets`;
//! writes `Funds`, `Bank` (bonds, memorandum pool), `FinancingVehicle` (bonds at funds), `PoolIncome`, `Ledger`. Draws:
//! none.
//!
//! Not here yet: fire sale with price impact, redemption runs, gates (M17, C13), units marked to the pools' assets.

use super::amounts::{ratio, share, split_fen};
use crate::accounts::{Fen, Instrument, Ledger, Party};
use crate::agents::{Bank, FinancingVehicle, Funds};
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::{IntoScheduleConfigs, Mut, Query, Res, ResMut, Resource};

parameters! {
    /// Wealth-management pools.
    pub struct Parameters {
        /// Part of excess cash that buys bonds in a quarter. Assumption.
        investment_speed: f64 = 1.0, "per quarter", 0.0..=1.0;
        /// Cash over its target below which bonds are sold. Assumption.
        floor: f64 = 0.5, "1", 0.0..=1.0;
    }
}

/// Income of the pools that households have not yet been paid; the money stays in the pools' deposits \[fen\].
#[derive(Clone, Copy, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct PoolIncome(pub Fen);

/// Targets of the pools.
#[derive(Clone, Copy, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct PoolTargets {
    /// Cash over assets.
    pub cash_share: f64,
}

impl PoolTargets {
    /// The opening cash share, so that the opening position is at rest.
    #[must_use]
    pub fn opening(funds: &Funds, income: PoolIncome) -> Self {
        let cash = funds.wealth_deposits - income.0;
        Self { cash_share: ratio(cash, cash + pool_bonds(funds), 0.0) }
    }
}

/// Bonds of all kinds in the pools \[fen\].
#[must_use]
pub const fn pool_bonds(funds: &Funds) -> Fen {
    funds.corporate_bonds + funds.lgfv_bonds + funds.local_bonds + funds.central_bonds
}

/// Wealth-management pools.
pub struct WealthManagement;

impl Mechanism for WealthManagement {
    const NAME: &'static str = "wealth_management";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "trade of the pools",
        off: &["wealth_management.investment_speed=0.0", "wealth_management.floor=0.0"],
        instead: "pools keep the bonds that they have and hold the rest in cash",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (set_income_aside, rebalance_pools).chain()
    }
}

/// Cash above (positive: buy bonds) or below what is needed (negative: sell) \[fen\].
#[must_use]
pub fn free_cash(cash: Fen, bonds: Fen, cash_share: f64, floor: f64) -> Fen {
    let target = share((cash + bonds).max(0), cash_share);
    if cash > target || cash < share(target, floor) { cash - target } else { 0 }
}

const BONDS: [Instrument; 4] =
    [Instrument::LgfvBonds, Instrument::CorporateBonds, Instrument::LocalBonds, Instrument::CentralBonds];

fn bank_holding(bank: &mut Bank, bond: Instrument) -> &mut Fen {
    match bond {
        Instrument::LgfvBonds => &mut bank.lgfv_bonds,
        Instrument::CorporateBonds => &mut bank.corporate_bonds,
        Instrument::LocalBonds => &mut bank.local_bonds,
        _ => &mut bank.central_bonds,
    }
}

fn pool_holding(funds: &mut Funds, bond: Instrument) -> &mut Fen {
    match bond {
        Instrument::LgfvBonds => &mut funds.lgfv_bonds,
        Instrument::CorporateBonds => &mut funds.corporate_bonds,
        Instrument::LocalBonds => &mut funds.local_bonds,
        _ => &mut funds.central_bonds,
    }
}

fn set_income_aside(mut funds: ResMut<Funds>, mut income: ResMut<PoolIncome>) {
    income.0 += core::mem::take(&mut funds.wealth_income);
}

fn rebalance_pools(
    parameters: Res<Parameters>,
    targets: Res<PoolTargets>,
    income: Res<PoolIncome>,
    mut funds: ResMut<Funds>,
    mut banks: Query<&mut Bank>,
    mut vehicles: Query<&mut FinancingVehicle>,
    mut ledger: ResMut<Ledger>,
) {
    let mut banks: Vec<Mut<Bank>> = banks.iter_mut().collect();
    let bonds = pool_bonds(&funds);
    let free = free_cash(funds.wealth_deposits - income.0, bonds, targets.cash_share, parameters.floor);
    let mut traded = [0; 4];
    if free > 0 {
        let held = BONDS.map(|bond| banks.iter_mut().map(|b| (*bank_holding(b, bond)).max(0)).sum::<Fen>());
        let amount = share(free, parameters.investment_speed).min(held.iter().sum());
        traded.copy_from_slice(&split_fen(amount, &held));
        buy_bonds(&traded, &mut funds, &mut banks, &mut ledger);
    } else if free < 0 {
        let held = BONDS.map(|bond| *pool_holding(&mut funds, bond));
        let parts = split_fen((-free).min(bonds), &held);
        sell_bonds(&parts, &mut funds, &mut banks, &mut ledger);
        traded.copy_from_slice(&parts.iter().map(|x| -x).collect::<Vec<_>>());
    }
    record_vehicle_bonds(traded[0], &mut vehicles);
    let weights: Vec<Fen> = banks.iter().map(|b| b.wealth_pool).collect();
    for (bank, part) in banks.iter_mut().zip(split_fen(funds.wealth_units.max(0), &weights)) {
        bank.wealth_pool = part;
    }
}

fn buy_bonds(parts: &[Fen], funds: &mut Funds, banks: &mut [Mut<Bank>], ledger: &mut Ledger) {
    let pool = Party::Fund { bank: usize::from(funds.wealth_bank) };
    for (bond, total) in BONDS.into_iter().zip(parts) {
        let held: Vec<Fen> = banks.iter_mut().map(|b| *bank_holding(b, bond)).collect();
        for (b, amount) in split_fen(*total, &held).into_iter().enumerate() {
            ledger.sell_claim(Party::Bank(b), pool, amount, bond);
            *bank_holding(&mut banks[b], bond) -= amount;
        }
        *pool_holding(funds, bond) += total;
        funds.wealth_deposits -= total;
    }
}

fn sell_bonds(parts: &[Fen], funds: &mut Funds, banks: &mut [Mut<Bank>], ledger: &mut Ledger) {
    let pool = Party::Fund { bank: usize::from(funds.wealth_bank) };
    let size: Vec<Fen> = banks.iter().map(|b| b.deposits).collect();
    for (bond, total) in BONDS.into_iter().zip(parts) {
        for (b, amount) in split_fen(*total, &size).into_iter().enumerate() {
            ledger.sell_claim(pool, Party::Bank(b), amount, bond);
            *bank_holding(&mut banks[b], bond) += amount;
        }
        *pool_holding(funds, bond) -= total;
        funds.wealth_deposits += total;
    }
}

/// Which vehicles' bonds the pools bought (positive) or sold, in proportion to what banks or pools held.
fn record_vehicle_bonds(traded: Fen, vehicles: &mut Query<&mut FinancingVehicle>) {
    let held: Vec<Fen> =
        vehicles.iter().map(|v| if traded > 0 { v.bonds - v.bonds_at_funds } else { v.bonds_at_funds }).collect();
    for (mut vehicle, part) in vehicles.iter_mut().zip(split_fen(traded.abs(), &held)) {
        vehicle.bonds_at_funds += part * traded.signum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cash_above_the_target_is_invested_and_below_the_floor_replaced() {
        assert_eq!(free_cash(100, 900, 0.05, 0.5), 50);
        assert_eq!(free_cash(40, 960, 0.05, 0.5), 0);
        assert_eq!(free_cash(20, 980, 0.05, 0.5), -30);
        assert_eq!(free_cash(50, 950, 0.05, 0.5), 0);
    }

    #[test]
    fn the_opening_cash_share_is_at_rest() {
        let funds = Funds { wealth_deposits: 70, corporate_bonds: 930, ..Funds::default() };
        let income = PoolIncome(20);
        let target = PoolTargets::opening(&funds, income);
        assert_eq!(free_cash(50, 930, target.cash_share, 0.5), 0);
    }
}
