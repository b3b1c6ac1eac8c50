//! Growth of real GDP and its level.

use super::Figure;
use super::data::{FigureData, Problem, four_quarter_mean, index_of_first_year};
use super::kit::{Format, Page, Panel, Shape, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "gdp_growth",
    title: words("Growth and level of real GDP", "实际国内生产总值的增长与水平"),
    caption: words(
        "Real GDP at prices of 2023: change on the same quarter of the year before, and level.",
        "实际国内生产总值（2023年价格）：同比变化与水平。",
    ),
    statistics: &["series.gdp_growth_yoy", "series.gdp_real_cny2023"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let level = Panel::new(
        words("Level of real GDP", "实际国内生产总值水平"),
        words("index, mean of the first four quarters = 100", "指数，前四个季度平均 = 100"),
        Format::Number,
    )
    .line(
        "gdp_real_index",
        words("Real GDP", "实际国内生产总值"),
        index_of_first_year(&data.series("gdp_real_cny2023")?),
    );
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, vec![growth(data)?, level]))
}

/// Growth of real GDP, raw and averaged.
///
/// # Errors
/// If a column is absent.
pub fn growth(data: &FigureData) -> Result<Panel, Problem> {
    let raw = data.series("gdp_growth_yoy")?;
    let mean = four_quarter_mean(&raw);
    Ok(Panel::new(
        words("Growth of real GDP", "实际国内生产总值增长"),
        words("change on the same quarter of the year before", "同比变化"),
        Format::Percent,
    )
    .layer(Shape::Faint, "gdp_growth_yoy", words("Quarterly", "季度值"), raw)
    .line("gdp_growth_yoy_four_quarter_mean", words("Four-quarter mean", "四季度平均"), mean))
}
