use xinzhi::calibration::{assumptions::Assumptions, load, opening::*};
use xinzhi::engine::settings::PopulationSettings;
fn main() {
    for stationary in [false, true] {
        let mut p = PopulationSettings::default();
        if let Some(x) = std::env::args().nth(1) { p.persons_per_worker = x.parse().unwrap(); }
        let t = std::time::Instant::now();
        let o = Opening::build(load(None).unwrap(), &OpeningOptions { assumptions: Assumptions::default(), population: p, stationary, technical_progress: 0.01, seed: 1 });
        let o = match o { Ok(o) => o, Err(e) => { println!("{e}"); return; } };
        println!("built in {:?} workers {} firms {} slots {} banks {}", t.elapsed(), o.workers.len(), o.firm_count(), o.firms.len(), o.banks.len());
        println!("{:#?}", o.instruments);
        println!("payout {} tax {}", o.payout_ratio, o.company_tax_rate);
        println!("{:#?}", o.stocks);
        let n = &o.national;
        println!("I {:.2} Ipub {:.2} dw {:.2} C {:.2} Cimp {:.2} G {:.2} X {:.2} M {:.2}", n.business_investment/1e12, n.public_investment/1e12, n.dwellings/1e12, n.households.iter().sum::<f64>()/1e12, n.households_imported.iter().sum::<f64>()/1e12, n.government.iter().sum::<f64>()/1e12, n.exports.iter().sum::<f64>()/1e12, n.imports()/1e12);
        println!("bundle sums {} {}", n.business_bundle.iter().chain(&n.business_bundle_imported).sum::<f64>(), n.public_bundle.iter().chain(&n.public_bundle_imported).sum::<f64>());
        for (s, x) in o.structure.sectors.iter().enumerate() {
            let fs: Vec<_> = o.firms.iter().filter(|f| f.identity.active() && f.identity.sector as usize == s).collect();
            let q: f64 = fs.iter().map(|f| f.operations.expected_demand).sum();
            let b: Vec<f64> = { let mut b: Vec<f64> = fs.iter().map(|f| f.operations.productivity).collect(); b.sort_by(f64::total_cmp); b };
            let m: Vec<f64> = { let mut b: Vec<f64> = fs.iter().map(|f| f.pricing.mark_up).collect(); b.sort_by(f64::total_cmp); b };
            let h: Vec<u32> = { let mut b: Vec<u32> = fs.iter().map(|f| f.staff.heads.iter().sum()).collect(); b.sort(); b };
            println!("{} n {} q {:.3} vs {:.3} dep {:.4} nu {:.2} B {:.2} {:.2} {:.2} {:.2} {:.2} mu {:.2} {:.2} {:.2} (s {:.2}) heads {} {} {} bundle {:.3} house {:.2} invs {:.2}", x.code, fs.len(), q*4e-12, x.output*4e-12, x.depreciation*4.0, x.capital_output_ratio, b[0], b[b.len()/10], b[b.len()/2], b[b.len()*9/10], b[b.len()-1], m[b.len()/20], m[b.len()/2], m[b.len()*19/20], x.mark_up, h[0], h[h.len()/2], h[h.len()-1], n.business_bundle[s], n.households[s]/1e12, x.exports*4e-12);
        }
        for b in &o.banks { println!("{} {:?} {:?} dep {:.2} loans {:.2} eq {:.3} ratio {:.3} res {:.2} ibc {:.2} ibd {:.2} cb {:.2}", b.id, b.class, b.region, b.deposits as f64/1e14, b.loans() as f64/1e14, b.equity() as f64/1e14, b.capital_ratio(), b.reserves as f64/1e14, b.interbank_claims as f64/1e14, b.interbank_debts as f64/1e14, b.central_bonds as f64/1e14); if b.id > 22 { break; } }
        println!("assets {:.2} transfers {:.2}", o.banks.iter().map(|b| b.assets()).sum::<i128>() as f64/1e14, o.central_government.transfers.iter().sum::<i128>() as f64*4e-14);
        println!("{:?}", o.central_government.transfers.iter().map(|t| (*t as f64 * 4e-13).round()/10.0).collect::<Vec<_>>());
        println!("funds {:?}\ncg {:?}", o.funds, o.central_government.bonds);
        println!("cats {:?}", o.structure.categories.iter().map(|c| (c.name.clone(), c.share, c.import_share)).collect::<Vec<_>>());
    }
}
