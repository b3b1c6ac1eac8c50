//! Identities between tables: what must add up to what.

use super::figures::FigureTable;
use super::input_output::FinalUse;
use super::problems::{DataError, Problems};
use super::raw::RawTable;
use super::sectors::yuan_from_trillion;
use super::tables::{BASE_YEAR, Tables};

/// Relative tolerance of sums of printed figures.
const TOLERANCE: f64 = 1e-4;

/// Checks everything that needs more than one row or table.
pub(super) fn check(tables: &Tables, coefficients: &RawTable, problems: &mut Problems) {
    roles(tables, problems);
    nation(tables, problems);
    input_output(tables, problems);
    printed_coefficients(tables, coefficients, problems);
    provinces(tables, problems);
    population(tables, problems);
    consumption(tables, problems);
    ai_services(tables, problems);
}

/// The value or `NaN`, with the missing figure as a problem.
fn found(result: Result<f64, DataError>, problems: &mut Problems) -> f64 {
    result.unwrap_or_else(|missing| {
        problems.add_file(&missing.file, missing.problem, missing.expected);
        f64::NAN
    })
}

fn figure(table: &FigureTable, group: &str, name: &str, problems: &mut Problems) -> f64 {
    found(table.get(group, name, BASE_YEAR), problems)
}

/// Beginnings of the names of sectors that the model knows by what they do.
const ROLES: [&str; 9] = [
    "agriculture",
    "energy",
    "electronics",
    "construction",
    "trade_transport",
    "digital",
    "finance",
    "real_estate",
    "public_",
];

fn roles(tables: &Tables, problems: &mut Problems) {
    for role in ROLES {
        if !tables.sectors.iter().any(|s| s.name.starts_with(role)) {
            let expected = "one sector by that name, since rules of the model speak of it";
            problems.add_file("sectors.csv", format!("no sector's name begins with `{role}`"), expected);
        }
    }
}

fn nation(tables: &Tables, problems: &mut Problems) {
    let value_added = tables.sectors.iter().map(|s| s.value_added).sum();
    let gdp = yuan_from_trillion(found(tables.parameters.get("gdp_2023"), problems));
    let what = "value added of all sectors [yuan]";
    problems.close("sectors.csv", None, what, value_added, gdp, TOLERANCE);
    let employment = tables.sectors.iter().map(|s| s.employment).sum();
    let total = figure(&tables.labour, "stock", "employment_total", problems) * 1e6;
    let what = "employment of all sectors [persons]";
    problems.close("sectors.csv", None, what, employment, total, TOLERANCE);
}

fn input_output(tables: &Tables, problems: &mut Problems) {
    const FILE: &str = "io_coefficients.csv";
    let table = &tables.input_output;
    for (i, sector) in tables.sectors.iter().enumerate() {
        let output = table.gross_output[i];
        let mut close = |what: &str, value: f64, target: f64| {
            let what = format!("{what} of {} [yuan]", sector.code);
            problems.close(FILE, None, &what, value, target, TOLERANCE);
        };
        close("row sum (sales)", table.sales(i), output);
        let costs = table.intermediate_inputs(i) + table.value_added(i);
        close("column sum (inputs and value added)", costs, output);
        close("gross output (against sectors.csv)", output, sector.gross_output);
        close("value added (against sectors.csv)", table.value_added(i), sector.value_added);
        close("compensation (against sectors.csv)", table.compensation[i], sector.compensation);
    }
    let what = "GDP by expenditure [yuan]";
    problems.close(FILE, None, what, table.gdp_by_expenditure(), table.gdp(), TOLERANCE);
}

/// Coefficients that the file prints beside the flows must be those of the flows.
fn printed_coefficients(tables: &Tables, raw: &RawTable, problems: &mut Problems) {
    const ROUNDING: f64 = 1e-5;
    let table = &tables.input_output;
    for row in raw.rows() {
        let Some(product) = table.position(row.text("row")) else {
            continue;
        };
        for (user, code) in table.codes.iter().enumerate() {
            let expected = match row.text("block") {
                "coefficient_domestic" => table.domestic_coefficient(product, user),
                "coefficient_imported" => table.imported_coefficient(product, user),
                "coefficient_total" => table.coefficient(product, user),
                _ => break,
            };
            let printed = row.number(code, problems);
            if (printed - expected).abs() > ROUNDING {
                let problem = format!("coefficient {printed} differs from the flows");
                row.problem(problems, code, problem, format!("{expected}"));
            }
        }
    }
}

