//! Banks at the start: 6 large, 12 joint-stock, a city and a rural bank in each region, and three others; customers
//! by class shares, and what closes each balance sheet.

use super::super::problems::DataError;
use super::super::tables::Tables;
use super::finish::FirmParts;
use crate::accounts::Fen;
use crate::agents::{Bank, BankClass};
use crate::structure::Structure;

/// Large state banks in the order of their numbers, then the joint-stock banks.
const LARGE_STATE: usize = 6;
const JOINT_STOCK: usize = 12;

/// Number of a region's city bank.
#[must_use]
pub const fn city(region: usize) -> usize {
    LARGE_STATE + JOINT_STOCK + 2 * region
}

/// Number of a region's rural bank.
#[must_use]
pub const fn rural(region: usize) -> usize {
    city(region) + 1
}

/// Banks without balances, in row order.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "banks and regions are few")]
pub fn found(structure: &Structure) -> Vec<Bank> {
    let mut banks = Vec::new();
    let mut add = |class: BankClass, region: Option<usize>| {
        let id = banks.len() as u16;
        banks.push(Bank { id, class, region: region.map(|g| g as u8), ..Bank::default() });
    };
    (0..LARGE_STATE).for_each(|_| add(BankClass::LargeState, None));
    (0..JOINT_STOCK).for_each(|_| add(BankClass::JointStock, None));
    for g in 0..structure.region_count() {
        add(BankClass::City, Some(g));
        add(BankClass::Rural, Some(g));
    }
    (0..3).for_each(|_| add(BankClass::Other, None));
    banks
}

/// Cumulative choice weights of the banks of each region: class share of loans, split within a national class with
/// weights 1, 1/2, 1/3, …, and in full to the region's own city and rural bank.
///
/// # Errors
/// If a class share is missing.
pub fn choice(tables: &Tables, banks: &[Bank], regions: usize) -> Result<Vec<Vec<(f64, u16)>>, DataError> {
    let mut share = [0.0; 5];
    for class in BankClass::ALL {
        share[class as usize] = tables.banks.get(class.name(), "share_of_loans", 2023)?;
    }
    let within = |class: BankClass| -> f64 {
        let mut rank = 0.0;
        banks
            .iter()
            .filter(|b| b.class == class)
            .map(|_| {
                rank += 1.0;
                1.0 / rank
            })
            .sum()
    };
    let totals: Vec<f64> = BankClass::ALL.iter().map(|c| within(*c)).collect();
    Ok((0..regions)
        .map(|g| {
            let mut rank = [0.0; 5];
            let mut sum = 0.0;
            let mut list = Vec::new();
            for b in banks {
                let c = b.class as usize;
                rank[c] += 1.0;
                let weight = match b.region {
                    Some(r) if usize::from(r) == g => share[c],
                    Some(_) => continue,
                    None => share[c] / rank[c] / totals[c],
                };
                sum += weight;
                list.push((sum, b.id));
            }
            for entry in &mut list {
                entry.0 /= sum;
            }
            list
        })
        .collect())
}

/// A bank drawn from a region's cumulative weights.
#[must_use]
pub fn draw(choice: &[(f64, u16)], u: f64) -> u16 {
    let i = choice.partition_point(|c| c.0 <= u).min(choice.len() - 1);
    choice[i].1
}

/// Loans that do not perform over loans of a class; for want of a figure, that of large banks for policy, private and
/// foreign banks.
///
/// # Errors
/// If a figure is missing.
pub fn bad_loan_ratio(tables: &Tables, class: BankClass) -> Result<f64, DataError> {
    let name = if class == BankClass::Other { "large_state" } else { class.name() };
    Ok(tables.banks.get(name, "non_performing_loan_ratio", 2023)? / 100.0)
}

/// Provisions over loans of a class; policy, private and foreign banks cover bad loans as the mean of commercial banks.
///
/// # Errors
/// If a figure is missing.
pub fn provision_ratio(tables: &Tables, class: BankClass) -> Result<f64, DataError> {
    let name = if class == BankClass::Other { "all_commercial" } else { class.name() };
    Ok(bad_loan_ratio(tables, class)? * tables.banks.get(name, "provision_coverage", 2023)? / 100.0)
}

