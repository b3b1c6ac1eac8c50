//! Entry: where firms earn more on their capital than at the start, more people with ideas found firms, in a free slot of the
//! same region. A founder puts in part of its own deposits, the venture fund the rest of the equity as far as it has money, and a
//! bank lends on top; the entrant builds its capital from the newest vintage in its first quarters.
//!
//! ```text
//! P(entry next to a firm) = η · (ρ_s / ρ⁰_s)^ε,    0.25 ≤ (ρ/ρ⁰)^ε ≤ 4
//! ```
//!
//! ρ profit over capital of the sector, ρ⁰ at the start. Sources: entry by profitability as in Dosi, Fagiolo & Roventini (2010) and
//! Geroski (1995); entrants start small (Bartelsman, Haltiwanger & Scarpetta 2009, recalled).
//! Reads `Indicators`; writes slots, wallets, funds, banks. Draws: `Entry`.
//! Not here yet: choice of location by talent, life-cycle rounds of venture finance, listing.

use crate::accounts::{Fen, Instrument, Ledger, Money, Party};
use crate::agents::firm::Life;
use crate::agents::{
    Bank, Books, Capital, Development, Funds, Identity, Inventory, NOBODY, Operations, Ownership, Person, Pricing,
    Segment, Staff, Stage, Status, Suppliers, Technology, Wallet,
};
use crate::engine::{Clock, Event, Events, Indicators, Mechanism, Stream, Systems, Tally};
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;

parameters! {
    /// Entry.
    pub struct Parameters {
        /// Entrants per firm at opening profitability (firms.csv: exit of 9 % a year by head count; agents stand for whole groups of firms, so a fraction).
        rate: f64 = 0.018, "per quarter", 0.0..=0.5;
        /// Elasticity of entry to profitability (assumed).
        profit_elasticity: f64 = 1.0, "elasticity", 0.0..=10.0;
        /// Firms of a sector below which it draws an entrant every quarter (assumed).
        fewest_firms: i64 = 3, "firms", 0..=100;
        /// Size of an entrant (assumed).
        size: f64 = 1.0, "worker agents", 0.1..=50.0;
        /// Part of the cost that is lent by a bank (assumed).
        debt_share: f64 = 0.4, "share", 0.0..=0.9;
        /// Part of the equity that the founder brings, within its means (assumed).
        founder_share: f64 = 0.3, "share", 0.0..=1.0;
        /// Working capital over the cost of capital (assumed).
        working_capital: f64 = 0.3, "ratio", 0.0..=2.0;
        /// Spread of ability among entrants, standard deviation of logs (near the spread among firms in the long run).
        ability_spread: f64 = 0.2, "log points", 0.0..=2.0;
        /// Loss of standing that keeps entrants a little behind on average (assumed).
        ability_mean: f64 = -0.02, "log points", -1.0..=1.0;
    }
}

/// Opening profit rates by sector.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct EntryNorms {
    /// Profit over capital \[per quarter\].
    pub profit_rate: Vec<f64>,
    /// Venture fund's cash at the start \[fen\].
    pub venture_cash: Fen,
    /// Bank choice by region: cumulative weights.
    pub bank_choice: Vec<Vec<(f64, u16)>>,
    /// Task shares of sectors are those of the structure; wages start from the published ones.
    pub lending_rate: f64,
}

/// Chance that an entrant appears next to a firm.
#[must_use]
pub fn entry_chance(profit_rate: f64, norm: f64, p: &Parameters) -> f64 {
    if norm <= 0.0 {
        return p.rate;
    }
    p.rate * libm::pow((profit_rate / norm).max(1e-3), p.profit_elasticity).clamp(0.25, 4.0)
}

/// What a new firm needs and who pays.
#[derive(Clone, Copy, Debug)]
struct Plan {
    slot: usize,
    sector: usize,
    region: usize,
    output: f64,
    cost: Money,
}

fn plan_entries(
    p: &Parameters,
    norms: &EntryNorms,
    structure: &Structure,
    indicators: &Indicators,
    clock: &Clock,
    identities: &[Identity],
) -> Vec<Plan> {
    let key = clock.key(Stream::Entry);
    let mut free: Vec<Vec<usize>> = vec![Vec::new(); structure.region_count()];
    for (slot, identity) in identities.iter().enumerate().rev() {
        if identity.life == Life::Vacant && identity.vacant >= 1 {
            free[usize::from(identity.region)].push(slot);
        }
    }
    let mut plans = Vec::new();
    for (slot, identity) in identities.iter().enumerate().filter(|(_, i)| i.active() && !i.public) {
        let s = usize::from(identity.sector);
        let chance = entry_chance(indicators.profit_rate_by_sector[s], norms.profit_rate[s], p);
        if !key.agent(slot as u64).chance(chance) {
            continue;
        }
        let g = usize::from(identity.region);
        let Some(slot) = free[g].pop() else { continue };
        plans.push(plan(p, structure, indicators, slot, s, g));
    }
    found_in_deserted_sectors(p, structure, indicators, identities, key, &mut free, &mut plans);
    plans
}

