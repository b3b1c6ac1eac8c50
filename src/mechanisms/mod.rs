//! Economic mechanisms, one a file, in folders by phase.

pub mod labour;
pub mod markets;
pub mod technology;
