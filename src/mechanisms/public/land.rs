//! Local governments sell land to developers and convert new land against compensation of households.
//!
//! ```text
//! wanted = (Sᵉ + κ · (ratio₀ · Sᵉ − (land + Sᵉ))) · (1 + ε · d) · min(v / price, 1)
//! d = δ · stress,    price = land price · (1 − d),    v = p · (1 − μ) − c ≥ 0
//! ```
//!
//! v is the residual value of land: what the price of homes leaves after the normal margin and construction; where it falls
//! short of the price asked, which has a floor, developers buy less, and nothing where it is gone.
//! `land` is what is left after this tick's construction. Developers replace what they build on and keep `land_ratio` quarters of expected sales; a government short of
//! money (`LocalGovernment::stress`) offers more of its land bank and at a discount. Of each region's revenue a fixed share
//! is compensation of households, and the land converted for it enters the land bank at that cost. Source: land finance
//! after Liu & Xiong (2020); supply under fiscal stress as in Wang, Zhang & Zhou (2020). Departures: dwellings only: what
//! firms pay for industrial land is part of the developers' price.
//!
//! Reads `Indicators::land_prices`, `HousingReference`; writes `LocalGovernment`, `Development`, `Books`,
//! `LandCompensation`, the ledger. Draws: none.
//! Not here yet: land supply as policy, vehicles as buyers of last resort.

use super::LandCompensation;
use super::holders::{fen, real, share_of};
use crate::accounts::{Column, Fen, Flow, Instrument, Ledger, Money, Party};
use crate::agents::{Books, Development, Identity, LocalGovernment};
use crate::engine::{Indicators, Mechanism, Systems};
use crate::engine::{Switch, Switches};
use crate::mechanisms::housing::{HousingReference, development::funds};
use crate::structure::Structure;
use bevy_ecs::prelude::*;

parameters! {
    /// `[land_market]`: sales of land and conversion of new land.
    pub struct Parameters {
        /// Whether land is sold.
        enabled: bool = true;
        /// Speed at which developers' land returns to normal (assumed).
        stock_speed: f64 = 0.1, "per quarter", 0.0..=1.0;
        /// Largest purchase over expected sales (assumed).
        largest_purchase: f64 = 2.0, "ratio", 0.0..=10.0;
        /// Part of deposits and open credit line that a developer may spend on land in a quarter (assumed).
        funds_share: f64 = 0.5, "share", 0.0..=1.0;
        /// Part of the land bank on offer in a quarter without stress (assumed: twice the sales of 2023 with a bank of three years).
        offer_share: f64 = 0.17, "share", 0.0..=1.0;
        /// Rise of the offer with stress (assumed).
        offer_response: f64 = 2.0, "ratio", 0.0..=20.0;
        /// Discount at full stress (assumed).
        discount: f64 = 0.3, "share", 0.0..=0.9;
        /// Response of purchases to the discount (assumed).
        discount_response: f64 = 1.5, "ratio", 0.0..=10.0;
        /// Speed at which the land bank returns to normal (assumed).
        conversion_speed: f64 = 0.02, "per quarter", 0.0..=1.0;
    }
}

/// Land that a developer wants to buy \[square metres of floor\].
#[must_use]
pub fn wanted_land(stock: &Development, land_ratio: f64, discount: f64, p: &Parameters) -> f64 {
    let gap = (land_ratio - 1.0) * stock.expected_sales - stock.land;
    let wanted = (stock.expected_sales + p.stock_speed * gap) * (1.0 + p.discount_response * discount);
    wanted.clamp(0.0, p.largest_purchase * stock.expected_sales)
}

/// Land on offer \[square metres of floor\].
#[must_use]
pub fn land_on_offer(land: f64, stress: f64, p: &Parameters) -> f64 {
    land * (p.offer_share * (1.0 + p.offer_response * stress)).min(1.0)
}

/// Land that is converted: what was sold, and part of the gap to a normal land bank \[square metres of floor\].
#[must_use]
pub fn converted_land(sold: f64, land: f64, bank_ratio: f64, p: &Parameters) -> f64 {
    (sold + p.conversion_speed * (bank_ratio * sold - land - sold)).max(0.0)
}

