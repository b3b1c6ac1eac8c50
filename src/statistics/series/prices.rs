//! Prices of goods, homes and land.

use crate::statistics::columns;

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "cpi", "2023 = 1", "consumer prices: sector and import prices with household weights of 2023", "Laspeyres index of posted prices" => |f| f.now.cpi;
        "ppi", "2023 = 1", "producer prices of industry (energy, materials, manufacturing) with output weights of 2023", "Laspeyres index of posted prices" => |f| f.now.ppi;
        "gdp_deflator", "2023 = 1", "nominal over real GDP", "ledger, goods book" => |f| f.flows.deflator;
        "cpi_inflation_yoy", "1", "consumer prices on the same quarter of the year before", "prices" => |f| f.growth(|p| p.cpi);
        "ppi_inflation_yoy", "1", "producer prices on the same quarter of the year before", "prices" => |f| f.growth(|p| p.ppi);
        "deflator_inflation_yoy", "1", "GDP deflator on the same quarter of the year before", "prices" => |f| f.growth(|p| p.deflator);
        "house_price_index", "opening = 1", "mean price of homes, weighted by floor space", "housing market" => |f| f.index(|p| p.home_price);
        "house_price_cny", "CNY per square metre", "mean price of homes, weighted by floor space", "housing market" => |f| f.now.home_price;
        "house_price_to_income", "years", "value of households' homes, as in their balance sheet, over their yearly disposable income", "housing market, workers" => |f| f.homes_value / yearly_income(f);
        "new_home_price_to_income", "years", "a household's mean floor space at the price of new homes over its yearly disposable income (new homes are dearer than the mean home)", "housing market, workers" => |f| f.now.home_price * floor(f) / yearly_income(f);
        "land_price_index", "opening = 1", "mean price of land, weighted by floor space", "land market" => |f| f.index(|p| p.land_price);
        "policy_rate", "1 per year", "rate of the central bank", "monetary policy" => |f| f.policy_rate;
    }
}

#[allow(clippy::cast_precision_loss, reason = "means")]
fn floor(f: &crate::statistics::Facts) -> f64 {
    f.people.regions.iter().map(|r| r.floor_space as f64 / 100.0).sum()
}

#[allow(clippy::cast_precision_loss, reason = "means")]
fn yearly_income(f: &crate::statistics::Facts) -> f64 {
    4.0 * f.people.regions.iter().map(|r| r.income as f64 / 100.0).sum::<f64>()
}
