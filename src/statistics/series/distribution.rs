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
        "founder_firms", "firm agents", "firms in business with a founder among the households", "firms" => |f| f.founders.firms;
        "founder_wealth_cny", "CNY", "founders' shares of their firms at book equity", "firms" => |f| f.founders.wealth;
        "founder_dividends_cny", "CNY per quarter", "dividends that founders got on their shares", "firm settlement" => |f| f.flow(f.founders.dividends);
        "innovator_rent_share", "1", "what nonroutine cognitive staff bargained for out of the saving from AI, contributions included, over GDP", "innovator bargaining; Kline, Petkova, Williams & Zidar (2019)" => |f| f.now.innovator_rent_share;
        "innovator_premium", "1", "mean premium over the wage of their class of nonroutine cognitive staff in firms that share the saving from AI; zero without such firms", "innovator bargaining" => |f| if f.firms.nation.innovator_wages > 0.0 { f.firms.nation.innovator_rents / f.firms.nation.innovator_wages } else { 0.0 };
        "personalised_mark_up", "1", "what households paid at home beyond posted prices over what they bought at posted prices", "personalised pricing" => |f| f.flow(f.personal.mean_and_spread().0);
        "personalised_price_spread", "1", "standard deviation over purchases of the price paid over the posted one, weighted by purchases at posted prices: the part of the dispersion of mark-ups that is between buyers", "personalised pricing" => |f| f.flow(f.personal.mean_and_spread().1);
        "personalised_mark_up_poorest_fifth", "1", "personalised mark-up paid by the fifth of households with the lowest expected income", "personalised pricing" => |f| f.flow(f.personal.surcharge_of(0.0, 0.2));
        "personalised_mark_up_richest_fifth", "1", "personalised mark-up paid by the fifth of households with the highest expected income", "personalised pricing" => |f| f.flow(f.personal.surcharge_of(0.8, 1.0));
        "consumer_loss_cny", "CNY per quarter", "what households paid beyond posted prices: the first-order loss of consumer surplus to personalised prices", "personalised pricing; Hicks (1942)" => |f| f.flow(super::super::facts::yuan(f.personal.surcharges.iter().sum()));
        "unmet_consumption_cny", "CNY per quarter", "household demand that no supplier met", "goods market" => |f| f.flow(super::super::facts::yuan(f.tally.unmet_consumption));
    }
}

#[allow(clippy::cast_precision_loss, reason = "means")]
fn per_adult(f: &Facts, total: i128) -> f64 {
    super::super::facts::yuan(total) / (f.people.population() as f64 * f.persons)
}
