"""How heavy a tail is: the shape of a generalised Pareto distribution fitted to the largest values.

A mean whose tail has a shape above 0.7 rests on a handful of paths: its standard error is itself unreliable
at any number of paths that one can run (Vehtari, Simpson, Gelman, Yao and Gabry 2024, Pareto smoothed
importance sampling). The fit is that of Zhang and Stephens (2009) with their prior on the scale and the weak
prior on the shape of the former paper.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.estimate.observed import Observed

#: Above this shape the error of a mean cannot be trusted (Vehtari et al. 2024, section 3).
HEAVY = 0.7
#: Fewest values to which a tail is fitted.
FEWEST = 5
#: Zhang and Stephens (2009): the prior of the scale is centred this many times below the quartile's inverse.
_SCALE_PRIOR = 3
#: Vehtari et al. (2024), appendix C: the prior shape and how many values it weighs.
_SHAPE_PRIOR, _SHAPE_WEIGHT = 0.5, 10


class TailIndex(NamedTuple):
    """Shapes of the lower and the upper tail; nan where values have no tail to fit, inf where some are."""

    lower: float
    upper: float

    @property
    def heavy(self) -> bool:
        """Whether either tail is too heavy for a mean to be trusted."""
        return self.lower > HEAVY or self.upper > HEAVY

    @classmethod
    def from_json(cls, found: Any, *, heavy: bool) -> "TailIndex":
        """Return the shapes in a summary; one that is null is infinite where nothing else makes them heavy.

        Parameters
        ----------
        found
            ``lower`` and ``upper``.
        heavy
            Whether they are.
        """
        shapes = found["lower"], found["upper"]
        known = any(shape is not None and shape > HEAVY for shape in shapes)
        blank = math.inf if heavy and not known else math.nan
        return cls(*(blank if shape is None else shape for shape in shapes))


def tail_index(pool: Observed) -> TailIndex:
    """Return the shapes of both tails of the values, of as many extreme ones as there are at most."""
    if not pool.valid:
        return TailIndex(math.nan, math.nan)
    size = min(tail_size(pool.size), pool.extremes - 1)
    if size < FEWEST:
        return TailIndex(math.nan, math.nan)
    return TailIndex(_excess_shape(-pool.lowest(size + 1)[::-1]), _excess_shape(pool.highest(size + 1)))


def tail_size(size: int) -> int:
    """Return how many of `size` values make a tail: the lesser of a fifth and three times the root."""
    return int(min(size / 5, 3 * math.sqrt(size)))


def pareto_shape(excess: Float[np.ndarray, " tail"]) -> float:
    """Return the shape of the generalised Pareto distribution of `excess`.

    Parameters
    ----------
    excess
        Ascending excesses over a threshold, none below 0, the last above 0.

    Returns
    -------
    float
        The shape, or nan where a quarter of the excesses is equal to the least: no Pareto tail has ties.
    """
    size = excess.size
    quartile = excess[int(size / 4 + 0.5) - 1]
    if not quartile > excess[0]:
        return math.nan
    grid = 30 + int(math.sqrt(size))
    steps = np.arange(1, grid + 1) - 0.5
    slopes = 1 / excess[-1] + (1 - np.sqrt(grid / steps)) / (_SCALE_PRIOR * quartile)
    shapes = np.log1p(-slopes[:, None] * excess).mean(axis=1)
    profile = size * (np.log(-slopes / shapes) - shapes - 1)
    weights = np.exp(profile - profile.max())
    slope = np.sum(weights * slopes) / np.sum(weights)
    shape = float(np.log1p(-slope * excess).mean())
    return (size * shape + _SHAPE_WEIGHT * _SHAPE_PRIOR) / (size + _SHAPE_WEIGHT)


def _excess_shape(values: Float[np.ndarray, " tail"]) -> float:
    """Return the shape of ascending `values` over the first of them."""
    if math.isinf(values[-1]):
        return math.inf
    # An infinite first value with a finite last one cannot be: the values ascend.
    excess = values[1:] - values[0]
    return pareto_shape(excess) if excess[-1] > 0 else math.nan
