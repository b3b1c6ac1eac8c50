"""The model as a function, in the forms in which SALib, black-it and the EMA workbench call one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Union

from ._run import Result, Settings, Value, run
from ._run import parameters as declared

if TYPE_CHECKING:
    import numpy

#: A column of ``series``, or what is computed of a result: a number, or one number a quarter.
Output = Union[str, Callable[[Result], Any]]


class Model:
    """The simulator as a function of some of its parameters.

    :param config: as of :func:`xinzhi.run`.
    :param parameters: the parameters that vary, ``{"table.key": (smallest, largest)}``, in order. Tools draw real
        numbers: for a whole number they are rounded, for a switch 0.5 and more is on.
    :param outputs: what a run gives: columns of ``series``, or ``{"name": function of the result}``.
    :param seed: of the runs that are given none.
    :param years: of every run.
    :param set: values of parameters that do not vary.
    :param warm_up: first quarters, the opening position among them, that columns of ``series`` leave out.

    Every run has one thread, and holds no lock of the interpreter: :meth:`evaluate` fills all cores with threads, and
    so do the tools' own.
    """

    def __init__(
        self,
        config: str | os.PathLike[str],
        parameters: Mapping[str, tuple[float, float]],
        outputs: Sequence[str] | Mapping[str, Output],
        *,
        seed: int | None = None,
        years: int | None = None,
        set: Settings = (),  # noqa: A002 - the option's name
        warm_up: int = 1,
    ) -> None:
        self.config = config
        self.parameters = dict(parameters)
        self.outputs: dict[str, Output]
        if isinstance(outputs, Mapping):
            self.outputs = dict(outputs)
        else:
            self.outputs = {name: name for name in outputs}
        self.seed = seed
        self.years = years
        self.set: Settings = dict(set) if isinstance(set, Mapping) else list(set)
        self.warm_up = warm_up

    def run(self, values: Sequence[Value] | Mapping[str, Value], *, seed: int | None = None) -> Result:
        """The whole result of one run, for values in the order of the parameters or by their keys."""
        if not isinstance(values, Mapping):
            if len(values) != len(self.parameters):
                raise ValueError(f"{len(values)} values for {len(self.parameters)} parameters")
            values = dict(zip(self.parameters, values))
        kinds = {key: type(known.default) for key, known in declared().items()}
        values = {key: as_declared(value, kinds.get(key)) for key, value in values.items()}
        fixed = dict(item.split("=", 1) for item in self.set) if isinstance(self.set, list) else self.set
        seed = self.seed if seed is None else int(seed)
        return run(self.config, seed=seed, years=self.years, set={**fixed, **values}, threads=1)

    def outcomes(self, result: Result) -> dict[str, Any]:
        """The outputs of a result: a number or an array each."""
        return {name: self._output(result, output) for name, output in self.outputs.items()}

    def __call__(self, *, seed: int | None = None, **values: Value) -> dict[str, Any]:
        """The outputs for parameters given by name, as the EMA workbench wants it. A dot of a key may be written as
        two underscores, since a Python name has no dot: ``ai__enabled=True``."""
        keys = {key.replace(".", "__"): key for key in self.parameters}
        return self.outcomes(self.run({keys.get(name, name): value for name, value in values.items()}, seed=seed))

    @property
    def problem(self) -> dict[str, Any]:
        """The problem in SALib's form."""
        names = list(self.parameters)
        return {"num_vars": len(names), "names": names, "bounds": [list(self.parameters[name]) for name in names]}

    def evaluate(
        self,
        points: Any,
        *,
        seeds: Sequence[int] | None = None,
        workers: int | None = None,
    ) -> dict[str, numpy.ndarray]:
        """Every output at every point (a row of values), stacked, as SALib's analyses want it.

        :param seeds: over which numbers are averaged at each point: the same at all points, so that they differ by
            their parameters alone. By default the model's own.
        :param workers: runs at the same time; all cores by default.
        """
        import numpy

        chosen: Sequence[int | None] = [self.seed] if seeds is None else list(seeds)
        tasks = [(row, seed) for row in points for seed in chosen]
        with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
            rows = list(pool.map(lambda task: self.outcomes(self.run(list(task[0]), seed=task[1])), tasks))
        shape = (-1, len(chosen))
        stacked = {name: numpy.asarray([row[name] for row in rows]) for name in self.outputs}
        return {name: array.reshape(*shape, *array.shape[1:]).mean(axis=1) for name, array in stacked.items()}

    def simulate(self, theta: Sequence[float], quarters: int, seed: int) -> numpy.ndarray:
        """The outputs as columns, ``quarters`` rows: black-it's ``model(theta, N, seed)``. Every output must be one
        number a quarter."""
        import numpy

        outcomes = self.outcomes(self.run([float(value) for value in theta], seed=seed))
        array = numpy.column_stack([outcomes[name] for name in self.outputs])
        if len(array) < quarters:
            raise ValueError(f"a run has {len(array)} quarters after the first {self.warm_up}, not {quarters}")
        return array[:quarters]

    def _output(self, result: Result, output: Output) -> Any:
        if callable(output):
            return output(result)
        import numpy

        # What has no meaning is `None` and becomes `nan`.
        return numpy.asarray(result.series[output].to_list()[self.warm_up :], dtype=float)


def as_declared(value: Any, kind: type | None) -> Value:
    """A number that a tool has drawn, as the parameter takes it."""
    if hasattr(value, "item"):
        value = value.item()
    if kind is bool and not isinstance(value, (bool, str)):
        return value >= 0.5
    if kind is int and isinstance(value, float):
        return round(value)
    return value