/// Chooses the loans that do not perform at the start: in each class those of the firms with the least profit over
/// loans, as many as come nearest to the class's official ratio to all its loans.
///
/// # Errors
/// If a figure is missing.
#[allow(clippy::cast_precision_loss, reason = "shares of totals")]
pub fn mark_bad_loans(tables: &Tables, banks: &mut [Bank], firms: &mut [FirmParts]) -> Result<(), DataError> {
    for class in BankClass::ALL {
        let loans: Fen = banks.iter().filter(|b| b.class == class).map(Bank::loans).sum();
        let target = loans as f64 * bad_loan_ratio(tables, class)?;
        let of_class = |f: &FirmParts| banks[usize::from(f.identity.bank)].class == class;
        let borrows = |f: &FirmParts| f.identity.active() && !f.identity.public && f.books.loans.0 > 0;
        let profit = |f: &FirmParts| (f.books.operating_surplus() - f.books.depreciation).yuan() / f.books.loans.yuan();
        let mut order: Vec<(f64, usize)> =
            firms.iter().enumerate().filter(|(_, f)| borrows(f) && of_class(f)).map(|(i, f)| (profit(f), i)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut bad = 0.0;
        for (_, i) in order {
            let loan = firms[i].books.loans.fen();
            if bad + loan as f64 / 2.0 > target {
                break;
            }
            bad += loan as f64;
            firms[i].books.non_performing = true;
            banks[usize::from(firms[i].identity.bank)].non_performing += loan;
        }
    }
    Ok(())
}

/// Provisions at the start: the same part of performing loans in all banks of a class, and of bad loans the specific
/// part, so that classes hold what official coverage makes of official bad loans.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "shares of totals")]
fn provide(tables: &Tables, banks: &mut [Bank], total: Fen, specific: f64) -> Result<(), DataError> {
    let sums = |banks: &[Bank], class: BankClass| {
        let own = banks.iter().filter(|b| b.class == class);
        own.fold((0, 0), |(loans, bad), b| (loans + b.loans(), bad + b.non_performing))
    };
    let mut wanted = [0.0; 5];
    for class in BankClass::ALL {
        wanted[class as usize] = sums(banks, class).0 as f64 * provision_ratio(tables, class)?;
    }
    let scale = total as f64 / wanted.iter().sum::<f64>();
    for class in BankClass::ALL {
        let (loans, bad) = sums(banks, class);
        let general = (scale * wanted[class as usize] - specific * bad as f64).max(0.0) / (loans - bad) as f64;
        for b in banks.iter_mut().filter(|b| b.class == class) {
            let performing = (b.loans() - b.non_performing) as f64;
            b.provisions = (general * performing + specific * b.non_performing as f64).round() as Fen;
        }
    }
    Ok(())
}

/// What the banking system holds in all \[fen\].
#[derive(Clone, Copy, Debug)]
pub struct BankTotals {
    /// Total assets.
    pub assets: Fen,
    /// Equity with provisions.
    pub equity: Fen,
    /// Provisions.
    pub provisions: Fen,
    /// Provisions for a loan that does not perform \[share\].
    pub specific_provisions: f64,
    /// Reserves.
    pub reserves: Fen,
    /// Foreign assets.
    pub foreign_assets: Fen,
    /// Central-bank credit.
    pub central_bank_credit: Fen,
    /// Financing vehicles' bonds.
    pub lgfv_bonds: Fen,
    /// Corporate bonds.
    pub corporate_bonds: Fen,
    /// Local bonds.
    pub local_bonds: Fen,
}

/// Closes the balance sheets: securities and reserves by deposits, equity by risk and class, central bonds as what
/// the system still needs, and interbank positions as what each bank still needs.
///
/// Returns the central bonds that banks hold in all.
///
/// # Errors
/// If a class figure is missing.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "shares of totals; the last bank takes the rest"
)]
pub fn close(tables: &Tables, banks: &mut [Bank], totals: &BankTotals) -> Result<Fen, DataError> {
    let deposits: Fen = banks.iter().map(|b| b.deposits).sum();
    let loans: Fen = banks.iter().map(Bank::loans).sum();
    let interbank = totals.assets - totals.equity - deposits - totals.central_bank_credit;
    let central_bonds = totals.assets
        - interbank
        - loans
        - totals.reserves
        - totals.foreign_assets
        - totals.lgfv_bonds
        - totals.corporate_bonds
        - totals.local_bonds;
    let by_deposits: Vec<f64> = banks.iter().map(|b| b.deposits as f64).collect();
    let spread = |total: Fen, weights: &[f64]| -> Vec<Fen> {
        let sum: f64 = weights.iter().sum();
        let mut parts: Vec<Fen> = weights.iter().map(|w| (total as f64 * w / sum) as Fen).collect();
        let rest = total - parts.iter().sum::<Fen>();
        parts[0] += rest;
        parts
    };
    let large: Vec<f64> = banks.iter().map(|b| if b.region.is_none() { b.deposits as f64 } else { 0.0 }).collect();
    let columns = [
        spread(totals.reserves, &by_deposits),
        spread(totals.foreign_assets, &large),
        spread(totals.central_bank_credit, &large),
        spread(totals.lgfv_bonds, &by_deposits),
        spread(totals.corporate_bonds, &by_deposits),
        spread(totals.local_bonds, &by_deposits),
        spread(central_bonds, &by_deposits),
    ];
    for (i, b) in banks.iter_mut().enumerate() {
        b.reserves = columns[0][i];
        b.foreign_assets = columns[1][i];
        b.central_bank_credit = columns[2][i];
        b.lgfv_bonds = columns[3][i];
        b.corporate_bonds = columns[4][i];
        b.local_bonds = columns[5][i];
        b.central_bonds = columns[6][i];
    }
    let mut ratio = [0.0; 5];
    for class in BankClass::ALL {
        let name = if class == BankClass::Other { "large_state" } else { class.name() };
        ratio[class as usize] = tables.banks.get(name, "capital_adequacy_ratio", 2023)?;
    }
    provide(tables, banks, totals.provisions, totals.specific_provisions)?;
    let capital = spread(
        totals.equity - banks.iter().map(|b| b.provisions).sum::<Fen>(),
        &banks.iter().map(|b| b.risk_weighted_assets() as f64 * ratio[b.class as usize]).collect::<Vec<_>>(),
    );
    let gross = spread(interbank, &by_deposits);
    for (i, b) in banks.iter_mut().enumerate() {
        // Net interbank position that gives the bank its capital; gross positions on top.
        let net = capital[i] - b.capital();
        let half = gross[i];
        b.interbank_claims = half + net.max(0);
        b.interbank_debts = half + (-net).max(0);
    }
    // Net positions add up to zero; gross ones are scaled back to the system's total on the largest bank.
    let excess = banks.iter().map(|b| b.interbank_claims).sum::<Fen>() - interbank;
    let common: Vec<Fen> =
        spread(excess, &banks.iter().map(|b| b.interbank_claims.min(b.interbank_debts) as f64).collect::<Vec<_>>());
    for (b, cut) in banks.iter_mut().zip(common) {
        b.interbank_claims -= cut;
        b.interbank_debts -= cut;
    }
    Ok(central_bonds)
}
