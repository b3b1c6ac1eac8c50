//! Governments, banks, funds and the world at the start, and the rates that make the opening accounts add up.

use super::super::assumptions::Assumptions;
use super::super::national::National;
use super::super::problems::DataErrors;
use super::super::tables::Tables;
use super::Opening;
use super::balance::Stocks;
use super::banks::{self, BankTotals};
use super::incomes::HouseholdInstruments;
use super::people::People;
use crate::accounts::Fen;
use crate::agents::{
    Bank, CentralBank, CentralGovernment, FinancingVehicle, Funds, LocalGovernment, RestOfWorld, Status,
};
use crate::mechanisms::finance::interest;
use crate::structure::Structure;

#[allow(clippy::cast_possible_truncation, reason = "national totals fit")]
fn fen(yuan: f64) -> Fen {
    (yuan * 100.0).round() as Fen
}

/// Assets of the wealth-management pools \[yuan\]: cash, bonds of vehicles, firms, local governments, and the central
/// bonds that neither the central bank nor banks hold.
#[must_use]
pub fn pool_assets(s: &Stocks, a: &Assumptions) -> f64 {
    a.pool_deposits + a.lgfv_bonds_at_pools + a.corporate_bonds_at_pools + s.local_bonds_at_pools + s.central_bonds
        - a.central_bonds_at_central_bank
        - bank_central_bonds(s, a)
}

/// Central bonds that banks hold: what closes their official assets.
fn bank_central_bonds(s: &Stocks, a: &Assumptions) -> f64 {
    let deposits = s.official_deposits - a.treasury;
    let interbank = s.bank_assets - s.bank_equity - deposits - s.central_bank_credit;
    let loans = s.mortgages + s.other_household_loans + s.firm_loans + s.lgfv_loans;
    let bonds = (s.lgfv_bonds - a.lgfv_bonds_at_pools)
        + (a.corporate_bonds - a.corporate_bonds_at_pools)
        + (s.local_bonds - s.local_bonds_at_pools);
    s.bank_assets - interbank - loans - s.reserves - a.bank_foreign_assets - bonds
}

/// Yearly profit of firms before company tax: gross surplus less depreciation and net interest \[yuan\].
fn profit_before_tax(n: &National, s: &Stocks, a: &Assumptions, deposit_rate: f64) -> f64 {
    let count = n.output.len();
    let surplus: f64 = (0..count)
        .map(|j| {
            let inputs: f64 = (0..count).map(|r| n.domestic[r][j] + n.imported[r][j]).sum::<f64>() + n.ai_services[j];
            n.output[j] * (1.0 - inputs - n.compensation[j] - n.taxes[j] - n.depreciation[j] * n.capital_ratio[j])
        })
        .sum();
    surplus - s.firm_loans * a.firm_loan_rate - a.corporate_bonds * 0.034 + a.firm_deposits * deposit_rate
}

/// Rates and amounts of the household account.
///
/// # Errors
/// If a figure is missing.
pub fn instruments(
    tables: &Tables,
    n: &National,
    a: &Assumptions,
    people: &People,
    structure: &Structure,
) -> Result<HouseholdInstruments, DataErrors> {
    let persons = |status: Status| super::persons_in(&people.workers, status, structure.persons_per_worker);
    let stationary = n.growth == 0.0;
    let deposit_rate = tables.banks.get("all", "deposit_rate_average", 2023)? / 100.0;
    let stocks = Stocks::new(tables, n, a)?;
    let free = 1.0 - a.state_share - a.foreign_share;
    let dividends = if stationary {
        let profit = (profit_before_tax(n, &stocks, a, deposit_rate) * 0.75).max(0.0);
        profit * free + a.equity_fund_deposits * deposit_rate
    } else {
        a.dividends
    };
    let land: f64 = tables.provinces.iter().map(|p| p.land_revenue).sum::<f64>() * if stationary { 0.1 } else { 1.0 };
    let consumption = n.households.iter().chain(&n.households_imported).sum::<f64>() / 4.0;
    let coverage = tables.labour.get("benefits", "coverage_of_unemployed", 2023)?;
    Ok(HouseholdInstruments {
        employee_contribution_rate: a.employee_contribution_rate,
        personal_tax_rate: 0.0,
        personal_tax_allowance: a.personal_tax_allowance,
        pension: a.pensions / 4.0 / persons(Status::Retired),
        unemployment_benefit: tables.labour.get("benefits", "unemployment_benefit_monthly", 2023)? * 3.0,
        unemployment_coverage: coverage,
        support: a.benefits / 4.0 / (persons(Status::Unemployed) + persons(Status::OutOfLabourForce)),
        deposit_rate,
        mortgage_rate: a.mortgage_rate,
        other_loan_rate: a.other_loan_rate,
        dividends: dividends / 4.0,
        land_compensation: a.land_compensation_share * land / 4.0,
        consumption,
        income_target: stationary.then_some(consumption),
        ..HouseholdInstruments::default()
    })
}

