//! What statistics remember of a fixed sample of workers: earnings of two years, spells, and pairs of a displaced worker and a stayer.
//!
//! The sample is drawn once, by a hash of the worker's number, and holds everybody where there are no more than [`SAMPLE`]. Each quarter it tells
//! tenure, and job finding by duration: the unemployed of the last quarter who have a job now, by how long they had been unemployed. Composition is
//! part of it: those who find work quickly leave.
//!
//! **Displaced workers** (Jacobson, `LaLonde` & Sullivan 1993; von Wachter, Song & Manchester 2009): people of 25 to 50 who had been with
//! their firm for at least three years and lost the job in the quarter because the firm closed or dismissed them with severance. Each is
//! paired with a stayer: same task class and age group, mean earnings of the last two years within a ninth, three years of tenure, still with
//! the firm at the end of the quarter. Both are followed from 8 quarters before to 40 after, whatever happens to the stayer later, and until one of them dies, retires or leaves the labour force.
//! Earnings are the wage at contracted hours (overtime left out), zero without a job, severance and benefits not counted, relative to the mean wage of the quarter.

use crate::agents::firm::Life;
use crate::agents::{Identity, Job, NOBODY, Operations, Person, Status, TASKS};
use crate::mechanisms::labour::Dismissals;
use bevy_ecs::prelude::{Resource, World};

/// Most workers of the sample, about.
pub const SAMPLE: usize = 50_000;
/// Quarters before the loss of a job that are shown.
pub const BEFORE: usize = 8;
/// Quarters after it.
pub const AFTER: usize = 40;
/// Quarters that the event study shows: before, that of the loss, after.
pub const EVENT_QUARTERS: usize = BEFORE + 1 + AFTER;
/// Quarters of earnings kept.
const KEPT: usize = BEFORE + 1;
/// Least tenure of displaced workers and of stayers \[quarters\].
const TENURE: u16 = 12;
/// Ages of displaced workers and of stayers \[quarters\]; where the older group begins.
const AGES: (u16, u16, u16) = (25 * 4, 38 * 4, 51 * 4);
/// Classes of duration of unemployment, by their first quarter.
pub const DURATIONS: [u16; 7] = [0, 1, 2, 3, 4, 6, 8];
/// Classes of earnings: eight an octave, from a sixteenth to sixteen times the mean wage.
const EARNINGS: usize = 64;
/// Stayers kept for a class.
const CHOICES: usize = 4;

/// A worker of the sample.
#[derive(Clone, Copy, Debug, Default, serde::Serialize, serde::Deserialize)]
struct Past {
    employer: u32,
    spell: u16,
    age: u16,
    status: Status,
    /// Quarters that are known of this person, up to those kept.
    known: u8,
    /// Earnings over the mean wage, by tick modulo the quarters kept.
    earnings: [f32; KEPT],
}

/// A displaced worker and a stayer, by their places in the sample.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
struct Pair {
    displaced: u32,
    stayer: u32,
    /// Quarters since the loss.
    quarter: u8,
}

/// What is remembered of workers.
#[derive(Clone, Debug, Default, Resource, serde::Serialize, serde::Deserialize)]
pub struct WorkerHistory {
    /// Rows of the workers in the sample.
    rows: Vec<u32>,
    past: Vec<Past>,
    /// Slots of the firms that closed at the end of the last quarter.
    closed: Vec<u32>,
    pairs: Vec<Pair>,
}

/// Sums over pairs at a distance from the loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EventQuarter {
    /// Pairs.
    pub pairs: f64,
    /// Sum of earnings of the displaced \[mean wages\].
    pub displaced: f64,
    /// Sum of earnings of the stayers.
    pub stayers: f64,
    /// Displaced who have a job.
    pub employed: f64,
}

/// What the quarter shows.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct WorkerDynamics {
    /// By distance from the loss, from [`BEFORE`] quarters before it.
    pub events: Vec<EventQuarter>,
    /// Unemployed of the last quarter and hired of them, by duration.
    pub finding: [[f64; 2]; DURATIONS.len()],
    /// Employed in the sample, sum of their tenures \[quarters\], below one year, ten years and more.
    pub tenure: [f64; 4],
    /// Workers of the sample.
    pub sample: f64,
}

/// A firm as its staff sees it.
#[derive(Clone, Copy, Default)]
struct Employer {
    active: bool,
    hours: f32,
}

