//! Drivers of governments, banks and the central bank.

use crate::driver::{
    Driver,
    Recorded::{Flow, FlowOf, Series, Spread},
    Way::{Down, Up},
    driver, each,
};
use xinzhi::agents::{Bank, Books, FinancingVehicle, Funds, LocalGovernment, Staff, Wallet};

pub fn public() -> Vec<Driver> {
    vec![
        driver(
            "public_purchases.sellers_per_product=100",
            each!(Books, |b| b.revenue.yuan()),
            Spread(each!(Books, |b| b.revenue.yuan().max(1.0))),
            Down,
            "a purchase goes to everybody by size instead of to some by chance",
        ),
        driver(
            "local_budget.lgfv_share_of_public_investment=0.25",
            each!(FinancingVehicle, |v| v.capital as f64),
            FlowOf("investment", "lgfvs"),
            Down,
            "vehicles build half as much of it",
        ),
        driver(
            "local_budget.bond_spread=0.0154",
            each!(LocalGovernment, |g| g.interest as f64),
            Flow("interest_local_bonds"),
            Up,
            "new bonds bear twice the spread",
        ),
        driver(
            "lgfv_finance.spread=0.046",
            each!(FinancingVehicle, |v| v.interest as f64),
            Flow("interest_lgfv_loans"),
            Up,
            "new loans bear twice the spread",
        ),
        Driver {
            both: &["land_market.enabled=false", "local_budget.debt_limit=0.0", "local_budget.debt_headroom=1.0"],
            ..driver(
                "payables.speed=1.0",
                each!(LocalGovernment, |g| g.arrears as f64),
                Series("arrears_cny"),
                Down,
                "arrears are paid twice as fast",
            )
        },
        driver(
            "fiscal_rule.countercyclical_response=3.0",
            each!(LocalGovernment, |g| g.transfers as f64),
            Flow("government_purchases"),
            Down,
            "unemployment is below its norm in the first years",
        ),
        driver(
            "fiscal_rule.wage_indexation=0.5",
            each!(Wallet, |w| w.income.yuan()),
            Flow("pensions"),
            Down,
            "wages rise faster than prices, and pensions follow half of that",
        ),
    ]
}

pub fn finance() -> Vec<Driver> {
    vec![
        driver(
            "firm_credit.leverage_premium=0.02",
            each!(Books, |b| b.lending_rate),
            Flow("interest_firm_loans"),
            Up,
            "debt is dearer",
        ),
        driver(
            "bank_services.cost_share=0.6",
            each!(Bank, |b| b.operating_costs as f64),
            FlowOf("inputs", "banks"),
            Up,
            "banks spend twice the share of their margin",
        ),
        driver(
            "bank_income.reserve_rate=0.0324",
            each!(Bank, |b| b.margin as f64),
            Flow("interest_reserves"),
            Up,
            "twice the rate",
        ),
        driver(
            "wealth_management.investment_speed=0.5",
            |world| vec![u64::try_from(world.resource::<Funds>().wealth_deposits).expect("no debt")],
            Flow("wealth_management_income"),
            Down,
            "cash waits longer for bonds that earn more",
        ),
        driver(
            "interbank.requirement_large_state=0.18",
            each!(Bank, |b| b.reserves as f64),
            Flow("central_bank_credit"),
            Up,
            "the central bank lends the reserves that it asks for",
        ),
        driver(
            "resolution.trigger_ratio=0.1",
            each!(Bank, |b| b.capital_ratio()),
            Flow("resolution_capital"),
            Up,
            "banks are recapitalised sooner",
        ),
        driver(
            "expectations.anchor_weight=1.0",
            each!(Staff, |s| s.posted_wage),
            Flow("wages"),
            Up,
            "inflation is expected at its anchor, above what it is",
        ),
        driver(
            "monetary_policy.neutral_rate=0.05",
            each!(Books, |b| b.lending_rate),
            Flow("interest_firm_loans"),
            Up,
            "the policy rate moves to twice the level",
        ),
        driver(
            "loan_quality.write_off_speed=0.4",
            each!(Bank, |b| b.non_performing as f64),
            Series("npl_ratio"),
            Down,
            "bad loans leave the books in half the time",
        ),
        Driver {
            both: &["monetary_policy.neutral_rate=0.05"],
            ..driver(
                "interest_rates.deposits=1.2",
                each!(Wallet, |w| w.income.yuan()),
                Flow("interest_deposits"),
                Up,
                "deposit rates take twice the part of a rise of the policy rate",
            )
        },
    ]
}
