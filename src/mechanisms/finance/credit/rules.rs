//! Rules of bank credit: rate, limits, room, distress.

use super::Parameters;
use crate::accounts::{Fen, Money};
use crate::agents::{Bank, Books, Development, Identity, Stage, Technology};
use crate::mechanisms::finance::amounts::share;

/// What a bank knows of a firm \[yuan\].
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Loans and bonds.
    pub debt: f64,
    /// Bonds alone.
    pub bonds: f64,
    /// Capital and inventories, with developers' land and homes less the advances of buyers, who rank first.
    pub collateral: f64,
    /// Deposits.
    pub deposits: f64,
    /// Profit of the last quarter after company tax, with interest added back: a quarter's at the present loan rate, on
    /// bonds too, although these bear another rate.
    pub earnings: f64,
    /// Age \[quarters\].
    pub age: u16,
}

impl Standing {
    /// From a firm's books and the value of its capital and inventories.
    #[must_use]
    pub fn of(identity: &Identity, books: &Books, goods: Money, development: Option<&Development>) -> Self {
        let homes = development.map_or(Money::ZERO, |d| (d.land_value + d.homes_value - books.advances).positive());
        let debt = (books.loans + books.bonds).yuan();
        Self {
            debt,
            bonds: books.bonds.yuan(),
            collateral: (goods + homes).yuan(),
            deposits: books.deposits.positive().yuan(),
            earnings: books.lagged_profit.yuan() + debt * books.lending_rate / 4.0,
            age: identity.age,
        }
    }

    /// Whether the firm owes no more than what its banks lend on its collateral.
    #[must_use]
    pub fn secured(&self, p: &Parameters) -> bool {
        self.debt <= p.largest_leverage * self.collateral
    }

    /// Debt over assets.
    #[must_use]
    pub fn leverage(&self) -> f64 {
        let assets = self.collateral + self.deposits;
        if self.debt <= 0.0 {
            0.0
        } else if assets > 0.0 {
            self.debt / assets
        } else {
            f64::INFINITY
        }
    }

    fn young(&self, p: &Parameters) -> bool {
        i64::from(self.age) < p.grace
    }
}

/// Bernanke, Gertler & Gilchrist (1999), linear: base rate (policy, class and the bank's capital) and the firm's premiums \[per year\].
#[must_use]
pub fn lending_rate(base: f64, firm: &Standing, p: &Parameters) -> f64 {
    let rate = (base + p.leverage_premium * firm.leverage().min(2.0)).max(0.0);
    let interest = firm.debt * rate / 4.0;
    if firm.young(p) || interest <= 0.0 {
        return rate;
    }
    let thin = (1.0 - firm.earnings / interest / p.safe_coverage).clamp(0.0, 1.0);
    rate + p.coverage_premium * thin
}

/// What a bank lends that does not ration: more than any firm asks for.
const UNLIMITED: Money = Money(i64::MAX / 4);

/// New loans that collateral and earnings allow.
#[must_use]
pub fn loan_capacity(firm: &Standing, rate: f64, p: &Parameters) -> Money {
    if !p.rationing {
        return UNLIMITED;
    }
    let pledged = p.largest_leverage * firm.collateral;
    let served =
        if firm.young(p) || rate <= 0.0 { f64::INFINITY } else { 4.0 * firm.earnings / (rate * p.least_coverage) };
    // What falls due is rolled over as long as it is covered by collateral, whatever the quarter's earnings.
    let rolled_over = (p.repayment * (firm.debt - firm.bonds)).min(pledged - firm.debt);
    Money::from_yuan((pledged.min(served) - firm.debt).max(rolled_over).max(0.0))
}

/// What the bank would lend beyond the undrawn line on application: nothing on a loan that does not perform, else what
/// collateral and earnings allow beyond the line, within the bank's room.
#[must_use]
pub fn further_loan(firm: &Standing, books: &Books, room: Fen, p: &Parameters) -> Money {
    if books.non_performing {
        return Money::ZERO;
    }
    let beyond = loan_capacity(firm, books.lending_rate, p) - undrawn_line(books);
    let room = if p.rationing { room } else { Fen::MAX };
    Money(i64::try_from(beyond.fen().min(room).max(0)).unwrap_or(0))
}

/// The part of the credit line that is not drawn.
#[must_use]
pub fn undrawn_line(books: &Books) -> Money {
    (books.credit_limit - books.loans).positive()
}

/// Room for new loans of a bank: capital above the requirement, and liquidity \[fen\].
#[must_use]
pub fn lending_room(bank: &Bank, required_reserves: Fen, p: &Parameters) -> Fen {
    let carried = share(bank.capital(), 1.0 / p.capital_requirement(bank.class));
    let by_capital = share((carried - bank.risk_weighted_assets()).max(0), p.room_use);
    let lent = (bank.interbank_claims - bank.interbank_debts).max(0);
    let liquid = bank.reserves - required_reserves + lent + bank.central_bonds;
    by_capital.min(share(liquid.max(0), 1.0 / p.outflow))
}

/// Loan balance up to which the bank pays without asking: the balance and a line, within what collateral allows.
#[must_use]
pub fn credit_limit(firm: &Standing, books: &Books, sales: Money, p: &Parameters) -> Money {
    let pledged = Money::from_yuan((p.largest_leverage * firm.collateral - firm.bonds).max(0.0));
    (books.loans + sales.share(p.line_share)).min(pledged)
}

