"""The metalog distribution: a quantile function through most sets of quantiles.

With y the probability, L = log(y / (1 - y)) and c = y - 1/2,

    M(y) = a1 + a2 L + a3 c L + a4 c + a5 c² + a6 c² L + a7 c³ + a8 c³ L + ...

A set has one where such a curve rises from probability 0 to 1. Sets whose gaps differ much from one to the
next, or whose ends lie far out on one side, have none; fewer terms then pass near them, or nothing does.

Where bounds are given, the quantiles are low + e^M, high - e^-M or low + (high - low) / (1 + e^-M).

Reference: Keelin (2016), The Metalog Distributions, Decision Analysis 13(4).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import override

import numpy as np
from jaxtyping import Float
from scipy import special

from simulator.families.inversion import invert
from simulator.families.marginal import Marginal, Numbers, tails

#: Scores over which a metalog must rise to be a distribution.
REACH = 8.0

#: Least terms of a metalog: place and spread.
LEAST_TERMS = 2


@dataclass(frozen=True, eq=False)
class Metalog(Marginal):
    """A metalog with given coefficients, in its link's scale, and bounds as the ends of its support."""

    coefficients: Float[np.ndarray, "terms"]
    support: tuple[float, float]

    @override
    def at(self, z: Numbers) -> Numbers:
        return _unlink(_terms(z, len(self.coefficients)) @ self.coefficients, self.support)

    @override
    def score(self, x: Numbers) -> Numbers:
        ends = np.full(x.shape, -40.0), np.full(x.shape, 40.0)
        # Of scores that all give x, the largest is meant: one float before the first beyond it.
        first_beyond = invert(lambda z: self.at(z) - x, np.full(x.shape, np.nextafter(0, 1)), *ends)
        return np.where(x >= self.support[1], np.inf, np.where(x <= self.support[0], -np.inf, first_beyond))

    def rises(self) -> bool:
        """Whether this is a distribution: M rises with the probability."""
        z = np.linspace(-REACH, REACH, 8001)
        return bool(np.all(np.diff(_terms(z, len(self.coefficients)) @ self.coefficients) > 0))


def fit_metalog(quantiles: Mapping[float, float], bounds: tuple[float, float]) -> Metalog:
    """Return the metalog with most terms that is a distribution, through the quantiles where that can be.

    Parameters
    ----------
    quantiles
        Value at each probability, two or more.
    bounds
        Ends of the support.

    Raises
    ------
    ValueError
        No number of terms gives a distribution.
    """
    z = special.ndtri(np.array(list(quantiles)))
    values = _link(np.array(list(quantiles.values()), dtype=float), bounds)
    # Seven terms at probabilities symmetric about a half leave one even shape out, and so do eleven. There is
    # one term more then, and of the curves through the quantiles the one with the least coefficients.
    most = len(z) + int(np.linalg.matrix_rank(_terms(z, len(z))) < len(z))
    for terms in range(most, LEAST_TERMS - 1, -1):
        coefficients, *_ = np.linalg.lstsq(_terms(z, terms), values)
        candidate = Metalog(coefficients, bounds)
        if candidate.rises():
            return candidate
    message = "a set through or near which no metalog rises everywhere"
    raise ValueError(message)


def _terms(z: Numbers, terms: int) -> Float[np.ndarray, "z terms"]:
    lower, upper = tails(z)
    logit = special.log_ndtr(z) - special.log_ndtr(-z)
    centred = (lower - upper) / 2
    columns = [np.ones_like(z), logit, centred * logit, centred]
    for power in range(2, terms // 2 + 1):
        columns += [centred**power, centred**power * logit]
    return np.stack(columns[:terms], axis=-1)


def _link(x: Numbers, bounds: tuple[float, float]) -> Numbers:
    low, high = bounds
    if np.isinf(low) and np.isinf(high):
        return x
    if np.isinf(high):
        return np.log(x - low)
    if np.isinf(low):
        return -np.log(high - x)
    return np.log(x - low) - np.log(high - x)


def _unlink(m: Numbers, bounds: tuple[float, float]) -> Numbers:
    low, high = bounds
    with np.errstate(over="ignore"):
        if np.isinf(low) and np.isinf(high):
            return m
        if np.isinf(high):
            return low + np.exp(m)
        if np.isinf(low):
            return high - np.exp(-m)
        # From the nearer bound, so that the distance to it keeps its digits.
        share = special.expit(-np.abs(m))
        return np.where(m < 0, low + (high - low) * share, high - (high - low) * share)
