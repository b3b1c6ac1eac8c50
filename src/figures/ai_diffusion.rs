//! Diffusion of AI in the nation: fitted curves, and who adopts first.

use super::Figure;
use super::data::{Clock, FigureData, Problem};
use super::kit::{Format, Page, Panel, Width, words};
use crate::statistics::fits::{Fit, bass, fit_bass, fit_logistic, logistic};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "ai_diffusion",
    title: words("Diffusion of AI among firms", "人工智能在企业中的扩散"),
    caption: words(
        "Share of firms that use AI with a logistic curve and, beyond the opening's share, Bass's curve, both by least squares on the \
         quarters shown (their parameters year by year are in the series); the same share among the smallest, the middle and the largest \
         fifth of a sector's firms by effective hours, and among the least, the middle and the most productive fifth by real value added \
         per effective hour.",
        "采用人工智能的企业占比，及按所示各季度最小二乘拟合的逻辑曲线与巴斯曲线（后者拟合超出期初的部分，逐年参数见序列）；按有效工时分，行业内最小、中间与\
         最大五分之一企业中的占比；按每有效工时实际增加值分，最低、中间与最高五分之一企业中的占比。",
    ),
    statistics: &[
        "series.ai_adopter_share_firms",
        "firm_fifths.ai_adopter_share_by_size",
        "firm_fifths.ai_adopter_share_by_productivity",
    ],
    draw,
};

/// Most points that a curve is fitted to.
const POINTS: usize = 40;

/// Years since the first row, and every so manieth of them with its value for a fit.
pub fn thinned(clock: &Clock, values: &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let years: Vec<f64> = clock.time.iter().map(|t| t - clock.time[0]).collect();
    let step = values.len().div_ceil(POINTS).max(1);
    let rows = (0..values.len()).rev().step_by(step).collect::<Vec<_>>().into_iter().rev();
    let (times, points) = rows.filter(|row| values[*row].is_finite()).map(|row| (years[row], values[row])).unzip();
    (years, times, points)
}

/// A fitted curve on all years; nothing where there was nothing to fit.
pub fn curve(years: &[f64], fit: &Fit, of: fn(f64, f64, f64) -> f64) -> Vec<f64> {
    years.iter().map(|t| fit.ceiling * of(*t, fit.first, fit.second)).collect()
}

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let clock = data.clock()?;
    let share = data.series("ai_adopter_share_firms")?;
    let (years, times, points) = thinned(&clock, &share);
    let opening = points.first().copied().unwrap_or(f64::NAN);
    let beyond: Vec<f64> = points.iter().map(|share| share - opening).collect();
    let bass: Vec<f64> = curve(&years, &fit_bass(&times, &beyond), bass).iter().map(|b| opening + b).collect();
    let logistic = curve(&years, &fit_logistic(&times, &points), logistic);
    let unit = || words("share of firms", "占企业数比重");
    let path = Panel::new(words("All firms", "全部企业"), unit(), Format::Percent)
        .line("ai_adopter_share_firms", words("AI adopters", "采用人工智能的企业"), share)
        .line("logistic", words("Logistic", "逻辑曲线"), logistic)
        .line("bass", words("Bass", "巴斯曲线"), bass)
        .with_zero();
    let fifths = |heading, column: &str, labels: [_; 3]| -> Result<Panel, Problem> {
        let values = data.by_key("firm_fifths", "fifth", column)?;
        let mut panel = Panel::new(heading, unit(), Format::Percent);
        for (label, fifth) in labels.into_iter().zip(["1", "3", "5"]) {
            let found = values.iter().find(|(key, _)| key == fifth).map(|(_, values)| values.clone());
            let missing = || Problem::Empty("firm_fifths".to_owned());
            panel = panel.line(&format!("{column}_{fifth}"), label, found.ok_or_else(missing)?);
        }
        Ok(panel.with_zero())
    };
    let size = fifths(
        words("By size", "按规模"),
        "ai_adopter_share_by_size",
        [words("Smallest", "最小"), words("Middle", "中间"), words("Largest", "最大")],
    )?;
    let productivity = fifths(
        words("By productivity", "按生产率"),
        "ai_adopter_share_by_productivity",
        [words("Lowest", "最低"), words("Middle", "中间"), words("Highest", "最高")],
    )?;
    Ok(Page::new(clock, Width::Double, 3, 110.0, vec![path, size, productivity]))
}
