//! Studies: whatever happens to executions of shards, the dataset is the same; what is not as it should be is told by the
//! exit code that engines go by.

mod common;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use common::{command, complaint, xinzhi};
use proptest::prelude::*;
use xinzhi::experiments::study::merge::{Format, merge};
use xinzhi::experiments::study::repair::{clean, repair};
use xinzhi::experiments::study::runs::{RunStatus, Stop};
use xinzhi::experiments::study::status::Status;
use xinzhi::experiments::study::{
    Ended, Folder, Hooks, Plan, Run, RunResult, Runner, Shard, ShardOutcome, Step, Study, StudyError,
};
use xinzhi::experiments::sweep_file::Sweep;

const SWEEP: &str = r#"
[sweep]
configuration = "quick"
seeds = [3, 9]
years = 2
[sweep.parameters]
ai_adoption.hazard = [0.01, 0.05, 0.1]
ai.enabled = [true, false]
[sweep.outcomes]
columns = ["unemployment_rate", "gini_income"]
"#;

const RUNS: usize = 12;

/// Numbers that depend on the run alone, but for `noise`.
struct Fake {
    noise: f64,
}

impl Runner for Fake {
    /// Takes two questions whether to stop: what was half done goes on where it was.
    fn run(&self, run: &Run, state: Option<Vec<u8>>, stop: &Stop<'_>) -> Ended {
        if state.is_none() && stop() {
            return Ended::Left(None);
        }
        assert!(state.is_none_or(|state| state == run.run_id.to_le_bytes()), "the state of another run");
        if stop() {
            return Ended::Left(Some(run.run_id.to_le_bytes().to_vec()));
        }
        let number = run.run_id as f64 + run.seed as f64 / 16.0 + self.noise;
        let failed = run.run_id == 5;
        Ended::Finished(RunResult {
            status: if failed { RunStatus::Error } else { RunStatus::Ok },
            message: if failed { "broken".to_owned() } else { String::new() },
            columns: vec![vec![number, f64::NAN], vec![1.0 / (1.0 + number), 2.0]],
        })
    }
}

/// Ends an execution at the n-th time that a step is reached.
struct Kill {
    step: Step,
    left: AtomicUsize,
}

impl Hooks for Kill {
    fn reached(&self, step: Step) -> Result<(), StudyError> {
        if step == self.step && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            return Err(StudyError::Internal("killed".to_owned()));
        }
        Ok(())
    }
}

/// A stop that comes after some questions.
fn after(questions: usize) -> impl Fn() -> bool + Sync {
    let asked = AtomicUsize::new(0);
    move || asked.fetch_add(1, Ordering::SeqCst) >= questions
}

fn never() -> bool {
    false
}

fn planned(folder: &Path, shards: u64) -> Study {
    let file = folder.join("sweep.toml");
    std::fs::write(&file, SWEEP).unwrap();
    let sweep = Sweep::load(&file).unwrap_or_else(|e| panic!("{e}"));
    let out = folder.join(format!("study-{shards}"));
    let (plan, design) = Plan::of(&sweep, shards, "this build").unwrap();
    plan.write(&design, &Folder::new(&out)).unwrap();
    Study::open(&out).unwrap()
}

fn shard<'a>(study: &'a Study, runner: &'a Fake, stop: &'a Stop<'a>, hooks: &'a dyn Hooks) -> Shard<'a> {
    Shard {
        study,
        runner,
        threads: 1,
        build_id: "this build",
        allow_build_mismatch: false,
        fail_fast: false,
        stop,
        hooks,
    }
}

fn finish(study: &Study) -> String {
    for number in 0..study.plan.study.shards {
        shard(study, &Fake { noise: 0.0 }, &never, &()).execute(number).unwrap();
    }
    merged(study)
}

fn merged(study: &Study) -> String {
    let out = study.folder.path().join("merged.parquet");
    merge(study, &out, Format::Parquet, false).unwrap_or_else(|e| panic!("{e}")).blake3
}

