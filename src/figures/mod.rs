//! Figures: one a file, each with its title, the statistics it uses and a function that describes the page.
//!
//! [`render`] turns a description into SVG, PDF, PNG at 300 dpi and a table of the plotted numbers with its metadata; several runs make
//! one figure of means and bands, or of one line a configuration ([`Group`]). The same tables give the same bytes:
//! fonts are embedded, nothing of the machine is read. To add a figure: its file and one line in [`all`].

pub mod data;
mod groups;
pub mod kit;
mod metadata;
mod names;
mod output;

mod adoption_by_sector_and_size;
mod ai_adoption_by_sector;
mod ai_depth_and_capability;
mod ai_diffusion;
mod bank_capital_by_class;
mod capital_vintages;
mod credit_and_bad_loans;
mod displaced_earnings;
mod employment_by_task;
mod entry_and_exit;
mod firm_sizes;
mod gdp_growth;
mod growth_accounting;
mod growth_sources;
mod house_and_land_prices;
mod inequality;
mod local_debt_and_land_revenue;
mod local_revenue;
mod overview;
mod prices_and_wages;
mod productivity_decomposition;
mod provinces;
mod sectoral_upgrade;
mod unemployment_by_task;
mod worker_flows;

#[cfg(test)]
mod made_up;
#[cfg(test)]
mod tests;

pub use data::{FigureData, Problem};
pub use groups::Group;
pub use kit::{Language, Mark, Page, Width, Words};
pub use names::moment;
pub use output::{Formats, RenderOptions, Rendered, Style};

/// A figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// File stem and name on the command line.
    pub id: &'static str,
    /// Title in both languages.
    pub title: Words,
    /// What a reader must know beside the title: what is shown, how it is measured.
    pub caption: Words,
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
        growth_sources::FIGURE,
        productivity_decomposition::FIGURE,
        sectoral_upgrade::FIGURE,
        ai_diffusion::FIGURE,
        ai_adoption_by_sector::FIGURE,
        adoption_by_sector_and_size::FIGURE,
        ai_depth_and_capability::FIGURE,
        unemployment_by_task::FIGURE,
        employment_by_task::FIGURE,
        worker_flows::FIGURE,
        displaced_earnings::FIGURE,
        prices_and_wages::FIGURE,
        inequality::FIGURE,
        house_and_land_prices::FIGURE,
        credit_and_bad_loans::FIGURE,
        bank_capital_by_class::FIGURE,
        local_debt_and_land_revenue::FIGURE,
        local_revenue::FIGURE,
        provinces::FIGURE,
        entry_and_exit::FIGURE,
        firm_sizes::FIGURE,
        capital_vintages::FIGURE,
    ]
}

/// Draws a figure from a run's tables.
///
/// # Errors
/// If a table or column that it uses is absent, or drawing fails.
pub fn render(figure: &Figure, tables: &FigureData, options: &RenderOptions) -> Result<Rendered, FigureError> {
    let in_figure = |problem| FigureError { figure: figure.id, problem };
    let mut page = (figure.draw)(tables).map_err(in_figure)?;
    // A map has no time axis to mark, nor has a page on another axis.
    if page.clock.axis.is_none() && page.panels.iter().any(|panel| panel.map.is_none()) {
        page.marks.clone_from(&tables.marks);
    }
    output::render(figure, page, *options).map_err(in_figure)
}

/// Draws one figure from several runs: of one configuration the mean with a band, of several a line each.
///
/// # Errors
/// If a table or column that it uses is absent, the runs do not have the same panels, or drawing fails.
pub fn render_groups(figure: &Figure, groups: &[Group], options: &RenderOptions) -> Result<Rendered, FigureError> {
    let in_figure = |problem| FigureError { figure: figure.id, problem };
    let page = groups::page(figure, groups).map_err(in_figure)?;
    output::render(figure, page, *options).map_err(in_figure)
}
