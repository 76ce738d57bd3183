"""The store on disk: a Zarr v3 array [metrics, paths], a shard a batch, whole or not there."""

import contextlib
import json
import os
import re
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np

from simulator.engine import files, zarr_format
from simulator.engine.shard import Shard
from simulator.engine.store import leading, row_of
from simulator.engine.zarr_format import ARRAY
from simulator.errors import RunError
from simulator.sampling import BATCH, join_batches


class ZarrStore:
    """The metrics of a run in a folder, which is the checkpoint of the run.

    Parameters
    ----------
    folder
        The Zarr group; made when the first batch is written.
    metrics
        Names of the rows of the array.
    dtype
        Of all numbers.
    run
        What distinguishes the run from others: a batch of another run is a damaged one here.
    """

    def __init__(self, folder: Path, metrics: tuple[str, ...], dtype: str, run: str = "") -> None:
        self.metrics = metrics
        self.dtype = np.dtype(dtype)
        self._folder = folder
        self._shards = folder / ARRAY / "c" / "0"
        self._shard = Shard(len(metrics), dtype, run)

    def prepare(self, batches: int) -> None:
        """Describe an array of at least so many batches to Zarr, and sweep up after a killed process.

        A description that is missing, damaged or too short is written anew.

        Raises
        ------
        RunError
            It cannot be written, or a part of the store is a link to somewhere else.
        """
        self.make_folders()
        with files.access(self._folder, "write"):
            files.sweep(self._shards, r"\d+")
        batches = max(batches, self._described())
        self._describe(self._folder, zarr_format.group(self.metrics))
        array = zarr_format.array(len(self.metrics), batches, self.dtype.name)
        self._describe(self._folder / ARRAY, array)

    def make_folders(self) -> None:
        """Make the folders that shards are written into, and touch nothing that is in them.

        Raises
        ------
        RunError
            One cannot be made, or is a link to somewhere else.
        """
        with files.access(self._folder, "write"):
            for folder in (self._folder, *reversed(self._shards.parents[:2]), self._shards):
                if folder.is_symlink():
                    message = f"{folder}: found a link; allowed: a folder of the run's own"
                    raise RunError(message)
                folder.mkdir(parents=True, exist_ok=True)

    def _describe(self, folder: Path, description: Mapping[str, Any]) -> None:
        path, content = folder / zarr_format.DESCRIPTION, zarr_format.to_bytes(description)
        with files.access(path, "read"):
            files.sweep(folder, re.escape(path.name))
            sound = path.is_file() and path.read_bytes() == content
        if not sound:
            files.write_whole(path, [content], flush=False)

    def _described(self) -> int:
        """Return for how many batches there is a sound description of the array."""
        path = self._folder / ARRAY / zarr_format.DESCRIPTION
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, IndexError, OverflowError):
            found = json.loads(path.read_bytes())
            batches = int(found["shape"][1]) // BATCH
            if found == zarr_format.array(len(self.metrics), batches, self.dtype.name):
                return batches
        return 0

    def write(self, batch: int, values: np.ndarray) -> None:
        """Store the metrics of a batch, whole or not at all."""
        files.write_whole(self._path(batch), self._shard.encode(batch, values), flush=False)

    def load(self, batch: int) -> np.ndarray | None:
        """Return the metrics of a batch, or None where they are missing or damaged."""
        path = self._path(batch)
        if not path.exists():
            return None
        with files.access(path, "read"):
            return self._shard.decode(batch, path.read_bytes())

    def take(self, batch: int, store: "ZarrStore") -> None:
        """Take the metrics of a batch from another store of the run: its file, or a copy of it."""
        path, theirs = self._path(batch), store._path(batch)
        with files.access(path, "write"):
            path.unlink(missing_ok=True)
            try:
                path.hardlink_to(theirs)
            except OSError:  # a disk that has no links, as some that lie behind a network
                files.write_whole(path, [theirs.read_bytes()], flush=False)

    def done(self) -> list[int]:
        """Return the batches that are there, in order, without a look at their contents."""
        return sorted(int(path.name) for path in self._shards.glob("*") if path.name.isdecimal())

    def read(self, metric: str, batches: int) -> np.ndarray:
        """Return one metric of the first batches, [replicate, point], reading its bytes only."""
        row = row_of(self.metrics, metric)
        if (there := leading(self.done())) < batches:
            message = f"cannot read {self._path(there)}: it is missing; give this run's command again"
            raise RunError(message)

        def values(batch: int) -> np.ndarray:
            path = self._path(batch)
            with files.access(path, "read"), path.open("rb", buffering=0) as file:
                found = self._metric(batch, row, file)
            if found is None:
                message = f"{path} is damaged; give this run's command again: the batch is recomputed"
                raise RunError(message)
            return found

        return join_batches(map(values, range(batches)), batches)

    def _metric(self, batch: int, row: int, file: FileIO) -> np.ndarray | None:
        """Return one metric of a shard that is open; None where it is damaged, or another batch's."""
        start = self._shard.start(os.fstat(file.fileno()).st_size)
        if start is None or file.read(start) != self._shard.tag(batch)[:start]:
            return None
        span = self._shard.span(row, start)
        file.seek(span.start)
        return self._shard.decode_metric(file.read(span.length))

    def _path(self, batch: int) -> Path:
        return self._shards / str(batch)
