//! Inequality of households and the split of income between work and capital.

use super::Figure;
use super::data::{FigureData, Problem, after_opening};
use super::kit::{Format, Page, Panel, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "inequality",
    title: words("Inequality and factor shares", "不平等与要素份额"),
    caption: words(
        "Gini coefficients of disposable income, of net wealth (deposits, wealth-management and equity-fund units, founders' shares, \
         homes and advances for homes, less debts) and of consumption per adult; compensation of employees and gross operating surplus over GDP (the rest is taxes \
         on production less subsidies).",
        "成年人可支配收入、净财富（存款、理财、基金份额、创业者股权、住房与预付房款减债务）与消费的基尼系数；劳动者报酬和营业盈余占国内生产总值的比重\
         （其余为生产税净额）。",
    ),
    statistics: &[
        "series.gini_income",
        "series.gini_wealth",
        "series.gini_consumption",
        "series.wage_share",
        "series.surplus_share",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    // The opening position has the spending and incomes that were planned for it: a jump that no economy made.
    let realised = |name: &str| -> Result<Vec<f64>, Problem> { Ok(after_opening(&data.clock()?, &data.series(name)?)) };
    let gini = Panel::new(
        words("Inequality between adults", "成年人之间的不平等"),
        words("Gini coefficient", "基尼系数"),
        Format::Number,
    )
    .line("gini_income", words("Income", "收入"), realised("gini_income")?)
    .line("gini_wealth", words("Wealth", "财富"), data.series("gini_wealth")?)
    .line("gini_consumption", words("Consumption", "消费"), realised("gini_consumption")?);
    let shares =
        Panel::new(words("Factor shares", "要素份额"), words("share of GDP", "占国内生产总值比重"), Format::Percent)
            .line("wage_share", words("Compensation of employees", "劳动者报酬"), data.series("wage_share")?)
            .line("surplus_share", words("Operating surplus", "营业盈余"), data.series("surplus_share")?);
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, vec![gini, shares]))
}
