//! Who produces value added: industrial, digital and intelligent firms; and how far the emerging sectors have come.

use super::Figure;
use super::data::{FigureData, Problem, four_quarter_mean};
use super::kit::{Format, Page, Panel, Shape, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "sectoral_upgrade",
    title: words("Sectoral upgrading", "产业升级"),
    caption: words(
        "Value added by the stage of the firms that make it, and share of electronics, digital services and AI services in value added.",
        "按企业阶段分的增加值构成，以及电子、数字服务与人工智能服务占增加值的比重。",
    ),
    statistics: &[
        "series.industrial_share_value_added",
        "series.digital_only_share_value_added",
        "series.intelligent_share_value_added",
        "series.emerging_share_value_added",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let quarterly = data.series("emerging_share_value_added")?;
    let mean = four_quarter_mean(&quarterly);
    let emerging = Panel::new(
        words("Emerging sectors", "新兴产业"),
        words("share of value added", "占增加值比重"),
        Format::Percent,
    )
    .layer(Shape::Faint, "emerging_share_value_added", words("Quarterly", "季度值"), quarterly)
    .line("emerging_share_value_added_four_quarter_mean", words("Four-quarter mean", "四季度平均"), mean)
    .with_zero();
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, vec![by_stage(data)?, emerging]))
}

/// Stacked shares of value added by the stage of firms.
///
/// # Errors
/// If a column is absent.
pub fn by_stage(data: &FigureData) -> Result<Panel, Problem> {
    let mut panel = Panel::new(
        words("Value added by stage of firms", "按企业阶段分的增加值"),
        words("share of value added", "占增加值比重"),
        Format::Percent,
    );
    for (name, label) in [
        ("industrial_share_value_added", words("Industrial", "工业化")),
        ("digital_only_share_value_added", words("Digital", "数字化")),
        ("intelligent_share_value_added", words("Intelligent", "智能化")),
    ] {
        panel = panel.layer(Shape::Area, name, label, data.series(name)?);
    }
    Ok(panel)
}
