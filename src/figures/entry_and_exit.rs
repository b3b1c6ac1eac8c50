//! Entry and exit of firms, and capital stranded by the transition.

use super::Figure;
use super::data::{FigureData, Problem, four_quarter_mean, trillions};
use super::kit::{Format, Page, Panel, Shape, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "entry_and_exit",
    title: words("Entry, exit and stranded capital", "企业进入、退出与搁浅资本"),
    caption: words(
        "Firms founded and closed in a quarter over firms in business a quarter before, four-quarter means; book value of the capital of closed firms that nobody bought.",
        "每季度新设与关闭的企业占上季度在营企业的比重（四季度平均）；关闭企业无人购买的资本账面值。",
    ),
    statistics: &["series.firm_entry_rate", "series.firm_exit_rate", "series.stranded_capital_cny"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let raw = trillions(&data.series("stranded_capital_cny")?);
    let mean = four_quarter_mean(&raw);
    let unit = words("trillion yuan per quarter", "每季度，万亿元");
    let stranded = Panel::new(words("Stranded capital", "搁浅资本"), unit, Format::Number)
        .layer(Shape::Faint, "stranded_capital_trillion_cny", words("Quarterly", "季度值"), raw)
        .line("stranded_capital_trillion_cny_four_quarter_mean", words("Four-quarter mean", "四季度平均"), mean)
        .with_zero();
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, vec![rates(data)?, stranded]))
}

/// Entry and exit, averaged over four quarters.
///
/// # Errors
/// If a column is absent.
pub fn rates(data: &FigureData) -> Result<Panel, Problem> {
    let entry = four_quarter_mean(&data.series("firm_entry_rate")?);
    let exit = four_quarter_mean(&data.series("firm_exit_rate")?);
    Ok(Panel::new(
        words("Entry and exit of firms", "企业进入与退出"),
        words("share of firms per quarter, four-quarter mean", "每季度占企业数比重，四季度平均"),
        Format::Percent,
    )
    .line("firm_entry_rate_four_quarter_mean", words("Entry", "进入"), entry)
    .line("firm_exit_rate_four_quarter_mean", words("Exit", "退出"), exit)
    .with_zero())
}
