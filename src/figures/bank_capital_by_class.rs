//! Capital and bad loans of the classes of banks, as small multiples on one scale: five lines in one panel cross too often.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, words};
use super::names;

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "bank_capital_by_class",
    title: words("Capital and bad loans by class of banks", "各类银行的资本与不良贷款"),
    caption: words(
        "Equity net of provisions over risk-weighted assets, and loans that do not perform over loans, by class of banks; \
         `other` are policy, private and foreign banks. All panels have the same scale.",
        "各类银行资本占风险加权资产比重与不良贷款占贷款比重；其他指政策性、民营与外资银行。各图坐标相同。",
    ),
    statistics: &["banks.capital_ratio", "banks.npl_ratio"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let capital = data.by_key("banks", "bank_class", "capital_ratio")?;
    let bad = data.by_key("banks", "bank_class", "npl_ratio")?;
    let panels = capital.into_iter().zip(bad).map(|((class, capital), (_, bad))| {
        Panel::new(names::bank_class(&class), words("", ""), Format::Percent)
            .line(&format!("capital_ratio_{class}"), words("Capital ratio", "资本充足率"), capital)
            .line(&format!("npl_ratio_{class}"), words("Bad loans", "不良贷款率"), bad)
            .with_zero()
    });
    let panels = panels.collect();
    Ok(Page::new(data.clock()?, Width::Double, 3, 95.0, panels).as_multiples())
}
