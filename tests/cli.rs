//! The program from outside: exit codes, streams and the run's folder.

mod common;

use std::path::Path;

use common::xinzhi;
use xinzhi::engine::configuration::Configuration;
use xinzhi::output::{Manifest, Status, read_parquet};
use xinzhi::simulation::Simulation;

fn code(folder: &Path, arguments: &[&str]) -> i32 {
    xinzhi(folder, arguments).status.code().unwrap()
}

/// A run small enough for a test.
const SHORT: [&str; 5] = ["run", "quick", "--years", "1", "--no-plots"];

#[test]
fn a_run_ends_with_0_and_says_where_its_results_are() {
    let folder = tempfile::tempdir().unwrap();
    let done = xinzhi(folder.path(), &SHORT);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let told = String::from_utf8(done.stdout).unwrap();
    assert_eq!(told.lines().last(), Some("outputs/quick/seed-1"));
    let series = std::fs::read_to_string(folder.path().join("outputs/quick/seed-1/series.csv")).unwrap();
    assert_eq!(series.lines().count(), 6, "a header, the opening and a row for each quarter");
    let progress = String::from_utf8(done.stderr).unwrap();
    assert!(progress.contains("quick: year 1 of 1"), "{progress}");
    assert!(!progress.contains('\u{1b}'), "no escape codes outside of a terminal");
}

/// Core columns of `series`, whose names scripts rely on.
const SERIES: &str = "tick year quarter gdp_nominal_cny gdp_real_cny2023 gdp_growth_yoy cpi ppi cpi_inflation_yoy \
    population labour_force employment unemployment_rate unemployment_rate_routine_manual \
    unemployment_rate_nonroutine_manual unemployment_rate_routine_cognitive unemployment_rate_nonroutine_cognitive \
    vacancy_rate separation_rate job_finding_rate mean_wage_cny wage_share hours_per_worker labour_productivity_index \
    tfp_growth_yoy ai_adopter_share_firms ai_adopter_share_value_added ai_depth digital_share_value_added \
    upgrade_index structural_change_nav firm_entry_rate firm_exit_rate stranded_capital_cny capacity_utilisation \
    credit_to_gdp npl_ratio bank_capital_ratio bank_failures local_debt_cny land_revenue_cny land_revenue_share \
    arrears_cny house_price_index electricity_twh compute_electricity_share exports_cny imports_cny gini_income \
    gini_wealth";

/// Figures that a run leaves in each format.
fn figures(folder: &Path, end: &str) -> usize {
    let files = std::fs::read_dir(folder.join("figures")).unwrap();
    files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == end)).count()
}

