//! Job matching: searchers see open positions, apply for one, and firms take the best; up to four rounds a quarter.
//!
//! The unemployed search, and some of the employed. In a round a searcher looks at m positions of the own region, drawn
//! in proportion to what firms have open, or of all regions where the own one has none, and applies for the best paid that suits and pays the reservation wage (the
//! employed want more than they have). A few look for work in other task classes, where part of their skill is lost.
//! Employers call the longer unemployed back less often. Firms rank applicants by expected productivity per yuan, seen with an
//! error, and fill their positions; those left over try again. Who changes jobs leaves a position that is advertised in the next round if the firm still wants it.
//!
//! ```text
//! P(a position suits) = ψ · (1 − δ)^min(d, d̄),   d quarters out of work, zero for the employed
//! offer = w_f · p_k · (1 + b_f) · s',   s' = s, in a new class s · (1 − loss) · min(1, p_old / p_k),   score = β · ln s' + logistic error
//! ```
//!
//! w `Staff::posted_wage`; p `TaskPremia`; b `Staff::innovator_premium`, in its class only; s `Person::skill`; β `selectivity`. A position costs the firm the same place
//! whoever holds it, and pay is per efficiency unit, so productivity per yuan of the place rises with skill.
//! A look that meets an empty list at home goes to other regions: otherwise a market of few agents, in which positions come whole
//! and most lists are empty, would match worse than a large one for no other reason than the size of agents (Shimer 2007 on
//! mismatch among small markets). Who takes such a job keeps home and region, as migrant workers do.
//! Source: search with m draws after Stigler (1961) and Burdett & Judd (1983), applications and ranking after
//! Blanchard & Diamond (1994), on-the-job search Burdett & Mortensen (1998); callbacks by duration
//! Kroft, Lange & Notowidigdo (2013). Departures: no bargaining over the single match.
//! Afterwards skills move (`skills`) and reservation wages fall with the spell.
//! Reads `Identity`, `TaskPremia`, `Structure`; writes `Person`, `Job`, `Staff`, `Tally`.
//! Draws: `Stream::JobSearch` (search), `Stream::JobAcceptance` (error of the ranking).
//! Not here yet: search in other regions for better pay (that is `Migration`), networks, advertising, working hours in offers.

use super::payroll::{end_job, join, leave, number, replace, rows};
use super::search::{Application, Offer, Openings, best, by_payroll};
use super::skills::update_skills;
use super::task_premia::TaskPremia;
use crate::agents::{Identity, Job, NOBODY, Person, Staff, Status, TASKS};
use crate::engine::{CHUNK, Clock, Mechanism, Stream, StreamKey, Systems, Tally};
use crate::engine::{Switch, Switches};
use crate::structure::Structure;
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;
use rayon::prelude::*;

parameters! {
    /// Search, hiring and skills.
    pub struct Parameters {
        /// Positions that a searcher looks at in a round (assumed; about four make offers compete without a full overview).
        applications: i64 = 4, "positions", 1..=50;
        /// Rounds a quarter (assumed: a position is filled or lost within three to four weeks).
        rounds: i64 = 4, "rounds", 1..=20;
        /// Chance that a position suits the searcher: set to the job-finding rate of labour.csv, 0.15 a month or 0.386 a quarter, before callbacks fell with the spell; with that `quick` finds 0.35 in the first year and 0.43 in years 2 to 10.
        suitability: f64 = 0.1, "share", 0.01..=1.0;
        /// Fall of the chance that an employer calls back with each quarter out of work: from 7 to 4 % within eight months (Kroft, Lange & Notowidigdo 2013, figure 2); zero without duration dependence beyond skill.
        duration_stigma: f64 = 0.19, "per quarter", 0.0..=1.0;
        /// Quarters out of work after which callbacks fall no further: eight months (Kroft, Lange & Notowidigdo 2013).
        stigma_horizon: i64 = 3, "quarters", 0..=100;
        /// Employed who look for another job off the farm: firm-level turnover with job changes is about 1.5 % a month (labour.csv), half of it changes (assumed).
        on_the_job_search: f64 = 0.1, "share per quarter", 0.0..=1.0;
        /// Employed who look for another job on farms (assumed: low; land use rights and registration tie).
        farm_on_the_job_search: f64 = 0.005, "share per quarter", 0.0..=1.0;
        /// Gain over the present wage that the employed want (assumed; costs of changing).
        job_change_premium: f64 = 0.05, "share", 0.0..=2.0;
        /// Looks at positions of other regions by those who find none of their class in their own (assumed: all; Marinescu & Rathelot 2018 find that applicants look further away where little is near; 67.5 million of China's rural migrants worked in another province in 2023, NBS).
        beyond_region: f64 = 1.0, "share of looks", 0.0..=1.0;
        /// Applications of the unemployed that go to any class of the region (assumed).
        other_class_share: f64 = 0.05, "share", 0.0..=1.0;
        /// Skill lost in a new task class (assumed; Gathmann & Schönberg 2010: a third of wage growth is task-specific).
        class_change_loss: f64 = 0.2, "share", 0.0..=1.0;
        /// Weight of skill in ranking applicants against the error of judgement (assumed).
        selectivity: f64 = 1.0, "per log point", 0.0..=20.0;
        /// Fall of the reservation wage in unemployment (assumed; Krueger & Mueller 2016 find little, benefits end after a year or two).
        reservation_decline: f64 = 0.1, "per quarter", 0.0..=1.0;
        /// Skill lost out of work (assumed: 8 % a year; displaced workers' losses of 5 to 30 % in labour.csv).
        skill_decay: f64 = 0.02, "per quarter", 0.0..=0.5;
        /// Part of talent that is never lost (assumed).
        skill_floor: f64 = 0.5, "share", 0.0..=1.0;
        /// Speed at which skill comes back in work (assumed: half in seven quarters).
        skill_recovery: f64 = 0.1, "per quarter", 0.001..=1.0;
        /// Separation rate at which skills keep their mean: parameters.csv, 0.0082 a month.
        reference_separation: f64 = 0.0246, "per quarter", 0.001..=0.5;
    }
}

