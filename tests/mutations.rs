//! Byte by byte damage to configurations, tables and checkpoints: whatever comes, the readers say what is wrong and never
//! panic.
//!
//! A few seconds by default. `XINZHI_MINUTES=10 cargo test --release --test mutations NAME -- --nocapture` searches for that
//! long, from the seeds 1, 2, 3, … on, and says how many cases that were.

#![allow(clippy::disallowed_methods, reason = "the clock ends a search; results never see it")]

mod common;

use std::time::{Duration, Instant};

use common::{open, steps, tiny};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use xinzhi::engine::configuration::{Configuration, EMBEDDED, Override};
use xinzhi::engine::state::FrameSink;
use xinzhi::output::Checkpoint;
use xinzhi::output::checkpoint::{CHECKPOINT, FORMAT, Header, write_checkpoint};
use xinzhi::simulation::Simulation;

/// Tries so many cases, or as many as fit into `XINZHI_MINUTES`.
fn search<S: Strategy>(name: &str, usual: u32, strategy: &S, case: impl Fn(S::Value) -> TestCaseResult) {
    // Failures are printed; files of seeds are not kept.
    let config = |cases| Config { cases, failure_persistence: None, ..Config::default() };
    let minutes: Option<f64> = std::env::var("XINZHI_MINUTES").ok().map(|n| n.parse().expect("a number of minutes"));
    let Some(minutes) = minutes else {
        return TestRunner::new(config(usual)).run(strategy, case).unwrap();
    };
    let started = Instant::now();
    let mut seed = 0_u64;
    while started.elapsed() < Duration::from_secs_f64(60.0 * minutes) {
        seed += 1;
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let found = TestRunner::new_with_rng(config(usual), random).run(strategy, &case);
        assert!(found.is_ok(), "{name}, seed {seed}: {found:?}");
    }
    println!("{name}: seeds 1 to {seed}, {} cases, no panic", u64::from(usual) * seed);
}

/// One change of a text.
#[derive(Clone, Debug)]
enum Change {
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Double(prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

/// Pieces that mean something to the readers.
const PIECES: &[&str] = &[
    "=",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    ".",
    ",",
    "#",
    "\n",
    "\r\n",
    "\\u0000",
    "nan",
    "-inf",
    "1e999",
    "99999999999999999999",
    "0x",
    "_",
    "true",
    "2024-01-01",
    "extends = \"quick\"\n",
    "[run]\n",
    "[[policy]]\n",
    "seed = 1\n",
    "新质",
    "\u{feff}",
    "S01",
    "beijing",
    "-",
    " ",
];

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(i, byte)| Change::Flip(i, byte)),
        (at(), prop::sample::select(PIECES)).prop_map(|(i, piece)| Change::Insert(i, piece.as_bytes().to_vec())),
        (at(), prop::collection::vec(any::<u8>(), 1..4)).prop_map(|(i, bytes)| Change::Insert(i, bytes)),
        (at(), 1_usize..40).prop_map(|(i, n)| Change::Remove(i, n)),
        (at(), 1_usize..80).prop_map(|(i, n)| Change::Double(i, n)),
        at().prop_map(Change::Cut),
    ]
}

fn changed(text: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut text = text.to_vec();
    for change in changes {
        let n = text.len();
        let at = |index: &prop::sample::Index| if n == 0 { 0 } else { index.index(n) };
        match change {
            Change::Flip(i, byte) if n > 0 => text[at(i)] = *byte,
            Change::Flip(..) => {}
            Change::Insert(i, bytes) => drop(text.splice(at(i)..at(i), bytes.iter().copied())),
            Change::Remove(i, width) => drop(text.drain(at(i)..n.min(at(i) + width))),
            Change::Double(i, width) => {
                let piece = text[at(i)..n.min(at(i) + width)].to_vec();
                drop(text.splice(at(i)..at(i), piece));
            }
            Change::Cut(i) => text.truncate(at(i)),
        }
    }
    text
}

