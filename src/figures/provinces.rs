//! Provinces as tiles: local debt and depth of AI at the opening, half-way and at the end.

use super::Figure;
use super::data::{FigureData, Problem};
use super::kit::{Format, Page, Panel, Tile, TileMap, Width, Words, words};

/// The figure.
pub const FIGURE: Figure = Figure {
    id: "provinces",
    title: words("Provinces: debt and AI", "各省份：债务与人工智能"),
    caption: words(
        "Each tile is a province, near its neighbours, equally large; letters are codes of ISO 3166-2. Explicit debt of the \
         government and debt of its financing vehicle over value added of four quarters (in the first year: four times \
         that of the first quarter); depth of AI: share of the tasks of the province's firms that AI does, weighted by \
         the work that they would take. Figures in the tiles are per cent (k: thousand).",
        "每个方块代表一个省份，大小相同，位置近似，方块中为省份简称。政府显性债务与融资平台债务之和与四个季度增加值之比（第一年为\
         第一季度的四倍）；人工智能深度：该省企业的任务中由人工智能完成的比重，按任务所需劳动加权。方块中数字为百分数（k为千）。",
    ),
    statistics: &["regions.value_added_cny", "regions.local_bonds_cny", "regions.lgfv_debt_cny", "regions.ai_depth"],
    draw,
};

/// Name in tables, short names, and place of every tile: `region,short_en,short_zh,column,row`.
const TILES: &str = include_str!("../../assets/province_tiles.csv");

/// Values of every region on the quarters of the run.
type Regional = Vec<(String, Vec<f64>)>;

fn draw(data: &FigureData) -> Result<Page, Problem> {
    let clock = data.clock()?;
    let depth = data.by_key("regions", "region", "ai_depth")?;
    let debt = debt(data)?;
    let last = clock.time.len() - 1;
    // The opening position has no flows, so that the first quarter stands for it.
    let rows = [last.min(1), last.div_ceil(2), last];
    let metrics = [
        ("debt_to_value_added", words("Local debt", "地方债务"), words("% of value added", "占增加值，%"), &debt),
        ("ai_depth", words("AI depth", "智能深度"), words("% of tasks", "占任务，%"), &depth),
    ];
    let mut panels = Vec::new();
    for (name, heading, unit, values) in metrics {
        let range = (0.0, darkest(values.iter().flat_map(|(_, v)| rows.map(|row| v[row])).collect()));
        for row in rows {
            let (year, quarter) = (clock.year[row], clock.quarter[row]);
            let map = TileMap { name: format!("{name}_{year:.0}q{quarter:.0}"), tiles: tiles(values, row), range };
            let dated = Words {
                en: format!("{}, {year:.0} Q{quarter:.0}", heading.en).into(),
                zh: format!("{}，{year:.0}年{quarter:.0}季度", heading.zh).into(),
            };
            panels.push(Panel::new(dated, unit.clone(), Format::Percent).with_map(map));
        }
    }
    Ok(Page::new(clock, Width::Double, 3, 165.0, panels))
}

/// Value of the darkest tile: nine tenths are no higher, so that a few extremes do not make all others look alike.
fn darkest(mut values: Vec<f64>) -> f64 {
    values.retain(|v| v.is_finite());
    values.sort_by(f64::total_cmp);
    values.get(values.len() * 9 / 10).copied().unwrap_or(0.0).max(0.01)
}

/// Debt of government and vehicle over value added of a year.
fn debt(data: &FigureData) -> Result<Regional, Problem> {
    let column = |name: &str| data.by_key("regions", "region", name);
    let (added, bonds, vehicles) = (column("value_added_cny")?, column("local_bonds_cny")?, column("lgfv_debt_cny")?);
    let debts = bonds.into_iter().zip(vehicles).map(|((_, bonds), (_, vehicles))| {
        bonds.iter().zip(&vehicles).map(|(bonds, vehicles)| bonds + vehicles).collect::<Vec<f64>>()
    });
    let ratios = added.into_iter().zip(debts).map(|((region, added), debts)| {
        let ratios = debts.iter().enumerate().map(|(row, debt)| debt / year(&added, row)).collect();
        (region, ratios)
    });
    Ok(ratios.collect())
}

/// A flow over four quarters; before there are four, at the pace of those there are.
fn year(flow: &[f64], row: usize) -> f64 {
    let known: Vec<f64> = flow[row.saturating_sub(3)..=row].iter().copied().filter(|v| *v > 0.0).collect();
    #[allow(clippy::cast_precision_loss, reason = "at most four")]
    let count = known.len() as f64;
    4.0 * known.iter().sum::<f64>() / count
}

/// The tiles of one quarter. Regions that the table of places does not know stand below it, row by row.
fn tiles(values: &Regional, row: usize) -> Vec<Tile> {
    let places: Vec<Vec<&str>> = TILES.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let number = |text: &str| text.parse().unwrap_or(1);
    let below = places.iter().map(|place| number(place[4])).max().unwrap_or(0) + 1;
    let mut strangers = 0;
    let tile = |(region, values): &(String, Vec<f64>)| {
        let value = values[row];
        let place = places.iter().find(|place| place[0] == region);
        if let Some(place) = place {
            let short = Words { en: place[1].to_owned().into(), zh: place[2].to_owned().into() };
            return Tile { region: region.clone(), short, column: number(place[3]), row: number(place[4]), value };
        }
        let (column, row) = (1 + strangers % 7, below + strangers / 7);
        strangers += 1;
        let short = Words::same(&region.chars().take(3).collect::<String>());
        Tile { region: region.clone(), short, column, row, value }
    };
    values.iter().map(tile).collect()
}