/// Search and hiring.
pub struct JobMatching;

impl Mechanism for JobMatching {
    const NAME: &'static str = "job_matching";
    const SWITCHES: Switches = Switches::Of(&[
        Switch {
            part: "choice of positions and of applicants",
            off: &["job_matching.applications=1", "job_matching.suitability=0.3439", "job_matching.selectivity=0.0"],
            instead: "searchers look at one position a round, as likely to suit as one of four, and firms take applicants by lot",
        },
        Switch {
            part: "search on the job",
            off: &["job_matching.on_the_job_search=0.0", "job_matching.farm_on_the_job_search=0.0"],
            instead: "only people out of work search",
        },
        Switch {
            part: "search beyond the region",
            off: &["job_matching.beyond_region=0.0"],
            instead: "who finds no position at home looks no further",
        },
        Switch {
            part: "loss of skill",
            off: &["job_matching.skill_decay=0.0"],
            instead: "nobody forgets out of work, and experience adds nothing to talent",
        },
    ]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        (match_workers_and_jobs, update_skills, lower_reservations).chain()
    }
}

/// Skill in a class: in a new one the value of what was learnt carries over less a loss, so a newcomer to a better paid
/// class starts as a beginner, and nobody is better in a simpler class than in the own one.
#[must_use]
pub fn skill_in_class(person: &Person, task: u8, premium: &[f32; TASKS], loss: f32) -> f32 {
    let (old, new) = (usize::from(person.task), usize::from(task));
    if old == new { person.skill } else { person.skill * (1.0 - loss) * (premium[old] / premium[new]).min(1.0) }
}

/// Chance of a callback over that of the newly unemployed, after a spell in quarters.
#[must_use]
pub fn callback(p: &Parameters, spell: u16) -> f64 {
    let quarters = i64::from(spell).min(p.stigma_horizon);
    (0..quarters).fold(1.0, |chance, _| chance * (1.0 - p.duration_stigma))
}

/// How a firm ranks an applicant: log skill and a logistic error from a uniform draw.
#[must_use]
pub fn score(skill: f32, selectivity: f64, uniform: f64) -> f64 {
    let u = uniform.clamp(1e-12, 1.0 - 1e-12);
    selectivity * libm::log(f64::from(skill).max(1e-6)) + libm::log(u / (1.0 - u))
}

/// What a round of search reads; nothing in it changes while searchers decide.
struct Round<'a> {
    parameters: &'a Parameters,
    persons: &'a [Person],
    jobs: &'a [Job],
    offers: &'a [Offer],
    openings: &'a Openings,
    premium: [f32; TASKS],
    search: StreamKey,
    acceptance: StreamKey,
    number: u64,
}

