//! A firm: `firms_per_firm_agent` enterprises of one sector and region behind one agent.

use super::{MAX_SECTORS, TASKS};
use crate::accounts::{Money, Quantity};
use bevy_ecs::prelude::Component;

/// Technological stage; none can be skipped (M05).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Stage {
    /// Industrial.
    #[default]
    Industrial,
    /// Digital (informatised).
    Digital,
    /// Intelligent (uses AI in production).
    Intelligent,
}

/// Life of a slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Life {
    /// Nobody here; an entrant may come.
    #[default]
    Vacant,
    /// In business.
    Active,
    /// Closed in this tick: staff and links find out next tick.
    Closed,
}

/// Who the firm is.
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    /// Sector.
    pub sector: u8,
    /// Region.
    pub region: u8,
    /// Stage.
    pub stage: Stage,
    /// Life of the slot.
    pub life: Life,
    /// Bank that holds the deposits and the loan.
    pub bank: u16,
    /// Quarters since foundation.
    pub age: u16,
    /// Whether the firm is a public service unit that sells to governments at cost.
    pub public: bool,
    /// Consecutive quarters in which credit did not cover what was due.
    pub distressed: u8,
    /// Consecutive quarters in which next to none of its capital was in use.
    pub idle: u8,
    /// Quarters since the slot fell vacant.
    pub vacant: u16,
}

impl Identity {
    /// Whether the firm is in business.
    #[must_use]
    pub fn active(&self) -> bool {
        self.life == Life::Active
    }
}

/// Plans and realised output.
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Operations {
    /// Expected demand \[units per quarter\].
    pub expected_demand: f64,
    /// Expected growth of demand \[per quarter\].
    pub expected_growth: f64,
    /// Orders received in this tick, filled or not \[units\].
    pub orders: f64,
    /// Orders received in the last tick \[units\].
    pub lagged_orders: f64,
    /// Output planned for this tick \[units\].
    pub planned_output: f64,
    /// Output that capital allows at full use \[units\].
    pub capital_capacity: f64,
    /// Output that staff allows at normal hours \[units\].
    pub labour_capacity: f64,
    /// Output of this tick (storable) or capacity offered (services).
    pub output: Quantity,
    /// What can still be sold in this tick.
    pub available: Quantity,
    /// Sold in this tick.
    pub sold: Quantity,
    /// Sold in the last tick \[units\].
    pub sold_last: f64,
    /// Labour productivity of the capital in use \[1, sector mean one at the start\].
    pub productivity: f64,
    /// Quality of the product \[1, sector mean one at the start\].
    pub quality: f64,
    /// Lasting ability of the firm relative to its sector \[1\].
    pub ability: f64,
    /// Use of capital of the last tick \[share\].
    pub utilisation: f64,
    /// Hours worked over normal hours of the last tick \[1\].
    pub hours: f64,
    /// Contracted over normal hours of the last tick: where heads wanted are a fraction, people work and earn more or less than normal \[1\].
    pub contract_hours: f64,
    /// Constraint that bound output in the last tick.
    pub bottleneck: Bottleneck,
    /// Exports over the sector's exports at the opening \[weight\].
    pub export_weight: f64,
    /// Capital bought in this tick \[units\].
    pub investment: f64,
    /// Investment wanted in this tick \[units\].
    pub desired_investment: f64,
    /// Part of it for projects, which adds no capacity \[units\].
    pub intangible_investment: f64,
    /// Research wanted in this tick \[yuan\].
    pub wanted_research: f64,
    /// What a log point of quality of a machine is worth, in log points of its price \[1\].
    pub machine_worth: f64,
    /// Outdated capital that new capital replaces in this tick \[units\].
    pub scrapping: f64,
}

impl Operations {
    /// Share of last quarter's orders that was filled; one without orders.
    #[must_use]
    pub fn reliability(&self) -> f64 {
        if self.lagged_orders > 0.0 { (self.sold_last / self.lagged_orders).clamp(0.02, 1.0) } else { 1.0 }
    }
}

