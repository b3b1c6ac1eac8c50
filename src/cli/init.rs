//! `xinzhi init`: a folder to begin with. What is there already is never touched.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::{CliError, print_line};
use crate::engine::configuration::EMBEDDED;
use crate::engine::schema;
use crate::simulation::Simulation;

/// Name of the configuration in the new folder.
const CONFIGURATION: &str = "baseline.toml";

#[derive(Args, Debug)]
pub struct InitArguments {
    /// Folder to make, or to put the files into.
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// Configuration that the new one extends.
    #[arg(long, default_value = "quick", value_name = "NAME", value_parser = PossibleValuesParser::new(EMBEDDED.iter().map(|(name, _)| *name)))]
    base: String,
}

pub fn init(arguments: &InitArguments) -> Result<(), CliError> {
    let folder = &arguments.folder;
    let files = [
        (CONFIGURATION, configuration(&arguments.base)),
        ("schema.json", schema::text(&Simulation::registry())),
        ("README.md", include_str!("init/README.md").to_owned()),
        (".gitignore", "/outputs/\n".to_owned()),
    ];
    if folder.exists() && !folder.is_dir() {
        return Err(CliError::Usage(format!("{} is a file; give the name of a folder", folder.display())));
    }
    let taken: Vec<String> = (files.iter().map(|(name, _)| folder.join(name)))
        .filter(|path| path.symlink_metadata().is_ok())
        .map(|path| path.display().to_string())
        .collect();
    if !taken.is_empty() {
        let verb = if taken.len() == 1 { "is" } else { "are" };
        return Err(CliError::Usage(format!(
            "{} {verb} there already, and nothing is overwritten; give another folder",
            taken.join(", ")
        )));
    }
    std::fs::create_dir_all(folder).map_err(|error| CliError::io("create the folder", folder, error))?;
    for (name, text) in &files {
        write_new(&folder.join(name), text)?;
        print_line(&folder.join(name).display().to_string())?;
    }
    print_line("")?;
    if folder != Path::new(".") {
        print_line(&format!("cd {}", folder.display()))?;
    }
    print_line(&format!("xinzhi check {CONFIGURATION}\nxinzhi run {CONFIGURATION}"))
}

/// Writes a file that is not there, even if somebody makes it at this moment.
fn write_new(path: &Path, text: &str) -> Result<(), CliError> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| CliError::io("write", path, error))
}

fn configuration(base: &str) -> String {
    include_str!("init/baseline.toml").replace("extends = \"quick\"", &format!("extends = \"{base}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::configuration::Configuration;

    #[test]
    fn the_new_configuration_is_sound_on_every_base() {
        for (base, _) in EMBEDDED {
            let text = configuration(base);
            assert!(text.contains(&format!("\nextends = \"{base}\"")), "{text}");
            let read = Configuration::parse(CONFIGURATION, &text, &[], &Simulation::registry());
            assert!(read.is_ok(), "{}", read.unwrap_err());
            let tried = |line: &str| match line.strip_prefix('#') {
                Some(rest) if rest.starts_with(|c: char| c.is_ascii_lowercase()) => format!("{rest}\n"),
                _ => format!("{line}\n"),
            };
            let commented: String = text.lines().map(tried).collect();
            assert!(commented.contains("\nenabled = false"), "{commented}");
            let read = Configuration::parse(CONFIGURATION, &commented, &[], &Simulation::registry());
            assert!(read.is_ok(), "what is commented out is sound, too: {}", read.unwrap_err());
        }
    }
}
