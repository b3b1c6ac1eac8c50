//! What always holds, over random small economies: seed, scale, opening, AI and behaviour are drawn, every phase is audited.

#![expect(clippy::cast_possible_truncation, reason = "drawn parameters are small")]

mod common;

use common::{configuration, open};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use xinzhi::engine::parameters::{ParameterDoc, Value};
use xinzhi::output::Table;
use xinzhi::simulation::Simulation;

const TICKS: u32 = 8;

/// Tables of the run itself, of its data and of the opening: not behaviour.
const NOT_BEHAVIOUR: [&str; 6] = ["run", "population", "ai", "calibration", "output", "opening"];

/// Every number of every mechanism.
fn behaviour() -> Vec<(&'static str, ParameterDoc)> {
    let registry = Simulation::registry();
    let mechanisms = registry.tables().iter().filter(|t| !NOT_BEHAVIOUR.contains(&t.name));
    mechanisms
        .flat_map(|t| (t.docs)().into_iter().map(move |doc| (t.name, doc)))
        .filter(|(_, doc)| doc.low.is_some())
        .collect()
}

/// A moderate value: between a half and twice the default, inside the declared range; `position` is 0 to 1. A default of
/// zero moves into the first tenth of its range.
fn moderate(doc: &ParameterDoc, position: f64) -> Value {
    let (low, high) = (doc.low.expect("a number"), doc.high.expect("a number"));
    let around = |x: f64| {
        let (a, b) = if x == 0.0 { (0.0, 0.1 * high) } else { (x * 0.5, x * 2.0) };
        let (a, b) = (a.min(b).max(low), a.max(b).min(high));
        a + position * (b - a)
    };
    match doc.default {
        Value::Integer(x) => {
            let x = x as f64;
            Value::Integer(around(x).round() as i64)
        }
        Value::Real(x) if x < 0.0 && doc.low == Some(x) => Value::Real(x),
        Value::Real(x) => Value::Real(around(x)),
        _ => unreachable!("numbers only"),
    }
}

#[derive(Clone, Debug)]
struct Economy {
    seed: u32,
    persons_per_worker: f64,
    stationary: bool,
    ai: bool,
    drawn: Vec<(prop::sample::Index, f64)>,
}

fn economies() -> impl Strategy<Value = Economy> {
    let drawn = prop::collection::vec((any::<prop::sample::Index>(), 0.0..=1.0), 5..=10);
    (any::<u32>(), 300_000.0..600_000.0, any::<bool>(), any::<bool>(), drawn).prop_map(
        |(seed, persons_per_worker, stationary, ai, drawn)| Economy { seed, persons_per_worker, stationary, ai, drawn },
    )
}

fn settings(economy: &Economy, parameters: &[(&'static str, ParameterDoc)]) -> Vec<String> {
    let mut settings = vec![
        format!("run.seed={}", economy.seed),
        format!("population.persons_per_worker={:?}", economy.persons_per_worker),
        format!("calibration.opening={:?}", if economy.stationary { "stationary" } else { "2023" }),
        format!("ai.enabled={}", economy.ai),
    ];
    let mut taken = Vec::new();
    for (index, position) in &economy.drawn {
        let i = index.index(parameters.len());
        if !taken.contains(&i) {
            taken.push(i);
            let (table, doc) = &parameters[i];
            let value = match moderate(doc, *position) {
                Value::Integer(x) => x.to_string(),
                Value::Real(x) => format!("{x:?}"),
                _ => unreachable!("numbers only"),
            };
            settings.push(format!("{table}.{}={value}", doc.name));
        }
    }
    settings
}

/// Growth and what it is taken apart into: the sum of columns with a prefix is another column.
const SUMS: [(&str, &[&str]); 5] = [
    ("gdp_growth_yoy", &["growth_source_"]),
    ("gdp_growth_yoy", &["growth_contribution_"]),
    ("tfp_growth_yoy", &["tfp_source_"]),
    ("firm_productivity_growth_yoy", &["productivity_fhk_", "productivity_sectors"]),
    ("firm_productivity_growth_yoy", &["productivity_mp_", "productivity_sectors"]),
];

/// Whether parts add up to growth to 1e-9 in every quarter that has one.
fn growth_adds_up(tables: &[Table]) -> Result<(), String> {
    let names: Vec<&str> = common::table(tables, "series").columns.iter().map(|c| c.name.as_str()).collect();
    for (whole, prefixes) in SUMS {
        let parts: Vec<Vec<f64>> = names
            .iter()
            .filter(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
            .map(|name| common::series(tables, name))
            .collect();
        assert!(parts.len() >= 4, "{whole}: {} parts", parts.len());
        let whole_values = common::series(tables, whole);
        for (tick, value) in whole_values.iter().enumerate().skip(4) {
            let sum: f64 = parts.iter().map(|part| part[tick]).sum();
            let gap = (sum - value).abs();
            if gap.is_nan() || gap > 1e-9 {
                return Err(format!("tick {tick}: {whole} is {value}, {prefixes:?} add up to {sum}"));
            }
        }
    }
    Ok(())
}

fn holds(cases: u32, stream: u8) {
    let parameters = behaviour();
    let config = Config { cases, max_shrink_iters: 20, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[stream; 32]));
    let result = runner.run(&economies(), |economy| {
        let settings = settings(&economy, &parameters);
        let words: Vec<&str> = settings.iter().map(String::as_str).collect();
        let mut simulation = open(&configuration(&words));
        simulation.audit_every_phase();
        for tick in 1..=TICKS {
            if let Err(e) = simulation.step() {
                return Err(TestCaseError::fail(format!("tick {tick}: {e}\n--set {}", settings.join(" --set "))));
            }
        }
        growth_adds_up(&simulation.take_tables()).map_err(TestCaseError::fail)
    });
    if let Err(e) = result {
        panic!("{e}");
    }
}

#[test]
fn books_people_and_goods_add_up_after_every_phase_of_random_economies() {
    holds(12, 1);
}

#[test]
#[ignore = "200 economies audited after every phase, minutes; after a change of behaviour: cargo test --release --test invariants -- --ignored"]
fn the_same_over_many_more_economies() {
    holds(200, 2);
}
