"""Statistics of a pool, each with its standard error.

None of them takes a number that it does not show: where the pool is empty or holds paths that are not a
number, value and error are nan; where the statistic is infinite, so is the value, and the error is nan.
"""

import math
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.estimate.number import Number
from simulator.estimate.pool import UNKNOWN, Event, Pool, Term

#: Standard errors between a quantile and each end of the interval that its error is read from.
SPAN = 2.0


def mean(pool: Pool) -> Number:
    """Return the mean; infinite or not a number where any value is."""
    if not pool.finite:
        return Number(_infinite_mean(pool), math.nan)
    return _mean(pool, lambda values: values)


def standard_deviation(pool: Pool) -> Number:
    """Return the standard deviation.

    The mean square about the pooled mean falls short of the variance by the variance of that mean, which is
    added: under ``mc`` its estimate makes the usual divisor, one less than the number of values; under
    ``rqmc``, whose means are far more exact, next to nothing.

    The error is that of the mean square about the pooled mean, which moves the standard deviation by half its
    own relative change; the error of the mean itself is of second order.
    """
    if not pool.finite or pool.size < 2:
        return UNKNOWN
    middle = _mean(pool, lambda values: values)
    square = _mean(pool, lambda values: np.square(values - middle.value))
    variance, uncertainty = square.value, middle.error
    if variance == 0:
        return Number(0.0, 0.0)
    if math.isnan(uncertainty):  # one replicate alone: as if its values were independent
        uncertainty = math.sqrt(variance / (pool.size - 1))
    return Number(math.hypot(math.sqrt(variance), uncertainty), square.error / (2 * math.sqrt(variance)))


def quantile(pool: Pool, p: float) -> Number:
    """Return the value that a share `p` of the paths does not exceed.

    The definition is Hazen's: the i-th of n values in order stands for the share (i - 1/2)/n, with straight
    lines between. It has no bias on evenly spread points, which low-discrepancy points nearly are.

    The error is read off the ordered values (Woodruff 1952): the share of paths up to the quantile has a
    standard error, by replicates or binomial, and the quantiles that far to either side span the interval.
    It holds whatever the density, for values with ties, and where some are infinite.
    """
    if not pool.valid:
        return UNKNOWN
    ordered = pool.ordered
    position = min(max(p * pool.size - 0.5, 0.0), pool.size - 1.0)
    value = _between(ordered, position)
    error = pool.share_error(pool.count(lambda values: values <= ordered[int(position)]))
    if not math.isfinite(value) or math.isnan(error):
        return Number(value, math.nan)
    low, high = (_between(ordered, q * pool.size - 0.5) for q in wilson(p, error))
    span = (high - low) / (2 * SPAN)
    return Number(value, span if math.isfinite(span) else math.nan)


def expected_shortfall(pool: Pool, p: float, tail: Literal["lower", "upper"] = "lower") -> Number:
    """Return the mean of the lowest (or highest) share `p` of the paths.

    With q the quantile, it is ``q + mean(min(x - q, 0)) / p``, which does not change to first order with q:
    the error is that of the second term with q fixed.

    Parameters
    ----------
    pool
        The values, in the unit of the result.
    p
        Share of the paths, above 0 and at most 1.
    tail
        ``lower`` for the lowest values, ``upper`` for the highest.
    """
    if not pool.valid:
        return UNKNOWN
    sign = 1 if tail == "lower" else -1
    rank = max(math.ceil(p * pool.size), 1)
    threshold = float(pool.ordered[rank - 1 if tail == "lower" else -rank])
    if not math.isfinite(threshold):
        return Number(threshold, math.nan)
    deepest = float(pool.ordered[0 if tail == "lower" else -1])
    if not math.isfinite(deepest):
        return Number(deepest, math.nan)
    depth = _mean(pool, lambda values: np.minimum(sign * (values - threshold), 0.0))
    return Number(threshold + sign * depth.value / p, depth.error / p)


def probability(pool: Pool) -> Number:
    """Return the share of a pool of flags that are set."""
    return _share(pool, lambda values: values != 0)


def probability_below(pool: Pool, target: float) -> Number:
    """Return the chance of a value strictly below `target`."""
    return _share(pool, lambda values: values < target) if pool.valid else UNKNOWN


def probability_above(pool: Pool, target: float) -> Number:
    """Return the chance of a value strictly above `target`."""
    return _share(pool, lambda values: values > target) if pool.valid else UNKNOWN


class Curve(NamedTuple):
    """Chances of exceeding each of some thresholds, with their standard errors."""

    thresholds: Float[np.ndarray, " threshold"]
    values: Float[np.ndarray, " threshold"]
    mcse: Float[np.ndarray, " threshold"]


def exceedance(pool: Pool, thresholds: Float[np.ndarray, " threshold"]) -> Curve:
    """Return the exceedance curve: the chance of a value strictly above each of `thresholds`."""
    points = [probability_above(pool, float(threshold)) for threshold in thresholds]
    return Curve(thresholds, np.array([p.value for p in points]), np.array([p.error for p in points]))


def _mean(pool: Pool, term: Term) -> Number:
    """Return the mean of a term of every value."""
    sums = pool.sums(term)
    value = float(sums.sum()) / pool.size
    return Number(value, pool.error(term, value, sums))


def _share(pool: Pool, event: Event) -> Number:
    if pool.size == 0:
        return UNKNOWN
    counted = pool.count(event)
    return Number(int(counted.sum()) / pool.size, pool.share_error(counted))


def _infinite_mean(pool: Pool) -> float:
    """Return the mean of values some of which are not finite: an infinity, or nan where both or no number."""
    if not pool.valid:
        return math.nan
    low, high = float(pool.ordered[0]), float(pool.ordered[-1])
    if math.isinf(low) and math.isinf(high) and low != high:
        return math.nan
    return low if math.isinf(low) else high


def _between(ordered: np.ndarray, position: float) -> float:
    """Return the value at a position between the ordered ones, counted from 0; the ends beyond them."""
    position = min(max(position, 0.0), ordered.size - 1.0)
    low = int(position)
    part = position - low
    below = float(ordered[low])
    above = float(ordered[min(low + 1, ordered.size - 1)])
    # Not below + part * (above - below) in every case: at an infinite end that is inf - inf or 0 * inf.
    return below if part == 0 or above == below else below + part * (above - below)


def wilson(p: float, error: float) -> tuple[float, float]:
    """Return the shares `SPAN` standard errors to either side of `p`, which stay between 0 and 1.

    Wilson's interval, with the number of independent paths that would give this error.
    """
    scale = (SPAN * error) ** 2 / (p * (1 - p))
    middle = (p + scale / 2) / (1 + scale)
    half = SPAN * error * math.sqrt(1 + scale / (4 * p * (1 - p))) / (1 + scale)
    return middle - half, middle + half
