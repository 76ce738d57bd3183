"""Spearman's rank correlation of priors with atoms, whose draws tie.

Draws of equal value share the mean of their ranks. In probability that is the mid-rank

    g(z) = (P(X < x) + P(X <= x)) / 2    at the score z of the value x,

a step at each atom and Φ(z) elsewhere. Under a Gaussian copula of correlation r the covariance of two such
functions has the derivative E[g'(Z1) h'(Z2)] with respect to r (Plackett 1954, A reduction formula for normal
multivariate integrals, Biometrika 41), which is a sum over steps, and with r = sin θ smooth up to its ends.
"""

import math
from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float
from scipy import special

from simulator.beliefs.correlation import correlation_from_spearman, spearman_from_correlation
from simulator.families.marginal import Marginal

#: Steps of probability by which ranks between atoms differ. An atom below one of them changes a rank
#: correlation by less than its square, and counts as continuous.
PIECES = 128

#: Nodes of the integral over θ.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)

#: Rounding by which a correlation may exceed what is possible.
_ROUNDING = 1e-9

type Row = Float[np.ndarray, " k"]


@dataclass(frozen=True, eq=False)
class MidRanks:
    """The mid-rank of a prior with atoms, as steps.

    Attributes
    ----------
    edges
        Probabilities between which it is constant, from 0 to 1.
    """

    edges: Row

    @property
    def values(self) -> Row:
        """Mid-rank between each pair of edges, its mean taken off."""
        return (self.edges[1:] + self.edges[:-1] - 1) / 2

    @property
    def thresholds(self) -> Row:
        """Scores at which it steps."""
        return special.ndtri(self.edges[1:-1])

    @property
    def variance(self) -> float:
        """Variance of the mid-rank of a draw."""
        return float(np.diff(self.edges) @ self.values**2)


def mid_ranks(marginal: Marginal) -> MidRanks | None:
    """Return the mid-ranks of a marginal; None where it has no atom that counts, or is one number."""
    corners = np.array(marginal.corners, dtype=float)
    lower = special.ndtr(marginal.score_below(corners))
    upper = special.ndtr(marginal.score(corners))
    atoms = upper - lower > 1 / PIECES
    lower, upper = lower[atoms], upper[atoms]
    if not len(lower) or upper[0] - lower[0] == 1:
        return None
    grid = np.linspace(0, 1, PIECES + 1)
    inside = (lower[:, None] < grid) & (grid < upper[:, None])
    edges = np.unique(np.concatenate([grid[~inside.any(axis=0)], lower, upper]))
    # What rounding leaves between an atom and its neighbour is no step.
    return MidRanks(edges[np.concatenate([[True], np.diff(edges) > np.finfo(float).eps])])


@dataclass(frozen=True, eq=False)
class Pair:
    """Two priors under a copula, each with its mid-ranks, or None where its draws do not tie.

    Attributes
    ----------
    df
        Degrees of freedom of a Student-t copula; None for the Gaussian one.
    """

    one: MidRanks | None = None
    other: MidRanks | None = None
    df: float | None = None

    @property
    def tied(self) -> bool:
        """Whether draws of one of the two tie."""
        return self.one is not None or self.other is not None

    @property
    def solvable(self) -> bool:
        """Whether ties are taken into account: not under a t copula, for which there is no such formula."""
        return self.tied and self.df is None

    @property
    def limits(self) -> tuple[float, float]:
        """Least and largest Spearman correlation that the two can have."""
        if not self.solvable:
            return -1.0, 1.0
        return -self._extreme(reverse=True), self._extreme(reverse=False)

    def correlation(self, rho: float) -> float:
        """Return the correlation of scores with which the two have a Spearman correlation in the `limits`."""
        if not self.solvable:
            return correlation_from_spearman(rho, self.df)
        low, high = self.limits
        if rho >= high - _ROUNDING or rho <= low + _ROUNDING:
            return math.copysign(1.0, rho)
        ends = (-math.pi / 2, math.pi / 2)
        if not self._at(ends[0]) < rho < self._at(ends[1]):  # within the error of the integral at an end
            return math.copysign(1.0, rho)
        found = scipy.optimize.brentq(lambda a: self._at(a) - rho, *ends, xtol=1e-12)
        return math.sin(found)

    def spearman(self, r: float) -> float:
        """Return the Spearman correlation that a correlation of scores gives the two."""
        if not self.solvable:
            return spearman_from_correlation(r, self.df)
        return self._at(math.asin(min(max(r, -1.0), 1.0)))

    def possible(self, rho: float) -> bool:
        """Whether the two can have a Spearman correlation."""
        low, high = self.limits
        return low - _ROUNDING <= rho <= high + _ROUNDING

    def _scale(self) -> float:
        variances = (1 / 12 if ranks is None else ranks.variance for ranks in (self.one, self.other))
        return math.sqrt(math.prod(variances))

    def _extreme(self, *, reverse: bool) -> float:
        """Return the correlation of mid-ranks that rise together, or against each other."""
        one, other = self.one, self.other
        if one is None or other is None:
            steps = one or other
            return steps.variance / self._scale() if steps else 1.0
        edges, values = other.edges, other.values
        if reverse:
            edges, values = 1 - edges[::-1], -values[::-1]
        together = np.unique(np.concatenate([one.edges, edges]))
        middle = (together[1:] + together[:-1]) / 2
        a = one.values[np.searchsorted(one.edges, middle) - 1]
        b = values[np.searchsorted(edges, middle) - 1]
        return float(np.diff(together) @ (a * b)) / self._scale()

    def _at(self, angle: float) -> float:
        """Return the Spearman correlation at r = sin(angle)."""
        angles = angle / 2 * (1 + _NODES)
        rates = [self._rate(one) for one in angles.tolist()]
        return angle / 2 * float(_WEIGHTS @ rates) / self._scale()

    def _rate(self, angle: float) -> float:
        """Return the derivative of the covariance with respect to the angle."""
        r, c2 = math.sin(angle), math.cos(angle) ** 2
        one, other = self.one, self.other
        if one is None or other is None:
            steps = one or other
            assert steps is not None  # solvable: one of the two ties
            t, jumps = steps.thresholds, np.diff(steps.values)
            total = 1 + c2
            density = np.exp(-(t**2) / 2 - (r * t) ** 2 / (2 * total)) / (2 * math.pi * math.sqrt(total))
            return float(jumps @ density) * math.cos(angle)
        t, u = one.thresholds[:, None], other.thresholds
        # t² + u² - 2 r t u over 2 c², without a difference of large numbers near r = 1 and r = -1.
        sign = 1.0 if r >= 0 else -1.0
        exponent = (t - sign * u) ** 2 / (2 * c2) + sign * t * u / (1 + abs(r))
        return float(np.diff(one.values) @ np.exp(-exponent) @ np.diff(other.values)) / (2 * math.pi)
