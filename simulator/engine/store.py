"""Where the metrics of finished rounds are: the interface, and the store in memory."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Shaped

from simulator.errors import RunError
from simulator.sampling import REPLICATES, STRIP


@runtime_checkable
class Store(Protocol):
    """The metrics of a run by round. What is missing in it is what is left to do."""

    metrics: tuple[str, ...]
    dtype: np.dtype

    def prepare(self, rounds: int) -> None:
        """Make ready for so many rounds, or more; those that are there stay."""
        ...

    def write(self, round: int, values: np.ndarray) -> None:
        """Keep the metrics of a round, [metrics, 8192], whole or not at all."""
        ...

    def load(self, round: int) -> np.ndarray | None:
        """Return the metrics of a round, or None where they are missing or damaged."""
        ...

    def done(self) -> list[int]:
        """Return the rounds that are there, in order, without a look at their contents."""
        ...

    def read(self, metric: str, rounds: int) -> np.ndarray:
        """Return one metric of the first rounds, [replicate, point]."""
        ...


class MemoryStore:
    """A store for small runs: an array a round.

    Parameters
    ----------
    metrics
        Names of the rows of a round.
    dtype
        Of all numbers.
    """

    def __init__(self, metrics: tuple[str, ...], dtype: str) -> None:
        self.metrics = metrics
        self.dtype = np.dtype(dtype)
        self._rounds: dict[int, np.ndarray] = {}

    def prepare(self, rounds: int) -> None:
        """Make ready for so many rounds: nothing need be done in memory."""

    def write(self, round: int, values: np.ndarray) -> None:
        """Keep the metrics of a round."""
        self._rounds[round] = values

    def load(self, round: int) -> np.ndarray | None:
        """Return the metrics of a round, or None where there are none."""
        return self._rounds.get(round)

    def done(self) -> list[int]:
        """Return the rounds that are there, in order."""
        return sorted(self._rounds)

    def read(self, metric: str, rounds: int) -> np.ndarray:
        """Return one metric of the first rounds, [replicate, point]."""
        row = row_of(self.metrics, metric)
        return by_replicate((self._rounds[round][row] for round in range(rounds)), rounds, self.dtype)


def by_replicate(
    values: Iterable[Shaped[np.ndarray, " path"]], rounds: int, dtype: np.dtype
) -> Shaped[np.ndarray, "replicate point"]:
    """Return the values of one round after another, each replicate's points in a row."""
    strips = np.empty((REPLICATES, rounds, STRIP), dtype)
    for round, ours in enumerate(values):
        strips[:, round] = ours.reshape(REPLICATES, STRIP)
    return strips.reshape(REPLICATES, -1)


def row_of(metrics: tuple[str, ...], metric: str) -> int:
    """Return the row of a metric, or say which ones there are."""
    if metric not in metrics:
        message = f"there is no metric {metric!r}; the run has {', '.join(metrics)}"
        raise RunError(message)
    return metrics.index(metric)


def leading(done: list[int]) -> int:
    """Return how many rounds there are from round 0 without a gap: the part of a run that can be used."""
    return next((count for count, round in enumerate(done) if count != round), len(done))
