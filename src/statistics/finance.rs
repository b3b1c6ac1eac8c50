//! What a pass over banks and local governments finds \[yuan\].

use crate::accounts::Fen;
use crate::agents::{Bank, BankClass, FinancingVehicle, LocalGovernment};
use bevy_ecs::prelude::World;

#[allow(clippy::cast_precision_loss, reason = "statistics")]
fn yuan(fen: Fen) -> f64 {
    fen as f64 / 100.0
}

macro_rules! sums {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
        pub struct $name { $($(#[$doc])* pub $field: f64),* }
        impl core::ops::AddAssign<&$name> for $name {
            fn add_assign(&mut self, other: &$name) {
                $(self.$field += other.$field;)*
            }
        }
    };
}

sums! {
    /// Banks of a class, or all.
    BankGroup {
        /// Banks.
        count,
        /// Assets net of provisions.
        assets,
        /// Firm loans.
        firm_loans,
        /// Mortgages.
        mortgages,
        /// Other household loans.
        other_household_loans,
        /// Loans to financing vehicles.
        lgfv_loans,
        /// Bonds.
        bonds,
        /// Deposits.
        deposits,
        /// Reserves.
        reserves,
        /// Interbank debts.
        interbank_debts,
        /// Debt to the central bank.
        central_bank_credit,
        /// Equity net of provisions.
        equity,
        /// Risk-weighted assets.
        risk_weighted_assets,
        /// Loans that do not perform.
        non_performing,
        /// Provisions.
        provisions,
        /// Profit.
        profit,
        /// Losses.
        losses,
        /// New loans.
        new_loans,
        /// Banks resolved in the tick.
        failed,
        /// Wealth-management pools managed.
        wealth_pool,
    }
}

impl BankGroup {
    /// Loans of all kinds.
    #[must_use]
    pub const fn loans(&self) -> f64 {
        self.firm_loans + self.mortgages + self.other_household_loans + self.lgfv_loans
    }
}

sums! {
    /// A local government with its financing vehicle, or all.
    LocalGroup {
        /// Taxes.
        taxes,
        /// Land.
        land_revenue,
        /// Transfers.
        transfers,
        /// Fees.
        fees,
        /// Spending.
        spending,
        /// Interest, the vehicle's included.
        interest,
        /// Arrears.
        arrears,
        /// Explicit bonds.
        bonds,
        /// Vehicle's loans and bonds.
        vehicle_debt,
        /// Vehicle's new debt.
        new_debt,
        /// Old debt of the vehicle repaid out of new.
        rolled_over,
        /// Debt that the vehicle could not serve.
        overdue,
        /// Deposits, the vehicle's included.
        deposits,
        /// Infrastructure, the vehicle's included.
        infrastructure,
        /// Land bank at cost.
        land_value,
    }
}

impl LocalGroup {
    /// Explicit and vehicle debt.
    #[must_use]
    pub const fn debt(&self) -> f64 {
        self.bonds + self.vehicle_debt
    }

    /// General revenue, land and transfers.
    #[must_use]
    pub const fn revenue(&self) -> f64 {
        self.taxes + self.fees + self.land_revenue + self.transfers
    }
}

/// Banks and local governments.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Finance {
    /// All banks.
    pub banks: BankGroup,
    /// By class.
    pub classes: [BankGroup; BankClass::ALL.len()],
    /// All local governments.
    pub local: LocalGroup,
    /// By region.
    pub regions: Vec<LocalGroup>,
}

fn of_bank(b: &Bank) -> BankGroup {
    BankGroup {
        count: 1.0,
        assets: yuan(b.assets() - b.provisions),
        firm_loans: yuan(b.firm_loans),
        mortgages: yuan(b.mortgages),
        other_household_loans: yuan(b.other_household_loans),
        lgfv_loans: yuan(b.lgfv_loans),
        bonds: yuan(b.bonds()),
        deposits: yuan(b.deposits),
        reserves: yuan(b.reserves),
        interbank_debts: yuan(b.interbank_debts),
        central_bank_credit: yuan(b.central_bank_credit),
        equity: yuan(b.capital()),
        risk_weighted_assets: yuan(b.risk_weighted_assets()),
        non_performing: yuan(b.non_performing),
        provisions: yuan(b.provisions),
        profit: yuan(b.profit),
        losses: yuan(b.losses),
        new_loans: yuan(b.new_loans),
        failed: f64::from(u8::from(b.failed)),
        wealth_pool: yuan(b.wealth_pool),
    }
}

fn of_government(g: &LocalGovernment, v: &FinancingVehicle) -> LocalGroup {
    LocalGroup {
        taxes: yuan(g.tax_revenue),
        land_revenue: yuan(g.land_revenue),
        transfers: yuan(g.transfers),
        fees: yuan(g.fee_revenue),
        spending: yuan(g.spending),
        interest: yuan(g.interest + v.interest),
        arrears: yuan(g.arrears),
        bonds: yuan(g.bonds),
        vehicle_debt: yuan(v.debt()),
        new_debt: yuan(v.new_debt),
        rolled_over: yuan(v.rolled_over),
        overdue: yuan(v.overdue),
        deposits: yuan(g.deposits + v.deposits),
        infrastructure: yuan(g.infrastructure + v.capital),
        land_value: yuan(g.land_value),
    }
}

impl Finance {
    /// Surveys banks and local governments.
    #[must_use]
    pub fn survey(world: &mut World) -> Self {
        let mut finance = Self::default();
        for bank in world.query::<&Bank>().iter(world) {
            let group = of_bank(bank);
            finance.classes[bank.class as usize] += &group;
            finance.banks += &group;
        }
        for (government, vehicle) in world.query::<(&LocalGovernment, &FinancingVehicle)>().iter(world) {
            let group = of_government(government, vehicle);
            finance.local += &group;
            finance.regions.push(group);
        }
        finance
    }
}
