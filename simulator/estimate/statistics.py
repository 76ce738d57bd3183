"""Statistics of what was observed, each with its standard error.

None of them takes a number that it does not show: where there are no paths or there are paths that are not a
number, value and error are nan; where the statistic is infinite, so is the value, and the error is nan.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float, Real

from simulator.estimate.number import Number
from simulator.estimate.observed import (
    UNKNOWN,
    Above,
    AtMost,
    Below,
    Coded,
    Counted,
    Depth,
    Event,
    Observed,
    Square,
    Value,
    doubted,
)

#: The quantiles of a metric, by name.
QUANTILES: Mapping[str, float] = {"p05": 0.05, "p10": 0.1, "p50": 0.5, "p90": 0.9, "p95": 0.95}
#: Standard errors between a quantile and each end of the interval that its error is read from.
SPAN = 2.0


def mean(pool: Observed) -> Number:
    """Return the mean; infinite or not a number where any value is."""
    if not pool.finite:
        return Number(_infinite_mean(pool), math.nan)
    return pool.mean(Value())


def standard_deviation(pool: Observed) -> Number:
    """Return the standard deviation.

    The mean square about the pooled mean falls short of the variance by the variance of that mean, which is
    added: under ``mc`` its estimate makes the usual divisor, one less than the number of values; under
    ``rqmc``, whose means are far more exact, next to nothing.

    The error is that of the mean square about the pooled mean, which moves the standard deviation by half its
    own relative change; the error of the mean itself is of second order.
    """
    if not pool.finite or pool.size < 2:
        return UNKNOWN
    middle = pool.mean(Value())
    square = pool.mean(Square(middle.value))
    variance, uncertainty = square.value, middle.error
    if variance == 0:
        return Number(0.0, 0.0)
    if math.isnan(uncertainty):  # one replicate alone: as if its values were independent
        uncertainty = math.sqrt(variance / (pool.size - 1))
    return Number(math.hypot(math.sqrt(variance), uncertainty), square.error / (2 * math.sqrt(variance)))


def quantile(pool: Observed, p: float) -> Number:
    """Return the value that a share `p` of the paths does not exceed.

    The definition is Hazen's: the i-th of n values in order stands for the share (i - 1/2)/n, with straight
    lines between. It has no bias on evenly spread points, which low-discrepancy points nearly are.

    The error is read off the ordered values (Woodruff 1952): the share of paths up to the quantile has a
    standard error, by replicates or binomial, and the quantiles that far to either side span the interval.
    It holds whatever the density, for values with ties, and where some are infinite.
    """
    if not pool.valid:
        return UNKNOWN
    position = min(max(p * pool.size - 0.5, 0.0), pool.size - 1.0)
    value = pool.at(position)
    error = pool.share_error(pool.count(AtMost(pool.at(int(position)))))
    if not math.isfinite(value) or math.isnan(error):
        return Number(value, math.nan)
    low, high = (pool.at(q * pool.size - 0.5) for q in wilson(p, error))
    span = (high - low) / (2 * SPAN)
    return Number(value, doubted(span, pool.doubt(position)) if math.isfinite(span) else math.nan)


def expected_shortfall(pool: Observed, p: float, tail: Literal["lower", "upper"] = "lower") -> Number:
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
    threshold = pool.at(rank - 1 if tail == "lower" else pool.size - rank)
    if not math.isfinite(threshold):
        return Number(threshold, math.nan)
    deepest = pool.at(0 if tail == "lower" else pool.size - 1)
    if not math.isfinite(deepest):
        return Number(deepest, math.nan)
    depth = pool.mean(Depth(threshold, sign))
    return Number(threshold + sign * depth.value / p, depth.error / p)


def probability(flags: Coded) -> Number:
    """Return the share of paths of which a flag is set."""
    return share(flags, 1)


def share(coded: Coded, code: int) -> Number:
    """Return the share of paths that have a code."""
    return _share(coded, coded.having(code)) if coded.size else UNKNOWN


def probability_below(pool: Observed, target: float) -> Number:
    """Return the chance of a value strictly below `target`."""
    return chance(pool, Below(target)) if pool.valid else UNKNOWN


def probability_above(pool: Observed, target: float) -> Number:
    """Return the chance of a value strictly above `target`."""
    return chance(pool, Above(target)) if pool.valid else UNKNOWN


def probability_between(pool: Observed, low: float, high: float) -> Number:
    """Return the chance of a value of at least `low` and at most `high`.

    Parameters
    ----------
    pool
        The values.
    low, high
        Both ends, which count, in the unit of the values.
    """
    if not pool.valid:
        return UNKNOWN
    outside = (Below(low), Above(high))
    found = _share(pool, pool.counts - sum(map(pool.count, outside)))
    return replace(found, error=doubted(found.error, sum(map(pool.doubtful, outside)) / pool.size))


def chance(pool: Observed, event: Event) -> Number:
    """Return the share of values for which an event is true."""
    if pool.size == 0:
        return UNKNOWN
    found = _share(pool, pool.count(event))
    return replace(found, error=doubted(found.error, pool.doubtful(event) / pool.size))


class Curve(NamedTuple):
    """Chances of exceeding each of some thresholds, with their standard errors."""

    thresholds: Float[np.ndarray, " threshold"]
    values: Float[np.ndarray, " threshold"]
    mcse: Float[np.ndarray, " threshold"]


def exceedance(pool: Observed, thresholds: Float[np.ndarray, " threshold"]) -> Curve:
    """Return the exceedance curve: the chance of a value strictly above each of `thresholds`."""
    points = [probability_above(pool, float(threshold)) for threshold in thresholds]
    return Curve(thresholds, np.array([p.value for p in points]), np.array([p.error for p in points]))


def _share(counted: Counted, found: Real[np.ndarray, " replicate"]) -> Number:
    """Return the share that so many paths of each replicate are of all."""
    return Number(float(found.sum()) / counted.size, counted.share_error(found))


def _infinite_mean(pool: Observed) -> float:
    """Return the mean of values some of which are not finite: an infinity, or nan where both or no number."""
    if not pool.valid:
        return math.nan
    low, high = pool.at(0), pool.at(pool.size - 1)
    if math.isinf(low) and math.isinf(high) and low != high:
        return math.nan
    return low if math.isinf(low) else high


def wilson(p: float, error: float, span: float = SPAN) -> tuple[float, float]:
    """Return the shares `span` standard errors to either side of `p`, which stay between 0 and 1.

    Wilson's interval, with the number of independent paths that would give this error.

    Parameters
    ----------
    p, error
        A share above 0 and below 1, and its standard error.
    span
        Standard errors to either side.
    """
    scale = (span * error) ** 2 / (p * (1 - p))
    middle = (p + scale / 2) / (1 + scale)
    half = span * error * math.sqrt(1 + scale / (4 * p * (1 - p))) / (1 + scale)
    return middle - half, middle + half
