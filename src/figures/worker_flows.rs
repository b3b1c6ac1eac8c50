//! Flows of workers out of jobs, into jobs and between them.

use super::Figure;
use super::data::{FigureData, Problem, four_quarter_mean};
use super::kit::{Format, Page, Panel, Width, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "worker_flows",
    title: words("Flows of workers", "劳动力流动"),
    caption: words(
        "Dismissals and closures, quits, and moves from job to job over employment a quarter before; people without a \
         job who were hired over all who searched; vacancies over employment and vacancies, and unemployment. \
         Four-quarter means.",
        "解雇与关闭、辞职以及换岗占上季度就业的比重；求职者中获得工作者的比重；空缺占就业与空缺合计的比重，以及失业率。\
         均为四季度平均。",
    ),
    statistics: &[
        "series.layoff_rate",
        "series.quit_rate",
        "series.job_to_job_rate",
        "series.job_finding_rate",
        "series.vacancy_rate",
        "series.unemployment_rate",
    ],
    draw,
};

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let mean = |name: &str| -> Result<Vec<f64>, Problem> { Ok(four_quarter_mean(&data.series(name)?)) };
    let column = |name: &str| format!("{name}_four_quarter_mean");
    let out = Panel::new(
        words("Out of jobs and between them", "离职与换岗"),
        words("share of employment per quarter", "每季度占就业比重"),
        Format::Percent,
    )
    .line(&column("layoff_rate"), words("Dismissals", "解雇"), mean("layoff_rate")?)
    .line(&column("quit_rate"), words("Quits", "辞职"), mean("quit_rate")?)
    .line(&column("job_to_job_rate"), words("Job to job", "换岗"), mean("job_to_job_rate")?)
    .with_zero();
    let into = Panel::new(
        words("Job finding", "求职成功"),
        words("share of searchers without a job per quarter", "每季度占失业求职者比重"),
        Format::Percent,
    )
    .line(&column("job_finding_rate"), words("Job finding", "求职成功"), mean("job_finding_rate")?)
    .with_zero();
    let stocks = Panel::new(
        words("Vacancies and unemployment", "空缺与失业"),
        words("rates, four-quarter mean", "比率，四季度平均"),
        Format::Percent,
    )
    .line(&column("unemployment_rate"), words("Unemployment", "失业"), mean("unemployment_rate")?)
    .line(&column("vacancy_rate"), words("Vacancies", "空缺"), mean("vacancy_rate")?)
    .with_zero();
    Ok(Page::new(data.clock()?, Width::Double, 3, 110.0, vec![out, into, stocks]))
}
