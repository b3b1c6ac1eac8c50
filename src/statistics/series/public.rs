//! Local governments: revenue by source, debt, interest, arrears.

use crate::statistics::columns;

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "local_debt_cny", "CNY", "explicit debt of local governments and debt of their financing vehicles", "local governments" => |f| f.finance.local.debt();
        "local_bonds_cny", "CNY", "explicit bonds of local governments", "local governments" => |f| f.finance.local.bonds;
        "lgfv_debt_cny", "CNY", "loans and bonds of financing vehicles", "local governments" => |f| f.finance.local.vehicle_debt;
        "local_debt_to_gdp", "1", "local debt over GDP of four quarters", "local governments" => |f| f.finance.local.debt() / f.gdp_annual;
        "local_tax_revenue_cny", "CNY per quarter", "shared and own taxes of local governments", "local governments" => |f| f.finance.local.taxes;
        "land_revenue_cny", "CNY per quarter", "land sales of local governments", "local governments" => |f| f.finance.local.land_revenue;
        "local_transfers_cny", "CNY per quarter", "transfers from the centre", "local governments" => |f| f.finance.local.transfers;
        "local_fees_cny", "CNY per quarter", "fees on firms", "local governments" => |f| f.finance.local.fees;
        "land_revenue_share", "1", "land revenue over general revenue, land and transfers", "local governments" => |f| f.finance.local.land_revenue / f.finance.local.revenue();
        "local_interest_burden", "1", "interest of local governments and vehicles over revenue", "local governments" => |f| f.flow(f.finance.local.interest / f.finance.local.revenue());
        "lgfv_rollover_share", "1", "old debt repaid out of new over new debt of vehicles", "local governments" => |f| f.flow(f.finance.local.rolled_over / f.finance.local.new_debt);
        "lgfv_overdue_cny", "CNY", "interest that vehicles owe from past quarters; no part of their debt", "local governments" => |f| f.finance.local.overdue;
        "local_spending_cny", "CNY per quarter", "spending of local governments", "local governments" => |f| f.flow(f.finance.local.spending);
        "arrears_cny", "CNY", "owed by local governments to firms", "local governments" => |f| f.finance.local.arrears;
        "local_deposits_cny", "CNY", "deposits of local governments and vehicles", "local governments" => |f| f.finance.local.deposits;
        "infrastructure_cny", "CNY", "infrastructure at cost less depreciation", "local governments" => |f| f.finance.local.infrastructure;
    }
}
