"""Marginals that SciPy's distributions give, and those with finitely many values."""

from dataclasses import dataclass
from typing import Any, override

import numpy as np
from scipy import special

from simulator.families.inversion import invert
from simulator.families.marginal import REACH, Marginal, Numbers, score_of, tails

#: Most values that a discrete prior may take: each is a step of a table in the kernel.
MOST_ATOMS = 16384

#: What to do about more.
INSTEAD = "Give a categorical whose last value stands for the tail, or a continuous family."

#: Score beyond which values do not differ where they are enumerated or solved for: beyond the kernel's.
FAR = REACH + 0.5


class Continuous(Marginal):
    """A frozen continuous distribution of scipy.stats: ppf below its median, isf above.

    Where SciPy has no formula for the quantiles it solves for them one by one; here all are solved at once.
    """

    def __init__(self, distribution: Any, corners: tuple[float, ...] = ()) -> None:
        self.distribution = distribution
        low, high = distribution.support()
        self.support = (float(low), float(high))
        self.corners = corners
        self._ends = _ends_to_solve_between(distribution)

    @override
    def at(self, z: Numbers) -> Numbers:
        if self._ends:
            low, high = (np.full(z.shape, end) for end in self._ends)
            return invert(self.score, z, low, high)
        lower, upper = tails(z)
        below = z < 0
        values = np.empty(z.shape)
        values[below] = self.distribution.ppf(lower[below])
        values[~below] = self.distribution.isf(upper[~below])
        return values

    @override
    def score(self, x: Numbers) -> Numbers:
        return score_of(self.distribution.cdf(x), self.distribution.sf(x))


def _ends_to_solve_between(distribution: Any) -> tuple[float, float] | None:
    """Return values beyond the reach of scores, of a distribution that SciPy inverts number by number."""
    from scipy import stats

    own, generic = type(distribution.dist), stats.rv_continuous
    if own._ppf is not generic._ppf or own._isf is not generic._isf or own._cdf is generic._cdf:
        return None
    tail = float(special.ndtr(-FAR))
    low, high = float(distribution.ppf(tail)), float(distribution.isf(tail))
    return (low, high) if np.isfinite([low, high]).all() else None


class Triangular(Marginal):
    """A triangular distribution, by the formulas of scipy.stats.triang, to the bit."""

    def __init__(self, low: float, mode: float, high: float) -> None:
        self.support = (low, high)
        self.corners = (mode,)
        self._width = high - low
        self._peak = (mode - low) / self._width

    @override
    def at(self, z: Numbers) -> Numbers:
        lower, upper = tails(z)
        p, peak = np.where(z < 0, lower, 1.0 - upper), self._peak
        share = np.where(p < peak, np.sqrt(peak * p), 1 - np.sqrt((1 - peak) * (1 - p)))
        return np.clip(share * self._width + self.support[0], *self.support)

    @override
    def score(self, x: Numbers) -> Numbers:
        low, high = self.support
        share, peak = (np.clip(x, low, high) - low) / self._width, self._peak
        rising = share**2 / peak if peak > 0 else np.zeros_like(share)
        falling = (share**2 - 2 * share + peak) / (peak - 1) if peak < 1 else share**2
        lower = np.where(share < peak, rising, falling)
        return score_of(lower, 1.0 - lower)


class Beta(Marginal):
    """A beta distribution between two ends, each quantile counted from the nearer one.

    Not scipy.stats.beta, whose ppf gives up on some small probabilities and then falls (SciPy 1.18); the
    functions of scipy.special do not.
    """

    def __init__(self, alpha: float, beta: float, low: float, high: float) -> None:
        self.alpha = alpha
        self.beta = beta
        self.support = (low, high)

    @override
    def at(self, z: Numbers) -> Numbers:
        lower, upper = tails(z)
        below, (low, high) = z < 0, self.support
        values = np.empty(z.shape)
        values[below] = low + (high - low) * special.betaincinv(self.alpha, self.beta, lower[below])
        values[~below] = high - (high - low) * special.betaincinv(self.beta, self.alpha, upper[~below])
        return values

    @override
    def score(self, x: Numbers) -> Numbers:
        low, high = self.support
        x = np.clip(x, low, high)
        from_low, from_high = (x - low) / (high - low), (high - x) / (high - low)
        return score_of(
            special.betainc(self.alpha, self.beta, from_low),
            special.betainc(self.beta, self.alpha, from_high),
        )


