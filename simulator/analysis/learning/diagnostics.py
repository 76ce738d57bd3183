"""Whether a posterior can be trusted: what each method has to reach, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Shaped

from simulator.analysis.learning.problem import Sample
from simulator.analysis.learning.reweighting import LEAST_ESS, Weights
from simulator.analysis.learning.summary import Diagnostic
from simulator.analysis.learning.tempering import LARGEST_CORRELATION, TemperingTrace

#: Largest rank-normalised split R-hat of batches (Vehtari et al. 2021, Bayesian Analysis 16).
LARGEST_RHAT = 1.01
#: Least share of proposals accepted, and least first particles of a batch that have descendants.
LEAST_ACCEPTANCE, LEAST_ANCESTORS = 0.1, 50


def of_weights(weights: Weights) -> tuple[Diagnostic, ...]:
    """Return what reweighting has to reach."""
    return (
        Diagnostic("khat", weights.khat, weights.limit, True),
        Diagnostic("ess", weights.ess, LEAST_ESS, False),
    )


def of_tempering(traces: Sequence[TemperingTrace], sample: Sample) -> tuple[Diagnostic, ...]:
    """Return what tempering has to reach, in the worst batch."""
    acceptance = min(x for one in traces for x in one.acceptance)
    correlation = max(x for one in traces for x in one.correlation)
    ancestors = float(min(one.ancestors for one in traces))
    return (
        Diagnostic("rhat", largest_rhat(sample), LARGEST_RHAT, True),
        Diagnostic("acceptance", acceptance, LEAST_ACCEPTANCE, False),
        Diagnostic("correlation", correlation, LARGEST_CORRELATION, True),
        Diagnostic("ancestors", ancestors, LEAST_ANCESTORS, False),
    )


def largest_rhat(sample: Sample) -> float:
    """Return the largest R-hat of all draws and metrics, batches as chains."""
    values = [row for draws in sample.draws.values() for row in draws.reshape(-1, *sample.shape)]
    values += [metric for metric in sample.metrics.values() if np.isfinite(metric).all()]
    return max(map(rhat, values), default=1.0)


def rhat(values: Shaped[np.ndarray, "chain draw"]) -> float:
    """Return the rank-normalised split R-hat of chains of equal length; 1 where nothing varies.

    The larger of two, as ArviZ has it: of ranks, which sees chains that lie apart, and of the ranks of
    distances from the median, which sees chains that differ in width (Vehtari et al. 2021).
    """
    from arviz_stats.base.array import array_stats

    # Typed by the library as one of several shapes; of one quantity it is a single number.
    computed: Any

    chains = values.astype(np.float64)
    if np.ptp(chains) == 0:
        return 1.0
    # Of two values half and half all distances from the median are one, and there is no second R-hat.
    if np.ptp(np.abs(chains - np.median(chains))) == 0:
        computed = array_stats.rhat(chains, method="z_scale")
    else:
        computed = array_stats.rhat(chains, method="rank")
    return float(computed)
