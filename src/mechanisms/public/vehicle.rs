//! Payments between a financing vehicle and its lenders: new debt, interest, repayment, write-off.
//!
//! Loans lie with named banks; bonds with banks, as one portfolio of all regions, and with wealth-management pools.
//! Lenders share what they can lend among vehicles in proportion (`rationing`); a loan that its bank has no room for is
//! made by no other.
//!
//! Not here yet: overdue interest that is written off with the debt.

use super::holders::{share_of, split_fen};
use super::rationing::NewDebt;
use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Party};
use crate::agents::{Bank, FinancingVehicle, Funds, Segment};
use bevy_ecs::prelude::Mut;

/// A vehicle's lenders and the ledger.
pub struct Lenders<'a, 'w> {
    /// Banks in order.
    pub banks: &'a mut [Mut<'w, Bank>],
    /// Wealth-management pools.
    pub funds: &'a mut Funds,
    /// Ledger.
    pub ledger: &'a mut Ledger,
    /// Bank of the vehicle's deposits.
    pub bank: usize,
}

impl Lenders<'_, '_> {
    const fn vehicle(&self) -> Party {
        Party::Lgfv { bank: self.bank }
    }

    const fn pools(&self) -> Party {
        Party::Fund { bank: self.funds.wealth_bank as usize }
    }

    /// Bonds by holder: banks, then pools.
    fn bond_parts(&self, vehicle: &FinancingVehicle, amount: Fen) -> (Vec<Fen>, Fen) {
        let holdings: Vec<Fen> = self.banks.iter().map(|b| b.lgfv_bonds).collect();
        let at_banks = vehicle.bonds - vehicle.bonds_at_funds;
        let split = split_fen(amount, &[at_banks, vehicle.bonds_at_funds]);
        let parts = split_fen(split[0], &holdings);
        (parts, split[1])
    }

    /// New loans and bonds that lenders granted; returns what was raised.
    pub fn raise(&mut self, vehicle: &mut FinancingVehicle, granted: &NewDebt) -> Fen {
        let (issuer, pools) = (self.vehicle(), self.pools());
        for (b, bank) in self.banks.iter_mut().enumerate() {
            let (loan, bonds) = (granted.loans[b], granted.bonds_at_banks[b]);
            self.ledger.issue(issuer, Party::Bank(b), loan, Instrument::LgfvLoans);
            self.ledger.issue(issuer, Party::Bank(b), bonds, Instrument::LgfvBonds);
            bank.lgfv_loans += loan;
            bank.lgfv_bonds += bonds;
            bank.new_loans += loan;
            bank.room.take(Segment::Public, loan + bonds);
            if loan > 0 {
                vehicle.loans[b] += loan;
            }
            vehicle.bonds += bonds;
        }
        self.ledger.issue(issuer, pools, granted.bonds_at_pools, Instrument::LgfvBonds);
        self.funds.wealth_deposits -= granted.bonds_at_pools;
        self.funds.lgfv_bonds += granted.bonds_at_pools;
        vehicle.bonds += granted.bonds_at_pools;
        vehicle.bonds_at_funds += granted.bonds_at_pools;
        vehicle.deposits += granted.total();
        granted.total()
    }

    /// Pays interest: `on_loans` to banks by loans, `on_bonds` to holders of bonds; returns what was paid.
    pub fn pay_interest(&mut self, vehicle: &mut FinancingVehicle, on_loans: Fen, on_bonds: Fen) -> Fen {
        let loans = split_fen(on_loans, &vehicle.loans);
        let (bonds, to_pools) = self.bond_parts(vehicle, on_bonds);
        let vehicle_party = self.vehicle();
        for (flow, parts) in [(Flow::InterestLgfvLoans, &loans), (Flow::InterestLgfvBonds, &bonds)] {
            for (b, part) in parts.iter().enumerate() {
                self.ledger.transfer_total(vehicle_party, Party::Bank(b), *part, flow);
                self.banks[b].profit += *part;
            }
        }
        self.ledger.transfer_total(vehicle_party, self.pools(), to_pools, Flow::InterestLgfvBonds);
        self.funds.wealth_deposits += to_pools;
        self.funds.wealth_income += to_pools;
        let paid = loans.iter().sum::<Fen>() + bonds.iter().sum::<Fen>() + to_pools;
        vehicle.deposits -= paid;
        vehicle.interest += paid;
        paid
    }

