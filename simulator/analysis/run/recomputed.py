"""A run computed again: what its paths draw and return, and where what was stored is something else."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Shaped

from simulator.analysis.run.record import RunRecord, refuse_name
from simulator.arguments import names_of
from simulator.engine import Kernel, differs, metric_kernel, on_threads, runtime
from simulator.errors import UsageError
from simulator.sampling import BATCH, REPLICATES, STRIP, join_batches
from simulator.whole_numbers import whole


class Difference(NamedTuple):
    """Where a stored run is not what is computed again; without a metric, a batch missing or damaged.

    Without a batch, it is what was added up of all of them.
    """

    batch: int | None
    metric: str
    paths: int


def points_of(paths: int) -> int:
    """Return how many points of each replicate there are in so many paths, at least."""
    return -(-paths // REPLICATES)


def draws(
    run: RunRecord, names: str | Iterable[str] | None, paths: int | None
) -> dict[str, Shaped[np.ndarray, "*size path"]]:
    """Return named draws of a run: see `Run.draws`."""
    wanted = tuple(run.study.priors) if names is None else names_of("names", names)
    chosen = _chosen("draw", wanted, lambda drawn: drawn)
    return _observed(run, chosen, run.plan.paths if paths is None else paths)


def series(
    run: RunRecord, paths: int, names: str | Iterable[str] | None
) -> dict[str, Float[np.ndarray, "quarter *row path"]]:
    """Return the series of a run's model: see `Run.series`."""
    series = getattr(run.model, "series", None)
    if series is None:
        message = "this run's model has no series; a model has them by an attribute `series`, called as it is"
        raise UsageError(message)
    return _observed(
        run, series if names is None else _chosen("series", names_of("names", names), series), paths
    )


def _chosen(kind: str, wanted: tuple[str, ...], observe: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that returns some of what another returns, by name."""

    def some(drawn: Mapping[str, Any]) -> dict[str, Any]:
        found = observe(drawn)
        for name in wanted:
            if name not in found:
                refuse_name(kind, name, found)
        return {name: found[name] for name in wanted}

    return some


def _observed(
    run: RunRecord, observe: Callable[..., Any], paths: int
) -> dict[str, Shaped[np.ndarray, "*rest path"]]:
    """Return what a function makes of the draws of a run's first points, in the order of its metrics.

    Parameters
    ----------
    run
        The run.
    observe
        Function of named draws that returns named arrays, each with a last axis of paths.
    paths
        How many, at least 1; rounded up to whole points of every replicate.
    """
    points = points_of(whole("paths", paths, 1))
    first = run.plan.first(-(-points // STRIP))
    kernel = Kernel(run.program, first, observe)
    found: list[dict[str, np.ndarray]] = []
    on_threads(kernel, range(first.batches), lambda _, named: found.append(named), runtime.cores())

    def joined(name: str) -> np.ndarray:
        values = join_batches((named.pop(name) for named in found), len(found))[..., :points]
        return values.reshape(*values.shape[:-2], REPLICATES * points)

    return {name: joined(name) for name in kernel.outputs}


def differences(run: RunRecord, batches: int | None) -> tuple[Difference, ...]:
    """Return where stored batches, spread evenly over a run, are not what is computed again.

    Parameters
    ----------
    run
        The run.
    batches
        How many to compute, at least 1; all by default.
    """
    stored = run.plan.batches
    count = stored if batches is None else min(whole("batches", batches, 1), stored)
    kernel = metric_kernel(run.program, run.plan)
    spread = np.linspace(0, stored - 1, count).round().astype(int).tolist()
    found: list[Difference] = []

    def compare(batch: int, computed: Float[np.ndarray, "metric path"]) -> None:
        values = run.store.load(batch)
        if values is None:
            found.append(Difference(batch, "", BATCH))
            return
        paths = differs(computed, values).sum(axis=1)
        changed = np.flatnonzero(paths).tolist()
        found.extend(Difference(batch, run.names[row], int(paths[row])) for row in changed)

    on_threads(kernel, sorted(set(spread)), compare, runtime.cores())
    return tuple(found)