@dataclass(frozen=True, eq=False)
class LogGamma(Marginal):
    """The logarithm of a standard gamma variable: finite where the variable itself underflows."""

    shape: float
    support = (-np.inf, np.inf)

    @override
    def at(self, z: Numbers) -> Numbers:
        lower, upper = tails(z)
        below = z < 0
        values = np.empty(z.shape)
        # For small x, P(X <= x) = x^a / Gamma(a + 1): solved for log x it needs no x.
        leading = (special.log_ndtr(z[below]) + special.gammaln(self.shape + 1)) / self.shape
        with np.errstate(divide="ignore"):
            exact = np.log(special.gammaincinv(self.shape, lower[below]))
            values[~below] = np.log(special.gammainccinv(self.shape, upper[~below]))
        # The next term of log x is x / (a + 1), so the leading one has all its digits here.
        values[below] = np.where(leading < np.log(np.finfo(float).eps), leading, exact)
        return values

    @override
    def score(self, x: Numbers) -> Numbers:
        return score_of(special.gammainc(self.shape, np.exp(x)), special.gammaincc(self.shape, np.exp(x)))


class Atoms(Marginal):
    """Finitely many values.

    Parameters
    ----------
    values
        Rising.
    scores
        Score of P(X <= value) for each value but the last.
    """

    def __init__(self, values: Numbers, scores: Numbers) -> None:
        self.values = values
        self.scores = scores
        self.corners = tuple(values.tolist())
        self.support = (self.corners[0], self.corners[-1])

    @override
    def at(self, z: Numbers) -> Numbers:
        return self.values[np.searchsorted(self.scores, z, side="left")]

    @override
    def score(self, x: Numbers) -> Numbers:
        return self._steps()[np.searchsorted(self.values, x, side="right")]

    @override
    def score_below(self, x: Numbers) -> Numbers:
        return self._steps()[np.searchsorted(self.values, x, side="left")]

    def _steps(self) -> Numbers:
        return np.concatenate([[-np.inf], self.scores, [np.inf]])


def weighted(values: Numbers, weights: Numbers) -> Atoms:
    """Return the distribution that takes each value with probability in proportion to its weight."""
    values, where = np.unique(values, return_inverse=True)
    weights = np.bincount(where, weights)
    values, weights = values[weights > 0], weights[weights > 0]
    lower = np.cumsum(weights)[:-1]
    upper = np.cumsum(weights[::-1])[::-1][1:]
    return Atoms(values, score_of(lower / weights.sum(), upper / weights.sum()))


def enumerated(distribution: Any) -> Atoms:
    """Return a frozen discrete distribution of scipy.stats as its values within `FAR`.

    Raises
    ------
    ValueError
        It takes more than `MOST_ATOMS` values.
    """
    from scipy import stats

    tail, lowest = float(special.ndtr(-FAR)), float(distribution.support()[0])
    first = lowest if np.isfinite(lowest) else float(distribution.ppf(tail))
    # Counted by their probabilities: SciPy searches a heavy tail for its quantile without an end.
    values = first + np.arange(MOST_ATOMS + 1)
    masses = distribution.pmf(values)
    above = np.cumsum(masses[::-1])[::-1]
    if not above[-1] < tail / MOST_ATOMS or not above[0] > 0.5:
        message = f"it takes more than the {MOST_ATOMS} values that can be distinguished. {INSTEAD}"
        raise ValueError(message)
    likely = np.flatnonzero((above > tail) & (np.cumsum(masses) > tail))
    values, masses = values[likely[0] : likely[-1] + 1], masses[likely[0] : likely[-1] + 1]
    if type(distribution.dist)._cdf is stats.rv_discrete._cdf:  # a sum for each value
        return weighted(values, masses)
    return Atoms(values, score_of(distribution.cdf(values[:-1]), distribution.sf(values[:-1])))
