"""Slopes of a number of every path in the scores of the path: from all replicates, and from all but each."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.estimate.least_squares import inverse, products
from simulator.estimate.replicated import Replicated, total

#: Least square of a slope that divides.
TINY = 1e-300


class Line(NamedTuple):
    """Mean and slopes of a number of every path."""

    mean: Replicated
    slopes: Replicated


class Regression:
    """Least squares on scores, whose sums are made once for all numbers.

    Parameters
    ----------
    scores
        Of every path.
    """

    def __init__(self, scores: Float[np.ndarray, "coordinate replicate point"]) -> None:
        own = scores.transpose(1, 0, 2).astype(np.float64)
        self._design = np.concatenate([np.ones((len(own), 1, own.shape[2])), own], axis=1)
        squares = products(self._design, self._design)
        whole = squares.sum(axis=0)
        self._inverses = inverse(np.stack([whole, *(whole - squares)]))

    def of(self, values: Float[np.ndarray, "replicate point"]) -> Line:
        """Return mean and slopes of values, slopes that are mostly noise shrunk towards nothing [1]_.

        References
        ----------
        .. [1] B. Efron, C. Morris. Stein's estimation rule and its competitors. J. Am. Stat. Assoc. 68, 1973.
        """
        moments = products(self._design, values[:, None].astype(np.float64))[:, :, 0]
        whole = moments.sum(axis=0)
        found = np.einsum("rij,rj->ri", self._inverses, np.stack([whole, *(whole - moments)]))[:, 1:]
        means = total(values.sum(axis=1)) / total(np.full(len(values), values.shape[1]))
        slopes = Replicated(found[0], found[1:])
        noise = np.square(slopes.error) / np.maximum(np.square(slopes.value), TINY)
        certain = np.maximum(1.0 - noise, 0.0)
        return Line(means, Replicated(slopes.value * certain, slopes.without * certain))