/// A hash of a worker's number that has nothing to do with draws.
const fn hash(row: u32) -> u32 {
    let x = (row ^ 0x5bd1_e995).wrapping_mul(0x9e37_79b1);
    let x = (x ^ (x >> 15)).wrapping_mul(0x85eb_ca77);
    x ^ (x >> 13)
}

/// Class of a stayer or displaced worker: task, age group, earnings.
fn class(task: u8, age: u16, earnings: f32) -> usize {
    // Sign aside, the first bits of a positive number count octaves and eighths of an octave.
    let octaves = (earnings.to_bits() >> 20) as usize;
    let from = (0.0625f32.to_bits() >> 20) as usize;
    let place = octaves.saturating_sub(from).min(EARNINGS - 1);
    (usize::from(task) * 2 + usize::from(age >= AGES.1)) * EARNINGS + place
}

impl Past {
    /// Mean earnings of the quarters before `tick`.
    #[allow(clippy::cast_precision_loss, reason = "eight quarters")]
    fn mean(&self, tick: usize) -> f32 {
        let sum: f32 = (0..KEPT).filter(|place| *place != tick % KEPT).map(|place| self.earnings[place]).sum();
        sum / BEFORE as f32
    }

    /// Earnings so many quarters before `tick`.
    fn before(&self, tick: usize, quarters: usize) -> f64 {
        f64::from(self.earnings[(tick + KEPT - quarters) % KEPT])
    }

    fn in_labour_force(&self) -> bool {
        matches!(self.status, Status::Employed | Status::Unemployed | Status::Training)
    }
}

/// Who was displaced and who could be the stayer of a class.
struct Found {
    displaced: Vec<(u32, usize)>,
    stayers: Vec<u32>,
}

impl WorkerHistory {
    /// Takes in the quarter; the first call draws the sample.
    ///
    /// # Panics
    /// If workers' components are not stored in tables.
    pub fn observe(&mut self, world: &mut World, tick: usize, mean_wage: f64) -> WorkerDynamics {
        let mut firms = world.query::<(&Identity, &Operations)>();
        let employer = |(identity, o): (&Identity, &Operations)| {
            #[allow(clippy::cast_possible_truncation, reason = "hours over normal")]
            let hours = if o.contract_hours > 0.0 { o.contract_hours as f32 } else { 1.0 };
            Employer { active: identity.life == Life::Active, hours }
        };
        let board: Vec<Employer> = firms.iter(world).map(employer).collect();
        let mut dismissed: Vec<u32> = world
            .get_resource::<Dismissals>()
            .map(|list| list.0.iter().map(|dismissal| dismissal.worker).collect())
            .unwrap_or_default();
        dismissed.sort_unstable();
        let mut query = world.query::<(&Person, &Job)>();
        let mut tables = query.contiguous_iter(world).expect("workers' components lie in tables");
        let Some((persons, jobs)) = tables.next() else { return WorkerDynamics::default() };
        if self.rows.is_empty() {
            self.draw(persons.len());
        }
        let mut shown = WorkerDynamics::default();
        let found = self.look(tick, mean_wage, (persons, jobs), (&board, &dismissed), &mut shown);
        self.closed = (0..).zip(&board).filter(|(_, firm)| !firm.active).map(|(slot, _)| slot).collect();
        shown.events = self.follow(tick, &found);
        shown
    }

    fn draw(&mut self, workers: usize) {
        let step = u32::try_from(workers.div_ceil(SAMPLE).max(1)).unwrap_or(u32::MAX);
        self.rows =
            (0..u32::try_from(workers).unwrap_or(u32::MAX)).filter(|row| hash(*row).is_multiple_of(step)).collect();
        self.past = vec![Past::default(); self.rows.len()];
    }

