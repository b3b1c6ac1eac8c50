//! What a firm wants to buy in trade between firms, and what it can pay for: the rules of `interfirm` at its head.

use super::product_import_share;
use crate::accounts::{Money, Quantity};
use crate::agents::{Books, Inventory, MAX_SECTORS, Operations, Staff, Technology};
use crate::engine::Indicators;
use crate::mechanisms::finance::means_of_payment;
use crate::mechanisms::technology::research_spending::research_price;
use crate::mechanisms::technology::tasks::ai_services_per_unit;
use crate::structure::{SectorStructure, Structure};

/// A firm's purchases of one product in a phase.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Purchase {
    /// Inputs ordered at home \[0.01 yuan at 2023 prices\].
    pub inputs: i64,
    /// Capital goods ordered at home \[0.01 yuan at 2023 prices\].
    pub investment: i64,
    /// Inputs bought abroad \[0.01 yuan at 2023 prices\].
    pub inputs_abroad: i64,
    /// Capital goods bought abroad \[0.01 yuan at 2023 prices\].
    pub investment_abroad: i64,
    /// Inputs delivered \[0.01 yuan at 2023 prices\].
    pub got_inputs: i64,
    /// Capital goods delivered \[0.01 yuan at 2023 prices\].
    pub got_investment: i64,
    /// Paid for inputs at home \[fen\].
    pub paid_inputs: Money,
    /// Paid for capital goods at home \[fen\].
    pub paid_investment: Money,
    /// Capital goods delivered at home times the logarithm of their makers' quality \[0.01 yuan at 2023 prices\].
    pub quality: f64,
}

impl Purchase {
    /// Part of investment in what was ordered at home \[share\].
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    pub fn invested(&self) -> f64 {
        let ordered = self.inputs + self.investment;
        if ordered > 0 { self.investment as f64 / ordered as f64 } else { 0.0 }
    }

    /// Mean logarithm of the makers' quality over capital goods delivered; of imports it is zero.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a ratio")]
    pub fn mean_quality(&self) -> f64 {
        let delivered = self.got_investment + self.investment_abroad;
        if delivered > 0 { self.quality / delivered as f64 } else { 0.0 }
    }

    /// What is ordered and not delivered \[0.01 yuan at 2023 prices\].
    #[must_use]
    pub fn missing(&self) -> i64 {
        self.inputs + self.investment - self.got_inputs - self.got_investment
    }
}

/// What all firms plan with.
pub struct Planning<'a> {
    /// Structure.
    pub structure: &'a Structure,
    /// Prices.
    pub indicators: &'a Indicators,
    /// Efficiency of AI services \[1\].
    pub ai_efficiency: f64,
    /// Needs by buying sector and product.
    pub needs: Vec<[Need; MAX_SECTORS]>,
    /// Import shares of capital goods by product \[share\].
    pub investment_abroad: [f64; MAX_SECTORS],
    /// Part of a unit of investment that firms buy apart, as research \[share\].
    pub research_content: f64,
}

impl Planning<'_> {
    /// AI services for what a firm does: storable goods use services as they are made; service firms use them for what they
    /// sold last quarter \[units\].
    #[must_use]
    pub fn ai_services(
        &self,
        activity: f64,
        sector: &SectorStructure,
        staff: &Staff,
        o: &Operations,
        t: &Technology,
    ) -> f64 {
        let persons = self.structure.persons_per_worker;
        let wanted = Technology { ai_delivery: 1.0, ..*t };
        activity * ai_services_per_unit(sector, &staff.task_mix, &wanted, o.productivity, self.ai_efficiency, persons)
    }

    /// What a unit of research costs \[yuan per unit\].
    #[must_use]
    pub fn research_price(&self) -> f64 {
        let abroad = self.investment_abroad[self.structure.research.product];
        research_price(self.structure, self.indicators, abroad)
    }

    /// A firm's purchases as far as it can pay, and the research among them \[units\].
    #[must_use]
    pub fn purchases(
        &self,
        sector: usize,
        activity: f64,
        ai_services: f64,
        operations: &Operations,
        inventory: &Inventory,
        books: &Books,
    ) -> ([Purchase; MAX_SECTORS], f64) {
        let structure = self.structure;
        let mut plan = [Purchase::default(); MAX_SECTORS];
        for (r, purchase) in plan.iter_mut().enumerate().take(structure.sector_count()) {
            let Need { coefficient, abroad } = self.needs[sector][r];
            let mut need = if structure.sectors[r].storable {
                let expected = operations.expected_demand * (1.0 + operations.expected_growth);
                (structure.materials_ratio * coefficient * expected - inventory.materials[r].units()).max(0.0)
            } else {
                coefficient * activity
            };
            let ai = if r == structure.ai_sector { ai_services } else { 0.0 };
            let home = need * (1.0 - abroad) + ai;
            need *= abroad;
            let apart = if r == structure.research.product { self.research_content } else { 0.0 };
            let investment = operations.desired_investment
                * (structure.business_bundle.domestic[r] + structure.business_bundle.imported[r] - apart);
            purchase.inputs = Quantity::from_units(home).0;
            purchase.inputs_abroad = Quantity::from_units(need).0;
            purchase.investment = Quantity::from_units(investment * (1.0 - self.investment_abroad[r])).0;
            purchase.investment_abroad = Quantity::from_units(investment * self.investment_abroad[r]).0;
        }
        let sales = books.lagged_revenue.yuan();
        let wanted = operations.wanted_research;
        let keep = limit(&mut plan, self.indicators, means_of_payment(books).yuan(), sales, wanted);
        let research = if wanted > 0.0 { keep * wanted / self.research_price() } else { 0.0 };
        let (product, abroad) = (structure.research.product, self.investment_abroad[structure.research.product]);
        plan[product].investment += Quantity::from_units(research * (1.0 - abroad)).0;
        plan[product].investment_abroad += Quantity::from_units(research * abroad).0;
        (plan, research)
    }
}

