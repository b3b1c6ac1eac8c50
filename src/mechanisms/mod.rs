//! Economic mechanisms, one a file, in folders by phase.

pub mod markets;
pub mod technology;
