//! Every kind of mistake by its full text, and what a sound configuration resolves to.

use std::path::Path;

use super::*;
use crate::engine::parameters::Value;
use crate::engine::settings::{PopulationSettings, RunSettings};

fn parsed(text: &str, overrides: &[&str]) -> Result<Configuration, ConfigurationErrors> {
    let overrides: Vec<_> = overrides.iter().map(|text| Override::set(text)).collect();
    Configuration::parse("my.toml", text, &overrides, &Registry::engine())
}

/// The only mistake of a text, as printed.
fn mistake(text: &str, overrides: &[&str]) -> String {
    let errors = parsed(text, overrides).expect_err("the text has a mistake").0;
    assert_eq!(errors.len(), 1, "{errors:#?}");
    errors[0].to_string()
}

/// Messages of all mistakes, with their lines.
fn messages(text: &str) -> Vec<(usize, String)> {
    let errors = parsed(text, &[]).expect_err("the text has mistakes").0;
    errors.into_iter().map(|error| (error.place.line, error.message)).collect()
}

#[test]
fn an_unknown_key_is_shown_in_its_line_with_the_nearest_name() {
    let expected = "\
error: unknown key `sede` in table [run]
 --> my.toml:2:1
  |
2 | sede = 4
  | ^^^^
  |
  = help: did you mean `seed`?";
    assert_eq!(mistake("[run]\nsede = 4\n", &[]), expected);
}

#[test]
fn a_key_that_resembles_none_lists_the_keys_or_names_its_table() {
    assert!(mistake("[run]\nzzz = 4\n", &[]).ends_with("= help: the keys of [run] are seed, years, start"));
    assert!(mistake("[ai]\nyears = 4\n", &[]).ends_with("= help: `years` is a key of [run]"));
    let outside = mistake("years = 4\n", &[]);
    assert!(outside.starts_with("error: unknown key `years` outside of any table\n --> my.toml:1:1"), "{outside}");
    assert!(outside.ends_with("= help: `years` is a key of [run]"), "{outside}");
    assert!(mistake("run = 4\n", &[]).starts_with("error: `run` is a table, not a key"));
}

#[test]
fn an_unknown_table_suggests_the_nearest() {
    let expected = "\
error: unknown table [populaton]
 --> my.toml:1:2
  |
1 | [populaton]
  |  ^^^^^^^^^
  |
  = help: did you mean [population]?";
    assert_eq!(mistake("[populaton]\nx = 1\n", &[]), expected);
    assert!(mistake("[zzz]\n", &[]).ends_with("the tables are run, population, ai, calibration, output"));
}

#[test]
fn a_wrong_kind_says_what_is_wanted_and_what_was_found() {
    let expected = "\
error: `run.seed` must be a whole number, but is the word \"1\"
 --> my.toml:2:8
  |
2 | seed = \"1\"
  |        ^^^
  |
  = help: write 1 without quotes";
    assert_eq!(mistake("[run]\nseed = \"1\"\n", &[]), expected);
    for (text, message) in [
        ("[run]\nyears = 1.5", "`run.years` must be a whole number, but is the number 1.5"),
        ("[ai]\nenabled = 1", "`ai.enabled` must be true or false, but is the whole number 1"),
        ("[run]\nstart = 2024-01-01", "`run.start` must be a word in quotes, but is the date 2024-01-01"),
        ("[population]\npersons_per_worker = true", "`population.persons_per_worker` must be a number, but is true"),
        ("[run]\nyears = [1, 2]", "`run.years` must be a whole number, but is a list"),
        ("[run.years]\na = 1", "`run.years` must be a whole number, but is a table"),
    ] {
        assert!(mistake(text, &[]).starts_with(&format!("error: {message}\n")), "{}", mistake(text, &[]));
    }
}

#[test]
fn a_value_out_of_range_cites_range_and_unit() {
    let expected = "\
error: `run.years` is 4000, but must be from 1 to 1000 [years]
 --> my.toml:2:9
  |
2 | years = 4000
  |         ^^^^
  |
  = help: Simulated years of four ticks each.";
    assert_eq!(mistake("[run]\nyears = 4000\n", &[]), expected);
    for (value, shown) in
        [("nan", "NaN"), ("inf", "inf"), ("-1", "-1"), ("99999999999999999999", "99999999999999999999")]
    {
        let told = mistake(&format!("[population]\npersons_per_worker = {value}"), &[]);
        let message = format!("`population.persons_per_worker` is {shown}, but must be from 100 to 2000000 [persons]");
        assert!(told.starts_with(&format!("error: {message}\n")), "{told}");
    }
}

#[test]
fn a_word_must_be_one_of_the_choices() {
    let told = mistake("[calibration]\nopening = \"stationery\"\n", &[]);
    assert!(told.starts_with(
        "error: `calibration.opening` is \"stationery\", but must be one of \"2023\", \"stationary\"\n --> my.toml:2:11"
    ));
    assert!(told.ends_with("= help: did you mean \"stationary\"?"), "{told}");
}

