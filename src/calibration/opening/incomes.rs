//! Household money at the start: wages, pensions, property income, taxes, deposits, debts and consumption.

use super::super::assumptions::Assumptions;
use super::super::problems::{DataError, DataErrors};
use super::super::tables::Tables;
use super::firms::FirmDraft;
use super::people::People;
use crate::accounts::Money;
use crate::agents::{Home, Status, TASKS, Wallet};
use crate::engine::{Stream, StreamKey};
use crate::structure::Structure;

/// Rates and amounts that make the opening household account add up; mechanisms read them as instruments.
#[derive(Clone, Debug, Default, bevy_ecs::prelude::Resource, serde::Serialize, serde::Deserialize)]
pub struct HouseholdInstruments {
    /// Employees' contributions over wages.
    pub employee_contribution_rate: f64,
    /// Personal tax over wages above the allowance.
    pub personal_tax_rate: f64,
    /// Allowance of the personal tax \[yuan per person and quarter at 2023 prices\].
    pub personal_tax_allowance: f64,
    /// Pension \[yuan per retired person and quarter\].
    pub pension: f64,
    /// Unemployment benefit \[yuan per covered person and quarter\].
    pub unemployment_benefit: f64,
    /// Share of the unemployed who receive it.
    pub unemployment_coverage: f64,
    /// Income support \[yuan per person outside work and pension and quarter\].
    pub support: f64,
    /// Deposit rate \[per year\].
    pub deposit_rate: f64,
    /// Mortgage rate \[per year\].
    pub mortgage_rate: f64,
    /// Rate on other household loans \[per year\].
    pub other_loan_rate: f64,
    /// Opening saving rate that makes consumption agree with the accounts.
    pub saving_rate: f64,
    /// Opening ratio of deposits to quarterly income.
    pub deposit_income_ratio: f64,
    /// Deposits over the sum of quarterly incomes times thrift.
    pub thrift_income_ratio: f64,
    /// Spread of thrift, standard deviation of logs.
    pub wealth_spread: f64,
    /// Opening ratio of other loans to quarterly income.
    pub other_loan_income_ratio: f64,
    /// Factor that brings the debt norm, applied to those of borrowing age only, to the national ratio.
    pub debt_norm_scale: f64,
    /// Return on wealth-management units at the opening \[per year\].
    pub wealth_unit_rate: f64,
    /// Opening ratio of wealth-management units to deposits.
    pub wealth_unit_ratio: f64,
    /// Property income of the equity fund paid to households at the start \[yuan per quarter\].
    pub dividends: f64,
    /// Land compensation at the start \[yuan per quarter\].
    pub land_compensation: f64,
    /// Opening consumption, imports included \[yuan per quarter\].
    pub consumption: f64,
    /// Household income that the opening must reach through income support, if any (stationary opening) \[yuan per quarter\].
    pub income_target: Option<f64>,
}

/// National stocks of households in the opening \[yuan\].
#[derive(Clone, Copy, Debug)]
pub struct HouseholdStocks {
    /// Mortgages.
    pub mortgages: f64,
    /// Other loans.
    pub other_loans: f64,
    /// Wealth-management units.
    pub wealth_units: f64,
}

/// Premium of each task class over the reference (the employment-weighted mean is one).
///
/// # Errors
/// If a figure is missing.
pub fn task_premia(tables: &Tables) -> Result<[f64; TASKS], super::super::problems::DataError> {
    let mut premia = [0.0; TASKS];
    for (k, name) in crate::agents::TASK_NAMES.iter().enumerate() {
        premia[k] = tables.labour.get("relative_wage_by_task_class", name, 2023)?;
    }
    Ok(premia)
}