/// Fills in governments, banks, funds, central bank and the world.
///
/// # Errors
/// If a figure is missing.
pub fn complete(o: &mut Opening, tables: &Tables, a: &Assumptions, specific_provisions: f64) -> Result<(), DataErrors> {
    place_governments(o, tables, a);
    let funds = funds(o, a);
    collect_customers(o, &funds);
    banks::mark_bad_loans(tables, &mut o.banks, &mut o.firms)?;
    let s = o.stocks.clone();
    let totals = BankTotals {
        assets: fen(s.bank_assets),
        equity: fen(s.bank_equity),
        provisions: fen(s.provisions),
        specific_provisions,
        reserves: fen(s.reserves),
        foreign_assets: fen(a.bank_foreign_assets),
        central_bank_credit: fen(s.central_bank_credit),
        lgfv_bonds: o.governments.iter().map(|g| g.1.bonds - g.1.bonds_at_funds).sum(),
        corporate_bonds: o.firms.iter().map(|f| f.books.bonds.fen()).sum::<Fen>() - funds.corporate_bonds,
        local_bonds: o.governments.iter().map(|g| g.0.bonds).sum::<Fen>() - funds.local_bonds,
    };
    let bank_central = banks::close(tables, &mut o.banks, &totals)?;
    for bank in &mut o.banks {
        bank.services = opening_services(bank, a, o.instruments.deposit_rate);
    }
    o.funds = funds;
    o.funds.central_bonds = o.funds.wealth_units
        - o.funds.wealth_deposits
        - o.funds.lgfv_bonds
        - o.funds.corporate_bonds
        - o.funds.local_bonds;
    o.central_bank = CentralBank {
        currency: fen(s.currency),
        reserves: totals.reserves,
        treasury: fen(a.treasury),
        credit: totals.central_bank_credit,
        central_bonds: fen(a.central_bonds_at_central_bank),
        foreign_assets: fen(a.central_bank_foreign_assets),
        policy_rate: a.policy_rate,
        ..CentralBank::default()
    };
    o.rest_of_world = RestOfWorld {
        foreign_liabilities: o.central_bank.foreign_assets + totals.foreign_assets,
        exchange_rate: 1.0,
        world_prices: vec![1.0; o.structure.sector_count()],
        bloc_income: vec![1.0; 3],
        exports: vec![0; 3],
        imports: 0,
    };
    let government = &o.national.government;
    let purchases = government.iter().chain(&o.national.government_imported).sum::<f64>() / 4.0;
    o.central_government = CentralGovernment {
        treasury: o.central_bank.treasury,
        bonds: bank_central + o.funds.central_bonds + o.central_bank.central_bonds,
        appropriation: fen(purchases * a.central_purchase_share),
        transfers: o.central_government.transfers.clone(),
        pension: o.instruments.pension,
        unemployment_benefit: o.instruments.unemployment_benefit,
        support: o.instruments.support,
        ..CentralGovernment::default()
    };
    set_payout(o, a);
    Ok(())
}

/// A bank's services to borrowers and depositors in a quarter of 2023: margins around the policy rate.
#[allow(clippy::cast_precision_loss, reason = "balances of a bank")]
fn opening_services(bank: &Bank, a: &Assumptions, deposit_rate: f64) -> Fen {
    let margins = [
        (bank.firm_loans, a.firm_loan_rate - a.policy_rate),
        (bank.mortgages, a.mortgage_rate - a.policy_rate),
        (bank.other_household_loans, a.other_loan_rate - a.policy_rate),
        (bank.lgfv_loans, a.lgfv_rate - a.policy_rate),
        (bank.deposits, a.policy_rate - deposit_rate),
    ];
    margins.iter().map(|(balance, margin)| interest(*balance, *margin)).sum()
}

