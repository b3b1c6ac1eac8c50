//! Who works: employment by task class, and what each class earns.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Shape, Width, words};
use super::names;

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "employment_by_task",
    title: words("Employment and wages by task class", "按任务类别分的就业与工资"),
    caption: words(
        "People on a payroll by task class, stacked; mean wage of each class over the mean wage of all.",
        "按任务类别分的在业人数（堆积）；各类平均工资与全部平均工资之比。",
    ),
    statistics: &["tasks.employment", "tasks.wage_premium"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let mut employment = Panel::new(words("Employment", "就业"), words("million persons", "百万人"), Format::Number);
    for (task, values) in data.by_key("tasks", "task", "employment")? {
        let millions = values.iter().map(|v| v / 1e6).collect();
        let name = format!("employment_million_{task}");
        employment = employment.layer(Shape::Area, &name, names::task(&task), millions);
    }
    let mut wages = Panel::new(
        words("Relative wages", "相对工资"),
        words("mean wage of the class, mean of all = 1", "该类平均工资，全部平均 = 1"),
        Format::Number,
    );
    for (task, values) in data.by_key("tasks", "task", "wage_premium")? {
        wages = wages.line(&format!("wage_premium_{task}"), names::task(&task), values);
    }
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, vec![employment.with_zero(), wages]))
}
