"""Which priors an update moved clearly, and how far: for the terminal, the report and its charts."""

from simulator.analysis.learning.summary import Marginal, PriorUpdate
from simulator.estimate import AMONG_MANY, distinguishable

#: Moves smaller than this, in standard deviations of the prior, are not listed one by one.
LEAST_SHIFT = 0.1
#: Priors listed at most.
MOST = 15


def clear(row: PriorUpdate) -> bool:
    """Whether a prior moved by more than noise and by enough to matter."""
    return abs(row.shift.value) >= LEAST_SHIFT and distinguishable(row.shift, AMONG_MANY)


def standardised(row: PriorUpdate, sample: Marginal) -> tuple[float, float, float]:
    """Return the range of a prior's draws in standard deviations of the prior from its mean."""
    low, middle, high = ((x - row.prior.mean.value) / row.prior.sd.value for x in sample.ends_and_middle)
    return low, middle, high
