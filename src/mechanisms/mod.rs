//! Economic mechanisms, one a file, in folders by phase.

pub mod markets;
pub mod planning;
pub mod production;
pub mod technology;
