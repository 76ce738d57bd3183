"""Beliefs in bins: the percentiles of a number, or the values of a belief that takes one of some.

A box is made of whole bins, so that all that its search needs are counts of paths by bin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped, UInt8

from simulator.analysis.explanation.random_inputs import RandomInput

#: Bins of a belief: a limit stands at a whole percentile of it.
BINS = 100
#: Families whose values are not more or less of something, so that each is in a box or out of it by itself.
BY_VALUE = ("bernoulli", "categorical")

#: A box: of each belief that it has a condition on, by place, the bins that are inside.
type Box = Mapping[int, Bool[np.ndarray, " bin"]]


@dataclass(frozen=True, eq=False)
class Bins:
    """Every belief that varies, in bins of paths.

    Attributes
    ----------
    inputs
        The beliefs, in the order of their places.
    by_value
        Of each whether its bins are its values, in no order.
    codes
        The bin of each belief on every path.
    counts
        Paths of each bin; bins that a belief has none of come last.
    least, greatest : in the belief's own unit
        Value in each bin; nan where there is none.
    """

    inputs: Sequence[RandomInput]
    by_value: Bool[np.ndarray, " belief"]
    codes: UInt8[np.ndarray, "replicate point belief"]
    counts: Int[np.ndarray, "belief bin"]
    least: Float[np.ndarray, "belief bin"]
    greatest: Float[np.ndarray, "belief bin"]

    @cached_property
    def used(self) -> Int[np.ndarray, " belief"]:
        """How many bins each belief has."""
        return np.count_nonzero(self.counts, axis=1)

    @cached_property
    def quantiles(self) -> Float[np.ndarray, "belief bin"]:
        """The middle of each bin as a share of all paths."""
        return (np.cumsum(self.counts, axis=1) - self.counts / 2) / self.counts.sum(axis=1, keepdims=True)


def bins_of(inputs: Sequence[RandomInput]) -> Bins:
    """Return beliefs in bins: about a hundred of equally many paths, equal values in one bin."""
    by_value = np.array([_by_value(one) for one in inputs], bool)
    shape = (len(inputs), BINS)
    counts, least, greatest = np.zeros(shape, np.int64), np.full(shape, np.nan), np.full(shape, np.nan)
    codes = np.empty((*inputs[0].values.shape, len(inputs)), np.uint8)
    for place, one in enumerate(inputs):
        ordered = np.sort(one.values, axis=None)
        edges = np.unique(ordered)[1:] if by_value[place] else _percentiles(ordered)
        codes[..., place] = np.searchsorted(edges, one.values, side="right")
        starts = np.concatenate([[0], np.searchsorted(ordered, edges)])
        ends = np.concatenate([starts[1:], [ordered.size]])
        width = starts.size
        counts[place, :width] = ends - starts
        least[place, :width], greatest[place, :width] = ordered[starts], ordered[ends - 1]
    return Bins(inputs, by_value, codes, counts, least, greatest)


def _by_value(one: RandomInput) -> bool:
    return one.prior.family in BY_VALUE and np.unique(one.values).size <= BINS


def _percentiles(ordered: Shaped[np.ndarray, " path"]) -> Shaped[np.ndarray, " edge"]:
    """Return the least value of each bin but the first: fewer where many paths share a value."""
    marks, times = np.unique(ordered[ordered.size * np.arange(BINS) // BINS], return_counts=True)
    # A value of more than a bin's paths has a bin of its own: what is rare above it is not lost in it.
    beyond = np.searchsorted(ordered, marks[times > 1], side="right")
    return np.union1d(marks[1:], ordered[beyond[beyond < ordered.size]])


@dataclass(frozen=True, eq=False)
class Paths:
    """Paths on which boxes are searched, or counted.

    Attributes
    ----------
    codes
        The bin of each belief on every path.
    replicate
        Of every path, counted from 0.
    """

    codes: UInt8[np.ndarray, "path belief"]
    replicate: Int[np.ndarray, " path"]

    def inside(self, box: Box) -> Bool[np.ndarray, " path"]:
        """Return which paths are in a box."""
        found = np.ones(len(self.codes), bool)
        for place, bins in box.items():
            found &= bins[self.codes[:, place]]
        return found

    def where(self, among: Bool[np.ndarray, " path"]) -> "Paths":
        """Return some of the paths."""
        return self if among.all() else Paths(self.codes[among], self.replicate[among])

    @cached_property
    def counts(self) -> Int[np.ndarray, "belief bin"]:
        """Paths of each bin."""
        return self.histogram(np.arange(len(self.codes)))

    def histogram(self, rows: Int[np.ndarray, " row"]) -> Int[np.ndarray, "belief bin"]:
        """Return how many of some paths are in each bin of each belief."""
        beliefs = self.codes.shape[1]
        found = np.bincount(self._cells[rows].ravel(), minlength=beliefs * BINS)
        return found.reshape(beliefs, BINS)

    @cached_property
    def _cells(self) -> Int[np.ndarray, "path belief"]:
        # Of the type that bincount counts by, or it would make a copy at every peel.
        return self.codes + np.arange(0, self.codes.shape[1] * BINS, BINS, dtype=np.intp)


def halves(bins: Bins) -> tuple[Paths, Paths]:
    """Return the paths of every other replicate, to search on, and those of the rest, to count on."""
    return _paths(bins.codes[0::2]), _paths(bins.codes[1::2])


def _paths(codes: UInt8[np.ndarray, "replicate point belief"]) -> Paths:
    replicates, points, beliefs = codes.shape
    return Paths(codes.reshape(-1, beliefs), np.repeat(np.arange(replicates), points))
