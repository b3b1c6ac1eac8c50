//! Sizes of firms: share of firms at least so large, on logarithmic axes.

use super::Figure;
use super::data::{Axis, Clock, FigureData, Problem};
use super::kit::{Format, Page, Panel, Shape, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "firm_sizes",
    title: words("Sizes of firms", "企业规模"),
    caption: words(
        "Share of firms with at least so much staff, relative to the mean of all firms, at the opening, half-way and at the end; on \
         logarithmic axes, where a power law is a straight line. Grey: slope −1 (Zipf's law), through the share of firms at least twice as \
         large as the mean at the end.",
        "期初、中期与期末，员工数不小于给定规模（以企业平均为单位）的企业占比；双对数坐标下幂律为直线。灰线：斜率−1（齐普夫定律），过期末两倍于平均规模的企业占比。",
    ),
    statistics: &["firm_sizes.share_at_least"],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let shares = data.by_key("firm_sizes", "size", "share_at_least")?;
    let log = |x: f64| if x > 0.0 { x.log10() } else { f64::NAN };
    let places: Vec<f64> = shares.iter().map(|(key, _)| log(key.parse().unwrap_or(f64::NAN))).collect();
    let last = shares.first().map_or(0, |(_, values)| values.len().saturating_sub(1));
    let at = |row: usize| shares.iter().map(|(_, values)| log(values[row])).collect::<Vec<f64>>();
    let twice = 2f64.log10();
    let middle = places.iter().position(|place| (place - twice).abs() < 1e-3).map_or(f64::NAN, |row| at(last)[row]);
    // No further than firms could be counted.
    let lowest = at(last).into_iter().filter(|v| v.is_finite()).fold(0.0, f64::min);
    let zipf = |place: &f64| {
        let line = middle - (place - twice);
        if *place >= 0.0 && line >= lowest { line } else { f64::NAN }
    };
    let panel = Panel::new(
        words("Firms at least so large", "不小于该规模的企业"),
        words("share of firms", "占企业数比重"),
        Format::Power,
    )
    .layer(Shape::Faint, "log10_zipf", words("Slope −1", "斜率−1"), places.iter().map(zipf).collect())
    .line("log10_share_opening", words("Opening", "期初"), at(0))
    .line("log10_share_half_way", words("Half-way", "中期"), at(last.div_ceil(2)))
    .line("log10_share_end", words("End", "期末"), at(last));
    let label = words("staff over the mean of firms", "员工数与企业平均之比");
    let axis = Axis { name: "log10_size", label, format: Format::Power };
    Ok(Page::new(Clock::on(axis, places), Width::OneAndHalf, 1, 170.0, vec![panel]))
}
