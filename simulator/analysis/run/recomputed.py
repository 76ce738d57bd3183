"""A run computed again: what its paths draw and return, and where what was stored is something else."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Shaped

from simulator.analysis.run.agreement import beyond_rounding
from simulator.analysis.run.devices import again
from simulator.analysis.run.record import RunRecord, refuse_name
from simulator.arguments import names_of
from simulator.engine import Kernel, differs, on_threads, runtime
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


class Verification(NamedTuple):
    """What came of computing a run again.

    Attributes
    ----------
    differences
        Where it is not what was stored: nowhere, if all is well.
    exact
        Whether bits were compared; else, numbers within the tolerances of `simulator.analysis.run.agreement`.
    machine
        What it was computed on now.
    """

    differences: tuple[Difference, ...]
    exact: bool
    machine: Mapping[str, str | int]


def points_of(paths: int) -> int:
    """Return how many points of each replicate there are in so many paths, at least."""
    return -(-paths // REPLICATES)


def draws(
    run: RunRecord, names: str | Iterable[str] | None, paths: int | None
) -> dict[str, Shaped[np.ndarray, "*size path"]]:
    """Return named draws of a run: see `Run.draws`."""
    wanted = tuple(run.study.priors) if names is None else names_of("names", names)
    chosen = observing("draw", wanted)
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
        run, series if names is None else observing("series", names_of("names", names), series), paths
    )


def observing(kind: str, wanted: tuple[str, ...], observe: Callable[..., Any] = dict) -> Callable[..., Any]:
    """Return a function of draws that returns some of what another returns, by name.

    Parameters
    ----------
    kind
        What it is, for the message where a name is none.
    wanted
        The names.
    observe
        The other function; by default it returns the draws.
    """

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


def verification(run: RunRecord, batches: int | None) -> Verification:
    """Return what comes of computing stored batches again, spread evenly over a run.

    On the kind of machine that computed the run every bit is compared; on another kind, numbers are, by
    `agreement.beyond_rounding`.

    Parameters
    ----------
    run
        The run.
    batches
        How many to compute, at least 1; all by default.
    """
    stored = run.plan.batches
    count = stored if batches is None else min(whole("batches", batches, 1), stored)
    work, machine = again(run.program, run.plan, run.platform, run.names)
    spread = np.linspace(0, stored - 1, count).round().astype(int).tolist()
    found: list[Difference] = []
    exact = True

    def compare(batch: int, computed: Float[np.ndarray, "metric path"]) -> None:
        nonlocal exact
        values = run.store.load(batch)
        if values is None:
            found.append(Difference(batch, "", BATCH))
            return
        exact &= not run.platform or runtime.kind_of(machine()) == runtime.kind_of(run.platform)
        paths = (differs if exact else beyond_rounding)(computed, values).sum(axis=1)
        changed = np.flatnonzero(paths).tolist()
        found.extend(Difference(batch, run.names[row], int(paths[row])) for row in changed)

    work(sorted(set(spread)), compare)
    return Verification(tuple(found), exact, machine())
