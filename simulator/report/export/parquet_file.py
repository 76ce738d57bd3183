"""Paths as Parquet: a group of rows for each batch, with the unit of each column in its metadata."""

from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Shaped

from simulator.analysis.run import Progress, Run
from simulator.analysis.run.path_table import Column, PathTable, Rows
from simulator.engine.files import replacing
from simulator.errors import UsageError
from simulator.report.export.sheets import about

ENDING = ".parquet"


def write(run: Run, table: PathTable, place: Path, progress: Progress) -> None:
    """Write a table of paths."""
    try:
        import pyarrow as pa  # an extra
        from pyarrow import parquet
    except ImportError as error:
        message = "Parquet needs the extra parquet: pip install 'strandline[parquet]'"
        raise UsageError(message) from error
    fields = [
        pa.field(
            column.name,
            pa.dictionary(pa.int8(), pa.string()) if column.codes else pa.from_numpy_dtype(column.dtype),
            metadata={"kind": column.kind, "unit": column.unit},
        )
        for column in table.columns
    ]
    schema = pa.schema(fields, metadata={name: str(value) for name, value in about(run, table)})
    # A dictionary of numbers that hardly ever repeat is larger than they are.
    repeated: Any = [column.name for column in table.columns if column.kind not in ("metric", "draw")]
    with (
        replacing(place) as file,
        parquet.ParquetWriter(file, schema, compression="zstd", use_dictionary=repeated) as writer,
    ):

        def write_rows(rows: Rows) -> None:
            arrays = [_array(pa, column, values) for column, values in zip(table.columns, rows, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))

        table.each(write_rows, progress)


def _array(pa: Any, column: Column, values: Shaped[np.ndarray, " path"]) -> Any:
    """Return the values of a column for Arrow: a verdict by name, and null of a path without one."""
    if not column.codes:
        return pa.array(values)
    places = column.places(values)
    return pa.DictionaryArray.from_arrays(pa.array(places, mask=places < 0), pa.array(column.texts))
