//! The run on one page.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, Words, words};
use super::{
    credit_and_bad_loans, entry_and_exit, gdp_growth, local_debt_and_land_revenue, prices_and_wages, sectoral_upgrade,
};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "overview",
    title: words("Overview of the run", "模拟总览"),
    caption: words(
        "Nine series of one run, each as in the figure of its own. Growth and inflation are changes on the same quarter of the year before.",
        "一次模拟的九个序列，定义与各自图相同。增长与通胀为同比变化。",
    ),
    statistics: &[
        "series.gdp_growth_yoy",
        "series.unemployment_rate",
        "series.ai_adopter_share_firms",
        "series.industrial_share_value_added",
        "series.digital_only_share_value_added",
        "series.intelligent_share_value_added",
        "series.cpi_inflation_yoy",
        "series.ppi_inflation_yoy",
        "series.wage_share",
        "series.npl_ratio",
        "series.local_debt_to_gdp",
        "series.firm_entry_rate",
        "series.firm_exit_rate",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let single = |name: &str, heading: Words, unit: Words| -> Result<Panel, Problem> {
        Ok(Panel::new(heading.clone(), unit, Format::Percent).line(name, heading, data.series(name)?))
    };
    let panels = vec![
        gdp_growth::growth(data)?,
        single(
            "unemployment_rate",
            words("Unemployment rate", "失业率"),
            words("share of the non-farm labour force", "占非农劳动力比重"),
        )?,
        prices_and_wages::inflation(data)?,
        single(
            "ai_adopter_share_firms",
            words("AI adopters", "采用人工智能的企业"),
            words("share of firms", "占企业数比重"),
        )?,
        sectoral_upgrade::by_stage(data)?,
        single(
            "wage_share",
            words("Wage share", "劳动者报酬份额"),
            words("compensation over GDP", "劳动者报酬与国内生产总值之比"),
        )?,
        credit_and_bad_loans::bad_loans(data)?,
        local_debt_and_land_revenue::debt(data)?,
        entry_and_exit::rates(data)?,
    ];
    Ok(Page::new(data.clock()?, Width::Double, 3, 88.0, panels))
}
