"""Where the metrics of finished batches are: the interface, and the store in memory."""

from typing import Protocol, runtime_checkable

import numpy as np

from simulator.errors import RunError, UsageError
from simulator.sampling import join_batches


@runtime_checkable
class Store(Protocol):
    """The metrics of a run by batch. What is missing in it is what is left to do."""

    metrics: tuple[str, ...]
    dtype: np.dtype

    def prepare(self, batches: int) -> None:
        """Make ready for so many batches, or more; those that are there stay."""
        ...

    def write(self, batch: int, values: np.ndarray) -> None:
        """Store the metrics of a batch, [metric, 8192], whole or not at all."""
        ...

    def load(self, batch: int) -> np.ndarray | None:
        """Return the metrics of a batch, or None where they are missing or damaged."""
        ...

    def done(self) -> list[int]:
        """Return the batches that are there, in order, without a look at their contents."""
        ...

    def read(self, metric: str, batches: int) -> np.ndarray:
        """Return one metric of the first batches, [replicate, point]."""
        ...


class MemoryStore:
    """A store for small runs: an array a batch.

    Parameters
    ----------
    metrics
        Names of the rows of a batch.
    dtype
        Of all numbers.
    """

    def __init__(self, metrics: tuple[str, ...], dtype: str) -> None:
        self.metrics = metrics
        self.dtype = np.dtype(dtype)
        self._batches: dict[int, np.ndarray] = {}

    def prepare(self, batches: int) -> None:
        """Make ready for so many batches: nothing need be done in memory."""

    def write(self, batch: int, values: np.ndarray) -> None:
        """Store the metrics of a batch."""
        self._batches[batch] = values

    def load(self, batch: int) -> np.ndarray | None:
        """Return the metrics of a batch, or None where there are none."""
        return self._batches.get(batch)

    def done(self) -> list[int]:
        """Return the batches that are there, in order."""
        return sorted(self._batches)

    def read(self, metric: str, batches: int) -> np.ndarray:
        """Return one metric of the first batches, [replicate, point]."""
        row = row_of(self.metrics, metric)
        return join_batches((self._batches[batch][row] for batch in range(batches)), batches)


#: What to do where paths are asked of a run that has none.
NO_PATHS = (
    'this run keeps a summary, not its paths; run it with --keep all (keep="all"), on fewer paths where '
    "these are too many"
)


class NoPaths:
    """The store of a run that keeps a summary: it has no batch, and refuses to give or take one.

    Parameters
    ----------
    metrics
        Names of the metrics.
    dtype
        Of all numbers.
    """

    def __init__(self, metrics: tuple[str, ...], dtype: str) -> None:
        self.metrics = metrics
        self.dtype = np.dtype(dtype)

    def prepare(self, batches: int) -> None:
        """Make ready for so many batches: nothing need be done."""

    def write(self, batch: int, values: np.ndarray) -> None:
        """Refuse a batch."""
        raise UsageError(NO_PATHS)

    def load(self, batch: int) -> np.ndarray | None:
        """Refuse to give a batch."""
        raise UsageError(NO_PATHS)

    def done(self) -> list[int]:
        """Return the batches that are there: none."""
        return []

    def read(self, metric: str, batches: int) -> np.ndarray:
        """Refuse to give a metric path by path."""
        raise UsageError(NO_PATHS)


def row_of(metrics: tuple[str, ...], metric: str) -> int:
    """Return the row of a metric, or raise with those that there are."""
    if metric not in metrics:
        message = f"there is no metric {metric!r}; the run has {', '.join(metrics)}"
        raise RunError(message)
    return metrics.index(metric)


def leading(done: list[int]) -> int:
    """Return how many batches there are from batch 0 without a gap: the part of a run that can be used."""
    return next((count for count, batch in enumerate(done) if count != batch), len(done))
