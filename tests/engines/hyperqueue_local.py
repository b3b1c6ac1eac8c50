"""Runs a study by HyperQueue's wheel: a server and its workers inside this process, a task for every missing shard.

    python hyperqueue_local.py PROGRAM STUDY [CORES]

What the engine says of its tasks decides nothing: after every round the folder is asked what is missing.
"""

from __future__ import annotations

import os
import subprocess
import sys

from hyperqueue import Job, LocalCluster
from hyperqueue.cluster import WorkerConfig

ROUNDS = 3


def missing(program: str, study: str) -> list[str]:
    """Numbers of the shards that are not committed."""
    command = [program, "study", "missing", study, "--format", "lines"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()


def main(program: str, study: str, cores: int) -> int:
    """0 if nothing is missing any more, 3 if something still is."""
    study = os.path.abspath(study)
    with LocalCluster(worker_config=WorkerConfig(cores=cores)) as cluster:
        client = cluster.client()
        for _ in range(ROUNDS):
            shards = missing(program, study)
            print(f"{len(shards)} shards are missing", flush=True)
            if not shards:
                return 0
            # By default the first failure would cancel the rest.
            job = Job(max_fails=None)
            for shard in shards:
                job.program([program, "study", "shard", study, shard], stdout=None, stderr=None, crash_limit=5)
            client.wait_for_jobs([client.submit(job)], raise_on_error=False)
    return 3 if missing(program, study) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else os.cpu_count() or 1))
