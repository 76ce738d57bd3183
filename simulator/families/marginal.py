"""One-dimensional distributions as quantile functions of a standard-normal score, exact in float64.

A score z stands for the probability Φ(z). Below the median the lower tail Φ(z) is carried and above it the
upper tail Φ(-z), so that a quantile has all its digits at either end, however far out.

    p(x) = P(X <= x) = Φ(score(x)),    P(X < x) = Φ(score_below(x)),    at(z) = inf{x : P(X <= x) >= Φ(z)}
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import override

import numpy as np
from jaxtyping import Float
from scipy import special

#: Scores between which the kernel resolves values; beyond, a chance of 1e-12, a table has its end values.
REACH = 7.0

#: Largest number of float32.
LARGEST = float(np.finfo(np.float32).max)

type Numbers = Float[np.ndarray, "..."]


def tails(score: Numbers) -> tuple[Numbers, Numbers]:
    """Return the probabilities below and above standard-normal scores, each with all its digits."""
    return special.ndtr(score), special.ndtr(-score)


def score_of(lower: Numbers, upper: Numbers) -> Numbers:
    """Return the score with probability `lower` below it and `upper` = 1 - `lower` above it."""
    with np.errstate(divide="ignore"):
        return np.where(lower <= upper, special.ndtri(lower), -special.ndtri(upper))


class Marginal(ABC):
    """A distribution on the line.

    Attributes
    ----------
    support
        Ends of the support, which may be infinite.
    corners
        Points inside the support where the distribution function jumps or is not smooth.
    """

    support: tuple[float, float]
    corners: tuple[float, ...] = ()

    @abstractmethod
    def at(self, z: Numbers) -> Numbers:
        """Return the quantiles at standard-normal scores."""

    @abstractmethod
    def score(self, x: Numbers) -> Numbers:
        """Return the scores of P(X <= x)."""

    def score_below(self, x: Numbers) -> Numbers:
        """Return the scores of P(X < x); the same as `score` where there is no atom."""
        return self.score(x)

    def breaks(self, reach: float) -> Numbers:
        """Return the scores within (-reach, reach) at which the quantile function jumps or is not smooth."""
        corners = np.array(self.corners, dtype=float)
        scores = np.concatenate([self.score_below(corners), self.score(corners)])
        return np.unique(scores[np.abs(scores) < reach])


@dataclass(frozen=True, eq=False)
class Formula(Marginal):
    """A distribution whose quantiles and scores have formulas."""

    quantile: Callable[[Numbers], Numbers]
    inverse: Callable[[Numbers], Numbers]
    support: tuple[float, float]

    @override
    def at(self, z: Numbers) -> Numbers:
        return self.quantile(z)

    @override
    def score(self, x: Numbers) -> Numbers:
        return self.inverse(x)
