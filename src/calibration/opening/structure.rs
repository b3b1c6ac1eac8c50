//! From national tables to the structure that mechanisms read.

use super::super::assumptions::Assumptions;
use super::super::national::National;
use super::super::problems::{DataError, DataErrors};
use super::super::tables::Tables;
use crate::agents::{MAX_CATEGORIES, MAX_SECTORS, TASK_NAMES, TASKS};
use crate::engine::settings::PopulationSettings;
use crate::mechanisms::markets::foreign_trade;
use crate::structure::{Bundle, CategoryStructure, RegionStructure, ResearchStructure, SectorStructure, Structure};

fn padded(values: impl Iterator<Item = f64>) -> [f64; MAX_SECTORS] {
    let mut out = [0.0; MAX_SECTORS];
    for (place, value) in out.iter_mut().zip(values) {
        *place = value;
    }
    out
}

/// Builds the structure; worker counts by region are filled in when people are placed.
///
/// # Errors
/// If figures are missing or the tables have more sectors or categories than the fixed arrays hold.
pub fn build(
    tables: &Tables,
    national: &National,
    a: &Assumptions,
    population: &PopulationSettings,
) -> Result<Structure, DataErrors> {
    let count = tables.sectors.len();
    if count > MAX_SECTORS || tables.consumption_categories.len() > MAX_CATEGORIES {
        return Err(DataError {
            file: "sectors.csv".into(),
            line: None,
            column: None,
            problem: format!("{count} sectors and {} consumption categories", tables.consumption_categories.len()),
            expected: format!("at most {MAX_SECTORS} sectors and {MAX_CATEGORIES} categories"),
        }
        .into());
    }
    let sectors =
        (0..count).map(|s| sector(tables, national, a, population, s)).collect::<Result<Vec<_>, DataErrors>>()?;
    let find = |name: &str| tables.sectors.iter().position(|s| s.name.starts_with(name)).unwrap_or(0);
    let ai_sector = find("ai_services");
    let gdp = national_gdp(national) / 4.0;
    Ok(Structure {
        research: research(national, a, &sectors, find("digital")),
        sectors,
        regions: tables
            .provinces
            .iter()
            .map(|p| RegionStructure { name: p.name.clone(), college_share: p.college_share, adults: 0 })
            .collect(),
        categories: categories(tables, national),
        business_bundle: Bundle {
            domestic: padded(national.business_bundle.iter().copied()),
            imported: padded(national.business_bundle_imported.iter().copied()),
        },
        public_bundle: Bundle {
            domestic: padded(national.public_bundle.iter().copied()),
            imported: padded(national.public_bundle_imported.iter().copied()),
        },
        government_imports: padded((0..count).map(|r| {
            if national.government[r] > 0.0 { national.government_imported[r] / national.government[r] } else { 0.0 }
        })),
        ai_sector,
        construction: find("construction"),
        real_estate: find("real_estate"),
        finance: find("finance"),
        public_services: find("public_"),
        energy: find("energy"),
        agriculture: find("agriculture"),
        emerging: vec![find("electronics"), find("digital"), ai_sector],
        persons_per_worker: population.persons_per_worker,
        firms_per_firm_agent: 1.0,
        growth: national.growth / 4.0,
        inflation: if national.growth == 0.0 { 0.0 } else { a.inflation / 4.0 },
        gdp,
        materials_ratio: a.materials_ratio,
        finished_goods_ratio: a.finished_goods_ratio,
        normal_utilisation: a.capacity_utilisation,
        employer_contribution_rate: a.employer_contribution_rate,
        tariff_rate: a.tariff_rate,
        import_elasticity: foreign_trade::Parameters::default().import_elasticity,
        mean_income: 0.0,
        unemployment_rate: tables.labour.get("unemployment_rate", "surveyed_urban_average", 2023)? / 100.0,
    })
}

/// Research of firms: part of what they invest in products of the sector that sells it, in each sector as much of its investment
/// as in the nation's, since the input-output table has one column of investment for all.
fn research(n: &National, a: &Assumptions, sectors: &[SectorStructure], product: usize) -> ResearchStructure {
    let invested = n.business_bundle[product] + n.business_bundle_imported[product];
    let content = (a.business_research / n.business_investment).min(invested);
    let investment =
        |s: &SectorStructure| (s.depreciation + n.growth / 4.0) * s.capital_output_ratio / a.capacity_utilisation;
    ResearchStructure { product, content, spending: sectors.iter().map(|s| content * investment(s)).collect() }
}

