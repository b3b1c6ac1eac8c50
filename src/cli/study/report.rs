//! `xinzhi study missing` and `status`: what the folder says.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{CliError, print_line};
use crate::cli::interrupt::Interrupt;
use crate::experiments::study::status::{Status, ranges};
use crate::experiments::study::{Folder, Plan, StudyError};

/// Between two looks. \[seconds\]
const LOOK: u64 = 5;

/// How missing shards are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// `0-3,7`, as job arrays take them.
    #[default]
    Ranges,
    /// One a line.
    Lines,
    /// A JSON list.
    Json,
    /// How many.
    Count,
}

#[derive(Args, Debug)]
pub struct MissingArguments {
    /// Folder of the study.
    dir: PathBuf,
    /// How they are listed.
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    format: Form,
    /// At most so many; 0 for all [default: 1000 for ranges, else all].
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

pub fn missing(arguments: &MissingArguments) -> Result<(), CliError> {
    let folder = Folder::new(&arguments.dir);
    let missing = Status::of(&folder, &Plan::read(&folder)?)?.missing;
    let usual = if arguments.format == Form::Ranges { 1000 } else { 0 };
    let limit = match arguments.limit.unwrap_or(usual) {
        0 => missing.len(),
        limit => limit.min(missing.len()),
    };
    let listed = &missing[..limit];
    let lines = || listed.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    match arguments.format {
        Form::Count => print_line(&missing.len().to_string())?,
        Form::Json => print_line(&serde_json::json!(listed).to_string())?,
        Form::Ranges | Form::Lines if listed.is_empty() => {}
        Form::Ranges => print_line(&ranges(listed))?,
        Form::Lines => print_line(&lines())?,
    }
    if missing.is_empty() { Ok(()) } else { Err(CliError::Silent(crate::experiments::study::error::exit::INCOMPLETE)) }
}

#[derive(Args, Debug)]
pub struct StatusArguments {
    /// Folder of the study.
    dir: PathBuf,
    /// As one JSON object.
    #[arg(long)]
    json: bool,
    /// Looks again every few seconds until nothing is missing.
    #[arg(long)]
    watch: bool,
}

pub fn status(arguments: &StatusArguments) -> Result<(), CliError> {
    let folder = Folder::new(&arguments.dir);
    let plan = Plan::read(&folder)?;
    let interrupt = Interrupt::listen()?;
    loop {
        let status = Status::of(&folder, &plan)?;
        print_line(&if arguments.json { serde_json::json!(status).to_string() } else { told(&status) })?;
        if status.is_complete() {
            return Ok(());
        }
        if !status.damaged.is_empty() {
            let reasons: Vec<&str> = status.damaged.iter().map(|(_, reason)| reason.as_str()).collect();
            let repair = format!("`xinzhi study repair {}` sets it aside", folder.path().display());
            return Err(StudyError::Damaged(format!("{}; {repair}", reasons.join("; "))).into());
        }
        if !arguments.watch {
            return Err(CliError::Silent(crate::experiments::study::error::exit::INCOMPLETE));
        }
        for _ in 0..LOOK * 10 {
            if interrupt.signal().is_some() {
                return Err(StudyError::Interrupted { signal: interrupt.signal(), text: "only watching".into() }.into());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// For people.
fn told(status: &Status) -> String {
    let mut lines = vec![
        format!("shards   {} of {} committed", status.done, status.shards),
        format!("runs     {} of {} committed", status.runs_done, status.runs),
    ];
    if status.model_errors > 0 {
        lines.push(format!("errors   {} runs ended with an error of the model", status.model_errors));
    }
    if !status.missing.is_empty() {
        lines.push(format!("missing  {}", ranges(&status.missing)));
    }
    if !status.damaged.is_empty() {
        let shards: Vec<u64> = status.damaged.iter().map(|(shard, _)| *shard).collect();
        lines.push(format!("damaged  {}", ranges(&shards)));
    }
    if status.failed_attempts > 0 {
        lines.push(format!("failed   {} attempts, see failed/", status.failed_attempts));
    }
    for life in &status.running {
        let runs = format!("{} of {} runs", life.runs_done, life.runs);
        lines.push(format!("seen     shard {} on {} (process {}): {runs}", life.shard, life.host, life.pid));
    }
    if let Some(seconds) = status.seconds_per_run {
        lines.push(format!("time     {:.2} core-hours so far, {seconds:.2} s a run", status.core_hours));
    }
    if let Some(hours) = status.core_hours_left.filter(|_| !status.is_complete()) {
        lines.push(format!("left     {hours:.2} core-hours"));
    }
    if let Some(hours) = status.hours_left {
        lines.push(format!("ends in  {hours:.2} hours, if those that were seen go on"));
    }
    lines.join("\n")
}
