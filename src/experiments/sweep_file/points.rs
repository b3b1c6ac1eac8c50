//! The points of a sweep: what the design gives, as values of parameters.

use super::MOST_POINTS;
use super::parameters::{Named, Parameter, domain, named, refuses};
use super::reading::Entries;
use super::{design, table_file};
use crate::engine::configuration::Sheet;
use crate::engine::parameters::Value;
use crate::experiments::designs::{Design, Domain, levels};

/// The design, its parameters, and their values point by point; empty where there are mistakes.
pub(super) fn read(sheet: &mut Sheet<'_>, entries: &Entries<'_>) -> (Design, Vec<Parameter>, Vec<Vec<Value>>) {
    let design = design::read(sheet, entries);
    let listed = entries.get("points");
    let parameters = parameters(sheet, entries);
    let Some((design, file)) = design else { return (Design::Grid, parameters, Vec::new()) };
    let sits = |key: &str| entries.get(key).map(|(span, _)| span);
    match (&design, file) {
        (Design::List, _) => {
            unwanted(sheet, sits("parameters"), "parameters", "a list", "give values in [[sweep.points]]");
            let Some((_, points)) = listed else {
                let message = "a list of points needs [[sweep.points]]".to_owned();
                sheet.mistake(&(0..0), Some("points"), message, "write [[sweep.points]] once for every point".into());
                return (design, parameters, Vec::new());
            };
            let (parameters, points) = list(sheet, points);
            (design, parameters, points)
        }
        (Design::File, Some(file)) => {
            unwanted(sheet, sits("parameters"), "parameters", "a file", "the columns of the file are the parameters");
            let (parameters, points) = table_file::read(sheet, &file);
            (design, parameters, points)
        }
        _ => {
            unwanted(sheet, sits("points"), "points", "such a design", "write design = \"list\"");
            let points = made(sheet, entries, &design, &parameters);
            (design, parameters, points)
        }
    }
}

fn unwanted(sheet: &mut Sheet<'_>, span: Option<std::ops::Range<usize>>, what: &str, design: &str, hint: &str) {
    if let Some(span) = span {
        let message = format!("`{what}` has no place in the sweep of {design}");
        sheet.mistake(&span, Some(what), message, hint.into());
    }
}

/// `[sweep.parameters]`.
fn parameters(sheet: &mut Sheet<'_>, entries: &Entries<'_>) -> Vec<Parameter> {
    let Some((_, value)) = entries.get("parameters") else { return Vec::new() };
    let mut parameters = Vec::new();
    for named in named(sheet, "sweep.parameters", value) {
        if refuses(sheet, &named, true) {
            continue;
        }
        let Some(doc) = sheet.declaration(&named.key()) else { continue };
        if let Some(domain) = domain(sheet, &named, &doc) {
            parameters.push(Parameter::new(sheet, &named.key(), &doc, domain));
        }
    }
    parameters
}

/// Points of a grid, of levels side by side, or of a drawn design.
fn made(sheet: &mut Sheet<'_>, entries: &Entries<'_>, design: &Design, parameters: &[Parameter]) -> Vec<Vec<Value>> {
    let span = entries.get("design").or_else(|| entries.get("parameters")).map_or(0..0, |(span, _)| span);
    if parameters.is_empty() {
        if !sheet.is_mistaken() {
            let hint = "write [sweep.parameters] and below it \"table.key\" = [ … ]".to_owned();
            sheet.mistake(&span, Some("parameters"), "nothing differs between the points".into(), hint);
        }
        return Vec::new();
    }
    let count = parameters.len() as u64;
    if let Some(size) = design.size(count) {
        if size > MOST_POINTS {
            too_many(sheet, &span);
            return Vec::new();
        }
        return match design.sample(parameters.len()) {
            Ok(sample) => sample.into_iter().flatten().map(|point| valued(parameters, &point)).collect(),
            Err(message) => {
                sheet.mistake(&span, Some("design"), message, "take parameters away, or a latin-hypercube".into());
                Vec::new()
            }
        };
    }
    let Some(choices) = all_levels(sheet, parameters) else { return Vec::new() };
    let places = if *design == Design::Zip {
        let length = choices[0].len();
        if choices.iter().any(|levels| levels.len() != length) {
            let lengths: Vec<_> =
                parameters.iter().zip(&choices).map(|(p, c)| format!("{} {}", p.name(), c.len())).collect();
            let message = format!("a zip needs as many values of every parameter: {}", lengths.join(", "));
            sheet.mistake(&span, Some("design"), message, "make the lists equally long, or write a grid".into());
            return Vec::new();
        }
        (0..length).map(|at| vec![at; choices.len()]).collect()
    } else {
        let sizes: Vec<usize> = choices.iter().map(|levels| levels.len()).collect();
        let size = sizes.iter().try_fold(1_u64, |all, n| all.checked_mul(*n as u64));
        if size.is_none_or(|size| size > MOST_POINTS) {
            too_many(sheet, &span);
            return Vec::new();
        }
        levels::grid(&sizes)
    };
    let point = |places: &Vec<usize>| choices.iter().zip(places).map(|(c, at)| c[*at].clone()).collect();
    places.iter().map(point).collect()
}

