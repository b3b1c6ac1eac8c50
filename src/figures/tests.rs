//! All figures from made-up tables.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::float_cmp,
    reason = "made-up numbers are small and the plotted ones are the same bits"
)]

use super::made_up::{REGIONS, ROWS, SECTORS, tables};
use super::*;
use crate::output::Values;

/// Columns that every figure may use.
const KEYS: [&str; 10] =
    ["tick", "year", "quarter", "sector", "region", "task", "bank_class", "fifth", "size", "event_quarter"];

/// Figures whose horizontal axis is not time.
const NO_TIME: [&str; 3] = ["provinces", "displaced_earnings", "firm_sizes"];

fn options(language: Language) -> RenderOptions {
    RenderOptions { language, ..RenderOptions::default() }
}

/// Where to look at them: `XINZHI_FIGURES=<folder> cargo test figures`.
fn keep(name: &str, rendered: &Rendered) {
    if let Some(folder) = std::env::var_os("XINZHI_FIGURES") {
        let stem = std::path::Path::new(&folder).join(name);
        let files = [
            ("png", rendered.png.as_deref()),
            ("pdf", rendered.pdf.as_deref()),
            ("svg", rendered.svg.as_ref().map(String::as_bytes)),
        ];
        for (end, bytes) in files {
            if let Some(bytes) = bytes {
                std::fs::write(stem.with_extension(end), bytes).unwrap();
            }
        }
    }
}

/// What can be compared: the numbers have `NaN` where there is nothing.
fn files(rendered: &Rendered) -> [Option<&[u8]>; 3] {
    [rendered.svg.as_ref().map(String::as_bytes), rendered.png.as_deref(), rendered.pdf.as_deref()]
}

/// Quick to draw.
fn vector() -> RenderOptions {
    RenderOptions { formats: Formats { svg: true, png: false, pdf: false }, ..RenderOptions::default() }
}

const ALL_FORMATS: Formats = Formats { svg: true, png: true, pdf: true };

#[test]
fn every_figure_is_drawn_in_both_languages_and_every_format_with_the_same_bytes_twice() {
    let tables = tables();
    for figure in all() {
        for language in [Language::English, Language::Chinese] {
            let options = RenderOptions { formats: ALL_FORMATS, ..options(language) };
            let first = render(&figure, &tables, &options).unwrap();
            assert!(
                files(&first) == files(&render(&figure, &tables, &options).unwrap()),
                "{} is not stable",
                figure.id
            );
            let (svg, png, pdf) =
                (first.svg.as_ref().unwrap(), first.png.as_ref().unwrap(), first.pdf.as_ref().unwrap());
            assert!(svg.contains("<poly") && svg.contains("@font-face") && svg.contains("<text "), "{}", figure.id);
            assert!(png.starts_with(b"\x89PNG") && pdf.starts_with(b"%PDF-1.7"), "{}", figure.id);
            let has = |what: &[u8]| pdf.windows(what.len()).any(|bytes| bytes == what);
            // Real text in an embedded subset of the font, and no date.
            assert!(has(b"/ToUnicode") && has(b"/FontFile2") && has(b"+XinzhiSans"), "{}", figure.id);
            assert!(!has(b"/CreationDate") && !has(b"/ModDate"), "{}", figure.id);
            let suffix = if language == Language::English { "en" } else { "zh" };
            keep(&format!("{}_{suffix}", figure.id), &first);
        }
    }
}

#[test]
fn only_the_formats_asked_for_are_made() {
    let formats = Formats { svg: false, png: false, pdf: true };
    let options = RenderOptions { formats, ..RenderOptions::default() };
    let rendered = render(&gdp_growth::FIGURE, &tables(), &options).unwrap();
    assert!(rendered.svg.is_none() && rendered.png.is_none() && rendered.pdf.is_some());
}

