//! AI adoption in every sector, as small multiples on one scale.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, words};
use super::names;

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "ai_adoption_by_sector",
    title: words("AI adoption by sector", "各行业人工智能采用"),
    caption: words(
        "Share of firms that use AI, and share of value added made by intelligent firms, in each sector. All panels have the same scale.",
        "各行业采用人工智能的企业占企业数的比重，以及智能化企业占增加值的比重。各图坐标相同。",
    ),
    statistics: &["sectors.ai_adopter_share_firms", "sectors.intelligent_share_value_added"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let adopters = data.by_key("sectors", "sector", "ai_adopter_share_firms")?;
    let intelligent = data.by_key("sectors", "sector", "intelligent_share_value_added")?;
    let panels = adopters.into_iter().zip(intelligent).map(|((sector, adopters), (_, intelligent))| {
        let code = sector.to_lowercase();
        Panel::new(names::sector(&sector), words("", ""), Format::Percent)
            .line(
                &format!("ai_adopter_share_firms_{code}"),
                words("AI adopters, share of firms", "采用人工智能的企业占比"),
                adopters,
            )
            .line(
                &format!("intelligent_share_value_added_{code}"),
                words("Intelligent firms, share of value added", "智能化企业占增加值比重"),
                intelligent,
            )
            .with_zero()
    });
    let panels = panels.collect();
    Ok(Page::new(data.clock()?, Width::Double, 5, 72.0, panels).as_multiples())
}
