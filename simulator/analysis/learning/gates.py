"""Whether a posterior can be trusted: what each method has to reach, told one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Shaped

from simulator.analysis.learning.question import Sample
from simulator.analysis.learning.reweighting import LEAST_ESS, Weights
from simulator.analysis.learning.tempering import FORGOTTEN, Journey

#: Largest rank-normalised split R-hat of batches (Vehtari et al. 2021, Bayesian Analysis 16).
LARGEST_RHAT = 1.01
#: Least share of proposals accepted, and least first particles of a batch that have descendants.
LEAST_ACCEPTANCE, LEAST_ANCESTORS = 0.1, 50


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing to be reached.

    Attributes
    ----------
    name
        A key of the report's messages.
    value, limit
        What was reached, and what has to be.
    most
        Whether the limit is the largest value, and not the least.
    """

    name: str
    value: float
    limit: float
    most: bool

    @property
    def passed(self) -> bool:
        """Whether it was reached; what is not a number reaches nothing."""
        return self.value <= self.limit if self.most else self.value >= self.limit

    def told(self) -> dict[str, Any]:
        """Return it as plain values; null stands for what is not finite."""
        value = self.value if np.isfinite(self.value) else None
        return {**asdict(self), "value": value, "passed": self.passed}


def of_weights(weights: Weights) -> tuple[Gate, ...]:
    """Return what reweighting has to reach."""
    return (
        Gate("khat", weights.khat, weights.limit, True),
        Gate("ess", weights.ess, LEAST_ESS, False),
    )


def of_tempering(journeys: Sequence[Journey], sample: Sample) -> tuple[Gate, ...]:
    """Return what tempering has to reach, in the worst batch."""
    return (
        Gate("rhat", agreement(sample), LARGEST_RHAT, True),
        Gate("acceptance", min(x for one in journeys for x in one.acceptance), LEAST_ACCEPTANCE, False),
        Gate("correlation", max(x for one in journeys for x in one.forgotten), FORGOTTEN, True),
        Gate("ancestors", float(min(one.ancestors for one in journeys)), LEAST_ANCESTORS, False),
    )


def agreement(sample: Sample) -> float:
    """Return the largest R-hat of all draws and metrics, batches as chains."""
    values = [row for draws in sample.draws.values() for row in _rows(draws)]
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


def journey(journeys: Sequence[Journey]) -> Mapping[str, Any]:
    """Return how the batches came to the posterior, in short."""
    return {
        "batches": len(journeys),
        "temperatures": [max(one.powers[i] for one in journeys) for i in range(len(journeys[0].powers))],
        "moves": int(max(sum(one.moves) for one in journeys)),
        "ancestors": [one.ancestors for one in journeys],
    }


def _rows(draws: np.ndarray) -> list[np.ndarray]:
    return [draws] if draws.ndim == 2 else list(draws)