fn provinces(tables: &Tables, problems: &mut Problems) {
    const FILE: &str = "provinces.csv";
    let sum = |of: fn(&super::Province) -> f64| tables.provinces.iter().map(of).sum::<f64>();
    let value_added = tables.sectors.iter().map(|s| s.value_added).sum();
    let employment = tables.sectors.iter().map(|s| s.employment).sum();
    let mut close = |what: &str, value: f64, target: f64, tolerance: f64| {
        problems.close(FILE, None, what, value, target, tolerance);
    };
    close("GDP of all provinces [yuan]", sum(|p| p.gdp), value_added, TOLERANCE);
    close("employment of all provinces [persons]", sum(|p| p.employment), employment, TOLERANCE);
    let residents = tables.population.population;
    close("population of all provinces [persons]", sum(|p| p.population), residents, TOLERANCE);
    close("LGFV debt shares of all provinces", sum(|p| p.lgfv_debt_share), 1.0, 1e-3);

    let cells = &tables.province_sector;
    let blocks = [("value added [yuan]", &cells.value_added), ("employment [persons]", &cells.employment)];
    for (what, block) in blocks {
        let in_money = what.starts_with("value");
        let mut close = |key: &str, value: f64, target: f64| {
            let what = format!("{what} of {key}");
            problems.close("province_sector.csv", None, &what, value, target, TOLERANCE);
        };
        for (p, province) in tables.provinces.iter().enumerate() {
            let target = if in_money { province.gdp } else { province.employment };
            close(&province.name, block[p].iter().sum(), target);
        }
        for (s, sector) in tables.sectors.iter().enumerate() {
            let target = if in_money { sector.value_added } else { sector.employment };
            close(&sector.code, block.iter().map(|row| row[s]).sum(), target);
        }
    }
}

fn population(tables: &Tables, problems: &mut Problems) {
    const FILE: &str = "population.csv";
    let people = &tables.population;
    let residents = figure(&tables.labour, "stock", "population", problems) * 1e6;
    let employment = figure(&tables.labour, "stock", "employment_total", problems) * 1e6;
    let mut close = |what: &str, value: f64, target: f64, tolerance: f64| {
        problems.close(FILE, None, what, value, target, tolerance);
    };
    let groups = || people.age_groups.iter();
    let parts = people.children + people.adults();
    close("children and adults [persons]", parts, people.population, TOLERANCE);
    close("population (against labour.csv) [persons]", people.population, residents, TOLERANCE);
    let adults = groups().map(|g| g.adults).sum();
    close("adults of all ages [persons]", adults, people.adults(), TOLERANCE);
    let employed = groups().map(|g| g.adults * g.employment_rate).sum();
    close("employed adults of all ages [persons]", employed, employment, 1e-3);
    let deaths = groups().map(|g| g.adults * g.death_rate).sum::<f64>();
    let deaths = deaths + people.deaths_of_children;
    close("deaths of all ages [persons a year]", deaths, people.deaths, 5e-3);
}

/// Each sector that households buy from is in a category, and elasticities weighted by spending average to one.
fn consumption(tables: &Tables, problems: &mut Problems) {
    const FILE: &str = "consumption_categories.csv";
    let table = &tables.input_output;
    let household = FinalUse::HouseholdConsumption.index();
    let (mut spending, mut weighted) = (0.0, 0.0);
    for (i, code) in table.codes.iter().enumerate() {
        let sales = table.final_domestic[i][household] + table.final_imported[i][household];
        match tables.consumption_categories.iter().find(|c| c.sectors.contains(code)) {
            Some(category) => {
                spending += sales;
                weighted += sales * category.engel_elasticity;
            }
            None if sales > 0.0 => {
                let problem = format!("households buy from {code}, which is in no category");
                problems.add_file(FILE, problem, "every sector that households buy from");
            }
            None => {}
        }
    }
    let what = "mean elasticity weighted by spending";
    problems.close(FILE, None, what, weighted / spending, 1.0, 0.05);
}

/// The share is the size of the AI core industry over the output of the parent.
fn ai_services(tables: &Tables, problems: &mut Problems) {
    let core = figure(&tables.firms, "ai_adoption", "china_ai_core_industry", problems) * 1e9;
    let parent = tables.sectors.iter().find(|s| s.code == tables.ai_services.parent);
    let share = core / parent.map_or(f64::NAN, |s| s.gross_output);
    let what = "share_of_parent_output";
    problems.close("ai_services.csv", None, what, tables.ai_services.share, share, 1e-3);
}
