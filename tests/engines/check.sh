#!/usr/bin/env bash
# A study of 64 points run by real engines on this machine, with a task killed in the middle of its shard: the dataset is
# complete, and to the byte the one that this machine makes alone.
#
#   tests/engines/check.sh                             both engines, and what needs none
#   tests/engines/check.sh [slurm] [hyperqueue] [two-workers] [clock-skew] [disk-full] [interrupted-merge] [lost-node]
#
# Only by name, since Slurm takes half a minute to give a node up: lost-node.
#
# XINZHI_PROGRAM is the program (target/release/xinzhi by default). An engine that is neither here nor can be installed
# (Slurm: apt, as root; HyperQueue: its wheel, by pip) is skipped, which is said. Slurm's daemons listen on 127.0.0.1
# alone and are ended by their process ids; HyperQueue's are threads of one process (encrypted, on ports of its choice).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
. "$here/slurm_on_loopback.sh"
program="$(realpath -m "${XINZHI_PROGRAM:-$here/../../target/release/xinzhi}")"
test -x "$program" || { echo "engines: there is no program at $program: cargo build --release" >&2; exit 1; }
# The scripts of a study call the program that made them; the finaliser of a job finds it here, too.
PATH="$(dirname "$program"):$PATH"
export PATH NO_COLOR=1
engines=("$@")
[ ${#engines[@]} -gt 0 ] || engines=(slurm hyperqueue two-workers clock-skew disk-full interrupted-merge)

work="$(mktemp -d)"
started=
mounted=
clean_up() {
    [ -z "$started" ] || slurm_stop
    [ -z "$mounted" ] || umount "$mounted"
    rm -rf "$work"
}
trap clean_up EXIT

say() { printf 'engines: %s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

# So many values of one parameter by four seeds: runs of a year, each a fraction of a second.
sweep() {
    cat > "$work/sweep-$1.toml" << TOML
[sweep]
configuration = "quick"
years = 1
seeds = [1, 2, 3, 4]

[sweep.set]
population.persons_per_worker = 1450000.0

[sweep.parameters]
price_setting.adjustment = { from = 0.2, to = 0.8, steps = $1 }
TOML
}

# In eight shards; of the study that `make_alone` has made last.
plan() { "$program" study plan "$work/sweep-$points.toml" --out "$1" --shards 8 > /dev/null; }

# Process of a shard of this study that is being run, as soon as there is one.
shard_process() {
    local process
    for _ in $(seq 400); do
        for process in $(pgrep -f "study shard $1 [0-9]+" || true); do
            # The program itself, no shell that starts it.
            case "$(cat "/proc/$process/comm" 2> /dev/null)" in
                '' | bash | sh) ;;
                *) echo "$process"; return 0 ;;
            esac
        done
        sleep 0.05
    done
    return 1
}

# Kills one shard of a study in the middle of its work; the engine's own processes live on.
kill_a_shard() {
    local pid
    pid="$(shard_process "$1")" || fail "no shard was running that could be killed"
    kill -KILL "$pid"
    say "killed process $pid in the middle of a shard"
}

# Waits until a file is there, for so many seconds.
await() {
    local file="$1" left=$(($2 * 4))
    until [ -e "$file" ]; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep 0.25
    done
}

compare() {
    "$program" study missing "$1" > /dev/null || fail "$2: shards are missing"
    cmp "$work/local-$points.parquet" "$3" || fail "$2: the dataset differs from that of this machine alone"
    say "$2: complete, byte for byte that of this machine alone ($SECONDS s)"
}

run_what_is_missing() {
    local shard
    for shard in $("$program" study missing "$1" --format lines || true); do
        "$program" study shard "$1" "$shard" > /dev/null
    done
}

# Runs the rest, merges, compares.
finish_alone() {
    run_what_is_missing "$1"
    rm -f "$work/finished.parquet"
    "$program" study merge "$1" -o "$work/finished.parquet" > /dev/null
    compare "$1" "$2" "$work/finished.parquet"
}

# What this machine makes alone, of so many points.
make_alone() {
    points="$1"
    [ ! -e "$work/local-$points.parquet" ] || return 0
    sweep "$points"
    plan "$work/alone-$points"
    run_what_is_missing "$work/alone-$points"
    "$program" study merge "$work/alone-$points" -o "$work/local-$points.parquet" > /dev/null
    say "$((4 * points)) runs on this machine alone ($SECONDS s)"
}

# Installs Slurm if need be and starts it; 1 if that is not possible.
start_slurm() {
    if ! command -v slurmctld > /dev/null; then
        { [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get update -qq &&
            apt-get install -y -qq --no-install-recommends slurm-wlm; } > "$work/install.txt" 2>&1 ||
            { say "$1: skipped: Slurm is not installed, and apt-get install slurm-wlm is not possible here"; return 1; }
    fi
    slurm_start "$work/$1" || fail "$1: no daemons"
    started=yes
}

stop_slurm() {
    slurm_stop
    started=
}

# Waits for the finaliser's dataset and compares it.
await_slurm() {
    await "$1/merged.parquet" "$3" ||
        { squeue; tail -n 5 "$1"/{logs,submit}/*.out; fail "$2: no dataset"; } >&2
    compare "$1" "$2" "$1/merged.parquet"
}

on_slurm() {
    start_slurm slurm || return 0
    plan "$work/slurm-study"
    # One command from the plan to a running array with its finaliser; what stands behind -- goes to sbatch.
    "$program" study submit "$work/slurm-study" --engine slurm -- --mem=100
    kill_a_shard "$work/slurm-study"
    await_slurm "$work/slurm-study" slurm 60
    stop_slurm
}

on_lost_node() {
    start_slurm lost-node || return 0
    plan "$work/node-study"
    "$program" study submit "$work/node-study" --engine slurm -- --mem=100
    shard_process "$work/node-study" > /dev/null || fail "lost node: no shard was running"
    # The node dies: its daemon, and all that it had started, which are the descendants of the step's daemon.
    local process job killed=0
    kill -KILL "$(cat "$slurm_dir/run/process.c1")"
    for job in $(squeue -h -r -w c1 -o '%A'); do
        for process in $(pgrep -f "^slurmstepd: \[$job\."); do
            # Not of another Slurm on this machine.
            if tr '\0' '\n' < "/proc/$process/environ" | grep -q "$slurm_dir"; then
                for process in $(descendants "$process") "$process"; do
                    kill -KILL "$process" 2> /dev/null && killed=$((killed + 1))
                done
            fi
        done
    done
    say "node c1 is lost, with $killed processes of its jobs"
    # Slurm gives it up after SlurmdTimeout and holds the job for two minutes, which we do not wait for.
    local held
    for _ in $(seq 120); do
        for held in $(squeue -h -r -o '%i %r' 2> /dev/null | awk '$2 == "BeginTime" { print $1 }'); do
            scontrol update "job=$held" StartTime=now && say "Slurm has put $held back into its queue"
        done
        [ ! -e "$work/node-study/merged.parquet" ] || break
        sleep 1
    done
    await_slurm "$work/node-study" "lost node" 1
    stop_slurm
}

# Processes that a process has started, and those that they have.
descendants() {
    local child
    for child in $(pgrep -P "$1" || true); do
        descendants "$child"
        echo "$child"
    done
}

on_hyperqueue() {
    local python="$work/hyperqueue/bin/python"
    if [ -n "${XINZHI_HYPERQUEUE_PYTHON:-}" ]; then
        python="$XINZHI_HYPERQUEUE_PYTHON"
    else
        { python3 -m venv "$work/hyperqueue" && "$work/hyperqueue/bin/pip" install --quiet hyperqueue==0.27.0; } \
            > "$work/install.txt" 2>&1 ||
            { say "hyperqueue: skipped: its wheel cannot be installed here (Python, pip, network, or another platform)"; return; }
    fi
    plan "$work/hq-study"
    "$python" "$here/hyperqueue_local.py" "$program" "$work/hq-study" 2 > "$work/hq.txt" 2>&1 &
    local loop=$!
    kill_a_shard "$work/hq-study"
    wait "$loop" || { cat "$work/hq.txt" >&2; fail "hyperqueue: the loop ended with an error"; }
    "$program" study merge "$work/hq-study" -o "$work/hq.parquet" > /dev/null
    compare "$work/hq-study" hyperqueue "$work/hq.parquet"
}

# The rest needs no engine: what can go wrong with one shard, or with the merge.

on_two_workers() {
    plan "$work/twice"
    local copies=()
    for _ in 1 2 3 4 5 6; do
        "$program" study shard "$work/twice" 3 > /dev/null &
        copies+=($!)
    done
    for copy in "${copies[@]}"; do wait "$copy" || fail "two workers: a copy ended with $?"; done
    [ "$(find "$work/twice/parts" -name '000003-*' | wc -l)" = 1 ] || fail "two workers: not one part"
    [ -z "$(find "$work/twice" -name '.tmp-*')" ] || fail "two workers: files in the making were left"
    finish_alone "$work/twice" "six copies of one shard"
}

on_clock_skew() {
    command -v faketime > /dev/null || { say "clock skew: skipped: faketime is not installed"; return; }
    plan "$work/skew"
    # One worker lives a year ago, the next a year ahead; the rest is done today.
    faketime -f -365d "$program" study shard "$work/skew" 0 > /dev/null
    faketime -f +365d "$program" study shard "$work/skew" 1 > /dev/null
    "$program" study status "$work/skew" > /dev/null || [ $? -eq 3 ] || fail "clock skew: status fails"
    finish_alone "$work/skew" "clocks a year behind and a year ahead"
}

on_disk_full() {
    local disk="$work/disk" code=0
    mkdir "$disk"
    mount -t tmpfs -o size=256k tmpfs "$disk" 2> /dev/null || { say "disk full: skipped: no file system can be mounted here"; return; }
    mounted="$disk"
    plan "$disk/study" || fail "disk full: no plan"
    # No byte is left.
    cat /dev/zero > "$disk/ballast" 2> /dev/null || true
    "$program" study shard "$disk/study" 2 > /dev/null 2> "$work/full.txt" || code=$?
    [ "$code" = 74 ] || { cat "$work/full.txt" >&2; fail "disk full: the shard ended with $code instead of 74"; }
    { "$program" study missing "$disk/study" --format lines || true; } | grep -qx 2 ||
        fail "disk full: the shard counts as done"
    mount -o remount,size=16m "$disk" && rm "$disk/ballast"
    finish_alone "$disk/study" "a full disk, then room"
    umount "$disk"
    mounted=
}

on_interrupted_merge() {
    plan "$work/merge"
    run_what_is_missing "$work/merge"
    local at
    for at in 0.005 0.02 0.05; do
        "$program" study merge "$work/merge" -o "$work/merge/out.parquet" > /dev/null 2>&1 &
        sleep "$at"
        kill -KILL $! 2> /dev/null || true
        wait $! 2> /dev/null || true
        # There is nothing, or all of it.
        [ ! -e "$work/merge/out.parquet" ] || cmp "$work/local-$points.parquet" "$work/merge/out.parquet"
        rm -f "$work/merge/out.parquet"
    done
    finish_alone "$work/merge" "a merge killed three times"
}

for engine in "${engines[@]}"; do
    case "$engine" in
        slurm | hyperqueue | lost-node) make_alone 16 ;;
        *) make_alone 4 ;;
    esac
    "on_${engine//-/_}"
done
