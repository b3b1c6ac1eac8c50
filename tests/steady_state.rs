//! The steady state: without growth, shocks and AI what the opening's accounts have is nearly what rules decide, and stocks
//! drift no further than stated.
//!
//! At the size of `quick` (8,000 workers) and over three seeds, sampling noise is about 0.3 % of GDP for a quarter's flow
//! and 1 to 2 % for a stock after three years. Services of banks to vehicles (0.9 % of GDP) are government purchases from the first
//! quarter on and no part of the opening's. What drifts over sixty years is in docs/plausibility.md.

mod common;

use common::{run, series};
use xinzhi::engine::configuration::{Configuration, Override};
use xinzhi::simulation::Simulation;

const SEEDS: u32 = 3;

/// Mean over seeds of a column of `series`, by tick.
fn means(columns: &[&str], ticks: u32) -> Vec<Vec<f64>> {
    let mut sums = vec![vec![0.0; ticks as usize + 1]; columns.len()];
    for seed in 1..=SEEDS {
        let settings = ["population.persons_per_worker=145000.0".to_owned(), format!("run.seed={seed}")];
        let overrides: Vec<Override> = settings.iter().map(|s| Override::set(s)).collect();
        let configuration =
            Configuration::parse("test.toml", "extends = \"steady-state\"\n", &overrides, &Simulation::registry())
                .unwrap_or_else(|e| panic!("{e}"));
        let (_, tables) = run(&configuration, ticks);
        for (sum, name) in sums.iter_mut().zip(columns) {
            for (s, x) in sum.iter_mut().zip(series(&tables, name)) {
                *s += x / f64::from(SEEDS);
            }
        }
    }
    sums
}

#[test]
fn the_first_quarter_repeats_the_flows_of_the_opening_to_1_percent_of_gdp() {
    // Largest departure over GDP: what rules decide in the first quarter against the accounts that they should reproduce.
    let columns = [
        "gdp_real_cny2023",
        "household_consumption_cny",
        "government_purchases_cny",
        "fixed_investment_cny",
        "exports_cny",
        "imports_cny",
        "compensation_cny",
        "production_taxes_cny",
    ];
    let flows = means(&columns, 1);
    let gdp = flows[0][0];
    for (name, flow) in columns.iter().zip(&flows) {
        let gap = (flow[1] - flow[0]) / gdp;
        println!("{name}: {:.4e} against {:.4e}, {:+.2} % of GDP", flow[1], flow[0], 100.0 * gap);
        assert!(gap.abs() < 0.01, "{name}: {gap:.4}");
    }
}

#[test]
fn three_years_without_growth_drift_no_further_than_is_known() {
    // Largest departure of the third year's mean from the opening: what has been reached, with room for sampling noise.
    let columns = [
        ("firm_loans_cny", 0.04),
        ("mortgages_cny", 0.02),
        ("deposits_cny", 0.015),
        ("household_deposits_cny", 0.03),
        ("local_deposits_cny", 0.03),
        ("capital_stock_cny2023", 0.01),
        ("cpi", 0.01),
        ("mean_wage_cny", 0.01),
        ("house_price_index", 0.045),
        ("gdp_real_cny2023", 0.02),
    ];
    let names: Vec<&str> = columns.iter().map(|c| c.0).collect();
    for ((name, bound), column) in columns.iter().zip(means(&names, 12)) {
        let last = column[9..=12].iter().sum::<f64>() / 4.0;
        println!("{name}: {:+.2} % after three years", 100.0 * (last / column[0] - 1.0));
        assert!((last / column[0] - 1.0).abs() < *bound, "{name}: {last} against {}", column[0]);
    }
    let unemployment = &means(&["unemployment_rate"], 12)[0];
    let last = unemployment[9..=12].iter().sum::<f64>() / 4.0;
    assert!((last - unemployment[0]).abs() < 0.015, "unemployment {last} against {}", unemployment[0]);
}