/// Posted wage of each firm: the sector's wage, with rent sharing by the firm's output per efficiency unit, scaled so
/// that the sector's wage bill is the national one. Sets every worker's wage.
#[allow(clippy::cast_possible_truncation, reason = "wages are stored in single precision")]
pub fn set_wages(
    firms: &[FirmDraft],
    people: &mut People,
    structure: &Structure,
    premia: &[f64; TASKS],
    a: &Assumptions,
) -> Vec<f64> {
    let count = structure.sector_count();
    let (mut output, mut effort) = (vec![0.0; count], vec![0.0; count]);
    let heads: Vec<f64> = firms
        .iter()
        .map(|f| {
            if f.active() {
                people.workers[f.workers.0..f.workers.1].iter().map(|w| f64::from(w.person.skill)).sum()
            } else {
                0.0
            }
        })
        .collect();
    for (f, h) in firms.iter().zip(&heads).filter(|(f, _)| f.active()) {
        output[f.sector()] += f.output;
        effort[f.sector()] += h;
    }
    let mut posted: Vec<f64> = firms
        .iter()
        .zip(&heads)
        .map(|(f, h)| {
            if !f.active() {
                return 0.0;
            }
            let s = f.sector();
            let relative = (f.output / h) / (output[s] / effort[s]);
            libm::pow(relative.clamp(0.2, 5.0), a.rent_sharing)
        })
        .collect();
    let mut bill = vec![0.0; count];
    for (f, p) in firms.iter().zip(&posted).filter(|(f, _)| f.active()) {
        bill[f.sector()] += people.workers[f.workers.0..f.workers.1]
            .iter()
            .map(|w| p * premia[usize::from(w.person.task)] * f64::from(w.person.skill))
            .sum::<f64>();
    }
    for (i, f) in firms.iter().enumerate().filter(|(_, f)| f.active()) {
        let sector = &structure.sectors[f.sector()];
        let wage: f64 = (0..TASKS).map(|k| sector.task_shares[k] * sector.wages[k]).sum();
        let national = wage * sector.labour * sector.output;
        posted[i] *= national / bill[f.sector()];
        for w in &mut people.workers[f.workers.0..f.workers.1] {
            w.job.employer = i as u32;
            w.job.wage = (posted[i] * premia[usize::from(w.person.task)] * f64::from(w.person.skill)) as f32;
            w.job.reservation_wage = w.job.wage * 0.8;
            w.job.farm = u8::from(f.sector() == structure.agriculture);
        }
    }
    for w in people.workers.iter_mut().filter(|w| w.person.status == Status::Unemployed) {
        let sector = &structure.sectors[w.sector];
        w.job.wage = (sector.wages[usize::from(w.person.task)] * f64::from(w.person.skill)) as f32;
        w.job.reservation_wage = w.job.wage * 0.8;
    }
    posted
}

/// Fills wallets and homes. Deposits are spread over income with a log-normal factor; homes follow deposits less
/// than in proportion; mortgages sit with those of working age.
///
/// # Errors
/// If the allowance leaves less to tax than the revenue from personal income tax.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "agents' amounts fit")]
pub fn fill_wallets(
    people: &People,
    structure: &Structure,
    a: &Assumptions,
    stocks: &HouseholdStocks,
    i: &mut HouseholdInstruments,
    seed: u64,
) -> Result<Vec<(Wallet, Home)>, DataErrors> {
    let n = structure.persons_per_worker;
    let key = StreamKey::new(seed, 0, Stream::Wealth);
    let labour: Vec<f64> = people
        .workers
        .iter()
        .map(|w| if w.person.status == Status::Employed { f64::from(w.job.wage) * n } else { 0.0 })
        .collect();
    let above: f64 = people
        .workers
        .iter()
        .filter(|w| w.person.status == Status::Employed)
        .map(|w| (f64::from(w.job.wage) - i.personal_tax_allowance).max(0.0) * n)
        .sum();
    i.personal_tax_rate = a.personal_tax / 4.0 / above;
    if i.personal_tax_rate.is_nan() || i.personal_tax_rate > 1.0 {
        let problem = format!("`personal_tax_allowance` leaves {above:.4e} yuan of wages a quarter to tax");
        let expected = "an allowance that leaves more than the revenue".to_owned();
        return Err(DataError { file: "[opening]".into(), line: None, column: None, problem, expected }.into());
    }
    if let Some(target) = i.income_target {
        i.support += support_gap(people, structure, a, stocks, i, target, &labour);
    }
    let transfers: Vec<f64> = people
        .workers
        .iter()
        .map(|w| match w.person.status {
            Status::Retired => i.pension * n,
            Status::Unemployed => (i.unemployment_benefit * i.unemployment_coverage + i.support) * n,
            Status::OutOfLabourForce | Status::Training => i.support * n,
            Status::Employed => 0.0,
        })
        .collect();
    let base: Vec<f64> =
        labour.iter().zip(&transfers).map(|(w, t)| w * (1.0 - i.employee_contribution_rate) + t).collect();
    i.wealth_spread = a.wealth_spread;
    let factor: Vec<f64> = (0..people.workers.len()).map(|w| thrift(key, w as u64, a.wealth_spread)).collect();
    // Wealth follows lasting income: the wage for workers, pensions and a half share of the mean wage for others.
    let mean: f64 = base.iter().sum::<f64>() / base.len() as f64;
    let lasting: Vec<f64> = base.iter().zip(&factor).map(|(b, f)| (0.7 * b + 0.3 * mean) * f).collect();
    let weight: f64 = lasting.iter().sum();
    let land = i.land_compensation / people.workers.len() as f64;
    let debtors: f64 = people.workers.iter().zip(&lasting).filter(|(w, _)| borrows(w.person.age)).map(|(_, l)| l).sum();
    let homes: f64 = lasting.iter().map(|l| libm::sqrt(*l)).sum();
    let floor = a.floor_space_per_person * n * people.workers.len() as f64 * 1.213;
    let mut result = Vec::with_capacity(people.workers.len());
    let (mut income_total, mut consumption_base) = (0.0, 0.0);
    for (w, worker) in people.workers.iter().enumerate() {
        let share = lasting[w] / weight;
        let deposits = a.household_deposits * share;
        let units = stocks.wealth_units * share;
        let debt_share = if borrows(worker.person.age) { lasting[w] / debtors } else { 0.0 };
        let (mortgage, other) = (stocks.mortgages * debt_share, stocks.other_loans * debt_share);
        let tax = i.personal_tax_rate
            * (f64::from(worker.job.wage) - i.personal_tax_allowance).max(0.0)
            * n
            * f64::from(u8::from(labour[w] > 0.0));
        let property = deposits * i.deposit_rate / 4.0
            + i.dividends * share
            + stocks.wealth_units * share * i.wealth_unit_rate / 4.0
            + land;
        let interest = mortgage * i.mortgage_rate / 4.0 + other * i.other_loan_rate / 4.0;
        let income = base[w] + property - tax - interest;
        income_total += income;
        consumption_base += income.max(0.0);
        result.push((
            Wallet {
                deposits: Money::from_yuan(deposits),
                wealth_units: Money::from_yuan(units),
                equity_units: (share * 1e12) as i64,
                income: Money::from_yuan(income),
                expected_income: (income * 100.0) as f32,
                real_consumption: 0.0,
            },
            Home {
                floor_space: (floor * libm::sqrt(lasting[w]) / homes) as f32,
                floor_space_ordered: 0.0,
                mortgage: Money::from_yuan(mortgage),
                other_loans: Money::from_yuan(other),
                advances: Money::ZERO,
                developer: crate::agents::NOBODY,
            },
        ));
    }
    i.saving_rate = 1.0 - i.consumption / consumption_base;
    i.deposit_income_ratio = a.household_deposits / income_total;
    let thrifty: f64 = result.iter().zip(&factor).map(|(r, f)| r.0.income.yuan() * f).sum();
    i.thrift_income_ratio = a.household_deposits / thrifty;
    i.other_loan_income_ratio = stocks.other_loans / income_total;
    let borrowers: f64 = people
        .workers
        .iter()
        .zip(&result)
        .filter(|(w, _)| borrows(w.person.age))
        .map(|(_, r)| r.0.income.yuan().max(0.0))
        .sum();
    i.debt_norm_scale = income_total / borrowers.max(1.0);
    i.wealth_unit_ratio = stocks.wealth_units / a.household_deposits;
    Ok(result)
}