/// What a sector's unit of output takes of a product.
#[derive(Clone, Copy, Debug, Default)]
pub struct Need {
    /// Units per unit of output, home and abroad \[1\].
    pub coefficient: f64,
    /// Share bought abroad at this quarter's prices \[share\].
    pub abroad: f64,
}

/// What a sector's unit of output takes of all products.
#[must_use]
pub fn needs(structure: &Structure, indicators: &Indicators, sector: &SectorStructure) -> [Need; MAX_SECTORS] {
    core::array::from_fn(|r| {
        if r >= structure.sector_count() {
            return Need::default();
        }
        let (home, imported) = (sector.domestic_inputs[r], sector.imported_inputs[r]);
        let abroad = product_import_share(home, imported, r, indicators, structure.import_elasticity);
        Need { coefficient: home + imported, abroad }
    })
}

/// Cuts purchases to what a firm can pay: inputs out of its means and the quarter's sales, research and then capital goods out
/// of what is left; returns the share of the research that is kept.
#[allow(clippy::cast_precision_loss, reason = "orders as amounts")]
fn limit(plan: &mut [Purchase; MAX_SECTORS], indicators: &Indicators, means: f64, sales: f64, research: f64) -> f64 {
    let (mut inputs, mut investment) = (0.0, 0.0);
    for (r, b) in plan.iter().enumerate().take(indicators.prices.len()) {
        let (home, abroad) = (indicators.prices[r] / 100.0, indicators.import_prices[r] / 100.0);
        inputs += b.inputs as f64 * home + b.inputs_abroad as f64 * abroad;
        investment += b.investment as f64 * home + b.investment_abroad as f64 * abroad;
    }
    let keep_inputs = if inputs > 0.0 { ((means + sales).max(0.0) / inputs).min(1.0) } else { 1.0 };
    let left = means - (inputs * keep_inputs - sales).max(0.0);
    let keep_research = if research > 0.0 { (left.max(0.0) / research).min(1.0) } else { 1.0 };
    let left = left - research * keep_research;
    let keep_investment = if investment > 0.0 { (left.max(0.0) / investment).min(1.0) } else { 1.0 };
    if keep_inputs < 1.0 || keep_investment < 1.0 {
        for b in plan {
            b.inputs = Quantity(b.inputs).share(keep_inputs).0;
            b.inputs_abroad = Quantity(b.inputs_abroad).share(keep_inputs).0;
            b.investment = Quantity(b.investment).share(keep_investment).0;
            b.investment_abroad = Quantity(b.investment_abroad).share(keep_investment).0;
        }
    }
    keep_research
}

/// Import shares of capital goods at this quarter's prices.
#[must_use]
pub fn investment_import_shares(structure: &Structure, indicators: &Indicators) -> [f64; MAX_SECTORS] {
    core::array::from_fn(|r| {
        if r >= structure.sector_count() {
            return 0.0;
        }
        let (home, imported) = (structure.business_bundle.domestic[r], structure.business_bundle.imported[r]);
        product_import_share(home, imported, r, indicators, structure.import_elasticity)
    })
}
