//! Several runs in one figure: runs of one configuration become their mean with a band, configurations become lines.

use std::collections::BTreeMap;

use super::Figure;
use super::data::{Clock, FigureData, Problem};
use super::kit::{Layer, Page, Panel, Shape, TileMap, Words};

/// From so many runs on the band leaves out the lowest and the highest tenth; with fewer it shows them all.
const MANY: usize = 10;
/// Panels side by side when each series of a figure has a panel of its own, and the height of their axes \[pt\].
const SIDE_BY_SIDE: usize = 3;
const PLOT_HEIGHT: f64 = 95.0;

/// Runs of one configuration with different seeds.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// What it is called in the legend.
    pub label: String,
    /// Tables of each run.
    pub runs: Vec<FigureData>,
}

/// The figure's page for all groups.
///
/// # Errors
/// If a table or column is absent or the runs do not have the same panels.
pub fn page(figure: &Figure, groups: &[Group]) -> Result<Page, Problem> {
    let pages = |group: &Group| group.runs.iter().map(figure.draw).collect::<Result<Vec<Page>, Problem>>();
    let all: Vec<Vec<Page>> = groups.iter().map(pages).collect::<Result<_, _>>()?;
    let clock = union(all.iter().flatten().map(|page| &page.clock));
    let means: Vec<Page> = all.iter().map(|pages| mean(pages, &clock)).collect::<Result<_, _>>()?;
    let mut page = match (means.as_slice(), groups) {
        ([], _) => return Err(Problem::Empty("series".to_owned())),
        ([one], _) => without_bands_of_stacks(one.clone()),
        (several, groups) => side_by_side(several, groups)?,
    };
    let marks = groups.iter().flat_map(|group| &group.runs).flat_map(|run| &run.marks);
    for mark in marks {
        if !page.marks.contains(mark) {
            page.marks.push(mark.clone());
        }
    }
    if page.clock.axis.is_some() || page.panels.iter().all(|panel| panel.map.is_some()) {
        page.marks.clear();
    }
    page.marks.sort_by(|a, b| a.time.total_cmp(&b.time));
    page.note = note(groups, &page);
    Ok(page)
}

/// A band about a part of a stack would be read as one about the sum.
fn without_bands_of_stacks(mut page: Page) -> Page {
    for layer in page.panels.iter_mut().flat_map(|panel| &mut panel.layers) {
        if layer.shape != Shape::Line {
            layer.band = None;
        }
    }
    page
}

/// What lines and bands are.
fn note(groups: &[Group], page: &Page) -> Option<Words> {
    let counts = groups.iter().map(|group| group.runs.len());
    let (least, most) = (counts.clone().min()?, counts.max()?);
    if most < 2 {
        return None;
    }
    let count = if least == most { format!("{most}") } else { format!("{least}–{most}") };
    let mut note = Words {
        en: format!("Mean of {count} runs with different seeds.").into(),
        zh: format!("{count}次不同随机种子模拟的平均。").into(),
    };
    let banded = page.panels.iter().flat_map(|panel| &panel.layers).any(|layer| layer.band.is_some());
    if banded {
        let (en, zh) = match (least >= MANY, most >= MANY) {
            (true, _) => (" Bands: 10th to 90th percentile.", "阴影：第10至第90百分位。"),
            (_, false) => (" Bands: lowest to highest run.", "阴影：最低至最高。"),
            _ => (
                " Bands: lowest to highest run, with ten runs or more 10th to 90th percentile.",
                "阴影：最低至最高（十次及以上为第10至第90百分位）。",
            ),
        };
        note.en.to_mut().push_str(en);
        note.zh.to_mut().push_str(zh);
    }
    Some(note)
}