/// Whether deposits, the undrawn line and earnings fall short of a share of interest and repayment due.
#[must_use]
pub fn in_distress(firm: &Standing, books: &Books, p: &Parameters) -> bool {
    let due = books.loans.yuan() * (books.lending_rate / 4.0 + p.repayment);
    let means = super::means_of_payment(books).yuan() + firm.earnings;
    due > 0.0 && means < p.distress_share * due
}

/// Whether a project is paid for: deposits hold its cost, and credit asked for it was granted but for a tolerance.
#[must_use]
pub fn funded(stage: Stage, technology: &Technology, books: &Books, granted: Money, p: &Parameters) -> bool {
    let cost = technology.project_cost;
    let asked = books.credit_demand.positive().min(cost);
    technology.building != stage && books.deposits >= cost && granted >= asked.share(1.0 - p.project_tolerance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firm() -> Standing {
        Standing { debt: 400.0, bonds: 100.0, collateral: 900.0, deposits: 100.0, earnings: 20.0, age: 40 }
    }

    fn near(x: f64, y: f64) {
        assert!((x - y).abs() < 1e-9, "{x} {y}");
    }

    #[test]
    fn a_sound_firm_pays_base_rate_and_leverage_premium() {
        near(lending_rate(0.035, &firm(), &Parameters::default()), 0.039);
    }

    #[test]
    fn thin_coverage_costs_a_premium_and_losses_the_whole_of_it() {
        let p = Parameters::default();
        // Interest 400 · 3.9 % / 4 = 3.9: coverage of one, half the safe one.
        near(lending_rate(0.035, &Standing { earnings: 3.9, ..firm() }, &p), 0.049);
        near(lending_rate(0.035, &Standing { earnings: -50.0, ..firm() }, &p), 0.059);
        near(lending_rate(0.035, &Standing { earnings: -50.0, age: 3, ..firm() }, &p), 0.039);
        near(lending_rate(0.035, &Standing { collateral: 0.0, deposits: 0.0, ..firm() }, &p), 0.055);
    }

    #[test]
    fn new_loans_end_where_collateral_or_earnings_do() {
        let p = Parameters::default();
        assert_eq!(loan_capacity(&firm(), 0.04, &p), Money::from_yuan(275.0));
        assert_eq!(loan_capacity(&Standing { earnings: 5.0, ..firm() }, 0.04, &p), Money::from_yuan(100.0));
        // Without earnings a bank rolls over what falls due, 5 % of the loan of 300, and nothing beyond the collateral.
        assert_eq!(loan_capacity(&Standing { earnings: -5.0, ..firm() }, 0.04, &p), Money::from_yuan(15.0));
        assert_eq!(loan_capacity(&Standing { earnings: -5.0, collateral: 500.0, ..firm() }, 0.04, &p), Money::ZERO);
        assert_eq!(loan_capacity(&Standing { earnings: -5.0, age: 0, ..firm() }, 0.04, &p), Money::from_yuan(275.0));
    }

    #[test]
    fn room_is_what_capital_carries_beyond_the_assets_and_liquidity_allows() {
        let p = Parameters::default();
        let bank = Bank {
            class: crate::agents::BankClass::City,
            reserves: 300,
            firm_loans: 1_000,
            deposits: 1_100,
            ..Bank::default()
        };
        // Equity 200 carries 1,905, half of the 905 above the assets is 453; liquidity allows 223 / 0.5 = 446.
        assert_eq!(lending_room(&bank, 77, &p), 446);
        assert_eq!(lending_room(&bank, 0, &p), 453);
        assert_eq!(lending_room(&Bank { deposits: 1_250, ..bank }, 77, &p), 0);
    }

    #[test]
    fn distress_is_means_below_a_share_of_what_is_due() {
        let p = Parameters { distress_share: 0.5, ..Parameters::default() };
        let books = Books { loans: Money(10_000), lending_rate: 0.04, ..Books::default() };
        // Due: 10,000 · (1 % + 5 %) = 600 fen.
        let firm = Standing { earnings: 2.99, ..firm() };
        assert!(in_distress(&firm, &books, &p));
        assert!(!in_distress(&firm, &Books { deposits: Money(2), ..books }, &p));
        assert!(!in_distress(&firm, &Books { credit_limit: Money(10_002), ..books }, &p));
    }

    #[test]
    fn a_project_needs_its_cost_and_the_credit_asked_for() {
        let p = Parameters::default();
        let technology = Technology { building: Stage::Digital, project_cost: Money(100), ..Technology::default() };
        let books = Books { deposits: Money(150), credit_demand: Money(50), ..Books::default() };
        assert!(funded(Stage::Industrial, &technology, &books, Money(45), &p));
        assert!(!funded(Stage::Industrial, &technology, &books, Money(44), &p));
        assert!(!funded(Stage::Industrial, &technology, &Books { deposits: Money(99), ..books }, Money(50), &p));
        assert!(!funded(Stage::Industrial, &Technology::default(), &books, Money(50), &p));
        // A project that costs nothing needs no money; at the stage that it leads to there is none.
        let free = Technology { project_cost: Money::ZERO, ..technology };
        assert!(funded(Stage::Industrial, &free, &books, Money::ZERO, &p));
        assert!(!funded(Stage::Digital, &free, &books, Money::ZERO, &p));
    }
}