fn valued(parameters: &[Parameter], point: &[f64]) -> Vec<Value> {
    parameters.iter().zip(point).map(|(parameter, share)| parameter.domain.at(*share)).collect()
}

fn too_many(sheet: &mut Sheet<'_>, span: &std::ops::Range<usize>) {
    let message = format!("the design has more than {MOST_POINTS} points");
    sheet.mistake(span, Some("design"), message, "take fewer levels, or draw points: a sobol design".into());
}

/// The levels of every parameter, where all have them.
fn all_levels<'p>(sheet: &mut Sheet<'_>, parameters: &'p [Parameter]) -> Option<Vec<&'p [Value]>> {
    let mut all = Vec::new();
    for parameter in parameters {
        match &parameter.domain {
            Domain::Levels(levels) => all.push(levels.as_slice()),
            Domain::Interval { .. } => {
                let name = parameter.name();
                let hint = "add steps = 5, or draw points: design = { kind = \"sobol\", points = 64 }".to_owned();
                sheet.mistake_at(&parameter.place, &name, format!("`{name}` needs levels in this design"), hint);
            }
        }
    }
    (all.len() == parameters.len()).then_some(all)
}

/// `[[sweep.points]]`: a parameter that a point does not name has the value of the configuration there.
fn list<'d>(
    sheet: &mut Sheet<'_>,
    points: &'d toml::Spanned<toml::de::DeValue<'d>>,
) -> (Vec<Parameter>, Vec<Vec<Value>>) {
    let tables = points.get_ref().as_array().filter(|list| list.iter().all(|point| point.get_ref().is_table()));
    let Some(tables) = tables else {
        let message = "`points` must be a list of tables".to_owned();
        sheet.mistake(&points.span(), Some("points"), message, "write [[sweep.points]] once for every point".into());
        return (Vec::new(), Vec::new());
    };
    let rows: Vec<Vec<Named<'_>>> = tables.iter().map(|point| named(sheet, "sweep.points", point)).collect();
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut given: Vec<Vec<(usize, Value)>> = Vec::new();
    for row in &rows {
        let mut values = Vec::new();
        for named in row {
            if refuses(sheet, named, true) {
                continue;
            }
            let Some(doc) = sheet.declaration(&named.key()) else { continue };
            let Some(value) = sheet.check(&named.key(), &named.value.span(), named.value.get_ref()) else { continue };
            let known = parameters.iter().position(|p| (&p.table, &p.key) == (&named.table, &named.key));
            let at = known.unwrap_or_else(|| {
                parameters.push(Parameter::new(sheet, &named.key(), &doc, Domain::Levels(Vec::new())));
                parameters.len() - 1
            });
            values.push((at, value));
        }
        given.push(values);
    }
    let base: Vec<Value> =
        parameters.iter().map(|p| sheet.current(&p.table, &p.key).cloned().unwrap_or_else(|| p.kind.clone())).collect();
    let point = |values: Vec<(usize, Value)>| {
        let mut point = base.clone();
        for (at, value) in values {
            point[at] = value;
        }
        point
    };
    let points = given.into_iter().map(point).collect();
    (parameters, points)
}
