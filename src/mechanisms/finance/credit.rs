//! Bank credit to firms.
//!
//! A firm asks its own bank for the funds that its plans need; if that bank is short of room, it asks another, which takes over
//! the whole loan when it accepts. The rate rises with leverage, with thin interest coverage and with the bank's own want of
//! capital; the amount is limited by what the firm can pledge and serve, and by the bank's room, which is shared in proportion.
//!
//! Room is set once a tick and planned for firms, households, governments with their vehicles, and entrants in proportion
//! to the applications that the bank expects: those of past quarters, smoothed. What one kind of borrower leaves is open
//! to the next in the tick; nobody but firms asks a second bank. A loan that does not perform is neither raised on
//! application nor taken over; its line stays open. Overdrafts within the credit line are drawn without asking (`settlement_of_banks`).
//!
//! ```text
//! r = r_p + s_class + φ_l · min(l, 2) + φ_c · clamp(1 − c / c*, 0, 1) + s_b;   l = (L + B) / (K + N + D),   c = 4 · e / (r · (L + B))
//! L' ≤ min(λ · (K + N), 4 · e / (r · c_min)) − B;   room_b = min(υ · (E / k − W)⁺, liquid / o)
//! ```
//!
//! `r_p` policy rate; L loans, B bonds, K capital, N inventories (land and homes of developers included), D deposits; e
//! profit after company tax of the last quarter plus a quarter's interest at the firm's loan rate on loans and bonds
//! alike; what falls due is rolled over within the collateral whatever e; E, W capital (equity less provisions) and risk-weighted assets of the
//! bank, k requirement; liquid = reserves above the requirement, net interbank claims and central bonds; o share of new
//! loans that leaves the bank. Source: financial accelerator (Delli Gatti et al. 2010), credit rationing by capital
//! requirement (Dosi et al. 2015), premium on leverage (Bernanke, Gertler & Gilchrist 1999). Departures: firms do not
//! shop for a lower rate; rooms are shared in proportion and not by rank. Reads `Capital`, `Inventory`, `Development`,
//! `Operations`, `Pricing`, `CentralBank`; writes `Books` (deposits, loans, rate, limit), `Identity` (bank,
//! distressed), `Technology::funded`, `Bank` (loans, room, spread), `Tally`, `Ledger`. Draws: `Stream::Credit`.
//!
//! Not here yet: venture and equity money for firms in business (M21), credit windows and withdrawal by sector (M13), exposure limits by
//! sector, limits on exposure to a single borrower.

use super::amounts::share;
use super::interbank;
use super::settlement_of_banks::move_deposits;
use super::targets::{BankTargets, of_class};
use crate::accounts::{Fen, Instrument, Ledger, Money, Party};
use crate::agents::{
    Bank, BankClass, Books, Capital, CentralBank, Development, Identity, Inventory, LendingRoom, Operations, Pricing,
    Segment, Technology,
};
use crate::engine::clock::Clock;
use crate::engine::events::Tally;
use crate::engine::mechanism::{Mechanism, Systems};
use crate::engine::random::Stream;
use crate::engine::registry::Registry;
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::{IntoScheduleConfigs, Mut, Query, Res, ResMut};

mod rationing;
mod rules;

use rationing::Application;
pub use rules::{Standing, further_loan, lending_rate, lending_room, loan_capacity, undrawn_line};

