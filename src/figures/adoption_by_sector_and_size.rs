//! S-curves of AI in every sector by size of firms, with a logistic fit, as small multiples on one scale.

use super::ai_diffusion::{curve, thinned};
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, words};
use super::{Figure, names};
use crate::statistics::fits::{fit_logistic, logistic};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "adoption_by_sector_and_size",
    title: words("AI adoption by sector and size of firms", "分行业与企业规模的人工智能采用"),
    caption: words(
        "Share of firms that use AI among the smallest two fifths and the largest fifth of a sector's firms by effective hours, and the \
         logistic curve through the share among all its firms (least squares on the quarters shown). All panels have the same scale.",
        "各行业中，按有效工时最小五分之二与最大五分之一企业中采用人工智能的比重，以及全部企业比重的逻辑曲线（按所示各季度最小二乘拟合）。各图坐标相同。",
    ),
    statistics: &[
        "sectors.ai_adopter_share_firms",
        "sectors.ai_adopter_share_small_firms",
        "sectors.ai_adopter_share_large_firms",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let clock = data.clock()?;
    let column = |name: &str| data.by_key("sectors", "sector", name);
    let (all, small, large) = (
        column("ai_adopter_share_firms")?,
        column("ai_adopter_share_small_firms")?,
        column("ai_adopter_share_large_firms")?,
    );
    let panels = all.into_iter().zip(small).zip(large).map(|(((sector, all), (_, small)), (_, large))| {
        let code = sector.to_lowercase();
        let (years, times, points) = thinned(&clock, &all);
        let fit = curve(&years, &fit_logistic(&times, &points), logistic);
        Panel::new(names::sector(&sector), words("", ""), Format::Percent)
            .line(&format!("small_firms_{code}"), words("Small firms", "小型企业"), small)
            .line(&format!("large_firms_{code}"), words("Large firms", "大型企业"), large)
            .line(&format!("logistic_{code}"), words("Logistic, all firms", "逻辑曲线，全部企业"), fit)
            .with_zero()
    });
    let panels = panels.collect();
    Ok(Page::new(clock, Width::Double, 5, 72.0, panels).as_multiples())
}