#[test]
fn a_run_leaves_every_file_and_figures_can_be_redrawn() {
    let root = tempfile::tempdir().unwrap();
    let run = |more: &[&str]| xinzhi(root.path(), &[&["run", "quick", "--years", "2", "--out", "out"], more].concat());
    // Two years: in the first no firm closes.
    let done = run(&[]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let folder = root.path().join("out");

    let columns = |table: &str| -> Vec<String> {
        let table = read_parquet(&folder.join(format!("{table}.parquet"))).unwrap();
        assert!(table.rows() > 0, "{}", table.name);
        table.columns.into_iter().map(|column| column.name).collect()
    };
    let series = columns("series");
    for name in SERIES.split_whitespace() {
        assert!(series.iter().any(|column| column == name), "series has no column {name}");
    }
    for (table, key) in [("sectors", "sector"), ("regions", "region"), ("tasks", "task"), ("banks", "bank_class")] {
        assert_eq!(columns(table)[..2], ["tick", key]);
    }
    assert_eq!(columns("accounts"), ["tick", "matrix", "row", "column", "kind", "instrument", "amount_fen"]);
    let events = ["tick", "kind", "agent_kind", "agent", "region", "sector", "amount_fen", "detail"];
    assert_eq!(columns("events"), events);
    let ticks = read_parquet(&folder.join("series.parquet")).unwrap().reals("tick").unwrap();
    assert_eq!(ticks, (0..=8).map(f64::from).collect::<Vec<_>>());

    let drawn = xinzhi::figures::all().len();
    assert_eq!(["svg", "png", "csv"].map(|end| figures(&folder, end)), [drawn; 3]);
    let manifest = Manifest::read(&folder).unwrap();
    assert_eq!((manifest.status.clone(), manifest.ticks, manifest.seed), (Status::Complete, 8, 1));
    assert!(manifest.counts.workers > 1000 && manifest.wall_seconds > 0.0 && !manifest.per_phase_seconds.is_empty());
    assert_eq!(figures(&folder, "json"), drawn, "what the plotted numbers are");
    assert_eq!(manifest.files.len(), 15 + 4 * drawn, "{:?}", manifest.files);
    assert!(manifest.damaged_files(&folder).unwrap().is_empty());
    // The resolved configuration is one, and the same.
    let resolved = Configuration::load(&folder.join("config.toml"), &[], &Simulation::registry()).unwrap();
    assert_eq!(resolved.hash(), manifest.configuration_blake3);

    // Figures come from the tables: drawn anew from the folder they are the run's own, byte for byte.
    let plot = |more: &[&str]| xinzhi(root.path(), &[&["plot", "out"], more].concat());
    let own: Vec<_> = manifest.files.iter().filter(|file| file.path.starts_with("figures/")).cloned().collect();
    for file in &own {
        std::fs::remove_file(folder.join(&file.path)).unwrap();
    }
    assert_eq!(plot(&[]).status.code(), Some(0));
    let redrawn = Manifest::read(&folder).unwrap();
    let redrawn: Vec<_> = redrawn.files.into_iter().filter(|file| file.path.starts_with("figures/")).collect();
    assert_eq!((own.len(), own), (4 * drawn, redrawn));

    // Other languages and styles stand beside the first ones.
    let zh = plot(&["--lang", "zh", "--figure", "overview", "--format", "svg"]);
    assert_eq!(zh.status.code(), Some(0), "{}", String::from_utf8_lossy(&zh.stderr));
    assert!(folder.join("figures/zh/overview.svg").is_file() && !folder.join("figures/zh/overview.png").exists());
    assert_eq!(plot(&["--style", "slides", "--figure", "gdp_growth"]).status.code(), Some(0));
    assert!(folder.join("figures/slides/gdp_growth.png").is_file());
    assert_eq!(plot(&["--figure", "overview"]).status.code(), Some(0));
    let manifest = Manifest::read(&folder).unwrap();
    assert_eq!(manifest.files.len(), 15 + 4 * drawn + 3);
    assert!(manifest.damaged_files(&folder).unwrap().is_empty());
    let narrow = plot(&["--width", "single", "--title", "--figure", "overview", "--format", "pdf"]);
    assert_eq!(narrow.status.code(), Some(0), "{}", String::from_utf8_lossy(&narrow.stderr));
    assert!(std::fs::read(folder.join("figures/85mm/overview.pdf")).unwrap().starts_with(b"%PDF"));
    assert_eq!(plot(&["--width", "3"]).status.code(), Some(2));
    let unknown = plot(&["--figure", "gdp-grwth"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean `gdp_growth`?"));

    // The same run without figures takes the old ones away; tables are the same bytes for any number of threads.
    let bytes = |table: &str| std::fs::read(folder.join(format!("{table}.parquet"))).unwrap();
    let tables = [
        "series",
        "sectors",
        "regions",
        "tasks",
        "banks",
        "firm_ages",
        "firm_growth",
        "firm_sizes",
        "firm_fifths",
        "displaced",
        "durations",
        "accounts",
        "events",
    ];
    let before = tables.map(bytes);
    // So it does when a run between the two was killed: what that one leaves is a manifest that says `running`.
    let manifest = Manifest { status: Status::Running, ..Manifest::read(&folder).unwrap() };
    std::fs::write(folder.join("manifest.json"), serde_json::to_string(&manifest).unwrap()).unwrap();
    assert_eq!(run(&["--no-plots", "--threads", "1"]).status.code(), Some(0));
    assert!(before == tables.map(bytes), "tables differ with the number of threads");
    assert_eq!(figures(&folder, "svg"), 0);

    // Damage is named.
    std::fs::write(folder.join("tasks.parquet"), "spoilt").unwrap();
    let damaged = plot(&[]);
    assert_eq!(damaged.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&damaged.stderr).contains("tasks.parquet is damaged"));
    assert_eq!(xinzhi(root.path(), &["plot", "."]).status.code(), Some(2), "a folder that is no run's");
}

#[test]
fn runs_plotted_together_share_a_figure_with_bands_and_lines() {
    let root = tempfile::tempdir().unwrap();
    let small = ["--years", "1", "--no-plots", "--quiet"];
    for (seed, more) in
        [("1", &[][..]), ("2", &[][..]), ("1", &["--set", "ai.enabled=false", "--out", "outputs/without/seed-1"][..])]
    {
        let done = xinzhi(root.path(), &[&["run", "quick", "--seed", seed], &small[..], more].concat());
        assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let folders = ["outputs/quick/seed-1", "outputs/quick/seed-2", "outputs/without/seed-1"];
    let figure = ["--figure", "inequality", "--format", "svg"];
    let done = xinzhi(root.path(), &[&["plot"], &folders[..2], &figure].concat());
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let svg = std::fs::read_to_string(root.path().join("outputs/quick/figures/inequality.svg")).unwrap();
    assert!(svg.contains("Mean of 2 runs"));
    let done = xinzhi(root.path(), &[&["plot"], &folders[..], &figure, &["--out", "both"]].concat());
    let told = String::from_utf8(done.stdout).unwrap();
    assert_eq!(
        told.lines().collect::<Vec<_>>(),
        ["both/inequality.svg", "both/inequality.csv", "both/inequality.csv-metadata.json"]
    );
    let csv = std::fs::read_to_string(root.path().join("both/inequality.csv")).unwrap();
    assert!(csv.contains("gini_income__quick_low") && csv.contains("gini_income__without"), "{csv}");
}

/// No kind of policy or shock is built yet, so that no configuration has one; a run that has finds it marked.
#[test]
fn what_a_run_dates_is_marked_in_its_figures() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(code(root.path(), &[&SHORT[..], &["--quiet", "--out", "out"]].concat()), 0);
    let folder = root.path().join("out");
    let mut manifest = Manifest::read(&folder).unwrap();
    let dated = manifest.configuration.as_object_mut().unwrap();
    dated.insert("policy".to_owned(), serde_json::json!([{"kind": "debt_swap", "from": "2024Q2"}]));
    dated.insert("shock".to_owned(), serde_json::json!([{"kind": "land_price", "name": "crash", "from": "2024Q4"}]));
    std::fs::write(folder.join("manifest.json"), serde_json::to_string(&manifest).unwrap()).unwrap();
    for (language, below, words) in [
        ("en", "figures", "1  debt swap, 2024 Q2    2  crash, 2024 Q4"),
        ("zh", "figures/zh", "1  debt swap，2024年第2季度    2  crash，2024年第4季度"),
    ] {
        assert_eq!(code(root.path(), &["plot", "out", "--lang", language]), 0);
        for figure in xinzhi::figures::all() {
            let svg = std::fs::read_to_string(folder.join(below).join(format!("{}.svg", figure.id))).unwrap();
            // Maps and what is drawn over size or over quarters since an event have no time axis.
            let timeless = ["provinces", "displaced_earnings", "firm_sizes"].contains(&figure.id);
            assert_eq!(svg.contains(words), !timeless, "{} in {language}", figure.id);
        }
    }
    let about = std::fs::read_to_string(folder.join("figures/overview.csv-metadata.json")).unwrap();
    assert!(about.contains("debt swap, 2024 Q2"), "{about}");
}

#[test]
fn the_list_of_figures_has_their_captions() {
    let folder = tempfile::tempdir().unwrap();
    let list =
        |more: &[&str]| String::from_utf8(xinzhi(folder.path(), &[&["plot", "--list"], more].concat()).stdout).unwrap();
    for figure in xinzhi::figures::all() {
        assert!(list(&[]).contains(&*figure.caption.en) && list(&["--lang", "zh"]).contains(&*figure.caption.zh));
    }
    assert_eq!(list(&["--figure", "provinces"]).lines().count(), 3);
}

#[test]
fn check_sets_official_totals_beside_the_opening_and_shows_that_it_closes() {
    let folder = tempfile::tempdir().unwrap();
    let told = String::from_utf8(xinzhi(folder.path(), &["check", "quick"]).stdout).unwrap();
    for part in ["Opening balance sheet", "Gross output", "Public debt", "Employment by province", "totals are within"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    let sums: Vec<&str> = told.lines().filter(|line| line.trim_start().starts_with("sum ")).collect();
    assert_eq!(sums.len(), 2);
    assert!(sums.iter().all(|line| line.split_whitespace().skip(1).all(|cell| cell == "0")), "{sums:?}");
    let claims = told.lines().skip(3).take_while(|line| !line.trim_start().starts_with("capital"));
    assert!(claims.clone().count() > 15 && claims.clone().all(|line| line.ends_with(" 0")), "{told}");
    // National debts are those of the Ministry of Finance.
    assert!(
        told.lines().filter(|line| line.contains("local_bonds of local_governments")).all(|l| !l.contains("OUTSIDE"))
    );
    let stationary = xinzhi(folder.path(), &["check", "steady-state", "--set", "population.persons_per_worker=145000"]);
    assert_eq!(stationary.status.code(), Some(0));
}

#[test]
fn quiet_says_nothing_and_out_names_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let done = xinzhi(folder.path(), &[&SHORT[..], &["--quiet", "--out", "here", "--threads", "1"]].concat());
    assert_eq!((done.status.code(), done.stdout.len(), done.stderr.len()), (Some(0), 0, 0));
    assert!(folder.path().join("here/series.csv").is_file());
}

#[test]
fn wrong_usage_and_configuration_end_with_2_and_start_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("wrong.toml"), "[run]\nsede = 1\nyears = 0\n").unwrap();
    std::fs::create_dir(folder.path().join("directory.toml")).unwrap();
    for arguments in [
        &["frobnicate"][..],
        &["run"],
        &["run", "quick", "--threads", "none"],
        &["run", "missing.toml"],
        &["run", "directory.toml"],
        &["check", "wrong.toml"],
        &["run", "wrong.toml"],
        &["run", "quick", "--set", "run.sede=1"],
        &["run", "quick", "--years", "0"],
        &["run", "quick", "--years", "1000000"],
        &["run", "quick", "--years", "ten"],
        &["run", "quick", "--seed", "-1"],
        &["run", "quick", "--seed", "99999999999999999999"],
        &["run", "quick", "--threads", "0"],
        &["run", "quick", "--checkpoint-every", "0"],
        &["run", "quick", "--out", ""],
        &["run", "."],
    ] {
        assert_eq!(code(folder.path(), arguments), 2, "{arguments:?}");
    }
    assert!(!folder.path().join("outputs").exists());
    let told = String::from_utf8(xinzhi(folder.path(), &["run", "wrong.toml"]).stderr).unwrap();
    assert!(told.contains("wrong.toml:2:1") && told.contains("wrong.toml:3:9"), "{told}");
    for (set, hint) in [
        ("ai.enabled=yes", "write true"),
        ("entry.rate=5%", "write 0.05 for 5 per cent"),
        ("entry.rate=0,05", "write 0.05, with a point"),
        ("run.years=1e2", "write 100"),
    ] {
        let told = common::complaint(&xinzhi(folder.path(), &["check", "quick", "--set", set]));
        assert!(told.contains(&format!("= help: {hint}")), "{told}");
    }
}

