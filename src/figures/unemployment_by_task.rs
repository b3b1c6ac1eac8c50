//! Unemployment by task class beside the share of each class that is automated.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Shape, Width, words};
use super::names;

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "unemployment_by_task",
    title: words("Unemployment and automation by task class", "按任务类别分的失业与自动化"),
    caption: words(
        "Unemployed whose last job was not on a farm over the non-farm labour force, by task class; share of the tasks of each class that AI does.",
        "按任务类别分的非农失业率；各类任务中由人工智能完成的比重。",
    ),
    statistics: &["series.unemployment_rate", "tasks.unemployment_rate", "tasks.automated_share"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let mut unemployment = Panel::new(
        words("Unemployment rate", "失业率"),
        words("share of the non-farm labour force", "占非农劳动力比重"),
        Format::Percent,
    );
    for (task, values) in data.by_key("tasks", "task", "unemployment_rate")? {
        unemployment = unemployment.line(&format!("unemployment_rate_{task}"), names::task(&task), values);
    }
    let all = data.series("unemployment_rate")?;
    unemployment = unemployment.layer(Shape::Faint, "unemployment_rate", words("All workers", "全部劳动者"), all);
    let mut automated = Panel::new(
        words("Automated tasks", "已自动化的任务"),
        words("share of the tasks of each class", "占该类任务比重"),
        Format::Percent,
    );
    for (task, values) in data.by_key("tasks", "task", "automated_share")? {
        automated = automated.line(&format!("automated_share_{task}"), names::task(&task), values);
    }
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, vec![unemployment, automated.with_zero()]))
}
