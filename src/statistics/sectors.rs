//! `sectors`: one row a tick and sector.

use super::columns;
use super::facts::Facts;
use super::firm_dynamics::SectorDynamics;
use crate::agents::Stage;

columns! {
    /// Columns after `tick` and `sector`.
    pub const COLUMNS: KeyedStatistic = {
        "price", "2023 = 1", "mean price of sales", "firms" => |f, s| f.prices[s];
        "import_price", "2023 = 1", "price of imports of the product in yuan", "rest of the world" => |f, s| f.import_prices[s];
        "output_cny2023", "CNY of 2023 per quarter", "output; for services what was sold", "goods book" => |f, s| f.flows.output.get(s).copied().unwrap_or(f64::NAN);
        "value_added_cny", "CNY per quarter", "value added, banks' services allocated to users, finance with banks", "national accounts" => |f, s| f.value_added.get(s).copied().unwrap_or(f64::NAN);
        "value_added_share", "1", "share in value added", "national accounts" => |f, s| f.now.value_added_shares.get(s).copied().unwrap_or(f64::NAN);
        "sales_cny", "CNY per quarter", "sales of firms, taxes included", "books of firms" => |f, s| f.firms.sectors[s].revenue;
        "employment", "persons", "people on payrolls", "firms" => |f, s| f.firms.sectors[s].heads * f.persons;
        "compensation_cny", "CNY per quarter", "wages and employers' contributions", "books of firms" => |f, s| f.firms.sectors[s].compensation;
        "capital_cny", "CNY", "capital at book value", "firms" => |f, s| f.firms.sectors[s].capital_value;
        "capital_cny2023", "CNY of 2023", "capital in use", "firms" => |f, s| f.firms.sectors[s].capital;
        "investment_cny", "CNY per quarter", "purchases of capital", "books of firms" => |f, s| f.flow(f.firms.sectors[s].capital_outlay);
        "capacity_utilisation", "1", "use of capital, weighted by quantity", "firms" => |f, s| f.firms.sectors[s].capital_used / f.firms.sectors[s].capital;
        "profit_rate", "1 per quarter", "surplus less interest and depreciation over capital at book value", "books of firms" => |f, s| f.firms.sectors[s].profit / f.firms.sectors[s].capital_value;
        "inventories_cny", "CNY", "inventories at average cost", "firms" => |f, s| f.firms.sectors[s].inventories;
        "loans_cny", "CNY", "bank loans of firms", "books of firms" => |f, s| f.firms.sectors[s].loans;
        "receivables_cny", "CNY", "claims of firms on local governments", "books of firms" => |f, s| f.firms.sectors[s].receivables;
        "firms", "firm agents", "firms in business", "firms" => |f, s| f.firms.sectors[s].firms;
        "ai_adopter_share_firms", "1", "firms that use AI over firms in business", "firms" => |f, s| f.firms.sectors[s].adopters / f.firms.sectors[s].firms;
        "ai_adopter_share_value_added", "1", "share of firms that use AI in value added", "firms" => |f, s| f.firms.sectors[s].adopter_share_value_added();
        "ai_depth", "1", "share of tasks done by AI", "firms" => |f, s| f.firms.sectors[s].ai_depth();
        "ai_services", "CNY of 2023 per quarter", "AI services used", "firms" => |f, s| f.flow(f.firms.sectors[s].ai_services);
        "digital_only_share_value_added", "1", "share of digital firms in value added", "firms" => |f, s| f.firms.sectors[s].stage_share(Stage::Digital);
        "intelligent_share_value_added", "1", "share of intelligent firms in value added", "firms" => |f, s| f.firms.sectors[s].stage_share(Stage::Intelligent);
        "upgrade_index", "1", "mean stage of firms by value added: industrial 0, digital 0.5, intelligent 1", "firms" => |f, s| f.firms.sectors[s].upgrade_index();
        "firm_entries", "firm agents per quarter", "firms founded", "firms" => |f, s| f.flow(of(f, s, |d| d.entries));
        "firm_exits", "firm agents per quarter", "firms closed", "firms" => |f, s| f.flow(of(f, s, |d| d.exits));
        "productivity_dispersion", "log points", "ninth less first tenth of log real value added per effective hour of firms; none for fewer than ten", "firms; Syverson (2011)" => |f, s| of(f, s, |d| d.productivity_dispersion);
        "tfp_dispersion", "log points", "ninth less first tenth of firms' log total factor productivity at the sector's labour share", "firms; Syverson (2011)" => |f, s| of(f, s, |d| d.factor_dispersion);
        "job_creation_rate_yoy", "1 per year", "jobs added by firms that have more staff than a year before over mean staff", "firms; Davis, Haltiwanger & Schuh (1996)" => |f, s| if f.dynamics.firms.sources.is_some() { of(f, s, |d| d.jobs[0]) } else { f64::NAN };
        "job_destruction_rate_yoy", "1 per year", "jobs lost in firms that have less staff than a year before over mean staff", "firms; Davis, Haltiwanger & Schuh (1996)" => |f, s| if f.dynamics.firms.sources.is_some() { of(f, s, |d| d.jobs[1]) } else { f64::NAN };
        "ai_adopter_share_small_firms", "1", "firms that use AI over firms, lower two fifths by effective hours", "firms" => |f, s| of(f, s, |d| d.small_adopters);
        "ai_adopter_share_large_firms", "1", "firms that use AI over firms, upper fifth by effective hours", "firms" => |f, s| of(f, s, |d| d.large_adopters);
    }
}

fn of(f: &Facts, sector: usize, what: fn(&SectorDynamics) -> f64) -> f64 {
    f.dynamics.firms.sectors.get(sector).map_or(f64::NAN, what)
}
