//! `xinzhi study verify`: is what is committed what was computed?

use std::path::PathBuf;

use clap::Args;

use super::{CliError, print_line, with_signal};
use crate::cli::interrupt::Interrupt;
use crate::experiments::study::model::ModelRunner;
use crate::experiments::study::status::ranges;
use crate::experiments::study::verify::{checked_part, records, rerun, sample};
use crate::experiments::study::{Study, StudyError};

#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// Folder of the study.
    dir: PathBuf,
    /// Reads every part: its hash, columns, runs and values.
    #[arg(long)]
    deep: bool,
    /// Computes this shard again and compares; may be given again.
    #[arg(long, value_name = "K")]
    rerun: Vec<u64>,
    /// Computes a share of the shards again, such as 1%.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    sample: Option<f64>,
}

fn share(text: &str) -> Result<f64, String> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.trim().parse::<f64>().map_err(|error| error.to_string())? / scale;
    if share > 0.0 && share <= 1.0 { Ok(share) } else { Err("write a share such as 1% or 0.01".to_owned()) }
}

pub fn verify(arguments: &VerifyArguments) -> Result<(), CliError> {
    let study = Study::open(&arguments.dir)?;
    let (records, missing) = records(&study.folder, &study.plan)?;
    let mut told = format!("{} shards have their records and parts", records.len());
    if arguments.deep {
        let mut damaged = Vec::new();
        for record in &records {
            match checked_part(&study.folder, &study.plan, record) {
                Ok(_) => {}
                Err(StudyError::Damaged(reason)) => damaged.push(reason),
                Err(other) => return Err(other.into()),
            }
        }
        if !damaged.is_empty() {
            return Err(StudyError::Damaged(damaged.join("\n")).into());
        }
        told += "; every part is whole";
    }
    let mut again = arguments.rerun.clone();
    again.extend(arguments.sample.map(|share| sample(&study.plan, share)).unwrap_or_default());
    again.sort_unstable();
    again.dedup();
    if !again.is_empty() {
        told += &compared(&study, &records, &again)?;
    }
    print_line(&told)?;
    if missing.is_empty() {
        return Ok(());
    }
    Err(StudyError::Incomplete(format!("shards are missing: {}", ranges(&missing))).into())
}

/// Computes shards again, those of them that are committed.
fn compared(
    study: &Study,
    records: &[crate::experiments::study::record::Record],
    shards: &[u64],
) -> Result<String, StudyError> {
    let interrupt = Interrupt::listen_patiently()?;
    let runner = ModelRunner::of(&study.plan)?;
    let stop = || interrupt.signal().is_some();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let pool = pool.map_err(|error| StudyError::Internal(format!("cannot start a thread: {error}")))?;
    let mut same = 0;
    for shard in shards {
        study.runs_of(*shard)?;
        if let Some(record) = records.iter().find(|record| record.shard == *shard) {
            if !pool.install(|| rerun(study, record, &runner, &stop))? {
                let text = format!("{same} shards gave the same numbers again");
                return Err(with_signal(StudyError::Interrupted { signal: None, text }, &interrupt));
            }
            same += 1;
        }
    }
    Ok(format!("; {same} shards gave the same numbers again"))
}
