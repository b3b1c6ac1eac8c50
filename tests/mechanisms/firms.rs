//! Drivers of technology, firms and trade.

use crate::driver::{
    Driver,
    Recorded::{Flow, Series, Spread},
    Way::{Down, Up},
    driver, each,
};
use xinzhi::agents::{Books, Capital, Identity, Inventory, Operations, Pricing, Staff, Suppliers, Technology};

pub fn technology() -> Vec<Driver> {
    vec![
        driver(
            "frontier.world_capability_growth=0.14",
            each!(Technology, |t| t.ai_depth[2]),
            Series("ai_depth"),
            Up,
            "twice the growth of capability makes more tasks automatable",
        ),
        driver(
            "frontier.catch_up=0.28",
            each!(Capital, |c| c.productivity(0.0)),
            Series("labour_productivity_index"),
            Up,
            "ten times the speed of catching up makes new capital more productive",
        ),
        driver(
            "research.step=0.28",
            each!(Operations, |o| o.ability),
            Spread(each!(Operations, |o| if o.ability > 0.0 { o.ability } else { 1.0 })),
            Up,
            "an innovation takes its firm twice as far from the others",
        ),
        driver(
            "research.effort=2.0",
            each!(Operations, |o| o.wanted_research),
            Series("research_spending_cny"),
            Up,
            "firms want to spend twice as much of their sales",
        ),
        driver(
            "stages.hazard=0.08",
            each!(Technology, |t| f64::from(t.building as u8)),
            Series("digital_share_value_added"),
            Up,
            "twice as many firms begin to upgrade",
        ),
        driver(
            "ai_adoption.hazard=0.2",
            each!(Technology, |t| f64::from(t.building as u8)),
            Series("ai_adopter_share_firms"),
            Up,
            "nearly three times as many willing firms begin",
        ),
    ]
}

pub fn firms() -> Vec<Driver> {
    vec![
        driver(
            "demand_expectations.unfilled_weight=1.0",
            each!(Operations, |o| o.expected_demand),
            Flow("inputs"),
            Up,
            "orders turned away count in full, so that firms plan more output",
        ),
        driver(
            "production_planning.firing_speed=0.5",
            each!(Staff, |s| f64::from(s.heads.iter().sum::<u32>())),
            Flow("severance"),
            Up,
            "twice the excess staff is dismissed",
        ),
        driver(
            "price_setting.adjustment=1.0",
            each!(Pricing, |p| p.price),
            Spread(each!(Pricing, |p| if p.price > 0.0 { p.price } else { 1.0 })),
            Up,
            "each price follows its firm's own costs at once",
        ),
        driver(
            "investment_planning.ceiling=0.005",
            each!(Operations, |o| o.desired_investment),
            Flow("investment"),
            Down,
            "capital grows by half a percent a quarter at most",
        ),
        driver(
            "capital_goods.elasticity=5.0",
            each!(Suppliers, |s| s.0.iter().map(|x| f64::from(*x)).sum()),
            Spread(each!(Capital, |c| c.productivity(1.0))),
            Up,
            "machines of good makers are five times as much better, so that firms come to differ more",
        ),
        driver(
            "production.longest_hours=1.16",
            each!(Operations, |o| o.output.units()),
            Series("unmet_consumption_cny"),
            Down,
            "the same staff makes more at need",
        ),
        driver(
            "production.contract_range=1.0",
            each!(Operations, |o| o.contract_hours),
            Spread(each!(Operations, |o| if o.contract_hours > 0.0 { o.contract_hours } else { 1.0 })),
            Down,
            "firms that want a fraction of an agent make do with whole ones",
        ),
        driver(
            "firm_settlement.bond_rate=0.068",
            each!(Books, |b| b.interest.yuan()),
            Flow("interest_corporate_bonds"),
            Up,
            "twice the rate",
        ),
        driver(
            "firm_settlement.overtime_pay=3.0",
            each!(Books, |b| b.compensation.yuan()),
            Flow("wages"),
            Up,
            "an hour beyond normal ones costs twice as much",
        ),
        Driver {
            both: &["exit.smallest_demand=0.5"],
            ..driver(
                "exit.smallest_demand=1.0",
                each!(Identity, |i| f64::from(i.life as u8)),
                Series("firm_exit_rate"),
                Up,
                "more firms count as without customers",
            )
        },
        driver(
            "entry.rate=0.12",
            each!(Identity, |i| f64::from(i.life as u8)),
            Series("firm_entry_rate"),
            Up,
            "more founders where more is promised",
        ),
    ]
}

pub fn trade() -> Vec<Driver> {
    vec![
        driver(
            "seller_search.home_share=1.0",
            each!(Suppliers, |s| s.0.iter().map(|x| f64::from(*x)).sum()),
            Series("unmet_consumption_cny"),
            Up,
            "who looks only in the region finds less often who has something left",
        ),
        driver(
            "interfirm_trade.spill_abroad=0.5",
            each!(Inventory, |i| i.materials.iter().map(|q| q.units()).sum()),
            Flow("imports"),
            Up,
            "twice the share of what suppliers lack is bought abroad",
        ),
        driver(
            "foreign_trade.world_growth=0.08",
            each!(Operations, |o| o.orders),
            Flow("exports"),
            Up,
            "the world buys more",
        ),
        driver(
            "foreign_trade.tariff_west=0.25",
            each!(Operations, |o| o.orders),
            Series("exports_west_cny"),
            Down,
            "our goods are dearer in the West",
        ),
    ]
}
