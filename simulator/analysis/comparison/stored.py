"""Two stored runs: how much of their difference is the model's, and how much is Monte Carlo noise.

The numbers that were stored differ by three things: what is believed, which is the difference of the two
studies computed now on common draws; the model, which is the difference of what is stored from what the
present version computes from the same draws; and noise, which is the rest: other draws, or more of them. The
last has a mean of zero and a standard error, which is how large it has to be expected.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from simulator.analysis.comparison.common_draws import Counted, computed
from simulator.analysis.comparison.statistics import Statistic, measure, needed
from simulator.analysis.run import Run
from simulator.engine import differs, metric_kernel
from simulator.estimate.replicated import Replicated
from simulator.sampling import BATCH, STRIP


class Recomputed(NamedTuple):
    """Statistics of a stored run, some of whose paths were computed again.

    Attributes
    ----------
    stored
        Of all its paths, as stored.
    outdated
        As stored less as computed now, on the paths that were computed again.
    paths
        How many that is.
    identical
        Whether every bit of them is the same.
    """

    stored: Replicated
    outdated: Replicated
    paths: int
    identical: bool


class Decomposition(NamedTuple):
    """The change from one stored run to another, and the three that it is the sum of."""

    change: Replicated
    beliefs: Replicated
    model: Replicated
    noise: Replicated


def recompute(
    run: Run, wanted: Sequence[Statistic], batches: int, threads: int, counted: Counted
) -> Recomputed:
    """Return the statistics of a stored run, of which at most so many batches are computed again."""
    settings = run.study.settings
    batches = min(batches, run.plan.batches)
    kernel = metric_kernel(run.program, run.plan)
    names = [name for name in needed(wanted, run.names, settings) if name in kernel.metrics]
    stored = {name: run.metric(name) for name in names}
    part = {name: values[:, : batches * STRIP] for name, values in stored.items()}
    again, _ = computed(kernel, names, batches, threads, counted)
    identical = not any(np.any(differs(part[name], again[name])) for name in names)
    outdated = measure(wanted, part, settings) - measure(wanted, again, settings)
    return Recomputed(measure(wanted, stored, settings), outdated, batches * BATCH, identical)


def decompose(first: Recomputed, second: Recomputed, beliefs: Replicated) -> Decomposition:
    """Return what the change of two stored runs is the sum of, given that of their studies."""
    change = second.stored - first.stored
    model = second.outdated - first.outdated
    return Decomposition(change, beliefs, model, change - model - beliefs)
