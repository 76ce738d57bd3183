"""A store filled: the rounds it has are checked, the rounds it lacks are computed."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float

from simulator.engine.execute import on_threads
from simulator.engine.finite import Tally
from simulator.engine.kernel import MetricKernel
from simulator.engine.store import Store
from simulator.errors import RunError


def fill(
    kernel: MetricKernel,
    store: Store,
    rounds: int,
    threads: int,
    tally: Tally,
    kept: Callable[[int], None],
    first: int = 0,
) -> None:
    """Bring a store to so many whole rounds.

    Rounds found in the store are read and their checksums compared; damaged ones count as missing. The first
    sound one is computed again, so that rounds of another model or machine are never mixed with ours.

    Parameters
    ----------
    kernel
        Computes a round.
    store
        Holds those computed before, and takes those computed now, in order.
    rounds
        How many from round 0.
    threads
        How many rounds are computed at once, each on one core.
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
                _probe(kernel, round, values)
            finished.add(round)
            tally.add(values)
    kept(len(finished))

    def keep(round: int, values: Float[np.ndarray, "metric path"]) -> None:
        store.write(round, values)
        if round not in finished:  # as it is when an interrupt fell into the first call for it
            finished.add(round)
            tally.add(values)
        kept(len(finished))

    on_threads(kernel, sorted(set(range(rounds)) - finished), keep, threads)


def _probe(kernel: MetricKernel, round: int, stored: Float[np.ndarray, "metric path"]) -> None:
    computed = kernel(round)
    if changed := [kernel.metrics[row] for row in np.flatnonzero(differs(computed, stored).any(axis=1))]:
        message = (
            f"the finished rounds are not what this program computes (round {round}: {', '.join(changed)}): "
            "the model, a package or the processor is another one; give another directory"
        )
        raise RunError(message)


def differs(
    ours: Float[np.ndarray, "metric path"], theirs: Float[np.ndarray, "metric path"]
) -> Bool[np.ndarray, "metric path"]:
    """Return where two rounds differ in any bit: the signs of zeros and the payloads of NaN count."""
    bits = f"<u{ours.dtype.itemsize}"
    return np.ascontiguousarray(ours).view(bits) != np.ascontiguousarray(theirs).view(bits)
