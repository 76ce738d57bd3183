"""How wrong quantiles are at most that are read from bins, in their standard errors."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from simulator.estimate.number import finite
from simulator.estimate.observed import Observed
from simulator.estimate.source import Source
from simulator.estimate.statistics import QUANTILES, quantile


class QuantileBound(NamedTuple):
    """How wrong quantiles are at most for being read from bins: the largest bound over its standard error.

    Attributes
    ----------
    metrics
        Of the quantiles of all paths.
    conditional
        Of those given a verdict; 0 where there are none.
    """

    metrics: float
    conditional: float

    def to_json(self) -> dict[str, float | None]:
        """Return the shares for JSON."""
        return {"metrics": finite(self.metrics), "conditional": finite(self.conditional)}


def quantile_bound(source: Source) -> QuantileBound:
    """Return how wrong the quantiles of a source are at most, each by what more paths would change."""
    parts = (part for name in source.names for part in source.given(name).values())
    return QuantileBound(_largest(map(source.pool, source.names)), _largest(parts))


def _largest(pools: Iterable[Observed]) -> float:
    """Return the largest share that the bound on a quantile has of its standard error without it."""
    largest = 0.0
    for one in pools:
        for level in QUANTILES.values() if one.valid else ():
            doubt, error = one.doubt(level * one.size - 0.5), quantile(one, level).error
            if doubt > 0 and not math.isnan(error):
                alone = math.sqrt(max(error**2 - doubt**2, 0.0))
                largest = max(largest, doubt / alone if alone > 0 else math.inf)
    return largest
