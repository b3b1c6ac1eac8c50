//! What `xinzhi check` prints: the opening balance sheet, and every official total beside the rows that stand for it.
//!
//! Pure data to text. The comparison reads what the agents add up to, not what they were built from. Tolerances:
//! national totals 1 %, provinces the greater of 3 % and one worker agent; where people are counted one worker agent is
//! always allowed, as nobody can be split.

use super::assumptions::Assumptions;
use super::figures::{FigureTable, Mark};
use super::input_output::FinalUse;
use super::national::National;
use super::problems::DataError;
use super::tables::Tables;
use crate::accounts::{BalanceSheets, Column, Fen, Instrument};
use crate::agents::{BankClass, Status};
use crate::statistics::Facts;
use crate::statistics::facts::yuan;
use std::fmt::Write;

/// Relative tolerance of national totals \[share\].
pub const NATIONAL: f64 = 0.01;
/// Relative tolerance of provinces \[share\].
pub const PROVINCIAL: f64 = 0.03;

/// An official total and what stands for it in the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Heading that it stands under.
    pub group: String,
    /// Official total.
    pub name: String,
    /// Rows and columns of the model that it is compared with.
    pub rows: String,
    /// Value in the model, in the unit of the heading.
    pub model: f64,
    /// Official value, in the same unit.
    pub official: f64,
    /// Relative tolerance \[share\].
    pub tolerance: f64,
    /// Absolute deviation that is allowed in any case, in the unit of the heading.
    pub grain: f64,
    /// How far the official figure can be trusted.
    pub mark: Mark,
}

impl Line {
    /// Model over official value, less one.
    #[must_use]
    pub fn deviation(&self) -> f64 {
        self.model / self.official - 1.0
    }

    /// Whether the deviation is allowed.
    #[must_use]
    pub fn within(&self) -> bool {
        let deviation = (self.model - self.official).abs();
        deviation <= self.tolerance * self.official.abs() || deviation <= self.grain
    }
}

/// What the opening is compared with and how people are counted.
#[derive(Clone, Copy, Debug)]
pub struct Official<'a> {
    /// Tables, AI services split off.
    pub tables: &'a Tables,
    /// Flows behind the opening.
    pub national: &'a National,
    /// Assumptions behind it.
    pub assumptions: &'a Assumptions,
}

/// Lines under one heading.
struct Group<'a> {
    lines: &'a mut Vec<Line>,
    heading: String,
    tolerance: f64,
    grain: f64,
    unit: f64,
}

impl Group<'_> {
    fn add(&mut self, name: &str, rows: &str, model: f64, official: f64, mark: Mark) {
        self.lines.push(Line {
            group: self.heading.clone(),
            name: name.to_owned(),
            rows: rows.to_owned(),
            model: model / self.unit,
            official: official / self.unit,
            tolerance: self.tolerance,
            grain: self.grain / self.unit,
            mark,
        });
    }

    /// A figure of a table in trillion yuan.
    fn figure(&mut self, rows: &str, model: f64, table: &FigureTable, place: (&str, &str)) -> Result<(), DataError> {
        let figure = table.figure(place.0, place.1, 2023)?;
        self.add(&place.1.replace('_', " "), rows, model, figure.value * TRILLION, figure.confidence);
        Ok(())
    }
}

const TRILLION: f64 = 1e12;
const MILLION: f64 = 1e6;

fn group<'a>(lines: &'a mut Vec<Line>, heading: &str, tolerance: f64, grain: f64, unit: f64) -> Group<'a> {
    Group { lines, heading: heading.to_owned(), tolerance, grain, unit }
}

/// Every comparison of the opening with its official totals.
///
/// # Errors
/// If a figure is missing; the message names the nearest one.
pub fn compare(facts: &Facts, sheets: &BalanceSheets, official: Official<'_>) -> Result<Vec<Line>, DataError> {
    let mut lines = Vec::new();
    production(&mut lines, facts, official)?;
    uses(&mut lines, facts, official);
    people(&mut lines, facts, official)?;
    debts(&mut lines, sheets, official)?;
    banks(&mut lines, facts, sheets, official)?;
    provinces(&mut lines, facts, official);
    Ok(lines)
}

