"""Quantiles of a mixture of samples, each with a weight, and their errors by replicates."""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Shaped

from simulator.estimate import Number
from simulator.estimate.observed import RESOLUTION
from simulator.estimate.statistics import SPAN, wilson

type Sample = Shaped[np.ndarray, "replicate point"]


class Mixture:
    """The law of a value that comes from one of some samples, with the chance that is its weight.

    Parameters
    ----------
    parts
        One sample of each structure, on the same draws.
    weights
        Of each; they sum to one.
    """

    def __init__(self, parts: Sequence[Sample], weights: Sequence[float]) -> None:
        self._parts, self._weights = parts, weights
        sizes = [part.size for part in parts]
        values, each = np.concatenate([part.ravel() for part in parts]), np.divide(weights, sizes)
        if np.all(each == each[0]):  # no share has to follow its value, and to sort alone is fast
            self._ordered, shares = np.sort(values), np.full(values.size, each[0])
        else:
            order = np.argsort(values, kind="stable")
            self._ordered, shares = values[order], np.repeat(each, sizes)[order]
        # Hazen: a value stands for the middle of its share.
        self._middles = np.cumsum(shares) - shares / 2

    def quantile(self, p: float) -> Number:
        """Return the value that a share `p` of the mixture does not exceed.

        The error is read off the ordered values (Woodruff 1952), as that of one sample is: the share up to
        the quantile, mixed in each replicate, has the spread of replicates, in which structures are paired.
        """
        value = self._at(p)
        if not math.isfinite(value):
            return Number(value, math.nan)
        shares = sum(
            weight * (part <= value).mean(axis=1)
            for weight, part in zip(self._weights, self._parts, strict=True)
        )
        spread = float(np.std(shares, ddof=1)) / math.sqrt(np.size(shares))
        error = max(spread, RESOLUTION / self._parts[0].size)
        low, high = (self._at(q) for q in wilson(p, error))
        span = (high - low) / (2 * SPAN)
        return Number(value, span if math.isfinite(span) else math.nan)

    def _at(self, p: float) -> float:
        """Return the value at a share: straight lines between the ordered values, the ends beyond them."""
        place = int(np.searchsorted(self._middles, p))
        last = self._ordered.size - 1
        below, above = (float(self._ordered[min(max(i, 0), last)]) for i in (place - 1, place))
        if below == above or not math.isfinite(above - below):
            return below
        start, end = self._middles[place - 1], self._middles[place]
        return below + (p - start) / (end - start) * (above - below)
