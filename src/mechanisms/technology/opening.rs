//! Technology of a firm at the opening.

use crate::agents::{Stage, TASKS, Technology};
use crate::structure::SectorStructure;

/// Digital know-how of an industrial, a digital and an intelligent firm at the start (assumed: more than half way for
/// those that went digital).
pub const DIGITAL_KNOW_HOW: [f64; 3] = [0.1, 0.6, 0.8];
/// Digital know-how of an industrial and a digital entrant (assumed: below that of firms in business).
pub const ENTRANT_KNOW_HOW: [f64; 2] = [0.1, 0.5];
/// AI know-how of a firm that uses AI at the start (assumed: a few years of practice).
pub const AI_KNOW_HOW: f64 = 0.3;

/// Stage and technology of a firm at the opening. `opening_depth` is the share of the automatable tasks that a firm with AI
/// has automated; a firm with AI is intelligent, and so also digital. The depth is zero in classes that the sector lacks.
#[must_use]
pub fn opening_technology(
    sector: &SectorStructure,
    boundary: [f64; TASKS],
    adopted: bool,
    digital: bool,
    opening_depth: f64,
) -> (Stage, Technology) {
    let stage = match (adopted, digital) {
        (true, _) => Stage::Intelligent,
        (false, true) => Stage::Digital,
        (false, false) => Stage::Industrial,
    };
    let depth = |k: usize| if adopted && sector.task_shares[k] > 0.0 { boundary[k] * opening_depth } else { 0.0 };
    let technology = Technology {
        ai_depth: core::array::from_fn(depth),
        adopted,
        building: stage,
        digital_know_how: DIGITAL_KNOW_HOW[stage as usize],
        ai_know_how: if adopted { AI_KNOW_HOW } else { 0.0 },
        pay_back: f64::INFINITY,
        research_delivery: 1.0,
        ..Technology::default()
    };
    (stage, technology)
}

#[cfg(test)]
mod tests {
    use super::super::small_world;
    use super::*;

    #[test]
    fn adopters_open_at_their_depth_and_nobody_else_uses_ai() {
        let sector = &small_world::structure().sectors[0];
        let (stage, t) = opening_technology(sector, [0.08, 0.04, 0.45, 0.25], true, false, 0.3);
        assert_eq!(stage, Stage::Intelligent);
        assert!((t.ai_depth[2] - 0.135).abs() < 1e-12);
        let (stage, t) = opening_technology(sector, [0.08, 0.04, 0.45, 0.25], false, true, 0.3);
        assert_eq!((stage, t.building, t.adopted), (Stage::Digital, Stage::Digital, false));
        assert!(t.ai_depth.iter().all(|a| *a == 0.0));
        assert_eq!(opening_technology(sector, [0.1; TASKS], false, false, 0.3).0, Stage::Industrial);
    }
}