#[test]
fn a_title_is_written_if_asked_for_and_slides_are_wider() {
    let tables = tables();
    for language in [Language::English, Language::Chinese] {
        let plain = render(&growth_accounting::FIGURE, &tables, &options(language)).unwrap();
        let slide = RenderOptions { style: Style::Slides, title: true, ..options(language) };
        let slide = render(&growth_accounting::FIGURE, &tables, &slide).unwrap();
        let title = format!(">\n{}\n", growth_accounting::FIGURE.title.get(language));
        assert!(
            slide.svg.as_ref().unwrap().contains("width=\"254.00mm\"") && slide.svg.as_ref().unwrap().contains(&title)
        );
        assert!(!plain.svg.unwrap().contains(&title));
        assert_eq!(plain.csv.columns.len(), slide.csv.columns.len());
        keep(&format!("slide_{language:?}"), &slide);
    }
}

#[test]
fn a_figure_fits_the_columns_of_journals() {
    let tables = tables();
    for figure in all() {
        for (width, printed) in [(85.0, "85.00mm"), (114.0, "114.00mm"), (174.0, "174.00mm")] {
            let options = RenderOptions { width: Some(width), ..vector() };
            let svg = render(&figure, &tables, &options).unwrap().svg.unwrap();
            assert!(svg.contains(&format!("<svg width=\"{printed}\"")), "{} at {width}", figure.id);
            let height = svg.split("height=\"").nth(1).and_then(|rest| rest.split("mm").next()).unwrap();
            assert!(height.parse::<f64>().unwrap() < 297.0, "{} at {width} mm is {height} mm high", figure.id);
        }
    }
}

#[test]
fn policies_and_shocks_are_marked_and_named_below() {
    let mut tables = tables();
    let svg = |tables: &FigureData| render(&gdp_growth::FIGURE, tables, &vector()).unwrap().svg.unwrap();
    let marked = svg(&tables);
    // Two quarters next to each other share one label.
    assert!(marked.contains(">\n1,2\n") && marked.contains("1  debt swap, 2026 Q1    2  land price, 2026 Q2"));
    tables.marks.clear();
    assert!(!svg(&tables).contains("debt swap"));
    let map = render(&provinces::FIGURE, &self::tables(), &vector()).unwrap().svg.unwrap();
    assert!(!map.contains("debt swap"), "a map has no time axis");
}

/// The same tables with all numbers of a series times a factor.
fn scaled(factor: f64) -> FigureData {
    let mut tables = tables();
    for column in &mut tables.series.as_mut().unwrap().columns {
        if let Values::Real(values) = &mut column.values {
            for value in values.iter_mut() {
                *value *= factor;
            }
        }
    }
    tables
}

fn group(label: &str, runs: Vec<FigureData>) -> Group {
    Group { label: label.to_owned(), runs }
}

#[test]
fn runs_of_one_configuration_become_their_mean_with_a_band() {
    let groups = [group("a", vec![scaled(1.0), scaled(2.0), scaled(6.0)])];
    for figure in all() {
        for language in [Language::English, Language::Chinese] {
            let rendered = render_groups(&figure, &groups, &RenderOptions { language, ..vector() }).unwrap();
            keep(&format!("{}_band_{language:?}", figure.id), &rendered);
        }
    }
    let rendered = render_groups(&unemployment_by_task::FIGURE, &groups, &vector()).unwrap();
    assert!(rendered.svg.unwrap().contains("Mean of 3 runs with different seeds. Bands: lowest to highest run."));
    let csv = render_groups(&inequality::FIGURE, &groups, &vector()).unwrap().csv;
    let one = tables().series("gini_income").unwrap()[7];
    let at = |name: &str| csv.reals(name).unwrap()[7];
    for (name, factor) in [("gini_income", 3.0), ("gini_income_low", 1.0), ("gini_income_high", 6.0)] {
        assert!((at(name) - factor * one).abs() < 1e-12, "{name}");
    }
}

#[test]
fn configurations_become_lines_and_a_run_alone_is_as_before() {
    let groups = [group("base", vec![tables()]), group("ai.enabled = false", vec![scaled(2.0), scaled(4.0)])];
    for figure in all() {
        let rendered = render_groups(&figure, &groups, &vector()).unwrap();
        keep(&format!("{}_groups", figure.id), &rendered);
        let alone = render_groups(&figure, &[group("base", vec![tables()])], &vector()).unwrap();
        assert!(files(&alone) == files(&render(&figure, &tables(), &vector()).unwrap()), "{}", figure.id);
    }
    let csv = render_groups(&gdp_growth::FIGURE, &groups, &vector()).unwrap().csv;
    let names: Vec<&str> = csv.columns.iter().skip(3).map(|c| c.name.as_str()).collect();
    assert!(names.contains(&"gdp_growth_yoy_four_quarter_mean__base"), "{names:?}");
    assert!(names.contains(&"gdp_growth_yoy_four_quarter_mean__ai_enabled_false_high"), "{names:?}");
}