/// The dataset that nothing has happened to.
fn reference() -> String {
    let root = tempfile::tempdir().unwrap();
    finish(&planned(root.path(), 1))
}

fn temporary_files(study: &Study) -> usize {
    let names = |kind: &str| std::fs::read_dir(study.folder.path().join(kind)).into_iter().flatten();
    ["", "parts", "done", "ckpt"]
        .into_iter()
        .flat_map(names)
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with(".tmp-"))
        .count()
}

/// All are ready to commit before any does.
struct Together(std::sync::Barrier);
impl Hooks for Together {
    fn reached(&self, step: Step) -> Result<(), StudyError> {
        if step == Step::RecordWritten {
            self.0.wait();
        }
        Ok(())
    }
}

/// Another execution commits while this one is about to.
struct Overtaken<'a>(&'a Study, AtomicBool);
impl Hooks for Overtaken<'_> {
    fn reached(&self, step: Step) -> Result<(), StudyError> {
        if step == Step::RecordWritten && !self.1.swap(true, Ordering::SeqCst) {
            shard(self.0, &Fake { noise: 0.0 }, &never, &()).execute(0).unwrap();
        }
        Ok(())
    }
}

#[test]
fn the_dataset_does_not_depend_on_the_number_of_shards() {
    let root = tempfile::tempdir().unwrap();
    let hashes: Vec<String> = [1, 2, 5, 12].map(|shards| finish(&planned(root.path(), shards))).to_vec();
    assert!(hashes.iter().all(|hash| *hash == hashes[0]), "{hashes:?}");
    let dictionary = std::fs::read_to_string(root.path().join("study-5/merged.dictionary.csv")).unwrap();
    assert!(dictionary.contains("ai_adoption.hazard,real,\"per quarter\","), "{dictionary}");
    assert!(dictionary.contains("unemployment_rate,real,\"1\",\"mean over the quarters of the year: "), "{dictionary}");
}

