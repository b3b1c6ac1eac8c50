//! Scripts that let an existing engine run what is missing: Slurm job arrays with a finaliser that resubmits and merges, or
//! `HyperQueue`.

use std::path::{Path, PathBuf};

use super::error::StudyError;
use super::folder::{Folder, replace};

/// How often the finaliser submits again what is missing.
const TRIES: u32 = 3;
/// How often an interrupted shard asks for another go.
const RESTARTS: u32 = 20;

/// What runs shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// Job arrays of Slurm.
    Slurm,
    /// `HyperQueue`, for short or very many shards.
    Hq,
    /// This machine.
    Local,
}

/// A word as a shell reads it.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Scripts of an engine, written into `submit/`; returns the command that submits.
///
/// # Errors
/// If the system refuses.
pub fn write(folder: &Folder, engine: Engine, program: &Path, extra: &[String]) -> Result<Vec<String>, StudyError> {
    let names = Names::new(folder, program, extra);
    match engine {
        Engine::Local => Ok(Vec::new()),
        Engine::Slurm => {
            script(folder, "shard.sbatch", &names.shard_sbatch())?;
            script(folder, "finalize.sbatch", &names.finalize_sbatch())?;
            let start = script(folder, "slurm.sh", &names.slurm_sh())?;
            Ok(vec!["bash".into(), start.display().to_string()])
        }
        Engine::Hq => {
            let start = script(folder, "hq.sh", &names.hq_sh())?;
            Ok(vec!["bash".into(), start.display().to_string()])
        }
    }
}

fn script(folder: &Folder, name: &str, text: &str) -> Result<PathBuf, StudyError> {
    let path = folder.path().join("submit").join(name);
    replace(&path, text.as_bytes())?;
    Ok(path)
}

struct Names {
    study: String,
    program: String,
    extra: String,
    submit: String,
    logs: String,
}

impl Names {
    fn new(folder: &Folder, program: &Path, extra: &[String]) -> Self {
        let path = |path: PathBuf| quoted(&path.display().to_string());
        Self {
            study: path(folder.path().to_owned()),
            program: path(program.to_owned()),
            extra: extra.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "),
            submit: path(folder.path().join("submit")),
            logs: path(folder.path().join("logs")),
        }
    }

    /// The same beginning everywhere.
    fn head(&self) -> String {
        format!("D={}\nXZ=${{XINZHI:-{}}}\n", self.study, self.program)
    }

    fn shard_sbatch(&self) -> String {
        format!(
            r#"#!/bin/bash
#SBATCH --requeue --open-mode=append --signal=B:TERM@120
# One shard of a study. The trap forwards a time limit or a preemption; exit 75 asks for another go.
{head}trap 'kill -TERM $c 2>/dev/null' TERM
"$XZ" study shard "$D" "$SLURM_ARRAY_TASK_ID" & c=$!
wait $c; rc=$?
# A signal interrupts `wait` itself: then wait for the program.
[ $rc -gt 128 ] && kill -0 $c 2>/dev/null && {{ wait $c; rc=$?; }}
if [ $rc -eq 75 ] && [ "${{SLURM_RESTART_COUNT:-0}}" -lt {RESTARTS} ]; then
    scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_${{SLURM_ARRAY_TASK_ID}}"
fi
exit $rc
"#,
            head = self.head()
        )
    }

    fn finalize_sbatch(&self) -> String {
        format!(
            r#"#!/bin/bash
#SBATCH --requeue --open-mode=append
# finalize.sbatch TRIES: merges a complete study, or submits what is missing again. What is missing is a matter of the
# folder, never of exit codes, accounting or clocks.
{head}TRIES=${{1:-0}}
missing=$("$XZ" study missing "$D" --format ranges); rc=$?
if [ $rc -eq 0 ]; then exec "$XZ" study merge "$D"; fi
[ $rc -eq 3 ] || exit $rc
if [ "$TRIES" -gt 0 ]; then
    exec bash {submit}/slurm.sh $((TRIES - 1))
fi
echo "shards are missing after all tries: $missing" >&2
exit 3
"#,
            head = self.head(),
            submit = self.submit
        )
    }

    fn slurm_sh(&self) -> String {
        format!(
            r#"#!/bin/bash
# slurm.sh [TRIES]: submits the shards that are missing as a job array (1000 at most: the usual MaxArraySize), and behind
# it the finaliser. `afterany`: a dependency on success would wait for ever for a shard that failed once.
set -eu
{head}TRIES=${{1:-{TRIES}}}
mkdir -p {logs}
missing=$("$XZ" study missing "$D" --format ranges --limit 1000) || [ $? -eq 3 ]
after=
if [ -n "$missing" ]; then
    job=$(sbatch --parsable --array="$missing" -n1 -o {logs}/shard-%a.out {extra} {submit}/shard.sbatch)
    echo "array job ${{job%%;*}}: shards $missing"
    after=--dependency=afterany:${{job%%;*}}
fi
job=$(sbatch --parsable $after -n1 -o {logs}/finalize.out {extra} {submit}/finalize.sbatch "$TRIES")
echo "finaliser job ${{job%%;*}}, tries left: $TRIES"
"#,
            head = self.head(),
            logs = self.logs,
            submit = self.submit,
            extra = self.extra
        )
    }

    fn hq_sh(&self) -> String {
        format!(
            r#"#!/bin/bash
# hq.sh [TRIES]: submits the shards that are missing to a running HyperQueue server, waits, and merges. `hq` says 0 even when
# tasks fail: the folder is asked.
set -eu
{head}TRIES=${{1:-{TRIES}}}
while :; do
    "$XZ" study missing "$D" --format lines --limit 0 > {submit}/todo.txt || [ $? -eq 3 ]
    [ -s {submit}/todo.txt ] || exec "$XZ" study merge "$D"
    [ "$TRIES" -ge 0 ] || {{ echo "shards are missing after all tries" >&2; exit 3; }}
    TRIES=$((TRIES - 1))
    job=$(hq --output-mode quiet submit --each-line {submit}/todo.txt --crash-limit 5 \
        --stream {logs}/hq --cpus 1 {extra} -- bash -c 'exec "$0" study shard "$1" "$HQ_ENTRY"' "$XZ" "$D")
    echo "job $job"
    hq job wait "$job" || true
done
"#,
            head = self.head(),
            logs = self.logs,
            submit = self.submit,
            extra = self.extra
        )
    }
}
