//! How far AI has come: what it can do at home and at the frontier, who uses it and for how much of the work.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "ai_depth_and_capability",
    title: words("Depth and capability of AI", "人工智能的深度与能力"),
    caption: words(
        "Capability of AI at home (mean of sectors by value added) and at the world's frontier, in logits of the share of \
         tasks that AI can do, zero at the start; share of firms that use AI, their share of value added, and depth: share \
         of all tasks done by AI, weighted by the work that they would take; AI services at their price over GDP.",
        "国内（按增加值平均）与世界前沿的人工智能能力，以人工智能可完成任务比重的对数几率计，期初为零；采用人工智能的企业占企业数\
         与占增加值比重，以及深度：全部任务中由人工智能完成的比重（按任务所需劳动加权）；人工智能服务与国内生产总值之比。",
    ),
    statistics: &[
        "series.ai_capability",
        "series.ai_frontier_gap",
        "series.ai_adopter_share_firms",
        "series.ai_adopter_share_value_added",
        "series.ai_depth",
        "series.ai_services_cost_share",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let home = data.series("ai_capability")?;
    let frontier = home.iter().zip(data.series("ai_frontier_gap")?).map(|(home, gap)| home + gap).collect();
    let capability =
        Panel::new(words("Capability", "能力"), words("logits, start = 0", "对数几率，期初 = 0"), Format::Number)
            .line("ai_capability", words("At home", "国内"), home)
            .line("ai_capability_frontier", words("World's frontier", "世界前沿"), frontier)
            .with_zero();
    let use_of_ai = Panel::new(
        words("Use", "采用"),
        words("share of firms, of value added, of tasks", "占企业数、增加值、任务比重"),
        Format::Percent,
    )
    .line(
        "ai_adopter_share_firms",
        words("Adopters: firms", "采用企业：企业数"),
        data.series("ai_adopter_share_firms")?,
    )
    .line(
        "ai_adopter_share_value_added",
        words("Adopters: value added", "采用企业：增加值"),
        data.series("ai_adopter_share_value_added")?,
    )
    .line("ai_depth", words("Depth: tasks", "深度：任务"), data.series("ai_depth")?)
    .with_zero();
    let cost =
        Panel::new(words("AI services", "人工智能服务"), words("share of GDP", "占国内生产总值比重"), Format::Percent)
            .line(
                "ai_services_cost_share",
                words("AI services", "人工智能服务"),
                data.series("ai_services_cost_share")?,
            )
            .with_zero();
    Ok(Page::new(data.clock()?, Width::Double, 3, 110.0, vec![capability, use_of_ai, cost]))
}
