//! All calibration tables together, and their loading.

use std::path::Path;

use super::ai_services::AiServices;
use super::checks;
use super::figures::{FigureTable, Mark, ParameterFigures, SeriesTable};
use super::households::{ConsumptionCategory, PopulationTable};
use super::input_output::InputOutput;
use super::problems::{DataErrors, Problems};
use super::provinces::{Province, ProvinceSector};
use super::raw::Sources;
use super::sectors::{self, Sector};

/// Year of the accounts that a run starts from.
pub(super) const BASE_YEAR: i32 = 2023;

/// Everything that the opening position is built from, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Tables {
    /// Sectors in the order of all sector arrays.
    pub sectors: Vec<Sector>,
    /// Input-output table in the order of sectors.
    pub input_output: InputOutput,
    /// Provinces in the order of all province arrays.
    pub provinces: Vec<Province>,
    /// Value added and employment by province and sector.
    pub province_sector: ProvinceSector,
    /// Categories of household consumption.
    pub consumption_categories: Vec<ConsumptionCategory>,
    /// People by age, births and deaths.
    pub population: PopulationTable,
    /// The figures behind `population`, with their sources, and the census.
    pub population_figures: FigureTable,
    /// What is split off as AI services, and from where.
    pub ai_services: AiServices,
    /// Jobs, unemployment, wages, tasks, benefits.
    pub labour: FigureTable,
    /// Firms: counts, size, entry and exit, finance, robots, AI adoption.
    pub firms: FigureTable,
    /// Banks by class, loans, rates, reserves.
    pub banks: FigureTable,
    /// Energy use, generation, capacity, data centres, prices.
    pub energy: FigureTable,
    /// Trade by bloc and partner, investment, tariffs.
    pub external: FigureTable,
    /// Annual series for validation.
    pub history: SeriesTable,
    /// Parameters of the model's equations.
    pub parameters: ParameterFigures,
}

/// Loads the tables that are built into the binary; a file of `directory` replaces the table of the same name.
///
/// # Errors
/// All problems of all tables at once: unreadable files, missing columns, rows of wrong length, cells that are no
/// number, unknown or repeated keys, values outside their bounds, and sums that do not agree.
pub fn load(directory: Option<&Path>) -> Result<Tables, DataErrors> {
    let mut problems = Problems::default();
    let sources = Sources::collect(directory, &mut problems);
    let tables = read(&sources, &mut problems);
    problems.into_result(tables)
}

fn read(sources: &Sources, problems: &mut Problems) -> Tables {
    let raw_sectors = sources.table("sectors.csv", Sector::COLUMNS, problems);
    let raw_traits = sources.table("sector_traits.csv", Sector::TRAITS, problems);
    let sectors = sectors::read(&raw_sectors, &raw_traits, problems);

    let codes: Vec<String> = sectors.iter().map(|s| s.code.clone()).collect();
    let columns = InputOutput::columns(&codes);
    let raw_flows = sources.table("io_coefficients.csv", &columns, problems);
    let input_output = InputOutput::read(&raw_flows, &codes, problems);

    let raw_provinces = sources.table("provinces.csv", &Province::columns(), problems);
    let provinces = Province::read_all(&raw_provinces, problems);
    let raw_cells = sources.table("province_sector.csv", ProvinceSector::COLUMNS, problems);
    let province_sector = ProvinceSector::read(&raw_cells, &provinces, &sectors, problems);

    let raw_ai = sources.table("ai_services.csv", AiServices::COLUMNS, problems);
    let ai_services = AiServices::read(&raw_ai, &sectors, problems).unwrap_or_else(no_ai_services);
    let raw_categories = sources.table("consumption_categories.csv", ConsumptionCategory::COLUMNS, problems);
    let extra = Some(ai_services.code.as_str());
    let consumption_categories = ConsumptionCategory::read_all(&raw_categories, &sectors, extra, problems);

    let mut figures = |file: &'static str| {
        let raw = sources.table(file, FigureTable::COLUMNS, problems);
        FigureTable::read(&raw, problems)
    };
    let population_figures = figures("population.csv");
    let labour = figures("labour.csv");
    let firms = figures("firms.csv");
    let banks = figures("banks.csv");
    let energy = figures("energy.csv");
    let external = figures("external.csv");
    let population = PopulationTable::read(&population_figures, BASE_YEAR, problems);
    let raw_history = sources.table("history.csv", SeriesTable::COLUMNS, problems);
    let history = SeriesTable::read(&raw_history, problems);
    let raw_parameters = sources.table("parameters.csv", ParameterFigures::COLUMNS, problems);
    let parameters = ParameterFigures::read(&raw_parameters, problems);

    let tables = Tables {
        sectors,
        input_output,
        provinces,
        province_sector,
        consumption_categories,
        population,
        population_figures,
        ai_services,
        labour,
        firms,
        banks,
        energy,
        external,
        history,
        parameters,
    };
    checks::check(&tables, &raw_flows, problems);
    tables
}

/// Stands in for a row that is missing; the table is refused for it in any case.
fn no_ai_services() -> AiServices {
    AiServices {
        parent: String::new(),
        code: String::new(),
        name: String::new(),
        name_zh: String::new(),
        share: f64::NAN,
        low: None,
        high: None,
        source: String::new(),
        confidence: Mark::Assumed,
    }
}
