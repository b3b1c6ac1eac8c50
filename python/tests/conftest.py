"""What the tests share: the smallest economy, the program beside the package."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: About a thousand workers: two years take a fraction of a second.
SMALL = {"population.persons_per_worker": 1_450_000}


def program() -> str | None:
    """The program of the command line: `XINZHI_PROGRAM`, or what was built here last."""
    built = (ROOT / "target" / profile / "xinzhi" for profile in ("release", "fast", "debug"))
    found = sorted((path for path in built if path.is_file()), key=lambda path: path.stat().st_mtime)
    return os.environ.get("XINZHI_PROGRAM") or (str(found[-1]) if found else shutil.which("xinzhi"))


@pytest.fixture(scope="session")
def command():
    """Runs the program; skipped where it is not built."""
    path = program()
    if path is None:
        pytest.skip("the program is not built: cargo build --release")

    def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [path, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
        )

    return run


@pytest.fixture(scope="session")
def written(command, tmp_path_factory) -> Path:
    """The folder of a small run with both panels, written by the program."""
    folder = tmp_path_factory.mktemp("written")
    sets = [f"--set={key}={value}" for key, value in SMALL.items()]
    panels = ["--panel=firms", "--panel=workers"]
    done = command("run", "quick", "--seed=3", "--years=2", *sets, *panels, "--no-plots", "--out=run", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "run"
