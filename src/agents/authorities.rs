//! Single agents: central government, central bank, funds, the rest of the world \[fen\].

use crate::accounts::Fen;
use bevy_ecs::prelude::Resource;

/// The central government with the social insurance funds.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct CentralGovernment {
    /// Treasury account at the central bank.
    pub treasury: Fen,
    /// Bonds outstanding.
    pub bonds: Fen,
    /// Taxes that firms owe.
    pub tax_claims: Fen,
    /// Purchases set for this tick.
    pub appropriation: Fen,
    /// Transfers to local governments set for this tick, by region.
    pub transfers: Vec<Fen>,
    /// Taxes and contributions of this tick.
    pub revenue: Fen,
    /// Outlays of this tick.
    pub spending: Fen,
    /// Pension per retired person \[yuan per quarter\].
    pub pension: f64,
    /// Unemployment benefit per covered person \[yuan per quarter\].
    pub unemployment_benefit: f64,
    /// Minimum income support per person without other income \[yuan per quarter\].
    pub support: f64,
}

/// The central bank.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct CentralBank {
    /// Currency in circulation.
    pub currency: Fen,
    /// Banks' reserves.
    pub reserves: Fen,
    /// Treasury account.
    pub treasury: Fen,
    /// Credit to banks.
    pub credit: Fen,
    /// Central government bonds.
    pub central_bonds: Fen,
    /// Foreign assets.
    pub foreign_assets: Fen,
    /// Policy rate \[per year\].
    pub policy_rate: f64,
    /// Unemployment that the central bank has learned to be normal; none before its first decision \[share\].
    pub normal_unemployment: Option<f64>,
    /// Profit of this tick, paid to the treasury as far as it exceeds earlier losses.
    pub profit: Fen,
    /// Losses of earlier ticks that no profit has made up for.
    pub losses_carried: Fen,
}

/// The equity fund, the venture fund and the wealth-management pools.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct Funds {
    /// Bank of the equity fund.
    pub equity_bank: u16,
    /// Deposits of the equity fund.
    pub equity_deposits: Fen,
    /// Bank of the venture fund.
    pub venture_bank: u16,
    /// Deposits of the venture fund.
    pub venture_deposits: Fen,
    /// Bank of the wealth-management pools' cash.
    pub wealth_bank: u16,
    /// Deposits of the wealth-management pools.
    pub wealth_deposits: Fen,
    /// Units issued to households, at the price paid: losses on the pools' bonds never mark them down.
    pub wealth_units: Fen,
    /// Corporate bonds of the pools.
    pub corporate_bonds: Fen,
    /// Financing vehicles' bonds of the pools.
    pub lgfv_bonds: Fen,
    /// Local bonds of the pools.
    pub local_bonds: Fen,
    /// Central bonds of the pools.
    pub central_bonds: Fen,
    /// Units of the equity fund issued to households \[count\].
    pub equity_units: Fen,
    /// Income of the pools in this tick, for distribution.
    pub wealth_income: Fen,
    /// Income of the equity fund in this tick, for distribution.
    pub equity_income: Fen,
}

/// Partner blocs taken together.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct RestOfWorld {
    /// Net claims of the country on the world: the blocs' liability.
    pub foreign_liabilities: Fen,
    /// Exchange rate \[yuan per unit of foreign currency, 2023 = 1\].
    pub exchange_rate: f64,
    /// World price level of each sector in foreign currency \[2023 = 1\].
    pub world_prices: Vec<f64>,
    /// Demand of each bloc at constant prices: West, Belt and Road, others \[2023 = 1\].
    pub bloc_income: Vec<f64>,
    /// Exports of this tick by bloc.
    pub exports: Vec<Fen>,
    /// Imports of this tick, without tariffs.
    pub imports: Fen,
}
