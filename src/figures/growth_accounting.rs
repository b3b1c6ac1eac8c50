//! Growth of real GDP split into what labour, capital, AI and the rest contribute.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Shape, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "growth_accounting",
    title: words("Growth accounting", "增长核算"),
    caption: words(
        "Growth of real GDP on the year before, split into what labour, capital and AI (the work that it replaces and augments) contribute, weighted with the shares of labour and capital in income, and the residual.",
        "实际国内生产总值同比增长的分解：劳动、资本与人工智能的贡献（以收入份额为权数，人工智能按劳动份额）及残差。",
    ),
    statistics: &[
        "series.growth_contribution_labour",
        "series.growth_contribution_capital",
        "series.growth_contribution_ai",
        "series.growth_contribution_residual",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let mut panel = Panel::new(
        words("Contributions to the growth of real GDP", "对实际国内生产总值增长的贡献"),
        words("change on the same quarter of the year before", "同比变化"),
        Format::Percent,
    );
    let mut total = vec![0.0; data.clock()?.time.len()];
    for (name, label) in [
        ("growth_contribution_labour", words("Labour", "劳动")),
        ("growth_contribution_capital", words("Capital", "资本")),
        ("growth_contribution_ai", words("AI", "人工智能")),
        ("growth_contribution_residual", words("Residual", "残差")),
    ] {
        let values = data.series(name)?;
        total.iter_mut().zip(&values).for_each(|(sum, v)| *sum += v);
        panel = panel.layer(Shape::Step, name, label, values);
    }
    panel = panel.layer(Shape::Total, "growth_contribution_sum", words("Sum", "合计"), total);
    Ok(Page::new(data.clock()?, Width::Double, 1, 150.0, vec![panel.with_zero()]))
}