/// What bound output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Bottleneck {
    /// The plan itself.
    #[default]
    Demand,
    /// Staff.
    Labour,
    /// Capital.
    Capital,
    /// Materials.
    Materials,
}

/// Prices and costs.
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Pricing {
    /// Price charged, taxes included \[1, 2023 = 1\].
    pub price: f64,
    /// Mark-up over unit cost \[share\].
    pub mark_up: f64,
    /// Normal unit cost \[yuan per unit\].
    pub unit_cost: f64,
    /// Share of the sector's sales \[1\].
    pub market_share: f64,
    /// Share one quarter earlier \[1\].
    pub lagged_market_share: f64,
}

/// Finished goods and materials.
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Inventory {
    /// Finished goods.
    pub finished: Quantity,
    /// Finished goods at average cost.
    pub finished_value: Money,
    /// Materials by supplying sector.
    pub materials: [Quantity; MAX_SECTORS],
    /// Materials at average cost.
    pub materials_value: [Money; MAX_SECTORS],
}

impl Inventory {
    /// Everything at cost.
    #[must_use]
    pub fn value(&self) -> Money {
        self.finished_value + self.materials_value.iter().copied().sum()
    }
}

/// People by task class (worker agents).
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Staff {
    /// On the payroll.
    pub heads: [u32; TASKS],
    /// Efficiency units on the payroll, fixed point 2^-16.
    pub efficiency: [i64; TASKS],
    /// Share of each task class in the firm's tasks: firms of a sector differ in what they do.
    pub task_mix: [f64; TASKS],
    /// Heads wanted, with fractions.
    pub desired: [f64; TASKS],
    /// Positions: heads wanted, rounded at the firm's own thresholds (`planning::positions`).
    pub positions: [u32; TASKS],
    /// Open positions.
    pub vacancies: [u32; TASKS],
    /// Heads to be dismissed this tick.
    pub layoffs: [u32; TASKS],
    /// Posted wage per efficiency unit in the reference class \[yuan per person and quarter\].
    pub posted_wage: f64,
    /// Premium of nonroutine cognitive staff over the wage of their class: a share in what AI saves \[share\].
    pub innovator_premium: f64,
    /// What that premium costs a quarter, contributions included \[yuan\].
    pub innovator_rents: f64,
    /// Hires of this tick.
    pub hires: u32,
    /// Vacancies left open at the end of this tick.
    pub unfilled: u32,
}

/// One layer of capital.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Vintage {
    /// Quantity \[units\].
    pub quantity: f64,
    /// Labour productivity built into it \[1\].
    pub productivity: f64,
    /// Book value (cost less depreciation).
    pub value: Money,
    /// Age \[quarters\].
    pub age: u16,
}

/// Capital in vintages, oldest first.
#[derive(Clone, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Capital {
    /// Layers.
    pub vintages: Vec<Vintage>,
}

impl Capital {
    /// Quantity in use \[units\].
    #[must_use]
    pub fn quantity(&self) -> f64 {
        self.vintages.iter().map(|v| v.quantity).sum()
    }

    /// Book value.
    #[must_use]
    pub fn value(&self) -> Money {
        self.vintages.iter().map(|v| v.value).sum()
    }

    /// Mean productivity weighted by quantity; `fallback` without capital.
    #[must_use]
    pub fn productivity(&self, fallback: f64) -> f64 {
        let quantity = self.quantity();
        if quantity > 0.0 {
            self.vintages.iter().map(|v| v.quantity * v.productivity).sum::<f64>() / quantity
        } else {
            fallback
        }
    }
}

