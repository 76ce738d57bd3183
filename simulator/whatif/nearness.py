"""How far the numbers of a page are from those of JAX, by how far the paths of a metric are apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from simulator.analysis.run.agreement import LAST_PLACES, TOLERANCE, spread_of


class Spread(NamedTuple):
    """What distances within one metric are measured by, in its unit.

    Attributes
    ----------
    standard
        The standard deviation.
    robust
        That, or the distance between quartiles where it is less: a standard deviation may be that of a few
        values far out. Reciprocals are measured by it.
    far
        Above this size numbers may be as near by their reciprocals: of a ratio whose divisor is a rest of
        nearly nothing, single precision knows few digits on any machine.
    """

    standard: float
    robust: float
    far: float


def spread_of_metric(paths: Float[np.ndarray, " path"]) -> Spread:
    """Return the spread of a metric.

    Parameters
    ----------
    paths
        Its values; those that are not finite count for nothing.
    """
    finite = paths[np.isfinite(paths)].astype(np.float64)
    if not finite.size:
        return Spread(1.0, 1.0, 1.0)
    robust = spread_of(finite) or 1.0
    return Spread(float(finite.std()) or robust, robust, float(np.median(np.abs(finite))) + robust)


def distances(
    found: Float[np.ndarray, " path"], known: Float[np.ndarray, " path"], spread: Spread
) -> Float[np.ndarray, " path"]:
    """Return how far numbers are from the known ones, in standard deviations; 0 where both are not a number.

    Of a metric that hardly varies beside its size, `LAST_PLACES` of single precision are as near as
    `TOLERANCE`. Beyond `Spread.far` it is the distance of the reciprocals where these have one sign, times
    the square of `far` and in robust spreads, where that is less.

    Parameters
    ----------
    found, known
        The numbers.
    spread
        Of all paths of the metric.
    """
    found, known = found.astype(np.float64), known.astype(np.float64)
    size = np.abs(known)
    with np.errstate(divide="ignore", invalid="ignore"):
        least = LAST_PLACES * np.finfo(np.float32).eps * np.where(np.isfinite(size), size, 0.0) / TOLERANCE
        plain = np.abs(found - known) / np.maximum(spread.standard, least)
        inverse = np.abs(1 / found - 1 / known) * spread.far**2 / spread.robust
    has_inverse = (size > spread.far) & (np.signbit(found) == np.signbit(known))
    apart = np.where(has_inverse, np.fmin(plain, inverse), plain)
    same = (found == known) | (np.isnan(found) & np.isnan(known))
    return np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))
