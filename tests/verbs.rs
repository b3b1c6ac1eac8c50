//! The verbs that explain and prepare: init, explain, inspect, schema, completions, the manual page; how errors are told.

mod common;

use std::path::Path;
use std::process::Command;

use common::{command, xinzhi};

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
    let verbs = ["run", "check", "plot", "init", "explain", "inspect", "schema", "completions"];
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
