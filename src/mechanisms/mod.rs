//! Economic mechanisms, one a file, in folders by phase.

pub mod finance;
pub mod technology;
