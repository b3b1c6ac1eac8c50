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
    let c = Configuration::load(std::path::Path::new(&args[1]), &overrides, &registry).unwrap_or_else(|e| { eprintln!("{e}"); std::process::exit(2) });
    let t0 = std::time::Instant::now();
    let mut s = match Simulation::new(&c) { Ok(s) => s, Err(e) => { println!("{e}"); return; } };
    println!("{:?} built {:?}", s.counts(), t0.elapsed());
    if args.iter().any(|a| a == "phases") { s.audit_every_phase(); }
    let t0 = std::time::Instant::now();
    for t in 1..=n {
        if let Err(e) = s.step() { println!("tick {t}: {}", e.to_string().chars().take(6000).collect::<String>()); if !args.iter().any(|a| a=="force") { return; } }
        if t <= 8 || t % 4 == 0 { report(&mut s, t); } if t == 1 || t % 12 == 0 { markets(&mut s); extra(&mut s); }
    }
    println!("{:?} per tick", t0.elapsed() / n);
    let mut m: Vec<_> = s.phase_seconds(); m.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (k, v) in m.iter().take(12) { println!("{k} {:.1} ms", v * 1e3 / n as f64); }
}
fn report(s: &mut Simulation, t: u32) {
    let w = s.world();
    let mut q = w.query::<(&Person, &Job, &Wallet)>();
    let (mut e, mut u, mut ws, mut inc, mut dep, mut farm) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (p, j, wl) in q.iter(w) {
        match p.status { Status::Employed => { e += 1.0; ws += j.wage as f64; if j.farm == 1 { farm += 1.0 } }, Status::Unemployed => if j.farm == 0 { u += 1.0 }, _ => {} }
        inc += wl.income.yuan(); dep += wl.deposits.yuan();
    }
    let l = w.resource::<Ledger>();
    let f = |x: Flow, c: Column| l.flow(x, c) as f64 * 4e-14;
    let hh = Column::Households;
    let cons = -(f(Flow::Consumption, hh) + f(Flow::Imports, hh) + f(Flow::Tariff, hh));
    let gov = -(f(Flow::GovernmentPurchases, Column::LocalGovernments) + f(Flow::GovernmentPurchases, Column::CentralGovernment));
    let x = -f(Flow::Exports, Column::RestOfWorld); let m = f(Flow::Imports, Column::RestOfWorld);
    let sectors = w.resource::<xinzhi::structure::Structure>().sector_count();
    let inv: f64 = (0..sectors).map(|k| { let tag = l.entry(xinzhi::accounts::Row::Transaction(Flow::Investment), Some(Instrument::Capital), Column::Firms(k).index()); tag as f64 * -4e-14 }).sum();
    let stock: f64 = (0..sectors).map(|k| l.entry(xinzhi::accounts::Row::Transaction(Flow::InventoryChange), None, Column::Firms(k).index()) as f64 * 4e-14).sum();
    let div = f(Flow::Dividends, hh);
    let tally = w.resource::<Tally>().clone();
    let cg = w.resource::<CentralGovernment>().clone();
    let i = w.resource::<Indicators>().clone();
    let mut fq = w.query::<(&Identity, &Operations, &Pricing, &Books, &Staff, &Inventory)>();
    let (mut price, mut qs, mut profit, mut loans, mut fdep, mut util, mut vac, mut act, mut mu, mut hours, mut fin, mut ordr) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0,0.0,0.0);
    let mut neck: BTreeMap<String, f64> = BTreeMap::new();
    let mut sec = vec![[0.0; 5]; sectors];
    for (id, o, p, b, st, iv) in fq.iter(w) { if id.active() { act += 1; let q = o.output.units(); price += p.price * q; qs += q; mu += p.mark_up * q; hours += o.hours * q; profit += b.operating_surplus().yuan() - b.interest.yuan() - b.depreciation.yuan(); loans += b.loans.yuan(); fdep += b.deposits.yuan(); util += o.utilisation * q; vac += st.vacancies.iter().sum::<u32>() as f64; *neck.entry(format!("{:?}", o.bottleneck)).or_default() += q; fin += iv.finished.units(); ordr += o.orders;
        let z = &mut sec[id.sector as usize]; z[0] += q; z[1] += o.orders; z[2] += p.price * q; z[3] += o.expected_demand; z[4] += o.labour_capacity; } }
    let mut bq = w.query::<&Bank>(); let (mut eq, mut minr) = (0.0, 1.0f64); for b in bq.iter(w) { eq += b.equity() as f64 * 1e-14; minr = minr.min(b.capital_ratio()); }
    let mut gq = w.query::<(&LocalGovernment, &FinancingVehicle)>(); let (mut lgd, mut fvd, mut lgb) = (0.0,0.0,0.0); for (a,b) in gq.iter(w) { lgd += a.deposits as f64*1e-14; fvd += b.deposits as f64*1e-14; lgb += a.bonds as f64 * 1e-14; }
    println!("t{t} Y {:.2} N {:.2} cpi {:.3} u {:.2}% E {:.0} farm {:.0} w {:.0} inc {:.1} D {:.1} C {:.2} G {:.2} I {:.2} dS {:.2} X {:.2} M {:.2} div {:.2} | p {:.3} mu {:.3} Q {:.2} ord {:.2} fin {:.2} util {:.3} hrs {:.3} prof {:.2} L {:.1} FD {:.1} firms {act} +{} -{} | hires {} quits {} lay {} vac {} unf {} unmet {:.2} | eq {:.2} minr {:.3} rate {:.4} T {:.2} B {:.1} lgD {:.2} lgB {:.1} fvD {:.2} inf {:.4} ggdp {:.4}", i.gdp_real*4e-12, i.gdp_nominal*4e-12, i.cpi, u / (u + e - farm) * 100.0, e, farm, ws / e, inc * 4e-12, dep * 1e-12, cons, gov, inv, stock, x, m, div, price / qs, mu / qs, qs * 4e-12, ordr*4e-12, fin*1e-12, util / qs, hours / qs, profit * 4e-12, loans * 1e-12, fdep * 1e-12, tally.firm_entries, tally.firm_exits, tally.hires_from_unemployment + tally.hires_from_jobs, tally.quits, tally.layoffs, vac, tally.unfilled, tally.unmet_consumption as f64 * 4e-14, eq, minr, i.policy_rate, cg.treasury as f64*1e-14, cg.bonds as f64*1e-14, lgd, lgb, fvd, i.expected_inflation*4.0, i.gdp_growth*4.0);
    if std::env::var("SEC").is_ok() { println!("   {:?}", neck.iter().map(|(k,v)| (k.clone(), (v/qs*1000.0).round()/1000.0)).collect::<Vec<_>>()); for (k, z) in sec.iter().enumerate() { print!("  S{:02} q {:.2} o {:.2} e {:.2} l {:.2} p {:.3};", k+1, z[0]*4e-12, z[1]*4e-12, z[3]*4e-12, z[4]*4e-12, z[2]/z[0]); } println!(); }
}
#[allow(dead_code)]
pub fn markets(s: &mut Simulation) {
    let w = s.world();
    let mut u = [[0.0; 4]; 31]; let mut e = [0.0; 4]; let mut v = [[0.0; 4]; 31];
    let mut q = w.query::<(&Person, &Job)>();
    let (mut olf, mut ret, mut tr) = (0, 0, 0);
    for (p, _) in q.iter(w) { match p.status { Status::Unemployed => u[p.region as usize][p.task as usize] += 1.0, Status::Employed => e[p.task as usize] += 1.0, Status::OutOfLabourForce => olf += 1, Status::Retired => ret += 1, Status::Training => tr += 1 } }
    let mut f = w.query::<(&Identity, &Staff)>();
    let mut des = [0.0; 4]; let mut heads = [0.0; 4];
    for (i, st) in f.iter(w) { if i.active() { for k in 0..4 { v[i.region as usize][k] += st.vacancies[k] as f64; des[k] += st.desired[k]; heads[k] += st.heads[k] as f64; } } }
    let su: Vec<f64> = (0..4).map(|k| (0..31).map(|g| u[g][k]).sum()).collect(); let sv: Vec<f64> = (0..4).map(|k| (0..31).map(|g| v[g][k]).sum()).collect();
    let overlap: Vec<f64> = (0..4).map(|k| (0..31).map(|g| u[g][k].min(v[g][k])).sum()).collect();
    let i = w.resource::<Indicators>();
    println!("U {su:?} V {sv:?} overlap {overlap:?} E {e:?} desired {des:?} heads {heads:?} olf {olf} ret {ret} tr {tr} premia {:?}", i.task_premium);
    let reg: Vec<(f64, f64)> = (0..31).map(|g| (u[g].iter().sum(), v[g].iter().sum())).collect();
    println!("{reg:?}");
}
#[allow(dead_code)]
pub fn extra(s: &mut Simulation) {
    let w = s.world();
    let mut why: BTreeMap<String, usize> = BTreeMap::new();
    for e in &w.resource::<Events>().0 { *why.entry(format!("{} {}", e.kind, e.detail)).or_default() += 1; }
    println!("events {why:?}");
    let mut f = w.query::<(&Identity, &Operations, &Technology, &Books, &Capital)>();
    let mut b: BTreeMap<(u8, String), (f64, f64)> = BTreeMap::new();
    let (mut des, mut inv, mut proj, mut dem, mut dist, mut n, mut cap, mut dep, mut scr, mut intr, mut tax, mut div) = (0.0,0.0,0.0,0.0,0,0,0.0,0.0,0.0,0.0,0.0,0.0);
    let mut st = [0.0; 3];
    for (i, o, t, bk, c) in f.iter(w) { if i.active() { n += 1; let e = b.entry((i.sector, format!("{:?}", o.bottleneck))).or_default(); e.0 += o.output.units() * 4e-12; e.1 += o.orders * 4e-12; des += o.desired_investment; inv += o.investment; if t.project_cost.0 > 0 { proj += t.project_cost.yuan(); } dem += bk.credit_demand.yuan(); if i.distressed > 0 { dist += 1; } cap += c.value().yuan(); dep += bk.depreciation.yuan(); scr += o.scrapping; intr += bk.interest.yuan(); tax += bk.company_tax.yuan(); div += bk.dividends.yuan(); st[i.stage as usize] += bk.value_added().yuan(); } }
    println!("firms {n} desired I {:.2} I {:.2} projects {:.2} credit demand {:.2} distressed {dist} K {:.1} dep {:.2} scrap {:.2} int {:.2} tax {:.2} div {:.2} stages {:?} refused {:.2} new {:.2} losses {:.2}", des*4e-12, inv*4e-12, proj*4e-12, dem*4e-12, cap*1e-12, dep*4e-12, scr*4e-12, intr*4e-12, tax*4e-12, div*4e-12, st.map(|x| (x / st.iter().sum::<f64>()*1000.0).round()/1000.0), w.resource::<Tally>().refused_firm_loans as f64*4e-14, w.resource::<Tally>().new_firm_loans as f64*4e-14, w.resource::<Tally>().loan_losses as f64*4e-14);
    for k in 0..13u8 { print!("S{:02}", k+1); for (key, v) in b.iter().filter(|x| x.0.0 == k) { print!(" {} q {:.2} o {:.2};", key.1, v.0, v.1); } println!(); }
    let fu = w.resource::<Funds>(); println!("funds eq dep {:.2} inc {:.3} venture {:.2} wealth dep {:.2} units {:.1} ; world E {:.3} ; entry chance profit {:?}", fu.equity_deposits as f64*1e-14, fu.equity_income as f64*1e-14, fu.venture_deposits as f64*1e-14, fu.wealth_deposits as f64*1e-14, fu.wealth_units as f64*1e-14, w.resource::<RestOfWorld>().exchange_rate, w.resource::<Indicators>().profit_rate_by_sector.iter().zip(&w.resource::<xinzhi::mechanisms::dynamics::entry::EntryNorms>().profit_rate).map(|(a, b)| ((a / b)*100.0).round()/100.0).collect::<Vec<_>>());
    let fr = w.resource::<xinzhi::mechanisms::technology::Frontier>(); println!("frontier {:?} ai_eff {:.2} bound {:?}", fr.domestic.iter().map(|x| (x*100.0).round()/100.0).collect::<Vec<_>>(), fr.ai_efficiency, fr.boundary[8]);
}
