"""Paths with weights, and what is computed with them: from all replicates, and from all but each in turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int, Shaped

from simulator.estimate import Replicated
from simulator.estimate.statistics import SPAN, wilson


@dataclass(frozen=True, eq=False)
class Weighing:
    """Weights of paths.

    Without one replicate the weights of all others are other ones: a sum of a few terms, with factors of
    their own for each replicate that is left out. So whatever is a mean costs a few sums over the paths, and
    not one for each replicate.

    Attributes
    ----------
    terms
        The first are the weights themselves, which add up to 1.
    factors
        Of each term, where a replicate is left out.
    """

    terms: Float[np.ndarray, "term replicate point"]
    factors: Float[np.ndarray, "replicate term"]

    @property
    def weights(self) -> Float[np.ndarray, "replicate point"]:
        """Of all paths."""
        return self.terms[0]

    @property
    def effective(self) -> float:
        """How many paths of equal weight are as good: the inverse of the sum of squared weights."""
        return float(1 / np.square(self.weights).sum())

    def mean(self, values: Shaped[np.ndarray, "replicate point"]) -> Replicated:
        """Return the mean of values."""
        return self._mean((self.terms * values).sum(axis=2))

    def in_slices(
        self,
        values: Float[np.ndarray, "replicate point"],
        slices: Int[np.ndarray, "replicate point"],
        count: int,
    ) -> Replicated:
        """Return by slice the mean of what values are in it, and nothing elsewhere.

        Parameters
        ----------
        values
            Of each path; with 1 this returns the shares of slices.
        slices, count
            The slice of each path, from 0, and how many there are.
        """
        replicates, _ = slices.shape
        cells = (slices + count * np.arange(replicates)[:, None]).ravel()
        sums = [
            np.bincount(cells, (term * values).ravel(), replicates * count).reshape(replicates, count)
            for term in self.terms
        ]
        return self._mean(np.stack(sums))

    def quantiles(
        self, values: Shaped[np.ndarray, "replicate point"], levels: Sequence[float]
    ) -> list[Replicated]:
        """Return quantiles, as Hazen defines them where all weights are equal.

        Without a replicate a quantile is off by as much as the share of what it exceeds is, over the density
        there (Woodruff 1952).
        """
        order = np.argsort(values, axis=None, kind="stable")
        ordered, weights = values.ravel()[order].astype(np.float64), self.weights.ravel()[order]
        middles, least = np.cumsum(weights) - weights / 2, 1 / values.size

        def one(level: float) -> Replicated:
            value = _drawn(ordered, float(np.interp(level, middles, ordered)))
            share = self.mean(values <= value)
            # On even points the share may be the same in all replicates: it is not known to less than a path.
            error, off = float(share.error), share.without - share.value
            if error < least:
                error, off = least, least / np.sqrt(len(off) - 1) * np.resize([1.0, -1.0], len(off))
            below, above = np.interp(wilson(level, error), middles, ordered)
            slope = (above - below) / (2 * SPAN * error)
            return Replicated(np.asarray(value), value - slope * off)

        return [one(level) for level in levels]

    def _mean(self, sums: Float[np.ndarray, "term replicate *some"]) -> Replicated:
        """Return means of what each term adds up to in each replicate; without one, over what is left."""
        parts = self._parts
        left = np.einsum("rt,tr->r", self.factors, parts.sum(axis=1, keepdims=True) - parts)
        others = sums.sum(axis=1, keepdims=True) - sums
        without = np.einsum("rt,tr...->r...", self.factors, others)
        whole = left.reshape(-1, *[1] * (without.ndim - 1))
        return Replicated(np.asarray(sums[0].sum(axis=0)), without / whole)

    @cached_property
    def _parts(self) -> Float[np.ndarray, "term replicate"]:
        """What each term adds up to in each replicate."""
        return self.terms.sum(axis=2)


def evenly(replicates: int, points: int) -> Weighing:
    """Return the weights of paths that count alike."""
    return Weighing(np.full((1, replicates, points), 1 / (replicates * points)), np.ones((replicates, 1)))


def tilted(
    weights: Float[np.ndarray, "replicate point"],
    about: Float[np.ndarray, "target replicate point"],
    turns: Float[np.ndarray, "replicate target"],
) -> Weighing:
    """Return weights that are tilted by ``exp(turn about)`` where a replicate is left out, to second order.

    Parameters
    ----------
    weights
        Of all paths.
    about
        What they are tilted along.
    turns
        By how much more, without each replicate.
    """
    means = (weights * about).sum(axis=(1, 2))
    centred = about - means[:, None, None]
    first, second = np.triu_indices(len(about))
    halves = np.where(first == second, 0.5, 1.0)
    terms = [weights, *(weights * centred), *(weights * centred[first] * centred[second])]
    products = halves * turns[:, first] * turns[:, second]
    factors = np.concatenate([np.ones((len(turns), 1)), turns, products], axis=1)
    return Weighing(np.stack(terms), factors)


def unbiased(found: Replicated) -> Replicated:
    """Return a statistic less its bias, as far as that shrinks with the paths: the jackknife's.

    A divergence of two histograms comes out too large by what is noise in them; of that nothing is left to
    first order [1]_.

    References
    ----------
    .. [1] M. H. Quenouille. Notes on bias in estimation. Biometrika 43, 1956.
    """
    others = len(found.without) - 1
    value = found.value - others * (found.without.mean(axis=0) - found.value)
    return Replicated(np.asarray(value), found.without)


def _drawn(ordered: Float[np.ndarray, " path"], value: float) -> float:
    """Return a value between draws; the lower of these where both are of several paths.

    So it is of a belief that takes few values.
    """
    place = int(np.searchsorted(ordered, value))
    if not 2 <= place < len(ordered) - 1 or ordered[place] == value:
        return value
    shared = ordered[place - 2] == ordered[place - 1] and ordered[place] == ordered[place + 1]
    return float(ordered[place - 1]) if shared else value
