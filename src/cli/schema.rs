//! `xinzhi schema`: what a configuration may hold, as JSON Schema, for editors and checkers.

use super::{CliError, print_line};
use crate::engine::schema;
use crate::simulation::Simulation;

pub fn schema() -> Result<(), CliError> {
    print_line(schema::text(&Simulation::registry()).trim_end())
}