#[test]
fn runs_of_different_length_share_the_quarters_that_they_have() {
    let mut short = tables();
    for column in &mut short.series.as_mut().unwrap().columns {
        match &mut column.values {
            Values::Integer(v) => v.truncate(50),
            Values::Real(v) => v.truncate(50),
            Values::Fen(v) => v.truncate(50),
            Values::Text(v) => v.truncate(50),
        }
    }
    let groups = [group("long", vec![tables()]), group("short", vec![short])];
    let csv = render_groups(&inequality::FIGURE, &groups, &vector()).unwrap().csv;
    assert_eq!(csv.rows(), ROWS);
    let values = csv.reals("gini_income__short").unwrap();
    assert!(values[49].is_finite() && values[50].is_nan());
}

#[test]
fn runs_with_other_sectors_cannot_share_a_figure() {
    let mut other = tables();
    let sectors = other.sectors.as_mut().unwrap();
    let gone = sectors.texts("sector").unwrap().iter().map(|s| s == "S13").collect::<Vec<_>>();
    for column in &mut sectors.columns {
        let mut row = gone.iter();
        match &mut column.values {
            Values::Integer(v) => v.retain(|_| !row.next().unwrap()),
            Values::Real(v) => v.retain(|_| !row.next().unwrap()),
            Values::Fen(v) => v.retain(|_| !row.next().unwrap()),
            Values::Text(v) => v.retain(|_| !row.next().unwrap()),
        }
    }
    let groups = [group("a", vec![tables(), other])];
    let error = render_groups(&ai_adoption_by_sector::FIGURE, &groups, &vector()).unwrap_err();
    assert!(matches!(error.problem, Problem::Different(_)), "{error}");
}

#[test]
fn provinces_stand_on_the_map_and_strangers_below_it() {
    let csv = render(&provinces::FIGURE, &tables(), &vector()).unwrap().csv;
    assert_eq!(csv.texts("region").unwrap(), REGIONS.map(str::to_owned));
    // Beijing: bonds of 1.01 trillion over four times one trillion of value added.
    assert!((csv.reals("debt_to_value_added_2023q1").unwrap()[0] - 1.01 / 4.0).abs() < 1e-12);
    let mut places: Vec<(String, String)> = include_str!("../../assets/province_tiles.csv")
        .lines()
        .skip(1)
        .map(|line| line.split(',').skip(3).map(str::to_owned).collect::<Vec<_>>())
        .map(|place| (place[0].clone(), place[1].clone()))
        .collect();
    places.sort();
    places.dedup();
    assert_eq!(places.len(), 31, "two provinces stand on one tile");
}

#[test]
fn the_png_header_says_300_dots_an_inch_at_the_printed_width() {
    let rendered = render(&gdp_growth::FIGURE, &tables(), &RenderOptions::default()).unwrap();
    let decoder = png::Decoder::new(std::io::Cursor::new(rendered.png.as_ref().unwrap()));
    let reader = decoder.read_info().unwrap();
    assert_eq!(reader.info().width, 2055);
    assert_eq!(reader.info().pixel_dims.unwrap().xppu, 11811);
    assert!(rendered.svg.unwrap().contains("width=\"174.00mm\""));
}

#[test]
fn plotted_numbers_are_those_of_the_series() {
    let tables = tables();
    let csv = render(&gdp_growth::FIGURE, &tables, &RenderOptions::default()).unwrap().csv;
    let (plotted, series) = (csv.reals("gdp_growth_yoy").unwrap(), tables.series("gdp_growth_yoy").unwrap());
    assert_eq!(plotted[4..], series[4..]);
    assert!(plotted[..4].iter().all(|v| v.is_nan()));
    let mean = csv.reals("gdp_growth_yoy_four_quarter_mean").unwrap();
    assert!((mean[20] - (series[17] + series[18] + series[19] + series[20]) / 4.0).abs() < 1e-15);
    let csv = render(&ai_adoption_by_sector::FIGURE, &tables, &RenderOptions::default()).unwrap().csv;
    let last = tables.sectors.as_ref().unwrap().reals("ai_adopter_share_firms").unwrap().pop().unwrap();
    assert_eq!(csv.reals("ai_adopter_share_firms_s13").unwrap().pop(), Some(last));
    assert_eq!(csv.columns.len(), 3 + 2 * SECTORS);
    let csv = render(&local_debt_and_land_revenue::FIGURE, &tables, &RenderOptions::default()).unwrap().csv;
    assert_eq!(csv.reals("arrears_trillion_cny").unwrap()[100], 3.0);
}