/// AI, digital and research state.
#[derive(Clone, Copy, Component, Debug, serde::Serialize, serde::Deserialize)]
pub struct Technology {
    /// Share of each class's tasks done by AI.
    pub ai_depth: [f64; TASKS],
    /// Share of each class's tasks that new, human tasks have added (reinstatement).
    pub new_tasks: [f64; TASKS],
    /// Whether AI has been adopted.
    pub adopted: bool,
    /// Quarters until an adoption or an upgrade under way takes effect.
    pub implementing: u8,
    /// Stage being built (equal to the current stage if none).
    pub building: Stage,
    /// Whether money for the project was obtained.
    pub funded: bool,
    /// Project cost asked for in this tick.
    pub project_cost: Money,
    /// Digital know-how \[0-1\].
    pub digital_know_how: f64,
    /// AI know-how \[0-1\].
    pub ai_know_how: f64,
    /// Pay-back period of adoption as the firm sees it \[quarters\]; infinite if it never pays.
    pub pay_back: f64,
    /// AI services used in this tick \[units\].
    pub ai_services: f64,
    /// Part of the AI services that its depth takes which the firm got in the last tick; one without depth \[share\].
    pub ai_delivery: f64,
    /// Rise of labour productivity from an upgrade to digital since the start \[share\]; the productivity of firms that were
    /// digital at the start holds theirs already.
    pub digital_gain: f64,
    /// Funded stages of the research project under way \[stages\].
    pub research_progress: u8,
    /// Research ordered in this tick \[units\].
    pub research_ordered: f64,
    /// Research bought in the last tick over what the firm wanted \[share\].
    pub research_delivery: f64,
    /// Spent on the research project under way.
    pub research_sunk: Money,
}

impl Technology {
    /// Share of a class's tasks that AI does: its depth as far as the services for it were delivered.
    #[must_use]
    pub fn depth_in_use(&self, class: usize) -> f64 {
        self.ai_depth[class] * self.ai_delivery
    }
}

impl Default for Technology {
    fn default() -> Self {
        Self {
            ai_depth: [0.0; TASKS],
            new_tasks: [0.0; TASKS],
            adopted: false,
            implementing: 0,
            building: Stage::default(),
            funded: false,
            project_cost: Money::ZERO,
            digital_know_how: 0.0,
            ai_know_how: 0.0,
            pay_back: 0.0,
            ai_services: 0.0,
            ai_delivery: 1.0,
            digital_gain: 0.0,
            research_progress: 0,
            research_ordered: 0.0,
            research_delivery: 0.0,
            research_sunk: Money::ZERO,
        }
    }
}

/// Money, debts and the quarter's profit and loss.
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Books {
    /// Bank deposits; below zero only inside a phase.
    pub deposits: Money,
    /// Bank loan.
    pub loans: Money,
    /// Bonds issued.
    pub bonds: Money,
    /// Claims on the local government of the region.
    pub receivables: Money,
    /// Advances received for homes not yet delivered.
    pub advances: Money,
    /// Sales of this tick, taxes included.
    pub revenue: Money,
    /// Imported capital of this tick at cost, which the firm resells to itself (output that no sales tax is due on).
    pub own_account: Money,
    /// Purchases of inputs of this tick, imports included, tariffs excluded.
    pub inputs: Money,
    /// Change of inventories of this tick.
    pub inventory_change: Money,
    /// Wages of this tick, contributions included.
    pub compensation: Money,
    /// Value added, production and property taxes, fees and tariffs less subsidies of this tick.
    pub production_taxes: Money,
    /// Interest paid less received of this tick.
    pub interest: Money,
    /// Depreciation of this tick.
    pub depreciation: Money,
    /// Purchases of capital of this tick.
    pub capital_outlay: Money,
    /// Company tax of this tick.
    pub company_tax: Money,
    /// Dividends of this tick.
    pub dividends: Money,
    /// Profit after interest, depreciation and tax of the last tick.
    pub lagged_profit: Money,
    /// Value added of the last tick.
    pub lagged_value_added: Money,
    /// Sales of the last tick.
    pub lagged_revenue: Money,
    /// Funds wanted from the bank in this tick.
    pub credit_demand: Money,
    /// Credit line: the loan balance up to which the bank pays without asking.
    pub credit_limit: Money,
    /// Lending rate of the firm \[per year\].
    pub lending_rate: f64,
    /// Interest on the loan that fell due and was not paid: the bank's claim beside the loan, income when it is paid.
    pub interest_overdue: Money,
    /// Taxes owed to the central government.
    pub central_tax_arrears: Money,
    /// Taxes and fees owed to the local government of the region.
    pub local_tax_arrears: Money,
    /// Drawn on the bank beyond the line and what it lends on application, and not repaid yet.
    pub unauthorised: Money,
    /// Quarters in a row with interest or principal unpaid \[quarters\].
    pub quarters_in_arrears: u8,
    /// Quarters in a row without \[quarters\].
    pub quarters_clean: u8,
    /// Whether the loan does not perform.
    pub non_performing: bool,
}