impl Round<'_> {
    /// The best of the positions that a searcher looks at, if any is good enough.
    #[allow(clippy::cast_possible_truncation, reason = "wages are stored in single precision")]
    fn apply(&self, worker: u32) -> Option<Application> {
        let (person, job) = (&self.persons[worker as usize], &self.jobs[worker as usize]);
        let p = self.parameters;
        let employed = job.employer != NOBODY;
        let mut draws = self.search.agent_round(u64::from(worker), self.number);
        let elsewhere = !employed && draws.chance(p.other_class_share);
        let wanted = if employed { job.wage * (1.0 + p.job_change_premium) as f32 } else { job.reservation_wage };
        let suitability = p.suitability * if employed { 1.0 } else { callback(p, job.spell) };
        let mut choice: Option<(u32, f32, f32)> = None;
        for _ in 0..p.applications {
            let task = (!elsewhere).then_some(person.task);
            let Some(payroll) = self.openings.draw(person.region, task, p.beyond_region, &mut draws) else { continue };
            let suits = draws.chance(suitability);
            let (firm, task) = (payroll as usize / TASKS, payroll as usize % TASKS);
            let skill = skill_in_class(person, task as u8, &self.premium, p.class_change_loss as f32);
            let wage = self.offers[firm].wage(task, &self.premium) * skill;
            let better = choice.is_none_or(|(_, w, _)| wage > w);
            if suits && better && wage >= wanted && firm != job.employer as usize {
                choice = Some((payroll, wage, skill));
            }
        }
        let (payroll, _, skill) = choice?;
        let error = self.acceptance.agent_round(u64::from(worker), self.number).uniform();
        Some(Application { payroll, worker, score: score(skill, p.selectivity, error) })
    }
}

/// Who searches: the unemployed and a draw of the employed.
fn searchers(parameters: &Parameters, persons: &[Person], jobs: &[Job], offers: &[Offer], key: StreamKey) -> Vec<u32> {
    let of_chunk = |(c, (persons, jobs)): (usize, (&[Person], &[Job]))| {
        let looks = |(i, (person, job)): (usize, (&Person, &Job))| {
            let worker = number(c * CHUNK + i);
            let search = if job.employer == NOBODY {
                person.status == Status::Unemployed
            } else {
                let farm = offers[job.employer as usize].farm;
                let share = if farm { parameters.farm_on_the_job_search } else { parameters.on_the_job_search };
                key.agent(u64::from(worker)).chance(share)
            };
            search.then_some(worker)
        };
        persons.iter().zip(jobs).enumerate().filter_map(looks).collect::<Vec<u32>>()
    };
    persons.par_chunks(CHUNK).zip(jobs.par_chunks(CHUNK)).enumerate().map(of_chunk).collect::<Vec<_>>().concat()
}

fn match_workers_and_jobs(
    parameters: Res<Parameters>,
    (clock, structure, premia): (Res<Clock>, Res<Structure>, Res<TaskPremia>),
    mut tally: ResMut<Tally>,
    mut workers: Query<(&mut Person, &mut Job)>,
    mut firms: Query<(&Identity, &mut Staff)>,
) {
    let mut market = Market::open(&parameters, &structure, &premia, &clock, firms.iter_mut());
    tally.vacancies += market.vacancies();
    for (persons, jobs) in workers.contiguous_iter_mut().expect("workers live in tables") {
        let (persons, jobs) = (rows(persons), rows(jobs));
        let mut searching = searchers(&parameters, persons, jobs, &market.offers, market.search);
        tally.searchers += searching.iter().filter(|w| jobs[**w as usize].employer == NOBODY).count() as u64;
        for round in 0..u64::try_from(parameters.rounds).unwrap_or(0) {
            let hired = market.round(round, &searching, persons, jobs, &mut tally);
            if hired.is_empty() && market.vacancies() == 0 {
                break;
            }
            searching.retain(|worker| hired.binary_search(worker).is_err());
        }
    }
    tally.unfilled += market.close();
}

/// Firms' side of the market.
struct Market<'a> {
    parameters: &'a Parameters,
    regions: usize,
    premium: [f32; TASKS],
    firms: Vec<(Identity, Mut<'a, Staff>)>,
    offers: Vec<Offer>,
    search: StreamKey,
    acceptance: StreamKey,
}

