//! Homes are bought: first homes and upgrades by need and income, investment by expected price growth.
//!
//! A household that sets out to buy asks its bank for a mortgage; if its means or its income do not suffice or the bank
//! has no room, its wish stays notional and nobody else hears of it. Where the bank's room falls short, it lends to a part of the persons
//! behind the agent, who buy as much less. Who has the means draws a developer of its region by unsold floor space; what the last
//! buyer takes beyond that is sold ahead of construction, up to the developer's land. (Were an agent's purchase refused whole or cut to one
//! developer's stock, larger agents would buy less.) The buyer pays the whole price at once as an advance; it waits for the home with one order at a time. Homes are
//! handed over with a constant probability when the developer has floor space (see [`super::delivery`]). The rates are
//! those of [`super::demand`], with a level that gives the sales of 2023.
//!
//! Source: pre-sale and down-payment practice after the National Bureau of Statistics 2023 (pre-sales and mortgages pay
//! for half of developers' funds); search over sellers as in Dosi, Fagiolo & Roventini (2010). Departures: no market for
//! existing homes between households; a mean home changes hands in quarters of an agent's normal home;
//! where a bank lends to a part of an agent, the own money of all its persons counts for that part, so that the loan is smaller than the room.
//!
//! Reads `HousingReference`, `Indicators`; writes `Wallet`, `Home`, `Books`, `Development`, `Bank`, `HomeDemand`, `Tally`,
//! the ledger. Draws: `Stream::Housing`.
//! Not here yet: rents, youth flats, resale, floor prices by quality.

