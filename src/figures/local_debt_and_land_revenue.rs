//! Debt of local governments, their revenue from land and what they leave unpaid.

use super::Figure;
use super::data::{FigureData, Problem, trillions, trillions_a_year};
use super::kit::{Format, Page, Panel, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "local_debt_and_land_revenue",
    title: words("Local debt and land revenue", "地方债务与土地收入"),
    caption: words(
        "Debt of local governments and their financing vehicles over GDP of four quarters; land sales as a share of general revenue, land sales and transfers; land sales of four quarters and unpaid bills.",
        "地方政府及融资平台债务与四个季度国内生产总值之比；土地出让收入占一般收入、土地收入与转移支付合计的比重；四个季度土地收入与拖欠账款余额。",
    ),
    statistics: &[
        "series.local_debt_to_gdp",
        "series.land_revenue_share",
        "series.land_revenue_cny",
        "series.arrears_cny",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let share = Panel::new(
        words("Dependence on land", "对土地的依赖"),
        words("share of local revenue", "占地方收入比重"),
        Format::Percent,
    )
    .line("land_revenue_share", words("Land revenue", "土地收入"), data.series("land_revenue_share")?)
    .with_zero();
    let land = trillions_a_year(&data.series("land_revenue_cny")?);
    let land = Panel::new(
        words("Land revenue", "土地收入"),
        words("trillion yuan, four quarters", "万亿元，四个季度合计"),
        Format::Number,
    )
    .line("land_revenue_trillion_cny", words("Land revenue", "土地收入"), land)
    .with_zero();
    let arrears = trillions(&data.series("arrears_cny")?);
    let arrears = Panel::new(
        words("Arrears to firms", "拖欠账款"),
        words("trillion yuan, stock", "万亿元，余额"),
        Format::Number,
    )
    .line("arrears_trillion_cny", words("Arrears", "拖欠账款"), arrears)
    .with_zero();
    Ok(Page::new(data.clock()?, Width::Double, 2, 105.0, vec![debt(data)?, share, land, arrears]))
}

/// Local debt over GDP.
///
/// # Errors
/// If a column is absent.
pub fn debt(data: &FigureData) -> Result<Panel, Problem> {
    Ok(Panel::new(
        words("Local government debt", "地方政府债务"),
        words("explicit and LGFV debt over annual GDP", "显性与融资平台债务与年度国内生产总值之比"),
        Format::Percent,
    )
    .line("local_debt_to_gdp", words("Local debt", "地方债务"), data.series("local_debt_to_gdp")?))
}