parameters! {
    /// Bank credit to firms.
    pub struct Parameters {
        /// Spread of large state banks. Assumption: the mean new rate of 2023 is 3.83 % (`banks.csv` `average_new_loan_rate`).
        spread_large_state: f64 = 0.008, "per year", 0.0..=0.1;
        /// Spread of joint-stock banks. Assumption, as above.
        spread_joint_stock: f64 = 0.010, "per year", 0.0..=0.1;
        /// Spread of city banks. Assumption, as above.
        spread_city: f64 = 0.013, "per year", 0.0..=0.1;
        /// Spread of rural banks. Assumption, as above.
        spread_rural: f64 = 0.016, "per year", 0.0..=0.1;
        /// Spread of other banks. Assumption, as above.
        spread_other: f64 = 0.008, "per year", 0.0..=0.1;
        /// Premium per unit of leverage. Source: Bernanke, Gertler & Gilchrist (1999), order of magnitude.
        leverage_premium: f64 = 0.01, "per year", 0.0..=0.2;
        /// Premium of a firm that earns none of its interest. Assumption.
        coverage_premium: f64 = 0.02, "per year", 0.0..=0.2;
        /// Earnings over interest above which there is no premium. Assumption.
        safe_coverage: f64 = 2.0, "1", 0.1..=20.0;
        /// Least earnings over interest, new loan included. Assumption.
        least_coverage: f64 = 1.0, "1", 0.1..=20.0;
        /// Age below which earnings are not asked for. Assumption.
        grace: i64 = 8, "quarters", 0..=80;
        /// Debt over capital and inventories up to which banks lend. Source: `parameters.csv` `leverage_industry` 0.57 on average, so above it.
        largest_leverage: f64 = 0.75, "1", 0.1..=2.0;
        /// Overdraft line over quarterly sales. Assumption.
        line_share: f64 = 0.3, "1", 0.0..=4.0;
        /// Principal that firms repay. Assumption: a mean life of five years.
        repayment: f64 = 0.05, "per quarter", 0.0..=1.0;
        /// Share of what is due that means must cover; below it a firm is in distress. Assumption.
        distress_share: f64 = 0.25, "1", 0.0..=2.0;
        /// Part of a project's cost that may remain without credit. Assumption.
        project_tolerance: f64 = 0.1, "1", 0.0..=1.0;
        /// Capital over risk-weighted assets, large state banks. Source: `parameters.csv` `capital_requirement_large`.
        capital_requirement_large: f64 = 0.115, "1", 0.01..=0.3;
        /// Capital over risk-weighted assets, other banks. Source: `parameters.csv` `capital_requirement_small`.
        capital_requirement_small: f64 = 0.105, "1", 0.01..=0.3;
        /// Part of the room above the capital requirement used in a quarter. Assumption.
        room_use: f64 = 0.5, "per quarter", 0.0..=1.0;
        /// Part of new loans that leaves the bank as payments. Assumption.
        outflow: f64 = 0.5, "1", 0.01..=1.0;
        /// Weight of the last quarter in the applications that a bank plans its room by. Assumption: about a year.
        application_weight: f64 = 0.25, "per quarter", 0.0..=1.0;
        /// Spread per point of capital ratio below the bank's target. Assumption.
        capital_sensitivity: f64 = 0.1, "1", 0.0..=2.0;
        /// Whether collateral, earnings and the bank's room limit loans to firms; false grants what performing borrowers ask for.
        rationing: bool = true;
        /// Whether refused firms ask another bank.
        second_bank: bool = true;
    }
}

impl Parameters {
    /// Spread of a class over the policy rate.
    #[must_use]
    pub fn spread(&self, class: BankClass) -> f64 {
        let table =
            [self.spread_large_state, self.spread_joint_stock, self.spread_city, self.spread_rural, self.spread_other];
        of_class(class, table)
    }

    /// Capital requirement of a class.
    #[must_use]
    pub const fn capital_requirement(&self, class: BankClass) -> f64 {
        if matches!(class, BankClass::LargeState) {
            self.capital_requirement_large
        } else {
            self.capital_requirement_small
        }
    }
}

/// Bank credit to firms.
pub struct FirmCredit;

impl Mechanism for FirmCredit {
    const NAME: &'static str = "firm_credit";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "rationing",
            off: &["firm_credit.rationing=false"],
            instead: "a bank grants whatever a firm asks, whatever it can pledge or earn and whatever room the bank has, unless its loan does not perform",
        },
        Switch {
            part: "premiums",
            off: &[
                "firm_credit.leverage_premium=0.0",
                "firm_credit.coverage_premium=0.0",
                "firm_credit.capital_sensitivity=0.0",
            ],
            instead: "the firms of a bank all borrow at its base rate",
        },
        Switch {
            part: "second bank",
            off: &["firm_credit.second_bank=false"],
            instead: "who is refused asks nobody else",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (set_lending_room, lend_to_firms).chain()
    }
    fn rules(registry: &mut Registry) {
        registry.ascending(&[(Self::NAME, "least_coverage"), (Self::NAME, "safe_coverage")]);
    }
}

/// What a firm can pay without asking: deposits and the undrawn credit line.
#[must_use]
pub fn means_of_payment(books: &Books) -> Money {
    books.deposits + undrawn_line(books)
}

fn set_lending_room(
    parameters: Res<Parameters>,
    reserves: Res<interbank::Parameters>,
    targets: Res<BankTargets>,
    mut banks: Query<&mut Bank>,
) {
    for (b, mut bank) in banks.iter_mut().enumerate() {
        let required = share(bank.deposits.max(0), reserves.requirement(bank.class));
        plan_segments(&mut bank, &parameters);
        bank.room = LendingRoom::share_out(lending_room(&bank, required, &parameters), &bank.expected_applications);
        let shortfall = (targets.capital_ratio[b] - bank.capital_ratio()).max(0.0);
        bank.capital_spread = parameters.capital_sensitivity * shortfall;
    }
}

