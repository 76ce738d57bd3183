"""Marginals made of others: truncated, and mixed."""

import math
from typing import override

import numpy as np

from simulator.families.inversion import invert
from simulator.families.marginal import Marginal, Numbers, score_of, tails

#: Least share of a prior that its bounds may leave: less is a mistake, not a truncation.
LEAST_MASS = 1e-6


class Truncated(Marginal):
    """A marginal given that it lies within bounds, ends included: no mass moves to a bound.

    With P the tails of the base, lower(z) = P(low) upper(z) + P(high) lower(z), likewise above: sums of
    positive terms, so that a bound far out in a tail costs no digit.

    Raises
    ------
    ValueError
        Less than `LEAST_MASS` of the base lies within the bounds.
    """

    def __init__(self, base: Marginal, bounds: tuple[float, float]) -> None:
        self.base = base
        low, high = np.maximum(bounds[0], base.support[0]), np.minimum(bounds[1], base.support[1])
        self.support = (float(low), float(high))
        self._low = tails(base.score_below(np.array([low])))
        self._high = tails(base.score(np.array([high])))
        if not self._mass() >= LEAST_MASS:
            message = f"{max(float(self._mass()), 0):.1g} of the prior lies within them"
            raise ValueError(message)
        self.corners = tuple(x for x in base.corners if low <= x <= high)

    def _mass(self) -> float:
        # Whichever tail is the smaller at the lower bound has the digits.
        (below_low, above_low), (below_high, above_high) = self._low, self._high
        return float(np.where(below_low < above_low, below_high - below_low, above_low - above_high)[0])

    @override
    def at(self, z: Numbers) -> Numbers:
        lower, upper = tails(z)
        inner = score_of(
            self._low[0] * upper + self._high[0] * lower, self._low[1] * upper + self._high[1] * lower
        )
        return np.clip(self.base.at(inner), *self.support)

    @override
    def score(self, x: Numbers) -> Numbers:
        return self._rescaled(self.base.score(x))

    @override
    def score_below(self, x: Numbers) -> Numbers:
        return self._rescaled(self.base.score_below(x))

    def _rescaled(self, score: Numbers) -> Numbers:
        lower, upper = tails(score)
        (below_low, above_low), (below_high, above_high) = self._low, self._high
        inside_below = np.where(below_low < above_low, lower - below_low, above_low - upper)
        inside_above = np.where(below_high < above_high, below_high - lower, upper - above_high)
        mass = self._mass()
        return score_of(np.clip(inside_below / mass, 0, 1), np.clip(inside_above / mass, 0, 1))


def truncated(base: Marginal, bounds: tuple[float, float]) -> Marginal:
    """Return a marginal within bounds; itself where they cut nothing off."""
    nothing = bounds[0] <= base.support[0] and base.support[1] <= bounds[1]
    return base if nothing else Truncated(base, bounds)


class Mixture(Marginal):
    """One of several marginals, chosen with probability in proportion to its weight."""

    def __init__(self, weights: Numbers, components: tuple[Marginal, ...]) -> None:
        self.weights = weights / weights.sum()
        self.components = components
        self.support = (
            min(component.support[0] for component in components),
            max(component.support[1] for component in components),
        )
        ends = {x for component in components for x in component.support if math.isfinite(x)}
        self.corners = tuple(sorted(ends.union(*(component.corners for component in components))))

    @override
    def at(self, z: Numbers) -> Numbers:
        # Φ(z) is passed by every component at its own quantile at the latest, and by none before the first.
        quantiles = np.stack([component.at(z) for component in self.components])
        return invert(self.score, z, quantiles.min(axis=0), quantiles.max(axis=0))

    @override
    def score(self, x: Numbers) -> Numbers:
        return self._mixed([component.score(x) for component in self.components])

    @override
    def score_below(self, x: Numbers) -> Numbers:
        return self._mixed([component.score_below(x) for component in self.components])

    def _mixed(self, scores: list[Numbers]) -> Numbers:
        lower, upper = tails(np.stack(scores))
        return score_of(np.tensordot(self.weights, lower, 1), np.tensordot(self.weights, upper, 1))
