"""The columns of a run as a DataFrame."""

from typing import TYPE_CHECKING

import numpy as np

from simulator.analysis.run.path_table import KEYS, PathTable, Rows
from simulator.sampling import REPLICATES

if TYPE_CHECKING:
    from pandas import DataFrame


def as_frame(table: PathTable) -> "DataFrame":
    """Return a table with the index (replicate, point), in order: see `Run.to_pandas`."""
    from pandas import Categorical, DataFrame, MultiIndex  # half a second, and only who asks needs it

    columns = table.columns[len(KEYS) :]
    values = [np.empty((REPLICATES, table.points), column.dtype) for column in columns]
    begin = 0

    def place(rows: Rows) -> None:
        nonlocal begin
        end = begin + rows[0].size // REPLICATES
        for whole, some in zip(values, rows[len(KEYS) :], strict=True):
            whole[:, begin:end] = some.reshape(REPLICATES, -1)
        begin = end

    table.each(place)
    named = {
        column.name: Categorical.from_codes(column.places(one.ravel()), column.texts)
        if column.codes
        else one.ravel()
        for column, one in zip(columns, values, strict=True)
    }
    axes = [range(REPLICATES), range(table.points)]
    return DataFrame(named, index=MultiIndex.from_product(axes, names=KEYS))
