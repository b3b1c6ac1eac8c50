//! Governments, banks, funds and the world at the start, and the rates that make the opening accounts add up.

use super::super::assumptions::Assumptions;
use super::super::national::{AtRest, National};
use super::super::problems::DataErrors;
use super::super::tables::Tables;
use super::balance::Stocks;
use super::banks::{self, BankTotals};
use super::incomes::HouseholdInstruments;
use super::people::People;
use super::{Opening, OpeningOptions, Rules};
use crate::accounts::{Fen, Money};
use crate::agents::{
    Bank, BankClass, CentralBank, CentralGovernment, FinancingVehicle, Funds, LocalGovernment, RestOfWorld, Status,
};
use crate::mechanisms::finance::interest;
use crate::structure::Structure;

/// Yuan as fen.
///
/// # Panics
/// If the amount is no finite number: a cast would turn it into nothing without a word.
#[allow(clippy::cast_possible_truncation, reason = "national totals fit")]
fn fen(yuan: f64) -> Fen {
    assert!(yuan.is_finite(), "an amount of the opening is {yuan}");
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

/// Net interest of firms \[yuan per year\].
fn firm_interest(s: &Stocks, a: &Assumptions, deposit_rate: f64, rules: &Rules) -> f64 {
    s.firm_loans * a.firm_loan_rate + a.corporate_bonds * rules.firms.bond_rate - a.firm_deposits * deposit_rate
}

/// Yearly profit of firms before company tax: gross surplus less depreciation and net interest \[yuan\].
fn profit_before_tax(n: &National, interest: f64) -> f64 {
    (0..n.output.len()).map(|j| n.surplus(j)).sum::<f64>() - interest
}

/// What the stationary opening rests on.
///
/// # Errors
/// If a figure is missing.
pub fn at_rest(tables: &Tables, a: &Assumptions, rules: &Rules) -> Result<AtRest, DataErrors> {
    let stocks = Stocks::new(tables, a)?;
    let deposit_rate = tables.banks.get("all", "deposit_rate_average", 2023)? / 100.0;
    let floor = a.floor_space_per_person * tables.population.population;
    Ok(AtRest {
        home_sales: a.home_demolition * floor / (tables.parameters.get("housing_floor_sold")? * 1e6),
        infrastructure_wear: rules.local_budget.infrastructure_depreciation,
        firm_interest: firm_interest(&stocks, a, deposit_rate, rules),
        company_tax_rate: tables.parameters.get("corporate_tax_rate")?,
        income_from_abroad: rules.banks.world_rate * (a.central_bank_foreign_assets + a.bank_foreign_assets),
    })
}

/// Income of the wealth-management pools \[yuan per year\]: bonds of vehicles, firms, local and central government.
fn pool_return(s: &Stocks, a: &Assumptions, rules: &Rules) -> f64 {
    let bonds = a.lgfv_bonds_at_pools + a.corporate_bonds_at_pools + s.local_bonds_at_pools;
    let central = pool_assets(s, a) - a.pool_deposits - bonds;
    a.lgfv_bonds_at_pools * a.lgfv_rate
        + a.corporate_bonds_at_pools * rules.firms.bond_rate
        + s.local_bonds_at_pools * a.local_bond_rate
        + central * a.central_bond_coupon
}

/// What banks earn before operating costs \[yuan per year\]: interest received less paid, premiums not deducted.
fn bank_margin(s: &Stocks, a: &Assumptions, rules: &Rules, deposit_rate: f64) -> f64 {
    let loans = s.mortgages * a.mortgage_rate
        + s.other_household_loans * a.other_loan_rate
        + s.firm_loans * a.firm_loan_rate
        + s.lgfv_loans * a.lgfv_rate;
    let bonds = (s.lgfv_bonds - a.lgfv_bonds_at_pools) * a.lgfv_rate
        + (a.corporate_bonds - a.corporate_bonds_at_pools) * rules.firms.bond_rate
        + (s.local_bonds - s.local_bonds_at_pools) * a.local_bond_rate
        + bank_central_bonds(s, a) * a.central_bond_coupon;
    let other = s.reserves * rules.banks.reserve_rate + a.bank_foreign_assets * rules.banks.world_rate;
    let deposits = s.official_deposits - a.treasury;
    loans + bonds + other - deposits * deposit_rate - s.central_bank_credit * a.policy_rate
}

/// Banks' dividends to others than the state when they pay out all profit after tax, as banks at rest do \[yuan per year\].
fn private_bank_dividends(
    tables: &Tables,
    s: &Stocks,
    a: &Assumptions,
    rules: &Rules,
    cost_share: f64,
    deposit_rate: f64,
) -> Result<f64, DataErrors> {
    let premiums = (s.official_deposits - a.treasury) * rules.banks.insurance_premium;
    let costs = a.intermediation_services * cost_share;
    let profit = bank_margin(s, a, rules, deposit_rate) - premiums - costs;
    let after_tax = profit * (1.0 - rules.banks.company_tax);
    let mut private = 0.0;
    for class in BankClass::ALL {
        let share = tables.banks.get(class.name(), "share_of_loans", 2023)?;
        private += share * (1.0 - rules.banks.state_share(class));
    }
    Ok(after_tax.max(0.0) * private)
}

/// Rates and amounts of the household account.
///
/// # Errors
/// If a figure is missing.
pub fn instruments(
    tables: &Tables,
    n: &National,
    options: &OpeningOptions,
    rest: Option<&AtRest>,
    people: &People,
    structure: &Structure,
) -> Result<HouseholdInstruments, DataErrors> {
    let (a, rules) = (&options.assumptions, &options.rules);
    let persons = |status: Status| super::persons_in(&people.workers, status, structure.persons_per_worker);
    let deposit_rate = tables.banks.get("all", "deposit_rate_average", 2023)? / 100.0;
    let stocks = Stocks::new(tables, a)?;
    let free = 1.0 - a.state_share - a.foreign_share;
    let scale = rest.map_or(1.0, |r| r.home_sales);
    let (mut dividends, mut unit_rate, mut target) = (a.dividends, a.central_bond_coupon, None);
    let consumption = n.households.iter().chain(&n.households_imported).sum::<f64>() / 4.0;
    if let Some(rest) = rest {
        let from_firms = (1.0 - rest.company_tax_rate) * rest.private_profit(n).max(0.0) * free;
        dividends =
            from_firms + private_bank_dividends(tables, &stocks, a, rules, options.bank_cost_share, deposit_rate)?;
        unit_rate = pool_return(&stocks, a, rules) / pool_assets(&stocks, a);
        // At rest households consume, and replace the homes that fall out of use; they save nothing else.
        let homes = tables.parameters.get("housing_sales_value")? * 1e12 / 4.0 * scale;
        target = Some(consumption + homes);
    }
    let land: f64 = tables.provinces.iter().map(|p| p.land_revenue).sum::<f64>() * scale;
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
        wealth_unit_rate: unit_rate,
        dividends: dividends / 4.0,
        land_compensation: a.land_compensation_share * land / 4.0,
        consumption,
        income_target: target,
        ..HouseholdInstruments::default()
    })
}