#[test]
fn rules_beyond_kind_and_range_cite_the_line_that_set_the_value() {
    let told = mistake("[run]\n\nstart = \"2024Q7\"\n", &[]);
    assert!(told.starts_with("error: `run.start` is \"2024Q7\", which is not a quarter\n --> my.toml:3:9\n"), "{told}");
    let told = mistake("calibration.data_directory = \"no/such/folder\"\n", &[]);
    assert!(told.contains("is \"no/such/folder\", but there is no such folder\n --> my.toml:1:30"), "{told}");
}

#[test]
fn all_mistakes_come_at_once_in_the_order_of_their_lines() {
    let text = "[ai]\nenabled = 1\n[run]\nyears = 0\nsede = 1\n[[policy]]\nkind = \"hours\"\n[[shock]]\n[zzz]\n";
    let expected = [
        (2, "`ai.enabled` must be true or false, but is the whole number 1"),
        (4, "`run.years` is 0, but must be from 1 to 1000 [years]"),
        (5, "unknown key `sede` in table [run]"),
        (6, "no policy kinds are built yet"),
        (8, "no shock kinds are built yet"),
        (9, "unknown table [zzz]"),
    ];
    assert_eq!(messages(text), expected.map(|(line, message)| (line, message.to_owned())));
    let told = parsed(text, &[]).expect_err("six mistakes").to_string();
    assert!(told.ends_with("\n\n6 mistakes in the configuration; nothing was run"), "{told}");
}

#[test]
fn malformed_toml_is_told_with_line_and_column_beside_the_other_mistakes() {
    let expected = "\
error: malformed TOML: string values must be quoted, expected literal string
 --> my.toml:2:11
  |
2 | enabled = yes
  |           ^^^
  |
  = help: write true";
    assert_eq!(mistake("[ai]\nenabled = yes\n", &[]), expected);
    let told = messages("[run\nseed = 1\n[ai]\nenabled = = true\nenbled = true\n");
    assert_eq!(told[0], (1, "malformed TOML: unclosed table, expected `]`".into()));
    assert_eq!(told[1].0, 4);
    assert_eq!(told[2], (5, "unknown key `enbled` in table [ai]".into()));
    assert_eq!(messages("[run]\nseed = 1\nseed = 2\n"), [(3, "this key is set twice in one table".into())]);
}

#[test]
fn the_caret_stands_right_behind_chinese_characters_tabs_and_windows_line_ends() {
    let told = mistake("[run]\r\n\tstart = \"新质\"\r\n", &[]);
    assert!(told.contains("2 |     start = \"新质\"\n  |             ^^^^^^\n"), "{told}");
}

#[test]
fn a_missing_or_binary_file_is_named() {
    let registry = Registry::engine();
    let told = Configuration::load(Path::new("no-such.toml"), &[], &registry).expect_err("no such file").to_string();
    assert!(told.starts_with("error: cannot read this configuration: No such file"), "{told}");
    assert!(told.contains("--> no-such.toml\n"), "{told}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("binary.toml");
    std::fs::write(&path, b"[run]\n\xff").unwrap();
    let told = Configuration::load(&path, &[], &registry).expect_err("not text").to_string();
    assert!(told.starts_with("error: this configuration is not UTF-8 text (line 2)"), "{told}");
}

#[test]
fn overrides_are_checked_like_a_file_and_cite_their_option() {
    let expected = "\
error: unknown key `sede` in table [run]
 --> command line:1:11
  |
1 | --set run.sede=4
  |           ^^^^
  |
  = help: did you mean `seed`?";
    assert_eq!(mistake("", &["run.sede=4"]), expected);
    for (given, message) in [
        ("years", "`--set years` does not set a key"),
        ("years=3", "`--set years=3` does not set a key"),
        ("=3", "`--set =3` does not set a key"),
        ("rnu.seed=3", "unknown table [rnu]"),
        ("ai.enabled=maybe", "`ai.enabled` must be true or false, but is the word \"maybe\""),
        ("run.years=0", "`run.years` is 0, but must be from 1 to 1000 [years]"),
        ("run.years=", "`run.years` must be a whole number, but is the word \"\""),
        ("run.start=2024", "`run.start` is \"2024\", which is not a quarter"),
    ] {
        assert!(
            mistake("", &[given]).starts_with(&format!("error: {message}\n --> command line:1:")),
            "{}",
            mistake("", &[given])
        );
    }
    let seed = [Override::option("--seed", "run", "seed", "-4")];
    let told = Configuration::parse("a.toml", "", &seed, &Registry::engine()).expect_err("negative").to_string();
    assert!(told.contains("\n --> command line:1:8\n  |\n1 | --seed -4\n  |        ^^\n"), "{told}");
}

#[test]
fn overrides_win_over_the_file_and_the_last_over_the_first() {
    let text = "[run]\nseed = 2\nyears = 3\n";
    let given = ["run.seed=7", "run.seed = 8", "calibration.opening=2023", "ai.enabled=false"];
    let configuration = parsed(text, &given).unwrap();
    let run: RunSettings = configuration.table("run");
    assert_eq!((run.seed, run.years, run.start.as_str()), (8, 3, "2024Q1"));
    assert_eq!(configuration.values["ai"]["enabled"], Value::Switch(false));
    let changed = configuration.with(&[Override::set("run.years=5")]).unwrap();
    assert_eq!(changed.table::<RunSettings>("run").years, 5);
    assert!(configuration.with(&[Override::set("run.years=x")]).is_err());
}

#[test]
fn a_base_is_loaded_first_and_its_mistakes_cite_its_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("base.toml", "extends = \"quick\"\n[run]\nseed = 5\nyears = 6\nstart = \"soon\"\n");
    write("top.toml", "extends = \"base.toml\"\n[run]\nyears = 7\nstart = \"2025Q2\"\n");
    write("wrong.toml", "extends = \"./base.toml\"\n[run]\nyers = 7\n");
    let load = |name: &str| Configuration::load(&folder.path().join(name), &[], &Registry::engine());
    let top = load("top.toml").unwrap();
    let run: RunSettings = top.table("run");
    assert_eq!((top.name.as_str(), run.seed, run.years), ("top", 5, 7));
    let population: PopulationSettings = top.table("population");
    assert!((population.persons_per_worker - 145_000.0).abs() < 1e-9);
    let errors = load("wrong.toml").expect_err("one mistake in each file").0;
    assert!(errors[0].place.file.ends_with("base.toml") && errors[0].place.line == 5, "{errors:#?}");
    assert!(errors[1].place.file.ends_with("wrong.toml") && errors[1].place.line == 3, "{errors:#?}");
}

