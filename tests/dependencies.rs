//! Licences, bans and sources of all dependencies against deny.toml: offline, without cargo-deny.
//!
//! Cargo.lock says what is built on any platform and from where; licences and native libraries are in the manifests of
//! the crates, which are here for the platforms whose crates have been fetched, this one at least.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

/// Crates with a `links` key that name no library: cargo lets one copy of them into a program.
const LINKS: [(&str, &str); 2] = [
    ("rayon-core", "one pool of threads a program"),
    ("wasm-bindgen-shared", "one version of its format, and only for WebAssembly"),
];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn toml(text: &str) -> toml::Table {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}"))
}

/// What cargo knows of the crates: of all platforms, or where those are not here of this one.
fn metadata() -> Value {
    let cargo = |more: &[&str]| {
        let all = ["metadata", "--offline", "--locked", "--format-version", "1"];
        let mut command = Command::new(env!("CARGO"));
        command.args(all).args(more).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("cargo can be started")
    };
    let everywhere = cargo(&[]);
    if everywhere.status.success() {
        return json(&String::from_utf8_lossy(&everywhere.stdout));
    }
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc can be started");
    let version = String::from_utf8_lossy(&rustc.stdout).into_owned();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its platform");
    let here = cargo(&["--filter-platform", host]);
    assert!(here.status.success(), "{}", String::from_utf8_lossy(&here.stderr));
    println!("licences of the crates for {host} only: those for others are not here");
    json(&String::from_utf8_lossy(&here.stdout))
}

fn list<'t>(table: &'t toml::Table, section: &str, key: &str) -> &'t [toml::Value] {
    table.get(section).and_then(|s| s.get(key)).and_then(toml::Value::as_array).map_or(&[], Vec::as_slice)
}

fn word<'t>(value: &'t toml::Value, key: &str) -> &'t str {
    value.get(key).and_then(toml::Value::as_str).unwrap_or_default()
}

/// Everything in the crates that the rules do not allow, and everything in the rules that allows nothing.
fn problems(metadata: &Value, lock: &toml::Table, rules: &toml::Table) -> Vec<String> {
    let mut problems = licences(metadata, rules);
    for package in packages(metadata) {
        let name = package["name"].as_str().unwrap_or_default();
        if let Some(library) = package["links"].as_str()
            && !LINKS.iter().any(|(known, _)| *known == name)
        {
            problems.push(format!("{name} links the library `{library}`"));
        }
    }
    problems.extend(bans(lock, rules));
    problems.extend(versions(lock, rules));
    let sources: Vec<&str> = list(rules, "sources", "allow-registry").iter().filter_map(toml::Value::as_str).collect();
    for package in locked(lock) {
        // Without a source it is this program itself.
        let source = word(package, "source");
        let known = source.strip_prefix("registry+").is_some_and(|registry| sources.contains(&registry));
        if !known && (!source.is_empty() || word(package, "name") != env!("CARGO_PKG_NAME")) {
            problems.push(format!("{} comes from `{source}`", word(package, "name")));
        }
    }
    problems
}

fn packages(metadata: &Value) -> &[Value] {
    metadata["packages"].as_array().map_or(&[], Vec::as_slice)
}

fn locked(lock: &toml::Table) -> &[toml::Value] {
    lock.get("package").and_then(toml::Value::as_array).map_or(&[], Vec::as_slice)
}

fn licences(metadata: &Value, rules: &toml::Table) -> Vec<String> {
    let allowed = list(rules, "licenses", "allow").iter().filter_map(toml::Value::as_str);
    let allowed: Vec<Licensee> = allowed.map(|name| Licensee::parse(name).expect("a licence of SPDX's list")).collect();
    let mut used = vec![false; allowed.len()];
    let mut problems = Vec::new();
    for package in packages(metadata) {
        let (name, stated) = (&package["name"], package["license"].as_str().unwrap_or_default());
        let Ok(expression) = Expression::parse_mode(stated, ParseMode::LAX) else {
            problems.push(format!("{name} has the licence `{stated}`, which is no SPDX expression"));
            continue;
        };
        let permitted = expression.evaluate(|required| {
            let found = allowed.iter().position(|licence| licence.satisfies(required));
            found.inspect(|at| used[*at] = true).is_some()
        });
        if !permitted {
            problems.push(format!("{name} has the licence `{stated}`"));
        }
    }
    let unused = allowed.iter().zip(used).filter(|(_, used)| !used);
    problems.extend(unused.map(|(licence, _)| format!("no crate needs the licence {licence}")));
    problems
}

