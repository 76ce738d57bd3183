"""A store filled: the rounds it has are checked, the rounds it lacks are computed."""

from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

from simulator.engine.finite import Tally
from simulator.engine.store import Store
from simulator.errors import RunError


@runtime_checkable
class Work(Protocol):
    """What computes rounds, on threads of this process or elsewhere, and keeps them in order."""

    def __call__(
        self, rounds: Iterable[int], keep: Callable[[int, Float[np.ndarray, "metric path"]], None], /
    ) -> None:
        """Compute the metrics of every round, and call `keep` with each in turn."""
        ...


def fill(
    work: Work,
    store: Store,
    rounds: int,
    tally: Tally,
    kept: Callable[[int], None],
    first: int = 0,
) -> None:
    """Bring a store to so many whole rounds.

    Rounds found in the store are read and their checksums compared; damaged ones count as missing. The first
    sound one is computed again, so that rounds of another model or machine are never mixed with ours.

    Parameters
    ----------
    work
        Computes rounds.
    store
        Holds those computed before, and takes those computed now, in order.
    rounds
        How many from round 0.
    tally
        Counts what is not finite, in the rounds found and in those computed.
    kept
        Called with the number of rounds that the store now has, after each.
    first
        The rounds below this one are known to be in the store, and are counted.
    """
    finished = set(range(first))
    for round in store.done():
        if first <= round < rounds and (values := store.load(round)) is not None:
            if not finished:
                _probe(work, store.metrics, round, values)
            finished.add(round)
            tally.add(values)
    kept(len(finished))

    def keep(round: int, values: Float[np.ndarray, "metric path"]) -> None:
        store.write(round, values)
        if round not in finished:  # as it is when an interrupt fell into the first call for it
            finished.add(round)
            tally.add(values)
        kept(len(finished))

    work(sorted(set(range(rounds)) - finished), keep)


def _probe(
    work: Work, metrics: tuple[str, ...], round: int, stored: Float[np.ndarray, "metric path"]
) -> None:
    def compare(round: int, computed: Float[np.ndarray, "metric path"]) -> None:
        if changed := [metrics[row] for row in np.flatnonzero(differs(computed, stored).any(axis=1))]:
            message = (
                f"the finished rounds are not what this program computes (round {round}: "
                f"{', '.join(changed)}): the model, a package or the processor is another one; give another "
                "directory"
            )
            raise RunError(message)

    work([round], compare)


def differs(
    ours: Float[np.ndarray, "metric path"], theirs: Float[np.ndarray, "metric path"]
) -> Bool[np.ndarray, "metric path"]:
    """Return where two rounds differ in any bit: the signs of zeros and the payloads of NaN count."""
    bits = f"<u{ours.dtype.itemsize}"
    return np.ascontiguousarray(ours).view(bits) != np.ascontiguousarray(theirs).view(bits)
