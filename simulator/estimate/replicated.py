"""Numbers that know their own standard error: each with what it would be without each replicate in turn.

Whatever is computed from totals over replicates is computed 33 times alike, from all and from all but one;
the spread of the latter is the jackknife's standard error. It holds under both samplers, for paths of one
replicate may depend on each other and replicates do not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Shaped

from simulator.estimate.number import Number


@dataclass(frozen=True, slots=True)
class Replicated:
    """A statistic, or an array of them.

    Attributes
    ----------
    value
        From all replicates.
    without
        From all but one, for each that is left out.
    """

    value: Float[np.ndarray, "*shape"]
    without: Float[np.ndarray, "replicate *shape"]

    def __add__(self, other: "Replicated") -> "Replicated":
        return _replicated(self.value + other.value, self.without + other.without)

    def __sub__(self, other: "Replicated") -> "Replicated":
        return _replicated(self.value - other.value, self.without - other.without)

    def __mul__(self, other: "Replicated") -> "Replicated":
        return _replicated(self.value * other.value, self.without * other.without)

    def __truediv__(self, other: "Replicated") -> "Replicated":
        """Return the ratio; not a number where nothing is divided by nothing."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return _replicated(self.value / other.value, self.without / other.without)

    def __getitem__(self, index: int) -> "Replicated":
        return _replicated(self.value[index], self.without[:, index])

    def scaled(self, by: float) -> "Replicated":
        """Return the statistic times a constant."""
        return _replicated(self.value * by, self.without * by)

    def root(self) -> "Replicated":
        """Return the square root."""
        return _replicated(np.sqrt(self.value), np.sqrt(self.without))

    def rest(self) -> "Replicated":
        """Return what is left to one."""
        return _replicated(1 - self.value, 1 - self.without)

    @property
    def error(self) -> Float[np.ndarray, "*shape"]:
        """The standard error by the jackknife over replicates; not a number where one of them is infinite."""
        replicates = len(self.without)
        with np.errstate(invalid="ignore"):
            about = self.without - self.without.mean(axis=0)
        return np.asarray(np.sqrt((replicates - 1) / replicates * np.square(about).sum(axis=0)))

    def number(self, index: int | tuple[()] = ()) -> Number:
        """Return one of the statistics with its standard error."""
        return Number(float(self.value[index]), float(self.error[index]))


def _replicated(value: Any, without: np.ndarray) -> Replicated:
    """Return a statistic of what NumPy computed, which of a single number is no array."""
    return Replicated(np.asarray(value), without)


def total(sums: Shaped[np.ndarray, "replicate *shape"]) -> Replicated:
    """Return the total of sums by replicate."""
    whole = np.asarray(sums.sum(axis=0), dtype=np.float64)
    return Replicated(whole, whole - sums)


def nothing(replicates: int, count: int) -> Replicated:
    """Return as many zeros."""
    return Replicated(np.zeros(count), np.zeros((replicates, count)))


def squared_length(means: Float[np.ndarray, "replicate function target"]) -> Replicated:
    """Return the squared length of an expected vector, without the bias that its noise would bring.

    The square of an estimated mean is too large by the variance of the estimate. Products of two different
    replicates are not, for replicates are independent: the average over all pairs of them is unbiased, under
    either sampler and for any number of functions. It may come out negative where the truth is near zero.

    Parameters
    ----------
    means
        The vector's estimate in each replicate, for each of some targets.
    """
    count = len(means)
    whole = means.sum(axis=0)
    own = np.square(means).sum(axis=1)
    squares, products = np.square(whole).sum(axis=0), np.einsum("rqk,qk->rk", means, whole)
    value = (squares - own.sum(axis=0)) / (count * (count - 1))
    left = squares - 2 * products + own
    without = (left - (own.sum(axis=0) - own)) / ((count - 1) * (count - 2))
    return Replicated(value, without)
