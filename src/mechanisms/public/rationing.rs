//! How lenders' room and cash are shared among financing vehicles: in proportion to what each asks for.

use super::holders::{fen, real, share_of, split_fen};
use crate::accounts::Fen;
use crate::agents::{Bank, FinancingVehicle, Segment};
use bevy_ecs::prelude::Mut;

/// New debt of a vehicle, asked for or granted \[fen\].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDebt {
    /// Loans by bank.
    pub loans: Vec<Fen>,
    /// Bonds at banks, by bank.
    pub bonds_at_banks: Vec<Fen>,
    /// Bonds at wealth-management pools.
    pub bonds_at_pools: Fen,
}

impl NewDebt {
    /// An amount in the proportions of a vehicle's debt: loans from the banks that lend to it, bonds by holder; what banks
    /// take of the bonds is split by their deposits.
    #[must_use]
    pub fn asked(vehicle: &FinancingVehicle, wanted: f64, deposits: &[Fen]) -> Self {
        let debt = real(vehicle.debt());
        if wanted <= 0.0 || debt <= 0.0 {
            return Self { loans: vec![0; deposits.len()], bonds_at_banks: vec![0; deposits.len()], bonds_at_pools: 0 };
        }
        let mut loans = split_fen(fen(wanted * real(vehicle.bank_loans()) / debt), &vehicle.loans);
        loans.resize(deposits.len(), 0);
        let bonds = fen(wanted * real(vehicle.bonds) / debt);
        let pools = if vehicle.bonds > 0 { real(vehicle.bonds_at_funds) / real(vehicle.bonds) } else { 0.0 };
        let bonds_at_pools = share_of(bonds, pools);
        Self { loans, bonds_at_banks: split_fen(bonds - bonds_at_pools, deposits), bonds_at_pools }
    }

    /// All of it.
    #[must_use]
    pub fn total(&self) -> Fen {
        self.loans.iter().chain(&self.bonds_at_banks).sum::<Fen>() + self.bonds_at_pools
    }
}

/// Cuts what vehicles ask for to what each bank has room for and pools have cash for, in proportion to what they ask.
pub fn ration(asked: &mut [NewDebt], banks: &mut [Mut<Bank>], cash: Fen) {
    for (b, bank) in banks.iter_mut().enumerate() {
        let wanted: Vec<Fen> = asked.iter().flat_map(|a| [a.loans[b], a.bonds_at_banks[b]]).collect();
        let total: Fen = wanted.iter().sum();
        bank.apply(Segment::Public, total);
        let granted = split_fen(total.min(bank.room.of(Segment::Public)), &wanted);
        for (a, granted) in asked.iter_mut().zip(granted.chunks(2)) {
            (a.loans[b], a.bonds_at_banks[b]) = (granted[0], granted[1]);
        }
    }
    let wanted: Vec<Fen> = asked.iter().map(|a| a.bonds_at_pools).collect();
    let granted = split_fen(wanted.iter().sum::<Fen>().min(cash.max(0)), &wanted);
    for (a, granted) in asked.iter_mut().zip(granted) {
        a.bonds_at_pools = granted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::LendingRoom;
    use bevy_ecs::prelude::World;

    #[test]
    fn lenders_serve_vehicles_in_proportion_not_in_order() {
        let mut world = World::new();
        world.spawn(Bank { room: LendingRoom::open(60), ..Bank::default() });
        let ask =
            |loans: Fen, pools: Fen| NewDebt { loans: vec![loans], bonds_at_banks: vec![0], bonds_at_pools: pools };
        let mut asked = [ask(80, 30), ask(40, 10)];
        let mut banks: Vec<Mut<Bank>> = Vec::new();
        let mut query = world.query::<&mut Bank>();
        banks.extend(query.iter_mut(&mut world));
        ration(&mut asked, &mut banks, 20);
        assert_eq!(asked, [ask(40, 15), ask(20, 5)]);
        assert_eq!(banks[0].applications[Segment::Public as usize], 120);
    }
}
