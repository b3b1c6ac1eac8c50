//! Differences as a table for a paper: Markdown, LaTeX (booktabs) and CSV.
//!
//! Shares and rates differ by percentage points, everything else in per cent of the baseline's mean.

use std::fmt::Write;

use super::compare::{Difference, Window};
use super::summary::REPLICATIONS;
use crate::figures::event_study::{is_share, name_of};
use crate::output::{Table, Values};

/// One configuration against the baseline.
#[derive(Clone, Debug)]
pub struct Block {
    /// What it is called.
    pub label: String,
    /// Seeds behind it.
    pub seeds: usize,
    /// Differences, windows of a column together and in the same order for each.
    pub rows: Vec<Difference>,
}

/// A difference in the unit of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cell {
    difference: f64,
    low: f64,
    high: f64,
}

/// Unit of the table, and what a value is multiplied by.
fn scale(row: &Difference) -> (&'static str, f64) {
    if is_share(&row.unit) { ("pp", 100.0) } else { ("%", 100.0 / row.baseline.abs()) }
}

fn cell(row: &Difference) -> Cell {
    let (_, factor) = scale(row);
    // A baseline of zero has no per cent.
    let of = |value: f64| {
        if value == 0.0 { 0.0 } else { Some(factor * value).filter(|v| v.is_finite()).unwrap_or(f64::NAN) }
    };
    Cell { difference: of(row.difference), low: of(row.interval.0), high: of(row.interval.1) }
}

/// A number with the decimals that show three figures, with its sign.
fn number(value: f64, decimals: usize, minus: &str) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.decimals$}", value.abs());
    let zero = text.bytes().all(|byte| byte == b'0' || byte == b'.');
    match (zero, value < 0.0) {
        (true, _) => text,
        (false, true) => format!("{minus}{text}"),
        (false, false) => format!("+{text}"),
    }
}

/// Decimals that show three figures of the larger end of an interval.
fn decimals(cell: Cell) -> usize {
    let largest = [cell.difference, cell.low, cell.high]
        .into_iter()
        .filter(|v| v.is_finite())
        .fold(0.0, |a: f64, b| a.max(b.abs()));
    match largest {
        v if v >= 99.5 => 0,
        v if v >= 9.95 => 1,
        v if v >= 0.0995 || v == 0.0 => 2,
        _ => 3,
    }
}

fn windows(blocks: &[Block]) -> Vec<Window> {
    let Some(first) = blocks.first().and_then(|block| block.rows.first()) else { return Vec::new() };
    let of_first = blocks[0].rows.iter().take_while(|row| row.statistic == first.statistic);
    of_first.map(|row| row.window.clone()).collect()
}

fn statistics(block: &Block) -> Vec<&[Difference]> {
    block.rows.chunk_by(|a, b| a.statistic == b.statistic).collect()
}

/// What stands below the table.
fn notes() -> String {
    format!(
        "Mean over seeds of the difference to the baseline's run of the same seed, each averaged over the years; pp: \
         percentage points, %: per cent of the baseline's mean. In brackets 95 % intervals of the paired percentile \
         bootstrap ({REPLICATIONS} replications). Then the numbers of seeds with a positive and a negative difference. Bold: \
         the interval leaves out zero."
    )
}

/// The last window of every column, for a terminal.
#[must_use]
pub fn text(baseline: &str, blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        let last = windows(blocks).pop().map(|window| window.label).unwrap_or_default();
        let _ = writeln!(text, "{} against {baseline}, {} seeds, years {last}", block.label, block.seeds);
        for row in statistics(block).iter().filter_map(|rows| rows.last()) {
            let cell = cell(row);
            let shown = |value| number(value, decimals(cell), "-");
            let (name, unit) = (name_of(&row.statistic).en, scale(row).0);
            let interval = format!("[{}, {}]", shown(cell.low), shown(cell.high));
            let [positive, negative, _] = row.signs;
            let _ = writeln!(
                text,
                "  {name:<28} {:>8} {unit:<2} {interval:<20} {positive}+ {negative}-",
                shown(cell.difference)
            );
        }
    }
    text
}

