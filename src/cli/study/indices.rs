//! `xinzhi study indices`: which parameters matter for an outcome, most first.

use std::path::PathBuf;

use clap::Args;

use super::{CliError, print_line};
use crate::experiments::designs::Design;
use crate::experiments::sensitivity::{elementary_effects, variance_indices};
use crate::experiments::study::folder::replace;
use crate::experiments::study::plan::ParameterDoc;
use crate::experiments::study::verify::{checked_part, records};
use crate::experiments::study::{Study, StudyError};
use crate::output::{Table, Values};

#[derive(Args, Debug)]
pub struct IndicesArguments {
    /// Folder of a study with a saltelli or morris design.
    dir: PathBuf,
    /// Outcome that is to be explained.
    #[arg(long, value_name = "COLUMN")]
    outcome: String,
    /// Year, window or tick of the outcome [default: the last].
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

pub fn indices(arguments: &IndicesArguments) -> Result<(), CliError> {
    let study = Study::open(&arguments.dir)?;
    let (points, when) = outcomes(&study, arguments)?;
    let names: Vec<String> = study.plan.study.parameters.iter().map(ParameterDoc::name).collect();
    let (header, mut rows) = estimated(&study, &points)?;
    rows.sort_by(|a, b| b.1[0].total_cmp(&a.1[0]));
    let width = names.iter().map(String::len).max().unwrap_or_default();
    let number = |x: &f64| format!("{x:>11.4}");
    print_line(&format!("{} at {when}, means over {} seeds", arguments.outcome, study.plan.study.seeds.len()))?;
    let heads = header.iter().fold(String::new(), |line, head| line + &format!("{head:>11}"));
    print_line(&format!("{:width$}{heads}", "parameter"))?;
    let mut csv = format!("parameter,{}\n", header.join(","));
    for (at, values) in &rows {
        print_line(&format!(
            "{:width$}{}",
            names[*at],
            values.iter().fold(String::new(), |line, x| line + &number(x))
        ))?;
        let cells: Vec<String> = values.iter().map(|x| format!("{x:?}")).collect();
        csv = csv + &names[*at] + "," + &cells.join(",") + "\n";
    }
    let path = arguments.dir.join(format!("indices-{}-{when}.csv", arguments.outcome));
    replace(&path, csv.as_bytes())?;
    print_line(&path.display().to_string())
}

/// A row of numbers a parameter, the first of them the one to rank by.
type Rows = Vec<(usize, Vec<f64>)>;

fn estimated(study: &Study, outcomes: &[f64]) -> Result<(Vec<&'static str>, Rows), StudyError> {
    let design = &study.plan.study.design;
    let parameters = study.plan.study.parameters.len();
    match design {
        Design::Saltelli { second_order, .. } => {
            let indices = variance_indices(outcomes, parameters, *second_order).ok_or_else(|| {
                StudyError::Usage("fewer than two blocks of the design have all their outcomes".to_owned())
            })?;
            let row = |i: &crate::experiments::sensitivity::VarianceIndices| {
                vec![i.total.value, i.total.low, i.total.high, i.first.value, i.first.low, i.first.high]
            };
            let header = vec!["total", "total_low", "total_high", "first", "first_low", "first_high"];
            Ok((header, indices.iter().map(row).enumerate().collect()))
        }
        Design::Morris { .. } => {
            let points = design.sample(parameters).map_err(StudyError::Usage)?.unwrap_or_default();
            let row = |e: &crate::experiments::sensitivity::ElementaryEffects| {
                vec![e.absolute.value, e.absolute.low, e.absolute.high, e.mean, e.deviation]
            };
            let header = vec!["mean_abs", "abs_low", "abs_high", "mean", "deviation"];
            Ok((header, elementary_effects(&points, outcomes).iter().map(row).enumerate().collect()))
        }
        _ => {
            let text = "indices need a saltelli design, elementary effects a morris design".to_owned();
            Err(StudyError::Usage(text))
        }
    }
}

/// The outcome of every point, mean over its seeds, and when that is.
fn outcomes(study: &Study, arguments: &IndicesArguments) -> Result<(Vec<f64>, String), StudyError> {
    let kept = &study.plan.study.outcomes.columns;
    if !kept.contains(&arguments.outcome) {
        let text = format!("the study has no outcome `{}`; it has {}", arguments.outcome, kept.join(", "));
        return Err(StudyError::Usage(text));
    }
    let (records, missing) = records(&study.folder, &study.plan)?;
    if !missing.is_empty() {
        return Err(StudyError::Incomplete(format!("{} shards are missing", missing.len())));
    }
    let points = usize::try_from(study.plan.study.points).unwrap_or(usize::MAX);
    let (mut sums, mut counts) = (vec![0.0; points], vec![0.0; points]);
    let mut when = arguments.at.clone();
    for record in &records {
        let table = checked_part(&study.folder, &study.plan, record)?;
        let calendar = calendar(&table);
        let values = table.reals(&arguments.outcome).unwrap_or_default();
        let ids = table.reals("point_id").unwrap_or_default();
        let wanted = when.get_or_insert_with(|| calendar.last().cloned().unwrap_or_default());
        if !calendar.contains(wanted) {
            return Err(StudyError::Usage(format!(
                "no row is of {wanted}; the last is of {}",
                calendar.last().map_or("", |w| w)
            )));
        }
        for ((value, id), _) in values.iter().zip(ids).zip(&calendar).filter(|(_, at)| *at == wanted) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of points")]
            let point = id as usize;
            sums[point] += value;
            counts[point] += 1.0;
        }
    }
    Ok((sums.iter().zip(counts).map(|(sum, count)| sum / count).collect(), when.unwrap_or_default()))
}

/// Year, window or tick of every row.
fn calendar(table: &Table) -> Vec<String> {
    let column = ["window", "tick", "year"].into_iter().find_map(|name| table.column(name));
    match column.map(|column| &column.values) {
        Some(Values::Text(words)) => words.clone(),
        Some(Values::Integer(numbers)) => numbers.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}
