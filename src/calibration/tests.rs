//! The embedded tables load and balance; broken ones say what is wrong and where.

use std::fs;
use std::path::Path;

use super::raw::EMBEDDED;
use super::*;

fn embedded(name: &str) -> &'static str {
    EMBEDDED.iter().find(|(file, _)| *file == name).unwrap().1
}

fn relative(value: f64, target: f64) -> f64 {
    ((value - target) / target).abs()
}

fn assert_balanced(table: &InputOutput) {
    for i in 0..table.codes.len() {
        assert!(table.row_gap(i).abs() < 1.0, "row {}: {}", table.codes[i], table.row_gap(i));
        assert!(table.column_gap(i).abs() < 1.0, "column {}", table.codes[i]);
    }
    assert!((table.gdp() - table.gdp_by_expenditure()).abs() < 1.0);
}

#[test]
fn embedded_tables_load_in_model_units() {
    let tables = load(None).unwrap();
    assert_eq!((tables.sectors.len(), tables.provinces.len()), (12, 31));
    assert!(relative(tables.input_output.gdp(), 126.0582e12) < 1e-9);
    assert_balanced(&tables.input_output);
    let farms = &tables.sectors[0];
    assert_eq!((farms.code.as_str(), farms.storable), ("S01", true));
    assert!(relative(farms.employment, 168.82e6) < 1e-9);
    assert!(relative(farms.capital_stock, 7.60006e12) < 1e-9);
    assert!(relative(farms.compensation_per_worker(), 55_910.0) < 1e-3);
    // Share of employment in routine manual and nonroutine cognitive tasks, in the order of `TASK_CLASSES`.
    assert!((farms.task_shares[0] - 0.014_91).abs() < 1e-12);
    assert!((farms.task_shares[3] - 0.015_03).abs() < 1e-12);
    let beijing = &tables.provinces[0];
    assert!(relative(beijing.gdp, 44_098.3e8) < 1e-12);
    assert!(relative(beijing.college_share, 0.4198) < 1e-12);
    assert_eq!(tables.population.age_groups.len(), 15);
    assert!(relative(tables.population.adults(), 1161.78e6) < 1e-12);
    assert_eq!(tables.consumption_categories.len(), 8);
    assert_eq!(tables.history.series("gdp_nominal").unwrap()[&2023].value.to_bits(), 126.0582_f64.to_bits());
}

#[test]
fn coefficients_are_flows_per_output() {
    let table = load(None).unwrap().input_output;
    assert!((table.domestic_coefficient(0, 0) - 0.120_806_213_084).abs() < 1e-6);
    let all = table.coefficients();
    let inputs: f64 = all.iter().map(|row| row[3]).sum();
    assert!((inputs - table.intermediate_inputs(3) / table.gross_output[3]).abs() < 1e-12);
}

#[test]
fn a_missing_figure_names_the_nearest() {
    let tables = load(None).unwrap();
    assert!(relative(tables.labour.get("stock", "employment_total", 2023).unwrap(), 740.41) < 1e-12);
    let wrong_name = tables.labour.get("stock", "employment_totl", 2023).unwrap_err().to_string();
    assert!(wrong_name.contains("`employment_total`"), "{wrong_name}");
    let wrong_year = tables.labour.get("stock", "employment_total", 1900).unwrap_err().to_string();
    assert!(wrong_year.contains("one of the years 2023"), "{wrong_year}");
    let wrong_parameter = tables.parameters.get("gdp_2032").unwrap_err().to_string();
    assert!(wrong_parameter.contains("did you mean `gdp_2023`"), "{wrong_parameter}");
}

#[test]
fn a_directory_replaces_the_files_it_has() {
    let directory = tempfile::tempdir().unwrap();
    let text = embedded("energy.csv").replace("9224.1,TWh", "9225.0,TWh");
    fs::write(directory.path().join("energy.csv"), text).unwrap();
    let tables = load(Some(directory.path())).unwrap();
    let use_total = tables.energy.get("use", "electricity_use_total", 2023).unwrap();
    assert!(relative(use_total, 9225.0) < 1e-12);
    assert_eq!(tables.sectors, load(None).unwrap().sectors);
}

#[test]
fn a_malformed_file_reports_all_its_errors_with_lines() {
    let directory = tempfile::tempdir().unwrap();
    let text = "group,name,year,value,unit,low,high,source,confidence,note\n\
                use,a,2023,many,TWh,,,somebody,V,\n\
                use,b,2023,5,TWh,6,7,somebody,V,\n\
                use,c,2023,5,TWh\n\
                use,d,twenty,5,TWh,,,,X,\n\
                use,b,2023,5,TWh,,,somebody,V,\n";
    fs::write(directory.path().join("energy.csv"), text).unwrap();
    fs::write(directory.path().join("enrgy.csv"), text).unwrap();
    fs::write(directory.path().join("banks.csv"), "group,name,year,value\n").unwrap();
    let errors = load(Some(directory.path())).unwrap_err().errors;
    let at = |line: u64, column: Option<&str>| {
        errors.iter().any(|e| e.file == "energy.csv" && e.line == Some(line) && e.column.as_deref() == column)
    };
    assert!(at(2, Some("value")) && at(3, Some("value")) && at(4, None));
    assert!(at(5, Some("year")) && at(5, Some("confidence")) && at(5, Some("source")));
    assert!(at(6, Some("name")));
    assert_eq!(errors.iter().filter(|e| e.file == "energy.csv").count(), 7);
    assert!(errors.iter().any(|e| e.file == "enrgy.csv" && e.problem.contains("`energy.csv`")));
    assert!(errors.iter().any(|e| e.file == "banks.csv" && e.column.as_deref() == Some("unit")));
    let shown = errors[0].to_string();
    assert!(shown.contains("expected"), "{shown}");
}

