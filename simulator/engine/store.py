"""Where the metrics of finished rounds are: the interface, and the store in memory."""

from typing import Protocol, runtime_checkable

import numpy as np

from simulator.errors import RunError
from simulator.sampling import ROUND


@runtime_checkable
class Store(Protocol):
    """The metrics of a run by round. What is missing in it is what is left to do."""

    metrics: tuple[str, ...]
    dtype: np.dtype

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
        """Return one metric of the first rounds, [rounds x 8192], in the order of paths."""
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
        """Return one metric of the first rounds, in the order of paths."""
        row = row_of(self.metrics, metric)
        result = np.empty(rounds * ROUND, self.dtype)
        for round in range(rounds):
            result[round * ROUND : (round + 1) * ROUND] = self._rounds[round][row]
        return result


def row_of(metrics: tuple[str, ...], metric: str) -> int:
    """Return the row of a metric, or say which ones there are."""
    if metric not in metrics:
        message = f"there is no metric {metric!r}; the run has {', '.join(metrics)}"
        raise RunError(message)
    return metrics.index(metric)


def leading(done: list[int]) -> int:
    """Return how many rounds there are from round 0 without a gap: the part of a run that can be used."""
    return next((count for count, round in enumerate(done) if count != round), len(done))