    /// One pass over the sample: what became of everybody since the last quarter.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "earnings in single precision")]
    fn look(
        &mut self,
        tick: usize,
        mean_wage: f64,
        (persons, jobs): (&[Person], &[Job]),
        (board, dismissed): (&[Employer], &[u32]),
        shown: &mut WorkerDynamics,
    ) -> Found {
        let unit = (1.0 / mean_wage) as f32;
        let mut found = Found { displaced: Vec::new(), stayers: vec![NOBODY; TASKS * 2 * EARNINGS * CHOICES] };
        shown.sample = self.rows.len() as f64;
        for ((place, row), past) in (0u32..).zip(&self.rows).zip(&mut self.past) {
            let (person, job) = (&persons[*row as usize], &jobs[*row as usize]);
            let heir = person.age < past.age;
            let works = person.status == Status::Employed;
            if tick > 0 && !heir {
                if past.status == Status::Unemployed {
                    let duration = DURATIONS.iter().rposition(|first| past.spell >= *first).unwrap_or(0);
                    shown.finding[duration][0] += 1.0;
                    shown.finding[duration][1] += f64::from(u8::from(works));
                }
                let experienced = past.status == Status::Employed
                    && past.spell >= TENURE
                    && usize::from(past.known) >= BEFORE
                    && (AGES.0..AGES.2).contains(&person.age);
                if experienced {
                    let stays = works && job.employer == past.employer;
                    let lost = !stays
                        && (self.closed.binary_search(&past.employer).is_ok() || dismissed.binary_search(row).is_ok());
                    let class = class(person.task, person.age, past.mean(tick));
                    if lost {
                        found.displaced.push((place, class));
                    } else if stays {
                        let choice = &mut found.stayers[class * CHOICES + (hash(place) as usize + tick) % CHOICES];
                        let rank = |place: u32| hash(place ^ (tick as u32).wrapping_mul(0x9e37_79b1));
                        if *choice == NOBODY || rank(place) < rank(*choice) {
                            *choice = place;
                        }
                    }
                }
            }
            if works {
                shown.tenure[0] += 1.0;
                shown.tenure[1] += f64::from(job.spell);
                shown.tenure[2] += f64::from(u8::from(job.spell < 4));
                shown.tenure[3] += f64::from(u8::from(job.spell >= 40));
            }
            let hours = board.get(job.employer as usize).map_or(1.0, |firm| firm.hours);
            past.earnings[tick % KEPT] = if works { job.wage * hours * unit } else { 0.0 };
            past.known = if heir { 1 } else { past.known.saturating_add(1) };
            (past.employer, past.spell, past.age, past.status) = (job.employer, job.spell, person.age, person.status);
        }
        found
    }

    /// Pairs that begin and pairs that go on.
    fn follow(&mut self, tick: usize, found: &Found) -> Vec<EventQuarter> {
        let mut events = vec![EventQuarter::default(); EVENT_QUARTERS];
        for (displaced, class) in &found.displaced {
            let choices = &found.stayers[class * CHOICES..(class + 1) * CHOICES];
            let first = hash(*displaced) as usize;
            let stayer = (0..CHOICES).map(|n| choices[(first + n) % CHOICES]).find(|stayer| *stayer != NOBODY);
            let Some(stayer) = stayer else { continue };
            for (quarter, event) in events.iter_mut().take(BEFORE).enumerate() {
                let at = |place: u32| self.past[place as usize].before(tick, BEFORE - quarter);
                event.add(at(*displaced), at(stayer));
            }
            self.pairs.push(Pair { displaced: *displaced, stayer, quarter: 0 });
        }
        let past = &self.past;
        self.pairs.retain_mut(|pair| {
            let (displaced, stayer) = (&past[pair.displaced as usize], &past[pair.stayer as usize]);
            let alive = |worker: &Past| usize::from(worker.known) > usize::from(pair.quarter).min(BEFORE);
            let both = [displaced, stayer].iter().all(|worker| worker.in_labour_force() && alive(worker));
            if !both {
                return false;
            }
            events[BEFORE + usize::from(pair.quarter)].add(displaced.before(tick, 0), stayer.before(tick, 0));
            pair.quarter += 1;
            usize::from(pair.quarter) <= AFTER
        });
        events
    }
}

