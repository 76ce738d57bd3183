"""The store on disk: a Zarr v3 array [metrics, paths], a shard a round, whole or not there."""

import contextlib
from pathlib import Path

import numpy as np

from simulator.engine import files
from simulator.engine.shard import Shard
from simulator.engine.store import by_replicate, row_of
from simulator.errors import RunError
from simulator.sampling import ROUND

#: Name of the array in its Zarr group.
ARRAY = "metrics"


class ZarrStore:
    """The metrics of a run in a folder, which is the checkpoint of the run.

    Parameters
    ----------
    folder
        The Zarr group; made when the first round is written.
    metrics
        Names of the rows of the array.
    dtype
        Of all numbers.
    """

    def __init__(self, folder: Path, metrics: tuple[str, ...], dtype: str) -> None:
        self.metrics = metrics
        self.dtype = np.dtype(dtype)
        self._folder = folder
        self._shards = folder / ARRAY / "c" / "0"
        self._shard = Shard(len(metrics), dtype)

    def prepare(self, rounds: int) -> None:
        """Describe an array of at least so many rounds to Zarr, and sweep up after a killed process.

        What is described follows from the names and the number of rounds alone, so a description that is
        missing, damaged or too short is written anew.
        """
        import zarr  # 0.2 s, and only who writes needs it
        from zarr.codecs import Crc32cCodec

        with files.access(self._folder, "write"):
            self._shards.mkdir(parents=True, exist_ok=True)
            files.sweep(self._shards)
            with contextlib.suppress(ValueError, KeyError, FileNotFoundError):
                if zarr.open_array(self._folder / ARRAY, mode="r").shape[1] >= rounds * ROUND:
                    return
            group = zarr.open_group(
                self._folder, mode="a", zarr_format=3, attributes={"metrics": list(self.metrics)}
            )
            (self._folder / ARRAY / "zarr.json").unlink(missing_ok=True)
            group.create_array(
                ARRAY,
                shape=(len(self.metrics), rounds * ROUND),
                shards=(len(self.metrics), ROUND),
                chunks=(1, ROUND),
                dtype=self._shard.dtype,
                compressors=Crc32cCodec(),
                filters=None,
                fill_value=np.nan,
                dimension_names=("metric", "path"),
            )

    def write(self, round: int, values: np.ndarray) -> None:
        """Keep the metrics of a round, whole or not at all."""
        files.write_whole(self._path(round), self._shard.encode(values), flush=False)

    def load(self, round: int) -> np.ndarray | None:
        """Return the metrics of a round, or None where they are missing or damaged."""
        path = self._path(round)
        if not path.exists():
            return None
        with files.access(path, "read"):
            return self._shard.decode(path.read_bytes())

    def done(self) -> list[int]:
        """Return the rounds that are there, in order, without a look at their contents."""
        return sorted(int(path.name) for path in self._shards.glob("*") if path.name.isdecimal())

    def read(self, metric: str, rounds: int) -> np.ndarray:
        """Return one metric of the first rounds, [replicate, point], reading its bytes only."""
        start, length = self._shard.span(row_of(self.metrics, metric))

        def values(round: int) -> np.ndarray:
            path = self._path(round)
            with files.access(path, "read"), path.open("rb", buffering=0) as file:
                file.seek(start)
                found = self._shard.decode_metric(file.read(length))
            if found is None:
                message = f"{path} is damaged; give this run's command again: the round is recomputed"
                raise RunError(message)
            return found

        return by_replicate(map(values, range(rounds)), rounds, self.dtype)

    def _path(self, round: int) -> Path:
        return self._shards / str(round)
