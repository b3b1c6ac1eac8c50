//! `xinzhi check`: is this configuration sound, and what economy does it open with?

use clap::Args;

use super::{CliError, ConfigurationArguments, print_line};

#[derive(Args, Debug)]
pub struct CheckArguments {
    #[command(flatten)]
    configuration: ConfigurationArguments,
}

pub fn check(arguments: &CheckArguments) -> Result<(), CliError> {
    let configuration = arguments.configuration.load()?;
    let simulation = super::open(&configuration)?;
    print_line(simulation.opening_report(&configuration)?.trim_end())?;
    print_line("")?;
    print_line(&format!(
        "{}: sound; {} ticks, {}; configuration {}",
        configuration.name,
        simulation.ticks(),
        super::summary::population(simulation.counts()),
        configuration.hash(),
    ))
}
