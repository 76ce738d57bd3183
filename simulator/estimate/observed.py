"""What every statistic is made from, wherever the values are, and the one rule for its error.

Every statistic here is, to first order, a mean of an *influence* over the pooled values: for the mean the
value itself, for a probability an indicator, for a quantile an indicator at that quantile, and so on. Its
error is therefore the error of a mean:

- under ``rqmc`` from the spread of the replicates' sums of the influence about the pooled value (sectioning,
  one degree of freedom less than there are replicates), since paths of one replicate are not independent;
- under ``mc`` in closed form, from the spread over paths, which are.

A condition selects some paths, so that replicates have unequal numbers; the same rule is then that of a
ratio estimator. `Pool` has the values themselves, `Part` what was added up of them; an influence and an event
are data, so that either can answer.
"""

import math
from abc import ABC, abstractmethod
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float, Int, Real

from simulator.estimate.number import Number

type SamplerName = Literal["rqmc", "mc"]

#: Half of the rule of three: where none of N paths shows an event, its chance is below 3/N at 95%. No error
#: of a probability is given as smaller, since N paths resolve nothing finer.
RESOLUTION = 1.5

#: Of no paths nothing is known.
UNKNOWN = Number(math.nan, math.nan)


def doubted(error: float, doubt: float) -> float:
    """Return the error of the simulation together with a bound on how wrong a number is besides."""
    return math.hypot(error, doubt) if doubt else error


class Value(NamedTuple):
    """The value itself."""

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return it for each value."""
        return values


class Square(NamedTuple):
    """The square of what a value is above a middle."""

    about: float

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return it for each value."""
        return np.square(values - self.about)


class Depth(NamedTuple):
    """How far a value is beyond a threshold, as a negative number; 0 on its near side.

    The far side is below the threshold for a sign of 1, and above it for one of -1.
    """

    threshold: float
    sign: int

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return it for each value."""
        return np.minimum(self.sign * (values - self.threshold), 0.0)


type Term = Value | Square | Depth


class Below(NamedTuple):
    """Being strictly below a number."""

    bound: float

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return whether it is so, for each value."""
        return values < self.bound


class AtMost(NamedTuple):
    """Being no more than a number."""

    bound: float

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return whether it is so, for each value."""
        return values <= self.bound


class Above(NamedTuple):
    """Being strictly above a number."""

    bound: float

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return whether it is so, for each value."""
        return values > self.bound


class Infinite(NamedTuple):
    """Being infinite, of either sign."""

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return whether it is so, for each value."""
        return np.isinf(values)


class NotANumber(NamedTuple):
    """Being no number."""

    def of(self, values: np.ndarray) -> np.ndarray:
        """Return whether it is so, for each value."""
        return np.isnan(values)


type Event = Below | AtMost | Above | Infinite | NotANumber


class Counted(ABC):
    """Paths of some replicates, and the error of a share of them.

    Attributes
    ----------
    counts : Int[np.ndarray, " replicate"]
        How many there are in each replicate.
    sampler
        How the paths were drawn, which decides the rule for errors.
    """

    counts: Int[np.ndarray, " replicate"]
    sampler: SamplerName

    @property
    def size(self) -> int:
        """Number of paths."""
        return int(self.counts.sum())

    def share_error(self, counted: Real[np.ndarray, " replicate"]) -> float:
        """Return the standard error of the share of values for which an event is true, by its count.

        It is never below `RESOLUTION` over the number of values, whether the share is 0 or 1 or the
        replicates happen to agree.
        """
        share = counted.sum() / self.size
        if self.sampler == "mc":
            error = self._independent(self.size * share * (1 - share))
        else:
            error = self._sectioned(counted - share * self.counts)
        return max(error, RESOLUTION / self.size) if not math.isnan(error) else math.nan

    def _independent(self, squares: float) -> float:
        """Return the error of a mean of independent terms, by their sum of squares about it."""
        return math.sqrt(squares / (self.size - 1) / self.size) if self.size > 1 else math.nan

    def _sectioned(self, residuals: Float[np.ndarray, " replicate"]) -> float:
        """Return the error of a mean by the replicates' sums of terms about it."""
        filled = np.count_nonzero(self.counts)
        if filled < 2:
            return math.nan
        return math.sqrt(np.sum(residuals**2) * filled / (filled - 1)) / self.size


class Coded(Counted):
    """Paths each of which has a code."""

    @abstractmethod
    def having(self, code: int) -> Int[np.ndarray, " replicate"]:
        """Return the number of paths, by replicate, that have a code."""


class Observed(Counted):
    """Values of which is known how they lie in order, and what terms of them add up to."""

    @abstractmethod
    def count(self, event: Event) -> Real[np.ndarray, " replicate"]:
        """Return the number of values, by replicate, for which an event is true."""

    @property
    @abstractmethod
    def valid(self) -> bool:
        """Whether there are values and each is a number, infinity included."""

    @abstractmethod
    def at(self, position: float) -> float:
        """Return the value at a position in ascending order, counted from 0, straight lines between.

        Positions beyond either end are that end.
        """

    @abstractmethod
    def lowest(self, count: int) -> Float[np.ndarray, " value"]:
        """Return so many of the lowest values, ascending."""

    @abstractmethod
    def highest(self, count: int) -> Float[np.ndarray, " value"]:
        """Return so many of the highest values, ascending."""

    @property
    @abstractmethod
    def extremes(self) -> int:
        """How many of the lowest, and of the highest values there are at most."""

    @abstractmethod
    def sums(self, term: Term) -> Float[np.ndarray, " replicate"]:
        """Return the sum of a term of every value, by replicate."""

    @abstractmethod
    def squares(self, term: Term, middle: float) -> float:
        """Return the sum of squares of a term of every value about a middle."""

    def doubt(self, position: float) -> float:
        """Return how far at most `at` is from the value at this position, in the unit of the values."""
        return 0.0

    def doubtful(self, event: Event) -> float:
        """Return by how many values at most `count` may be wrong, over all replicates."""
        return 0.0

    def doubt_of_sum(self, term: Term) -> float:
        """Return by how much at most `sums` may be wrong, over all replicates."""
        return 0.0

    @property
    def finite(self) -> bool:
        """Whether there are values and each is finite."""
        return self.valid and math.isfinite(self.at(0)) and math.isfinite(self.at(self.size - 1))

    def mean(self, term: Term) -> Number:
        """Return the mean of a term of every value."""
        sums = self.sums(term)
        value = float(sums.sum()) / self.size
        if self.sampler == "mc":
            error = self._independent(self.squares(term, value))
        else:
            error = self._sectioned(sums - value * self.counts)
        return Number(value, doubted(error, self.doubt_of_sum(term) / self.size))
