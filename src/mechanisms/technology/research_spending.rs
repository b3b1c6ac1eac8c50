//! Spending on research: how much a firm wants to spend, what its research is worth after what it could buy, and when a
//! project has lost its money.
//!
//! A firm wants to spend a share of its sales, before capital goods and after materials and services; a firm that credit
//! has failed spends nothing. It buys research from the sector that sells it, as an asset: it is on the books at cost,
//! wears with the rest of the capital and adds nothing to capacity.
//!
//! ```text
//! W_i = e · ρ_s · sales_i,   R_i = e · (bought / wanted) · (1 + support),   R_s = Σ sales · R / Σ sales
//! interrupted if bought / wanted < ω
//! ```
//!
//! W `Operations::wanted_research`; e `effort`; ρ `ResearchStructure::spending`; bought over wanted
//! `Technology::research_delivery`, of the quarter before; ω `interruption`; sales of the last quarter, of an entrant those
//! that it expects; support `TechnologySupport::research`. What a unit of investment held of research at the opening
//! (`ResearchStructure::content`) is no longer bought with it. Source: a share of past sales after Dosi, Fagiolo & Roventini
//! (2010), equation 4; money of its own Hall & Lerner (2010), Brown, Martinsson & Petersen (2012); research as capital
//! formation SNA 2008, 10.103-10.106, which keeps failed research on the books. Part of the mechanism `research`. Draws: none.
//!
//! Not here yet: research staff of its own, shares by sector from surveys.

use super::Frontier;
use super::research::Parameters;
use crate::agents::{Books, Identity, Operations, Pricing, Technology};
use crate::engine::{Indicators, Tally};
use crate::structure::Structure;

/// What a unit of research costs at home and abroad, in the shares in which it is bought \[yuan per unit\].
#[must_use]
pub fn research_price(structure: &Structure, indicators: &Indicators, share_abroad: f64) -> f64 {
    let product = structure.research.product;
    (1.0 - share_abroad) * indicators.prices[product] + share_abroad * indicators.import_prices[product]
}

impl Parameters {
    /// Part of a unit of investment that firms buy apart, as they decide on research \[share\].
    #[must_use]
    pub fn content(&self, structure: &Structure) -> f64 {
        if self.enabled && self.decided { structure.research.content } else { 0.0 }
    }

    /// Spending that a firm wants \[yuan per quarter\]: e · ρ · sales, nothing after credit has failed it.
    #[must_use]
    pub fn wanted(
        &self,
        structure: &Structure,
        identity: &Identity,
        operations: &Operations,
        pricing: &Pricing,
        books: &Books,
    ) -> f64 {
        if !self.enabled || !self.decided || identity.distressed > 0 {
            return 0.0;
        }
        let sold = books.lagged_revenue.positive().yuan();
        let sales = if sold > 0.0 { sold } else { operations.expected_demand * pricing.price };
        let share = structure.research.spending.get(usize::from(identity.sector)).copied().unwrap_or(0.0);
        self.effort * share * sales
    }

    /// Intensity of a firm's research: what it could buy over normal spending.
    #[must_use]
    pub fn intensity(&self, identity: &Identity, technology: &Technology, support: f64) -> f64 {
        if self.decided {
            self.effort * technology.research_delivery * (1.0 + support)
        } else if identity.distressed == 0 {
            1.0 + support
        } else {
            0.0
        }
    }

    /// Whether a firm's project lost its money.
    #[must_use]
    pub fn interrupted(&self, identity: &Identity, technology: &Technology) -> bool {
        if self.decided {
            technology.research_delivery <= 0.0 || technology.research_delivery < self.interruption
        } else {
            identity.distressed > 0
        }
    }
}

/// Mean intensity of each sector, by sales; with spending that is no decision, by value added. A sector without either
/// keeps its own.
pub(super) fn publish_intensity(
    frontier: &mut Frontier,
    parameters: &Parameters,
    support: f64,
    firms: impl Iterator<Item = (Identity, Books, Technology)>,
) {
    let sectors = frontier.domestic.len();
    let (mut spent, mut normal) = (vec![0.0; sectors], vec![0.0; sectors]);
    for (identity, books, technology) in firms.filter(|(i, ..)| i.active()) {
        let base = if parameters.decided { books.lagged_revenue } else { books.lagged_value_added };
        let base = base.positive().yuan();
        normal[usize::from(identity.sector)] += base;
        spent[usize::from(identity.sector)] += base * parameters.intensity(&identity, &technology, support);
    }
    for s in 0..sectors {
        if normal[s] > 0.0 {
            frontier.research_intensity[s] = spent[s] / normal[s];
        }
    }
}

/// Writes off in the record what a project that ended without result has cost; on the books it wears like other capital.
pub(super) fn lose_project(technology: &mut Technology, tally: &mut Tally) {
    if technology.research_progress > 0 {
        tally.research_interruptions += 1;
    }
    tally.lost_research += technology.research_sunk.fen();
    technology.research_progress = 0;
    technology.research_sunk = crate::accounts::Money::ZERO;
}

#[cfg(test)]
mod tests {
    use super::super::small_world;
    use super::*;
    use crate::accounts::Money;
    use crate::structure::ResearchStructure;

    fn structure() -> Structure {
        let research = ResearchStructure { product: 1, content: 0.08, spending: vec![0.02, 0.03, 0.0] };
        Structure { research, ..small_world::structure() }
    }

    #[test]
    fn a_firm_wants_to_spend_a_share_of_its_sales_and_an_entrant_of_those_it_expects() {
        let (s, p) = (structure(), Parameters { effort: 1.5, ..Parameters::default() });
        let operations = Operations { expected_demand: 10.0, ..Operations::default() };
        let pricing = Pricing { price: 2.0, ..Pricing::default() };
        let wanted =
            |identity: Identity, books: Books, p: &Parameters| p.wanted(&s, &identity, &operations, &pricing, &books);
        let sold = Books { lagged_revenue: Money::from_yuan(100.0), ..Books::default() };
        let of = |sector| Identity { sector, ..Identity::default() };
        assert!((wanted(of(0), sold, &p) - 3.0).abs() < 1e-12);
        assert!((wanted(of(1), Books::default(), &p) - 0.9).abs() < 1e-12);
        assert_eq!(wanted(Identity { distressed: 1, ..of(0) }, sold, &p), 0.0);
        assert_eq!(wanted(of(0), sold, &Parameters { decided: false, ..p.clone() }), 0.0);
        assert_eq!((p.content(&s), Parameters { enabled: false, ..p }.content(&s)), (0.08, 0.0));
    }

    #[test]
    fn a_project_lives_as_long_as_most_of_what_it_needs_is_bought() {
        let p = Parameters { interruption: 0.5, ..Parameters::default() };
        let bought = |research_delivery| Technology { research_delivery, ..Technology::default() };
        let firm = Identity::default();
        assert!(!p.interrupted(&firm, &bought(0.5)) && p.interrupted(&firm, &bought(0.49)));
        assert!((p.intensity(&firm, &bought(0.8), 0.25) - 1.0).abs() < 1e-12);
        assert!(
            Parameters { interruption: 0.0, ..p }.interrupted(&firm, &bought(0.0)),
            "nothing bought is no research"
        );
    }
}
