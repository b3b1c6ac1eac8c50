//! A worker: an adult, 16 and over, with the household around it; `persons_per_worker` adults stand behind one.

use super::MAX_CATEGORIES;
use crate::accounts::Money;
use bevy_ecs::prelude::Component;

/// What a worker does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Status {
    /// On a payroll.
    Employed,
    /// Without work and looking for it.
    Unemployed,
    /// In retraining, not looking.
    Training,
    /// In education or at home, not yet or not now looking for work.
    #[default]
    OutOfLabourForce,
    /// Drawing a pension.
    Retired,
}

/// Who the worker is.
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Person {
    /// Efficiency units in the worker's own task class \[1, mean one\].
    pub skill: f32,
    /// Lasting ability: the skill that the worker comes back to in work \[1, mean one\].
    pub talent: f32,
    /// Age \[quarters\].
    pub age: u16,
    /// Bank that holds the deposits.
    pub bank: u16,
    /// Region (index into the provinces).
    pub region: u8,
    /// Task class.
    pub task: u8,
    /// Status.
    pub status: Status,
    /// Children in the household \[persons per adult, tenths\].
    pub children: u8,
}

/// Work, or the search for it.
#[derive(Clone, Copy, Component, Debug, serde::Serialize, serde::Deserialize)]
pub struct Job {
    /// Slot of the employer, `NOBODY` without one.
    pub employer: u32,
    /// Wage of the job, or the last one \[yuan per person and quarter\].
    pub wage: f32,
    /// Lowest acceptable wage \[yuan per person and quarter\].
    pub reservation_wage: f32,
    /// Length of the current spell in work, out of work or in training \[quarters\].
    pub spell: u16,
    /// Whether the last job was in agriculture: such searchers are outside the non-farm labour force.
    pub farm: u8,
}

impl Default for Job {
    fn default() -> Self {
        Self { employer: super::NOBODY, wage: 0.0, reservation_wage: 0.0, spell: 0, farm: 0 }
    }
}

/// Money and financial wealth of the agent (all its persons together).
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Wallet {
    /// Bank deposits.
    pub deposits: Money,
    /// Wealth-management units at net asset value.
    pub wealth_units: Money,
    /// Units of the equity fund \[count\]; a unit's value is the fund's net assets over all units.
    pub equity_units: i64,
    /// Disposable income of the last settlement, before loan repayments.
    pub income: Money,
    /// Smoothed disposable income \[fen per quarter\].
    pub expected_income: f32,
    /// Consumption of the last quarter at 2023 prices \[yuan\].
    pub real_consumption: f32,
}

/// Homes and household debt of the agent.
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Home {
    /// Floor space owned \[square metres, all persons of the agent\].
    pub floor_space: f32,
    /// Floor space bought ahead of completion \[square metres\].
    pub floor_space_ordered: f32,
    /// Mortgage.
    pub mortgage: Money,
    /// Other loans (consumer and own-account business).
    pub other_loans: Money,
    /// Advances paid for homes not yet delivered.
    pub advances: Money,
    /// Developer that owes the home, `NOBODY` without one.
    pub developer: u32,
}

/// Favourite supplier per consumption category (firm slots).
#[derive(Clone, Copy, Component, Debug, serde::Serialize, serde::Deserialize)]
pub struct WorkerSuppliers(pub [u32; MAX_CATEGORIES]);
