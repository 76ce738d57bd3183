"""Forecasts as mixtures of normals, and the proper scores by which they are judged."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

_ROOT_2PI = np.sqrt(2 * np.pi)

#: Normals that stand for a Student's t.
_SCALES = 64

#: Normals that stand for a sample.
_SLICES = 256

#: Halvings that find a quantile to the last bits of the range it is looked for in.
_HALVINGS = 60


@dataclass(frozen=True)
class Mixture:
    """A mixture of normals: what is believed about one number to come.

    Attributes
    ----------
    weights : Float[Array, "parts"]
        Positive, summing to one.
    means, sds : Float[Array, "parts"]
        Of the parts, in the unit of the number; here logs.
    """

    weights: Float[np.ndarray, " parts"]
    means: Float[np.ndarray, " parts"]
    sds: Float[np.ndarray, " parts"]

    @classmethod
    def normal(cls, mean: float, sd: float) -> "Mixture":
        """Return one normal."""
        return cls(np.ones(1), np.array([float(mean)]), np.array([float(sd)]))

    @classmethod
    def student(cls, mean: float, sd: float, df: int) -> "Mixture":
        """Return Student's t of a scale and degrees of freedom, as normals of many scales.

        It is what a mean and a standard deviation from df + 1 numbers have to say of the next.
        """
        from scipy.special import chdtri

        middles = (np.arange(_SCALES) + 0.5) / _SCALES
        sds = sd * np.sqrt(df / chdtri(df, middles))
        return cls(np.full(_SCALES, 1 / _SCALES), np.full(_SCALES, float(mean)), sds)

    @classmethod
    def of_sample(cls, sample: Float[np.ndarray, " draws"]) -> "Mixture":
        """Return a sample as a mixture of normals about the means of its slices, in order.

        Their width is Silverman's for the whole sample; the means are drawn in by what that adds to the
        variance.
        """
        slices = np.array([one.mean() for one in np.array_split(np.sort(sample), _SLICES)])
        width = float((4 / (3 * len(sample))) ** 0.2)
        sd = float(sample.std())
        means = sample.mean() + (slices - sample.mean()) * np.sqrt(1 - width**2)
        return cls(np.full(_SLICES, 1 / _SLICES), means, np.full(_SLICES, width * sd))

    def cdf(self, value: float) -> float:
        """Return the probability of a number at or below a value: the PIT, where it is the outcome."""
        from scipy.special import ndtr

        below = np.asarray(ndtr((value - self.means) / self.sds))
        return float(self.weights @ below)

    def log_score(self, outcome: float) -> float:
        """Return the log of the density at the outcome; more is better."""
        from scipy.special import logsumexp

        z = (outcome - self.means) / self.sds
        densities = np.log(self.weights) - z * z / 2 - np.log(self.sds * _ROOT_2PI)
        return float(np.asarray(logsumexp(densities)))

    def crps(self, outcome: float) -> float:
        """Return the continuous ranked probability score, in the unit of the number; less is better.

        E|X - outcome| - E|X - X'| / 2, both in closed form; for a point it would be the absolute error.
        """
        return float(self.weights @ _mean_absolute(outcome - self.means, self.sds)) - self._spread / 2

    @cached_property
    def _spread(self) -> float:
        """E|X - X'| of two independent draws."""
        between = self.means[:, None] - self.means[None, :]
        sds = np.hypot(self.sds[:, None], self.sds[None, :])
        return float(self.weights @ _mean_absolute(between, sds) @ self.weights)

    def quantile(self, probability: float) -> float:
        """Return the value that the number stays below with a probability."""
        from scipy.special import ndtri

        parts = self.means + self.sds * ndtri(probability)
        low, high = float(parts.min()), float(parts.max())
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.cdf(middle) < probability else (low, middle)
        return (low + high) / 2


def _mean_absolute(mean: Float[np.ndarray, "..."], sd: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Return E|X| of normals."""
    from scipy.special import ndtr

    z = mean / sd
    return 2 * sd * np.exp(-z * z / 2) / _ROOT_2PI + mean * (2 * ndtr(z) - 1)
