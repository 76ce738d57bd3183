"""What every statistic is made from: the pooled values of a sample, and the one rule for their error.

A sample is an array ``[replicate, path]`` of one metric. Every statistic here is, to first order, a mean of
an *influence* over the pooled values: for the mean the value itself, for a probability an indicator, for a
quantile an indicator at that quantile, and so on. Its error is therefore the error of a mean:

- under ``rqmc`` from the spread of the replicates' sums of the influence about the pooled value (sectioning,
  one degree of freedom less than there are replicates), since paths of one replicate are not independent;
- under ``mc`` in closed form, from the spread over paths, which are.

A condition selects some paths, so that replicates have unequal numbers; the same rule is then that of a
ratio estimator.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from simulator.estimate.number import Number

type SamplerName = Literal["rqmc", "mc"]
#: A number, or whether something is true, for each of some values.
type Term = Callable[[np.ndarray], np.ndarray]
type Event = Callable[[np.ndarray], np.ndarray]

#: Half of the rule of three: where none of N paths shows an event, its chance is below 3/N at 95%. No error
#: of a probability is given as smaller, since N paths resolve nothing finer.
RESOLUTION = 1.5


#: Of no paths nothing is known.
UNKNOWN = Number(math.nan, math.nan)


@dataclass(frozen=True)
class Pool:
    """The values selected from a sample, replicate after replicate.

    Attributes
    ----------
    values
        The values, in order of replicates and of paths within each.
    counts
        How many of them each replicate has.
    sampler
        How the paths were drawn, which decides the rule for errors.
    """

    values: Shaped[np.ndarray, " value"]
    counts: Int[np.ndarray, " replicate"]
    sampler: SamplerName

    @property
    def size(self) -> int:
        """Number of values."""
        return self.values.size

    @cached_property
    def ordered(self) -> Shaped[np.ndarray, " value"]:
        """The values in ascending order (those that are not a number last), sorted once."""
        return np.sort(self.values)

    @cached_property
    def _sections(self) -> list[slice]:
        """Where each replicate's values are."""
        ends = np.cumsum(self.counts).tolist()
        return [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]

    @property
    def valid(self) -> bool:
        """Whether there are values and each is a number, infinity included."""
        return self.size > 0 and not np.isnan(self.ordered[-1])

    @property
    def finite(self) -> bool:
        """Whether there are values and each is finite."""
        return self.valid and bool(np.isfinite(self.ordered[0]) and np.isfinite(self.ordered[-1]))

    def of(self, values: Shaped[np.ndarray, " value"]) -> "Pool":
        """Return a pool of other values on the same paths."""
        return Pool(values, self.counts, self.sampler)

    def sums(self, term: Term) -> Float[np.ndarray, " replicate"]:
        """Sum of a term of every value, by replicate.

        The term is a function of values in float64. It is given those of one replicate at a time, so that
        what it makes stays small whatever the number of paths.
        """
        return np.array([np.sum(term(self.values[s].astype(np.float64))) for s in self._sections])

    def count(self, event: Event) -> Int[np.ndarray, " replicate"]:
        """Number of values, by replicate, for which an event, a function of values, is true."""
        return np.array([np.count_nonzero(event(self.values[s])) for s in self._sections])

    def error(self, influence: Term, middle: float, sums: Float[np.ndarray, " replicate"]) -> float:
        """Return the standard error of the mean of an influence.

        Parameters
        ----------
        influence
            What each value adds, as `sums` takes it.
        middle
            Its mean over all values.
        sums
            Its sum by replicate.
        """
        if self.sampler == "mc":
            squares = self.sums(lambda values: np.square(influence(values) - middle))
            return self._independent(float(squares.sum()))
        return self._sectioned(sums - middle * self.counts)

    def share_error(self, counted: Int[np.ndarray, " replicate"]) -> float:
        """Return the standard error of the share of values for which an event is true, by its `count`.

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


def pool(
    sample: Shaped[np.ndarray, "replicate path"],
    sampler: SamplerName,
    where: Bool[np.ndarray, "replicate path"] | None = None,
) -> Pool:
    """Return the pool of a sample, or of its paths for which `where` is true.

    Parameters
    ----------
    sample
        One metric, or a flag, by replicate and path.
    sampler
        How the paths were drawn.
    where
        The condition; none selects every path.
    """
    replicates, paths = sample.shape
    if where is None:
        return Pool(sample.ravel(), np.full(replicates, paths), sampler)
    return Pool(sample[where], np.array([np.count_nonzero(row) for row in where]), sampler)
