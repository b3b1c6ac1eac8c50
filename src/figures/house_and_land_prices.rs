//! Prices of homes and land.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "house_and_land_prices",
    title: words("Prices of homes and land", "住房与土地价格"),
    caption: words(
        "Mean prices of homes and of land per square metre of floor, weighted by floor space, divided by consumer prices; \
         value of households' homes, as in their balance sheet, over their yearly disposable income.",
        "住房与土地的平均价格（按面积加权，除以消费价格）；住户住房价值与其年可支配收入之比。",
    ),
    statistics: &["series.house_price_index", "series.land_price_index", "series.cpi", "series.house_price_to_income"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let consumer = data.series("cpi")?;
    let real = |name: &str| -> Result<Vec<f64>, Problem> {
        let prices = data.series(name)?;
        let base = consumer.first().copied().unwrap_or(1.0);
        Ok(prices.iter().zip(&consumer).map(|(price, cpi)| 100.0 * price * base / cpi).collect())
    };
    let prices = Panel::new(
        words("Prices in consumer prices", "扣除消费价格的价格"),
        words("index, opening = 100", "指数，期初 = 100"),
        Format::Number,
    )
    .line("real_house_price_index", words("Homes", "住房"), real("house_price_index")?)
    .line("real_land_price_index", words("Land", "土地"), real("land_price_index")?)
    .reference(100.0, words("Opening", "期初"));
    let burden = Panel::new(
        words("Home price to income", "房价收入比"),
        words("years of disposable income", "年可支配收入"),
        Format::Number,
    )
    .line("house_price_to_income", words("Home price to income", "房价收入比"), data.series("house_price_to_income")?)
    .with_zero();
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, vec![prices, burden]))
}