/// Gross output and value added by sector. Firms sell and buy without banks' margins; the official tables book these as
/// services of finance, bought by all. They are added here: to output and value added of finance, and to inputs of users.
fn production(lines: &mut Vec<Line>, facts: &Facts, official: Official<'_>) -> Result<(), DataError> {
    let Official { tables, national: n, assumptions: a } = official;
    let f = facts.structure().finance;
    let margins = a.intermediation_services;
    let share = margins / (n.output[f] - n.bank_purchases + margins);
    let bank = |s: usize| if s == f { margins - n.bank_purchases } else { 0.0 };
    let output = |s: usize| 4.0 * facts.firms.sectors[s].sold + bank(s);
    let services = |s: usize| 4.0 * facts.firms.sectors[s].sold * n.domestic[f][s] * share / (1.0 - share);
    let value_added = |s: usize| 4.0 * facts.value_added[s] + bank(s) - services(s);
    let named = |s: usize| format!("{} {}", tables.sectors[s].code, tables.sectors[s].name.replace('_', " "));
    let mark = |s: usize| {
        if tables.sectors[s].code == tables.ai_services.code { tables.ai_services.confidence } else { Mark::Assumed }
    };

    let mut g = group(lines, "Gross output [trillion yuan a year]", NATIONAL, 0.0, TRILLION);
    for (s, sector) in tables.sectors.iter().enumerate() {
        let rows = if s == f { "sales of firms + banks' margins - banks' purchases" } else { "sales of firms" };
        g.add(&named(s), rows, output(s), sector.gross_output, mark(s));
    }
    let mut g = group(lines, "Value added [trillion yuan a year]", NATIONAL, 0.0, TRILLION);
    for (s, sector) in tables.sectors.iter().enumerate() {
        let rows = if s == f { "firms + banks - banks' services used" } else { "firms - banks' services used" };
        g.add(&named(s), rows, value_added(s), sector.value_added, mark(s));
    }
    let gdp = tables.parameters.figure("gdp_2023")?;
    g.add("GDP", "final uses of all products", 4.0 * facts.flows.gdp, gdp.value * TRILLION, gdp.confidence);
    Ok(())
}

fn uses(lines: &mut Vec<Line>, facts: &Facts, official: Official<'_>) {
    let (flows, io) = (&facts.flows, &official.tables.input_output);
    // Imports that are exported again pass no agent: they are left out on both sides.
    let again: f64 = io.final_imported.iter().map(|row| row[FinalUse::Exports.index()]).sum();
    let imports = (0..io.codes.len()).map(|s| io.imports(s)).sum::<f64>() - again;
    let mut g = group(lines, "Final uses [trillion yuan a year]", NATIONAL, 0.0, TRILLION);
    for (name, rows, model, figure) in [
        (
            "household consumption",
            "consumption, with the difference of inventories",
            flows.household_consumption,
            io.final_demand(FinalUse::HouseholdConsumption),
        ),
        (
            "government consumption",
            "government_purchases",
            flows.government_purchases,
            io.final_demand(FinalUse::GovernmentConsumption),
        ),
        (
            "fixed capital formation",
            "investment",
            flows.fixed_investment,
            io.final_demand(FinalUse::FixedCapitalFormation),
        ),
        ("exports without re-exports", "exports", flows.exports, io.final_demand(FinalUse::Exports) - again),
        ("imports without re-exports", "imports", flows.imports, imports),
    ] {
        g.add(name, rows, 4.0 * model, figure, Mark::Assumed);
    }
}

#[allow(clippy::cast_precision_loss, reason = "head counts")]
fn people(lines: &mut Vec<Line>, facts: &Facts, official: Official<'_>) -> Result<(), DataError> {
    let tables = official.tables;
    let persons = |workers: i64| workers as f64 * facts.persons;
    let mut g = group(lines, "People [million persons]", NATIONAL, facts.persons, MILLION);
    g.add("adults, 16 and over", "workers", persons(facts.people.population()), tables.population.adults(), Mark::Seen);
    let employment = tables.labour.figure("stock", "employment_total", 2023)?;
    let employed = persons(facts.people.in_status(Status::Employed));
    g.add("employment", "workers on a payroll", employed, employment.value * MILLION, employment.confidence);
    for (s, sector) in tables.sectors.iter().enumerate() {
        let name = format!("employment {} {}", sector.code, sector.name.replace('_', " "));
        let heads = facts.firms.sectors[s].heads * facts.persons;
        g.add(&name, "staff of firms", heads, sector.employment, Mark::Assumed);
    }
    Ok(())
}

