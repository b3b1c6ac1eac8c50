//! Labour productivity of each firm, brought up to date before it plans.
//!
//! A firm's productivity follows from what it owns and knows: the vintages of its capital, its ability and its gain from
//! having become digital. Nothing is decided here.
//!
//! ```text
//! B = Σ q_v · b_v / Σ q_v · ability · (1 + digital gain)
//! ```
//!
//! B `Operations::productivity`; q, b `Vintage`; see `tasks::productivity`. Source: Dosi, Fagiolo & Roventini (2010) for the
//! mean over vintages.
//! Reads `Identity`, `Capital`, `Technology`, `Frontier`; writes `Operations::productivity`. Draws: none.

use super::{Frontier, tasks};
use crate::agents::{Capital, Identity, Operations, Technology};
use crate::engine::Switches;
use crate::engine::{Mechanism, Systems};
use bevy_ecs::prelude::*;

parameters! {
    /// Productivity follows from capital, ability and stage: there is nothing to set.
    pub struct Parameters {}
}

/// Brings productivity up to date; runs at the start of planning.
pub struct UpdateProductivity;

impl Mechanism for UpdateProductivity {
    const NAME: &'static str = "productivity";
    const SWITCHES: Switches = Switches::None(
        "it follows from what a firm owns and knows; switch off what changes that: `[frontier]`, `[research]`, `[stages]`, `[ai_adoption]`",
    );
    type Parameters = Parameters;
    fn systems() -> Systems {
        (update_productivity,).chain()
    }
}

fn update_productivity(frontier: Res<Frontier>, mut firms: Query<(&Identity, &Capital, &Technology, &mut Operations)>) {
    for (identity, capital, technology, mut operations) in &mut firms {
        if identity.active() {
            operations.productivity =
                tasks::productivity(&operations, capital, technology, frontier.domestic[usize::from(identity.sector)]);
        }
    }
}
