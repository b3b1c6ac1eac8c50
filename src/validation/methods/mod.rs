//! Statistical methods of the stylised facts, each as its source uses it: pure functions of numbers.
//!
//! Each is tested against cases with a known answer and against values that established packages give (the fixture beside
//! it names package and version). A series that is too short for a method gives no number rather than a poor one.

pub mod correlations;
pub mod diffusion;
pub mod durations;
pub mod filters;
pub mod moments;
pub mod regressions;
pub mod subbotin;
pub mod tails;