fn set_payout(o: &mut Opening, a: &Assumptions) {
    let before = profit_before_tax(&o.national, &o.stocks, a, o.instruments.deposit_rate);
    let stationary = o.national.growth == 0.0;
    let banks = if stationary { 0.0 } else { 0.15e12 + a.equity_fund_deposits * o.instruments.deposit_rate };
    o.company_tax_rate = if stationary { 0.25 } else { (a.company_tax / (before + 2.0e12)).min(0.25) };
    let after = before * (1.0 - o.company_tax_rate);
    let free = 1.0 - a.state_share - a.foreign_share;
    o.payout_ratio =
        if stationary { 1.0 } else { ((o.instruments.dividends * 4.0 - banks) / free / after).clamp(0.0, 1.0) };
}

/// Local governments and vehicles: debts by province, budgets that the opening transfers balance.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "regional totals")]
fn place_governments(o: &mut Opening, tables: &Tables, a: &Assumptions) {
    let regions = o.structure.region_count();
    let stationary = o.national.growth == 0.0;
    let service: Vec<f64> = (0..regions)
        .map(|g| {
            o.firms
                .iter()
                .filter(|f| f.identity.public && usize::from(f.identity.region) == g)
                .map(|f| f.operations.expected_demand)
                .sum::<f64>()
        })
        .collect();
    let services: f64 = service.iter().sum();
    let purchases = o.national.government.iter().chain(&o.national.government_imported).sum::<f64>() / 4.0;
    let gdp: f64 = tables.provinces.iter().map(|p| p.gdp).sum();
    let debt: f64 = tables.provinces.iter().map(super::super::provinces::Province::statutory_debt).sum();
    let lgfv: f64 = tables.provinces.iter().map(|p| p.lgfv_debt).sum();
    let revenue = regional_taxes(o);
    let land_scale = if stationary { 0.1 } else { 1.0 };
    let (bond_growth, lgfv_growth) = if stationary { (0.0, 0.0) } else { (a.local_bond_growth, a.lgfv_debt_growth) };
    let mut transfers = Vec::new();
    for g in 0..regions {
        let p = &tables.provinces[g];
        let share = p.gdp / gdp;
        let spending = purchases * (1.0 - a.central_purchase_share) * service[g] / services;
        let investment = o.national.public_investment / 4.0 * share;
        let bonds = o.stocks.local_bonds * p.statutory_debt() / debt;
        let vehicle = (o.stocks.lgfv_loans + o.stocks.lgfv_bonds) * p.lgfv_debt / lgfv;
        let lgfv_bonds = vehicle * o.stocks.lgfv_bonds / (o.stocks.lgfv_loans + o.stocks.lgfv_bonds);
        let land = p.land_revenue / 4.0 * land_scale;
        let own = investment * a.lgfv_share_of_public_investment;
        let vehicle_deposits = a.lgfv_deposits * p.lgfv_debt / lgfv;
        let deposits = a.local_government_deposits * service[g] / services;
        let on_deposits = o.instruments.deposit_rate / 4.0;
        let support = own + vehicle * (a.lgfv_rate - lgfv_growth) / 4.0 - vehicle_deposits * on_deposits;
        let outlay = spending + investment - own
            + support
            + bonds * (a.local_bond_rate - bond_growth) / 4.0
            + a.land_compensation_share * land;
        let own_revenue = revenue[g] + deposits * on_deposits;
        let transfer = (outlay - own_revenue - land).max(0.0);
        transfers.push(fen(transfer));
        o.local_revenue.push(own_revenue + land * (1.0 - a.land_compensation_share) + transfer);
        let bank = (18 + 2 * g) as u16;
        let loans = spread_loans(o, g, fen(vehicle - lgfv_bonds));
        let at_funds = fen(lgfv_bonds * a.lgfv_bonds_at_pools / a.lgfv_bonds);
        o.governments.push((
            LocalGovernment {
                region: g as u8,
                bank,
                deposits: fen(deposits),
                bonds: fen(bonds),
                land_value: fen(o.housing.land_banks[g].1),
                land: o.housing.land_banks[g].0,
                infrastructure: fen(a.infrastructure * share * (1.0 - a.lgfv_share_of_public_investment)),
                appropriation: fen(spending),
                investment_appropriation: fen(investment),
                lagged_revenue: fen(revenue[g] + land),
                payment_ratio: 1.0,
                ..LocalGovernment::default()
            },
            FinancingVehicle {
                deposits: fen(vehicle_deposits),
                loans,
                bonds: fen(lgfv_bonds),
                bonds_at_funds: at_funds,
                capital: fen(a.infrastructure * share * a.lgfv_share_of_public_investment),
                ..FinancingVehicle::default()
            },
        ));
    }
    o.central_government.transfers = transfers;
}

