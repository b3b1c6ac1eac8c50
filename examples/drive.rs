//! Drives a configuration for some quarters and prints a line of aggregates each: a tool for work on the mechanisms.
//! `cargo run --profile fast --example drive -- configs/quick.toml 40 [phases] [force] [table.key=value]…`
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a tool that nothing depends on"
)]

use std::collections::BTreeMap;
use xinzhi::accounts::{Column, Flow, Instrument, Ledger};
use xinzhi::agents::*;
use xinzhi::engine::configuration::*;
use xinzhi::engine::*;
use xinzhi::simulation::*;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let n: u32 = args[2].parse().unwrap();
    let registry = Simulation::registry();
    let overrides: Vec<Override> = args[3..].iter().filter(|a| a.contains('=')).map(|a| Override::set(a)).collect();
    let c = Configuration::load(std::path::Path::new(&args[1]), &overrides, &registry).unwrap_or_else(|e| {
        eprintln!("{e}");
        std::process::exit(2)
    });
    let t0 = std::time::Instant::now();
    let mut s = match Simulation::new(&c) {
        Ok(s) => s,
        Err(e) => {
            println!("{e}");
            return;
        }
    };
    println!("{:?} built {:?}", s.counts(), t0.elapsed());
    if args.iter().any(|a| a == "phases") {
        s.audit_every_phase();
    }
    let t0 = std::time::Instant::now();
    for t in 1..=n {
        if let Err(e) = s.step() {
            println!("tick {t}: {}", e.to_string().chars().take(6000).collect::<String>());
            if !args.iter().any(|a| a == "force") {
                return;
            }
        }
        if t <= 8 || t % 4 == 0 {
            report(&mut s, t);
        }
    }
    println!("{:?} per tick", t0.elapsed() / n);
    let mut m: Vec<_> = s.phase_seconds();
    m.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (k, v) in m.iter().take(12) {
        println!("{k} {:.1} ms", v * 1e3 / n as f64);
    }
}
fn report(s: &mut Simulation, t: u32) {
    let w = s.world();
    let mut q = w.query::<(&Person, &Job, &Wallet)>();
    let (mut e, mut u, mut ws, mut inc, mut dep, mut farm) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (p, j, wl) in q.iter(w) {
        match p.status {
            Status::Employed => {
                e += 1.0;
                ws += j.wage as f64;
                if j.farm == 1 {
                    farm += 1.0
                }
            }
            Status::Unemployed => {
                if j.farm == 0 {
                    u += 1.0
                }
            }
            _ => {}
        }
        inc += wl.income.yuan();
        dep += wl.deposits.yuan();
    }
    let l = w.resource::<Ledger>();
    let f = |x: Flow, c: Column| l.flow(x, c) as f64 * 4e-14;
    let hh = Column::Households;
    let cons = -(f(Flow::Consumption, hh) + f(Flow::Imports, hh) + f(Flow::Tariff, hh));
    let gov = -(f(Flow::GovernmentPurchases, Column::LocalGovernments)
        + f(Flow::GovernmentPurchases, Column::CentralGovernment));
    let x = -f(Flow::Exports, Column::RestOfWorld);
    let m = f(Flow::Imports, Column::RestOfWorld);
    let sectors = w.resource::<xinzhi::structure::Structure>().sector_count();
    let inv: f64 = (0..sectors)
        .map(|k| {
            let tag = l.entry(
                xinzhi::accounts::Row::Transaction(Flow::Investment),
                Some(Instrument::Capital),
                Column::Firms(k).index(),
            );
            tag as f64 * -4e-14
        })
        .sum();
    let stock: f64 = (0..sectors)
        .map(|k| {
            l.entry(xinzhi::accounts::Row::Transaction(Flow::InventoryChange), None, Column::Firms(k).index()) as f64
                * 4e-14
        })
        .sum();
    let div = f(Flow::Dividends, hh);
    let tally = w.resource::<Tally>().clone();
    let cg = w.resource::<CentralGovernment>().clone();
    let i = w.resource::<Indicators>().clone();
    let mut fq = w.query::<(&Identity, &Operations, &Pricing, &Books, &Staff, &Inventory)>();
    let (
        mut price,
        mut qs,
        mut profit,
        mut loans,
        mut fdep,
        mut util,
        mut vac,
        mut act,
        mut mu,
        mut hours,
        mut fin,
        mut ordr,
    ) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0, 0.0, 0.0);
    let mut neck: BTreeMap<String, f64> = BTreeMap::new();
    let mut sec = vec![[0.0; 5]; sectors];
    for (id, o, p, b, st, iv) in fq.iter(w) {
        if id.active() {
            act += 1;
            let q = o.output.units();
            price += p.price * q;
            qs += q;
            mu += p.mark_up * q;
            hours += o.hours * q;
            profit += b.operating_surplus().yuan() - b.interest.yuan() - b.depreciation.yuan();
            loans += b.loans.yuan();
            fdep += b.deposits.yuan();
            util += o.utilisation * q;
            vac += st.vacancies.iter().sum::<u32>() as f64;
            *neck.entry(format!("{:?}", o.bottleneck)).or_default() += q;
            fin += iv.finished.units();
            ordr += o.orders;
            let z = &mut sec[id.sector as usize];
            z[0] += q;
            z[1] += o.orders;
            z[2] += p.price * q;
            z[3] += o.expected_demand;
            z[4] += o.labour_capacity;
        }
    }
    let mut bq = w.query::<&Bank>();
    let (mut eq, mut minr) = (0.0, 1.0f64);
    for b in bq.iter(w) {
        eq += b.equity() as f64 * 1e-14;
        minr = minr.min(b.capital_ratio());
    }
    let mut gq = w.query::<(&LocalGovernment, &FinancingVehicle)>();
    let (mut lgd, mut fvd, mut lgb) = (0.0, 0.0, 0.0);
    for (a, b) in gq.iter(w) {
        lgd += a.deposits as f64 * 1e-14;
        fvd += b.deposits as f64 * 1e-14;
        lgb += a.bonds as f64 * 1e-14;
    }
    println!(
        "t{t} Y {:.2} N {:.2} cpi {:.3} u {:.2}% E {:.0} farm {:.0} w {:.0} inc {:.1} D {:.1} C {:.2} G {:.2} I {:.2} dS {:.2} X {:.2} M {:.2} div {:.2} | p {:.3} mu {:.3} Q {:.2} ord {:.2} fin {:.2} util {:.3} hrs {:.3} prof {:.2} L {:.1} FD {:.1} firms {act} +{} -{} | hires {} quits {} lay {} vac {} unf {} unmet {:.2} | eq {:.2} minr {:.3} rate {:.4} T {:.2} B {:.1} lgD {:.2} lgB {:.1} fvD {:.2} inf {:.4} ggdp {:.4}",
        i.gdp_real * 4e-12,
        i.gdp_nominal * 4e-12,
        i.cpi,
        u / (u + e - farm) * 100.0,
        e,
        farm,
        ws / e,
        inc * 4e-12,
        dep * 1e-12,
        cons,
        gov,
        inv,
        stock,
        x,
        m,
        div,
        price / qs,
        mu / qs,
        qs * 4e-12,
        ordr * 4e-12,
        fin * 1e-12,
        util / qs,
        hours / qs,
        profit * 4e-12,
        loans * 1e-12,
        fdep * 1e-12,
        tally.firm_entries,
        tally.firm_exits,
        tally.hires_from_unemployment + tally.hires_from_jobs,
        tally.quits,
        tally.layoffs,
        vac,
        tally.unfilled,
        tally.unmet_consumption as f64 * 4e-14,
        eq,
        minr,
        i.policy_rate,
        cg.treasury as f64 * 1e-14,
        cg.bonds as f64 * 1e-14,
        lgd,
        lgb,
        fvd,
        i.expected_inflation * 4.0,
        i.gdp_growth * 4.0
    );
    if std::env::var("SEC").is_ok() {
        println!(
            "   {:?}",
            neck.iter().map(|(k, v)| (k.clone(), (v / qs * 1000.0).round() / 1000.0)).collect::<Vec<_>>()
        );
        for (k, z) in sec.iter().enumerate() {
            print!(
                "  S{:02} q {:.2} o {:.2} e {:.2} l {:.2} p {:.3};",
                k + 1,
                z[0] * 4e-12,
                z[1] * 4e-12,
                z[3] * 4e-12,
                z[4] * 4e-12,
                z[2] / z[0]
            );
        }
        println!();
    }
}