/// A household's lasting thrift, lognormal with mean one: it spreads wealth over households of equal income at the start, and
/// the buffers that they keep afterwards.
#[must_use]
pub fn thrift(key: StreamKey, worker: u64, spread: f64) -> f64 {
    libm::exp(spread * key.agent(worker).normal() - spread * spread / 2.0)
}

/// Income support per person that is missing for households to reach a target income.
fn support_gap(
    people: &People,
    structure: &Structure,
    a: &Assumptions,
    stocks: &HouseholdStocks,
    i: &HouseholdInstruments,
    target: f64,
    labour: &[f64],
) -> f64 {
    let n = structure.persons_per_worker;
    let (mut income, mut supported) = (0.0, 0.0);
    for (w, wage) in people.workers.iter().zip(labour) {
        income += wage * (1.0 - i.employee_contribution_rate);
        match w.person.status {
            Status::Retired => income += i.pension * n,
            Status::Unemployed => {
                income += (i.unemployment_benefit * i.unemployment_coverage + i.support) * n;
                supported += n;
            }
            Status::OutOfLabourForce | Status::Training => {
                income += i.support * n;
                supported += n;
            }
            Status::Employed => {
                income -= i.personal_tax_rate * (f64::from(w.job.wage) - i.personal_tax_allowance).max(0.0) * n;
            }
        }
    }
    income += a.household_deposits * i.deposit_rate / 4.0
        + i.dividends
        + stocks.wealth_units * i.wealth_unit_rate / 4.0
        + i.land_compensation;
    income -= stocks.mortgages * i.mortgage_rate / 4.0 + stocks.other_loans * i.other_loan_rate / 4.0;
    (target - income) / supported
}

/// Whether somebody of this age carries household debt at the start.
fn borrows(age: u16) -> bool {
    (25 * 4..60 * 4).contains(&age)
}
