//! What local budgets remember from one quarter to the next, and how they start.

use super::holders::real;
use super::{lgfv, local_budget};
use crate::agents::{FinancingVehicle, LocalGovernment};
use bevy_ecs::prelude::Resource;

/// Budget memory of one region and its vehicle.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct BudgetState {
    /// Trend of revenue after compensation for land \[fen per quarter\].
    pub revenue: f64,
    /// Part of revenue that the region saved at the start; negative where it drew on reserves \[share\].
    pub saving: f64,
    /// Purchases in purchases and investment \[share\].
    pub purchases_share: f64,
    /// Deposits aimed at over quarterly outlays \[quarters\].
    pub deposit_ratio: f64,
    /// Vehicle's deposits aimed at over its quarterly investment and interest \[quarters\].
    pub vehicle_deposit_ratio: f64,
    /// Growth of bonds beyond that of the economy \[per quarter\].
    pub excess_bond_growth: f64,
    /// Growth of the vehicle's debt beyond that of the economy \[per quarter\].
    pub excess_vehicle_growth: f64,
    /// Average rate on bonds \[per year\].
    pub bond_rate: f64,
    /// Average rate on the vehicle's debt \[per year\].
    pub vehicle_rate: f64,
    /// Interest of government and vehicle over revenue at the start \[share\].
    pub opening_burden: f64,
    /// Bonds over yearly revenue at the start \[ratio\].
    pub opening_debt_ratio: f64,
}

impl BudgetState {
    /// Interest of government and vehicle over revenue \[share\].
    #[must_use]
    pub fn burden(&self, government: &LocalGovernment, vehicle: &FinancingVehicle) -> f64 {
        let interest = self.bond_rate * real(government.bonds) + self.vehicle_rate * real(vehicle.debt());
        if self.revenue > 0.0 { interest / 4.0 / self.revenue } else { f64::INFINITY }
    }
}

/// Budget memory by region.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct LocalBudgets(pub Vec<BudgetState>);

/// Lenders' trust in financing vehicles as such: lost by defaults anywhere, regained slowly.
#[derive(Clone, Copy, Debug, Resource, serde::Serialize, serde::Deserialize)]
pub struct VehicleConfidence(pub f64);

impl Default for VehicleConfidence {
    fn default() -> Self {
        Self(1.0)
    }
}

/// What the opening budgets rest on.
#[derive(Clone, Debug, Default)]
pub struct BudgetOpening {
    /// Taxes, transfers and land revenue less compensation, by region \[yuan per quarter\].
    pub revenue: Vec<f64>,
    /// Growth of nominal output that agents expect \[per quarter\].
    pub growth: f64,
    /// Growth of bonds in the opening budgets \[per year\].
    pub bond_growth: f64,
    /// Growth of vehicles' debt in the opening budgets \[per year\].
    pub vehicle_growth: f64,
    /// Policy rate \[per year\].
    pub policy_rate: f64,
}

impl LocalBudgets {
    /// Budgets whose rules reproduce the opening appropriations: what a region's revenue and borrowing exceed its
    /// outlays by at the start is kept as its saving.
    #[must_use]
    pub fn open<'a>(
        regions: impl Iterator<Item = (&'a LocalGovernment, &'a FinancingVehicle)>,
        opening: &BudgetOpening,
        budget: &local_budget::Parameters,
        finance: &lgfv::Parameters,
    ) -> Self {
        let state = |(g, (government, vehicle)): (usize, (&LocalGovernment, &FinancingVehicle))| {
            let (bond_growth, vehicle_growth) = (opening.bond_growth / 4.0, opening.vehicle_growth / 4.0);
            let mut s = BudgetState {
                revenue: opening.revenue[g] * 100.0 / (1.0 + opening.growth),
                excess_bond_growth: bond_growth - opening.growth,
                excess_vehicle_growth: vehicle_growth - opening.growth,
                bond_rate: opening.policy_rate + budget.bond_spread,
                vehicle_rate: opening.policy_rate + finance.spread,
                ..BudgetState::default()
            };
            let outlays = real(government.appropriation + government.investment_appropriation);
            s.opening_burden = s.burden(government, vehicle);
            s.opening_debt_ratio = real(government.bonds) / (4.0 * s.revenue);
            s.purchases_share = real(government.appropriation) / outlays;
            s.deposit_ratio = real(government.deposits) / outlays;
            let own = budget.lgfv_share_of_public_investment * real(government.investment_appropriation);
            s.vehicle_deposit_ratio =
                real(vehicle.deposits) / (own + s.vehicle_rate / 4.0 * real(vehicle.debt())).max(1.0);
            let interest = s.opening_burden * s.revenue;
            let borrowing = bond_growth * real(government.bonds) + vehicle_growth * real(vehicle.debt());
            s.saving = 1.0 - (outlays + interest - borrowing) / (s.revenue * (1.0 + opening.growth));
            s
        };
        Self(regions.enumerate().map(state).collect())
    }
}
