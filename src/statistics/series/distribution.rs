//! Who gets and owns what.

use crate::statistics::{Facts, columns};

columns! {
    /// Columns.
    pub const COLUMNS: Statistic = {
        "gini_income", "1", "Gini coefficient of disposable income per adult", "workers; Gini (1912)" => |f| f.people.income.gini();
        "gini_wealth", "1", "Gini coefficient of net wealth (see household_wealth_cny) per adult", "workers; Gini (1912)" => |f| f.people.wealth.gini();
        "gini_consumption", "1", "Gini coefficient of consumption at 2023 prices per adult", "workers; Gini (1912)" => |f| f.people.consumption.gini();
        "mean_income_cny", "CNY per adult and quarter", "mean disposable income", "workers" => |f| per_adult(f, f.people.income.total());
        "household_deposits_cny", "CNY", "deposits of households", "workers" => |f| f.people.regions.iter().map(|r| super::super::facts::yuan(r.deposits)).sum();
        "household_wealth_cny", "CNY", "net wealth of households: deposits, wealth-management units, units of the equity fund at its net assets, founders' shares at book equity, homes and advances for homes, less debts; currency, which no household holds by name, is left out", "workers, firms, funds" => |f| super::super::facts::yuan(f.people.wealth.total());
        "unmet_consumption_cny", "CNY per quarter", "household demand that no supplier met", "goods market" => |f| f.flow(super::super::facts::yuan(f.tally.unmet_consumption));
    }
}

#[allow(clippy::cast_precision_loss, reason = "means")]
fn per_adult(f: &Facts, total: i128) -> f64 {
    super::super::facts::yuan(total) / (f.people.population() as f64 * f.persons)
}