fn debts(lines: &mut Vec<Line>, sheets: &BalanceSheets, official: Official<'_>) -> Result<(), DataError> {
    let owed = |instrument: Instrument, column: Column| -yuan(sheets.get(instrument, column));
    let parameter = |name: &str| official.tables.parameters.figure(name);
    let mut g = group(lines, "Public debt [trillion yuan]", NATIONAL, 0.0, TRILLION);
    let central = owed(Instrument::CentralBonds, Column::CentralGovernment);
    let local = owed(Instrument::LocalBonds, Column::LocalGovernments);
    let vehicles = owed(Instrument::LgfvLoans, Column::Lgfvs) + owed(Instrument::LgfvBonds, Column::Lgfvs);
    for (name, rows, model, figure) in [
        ("central government", "central_bonds of central_government", central, parameter("central_debt")?),
        ("local governments, explicit", "local_bonds of local_governments", local, parameter("local_debt_statutory")?),
        ("financing vehicles", "lgfv_loans + lgfv_bonds of lgfvs", vehicles, parameter("lgfv_debt_2023")?),
    ] {
        g.add(name, rows, model, figure.value * TRILLION, figure.confidence);
    }
    Ok(())
}

fn banks(
    lines: &mut Vec<Line>,
    facts: &Facts,
    sheets: &BalanceSheets,
    official: Official<'_>,
) -> Result<(), DataError> {
    let table = &official.tables.banks;
    let all = &facts.finance.banks;
    let held = |instrument: Instrument, column: Column| yuan(sheets.get(instrument, column));
    let mut g = group(lines, "Banks and money [trillion yuan]", NATIONAL, 0.0, TRILLION);
    g.figure("assets of banks", all.assets, table, ("all", "total_assets"))?;
    for (class, banks) in BankClass::ALL.iter().zip(&facts.finance.classes) {
        let figure = table.figure(class.name(), "total_assets", 2023)?;
        let name = format!("assets, {}", class.name().replace('_', " "));
        g.add(&name, "assets of banks of the class", banks.assets, figure.value * TRILLION, figure.confidence);
    }
    g.figure("assets - equity of banks", all.assets - all.equity, table, ("all", "total_liabilities"))?;
    g.figure("firm_loans + lgfv_loans + household loans", all.loans(), table, ("all", "loans_rmb"))?;
    g.figure("firm_loans + lgfv_loans", all.firm_loans + all.lgfv_loans, table, ("all", "loans_enterprises"))?;
    let households = all.mortgages + all.other_household_loans;
    g.figure("household_mortgages + other_household_loans", households, table, ("all", "loans_households"))?;
    g.figure("household_mortgages", all.mortgages, table, ("all", "loans_mortgage"))?;
    let treasury = held(Instrument::TreasuryDeposits, Column::CentralGovernment);
    g.figure("deposits + treasury_deposits", all.deposits + treasury, table, ("all", "deposits_rmb"))?;
    let currency = held(Instrument::Currency, Column::Households);
    g.figure("currency", currency, table, ("macro", "currency_m0"))?;
    let central = [Instrument::CentralBankCredit, Instrument::CentralBonds, Instrument::ForeignAssets];
    let assets = central.iter().map(|i| held(*i, Column::CentralBank)).sum();
    g.figure("assets of central_bank", assets, table, ("macro", "central_bank_total_assets"))
}

#[allow(clippy::cast_precision_loss, reason = "head counts")]
fn provinces(lines: &mut Vec<Line>, facts: &Facts, official: Official<'_>) {
    let tables = official.tables;
    let population: f64 = tables.provinces.iter().map(|p| p.population).sum();
    let adults = tables.population.adults() / population;
    let persons = |workers: i64| workers as f64 * facts.persons;
    let regions = || tables.provinces.iter().zip(&facts.people.regions);
    let mut g = group(lines, "Adults by province [million persons]", PROVINCIAL, facts.persons, MILLION);
    for (province, region) in regions() {
        g.add(
            &province.name,
            "workers of the region",
            persons(region.by_status.iter().sum()),
            province.population * adults,
            Mark::Assumed,
        );
    }
    let mut g = group(lines, "Employment by province [million persons]", PROVINCIAL, facts.persons, MILLION);
    for (province, region) in regions() {
        let employed = persons(region.by_status[Status::Employed as usize]);
        g.add(&province.name, "workers of the region on a payroll", employed, province.employment, Mark::Assumed);
    }
    let mut g = group(lines, "Explicit debt by province [trillion yuan]", PROVINCIAL, 0.0, TRILLION);
    for (province, local) in tables.provinces.iter().zip(&facts.finance.regions) {
        g.add(&province.name, "local_bonds of the government", local.bonds, province.statutory_debt(), Mark::Seen);
    }
    let mut g = group(lines, "Debt of financing vehicles by province [trillion yuan]", PROVINCIAL, 0.0, TRILLION);
    for (province, local) in tables.provinces.iter().zip(&facts.finance.regions) {
        g.add(&province.name, "loans and bonds of the vehicle", local.vehicle_debt, province.lgfv_debt, Mark::Seen);
    }
}