impl EventQuarter {
    fn add(&mut self, displaced: f64, stayer: f64) {
        self.pairs += 1.0;
        self.displaced += displaced;
        self.stayers += stayer;
        self.employed += f64::from(u8::from(displaced > 0.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A history of workers with the same task, age and earnings, on one firm for five years.
    struct Case {
        history: WorkerHistory,
        persons: Vec<Person>,
        jobs: Vec<Job>,
        tick: usize,
    }

    impl Case {
        fn new(workers: usize) -> Self {
            let person = Person { age: 120, status: Status::Employed, ..Person::default() };
            let job = Job { employer: 0, wage: 100.0, spell: 20, ..Job::default() };
            let mut history = WorkerHistory::default();
            history.draw(workers);
            Self { history, persons: vec![person; workers], jobs: vec![job; workers], tick: 0 }
        }

        fn quarter(&mut self, dismissed: &[u32]) -> WorkerDynamics {
            let board = [Employer { active: true, hours: 1.0 }; 2];
            let mut shown = WorkerDynamics::default();
            let rows = (self.persons.as_slice(), self.jobs.as_slice());
            let found = self.history.look(self.tick, 100.0, rows, (&board, dismissed), &mut shown);
            shown.events = self.history.follow(self.tick, &found);
            self.tick += 1;
            self.jobs.iter_mut().for_each(|job| job.spell += 1);
            shown
        }
    }

    #[test]
    fn a_sample_holds_all_of_a_few_and_some_of_many() {
        let mut history = WorkerHistory::default();
        history.draw(SAMPLE);
        assert_eq!(history.rows.len(), SAMPLE);
        history.draw(4 * SAMPLE);
        let share = history.rows.len() as f64 / SAMPLE as f64;
        assert!((share - 1.0).abs() < 0.05, "{share}");
    }

    #[test]
    fn a_displaced_worker_is_followed_beside_a_stayer() {
        let mut case = Case::new(10);
        for _ in 0..9 {
            assert!(case.quarter(&[]).events.iter().all(|event| event.pairs == 0.0));
        }
        // Worker 3 is dismissed, out of work for a quarter, and then earns two thirds.
        let lose = |case: &mut Case, status, wage, employer| {
            case.persons[3].status = status;
            case.jobs[3] = Job { employer, wage, spell: 0, ..Job::default() };
        };
        lose(&mut case, Status::Unemployed, 100.0, NOBODY);
        let shown = case.quarter(&[3]);
        for event in &shown.events[..BEFORE] {
            assert_eq!((event.pairs, event.displaced, event.stayers), (1.0, 1.0, 1.0));
        }
        assert_eq!((shown.events[BEFORE].displaced, shown.events[BEFORE].stayers), (0.0, 1.0));
        lose(&mut case, Status::Employed, 66.0, 1);
        let shown = case.quarter(&[]);
        assert_eq!(shown.finding[0], [1.0, 1.0]);
        for distance in 1..=AFTER {
            let shown = if distance == 1 { shown.clone() } else { case.quarter(&[]) };
            let event = &shown.events[BEFORE + distance];
            assert!((event.displaced - 0.66).abs() < 1e-6 && event.employed == 1.0 && event.pairs == 1.0, "{distance}");
        }
        assert!(case.quarter(&[]).events.iter().all(|event| event.pairs == 0.0), "ten years are over");
        // Half of the others' tenure reached ten years.
        assert!(case.quarter(&[]).tenure[3] > 0.0);
    }

    #[test]
    fn a_pair_ends_when_one_of_them_leaves_the_labour_force_and_an_heir_is_somebody_else() {
        for (status, age) in [(Status::Retired, 122), (Status::Employed, 64)] {
            let mut case = Case::new(2);
            (0..9).for_each(|_| drop(case.quarter(&[])));
            case.persons[0].status = Status::Unemployed;
            case.jobs[0] = Job { employer: NOBODY, ..Job::default() };
            assert_eq!(case.quarter(&[0]).events[BEFORE].pairs, 1.0);
            (case.persons[1].status, case.persons[1].age) = (status, age);
            assert!(case.quarter(&[]).events.iter().all(|event| event.pairs == 0.0), "{status:?}");
        }
    }

    #[test]
    fn quits_and_short_tenures_are_no_displacement() {
        let mut case = Case::new(4);
        (0..9).for_each(|_| drop(case.quarter(&[])));
        case.persons[0].status = Status::Unemployed;
        case.jobs[0] = Job { employer: NOBODY, ..Job::default() };
        assert_eq!(case.quarter(&[]).events[BEFORE].pairs, 0.0);
    }

    #[test]
    fn classes_of_earnings_are_a_ninth_wide() {
        let bin = |x: f32| class(0, 100, x);
        assert_eq!(bin(1.0), bin(1.12));
        assert_ne!(bin(1.0), bin(1.13));
        assert!(bin(0.01) == 0 && bin(100.0) == EARNINGS - 1 && class(3, 200, 100.0) == TASKS * 2 * EARNINGS - 1);
    }
}
