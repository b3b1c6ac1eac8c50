//! Demography: people age, die and are followed by the young; they enter the labour force and withdraw from it.
//!
//! Every worker ages one quarter and dies with the hazard of the age; an heir of 16 takes over household, home, debts and
//! deposits, with a talent and a task class drawn anew. Those outside the labour force start looking for work and
//! those inside withdraw with the hazards that keep participation by age; the retired do not come back. Positions that fall
//! vacant are advertised again if the firm still wants them.
//!
//! ```text
//! a ← a + 1;   P(death) = d(a);   P(entry) = e(a);   P(withdrawal) = w(a)
//! ```
//!
//! d, e, w `LifeTable`. Source: deaths and employment by age of `data/population.csv`; renewal one for one as in
//! overlapping-generations models in continuous time (Yaari 1965, Blanchard 1985), with hazards by age.
//! Departures: the number of adults is constant, so the age structure moves from that of 2023 to the stationary one.
//! This is also where `Job::spell` of everybody is raised, once a tick, whether or not demography is switched on.
//! Reads `LifeTable`, `TaskDistribution`, `Indicators`; writes `Person`, `Job`, `Staff`, `Ledger`, `Tally`.
//! Draws: `Stream::Ageing`.
//! Not here yet: births and a changing number of adults; schooling; the sexes; a rising pension age.

use super::life_table::{FIRST_AGE, LifeTable, PENSION_AGE};
use super::payroll::{end_job, leave, replace, rows};
use super::skills::draw_talent;
use super::task_distribution::{TaskDistribution, drawn_class};
use crate::accounts::Fen;
use crate::accounts::chart::Flow;
use crate::accounts::ledger::{Ledger, Party};
use crate::agents::{Identity, Job, NOBODY, Person, Staff, Status, TASKS, Wallet};
use crate::engine::{CHUNK, Clock, Draws, Indicators, Mechanism, Stream, Systems, Tally};
use crate::engine::{Switch, Switches};
use bevy_ecs::prelude::*;
use bevy_ecs::schedule::IntoScheduleConfigs;
use rayon::prelude::*;

parameters! {
    /// Births, deaths and participation.
    pub struct Parameters {
        /// Whether people age; false leaves everybody as old as at the opening and nobody enters or withdraws.
        enabled: bool = true;
        /// Spread of lasting ability among the young, standard deviation of logs (as in the opening population; assumed).
        talent_spread: f64 = 0.35, "log points", 0.0..=1.5;
        /// Withdrawals put off by the raising of retirement ages (decision of September 2024: three years for men over fifteen years; assumed as a quarter of withdrawals).
        postponed_withdrawals: f64 = 0.25, "share", 0.0..=1.0;
        /// Response of the choice of a task class to its unemployment: at 5, ten points more halve nearly the class's share (assumed).
        choice_response: f64 = 5.0, "log points per unit", 0.0..=50.0;
    }
}

/// Births, deaths, entry and withdrawal.
pub struct Demography;

impl Mechanism for Demography {
    const NAME: &'static str = "demography";
    const SWITCHES: Switches = Switches::Of(&[Switch {
        part: "ageing",
        off: &["demography.enabled=false"],
        instead: "everybody stays as old as at the opening; nobody dies, enters or withdraws",
    }]);
    type Parameters = Parameters;
    fn systems() -> Systems {
        pass_a_quarter.into_configs()
    }
}

/// What becomes of a person within a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing new.
    Stays,
    /// Dies.
    Dies,
    /// Starts looking for work.
    Enters,
    /// Leaves work or search for good.
    Withdraws,
    /// Outside the labour force and now of pension age.
    Retires,
}

/// The turn of a person who has just reached `age`.
#[must_use]
pub fn turn(status: Status, age: u16, table: &LifeTable, draws: &mut Draws) -> Turn {
    if draws.chance(table.death_at(age)) {
        return Turn::Dies;
    }
    match status {
        Status::OutOfLabourForce if age >= PENSION_AGE => Turn::Retires,
        Status::OutOfLabourForce if draws.chance(table.entry_at(age)) => Turn::Enters,
        Status::OutOfLabourForce | Status::Retired => Turn::Stays,
        _ if draws.chance(table.withdrawal_at(age)) => Turn::Withdraws,
        _ => Turn::Stays,
    }
}

