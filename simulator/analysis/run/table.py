"""Metrics and draws as one table, a row for each path."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Shaped

from simulator.errors import UsageError
from simulator.sampling import REPLICATES

if TYPE_CHECKING:
    from pandas import DataFrame


def as_table(
    metrics: Mapping[str, Shaped[np.ndarray, "replicate point"]],
    draws: Mapping[str, Shaped[np.ndarray, "*size path"]],
    points: int,
) -> "DataFrame":
    """Return a table with the index (replicate, point) and a column for each metric and draw.

    Parameters
    ----------
    metrics
        By name, [replicate, point].
    draws
        By name, [path] or [size, path], their paths those of the metrics, replicate after replicate.
    points
        Of each replicate.

    Raises
    ------
    UsageError
        Two columns would have the same name.
    """
    from pandas import DataFrame, MultiIndex  # half a second, and only who asks for a table needs it

    columns = {name: values.ravel() for name, values in metrics.items()}
    for name, values in draws.items():
        own = {name: values} if values.ndim == 1 else {f"{name}[{i}]": row for i, row in enumerate(values)}
        for clash in own.keys() & columns.keys():
            message = f"table: found {clash!r} twice, a metric and a draw; name the metrics and draws wanted"
            raise UsageError(message)
        columns |= own
    axes = [range(REPLICATES), range(points)]
    return DataFrame(columns, index=MultiIndex.from_product(axes, names=("replicate", "point")))
