//! `xinzhi explain`: what a parameter, a column of the results or a term means.

mod find;
mod show;

use std::path::PathBuf;

use clap::Args;

use super::{CliError, print_line};
use crate::engine::configuration::Configuration;
use crate::simulation::Simulation;

#[derive(Args, Debug)]
pub struct ExplainArguments {
    /// Parameter (`table.key` or key), column, table or term; without it everything there is, by table.
    name: Option<String>,
    /// Configuration whose value is shown, too, and where it was set.
    #[arg(long, value_name = "CONFIG")]
    config: Option<PathBuf>,
}

pub fn explain(arguments: &ExplainArguments) -> Result<(), CliError> {
    let registry = Simulation::registry();
    let configuration = match &arguments.config {
        Some(path) => Some(Configuration::load(path, &[], &registry)?),
        None => None,
    };
    let Some(name) = &arguments.name else {
        return print_line(show::everything(&registry).trim_end());
    };
    let found = find::find(&registry, name);
    if found.is_empty() {
        return Err(CliError::Usage(find::nothing(&registry, name)));
    }
    let told: Vec<String> = found.iter().map(|entry| show::entry(&registry, configuration.as_ref(), entry)).collect();
    print_line(told.join("\n").trim_end())
}