/// The table as Markdown.
#[must_use]
pub fn markdown(baseline: &str, blocks: &[Block]) -> String {
    let mut text = String::new();
    let windows = windows(blocks);
    for block in blocks {
        let _ = writeln!(text, "**{}** against **{baseline}**, {} seeds\n", block.label, block.seeds);
        let heads: Vec<String> = windows.iter().map(|window| format!("years {}", window.label)).collect();
        let _ =
            writeln!(text, "| Statistic | Unit | {} |\n|---|---|{}", heads.join(" | "), "---|".repeat(windows.len()));
        for rows in statistics(block) {
            let cells: Vec<String> = rows.iter().map(markdown_cell).collect();
            let name = name_of(&rows[0].statistic).en;
            let _ = writeln!(text, "| {name} | {} | {} |", scale(&rows[0]).0, cells.join(" | "));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", notes());
    text
}

fn markdown_cell(row: &Difference) -> String {
    let cell = cell(row);
    let places = decimals(cell);
    let shown = |value| number(value, places, "−");
    let bold = if row.is_told_from_zero() { "**" } else { "" };
    let [positive, negative, _] = row.signs;
    format!(
        "{bold}{}{bold} [{}, {}] {positive}+ {negative}−",
        shown(cell.difference),
        shown(cell.low),
        shown(cell.high)
    )
}

/// The table as LaTeX, for the packages booktabs and fontenc.
#[must_use]
pub fn latex(baseline: &str, blocks: &[Block]) -> String {
    let windows = windows(blocks);
    let mut text = String::from("% Needs \\usepackage{booktabs}.\n\\begin{table}\n\\centering\n");
    let labels: Vec<String> = blocks.iter().map(|block| escaped(&block.label)).collect();
    let _ = writeln!(text, "\\caption{{Differences of {} from {}}}", labels.join(", "), escaped(baseline));
    let _ = writeln!(text, "\\begin{{tabular}}{{ll{}}}\n\\toprule", "r".repeat(windows.len()));
    let heads: Vec<String> =
        windows.iter().map(|window| format!("Years {}", window.label.replace('-', "--"))).collect();
    let _ = writeln!(text, "Statistic & Unit & {} \\\\", heads.join(" & "));
    for block in blocks {
        let width = windows.len() + 2;
        let _ = writeln!(
            text,
            "\\midrule\n\\multicolumn{{{width}}}{{l}}{{\\emph{{{}}}, {} seeds}} \\\\",
            escaped(&block.label),
            block.seeds
        );
        for rows in statistics(block) {
            let lines: Vec<[String; 3]> = rows.iter().map(latex_cell).collect();
            let line = |which: usize| lines.iter().map(|cell| cell[which].clone()).collect::<Vec<_>>().join(" & ");
            let name = escaped(&name_of(&rows[0].statistic).en);
            let unit = escaped(scale(&rows[0]).0);
            let _ = writeln!(text, "{name} & {unit} & {} \\\\", line(0));
            let _ = writeln!(text, " & & {} \\\\\n & & {} \\\\", line(1), line(2));
        }
    }
    let _ = writeln!(
        text,
        "\\bottomrule\n\\end{{tabular}}\n\\par\\medskip\\footnotesize {}\n\\end{{table}}",
        escaped(&notes())
    );
    text
}

fn latex_cell(row: &Difference) -> [String; 3] {
    let cell = cell(row);
    let places = decimals(cell);
    let shown = |value| match number(value, places, "-") {
        missing if missing == "–" => "--".to_owned(),
        number => format!("${number}$"),
    };
    let mut value = shown(cell.difference);
    if row.is_told_from_zero() {
        value = format!("$\\mathbf{{{}}}$", value.trim_matches('$'));
    }
    let [positive, negative, _] = row.signs;
    [value, format!("[{}, {}]", shown(cell.low), shown(cell.high)), format!("({positive}, {negative})")]
}

/// A text with the characters that mean something to LaTeX written out.
fn escaped(text: &str) -> String {
    let mut found = String::new();
    for c in text.chars() {
        match c {
            '_' | '%' | '&' | '#' | '$' | '{' | '}' => {
                found.push('\\');
                found.push(c);
            }
            '\\' => found.push_str("\\textbackslash{}"),
            '~' => found.push_str("\\textasciitilde{}"),
            '^' => found.push_str("\\textasciicircum{}"),
            c => found.push(c),
        }
    }
    found
}

/// The numbers of the table, in its units.
#[must_use]
pub fn table(name: &str, blocks: &[Block]) -> Table {
    let rows: Vec<(&Block, &Difference)> =
        blocks.iter().flat_map(|block| block.rows.iter().map(move |row| (block, row))).collect();
    let text = |of: fn(&(&Block, &Difference)) -> String| Values::Text(rows.iter().map(of).collect());
    let real = |of: fn(Cell) -> f64| Values::Real(rows.iter().map(|(_, row)| of(cell(row))).collect());
    let whole = |of: fn(&Difference) -> usize| Values::Integer(rows.iter().map(|(_, row)| of(row) as i64).collect());
    Table::new(name)
        .with("comparison", "", text(|row| row.0.label.clone()))
        .with("statistic", "", text(|row| name_of(&row.1.statistic).en.into_owned()))
        .with("column", "", text(|row| row.1.statistic.clone()))
        .with("unit", "", text(|row| scale(row.1).0.to_owned()))
        .with("years", "", text(|row| row.1.window.label.clone()))
        .with("n", "", whole(|row| row.n))
        .with("difference", "", real(|cell| cell.difference))
        .with("low", "", real(|cell| cell.low))
        .with("high", "", real(|cell| cell.high))
        .with("positive", "", whole(|row| row.signs[0]))
        .with("negative", "", whole(|row| row.signs[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(statistic: &str, unit: &str, baseline: f64, difference: f64, interval: (f64, f64)) -> Difference {
        let (statistic, unit, window) = (statistic.to_owned(), unit.to_owned(), Window::years(1, 10));
        Difference { statistic, unit, window, n: 20, baseline, difference, interval, signs: [1, 19, 0] }
    }

    #[test]
    fn a_paper_reads_points_per_cent_intervals_and_signs() {
        let rows = vec![
            row("npl_ratio", "1", 0.02, -0.0123, (-0.02, -0.01)),
            row("gdp_real_cny2023", "CNY of 2023 per quarter", 2e13, 1e12, (-1e11, 2e12)),
            row("arrears_cny", "CNY", 0.0, 1.0, (f64::NAN, f64::NAN)),
        ];
        let blocks = [Block { label: "no_ai".into(), seeds: 20, rows }];
        let text = markdown("quick", &blocks);
        for part in [
            "**no_ai** against **quick**, 20 seeds",
            "| Statistic | Unit | years 1-10 |",
            "| Non-performing loans | pp | **−1.23** [−2.00, −1.00] 1+ 19− |",
            "| Real GDP | % | +5.0 [−0.5, +10.0] 1+ 19− |",
            "| arrears_cny | % | – [–, –] 1+ 19− |",
            "2000 replications",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let text = latex("quick", &blocks);
        for part in [
            "\\caption{Differences of no\\_ai from quick}",
            "\\toprule",
            "Non-performing loans & pp & $\\mathbf{-1.23}$ \\\\\n & & [$-2.00$, $-1.00$] \\\\\n & & (1, 19) \\\\",
            "Real GDP & \\% & $+5.0$ \\\\",
            "arrears\\_cny & \\% & -- \\\\",
            "\\bottomrule",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(text.matches("\\begin").count(), text.matches("\\end").count());
        let table = table("table", &blocks);
        assert_eq!(table.texts("unit").unwrap(), ["pp", "%", "%"]);
        assert_eq!(table.reals("difference").unwrap()[1], 5.0);
    }

    #[test]
    fn a_rounded_zero_has_no_sign() {
        assert_eq!(number(-0.001, 2, "-"), "0.00");
        assert_eq!(number(0.0, 2, "-"), "0.00");
        assert_eq!(number(f64::NAN, 2, "-"), "–");
    }
}
