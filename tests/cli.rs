//! The program from outside: exit codes, streams and the run's folder.

use std::path::Path;
use std::process::{Command, Output};

use xinzhi::engine::configuration::{Configuration, EMBEDDED};
use xinzhi::simulation::Simulation;

fn xinzhi(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xinzhi")).args(arguments).current_dir(folder).output().unwrap()
}

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
    assert!(series.lines().count() > 4, "a header and a row for each quarter");
    let progress = String::from_utf8(done.stderr).unwrap();
    assert!(progress.contains("quick: year 1 of 1"), "{progress}");
    assert!(!progress.contains('\u{1b}'), "no escape codes outside of a terminal");
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
    ] {
        assert_eq!(code(folder.path(), arguments), 2, "{arguments:?}");
    }
    assert!(!folder.path().join("outputs").exists());
    let told = String::from_utf8(xinzhi(folder.path(), &["run", "wrong.toml"]).stderr).unwrap();
    assert!(told.contains("wrong.toml:2:1") && told.contains("wrong.toml:3:9"), "{told}");
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

#[test]
fn every_configuration_of_the_repository_is_sound_and_inside_the_program() {
    let configs = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(configs).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "toml") {
            if let Err(errors) = Configuration::load(&path, &[], &Simulation::registry()) {
                panic!("{errors}");
            }
            names.push(path.file_stem().unwrap().to_string_lossy().into_owned());
        }
    }
    names.sort();
    assert_eq!(names, EMBEDDED.iter().map(|(name, _)| *name).collect::<Vec<_>>());
}