/// What the bank expects to be asked for: applications smoothed, at the start the part of each stock of loans that firms repay of theirs.
fn plan_segments(bank: &mut Bank, parameters: &Parameters) {
    let applied = core::mem::take(&mut bank.applications);
    if bank.expected_applications.iter().sum::<Fen>() == 0 {
        let stocks = [bank.firm_loans, bank.mortgages + bank.other_household_loans, bank.lgfv_loans, 0];
        bank.expected_applications = stocks.map(|s| share(s, parameters.repayment));
    } else {
        for (expected, applied) in bank.expected_applications.iter_mut().zip(applied) {
            *expected += share(applied - *expected, parameters.application_weight);
        }
    }
}

type Firms = (
    &'static mut Identity,
    &'static mut Books,
    &'static mut Technology,
    &'static Capital,
    &'static Inventory,
    (&'static Operations, &'static Pricing, Option<&'static Development>),
);

fn lend_to_firms(
    parameters: Res<Parameters>,
    clock: Res<Clock>,
    central_bank: Res<CentralBank>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut firms: Query<Firms>,
    mut banks: Query<&mut Bank>,
) {
    let mut banks: Vec<Mut<Bank>> = banks.iter_mut().collect();
    let base: Vec<f64> =
        banks.iter().map(|b| central_bank.policy_rate + parameters.spread(b.class) + b.capital_spread).collect();
    let standing =
        |identity: &Identity, books: &Books, capital: &Capital, inventory: &Inventory, land: Option<&Development>| {
            Standing::of(identity, books, capital.value() + inventory.value(), land)
        };
    let mut applications: Vec<Application> = firms
        .iter()
        .enumerate()
        .filter(|(_, (identity, ..))| identity.active())
        .map(|(slot, (identity, books, _, capital, inventory, (_, _, land)))| {
            let firm = standing(identity, books, capital, inventory, land);
            let rate = lending_rate(base[usize::from(identity.bank)], &firm, &parameters);
            let wanted = books.credit_demand.positive();
            let capacity = if books.non_performing { Money::ZERO } else { loan_capacity(&firm, rate, &parameters) };
            let eligible = wanted.min(capacity);
            Application::new(slot, identity, books.loans, wanted, eligible)
        })
        .collect();
    for a in &applications {
        banks[a.bank].apply(Segment::Firms, a.eligible.fen());
    }
    let opening: Vec<Fen> = banks.iter().map(|b| b.room.of(Segment::Firms)).collect();
    let mut room = opening.clone();
    if parameters.rationing {
        rationing::ration(&mut applications, &mut room);
    } else {
        for a in &mut applications {
            a.granted = a.eligible;
        }
    }
    if parameters.second_bank {
        let key = clock.key(Stream::Credit);
        rationing::ask_another_bank(&mut applications, &mut room, &banks, key);
    }
    let mut applications = applications.into_iter().peekable();
    for (slot, (mut identity, mut books, mut technology, capital, inventory, (operations, pricing, land))) in
        firms.iter_mut().enumerate()
    {
        let Some(application) = applications.next_if(|a| a.slot == slot) else { continue };
        book(&application, &mut identity, &mut books, &mut banks, &mut ledger);
        tally.new_firm_loans += application.granted.fen();
        tally.refused_firm_loans += (application.wanted - application.granted).fen();
        let firm = standing(&identity, &books, capital, inventory, land);
        books.lending_rate = lending_rate(base[usize::from(identity.bank)], &firm, &parameters);
        let sales = books.lagged_revenue.max(Money::from_yuan(operations.expected_demand * pricing.price));
        books.credit_limit = rules::credit_limit(&firm, &books, sales, &parameters);
        let distressed = rules::in_distress(&firm, &books, &parameters);
        identity.distressed = if distressed { identity.distressed.saturating_add(1) } else { 0 };
        technology.funded = rules::funded(identity.stage, &technology, &books, application.granted, &parameters);
    }
    for (bank, (opening, left)) in banks.iter_mut().zip(opening.into_iter().zip(room)) {
        bank.room.take(Segment::Firms, opening - left);
    }
}

/// Books a granted loan; a new bank also takes over the account and the old loan.
fn book(
    application: &Application,
    identity: &mut Identity,
    books: &mut Books,
    banks: &mut [Mut<Bank>],
    ledger: &mut Ledger,
) {
    let (old, bank) = (application.bank, application.lender);
    let firm = Party::Firm { sector: usize::from(identity.sector), bank };
    let granted = application.granted.fen();
    let taken_over = if old == bank { 0 } else { books.loans.fen() };
    if old != bank {
        move_deposits(ledger, old, bank, books.deposits.fen());
        identity.bank = u16::try_from(bank).expect("bank numbers are u16");
    }
    ledger.issue(firm, Party::Bank(bank), granted + taken_over, Instrument::FirmLoans);
    ledger.redeem(firm, Party::Bank(old), taken_over, Instrument::FirmLoans);
    banks[bank].firm_loans += granted + taken_over;
    banks[bank].new_loans += granted;
    banks[old].firm_loans -= taken_over;
    books.loans += application.granted;
    books.deposits += application.granted;
}