/// Quarterly tax revenue of each region: half of value added tax, two fifths of income taxes, all other production taxes.
fn regional_taxes(o: &Opening) -> Vec<f64> {
    let mut revenue = vec![0.0; o.structure.region_count()];
    for f in o.firms.iter().filter(|f| f.identity.active()) {
        let s = &o.structure.sectors[usize::from(f.identity.sector)];
        let q = f.operations.expected_demand;
        revenue[usize::from(f.identity.region)] +=
            q * (0.5 * s.value_added_tax + s.property_tax + s.production_tax.max(0.0));
    }
    let sum: f64 = revenue.iter().sum();
    let income_taxes = (4.11e12 + 1.4775e12) / 4.0 * 0.4;
    for r in &mut revenue {
        *r += income_taxes * *r / sum;
    }
    revenue
}

/// A vehicle's loans: 30 % at the region's city bank, 8 % at its rural bank, the rest at national banks by size.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "the first bank takes the rest")]
fn spread_loans(o: &Opening, g: usize, total: Fen) -> Vec<Fen> {
    let mut loans = vec![0; o.banks.len()];
    let mut last = 0.0;
    for (cumulative, bank) in &o.bank_choice[g] {
        let weight = cumulative - last;
        last = *cumulative;
        loans[usize::from(*bank)] = (total as f64 * weight * 0.62) as Fen;
    }
    loans[18 + 2 * g] += (total as f64 * 0.30) as Fen;
    loans[19 + 2 * g] += (total as f64 * 0.08) as Fen;
    let rest = total - loans.iter().sum::<Fen>();
    loans[0] += rest;
    loans
}

fn funds(o: &Opening, a: &Assumptions) -> Funds {
    let units: Fen = o.wallets.iter().map(|w| w.0.wealth_units.fen()).sum();
    Funds {
        equity_bank: 0,
        equity_deposits: fen(a.equity_fund_deposits),
        venture_bank: 6,
        venture_deposits: fen(o.stocks.venture_deposits),
        wealth_bank: 1,
        wealth_deposits: fen(a.pool_deposits),
        wealth_units: units,
        corporate_bonds: fen(a.corporate_bonds_at_pools),
        lgfv_bonds: o.governments.iter().map(|g| g.1.bonds_at_funds).sum(),
        local_bonds: fen(o.stocks.local_bonds_at_pools),
        central_bonds: 0,
        equity_units: o.wallets.iter().map(|w| Fen::from(w.0.equity_units)).sum(),
        wealth_income: 0,
        equity_income: 0,
    }
}

/// Adds customers' balances to their banks.
fn collect_customers(o: &mut Opening, funds: &Funds) {
    let banks = &mut o.banks;
    for (w, (wallet, home)) in o.workers.iter().zip(&o.wallets) {
        let b = &mut banks[usize::from(w.person.bank)];
        b.deposits += wallet.deposits.fen();
        b.mortgages += home.mortgage.fen();
        b.other_household_loans += home.other_loans.fen();
    }
    for f in o.firms.iter().filter(|f| f.identity.active()) {
        let b = &mut banks[usize::from(f.identity.bank)];
        b.deposits += f.books.deposits.fen();
        b.firm_loans += f.books.loans.fen();
    }
    for (lg, fv) in &o.governments {
        banks[usize::from(lg.bank)].deposits += lg.deposits + fv.deposits;
        for (b, loan) in fv.loans.iter().enumerate() {
            banks[b].lgfv_loans += loan;
        }
    }
    banks[usize::from(funds.equity_bank)].deposits += funds.equity_deposits;
    banks[usize::from(funds.venture_bank)].deposits += funds.venture_deposits;
    banks[usize::from(funds.wealth_bank)].deposits += funds.wealth_deposits;
}
