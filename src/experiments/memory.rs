//! How much memory a run takes and how much there is: how many runs fit side by side.

use std::fs;
use std::path::{Path, PathBuf};

use crate::engine::configuration::Configuration;
use crate::engine::settings::PopulationSettings;

/// Adults of China in 2023, rounded up: worker agents times the persons that one stands for. \[persons\]
const ADULTS: f64 = 1.2e9;
/// Peak of a run beside its agents: calibration tables, buffers of tables and figures. \[bytes\]
///
/// A run of `quick` peaks at 26 MB with 8,000 workers (docs/performance.md); rounded up.
const FIXED: f64 = 48.0 * 1024.0 * 1024.0;
/// Peak for each worker agent with its share of firms. \[bytes\]
///
/// 564 to 718 measured at 10^6 workers, the opening included (docs/performance.md).
const A_WORKER: f64 = 750.0;
/// Share of the available memory that runs may take; the rest is for the system's cache of files and for growth.
const USABLE: f64 = 0.8;

/// Estimated peak of one run: `48 MiB + 750 bytes · 1.2·10⁹ / persons_per_worker`. \[bytes\]
#[must_use]
pub fn of_a_run(configuration: &Configuration) -> f64 {
    let population: PopulationSettings = configuration.table("population");
    FIXED + A_WORKER * ADULTS / population.persons_per_worker
}

/// How many of at most `jobs` runs of this size fit into four fifths of the available memory; all of them where the
/// system does not tell.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count that is bounded by `jobs`")]
pub fn fitting(jobs: usize, a_run: f64, available: Option<u64>) -> usize {
    available.map_or(jobs, |bytes| jobs.min((USABLE * bytes as f64 / a_run) as usize))
}

/// Memory that this process may still take: what the machine has available, or less where a control group (a container,
/// a batch job) sets a limit. \[bytes\]
#[must_use]
pub fn available() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| machine(&text));
    let group = fs::read_to_string("/proc/self/cgroup").ok().and_then(|text| group(Path::new("/sys/fs/cgroup"), &text));
    [machine, group].into_iter().flatten().min()
}

/// `MemAvailable` of `/proc/meminfo`.
fn machine(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The tightest limit of the control groups (version 2) above this process, less what they use and cannot give back.
fn group(root: &Path, text: &str) -> Option<u64> {
    let own = text.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let mut folder = root.join(own);
    let mut least = None;
    loop {
        least = [least, left(&folder)].into_iter().flatten().min();
        if folder == root {
            return least;
        }
        folder = folder.parent().map(PathBuf::from)?;
    }
}

/// What one group leaves.
fn left(folder: &Path) -> Option<u64> {
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let limit: u64 = read("memory.max")?.trim().parse().ok()?;
    let used: u64 = read("memory.current")?.trim().parse().ok()?;
    let cached = read("memory.stat")
        .and_then(|text| text.lines().find_map(|line| line.strip_prefix("inactive_file ")?.trim().parse().ok()))
        .unwrap_or(0);
    Some(limit.saturating_sub(used.saturating_sub(cached)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::Simulation;

    #[test]
    fn as_many_runs_fit_as_memory_allows() {
        let of = |text: &str| {
            of_a_run(
                &Configuration::parse("a.toml", text, &[], &Simulation::registry()).unwrap_or_else(|e| panic!("{e}")),
            )
        };
        assert!((of("extends = \"china-2023\"") / 1e6 - 166.0).abs() < 1.0);
        assert_eq!(fitting(8, 100.0, None), 8);
        assert_eq!(fitting(8, 100.0, Some(1000)), 8);
        assert_eq!(fitting(8, 100.0, Some(500)), 4);
        assert_eq!(fitting(8, 1000.0, Some(500)), 0);
    }

    #[test]
    fn memory_is_what_the_machine_or_the_tightest_group_leaves() {
        assert_eq!(machine("MemTotal: 9 kB\nMemAvailable:   123 kB\n"), Some(123 * 1024));
        assert_eq!(machine("MemTotal: 9 kB\n"), None);
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("jobs/one");
        fs::create_dir_all(&inner).unwrap();
        let write = |folder: &Path, limit: &str| {
            fs::write(folder.join("memory.max"), limit).unwrap();
            fs::write(folder.join("memory.current"), "300\n").unwrap();
            fs::write(folder.join("memory.stat"), "anon 200\ninactive_file 100\n").unwrap();
        };
        write(&inner, "max\n");
        assert_eq!(group(root.path(), "0::/jobs/one\n"), None);
        write(&root.path().join("jobs"), "1000\n");
        assert_eq!(group(root.path(), "0::/jobs/one\n"), Some(800));
        assert_eq!(group(root.path(), "4:memory:/old\n"), None);
    }
}