/// Developers buy land from the government of their region.
pub(crate) fn sell_land(
    mut governments: Query<&mut LocalGovernment>,
    mut firms: Query<(&Identity, &mut Books, &mut Development)>,
    (parameters, reference, structure): (Res<Parameters>, Res<HousingReference>, Res<Structure>),
    indicators: Res<Indicators>,
    mut ledger: ResMut<Ledger>,
) {
    let mut governments: Vec<_> = governments.iter_mut().collect();
    let discounts: Vec<f64> = governments.iter().map(|g| parameters.discount * g.stress).collect();
    let prices: Vec<f64> = discounts.iter().enumerate().map(|(g, d)| indicators.land_prices[g] * (1.0 - d)).collect();
    for government in &mut governments {
        government.land_sold = 0.0;
    }
    let construction =
        reference.construction_cost * indicators.prices.get(structure.construction).copied().unwrap_or(1.0);
    let worth = |g: usize| {
        let residual = indicators.home_prices[g] * (1.0 - reference.margin) - construction;
        if prices[g] > 0.0 { (residual / prices[g]).clamp(0.0, 1.0) } else { 0.0 }
    };
    let mut wanted = vec![0.0; governments.len()];
    let bids: Vec<f64> = firms
        .iter()
        .map(|(identity, books, stock)| {
            if !parameters.enabled || !identity.active() || usize::from(identity.sector) != structure.real_estate {
                return 0.0;
            }
            let g = usize::from(identity.region);
            let affordable = if prices[g] > 0.0 { parameters.funds_share * funds(books) / prices[g] } else { 0.0 };
            let bid = wanted_land(stock, reference.land_ratio[g], discounts[g], &parameters) * worth(g);
            let bid = bid.min(affordable);
            wanted[g] += bid;
            bid
        })
        .collect();
    let filled: Vec<f64> = governments
        .iter()
        .zip(&wanted)
        .map(|(g, w)| if *w > 0.0 { (land_on_offer(g.land, g.stress, &parameters) / w).min(1.0) } else { 0.0 })
        .collect();
    let mut costs: Fen = 0;
    let mut payment = ledger.open_tagged(Flow::LandSales, Some(Instrument::Land), Some(Instrument::Land));
    let mut paid: Fen = 0;
    for ((identity, mut books, mut stock), bid) in firms.iter_mut().zip(bids) {
        let g = usize::from(identity.region);
        let land = bid * filled.get(g).copied().unwrap_or(0.0);
        let price = Money::from_yuan(land * prices[g]);
        if price <= Money::ZERO {
            continue;
        }
        let government = &mut governments[g];
        let cost = share_of(government.land_value, (land / government.land).min(1.0));
        payment.pay(Party::Firm { sector: structure.real_estate, bank: usize::from(identity.bank) }, price.fen());
        payment.receive(Party::LocalGovernment { bank: usize::from(government.bank) }, price.fen());
        books.deposits -= price;
        stock.land += land;
        stock.land_value += price;
        government.deposits += price.fen();
        government.land_revenue += price.fen();
        government.land = (government.land - land).max(0.0);
        government.land_value -= cost;
        government.land_sold += land;
        paid += price.fen();
        costs += cost;
    }
    payment.close();
    ledger.other_change(Instrument::Land, Column::LocalGovernments, paid - costs);
}

/// Governments convert new land; its cost is the compensation that they owe households.
pub(crate) fn convert_land(
    mut governments: Query<&mut LocalGovernment>,
    (parameters, reference): (Res<Parameters>, Res<HousingReference>),
    mut compensation: ResMut<LandCompensation>,
    mut ledger: ResMut<Ledger>,
) {
    compensation.0.clear();
    let mut booked: Fen = 0;
    for (g, mut government) in governments.iter_mut().enumerate() {
        let owed = fen(reference.land_cost_share * real(government.land_revenue));
        let owed = owed.min(government.deposits).max(0);
        compensation.0.push(owed);
        government.land +=
            converted_land(government.land_sold, government.land, reference.land_bank_ratio[g], &parameters);
        government.land_value += owed;
        booked += owed;
    }
    ledger.other_change(Instrument::Land, Column::LocalGovernments, booked);
}

/// Sale and conversion of land.
pub struct LandMarket;

impl Mechanism for LandMarket {
    const NAME: &'static str = "land_market";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "sales of land",
            off: &["land_market.enabled=false"],
            instead: "no land is sold; governments lose the revenue, developers build on what they have",
        },
        Switch {
            part: "land finance under stress",
            off: &["land_market.offer_response=0.0", "land_market.discount=0.0"],
            instead: "a government short of money sells neither more land nor cheaper",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (sell_land, convert_land).chain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::housing::testing::{Snapshot, buyers_world, run};

    #[test]
    fn developers_replace_the_land_they_build_on() {
        let p = Parameters::default();
        let stock = Development { land: 600.0, expected_sales: 100.0, ..Development::default() };
        assert!((wanted_land(&stock, 7.0, 0.0, &p) - 100.0).abs() < 1e-9);
        assert!(wanted_land(&stock, 7.0, 0.2, &p) > 100.0);
        assert!(wanted_land(&stock, 9.0, 0.0, &p) > 100.0);
        assert!(wanted_land(&Development { land: 1e6, ..stock }, 6.0, 0.0, &p) == 0.0);
    }

    #[test]
    fn a_normal_land_bank_is_kept() {
        let p = Parameters::default();
        assert!((converted_land(10.0, 110.0, 12.0, &p) - 10.0).abs() < 1e-9);
        assert!(converted_land(10.0, 60.0, 12.0, &p) > 10.0);
    }

    #[test]
    fn land_is_sold_at_cost_plus_a_gain_and_replaced() {
        let mut world = buyers_world(400);
        let snapshot = Snapshot::take(&mut world);
        run(&mut world, sell_land);
        run(&mut world, convert_land);
        run(&mut world, crate::mechanisms::housing::values::revalue_homes);
        snapshot.check(&mut world);
        let revenue: Fen = world.query::<&LocalGovernment>().iter(&world).map(|g| g.land_revenue).sum();
        assert!(revenue > 0);
        let owed: Fen = world.resource::<LandCompensation>().0.iter().sum();
        assert!((real(owed) / real(revenue) - 0.75).abs() < 1e-9);
    }

    #[test]
    fn stress_lowers_the_price_and_sells_more() {
        let sold = |stress: f64| {
            let mut world = buyers_world(400);
            world.query::<&mut LocalGovernment>().iter_mut(&mut world).for_each(|mut g| g.stress = stress);
            run(&mut world, sell_land);
            let governments: Vec<_> = world.query::<&LocalGovernment>().iter(&world).cloned().collect();
            governments
                .iter()
                .fold((0.0, 0.0), |(floor, revenue), g| (floor + g.land_sold, revenue + real(g.land_revenue)))
        };
        let (calm, stressed) = (sold(0.0), sold(0.5));
        assert!(stressed.0 > calm.0 && stressed.1 / stressed.0 < calm.1 / calm.0);
    }
}
