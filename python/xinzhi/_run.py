"""One run: its arguments as the command line would have them, and its results."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

from . import _xinzhi
from ._xinzhi import Table

#: A value of a parameter.
Value = Union[bool, int, float, str]
#: Values that replace those of the configuration: ``{"table.key": value}`` or ``["table.key=value"]``.
Settings = Union[Mapping[str, Value], Iterable[str]]


@dataclass(frozen=True)
class Parameter:
    """What is declared about one parameter of the configuration."""

    #: ``table.key``.
    key: str
    #: What it is, and its source.
    doc: str
    #: Its unit, ``1`` for shares.
    unit: str
    #: Value in a configuration that does not set it.
    default: Value
    #: Smallest allowed number.
    low: float | None
    #: Largest allowed number.
    high: float | None
    #: Allowed words; empty where any is.
    choices: list[str]


@dataclass(frozen=True)
class Result:
    """What a run leaves: the tables of ``xinzhi run``, in memory."""

    #: Every table by its name: ``series``, ``sectors``, ``regions``, ``tasks``, ``banks``, ``accounts``, ``events``
    #: and the panels that were asked for.
    tables: dict[str, Table]
    #: What ``manifest.json`` tells of a run; it lists no files.
    manifest: dict[str, Any] = field(repr=False)

    @property
    def series(self) -> Table:
        """The national series, a row a quarter; the first is the opening position."""
        return self.tables["series"]

    @property
    def units(self) -> dict[str, dict[str, str]]:
        """Unit of every column of every table."""
        return {name: table.units for name, table in self.tables.items()}

    def __getitem__(self, name: str) -> Table:
        return self.tables[name]


def run(
    config: str | os.PathLike[str] = "china-2023",
    *,
    seed: int | None = None,
    years: int | None = None,
    set: Settings = (),  # noqa: A002 - the option's name
    threads: int | None = None,
    panels: Sequence[str] = (),
    **overrides: Value | Mapping[str, Value],
) -> Result:
    """Runs a configuration and keeps its tables in memory.

    :param config: path of a TOML file, or the name of a configuration inside the program (:func:`configurations`).
    :param seed: of every random draw (``run.seed``).
    :param years: simulated (``run.years``).
    :param set: values of parameters, ``{"table.key": value}`` or ``["table.key=value"]``.
    :param threads: inside the run; results do not depend on it. All cores by default; 1 is best where several runs go
        on at the same time.
    :param panels: ``"firms"``, ``"workers"``: every one of them at every tick.
    :param overrides: values of parameters by table, ``ai={"enabled": False}``, or ``**{"ai.enabled": False}``.
    :raises ConfigurationError: with every mistake and its place, in the words of the command line.
    :raises InvariantError: if an account does not close.
    :raises KeyboardInterrupt: after the quarter in which Ctrl-C was pressed.
    """
    given = [*settings(set), *settings(flat(overrides))]
    tables, manifest = _xinzhi.run(
        os.fspath(config),
        None if seed is None else text(seed),
        None if years is None else text(years),
        given,
        0 if threads is None else threads,
        list(panels),
    )
    return Result({table.name: table for table in tables}, json.loads(manifest))


def parameters() -> dict[str, Parameter]:
    """Every parameter that a configuration may set, by its key ``table.key``."""
    return {entry["key"]: Parameter(**entry) for entry in _xinzhi.parameters()}


def configurations() -> list[str]:
    """Names of the configurations inside the program."""
    return _xinzhi.configurations()


def flat(overrides: Mapping[str, Value | Mapping[str, Value]]) -> dict[str, Value]:
    """``{"table": {"key": value}}`` as ``{"table.key": value}``."""
    values: dict[str, Value] = {}
    for name, value in overrides.items():
        if isinstance(value, Mapping):
            values.update({f"{name}.{key}": inner for key, inner in value.items()})
        elif "." in name:
            values[name] = value
        else:
            raise TypeError(f"{name}: a table of the configuration takes a dict of its keys, {name}={{...}}")
    return values


def settings(given: Settings) -> list[str]:
    """What would stand behind ``--set``."""
    if isinstance(given, str):
        return [given]
    if isinstance(given, Mapping):
        return [f"{key}={text(value)}" for key, value in given.items()]
    return list(given)


def text(value: Any) -> str:
    """A value as TOML has it; numbers of numpy, too."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    return str(value)
