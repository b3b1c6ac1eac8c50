//! Damaged configurations: each ends with exit code 2, names place and remedy, and starts nothing.

#[path = "damaged/cases.rs"]
mod cases;
mod common;

use std::path::Path;

use cases::Damage::{self, Bytes, Folder, Set, Table, Text};
use cases::{DATA, all, write};
use common::xinzhi;

/// Makes the damage; returns what follows `xinzhi check`.
fn damaged(folder: &Path, damage: &Damage) -> Vec<String> {
    let mut arguments = vec!["my.toml".to_owned()];
    match damage {
        Text(text) => write(folder, &[("my.toml", text)]),
        Bytes(bytes) => std::fs::write(folder.join("my.toml"), bytes).unwrap(),
        Set(given) => {
            write(folder, &[("my.toml", "extends = \"quick\"\n")]);
            arguments.extend(given.iter().flat_map(|given| ["--set".to_owned(), (*given).to_owned()]));
        }
        Table(name, from, to) => {
            let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
            let text = std::fs::read_to_string(tables.join(name)).unwrap();
            let spoilt =
                if from.is_empty() { text.lines().next().unwrap().to_owned() } else { text.replacen(from, to, 1) };
            assert_ne!(text, spoilt, "{name} does not hold `{from}`");
            std::fs::create_dir(folder.join("tables")).unwrap();
            write(&folder.join("tables"), &[(name, &spoilt)]);
            write(folder, &[("my.toml", DATA)]);
        }
        Folder(make) => make(folder),
    }
    arguments
}

#[test]
fn each_damage_ends_with_2_and_names_place_and_remedy() {
    assert!(all().count() >= 60, "{} cases", all().count());
    let mut wrong = Vec::new();
    for (name, damage, expected) in all() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = damaged(folder.path(), damage);
        let arguments: Vec<&str> = std::iter::once("check").chain(arguments.iter().map(String::as_str)).collect();
        let done = xinzhi(folder.path(), &arguments);
        let told = String::from_utf8_lossy(&done.stderr);
        let missing: Vec<_> = expected.iter().filter(|part| !told.contains(**part)).collect();
        let remedy = told.contains("= help: ");
        if done.status.code() != Some(2)
            || told.contains("panicked")
            || !missing.is_empty()
            || !remedy
            || told.contains('\u{1b}')
        {
            let told: String = told.chars().take(1500).collect();
            wrong.push(format!(
                "## {name}: exit {:?}, remedy {remedy}, missing {missing:?}\n{told}",
                done.status.code()
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all().count(), wrong.join("\n"));
}

#[test]
fn each_damage_is_told_to_programs_as_json() {
    for (name, damage, _) in all() {
        let folder = tempfile::tempdir().unwrap();
        let arguments = damaged(folder.path(), damage);
        let more = ["check", "--error-format", "json"];
        let arguments: Vec<&str> = more.into_iter().chain(arguments.iter().map(String::as_str)).collect();
        let done = xinzhi(folder.path(), &arguments);
        assert_eq!(done.status.code(), Some(2), "{name}");
        let told = String::from_utf8(done.stderr).unwrap();
        assert!(!told.trim().is_empty(), "{name}");
        for line in told.lines() {
            let object: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|e| panic!("{name}: {e}: {line}"));
            for field in ["file", "message", "help"] {
                assert!(object[field].as_str().is_some_and(|text| !text.is_empty()), "{name}: {field} in {line}");
            }
            assert!(object["line"].is_null() == object["column"].is_null(), "{name}: {line}");
            assert!(object["line"].is_null() || object["line"].as_u64() > Some(0), "{name}: {line}");
        }
    }
}

/// Permissions do not bind everybody: the test says nothing to an administrator.
#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my.toml");
    std::fs::write(&path, "[run]\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_err() {
        let done = xinzhi(folder.path(), &["check", "my.toml"]);
        let told = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{told}");
        assert!(told.contains("my.toml") && told.contains("ermission denied"), "{told}");
    }
}

#[test]
fn damage_starts_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("my.toml", "[run]\nsede = 1\n")]);
    let done = xinzhi(folder.path(), &["run", "my.toml"]);
    assert_eq!((done.status.code(), done.stdout.len()), (Some(2), 0));
    assert!(!folder.path().join("outputs").exists());
}
