//! Cost of a tick by size and of each mechanism, in one process with the machine's streaming bandwidth.
//!
//! `cargo bench --bench tick` measures 10^4, 10^5 and 10^6 workers on one thread and on two; `-- 1e4` only one size.
//! With `XINZHI_PERFORMANCE=1` it prints the tables of `docs/performance.md` instead: ticks, start-up,
//! memory, mechanisms; there in processor time of the simulating thread, since the machine may be shared.

use criterion::{Criterion, SamplingMode, criterion_group};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};
use xinzhi::agents::{Home, Job, Person, Wallet, WorkerSuppliers};
use xinzhi::engine::configuration::{Configuration, Override};
use xinzhi::simulation::Simulation;

/// Adults of the opening population.
const ADULTS: f64 = 1.1618e9;

fn configuration(base: &str, persons_per_worker: Option<f64>) -> Configuration {
    let overrides: Vec<Override> = persons_per_worker
        .map(|p| Override::set(&format!("population.persons_per_worker={p:?}")))
        .into_iter()
        .collect();
    Configuration::parse("bench.toml", &format!("extends = \"{base}\"\n"), &overrides, &Simulation::registry())
        .unwrap_or_else(|e| panic!("{e}"))
}

fn open(base: &str, persons_per_worker: Option<f64>) -> Simulation {
    Simulation::new(&configuration(base, persons_per_worker)).unwrap_or_else(|e| panic!("{e}"))
}

fn step(simulation: &mut Simulation) {
    simulation.step().unwrap_or_else(|e| panic!("{e}"));
    black_box(simulation.take_tables());
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started")
}

/// Bandwidth of a[i] = b[i] + s·c[i] on one thread, best of several \[bytes per second\]. McCalpin (1995), STREAM.
fn triad() -> f64 {
    let n = 1 << 24;
    let (mut a, b, c) = (vec![0.0_f64; n], vec![1.0_f64; n], vec![2.0_f64; n]);
    let mut best = f64::INFINITY;
    for s in 0..8 {
        let start = processor_time();
        for ((a, b), c) in a.iter_mut().zip(&b).zip(&c) {
            *a = b + f64::from(s) * c;
        }
        best = best.min(processor_time() - start);
        black_box(&a);
    }
    (24 * n) as f64 / best
}

fn ticks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tick");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for (name, workers, seconds) in [("1e4", 1e4, 2), ("1e5", 1e5, 4), ("1e6", 1e6, 10)] {
        for threads in [1, 2] {
            group.measurement_time(Duration::from_secs(seconds)).warm_up_time(Duration::from_secs(seconds / 2));
            let mut simulation = None;
            group.bench_function(format!("{name}/{threads}"), |bencher| {
                let simulation = simulation.get_or_insert_with(|| open("china-2023", Some(ADULTS / workers)));
                pool(threads).install(|| bencher.iter(|| step(simulation)));
            });
        }
    }
    group.finish();
}

/// Resident memory of this process \[bytes\].
fn resident(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|l| l.strip_prefix(field)?.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1024.0
}

/// Processor time of this thread \[seconds\], which other programs on the machine do not lengthen as they do the clock.
fn processor_time() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns * 1e-9)
}

/// Median of the seconds of some ticks.
fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn size_row(workers: f64, threads: usize, ticks: u32, floor: f64) {
    pool(threads).install(|| {
        let before = resident("VmRSS:");
        let start = processor_time();
        let mut simulation = open("china-2023", Some(ADULTS / workers));
        let start_up = processor_time() - start;
        step(&mut simulation);
        let first = processor_time() - start;
        #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
        let start = Instant::now();
        let seconds = (0..ticks).map(|_| {
            let start = processor_time();
            step(&mut simulation);
            processor_time() - start
        });
        let tick = median(seconds.collect());
        let clock = start.elapsed().as_secs_f64() / f64::from(ticks);
        let people = simulation.counts().workers as f64;
        println!(
            "| {workers:.0e} | {threads} | {people} | {} | {:.1} | {:.1} | {:.0} | {:.1} | {start_up:.2} | {first:.2} | {:.0} |",
            simulation.counts().firms,
            clock * 1e3,
            tick * 1e3,
            tick / people * 1e9,
            tick / people / floor,
            (resident("VmRSS:") - before) / people,
        );
        if threads == 1 && workers > 9e4 {
            shares(&simulation, f64::from(ticks + 1));
        }
    });
}

/// Milliseconds and share of every mechanism, the dearest first.
fn shares(simulation: &Simulation, ticks: f64) {
    let seconds = simulation.phase_seconds();
    let total: f64 = seconds.iter().map(|(_, s)| s).sum();
    let mut phases: BTreeMap<String, f64> = BTreeMap::new();
    for (name, s) in &seconds {
        *phases.entry(name.split('/').next().unwrap_or_default().to_owned()).or_default() += s;
    }
    let print = |title: &str, mut list: Vec<(String, f64)>, most: usize| {
        list.sort_by(|a, b| b.1.total_cmp(&a.1));
        println!("  {title} [ms a tick, share of {:.1} ms in mechanisms]:", total / ticks * 1e3);
        for (name, s) in list.into_iter().take(most) {
            println!("    {name:<40} {:>8.2} {:>5.1} %", s / ticks * 1e3, s / total * 100.0);
        }
    };
    print("phases", phases.into_iter().collect(), 18);
    print("mechanisms", seconds, 15);
}

fn whole_run(base: &str, ticks: u32) {
    let start = processor_time();
    let mut simulation = open(base, None);
    let opened = processor_time() - start;
    let mut done = 0;
    while done < ticks {
        if let Err(e) = simulation.step() {
            println!("stopped: {e}");
            break;
        }
        black_box(simulation.take_tables());
        done += 1;
    }
    let all = processor_time() - start;
    let workers = simulation.counts().workers;
    println!(
        "| {base} | {workers} | {done} | {opened:.2} | {all:.2} | {:.1} |",
        (all - opened) / f64::from(done.max(1)) * 1e3
    );
}

fn performance() {
    let triad = triad();
    let bytes =
        size_of::<Person>() + size_of::<Job>() + size_of::<Wallet>() + size_of::<Home>() + size_of::<WorkerSuppliers>();
    let floor = bytes as f64 / triad;
    println!("triad {:.1} GB/s; a worker has {bytes} bytes: one sweep {:.1} ns a worker\n", triad / 1e9, floor * 1e9);
    println!(
        "| workers | threads | worker agents | firms | tick [ms] | own thread [ms] | ns per worker | sweeps | opening [s] | to first tick [s] | bytes per worker |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for (workers, ticks) in [(1e4, 24), (1e5, 12), (1e6, 4)] {
        for threads in [1, 2] {
            size_row(workers, threads, ticks, floor);
        }
    }
    println!(
        "\n| configuration | worker agents | ticks | opening [s] | all [s] | ms a tick |\n|---|---|---|---|---|---|"
    );
    for (base, ticks) in [("quick", 160), ("china-2023", 20), ("large", 3)] {
        pool(1).install(|| whole_run(base, ticks));
    }
    println!("\npeak memory {:.0} MB", resident("VmHWM:") / 1e6);
}

criterion_group!(benches, ticks);

fn main() {
    if std::env::var_os("XINZHI_PERFORMANCE").is_some() {
        performance();
    } else {
        println!("triad {:.1} GB/s", triad() / 1e9);
        benches();
        Criterion::default().configure_from_args().final_summary();
    }
}
