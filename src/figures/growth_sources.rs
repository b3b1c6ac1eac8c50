//! Growth of real GDP traced to what firms do.

use super::Figure;
use super::data::{FigureData, Problem, four_quarter_mean};
use super::kit::{Format, Page, Panel, Shape, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "growth_sources",
    title: words("Sources of growth", "增长来源"),
    caption: words(
        "Growth of real GDP on the year before by what firms do: effective hours; AI in firms that stay, less the services that it \
         takes; other technology (productivity built into capital, ability, gains from having become digital); the rest (hours that \
         moved, entry and exit, use of staff, what is no product of firms). AI counts in full for what it makes of an hour, capital that follows \
         output included, where growth accounting after Solow weighs it with the share of labour. Right: parts of other technology and \
         of the rest, four-quarter means.",
        "按企业行为分解的实际国内生产总值同比增长：有效工时；存续企业的人工智能（扣除所用服务）；其他技术（资本内含的生产率、企业能力、数字化收益）；\
         其余（工时转移、进入与退出、人力利用、非企业产出）。人工智能按其对每工时产出的全部作用计入，含随产出增长的资本；索洛核算则按劳动份额加权。\
         右：其他技术与其余的构成，四季度平均。",
    ),
    statistics: &[
        "series.growth_source_labour",
        "series.growth_source_ai",
        "series.growth_source_vintages",
        "series.growth_source_ability",
        "series.growth_source_digital",
        "series.growth_source_staff_use",
        "series.growth_source_firms",
        "series.growth_source_sectors",
        "series.growth_source_entry",
        "series.growth_source_exit",
        "series.growth_source_other",
    ],
    draw,
};

fn sum(data: &FigureData, names: &[&str]) -> Result<Vec<f64>, Problem> {
    let columns = names.iter().map(|name| data.series(&format!("growth_source_{name}")));
    let columns = columns.collect::<Result<Vec<Vec<f64>>, Problem>>()?;
    let rows = columns.first().map_or(0, Vec::len);
    Ok((0..rows).map(|row| columns.iter().map(|column| column[row]).sum()).collect())
}

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let unit = || words("change on the same quarter of the year before", "同比变化");
    let technology = ["vintages", "ability", "digital"];
    let rest = ["staff_use", "firms", "sectors", "entry", "exit", "other"];
    let mut stack = Panel::new(words("Growth of real GDP", "实际国内生产总值增长"), unit(), Format::Percent);
    let mut all = vec![0.0; data.clock()?.time.len()];
    for (name, label, parts) in [
        ("growth_source_labour", words("Labour", "劳动"), &["labour"][..]),
        ("growth_source_ai", words("AI", "人工智能"), &["ai"]),
        ("growth_source_technology", words("Other technology", "其他技术"), &technology),
        ("growth_source_rest", words("Rest", "其余"), &rest),
    ] {
        let values = sum(data, parts)?;
        all.iter_mut().zip(&values).for_each(|(sum, v)| *sum += v);
        stack = stack.layer(Shape::Step, name, label, values);
    }
    stack = stack.layer(Shape::Total, "growth_source_sum", words("Sum", "合计"), all);
    let line = |panel: Panel, name: &str, label, parts: &[&str]| -> Result<Panel, Problem> {
        Ok(panel.line(&format!("growth_source_{name}_four_quarter_mean"), label, four_quarter_mean(&sum(data, parts)?)))
    };
    let mut known = Panel::new(words("Technology", "技术"), unit(), Format::Percent);
    known = line(known, "ai", words("AI", "人工智能"), &["ai"])?;
    known = line(known, "vintages", words("Capital", "资本"), &["vintages"])?;
    known = line(known, "ability", words("Ability", "能力"), &["ability"])?;
    known = line(known, "digital", words("Digital", "数字化"), &["digital"])?;
    let mut moved = Panel::new(words("Rest", "其余"), unit(), Format::Percent);
    moved = line(moved, "between", words("Between firms and sectors", "企业与行业之间"), &["firms", "sectors"])?;
    moved = line(moved, "turnover", words("Entry and exit", "进入与退出"), &["entry", "exit"])?;
    moved = line(moved, "use", words("Use of staff, other", "其他"), &["staff_use", "other"])?;
    let panels = vec![stack.with_zero(), known.with_zero(), moved.with_zero()];
    Ok(Page::new(data.clock()?, Width::Double, 3, 120.0, panels))
}
