//! Capital and bad loans of the classes of banks.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, words};
use super::names;

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "bank_capital_by_class",
    title: words("Capital and bad loans by class of banks", "各类银行的资本与不良贷款"),
    caption: words(
        "Equity net of provisions over risk-weighted assets and loans that do not perform over loans, by class of banks; `other` are policy, \
         private and foreign banks.",
        "各类银行资本占风险加权资产比重与不良贷款占贷款比重；其他指政策性、民营与外资银行。",
    ),
    statistics: &["banks.capital_ratio", "banks.npl_ratio"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let mut capital = Panel::new(
        words("Bank capital", "银行资本"),
        words("share of risk-weighted assets", "占风险加权资产比重"),
        Format::Percent,
    );
    for (class, values) in data.by_key("banks", "bank_class", "capital_ratio")? {
        capital = capital.line(&format!("capital_ratio_{class}"), names::bank_class(&class), values);
    }
    let mut bad = Panel::new(words("Bad loans", "不良贷款"), words("share of loans", "占贷款比重"), Format::Percent);
    for (class, values) in data.by_key("banks", "bank_class", "npl_ratio")? {
        bad = bad.line(&format!("npl_ratio_{class}"), names::bank_class(&class), values);
    }
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, vec![capital, bad.with_zero()]))
}
