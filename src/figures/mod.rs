//! Figures: one a file, each with its title, the statistics it uses and a function that describes the page.
//!
//! [`render`] turns a description into SVG, into PNG at 300 dpi and into a table of the plotted numbers. The same
//! tables give the same bytes: fonts are embedded, nothing of the machine is read. To add a figure: its file and one
//! line in [`all`].

pub mod data;
pub mod kit;
mod names;
mod output;

mod ai_adoption_by_sector;
mod credit_and_bad_loans;
mod entry_and_exit;
mod gdp_growth;
mod growth_accounting;
mod local_debt_and_land_revenue;
mod overview;
mod prices_and_wages;
mod sectoral_upgrade;
mod unemployment_by_task;

#[cfg(test)]
mod tests;

pub use data::{FigureData, Problem};
pub use kit::{Language, Page, Words};
pub use output::{RenderOptions, Rendered, Style};

/// A figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// File stem and name on the command line.
    pub id: &'static str,
    /// Title in both languages.
    pub title: Words,
    /// Columns it is drawn from, as `table.column`.
    pub statistics: &'static [&'static str],
    /// Describes the page.
    pub draw: fn(&FigureData) -> Result<Page, Problem>,
}

/// A figure that could not be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("figure `{figure}`: {problem}")]
pub struct FigureError {
    /// Its id.
    pub figure: &'static str,
    /// What was wrong.
    #[source]
    pub problem: Problem,
}

/// Every figure, in the order of the paper.
#[must_use]
pub fn all() -> Vec<Figure> {
    vec![
        overview::FIGURE,
        gdp_growth::FIGURE,
        growth_accounting::FIGURE,
        sectoral_upgrade::FIGURE,
        ai_adoption_by_sector::FIGURE,
        unemployment_by_task::FIGURE,
        prices_and_wages::FIGURE,
        credit_and_bad_loans::FIGURE,
        local_debt_and_land_revenue::FIGURE,
        entry_and_exit::FIGURE,
    ]
}

/// Draws a figure from a run's tables.
///
/// # Errors
/// If a table or column that it uses is absent, or drawing fails.
pub fn render(figure: &Figure, tables: &FigureData, options: &RenderOptions) -> Result<Rendered, FigureError> {
    let in_figure = |problem| FigureError { figure: figure.id, problem };
    let page = (figure.draw)(tables).map_err(in_figure)?;
    output::render(figure.id, &figure.title, &page, *options).map_err(in_figure)
}
