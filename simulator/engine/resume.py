"""A run gone on with: the batches in its store are checked, those that it lacks are computed."""

from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

from simulator.engine.non_finite import NonFiniteCounts
from simulator.engine.store import Store
from simulator.errors import RunError


@runtime_checkable
class Work(Protocol):
    """What computes batches, on threads of this process or elsewhere, and hands them on in order."""

    def __call__(
        self, batches: Iterable[int], consume: Callable[[int, Float[np.ndarray, "metric path"]], None], /
    ) -> None:
        """Compute the metrics of every batch, and call `consume` with each in turn."""
        ...


def resume(
    work: Work,
    store: Store,
    batches: int,
    counts: NonFiniteCounts,
    progress: Callable[[int], None],
    first: int = 0,
) -> None:
    """Bring a store to so many whole batches.

    Batches found in the store are read and their checksums compared; damaged ones count as missing. The first
    sound one is computed again, so that batches of another model or machine are never mixed with ours.

    Parameters
    ----------
    work
        Computes batches.
    store
        Has those computed before, and takes those computed now, in order.
    batches
        How many from batch 0.
    counts
        Counts what is not finite, in the batches found and in those computed.
    progress
        Called with the number of batches that the store now has, after each.
    first
        The batches below this one are known to be in the store, and are counted.
    """
    finished = set(range(first))
    for batch in store.done():
        if first <= batch < batches and (values := store.load(batch)) is not None:
            if not finished:
                compare(work, store.metrics, batch, values)
            finished.add(batch)
            counts.add(values)
    progress(len(finished))

    def consume(batch: int, values: Float[np.ndarray, "metric path"]) -> None:
        store.write(batch, values)
        if batch not in finished:  # as it is when an interrupt fell into the first call for it
            finished.add(batch)
            counts.add(values)
        progress(len(finished))

    work(sorted(set(range(batches)) - finished), consume)


def compare(
    work: Work, metrics: tuple[str, ...], batch: int, stored: Float[np.ndarray, "metric path"]
) -> None:
    """Compute a batch that is stored, and raise where one bit of it is another.

    Parameters
    ----------
    work
        Computes batches.
    metrics
        Names of the rows of a batch.
    batch, stored
        Its number, and its metrics as they were found.

    Raises
    ------
    RunError
        It is.
    """

    def refuse(batch: int, computed: Float[np.ndarray, "metric path"]) -> None:
        if changed := [metrics[row] for row in np.flatnonzero(differs(computed, stored).any(axis=1))]:
            message = (
                f"the finished batches are not what this program computes (batch {batch}: "
                f"{', '.join(changed)}): the model, a package, the processor or the device is another one; "
                "give another directory, or the device that they were computed on"
            )
            raise RunError(message)

    work([batch], refuse)


def differs(
    ours: Float[np.ndarray, "metric path"], theirs: Float[np.ndarray, "metric path"]
) -> Bool[np.ndarray, "metric path"]:
    """Return where two batches differ in any bit: the signs of zeros and the payloads of NaN count."""
    bits = f"<u{ours.dtype.itemsize}"
    return np.ascontiguousarray(ours).view(bits) != np.ascontiguousarray(theirs).view(bits)