/// All quarters of several clocks.
fn union<'a>(clocks: impl Iterator<Item = &'a Clock>) -> Clock {
    let mut axis = None;
    let mut rows = BTreeMap::new();
    for clock in clocks {
        axis.clone_from(&clock.axis);
        for row in 0..clock.time.len() {
            let at = |values: &[f64]| values.get(row).copied().unwrap_or(f64::NAN);
            let values = (at(&clock.tick), at(&clock.year), at(&clock.quarter), clock.time[row]);
            rows.entry(clock.time[row].to_bits()).or_insert(values);
        }
    }
    let mut rows: Vec<_> = rows.into_values().collect();
    rows.sort_by(|a, b| a.3.total_cmp(&b.3));
    Clock {
        tick: rows.iter().map(|row| row.0).collect(),
        year: rows.iter().map(|row| row.1).collect(),
        quarter: rows.iter().map(|row| row.2).collect(),
        time: rows.iter().map(|row| row.3).collect(),
        axis,
    }
}

/// Values of one run on the quarters of all.
fn on(clock: &Clock, own: &Clock, values: &[f64]) -> Vec<f64> {
    let rows: BTreeMap<u64, usize> = own.time.iter().enumerate().map(|(row, t)| (t.to_bits(), row)).collect();
    let value = |time: &f64| rows.get(&time.to_bits()).and_then(|row| values.get(*row)).copied().unwrap_or(f64::NAN);
    clock.time.iter().map(value).collect()
}

/// Mean, lower and upper edge of finite values; `NaN` if there is none.
fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.retain(|v| v.is_finite());
    values.sort_by(f64::total_cmp);
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return (f64::NAN, f64::NAN, f64::NAN) };
    #[allow(clippy::cast_precision_loss, reason = "a count of runs")]
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    if values.len() < MANY { (mean, *first, *last) } else { (mean, quantile(&values, 0.1), quantile(&values, 0.9)) }
}

/// Quantile of sorted values, linear between them (definition 7 of Hyndman & Fan 1996).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a count of runs")]
    let place = share * (sorted.len() - 1) as f64;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the count of runs")]
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
}

/// One page for the runs of one configuration.
fn mean(pages: &[Page], clock: &Clock) -> Result<Page, Problem> {
    let Some(first) = pages.first() else { return Err(Problem::Empty("series".to_owned())) };
    let mut page = first.clone();
    page.clock = clock.clone();
    for (number, panel) in page.panels.iter_mut().enumerate() {
        let twins: Vec<(&Clock, &Panel)> = pages
            .iter()
            .map(|page| page.panels.get(number).map(|panel| (&page.clock, panel)))
            .collect::<Option<_>>()
            .ok_or_else(|| Problem::Different(panel.heading.en.to_string()))?;
        if let Some(map) = &mut panel.map {
            average(map, &twins)?;
        }
        for layer in &mut panel.layers {
            *layer = mean_layer(layer, &twins, clock)?;
        }
    }
    Ok(page)
}

fn mean_layer(layer: &Layer, twins: &[(&Clock, &Panel)], clock: &Clock) -> Result<Layer, Problem> {
    let mut runs: Vec<Vec<f64>> = Vec::new();
    for (own, panel) in twins {
        let twin = panel.layers.iter().find(|twin| twin.name == layer.name);
        let twin = twin.ok_or_else(|| Problem::Different(layer.name.clone()))?;
        runs.push(on(clock, own, &twin.values));
    }
    let spreads: Vec<(f64, f64, f64)> =
        (0..clock.time.len()).map(|row| spread(runs.iter().map(|run| run[row]).collect())).collect();
    let band = (runs.len() > 1 && layer.shape != Shape::Faint)
        .then(|| (spreads.iter().map(|s| s.1).collect(), spreads.iter().map(|s| s.2).collect()));
    Ok(Layer { values: spreads.iter().map(|s| s.0).collect(), band, ..layer.clone() })
}

/// The map of means, on the scale of the first run.
fn average(map: &mut TileMap, twins: &[(&Clock, &Panel)]) -> Result<(), Problem> {
    for (number, tile) in map.tiles.iter_mut().enumerate() {
        let mut values = Vec::new();
        for (_, panel) in twins {
            let twin = panel.map.as_ref().and_then(|map| map.tiles.get(number)).filter(|t| t.region == tile.region);
            values.push(twin.ok_or_else(|| Problem::Different(tile.region.clone()))?.value);
        }
        tile.value = spread(values).0;
    }
    Ok(())
}

