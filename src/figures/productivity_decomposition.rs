//! Growth of firms' productivity: within firms, between them, by entry and by exit.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Shape, Width, Words, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "productivity_decomposition",
    title: words("Growth of productivity within and between firms", "企业内与企业间的生产率增长"),
    caption: words(
        "Growth on the year before of firms' real value added per effective hour: change of firms' own productivity; hours that moved \
         between firms (with the cross term) and between sectors; firms that are new; firms that are gone. Left after Foster, Haltiwanger \
         and Krizan (2001), firms against their sector a year before; right after Melitz and Polanec (2015), within as change of \
         the plain mean, new and closed firms against those that stay.",
        "企业每有效工时实际增加值的同比增长：企业自身生产率变化；工时在企业间（含交叉项）与行业间转移；新企业；退出企业。左：Foster等（2001），以\
         上年行业平均为基准；右：Melitz与Polanec（2015），以存续企业为基准。",
    ),
    statistics: &[
        "series.productivity_sectors",
        "series.productivity_fhk_within",
        "series.productivity_fhk_between",
        "series.productivity_fhk_cross",
        "series.productivity_fhk_entry",
        "series.productivity_fhk_exit",
        "series.productivity_mp_within",
        "series.productivity_mp_between",
        "series.productivity_mp_entry",
        "series.productivity_mp_exit",
    ],
    draw,
};

fn panel(data: &FigureData, heading: Words, stem: &str, between: &[&str]) -> Result<Panel, Problem> {
    let unit = words("change on the same quarter of the year before", "同比变化");
    let mut panel = Panel::new(heading, unit, Format::Percent);
    let own = |name: &str| data.series(&format!("productivity_{stem}_{name}"));
    let mut moved = data.series("productivity_sectors")?;
    for name in between {
        moved.iter_mut().zip(own(name)?).for_each(|(sum, v)| *sum += v);
    }
    let mut total = vec![0.0; moved.len()];
    for (name, label, values) in [
        ("within", words("Within firms", "企业内"), own("within")?),
        ("between", words("Between firms and sectors", "企业与行业之间"), moved),
        ("entry", words("Entry", "进入"), own("entry")?),
        ("exit", words("Exit", "退出"), own("exit")?),
    ] {
        total.iter_mut().zip(&values).for_each(|(sum, v)| *sum += v);
        panel = panel.layer(Shape::Step, &format!("{stem}_{name}"), label, values);
    }
    Ok(panel.layer(Shape::Total, &format!("{stem}_sum"), words("Sum", "合计"), total).with_zero())
}

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let foster = words("Foster, Haltiwanger and Krizan", "Foster、Haltiwanger与Krizan");
    let melitz = words("Melitz and Polanec", "Melitz与Polanec");
    let panels = vec![panel(data, foster, "fhk", &["between", "cross"])?, panel(data, melitz, "mp", &["between"])?];
    Ok(Page::new(data.clock()?, Width::Double, 2, 135.0, panels))
}