/// GDP by production \[yuan per year\].
fn national_gdp(n: &National) -> f64 {
    let count = n.output.len();
    (0..count)
        .map(|s| {
            let inputs: f64 = (0..count).map(|r| n.domestic[r][s] + n.imported[r][s]).sum();
            n.output[s] * (1.0 - inputs - n.ai_services[s])
        })
        .sum()
}

fn sector(
    tables: &Tables,
    n: &National,
    a: &Assumptions,
    population: &PopulationSettings,
    s: usize,
) -> Result<SectorStructure, DataErrors> {
    let table = &tables.sectors[s];
    let count = n.output.len();
    let share_sum: f64 = table.task_shares.iter().sum();
    let task_shares: [f64; TASKS] = core::array::from_fn(|k| table.task_shares[k] / share_sum);
    let mut relative = [0.0; TASKS];
    for (k, name) in TASK_NAMES.iter().enumerate() {
        relative[k] = tables.labour.get("relative_wage_by_task_class", name, 2023)?;
    }
    let wage = n.compensation[s] / (1.0 + a.employer_contribution_rate) / n.labour[s] / 4.0;
    let mean_relative: f64 = (0..TASKS).map(|k| task_shares[k] * relative[k]).sum();
    let wages: [f64; TASKS] = core::array::from_fn(|k| wage * relative[k] / mean_relative);
    let inputs: f64 = (0..count).map(|r| n.domestic[r][s] + n.imported[r][s]).sum::<f64>() + n.ai_services[s];
    let (vat, property) = if n.taxes[s] > 0.0 {
        (n.taxes[s] * a.value_added_tax_share, n.taxes[s] * a.property_tax_share)
    } else {
        (0.0, 0.0)
    };
    let imports: f64 = (0..count).map(|u| n.imported[s][u] * n.output[u]).sum::<f64>() + n.households_imported[s];
    let home: f64 = (0..count).map(|u| n.domestic[s][u] * n.output[u]).sum::<f64>() + n.households[s];
    Ok(SectorStructure {
        code: table.code.clone(),
        name: table.name.clone(),
        storable: table.storable,
        domestic_inputs: padded((0..count).map(|r| n.domestic[r][s])),
        imported_inputs: padded((0..count).map(|r| n.imported[r][s])),
        labour: n.labour[s] * 4.0 / population.persons_per_worker,
        task_shares,
        wages,
        capital_output_ratio: n.capital_ratio[s] * 4.0 * a.capacity_utilisation,
        depreciation: n.depreciation[s] / 4.0,
        value_added_tax: vat,
        property_tax: property,
        production_tax: n.taxes[s] - vat - property,
        mark_up: (1.0 - n.taxes[s]) / (inputs + n.compensation[s]) - 1.0,
        output: n.output[s] / 4.0,
        exports: n.exports[s] / 4.0,
        import_share: imports / (imports + home),
        ai_adopters: table.ai_adoption_share_of_firms,
        electricity: table.electricity_use_twh * 1e9 / table.gross_output,
        ai_services_per_person: a.ai_cost_ratio * wage * (1.0 + a.employer_contribution_rate),
        government: n.government[s] / 4.0,
        households: n.households[s] / 4.0,
    })
}

fn categories(tables: &Tables, n: &National) -> Vec<CategoryStructure> {
    let total: f64 = n.households.iter().chain(&n.households_imported).sum();
    tables
        .consumption_categories
        .iter()
        .map(|c| {
            let members: Vec<usize> =
                c.sectors.iter().filter_map(|code| tables.sectors.iter().position(|s| s.code == *code)).collect();
            let domestic: f64 = members.iter().map(|s| n.households[*s]).sum();
            let imported: f64 = members.iter().map(|s| n.households_imported[*s]).sum();
            CategoryStructure {
                name: c.name.clone(),
                share: (domestic + imported) / total,
                engel_elasticity: c.engel_elasticity,
                sectors: members
                    .iter()
                    .filter(|s| n.households[**s] > 0.0)
                    .map(|s| (*s, n.households[*s] / domestic))
                    .collect(),
                import_share: if domestic + imported > 0.0 { imported / (domestic + imported) } else { 0.0 },
                imports: if imported > 0.0 {
                    members
                        .iter()
                        .filter(|s| n.households_imported[**s] > 0.0)
                        .map(|s| (*s, n.households_imported[*s] / imported))
                        .collect()
                } else {
                    Vec::new()
                },
            }
        })
        .collect()
}
