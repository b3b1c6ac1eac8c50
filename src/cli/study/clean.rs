//! `xinzhi study repair` and `clean`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{CliError, print_line};
use crate::experiments::study::repair::{clean as clean_study, repair as repair_study};
use crate::experiments::study::{Folder, Plan, Study};

#[derive(Args, Debug)]
pub struct RepairArguments {
    /// Folder of the study.
    dir: PathBuf,
}

#[derive(Args, Debug)]
pub struct CleanArguments {
    /// Folder of the study.
    dir: PathBuf,
    /// Temporary files that nobody has written to for this time.
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    older_minutes: u64,
}

pub fn repair(arguments: &RepairArguments) -> Result<(), CliError> {
    let repaired = repair_study(&Study::open(&arguments.dir)?)?;
    for (shard, reason) in &repaired {
        print_line(&format!("shard {shard} is missing again: {reason}"))?;
    }
    print_line(&format!("{} shards set aside in quarantine/", repaired.len()))
}

pub fn clean(arguments: &CleanArguments) -> Result<(), CliError> {
    let folder = Folder::new(&arguments.dir);
    let plan = Plan::read(&folder)?;
    let removed = clean_study(&folder, &plan, Duration::from_secs(60 * arguments.older_minutes))?;
    print_line(&format!("{removed} files removed"))
}
