//! The verbs that explain and prepare: init, explain, inspect, schema, completions, the manual page; how errors are told;
//! ensembles and comparisons.
#![allow(clippy::float_cmp, reason = "numbers that went through a file unchanged")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use common::{command, xinzhi};
use xinzhi::output::{read_parquet, table_hash};

/// Standard output of a command that succeeds.
fn told(folder: &Path, arguments: &[&str]) -> String {
    let done = xinzhi(folder, arguments);
    assert_eq!(done.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// A reader of standard output who has seen enough is no error.
#[cfg(unix)]
#[test]
fn a_broken_pipe_is_no_failure() {
    let root = tempfile::tempdir().unwrap();
    for arguments in ["explain", "schema", "man", "completions zsh", "check quick", "plot --list"] {
        let line = format!("{} {arguments} 2> told; echo $? > code", env!("CARGO_BIN_EXE_xinzhi"));
        // The reading end is closed before the first word is written.
        let script = format!("mkfifo pipe; exec 3<>pipe 4>pipe; exec 3<&-; ({line}) >&4; rm pipe");
        Command::new("sh").args(["-c", &script]).current_dir(root.path()).status().unwrap();
        let read = |name: &str| std::fs::read_to_string(root.path().join(name)).unwrap();
        assert_eq!((read("code").trim(), read("told").as_str()), ("0", ""), "{arguments}");
    }
}

#[test]
fn a_run_whose_errors_are_read_by_a_program_says_nothing_else_there() {
    let root = tempfile::tempdir().unwrap();
    let small = ["run", "quick", "--years", "1", "--no-plots", "--set", common::TINY, "--error-format", "json"];
    let done = xinzhi(root.path(), &small);
    assert_eq!((done.status.code(), done.stderr.len()), (Some(0), 0), "{}", common::complaint(&done));
    std::fs::write(root.path().join("file"), "").unwrap();
    let done = xinzhi(root.path(), &[&small[..], &["--out", "file"]].concat());
    let told: serde_json::Value = serde_json::from_slice(&done.stderr).unwrap();
    assert_eq!((done.status.code(), &told["file"]), (Some(4), &"file".into()));
    assert!(told["help"].as_str().is_some_and(|help| help.contains("choose another folder")), "{told}");
}

/// Exit code and standard error of a command that fails.
fn failed(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let done = xinzhi(folder, arguments);
    (done.status.code(), String::from_utf8(done.stderr).unwrap())
}

/// A new folder, followed as its README says; then damaged.
#[test]
fn a_new_folder_can_be_run_inspected_and_found_damaged() {
    let root = tempfile::tempdir().unwrap();
    let made = told(root.path(), &["init", "demo"]);
    for file in ["baseline.toml", "schema.json", "README.md", ".gitignore"] {
        assert!(made.contains(&format!("demo/{file}")) && root.path().join("demo").join(file).is_file(), "{made}");
    }
    assert!(made.ends_with("cd demo\nxinzhi check baseline.toml\nxinzhi run baseline.toml\n"), "{made}");
    let demo = root.path().join("demo");
    let readme = std::fs::read_to_string(demo.join("README.md")).unwrap();
    // Every command of its README, in order; runs are made short.
    let mut commands = 0;
    for line in readme.lines().filter_map(|line| line.strip_prefix("    xinzhi ")) {
        let line = line.split('#').next().unwrap_or_default();
        let mut arguments: Vec<&str> = line.split_whitespace().collect();
        if arguments[0] == "run" {
            arguments.extend(["--years", "1", "--no-plots", "--set", "population.persons_per_worker=400000"]);
        }
        told(&demo, &arguments);
        commands += 1;
    }
    assert!(commands >= 8, "{commands}");

    let run = "outputs/baseline/seed-1";
    let sound = told(&demo, &["inspect", run]);
    for part in [
        "status         complete",
        "seed           1",
        "ticks          4",
        "workers",
        "verified",
        "as the run did",
        "with AI",
    ] {
        assert!(sound.contains(part), "{part}: {sound}");
    }
    assert!(told(&demo, &["inspect", "outputs/without-ai"]).contains("without AI"));

    std::fs::write(demo.join(run).join("notes.txt"), "mine").unwrap();
    std::fs::write(demo.join(run).join("tasks.parquet"), "spoilt").unwrap();
    std::fs::remove_file(demo.join(run).join("banks.parquet")).unwrap();
    let done = xinzhi(&demo, &["inspect", run]);
    let report = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(4));
    assert!(
        report.contains("DAMAGED: banks.parquet is missing") && report.contains("not of this run: notes.txt"),
        "{report}"
    );
    let error = String::from_utf8(done.stderr).unwrap();
    assert!(error.contains("banks.parquet is missing, tasks.parquet differs from its checksum"), "{error}");
    assert!(error.contains("run the configuration again"), "{error}");

    std::fs::write(demo.join(run).join("manifest.json"), "{").unwrap();
    assert_eq!(failed(&demo, &["inspect", run]).0, Some(4));
    let (code, error) = failed(root.path(), &["inspect", "demo"]);
    assert_eq!(code, Some(2), "a folder that is no run's");
    assert!(error.contains("there is a run in demo/outputs/"), "{error}");
    assert_eq!(failed(root.path(), &["plot", "demo"]), (code, error), "both say the same");
    assert_eq!(failed(&demo, &["inspect", "nowhere"]).0, Some(4));
}

#[test]
fn init_never_overwrites() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("README.md"), "mine").unwrap();
    let (code, error) = failed(root.path(), &["init"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("README.md is there already, and nothing is overwritten"), "{error}");
    assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 1, "nothing was written");
    assert_eq!(std::fs::read_to_string(root.path().join("README.md")).unwrap(), "mine");
    std::fs::write(root.path().join("file"), "").unwrap();
    assert_eq!(failed(root.path(), &["init", "file"]).0, Some(2));
    assert_eq!(failed(root.path(), &["init", "file/below"]).0, Some(4));
    told(root.path(), &["init", "deep/below", "--base", "china-2023"]);
    let text = std::fs::read_to_string(root.path().join("deep/below/baseline.toml")).unwrap();
    assert!(text.contains("\nextends = \"china-2023\"\n"), "{text}");
}

