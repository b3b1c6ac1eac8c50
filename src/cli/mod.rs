//! The command line: one verb a file. Results go to standard output, progress and errors to standard error.

mod check;
mod compare;
mod completions;
mod ensemble;
mod error;
mod explain;
mod figures;
mod init;
mod inspect;
mod interrupt;
mod opening;
mod plot;
mod progress;
mod ranges;
mod record;
mod results;
mod resume;
mod run;
mod run_of;
mod schema;
mod study;
mod summary;
mod validate;

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::engine::configuration::{Configuration, Override};
use crate::simulation::Simulation;

pub use error::{CliError, ErrorFormat, exit};
pub(crate) use opening::open;
pub(crate) use run::{new_manifest, recorded};

/// Simulates an economy going through an AI-driven industrial transition, started from China's 2023 accounts.
#[derive(Debug, Parser)]
#[command(name = "xinzhi", version, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
    /// How errors are told on standard error: for people, or one JSON object a line.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    error_format: ErrorFormat,
}

const EXIT_CODES: &str = "Exit codes: 0 done; 2 wrong usage, configuration or data; 3 broken invariant; \
                          4 input or output failed; 5 some runs of an ensemble failed; 70 internal error; \
                          130 or 143 interrupted, with a checkpoint. `xinzhi study --help` has those of `study`.";

#[derive(Debug, Subcommand)]
enum Verb {
    /// Runs a configuration once and writes its folder of results.
    Run(run::RunArguments),
    /// Runs a configuration with many seeds side by side; bands over the seeds as tables and figures.
    Ensemble(ensemble::EnsembleArguments),
    /// Compares ensembles or runs on the same seeds: paired differences with intervals, as tables and figures.
    Compare(compare::CompareArguments),
    /// Checks a configuration and the opening economy that it leads to, without running it.
    Check(check::CheckArguments),
    /// Draws the figures of finished runs and ensembles.
    Plot(plot::PlotArguments),
    /// Makes a folder to begin with: a configuration, its schema and the next commands; overwrites nothing.
    Init(init::InitArguments),
    /// Runs a study on this machine: a grid, a list, a Latin hypercube, Sobol', Morris or a design file, times seeds.
    Sweep(study::sweep::SweepArguments),
    /// The same study in shards, run by any engine: plan, shard, missing, status, verify, merge, submit.
    Study(study::StudyArguments),
    /// Says what a parameter, a column of the results or a term means.
    Explain(explain::ExplainArguments),
    /// Says what the folder of a run or an ensemble is and whether its files are whole.
    Inspect(inspect::InspectArguments),
    /// Measures stylised facts on an ensemble of seeds, or on folders of runs, beside published bands.
    Validate(validate::ValidateArguments),
    /// Prints the JSON Schema of configurations, for editors.
    Schema,
    /// Prints the completions of a shell.
    Completions(completions::CompletionsArguments),
    /// Prints the manual page.
    #[command(hide = true)]
    Man(completions::ManArguments),
}

/// The configuration and what replaces its values.
#[derive(Args, Clone, Debug)]
pub(crate) struct ConfigurationArguments {
    /// TOML file, or the name of a configuration inside the program (china-2023, quick, large, steady-state).
    pub(crate) config: PathBuf,
    /// Seed of every random draw (`run.seed`).
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) seed: Option<String>,
    /// Simulated years (`run.years`).
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) years: Option<String>,
    /// Replaces one value of the configuration; may be given again.
    #[arg(long, value_name = "TABLE.KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

impl ConfigurationArguments {
    pub(crate) fn load(&self) -> Result<Configuration, CliError> {
        let option = |name: &str, key: &str, value: &Option<String>| {
            value.as_ref().map(|value| Override::option(name, "run", key, value))
        };
        let overrides: Vec<_> = (self.set.iter().map(|text| Override::set(text)))
            .chain(option("--seed", "seed", &self.seed))
            .chain(option("--years", "years", &self.years))
            .collect();
        Ok(Configuration::load(&self.config, &overrides, &Simulation::registry())?)
    }
}

/// The command that the arguments give.
///
/// # Errors
/// The exit code, once help, version or the mistake in the arguments has been printed.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, u8> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let json = arguments.iter().any(|a| a == "--error-format=json")
        || arguments.windows(2).any(|pair| pair[0] == "--error-format" && pair[1] == "json");
    Cli::try_parse_from(arguments).map_err(|error| {
        if json && error.use_stderr() {
            eprint_line(&error::json(None, &error.render().to_string()));
        } else {
            // Nothing can be told to somebody who has closed both streams.
            let _ = error.print();
        }
        if error.use_stderr() { exit::USAGE } else { exit::DONE }
    })
}

/// Does what the command says; returns the exit code.
#[must_use]
pub fn dispatch(command: &Cli) -> u8 {
    guard(command.error_format, || match &command.verb {
        Verb::Run(arguments) => run::run(arguments, command.error_format),
        Verb::Ensemble(arguments) => ensemble::ensemble(arguments, command.error_format),
        Verb::Compare(arguments) => compare::compare(arguments),
        Verb::Check(arguments) => check::check(arguments),
        Verb::Plot(arguments) => plot::plot(arguments),
        Verb::Init(arguments) => init::init(arguments),
        Verb::Sweep(arguments) => study::sweep::sweep(arguments),
        Verb::Study(arguments) => study::study(arguments),
        Verb::Explain(arguments) => explain::explain(arguments),
        Verb::Inspect(arguments) => inspect::inspect(arguments),
        Verb::Validate(arguments) => validate::validate(arguments, command.error_format),
        Verb::Schema => schema::schema(),
        Verb::Completions(arguments) => completions::completions(arguments),
        Verb::Man(arguments) => completions::man(arguments),
    })
}

