//! The housing market at the start: regional prices, developers' stocks, pending orders and the level of demand.
//!
//! Prices of land follow from land revenue over homes sold; prices of homes from land, construction and one national
//! margin, so that Σ sales · price is the official value. Developers' homes and land keep their official totals. Orders
//! already placed are drawn so that hand-over and purchases are in balance, and the level of the purchase rate is solved
//! for in each region: the opening position is then a fixed point of the rules.

use super::demand::{self, Prospect, Terms};
use super::market::Parameters;
use super::{HomeValues, HousingReference, values};
use crate::accounts::Money;
use crate::agents::{Books, Development, Home, Identity, NOBODY, Person, Wallet};
use crate::engine::{Indicators, Stream, StreamKey};
use crate::structure::Structure;

/// National and regional figures; flows per quarter, all in yuan and square metres.
#[derive(Clone, Debug, Default)]
pub struct OpeningFigures {
    /// Homes sold, by region (1,117.35 million a year in all; in the stationary opening as many as fall out of use).
    pub sales: Vec<f64>,
    /// Value of these sales, national (11.66 trn a year).
    pub sales_value: f64,
    /// Construction of dwellings, national (5 trn a year).
    pub construction: f64,
    /// Land revenue by region.
    pub land_revenue: Vec<f64>,
    /// Developers' homes at cost, national.
    pub developer_homes: f64,
    /// Developers' land at cost, national.
    pub developer_land: f64,
    /// Land bank of local governments at cost, national.
    pub government_land: f64,
    /// Cost over revenue of land (0.75).
    pub land_cost_share: f64,
    /// Value of a mean square metre over that of a new one (0.55).
    pub existing_price_ratio: f64,
    /// Unsold floor space over the normal one (1 in a stationary economy; above it in 2023).
    pub overhang: f64,
    /// Expected growth of prices \[per quarter\].
    pub price_growth: f64,
    /// Homes that fall out of use \[per quarter\]; in a stationary economy those that are sold, `None`.
    pub demolition: Option<f64>,
    /// Seed.
    pub seed: u64,
}

/// A developer being set up.
pub struct Developer<'a> {
    /// Slot.
    pub slot: u32,
    /// Identity.
    pub identity: &'a Identity,
    /// Share in the national business (any positive scale), such as its sales.
    pub weight: f64,
    /// Books.
    pub books: &'a mut Books,
    /// Stocks.
    pub development: &'a mut Development,
}

/// What the opening gives to others.
#[derive(Clone, Debug, Default)]
pub struct HousingOpening {
    /// Reference.
    pub reference: HousingReference,
    /// Value of households' homes.
    pub values: HomeValues,
    /// Land bank by region: square metres of floor and book value \[yuan\].
    pub land_banks: Vec<(f64, f64)>,
}

impl HousingOpening {
    /// Publishes prices and expectations.
    pub fn publish(&self, indicators: &mut Indicators) {
        indicators.home_prices.clone_from(&self.reference.home_prices);
        indicators.land_prices.clone_from(&self.reference.land_prices);
        indicators.home_price_growth = vec![self.reference.price_growth; self.reference.sales.len()];
    }
}