/// Rows of a chunk of workers.
type Rows<'a> = (&'a mut [Person], &'a mut [Job], &'a [Wallet]);

/// What a chunk of workers leaves behind.
#[derive(Default)]
struct Record {
    leavers: Vec<(u32, u8, f32)>,
    estates: Vec<(u16, Fen)>,
    deaths: u64,
    retirements: u64,
}

struct Setting<'a> {
    table: &'a LifeTable,
    choice: Vec<[f64; TASKS]>,
    talent_spread: f64,
    enabled: bool,
}

fn pass_a_quarter(
    parameters: Res<Parameters>,
    (clock, table, tasks, indicators): (Res<Clock>, Res<LifeTable>, Res<TaskDistribution>, Res<Indicators>),
    (mut ledger, mut tally): (ResMut<Ledger>, ResMut<Tally>),
    mut workers: Query<(&mut Person, &mut Job, &Wallet)>,
    mut firms: Query<(&Identity, &mut Staff)>,
) {
    let choice = |g| tasks.choice(g, &indicators.unemployment_by_market, parameters.choice_response);
    let setting = Setting {
        table: &table,
        choice: (0..tasks.shares.len()).map(choice).collect(),
        talent_spread: parameters.talent_spread,
        enabled: parameters.enabled,
    };
    let key = clock.key(Stream::Ageing);
    let mut records = Vec::new();
    for (persons, jobs, wallets) in workers.contiguous_iter_mut().expect("workers live in tables") {
        let parts = (rows(persons).par_chunks_mut(CHUNK), rows(jobs).par_chunks_mut(CHUNK), wallets.par_chunks(CHUNK));
        let of_chunk = |(c, (persons, jobs, wallets)): (usize, Rows<'_>)| {
            let mut record = Record::default();
            for (i, ((person, job), wallet)) in persons.iter_mut().zip(jobs).zip(wallets).enumerate() {
                job.spell = job.spell.saturating_add(1);
                if setting.enabled {
                    live(person, job, wallet, &setting, key.agent((c * CHUNK + i) as u64), &mut record);
                }
            }
            record
        };
        records.extend(parts.into_par_iter().enumerate().map(of_chunk).collect::<Vec<_>>());
    }
    let mut payrolls: Vec<(&Identity, Mut<Staff>)> = firms.iter_mut().collect();
    for (employer, task, skill) in records.iter().flat_map(|r| &r.leavers) {
        let (identity, staff) = &mut payrolls[*employer as usize];
        // The payroll of a firm that has closed may be gone already; `Separations` clears it.
        if identity.active() || staff.heads[usize::from(*task)] > 0 {
            leave(staff, *task, *skill);
            replace(staff, *task);
        }
    }
    let mut inheritance = ledger.open(Flow::Inheritance);
    for (bank, estate) in records.iter().flat_map(|r| &r.estates) {
        let household = Party::Household { bank: usize::from(*bank) };
        inheritance.pay(household, *estate);
        inheritance.receive(household, *estate);
    }
    inheritance.close();
    tally.deaths += records.iter().map(|r| r.deaths).sum::<u64>();
    tally.retirements += records.iter().map(|r| r.retirements).sum::<u64>();
}