use super::demand::{self, Prospect, Terms};
use super::rate_bound::RateBound;
use super::{HomeDemand, HousingReference, delivery};
use crate::accounts::{Fen, Instrument, Ledger, Money, Party};
use crate::agents::{Bank, Books, Development, Home, Identity, NOBODY, Person, Segment, Wallet};
use crate::engine::{CHUNK, Clock, Indicators, Mechanism, Stream, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::change_detection::ContiguousMut;
use bevy_ecs::prelude::*;
use rayon::prelude::*;

parameters! {
    /// `[housing_market]`: purchases of homes and mortgages.
    pub struct Parameters {
        /// Whether homes are traded.
        enabled: bool = true;
        /// Size of a purchase over the home that a household aims at (assumed: an agent stands for many, a fourth of whom buy at once; 2 % of agents a quarter then buy the 1,117 million square metres of 2023).
        purchase_size: f64 = 0.25, "share", 0.01..=1.0;
        /// Elasticity of the purchase rate to the floor space that is missing (assumed).
        need_elasticity: f64 = 1.5, "1", 0.0..=5.0;
        /// Home below which need grows no more, over the home aimed at (assumed).
        smallest_home: f64 = 0.2, "share", 0.01..=1.0;
        /// Income elasticity of the floor space aimed at (assumed; 40 square metres a person grew by 1.5 % a year on real income growth of 5 %).
        income_elasticity: f64 = 0.3, "1", 0.0..=2.0;
        /// Elasticity of the purchase rate to income over price (assumed).
        affordability_elasticity: f64 = 0.7, "1", 0.0..=3.0;
        /// Ratio of income over price to the regional mean beyond which it no longer matters (assumed).
        largest_affordability: f64 = 4.0, "ratio", 1.0..=100.0;
        /// Part of purchases that are investment at the start (survey estimates of a sixth to a fourth).
        investment_share: f64 = 0.2, "share", 0.0..=1.0;
        /// Response of investment demand to expected growth of prices, logs per unit of yearly growth (assumed).
        growth_response: f64 = 8.0, "log points", 0.0..=50.0;
        /// Largest response of investment demand (assumed).
        largest_response: f64 = 1.5, "log points", 0.0..=5.0;
        /// Largest purchase rate of a household (assumed).
        largest_rate: f64 = 0.5, "per quarter", 0.0..=1.0;
        /// Down payment: parameters.csv, 30 % (People's Bank of China 2023).
        down_payment: f64 = 0.3, "share of price", 0.0..=1.0;
        /// Part of the deposits above the reserve that buyers put in (assumed; new mortgages were then about half of sales).
        own_means_share: f64 = 0.5, "share", 0.0..=1.0;
        /// Deposits that buyers keep (assumed).
        liquid_reserve: f64 = 0.5, "quarters of income", 0.0..=8.0;
        /// Ceiling of debt service over income (supervisors' guidelines of 2004: 50 % for mortgages).
        debt_service_limit: f64 = 0.5, "share of income", 0.0..=1.0;
        /// Mortgage rate over the policy rate: 4.2 % on outstanding mortgages in 2023 less 2.5 %.
        mortgage_spread: f64 = 0.017, "per year", -0.05..=0.2;
        /// Term of mortgages (People's Bank of China: up to 30 years; mean of about 25).
        mortgage_years: f64 = 25.0, "years", 1.0..=50.0;
        /// Age at which mortgages are repaid (banks: age and term together of 65 to 75 years at most).
        oldest_age: f64 = 70.0, "years", 16.0..=120.0;
        /// Repayment that banks expect on other household loans (assumed: revolving, a twentieth a quarter).
        other_loan_repayment: f64 = 0.05, "per quarter", 0.0..=1.0;
        /// Probability that an ordered home is handed over: pending orders of three quarters of sales and the 673 million unsold square metres of 2023 then make up developers' homes of 16 trn.
        delivery_rate: f64 = 0.3333, "per quarter", 0.01..=1.0;
    }
}

/// A household that sets out to buy.
#[derive(Clone, Copy, Debug)]
struct Buyer {
    row: usize,
    region: usize,
    size: f64,
    draw: f64,
}

impl Buyer {
    /// The part of the persons behind the agent whose mortgages a bank has room for.
    #[allow(clippy::cast_precision_loss, reason = "a share")]
    fn as_far_as(self, asked: Fen, room: Fen) -> Self {
        let part = if asked > room { ROUNDING * room as f64 / asked as f64 } else { 1.0 };
        Self { size: self.size * part, ..self }
    }
}

/// Keeps a mortgage that just fits a bank's room from exceeding it by rounding.
const ROUNDING: f64 = 0.999_999;

/// Unsold floor space of a region's developers.
#[derive(Clone, Debug, Default)]
struct Shelf {
    offers: Vec<(usize, f64)>,
    total: f64,
}

impl Shelf {
    /// Takes what was bought off the shelf; the rest is sold ahead of construction.
    fn sell(&mut self, pick: usize, floor: f64) {
        let taken = floor.min(self.offers[pick].1);
        self.offers[pick].1 -= taken;
        self.total -= taken;
    }

    /// Developer drawn by unsold floor space, and what it still has.
    fn pick(&self, draw: f64) -> Option<usize> {
        let mut left = draw * self.total;
        let mut last = None;
        for (i, (_, unsold)) in self.offers.iter().enumerate().filter(|(_, o)| o.1 > 0.0) {
            last = Some(i);
            left -= unsold;
            if left < 0.0 {
                break;
            }
        }
        last
    }
}

fn find_buyers(
    workers: &Query<(&Person, &mut Wallet, &mut Home)>,
    terms: &[Terms],
    parameters: &Parameters,
    clock: &Clock,
) -> Vec<Buyer> {
    let key = clock.key(Stream::Housing);
    let bound = RateBound::new(terms, parameters);
    let workers = workers.as_readonly();
    let mut tables = workers.contiguous_iter().expect("workers lie in tables");
    let Some((persons, wallets, homes)) = tables.next() else { return Vec::new() };
    let found: Vec<Vec<Buyer>> = persons
        .par_chunks(CHUNK)
        .zip(wallets.par_chunks(CHUNK))
        .zip(homes.par_chunks(CHUNK))
        .enumerate()
        .map(|(c, ((persons, wallets), homes))| {
            let rows = c * CHUNK;
            let agents = persons.iter().zip(wallets).zip(homes).enumerate();
            agents
                .filter(|(_, (_, home))| home.developer == NOBODY)
                .filter_map(|(i, ((person, wallet), home))| {
                    let row = rows + i;
                    let mut draws = key.agent(row as u64);
                    let region = usize::from(person.region);
                    let prospect = Prospect::new(person, wallet, home, terms[region].persons_per_worker);
                    let chance = draws.uniform();
                    if chance >= bound.of(&prospect, region)
                        || chance >= demand::purchase_rate(&prospect, &terms[region], parameters)
                    {
                        return None;
                    }
                    let size = demand::purchase_size(&prospect, &terms[region], parameters);
                    Some(Buyer { row, region, size, draw: draws.uniform() })
                })
                .collect()
        })
        .collect();
    found.concat()
}

/// What a purchase comes to.
#[derive(Clone, Copy, Debug)]
struct Purchase {
    floor: f64,
    price: Money,
    mortgage: Money,
}

/// Puts developers' unsold floor space on offer by region and starts the count of the tick's sales.
fn fill_shelves(
    developers: &mut [(&Identity, Mut<Books>, Mut<Development>)],
    regions: usize,
    structure: &Structure,
) -> Vec<Shelf> {
    let mut shelves = vec![Shelf::default(); regions];
    for (slot, (identity, _, development)) in developers.iter_mut().enumerate() {
        development.sales = 0.0;
        if identity.active() && usize::from(identity.sector) == structure.real_estate {
            let unsold = (development.floor_space - development.floor_space_sold).max(0.0);
            let shelf = &mut shelves[usize::from(identity.region)];
            shelf.offers.push((slot, unsold));
            shelf.total += unsold;
        }
    }
    shelves
}

/// The bank lends.
fn lend(bank: &mut Bank, number: usize, wallet: &mut Wallet, home: &mut Home, mortgage: Money, ledger: &mut Ledger) {
    let household = Party::Household { bank: number };
    ledger.issue(household, Party::Bank(number), mortgage.fen(), Instrument::HouseholdMortgages);
    bank.mortgages += mortgage.fen();
    bank.room.take(Segment::Households, mortgage.fen());
    bank.new_loans += mortgage.fen();
    home.mortgage += mortgage;
    wallet.deposits += mortgage;
}

/// The household pays the price as an advance.
#[allow(clippy::cast_possible_truncation, reason = "floor space is single precision")]
fn order(
    purchase: &Purchase,
    (household, wallet, home): (Party, &mut Wallet, &mut Home),
    (slot, developer, books, development): (usize, Party, &mut Books, &mut Development),
    ledger: &mut Ledger,
) {
    ledger.issue(developer, household, purchase.price.fen(), Instrument::CustomerAdvances);
    wallet.deposits -= purchase.price;
    books.deposits += purchase.price;
    books.advances += purchase.price;
    home.advances = purchase.price;
    home.developer = u32::try_from(slot).expect("slots fit");
    home.floor_space_ordered = purchase.floor as f32;
    development.floor_space_sold += purchase.floor;
    development.sales += purchase.floor;
}

/// Households buy homes ahead of completion.
#[allow(
    clippy::too_many_arguments,
    clippy::cast_possible_truncation,
    reason = "a market sees all its sides; floor space is single precision"
)]
fn sell_homes(
    mut workers: Query<(&Person, &mut Wallet, &mut Home)>,
    mut firms: Query<(&Identity, &mut Books, &mut Development)>,
    mut banks: Query<&mut Bank>,
    (parameters, reference, indicators): (Res<Parameters>, Res<HousingReference>, Res<Indicators>),
    (structure, clock): (Res<Structure>, Res<Clock>),
    mut wanted: ResMut<HomeDemand>,
    mut tally: ResMut<Tally>,
    mut ledger: ResMut<Ledger>,
) {
    *wanted = HomeDemand { notional: vec![0.0; reference.sales.len()], effective: vec![0.0; reference.sales.len()] };
    let mut developers: Vec<_> = firms.iter_mut().collect();
    let mut shelves = fill_shelves(&mut developers, reference.sales.len(), &structure);
    if !parameters.enabled {
        return;
    }
    let terms = Terms::of_regions(&reference, &indicators, &parameters, structure.persons_per_worker);
    let buyers = find_buyers(&workers, &terms, &parameters, &clock);
    let mut banks: Vec<_> = banks.iter_mut().collect();
    let mut tables = workers.contiguous_iter_mut().expect("workers lie in tables");
    let Some((persons, wallets, homes)) = tables.next() else { return };
    let (wallets, _) = ContiguousMut::bypass_change_detection_split(wallets);
    let (homes, _) = ContiguousMut::bypass_change_detection_split(homes);
    for buyer in buyers {
        let (person, wallet, home) = (&persons[buyer.row], &mut wallets[buyer.row], &mut homes[buyer.row]);
        let terms = &terms[buyer.region];
        let prospect = Prospect::new(person, wallet, home, terms.persons_per_worker);
        wanted.notional[buyer.region] += buyer.size;
        let number = usize::from(person.bank);
        let Some((_, mortgage)) = demand::finance(&prospect, buyer.size * terms.price, terms, &parameters) else {
            continue;
        };
        let asked = Money::from_yuan(mortgage).fen();
        banks[number].apply(Segment::Households, asked);
        let room = banks[number].room.of(Segment::Households);
        if asked > room && room <= 0 {
            continue;
        }
        let buyer = buyer.as_far_as(asked, room);
        wanted.effective[buyer.region] += buyer.size;
        let shelf = &mut shelves[buyer.region];
        let Some(pick) = shelf.pick(buyer.draw) else { continue };
        let (slot, unsold) = shelf.offers[pick];
        let ahead = developers[slot].2.land;
        let floor = f64::from(buyer.size.min(unsold + ahead) as f32);
        let price = Money::from_yuan(floor * terms.price);
        let Some((_, mortgage)) = demand::finance(&prospect, price.yuan(), terms, &parameters) else { continue };
        let purchase = Purchase { floor, price, mortgage: Money::from_yuan(mortgage) };
        let short = wallet.deposits + purchase.mortgage < price;
        if short || price <= Money::ZERO || purchase.mortgage.fen() > room {
            continue;
        }
        lend(&mut banks[number], number, wallet, home, purchase.mortgage, &mut ledger);
        let (identity, books, development) = &mut developers[slot];
        let developer = Party::Firm { sector: structure.real_estate, bank: usize::from(identity.bank) };
        let household = (Party::Household { bank: number }, wallet, home);
        order(&purchase, household, (slot, developer, books, development), &mut ledger);
        shelf.sell(pick, floor);
        tally.home_sales += floor;
    }
}