/// Every mistake has a message, a place inside `my.toml` if it is there, and can be told in both forms.
fn well_told(errors: &xinzhi::engine::configuration::ConfigurationErrors, text: &[u8]) {
    assert!(!errors.0.is_empty());
    assert!(errors.to_string().contains("error: ") && errors.styled().contains('\u{1b}'));
    for error in &errors.0 {
        assert!(!error.message.is_empty(), "{error:?}");
        assert!(
            error.place.line <= text.split(|byte| *byte == b'\n').count() || !error.place.file.ends_with("my.toml")
        );
        assert!(error.json()["message"].is_string());
    }
}

#[test]
fn a_changed_configuration_is_read_or_refused() {
    let registry = Simulation::registry();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my.toml");
    let mut texts: Vec<String> = EMBEDDED.iter().map(|(_, text)| (*text).to_owned()).collect();
    texts.push(Configuration::defaults("defaults", &registry).resolved_toml());
    texts.push("extends = [\"quick\", \"my.toml\"]\n[run]\nseed = 1\n[opening]\nstate_share = 0.9\n".to_owned());
    let strategy = (prop::sample::select(texts), prop::collection::vec(change(), 1..12));
    search("configurations", 1500, &strategy, |(text, changes)| {
        let bytes = changed(text.as_bytes(), &changes);
        std::fs::write(&path, &bytes).unwrap();
        match Configuration::load(&path, &[], &registry) {
            Ok(read) => {
                // What was accepted is written out and read back as the same.
                let again = Configuration::parse("again.toml", &read.resolved_toml(), &[], &registry);
                prop_assert_eq!(again.map_err(|e| e.to_string()).map(|c| c.hash()), Ok(read.hash()));
            }
            Err(errors) => well_told(&errors, &bytes),
        }
        Ok(())
    });
}

#[test]
fn any_override_is_read_or_refused() {
    let registry = Simulation::registry();
    let keys: Vec<String> = registry
        .tables()
        .iter()
        .flat_map(|table| (table.docs)().into_iter().map(|doc| format!("{}.{}", table.name, doc.name)))
        .collect();
    let value = prop_oneof![
        "\\PC{0,12}",
        any::<f64>().prop_map(|x| format!("{x:?}")),
        any::<i64>().prop_map(|x| x.to_string())
    ];
    let given = prop_oneof![
        "\\PC{0,30}",
        (prop::sample::select(keys), value).prop_map(|(key, value)| format!("{key}={value}")),
    ];
    let strategy = prop::collection::vec(given, 1..4);
    search("overrides", 1500, &strategy, |given| {
        let overrides: Vec<_> = given.iter().map(|text| Override::set(text)).collect();
        if let Err(errors) = Configuration::parse("my.toml", "extends = \"quick\"\n", &overrides, &registry) {
            well_told(&errors, b"\n\n\n\n");
        }
        Ok(())
    });
}

#[test]
fn a_changed_table_is_read_or_refused() {
    const TABLES: &[&str] = &[
        "sectors.csv",
        "sector_traits.csv",
        "io_coefficients.csv",
        "provinces.csv",
        "province_sector.csv",
        "population.csv",
        "consumption_categories.csv",
        "ai_services.csv",
        "banks.csv",
        "labour.csv",
        "history.csv",
        "parameters.csv",
    ];
    let registry = Simulation::registry();
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let folder = tempfile::tempdir().unwrap();
    let set = [Override::set(&format!("calibration.data_directory={}", folder.path().display()))];
    let strategy = (prop::sample::select(TABLES), prop::collection::vec(change(), 1..6));
    search("tables", 400, &strategy, |(name, changes)| {
        let bytes = changed(&std::fs::read(source.join(name)).unwrap(), &changes);
        let path = folder.path().join(name);
        std::fs::write(&path, &bytes).unwrap();
        let read = Configuration::parse("my.toml", "extends = \"quick\"\n", &set, &registry);
        std::fs::remove_file(&path).unwrap();
        if let Err(errors) = read {
            well_told(&errors, &bytes);
        }
        Ok(())
    });
}

