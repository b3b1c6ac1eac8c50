//! The chart of accounts: columns (sectors of the economy), instruments (rows of `balance`) and flows
//! (rows of `flow`), with the names that the tables carry.

/// A column of the three matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Column {
    Households,
    Banks,
    LocalGovernments,
    Lgfvs,
    CentralGovernment,
    CentralBank,
    Funds,
    RestOfWorld,
    /// Firms of one sector (index into the sector table).
    Firms(usize),
}

/// Columns that are not firms.
pub const FIXED_COLUMNS: usize = 8;

impl Column {
    /// Position in the matrices: the fixed columns first, then firms by sector.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::Households => 0,
            Self::Banks => 1,
            Self::LocalGovernments => 2,
            Self::Lgfvs => 3,
            Self::CentralGovernment => 4,
            Self::CentralBank => 5,
            Self::Funds => 6,
            Self::RestOfWorld => 7,
            Self::Firms(sector) => FIXED_COLUMNS + sector,
        }
    }

    /// All columns of an economy, in order.
    #[must_use]
    pub fn all(sectors: usize) -> Vec<Self> {
        let mut columns = vec![
            Self::Households,
            Self::Banks,
            Self::LocalGovernments,
            Self::Lgfvs,
            Self::CentralGovernment,
            Self::CentralBank,
            Self::Funds,
            Self::RestOfWorld,
        ];
        columns.extend((0..sectors).map(Self::Firms));
        columns
    }

    /// Name in the tables; firms carry their sector's code.
    #[must_use]
    pub fn name(self, codes: &[String]) -> String {
        match self {
            Self::Households => "households".into(),
            Self::Banks => "banks".into(),
            Self::LocalGovernments => "local_governments".into(),
            Self::Lgfvs => "lgfvs".into(),
            Self::CentralGovernment => "central_government".into(),
            Self::CentralBank => "central_bank".into(),
            Self::Funds => "funds".into(),
            Self::RestOfWorld => "rest_of_world".into(),
            Self::Firms(sector) => format!("firms_{}", codes[sector]),
        }
    }
}

macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($variant:ident => $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the names are the documentation")]
        pub enum $name { $($variant),* }
        impl $name {
            /// Every variant in table order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// Snake-case name in the tables.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
            /// Position in table order.
            #[must_use]
            pub const fn index(self) -> usize {
                self as usize
            }
        }
    };
}

named! {
    /// A row of `balance`: assets positive, liabilities negative.
    Instrument {
        Currency => "currency",
        Deposits => "deposits",
        Reserves => "reserves",
        TreasuryDeposits => "treasury_deposits",
        CentralBankCredit => "central_bank_credit",
        InterbankLoans => "interbank_loans",
        FirmLoans => "firm_loans",
        HouseholdMortgages => "household_mortgages",
        OtherHouseholdLoans => "other_household_loans",
        LgfvLoans => "lgfv_loans",
        LgfvBonds => "lgfv_bonds",
        CorporateBonds => "corporate_bonds",
        LocalBonds => "local_bonds",
        CentralBonds => "central_bonds",
        WealthManagementUnits => "wealth_management_units",
        Payables => "payables",
        CustomerAdvances => "customer_advances",
        Shares => "shares",
        ForeignAssets => "foreign_assets",
        Capital => "capital",
        Inventories => "inventories",
        Homes => "homes",
        Land => "land",
    }
}

impl Instrument {
    /// Whether the row is a real asset (no counterpart liability).
    #[must_use]
    pub const fn is_real(self) -> bool {
        matches!(self, Self::Capital | Self::Inventories | Self::Homes | Self::Land)
    }
}

named! {
    /// A transaction row of `flow`: sources positive, uses negative. Changes of instruments have rows of their own.
    Flow {
        Consumption => "consumption",
        Inputs => "inputs",
        Investment => "investment",
        InventoryChange => "inventory_change",
        GovernmentPurchases => "government_purchases",
        Exports => "exports",
        Imports => "imports",
        Wages => "wages",
        Severance => "severance",
        Pensions => "pensions",
        Benefits => "benefits",
        Training => "training",
        Rent => "rent",
        ValueAddedTax => "value_added_tax",
        CompanyTax => "company_tax",
        PersonalTax => "personal_tax",
        Contributions => "contributions",
        PropertyTax => "property_tax",
        ProductionTaxNet => "production_tax_net",
        CarbonTax => "carbon_tax",
        Tariff => "tariff",
        Subsidies => "subsidies",
        IntergovernmentalTransfers => "intergovernmental_transfers",
        LandSales => "land_sales",
        LandCompensation => "land_compensation",
        SalesOfExistingHomes => "sales_of_existing_homes",
        SalesOfUsedCapital => "sales_of_used_capital",
        Fees => "fees",
        InterestDeposits => "interest_deposits",
        InterestReserves => "interest_reserves",
        InterestCentralBankCredit => "interest_central_bank_credit",
        InterestInterbankLoans => "interest_interbank_loans",
        InterestFirmLoans => "interest_firm_loans",
        InterestHouseholdMortgages => "interest_household_mortgages",
        InterestOtherHouseholdLoans => "interest_other_household_loans",
        InterestLgfvLoans => "interest_lgfv_loans",
        InterestLgfvBonds => "interest_lgfv_bonds",
        InterestCorporateBonds => "interest_corporate_bonds",
        InterestLocalBonds => "interest_local_bonds",
        InterestCentralBonds => "interest_central_bonds",
        InterestForeignAssets => "interest_foreign_assets",
        WealthManagementIncome => "wealth_management_income",
        Dividends => "dividends",
        CentralBankProfit => "central_bank_profit",
        InsurancePremiums => "insurance_premiums",
        Inheritance => "inheritance",
        ResolutionCapital => "resolution_capital",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_numbered_without_gaps() {
        for (i, c) in Column::all(13).into_iter().enumerate() {
            assert_eq!(c.index(), i);
        }
    }

    #[test]
    fn names_are_unique_in_the_flow_matrix() {
        let mut names: Vec<_> =
            Flow::ALL.iter().map(|f| f.name()).chain(Instrument::ALL.iter().map(|i| i.name())).collect();
        names.sort_unstable();
        let n = names.len();
        names.dedup();
        assert_eq!(names.len(), n);
    }
}