/// Purchases, hand-over and the fate of orders with closed developers.
pub struct HousingMarket;

impl Mechanism for HousingMarket {
    const NAME: &'static str = "housing_market";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "purchases of homes",
            off: &["housing_market.enabled=false"],
            instead: "homes that are ordered are handed over, none is bought",
        },
        Switch {
            part: "investment by expected price",
            off: &["housing_market.growth_response=0.0"],
            instead: "investors buy the same share whatever they expect of prices",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (delivery::pass_on_orders, delivery::hand_over_homes, sell_homes).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Snapshot, buyers_world, deliver_construction, run};
    use super::super::{development, prices, values};
    use super::*;
    use crate::agents::LendingRoom;
    use crate::mechanisms::public::land;

    #[test]
    fn an_economy_without_growth_keeps_sales_stocks_and_prices() {
        let mut world = buyers_world(30_000);
        let target: f64 = world.resource::<HousingReference>().sales.iter().sum();
        let start = world.resource::<Indicators>().home_prices.clone();
        let stocks = |world: &mut World| {
            let mut query = world.query::<&Development>();
            query.iter(world).fold((0.0, 0.0), |(floor, cost), d| (floor + d.floor_space, cost + d.homes_value.yuan()))
        };
        let before = stocks(&mut world);
        let mut query = world.query::<(&Wallet, &Home)>();
        let means: Vec<_> = query.iter(&world).map(|(w, h)| (w.deposits, h.mortgage)).collect();
        for tick in 1..=16 {
            world.resource_mut::<Clock>().tick = tick;
            for (i, (mut wallet, mut home)) in
                world.query::<(&mut Wallet, &mut Home)>().iter_mut(&mut world).enumerate()
            {
                (wallet.deposits, home.mortgage) = means[i];
            }
            run(&mut world, delivery::hand_over_homes);
            run(&mut world, sell_homes);
            run(&mut world, development::order_construction);
            deliver_construction(&mut world);
            run(&mut world, development::complete_construction);
            run(&mut world, land::sell_land);
            run(&mut world, land::convert_land);
            run(&mut world, prices::set_home_prices);
            run(&mut world, values::demolish);
        }
        let sold = world.resource::<Tally>().home_sales / 16.0;
        assert!((sold / target - 1.0).abs() < 0.06, "{sold} against {target} a quarter");
        let after = stocks(&mut world);
        assert!(
            (after.0 / before.0 - 1.0).abs() < 0.1 && (after.1 / before.1 - 1.0).abs() < 0.1,
            "{before:?} to {after:?}"
        );
        for (now, then) in world.resource::<Indicators>().home_prices.iter().zip(&start) {
            assert!((now / then - 1.0).abs() < 0.05, "{then} to {now}");
        }
    }

    #[test]
    fn purchases_and_hand_over_keep_the_books_in_step() {
        let mut world = buyers_world(1_000);
        let before = Snapshot::take(&mut world);
        run(&mut world, delivery::hand_over_homes);
        run(&mut world, sell_homes);
        run(&mut world, super::super::values::revalue_homes);
        assert!(world.resource::<Tally>().home_sales > 0.0);
        before.check(&mut world);
    }

    #[test]
    fn a_bank_without_room_sells_no_mortgage() {
        let mut world = buyers_world(500);
        world.query::<&mut Bank>().iter_mut(&mut world).for_each(|mut b| b.room = LendingRoom::default());
        run(&mut world, sell_homes);
        let new: i128 = world.query::<&Bank>().iter(&world).map(|b| b.new_loans).sum();
        assert_eq!(new, 0);
    }

    #[test]
    fn a_bank_with_little_room_lends_to_a_part_of_the_persons_behind_an_agent() {
        let buyer = Buyer { row: 0, region: 0, size: 100.0, draw: 0.5 };
        assert_eq!(buyer.as_far_as(50, 50).size, 100.0);
        let part = buyer.as_far_as(200, 50).size;
        assert!(part < 25.0 && part > 24.99, "{part}");
    }

    #[test]
    fn the_last_home_on_the_shelf_is_sold_whole() {
        let mut shelf = Shelf { offers: vec![(0, 30.0), (1, 20.0)], total: 50.0 };
        shelf.sell(0, 45.0);
        assert_eq!((shelf.offers[0].1, shelf.total, shelf.pick(0.0)), (0.0, 20.0, Some(1)));
    }

    #[test]
    fn nobody_buys_when_the_market_is_switched_off() {
        let mut world = buyers_world(500);
        world.resource_mut::<Parameters>().enabled = false;
        run(&mut world, sell_homes);
        assert!(world.resource::<Tally>().home_sales == 0.0);
    }

    #[test]
    fn a_wish_that_the_bank_refuses_is_no_effective_demand() {
        let demand = |room: i128| {
            let mut world = buyers_world(2_000);
            world.query::<&mut Bank>().iter_mut(&mut world).for_each(|mut b| b.room = LendingRoom::open(room));
            run(&mut world, sell_homes);
            let d = world.resource::<HomeDemand>();
            (d.notional.iter().sum::<f64>(), d.effective.iter().sum::<f64>())
        };
        let (open, closed) = (demand(1_000_000_000_000_000), demand(0));
        assert!((open.0 - closed.0).abs() < 1e-6, "who sets out does not know the bank's room");
        assert!(open.1 > 0.0 && closed.1 < 0.7 * open.1, "{} to {}", open.1, closed.1);
    }
}