/// Fills in governments, banks, funds, central bank and the world.
///
/// # Errors
/// If a figure is missing.
pub fn complete(
    o: &mut Opening,
    tables: &Tables,
    options: &OpeningOptions,
    rest: Option<&AtRest>,
) -> Result<(), DataErrors> {
    let (a, rules) = (&options.assumptions, &options.rules);
    let company_tax = set_payout(o, a, rules, rest);
    set_profits(o, a, rules);
    place_governments(o, tables, a, rules, rest.map_or(1.0, |r| r.home_sales), company_tax);
    let funds = funds(o, a);
    collect_customers(o, &funds);
    banks::mark_bad_loans(tables, &mut o.banks, &mut o.firms)?;
    let s = o.stocks.clone();
    let totals = BankTotals {
        assets: fen(s.bank_assets),
        equity: fen(s.bank_equity),
        provisions: fen(s.provisions),
        specific_provisions: options.specific_provisions,
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
    set_incomes_on_their_way(o, tables, options)?;
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

/// Sets the company tax rate and the payout of profits; returns company tax, that of banks included \[yuan per year\].
fn set_payout(o: &mut Opening, a: &Assumptions, rules: &Rules, rest: Option<&AtRest>) -> f64 {
    if let Some(rest) = rest {
        o.company_tax_rate = rest.company_tax_rate;
        o.payout_ratio = 1.0;
        return rest.company_tax_rate * rest.private_profit(&o.national).max(0.0);
    }
    let before = profit_before_tax(&o.national, firm_interest(&o.stocks, a, o.instruments.deposit_rate, rules));
    o.company_tax_rate = (a.company_tax / (before + a.bank_profits)).min(rules.banks.company_tax);
    let after = before * (1.0 - o.company_tax_rate);
    let free = 1.0 - a.state_share - a.foreign_share;
    o.payout_ratio = ((o.instruments.dividends * 4.0 - a.bank_dividends) / free / after).clamp(0.0, 1.0);
    a.company_tax
}

/// Firms know the profit of the quarter before: after interest, depreciation and tax.
fn set_profits(o: &mut Opening, a: &Assumptions, rules: &Rules) {
    for f in o.firms.iter_mut().filter(|f| f.identity.active()) {
        let b = &mut f.books;
        let interest = b.loans.yuan() * a.firm_loan_rate + b.bonds.yuan() * rules.firms.bond_rate
            - b.deposits.yuan() * o.instruments.deposit_rate;
        b.interest = Money::from_yuan(interest / 4.0);
        let profit = b.operating_surplus() - b.interest - b.depreciation;
        b.company_tax = if f.identity.public { Money::ZERO } else { profit.positive().share(o.company_tax_rate) };
        b.lagged_profit = profit - b.company_tax;
    }
}

/// What funds and pools earned late in the quarter before and pay out in the first: without it households would miss a
/// quarter's income of both, since these pay one quarter after they earn.
fn set_incomes_on_their_way(o: &mut Opening, tables: &Tables, options: &OpeningOptions) -> Result<(), DataErrors> {
    let (a, rules) = (&options.assumptions, &options.rules);
    o.pool_income = fen(pool_return(&o.stocks, a, rules) / 4.0);
    let from_banks = if options.stationary {
        private_bank_dividends(tables, &o.stocks, a, rules, options.bank_cost_share, o.instruments.deposit_rate)?
    } else {
        a.bank_dividends
    };
    o.funds.equity_income = fen(from_banks / 4.0);
    Ok(())
}

/// Local governments and vehicles: debts by province, budgets that the opening transfers balance.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "regional totals")]
fn place_governments(
    o: &mut Opening,
    tables: &Tables,
    a: &Assumptions,
    rules: &Rules,
    land_scale: f64,
    company_tax: f64,
) {
    let regions = o.structure.region_count();
    let stationary = o.national.growth == 0.0;
    let vehicles = rules.local_budget.lgfv_share_of_public_investment;
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
    let revenue = regional_taxes(o, rules, company_tax + a.personal_tax);
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
        let own = investment * vehicles;
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
        let bank = banks::city(g) as u16;
        let loans = spread_loans(o, a, g, fen(vehicle - lgfv_bonds));
        let at_funds = fen(lgfv_bonds * a.lgfv_bonds_at_pools / a.lgfv_bonds);
        o.governments.push((
            LocalGovernment {
                region: g as u8,
                bank,
                deposits: fen(deposits),
                bonds: fen(bonds),
                land_value: fen(o.housing.land_banks[g].1),
                land: o.housing.land_banks[g].0,
                infrastructure: fen(a.infrastructure * share * (1.0 - vehicles)),
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
                capital: fen(a.infrastructure * share * vehicles),
                ..FinancingVehicle::default()
            },
        ));
    }
    o.central_government.transfers = transfers;
}

/// Quarterly tax revenue of each region: half of value added tax, two fifths of income taxes, all other production taxes.
fn regional_taxes(o: &Opening, rules: &Rules, income_taxes: f64) -> Vec<f64> {
    let mut revenue = vec![0.0; o.structure.region_count()];
    for f in o.firms.iter().filter(|f| f.identity.active()) {
        let s = &o.structure.sectors[usize::from(f.identity.sector)];
        let q = f.operations.expected_demand;
        revenue[usize::from(f.identity.region)] += q
            * (rules.firms.local_share_value_added_tax * s.value_added_tax
                + s.property_tax
                + s.production_tax.max(0.0));
    }
    let sum: f64 = revenue.iter().sum();
    for r in &mut revenue {
        *r += income_taxes / 4.0 * rules.firms.local_share_income_tax * *r / sum;
    }
    revenue
}

/// A vehicle's loans: given shares at the region's city and rural bank, the rest at national banks by size.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "the first bank takes the rest")]
fn spread_loans(o: &Opening, a: &Assumptions, g: usize, total: Fen) -> Vec<Fen> {
    let national = 1.0 - a.lgfv_loans_at_city_bank - a.lgfv_loans_at_rural_bank;
    let mut loans = vec![0; o.banks.len()];
    let mut last = 0.0;
    for (cumulative, bank) in &o.bank_choice[g] {
        let weight = cumulative - last;
        last = *cumulative;
        loans[usize::from(*bank)] = (total as f64 * weight * national) as Fen;
    }
    loans[banks::city(g)] += (total as f64 * a.lgfv_loans_at_city_bank) as Fen;
    loans[banks::rural(g)] += (total as f64 * a.lgfv_loans_at_rural_bank) as Fen;
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
