//! Age of capital: what part of it is how old, and how far it is behind the newest.

use crate::agents::{Capital, Identity};
use crate::mechanisms::technology::Frontier;
use bevy_ecs::prelude::World;

/// First quarters of the classes of age.
pub const CLASSES: [u16; 4] = [0, 20, 40, 80];

/// Capital by age.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct CapitalAge {
    /// Quantity by class \[units\].
    pub classes: [f64; CLASSES.len()],
    /// Quantity times age \[units × quarters\].
    pub ages: f64,
    /// Quantity times the logarithm of the newest productivity over that of the layer's firm.
    pub gap: f64,
}

impl CapitalAge {
    /// All capital.
    #[must_use]
    pub fn quantity(&self) -> f64 {
        self.classes.iter().sum()
    }

    /// Adds a firm's capital; `newest` is the productivity of what is built now in its sector.
    pub fn add(&mut self, capital: &Capital, newest: f64) {
        let (mut quantity, mut productivity) = (0.0, 0.0);
        // Layers stand from old to new: those of a class follow one another.
        for layer in &capital.vintages {
            let class = CLASSES.iter().rposition(|first| layer.age >= *first).unwrap_or(0);
            self.classes[class] += layer.quantity;
            self.ages += layer.quantity * f64::from(layer.age);
            quantity += layer.quantity;
            productivity += layer.quantity * layer.productivity;
        }
        if productivity > 0.0 && newest > 0.0 {
            self.gap += quantity * libm::log(newest * quantity / productivity);
        }
    }

    /// Surveys all firms in business.
    #[must_use]
    pub fn survey(world: &mut World) -> Self {
        let mut query = world.query::<(&Identity, &Capital)>();
        let world = &*world;
        let frontier = world.get_resource::<Frontier>();
        let mut found = Self::default();
        for (identity, capital) in query.iter(world).filter(|(identity, _)| identity.active()) {
            let newest = frontier.and_then(|f| f.domestic.get(usize::from(identity.sector)).copied()).unwrap_or(0.0);
            found.add(capital, newest);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agents::Vintage;

    #[test]
    fn layers_are_counted_by_age_and_against_the_newest() {
        let layer = |quantity, productivity, age| Vintage { quantity, productivity, age, ..Vintage::default() };
        let capital = Capital { vintages: vec![layer(1.0, 1.0, 100), layer(1.0, 1.5, 40), layer(2.0, 2.0, 3)] };
        let mut found = CapitalAge::default();
        found.add(&capital, 3.25);
        assert_eq!(found.classes, [2.0, 0.0, 1.0, 1.0]);
        assert!((found.ages / found.quantity() - 146.0 / 4.0).abs() < 1e-12);
        assert!((found.gap / found.quantity() - 2f64.ln()).abs() < 1e-12);
    }
}
