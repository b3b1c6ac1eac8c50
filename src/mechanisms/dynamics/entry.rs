//! Entry: people with ideas found firms where more is earned on capital than at the start and where there is room. A founder
//! of the region puts in part of its own deposits, a bank lends, and the venture fund pays the rest of the equity: it calls
//! money from the equity fund, up to a share of the quarter's dividends, and serves first a sector that nearly nobody
//! serves, then the entrants that promise most. How many, where and how large: `founding`.
//!
//! ```text
//! founder = argmax deposits · talent^τ · (ι if nonroutine cognitive) of sixteen people in work met in the region
//! debt = min(d · cost, room of the bank),   own = min(f · equity, deposits / 4),   venture = the rest
//! founder's shares = max(own / equity, least share)
//! calls of the quarter ≤ χ · dividends,   part built = venture money at hand / venture money wanted, at most one
//! ```
//!
//! Who cannot raise all builds what can be paid, and nothing below `least_part`. What the founder owns beyond the money put
//! in is for the idea: dividends and value follow shares, and whoever finances gets fewer of them. An entrant orders its
//! capital, of the newest vintage, in its first quarter and offers nothing before it stands. Sources:
//! liquidity of founders Evans & Jovanovic (1989); founders are able and did such work Levine & Rubinstein (2017); shares that
//! founders keep Kaplan & Strömberg (2003); commitments and calls of venture funds Gompers & Lerner (1999).
//! Departures: both funds belong to households through the equity fund, so that dividends of venture-backed firms reach
//! the equity fund and come back as commitments. Reads `Indicators`, `Frontier`; writes slots, wallets, funds, banks.
//! Draws: `Entry`. Not here yet: rounds of venture finance, listing, founders of the firms of the opening.

