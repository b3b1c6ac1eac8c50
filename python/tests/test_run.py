"""A run in Python is a run of the program: values, messages, threads, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

import xinzhi

from conftest import SMALL


@pytest.fixture(scope="module")
def result() -> xinzhi.Result:
    return xinzhi.run("quick", seed=3, years=2, set=SMALL, panels=["firms", "workers"])


def test_every_column_is_what_the_program_writes(result, written):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    files = {path.stem for path in written.glob("*.parquet")}
    assert files == set(result.tables)
    for name, table in result.tables.items():
        file = parquet.read_table(written / f"{name}.parquet").combine_chunks()
        ours = pyarrow.table(table).combine_chunks()
        assert ours.schema.equals(file.schema), name
        assert ours.schema.metadata == file.schema.metadata, name
        for column in file.column_names:
            # Bit for bit: `equals` would let 0.0 pass for -0.0.
            assert ours[column].equals(file[column]), f"{name}.{column}"
            if pyarrow.types.is_floating(file[column].type):
                bits = [x.drop_null().to_numpy().tobytes() for x in (ours[column], file[column])]
                assert bits[0] == bits[1], f"{name}.{column}"


def test_the_manifest_is_that_of_the_program(result, written):
    file = json.loads((written / "manifest.json").read_text())
    for key in ("configuration", "configuration_blake3", "seed", "ticks", "counts", "collapse_labels", "status", "version"):
        assert result.manifest[key] == file[key], key
    assert result.manifest["seed"] == 3 and result.manifest["ticks"] == 8
    assert result.manifest["files"] == []


def test_units_and_shapes(result):
    assert result.series is result["series"] and result.series.shape[0] == len(result.series) == 9
    assert result.units["series"]["gdp_nominal_cny"] == "CNY per quarter"
    assert set(result.units["accounts"]) == set(result["accounts"].columns)
    column = result.series["unemployment_rate"]
    assert (column.name, column.unit, len(column)) == ("unemployment_rate", "1", 9)
    assert all(0 < x < 1 for x in column.to_list()[1:])
    assert result.series["tick"].to_list() == list(range(9))
    assert "tick" in result.series and "nothing" not in result.series
    with pytest.raises(KeyError, match="series has no column nothing"):
        result.series["nothing"]
    # Amounts are exact in Python, too: every row of the balance sheet closes.
    accounts = {name: result["accounts"][name].to_list() for name in ("tick", "matrix", "kind", "row", "amount_fen")}
    sums: dict[tuple, int] = {}
    for tick, matrix, kind, row, fen in zip(*accounts.values()):
        if (matrix, kind) == ("balance", "financial"):
            sums[tick, row] = sums.get((tick, row), 0) + fen
    assert sums and not any(sums.values())


def test_overrides_have_three_forms_and_results_do_not_depend_on_threads(result):
    dotted = xinzhi.run("quick", seed=3, years=2, threads=1, **{"population.persons_per_worker": 1_450_000})
    nested = xinzhi.run("quick", seed=3, threads=2, population={"persons_per_worker": 1_450_000}, run={"years": 2})
    listed = xinzhi.run("quick", set=["run.seed=3", "run.years=2", "population.persons_per_worker=1450000"])
    for other in (dotted, nested, listed):
        assert other.series["gdp_nominal_cny"].to_list() == result.series["gdp_nominal_cny"].to_list()
    with pytest.raises(TypeError, match="takes a dict"):
        xinzhi.run("quick", population=3)
    off = xinzhi.run("quick", years=1, set=SMALL, ai={"enabled": False}, output={"accounts": False})
    assert off.manifest["configuration"]["ai"]["enabled"] is False and "accounts" not in off.tables


@pytest.mark.parametrize(
    "settings",
    [
        {"ai.enabeld": True},
        {"run.years": 0, "population.persons_per_worker": "many"},
        {"nothing": 1},
    ],
)
def test_mistakes_are_told_in_the_words_of_the_program(command, tmp_path, settings):
    given = [f"{key}={value}".replace("True", "true") for key, value in settings.items()]
    with pytest.raises(xinzhi.ConfigurationError) as raised:
        xinzhi.run("quick", set=given)
    told = command("run", "quick", *[f"--set={text}" for text in given], cwd=tmp_path)
    assert told.returncode == raised.value.exit_code == 2
    # The program is told `--set=key=value` or `--set key=value`; errors cite the second.
    assert str(raised.value).rstrip() == told.stderr.rstrip()


def test_files_and_their_mistakes_are_cited(command, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('extends = "quick"\n[run]\nyears = 1\n[ai]\nenabled = "yes"\n')
    with pytest.raises(xinzhi.XinzhiError) as raised:
        xinzhi.run(file)
    told = command("run", file, cwd=tmp_path)
    assert str(raised.value).rstrip() == told.stderr.rstrip() and "mine.toml:5" in told.stderr
    with pytest.raises(xinzhi.ConfigurationError):
        xinzhi.run("no-such-configuration")


def test_the_interpreter_is_free_while_threads_run():
    """Two runs at the same time, and a third thread that counts meanwhile."""
    ticking = threading.Event()
    counted = 0

    def work(seed: int) -> None:
        done[seed] = xinzhi.run("quick", seed=seed, years=3, set=SMALL, threads=1).series["gdp_nominal_cny"].to_list()

    done: dict[int, list] = {}
    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 2)]
    # A thread that waits for the lock would otherwise be given it every few milliseconds.
    before = sys.getswitchinterval()
    sys.setswitchinterval(10)
    try:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            counted += 1
            ticking.wait(0.001)
    finally:
        sys.setswitchinterval(before)
        for thread in threads:
            thread.join()
    assert counted > 20, "the main thread stood still while the runs went on"
    for seed, series in done.items():
        alone = xinzhi.run("quick", seed=seed, years=3, set=SMALL, threads=2)
        assert series == alone.series["gdp_nominal_cny"].to_list()


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_stops_a_run_after_the_quarter():
    program = (
        "import xinzhi\n"
        "print('ready', flush=True)\n"
        f"try: xinzhi.run('quick', years=900, set={SMALL!r})\n"
        "except KeyboardInterrupt: print('interrupted')\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        assert process.stdout.read() == "interrupted\n"
        assert time.monotonic() - begun < 10


def test_parameters_are_listed():
    parameters = xinzhi.parameters()
    years = parameters["run.years"]
    assert years.low == 1 and years.doc and isinstance(years.default, int)
    assert parameters["ai.enabled"].default in (True, False)
    assert "quick" in xinzhi.configurations()
    assert xinzhi.__version__.count(".") == 2
