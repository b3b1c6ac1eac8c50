"""Tables reach other libraries without a copy of their numbers."""

from __future__ import annotations

import pytest

import xinzhi

from conftest import SMALL


@pytest.fixture(scope="module")
def series() -> xinzhi.Table:
    return xinzhi.run("quick", years=1, set=SMALL).series


def addresses(array) -> list[int | None]:
    return [None if buffer is None else buffer.address for buffer in array.buffers()]


def test_pyarrow_shares_the_memory(series):
    pyarrow = pytest.importorskip("pyarrow")
    streamed, batch = pyarrow.table(series), pyarrow.record_batch(series)
    for name in ("tick", "unemployment_rate", "gdp_nominal_cny"):
        assert streamed[name].num_chunks == 1
        seen = [addresses(a) for a in (streamed[name].chunk(0), batch[name], pyarrow.array(series[name]))]
        assert seen[0] == seen[1] == seen[2], name
    assert streamed.schema.metadata[b"unit:unemployment_rate"] == b"1"


def test_what_was_taken_outlives_the_result():
    pyarrow = pytest.importorskip("pyarrow")
    taken = pyarrow.table(xinzhi.run("quick", years=1, set=SMALL).series)
    assert taken["tick"].to_pylist() == [0, 1, 2, 3, 4]
    taken.validate(full=True)


def test_capsules_that_nobody_takes_are_released(series):
    for _ in range(1000):
        series.__arrow_c_stream__()
        series.__arrow_c_array__()
        series["tick"].__arrow_c_array__()


def test_polars_shares_the_memory(series):
    pyarrow, polars = pytest.importorskip("pyarrow"), pytest.importorskip("polars")
    frame = polars.DataFrame(series)
    assert frame.shape == series.shape
    # Handed on by polars, which would show a copy.
    theirs = pyarrow.chunked_array(frame["gdp_nominal_cny"]).chunk(0)
    assert theirs.buffers()[1].address == pyarrow.table(series)["gdp_nominal_cny"].chunk(0).buffers()[1].address


def test_pandas_shares_the_memory(series):
    pyarrow, pandas = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    table = pyarrow.table(series)
    frame = table.to_pandas(types_mapper=pandas.ArrowDtype)
    theirs = pyarrow.chunked_array(pyarrow.array(frame["gdp_nominal_cny"].array)).chunk(0)
    assert theirs.buffers()[1].address == table["gdp_nominal_cny"].chunk(0).buffers()[1].address
    if hasattr(pandas.DataFrame, "from_arrow"):
        assert pandas.DataFrame.from_arrow(series).shape == series.shape


def test_duckdb_reads_a_table(series):
    duckdb, pyarrow = pytest.importorskip("duckdb"), pytest.importorskip("pyarrow")
    quarters = pyarrow.table(series)  # noqa: F841 - found by its name
    assert duckdb.sql("select max(tick) from quarters").fetchall() == [(4,)]