#[test]
fn explain_knows_parameters_columns_tables_and_terms() {
    let root = tempfile::tempdir().unwrap();
    let parameter = told(root.path(), &["explain", "foreign_trade.share_west"]);
    for part in
        ["(parameter)", "unit     share", "range    from 0 to 1", "default  0.4011", "source   external.csv", "≤ 1"]
    {
        assert!(parameter.contains(part), "{part}: {parameter}");
    }
    let set = told(root.path(), &["explain", "population.persons_per_worker"]);
    assert!(set.contains("set by   quick: persons_per_worker = 145000.0"), "{set}");
    std::fs::write(root.path().join("my.toml"), "extends = \"quick\"\n[ai]\nenabled = false\n").unwrap();
    let value = told(root.path(), &["explain", "ai.enabled", "--config", "my.toml"]);
    assert!(value.contains("value    false, set in my.toml:3:11"), "{value}");
    let column = told(root.path(), &["explain", "unemployment_rate"]);
    assert!(column.contains("series.unemployment_rate  (column") && column.contains("unit     1 (a share"), "{column}");
    assert!(told(root.path(), &["explain", "frontier"]).contains("dC*/dt = g_c"), "the table brings its equations");
    assert!(told(root.path(), &["explain", "LGFV"]).contains("local government financing vehicle"));
    let everything = told(root.path(), &["explain"]);
    for part in ["[frontier]", "series.parquet", "world_capability_growth", "gini_wealth"] {
        assert!(everything.contains(part), "{part}");
    }
    let (code, error) = failed(root.path(), &["explain", "unemploymnt_rate"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("did you mean `unemployment_rate`"), "{error}");
}

#[test]
fn the_schema_is_printed() {
    let root = tempfile::tempdir().unwrap();
    let printed: serde_json::Value = serde_json::from_str(&told(root.path(), &["schema"])).unwrap();
    assert_eq!(printed["properties"]["run"]["properties"]["years"]["maximum"], 1000);
}

#[test]
fn shells_and_man_learn_every_verb() {
    let root = tempfile::tempdir().unwrap();
    let verbs = ["run", "ensemble", "compare", "check", "plot", "init", "explain", "inspect", "schema", "completions"];
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = told(root.path(), &["completions", shell]);
        assert!(verbs.iter().all(|verb| script.contains(verb)), "{shell}");
    }
    let bash = told(root.path(), &["completions", "bash"]);
    std::fs::write(root.path().join("xinzhi.bash"), &bash).unwrap();
    if let Ok(done) = Command::new("bash").arg("-n").arg(root.path().join("xinzhi.bash")).status() {
        assert!(done.success(), "bash cannot read its completions");
    }
    let page = told(root.path(), &["man"]);
    assert!(page.contains(".TH xinzhi 1") && page.contains("Exit codes"), "{page}");
    told(root.path(), &["man", "--out", "pages"]);
    for verb in verbs {
        assert!(root.path().join(format!("pages/xinzhi-{verb}.1")).is_file(), "{verb}");
    }
    assert!(!root.path().join("pages/xinzhi-man.1").exists());
}

