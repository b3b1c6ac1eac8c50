//! National stocks of the opening balance sheet \[yuan\], from the tables where they have them and from the assumptions
//! where they do not; what is left over closes a sector and is named here.

use super::super::assumptions::Assumptions;
use super::super::national::dwellings_at_replacement_cost;
use super::super::problems::DataError;
use super::super::tables::Tables;
use super::banks::provision_ratio;
use crate::agents::BankClass;

/// Stocks in yuan.
#[derive(Clone, Debug)]
pub struct Stocks {
    /// All deposits, the treasury account included (official).
    pub official_deposits: f64,
    /// Bank assets with loans at face value: official assets, which are net of provisions, and provisions.
    pub bank_assets: f64,
    /// Bank equity with provisions: official assets less liabilities, and provisions.
    pub bank_equity: f64,
    /// Provisions of banks: bad loans of each class times their coverage (official).
    pub provisions: f64,
    /// Mortgages (official).
    pub mortgages: f64,
    /// Other household loans (official).
    pub other_household_loans: f64,
    /// Loans to firms without financing vehicles: official enterprise loans less those to vehicles.
    pub firm_loans: f64,
    /// Loans to developers within them (official).
    pub developer_loans: f64,
    /// Loans to financing vehicles: provincial debt less bonds.
    pub lgfv_loans: f64,
    /// Financing vehicles' bonds.
    pub lgfv_bonds: f64,
    /// Local government bonds (official, provincial).
    pub local_bonds: f64,
    /// Central government bonds (official).
    pub central_bonds: f64,
    /// Currency (official).
    pub currency: f64,
    /// Assets of the central bank (official).
    pub central_bank_assets: f64,
    /// Deposits of the venture fund: what closes official deposits.
    pub venture_deposits: f64,
    /// Central-bank credit to banks: what closes the central bank's assets.
    pub central_bank_credit: f64,
    /// Reserves: what closes the central bank's liabilities.
    pub reserves: f64,
    /// Local bonds held by pools.
    pub local_bonds_at_pools: f64,
    /// Dwellings at replacement cost.
    pub dwellings: f64,
}

impl Stocks {
    /// Collects and derives.
    ///
    /// # Errors
    /// If a figure is missing.
    pub fn new(tables: &Tables, a: &Assumptions) -> Result<Self, DataError> {
        let trn =
            |group: &str, name: &str| -> Result<f64, DataError> { Ok(tables.banks.get(group, name, 2023)? * 1e12) };
        let lgfv: f64 = tables.provinces.iter().map(|p| p.lgfv_debt).sum();
        let lgfv_loans = lgfv - a.lgfv_bonds;
        let statutory = tables.parameters.get("local_debt_statutory")? * 1e12;
        let assets = trn("macro", "central_bank_total_assets")?;
        let currency = trn("macro", "currency_m0")?;
        let official_deposits = trn("all", "deposits_rmb")?;
        let loans = trn("all", "loans_households")? + trn("all", "loans_enterprises")?;
        let mut provisions = 0.0;
        for class in BankClass::ALL {
            let share = tables.banks.get(class.name(), "share_of_loans", 2023)?;
            provisions += loans * share * provision_ratio(tables, class)?;
        }
        let bank_assets = trn("all", "total_assets")? + provisions;
        let deposits = a.household_deposits
            + a.firm_deposits
            + a.local_government_deposits
            + a.lgfv_deposits
            + a.pool_deposits
            + a.equity_fund_deposits;
        Ok(Self {
            official_deposits,
            bank_assets,
            bank_equity: bank_assets - trn("all", "total_liabilities")?,
            provisions,
            mortgages: trn("all", "loans_mortgage")?,
            other_household_loans: trn("all", "loans_households")? - trn("all", "loans_mortgage")?,
            firm_loans: trn("all", "loans_enterprises")? - lgfv_loans,
            developer_loans: trn("all", "loans_property_development")?,
            lgfv_loans,
            lgfv_bonds: a.lgfv_bonds,
            local_bonds: statutory,
            central_bonds: tables.parameters.get("central_debt")? * 1e12,
            currency,
            central_bank_assets: assets,
            venture_deposits: official_deposits - a.treasury - deposits,
            central_bank_credit: assets - a.central_bank_foreign_assets - a.central_bonds_at_central_bank,
            reserves: assets - currency - a.treasury,
            local_bonds_at_pools: statutory * a.local_bonds_at_pools_share,
            dwellings: dwellings_at_replacement_cost(tables, a),
        })
    }
}