/// Turns errors, and panics, into a message and an exit code.
fn guard(format: ErrorFormat, work: impl FnOnce() -> Result<(), CliError>) -> u8 {
    const INTERNAL: &str = "internal error: this is a mistake in the program; please report the lines above";
    match (catch_unwind(AssertUnwindSafe(work)), format) {
        (Ok(Ok(())), _) => exit::DONE,
        (Ok(Err(CliError::Silent(code))), _) => code,
        (Ok(Err(error)), ErrorFormat::Text) => {
            eprint_line(&error.styled());
            error.code()
        }
        (Ok(Err(error)), ErrorFormat::Json) => {
            eprint_line(&error.json_lines());
            error.code()
        }
        (Err(_), format) => {
            eprint_line(&if format == ErrorFormat::Json { error::json(None, INTERNAL) } else { INTERNAL.to_owned() });
            exit::INTERNAL
        }
    }
}

/// Writes to standard error, without colours where nobody wants them; a closed one is no reason to fail.
fn eprint_line(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Writes to standard output; a reader who has seen enough (`xinzhi check … | head`) is no error.
fn print_line(text: &str) -> Result<(), CliError> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::io("write standard output", "-", error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::SimulationError;

    fn parsed(line: &str) -> Result<Cli, u8> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn every_kind_of_failure_has_its_exit_code() {
        let guard = |work: fn() -> Result<(), CliError>| guard(ErrorFormat::Text, work);
        assert_eq!(guard(|| Ok(())), 0);
        assert_eq!(guard(|| Err(CliError::Usage("no".into()))), 2);
        assert_eq!(guard(|| Err(SimulationError::Data("no".into()).into())), 2);
        assert_eq!(guard(|| Err(SimulationError::Opening("no".into()).into())), 2);
        assert_eq!(guard(|| Err(SimulationError::Breach("no".into()).into())), 3);
        assert_eq!(guard(|| Err(CliError::SomeFailed { failed: vec![2], runs: 3 })), 5);
        assert_eq!(guard(|| Err(CliError::Interrupted { signal: 2, tick: 3 })), 130);
        assert_eq!(guard(|| Err(CliError::Interrupted { signal: 15, tick: 3 })), 143);
        assert_eq!(guard(|| Err(CliError::io("write", "x", std::io::Error::from(ErrorKind::StorageFull)))), 4);
        assert_eq!(guard(|| Err(CliError::DamagedFiles("x".into(), vec!["y is missing".into()]))), 4);
        assert_eq!(guard(|| panic!("a test of the last resort")), 70);
    }

    #[test]
    fn every_flag_is_parsed_and_what_is_none_ends_with_2() {
        assert!(parsed("xinzhi run a.toml --seed 2 --years 3 --set run.seed=1 --set ai.enabled=false").is_ok());
        assert!(parsed("xinzhi run a.toml --out b --threads 2 --no-plots --quiet --print-tick").is_ok());
        assert!(parsed("xinzhi check a.toml").is_ok());
        assert!(parsed("xinzhi plot a b --figure gdp --format svg,png --lang zh --style slides").is_ok());
        assert!(
            parsed("xinzhi ensemble a.toml --seeds 1..=20 --jobs 2 --years 3 --set ai.enabled=false --no-plots")
                .is_ok()
        );
        assert!(parsed("xinzhi compare a b --columns npl_ratio,gini_income --horizon 1-10,11-20 --out c").is_ok());
        assert_eq!(parsed("xinzhi ensemble a.toml").err(), Some(2));
        assert_eq!(parsed("xinzhi ensemble a.toml --seeds 3..1").err(), Some(2));
        assert_eq!(parsed("xinzhi compare a").err(), Some(2));
        assert!(parsed("xinzhi run a.toml --resume --checkpoint-every 4 --panel firms --panel workers").is_ok());
        assert_eq!(parsed("xinzhi run a.toml --panel banks").err(), Some(2));
        for line in [
            "check a.toml --error-format json",
            "--error-format=json run a.toml",
            "schema",
            "init",
            "init demo --base china-2023",
            "explain",
            "explain ai.enabled --config a.toml",
            "inspect a",
            "completions zsh",
            "man --out pages",
        ] {
            assert!(parsed(&format!("xinzhi {line}")).is_ok(), "{line}");
        }
        assert_eq!(parsed("xinzhi init --base nothing").err(), Some(2));
        assert_eq!(parsed("xinzhi run a.toml --threads 0").err(), Some(2));
        assert!(parsed("xinzhi plot a --width onehalf --title --format pdf --out b").is_ok());
        assert!(parsed("xinzhi plot --list").is_ok());
        assert_eq!(parsed("xinzhi plot").err(), Some(2));
    }

    #[test]
    fn the_parser_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
