"""Priors that bounds cut: what the bounds leave, and which member of a family has a median within them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: Least share of a prior that its bounds may leave: less is a mistake, not a truncation.
LEAST_MASS = 1e-6

#: Steps of a search away from the median asked for, each longer than the last by this factor.
_STEPS, _LONGER = 400, 1.05


@dataclass(frozen=True)
class Uncut:
    """A distribution without its bounds, on the scale on which SciPy has it.

    Attributes
    ----------
    there, back
        From the prior's values to that scale, and back from it.
    law
        Of the values on that scale.
    """

    there: Callable[[float], float]
    back: Callable[[float], float]
    law: Any  # a frozen distribution of scipy.stats, which exports no type of it

    @property
    def median(self) -> float:
        """The median without bounds."""
        return self.back(float(self.law.median()))

    def between(self, low: float, high: float) -> float:
        """Return the probability from one value to another, from the tail that has the digits."""
        first, last = self.there(low), self.there(high)
        if self.law.cdf(first) < 0.5:
            return float(self.law.cdf(last) - self.law.cdf(first))
        return float(self.law.sf(first) - self.law.sf(last))

    def median_within(self, low: float, high: float) -> float:
        """Return the median of what lies between two values."""
        first, last = self.there(low), self.there(high)
        if self.law.cdf(first) < 0.5:
            return self.back(float(self.law.ppf((self.law.cdf(first) + self.law.cdf(last)) / 2)))
        return self.back(float(self.law.isf((self.law.sf(first) + self.law.sf(last)) / 2)))


def uncut(family: str, p: Mapping[str, Any]) -> Uncut:
    """Return the distribution that a family and its parameters give."""
    from scipy import stats

    match family:
        case "normal":
            law = stats.norm(p["mean"], p["sd"])
        case "student_t":
            law = stats.t(p["df"], p["loc"], p["scale"])
        case "logitnormal":
            return Uncut(_clipped_log_odds, share, stats.norm(log_odds(p["median"]), p["sigma"]))
        case "lognormal":
            by_median = "median" in p
            sigma = p["sigma"] if by_median else math.sqrt(math.log1p((p["sd"] / p["mean"]) ** 2))
            median = p["median"] if by_median else p["mean"] / math.hypot(1, p["sd"] / p["mean"])
            law = stats.lognorm(sigma, scale=median)
        case "uniform":
            law = stats.uniform(p["low"], p["high"] - p["low"])
        case "loguniform":
            low, high = math.log(p["low"]), math.log(p["high"])
            return Uncut(_log, math.exp, stats.uniform(low, high - low))
        case "triangular":
            width = p["high"] - p["low"]
            law = stats.triang((p["mode"] - p["low"]) / width, p["low"], width)
        case "pert":
            width = p["high"] - p["low"]
            peak = (p["mode"] - p["low"]) / width
            law = stats.beta(1 + p["shape"] * peak, 1 + p["shape"] * (1 - peak), p["low"], width)
        case "beta":
            law = stats.beta(p["alpha"], p["beta"], p["low"], p["high"] - p["low"])
        case "gamma":
            by_shape = "shape" in p
            shape = p["shape"] if by_shape else (p["mean"] / p["sd"]) ** 2
            law = stats.gamma(shape, scale=p["scale"] if by_shape else p["sd"] ** 2 / p["mean"])
        case "weibull":
            law = stats.weibull_min(p["shape"], scale=p["scale"])
        case "exponential":
            law = stats.expon(scale=p["mean"] if "mean" in p else 1 / p["rate"])
        case _:
            raise ValueError(family)
    return Uncut(float, float, law)


class UnreachableError(ValueError):
    """No member of a family has the median within the bounds; `nearest` is the nearest that was found."""

    def __init__(self, nearest: float) -> None:
        super().__init__(nearest)
        self.nearest = nearest


def place_of_median(
    member: Callable[[float], Uncut], start: float, step: float, bounds: tuple[float, float], median: float
) -> float:
    """Return the place of the member of a family that has a median within bounds.

    Parameters
    ----------
    member
        The distribution at a place: the further up, the more of it lies above any value.
    start, step
        Where the search begins, and how far it goes at first.
    bounds, median
        The ends of what is left of the distribution, and the value that has half of that on either side.

    Raises
    ------
    UnreachableError
        The search came to where the bounds leave less than `LEAST_MASS`, or too far away.

    Notes
    -----
    The search goes up where too much lies below the median, else down, until that turns; then it is solved.
    Of several members it is the first on that way, which is the nearest.
    """
    from scipy import optimize

    def surplus(place: float) -> float:
        """Return by how much the share below the median is more than a half; nan where too little is left."""
        try:
            law = member(place)
            left = law.between(*bounds)
            return law.between(bounds[0], median) / left - 0.5 if left >= LEAST_MASS else math.nan
        except OverflowError:
            return math.nan

    here, found = start, surplus(start)
    direction = 1.0 if found > 0 else -1.0
    for _ in range(_STEPS):
        if found == 0:
            return here
        if math.isnan(found) or here + direction * step == here:
            break
        there = here + direction * step
        beyond = surplus(there)
        if math.isnan(beyond):
            step /= 2
        elif beyond * found <= 0:
            ends = sorted((here, there))
            return float(optimize.root_scalar(surplus, bracket=ends, method="brentq", xtol=1e-15).root)
        else:
            here, found, step = there, beyond, step * _LONGER
    raise UnreachableError(math.nan if math.isnan(found) else member(here).median_within(*bounds))


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


def log_odds(value: float) -> float:
    """Return log(x / (1 - x)) of a share between 0 and 1."""
    return math.log(value) - math.log1p(-value)


def _clipped_log_odds(value: float) -> float:
    return log_odds(value) if 0 < value < 1 else math.inf if value >= 1 else -math.inf


def share(odds: float) -> float:
    """Return the share that has these log-odds."""
    tail = math.exp(-abs(odds))
    return (1.0 if odds >= 0 else tail) / (1 + tail)