/// Values within their ranges that do not fit together are mistakes of the configuration, not of the program.
#[test]
fn an_opening_that_cannot_be_ends_with_2_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    for (set, why) in [
        ("opening.growth=0", "stationary"),
        ("opening.growth=0.1", "`growth`"),
        ("opening.state_share=0.95", "foreign_share"),
        ("opening.personal_tax_allowance=900000", "`personal_tax_allowance`"),
        ("opening.public_investment=60e12", "`public_investment`"),
        ("opening.infrastructure=300e12", "`infrastructure`"),
        ("opening.intermediation_services=15e12", "`intermediation_services`"),
        ("opening.household_deposits=200e12", "deposits of banks"),
    ] {
        for verb in ["check", "run"] {
            let done = xinzhi(folder.path(), &[verb, "quick", "--set", set]);
            let told = String::from_utf8_lossy(&done.stderr);
            assert_eq!(done.status.code(), Some(2), "{verb} {set}: {told}");
            assert!(told.contains(why), "{verb} {set}: {told}");
        }
    }
    assert!(!folder.path().join("outputs").exists());
}

#[test]
fn a_folder_that_cannot_be_made_or_read_ends_with_4() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    assert_eq!(code(folder.path(), &[&SHORT[..], &["--out", "file/below"]].concat()), 4);
    assert_eq!(code(folder.path(), &["plot", "nowhere"]), 4);
}

#[test]
fn help_and_version_end_with_0() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(code(folder.path(), &["--help"]), 0);
    assert_eq!(code(folder.path(), &["--version"]), 0);
    assert_eq!(code(folder.path(), &["check", "quick"]), 0);
    std::fs::create_dir(folder.path().join("quick")).unwrap();
    assert_eq!(code(folder.path(), &["check", "quick"]), 0, "a folder of that name does not hide the configuration");
}
