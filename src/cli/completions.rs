//! `xinzhi completions SHELL` and `xinzhi man`: both from the declaration of the command line.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::{Cli, CliError, print_line};

#[derive(Args, Debug)]
pub struct CompletionsArguments {
    /// Shell: bash, elvish, fish, powershell or zsh.
    shell: Shell,
}

#[derive(Args, Debug)]
pub struct ManArguments {
    /// Folder for a page of every verb; without it the page of the program goes to standard output.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn completions(arguments: &CompletionsArguments) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "xinzhi", &mut script);
    print_line(String::from_utf8_lossy(&script).trim_end())
}

pub fn man(arguments: &ManArguments) -> Result<(), CliError> {
    let mut program = Cli::command();
    program.build();
    let Some(folder) = &arguments.out else {
        return print_line(String::from_utf8_lossy(&page(program)?).trim_end());
    };
    std::fs::create_dir_all(folder).map_err(|error| CliError::io("create the folder", folder, error))?;
    let verbs: Vec<Command> = program.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned().collect();
    write(folder, "xinzhi", program)?;
    for verb in verbs {
        let name = format!("xinzhi-{}", verb.get_name());
        for step in verb.get_subcommands().filter(|step| !step.is_hide_set() && step.get_name() != "help") {
            let name = format!("{name}-{}", step.get_name());
            write(folder, &name, step.clone().display_name(name.clone()))?;
        }
        write(folder, &name, verb.display_name(name.clone()))?;
    }
    Ok(())
}

fn page(command: Command) -> Result<Vec<u8>, CliError> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(|error| CliError::io("write", "-", error))?;
    Ok(page)
}

fn write(folder: &Path, name: &str, command: Command) -> Result<(), CliError> {
    let path = folder.join(format!("{name}.1"));
    let page = page(command)?;
    let written = std::fs::File::create(&path).and_then(|mut file| file.write_all(&page));
    written.map_err(|error| CliError::io("write", &path, error))?;
    print_line(&path.display().to_string())
}
