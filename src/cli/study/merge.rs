//! `xinzhi study merge`: one dataset with its dictionary.

use std::path::PathBuf;

use clap::Args;

use super::{CliError, print_line};
use crate::cli::eprint_line;
use crate::experiments::study::Study;
use crate::experiments::study::merge::{Format, Merged, merge as merge_study};
use crate::experiments::study::status::ranges;

#[derive(Args, Debug)]
pub struct MergeArguments {
    /// Folder of the study.
    dir: PathBuf,
    /// The dataset [default: merged.parquet or merged.csv in the folder].
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Kind of file [default: what FILE ends in, or parquet].
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Merges what there is even if shards are missing; the manifest beside it says which.
    #[arg(long)]
    allow_partial: bool,
}

pub fn merge(arguments: &MergeArguments) -> Result<(), CliError> {
    let study = Study::open(&arguments.dir)?;
    let is_csv = arguments.out.as_ref().and_then(|out| out.extension()).is_some_and(|end| end == "csv");
    let format = arguments.format.unwrap_or(if is_csv { Format::Csv } else { Format::Parquet });
    let out = arguments.out.clone().unwrap_or_else(|| arguments.dir.join(format!("merged.{}", format.end())));
    tell(&merge_study(&study, &out, format, arguments.allow_partial)?)
}

/// What was merged, on standard output; what is wrong with it, on standard error.
pub fn tell(merged: &Merged) -> Result<(), CliError> {
    if !merged.missing.is_empty() {
        eprint_line(&format!("warning: shards are missing from the dataset: {}", ranges(&merged.missing)));
    }
    if merged.model_errors > 0 {
        eprint_line(&format!("warning: {} runs ended with an error of the model: status = error", merged.model_errors));
    }
    print_line(&format!("{} rows, blake3 {}\n{}", merged.rows, merged.blake3, merged.path.display()))
}