#[test]
fn errors_of_every_kind_are_told_as_json_when_asked() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("my.toml"), "[run]\nsede = 1\n[opening]\nstate_share = 0.6\nforeign_share = 0.6\n")
        .unwrap();
    let object = |arguments: &[&str]| -> (Option<i32>, Vec<serde_json::Value>) {
        let (code, error) = failed(root.path(), &[arguments, &["--error-format", "json"]].concat());
        (code, error.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect())
    };
    let (code, errors) = object(&["check", "my.toml"]);
    assert_eq!((code, errors.len()), (Some(2), 2));
    let first = &errors[0];
    assert_eq!((&first["file"], &first["line"], &first["column"]), (&"my.toml".into(), &2.into(), &1.into()));
    assert_eq!((&first["key"], &first["help"]), (&"run.sede".into(), &"did you mean `seed`?".into()));
    assert_eq!(first["message"], "unknown key `sede` in table [run]");
    assert_eq!((&errors[1]["line"], &errors[1]["related"][0]["line"]), (&5.into(), &4.into()));
    for (arguments, code, part) in [
        (&["explain", "qqqqq"][..], 2, "nothing is called"),
        (&["inspect", "nowhere"], 4, "cannot open the folder nowhere"),
        (&["plot", "nowhere"], 4, "nowhere"),
        (&["frobnicate"], 2, "frobnicate"),
        (&["run"], 2, "required"),
    ] {
        let (found, errors) = object(arguments);
        assert_eq!((found, errors.len()), (Some(code), 1), "{arguments:?}: {errors:?}");
        assert!(errors[0]["message"].as_str().unwrap().contains(part), "{errors:?}");
    }
}

