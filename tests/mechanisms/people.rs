//! Drivers of labour, households and homes.

use crate::driver::{
    Driver,
    Recorded::{Flow, FlowOf, Series},
    Way::{Down, Up},
    driver, each,
};
use xinzhi::agents::{Development, Home, Job, Person, Staff, Wallet, WorkerSuppliers};

pub fn labour() -> Vec<Driver> {
    vec![
        driver(
            "demography.postponed_withdrawals=0.5",
            each!(Person, |p| f64::from(p.status as u8)),
            Series("labour_force"),
            Up,
            "fewer people leave the labour force",
        ),
        driver(
            "separations.quit_rate=0.12",
            each!(Job, |j| f64::from(j.employer)),
            Series("quit_rate"),
            Up,
            "more people quit",
        ),
        driver(
            "separations.severance_months_per_year=2.0",
            each!(Wallet, |w| w.deposits.yuan()),
            Flow("severance"),
            Up,
            "twice the severance for a year of tenure",
        ),
        driver(
            "staff_retraining.offers=1.0",
            each!(Person, |p| f64::from(p.task)),
            Series("staff_training_starts"),
            Up,
            "every dismissal with an opening beside it is avoided by a course, if that succeeds",
        ),
        driver(
            "innovator_bargaining.bargaining_power=0.6",
            each!(Job, |j| f64::from(j.wage)),
            Series("innovator_rent_share"),
            Up,
            "innovators get twice the part of what AI saves",
        ),
        driver(
            "working_hours.week=40.0",
            each!(Staff, |s| s.desired.iter().sum()),
            Series("hours_per_worker"),
            Down,
            "the standard week is shorter",
        ),
        driver(
            "wage_setting.productivity_weight=0.5",
            each!(Staff, |s| s.posted_wage),
            Flow("wages"),
            Down,
            "half as much of growing productivity is passed on",
        ),
        driver(
            "job_matching.on_the_job_search=0.2",
            each!(Job, |j| f64::from(j.employer)),
            Series("job_to_job_rate"),
            Up,
            "twice as many of the employed look around",
        ),
        driver(
            "job_matching.beyond_region=0.0",
            each!(Job, |j| f64::from(j.employer)),
            Series("unemployment_rate"),
            Up,
            "whose region has no position looks no further",
        ),
        Driver {
            both: &["retraining.slack=10.0", "retraining.gain=0.0", "retraining.waiting=0"],
            ..driver(
                "retraining.take_up=0.1",
                each!(Person, |p| f64::from(p.status as u8)),
                Flow("training"),
                Up,
                "more of the unemployed take a course",
            )
        },
        driver(
            "migration.unemployed_rate=0.62",
            each!(Person, |p| f64::from(p.region)),
            Series("migration_rate"),
            Up,
            "more of the unemployed think of moving",
        ),
    ]
}

pub fn households() -> Vec<Driver> {
    vec![
        driver(
            "household_budgets.buffer_adjustment=0.08",
            each!(Wallet, |w| f64::from(w.real_consumption)),
            Flow("consumption"),
            Up,
            "money beyond the buffer is spent twice as fast",
        ),
        driver(
            "consumption.price_weight=10.0",
            each!(WorkerSuppliers, |s| s.0.iter().map(|x| f64::from(*x)).sum()),
            Series("cpi"),
            Down,
            "cheaper sellers gain customers, and prices are weighted by sales",
        ),
        driver(
            "personalised_pricing.loyalty=0.4",
            each!(Wallet, |w| f64::from(w.real_consumption)),
            Series("personalised_mark_up"),
            Up,
            "intelligent sellers charge more to those whom they know",
        ),
        driver(
            "household_settlement.mortgage_prepayment=0.0096",
            each!(Home, |h| h.mortgage.yuan()),
            Series("mortgages_cny"),
            Down,
            "debt is repaid faster",
        ),
    ]
}

pub fn homes() -> Vec<Driver> {
    vec![
        driver(
            "housing_market.down_payment=0.6",
            each!(Home, |h| h.mortgage.yuan()),
            Series("mortgages_cny"),
            Down,
            "buyers borrow a smaller part of the price, and fewer can buy",
        ),
        driver(
            "development.largest_build=0.5",
            each!(Development, |d| d.floor_space),
            FlowOf("investment", "firms_S11"),
            Down,
            "half of expected sales is the most that is built",
        ),
        driver(
            "land_market.largest_purchase=0.5",
            each!(Development, |d| d.land),
            Flow("land_sales"),
            Down,
            "half of expected sales is the most land that is bought",
        ),
        driver(
            "home_prices.productivity_weight=1.0",
            each!(Home, |h| f64::from(h.floor_space_ordered)),
            Series("house_price_index"),
            Up,
            "prices follow twice as much of growing productivity",
        ),
        driver(
            "home_revaluation.demolition=false",
            each!(Home, |h| f64::from(h.floor_space)),
            Series("new_home_price_to_income"),
            Up,
            "homes that would have fallen out of use are kept",
        ),
    ]
}