/// The comparison as a table, one line a total.
#[must_use]
pub fn comparison_text(lines: &[Line]) -> String {
    let mut text = String::from(
        "Official totals and what stands for them in the model. Marks: V seen in a stored source, S printed in the \
         seed paper, M recalled, A assumed or derived.\n",
    );
    let mut heading = "";
    for line in lines {
        if line.group != heading {
            heading = &line.group;
            let _ = writeln!(text, "\n{heading}");
            let _ = writeln!(
                text,
                "  {:<49} {:<50} {:>10} {:>10} {:>9} {:>7}  mark",
                "official total", "rows of the model", "model", "official", "deviation", "allowed"
            );
        }
        let grain = 100.0 * line.grain / line.official.abs();
        let allowed = (100.0 * line.tolerance).max(grain);
        let _ = writeln!(
            text,
            "  {:<49} {:<50} {:>10.3} {:>10.3} {:>+7.2} % {:>5.1} %  {}{}",
            line.name,
            line.rows,
            line.model,
            line.official,
            100.0 * line.deviation(),
            allowed,
            line.mark.letter(),
            if line.within() { "" } else { "     OUTSIDE" },
        );
    }
    let within = lines.iter().filter(|line| line.within()).count();
    let _ = writeln!(text, "\n{within} of {} official totals are within their tolerance.", lines.len());
    text
}

/// The balance sheet: instruments and real assets by column, firms together, then firms by sector.
#[must_use]
pub fn balance_text(sheets: &BalanceSheets, codes: &[String]) -> String {
    let columns = Column::all(codes.len());
    let firms: Vec<usize> = columns.iter().filter(|c| matches!(c, Column::Firms(_))).map(|c| c.index()).collect();
    let short = |column: &Column| match column {
        Column::Households => "households",
        Column::Banks => "banks",
        Column::LocalGovernments => "local gov",
        Column::Lgfvs => "LGFVs",
        Column::CentralGovernment => "central gov",
        Column::CentralBank => "cent bank",
        Column::Funds => "funds",
        Column::RestOfWorld => "world",
        Column::Firms(_) => "firms",
    };
    let fixed = columns.iter().filter(|c| !matches!(c, Column::Firms(_)));
    let mut blocks: Vec<(String, Vec<usize>)> = fixed.map(|c| (short(c).to_owned(), vec![c.index()])).collect();
    blocks.insert(1, ("firms".to_owned(), firms.clone()));
    let mut text = String::from("Opening balance sheet [trillion yuan]: assets positive, liabilities negative\n\n");
    table(&mut text, sheets, &blocks, true);
    text.push_str("\nFirms by sector [trillion yuan]\n\n");
    let sectors: Vec<_> = codes.iter().zip(firms).map(|(code, column)| (code.clone(), vec![column])).collect();
    table(&mut text, sheets, &sectors, false);
    text
}

/// One block of columns; with all columns of the economy, rows of claims sum to zero.
fn table(text: &mut String, sheets: &BalanceSheets, columns: &[(String, Vec<usize>)], whole: bool) {
    let _ = write!(text, "  {:<24}", "");
    for (name, _) in columns {
        let _ = write!(text, "{name:>12}");
    }
    text.push_str(if whole { "         sum\n" } else { "       firms\n" });
    let mut row = |name: &str, of: &dyn Fn(usize) -> Fen| {
        let cells: Vec<Fen> = columns.iter().map(|(_, places)| places.iter().map(|c| of(*c)).sum()).collect();
        if cells.iter().all(|cell| *cell == 0) && name != "sum" {
            return;
        }
        let _ = write!(text, "  {name:<24}");
        for cell in &cells {
            let _ = write!(text, "{:>12}", amount(*cell));
        }
        let _ = writeln!(text, "{:>12}", amount(cells.iter().sum()));
    };
    for instrument in Instrument::ALL {
        row(instrument.name(), &|c| sheets.at(*instrument, c));
    }
    row("net_worth", &|c| sheets.net_worth(c));
    row("sum", &|c| Instrument::ALL.iter().map(|i| sheets.at(*i, c)).sum::<Fen>() + sheets.net_worth(c));
}

/// Trillions with three digits; exactly nothing is a plain zero, so that a remainder of a fen shows.
fn amount(fen: Fen) -> String {
    if fen == 0 { "0".to_owned() } else { format!("{:.3}", yuan(fen) / TRILLION) }
}