impl Books {
    /// Gross value added of this tick at producers' prices.
    #[must_use]
    pub fn value_added(&self) -> Money {
        self.revenue + self.own_account + self.inventory_change - self.inputs
    }

    /// Gross operating surplus of this tick.
    #[must_use]
    pub fn operating_surplus(&self) -> Money {
        self.value_added() - self.compensation - self.production_taxes
    }

    /// Taxes owed to both governments.
    #[must_use]
    pub fn tax_arrears(&self) -> Money {
        self.central_tax_arrears + self.local_tax_arrears
    }

    /// Starts a new quarter's profit and loss.
    pub fn start_tick(&mut self) {
        self.lagged_value_added = self.value_added();
        self.lagged_revenue = self.revenue;
        self.lagged_profit = self.operating_surplus() - self.interest - self.depreciation - self.company_tax;
        for item in [
            &mut self.revenue,
            &mut self.own_account,
            &mut self.inputs,
            &mut self.inventory_change,
            &mut self.compensation,
            &mut self.production_taxes,
            &mut self.interest,
            &mut self.depreciation,
            &mut self.capital_outlay,
            &mut self.company_tax,
            &mut self.dividends,
            &mut self.credit_demand,
        ] {
            *item = Money::ZERO;
        }
    }
}

/// Chosen supplier per supplying sector.
#[derive(Clone, Copy, Component, Debug, serde::Serialize, serde::Deserialize)]
pub struct Suppliers(pub [u32; MAX_SECTORS]);

/// Who owns the firm; the equity fund owns the rest.
#[derive(Clone, Copy, Component, Debug, serde::Serialize, serde::Deserialize)]
pub struct Ownership {
    /// Founder (worker number), `NOBODY` without one.
    pub founder: u32,
    /// Founder's share \[1\].
    pub founder_share: f32,
    /// State's share \[1\].
    pub state_share: f32,
    /// Foreign investors' share \[1\].
    pub foreign_share: f32,
}

impl Default for Ownership {
    fn default() -> Self {
        Self { founder: super::NOBODY, founder_share: 0.0, state_share: 0.0, foreign_share: 0.0 }
    }
}

/// Real-estate development (used by firms of the real-estate sector).
#[derive(Clone, Copy, Component, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Development {
    /// Land held for building \[square metres of floor that it allows\].
    pub land: f64,
    /// Land at cost.
    pub land_value: Money,
    /// Floor space finished or under way and not yet handed over \[square metres\].
    pub floor_space: f64,
    /// Floor space sold ahead and not yet handed over \[square metres\].
    pub floor_space_sold: f64,
    /// Homes at cost, land included.
    pub homes_value: Money,
    /// Floor space sold in the last tick \[square metres\].
    pub sales: f64,
    /// Expected sales \[square metres per quarter\].
    pub expected_sales: f64,
    /// Floor space ordered in the last quarter that construction firms did not deliver \[square metres\].
    pub undelivered: f64,
    /// Price less cost of the homes handed over in this tick: a holding gain, taxed and distributed as profit.
    pub gain: Money,
    /// Developer that took over the orders of one that closed, until the buyers are told.
    pub heir: Option<u32>,
}
