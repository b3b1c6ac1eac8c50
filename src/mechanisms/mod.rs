//! Economic mechanisms, one a file, in folders by phase.

pub mod housing;
pub mod public;
pub mod technology;
