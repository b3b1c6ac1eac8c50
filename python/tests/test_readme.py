"""What the README and docs/analysis.md show is run, block by block."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import xinzhi

from conftest import ROOT, SMALL


def blocks(document: str, language: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    assert found, f"{document} shows no {language}"
    return found


def test_the_readme(monkeypatch):
    for needed in ("numpy", "pandas", "polars", "pyarrow"):
        pytest.importorskip(needed)
    run = xinzhi.run

    def small(config, **arguments):
        """The same in the smallest economy, so that it takes no time."""
        given = arguments.pop("set", {})
        given = [*given, "population.persons_per_worker=1450000"] if isinstance(given, list) else {**SMALL, **given}
        return run(config, set=given, **arguments)

    monkeypatch.setattr(xinzhi, "run", small)
    monkeypatch.setattr("xinzhi._model.run", small)
    names: dict[str, object] = {}
    for block in blocks("python/README.md", "python"):
        exec(compile(block, "README.md", "exec"), names)
    assert names["arrow"].num_rows == names["frame"].height == len(names["pandas"]) == 5


@pytest.fixture(scope="module")
def outputs(command, tmp_path_factory) -> Path:
    """The folders that docs/analysis.md reads: an ensemble of three seeds with a panel, and a counterfactual."""
    folder = tmp_path_factory.mktemp("analysis")
    for name, sets in (("quick", []), ("no-ai", ["--set=ai.enabled=false"])):
        sets = [*sets, *[f"--set={key}={value}" for key, value in SMALL.items()]]
        for seed in (1, 2, 3):
            place = f"--out=outputs/{name}/seed-{seed}"
            done = command("run", "quick", f"--seed={seed}", "--years=2", *sets, "--panel=firms", "--no-plots", place, cwd=folder)
            assert done.returncode == 0, done.stderr
    return folder


def test_analysis_in_python(outputs, monkeypatch):
    for needed in ("pandas", "polars", "pyarrow", "duckdb"):
        pytest.importorskip(needed)
    monkeypatch.chdir(outputs)
    for block in blocks("docs/analysis.md", "python"):
        exec(compile(block, "analysis.md", "exec"), {})
    assert (outputs / "series.dta").stat().st_size > 0 and (outputs / "series.feather").stat().st_size > 0


def test_analysis_in_duckdb(outputs, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(outputs)
    for block in blocks("docs/analysis.md", "sql"):
        for statement in filter(str.strip, block.split(";")):
            assert duckdb.sql(statement).fetchall(), statement


def test_analysis_in_r(outputs):
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed")
    for block in blocks("docs/analysis.md", "r"):
        done = subprocess.run([rscript, "-e", block], cwd=outputs, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
