//! Diffusion of AI among a few hundred firms over forty years: the S-shape comes from the firms.

use crate::agents::Stage;

use super::small_world::SmallWorld;
use super::{
    AiAdoption, FrontierGrowth, ResearchAndDevelopment, StagedUpgrading, UpdateProductivity, adoption, frontier, stages,
};

const TICKS: usize = 160;
const WINDOW: usize = 8;

/// Adopters' share after each quarter, mean over seeds; `peers` scales the weight of peers in both decisions. With
/// `peers_alone` every firm is digital from the start and neither AI nor know-how advances.
fn diffusion(peers: f64, peers_alone: bool) -> Vec<f64> {
    let seeds: [u64; 20] = core::array::from_fn(|i| i as u64 + 1);
    let mut shares = vec![0.0; TICKS + 1];
    for seed in seeds {
        let mut world = SmallWorld::new(300, seed);
        world.each(|_, technology, identity| {
            if peers_alone && identity.stage == Stage::Industrial {
                (identity.stage, technology.building) = (Stage::Digital, Stage::Digital);
            }
        });
        let mut ai = adoption::Parameters::default();
        ai.sector_peers *= peers;
        ai.region_peers *= peers;
        let mut digital = stages::Parameters { enabled: !peers_alone, ..stages::Parameters::default() };
        digital.sector_peers *= peers;
        digital.region_peers *= peers;
        world.world.insert_resource(ai);
        world.world.insert_resource(frontier::Parameters { enabled: !peers_alone, ..frontier::Parameters::default() });
        world.world.insert_resource(digital);
        shares[0] += world.adopters() / seeds.len() as f64;
        for tick in 1..=TICKS {
            let t = u32::try_from(tick).expect("few ticks");
            world.run_only::<FrontierGrowth>(t);
            world.run_only::<UpdateProductivity>(t);
            world.run_only::<ResearchAndDevelopment>(t);
            world.run_only::<StagedUpgrading>(t);
            world.run_only::<AiAdoption>(t);
            world.fund_everything();
            world.publish();
            shares[tick] += world.adopters() / seeds.len() as f64;
        }
        world.each(|_, technology, _| {
            for k in 0..4 {
                assert!((0.0..=1.0).contains(&technology.ai_depth[k]) && technology.new_tasks[k].is_finite());
            }
        });
    }
    shares
}

/// Middle of the two years with most adoptions, and adoptions in those, the first and the last two years.
fn inflection(shares: &[f64]) -> (usize, f64, f64, f64) {
    let gain = |t: usize| shares[t + WINDOW] - shares[t];
    let last = shares.len() - 1 - WINDOW;
    let (at, most) =
        (0..=last).map(|t| (t, gain(t))).fold((0, f64::MIN), |best, x| if x.1 > best.1 { x } else { best });
    (at + WINDOW / 2, most, gain(0), gain(last))
}

fn quarters_to(shares: &[f64], share: f64) -> usize {
    shares.iter().position(|x| *x >= share).unwrap_or(shares.len())
}

fn report(name: &str, shares: &[f64]) {
    let line: Vec<String> = shares.iter().step_by(10).map(|x| format!("{x:.2}")).collect();
    println!("{name}: {} bend {:?}, half at {}", line.join(" "), inflection(shares), quarters_to(shares, 0.5));
}

#[test]
fn adoption_follows_an_s_curve_that_is_slower_without_peers() {
    let (with, without) = (diffusion(1.0, false), diffusion(0.0, false));
    report("peers", &with);
    report("no peers", &without);
    let (bend, most, first, last) = inflection(&with);
    assert!(with[TICKS] > 0.5);
    assert!(bend > WINDOW && bend < TICKS - WINDOW, "{bend}");
    assert!(first < 0.8 * most && last < 0.5 * most, "{first} {most} {last}");
    assert!(quarters_to(&without, 0.5) > quarters_to(&with, 0.5) + 8);
    assert!(inflection(&without).1 < most);
}

/// Adoptions of the fourth to sixth year over those of the first three; projects of the first quarters take until the fourth.
fn acceleration(shares: &[f64]) -> f64 {
    (shares[24] - shares[14]) / (shares[14] - shares[4])
}

#[test]
fn without_peers_adoption_slows_from_the_start_and_with_them_it_first_speeds_up() {
    let (with, without) = (diffusion(1.0, true), diffusion(0.0, true));
    report("peers alone", &with);
    report("no peers", &without);
    println!("acceleration {:.2} against {:.2}", acceleration(&with), acceleration(&without));
    assert!(acceleration(&with) > 1.1 && acceleration(&without) < 1.0);
    assert!(with[inflection(&with).0] > 1.2 * without[inflection(&without).0], "the bend comes at a larger share");
}
