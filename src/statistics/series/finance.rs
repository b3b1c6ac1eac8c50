//! Credit and banks.

use crate::statistics::facts::yuan;
use crate::statistics::{Facts, columns};

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "credit_to_gdp", "1", "bank loans outstanding over GDP of four quarters", "banks" => |f| f.finance.banks.loans() / f.gdp_annual;
        "firm_loans_cny", "CNY", "bank loans to firms without financing vehicles", "banks" => |f| f.finance.banks.firm_loans;
        "mortgages_cny", "CNY", "mortgages", "banks" => |f| f.finance.banks.mortgages;
        "other_household_loans_cny", "CNY", "other loans to households", "banks" => |f| f.finance.banks.other_household_loans;
        "new_loans_cny", "CNY per quarter", "new loans of all banks, overdrafts that became loans included, loans taken over from another bank not", "banks" => |f| f.flow(f.finance.banks.new_loans);
        "new_firm_loans_cny", "CNY per quarter", "new loans to firms, overdrafts that became loans included", "credit" => |f| f.flow(yuan(f.tally.new_firm_loans));
        "credit_refusal_rate", "1", "loans refused over loans refused and granted to firms", "credit" => refusals;
        "npl_ratio", "1", "loans that do not perform (of firms and vehicles in arrears for more than a quarter, insolvent or in lasting distress) over loans outstanding", "firms, vehicles, banks" => |f| f.finance.banks.non_performing / f.finance.banks.loans();
        "loan_losses_cny", "CNY per quarter", "loans written off", "banks" => |f| f.flow(yuan(f.tally.loan_losses));
        "provision_coverage", "1", "provisions over loans that do not perform", "banks" => coverage;
        "bank_capital_ratio", "1", "equity net of provisions over risk-weighted assets, all banks", "banks" => |f| f.finance.banks.equity / f.finance.banks.risk_weighted_assets;
        "bank_profit_cny", "CNY per quarter", "profit of banks after provisions, premiums and tax", "banks" => |f| f.flow(f.finance.banks.profit);
        "bank_failures", "banks per quarter", "banks resolved", "resolution" => failures;
        "interbank_to_assets", "1", "interbank debts over bank assets net of provisions", "banks" => |f| f.finance.banks.interbank_debts / f.finance.banks.assets;
        "central_bank_credit_cny", "CNY", "central-bank credit to banks", "banks" => |f| f.finance.banks.central_bank_credit;
        "deposits_cny", "CNY", "customers' deposits", "banks" => |f| f.finance.banks.deposits;
    }
}

fn coverage(f: &Facts) -> f64 {
    let bad = f.finance.banks.non_performing;
    if bad > 0.0 { f.finance.banks.provisions / bad } else { f64::NAN }
}

fn refusals(f: &Facts) -> f64 {
    let (refused, granted) = (yuan(f.tally.refused_firm_loans), yuan(f.tally.new_firm_loans));
    f.flow(refused / (refused + granted))
}

#[allow(clippy::cast_precision_loss, reason = "counts")]
const fn failures(f: &Facts) -> f64 {
    f.tally.bank_failures as f64
}
