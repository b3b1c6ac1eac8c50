//! What happened in a tick: events with their agents, and counts that statistics publish.

use crate::accounts::Fen;
use bevy_ecs::prelude::Resource;

/// One row of the `events` table.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    /// Kind, in snake case (`firm_exit`, `bank_failure`, …).
    #[serde(with = "super::words")]
    pub kind: super::words::Word,
    /// Kind of agent (`firm`, `bank`, `local_government`, `lgfv`, …).
    #[serde(with = "super::words")]
    pub agent_kind: super::words::Word,
    /// Number of the agent.
    pub agent: i64,
    /// Region, if any.
    pub region: Option<u8>,
    /// Sector, if any.
    pub sector: Option<u8>,
    /// Amount \[fen\].
    pub amount: Fen,
    /// More in words.
    pub detail: String,
}

/// Events of the current tick.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Events(pub Vec<Event>);

/// Counts of the current tick in worker or firm agents unless stated; cleared when a tick starts.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Tally {
    /// Employees who left of their own will.
    pub quits: u64,
    /// Employees dismissed.
    pub layoffs: u64,
    /// Employees of closed firms.
    pub closures: u64,
    /// Employees who retired.
    pub retirements: u64,
    /// Hires of the unemployed.
    pub hires_from_unemployment: u64,
    /// Hires of people with a job.
    pub hires_from_jobs: u64,
    /// Searchers without a job before matching.
    pub searchers: u64,
    /// Vacancies before matching.
    pub vacancies: u64,
    /// Vacancies left after matching.
    pub unfilled: u64,
    /// Deaths.
    pub deaths: u64,
    /// Moves between regions.
    pub moves: u64,
    /// Trainings begun.
    pub trainings: u64,
    /// Courses that firms paid for staff.
    pub staff_trainings: u64,
    /// Firms founded.
    pub firm_entries: u64,
    /// Firms closed.
    pub firm_exits: u64,
    /// Capital of closed firms that nobody bought, at book value \[fen\].
    pub stranded_capital: Fen,
    /// Capital scrapped by firms in business, at book value \[fen\].
    pub scrapped_capital: Fen,
    /// Firms that adopted AI.
    pub adoptions: u64,
    /// Spending of firms on research \[fen\].
    pub research_spending: Fen,
    /// Innovations.
    pub innovations: u64,
    /// Research projects that lost their stages for want of money.
    pub research_interruptions: u64,
    /// Spending on projects that were lost \[fen\].
    pub lost_research: Fen,
    /// Bank failures.
    pub bank_failures: u64,
    /// New loans to firms \[fen\].
    pub new_firm_loans: Fen,
    /// Loans to firms refused \[fen\].
    pub refused_firm_loans: Fen,
    /// Loans written off \[fen\].
    pub loan_losses: Fen,
    /// Household demand that no supplier met \[fen\].
    pub unmet_consumption: Fen,
    /// Home sales \[square metres\].
    pub home_sales: f64,
    /// AI services used \[units\].
    pub ai_services: f64,
}

/// Physical flows of products in the current tick, by sector \[units of 0.01 yuan at 2023 prices\].
///
/// opening stock + output + imports = final sales + inputs used + scrapped + closing stock.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct GoodsBook {
    /// Output (for services: what was sold).
    pub output: Vec<i128>,
    /// Imports.
    pub imports: Vec<i128>,
    /// Sales to final users (households, governments, investors, the world).
    pub final_sales: Vec<i128>,
    /// Inputs used up.
    pub inputs_used: Vec<i128>,
    /// Scrapped.
    pub scrapped: Vec<i128>,
}

impl GoodsBook {
    /// A book without flows for an economy with so many sectors.
    #[must_use]
    pub fn empty(sectors: usize) -> Self {
        let mut book = Self::default();
        book.start_tick(sectors);
        book
    }

    /// Adds the flows of another book.
    pub fn add(&mut self, other: &Self) {
        let add = |to: &mut Vec<i128>, from: &Vec<i128>| to.iter_mut().zip(from).for_each(|(a, b)| *a += b);
        add(&mut self.output, &other.output);
        add(&mut self.imports, &other.imports);
        add(&mut self.final_sales, &other.final_sales);
        add(&mut self.inputs_used, &other.inputs_used);
        add(&mut self.scrapped, &other.scrapped);
    }

    /// Clears all flows for an economy with so many sectors.
    pub fn start_tick(&mut self, sectors: usize) {
        for flow in
            [&mut self.output, &mut self.imports, &mut self.final_sales, &mut self.inputs_used, &mut self.scrapped]
        {
            flow.clear();
            flow.resize(sectors, 0);
        }
    }
}