use super::founding::{Closures, Norms, Plan, plan_entries};
use crate::accounts::{Fen, Instrument, Ledger, Money, Party};
use crate::agents::firm::Life;
use crate::agents::{
    Bank, Books, Capital, Development, Funds, Identity, Inventory, NOBODY, Operations, Ownership, Person, Pricing,
    Segment, Staff, Stage, Status, Suppliers, Technology, Wallet,
};
use crate::engine::{Clock, Event, Events, Indicators, Mechanism, Stream, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::mechanisms::labour::innovator_bargaining::INNOVATORS;
use crate::mechanisms::technology::Frontier;
use crate::mechanisms::technology::opening::ENTRANT_KNOW_HOW;
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;

parameters! {
    /// Entry.
    pub struct Parameters {
        /// Whether firms are founded; without, a sector can lose all its firms.
        enabled: bool = true;
        /// Entrants per firm of the opening for a market that promises twice as much as then, beyond those that take the places of closures (assumed; firms.csv: entry and exit of 9 % a year by head count, agents stand for whole groups of firms, so a fraction).
        rate: f64 = 0.012, "per quarter", 0.0..=0.5;
        /// Speed at which the closures that make room are smoothed (assumed: places are taken within two years).
        closure_memory: f64 = 0.125, "per quarter", 0.0..=1.0;
        /// Response of entry to the profit rate above that of the opening, over the opening's mean (assumed; Geroski 1995 finds the response slow and weak).
        profit_elasticity: f64 = 0.5, "log points per mean rate", 0.0..=10.0;
        /// Fall of entry as firms crowd a market: elasticity to the number of firms over what its value added carried at the opening (density dependence, Hannan & Carroll 1992; size assumed).
        density_elasticity: f64 = 1.0, "elasticity", 0.0..=10.0;
        /// Firms of a sector below which it draws an entrant every quarter (assumed).
        fewest_firms: i64 = 3, "firms", 0..=100;
        /// Staff of an entrant over the mean staff of its sector: entrants have 28-35 % of incumbents' output in the United States (Dunne, Roberts & Samuelson 1988), 40-60 % of their staff in emerging economies (Bartelsman, Haltiwanger & Scarpetta 2009).
        relative_size: f64 = 0.35, "share", 0.0..=2.0;
        /// Least staff of an entrant (assumed: what rounding of heads lets live).
        smallest_size: f64 = 2.0, "worker agents", 0.1..=50.0;
        /// Part of the cost that is lent by a bank, within its room (assumed).
        debt_share: f64 = 0.4, "share", 0.0..=0.9;
        /// Part of the equity that the founder brings, within a quarter of its deposits (assumed).
        founder_share: f64 = 0.3, "share", 0.0..=1.0;
        /// Smallest part of the shares that the founder gets, whoever pays: founders keep 24 to 31 % of the rights to cash under venture contracts (Kaplan & Strömberg 2003); a founder-equity rule as policy.
        founder_least_share: f64 = 0.25, "share", 0.0..=1.0;
        /// Weight of talent against means in who founds (assumed; Levine & Rubinstein 2017: founders of incorporated firms score above the mean on aptitude).
        talent_weight: f64 = 1.0, "elasticity", 0.0..=10.0;
        /// How much more likely nonroutine cognitive workers are to have the idea, as a multiple of means (assumed; Levine & Rubinstein 2017: incorporated founders do such work).
        innovator_weight: f64 = 2.0, "ratio", 0.01..=100.0;
        /// Largest part of the quarter's dividends that venture funds may call (assumed).
        commitment: f64 = 0.75, "share of dividends", 0.0..=1.0;
        /// Smallest part of its plan that an entrant builds when money is short; one lets it wait instead (assumed; entrants start smaller the less they can raise, Evans & Jovanovic 1989, Cabral & Mata 2003).
        least_part: f64 = 0.5, "share", 0.1..=1.0;
        /// Spread of investors' judgement of a plan, against the sector's profit over the opening's mean (assumed).
        judgement_error: f64 = 1.0, "log points", 0.0..=10.0;
        /// Working capital of an entrant (assumed: materials, wages and services of two quarters of building up).
        working_capital: f64 = 0.75, "quarters of sales", 0.0..=4.0;
        /// Part of entrants that begin as digital firms; the others are industrial (assumed, near the opening's share).
        digital_share: f64 = 0.5, "share", 0.0..=1.0;
        /// Spread of ability among entrants, standard deviation of logs (near the spread among firms in the long run).
        ability_spread: f64 = 0.2, "log points", 0.0..=2.0;
        /// Loss of standing that keeps entrants a little behind on average (assumed).
        ability_mean: f64 = -0.02, "log points", -1.0..=1.0;
    }
}

type FirmQuery<'w, 's> = Query<
    'w,
    's,
    (
        &'static mut Identity,
        &'static mut Operations,
        &'static mut Pricing,
        &'static mut Inventory,
        &'static mut Staff,
        &'static mut Capital,
        &'static mut Technology,
        &'static mut Books,
        &'static mut Suppliers,
        &'static mut Ownership,
        &'static mut Development,
    ),
>;

#[allow(clippy::too_many_arguments, reason = "a founding touches founder, fund, bank and state of a slot")]
fn found_firms(
    p: Res<Parameters>,
    (norms, mut closures): (Res<Norms>, ResMut<Closures>),
    (structure, indicators, frontier): (Res<Structure>, Res<Indicators>, Res<Frontier>),
    clock: Res<Clock>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut events: ResMut<Events>,
    mut funds: ResMut<Funds>,
    mut banks: Query<&mut Bank>,
    mut firms: FirmQuery,
    mut workers: Query<(&Person, &mut Wallet)>,
) {
    if !p.enabled {
        return;
    }
    let registry: Vec<(Identity, u32)> = firms.iter().map(|f| (*f.0, f.4.heads.iter().sum())).collect();
    closures.count(registry.iter().map(|r| &r.0), p.closure_memory);
    let market = (&*norms, &*closures);
    let plans = plan_entries(&p, market, &structure, &indicators, &frontier, clock.key(Stream::Entry), &registry);
    if plans.is_empty() {
        return;
    }
    let dividends: Money = firms.iter().map(|f| f.7.dividends).sum();
    let mut calls = dividends.share(p.commitment).fen();
    let Some((persons, wallets)) = workers.contiguous_iter_mut().expect("worker components are tables").next() else {
        return;
    };
    let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut firms: Vec<_> = firms.iter_mut().collect();
    for mut plan in plans {
        let mut draws = clock.key(Stream::Entry).agent_round(plan.slot as u64, 1);
        let choice = &norms.bank_choice[plan.region];
        let u = draws.uniform();
        let bank = choice[choice.partition_point(|c| c.0 <= u).min(choice.len() - 1)].1;
        let firm = Party::Firm { sector: plan.sector, bank: usize::from(bank) };
        let debt = plan.cost.share(p.debt_share);
        let lender = &mut banks[usize::from(bank)];
        lender.apply(Segment::Entrants, debt.fen());
        let debt = within(debt, lender.room.of(Segment::Entrants));
        let equity = plan.cost - debt;
        let founder = find_founder(&p, plan.region, persons, wallets, &mut draws);
        let own = founder
            .map_or(Money::ZERO, |w| within(equity.share(p.founder_share), wallets[w].deposits.positive().fen() / 4));
        let venture = (equity - own).fen();
        let part = affordable(venture, funds.venture_deposits + calls.min(funds.equity_deposits), p.least_part);
        let Some(part) = part else { continue };
        let (debt, own, venture) = plan.shrink(part, debt, own, venture);
        let equity = plan.cost - debt;
        if !call_money(venture, &mut calls, &mut ledger, &mut funds) {
            continue;
        }
        if let Some(worker) = founder {
            let household = Party::Household { bank: usize::from(persons[worker].bank) };
            ledger.issue(firm, household, own.fen(), Instrument::Shares);
            wallets[worker].deposits -= own;
        }
        ledger.issue(firm, Party::Fund { bank: usize::from(funds.venture_bank) }, venture, Instrument::Shares);
        funds.venture_deposits -= venture;
        ledger.issue(firm, Party::Bank(usize::from(bank)), debt.fen(), Instrument::FirmLoans);
        banks[usize::from(bank)].firm_loans += debt.fen();
        banks[usize::from(bank)].new_loans += debt.fen();
        banks[usize::from(bank)].room.take(Segment::Entrants, debt.fen());
        tally.firm_entries += 1;
        events.0.push(founded(&plan));
        let stage = if draws.chance(p.digital_share) { Stage::Digital } else { Stage::Industrial };
        let f = &mut firms[plan.slot];
        *f.0 = Identity {
            sector: u8::try_from(plan.sector).unwrap_or(0),
            life: Life::Active,
            bank,
            stage,
            ..Identity { region: f.0.region, ..Identity::default() }
        };
        start(&structure, &indicators, &norms, f, &plan, stage, debt);
        f.9.founder = founder.and_then(|w| u32::try_from(w).ok()).unwrap_or(NOBODY);
        #[allow(clippy::cast_possible_truncation, reason = "a share")]
        {
            f.9.founder_share = founders_share(&p, founder.is_some(), own, equity) as f32;
        }
    }
}

/// An amount, at most a limit \[fen\] and never below zero.
fn within(amount: Money, limit: Fen) -> Money {
    Money(i64::try_from(amount.fen().min(limit).max(0)).expect("no more than the amount"))
}

/// Part of a plan that money for it allows: all, as much as can be called, or nothing below the least part.
#[allow(clippy::cast_precision_loss, reason = "a ratio")]
fn affordable(venture: Fen, means: Fen, least: f64) -> Option<f64> {
    if venture <= means {
        return Some(1.0);
    }
    let part = means.max(0) as f64 / venture as f64;
    (part >= least && least < 1.0).then_some(part)
}

/// Brings the venture fund's cash to an outlay with a call on the equity fund, within what is left of the quarter's
/// calls; whether the outlay can be paid. What is called is missing in the next distribution to households.
fn call_money(outlay: Fen, calls: &mut Fen, ledger: &mut Ledger, funds: &mut Funds) -> bool {
    let missing = (outlay - funds.venture_deposits).max(0);
    if missing > (*calls).min(funds.equity_deposits) {
        return false;
    }
    if missing > 0 {
        let (venture, equity) = (
            Party::Fund { bank: usize::from(funds.venture_bank) },
            Party::Fund { bank: usize::from(funds.equity_bank) },
        );
        ledger.issue(venture, equity, missing, Instrument::Shares);
        funds.venture_deposits += missing;
        funds.equity_deposits -= missing;
        funds.equity_income -= missing;
        *calls -= missing;
    }
    true
}

fn founded(plan: &Plan) -> Event {
    Event {
        kind: "firm_entry",
        agent_kind: "firm",
        agent: i64::try_from(plan.slot).unwrap_or(-1),
        region: u8::try_from(plan.region).ok(),
        sector: u8::try_from(plan.sector).ok(),
        amount: plan.cost.fen(),
        detail: String::new(),
    }
}

/// Sets the components of a new firm.
#[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "a query's items")]
fn start(
    structure: &Structure,
    indicators: &Indicators,
    norms: &Norms,
    f: &mut (
        Mut<'_, Identity>,
        Mut<'_, Operations>,
        Mut<'_, Pricing>,
        Mut<'_, Inventory>,
        Mut<'_, Staff>,
        Mut<'_, Capital>,
        Mut<'_, Technology>,
        Mut<'_, Books>,
        Mut<'_, Suppliers>,
        Mut<'_, Ownership>,
        Mut<'_, Development>,
    ),
    plan: &Plan,
    stage: Stage,
    debt: Money,
) {
    let sector = &structure.sectors[plan.sector];
    let q = plan.output;
    *f.1 = Operations {
        expected_demand: q,
        expected_growth: indicators.gdp_growth,
        productivity: plan.productivity,
        quality: 1.0,
        ability: plan.ability,
        utilisation: structure.normal_utilisation,
        hours: 1.0,
        contract_hours: 1.0,
        ..Operations::default()
    };
    *f.2 = Pricing {
        price: indicators.prices[plan.sector],
        mark_up: sector.mark_up,
        unit_cost: indicators.prices[plan.sector] * (1.0 - sector.sales_taxes()) / (1.0 + sector.mark_up),
        ..Pricing::default()
    };
    *f.3 = Inventory::default();
    *f.4 = Staff {
        task_mix: sector.task_shares,
        posted_wage: indicators.posted_wages_by_sector[plan.sector],
        ..Staff::default()
    };
    f.5.vintages.clear();
    *f.6 = Technology {
        building: stage,
        pay_back: f64::INFINITY,
        digital_know_how: ENTRANT_KNOW_HOW[stage as usize],
        ..Technology::default()
    };
    *f.7 = Books {
        deposits: plan.cost,
        loans: debt,
        lending_rate: norms.lending_rate,
        credit_limit: debt + plan.cost.share(0.1),
        ..Books::default()
    };
    *f.8 = Suppliers::default();
    *f.9 = Ownership::default();
    *f.10 = Development::default();
}

/// Part of the shares that the founder gets, if there is one.
#[must_use]
fn founders_share(p: &Parameters, founder: bool, own: Money, equity: Money) -> f64 {
    if founder && equity.0 > 0 { (own.yuan() / equity.yuan()).max(p.founder_least_share) } else { 0.0 }
}

/// The one with most of means and talent of some working people met in the region, if any.
fn find_founder(
    p: &Parameters,
    region: usize,
    persons: &[Person],
    wallets: &[Wallet],
    draws: &mut crate::engine::Draws,
) -> Option<usize> {
    let first = persons.partition_point(|p| usize::from(p.region) < region);
    let last = persons.partition_point(|p| usize::from(p.region) <= region);
    // People move, so that rows are sorted by region only at the start: whoever lives elsewhere by now does not count.
    let met =
        (0..64).map(|_| if last > first { first + draws.below(last - first) } else { draws.below(persons.len()) });
    let promise = |w: usize| {
        let talent = libm::pow(f64::from(persons[w].talent).max(0.0), p.talent_weight);
        let idea = if usize::from(persons[w].task) == INNOVATORS { p.innovator_weight } else { 1.0 };
        wallets[w].deposits.positive().yuan() * talent * idea
    };
    met.filter(|w| persons[*w].status == Status::Employed && usize::from(persons[*w].region) == region)
        .take(16)
        .max_by(|a, b| promise(*a).total_cmp(&promise(*b)).then(b.cmp(a)))
}

/// Entry.
pub struct Entry;

impl Mechanism for Entry {
    const NAME: &'static str = "entry";
    const SWITCHES: Switches =
        Switches::Of(&[Switch { part: "foundings", off: &["entry.enabled=false"], instead: "nobody founds a firm" }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (found_firms,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_venture_fund_calls_what_is_missing_and_no_more_than_was_committed() {
        let mut ledger = Ledger::new(1, 2);
        let mut funds = Funds { equity_deposits: 100, venture_deposits: 10, venture_bank: 1, ..Funds::default() };
        let mut calls = 50;
        assert!(call_money(30, &mut calls, &mut ledger, &mut funds));
        assert_eq!((funds.equity_deposits, funds.venture_deposits, funds.equity_income, calls), (80, 30, -20, 30));
        assert!(call_money(25, &mut calls, &mut ledger, &mut funds));
        assert_eq!((funds.venture_deposits, calls), (30, 30));
        assert!(!call_money(61, &mut calls, &mut ledger, &mut funds));
        assert_eq!((funds.equity_deposits, funds.venture_deposits), (80, 30));
    }

    #[test]
    fn the_founder_gets_a_share_for_the_idea_and_is_chosen_by_means_and_talent() {
        let p = Parameters { founder_least_share: 0.25, ..Parameters::default() };
        assert!((founders_share(&p, true, Money(10), Money(100)) - 0.25).abs() < 1e-12);
        assert!((founders_share(&p, true, Money(60), Money(100)) - 0.6).abs() < 1e-12);
        assert_eq!(founders_share(&p, false, Money(0), Money(100)), 0.0);
        let person = |talent: f32, task| Person { talent, task, status: Status::Employed, ..Person::default() };
        let persons = [person(1.0, 0), person(2.0, 0), person(1.0, 3)];
        let wallets = [110, 100, 90].map(|d| Wallet { deposits: Money(d), ..Wallet::default() });
        let of = |talent_weight, innovator_weight| {
            let p = Parameters { talent_weight, innovator_weight, ..Parameters::default() };
            find_founder(&p, 0, &persons, &wallets, &mut crate::engine::StreamKey::new(1, 1, Stream::Entry).agent(3))
        };
        assert_eq!(of(0.0, 1.0), Some(0), "means alone");
        assert_eq!(of(1.0, 1.0), Some(1), "talent");
        assert_eq!(of(0.0, 3.0), Some(2), "work with ideas");
    }

    #[test]
    fn an_entrant_builds_what_can_be_paid_or_waits() {
        assert_eq!(affordable(100, 100, 0.5), Some(1.0));
        assert_eq!(affordable(100, 70, 0.5), Some(0.7));
        assert_eq!(affordable(100, 40, 0.5), None);
        assert_eq!(affordable(100, 99, 1.0), None);
    }

    #[test]
    fn a_part_is_within_its_limit() {
        assert_eq!(within(Money(10), 4), Money(4));
        assert_eq!(within(Money(10), 40), Money(10));
        assert_eq!(within(Money(10), -4), Money::ZERO);
    }
}
