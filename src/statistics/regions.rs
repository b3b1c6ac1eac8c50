//! `regions`: one row a tick and region.

use super::columns;
use super::facts::{Facts, yuan};
use crate::agents::Status;

columns! {
    /// Columns after `tick` and `region`.
    pub const COLUMNS: KeyedStatistic = {
        "population", "persons", "adults, 16 and over", "workers" => |f, g| persons(f, f.people.regions[g].by_status.iter().sum());
        "employment", "persons", "people of the region on a payroll", "workers" => |f, g| persons(f, f.people.regions[g].by_status[Status::Employed as usize]);
        "unemployment_rate", "1", "unemployment rate of the non-farm labour force", "workers" => |f, g| f.people.region(g).unemployment_rate();
        "mean_wage_cny", "CNY per person and quarter", "mean wage of the employed", "workers" => |f, g| f.people.region(g).mean_wage();
        "mean_income_cny", "CNY per adult and quarter", "mean disposable income", "workers" => |f, g| yuan(f.people.regions[g].income) / persons(f, f.people.regions[g].by_status.iter().sum());
        "household_deposits_cny", "CNY", "deposits of households", "workers" => |f, g| yuan(f.people.regions[g].deposits);
        "value_added_cny", "CNY per quarter", "value added of firms, banks' services not deducted", "books of firms" => |f, g| f.firms.regions[g].value_added;
        "firms", "firm agents", "firms in business", "firms" => |f, g| f.firms.regions[g].firms;
        "ai_adopter_share_firms", "1", "firms that use AI over firms in business", "firms" => |f, g| f.firms.regions[g].adopters / f.firms.regions[g].firms;
        "ai_depth", "1", "share of all tasks of the region's firms done by AI, weighted by the work that they would take", "firms; Acemoglu & Restrepo (2018)" => |f, g| f.firms.regions[g].ai_depth();
        "upgrade_index", "1", "mean stage of firms by value added: industrial 0, digital 0.5, intelligent 1", "firms" => |f, g| f.firms.regions[g].upgrade_index();
        "local_bonds_cny", "CNY", "explicit bonds", "local governments" => |f, g| local(f, g, |l| l.bonds);
        "lgfv_debt_cny", "CNY", "loans and bonds of the financing vehicle", "local governments" => |f, g| local(f, g, |l| l.vehicle_debt);
        "tax_revenue_cny", "CNY per quarter", "shared and own taxes", "local governments" => |f, g| f.flow(local(f, g, |l| l.taxes));
        "land_revenue_cny", "CNY per quarter", "land sales", "local governments" => |f, g| f.flow(local(f, g, |l| l.land_revenue));
        "transfers_cny", "CNY per quarter", "transfers from the centre", "local governments" => |f, g| f.flow(local(f, g, |l| l.transfers));
        "fees_cny", "CNY per quarter", "fees on firms", "local governments" => |f, g| f.flow(local(f, g, |l| l.fees));
        "spending_cny", "CNY per quarter", "spending", "local governments" => |f, g| f.flow(local(f, g, |l| l.spending));
        "interest_cny", "CNY per quarter", "interest of government and vehicle", "local governments" => |f, g| f.flow(local(f, g, |l| l.interest));
        "arrears_cny", "CNY", "owed to firms", "local governments" => |f, g| local(f, g, |l| l.arrears);
        "deposits_cny", "CNY", "deposits of government and vehicle", "local governments" => |f, g| local(f, g, |l| l.deposits);
        "house_price_cny", "CNY per square metre", "price of homes", "housing market" => |f, g| f.home_prices.get(g).copied().unwrap_or(f64::NAN);
        "land_price_cny", "CNY per square metre of floor", "price of land", "land market" => |f, g| f.land_prices.get(g).copied().unwrap_or(f64::NAN);
    }
}

#[allow(clippy::cast_precision_loss, reason = "head counts")]
fn persons(f: &Facts, workers: i64) -> f64 {
    workers as f64 * f.persons
}

fn local(f: &Facts, region: usize, of: fn(&super::finance::LocalGroup) -> f64) -> f64 {
    f.finance.regions.get(region).map_or(f64::NAN, of)
}