/// What an entrant of a sector builds and costs.
fn plan(p: &Parameters, structure: &Structure, indicators: &Indicators, slot: usize, s: usize, region: usize) -> Plan {
    let sector = &structure.sectors[s];
    let output = p.size / sector.labour;
    let capital = sector.capital_output_ratio * output / structure.normal_utilisation * indicators.capital_price;
    let sales = output * indicators.prices[s];
    let working = p.working_capital * capital.min(sales) + 0.1 * sales;
    Plan { slot, sector: s, region, output, cost: Money::from_yuan(capital + working) }
}

/// A sector that nearly nobody serves draws an entrant every quarter, in a region drawn by chance: demand that finds no
/// seller is the plainest opportunity there is.
#[allow(clippy::too_many_arguments, reason = "one place gathers what entry depends on")]
fn found_in_deserted_sectors(
    p: &Parameters,
    structure: &Structure,
    indicators: &Indicators,
    identities: &[Identity],
    key: crate::engine::StreamKey,
    free: &mut [Vec<usize>],
    plans: &mut Vec<Plan>,
) {
    for s in 0..structure.sector_count() {
        let firms = identities.iter().filter(|i| i.active() && !i.public && usize::from(i.sector) == s).count();
        if firms as u64 >= p.fewest_firms.unsigned_abs() {
            continue;
        }
        let mut draws = key.agent_round(s as u64, 99);
        let first = draws.below(free.len());
        let regions = free.len();
        let found = (0..regions).map(|n| (first + n) % regions).find_map(|g| free[g].pop().map(|slot| (g, slot)));
        if let Some((g, slot)) = found {
            plans.push(plan(p, structure, indicators, slot, s, g));
        }
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
    norms: Res<EntryNorms>,
    structure: Res<Structure>,
    indicators: Res<Indicators>,
    clock: Res<Clock>,
    mut ledger: ResMut<Ledger>,
    mut tally: ResMut<Tally>,
    mut events: ResMut<Events>,
    mut funds: ResMut<Funds>,
    mut banks: Query<&mut Bank>,
    mut firms: FirmQuery,
    mut workers: Query<(&Person, &mut Wallet)>,
) {
    let identities: Vec<Identity> = firms.iter().map(|f| *f.0).collect();
    let plans = plan_entries(&p, &norms, &structure, &indicators, &clock, &identities);
    refill_venture_fund(&norms, &mut ledger, &mut funds);
    if plans.is_empty() {
        return;
    }
    let Some((persons, wallets)) = workers.contiguous_iter_mut().expect("worker components are tables").next() else {
        return;
    };
    let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut firms: Vec<_> = firms.iter_mut().collect();
    for plan in plans {
        let mut draws = clock.key(Stream::Entry).agent_round(plan.slot as u64, 1);
        let choice = &norms.bank_choice[plan.region];
        let u = draws.uniform();
        let bank = choice[choice.partition_point(|c| c.0 <= u).min(choice.len() - 1)].1;
        let firm = Party::Firm { sector: plan.sector, bank: usize::from(bank) };
        let debt = plan.cost.share(p.debt_share);
        let lender = &mut banks[usize::from(bank)];
        lender.apply(Segment::Entrants, debt.fen());
        let debt = if lender.room.of(Segment::Entrants) >= debt.fen() { debt } else { Money::ZERO };
        let equity = plan.cost - debt;
        let founder = find_founder(plan.region, persons, wallets, equity.share(p.founder_share), &mut draws);
        let own = founder.map_or(Money::ZERO, |_| equity.share(p.founder_share));
        let venture = equity - own;
        if funds.venture_deposits < venture.fen() {
            continue;
        }
        if let Some(worker) = founder {
            ledger.issue(
                firm,
                Party::Household { bank: usize::from(persons[worker].bank) },
                own.fen(),
                Instrument::Shares,
            );
            wallets[worker].deposits -= own;
        }
        ledger.issue(firm, Party::Fund { bank: usize::from(funds.venture_bank) }, venture.fen(), Instrument::Shares);
        funds.venture_deposits -= venture.fen();
        ledger.issue(firm, Party::Bank(usize::from(bank)), debt.fen(), Instrument::FirmLoans);
        banks[usize::from(bank)].firm_loans += debt.fen();
        banks[usize::from(bank)].new_loans += debt.fen();
        banks[usize::from(bank)].room.take(Segment::Entrants, debt.fen());
        tally.firm_entries += 1;
        events.0.push(Event {
            kind: "firm_entry",
            agent_kind: "firm",
            agent: i64::try_from(plan.slot).unwrap_or(-1),
            region: u8::try_from(plan.region).ok(),
            sector: u8::try_from(plan.sector).ok(),
            amount: plan.cost.fen(),
            detail: String::new(),
        });
        let stage = if draws.chance(0.5) { Stage::Digital } else { Stage::Industrial };
        let ability = libm::exp(p.ability_mean + p.ability_spread * draws.normal());
        let f = &mut firms[plan.slot];
        *f.0 = Identity {
            sector: u8::try_from(plan.sector).unwrap_or(0),
            life: Life::Active,
            bank,
            stage,
            ..Identity { region: f.0.region, ..Identity::default() }
        };
        start(&structure, &indicators, &norms, f, &plan, stage, ability, debt);
        f.9.founder = founder.and_then(|w| u32::try_from(w).ok()).unwrap_or(NOBODY);
        #[allow(clippy::cast_possible_truncation, reason = "a share")]
        {
            f.9.founder_share = if equity.0 > 0 { (own.yuan() / equity.yuan()) as f32 } else { 0.0 };
        }
    }
}

/// Sets the components of a new firm.
#[allow(clippy::type_complexity, clippy::too_many_arguments, reason = "a query's items")]
fn start(
    structure: &Structure,
    indicators: &Indicators,
    norms: &EntryNorms,
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
    ability: f64,
    debt: Money,
) {
    let sector = &structure.sectors[plan.sector];
    let q = plan.output;
    *f.1 = Operations {
        expected_demand: q,
        expected_growth: indicators.gdp_growth,
        lagged_orders: q,
        productivity: ability,
        quality: 1.0,
        ability,
        utilisation: structure.normal_utilisation,
        hours: 1.0,
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
        digital_know_how: if stage == Stage::Digital { 0.5 } else { 0.1 },
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

/// A working person of the region whose deposits are at least four times its part.
fn find_founder(
    region: usize,
    persons: &[Person],
    wallets: &[Wallet],
    part: Money,
    draws: &mut crate::engine::Draws,
) -> Option<usize> {
    let first = persons.partition_point(|p| usize::from(p.region) < region);
    let last = persons.partition_point(|p| usize::from(p.region) <= region);
    // People move, so the layout by region is approximate: any working person met there may found.
    (0..64).find_map(|_| {
        let worker = if last > first { first + draws.below(last - first) } else { draws.below(persons.len()) };
        let person = &persons[worker];
        let able = person.status == Status::Employed && wallets[worker].deposits.0 / 4 >= part.0;
        able.then_some(worker)
    })
}

/// The equity fund keeps the venture fund at its opening cash, out of its income.
fn refill_venture_fund(norms: &EntryNorms, ledger: &mut Ledger, funds: &mut Funds) {
    let missing = (norms.venture_cash - funds.venture_deposits).max(0).min(funds.equity_deposits.max(0) / 4);
    if missing > 0 {
        let (venture, equity) = (
            Party::Fund { bank: usize::from(funds.venture_bank) },
            Party::Fund { bank: usize::from(funds.equity_bank) },
        );
        ledger.issue(venture, equity, missing, Instrument::Shares);
        funds.venture_deposits += missing;
        funds.equity_deposits -= missing;
        funds.equity_income -= missing;
    }
}

/// Entry.
pub struct Entry;

impl Mechanism for Entry {
    const NAME: &'static str = "entry";
    type Parameters = Parameters;
    fn systems() -> Systems {
        (found_firms,).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profits_attract_and_losses_deter() {
        let p = Parameters::default();
        assert!((entry_chance(0.02, 0.02, &p) - p.rate).abs() < 1e-12);
        assert!(entry_chance(0.04, 0.02, &p) > p.rate);
        assert!((entry_chance(-1.0, 0.02, &p) - 0.25 * p.rate).abs() < 1e-12);
    }
}
