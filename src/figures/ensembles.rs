//! Figures of many seeds: of each line the median with bands of 50 % and 90 %.
//!
//! A page is drawn for each run, which keeps no more of it than what is plotted, and the pages become one. Stacks
//! become lines: medians do not add up to the median of their sum.

use super::data::{Clock, Problem};
use super::groups::{average, on, union};
use super::kit::{Band, Edge, Layer, Page, Panel, Shape, Words, words};
use super::{Figure, FigureData, FigureError, RenderOptions, Rendered, output};
use crate::experiments::summary::Summary;

/// From so many lines on a panel shows only the narrower bands, or they would cover one another.
const CROWDED: usize = 3;

/// The page of one run.
///
/// # Errors
/// If a table or column that the figure uses is absent.
pub fn page_of_run(figure: &Figure, tables: &FigureData) -> Result<Page, FigureError> {
    let mut page = (figure.draw)(tables).map_err(|problem| FigureError { figure: figure.id, problem })?;
    if page.panels.iter().any(|panel| panel.map.is_none()) {
        page.marks.clone_from(&tables.marks);
    }
    Ok(page)
}

/// Draws one figure from the pages of all runs; `collapsed` of them have shown a collapse.
///
/// # Errors
/// If there is no page, the pages do not have the same panels, or drawing fails.
pub fn render_ensemble(
    figure: &Figure,
    pages: &[Page],
    collapsed: usize,
    options: &RenderOptions,
) -> Result<Rendered, FigureError> {
    let in_figure = |problem| FigureError { figure: figure.id, problem };
    let page = page(pages, collapsed).map_err(in_figure)?;
    output::render(figure, page, *options).map_err(in_figure)
}

/// One page of medians and bands.
fn page(pages: &[Page], collapsed: usize) -> Result<Page, Problem> {
    let Some(first) = pages.first() else { return Err(Problem::Empty("series".to_owned())) };
    let clock = union(pages.iter().map(|page| &page.clock));
    let mut page = first.clone();
    for (number, panel) in page.panels.iter_mut().enumerate() {
        let twins: Vec<(&Clock, &Panel)> = pages
            .iter()
            .map(|page| page.panels.get(number).map(|panel| (&page.clock, panel)))
            .collect::<Option<_>>()
            .ok_or_else(|| Problem::Different(panel.heading.en.to_string()))?;
        if let Some(map) = &mut panel.map {
            average(map, &twins)?;
        }
        // The raw series behind an average tells nothing that the band does not.
        if panel.layers.iter().any(|layer| layer.shape != Shape::Faint) {
            panel.layers.retain(|layer| layer.shape != Shape::Faint);
        }
        let lines = panel.layers.len();
        for layer in &mut panel.layers {
            *layer = median(layer, &twins, &clock, lines)?;
        }
    }
    page.clock = clock;
    page.note = Some(note(&page, pages.len(), collapsed));
    Ok(page)
}

/// The median of a layer over the runs, with its bands.
fn median(layer: &Layer, twins: &[(&Clock, &Panel)], clock: &Clock, lines: usize) -> Result<Layer, Problem> {
    let mut runs: Vec<Vec<f64>> = Vec::new();
    for (own, panel) in twins {
        let twin = panel.layers.iter().find(|twin| twin.name == layer.name);
        runs.push(on(clock, own, &twin.ok_or_else(|| Problem::Different(layer.name.clone()))?.values));
    }
    let at = |row: usize| Summary::of(&runs.iter().map(|run| run[row]).collect::<Vec<f64>>()).quantiles;
    let quantiles: Vec<[f64; 5]> = (0..clock.time.len()).map(at).collect();
    let bands = bands(&quantiles, runs.len(), lines);
    Ok(Layer { values: quantiles.iter().map(|q| q[2]).collect(), shape: Shape::Line, bands, ..layer.clone() })
}

