"""The description of a run's store to programs that read Zarr: `zarr.json` of the group and of its array.

Written here rather than by Zarr, whole or not at all: it follows from the names of the metrics, the precision
and the number of batches alone.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.sampling import BATCH

#: Name of the array in its Zarr group.
ARRAY = "metrics"
#: Name of the file that describes a group or an array.
DESCRIPTION = "zarr.json"

_BYTES: list[Mapping[str, Any]] = [
    {"name": "bytes", "configuration": {"endian": "little"}},
    {"name": "crc32c"},
]


def group(metrics: Sequence[str]) -> dict[str, Any]:
    """Return the description of the group, which names the rows of its array."""
    return {"attributes": {"metrics": list(metrics)}, "zarr_format": 3, "node_type": "group"}


def array(metrics: int, batches: int, dtype: str) -> dict[str, Any]:
    """Return the description of an array [metric, path] of so many batches, a shard a batch.

    Parameters
    ----------
    metrics, batches
        Their numbers.
    dtype
        float32 or float64.
    """
    return {
        "shape": [metrics, batches * BATCH],
        "data_type": dtype,
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [metrics, BATCH]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": "NaN",
        "codecs": [
            {
                "name": "sharding_indexed",
                "configuration": {
                    "chunk_shape": [1, BATCH],
                    "codecs": _BYTES,
                    "index_codecs": _BYTES,
                    "index_location": "end",
                },
            }
        ],
        "attributes": {},
        "dimension_names": ["metric", "path"],
        "zarr_format": 3,
        "node_type": "array",
        "storage_transformers": [],
    }


def to_bytes(description: Mapping[str, Any]) -> bytes:
    """Return a description as Zarr writes it."""
    return json.dumps(description, indent=2).encode()
