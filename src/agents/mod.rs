//! Agents: components and bundles, no rules. Rules live in `mechanisms`.
//!
//! Workers and firm slots are spawned once and never despawned, so a table row is an agent's number: systems
//! walk component slices and look others up on dense boards by number.

pub mod authorities;
pub mod bank;
pub mod firm;
pub mod local_government;
pub mod worker;

pub use authorities::{CentralBank, CentralGovernment, Funds, RestOfWorld};
pub use bank::{Bank, BankClass, LendingRoom, Segment};
pub use firm::{
    Books, Capital, Development, Identity, Inventory, Operations, Ownership, Pricing, Staff, Stage, Suppliers,
    Technology, Vintage,
};
pub use local_government::{FinancingVehicle, LocalGovernment};
pub use worker::{Home, Job, Person, Status, Wallet, WorkerSuppliers};

/// A worker: one row of the world.
pub type WorkerComponents = (Person, Job, Wallet, Home, WorkerSuppliers);
/// A firm slot: one row of the world.
pub type FirmComponents =
    (Identity, Operations, Pricing, Inventory, Staff, Capital, Technology, Books, Suppliers, Ownership, Development);
/// A bank: one row of the world.
pub type BankComponents = (Bank,);
/// A local government with its financing vehicle: one row of the world.
pub type GovernmentComponents = (LocalGovernment, FinancingVehicle);

/// Number of task classes.
pub const TASKS: usize = 4;
/// Largest number of sectors that a firm's fixed arrays can hold.
pub const MAX_SECTORS: usize = 16;
/// Largest number of household consumption categories.
pub const MAX_CATEGORIES: usize = 8;
/// No agent.
pub const NOBODY: u32 = u32::MAX;

/// Task classes in table order.
pub const TASK_NAMES: [&str; TASKS] =
    ["routine_manual", "nonroutine_manual", "routine_cognitive", "nonroutine_cognitive"];
