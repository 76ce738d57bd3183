"""A target in slices of one prior: what first-order shares and conditional means are made from."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, cast

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped
from scipy.special import ndtri

from simulator.estimate.replicated import Replicated, squared_length, total

#: Slices of equal chance come in tens, so that a tenth of the paths is a whole number of them.
TENTHS = 10
#: Points of a replicate that a tenth needs for each slice that it is cut into, and slices at most in a tenth.
POINTS, FINEST = 512, 4


class End(NamedTuple):
    """A prior and the targets on the paths at one end of it.

    Attributes
    ----------
    share
        Of all paths.
    median, lowest, highest
        Of the prior there.
    mean
        Of each target there, about its mean over all paths.
    """

    share: float
    median: float
    lowest: float
    highest: float
    mean: Replicated


@dataclass(frozen=True)
class Binned:
    """Sums of targets over the paths of each slice of a prior.

    Within a slice a target is described by its level and by its slope against the normal score of the prior's
    rank. On these functions the expectation of a target given the prior is projected: what is a straight line
    exactly, what is smooth up to the fourth power of a slice's width.

    Attributes
    ----------
    counts
        Paths by replicate and slice.
    sums
        Of each target, about its mean.
    slopes
        Of each target times the slope function of the slice, which has mean square one over all paths.
    slices
        The slice of every path.
    """

    counts: Int[np.ndarray, "replicate slice"]
    sums: Float[np.ndarray, "replicate slice target"]
    slopes: Float[np.ndarray, "replicate slice target"]
    slices: Int[np.ndarray, "replicate point"]

    def explained(self) -> Replicated:
        """Return the variance of each target's expectation given the prior: its first-order variance."""
        points = self.slices.shape[1]
        root = np.sqrt(self.chances)[:, None]
        levels = self.sums / (points * root)
        # A replicate's own mean is not the prior's doing.
        levels -= root * np.einsum("rbk,bo->rok", levels, root)
        return squared_length(np.concatenate([levels, self.slopes / points], axis=1))

    @cached_property
    def chances(self) -> Float[np.ndarray, " slice"]:
        """The share of paths in each slice."""
        return self.counts.sum(axis=0) / self.slices.size

    def lowest(self, tail: float) -> Bool[np.ndarray, " slice"]:
        """Return the slices of a prior's lowest share of paths; the lowest slice, where that is more."""
        return self._end(self.counts.sum(axis=0), tail)

    def highest(self, tail: float) -> Bool[np.ndarray, " slice"]:
        """Return the slices of a prior's highest share of paths, likewise."""
        return self._end(self.counts.sum(axis=0)[::-1], tail)[::-1]

    def mean(self, where: Bool[np.ndarray, " slice"]) -> Replicated:
        """Return the mean of each target, about its mean over all paths, on the paths of some slices."""
        counts = total(self.counts[:, where].sum(axis=1)[:, None])
        return total(self.sums[:, where].sum(axis=1)) / counts

    def end(self, values: Shaped[np.ndarray, "replicate point"], where: Bool[np.ndarray, " slice"]) -> End:
        """Return one end of the prior of these values: some slices of it."""
        there = values[where[self.slices]]
        share, median = float(self.chances[where].sum()), float(np.median(there))
        return End(share, median, float(there.min()), float(there.max()), self.mean(where))

    @staticmethod
    def _end(counts: Int[np.ndarray, " slice"], tail: float) -> Bool[np.ndarray, " slice"]:
        # Such a share of the paths need not be a whole number of them.
        within = np.cumsum(counts) <= tail * counts.sum() + 1
        within[0] = True
        return within


def binned(
    ranks: Float[np.ndarray, "replicate point"], targets: Float[np.ndarray, "target replicate point"]
) -> Binned:
    """Return targets in slices of a prior.

    Parameters
    ----------
    ranks
        Of the prior's values among those of all paths, as `midranks` has them.
    targets
        About their means.
    """
    replicates, points = ranks.shape
    slices, width = _slices(ranks)
    scores = ndtri(ranks).ravel()
    flat = slices.ravel()
    counts = np.bincount(flat, minlength=width)
    middles = np.bincount(flat, scores, width) / counts
    about = scores - middles[flat]
    spread = np.sqrt(np.bincount(flat, np.square(about), width) / flat.size)
    # A slice of one value has a level and no slope; what is left of its spread is rounding.
    sloped = spread > 1e-9
    slope = about * np.divide(1.0, spread, out=np.zeros(width), where=sloped)[flat]

    cells = flat + np.repeat(np.arange(replicates) * width, points)
    shape = (replicates, width)

    def sums(weights: Float[np.ndarray, " path"]) -> Float[np.ndarray, "replicate slice"]:
        return cast(np.ndarray, np.bincount(cells, weights, replicates * width)).reshape(shape)

    columns = targets.reshape(len(targets), -1)
    return Binned(
        np.bincount(cells, minlength=replicates * width).reshape(shape),
        np.stack([sums(column) for column in columns], axis=-1),
        np.stack([sums(column * slope) for column in columns], axis=-1),
        slices,
    )


def _slices(ranks: Float[np.ndarray, "replicate point"]) -> tuple[Int[np.ndarray, "replicate point"], int]:
    """Return the slice of every path and how many there are; a prior of few values has one for each."""
    most = TENTHS * min(max(ranks.shape[1] // POINTS, 1), FINEST)
    slices = (ranks * most).astype(np.int64)
    distinct = np.unique(ranks) if np.count_nonzero(np.bincount(slices.ravel())) < most else ranks.ravel()
    if distinct.size <= most:
        return np.searchsorted(distinct, ranks), distinct.size
    # Values that many paths share can leave slices empty: they are counted without gaps.
    used, numbered = np.unique(slices, return_inverse=True)
    return numbered.reshape(slices.shape), used.size