impl<'a> Market<'a> {
    #[allow(clippy::cast_possible_truncation, reason = "wages are stored in single precision")]
    fn open<'b: 'a>(
        parameters: &'a Parameters,
        structure: &Structure,
        premia: &TaskPremia,
        clock: &Clock,
        firms: impl Iterator<Item = (&'b Identity, Mut<'b, Staff>)>,
    ) -> Self {
        let firms: Vec<(Identity, Mut<'a, Staff>)> = firms
            .map(|(identity, mut staff)| {
                staff.hires = 0;
                (*identity, staff)
            })
            .collect();
        let offer = |(identity, staff): &(Identity, Mut<Staff>)| Offer {
            posted: staff.posted_wage as f32,
            innovators: staff.innovator_premium as f32,
            farm: usize::from(identity.sector) == structure.agriculture,
        };
        Self {
            parameters,
            regions: structure.region_count(),
            premium: premia.premium.map(|p| p as f32),
            offers: firms.iter().map(offer).collect(),
            firms,
            search: clock.key(Stream::JobSearch),
            acceptance: clock.key(Stream::JobAcceptance),
        }
    }

    /// Positions open at firms in business.
    fn vacancies(&self) -> u64 {
        let active = self.firms.iter().filter(|(identity, _)| identity.active());
        active.map(|(_, staff)| staff.vacancies.iter().map(|v| u64::from(*v)).sum::<u64>()).sum()
    }

    /// One round; returns the hired in order of rows.
    fn round(
        &mut self,
        number: u64,
        searching: &[u32],
        persons: &mut [Person],
        jobs: &mut [Job],
        tally: &mut Tally,
    ) -> Vec<u32> {
        let openings = Openings::list(self.regions, self.firms.iter().map(|(identity, staff)| (identity, &**staff)));
        if openings.count() == 0 {
            return Vec::new();
        }
        let round = Round {
            parameters: self.parameters,
            persons,
            jobs,
            offers: &self.offers,
            openings: &openings,
            premium: self.premium,
            search: self.search,
            acceptance: self.acceptance,
            number: number + 1,
        };
        let of_chunk = |chunk: &[u32]| chunk.iter().filter_map(|w| round.apply(*w)).collect::<Vec<_>>();
        let applications: Vec<Application> = searching.par_chunks(CHUNK).map(of_chunk).collect::<Vec<_>>().concat();
        let (mut grouped, starts) = by_payroll(&applications, self.firms.len() * TASKS);
        let mut hired = Vec::new();
        for payroll in 0..self.firms.len() * TASKS {
            let group = &mut grouped[starts[payroll] as usize..starts[payroll + 1] as usize];
            let positions = self.firms[payroll / TASKS].1.vacancies[payroll % TASKS] as usize;
            for application in best(group, positions) {
                let worker = application.worker as usize;
                self.hire(payroll, &mut persons[worker], &mut jobs[worker], tally);
                hired.push(application.worker);
            }
        }
        hired.sort_unstable();
        hired
    }

    /// Ends the old job, if any, and begins the new one.
    #[allow(clippy::cast_possible_truncation, reason = "task classes; wages in single precision")]
    fn hire(&mut self, payroll: usize, person: &mut Person, job: &mut Job, tally: &mut Tally) {
        let (firm, task) = (payroll / TASKS, (payroll % TASKS) as u8);
        if job.employer == NOBODY {
            tally.hires_from_unemployment += 1;
        } else {
            let old = &mut self.firms[job.employer as usize].1;
            leave(old, person.task, person.skill);
            replace(old, person.task);
            end_job(job);
            tally.hires_from_jobs += 1;
        }
        person.skill = skill_in_class(person, task, &self.premium, self.parameters.class_change_loss as f32);
        person.task = task;
        person.status = Status::Employed;
        let staff = &mut self.firms[firm].1;
        join(staff, task, person.skill);
        staff.vacancies[usize::from(task)] -= 1;
        staff.hires += 1;
        job.employer = number(firm);
        job.wage = self.offers[firm].wage(usize::from(task), &self.premium) * person.skill;
        job.spell = 0;
        job.farm = u8::from(self.offers[firm].farm);
    }

    /// Notes what stayed open.
    fn close(mut self) -> u64 {
        for (_, staff) in &mut self.firms {
            staff.unfilled = staff.vacancies.iter().sum();
        }
        self.vacancies()
    }
}

#[allow(clippy::cast_possible_truncation, reason = "wages are stored in single precision")]
fn lower_reservations(parameters: Res<Parameters>, mut workers: Query<(&Person, &mut Job)>) {
    let factor = (1.0 - parameters.reservation_decline) as f32;
    for (persons, jobs) in workers.contiguous_iter_mut().expect("workers live in tables") {
        persons.par_chunks(CHUNK).zip(rows(jobs).par_chunks_mut(CHUNK)).for_each(|(persons, jobs)| {
            for (person, job) in persons.iter().zip(jobs) {
                if person.status == Status::Unemployed {
                    job.reservation_wage *= factor;
                }
            }
        });
    }
}

/// Chance of finding work in a quarter at a tightness: one searcher in `1 / (1 + 1/θ)`, the urn-ball form's first order.
#[must_use]
pub fn finding_chance(tightness: f64) -> f64 {
    let t = tightness.max(0.0);
    t / (1.0 + t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mechanisms::labour::testing;

    #[test]
    fn callbacks_fall_with_the_spell_for_a_while() {
        let p = Parameters { duration_stigma: 0.2, stigma_horizon: 3, ..Parameters::default() };
        assert!((callback(&p, 2) - 0.64).abs() < 1e-12);
        assert!((callback(&p, 40) - 0.512).abs() < 1e-12);
        assert_eq!(callback(&Parameters { duration_stigma: 0.0, ..p }, 40), 1.0);
    }

    #[test]
    fn scores_rise_with_skill_and_have_a_logistic_error() {
        assert!((score(1.0, 1.0, 0.5)).abs() < 1e-12);
        assert!((score(2.0, 1.0, 0.5) - libm::log(2.0)).abs() < 1e-9);
        // The better of two with skills 2 and 1 wins with probability 2/3 for Gumbel errors; logistic errors soften it.
        let key = StreamKey::new(1, 1, Stream::JobAcceptance);
        let wins = (0..100_000).filter(|i| {
            let mut d = key.agent(*i);
            score(2.0, 1.0, d.uniform()) > score(1.0, 1.0, d.uniform())
        });
        let share = wins.count() as f64 / 1e5;
        assert!((0.58..0.65).contains(&share), "{share}");
    }

    #[test]
    fn a_new_class_costs_skill() {
        let person = Person { skill: 1.5, task: 1, ..Person::default() };
        let premium = [0.5, 1.0, 2.0, 1.0];
        assert!((skill_in_class(&person, 1, &premium, 0.2) - 1.5).abs() < 1e-6);
        assert!((skill_in_class(&person, 3, &premium, 0.2) - 1.2).abs() < 1e-6);
        assert!((skill_in_class(&person, 2, &premium, 0.2) - 0.6).abs() < 1e-6);
        assert!((skill_in_class(&person, 0, &premium, 0.2) - 1.2).abs() < 1e-6);
        assert!((finding_chance(0.5) - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn hires_never_exceed_positions_and_payrolls_stay_true() {
        let mut world = testing::world(4000, 12, 2);
        let slot = testing::largest_payroll(&mut world);
        testing::staff_mut(&mut world, slot.0, |staff| staff.vacancies[slot.1] = 3);
        let before = testing::staff(&mut world);
        testing::run::<JobMatching>(&mut world, 1);
        let after = testing::staff(&mut world);
        let tally = world.resource::<Tally>().clone();
        assert!(after[slot.0].heads[slot.1] <= before[slot.0].heads[slot.1] + 3);
        assert_eq!(after[slot.0].unfilled, after[slot.0].vacancies.iter().sum::<u32>());
        let heads = |all: &[Staff]| all.iter().map(|s| u64::from(s.heads.iter().sum::<u32>())).sum::<u64>();
        assert_eq!(heads(&after), heads(&before) + tally.hires_from_unemployment);
        assert!(tally.hires_from_unemployment > 0);
        assert!(testing::gaps(&mut world).is_empty());
    }

    #[test]
    fn people_of_a_region_without_positions_find_work_in_others() {
        let hired_from_afar = |beyond_region: f64| {
            let mut world = testing::world(4000, 12, 2);
            world.insert_resource(Parameters { beyond_region, suitability: 1.0, ..Parameters::default() });
            let region: Vec<u8> = world.query::<&Identity>().iter(&world).map(|i| i.region).collect();
            let slot = testing::largest_payroll(&mut world);
            testing::staff_mut(&mut world, slot.0, |staff| staff.vacancies[slot.1] = 1000);
            testing::run::<JobMatching>(&mut world, 1);
            assert!(testing::gaps(&mut world).is_empty());
            let works_afar =
                |w: &&testing::Worker| w.1.employer != NOBODY && region[w.1.employer as usize] != w.0.region;
            testing::workers(&mut world).iter().filter(works_afar).count()
        };
        let (none, half, all) = (hired_from_afar(0.0), hired_from_afar(0.05), hired_from_afar(1.0));
        assert!(none == 0 && half > 0 && all > half, "{none} {half} {all}");
    }

    #[test]
    fn nobody_takes_work_below_the_reservation_wage() {
        let mut world = testing::world(400, 12, 3);
        testing::each_job(&mut world, |job| job.reservation_wage = 1e9);
        let slot = testing::largest_payroll(&mut world);
        testing::staff_mut(&mut world, slot.0, |staff| staff.vacancies[slot.1] = 3);
        testing::run::<JobMatching>(&mut world, 1);
        assert_eq!(world.resource::<Tally>().hires_from_unemployment, 0);
    }
}