/// A small economy after a quarter, as a checkpoint keeps it.
fn saved() -> (Configuration, Vec<Vec<u8>>) {
    let configuration = tiny(&[]);
    let mut simulation = open(&configuration);
    steps(&mut simulation, 1);
    let mut frames = Vec::new();
    simulation.save(&mut frames).unwrap();
    (configuration, frames)
}

fn header() -> Header {
    Header {
        format: FORMAT,
        version: "0.1.0".into(),
        commit: "unknown".into(),
        layout: "00".into(),
        plan: "11".into(),
        seed: 1,
        tick: 1,
        configuration: serde_json::json!({"run": {"seed": 1}}),
    }
}

/// Damage that the checksum does not tell, because it was made anew; only malice does that.
#[test]
fn a_changed_checkpoint_with_a_right_checksum_is_read_or_refused() {
    const HASH: usize = 32;
    let (configuration, frames) = saved();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(CHECKPOINT);
    let put = |sink: &mut dyn FrameSink| frames.iter().try_for_each(|frame| sink.put(frame));
    write_checkpoint(&path, &header(), put).unwrap();
    let mut whole = std::fs::read(&path).unwrap();
    whole.truncate(whole.len() - HASH);
    search("checkpoints", 60, &prop::collection::vec(change(), 1..6), |changes| {
        let mut bytes = changed(&whole, &changes);
        let hash = blake3::hash(&bytes);
        bytes.extend(hash.as_bytes());
        std::fs::write(&path, &bytes).unwrap();
        if let Ok(Some(mut checkpoint)) = Checkpoint::find(folder.path())
            && checkpoint.expect(&header()).is_ok()
            && Simulation::restore(&configuration, &mut checkpoint).is_ok()
        {
            let _ = checkpoint.finish();
        }
        Ok(())
    });
}

/// The state itself, before it is packed: damage that no frame shows.
#[test]
fn a_changed_state_is_read_or_refused() {
    let (configuration, frames) = saved();
    let refused = std::cell::Cell::new(0);
    let strategy = (any::<prop::sample::Index>(), prop::collection::vec(change(), 1..6));
    search("states", 60, &strategy, |(frame, changes)| {
        let mut spoilt = frames.clone();
        let at = frame.index(spoilt.len());
        spoilt[at] = changed(&spoilt[at], &changes);
        refused.set(refused.get() + u32::from(Simulation::restore(&configuration, &mut spoilt.into_iter()).is_err()));
        Ok(())
    });
    assert!(refused.get() > 5, "only {} were refused", refused.get());
}

/// Values at the ends of their ranges lead to an economy or to a message. Long: `cargo test --release --test mutations --
/// --ignored`.
#[test]
#[ignore = "opens an economy for every bound of every parameter, minutes: cargo test --release --test mutations -- --ignored"]
fn every_bound_opens_an_economy_or_is_refused() {
    let registry = Simulation::registry();
    let (mut panics, mut tried) = (Vec::new(), 0);
    for table in registry.tables() {
        for doc in (table.docs)() {
            for bound in [doc.low, doc.high].into_iter().flatten() {
                let whole = matches!(doc.default, xinzhi::engine::parameters::Value::Integer(_));
                let value = if whole { format!("{bound:.0}") } else { format!("{bound:?}") };
                let set = format!("{}.{}={value}", table.name, doc.name);
                let tiny = ["population.persons_per_worker=400000".to_owned(), set.clone()];
                if set.contains("persons_per_worker=100") || set.contains("years=1000") {
                    continue;
                }
                let overrides: Vec<_> = tiny.iter().map(|text| Override::set(text)).collect();
                let Ok(read) = Configuration::parse("my.toml", "extends = \"quick\"\n", &overrides, &registry) else {
                    continue;
                };
                tried += 1;
                if std::panic::catch_unwind(|| Simulation::new(&read).is_ok()).is_err() {
                    panics.push(set);
                }
            }
        }
    }
    assert!(tried > 100, "only {tried} bounds got as far as an opening");
    assert!(panics.is_empty(), "panics with {panics:#?}");
}
