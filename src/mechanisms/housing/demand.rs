//! The rules of a household that thinks of buying: how often, how much, and whether a bank lends.
//!
//! Pure functions shared by the market and by the opening position, which solves for the level of demand.

use super::HousingReference;
use super::market::Parameters;
use crate::agents::{Home, Person, Wallet};
use crate::engine::Indicators;

/// What a region's buyers face.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// Price of a new home \[yuan per square metre\].
    pub price: f64,
    /// Floor space that households aim at \[square metres per person\].
    pub norm: f64,
    /// Level of the purchase rate \[per quarter\].
    pub scale: f64,
    /// Expected growth of prices less its opening value \[per year\].
    pub excess_growth: f64,
    /// Opening income over the price of the normal home of one agent's adults \[per quarter\].
    pub reference_ratio: f64,
    /// Lending rate of mortgages \[per year\].
    pub mortgage_rate: f64,
    /// Adults behind an agent.
    pub persons_per_worker: f64,
}

impl Terms {
    /// Terms of all regions from what is published.
    ///
    /// ```text
    /// norm = floor₀ · (income / (cpi · income₀))^ε
    /// ```
    #[must_use]
    pub fn of_regions(
        reference: &HousingReference,
        indicators: &Indicators,
        p: &Parameters,
        persons_per_worker: f64,
    ) -> Vec<Self> {
        (0..reference.sales.len())
            .map(|g| {
                let income = indicators
                    .mean_income_by_region
                    .get(g)
                    .copied()
                    .filter(|y| *y > 0.0)
                    .unwrap_or(reference.mean_income[g]);
                let cpi = if indicators.cpi > 0.0 { indicators.cpi } else { 1.0 };
                let real = income / cpi / reference.mean_income[g];
                let expected = indicators.home_price_growth.get(g).copied().unwrap_or(reference.price_growth);
                Self {
                    price: indicators.home_prices.get(g).copied().unwrap_or(reference.home_prices[g]),
                    norm: reference.floor_per_person[g] * libm::pow(real, p.income_elasticity),
                    scale: reference.demand_scale[g],
                    excess_growth: 4.0 * (expected - reference.price_growth),
                    reference_ratio: reference.mean_income[g]
                        / (reference.home_prices[g] * reference.floor_per_person[g] * persons_per_worker),
                    mortgage_rate: indicators.policy_rate + p.mortgage_spread,
                    persons_per_worker,
                }
            })
            .collect()
    }
}

/// A household as the rules see it \[yuan, square metres, persons of the whole agent\].
#[derive(Clone, Copy, Debug, Default)]
pub struct Prospect {
    /// Adults and children.
    pub persons: f64,
    /// Floor space owned.
    pub floor: f64,
    /// Disposable income \[yuan per quarter\].
    pub income: f64,
    /// Deposits.
    pub deposits: f64,
    /// Mortgage.
    pub mortgage: f64,
    /// Other loans.
    pub other_loans: f64,
    /// Age \[years\].
    pub age: f64,
}

impl Prospect {
    /// Gathers the household.
    #[must_use]
    pub fn new(person: &Person, wallet: &Wallet, home: &Home, persons_per_worker: f64) -> Self {
        Self {
            persons: persons_per_worker * (1.0 + f64::from(person.children) / 10.0),
            floor: f64::from(home.floor_space),
            income: wallet.income.yuan(),
            deposits: wallet.deposits.yuan(),
            mortgage: home.mortgage.yuan(),
            other_loans: home.other_loans.yuan(),
            age: f64::from(person.age) / 4.0,
        }
    }
}

/// Size of a purchase: a fixed part of the home that the household aims at \[square metres\].
#[must_use]
pub fn purchase_size(prospect: &Prospect, terms: &Terms, p: &Parameters) -> f64 {
    p.purchase_size * terms.norm * prospect.persons
}

/// Probability that a household sets out to buy \[per quarter\].
///
/// ```text
/// h = scale · ((1 − ι) · (norm · persons / floor)^θ + ι · exp(κ · excess growth)) · (affordability)^α
/// ```
///
/// The first part is first homes and upgrades, the second investment (Glaeser & Nathanson 2017: extrapolated growth).
#[must_use]
pub fn purchase_rate(prospect: &Prospect, terms: &Terms, p: &Parameters) -> f64 {
    let wanted = terms.norm * prospect.persons;
    if wanted <= 0.0 || prospect.income <= 0.0 {
        return 0.0;
    }
    let need = libm::pow(wanted / prospect.floor.max(wanted * p.smallest_home), p.need_elasticity);
    let investment =
        libm::exp((p.growth_response * terms.excess_growth).clamp(-p.largest_response, p.largest_response));
    let ratio = prospect.income / (terms.price * terms.norm * terms.persons_per_worker) / terms.reference_ratio;
    let affordability = libm::pow(ratio.min(p.largest_affordability), p.affordability_elasticity);
    (terms.scale * ((1.0 - p.investment_share) * need + p.investment_share * investment) * affordability)
        .min(p.largest_rate)
}

