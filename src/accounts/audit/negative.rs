//! Nothing is negative that must not be, and everything is a number.

use super::super::balance::{BalanceSheets, faulty};
use super::super::money::Fen;
use super::{Code, Findings};
use crate::agents::{
    Bank, Books, Capital, CentralBank, CentralGovernment, Development, FinancingVehicle, Funds, Home, Identity,
    Inventory, LocalGovernment, Operations, Pricing, Wallet,
};
use bevy_ecs::prelude::World;

/// `settled` also checks what may be overdrawn inside a tick.
pub fn check(world: &mut World, closing: &BalanceSheets, settled: bool, findings: &mut Findings) {
    if closing.faulty_households {
        let mut query = world.query::<(&Wallet, &Home)>();
        let agents: Vec<String> = query
            .iter(world)
            .enumerate()
            .filter(|(_, (wallet, home))| faulty(wallet, home))
            .map(|(i, (wallet, _))| format!("worker {i} (deposits {})", wallet.deposits.0))
            .take(super::NAMED)
            .collect();
        findings.add(Code::Negative, "money and homes", "households", 0, agents);
    }
    firms(world, findings);
    banks(world, settled, findings);
    governments(world, settled, findings);
}

fn firms(world: &mut World, findings: &mut Findings) {
    let mut query = world.query::<(&Identity, &Books, &Inventory, &Capital, &Development, &Operations, &Pricing)>();
    let mut agents = Vec::new();
    for (slot, (identity, books, inventory, capital, development, operations, pricing)) in query.iter(world).enumerate()
    {
        let mut note = |what: &str, bad: bool| {
            if bad && agents.len() < super::NAMED {
                agents.push(format!("firm {slot}: {what}"));
            }
        };
        for (what, amount) in [
            ("deposits", books.deposits.0),
            ("loans", books.loans.0),
            ("bonds", books.bonds.0),
            ("receivables", books.receivables.0),
            ("tax arrears", books.central_tax_arrears.0 | books.local_tax_arrears.0),
            ("overdue interest", books.interest_overdue.0),
            ("advances", books.advances.0),
            ("finished goods", inventory.finished.0 | inventory.finished_value.0),
            ("homes", development.homes_value.0),
            ("land", development.land_value.0),
            ("available goods", operations.available.0),
            ("sales", operations.sold.0),
        ] {
            note(what, amount < 0);
        }
        let materials = inventory.materials.iter().map(|q| q.0).chain(inventory.materials_value.iter().map(|v| v.0));
        note("materials", materials.fold(0, |all, x| all | x) < 0);
        note(
            "capital",
            capital.vintages.iter().any(|v| !(v.quantity >= 0.0 && v.quantity.is_finite()) || v.value.0 < 0),
        );
        let areas = [development.land, development.floor_space, development.floor_space_sold];
        note("floor space", areas.iter().any(|x| !(*x >= 0.0 && x.is_finite())));
        if identity.active() {
            note("price", !(pricing.price > 0.0 && pricing.price.is_finite()));
            let hours = [operations.hours, operations.contract_hours];
            note("hours", hours.iter().any(|x| !(*x >= 0.0 && x.is_finite())));
            let plans =
                [operations.expected_demand, operations.planned_output, operations.productivity, operations.quality];
            note("plans", plans.iter().any(|x| !(*x >= 0.0 && x.is_finite())));
        }
    }
    if !agents.is_empty() {
        findings.add(Code::Negative, "firms' state", "firms", 0, agents);
    }
}

/// Notes amounts below zero as one finding each.
fn amounts(findings: &mut Findings, column: &str, agent: &str, list: &[(&str, Fen)]) {
    for (what, amount) in list.iter().filter(|(_, amount)| *amount < 0) {
        findings.add(Code::Negative, *what, column, *amount, vec![agent.to_owned()]);
    }
}

fn banks(world: &mut World, settled: bool, findings: &mut Findings) {
    for (b, bank) in world.query::<&Bank>().iter(world).enumerate() {
        let agent = format!("bank {b}");
        amounts(
            findings,
            "banks",
            &agent,
            &[
                ("reserves", if settled { bank.reserves } else { 0 }),
                ("deposits", bank.deposits),
                ("firm_loans", bank.firm_loans),
                ("household_mortgages", bank.mortgages),
                ("other_household_loans", bank.other_household_loans),
                ("lgfv_loans", bank.lgfv_loans),
                ("lgfv_bonds", bank.lgfv_bonds),
                ("corporate_bonds", bank.corporate_bonds),
                ("local_bonds", bank.local_bonds),
                ("central_bonds", bank.central_bonds),
                ("interbank claims", bank.interbank_claims),
                ("interbank debts", bank.interbank_debts),
                ("central_bank_credit", bank.central_bank_credit),
                ("foreign_assets", bank.foreign_assets),
            ],
        );
    }
}

fn governments(world: &mut World, settled: bool, findings: &mut Findings) {
    for (g, (government, vehicle)) in world.query::<(&LocalGovernment, &FinancingVehicle)>().iter(world).enumerate() {
        amounts(
            findings,
            "local_governments",
            &format!("local government {g}"),
            &[
                ("deposits", government.deposits),
                ("local_bonds", government.bonds),
                ("arrears", government.arrears),
                ("land", government.land_value),
                ("infrastructure", government.infrastructure),
            ],
        );
        amounts(
            findings,
            "lgfvs",
            &format!("financing vehicle {g}"),
            &[
                ("deposits", vehicle.deposits),
                ("lgfv_loans", vehicle.loans.iter().copied().min().unwrap_or(0)),
                ("lgfv_bonds", vehicle.bonds),
                ("lgfv_bonds at banks", vehicle.bonds - vehicle.bonds_at_funds),
                ("capital", vehicle.capital),
            ],
        );
    }
    if let Some(funds) = world.get_resource::<Funds>() {
        amounts(
            findings,
            "funds",
            "funds",
            &[
                ("deposits of the equity fund", funds.equity_deposits),
                ("deposits of the venture fund", funds.venture_deposits),
                ("deposits of the pools", funds.wealth_deposits),
                ("wealth_management_units", funds.wealth_units),
                ("corporate_bonds", funds.corporate_bonds),
                ("lgfv_bonds", funds.lgfv_bonds),
                ("local_bonds", funds.local_bonds),
                ("central_bonds", funds.central_bonds),
            ],
        );
    }
    if let (Some(government), true) = (world.get_resource::<CentralGovernment>(), settled) {
        let list = [("treasury_deposits", government.treasury), ("central_bonds", government.bonds)];
        amounts(findings, "central_government", "central government", &list);
    }
    if let (Some(bank), true) = (world.get_resource::<CentralBank>(), settled) {
        let list = [
            ("currency", bank.currency),
            ("reserves", bank.reserves),
            ("treasury_deposits", bank.treasury),
            ("central_bank_credit", bank.credit),
            ("central_bonds", bank.central_bonds),
        ];
        // Foreign assets are a net position: below zero the central bank owes the world.
        amounts(findings, "central_bank", "central bank", &list);
    }
}
