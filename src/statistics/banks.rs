//! `banks`: one row a tick and class of banks.

use super::columns;

columns! {
    /// Columns after `tick` and `bank_class`.
    pub const COLUMNS: KeyedStatistic = {
        "banks", "banks", "banks of the class", "banks" => |f, c| f.finance.classes[c].count;
        "assets_cny", "CNY", "total assets net of provisions", "banks" => |f, c| f.finance.classes[c].assets;
        "loans_cny", "CNY", "loans outstanding", "banks" => |f, c| f.finance.classes[c].loans();
        "firm_loans_cny", "CNY", "loans to firms", "banks" => |f, c| f.finance.classes[c].firm_loans;
        "mortgages_cny", "CNY", "mortgages", "banks" => |f, c| f.finance.classes[c].mortgages;
        "other_household_loans_cny", "CNY", "other loans to households", "banks" => |f, c| f.finance.classes[c].other_household_loans;
        "lgfv_loans_cny", "CNY", "loans to financing vehicles", "banks" => |f, c| f.finance.classes[c].lgfv_loans;
        "bonds_cny", "CNY", "bonds", "banks" => |f, c| f.finance.classes[c].bonds;
        "reserves_cny", "CNY", "reserves at the central bank", "banks" => |f, c| f.finance.classes[c].reserves;
        "deposits_cny", "CNY", "customers' deposits", "banks" => |f, c| f.finance.classes[c].deposits;
        "interbank_debts_cny", "CNY", "debts to other banks", "banks" => |f, c| f.finance.classes[c].interbank_debts;
        "central_bank_credit_cny", "CNY", "debt to the central bank", "banks" => |f, c| f.finance.classes[c].central_bank_credit;
        "equity_cny", "CNY", "equity net of provisions", "banks" => |f, c| f.finance.classes[c].equity;
        "capital_ratio", "1", "equity net of provisions over risk-weighted assets", "banks" => |f, c| f.finance.classes[c].equity / f.finance.classes[c].risk_weighted_assets;
        "npl_ratio", "1", "loans that do not perform over loans", "banks" => |f, c| f.finance.classes[c].non_performing / f.finance.classes[c].loans();
        "provisions_cny", "CNY", "provisions", "banks" => |f, c| f.finance.classes[c].provisions;
        "new_loans_cny", "CNY per quarter", "new loans", "banks" => |f, c| f.flow(f.finance.classes[c].new_loans);
        "losses_cny", "CNY per quarter", "loan losses", "banks" => |f, c| f.flow(f.finance.classes[c].losses);
        "profit_cny", "CNY per quarter", "profit", "banks" => |f, c| f.flow(f.finance.classes[c].profit);
        "failures", "banks per quarter", "banks resolved", "resolution" => |f, c| f.finance.classes[c].failed;
        "wealth_pool_cny", "CNY", "wealth-management pools managed", "banks" => |f, c| f.finance.classes[c].wealth_pool;
    }
}
