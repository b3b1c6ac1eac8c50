//! Which loans perform, what banks write off of those that do not, and the provisions that they hold.
//!
//! A firm's loan stops performing when interest or principal has been in arrears for more than a quarter, when the firm
//! owes more than it owns, or when its means have fallen short of what is due for as long; it performs again after some
//! quarters without arrears. A vehicle's loans do not perform once its interest has been overdue as
//! long, and perform again as soon as it is paid; its bonds are not classified. Of a loan that does not
//! perform and that the estate would not cover, the bank writes off a part each quarter; what is left when a firm closes
//! is written off there, after recoveries.
//!
//! ```text
//! arrears_f ≥ n  or  equity_f < 0  →  not performing;   clean quarters ≥ m  →  performing
//! written off_f = ω · (L_f − D_f − ρ · collateral_f)⁺
//! provisions*_b = g_b · (L_b − N_b) + s · N_b,   charged to profit = provisions* − provisions + losses beyond them
//! ```
//!
//! L loans, N those that do not perform, D deposits; `g_b` general provisions over performing loans, of the opening; s
//! `specific_provisions`. Coverage (provisions over N) so falls when bad loans rise. A write-off comes out of provisions first (`Bank::lose`); what they do not cover lowers capital at
//! once and profit when bank income is next reckoned. Loans stay on the balance sheet at their face value, as in the
//! System of National Accounts (2008, 3.156): provisions are a part of equity that is no capital.
//!
//! Source: Rules on Risk Classification of Financial Assets of Commercial Banks (2023; more than 90 days overdue, half a
//! year of observation); expected losses by stages as in IFRS 9 (2014). Reads `Books`, `Identity`, `Capital`, `Inventory`,
//! `Development`, `FinancingVehicle`; writes `Books` (`non_performing`, loans), `FinancingVehicle::quarters_overdue`,
//! `Bank` (`non_performing`, loans), `Tally`, `Ledger`. Draws: none. Departures: households do not default, so that all bad
//! loans of the opening lie with firms; a firm agent stands for many firms, but its loan performs or not as a whole.
//!
//! Not here yet: the supervisor's floor of 120 to 150 % to coverage, sale of bad loans, loans to households that do not perform, general provisions that look ahead.

use super::amounts::share;
use crate::accounts::balance::book_equity;
use crate::accounts::{Column, Fen, Instrument, Ledger, Money};
use crate::agents::{Bank, Books, Capital, Development, FinancingVehicle, Identity, Inventory};
use crate::engine::events::Tally;
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::{IntoScheduleConfigs, Mut, Query, Res, ResMut};

parameters! {
    /// Loan quality and provisions.
    pub struct Parameters {
        /// Quarters in arrears after which a loan does not perform. Source: risk classification rules 2023, more than 90 days.
        arrears_quarters: i64 = 2, "quarters", 1..=40;
        /// Quarters without arrears after which it performs again. Assumption: twice the half year of observation that the risk classification rules of 2023 require.
        cure_quarters: i64 = 4, "quarters", 1..=40;
        /// Part of the uncovered loan that is written off while the firm goes on. Assumption: banks write off and sell about as much in a year as they hold.
        write_off_speed: f64 = 0.2, "per quarter", 0.0..=1.0;
        /// Value of collateral to the bank over its book value. Assumption, as for the capital of closing firms.
        recovery: f64 = 0.5, "share", 0.0..=1.0;
        /// Provisions for a loan that does not perform. Source: loss given default of senior claims of 40 to 45 % in the capital rules, and some margin.
        specific_provisions: f64 = 0.5, "share", 0.0..=1.0;
    }
}

/// Loan quality and provisions.
pub struct LoanQuality;

impl Mechanism for LoanQuality {
    const NAME: &'static str = "loan_quality";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "recognition of bad loans",
        off: &["loan_quality.write_off_speed=0.0", "loan_quality.specific_provisions=0.0"],
        instead: "bad loans cost a bank nothing until the firm closes",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (classify_loans, write_off_bad_loans, count_bad_loans).chain()
    }
}

/// Whether a loan performs, from how it did before, its arrears and whether the firm owns more than it owes.
#[must_use]
pub fn performs(before: bool, arrears: u8, clean: u8, solvent: bool, p: &Parameters) -> bool {
    if !solvent || i64::from(arrears) >= p.arrears_quarters {
        false
    } else {
        before || i64::from(clean) >= p.cure_quarters
    }
}

/// Provisions that a bank needs \[fen\].
#[must_use]
pub fn provisions_needed(loans: Fen, non_performing: Fen, general: f64, p: &Parameters) -> Fen {
    share(loans - non_performing, general) + share(non_performing, p.specific_provisions)
}

