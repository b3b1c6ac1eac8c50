"""Xinzhi in Python: runs in memory, tables as Arrow.

>>> import xinzhi
>>> result = xinzhi.run("quick", seed=1, years=2, population={"persons_per_worker": 1_450_000})
>>> result.series.shape[0]
9
>>> result.units["series"]["unemployment_rate"]
'1'

A run gives the values that ``xinzhi run`` writes, to the last bit. It holds no lock of the interpreter, so threads run at
the same time; Ctrl-C stops it after the quarter that it is in.
"""

from ._model import Model
from ._run import Parameter, Result, configurations, parameters, run
from ._xinzhi import (
    Column,
    ConfigurationError,
    InternalError,
    InvariantError,
    Table,
    XinzhiError,
    __version__,
)

__all__ = [
    "Column",
    "ConfigurationError",
    "InternalError",
    "InvariantError",
    "Model",
    "Parameter",
    "Result",
    "Table",
    "XinzhiError",
    "__version__",
    "configurations",
    "parameters",
    "run",
]