#[test]
fn colours_are_for_those_who_want_them() {
    let root = tempfile::tempdir().unwrap();
    let error = |variables: &[(&str, &str)]| {
        let mut command = command(root.path(), &["check", "quick", "--set", "run.sede=1"]);
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").envs(variables.iter().copied());
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    assert!(!error(&[]).contains('\u{1b}'), "no colours in a file");
    assert!(error(&[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!error(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

/// A world of 800 workers for a year or so.
const SMALL: [&str; 4] = ["--no-plots", "--quiet", "--set", "population.persons_per_worker=1450000"];

/// Every file below a folder by name, but the manifests of runs, which name threads and times.
fn bytes_below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(bytes_below(&path).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else if name != "manifest.json" {
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
    found
}

/// Two folders hold the same bytes.
fn same(a: &Path, b: &Path) {
    let (a, b) = (bytes_below(a), bytes_below(b));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    let differ: Vec<&String> = a.keys().filter(|name| a[*name] != b[*name]).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))).unwrap()
}

#[test]
fn an_ensemble_is_the_runs_of_its_seeds_for_any_number_of_jobs_and_grows() {
    let root = tempfile::tempdir().unwrap();
    let ensemble = |seeds: &str, more: &[&str]| {
        told(root.path(), &[&["ensemble", "quick", "--seeds", seeds, "--years", "1"], &SMALL[..], more].concat())
    };
    ensemble("1..=3", &["--jobs", "1", "--out", "a"]);
    ensemble("3,1-2", &["--jobs", "2", "--out", "b"]);
    same(&root.path().join("a"), &root.path().join("b"));
    told(root.path(), &[&["run", "quick", "--seed", "2", "--years", "1", "--out", "one"], &SMALL[..]].concat());
    same(&root.path().join("a/seed-2"), &root.path().join("one"));
    let record = json(&root.path().join("a/ensemble/ensemble.json"));
    assert_eq!(
        (&record["complete"], &record["failed"], &record["seeds"][2]["seed"]),
        (&3.into(), &0.into(), &3.into())
    );
    assert!(record["configuration"]["run"].get("seed").is_none());
    let bands = read_parquet(&root.path().join("a/ensemble/ensemble.parquet")).unwrap();
    let of = |seed: u64| read_parquet(&root.path().join(format!("a/seed-{seed}/series.parquet"))).unwrap();
    let last = |seed| *of(seed).reals("gini_income").unwrap().last().unwrap();
    let mut ginis = [1, 2, 3].map(last);
    ginis.sort_by(f64::total_cmp);
    let row = (0..bands.rows()).rfind(|row| bands.texts("statistic").unwrap()[*row] == "gini_income").unwrap();
    assert_eq!(bands.reals("median").unwrap()[row], ginis[1]);
    assert_eq!(bands.reals("n").unwrap()[row], 3.0);
    // One more seed: the others are left as they are.
    let manifest = |seed| std::fs::read(root.path().join(format!("a/seed-{seed}/manifest.json"))).unwrap();
    let before = manifest(1);
    let line = ["ensemble", "quick", "--seeds", "1-4", "--years", "1", "--out", "a"];
    let said = told(root.path(), &[&line[..], &["--no-plots"], &SMALL[2..]].concat());
    assert!(said.contains("quick: 4 seeds complete, 3 of them complete before, 0 failed"), "{said}");
    assert_eq!(manifest(1), before);
    // Its figures, from the folder or the one above.
    let drawn =
        told(root.path(), &["plot", "a", "--figure", "unemployment_by_task", "--format", "svg", "--lang", "zh"]);
    assert!(drawn.starts_with("a/ensemble/figures/zh/unemployment_by_task.svg"), "{drawn}");
    let csv = std::fs::read_to_string(root.path().join("a/ensemble/figures/unemployment_by_task.csv")).unwrap();
    assert!(csv.lines().next().unwrap().contains("_p25,"), "{csv}");
    let again = json(&root.path().join("a/ensemble/ensemble.json"));
    assert!(again["files"].as_array().unwrap().iter().any(|file| file["path"] == "figures/unemployment_by_task.csv"));
    assert!(told(root.path(), &["inspect", "a/ensemble"]).contains("4 seeds complete"));
}

#[test]
fn a_seed_that_fails_is_named_and_nothing_of_others_is_lost() {
    let root = tempfile::tempdir().unwrap();
    let line = |seeds: &str, more: &[&str]| -> Vec<String> {
        let line = [&["ensemble", "quick", "--seeds", seeds, "--years", "1", "--out", "a"], &SMALL[..], more].concat();
        line.into_iter().map(str::to_owned).collect()
    };
    let run = |line: Vec<String>| failed(root.path(), &line.iter().map(String::as_str).collect::<Vec<_>>());
    std::fs::create_dir(root.path().join("a")).unwrap();
    std::fs::write(root.path().join("a/seed-2"), "in the way").unwrap();
    let (code, error) = run(line("1-3", &[]));
    assert_eq!(code, Some(5), "{error}");
    assert!(error.contains("seed 2 failed: ") && error.contains("1 of 3 seeds failed (2); the others are"), "{error}");
    let record = json(&root.path().join("a/ensemble/ensemble.json"));
    assert_eq!((&record["complete"], &record["failed"]), (&2.into(), &1.into()));
    assert!(record["seeds"][1]["status"].as_str().unwrap().starts_with("failed: "));
    assert!(root.path().join("a/seed-3/series.parquet").is_file());
    // Another configuration does not replace what is there.
    let before = bytes_below(&root.path().join("a"));
    let (code, error) = run(line("1-3", &["--set", "ai.enabled=false"]));
    assert_eq!(code, Some(2), "{error}");
    assert!(
        error.contains("another configuration") && error.contains("ai.enabled") && error.contains("--out"),
        "{error}"
    );
    assert!(bytes_below(&root.path().join("a")) == before);
    // A damaged result is computed anew.
    std::fs::remove_file(root.path().join("a/seed-2")).unwrap();
    std::fs::write(root.path().join("a/seed-1/tasks.parquet"), "spoilt").unwrap();
    let (code, error) = run(line("1-3", &[]));
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains("seed 1: what lies in a/seed-1 is damaged; it runs anew"), "{error}");
    assert_eq!(bytes_below(&root.path().join("a"))["seed-1/tasks.parquet"], before["seed-1/tasks.parquet"]);
}

#[test]
fn an_ensemble_that_is_killed_goes_on_to_the_same_bytes() {
    let root = tempfile::tempdir().unwrap();
    let line = |out: &'static str| {
        [&["ensemble", "quick", "--seeds", "1-3", "--years", "2", "--jobs", "1", "--out", out], &SMALL[..]].concat()
    };
    told(root.path(), &line("whole"));
    let mut killed = command(root.path(), &line("killed")).spawn().unwrap();
    let first = root.path().join("killed/seed-1/manifest.json");
    while killed.try_wait().unwrap().is_none()
        && !std::fs::read_to_string(&first).is_ok_and(|text| text.contains("\"complete\""))
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // SIGKILL on Unix.
    let _ = killed.kill();
    killed.wait().unwrap();
    let before = std::fs::read(&first).unwrap();
    told(root.path(), &line("killed"));
    same(&root.path().join("whole"), &root.path().join("killed"));
    assert_eq!(std::fs::read(&first).unwrap(), before, "what was complete is not run again");
}

#[test]
fn comparisons_pair_seeds_and_say_what_they_cannot_compare() {
    let root = tempfile::tempdir().unwrap();
    let ensemble = |seeds: &str, out: &str, more: &[&str]| {
        let line = ["ensemble", "quick", "--seeds", seeds, "--years", "2", "--out", out];
        told(root.path(), &[&line[..], &SMALL[..], more].concat())
    };
    ensemble("1-3", "quick", &[]);
    ensemble("2-4", "other", &["--set", "ai.enabled=false"]);
    let compare = |more: &[&str]| told(root.path(), &[&["compare"], more].concat());
    // With itself: exactly nothing.
    compare(&["quick", "quick", "--out", "none", "--format", "svg"]);
    let table = read_parquet(&root.path().join("none/compare.parquet")).unwrap();
    for column in ["difference", "low", "high"] {
        let values = table.reals(column).unwrap();
        assert!(values.iter().all(|value| *value == 0.0 || value.is_nan()) && values.contains(&0.0), "{column}");
    }
    assert!(root.path().join("none/event_study.svg").is_file());
    // With another: on the seeds that both have.
    let said = compare(&["quick", "other/ensemble", "--format", "svg,pdf", "--horizon", "1-1,2-2"]);
    for part in
        ["other against quick, 2 seeds, years 2", "ai.enabled", "seed 1 of quick", "seed 4 of other", "paired seeds: 2"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let folder = root.path().join("compare/quick_other");
    let record = json(&folder.join("compare.json"));
    assert_eq!(record["windows"], serde_json::json!(["1", "2"]));
    for file in record["files"].as_array().unwrap() {
        let path = folder.join(file["path"].as_str().unwrap());
        assert_eq!(table_hash(&path).unwrap(), file["blake3"].as_str().unwrap());
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert!(read("table.md").contains("| AI adopters | pp | "), "{}", read("table.md"));
    assert!(read("table.tex").contains("\\toprule") && read("table.csv").lines().count() > 20);
    assert!(read("event_study.csv").contains("npl_ratio_p95"));
    let pairs = read_parquet(&folder.join("compare.parquet")).unwrap();
    assert!(pairs.reals("n").unwrap().into_iter().fold(0.0, f64::max) == 2.0);
    // Single runs of one seed, and what cannot be.
    let said = compare(&["quick/seed-2", "other/seed-2", "--columns", "npl_ratio", "--no-plots", "--out", "single"]);
    assert!(said.contains("paired seeds: 1; intervals are rough"), "{said}");
    for (line, code, part) in [
        (&["quick/seed-1", "other"][..], 2, "no seed in common"),
        (&["quick", "other", "--columns", "npl_ration"], 2, "did you mean `npl_ratio`?"),
        (&["quick", "other", "--horizon", "1-9"], 2, "expected 1 to 2"),
        (&["quick", "other", "--horizon", "a"], 2, "`a` is not a whole number"),
        (&["quick", "nowhere"], 4, "cannot open the folder nowhere"),
        (&["quick", "compare"], 2, "no manifest.json"),
    ] {
        let (found, error) = failed(root.path(), &[&["compare"], line].concat());
        assert_eq!(found, Some(code), "{line:?}: {error}");
        assert!(error.contains(part), "{line:?}: {error}");
    }
    std::fs::write(root.path().join("quick/seed-1/series.parquet"), "spoilt").unwrap();
    let (code, error) = failed(root.path(), &["compare", "quick", "other"]);
    assert!(code == Some(4) && error.contains("series.parquet is damaged"), "{error}");
}
