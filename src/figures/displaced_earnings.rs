//! Earnings of displaced workers beside those of matched stayers.

use super::Figure;
use super::data::{Axis, Clock, FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "displaced_earnings",
    title: words("Earnings of displaced workers", "失业者的工资"),
    caption: words(
        "Workers of 25 to 50 with three years of tenure whose firm closed or dismissed them, each beside a stayer of the same task \
         class, age group and earnings, from 8 quarters before the loss to 40 after it, all losses of the run together. Earnings: the wage, zero \
         without a job, over the mean wage of the quarter; whatever happens to stayers later counts. Pairs end when one of them dies, retires or leaves the \
         labour force.",
        "25至50岁、任职满三年、因企业关闭或解雇而失业者，与任务类别、年龄组和工资相同的留任者相比，失业前8个季度至后40个季度，全部模拟期合计。工资无\
         工作时为零，以当季平均工资为单位；留任者此后的变化计入。任何一方死亡、退休或退出劳动力时不再计入。",
    ),
    statistics: &[
        "displaced.pairs",
        "displaced.displaced_earnings",
        "displaced.stayer_earnings",
        "displaced.displaced_with_job",
    ],
    draw,
};

/// Sums over all quarters of the run by distance from the loss.
fn sums(data: &FigureData, column: &str) -> Result<(Vec<f64>, Vec<f64>), Problem> {
    let rows = data.by_key("displaced", "event_quarter", column)?;
    let sum = |values: Vec<f64>| values.into_iter().filter(|v| v.is_finite()).sum::<f64>();
    let place = |key: &str| key.parse::<f64>().unwrap_or(f64::NAN);
    Ok(rows.into_iter().map(|(key, values)| (place(&key), sum(values))).unzip())
}

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let (places, pairs) = sums(data, "pairs")?;
    let over = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a / b).collect::<Vec<f64>>();
    let (displaced, stayers) = (sums(data, "displaced_earnings")?.1, sums(data, "stayer_earnings")?.1);
    let earnings = Panel::new(words("Mean earnings", "平均工资"), words("mean wages", "平均工资"), Format::Number)
        .line("displaced_earnings", words("Displaced", "失业者"), over(&displaced, &pairs))
        .line("stayer_earnings", words("Stayers", "留任者"), over(&stayers, &pairs))
        .with_zero();
    let gap = over(&displaced, &stayers).iter().map(|ratio| ratio - 1.0).collect();
    let gap =
        Panel::new(words("Gap", "差距"), words("displaced against stayers", "失业者与留任者之比"), Format::Percent)
            .line("earnings_gap", words("Gap", "差距"), gap)
            .with_zero();
    let jobs =
        Panel::new(words("With a job", "有工作者"), words("share of displaced", "占失业者比重"), Format::Percent)
            .line("share_with_job", words("With a job", "有工作者"), over(&sums(data, "displaced_with_job")?.1, &pairs))
            .with_zero();
    let label = words("quarters from the loss of the job", "距失业的季度数");
    let axis = Axis { name: "event_quarter", label, format: Format::Number };
    Ok(Page::new(Clock::on(axis, places), Width::Double, 3, 110.0, vec![earnings, gap, jobs]))
}