#[test]
fn a_beginning_of_the_runs_is_balanced() {
    let root = tempfile::tempdir().unwrap();
    let study = planned(root.path(), 1);
    let first: Vec<u64> = study.runs[..RUNS / 2].iter().map(|run| run.seed).collect();
    assert_eq!(first, [3; 6], "the first seed of all points comes first");
    let mut points: Vec<u64> = study.runs[..RUNS / 2].iter().map(|run| run.point_id).collect();
    assert_ne!(points, [0, 1, 2, 3, 4, 5]);
    points.sort_unstable();
    assert_eq!(points, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn an_execution_that_is_killed_anywhere_is_made_good_by_the_next() {
    let wanted = reference();
    for step in [
        Step::RunDone,
        Step::PartWritten,
        Step::PartNamed,
        Step::RecordWritten,
        Step::RecordLinked,
        Step::TemporaryRemoved,
    ] {
        let root = tempfile::tempdir().unwrap();
        let study = planned(root.path(), 3);
        let kill = Kill { step, left: AtomicUsize::new(2 - usize::from(step != Step::RunDone)) };
        let runner = Fake { noise: 0.0 };
        assert!(shard(&study, &runner, &never, &kill).execute(1).is_err(), "{step:?}");
        let committed = matches!(step, Step::RecordLinked | Step::TemporaryRemoved);
        let next = shard(&study, &runner, &never, &()).execute(1).unwrap();
        assert_eq!(next, if committed { ShardOutcome::Skipped } else { ShardOutcome::Committed }, "{step:?}");
        assert_eq!(finish(&study), wanted, "{step:?}");
        clean(&study.folder, &study.plan, Duration::ZERO).unwrap();
        assert_eq!(temporary_files(&study), 0, "{step:?}");
        assert_eq!(merged(&study), wanted);
    }
}

#[test]
fn twelve_executions_of_one_shard_commit_it_once() {
    let root = tempfile::tempdir().unwrap();
    let study = planned(root.path(), 1);
    let together = Together(std::sync::Barrier::new(12));
    let runner = Fake { noise: 0.0 };
    let outcomes: Vec<ShardOutcome> = std::thread::scope(|scope| {
        let execute = || scope.spawn(|| shard(&study, &runner, &never, &together).execute(0).unwrap());
        let threads: Vec<_> = (0..12).map(|_| execute()).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let count = |wanted| outcomes.iter().filter(|outcome| **outcome == wanted).count();
    assert_eq!((count(ShardOutcome::Committed), count(ShardOutcome::LostRace)), (1, 11));
    assert_eq!((study.folder.list("parts").unwrap().len(), study.folder.list("done").unwrap().len()), (1, 1));
    assert_eq!((temporary_files(&study), merged(&study)), (0, reference()));
}

#[test]
fn other_numbers_for_a_committed_shard_are_told_and_change_nothing() {
    let root = tempfile::tempdir().unwrap();
    let study = planned(root.path(), 2);
    let hooks = Overtaken(&study, AtomicBool::new(false));
    let error = shard(&study, &Fake { noise: 1e-9 }, &never, &hooks).execute(0).unwrap_err();
    assert_eq!(error.code(), 76, "{error}");
    assert_eq!((study.folder.list("parts").unwrap().len(), study.folder.list("failed").unwrap().len()), (2, 1));
    assert_eq!(finish(&study), reference());
}

#[test]
fn a_damaged_part_is_never_merged_and_can_be_made_again() {
    let root = tempfile::tempdir().unwrap();
    let study = planned(root.path(), 4);
    let wanted = finish(&study);
    let part = study.folder.list("parts").unwrap().remove(2);
    let mut bytes = std::fs::read(&part).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&part, &bytes).unwrap();
    let out = root.path().join("never.parquet");
    let error = merge(&study, &out, Format::Parquet, true).unwrap_err();
    assert_eq!((error.code(), out.exists()), (65, false), "{error}");
    assert_eq!(repair(&study).unwrap().len(), 1);
    let error = merge(&study, &out, Format::Parquet, false).unwrap_err();
    assert_eq!((error.code(), out.exists()), (3, false), "{error}");
    assert!(merge(&study, &out, Format::Parquet, true).unwrap().missing == [2]);
    assert_eq!(finish(&study), wanted);
}

#[test]
fn a_changed_plan_or_design_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let study = planned(root.path(), 4);
    assert!(Status::of(&study.folder, &study.plan).unwrap().missing.len() == 4);
    let other = SWEEP.replace("0.05", "0.06");
    std::fs::write(root.path().join("sweep.toml"), other).unwrap();
    let sweep = Sweep::load(&root.path().join("sweep.toml")).unwrap();
    let (plan, design) = Plan::of(&sweep, 4, "this build").unwrap();
    assert_eq!(plan.write(&design, &study.folder).unwrap_err().code(), 78);
    // The same study in other shards, and the same plan again.
    let same = planned(root.path(), 4);
    assert_eq!(same.plan, study.plan);
    assert_ne!(planned(root.path(), 3).plan.plan_id, same.plan.plan_id);
    assert_eq!(planned(root.path(), 3).plan.study_id, same.plan.study_id);
    let text = std::fs::read_to_string(study.folder.plan()).unwrap();
    std::fs::write(study.folder.plan(), text.replace("gini_income", "gini_wealth")).unwrap();
    assert_eq!(Study::open(study.folder.path()).unwrap_err().code(), 78);
    std::fs::write(study.folder.plan(), text).unwrap();
    let there = planned(root.path(), 12);
    std::fs::copy(root.path().join("sweep.toml"), study.folder.design()).unwrap();
    assert_eq!(Study::open(study.folder.path()).unwrap_err().code(), 78);
    let other_build = Shard { build_id: "another", ..shard(&there, &Fake { noise: 0.0 }, &never, &()) };
    assert_eq!(other_build.execute(0).unwrap_err().code(), 78);
}

/// One event of a schedule: shard, step at which it dies (none: it goes on), questions until it is told to stop.
fn event() -> impl Strategy<Value = (u64, Option<(u8, usize)>, usize, usize)> {
    (0_u64..4, proptest::option::of((0_u8..6, 1_usize..4)), 1_usize..16, 1_usize..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn any_schedule_of_attempts_ends_in_the_same_dataset(events in proptest::collection::vec(event(), 0..14)) {
        let root = tempfile::tempdir().unwrap();
        let study = planned(root.path(), 4);
        let runner = Fake { noise: 0.0 };
        for (number, death, questions, threads) in events {
            let step = |n: u8| match n {
                0 => Step::RunDone,
                1 => Step::PartWritten,
                2 => Step::PartNamed,
                3 => Step::RecordWritten,
                4 => Step::RecordLinked,
                _ => Step::TemporaryRemoved,
            };
            let kill = death.map(|(n, times)| Kill { step: step(n), left: AtomicUsize::new(times) });
            let hooks: &dyn Hooks = kill.as_ref().map_or(&(), |kill| kill);
            let stop = after(questions);
            let before = std::fs::read(study.folder.done(number)).ok();
            let outcome = Shard { threads, ..shard(&study, &runner, &stop, hooks) }.execute(number);
            prop_assert!(
                matches!(&outcome, Ok(_) | Err(StudyError::Internal(_) | StudyError::Interrupted { .. })),
                "{outcome:?}"
            );
            // What is committed stays as it is.
            prop_assert!(before.is_none() || before == std::fs::read(study.folder.done(number)).ok());
        }
        prop_assert_eq!(finish(&study), reference());
        let kept = Status::of(&study.folder, &study.plan).unwrap();
        prop_assert!(kept.is_complete() && kept.model_errors == 1);
    }
}

#[test]
fn a_full_disk_leaves_no_short_part() {
    let root = tempfile::tempdir().unwrap();
    let study = planned(root.path(), 2);
    // A file stands where the folder of parts should be: as good as a disk that takes nothing.
    std::fs::write(study.folder.path().join("parts"), "").unwrap();
    let error = shard(&study, &Fake { noise: 0.0 }, &never, &()).execute(0).unwrap_err();
    assert_eq!(error.code(), 74, "{error}");
    std::fs::remove_file(study.folder.path().join("parts")).unwrap();
    assert_eq!(finish(&study), reference());
}

/// A study of the model itself, small.
const SMALL: &str = r#"
[sweep]
configuration = "quick"
seeds = "1..=3"
years = 1
random_numbers = "independent"
[sweep.set]
population.persons_per_worker = 2000000.0
[sweep.parameters]
separations.quit_rate = [0.03, 0.06, 0.12]
"#;

fn told(folder: &Path, arguments: &[&str], code: i32) -> String {
    let done = xinzhi(folder, arguments);
    assert_eq!(done.status.code(), Some(code), "{arguments:?}: {}", complaint(&done));
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn a_sweep_and_its_shards_give_the_same_bytes_through_interruptions() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path();
    std::fs::write(folder.join("small.toml"), SMALL).unwrap();
    told(folder, &["sweep", "small.toml", "--quiet", "--out", "here"], 0);
    told(folder, &["study", "plan", "small.toml", "--out", "there", "--shards", "2"], 0);
    told(folder, &["study", "plan", "small.toml", "--out", "there"], 0);
    told(folder, &["study", "plan", "small.toml", "--out", "there", "--shards", "3"], 78);
    assert_eq!(told(folder, &["study", "missing", "there"], 3), "0-1\n");
    assert_eq!(told(folder, &["study", "missing", "there", "--format", "json"], 3), "[0,1]\n");
    // Nothing is done in no time; then what was done by the first signal is gone on from.
    told(folder, &["study", "shard", "there", "0", "--max-minutes", "0"], 75);
    let mut interrupted = command(folder, &["study", "shard", "there", "0"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(600));
    let signal = std::process::Command::new("kill").args(["-TERM", &interrupted.id().to_string()]).status();
    assert!(signal.is_ok_and(|status| status.success()) || interrupted.try_wait().unwrap().is_some());
    let code = interrupted.wait().unwrap().code();
    assert!(code == Some(75) || code == Some(0), "{code:?}");
    told(folder, &["study", "shard", "there", "0"], 0);
    let environment =
        command(folder, &["study", "shard", "there", "--from-env"]).env("SLURM_ARRAY_TASK_ID", "1").status();
    assert_eq!(environment.unwrap().code(), Some(0));
    assert_eq!(told(folder, &["study", "shard", "there", "1"], 0), "shard 1: skipped\n");
    told(folder, &["study", "shard", "there", "2"], 2);
    told(folder, &["study", "verify", "there", "--deep", "--rerun", "1"], 0);
    told(folder, &["study", "merge", "there"], 0);
    let bytes = |name: &str| std::fs::read(folder.join(name).join("merged.parquet")).unwrap();
    assert!(bytes("here") == bytes("there"), "shards and threads reach the bytes");
    let status: serde_json::Value =
        serde_json::from_str(&told(folder, &["study", "status", "there", "--json"], 0)).unwrap();
    assert_eq!((&status["done"], &status["runs_done"]), (&2.into(), &9.into()));
    told(folder, &["study", "submit", "there", "--engine", "slurm", "--dry-run", "--", "-p", "a b"], 0);
    let script = folder.join("there/submit/slurm.sh");
    assert!(std::fs::read_to_string(&script).unwrap().contains("-p 'a b'"));
    for name in ["slurm.sh", "shard.sbatch", "finalize.sbatch"] {
        let checked = std::process::Command::new("bash").arg("-n").arg(script.with_file_name(name)).status();
        assert!(checked.is_ok_and(|status| status.success()), "{name}");
    }
    let nowhere = command(folder, &["study", "submit", "there", "--engine", "hq"]).env("PATH", "").status();
    assert_eq!(nowhere.unwrap().code(), Some(69));
}

#[test]
fn every_mistake_in_the_file_of_a_sweep_is_told_with_its_place_at_once() {
    let root = tempfile::tempdir().unwrap();
    let file = r#"[sweep]
configuration = "quik"
seeds = "5..=1"
dessign = "grid"
[sweep.parameters]
ai_adoption.hazzard = [0.1]
ai_adoption.hazard = [0.1, 7.0]
run.seed = [1, 2]
wage_setting.limit = { from = 0.2, to = 0.1 }
[sweep.outcomes]
columns = ["unemployment"]
windows = ["1999-2003"]
"#;
    std::fs::write(root.path().join("wrong.toml"), file).unwrap();
    let done = xinzhi(root.path(), &["sweep", "wrong.toml"]);
    let text = complaint(&done);
    assert_eq!(done.status.code(), Some(2), "{text}");
    for (line, words) in [
        (2, "did you mean \"quick\"?"),
        (3, "which ends before it begins"),
        (4, "did you mean `design`?"),
        (6, "did you mean `hazard`?"),
        (7, "`ai_adoption.hazard` is 7"),
        (8, "seeds stand in [sweep]"),
        (9, "write the smaller end first"),
        (11, "did you mean \"unemployment_rate\"?"),
        (12, "a window must lie within the run"),
    ] {
        assert!(text.contains(&format!("wrong.toml:{line}:")) && text.contains(words), "line {line}: {words}\n{text}");
    }
    assert!(text.contains("9 mistakes in the configuration; nothing was run"), "{text}");
    assert!(!root.path().join("outputs").exists());
}

#[test]
fn points_come_from_lists_zips_and_files_of_others() {
    let root = tempfile::tempdir().unwrap();
    let load = |text: &str| {
        let file = root.path().join("s.toml");
        std::fs::write(&file, format!("[sweep]\nconfiguration = \"quick\"\n{text}")).unwrap();
        Sweep::load(&file)
    };
    let zip =
        load("design = \"zip\"\n[sweep.parameters]\nai_adoption.hazard = [0.1, 0.2]\nai.enabled = [true, false]\n");
    assert_eq!(zip.unwrap().points.len(), 2);
    let list = load("[[sweep.points]]\n\"ai.enabled\" = false\n[[sweep.points]]\nai_adoption.hazard = 0.2\n").unwrap();
    assert_eq!((list.points.len(), list.parameters.len()), (2, 2));
    assert_eq!(list.points[0][1], list.configuration.values["ai_adoption"]["hazard"]);
    // As numpy.savetxt writes the matrix X of SALib.
    std::fs::write(root.path().join("X.csv"), "1.0e-01,4.000000e+00\n2.0e-01,3.0e+00\n").unwrap();
    let bare = "design = { kind = \"file\", file = \"X.csv\", columns = [\"ai_adoption.hazard\", \"ai_adoption.implementation\"] }";
    assert_eq!(load(bare).unwrap().points.len(), 2);
    assert!(load("design = \"X.csv\"\n").unwrap_err().to_string().contains("has no names of columns"));
    std::fs::write(root.path().join("Y.csv"), "ai_adoption.hazard\n0.1\n1.5\n").unwrap();
    let wrong = load("design = \"Y.csv\"\n").unwrap_err().to_string();
    assert!(wrong.contains("line 3 of") && wrong.contains("from 0 to 1"), "{wrong}");
    for drawn in ["{ kind = \"sobol\", points = 16 }", "{ kind = \"morris\", trajectories = 4 }"] {
        let sweep =
            load(&format!("design = {drawn}\n[sweep.parameters]\nai_adoption.hazard = {{ from = 0.1, to = 0.2 }}\n"));
        assert!(sweep.unwrap().points.len() >= 8);
    }
}

#[test]
fn the_studies_that_come_with_the_program_can_be_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/studies");
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let sweep = Sweep::load(&path).unwrap_or_else(|e| panic!("{e}"));
        assert!(sweep.points.len() >= 64, "{}", path.display());
        found += 1;
    }
    assert_eq!(found, 3);
}

/// The commands of `docs/experiments.md` about sweeps and studies, as a shell runs them, with few points of a tiny world.
#[test]
fn the_studies_of_the_document_can_be_done() {
    let root = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::create_dir_all(root.path().join("configs/studies")).unwrap();
    for name in ["adoption", "sensitivity"] {
        let mut text = std::fs::read_to_string(source.join(format!("configs/studies/{name}.toml"))).unwrap();
        for (long, short) in [
            ("years = 20", "years = 1"),
            ("years = 15", "years = 1"),
            ("400000.0", "2000000.0"),
            ("steps = 4", "steps = 2"),
            ("[0.03, 0.07, 0.11, 0.15]", "[0.03, 0.07]"),
            ("samples = 32", "samples = 2"),
            ("windows = [\"2029-2033\", \"2034-2038\"]", "windows = [\"2024\"]"),
        ] {
            text = text.replace(long, short);
        }
        std::fs::write(root.path().join(format!("configs/studies/{name}.toml")), text).unwrap();
    }
    let document = std::fs::read_to_string(source.join("docs/experiments.md")).unwrap();
    let section = document.split("## Sweeps and studies").nth(1).unwrap();
    let mut executed = 0;
    for line in section.lines().filter_map(|line| line.strip_prefix("    ")) {
        if !line.starts_with("xinzhi ") || line.contains("DIR") {
            continue;
        }
        let program = Path::new(env!("CARGO_BIN_EXE_xinzhi")).parent().unwrap().display();
        let line = format!("PATH='{program}':\"$PATH\"; {line}");
        let done = std::process::Command::new("sh").args(["-c", &line]).current_dir(root.path()).output().unwrap();
        assert!(done.status.success(), "{line}: {}", complaint(&done));
        executed += 1;
    }
    assert_eq!(executed, 9);
    for result in ["adoption/merged.parquet", "adoption/merged.dictionary.csv", "sensitivity.csv"] {
        assert!(root.path().join("outputs/studies").join(result).is_file(), "the document leaves no {result}");
    }
}
