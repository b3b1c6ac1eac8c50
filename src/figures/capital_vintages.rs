//! Age of capital, and how far it is behind the newest.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Shape, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "capital_vintages",
    title: words("Age of capital", "资本年龄"),
    caption: words(
        "Firms' capital by age, weighted by quantity; its mean age; and the logarithm of the productivity of the newest capital at home \
         over the mean of what firms use.",
        "企业资本按年龄的构成（以数量加权）；平均年龄；国内最新资本的生产率与在用资本平均生产率之比的对数。",
    ),
    statistics: &[
        "series.capital_share_below_5_years",
        "series.capital_share_5_to_10_years",
        "series.capital_share_10_to_20_years",
        "series.capital_share_above_20_years",
        "series.capital_age",
        "series.capital_productivity_gap",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let mut shares =
        Panel::new(words("Capital by age", "资本按年龄"), words("share of capital", "占资本比重"), Format::Percent);
    for (name, label) in [
        ("capital_share_below_5_years", words("Below 5 years", "5年以下")),
        ("capital_share_5_to_10_years", words("5 to 10", "5至10年")),
        ("capital_share_10_to_20_years", words("10 to 20", "10至20年")),
        ("capital_share_above_20_years", words("20 and more", "20年以上")),
    ] {
        shares = shares.layer(Shape::Area, name, label, data.series(name)?);
    }
    let age = Panel::new(words("Mean age", "平均年龄"), words("years", "年"), Format::Number)
        .line("capital_age", words("Mean age", "平均年龄"), data.series("capital_age")?)
        .with_zero();
    let gap = Panel::new(words("Behind the newest", "与最新资本的差距"), words("log points", "对数点"), Format::Number)
        .line("capital_productivity_gap", words("Gap", "差距"), data.series("capital_productivity_gap")?)
        .with_zero();
    Ok(Page::new(data.clock()?, Width::Double, 3, 110.0, vec![shares.with_zero(), age, gap]))
}
