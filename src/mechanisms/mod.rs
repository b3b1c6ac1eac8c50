//! Economic mechanisms, one a file, in folders by phase.

pub mod calendar;
pub mod dynamics;
pub mod finance;
pub mod labour;
pub mod markets;
pub mod planning;
pub mod production;
pub mod public;
pub mod settlement;
pub mod technology;
