//! A run that was stopped, at any moment and in any way, and gone on with, leaves the same bytes as one that was not.

#![allow(clippy::disallowed_methods, reason = "the clock draws the moments of kills; results never see it")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{TINY, complaint, digests, open, steps, xinzhi};
use xinzhi::engine::configuration::Configuration;
use xinzhi::engine::random::{Stream, StreamKey};
use xinzhi::output::{Checkpoint, Manifest, Status, read_parquet};
use xinzhi::simulation::Simulation;

fn saved(simulation: &Simulation) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    simulation.save(&mut frames).unwrap_or_else(|e| panic!("{e}"));
    frames
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started").install(work)
}

/// Goes on from a state for some ticks; the state then, and all tables since they were last taken.
fn continued(
    frames: &[Vec<u8>],
    configuration: &Configuration,
    ticks: u32,
) -> (Vec<Vec<u8>>, BTreeMap<String, String>) {
    let mut simulation = Simulation::restore(configuration, &mut Vec::from(frames).into_iter()).unwrap();
    assert!(saved(&simulation) == frames, "a restored state is the state that was saved");
    steps(&mut simulation, ticks);
    let state = saved(&simulation);
    (state, digests(&simulation.take_tables()))
}

/// 29,000 workers are four chunks, so that two and more threads have something to share.
#[test]
fn a_restored_state_runs_on_as_if_nothing_had_been_with_any_number_of_threads() {
    const TICKS: u32 = 6;
    let configuration = common::configuration(&["population.persons_per_worker=40000.0"]);
    let mut simulation = open(&configuration);
    let mut states = vec![saved(&simulation)];
    for _ in 0..TICKS {
        steps(&mut simulation, 1);
        states.push(saved(&simulation));
    }
    let end = states.last().expect("the opening at least").clone();
    let tables = digests(&simulation.take_tables());
    for (tick, threads) in [(0, 2), (1, 1), (3, 8), (5, 2)] {
        let (state, resumed) =
            with_threads(threads, || continued(&states[tick], &configuration, TICKS - u32::try_from(tick).unwrap()));
        assert_eq!(resumed, tables, "resumed at tick {tick} with {threads} threads");
        assert!(state == end, "state at the end, resumed at tick {tick} with {threads} threads");
    }
}

/// Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

/// Code without tests and comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn source() -> Vec<(PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let test = |path: &PathBuf| path.iter().any(|part| part == "tests" || part == "tests.rs");
    sources(&src).into_iter().filter(|path| !test(path)).map(|path| (path.clone(), code(&path))).collect()
}

/// `StateRegistry::save` refuses what is not listed; here is its name.
#[test]
fn every_component_and_resource_is_listed_for_the_checkpoint() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let listed = code(&root.join("state.rs")) + &code(&root.join("agents/mod.rs"));
    let mut found = 0;
    for (path, code) in source() {
        for declared in code.split("#[derive(").skip(1) {
            let (derives, rest) = declared.split_once(")]").unwrap_or_default();
            let is = |name: &str| derives.split([',', ' ', ':']).any(|derive| derive == name);
            if !is("Component") && !is("Resource") || path.ends_with("engine/parameters.rs") {
                continue;
            }
            found += 1;
            let name = rest.split_once("struct ").map_or("", |(_, rest)| rest);
            let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            assert!(is("Serialize") && is("Deserialize"), "{name} of {} cannot be stored", path.display());
            let known = listed.split(|c: char| !c.is_alphanumeric()).any(|word| word == name);
            assert!(known, "{name} of {} is not listed in src/state.rs", path.display());
        }
    }
    assert!(found > 50, "only {found} found: has the form of their declaration changed?");
}

#[test]
fn no_state_hides_where_a_checkpoint_does_not_look() {
    let hidden = [
        "Local<",
        "Changed<",
        "Added<",
        "RemovedComponents<",
        "MessageReader<",
        "thread_local!",
        "serde(skip",
        "serde(default",
    ];
    for (path, code) in source() {
        // Manifests of earlier programs lack a field, lists of facts may lack one; they are no state.
        let allowed = if path.ends_with("output/manifest.rs") || path.ends_with("validation/facts.rs") {
            "serde(default"
        } else {
            ""
        };
        for word in hidden.iter().filter(|word| **word != allowed) {
            assert!(!code.contains(word), "{} uses {word}…: it would be lost in a checkpoint", path.display());
        }
    }
}

