"""One-dimensional distributions as quantile functions of a standard-normal score, exact in float64.

A score z stands for the probability Φ(z). Below the median the lower tail Φ(z) is carried and above it the
upper tail Φ(-z), so that a quantile has all its digits at either end, however far out.

    p(x) = P(X <= x) = Φ(score(x)),    P(X < x) = Φ(score_below(x)),    at(z) = inf{x : P(X <= x) >= Φ(z)}
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import override

import numpy as np
from jaxtyping import Float
from scipy import special

#: Scores that the kernel tells apart: beyond lies a chance of 1e-12, and a table gives its end values.
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
class Normal(Marginal):
    """mean + sd z."""

    mean: float
    sd: float
    support = (-np.inf, np.inf)

    @override
    def at(self, z: Numbers) -> Numbers:
        return self.mean + self.sd * z

    @override
    def score(self, x: Numbers) -> Numbers:
        return (x - self.mean) / self.sd


@dataclass(frozen=True, eq=False)
class LogNormal(Marginal):
    """median exp(sigma z)."""

    median: float
    sigma: float
    support = (0.0, np.inf)

    @override
    def at(self, z: Numbers) -> Numbers:
        return self.median * np.exp(self.sigma * z)

    @override
    def score(self, x: Numbers) -> Numbers:
        with np.errstate(divide="ignore"):
            return np.log(np.maximum(x, 0) / self.median) / self.sigma


@dataclass(frozen=True, eq=False)
class LogitNormal(Marginal):
    """1 / (1 + exp(-(logit median + sigma z)))."""

    median: float
    sigma: float
    support = (0.0, 1.0)

    @override
    def at(self, z: Numbers) -> Numbers:
        return special.expit(special.logit(self.median) + self.sigma * z)

    @override
    def score(self, x: Numbers) -> Numbers:
        return (special.logit(np.clip(x, 0, 1)) - special.logit(self.median)) / self.sigma


class LogUniform(Marginal):
    """low (high/low)^Φ(z), with its upper tail from above."""

    def __init__(self, low: float, high: float) -> None:
        self.support = (low, high)
        self._ratio = np.log(high / low)

    @override
    def at(self, z: Numbers) -> Numbers:
        lower, upper = tails(z)
        low, high = self.support
        return np.where(z < 0, low * np.exp(self._ratio * lower), high * np.exp(-self._ratio * upper))

    @override
    def score(self, x: Numbers) -> Numbers:
        low, high = self.support
        x = np.clip(x, low, high)
        return score_of(np.log(x / low) / self._ratio, np.log(high / x) / self._ratio)