    /// Banks' service on a quarter's loans: the margin of the vehicle's rate over the reference rate, per year.
    pub fn render_service(&mut self, vehicle: &FinancingVehicle, margin: f64) {
        for (bank, loan) in self.banks.iter_mut().zip(&vehicle.loans) {
            let service = share_of(*loan, margin / 4.0);
            bank.services += service;
            self.ledger.intermediation_services[Column::Lgfvs.index()] += service;
        }
    }

    /// Repays parts of loans and bonds; returns what was repaid.
    pub fn repay(&mut self, vehicle: &mut FinancingVehicle, of_loans: Fen, of_bonds: Fen) -> Fen {
        let loans = split_fen(of_loans.min(vehicle.bank_loans()), &vehicle.loans);
        let (bonds, to_pools) = self.bond_parts(vehicle, of_bonds.min(vehicle.bonds));
        let vehicle_party = self.vehicle();
        for (b, part) in loans.iter().enumerate() {
            self.ledger.redeem(vehicle_party, Party::Bank(b), *part, Instrument::LgfvLoans);
            self.banks[b].lgfv_loans -= *part;
            vehicle.loans[b] -= *part;
        }
        for (b, part) in bonds.iter().enumerate() {
            self.ledger.redeem(vehicle_party, Party::Bank(b), *part, Instrument::LgfvBonds);
            self.banks[b].lgfv_bonds -= *part;
        }
        self.ledger.redeem(vehicle_party, self.pools(), to_pools, Instrument::LgfvBonds);
        self.funds.wealth_deposits += to_pools;
        self.funds.lgfv_bonds -= to_pools;
        let of_bonds = bonds.iter().sum::<Fen>() + to_pools;
        vehicle.bonds -= of_bonds;
        vehicle.bonds_at_funds -= to_pools;
        let repaid = loans.iter().sum::<Fen>() + of_bonds;
        vehicle.deposits -= repaid;
        repaid
    }

    /// Lenders lose a share of the vehicle's debt; returns what they lost. Overdue interest stays due in full.
    pub fn write_off(&mut self, vehicle: &mut FinancingVehicle, share: f64) -> Fen {
        let loans = split_fen(share_of(vehicle.bank_loans(), share), &vehicle.loans);
        let (bonds, at_pools) = self.bond_parts(vehicle, share_of(vehicle.bonds, share));
        for (b, bank) in self.banks.iter_mut().enumerate() {
            let loan = loans.get(b).copied().unwrap_or(0);
            bank.lgfv_loans -= loan;
            bank.lgfv_bonds -= bonds[b];
            bank.lose(loan + bonds[b]);
            if loan > 0 {
                vehicle.loans[b] -= loan;
            }
        }
        self.funds.lgfv_bonds -= at_pools;
        let (of_loans, at_banks) = (loans.iter().sum::<Fen>(), bonds.iter().sum::<Fen>());
        vehicle.bonds -= at_banks + at_pools;
        vehicle.bonds_at_funds -= at_pools;
        self.ledger.write_off(Instrument::LgfvLoans, Column::Banks, Column::Lgfvs, of_loans);
        self.ledger.write_off(Instrument::LgfvBonds, Column::Banks, Column::Lgfvs, at_banks);
        self.ledger.write_off(Instrument::LgfvBonds, Column::Funds, Column::Lgfvs, at_pools);
        of_loans + at_banks + at_pools
    }
}