fn bans(lock: &toml::Table, rules: &toml::Table) -> Vec<String> {
    let mut problems = Vec::new();
    for ban in list(rules, "bans", "deny") {
        let (name, reason) = (word(ban, "crate"), word(ban, "reason"));
        assert!(!name.is_empty() && !reason.is_empty(), "{ban}");
        let wrappers: Vec<&str> = ban
            .get("wrappers")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|w| w.as_str())
            .collect();
        if !locked(lock).iter().any(|package| word(package, "name") == name) {
            continue;
        }
        let needs = |package: &&toml::Value| {
            let dependencies = package.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
            dependencies.filter_map(toml::Value::as_str).any(|on| on.split(' ').next() == Some(name))
        };
        let by: Vec<&str> = locked(lock).iter().filter(needs).map(|package| word(package, "name")).collect();
        if by.is_empty() || by.iter().any(|package| !wrappers.contains(package)) {
            problems.push(format!("{name}, needed by {}, is banned: {reason}", by.join(", ")));
        }
    }
    problems
}

fn versions(lock: &toml::Table, rules: &toml::Table) -> Vec<String> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in locked(lock) {
        found.entry(word(package, "name")).or_default().insert(word(package, "version"));
    }
    let mut problems = Vec::new();
    let mut skipped = Vec::new();
    for skip in list(rules, "bans", "skip") {
        let (name, version) = word(skip, "crate").split_once('@').expect("a crate and its version");
        assert!(!word(skip, "reason").is_empty(), "{name}");
        if found.get(name).is_some_and(|versions| versions.len() > 1 && versions.contains(version)) {
            skipped.push((name, version));
        } else {
            problems.push(format!("{name} {version} is no second version any more"));
        }
    }
    for (name, versions) in &found {
        let counted: Vec<&&str> = versions.iter().filter(|version| !skipped.contains(&(name, version))).collect();
        if counted.len() > 1 {
            problems.push(format!("{name} is there in the versions {counted:?}"));
        }
    }
    problems
}

#[test]
fn every_dependency_has_a_licence_a_source_and_no_system_library_as_deny_toml_allows() {
    let problems = problems(&metadata(), &toml(&read("Cargo.lock")), &toml(&read("deny.toml")));
    assert!(problems.is_empty(), "against deny.toml:\n{}", problems.join("\n"));
}

#[test]
fn the_check_finds_what_is_not_allowed() {
    let rules = toml(
        r#"
        [licenses]
        allow = ["MIT", "Zlib"]
        [bans]
        skip = [{ crate = "twice@1.0.0", reason = "old" }, { crate = "once@1.0.0", reason = "gone" }]
        deny = [
            { crate = "openssl-sys", reason = "links OpenSSL" },
            { crate = "cc", wrappers = ["blake3"], reason = "compiles C" },
        ]
        [sources]
        allow-registry = ["https://index"]
        "#,
    );
    let metadata = json(
        r#"{"packages": [
            {"name": "fine", "license": "MIT OR GPL-3.0-only", "links": null},
            {"name": "old", "license": "Apache-2.0/MIT", "links": null},
            {"name": "copyleft", "license": "MIT AND GPL-3.0-only", "links": null},
            {"name": "silent", "license": null, "links": null},
            {"name": "native", "license": "MIT", "links": "z"}
        ]}"#,
    );
    let package = |name: &str, version: &str, more: &str| {
        format!(
            "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"registry+https://index\"\n{more}\n"
        )
    };
    let sound = [
        format!("[[package]]\nname = \"{}\"\nversion = \"0\"\n", env!("CARGO_PKG_NAME")),
        package("twice", "1.0.0", ""),
        package("twice", "2.0.0", ""),
        package("once", "2.0.0", ""),
        package("cc", "1.0.0", ""),
        package("blake3", "1.0.0", "dependencies = [\"cc\"]"),
    ]
    .concat();
    let always = [
        "\"copyleft\" has the licence `MIT AND GPL-3.0-only`",
        "\"silent\" has the licence ``, which is no SPDX expression",
        "no crate needs the licence Zlib",
        "native links the library `z`",
    ];
    let found = |more: &str| problems(&metadata, &toml(&(sound.clone() + more)), &rules);
    assert_eq!(found(""), [&always[..], &["once 1.0.0 is no second version any more"]].concat());
    for (more, problem) in [
        (package("openssl-sys", "0.9.0", ""), "openssl-sys, needed by , is banned: links OpenSSL"),
        (
            package("slow", "1.0.0", "dependencies = [\"cc 1.0.0\"]"),
            "cc, needed by blake3, slow, is banned: compiles C",
        ),
        (package("twice", "3.0.0", ""), "twice is there in the versions [\"2.0.0\", \"3.0.0\"]"),
        (
            package("odd", "1.0.0", "").replace("registry+https://index", "git+https://x"),
            "odd comes from `git+https://x`",
        ),
        ("[[package]]\nname = \"local\"\nversion = \"1\"\n".to_owned(), "local comes from ``"),
    ] {
        assert!(found(&more).iter().any(|told| told == problem), "{problem}: {:?}", found(&more));
    }
}
