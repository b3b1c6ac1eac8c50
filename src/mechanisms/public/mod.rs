//! Local governments.

use crate::accounts::Fen;
use bevy_ecs::prelude::Resource;

/// Compensation for land due to the households of each region \[fen\].
#[derive(Clone, Debug, Default, Resource)]
pub struct LandCompensation(pub Vec<Fen>);

/// Inserts what local governments need at the opening.
pub fn insert(world: &mut bevy_ecs::prelude::World, opening: &crate::calibration::opening::Opening) {
    let _ = (world, opening);
}
