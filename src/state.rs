//! THE STATE: everything that a checkpoint keeps, one line each. Whoever adds a class of agents, a component or a
//! resource to the world adds it here; a world with more than this cannot be saved, and a test says what is missing.
//! Parameters of mechanisms are listed by the tick.

use crate::accounts::{BalanceSheets, HomeValues, Ledger, NationalAccounts, OpeningBalances};
use crate::agents::{
    BankComponents, CentralBank, CentralGovernment, FirmComponents, Funds, GovernmentComponents, RestOfWorld,
    WorkerComponents,
};
use crate::calibration::opening::incomes::HouseholdInstruments;
use crate::engine::settings::AiSettings;
use crate::engine::state::{StateError, StateRegistry};
use crate::engine::{Clock, Events, GoodsBook, Indicators, Tally};
use crate::mechanisms::dynamics::founding;
use crate::mechanisms::markets::board::MarketBoard;
use crate::mechanisms::markets::budgets::Budgets;
use crate::mechanisms::markets::engel::EngelTable;
use crate::mechanisms::markets::foreign_trade::{ExportOrders, TradeNorm};
use crate::mechanisms::markets::interfirm::PurchasePlan;
use crate::mechanisms::planning::investment::FirmNorms;
use crate::mechanisms::public::{self, LandCompensation};
use crate::mechanisms::settlement::firms::Payroll;
use crate::mechanisms::{finance, housing, labour, technology};
use crate::statistics::{Collapses, Facts, FirmHistory, History, Recorder, WageCurveHistory, WorkerHistory};
use crate::structure::Structure;
use crate::tick::tick;
use bevy_ecs::prelude::World;

/// What the state of a simulation consists of.
#[must_use]
pub fn registry() -> StateRegistry {
    let mut state = StateRegistry::default();
    tick().list_parameters(&mut state);
    state
        // who there is
        .agents::<WorkerComponents>("workers")
        .agents::<FirmComponents>("firms")
        .agents::<BankComponents>("banks")
        .agents::<GovernmentComponents>("local governments")
        .resource::<CentralGovernment>()
        .resource::<CentralBank>()
        .resource::<Funds>()
        .resource::<RestOfWorld>()
        // time, seed, what does not change
        .resource::<Clock>()
        .resource::<AiSettings>()
        .resource::<Structure>()
        .resource::<EngelTable>()
        .resource::<HouseholdInstruments>()
        .resource::<founding::Norms>()
        .resource::<founding::Closures>()
        .resource::<FirmNorms>()
        .resource::<TradeNorm>();
    list_books(&mut state);
    list_mechanisms(&mut state);
    state
}

/// Accounts, what is published and what is recorded.
fn list_books(state: &mut StateRegistry) {
    state
        .resource::<Ledger>()
        .resource::<NationalAccounts>()
        .resource::<BalanceSheets>()
        .resource::<OpeningBalances>()
        .resource::<HomeValues>()
        .resource::<GoodsBook>()
        .resource::<Tally>()
        .resource::<Events>()
        .resource::<Indicators>()
        .resource::<Facts>()
        .resource::<History>()
        .resource::<Recorder>()
        .resource::<Collapses>()
        .resource::<FirmHistory>()
        .resource::<WorkerHistory>()
        .resource::<WageCurveHistory>();
}

/// What mechanisms remember or leave to one another.
fn list_mechanisms(state: &mut StateRegistry) {
    state
        .resource::<MarketBoard>()
        .resource::<PurchasePlan>()
        .resource::<ExportOrders>()
        .resource::<Budgets>()
        .resource::<Payroll>()
        .resource::<LandCompensation>()
        .resource::<technology::Frontier>()
        .resource::<technology::Compute>()
        .resource::<technology::TechnologySupport>()
        .resource::<technology::StageShares>()
        .resource::<labour::LifeTable>()
        .resource::<labour::TaskDistribution>()
        .resource::<labour::TaskPremia>()
        .resource::<labour::Dismissals>()
        .resource::<labour::Amenities>()
        .resource::<labour::Raises>()
        .resource::<finance::RateShifts>()
        .resource::<finance::BankTargets>()
        .resource::<finance::PoolIncome>()
        .resource::<finance::PoolTargets>()
        .resource::<finance::FiscalTargets>()
        .resource::<finance::fiscal_rule::CentralDebt>()
        .resource::<housing::HousingReference>()
        .resource::<housing::HomeDemand>()
        .resource::<housing::ConstructionOrders>()
        .resource::<housing::ConstructionDeliveries>()
        .resource::<public::budgets::VehicleConfidence>()
        .resource::<public::budgets::LocalBudgets>();
}

/// Whether a restored world has what the facade asks for at once.
///
/// # Errors
/// [`StateError::Content`] that names what is missing.
pub fn check(world: &World) -> Result<(), StateError> {
    let there = world.contains_resource::<Clock>()
        && world.contains_resource::<Recorder>()
        && world.contains_resource::<Collapses>();
    if there { Ok(()) } else { Err(StateError::content("contents", "a resource that every run has is missing")) }
}
