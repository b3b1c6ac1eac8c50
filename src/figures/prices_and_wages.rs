//! Consumer prices, producer prices and wages.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, Words, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "prices_and_wages",
    title: words("Prices and wages", "价格与工资"),
    caption: words(
        "Consumer prices, producer prices of industry, and the mean wage of the employed, nominal and deflated with consumer prices: change on the same quarter of the year before.",
        "消费价格、工业生产者价格以及在业者平均工资（名义与扣除消费价格）：同比变化。",
    ),
    statistics: &["series.cpi_inflation_yoy", "series.ppi_inflation_yoy", "series.wage_growth_yoy"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let wages = data.series("wage_growth_yoy")?;
    let consumer = data.series("cpi_inflation_yoy")?;
    let real: Vec<f64> = wages.iter().zip(&consumer).map(|(w, p)| (1.0 + w) / (1.0 + p) - 1.0).collect();
    let wages = Panel::new(words("Wages", "工资"), unit(), Format::Percent)
        .line("wage_growth_yoy", words("Mean wage", "平均工资"), wages)
        .line("real_wage_growth_yoy", words("Mean wage in consumer prices", "扣除消费价格的平均工资"), real);
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, vec![inflation(data)?, wages]))
}

/// Inflation of consumer and producer prices.
///
/// # Errors
/// If a column is absent.
pub fn inflation(data: &FigureData) -> Result<Panel, Problem> {
    Ok(Panel::new(words("Prices", "价格"), unit(), Format::Percent)
        .line("cpi_inflation_yoy", words("Consumer prices", "消费价格"), data.series("cpi_inflation_yoy")?)
        .line("ppi_inflation_yoy", words("Producer prices", "生产者价格"), data.series("ppi_inflation_yoy")?))
}

fn unit() -> Words {
    words("change on the same quarter of the year before", "同比变化")
}