#[test]
fn several_bases_lie_over_each_other_and_every_key_knows_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("small.toml", "[population]\npersons_per_worker = 1e5\n[run]\nyears = 6\n");
    write("no-ai.toml", "[ai]\nenabled = false\n[run]\nyears = 7\n");
    write("top.toml", "extends = [\"china-2023\", \"small.toml\", \"no-ai.toml\"]\n[run]\nseed = 3\n");
    let set = [Override::set("output.csv=false")];
    let top = Configuration::load(&folder.path().join("top.toml"), &set, &Registry::engine()).unwrap();
    let run: RunSettings = top.table("run");
    assert_eq!((run.seed, run.years), (3, 7));
    let origin = |table: &str, key: &str| top.origin(table, key).map(Place::cited).unwrap_or_default();
    assert!(origin("run", "years").ends_with("no-ai.toml:4:9"), "{}", origin("run", "years"));
    assert!(origin("population", "persons_per_worker").ends_with("small.toml:2:22"));
    assert!(origin("population", "workers_per_firm").starts_with("china-2023 (inside the program):"));
    assert_eq!(origin("output", "csv"), "command line:1:18");
    assert_eq!(Configuration::defaults("a", &Registry::engine()).origin("run", "seed"), None);
}

#[test]
fn a_base_that_leads_back_or_nowhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("a.toml", "extends = \"b.toml\"\n");
    write("b.toml", "extends = \"a.toml\"\n");
    let told = Configuration::load(&folder.path().join("a.toml"), &[], &Registry::engine()).expect_err("a circle").0;
    assert_eq!(told.len(), 1);
    assert!(told[0].message.starts_with("`extends` goes round in a circle: \"a.toml\""), "{told:?}");
    assert!(
        told[0].place.file.ends_with("b.toml") && (told[0].place.line, told[0].place.column) == (1, 11),
        "{told:?}"
    );
    assert!(mistake("extends = \"china-2032\"\n", &[]).ends_with("= help: did you mean \"china-2023\"?"));
    assert!(mistake("extends = \"no.toml\"\n", &[]).contains("`extends` names no.toml, but there is no such file"));
    assert!(mistake("extends = 3\n", &[]).contains("`extends` must be a word in quotes"));
}

#[test]
fn the_resolved_form_holds_every_key_and_reads_back_the_same() {
    let text = "[run]\nseed = 9\n[population]\npersons_per_worker = 1e4\n[output]\ndirectory = 'a\"b\\c'\n";
    let configuration = parsed(text, &[]).unwrap();
    let resolved = configuration.resolved_toml();
    assert!(
        resolved.contains("# Simulated years of four ticks each.\n# from 1 to 1000 [years]; default 40\nyears = 40\n")
    );
    let again = Configuration::parse("my.toml", &resolved, &[], &Registry::engine()).unwrap();
    assert_eq!(again.values, configuration.values);
    assert_eq!(again.hash(), configuration.hash());
    assert_eq!(configuration.resolved_json()["run"]["seed"], 9);
}

#[test]
fn the_hash_follows_what_can_change_results() {
    let plain = Configuration::defaults("a", &Registry::engine());
    let hash = |text: &str| parsed(text, &[]).unwrap().hash();
    assert_eq!(hash("[run]\nseed = 1\n[population]\npersons_per_worker = 7750\n"), plain.hash());
    assert_eq!(hash("[output]\ndirectory = \"elsewhere\"\n"), plain.hash());
    assert_ne!(hash("[run]\nseed = 2\n"), plain.hash());
}