/// Builds the opening; `policy_rate` sets the mortgage rate that banks count with.
///
/// # Panics
/// If figures do not cover the regions.
#[must_use]
pub fn open(
    households: &mut [(&Person, &Wallet, &mut Home)],
    developers: &mut [Developer<'_>],
    figures: &OpeningFigures,
    structure: &Structure,
    parameters: &Parameters,
    policy_rate: f64,
) -> HousingOpening {
    let regions = structure.region_count();
    assert!(figures.sales.len() == regions && figures.land_revenue.len() == regions, "a figure for every region");
    let mut reference = prices(figures);
    let figures = &where_developers_are(figures, developers, &reference.land_prices);
    reference.sales.clone_from(&figures.sales);
    describe_households(households, &mut reference, structure);
    place_developers(developers, figures, &mut reference, parameters);
    let mut indicators = Indicators { policy_rate, cpi: 1.0, ..Indicators::default() };
    HousingOpening { reference: reference.clone(), ..HousingOpening::default() }.publish(&mut indicators);
    let terms = Terms::of_regions(&reference, &indicators, parameters, structure.persons_per_worker);
    let weights = demand_weights(households, &terms, parameters);
    // Who cannot buy adds nothing to what is bought.
    let mut members = vec![Vec::new(); regions];
    for ((person, ..), weight) in households.iter().zip(&weights).filter(|(_, (_, rate))| *rate > 0.0) {
        members[usize::from(person.region)].push(*weight);
    }
    for (g, members) in members.iter().enumerate() {
        reference.demand_scale[g] = solve_scale(members, reference.sales[g], parameters.delivery_rate);
    }
    place_orders(households, developers, &weights, &reference, figures.seed, parameters);
    let floor = values::floor_by_region(households.iter().map(|(p, _, h)| (*p, &**h)), regions);
    let values = HomeValues {
        households: values::value_of_homes(&floor, &reference.home_prices, reference.existing_price_ratio),
    };
    let stock: f64 = floor.iter().sum();
    reference.demolition = figures.demolition.unwrap_or_else(|| reference.sales.iter().sum::<f64>() / stock);
    set_normal_stocks(developers, figures, &mut reference);
    let land_banks = land_banks(figures, &mut reference);
    HousingOpening { reference, values, land_banks }
}

/// Sales of homes and of land where there are developers: at a scale at which a region has none, what would be sold there is
/// sold in the others, so that the nation's sales do not depend on the size of agents.
fn where_developers_are(f: &OpeningFigures, developers: &[Developer<'_>], land_prices: &[f64]) -> OpeningFigures {
    let mut served = vec![false; f.sales.len()];
    for d in developers {
        served[usize::from(d.identity.region)] = true;
    }
    let total: f64 = f.sales.iter().sum();
    let kept: f64 = f.sales.iter().zip(&served).filter(|(_, served)| **served).map(|(sales, _)| sales).sum();
    if kept >= total || kept <= 0.0 {
        return f.clone();
    }
    let of = |(sales, served): (&f64, &bool)| if *served { sales * total / kept } else { 0.0 };
    let sales: Vec<f64> = f.sales.iter().zip(&served).map(of).collect();
    let land_revenue = sales.iter().zip(land_prices).map(|(sales, price)| sales * price).collect();
    OpeningFigures { sales, land_revenue, ..f.clone() }
}

/// Prices of homes and land by region, and developers' margin.
fn prices(f: &OpeningFigures) -> HousingReference {
    let sales: f64 = f.sales.iter().sum();
    let construction_cost = f.construction / sales;
    let land_prices: Vec<f64> =
        f.land_revenue.iter().zip(&f.sales).map(|(r, s)| if *s > 0.0 { r / s } else { 0.0 }).collect();
    let margin = 1.0 - (f.construction + f.land_revenue.iter().sum::<f64>()) / f.sales_value;
    let home_prices = land_prices.iter().map(|land| (land + construction_cost) / (1.0 - margin)).collect();
    HousingReference {
        sales: f.sales.clone(),
        demand_scale: vec![1.0; f.sales.len()],
        home_prices,
        land_prices,
        price_growth: f.price_growth,
        construction_cost,
        margin,
        existing_price_ratio: f.existing_price_ratio,
        land_cost_share: f.land_cost_share,
        ..HousingReference::default()
    }
}

fn describe_households(
    households: &[(&Person, &Wallet, &mut Home)],
    reference: &mut HousingReference,
    structure: &Structure,
) {
    let regions = reference.sales.len();
    let (mut persons, mut floor, mut income, mut agents) =
        (vec![0.0; regions], vec![0.0; regions], vec![0.0; regions], vec![0.0; regions]);
    for (person, wallet, home) in households {
        let g = usize::from(person.region);
        let h = Prospect::new(person, wallet, home, structure.persons_per_worker);
        persons[g] += h.persons;
        floor[g] += h.floor;
        income[g] += h.income;
        agents[g] += 1.0;
    }
    reference.floor_per_person =
        (0..regions).map(|g| if persons[g] > 0.0 { floor[g] / persons[g] } else { 1.0 }).collect();
    reference.mean_income = (0..regions).map(|g| if agents[g] > 0.0 { income[g] / agents[g] } else { 1.0 }).collect();
}

/// Land and homes of developers at the official totals; homes at the cost of building them now.
fn place_developers(
    developers: &mut [Developer<'_>],
    f: &OpeningFigures,
    reference: &mut HousingReference,
    p: &Parameters,
) {
    let regions = reference.sales.len();
    let mut weight = vec![0.0; regions];
    for d in developers.iter() {
        weight[usize::from(d.identity.region)] += d.weight;
    }
    let cost = |g: usize| reference.land_prices[g] + reference.construction_cost;
    let total_cost: f64 = (0..regions).filter(|g| weight[*g] > 0.0).map(|g| reference.sales[g] * cost(g)).sum();
    let total_land: f64 =
        (0..regions).filter(|g| weight[*g] > 0.0).map(|g| reference.sales[g] * reference.land_prices[g]).sum();
    // Quarters of sales: what is sold ahead must be there at least.
    let homes = (f.developer_homes / total_cost).max(1.2 / p.delivery_rate);
    let land = f.developer_land / total_land;
    for d in developers.iter_mut() {
        let g = usize::from(d.identity.region);
        let sales = reference.sales[g] * d.weight / weight[g];
        d.books.advances = Money::ZERO;
        *d.development = Development {
            land: land * sales,
            land_value: Money::from_yuan(land * sales * reference.land_prices[g]),
            floor_space: homes * sales,
            floor_space_sold: 0.0,
            homes_value: Money::from_yuan(homes * sales * cost(g)),
            sales,
            expected_sales: sales,
            undelivered: 0.0,
            gain: Money::ZERO,
            heir: None,
        };
    }
    reference.land_ratio = vec![land; regions];
    reference.unsold_ratio = vec![0.0; regions];
}

/// Size of a purchase and its rate at unit scale, zero for those who cannot pay.
fn demand_weights(households: &[(&Person, &Wallet, &mut Home)], terms: &[Terms], p: &Parameters) -> Vec<(f64, f64)> {
    let unit: Vec<Terms> = terms.iter().map(|t| Terms { scale: 1.0, ..*t }).collect();
    let open = Parameters { largest_rate: f64::INFINITY, ..p.clone() };
    households
        .iter()
        .map(|(person, wallet, home)| {
            let t = &unit[usize::from(person.region)];
            let h = Prospect::new(person, wallet, home, t.persons_per_worker);
            let size = demand::purchase_size(&h, t, p);
            let able = demand::finance(&h, size * t.price, t, p).is_some();
            (size, if able { demand::purchase_rate(&h, t, &open) } else { 0.0 })
        })
        .collect()
}

/// Chance of being free to buy at a purchase rate and a hand-over rate.
fn free(rate: f64, delivery: f64) -> f64 {
    delivery / (delivery + rate * (1.0 - delivery))
}

/// Level of the purchase rate at which those without a pending order buy the target.
///
/// ```text
/// Σ size · h · F = sales,    h = scale · rate,    F = δ / (δ + h · (1 − δ))
/// ```
///
/// F is the chance of being free to buy when homes ordered earlier are handed over first with probability δ.
fn solve_scale(members: &[(f64, f64)], sales: f64, delivery: f64) -> f64 {
    let bought = |scale: f64| -> f64 {
        members.iter().map(|(size, rate)| size * scale * rate * free(scale * rate, delivery)).sum()
    };
    let (mut low, mut high) = (0.0, 1.0e3);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if bought(middle) < sales { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Draws the orders that are pending at the start.
#[allow(clippy::cast_possible_truncation, reason = "floor space is single precision")]
fn place_orders(
    households: &mut [(&Person, &Wallet, &mut Home)],
    developers: &mut [Developer<'_>],
    weights: &[(f64, f64)],
    reference: &HousingReference,
    seed: u64,
    p: &Parameters,
) {
    let key = StreamKey::new(seed, 0, Stream::Housing);
    let mut by_region = vec![Vec::new(); reference.sales.len()];
    for (i, d) in developers.iter().enumerate() {
        by_region[usize::from(d.identity.region)].push(i);
    }
    for (row, ((person, _, home), (size, rate))) in households.iter_mut().zip(weights).enumerate() {
        let g = usize::from(person.region);
        let h = (reference.demand_scale[g] * rate).min(p.largest_rate);
        let mut draws = key.agent(row as u64);
        if !draws.chance(h * free(h, p.delivery_rate) / p.delivery_rate) || by_region[g].is_empty() {
            continue;
        }
        let total: f64 = by_region[g].iter().map(|i| developers[*i].development.expected_sales).sum();
        let mut left = draws.uniform() * total;
        let pick = by_region[g].iter().copied().find(|i| {
            left -= developers[*i].development.expected_sales;
            left < 0.0
        });
        let developer = &mut developers[pick.unwrap_or(by_region[g][0])];
        let floor = f64::from(*size as f32);
        if floor > developer.development.floor_space - developer.development.floor_space_sold {
            continue;
        }
        let price = Money::from_yuan(floor * reference.home_prices[g]);
        home.floor_space_ordered = floor as f32;
        home.advances = price;
        home.developer = developer.slot;
        developer.books.advances += price;
        developer.development.floor_space_sold += floor;
        debug_assert_ne!(home.developer, NOBODY);
    }
}

/// Normal unsold floor space: that of the start, less the overhang.
fn set_normal_stocks(developers: &[Developer<'_>], f: &OpeningFigures, reference: &mut HousingReference) {
    let regions = reference.sales.len();
    let (mut unsold, mut sales) = (vec![0.0; regions], vec![0.0; regions]);
    for d in developers {
        let g = usize::from(d.identity.region);
        unsold[g] += d.development.floor_space - d.development.floor_space_sold;
        sales[g] += d.development.expected_sales;
    }
    for g in 0..regions {
        reference.unsold_ratio[g] = if sales[g] > 0.0 { unsold[g] / sales[g] / f.overhang } else { 0.0 };
    }
}

/// Land banks at cost, spread like land revenue.
fn land_banks(f: &OpeningFigures, reference: &mut HousingReference) -> Vec<(f64, f64)> {
    let revenue: f64 = f.land_revenue.iter().sum();
    let banks: Vec<(f64, f64)> = (0..f.sales.len())
        .map(|g| {
            let value = f.government_land * f.land_revenue[g] / revenue;
            (value / (f.land_cost_share * reference.land_prices[g]).max(1e-9), value)
        })
        .collect();
    reference.land_bank_ratio =
        banks.iter().zip(&f.sales).map(|((floor, _), s)| if *s > 0.0 { floor / s } else { 0.0 }).collect();
    banks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_gives_the_sales() {
        let members = [(100.0, 1.0), (50.0, 0.5), (80.0, 0.0)];
        let scale = solve_scale(&members, 2.0, 0.25);
        let bought: f64 = members.iter().map(|(s, r)| s * scale * r * free(scale * r, 0.25)).sum();
        assert!((bought - 2.0).abs() < 1e-9);
    }

    #[test]
    fn what_a_region_without_developers_would_buy_is_bought_in_the_others() {
        let f = OpeningFigures {
            sales: vec![3.0, 1.0, 4.0],
            land_revenue: vec![9.0, 7.0, 4.0],
            ..OpeningFigures::default()
        };
        let identities: Vec<Identity> = [0, 2].map(|region| Identity { region, ..Identity::default() }).to_vec();
        let (mut books, mut stocks) = (vec![Books::default(); 3], vec![Development::default(); 3]);
        let served = |identities: &[Identity], books: &mut [Books], stocks: &mut [Development]| {
            let places = identities.iter().zip(books).zip(stocks);
            let developers: Vec<Developer<'_>> = places
                .map(|((identity, books), development)| Developer {
                    slot: 0,
                    identity,
                    weight: 1.0,
                    books,
                    development,
                })
                .collect();
            where_developers_are(&f, &developers, &[3.0, 7.0, 1.0])
        };
        let some = served(&identities, &mut books, &mut stocks);
        assert!((some.sales.iter().sum::<f64>() - 8.0).abs() < 1e-12 && some.sales[1] == 0.0);
        assert!((some.sales[0] / some.sales[2] - 0.75).abs() < 1e-12);
        assert!((some.land_revenue[0] - 3.0 * some.sales[0]).abs() < 1e-12);
        let all: Vec<Identity> = [0, 1, 2].map(|region| Identity { region, ..Identity::default() }).to_vec();
        assert_eq!(served(&all, &mut books, &mut stocks).sales, f.sales, "nothing changes where all regions have one");
    }

    #[test]
    fn prices_add_up_to_the_official_value() {
        let f = OpeningFigures {
            sales: vec![3.0, 1.0],
            sales_value: 40_000.0,
            construction: 20_000.0,
            land_revenue: vec![9_000.0, 7_000.0],
            ..OpeningFigures::default()
        };
        let r = prices(&f);
        assert!((r.margin - 0.1).abs() < 1e-12);
        assert!((r.home_prices[0] * 3.0 + r.home_prices[1] - 40_000.0).abs() < 1e-6);
        assert!(r.home_prices[1] > r.home_prices[0]);
    }
}
