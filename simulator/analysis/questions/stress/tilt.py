"""The least tilt of paths with which targets are true.

Of all weights ``w`` of ``n`` paths with which the means of ``g`` are what they are to be, those of least
Kullback-Leibler divergence from equal weights are ``w ~ exp(lambda g)`` [1]_; ``lambda`` minimises the convex
``log mean exp(lambda (g - x))``, whose negative least value is the divergence [2]_.

References
----------
.. [1] I. Csiszar. I-divergence geometry of probability distributions and minimization problems. Annals of
   Probability 3(1), 1975.
.. [2] A. Meucci. Fully flexible views: theory and practice. Risk 21(10), 2008.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from simulator.analysis.questions.stress.convex import Local, minimise
from simulator.analysis.questions.stress.weighing import Weighing, tilted
from simulator.estimate import Replicated
from simulator.estimate.least_squares import products

#: Of a target's standard deviation, how far from what it is to be a mean is not what it is to be.
MISSED = 1e-6


class Least(NamedTuple):
    """The least tilt of all paths.

    Attributes
    ----------
    multipliers
        Of targets in standard deviations, about what they are to be.
    distance
        Kullback-Leibler divergence from equal weights  [nats]
    weights
        Of the paths; they add up to 1.
    """

    multipliers: Float[np.ndarray, " target"]
    distance: float
    weights: Float[np.ndarray, " path"]


class Tilt(NamedTuple):
    """The least tilt, and what it would be without each replicate in turn."""

    weighing: Weighing
    distance: Replicated


class Tilting:
    """Tilts with which targets are true.

    Parameters
    ----------
    values
        Of each target, on every path.
    wanted
        Means that they are to have.
    signs
        1 for a mean that may be more, -1 for one that may be less, and 0.
    """

    def __init__(
        self,
        values: Float[np.ndarray, "target replicate point"],
        wanted: Float[np.ndarray, " target"],
        signs: Int[np.ndarray, " target"],
    ) -> None:
        spread = values.std(axis=(1, 2), keepdims=True)
        self._about = (values - wanted[:, None, None]) / np.where(spread > 0, spread, 1.0)
        self._signs = signs

    def least(self) -> Least | None:
        """Return the least tilt; None where on no weights of the paths all targets are true."""
        return self._least(self._about, np.zeros(len(self._about)))

    def jackknifed(self, whole: Least) -> Tilt | None:
        """Return a tilt with what it is without each replicate; None where there is none without one."""
        found = [
            self._least(np.delete(self._about, one, axis=1), whole.multipliers)
            for one in range(self._about.shape[1])
        ]
        parts = [one for one in found if one is not None]
        if len(parts) < len(found):
            return None
        turns = np.array([one.multipliers - whole.multipliers for one in parts])
        distance = Replicated(np.asarray(whole.distance), np.array([one.distance for one in parts]))
        weights = whole.weights.reshape(self._about.shape[1:])
        return Tilt(tilted(weights, self._about, turns), distance)

    def _least(
        self, about: Float[np.ndarray, "target replicate point"], start: Float[np.ndarray, " target"]
    ) -> Least | None:
        flat = about.reshape(len(about), -1)
        # No weights of so many paths are further from equal ones: what goes on to fall has no least value.
        widths, least = np.ptp(flat, axis=1), -math.log(flat.shape[1])
        multipliers = minimise(lambda at: dual(flat, at), start, self._signs, widths, least)
        value, weights = _weighted(flat, multipliers)
        true = (short_of(_means(flat, weights), self._signs) <= MISSED).all()
        return Least(multipliers, max(-value, 0.0), weights) if true else None


def dual(about: Float[np.ndarray, "target path"], multipliers: Float[np.ndarray, " target"]) -> Local:
    """Return ``log mean exp(lambda g)`` at multipliers ``lambda``, and its slope and curvature.

    Parameters
    ----------
    about
        ``g``: targets, about the means that they are to have.
    multipliers
        ``lambda``.
    """
    value, weights = _weighted(about, multipliers)
    slope = _means(about, weights)
    centred = about - slope[:, None]
    return Local(value, slope, products(centred * weights, centred))


def short_of(
    beyond: Float[np.ndarray, " target"], signs: Int[np.ndarray, " target"]
) -> Float[np.ndarray, " target"]:
    """Return how far means are from what they are to be, nothing where they may be so.

    Parameters
    ----------
    beyond
        How much more they are than that.
    signs
        As in `Tilting`.
    """
    return np.where(signs == 0, np.abs(beyond), np.maximum(-signs * beyond, 0.0))


def _means(
    about: Float[np.ndarray, "target path"], weights: Float[np.ndarray, " path"]
) -> Float[np.ndarray, " target"]:
    return np.einsum("tp,p->t", about, weights)


def _weighted(
    about: Float[np.ndarray, "target path"], multipliers: Float[np.ndarray, " target"]
) -> tuple[float, Float[np.ndarray, " path"]]:
    exponents = np.einsum("t,tp->p", multipliers, about)  # as all sums over paths, without BLAS
    top = float(exponents.max())
    powers = np.exp(exponents - top)
    whole = float(powers.sum())
    return top + math.log(whole / powers.size), powers / whole