#[test]
fn sums_that_disagree_are_reported_together() {
    let directory = tempfile::tempdir().unwrap();
    let write = |file: &str, from: &str, to: &str| {
        let text = embedded(file);
        assert!(text.contains(from), "{file}");
        fs::write(directory.path().join(file), text.replacen(from, to, 1)).unwrap();
    };
    write("io_coefficients.csv", "S04,1.281519", "S04,1.381519");
    write("sectors.csv", "0.9529,0.01491", "0.9529,0.11491");
    write("provinces.csv", "2189.11", "3189.11");
    write("population.csv", "63.37", "73.37");
    let shown = load(Some(directory.path())).unwrap_err().to_string();
    for part in [
        "io_coefficients.csv: row sum (sales) of S04",
        "column sum (inputs and value added) of S01",
        "differs from the flows",
        "sectors.csv, line 2: sum of the task shares",
        "population of all provinces",
        "adults of all ages",
    ] {
        assert!(shown.contains(part), "{part} not in {shown}");
    }
}

#[test]
fn unreadable_places_and_bytes_are_problems() {
    let missing = load(Some(Path::new("no-such-directory"))).unwrap_err();
    assert!(missing.to_string().contains("no-such-directory"));
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("banks.csv"), b"group\n\xff\n").unwrap();
    let errors = load(Some(directory.path())).unwrap_err().errors;
    assert_eq!((errors[0].file.as_str(), errors[0].line), ("banks.csv", Some(2)));
}

#[test]
fn ai_services_split_keeps_every_total() {
    let before = load(None).unwrap();
    let share = before.ai_services.share;
    let after = before.clone().with_ai_services(share).unwrap();
    assert_balanced(&after.input_output);
    assert_eq!(after.sectors.len(), 13);
    let (parent, ai) = (&after.sectors[8], &after.sectors[12]);
    assert_eq!((ai.code.as_str(), ai.name.as_str()), ("S13", "ai_services"));
    assert!(relative(ai.gross_output, 578e9) < 1e-3);
    assert!(relative(ai.gross_output + parent.gross_output, before.sectors[8].gross_output) < 1e-12);
    assert!(relative(ai.compensation_per_worker(), parent.compensation_per_worker()) < 1e-6);
    assert!(relative(ai.capital_output_ratio(), parent.capital_output_ratio()) < 1e-6);
    assert_eq!(ai.task_shares.map(f64::to_bits), parent.task_shares.map(f64::to_bits));
    assert!((after.input_output.gdp() - before.input_output.gdp()).abs() < 1.0);
    for (row, old) in after.province_sector.employment.iter().zip(&before.province_sector.employment) {
        assert_eq!(row.len(), 13);
        assert!((row.iter().sum::<f64>() - old.iter().sum::<f64>()).abs() < 1.0);
    }
    assert!(before.clone().with_ai_services(1.0).is_err());
    assert!(after.with_ai_services(share).is_err());
}

#[test]
fn own_customers_of_ai_services_keep_every_total() {
    let mut tables = load(None).unwrap();
    assert!(tables.set_ai_row(&[0.0; 12]).is_err());
    tables = tables.with_ai_services(0.027).unwrap();
    let before = tables.input_output.clone();
    let mut sales = vec![0.0; 13];
    (sales[5], sales[9], sales[12]) = (40e9, 90.5e9, 3e9);
    tables.set_ai_row(&sales).unwrap();
    let after = &tables.input_output;
    assert_balanced(after);
    let bits = |output: &[f64]| output.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&after.gross_output), bits(&before.gross_output));
    for (user, sold) in sales.iter().enumerate() {
        assert!((after.domestic[12][user] - sold).abs() < 1.0);
        let both = |table: &InputOutput| table.domestic[8][user] + table.domestic[12][user];
        assert!((both(after) - both(&before)).abs() < 1.0);
    }
    let investment = FinalUse::FixedCapitalFormation.index();
    assert!(after.final_domestic[12][investment] > before.final_domestic[12][investment]);
    assert!(
        after
            .final_domestic
            .iter()
            .flatten()
            .zip(before.final_domestic.iter().flatten())
            .all(|(new, old)| *new >= 0.0 || new.to_bits() == old.to_bits())
    );
}

#[test]
fn sales_of_ai_services_beyond_what_users_buy_are_refused_cell_by_cell() {
    let mut tables = load(None).unwrap().with_ai_services(0.027).unwrap();
    let before = tables.clone();
    let mut sales = vec![0.0; 13];
    (sales[1], sales[2]) = (1e12, -1.0);
    let errors = tables.set_ai_row(&sales).unwrap_err().errors;
    assert_eq!(errors.len(), 2);
    assert!(errors[0].problem.contains("S02") && errors[1].problem.contains("S03"));
    assert_eq!(tables, before);
    assert!(tables.set_ai_row(&[50e9; 13]).is_err());
}

#[test]
fn every_column_of_the_wide_tables_is_described() {
    let described: Vec<(String, String)> = csv::Reader::from_reader(include_str!("../../data/columns.csv").as_bytes())
        .records()
        .map(|row| row.map(|row| (row[0].to_owned(), row[1].to_owned())).unwrap())
        .collect();
    for (file, text) in EMBEDDED {
        if !described.iter().any(|(f, _)| f == file) {
            assert!(text.starts_with("group,") || text.starts_with("year,") || text.starts_with("name,"));
            continue;
        }
        for column in text.lines().next().unwrap().split(',') {
            assert!(described.iter().any(|(f, c)| f == file && c == column), "{file}: {column}");
        }
    }
}