/// Payment per quarter and yuan of an annuity loan at a yearly rate over so many years.
#[must_use]
pub fn annuity(rate: f64, years: f64) -> f64 {
    let r = rate / 4.0;
    if r.abs() < 1e-9 { 1.0 / (4.0 * years) } else { r / (1.0 - libm::pow(1.0 + r, -4.0 * years)) }
}

/// Down payment and mortgage for a purchase \[yuan\], or nothing if means or income do not suffice.
///
/// The down payment is the larger of the required share and what the household spares; debt service may take a share of
/// income at most (the supervisors' ceiling of 50 %, 2004 guidelines on mortgage lending), over a term that ends with the
/// oldest age: who has reached it pays in full.
#[must_use]
pub fn finance(prospect: &Prospect, price: f64, terms: &Terms, p: &Parameters) -> Option<(f64, f64)> {
    let free = prospect.deposits - p.liquid_reserve * prospect.income;
    let down = (p.own_means_share * free).clamp(p.down_payment * price, price);
    if down > free || price <= 0.0 {
        return None;
    }
    let mortgage = price - down;
    let years = (p.oldest_age - prospect.age).min(p.mortgage_years);
    if mortgage > 0.0 && years < 1.0 {
        return None;
    }
    let payment = annuity(terms.mortgage_rate, years.max(1.0)) * (prospect.mortgage + mortgage)
        + (terms.mortgage_rate / 4.0 + p.other_loan_repayment) * prospect.other_loans;
    (mortgage <= 0.0 || payment <= p.debt_service_limit * prospect.income).then_some((down, mortgage))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        Terms {
            price: 10_000.0,
            norm: 40.0,
            scale: 0.02,
            excess_growth: 0.0,
            reference_ratio: 10_000.0 / 400_000.0,
            mortgage_rate: 0.04,
            persons_per_worker: 1.0,
        }
    }

    fn mean_household() -> Prospect {
        Prospect {
            persons: 1.0,
            floor: 40.0,
            income: 10_000.0,
            deposits: 120_000.0,
            mortgage: 0.0,
            other_loans: 0.0,
            age: 30.0,
        }
    }

    #[test]
    fn the_mean_household_buys_at_the_scale() {
        assert!((purchase_rate(&mean_household(), &terms(), &Parameters::default()) - 0.02).abs() < 1e-12);
    }

    #[test]
    fn need_expected_growth_and_income_raise_the_rate() {
        let (p, t) = (Parameters::default(), terms());
        let rate = |h: &Prospect, t: &Terms| purchase_rate(h, t, &p);
        let mean = mean_household();
        assert!(rate(&Prospect { floor: 20.0, ..mean }, &t) > 0.02);
        assert!(rate(&mean, &Terms { excess_growth: 0.05, ..t }) > 0.02);
        assert!(rate(&Prospect { income: 5_000.0, ..mean }, &t) < 0.02);
        assert!(rate(&mean, &Terms { price: 20_000.0, ..t }) < 0.02);
        assert!(rate(&Prospect { income: 0.0, ..mean }, &t) == 0.0);
    }

    #[test]
    fn an_annuity_repays_the_loan() {
        let (rate, years) = (0.04, 30.0);
        let payment = annuity(rate, years);
        let left = (0..120).fold(1.0, |debt, _| debt * (1.0 + rate / 4.0) - payment);
        assert!(left.abs() < 1e-9);
        assert!((annuity(0.0, 10.0) - 0.025).abs() < 1e-12);
    }

    #[test]
    fn banks_want_a_down_payment_and_a_bearable_service() {
        let p = Parameters::default();
        let price = 100_000.0;
        let (down, mortgage) = finance(&mean_household(), price, &terms(), &p).expect("affordable");
        assert!((down + mortgage - price).abs() < 1e-9 && down >= 0.3 * price);
        assert!(finance(&Prospect { deposits: 20_000.0, ..mean_household() }, price, &terms(), &p).is_none());
        assert!(finance(&Prospect { mortgage: 1e6, ..mean_household() }, price, &terms(), &p).is_none());
    }
}
