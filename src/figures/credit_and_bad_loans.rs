//! Credit, bad loans and the capital of banks.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "credit_and_bad_loans",
    title: words("Credit, bad loans and bank capital", "信贷、不良贷款与银行资本"),
    caption: words(
        "Bank loans outstanding over GDP of four quarters; loans that do not perform over loans outstanding; equity net of provisions of all banks over their risk-weighted assets.",
        "银行贷款余额与四个季度国内生产总值之比；不良贷款占贷款余额比重；全部银行资本占风险加权资产比重。",
    ),
    statistics: &["series.credit_to_gdp", "series.npl_ratio", "series.bank_capital_ratio"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let credit = Panel::new(
        words("Credit", "信贷"),
        words("loans outstanding over annual GDP", "贷款余额与年度国内生产总值之比"),
        Format::Percent,
    )
    .line("credit_to_gdp", words("Credit", "信贷"), data.series("credit_to_gdp")?);
    let capital = Panel::new(
        words("Bank capital", "银行资本"),
        words("share of risk-weighted assets", "占风险加权资产比重"),
        Format::Percent,
    )
    .line("bank_capital_ratio", words("Bank capital", "银行资本"), data.series("bank_capital_ratio")?);
    Ok(Page::new(data.clock()?, Width::Double, 3, 110.0, vec![credit, bad_loans(data)?, capital]))
}

/// Ratio of bad loans.
///
/// # Errors
/// If a column is absent.
pub fn bad_loans(data: &FigureData) -> Result<Panel, Problem> {
    Ok(Panel::new(
        words("Bad loans", "不良贷款"),
        words("share of loans outstanding", "占贷款余额比重"),
        Format::Percent,
    )
    .line("npl_ratio", words("Bad loans", "不良贷款"), data.series("npl_ratio")?))
}