// The program from outside.

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = common::command(folder, &["run", "--no-plots", "--quiet"]);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Runs; the exit code must be this one. What was said.
fn ends(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = command(folder, arguments).output().unwrap();
    let told = complaint(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
    told
}

/// All tables of a folder by name.
fn tables(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut tables = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "parquet" || e == "csv") {
            tables.insert(path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
        }
    }
    assert!(tables.len() >= 7, "{:?}", tables.keys());
    tables
}

fn assert_same(there: &Path, here: &Path) {
    let (there, here) = (tables(there), tables(here));
    assert_eq!(there.keys().collect::<Vec<_>>(), here.keys().collect::<Vec<_>>());
    for (name, bytes) in there {
        assert!(bytes == here[&name], "{name} differs");
    }
}

fn wait_for(path: &Path, child: &mut Child) {
    let started = Instant::now();
    while !path.exists() {
        assert!(child.try_wait().unwrap().is_none(), "the run ended before {} was there", path.display());
        assert!(started.elapsed() < Duration::from_mins(5), "no {}", path.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Kills runs of a configuration again and again at moments drawn over the length of a run, goes on from where they
/// were with changing numbers of threads, and compares with a run that was left alone.
fn survives_kills(configuration: &[&str], kills: u32, seed: u64) {
    let root = tempfile::tempdir().unwrap();
    let all = |more: &[&'static str]| [configuration, more].concat();
    let started = Instant::now();
    ends(root.path(), &all(&["--out", "alone", "--threads", "1"]), 0);
    let length = started.elapsed();
    let folder = root.path().join("killed");
    let (mut killed, mut starts, mut complete) = (0, 0, 0);
    let mut resumed_at = Vec::new();
    // Kills before the first checkpoint prove little: a fourth of them at least must have been gone on from one.
    while killed < kills || resumed_at.len() < kills as usize / 4 {
        let mut draws = StreamKey::new(seed, 0, Stream::Exit).agent(starts);
        let threads = ["1", "2", "8"][draws.below(3)];
        starts += 1;
        assert!(starts < 20 * u64::from(kills), "of {killed} killed runs {} were resumed", resumed_at.len());
        let arguments = all(&["--out", "killed", "--resume", "--checkpoint-every", "2", "--threads", threads]);
        let mut child = command(root.path(), &arguments).spawn().unwrap();
        std::thread::sleep(length.mul_f64(draws.uniform()));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            killed += 1;
        }
        child.wait().unwrap();
        if let Some(manifest) = Manifest::read(&folder).ok().filter(|m| m.status == Status::Complete) {
            resumed_at.extend(manifest.resumed_at);
            complete += 1;
            assert_same(&root.path().join("alone"), &folder);
            fs::remove_dir_all(&folder).unwrap();
        }
    }
    ends(root.path(), &all(&["--out", "killed", "--resume"]), 0);
    assert_same(&root.path().join("alone"), &folder);
    let manifest = Manifest::read(&folder).unwrap();
    assert!(!folder.join("checkpoint").exists());
    assert!(manifest.damaged_files(&folder).unwrap().is_empty());
    resumed_at.extend(manifest.resumed_at);
    println!("{killed} kills, {starts} starts, {} runs complete, resumed after ticks {resumed_at:?}", complete + 1);
    assert!(resumed_at.len() >= kills as usize / 4, "resumed after {resumed_at:?}");
}

#[test]
fn killed_at_random_moments_it_leaves_the_same_bytes() {
    survives_kills(&["quick", "--years", "3", "--set", TINY, "--panel", "firms"], 5, 1);
}

#[test]
#[ignore = "kills ten years of quick twenty times, minutes: cargo test --release --test resume twenty_kills_of_quick -- --ignored"]
fn twenty_kills_of_quick_leave_the_same_bytes() {
    survives_kills(&["quick", "--years", "10"], 20, 2);
}

#[test]
#[ignore = "kills two years of china-2023 twenty times, minutes: cargo test --release --test resume twenty_kills_of_china -- --ignored"]
fn twenty_kills_of_china_2023_leave_the_same_bytes() {
    survives_kills(&["china-2023", "--years", "2"], 20, 3);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_run_with_a_checkpoint_and_the_quarters_so_far() {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("out");
        let start = ["quick", "--years", "500", "--set", TINY, "--set", "output.accounts=false", "--out", "out"];
        let mut child = command(root.path(), &start).spawn().unwrap();
        wait_for(&folder.join("manifest.json"), &mut child);
        std::thread::sleep(Duration::from_millis(200));
        let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{told}");
        assert!(told.contains("--resume goes on from there"), "{told}");

        let manifest = Manifest::read(&folder).unwrap();
        assert_eq!(manifest.status, Status::Interrupted);
        let recorded = read_parquet(&folder.join("series.parquet")).unwrap();
        assert_eq!(recorded.rows(), manifest.ticks as usize + 1, "every quarter so far is in the table");
        // Fewer or more years than at first, and another number of threads, are the same run.
        let years = (manifest.ticks / 4 + 2).to_string();
        let resumed = ["quick", "--years", &years, "--set", TINY, "--set", "output.accounts=false"];
        ends(root.path(), &[&resumed[..], &["--out", "out", "--resume", "--threads", "2"]].concat(), 0);
        ends(root.path(), &[&resumed[..], &["--out", "alone", "--threads", "1"]].concat(), 0);
        assert_same(&root.path().join("alone"), &folder);
        let manifest = Manifest::read(&folder).unwrap();
        assert_eq!((manifest.status, manifest.resumed_at.len()), (Status::Complete, 1));
    }
}

/// A folder with the checkpoint of a run that was killed.
fn with_checkpoint(root: &Path, configuration: &[&str]) -> PathBuf {
    let checkpoint = root.join("out/checkpoint/state.bin");
    let arguments = [configuration, &["--out", "out", "--checkpoint-every", "1"]].concat();
    let mut child = command(root, &arguments).spawn().unwrap();
    wait_for(&checkpoint, &mut child);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(checkpoint.exists(), "the run was killed before its end");
    checkpoint
}

const LONG: [&str; 5] = ["quick", "--years", "50", "--set", TINY];

#[test]
fn damaged_and_foreign_checkpoints_are_refused_with_a_remedy() {
    let root = tempfile::tempdir().unwrap();
    let checkpoint = with_checkpoint(root.path(), &LONG);
    let resumed = |more: &[&'static str], code| {
        ends(root.path(), &[&LONG[..], &["--out", "out", "--resume"], more].concat(), code)
    };
    let told = resumed(&["--seed", "2"], 2);
    assert!(told.contains("`run.seed` was 1 and is 2") && told.contains("--out"), "{told}");
    let told = resumed(&["--set", "ai.enabled=false"], 2);
    assert!(told.contains("`ai.enabled` was true and is false"), "{told}");
    assert!(resumed(&["--panel", "firms"], 2).contains("did not begin with --panel firms"));
    assert!(resumed(&["--set", "output.accounts=false"], 2).contains("`output.accounts`"));

    let whole = fs::read(&checkpoint).unwrap();
    for case in 0..12 {
        let at = StreamKey::new(9, 0, Stream::Exit).agent(case).below(whole.len());
        let mut spoilt = whole.clone();
        spoilt[at] ^= 1;
        if case.is_multiple_of(3) {
            spoilt.truncate(at);
        }
        fs::write(&checkpoint, &spoilt).unwrap();
        let told = resumed(&[], 4);
        assert!(told.contains("state.bin is damaged") && told.contains("without --resume"), "{told}");
    }
    // Without --resume the run starts anew and the damaged checkpoint is no more.
    ends(root.path(), &["quick", "--years", "1", "--set", TINY, "--out", "out"], 0);
    assert!(!root.path().join("out/checkpoint").exists());
}

#[test]
fn a_spoilt_part_of_a_table_is_named() {
    let root = tempfile::tempdir().unwrap();
    with_checkpoint(root.path(), &["quick", "--years", "50", "--set", TINY, "--panel", "firms"]);
    let part = root.path().join("out/checkpoint/firms-00001.parquet");
    fs::write(&part, "spoilt").unwrap();
    let told = ends(root.path(), &[&LONG[..], &["--out", "out", "--resume"]].concat(), 4);
    assert!(told.contains("firms-00001.parquet is damaged"), "{told}");
}

#[test]
fn a_complete_run_is_left_alone_and_a_new_one_starts_anew() {
    let root = tempfile::tempdir().unwrap();
    let run = ["quick", "--years", "1", "--set", TINY, "--out", "out", "--resume"];
    ends(root.path(), &run, 0);
    let folder = root.path().join("out");
    let times = || -> Vec<_> {
        let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap());
        let mut times: Vec<_> = files.map(|f| (f.file_name(), f.metadata().unwrap().modified().unwrap())).collect();
        times.sort();
        times
    };
    let before = times();
    ends(root.path(), &run, 0);
    assert_eq!(times(), before);
    let told = ends(root.path(), &[&run[..], &["--seed", "3"]].concat(), 2);
    assert!(told.contains("`run.seed` was 1 and is 3"), "{told}");
    fs::write(folder.join("tasks.parquet"), "spoilt").unwrap();
    assert!(ends(root.path(), &run, 4).contains("tasks.parquet is damaged"));
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts of agents")]
fn whole(count: f64) -> usize {
    count.round() as usize
}

#[test]
fn panels_hold_every_firm_and_worker_and_agree() {
    let root = tempfile::tempdir().unwrap();
    ends(
        root.path(),
        &["quick", "--years", "1", "--set", TINY, "--out", "out", "--panel", "workers", "--panel", "firms"],
        0,
    );
    let read = |name: &str| read_parquet(&root.path().join(format!("out/{name}.parquet"))).unwrap();
    let (series, firms, workers) = (read("series"), read("firms"), read("workers"));
    let counts = Manifest::read(&root.path().join("out")).unwrap().counts;
    assert_eq!(workers.rows() as u64, 5 * counts.workers);
    let column = |table: &xinzhi::output::Table, name: &str| table.reals(name).unwrap();
    for (tick, in_business) in column(&series, "firms").into_iter().enumerate() {
        let rows = |table| -> Vec<usize> {
            let ticks: Vec<f64> = column(table, "tick");
            (0..ticks.len()).filter(|row| whole(ticks[*row]) == tick).collect()
        };
        let of_tick = rows(&firms);
        assert_eq!(of_tick.len(), whole(in_business), "firms at tick {tick}");
        let of = |name: &str| -> Vec<f64> { of_tick.iter().map(|row| column(&firms, name)[*row]).collect() };
        let (slots, staff) = (of("firm"), of("staff").iter().sum::<f64>());
        // Those of a firm that closed in this quarter are dismissed in the next.
        let employers = column(&workers, "employer");
        let employed = rows(&workers).into_iter().filter(|row| slots.contains(&employers[*row])).count();
        assert_eq!(employed, whole(staff), "staff at tick {tick}");
    }
}

/// The tick of the checkpoint in a folder.
fn checkpoint_tick(folder: &Path) -> u32 {
    Checkpoint::find(folder).unwrap().expect("a checkpoint").header.tick
}

#[test]
fn a_second_run_into_a_folder_is_refused_until_the_first_has_gone() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("out");
    let out = [&LONG[..], &["--out", "out", "--checkpoint-every", "1"]].concat();
    let mut first = command(root.path(), &out).spawn().unwrap();
    wait_for(&folder.join("checkpoint/state.bin"), &mut first);
    let holder = format!("process {} is writing into out", first.id());
    for more in [&[][..], &["--resume"]] {
        let told = ends(root.path(), &[&out[..], more].concat(), 4);
        assert!(told.contains(&holder) && told.contains("another folder with --out"), "{told}");
    }
    let told = complaint(&xinzhi(root.path(), &["plot", "out"]));
    assert!(told.contains("is still going on"), "{told}");
    let report = |folder: &str| String::from_utf8(xinzhi(root.path(), &["inspect", folder]).stdout).unwrap();
    assert!(report("out").contains("still going on"), "{}", report("out"));
    assert!(first.try_wait().unwrap().is_none(), "the first run went on all the time");
    first.kill().unwrap();
    first.wait().unwrap();
    // The lock went with the process; the file that it left holds nobody up and is no result.
    let told = report("out");
    assert!(told.contains("killed") && told.contains("--resume goes on from there"), "{told}");
    assert!(!told.contains("lock") && !told.contains("not of this run"), "{told}");
    let years = (checkpoint_tick(&folder) / 4 + 1).to_string();
    let shorter = ["quick", "--years", &years, "--set", TINY];
    ends(root.path(), &[&shorter[..], &["--out", "out", "--resume"]].concat(), 0);
    ends(root.path(), &[&shorter[..], &["--out", "alone"]].concat(), 0);
    assert_same(&root.path().join("alone"), &folder);
    let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!names.iter().any(|name| name.to_string_lossy().contains("lock")), "{names:?}");
}

/// A run whose folder has no room for it: clear error, last checkpoint kept, manifest with the reason, and resumed with room
/// the same bytes. `start` runs the line given to it where there is too little room, and leaves `out` in the folder.
#[cfg(unix)]
fn stops_for_want_of_room(root: &Path, system: &str, start: impl FnOnce(&str) -> Command) {
    let run = format!("quick --years 5 --set {TINY} --panel workers --checkpoint-every 2");
    let line = format!("{} run {run} --no-plots --quiet --out out", env!("CARGO_BIN_EXE_xinzhi"));
    let output = start(&line).current_dir(root).output().unwrap();
    let told = complaint(&output);
    assert_eq!(output.status.code(), Some(4), "{told}");
    assert!(told.starts_with("error: cannot write out/") && told.contains(system), "{told}");
    assert!(!told.contains("incomplete"), "the file is called by the name that it would have had: {told}");
    let folder = root.join("out");
    let kept = checkpoint_tick(&folder);
    assert!(told.contains(&format!("the state after tick {kept} is kept: the same command with --resume")), "{told}");
    let manifest = Manifest::read(&folder).unwrap();
    let Status::Failed(reason) = &manifest.status else { panic!("{:?}", manifest.status) };
    assert!(reason.contains(system) && manifest.files.is_empty() && manifest.ticks >= kept, "{manifest:?}");
    let report = String::from_utf8(xinzhi(root, &["inspect", "out"]).stdout).unwrap();
    assert!(report.contains(system) && report.contains(&format!("after tick {kept}: ")), "{report}");
    assert!(complaint(&xinzhi(root, &["plot", "out"])).contains("left no tables"));

    let arguments: Vec<&str> = run.split(' ').collect();
    ends(root, &[&arguments[..], &["--out", "out", "--resume"]].concat(), 0);
    ends(root, &[&arguments[..], &["--out", "alone"]].concat(), 0);
    assert_eq!(Manifest::read(&folder).unwrap().resumed_at, [kept]);
    assert_same(&root.join("alone"), &folder);
}

#[cfg(unix)]
#[test]
fn a_limit_on_the_size_of_files_is_exit_4_and_leaves_the_last_checkpoint() {
    let root = tempfile::tempdir().unwrap();
    stops_for_want_of_room(root.path(), "File too large", |line| {
        let mut command = Command::new("sh");
        // In units of 512 or 1024 bytes, as the shell has it.
        command.args(["-c", &format!("ulimit -f 2000; exec {line}")]);
        command
    });
}

/// A file system of four megabytes in a name space of its own, which needs no privileges where the system allows them.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_exit_4_and_leaves_the_last_checkpoint() {
    let root = tempfile::tempdir().unwrap();
    let small = "mkdir disk && mount -t tmpfs -o size=4m tmpfs disk";
    let unshared = |line: &str| {
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", line]).current_dir(root.path());
        command
    };
    if !unshared(small).output().is_ok_and(|done| done.status.success()) {
        println!("not tested: this system lets nobody mount a file system in a name space of their own");
        return;
    }
    fs::remove_dir(root.path().join("disk")).unwrap();
    stops_for_want_of_room(root.path(), "No space left on device", |line| {
        // The file system goes with the name space: its folder is copied out before.
        unshared(&format!("{small} && cd disk && {line}; code=$?; cp -r out ..; exit $code"))
    });
}

/// Tables need as much room again when they are completed: if only that fails, no tick is lost.
#[cfg(unix)]
#[test]
fn a_run_that_cannot_complete_its_tables_can_be_gone_on_with_from_its_end() {
    let root = tempfile::tempdir().unwrap();
    // A folder stands where the table is to be.
    fs::create_dir_all(root.path().join("out/accounts.parquet/in the way")).unwrap();
    let run = ["quick", "--years", "1", "--set", TINY];
    let told = ends(root.path(), &[&run[..], &["--out", "out"]].concat(), 4);
    assert!(told.contains("accounts.parquet") && told.contains("the state after tick 4 is kept"), "{told}");
    fs::remove_dir_all(root.path().join("out/accounts.parquet")).unwrap();
    ends(root.path(), &[&run[..], &["--out", "out", "--resume"]].concat(), 0);
    ends(root.path(), &[&run[..], &["--out", "alone"]].concat(), 0);
    assert_same(&root.path().join("alone"), &root.path().join("out"));
}
