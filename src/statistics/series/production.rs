//! Output, its three sides, trade, growth accounting, entry and exit.

use crate::agents::firm::Bottleneck;
use crate::statistics::columns;
use crate::statistics::structural::{lilien, moore_angle, norm_of_absolute_values};

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "gdp_nominal_cny", "CNY per quarter", "gross domestic product at current prices: value added of firms and banks, and tariffs of final users", "ledger, production side" => |f| f.flows.gdp;
        "gdp_real_cny2023", "CNY of 2023 per quarter", "output less inputs used at 2023 prices; banks' services and tariffs deflated with the price of everything else", "goods book; SNA 2008, chapter 15" => |f| f.flows.gdp_real;
        "gdp_growth_yoy", "1", "real GDP on the same quarter of the year before", "goods book" => |f| f.growth(|p| p.gdp_real);
        "gdp_income_cny", "CNY per quarter", "GDP from incomes: compensation, production taxes less subsidies, operating surplus", "books of firms, banks' margins" => |f| f.flows.income;
        "gdp_expenditure_cny", "CNY per quarter", "GDP from final expenditure", "ledger, buyers' side" => |f| f.flows.expenditure;
        "household_consumption_cny", "CNY per quarter", "consumption of households with imports, tariffs and banks' services", "ledger" => |f| f.flows.household_consumption;
        "government_purchases_cny", "CNY per quarter", "purchases of governments and financing vehicles other than assets", "ledger" => |f| f.flows.government_purchases;
        "fixed_investment_cny", "CNY per quarter", "purchases of capital and of new homes", "ledger" => |f| f.flows.fixed_investment;
        "inventory_change_cny", "CNY per quarter", "change of inventories at average cost", "ledger" => |f| f.flows.inventory_change;
        "exports_cny", "CNY per quarter", "exports of goods and services", "ledger" => |f| f.flows.exports;
        "imports_cny", "CNY per quarter", "imports of goods and services without tariffs", "ledger" => |f| f.flows.imports;
        "exports_west_cny", "CNY per quarter", "exports to the West", "rest of the world" => |f| f.flow(f.exports_by_bloc.first().copied().unwrap_or(f64::NAN));
        "exports_belt_and_road_cny", "CNY per quarter", "exports to Belt and Road partners incl. ASEAN", "rest of the world" => |f| f.flow(f.exports_by_bloc.get(1).copied().unwrap_or(f64::NAN));
        "exports_others_cny", "CNY per quarter", "exports to others", "rest of the world" => |f| f.flow(f.exports_by_bloc.get(2).copied().unwrap_or(f64::NAN));
        "compensation_cny", "CNY per quarter", "wages and employers' contributions", "books of firms" => |f| f.flows.compensation;
        "production_taxes_cny", "CNY per quarter", "production taxes, fees and tariffs less subsidies", "books of firms, ledger" => |f| f.flows.production_taxes;
        "operating_surplus_cny", "CNY per quarter", "gross operating surplus of firms and banks", "books of firms, banks' margins" => |f| f.flows.operating_surplus;
        "wage_share", "1", "compensation of employees incl. employers' contributions over GDP", "books of firms" => |f| f.now.wage_share;
        "surplus_share", "1", "gross operating surplus over GDP", "books of firms" => |f| f.flows.operating_surplus / f.flows.gdp;
        "capital_stock_cny2023", "CNY of 2023", "capital of firms in use", "firms" => |f| f.now.capital;
        "investment_share", "1", "fixed investment over GDP", "ledger" => |f| f.flows.fixed_investment / f.flows.gdp;
        "capacity_utilisation", "1", "use of firms' capital, weighted by quantity", "firms" => |f| f.firms.nation.capital_used / f.firms.nation.capital;
        "labour_bound_share", "1", "share in value added of firms whose staff bound output", "production" => |f| f.flow(f.firms.nation.bound_share(Bottleneck::Labour));
        "capital_bound_share", "1", "share in value added of firms whose capital bound output", "production" => |f| f.flow(f.firms.nation.bound_share(Bottleneck::Capital));
        "materials_bound_share", "1", "share in value added of firms whose materials bound output; the rest made what they had planned", "production" => |f| f.flow(f.firms.nation.bound_share(Bottleneck::Materials));
        "profit_rate", "1 per quarter", "surplus less interest and depreciation over capital at book value", "books of firms" => |f| f.firms.nation.profit / f.firms.nation.capital_value;
        "labour_productivity_index", "1", "real GDP per employed person, opening = 1", "goods book, workers" => |f| f.index(|p| p.gdp_real) / f.index(|p| p.employment);
        "tfp_growth_yoy", "1", "growth of real GDP that labour and capital do not explain: AI and residual", "growth accounting; Solow (1957)" => |f| f.contributions().map_or(f64::NAN, |c| c.total_factor_productivity());
        "growth_contribution_labour", "1", "labour share times log change of effective hours on the year before, times growth over its logarithm", "growth accounting" => |f| f.contributions().map_or(f64::NAN, |c| c.labour);
        "growth_contribution_capital", "1", "capital share times log change of capital on the year before, times growth over its logarithm", "growth accounting" => |f| f.contributions().map_or(f64::NAN, |c| c.capital);
        "growth_contribution_ai", "1", "labour share times log change, on the year before, of the work that output would take without AI over the work that it takes, times growth over its logarithm", "growth accounting; Acemoglu & Restrepo (2018)" => |f| f.contributions().map_or(f64::NAN, |c| c.ai);
        "growth_contribution_residual", "1", "growth less the contributions of labour, capital and AI; the four add up to growth", "growth accounting" => |f| f.contributions().map_or(f64::NAN, |c| c.residual);
        "structural_change_nav", "1", "half the sum of absolute changes of sectors' shares in value added on the year before", "Dietrich (2012)" => |f| f.change_of(|p| &p.value_added_shares, norm_of_absolute_values);
        "structural_change_moore", "radians", "angle between sectors' shares in value added now and a year before", "Moore (1978)" => |f| f.change_of(|p| &p.value_added_shares, moore_angle);
        "structural_change_lilien", "1", "dispersion of employment growth over sectors on the year before", "Lilien (1982)" => |f| f.change_of(|p| &p.heads, lilien);
        "firms", "firm agents", "firms in business", "firms" => |f| f.firms.nation.firms;
        "firm_entry_rate", "1 per quarter", "firms founded over firms in business a quarter before", "events" => |f| rate(f, |f| f.tally.firm_entries);
        "firm_exit_rate", "1 per quarter", "firms closed over firms in business a quarter before", "events" => |f| rate(f, |f| f.tally.firm_exits);
        "stranded_capital_cny", "CNY per quarter", "capital of closed firms that nobody bought, at book value", "events" => |f| f.flow(super::super::facts::yuan(f.tally.stranded_capital));
        "scrapped_capital_cny", "CNY per quarter", "capital scrapped by firms in business, at book value", "events" => |f| f.flow(super::super::facts::yuan(f.tally.scrapped_capital));
        "electricity_twh", "TWh per quarter", "electricity used in production: output times intensity", "sectors.csv" => |f| electricity(f, |_, _| true);
        "compute_electricity_share", "1", "electricity of AI services over all electricity of production", "sectors.csv" => |f| electricity(f, |f, s| s == f.structure().ai_sector) / electricity(f, |_, _| true);
        "unmet_power", "units", "orders for the energy sector's product that no seller at home filled", "orders and sales of firms" => |f| f.flow(unmet(f, f.structure().energy));
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts")]
fn rate(f: &crate::statistics::Facts, count: fn(&crate::statistics::Facts) -> u64) -> f64 {
    f.last().map_or(f64::NAN, |last| count(f) as f64 / last.firms)
}

/// Orders of a sector's product less what was sold of it \[units\].
fn unmet(f: &crate::statistics::Facts, sector: usize) -> f64 {
    let group = &f.firms.sectors[sector];
    (group.orders - group.sold).max(0.0)
}

/// Electricity of some sectors \[terawatt hours\].
fn electricity(f: &crate::statistics::Facts, of: fn(&crate::statistics::Facts, usize) -> bool) -> f64 {
    let sectors = f.structure().sectors.iter().zip(&f.flows.output).enumerate();
    sectors.filter(|(s, _)| of(f, *s)).map(|(_, (sector, output))| sector.electricity * output).sum::<f64>() / 1e9
}