/// One page for several configurations: every series gets a panel with a line for each of them.
fn side_by_side(pages: &[Page], groups: &[Group]) -> Result<Page, Problem> {
    let mut page = pages[0].clone();
    let mut panels = Vec::new();
    for (number, panel) in pages[0].panels.iter().enumerate() {
        let twins: Vec<&Panel> = pages.iter().filter_map(|page| page.panels.get(number)).collect();
        if twins.len() < pages.len() {
            return Err(Problem::Different(panel.heading.en.to_string()));
        }
        if panel.map.is_some() {
            let pairs = twins.iter().zip(groups);
            panels.extend(pairs.map(|(twin, group)| (0, maps(twin, &group.label))));
            continue;
        }
        let shown: Vec<&Layer> = match panel.layers.iter().filter(|l| l.shape != Shape::Faint).collect::<Vec<_>>() {
            lines if lines.is_empty() => panel.layers.iter().collect(),
            lines => lines,
        };
        for (order, layer) in shown.iter().enumerate() {
            let mut found = lines(panel, layer, &twins, groups)?;
            match (shown.len(), page.multiples) {
                (1, _) => {}
                (_, true) => found.unit = layer.label.clone(),
                (_, false) => found.heading = under(&panel.heading, &layer.label),
            }
            panels.push((if page.multiples { order } else { 0 }, found));
        }
    }
    // Small multiples of one series stand together.
    panels.sort_by_key(|(order, _)| *order);
    let panels: Vec<Panel> = panels.into_iter().map(|(_, panel)| panel).collect();
    page.one_legend = panels.iter().all(|panel| panel.map.is_none());
    if panels.len() > pages[0].panels.len() && !page.multiples {
        page.columns = SIDE_BY_SIDE.min(panels.len());
        page.plot_height = page.plot_height.min(PLOT_HEIGHT);
    }
    page.panels = panels;
    Ok(page)
}

/// `Heading: more`, the second in small letters unless it is an abbreviation or a name of more than one capital.
fn under(heading: &Words, more: &Words) -> Words {
    let mut letters = more.en.chars();
    let small = match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => more.en.to_string(),
    };
    Words { en: format!("{}: {small}", heading.en).into(), zh: format!("{}：{}", heading.zh, more.zh).into() }
}

fn maps(panel: &Panel, label: &str) -> Panel {
    let mut panel = panel.clone();
    let heading = &panel.heading;
    panel.heading =
        Words { en: format!("{}: {label}", heading.en).into(), zh: format!("{}：{label}", heading.zh).into() };
    if let Some(map) = &mut panel.map {
        map.name = format!("{}__{}", map.name, slug(label));
    }
    panel
}

/// One series, a line for every configuration.
fn lines(panel: &Panel, layer: &Layer, twins: &[&Panel], groups: &[Group]) -> Result<Panel, Problem> {
    let mut found = Panel { layers: Vec::new(), ..panel.clone() };
    for (twin, group) in twins.iter().zip(groups) {
        let line = twin.layers.iter().find(|twin| twin.name == layer.name);
        let line = line.ok_or_else(|| Problem::Different(layer.name.clone()))?;
        found.layers.push(Layer {
            name: format!("{}__{}", layer.name, slug(&group.label)),
            label: Words::same(&group.label),
            shape: Shape::Line,
            ..line.clone()
        });
    }
    Ok(found)
}

/// A label as part of a column's name.
fn slug(label: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let text: String = label.chars().map(plain).collect();
    text.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_holds_all_of_a_few_runs_and_four_fifths_of_many() {
        assert_eq!(spread(vec![3.0, f64::NAN, 1.0]), (2.0, 1.0, 3.0));
        assert!(spread(vec![f64::NAN]).0.is_nan());
        let (mean, low, high) = spread((0..=10).map(f64::from).collect());
        assert!((mean - 5.0).abs() < 1e-12 && (low - 1.0).abs() < 1e-12 && (high - 9.0).abs() < 1e-12);
    }

    #[test]
    fn labels_become_names_of_columns() {
        assert_eq!(slug("ai.enabled = false"), "ai_enabled_false");
    }
}