#[test]
fn every_drawn_number_is_in_the_table_and_every_column_has_its_unit_and_meaning() {
    let several = [group("a", vec![scaled(1.0), scaled(2.0)]), group("b = 1", vec![tables()])];
    for figure in all() {
        let one = [group("a", vec![scaled(1.0), scaled(2.0)])];
        for groups in [&one[..], &several[..]] {
            let page = groups::page(&figure, groups).unwrap();
            let rendered = render_groups(&figure, groups, &vector()).unwrap();
            for panel in &page.panels {
                for layer in &panel.layers {
                    let column = rendered.csv.reals(&layer.name).unwrap_or_else(|| panic!("{}", layer.name));
                    assert!(
                        column.iter().zip(&layer.values).all(|(a, b)| a.to_bits() == b.to_bits()),
                        "{}",
                        layer.name
                    );
                    for edge in layer.edges() {
                        let column = rendered.csv.reals(&format!("{}_{}", layer.name, edge.end)).unwrap();
                        assert!(column.iter().zip(&edge.values).all(|(a, b)| a.to_bits() == b.to_bits()));
                    }
                }
                if let Some(map) = &panel.map {
                    let column = rendered.csv.reals(&map.name).unwrap();
                    assert!(column.iter().zip(&map.tiles).all(|(a, tile)| a.to_bits() == tile.value.to_bits()));
                }
            }
            let about: serde_json::Value = serde_json::from_str(&rendered.metadata).unwrap();
            assert_eq!(about["url"], format!("{}.csv", figure.id));
            let columns = about["tableSchema"]["columns"].as_array().unwrap();
            assert_eq!(columns.len(), rendered.csv.columns.len());
            for (column, data) in columns.iter().zip(&rendered.csv.columns) {
                assert_eq!(column["name"], data.name);
                let key = KEYS.contains(&data.name.as_str());
                assert!(key || column["schema:unitText"].is_string(), "{}: {column}", figure.id);
                assert!(key || column["dc:description"].is_array(), "{}: {column}", figure.id);
            }
            // What is drawn without being a column.
            let notes = about["notes"].to_string();
            assert_eq!(notes.contains("debt swap"), !NO_TIME.contains(&figure.id), "{}", figure.id);
            assert_eq!(notes.contains("\"reference\":100.0"), figure.id == "house_and_land_prices", "{}", figure.id);
        }
    }
}

#[test]
fn a_reference_on_the_axis_moves_the_axis_and_a_narrow_axis_has_two_years() {
    let tables = tables();
    // Home and land prices that never fall below the opening's 100.
    let mut rising = tables.clone();
    for column in &mut rising.series.as_mut().unwrap().columns {
        if ["house_price_index", "land_price_index", "cpi"].contains(&column.name.as_str()) {
            let rise = if column.name == "cpi" { 0.0 } else { 0.01 };
            column.values = Values::Real((0..ROWS).map(|row| 1.0 + rise * row as f64).collect());
        }
    }
    let svg = render(&house_and_land_prices::FIGURE, &rising, &vector()).unwrap().svg.unwrap();
    assert!(svg.contains(">\n80\n") || svg.contains(">\n50\n"), "the axis begins below 100");
    for figure in all().into_iter().filter(|figure| !NO_TIME.contains(&figure.id)) {
        let svg = render(&figure, &tables, &RenderOptions { width: Some(85.0), ..vector() }).unwrap().svg.unwrap();
        let years = (2023..2051).filter(|year| svg.contains(&format!(">\n{year}\n"))).count();
        assert!(years >= 2, "{} has {years} years on its axes", figure.id);
    }
}

