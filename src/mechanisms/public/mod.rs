//! Local governments.

use crate::accounts::Fen;
use bevy_ecs::prelude::Resource;

/// Compensation for land due to the households of each region \[fen\].
#[derive(Clone, Debug, Default, Resource)]
pub struct LandCompensation(pub Vec<Fen>);