/// One quarter of one life.
fn live(
    person: &mut Person,
    job: &mut Job,
    wallet: &Wallet,
    setting: &Setting<'_>,
    mut draws: Draws,
    record: &mut Record,
) {
    person.age += 1;
    let turn = turn(person.status, person.age, setting.table, &mut draws);
    let employed = job.employer != NOBODY;
    if employed && matches!(turn, Turn::Dies | Turn::Withdraws) {
        record.leavers.push((job.employer, person.task, person.skill));
        end_job(job);
    }
    match turn {
        Turn::Stays => {}
        Turn::Dies => {
            record.deaths += 1;
            record.estates.push((person.bank, wallet.deposits.fen()));
            succeed(person, setting, &mut draws);
            *job = Job::default();
        }
        Turn::Enters => {
            person.status = Status::Unemployed;
            job.spell = 0;
        }
        Turn::Withdraws => {
            record.retirements += u64::from(employed);
            person.status = LifeTable::status_outside(person.age);
            job.spell = 0;
        }
        Turn::Retires => {
            person.status = Status::Retired;
            job.spell = 0;
        }
    }
}

/// The heir takes the place of the deceased.
fn succeed(person: &mut Person, setting: &Setting<'_>, draws: &mut Draws) {
    let talent = draw_talent(draws, setting.talent_spread);
    *person = Person {
        skill: talent,
        talent,
        age: FIRST_AGE,
        task: drawn_class(&setting.choice[usize::from(person.region)], draws.uniform()),
        status: Status::OutOfLabourForce,
        ..*person
    };
}

/// Number of workers by region and class, for [`TaskDistribution::from_heads`].
#[must_use]
pub fn heads_by_market<'a>(workers: impl IntoIterator<Item = &'a Person>, regions: usize) -> Vec<u64> {
    let mut heads = vec![0; regions * TASKS];
    for person in workers {
        heads[usize::from(person.region) * TASKS + usize::from(person.task)] += 1;
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::StreamKey;
    use crate::mechanisms::labour::testing;

    fn frequency(status: Status, age: u16, wanted: Turn) -> f64 {
        let table = testing::life_table();
        let key = StreamKey::new(1, 1, Stream::Ageing);
        let hits = (0..200_000).filter(|i| turn(status, age, &table, &mut key.agent(*i)) == wanted).count();
        hits as f64 / 200_000.0
    }

    #[test]
    fn people_die_enter_and_withdraw_with_the_hazards_of_their_age() {
        let table = testing::life_table();
        assert!((frequency(Status::Retired, 82 * 4, Turn::Dies) - table.death_at(82 * 4)).abs() < 1e-3);
        let alive = 1.0 - table.death_at(20 * 4);
        assert!(
            (frequency(Status::OutOfLabourForce, 20 * 4, Turn::Enters) - alive * table.entry_at(20 * 4)).abs() < 2e-3
        );
        let alive = 1.0 - table.death_at(58 * 4);
        assert!(
            (frequency(Status::Employed, 58 * 4, Turn::Withdraws) - alive * table.withdrawal_at(58 * 4)).abs() < 1e-3
        );
    }

    #[test]
    fn the_retired_stay_retired_and_outsiders_retire_at_pension_age() {
        assert!(frequency(Status::Retired, 62 * 4, Turn::Enters) == 0.0);
        let table = testing::life_table();
        let expected = 1.0 - table.death_at(PENSION_AGE);
        assert!((frequency(Status::OutOfLabourForce, PENSION_AGE, Turn::Retires) - expected).abs() < 1e-3);
        assert_eq!(LifeTable::status_outside(PENSION_AGE - 1), Status::OutOfLabourForce);
    }

    #[test]
    fn an_heir_takes_over_deposits_and_region_and_the_payroll_forgets_the_dead() {
        let mut world = testing::world(400, 12, 1);
        let before = testing::workers(&mut world);
        testing::run::<Demography>(&mut world, 40);
        let after = testing::workers(&mut world);
        assert!(testing::gaps(&mut world).is_empty());
        let heirs: Vec<usize> = (0..before.len()).filter(|i| after[*i].0.age < before[*i].0.age).collect();
        assert!(!heirs.is_empty());
        for i in heirs {
            assert_eq!(
                (after[i].0.region, after[i].0.bank, after[i].2.deposits),
                (before[i].0.region, before[i].0.bank, before[i].2.deposits)
            );
            assert!(after[i].0.age >= FIRST_AGE && after[i].0.skill > 0.0);
        }
        assert!(world.resource::<Ledger>().breaches().is_empty());
    }
}
