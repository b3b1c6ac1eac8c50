//! Figures into a run's folder, several at a time.

use rayon::prelude::*;

use serde_json::Value;

use super::CliError;
use crate::figures::{
    Figure, FigureData, Group, Language, Mark, RenderOptions, Rendered, Style, Width, moment, render, render_groups,
};
use crate::output::{RunFolder, Table};

/// Tables as figures read them, with the dated policies and shocks of the resolved configuration.
pub fn data(tables: &[Table], configuration: &Value) -> FigureData {
    const FIELDS: [&str; 5] = ["series", "sectors", "regions", "tasks", "banks"];
    let find = |name: &str| tables.iter().find(|table| table.name == name).cloned();
    FigureData {
        series: find("series"),
        sectors: find("sectors"),
        regions: find("regions"),
        tasks: find("tasks"),
        banks: find("banks"),
        classes: tables.iter().filter(|table| !FIELDS.contains(&table.name.as_str())).cloned().collect(),
        marks: marks(configuration),
    }
}

/// Policies and shocks with the quarter from which they are in force: `name`, or else `kind`, and `from`.
fn marks(configuration: &Value) -> Vec<Mark> {
    let entries = ["policy", "shock"].iter().filter_map(|key| configuration.get(key)?.as_array()).flatten();
    let text = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut marks: Vec<Mark> = entries
        .filter_map(|entry| moment(&text(entry, "name").or_else(|| text(entry, "kind"))?, &text(entry, "from")?))
        .collect();
    marks.sort_by(|a, b| a.time.total_cmp(&b.time));
    marks
}

/// Folder of figures: `figures` below the run's, and inside it one for each language, style and width but the usual
/// ones.
fn place(first: &str, options: RenderOptions) -> String {
    let language = if options.language == Language::Chinese { "zh" } else { "" };
    let style = if options.style == Style::Slides { "slides" } else { "" };
    let width = match options.width {
        Some(width) if options.style == Style::Slides || (width - Width::Double.millimetres()).abs() > 1e-9 => {
            format!("{width}mm")
        }
        _ => String::new(),
    };
    let parts = [first, language, style, &width];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

/// Draws figures of one run, each with the plotted numbers and what they are beside the English one; returns the names of the files. The
/// numbers do not depend on language, style and width.
pub fn draw(
    folder: &RunFolder,
    figures: &[Figure],
    data: &FigureData,
    options: RenderOptions,
) -> Result<Vec<String>, CliError> {
    let one = |figure: &Figure| write(folder, "figures", figure, render(figure, data, &options)?, options);
    let drawn: Result<Vec<_>, _> = figures.par_iter().map(one).collect();
    Ok(drawn?.into_iter().flatten().collect())
}

/// Draws figures of several runs straight into a folder; returns the names of the files.
pub fn draw_together(
    folder: &RunFolder,
    figures: &[Figure],
    groups: &[Group],
    options: RenderOptions,
) -> Result<Vec<String>, CliError> {
    let one = |figure: &Figure| write(folder, "", figure, render_groups(figure, groups, &options)?, options);
    let drawn: Result<Vec<_>, _> = figures.par_iter().map(one).collect();
    Ok(drawn?.into_iter().flatten().collect())
}

fn write(
    folder: &RunFolder,
    first: &str,
    figure: &Figure,
    mut rendered: Rendered,
    options: RenderOptions,
) -> Result<Vec<String>, CliError> {
    let place = place(first, options);
    let name = |end: &str| [place.as_str(), figure.id].join("/").trim_start_matches('/').to_owned() + end;
    let mut names = Vec::new();
    if let Some(svg) = &rendered.svg {
        names.push(name(".svg"));
        folder.write_text(&name(".svg"), svg)?;
    }
    for (end, bytes) in [(".png", &rendered.png), (".pdf", &rendered.pdf)] {
        if let Some(bytes) = bytes {
            names.push(name(end));
            folder.write_bytes(&name(end), bytes)?;
        }
    }
    [first, figure.id].join("/").trim_start_matches('/').clone_into(&mut rendered.csv.name);
    names.push(format!("{}.csv", rendered.csv.name));
    folder.write_csv(&rendered.csv)?;
    names.push(format!("{}.csv-metadata.json", rendered.csv.name));
    folder.write_text(&format!("{}.csv-metadata.json", rendered.csv.name), &rendered.metadata)?;
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_and_shocks_of_a_configuration_become_marks_in_order_of_time() {
        let configuration = serde_json::json!({
            "policy": [{"kind": "debt_swap", "from": "2027Q2"}, {"kind": "retraining"}],
            "shock": [{"kind": "land_price", "name": "crash", "from": "2025Q1"}],
        });
        let marks = marks(&configuration);
        assert_eq!(
            marks.iter().map(|m| m.label.en.to_string()).collect::<Vec<_>>(),
            ["crash, 2025 Q1", "debt swap, 2027 Q2"]
        );
        assert!(super::marks(&serde_json::json!({"run": {}})).is_empty());
    }

    #[test]
    fn figures_of_another_language_style_or_width_stand_apart() {
        let usual = RenderOptions::default();
        assert_eq!(place("figures", usual), "figures");
        assert_eq!(place("figures", RenderOptions { width: Some(174.0), ..usual }), "figures");
        let other = RenderOptions { language: Language::Chinese, style: Style::Slides, width: Some(85.0), ..usual };
        assert_eq!(place("figures", other), "figures/zh/slides/85mm");
        assert_eq!(place("", usual), "");
    }
}
