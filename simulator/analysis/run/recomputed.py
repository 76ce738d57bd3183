"""A run computed again: what its paths draw and return, and where what was stored is something else."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Shaped

from simulator import engine
from simulator.engine import runtime
from simulator.sampling import BATCH, REPLICATES, STRIP, join_batches


class Difference(NamedTuple):
    """Where a stored run is not what is computed again; without a metric, a batch missing or damaged."""

    batch: int
    metric: str
    paths: int


def points_of(paths: int) -> int:
    """Return how many points of each replicate there are in so many paths, at least."""
    return -(-paths // REPLICATES)


def observed(
    program: engine.Program, plan: engine.Plan, observe: Callable[..., Any], paths: int
) -> dict[str, Shaped[np.ndarray, "*rest path"]]:
    """Return what a function makes of the draws of a run's first points, in the order of its metrics.

    Parameters
    ----------
    program, plan
        Of the run.
    observe
        Function of named draws that returns named arrays, each with a last axis of paths.
    paths
        How many, made up to whole points of every replicate.
    """
    points = points_of(paths)
    first = plan.first(-(-points // STRIP))
    kernel = engine.Kernel(program, first, observe)
    found: list[dict[str, np.ndarray]] = []
    engine.on_threads(kernel, range(first.batches), lambda _, named: found.append(named), runtime.cores())

    def joined(name: str) -> np.ndarray:
        values = join_batches([named.pop(name) for named in found])[..., :points]
        return values.reshape(*values.shape[:-2], REPLICATES * points)

    return {name: joined(name) for name in kernel.outputs}


def differences(
    program: engine.Program, plan: engine.Plan, store: engine.Store, names: tuple[str, ...], batches: int
) -> tuple[Difference, ...]:
    """Return where stored batches, spread evenly over a run, are not what is computed again.

    Parameters
    ----------
    program, plan, store, names
        Of the run: what computes it, its plan, its metrics and their names.
    batches
        How many to compute.
    """
    kernel = engine.MetricKernel(program, plan)
    spread = np.linspace(0, plan.batches - 1, min(batches, plan.batches)).round().astype(int).tolist()
    found: list[Difference] = []

    def compare(batch: int, computed: Float[np.ndarray, "metric path"]) -> None:
        stored = store.load(batch)
        if stored is None:
            found.append(Difference(batch, "", BATCH))
            return
        paths = engine.differs(computed, stored).sum(axis=1)
        found.extend(Difference(batch, names[row], int(paths[row])) for row in np.flatnonzero(paths).tolist())

    engine.on_threads(kernel, sorted(set(spread)), compare, runtime.cores())
    return tuple(found)
