//! `xinzhi study submit`: scripts of an engine, and the command that starts them.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use super::sweep::run_here;
use super::{CliError, print_line, program};
use crate::experiments::study::submit::{Engine, quoted, write};
use crate::experiments::study::{Study, StudyError};
use crate::output::OutputError;

#[derive(Args, Debug)]
pub struct SubmitArguments {
    /// Folder of the study.
    dir: PathBuf,
    /// What is to run it.
    #[arg(long, value_enum, value_name = "ENGINE")]
    engine: Engine,
    /// Writes the scripts into submit/ and prints the commands, and submits nothing.
    #[arg(long)]
    dry_run: bool,
    /// Runs at a time with --engine local [default: all cores].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Arguments for the engine's own command, such as `-p short --mem=2G --time=1:00:00`.
    #[arg(last = true, value_name = "ENGINE ARGS")]
    engine_arguments: Vec<String>,
}

pub fn submit(arguments: &SubmitArguments) -> Result<(), CliError> {
    let dir = std::path::absolute(&arguments.dir).map_err(OutputError::io(&arguments.dir, "find"));
    let study = Study::open(&dir.map_err(StudyError::from)?)?;
    let command = write(&study.folder, arguments.engine, &program()?, &arguments.engine_arguments)?;
    let (Some(shell), Some(script)) = (command.first(), command.get(1)) else {
        let dir = quoted(&study.folder.path().display().to_string());
        print_line(&format!("xinzhi study submit {dir} --engine local"))?;
        return if arguments.dry_run { Ok(()) } else { run_here(&study, arguments.jobs, false) };
    };
    print_line(&format!("{} {}", quoted(shell), quoted(script)))?;
    if arguments.dry_run {
        return Ok(());
    }
    let needed = if arguments.engine == Engine::Slurm { "sbatch" } else { "hq" };
    if !is_installed(needed) {
        let text = format!("`{needed}` is not on the PATH; --dry-run writes the scripts, to be run where it is");
        return Err(StudyError::EngineMissing(text).into());
    }
    let ended = Command::new(shell).arg(script).status();
    let ended = ended.map_err(OutputError::io(&PathBuf::from(script), "run")).map_err(StudyError::from)?;
    match ended.code() {
        Some(0) => Ok(()),
        Some(code) => Err(CliError::Silent(u8::try_from(code).unwrap_or(1))),
        None => Err(StudyError::Interrupted { signal: None, text: "the script was stopped".into() }.into()),
    }
}

fn is_installed(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
}