/// Part of a bad loan that is written off in a quarter \[fen\].
#[must_use]
pub fn written_off(loan: Fen, deposits: Fen, collateral: Fen, p: &Parameters) -> Fen {
    let covered = deposits.max(0) + share(collateral.max(0), p.recovery);
    share((loan - covered).max(0), p.write_off_speed)
}

type Firms =
    (&'static Identity, &'static mut Books, &'static Capital, &'static Inventory, Option<&'static Development>);

fn classify_loans(parameters: Res<Parameters>, mut firms: Query<Firms>, mut vehicles: Query<&mut FinancingVehicle>) {
    for (identity, mut books, capital, inventory, development) in &mut firms {
        if !identity.active() || identity.public || books.loans.0 <= 0 {
            books.non_performing = false;
            continue;
        }
        let development = development.copied().unwrap_or_default();
        let young = i64::from(identity.age) <= parameters.arrears_quarters;
        let solvent = young || book_equity(&books, inventory, capital, &development).0 >= 0;
        let arrears = books.quarters_in_arrears.max(identity.distressed);
        books.non_performing = !performs(!books.non_performing, arrears, books.quarters_clean, solvent, &parameters);
    }
    for mut vehicle in &mut vehicles {
        let late = vehicle.overdue > 0;
        vehicle.quarters_overdue = if late { vehicle.quarters_overdue.saturating_add(1) } else { 0 };
    }
}

fn write_off_bad_loans(
    parameters: Res<Parameters>,
    mut firms: Query<Firms>,
    mut banks: Query<&mut Bank>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
) {
    let mut banks: Vec<Mut<Bank>> = banks.iter_mut().collect();
    for (identity, mut books, capital, inventory, development) in &mut firms {
        if !identity.active() || !books.non_performing {
            continue;
        }
        let land = development.map_or(Money::ZERO, |d| d.land_value + d.homes_value);
        let collateral = capital.value() + inventory.value() + land;
        let lost = written_off(books.loans.fen(), books.deposits.fen(), collateral.fen(), &parameters);
        if lost <= 0 {
            continue;
        }
        let bank = &mut banks[usize::from(identity.bank)];
        let debtor = Column::Firms(usize::from(identity.sector));
        ledger.write_off(Instrument::FirmLoans, Column::Banks, debtor, lost);
        bank.firm_loans -= lost;
        bank.lose(lost);
        books.loans -= Money(i64::try_from(lost).expect("a part of the firm's own loan"));
        books.unauthorised = books.unauthorised.min(books.loans);
        tally.loan_losses += lost;
    }
}

fn count_bad_loans(
    parameters: Res<Parameters>,
    firms: Query<(&Identity, &Books)>,
    vehicles: Query<&FinancingVehicle>,
    mut banks: Query<&mut Bank>,
) {
    let mut bad: Vec<Fen> = banks.iter().map(|_| 0).collect();
    for (identity, books) in firms.iter().filter(|(i, b)| i.active() && b.non_performing) {
        bad[usize::from(identity.bank)] += books.loans.fen();
    }
    let late = |v: &&FinancingVehicle| i64::from(v.quarters_overdue) >= parameters.arrears_quarters;
    for vehicle in vehicles.iter().filter(late) {
        bad.iter_mut().zip(&vehicle.loans).for_each(|(sum, loan)| *sum += loan);
    }
    for (mut bank, bad) in banks.iter_mut().zip(bad) {
        bank.non_performing = bad;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loan_fails_after_ninety_days_and_cures_after_a_year() {
        let p = Parameters::default();
        assert!(performs(true, 1, 0, true, &p));
        assert!(!performs(true, 2, 0, true, &p));
        assert!(!performs(false, 0, 3, true, &p));
        assert!(performs(false, 0, 4, true, &p));
        assert!(!performs(true, 0, 9, false, &p));
    }

    #[test]
    fn provisions_rise_with_bad_loans_and_coverage_falls() {
        let p = Parameters::default();
        // 2 % of 900 and half of 100; 2 % of 990 and half of 10.
        assert_eq!(provisions_needed(1_000, 100, 0.02, &p), 68);
        assert_eq!(provisions_needed(1_000, 10, 0.02, &p), 25);
        assert_eq!(provisions_needed(1_000, 0, 0.02, &p), 20);
    }

    #[test]
    fn only_what_the_estate_does_not_cover_is_written_off() {
        let p = Parameters::default();
        assert_eq!(written_off(100, 10, 200, &p), 0);
        assert_eq!(written_off(100, 10, 100, &p), 8);
        assert_eq!(written_off(100, 10, 100, &Parameters { write_off_speed: 0.0, ..p }), 0);
    }
}