/// Bands of 90 % and 50 % from quantiles by row, for one of so many lines of a panel; none of a single run.
pub(super) fn bands(quantiles: &[[f64; 5]], runs: usize, lines: usize) -> Vec<Band> {
    let edge = |end, label, which: usize| Edge { end, label, values: quantiles.iter().map(|q| q[which]).collect() };
    let wide = Band {
        low: edge("p05", words("5th percentile", "第5百分位"), 0),
        high: edge("p95", words("95th percentile", "第95百分位"), 4),
    };
    let narrow = Band {
        low: edge("p25", words("25th percentile", "第25百分位"), 1),
        high: edge("p75", words("75th percentile", "第75百分位"), 3),
    };
    match (runs, lines) {
        (..2, _) => Vec::new(),
        (_, CROWDED..) => vec![narrow],
        _ => vec![wide, narrow],
    }
}

/// What lines and bands are.
fn note(page: &Page, runs: usize, collapsed: usize) -> Words {
    let counts: Vec<usize> =
        page.panels.iter().flat_map(|panel| &panel.layers).map(|layer| layer.bands.len()).collect();
    let (en, zh) = if page.panels.iter().all(|panel| panel.map.is_some()) {
        (format!("Mean of {runs} seeds."), format!("{runs}个随机种子的平均。"))
    } else {
        let (en, zh) = match (counts.contains(&2), counts.contains(&1)) {
            (true, true) => (
                " Bands: 50 % and 90 % of seeds, with three lines or more 50 %.",
                "阴影：50%与90%区间（三条线及以上为50%）。",
            ),
            (true, false) => (" Bands: 50 % and 90 % of seeds.", "阴影：50%与90%区间。"),
            (false, true) => (" Bands: 50 % of seeds.", "阴影：50%区间。"),
            (false, false) => ("", ""),
        };
        (format!("Median of {runs} seeds.{en}"), format!("{runs}个随机种子的中位数。{zh}"))
    };
    match collapsed {
        0 => Words { en: en.into(), zh: zh.into() },
        _ => Words {
            en: format!("{en} {collapsed} of them collapsed and are included.").into(),
            zh: format!("{zh}其中{collapsed}个失稳，已计入。").into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::kit::{Format, Width};

    fn of_run(values: [f64; 2], kind: Shape) -> Page {
        let clock = Clock {
            tick: vec![0.0, 1.0],
            year: vec![2023.0, 2024.0],
            quarter: vec![4.0, 1.0],
            time: vec![2023.875, 2024.125],
        };
        let panel = Panel::new(words("A", "甲"), words("b", "乙"), Format::Number)
            .layer(Shape::Faint, "raw", words("Raw", "原"), vec![0.0, 0.0])
            .layer(kind, "x", words("X", "值"), values.to_vec());
        Page::new(clock, Width::Double, 1, 80.0, vec![panel])
    }

    #[test]
    fn runs_become_median_and_bands_and_stacks_become_lines() {
        let pages: Vec<Page> = (0..=20).map(|i| of_run([f64::from(i), f64::NAN], Shape::Area)).collect();
        let page = page(&pages, 2).unwrap();
        let layers = &page.panels[0].layers;
        assert_eq!(layers.len(), 1, "the raw series is left out");
        assert_eq!((layers[0].shape, layers[0].values[0]), (Shape::Line, 10.0));
        let edges: Vec<(&str, f64)> = layers[0].edges().map(|edge| (edge.end, edge.values[0])).collect();
        assert_eq!(edges, [("p05", 1.0), ("p95", 19.0), ("p25", 5.0), ("p75", 15.0)]);
        assert!(layers[0].values[1].is_nan());
        let note = page.note.unwrap().en;
        assert_eq!(note, "Median of 21 seeds. Bands: 50 % and 90 % of seeds. 2 of them collapsed and are included.");
        assert!(super::page(&pages[..1], 0).unwrap().panels[0].layers[0].bands.is_empty());
    }
}
