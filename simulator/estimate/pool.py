"""The pooled values of a sample, an array ``[replicate, path]`` of one metric, or of some of its paths."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from simulator.estimate.observed import Coded, Event, Observed, SamplerName, Term


@dataclass(frozen=True)
class Pool(Observed, Coded):
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

    def at(self, position: float) -> float:
        """Return the value at a position between the ordered ones, counted from 0; the ends beyond them."""
        ordered = self.ordered
        position = min(max(position, 0.0), ordered.size - 1.0)
        low = int(position)
        part = position - low
        below = float(ordered[low])
        above = float(ordered[min(low + 1, ordered.size - 1)])
        # Not below + part * (above - below) in every case: at an infinite end that is inf - inf or 0 * inf.
        return below if part == 0 or above == below else below + part * (above - below)

    def lowest(self, count: int) -> Float[np.ndarray, " value"]:
        """Return so many of the lowest values, ascending."""
        return self.ordered[:count].astype(np.float64)

    def highest(self, count: int) -> Float[np.ndarray, " value"]:
        """Return so many of the highest values, ascending."""
        return self.ordered[-count:].astype(np.float64)

    @property
    def extremes(self) -> int:
        """How many of the lowest, and of the highest values there are: all."""
        return self.size

    def sums(self, term: Term) -> Float[np.ndarray, " replicate"]:
        """Sum of a term of every value, by replicate.

        The term is made of values in float64. It is given those of one replicate at a time, so that what it
        makes stays small whatever the number of paths.
        """
        return np.array([np.sum(term.of(self.values[s].astype(np.float64))) for s in self._sections])

    def squares(self, term: Term, middle: float) -> float:
        """Sum of squares of a term of every value about a middle, made as `sums` is."""
        terms = (term.of(self.values[s].astype(np.float64)) for s in self._sections)
        return float(np.array([np.sum(np.square(one - middle)) for one in terms]).sum())

    def count(self, event: Event) -> Int[np.ndarray, " replicate"]:
        """Number of values, by replicate, for which an event is true."""
        return np.array([np.count_nonzero(event.of(self.values[s])) for s in self._sections])

    def having(self, code: int) -> Int[np.ndarray, " replicate"]:
        """Number of values, by replicate, that are a code, or a flag that is set for 1."""
        return np.array([np.count_nonzero(self.values[s] == code) for s in self._sections])


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