#[test]
fn the_statistics_of_a_figure_are_those_it_needs_and_a_missing_one_is_named() {
    for figure in all() {
        for statistic in figure.statistics {
            let (table, column) = statistic.split_once('.').unwrap();
            let mut tables = tables();
            let found = match table {
                "series" => tables.series.as_mut(),
                "sectors" => tables.sectors.as_mut(),
                "regions" => tables.regions.as_mut(),
                "banks" => tables.banks.as_mut(),
                "tasks" => tables.tasks.as_mut(),
                name => tables.classes.iter_mut().find(|found| found.name == name),
            };
            found.unwrap().columns.retain(|c| c.name != column);
            let error = render(&figure, &tables, &RenderOptions::default()).unwrap_err();
            let expected = format!("figure `{}`: table `{table}` has no column `{column}`", figure.id);
            assert_eq!(error.to_string(), expected);
        }
        // Nothing but those columns and the keys.
        let mut tables = tables();
        let fields =
            [&mut tables.series, &mut tables.sectors, &mut tables.regions, &mut tables.tasks, &mut tables.banks];
        for table in fields.into_iter().flatten().chain(&mut tables.classes) {
            let name = table.name.clone();
            let used = |c: &str| figure.statistics.contains(&format!("{name}.{c}").as_str());
            table.columns.retain(|c| used(&c.name) || KEYS.contains(&c.name.as_str()));
        }
        assert!((figure.draw)(&tables).is_ok(), "{} uses more than it says", figure.id);
    }
}

#[test]
fn absent_tables_and_empty_series_are_named() {
    let mut tables = tables();
    tables.sectors = None;
    let error = render(&ai_adoption_by_sector::FIGURE, &tables, &RenderOptions::default()).unwrap_err();
    assert_eq!(error.problem, Problem::NoTable("sectors".to_owned()));
    for column in &mut tables.series.as_mut().unwrap().columns {
        column.values = Values::Real(Vec::new());
    }
    let error = render(&gdp_growth::FIGURE, &tables, &RenderOptions::default()).unwrap_err();
    assert_eq!(error.problem, Problem::Empty("series".to_owned()));
}

#[test]
fn a_series_without_any_value_and_a_run_of_one_quarter_are_drawn() {
    let mut tables = tables();
    for column in &mut tables.series.as_mut().unwrap().columns {
        column.values = match &column.values {
            Values::Integer(v) => Values::Integer(v[..1].to_vec()),
            _ => Values::Real(vec![f64::NAN]),
        };
    }
    for figure in all() {
        render(&figure, &tables, &RenderOptions::default()).unwrap();
    }
}

#[test]
fn the_fonts_have_every_character_that_figures_use() {
    let tables = tables();
    for figure in all() {
        let page = (figure.draw)(&tables).unwrap();
        let mut texts = vec![&figure.title];
        for panel in &page.panels {
            texts.extend([&panel.heading, &panel.unit]);
            texts.extend(panel.layers.iter().map(|l| &l.label));
            texts.extend(panel.references.iter().map(|(_, label)| label));
            texts.extend(page.clock.axis.iter().map(|axis| &axis.label));
            texts.extend(panel.map.iter().flat_map(|map| &map.tiles).map(|tile| &tile.short));
        }
        texts.extend(tables.marks.iter().map(|mark| &mark.label));
        for language in [Language::English, Language::Chinese] {
            let missing: String =
                texts.iter().flat_map(|w| w.get(language).chars()).filter(|c| !kit::covers(*c, language)).collect();
            assert_eq!(missing, "", "{}: run assets/fonts/subset.py", figure.id);
        }
    }
}

#[test]
fn every_file_of_a_figure_is_listed_under_its_own_name() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/figures");
    let others =
        ["mod", "data", "ensembles", "event_study", "groups", "kit", "made_up", "metadata", "names", "output", "tests"];
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|e| e.unwrap().file_name().to_str().unwrap().strip_suffix(".rs").map(str::to_owned))
        .filter(|stem| !others.contains(&stem.as_str()))
        .collect();
    files.sort();
    let mut ids: Vec<String> = all().iter().map(|f| f.id.to_owned()).collect();
    ids.sort();
    assert_eq!(files, ids);
}
